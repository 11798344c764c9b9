# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wanted and the document as it is -> the document as it shall be, and what differs. Pure: no I/O."""

from __future__ import annotations

from collections import namedtuple

from .cib import RESOURCES
from .errors import BadInput, nearest
from .objects import KINDS, SECTIONS, kind_in, kind_of
from .objects.kind import Context

# One object that a task is about. `state` is present or absent; `path` says where it stands, for messages
Wanted = namedtuple("Wanted", ("kind", "spec", "state", "path"))

# An object that differs: its specification before and after, None where there is none
Change = namedtuple("Change", ("kind", "before", "after"))


class Plan:
    """The edited document, and what differs in it."""

    def __init__(self, cib):
        self.cib = cib
        self.changes = []
        self.removed_resources = []

    @property
    def changed(self):
        """Whether anything differs."""
        return self.cib.edits > 0

    def document(self, side):
        """What differs as a configuration document; `side` is "before" or "after"."""
        document = {}
        for change in self.changes:
            spec = getattr(change, side)
            if not spec:
                continue
            if change.kind.is_mapping:
                document.setdefault(change.kind.section, {}).update(spec)
            else:
                document.setdefault(change.kind.section, []).append(spec)
        return document


def wanted_document(document):
    """The Wanted of a configuration document: a mapping of sections.

    :raises BadInput: for a section that does not exist or is not what it must be.
    """
    wanted = []
    for section, content in document.items():
        if section not in SECTIONS:
            known = nearest(section, SECTIONS) or f"; known: {', '.join(SECTIONS)}"
            raise BadInput(f"config: there is no section {section!r}{known}")
        kind = kind_in(section)
        if content is None:
            continue
        if kind is not None and kind.is_mapping:
            _must_be(dict, content, section)
            wanted.append(Wanted(kind, content, "present", f"{section}: "))
            continue
        _must_be(list, content, section)
        for number, spec in enumerate(content):
            path = f"{section}[{number}]"
            _must_be(dict, spec, path)
            wanted.append(Wanted(_kind_of_spec(section, spec, path), spec, "present", f"{path}."))
    return wanted


def _must_be(type_, value, path):
    if not isinstance(value, type_):
        raise BadInput(f"{path}: must be a {'list' if type_ is list else 'mapping'}, not {value!r}")


def _kind_of_spec(section, spec, path):
    kind = kind_in(section, spec.get("type"))
    if kind is None:
        types = [each.type for each in KINDS if each.section == section]
        raise BadInput(f"{path}.type: must be one of {', '.join(types)}, not {spec.get('type')!r}")
    return kind


def plan(cib, wanted, agents, exact=False):
    """Lay what is wanted over the document.

    :param cib: a Cib; it is edited.
    :param wanted: a list of Wanted, in any order: what is referred to is written first, and removed last.
    :param agents: an agents.Agents.
    :param exact: whether what a present object does not give is removed.
    :returns: a Plan.
    :raises BadInput: naming everything that is wrong, each with its path.
    """
    result, context, wrong = Plan(cib), Context(cib, agents, exact), []
    for each in _in_order(wanted):
        try:
            _lay_over(result, context, each)
        except BadInput as error:
            wrong.append(f"{each.path}{error}")
    if wrong:
        raise BadInput("; ".join(wrong))
    return result


def _in_order(wanted):
    """Removals first, from what refers to what is referred to; then what shall be there, the other way round."""
    absent = [each for each in wanted if each.state == "absent"]
    present = [each for each in wanted if each.state != "absent"]
    return sorted(absent, key=_rank, reverse=True) + sorted(present, key=_rank)


def _rank(each):
    return KINDS.index(each.kind)


def _lay_over(result, context, each):
    cib, kind = context.cib, each.kind
    if each.state == "absent":
        _take_out(result, context, each)
        return
    kind.check(each.spec)
    element = kind.find(cib, each.spec)
    before = kind.read(element) if element is not None else None
    edits = cib.edits
    element = kind.write(context, each.spec, element)
    if cib.edits > edits:
        after = kind.read(element)
        if kind.is_mapping:
            before, after = _differing(before, after)
        result.changes.append(Change(kind, before, after))


def _take_out(result, context, each):
    cib = context.cib
    element = each.kind.find(cib, each.spec)
    if element is None:
        return
    # What refers to it goes with it or changes, which belongs into the diff
    objects = [(kind_of(other), other) for other in cib.configuration.iter()]
    objects = [(kind, other, kind.read(other)) for kind, other in objects if kind and not kind.is_mapping]
    result.removed_resources += [part.get("id") for part in element.iter() if part.tag in RESOURCES]
    each.kind.remove(context, element)
    for kind, other, before in objects:
        after = kind.read(other) if cib.holds(other) else None
        if after != before:
            result.changes.append(Change(kind, before, after))


def _differing(before, after):
    """Of two mappings, the pairs that differ."""
    return (
        {key: value for key, value in before.items() if after.get(key) != value},
        {key: value for key, value in after.items() if before.get(key) != value},
    )
