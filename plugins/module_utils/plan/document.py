# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The configuration document: converts between a mapping of sections and single objects. Pure."""

from __future__ import annotations

from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all, instead
from ..objects.registry import SECTIONS, Wanted, kind_in, kinds_in


def as_document(specs):
    """The configuration document of (kind, specification) pairs; empty specifications are left out."""
    document = {}
    for kind, spec in specs:
        outer, _dot, inner = kind.section.partition(".")
        if spec and kind.is_section:
            document[outer] = spec
        elif spec and inner:
            document.setdefault(outer, {}).setdefault(inner, []).append(spec)
        elif spec:
            document.setdefault(outer, []).append(spec)
    return document


def wanted_document(document):
    """The list of Wanted of a configuration document.

    :param document: a mapping of sections.
    :raises BadInput: for unknown sections and for content of the wrong type.
    """
    wanted = []
    check_all(partial(_add_section, wanted, *each) for each in given_sections(document))
    return wanted


def given_sections(document):
    """The sections given in a document, as a list of (section, content). Nested sections are separated: acls.roles.

    :raises BadInput: for unknown sections.
    """
    found = []
    check_all(partial(_collect_section, found, "", *item) for item in document.items())
    return found


def _collect_section(found, outer, name, content):
    known = dict.fromkeys(each[len(outer) :].partition(".")[0] for each in SECTIONS if each.startswith(outer))
    if name not in known:
        raise BadInput(f"{outer.rstrip('.') or 'config'}: there is no section {name!r}{instead(name, known)}")
    section = outer + name
    if content is not None and section in SECTIONS:
        found.append((section, content))
    elif content is not None:
        _must_be(dict, content, section)
        check_all(partial(_collect_section, found, f"{section}.", *item) for item in content.items())


def _add_section(wanted, section, content):
    """Add the Wanted of one section."""
    kind = kind_in(section)
    if kind is not None and kind.is_section:
        _must_be(kind.form, content, section)
        # Messages about a list of sets name the set themselves
        wanted.append(Wanted(kind, content, "present", f"{section}: " if kind.form is dict else ""))
        return
    _must_be(list, content, section)
    check_all(
        partial(_add_object, wanted, section, f"{section}[{number}]", each) for number, each in enumerate(content)
    )


def _add_object(wanted, section, path, spec):
    _must_be(dict, spec, path)
    wanted.append(Wanted(_kind_of_spec(section, spec, path), spec, "present", f"{path}."))


def _must_be(type_, value, path):
    if not isinstance(value, type_):
        called = {dict: "a mapping", list: "a list"}.get(type_, "a mapping or a list")
        raise BadInput(f"{path}: must be {called}, not {values.called(value)}")


def _kind_of_spec(section, spec, path):
    kind = kind_in(section, spec.get("type"))
    if kind is None:
        types = [each.type for each in kinds_in(section)]
        raise BadInput(f"{path}.type: must be one of {', '.join(types)}, not {spec.get('type')!r}")
    return kind
