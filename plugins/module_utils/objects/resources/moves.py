# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Moves and bans: the location constraints cli-* that crm_resource --move, --ban and --clear write and remove.

Measured on Pacemaker 2.0.5, 2.1.5 and 3.0.0: all three write the same.
"""

from __future__ import annotations

import datetime

from ...base import values
from ...base.errors import BadInput

TAG = "rsc_location"
_MOVE, _BAN = "cli-prefer-", "cli-ban-"
_DATE = "%Y-%m-%d %H:%M:%SZ"


def is_of_operator(constraint):
    """Whether a constraint is a move or a ban that an operator made at run time."""
    return constraint.get("id").startswith("cli-")


class Lifetime:
    """How long a constraint is in effect: from `now`, a datetime with time zone, for a number of seconds."""

    def __init__(self, now, seconds):
        """:raises BadInput: if it ends after the latest possible date."""
        try:
            self._now, self._end = now, now + datetime.timedelta(seconds=seconds)
        except OverflowError:
            raise BadInput("lifetime: ends after the latest possible date; omit it for no expiration") from None

    def __str__(self):
        return self._end.astimezone(datetime.timezone.utc).strftime(_DATE)

    def has_passed(self, text):
        """Whether the end in a text from the CIB has already passed."""
        try:
            return datetime.datetime.strptime(text, _DATE).replace(tzinfo=datetime.timezone.utc) <= self._now
        except ValueError:
            return True


def prefer(cib, resource_id, node, role="Started", end=None):
    """Make a resource run on a node, whatever other preferences it has.

    Earlier moves of the resource and a ban from that node are removed.

    :param role: Started, or Promoted for the promoted instances only.
    :param end: a Lifetime; None for no end.
    """
    cib.check_node(node)
    wanted = f"cli-prefer-{resource_id}"
    for element in _moves_and_bans(cib, resource_id):
        is_move = element.get("id").startswith(_MOVE)
        if element.get("id") != wanted and (is_move or _node_of(element) == node):
            cib.remove(element)
    ids = (f"cli-prefer-rule-{resource_id}", f"cli-prefer-expr-{resource_id}", f"cli-prefer-lifetime-end-{resource_id}")
    _write(cib, wanted, resource_id, node, "INFINITY", role, end, ids)


def ban(cib, resource_id, node, role="Started", end=None):
    """Ban a resource from a node; the parameters are those of prefer()."""
    cib.check_node(node)
    wanted = f"cli-ban-{resource_id}-on-{node}"
    _write(
        cib,
        wanted,
        resource_id,
        node,
        "-INFINITY",
        role,
        end,
        (f"{wanted}-rule", f"{wanted}-expr", f"{wanted}-lifetime"),
    )


def obstacles(cib, resource_id, node):
    """The ids of earlier moves of a resource, and of its bans from a node."""
    return [
        each.get("id")
        for each in _moves_and_bans(cib, resource_id)
        if each.get("id").startswith(_MOVE) or _node_of(each) == node
    ]


def remove_move(cib, resource_id, node):
    """Remove the move of a resource to a node, unless the move has an end."""
    element = cib.find(f"{_MOVE}{resource_id}")
    if element is not None and element.get("node") == node:
        cib.remove(element)


def clear(cib, resource_id, node=None):
    """Remove moves and bans of a resource: all, or those for a node."""
    if node is not None:
        cib.check_node(node)
    for element in _moves_and_bans(cib, resource_id):
        if node is None or _node_of(element) == node:
            cib.remove(element)


def _moves_and_bans(cib, resource_id):
    return [
        each
        for each in cib.configuration.findall(f"constraints/{TAG}")
        if each.get("rsc") == resource_id and each.get("id", "").startswith((_MOVE, _BAN))
    ]


def _node_of(element):
    expression = element.find("rule/expression")
    return element.get("node") if expression is None else expression.get("value")


def _write(cib, constraint_id, resource_id, node, score, role, end, ids):
    role = cib.role(role)
    found = cib.find(constraint_id)
    if found is not None:
        if (
            _node_of(found) == node
            and values.role(found.get("role", "Started")) == values.role(role)
            and _lasts_as_requested(found, end)
        ):
            return
        cib.remove(found)
    head = {"id": constraint_id, "rsc": resource_id, "role": role}
    constraints = cib.section("constraints")
    if end is None:
        cib.add(constraints, TAG, {**head, "node": node, "score": score})
        return
    rule_id, expression_id, lifetime_id = ids
    rule = cib.add(cib.add(constraints, TAG, head), "rule", {"id": rule_id, "score": score, "boolean-op": "and"})
    expression = {"id": expression_id, "attribute": "#uname", "operation": "eq", "value": node, "type": "string"}
    cib.add(rule, "expression", expression)
    cib.add(rule, "date_expression", {"id": lifetime_id, "operation": "lt", "end": str(end)})


def _lasts_as_requested(element, end):
    """Whether an existing constraint lasts as requested: without an end, or with an end that has not passed."""
    lifetime = element.find("rule/date_expression")
    if lifetime is None or end is None:
        return lifetime is None and end is None
    return not end.has_passed(lifetime.get("end", ""))
