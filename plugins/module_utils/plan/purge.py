# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Implements mode: overridden: removes the objects of the given sections that are not in the document."""

from __future__ import annotations

from functools import partial

from ..base.cib import WRAPPERS
from ..base.errors import BadInput
from ..objects import attributes
from ..objects.context import RUNTIME
from ..objects.registry import SECTIONS, Wanted, kind_of
from ..objects.resources.moves import is_of_operator
from ..objects.summary import SUMMARIES

_CONSTRAINTS = "constraints"
# When the planner removes them, among the ranks of its steps: before everything else, or after the remaining resources
# have been written and before what refers to them is written
_FIRST, _AFTER_RESOURCES = -len(SECTIONS), SECTIONS.index("bundles") + 0.75


def steps(context, sections, wanted):
    """The steps with which the planner removes what is not in the document.

    :param context: a context.Context.
    :param sections: the given sections of a document.
    :param wanted: the list of Wanted of the document.
    :returns: a list of (place, Wanted, function): see planner._steps(). Objects come after those that refer to them.
    :raises BadInput: for sections that would be emptied but are not listed in purge.
    """
    leaving = _leaving(context, sections, wanted)
    context.leaving = frozenset(each.spec for each in leaving)
    taken = {claim for each in wanted for claim in each.kind.claims(each.spec)}
    return [_step(context, each, ("id", each.spec.get("id")) in taken) for each in leaving]


def _step(context, each, is_id_reused):
    """When and how one object is removed; if its id is given to another object, the id must be free before that."""
    return _FIRST if is_id_reused else _AFTER_RESOURCES, each, partial(_remove, context, is_id_reused)


def _leaving(context, sections, wanted):
    """The objects of these sections that are not wanted: a list of Wanted with their element as the specification."""
    wanted_elements = {element for each in wanted for element in _found(context.cib, each)}
    found = {section: [] for section in reversed(SECTIONS) if section in sections}
    for kind, element in _objects(context):
        is_to_keep = kind.section not in found or element in wanted_elements
        if not is_to_keep and kind.can_leave(context, element) and not _is_kept(context, kind, element):
            path = f"{kind.section}: {element.get('id')!r} is not in the document and would be removed, but "
            found[kind.section].append(Wanted(kind, element, "absent", path))
    _refuse_emptied(context, found, wanted)
    return [each for surplus in found.values() for each in surplus]


def _remove(context, is_id_reused, each):
    """Remove one object; members of a group or clone that are not to be removed are kept."""
    kind, element, cib = each.kind, each.spec, context.cib
    if not cib.holds(element):
        return  # it was removed together with another object
    inside = [one for one in element.iter() if one is not element and one.tag in ("primitive", "group")]
    keeps_members = any(one not in context.leaving for one in inside)
    parent = cib.parent(element)
    if keeps_members and parent.tag in WRAPPERS and parent not in context.leaving:
        raise BadInput(
            f"it is in the {parent.tag} {parent.get('id')!r}, which would be removed with it;"
            f" add the section {kind_of(parent).section} to the document"
        )
    if is_id_reused and parent.tag == "group":
        cib.move(element, cib.section("resources"))  # the group may still get other members
    try:
        kind.leave(context.keeping_members(keeps_members), element)
    except BadInput as error:
        # A document has no such option
        raise BadInput(*(sentence.replace("keep_members: ", "") for sentence in error.sentences)) from None


def _found(cib, each):
    """The elements of a wanted object; none if its specification is invalid."""
    try:
        return each.kind.find_all(cib, each.spec)
    except BadInput:
        return []


def _objects(context):
    """(kind, element) of all objects that are not a whole section.

    Constraints that only XML can express cannot be given, so they are included only if purge lists the section.
    """
    for section in context.cib.configuration:
        named = {*section} if section.tag == _CONSTRAINTS and _CONSTRAINTS in context.options.purge else ()
        for element in section.iter():
            kind = kind_of(element)
            if kind is None and element in named and element.get("id"):
                kind = SUMMARIES[_CONSTRAINTS]
            if kind is not None and not kind.is_section:
                yield kind, element


def _all(number):
    return f"all {number} existing objects" if number > 1 else "the only existing object"


def _is_kept(context, kind, element):
    return kind.section == _CONSTRAINTS and is_of_operator(element) and RUNTIME not in context.options.purge


def _refuse_emptied(context, found, wanted):
    """Refuse to remove all objects of a section unless the section is listed in purge."""
    emptied = {section: len(surplus) for section, surplus in found.items()}
    for each in wanted:
        element = each.kind.find(context.cib, each.spec) if each.kind.is_section else None
        is_emptied = element is not None and not attributes.given(each.spec)
        emptied[each.kind.section] = each.kind.removable(context, element) if is_emptied else 0
    wrong = [
        f"{section}: is empty, which would remove {_all(number)}; list the section in purge if this is intended"
        for section, number in emptied.items()
        if number and section.partition(".")[0] not in context.options.purge
    ]
    if wrong:
        raise BadInput(*wrong)
