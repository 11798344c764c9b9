# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What mode: overridden removes: the objects of the given sections that are not given in them."""

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
# Places among the ranks of what the planner does: before everything, and when all resources that stay are where they
# belong and what refers to them is not written yet
_FIRST, _RESOURCES_ARE_THERE = -len(SECTIONS), SECTIONS.index("bundles") + 0.75


def steps(context, sections, wanted):
    """What the planner has to do for it.

    :param context: a kind.Context.
    :param sections: the given sections of a document.
    :param wanted: the list of Wanted of the document.
    :returns: a list of (place, Wanted, function): see planner._steps(). What refers to something else comes before that.
    :raises BadInput: for sections that would be emptied without being named in purge.
    """
    leaving = _leaving(context, sections, wanted)
    context.leaving = frozenset(each.spec for each in leaving)
    taken = {claim for each in wanted for claim in each.kind.claims(each.spec)}
    return [_step(context, each, ("id", each.spec.get("id")) in taken) for each in leaving]


def _step(context, each, is_in_the_way):
    """When and how one goes; an id that is given to something else has to be free before."""
    return _FIRST if is_in_the_way else _RESOURCES_ARE_THERE, each, partial(_take_out, context, is_in_the_way)


def _leaving(context, sections, wanted):
    """What is in these sections and not wanted: a list of Wanted that have their element as the specification."""
    stays = {element for each in wanted for element in _found(context.cib, each)}
    found = {section: [] for section in reversed(SECTIONS) if section in sections}
    for kind, element in _objects(context):
        is_given = kind.section not in found or element in stays
        if not is_given and kind.can_leave(context, element) and not _is_kept(context, kind, element):
            path = f"{kind.section}: {element.get('id')!r} is not given and has to go, but "
            found[kind.section].append(Wanted(kind, element, "absent", path))
    _refuse_emptied(context, found, wanted)
    return [each for leaves in found.values() for each in leaves]


def _take_out(context, is_in_the_way, each):
    """Remove one; what is in a group or clone and does not leave stays."""
    kind, element, cib = each.kind, each.spec, context.cib
    if not cib.holds(element):
        return  # it went with something else
    inside = [one for one in element.iter() if one is not element and one.tag in ("primitive", "group")]
    keeping = any(one not in context.leaving for one in inside)
    parent = cib.parent(element)
    if keeping and parent.tag in WRAPPERS and parent not in context.leaving:
        raise BadInput(
            f"it is in the {parent.tag} {parent.get('id')!r}, which would go with it; give {parent.tag}s, too"
        )
    if is_in_the_way and parent.tag == "group":
        cib.move(element, cib.section("resources"))  # the group may get other members yet
    try:
        kind.leave(context.keeping_members(keeping), element)
    except BadInput as error:
        # No option of a document
        raise BadInput(*(sentence.replace("keep_members: ", "") for sentence in error.sentences)) from None


def _found(cib, each):
    """The elements that something wanted is about, whether that is right or not."""
    try:
        return each.kind.find_all(cib, each.spec)
    except BadInput:
        return []


def _objects(context):
    """(kind, element) of all objects with an element of their own.

    Constraints that only XML can say cannot be given, so they are among them only where the section is named in purge.
    """
    for section in context.cib.configuration:
        named = {*section} if section.tag == _CONSTRAINTS and _CONSTRAINTS in context.options.purge else ()
        for element in section.iter():
            kind = kind_of(element)
            if kind is None and element in named and element.get("id"):
                kind = SUMMARIES[_CONSTRAINTS]
            if kind is not None and not kind.is_section:
                yield kind, element


def _is_kept(context, kind, element):
    return kind.section == _CONSTRAINTS and is_of_operator(element) and RUNTIME not in context.options.purge


def _refuse_emptied(context, found, wanted):
    """Refuse to remove all that there is of a section, but for those named in purge."""
    emptied = {section: len(leaves) for section, leaves in found.items()}
    for each in wanted:
        element = each.kind.find(context.cib, each.spec) if each.kind.is_section else None
        says_nothing = element is not None and not attributes.given(each.spec)
        emptied[each.kind.section] = each.kind.removable(context, element) if says_nothing else 0
    wrong = [
        f"{section}: is empty, which removes all that is there ({number}); name it in purge if that is meant"
        for section, number in emptied.items()
        if number and section.partition(".")[0] not in context.options.purge
    ]
    if wrong:
        raise BadInput(*wrong)
