# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether mandatory orders go round in a circle: found in a graph of actions, where each arrow says what comes before."""

from __future__ import annotations

from ...base import values
from ...base.cib import RESOURCES

_INVERSE = {"start": "stop", "stop": "start", "promote": "demote", "demote": "promote"}
_ACTIONS = tuple(_INVERSE)


def through(cib, element):
    """The ids of resources in a loop that an order constraint is part of, the first one at both ends; None if there is none.

    :param element: the <rsc_order>.
    """
    arrows = _arrows(cib)
    own = {}
    _add_order(own, element)
    for before, later in own.items():
        for after in later:
            path = _path(arrows, after, before)
            if path:
                return _resources([before, *path], _named(cib))
    return None


def _path(arrows, start, end):
    """The shortest way along the arrows, both ends included; None if there is none."""
    came_from, border = {start: None}, [start]
    while border:
        following = []
        for place in border:
            if place == end:
                return _way(came_from, end)
            for each in arrows.get(place, ()):
                if each not in came_from:
                    came_from[each] = place
                    following.append(each)
        border = following
    return None


def _way(came_from, end):
    way = [end]
    while came_from[way[-1]] is not None:
        way.append(came_from[way[-1]])
    return way[::-1]


def _resources(places, named):
    """The resources on a way through the graph that an order names; the others only hold them, or are held."""
    found = []
    for resource, _action, _side in places:
        if resource in named and resource not in found[-1:]:
            found.append(resource)
    return found


def _named(cib):
    orders = cib.configuration.findall("constraints/rsc_order")
    ends = {each.get(end) for each in orders for end in ("first", "then")}
    return ends | {one.get("id") for each in orders for one in each.iter("resource_ref")}


# The graph: place -> places that come later. A place is (resource, action, whether the action is over)


def _arrows(cib):
    edits, arrows = cib.indexes.get("orders", (None, None))
    if edits != cib.edits:
        arrows = {}
        for element in cib.configuration.iterfind("resources//*"):
            if element.tag in RESOURCES:
                _add_resource(arrows, element)
        for element in cib.configuration.iterfind("constraints/rsc_order"):
            _add_order(arrows, element)
        cib.indexes["orders"] = cib.edits, arrows
    return arrows


def _add(arrows, before, after):
    arrows.setdefault(before, []).append(after)


def _add_resource(arrows, element):
    """An action of what holds others begins before theirs and is over after them; members of a group follow each other."""
    own = element.get("id")
    inner = [each.get("id") for each in element if each.tag in RESOURCES]
    for action in _ACTIONS:
        if not inner:
            _add(arrows, (own, action, False), (own, action, True))
        for each in inner:
            _add(arrows, (own, action, False), (each, action, False))
            _add(arrows, (each, action, True), (own, action, True))
    _add(arrows, (own, "start", True), (own, "promote", False))
    _add(arrows, (own, "demote", True), (own, "stop", False))
    if element.tag == "group":
        for one, other in zip(inner, inner[1:]):
            _add(arrows, (one, "start", True), (other, "start", False))
            _add(arrows, (other, "stop", True), (one, "stop", False))


def _add_order(arrows, element):
    if element.get("kind", "Mandatory") != "Mandatory" or values.score(element.get("score", "INFINITY")) == 0:
        return
    is_symmetrical = values.boolean(element.get("symmetrical", "true"))
    sets = element.findall("resource_set")
    if not sets:
        action = element.get("first-action", "start")
        _add_both(
            arrows,
            (element.get("first"), action),
            (element.get("then"), element.get("then-action", action)),
            is_symmetrical,
        )
    for number, each in enumerate(sets):
        members = [(one.get("id"), each.get("action", "start")) for one in each.iterfind("resource_ref")]
        if values.boolean(each.get("sequential", "true")):
            for one, other in zip(members, members[1:]):
                _add_both(arrows, one, other, is_symmetrical)
        # One place after each set stands for all the arrows from it to the next
        after, before = (((element, place), "start") for place in (number, number - 1))
        for one in members:
            _add_both(arrows, one, after, is_symmetrical)
            _add_both(arrows, before, one, is_symmetrical)
        for action in ("start", "stop"):
            _add(arrows, (after[0], action, False), (after[0], action, True))


def _add_both(arrows, first, then, is_symmetrical):
    _add(arrows, (*first, True), (*then, False))
    if is_symmetrical:
        inverse_first, inverse_then = ((resource, _INVERSE[action]) for resource, action in (first, then))
        _add(arrows, (*inverse_then, True), (*inverse_first, False))
