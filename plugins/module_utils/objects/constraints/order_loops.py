# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Detects loops of mandatory orders in a graph of actions, whose edges lead from earlier to later actions."""

from __future__ import annotations

from ...base import values
from ...base.cib import RESOURCES

_INVERSE = {"start": "stop", "stop": "start", "promote": "demote", "demote": "promote"}
_ACTIONS = tuple(_INVERSE)


def through(cib, element):
    """The resource ids of a loop that an order constraint is part of, first and last id the same; None without a loop.

    :param element: the <rsc_order>.
    """
    edges = _edges(cib)
    own = {}
    _add_order(own, element)
    for before, later in own.items():
        for after in later:
            path = _path(edges, after, before)
            if path:
                return _resources([before, *path], _named(cib))
    return None


def _path(edges, start, end):
    """The shortest path along the edges, including both ends; None if there is none."""
    came_from, frontier = {start: None}, [start]
    while frontier:
        following = []
        for vertex in frontier:
            if vertex == end:
                return _backtrack(came_from, end)
            for each in edges.get(vertex, ()):
                if each not in came_from:
                    came_from[each] = vertex
                    following.append(each)
        frontier = following
    return None


def _backtrack(came_from, end):
    path = [end]
    while came_from[path[-1]] is not None:
        path.append(came_from[path[-1]])
    return path[::-1]


def _resources(path, named):
    """The resources on a path that orders name; the others are only containers or members of these."""
    found = []
    for resource, _action, _is_completed in path:
        if resource in named and resource not in found[-1:]:
            found.append(resource)
    return found


def _named(cib):
    orders = cib.configuration.findall("constraints/rsc_order")
    ends = {each.get(end) for each in orders for end in ("first", "then")}
    return ends | {one.get("id") for each in orders for one in each.iter("resource_ref")}


# The graph: vertex -> later vertices. A vertex is (resource, action, whether the action is completed)


def _edges(cib):
    edits, edges = cib.indexes.get("orders", (None, None))
    if edits != cib.edits:
        edges = {}
        for element in cib.configuration.iterfind("resources//*"):
            if element.tag in RESOURCES:
                _add_resource(edges, element)
        for element in cib.configuration.iterfind("constraints/rsc_order"):
            _add_order(edges, element)
        cib.indexes["orders"] = cib.edits, edges
    return edges


def _add(edges, before, after):
    edges.setdefault(before, []).append(after)


def _add_resource(edges, element):
    """A container's action begins before those of its members and ends after them; group members act in sequence."""
    own = element.get("id")
    inner = [each.get("id") for each in element if each.tag in RESOURCES]
    for action in _ACTIONS:
        if not inner:
            _add(edges, (own, action, False), (own, action, True))
        for each in inner:
            _add(edges, (own, action, False), (each, action, False))
            _add(edges, (each, action, True), (own, action, True))
    _add(edges, (own, "start", True), (own, "promote", False))
    _add(edges, (own, "demote", True), (own, "stop", False))
    if element.tag == "group":
        for one, other in zip(inner, inner[1:]):
            _add(edges, (one, "start", True), (other, "start", False))
            _add(edges, (other, "stop", True), (one, "stop", False))


def _add_order(edges, element):
    if element.get("kind", "Mandatory") != "Mandatory" or values.score(element.get("score", "INFINITY")) == 0:
        return
    is_symmetrical = values.boolean(element.get("symmetrical", "true"))
    sets = element.findall("resource_set")
    if not sets:
        action = element.get("first-action", "start")
        _add_both(
            edges,
            (element.get("first"), action),
            (element.get("then"), element.get("then-action", action)),
            is_symmetrical,
        )
    for number, each in enumerate(sets):
        members = [(one.get("id"), each.get("action", "start")) for one in each.iterfind("resource_ref")]
        if values.boolean(each.get("sequential", "true")):
            for one, other in zip(members, members[1:]):
                _add_both(edges, one, other, is_symmetrical)
        # One vertex after each set replaces the edges between all members of this set and of the next
        after, before = (((element, vertex), "start") for vertex in (number, number - 1))
        for one in members:
            _add_both(edges, one, after, is_symmetrical)
            _add_both(edges, before, one, is_symmetrical)
        for action in ("start", "stop"):
            _add(edges, (after[0], action, False), (after[0], action, True))


def _add_both(edges, first, then, is_symmetrical):
    _add(edges, (*first, True), (*then, False))
    if is_symmetrical:
        inverse_first, inverse_then = ((resource, _INVERSE[action]) for resource, action in (first, then))
        _add(edges, (*inverse_then, True), (*inverse_first, False))
