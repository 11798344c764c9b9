# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The differences between two versions of the CIB, object by object. Pure."""

from __future__ import annotations

from collections import namedtuple

from ..base.errors import BadInput
from ..objects.registry import SECTIONS, TAGS, kind_of
from ..objects.summary import SUMMARIES

# An object that differs: its specifications before and after; None if it does not exist there
Change = namedtuple("Change", ("kind", "before", "after"))


def changes(before, after):
    """The Changes between two Cibs. Objects come before those that refer to them.

    Only objects whose elements differ are read: most kinds need not even be imported.
    """
    old, new = _candidates(before), _candidates(after)
    differing = [key for key in {**old, **new} if not _same_tree(old.get(key), new.get(key))]
    old, new = (
        _read(cib, [side[key] for key in differing if key in side]) for cib, side in ((before, old), (after, new))
    )
    found = []
    # Within a kind, existing objects keep their order: the sort by rank is stable
    for key in sorted({**old, **new}, key=lambda each: each[0]):
        kind = (new.get(key) or old[key])[0]
        one, other = (side[key][1] if key in side else None for side in (old, new))
        if one != other:
            found.append(Change(kind, *(_differing(one or {}, other or {}) if kind.is_section else (one, other))))
    return found


def objects(cib):
    """All objects of a Cib: (rank of the kind, id) -> (kind, specification), in the order of the document.

    Elements that no kind describes are included as a summary, with the last rank.
    """
    return _read(cib, _candidates(cib).values())


def is_in(cib, change):
    """Whether an object in a Cib is in the state that a Change left it in."""
    kind, before, after = change
    if not kind.is_section:
        try:
            element = kind.find(cib, after or before)
        except BadInput:  # its id belongs to another object now
            element = None
        return (None if element is None else kind.read(element)) == after
    element = kind.find(cib, after)
    current = {} if element is None else kind.read(element)
    if all(isinstance(each, dict) for each in (current, before, after)):
        return all(current.get(name) == after.get(name) for name in {**before, **after})
    if isinstance(current, list) and isinstance(after, list):
        return all(each in current for each in after)
    return (current or None) == (after or None)  # an empty value can be a mapping or a list


def _candidates(cib):
    """(tag, id) -> element, for every element that can be an object, in the order of the document."""
    found = {}
    for section in cib.configuration:
        for element in section.iter():
            if element.tag in TAGS:
                found[element.tag, element.get("id")] = element
        for element in section if section.tag in SUMMARIES else ():
            if element.get("id"):
                found.setdefault((element.tag, element.get("id")), element)
    return found


def _same_tree(one, other):
    """Whether two elements are equal, including everything in them; either can be None."""
    if one is None or other is None or one.tag != other.tag or one.attrib != other.attrib or len(one) != len(other):
        return False
    return all(map(_same_tree, one, other))


def _read(cib, elements):
    """The same as objects(), but only for these elements."""
    found = {}
    for element in elements:
        kind = kind_of(element)
        if kind is not None:
            found[SECTIONS.index(kind.section), element.get("id")] = kind, kind.read(element)
            continue
        section = cib.parent(element).tag
        if section in SUMMARIES and element.get("id"):
            kind = SUMMARIES[section]
            found[len(SECTIONS), element.get("id")] = kind, kind.read(element)
    return found


def _differing(before, after):
    """The differing pairs of two mappings, or the differing sets of two lists; both in full if their types differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        return (
            {key: value for key, value in before.items() if after.get(key) != value},
            {key: value for key, value in after.items() if before.get(key) != value},
        )
    if isinstance(before, list) and isinstance(after, list):
        old, new = [each for each in before if each not in after], [each for each in after if each not in before]
        return (old, new) if old or new else (before, after)  # only their order differs
    return before, after
