# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The configuration document: a mapping of sections <-> what is wanted of single objects. Pure."""

from __future__ import annotations

from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all, instead
from ..objects.registry import SECTIONS, Wanted, kind_in, kinds_in


def as_document(specs):
    """A configuration document of (kind, specification) pairs; what has no specification is left out."""
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
    """The Wanted of a configuration document: a mapping of sections.

    :raises BadInput: for sections that do not exist and what is not what it must be.
    """
    wanted = []
    check_all(partial(_take_in, wanted, *each) for each in given_sections(document))
    return wanted


def given_sections(document):
    """section -> content of what a document gives, as a list of pairs; a mapping of lists is taken apart: acls.roles.

    :raises BadInput: for sections that do not exist.
    """
    found = []
    check_all(partial(_take_apart, found, "", *item) for item in document.items())
    return found


def _take_apart(found, outer, name, content):
    known = dict.fromkeys(each[len(outer) :].partition(".")[0] for each in SECTIONS if each.startswith(outer))
    if name not in known:
        raise BadInput(f"{outer.rstrip('.') or 'config'}: there is no section {name!r}{instead(name, known)}")
    section = outer + name
    if content is not None and section in SECTIONS:
        found.append((section, content))
    elif content is not None:
        _must_be(dict, content, section)
        check_all(partial(_take_apart, found, f"{section}.", *item) for item in content.items())


def _take_in(wanted, section, content):
    """Add what is wanted of one section."""
    kind = kind_in(section)
    if kind is not None and kind.is_section:
        _must_be(kind.form, content, section)
        # Sets say themselves where they stand
        wanted.append(Wanted(kind, content, "present", f"{section}: " if kind.form is dict else ""))
        return
    _must_be(list, content, section)
    check_all(
        partial(_take_in_object, wanted, section, f"{section}[{number}]", each) for number, each in enumerate(content)
    )


def _take_in_object(wanted, section, path, spec):
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
