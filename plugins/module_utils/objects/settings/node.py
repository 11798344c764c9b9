# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nodes: their attributes, their utilization, and whether they are in standby or maintenance mode."""

from __future__ import annotations

from ...base import values
from ...base.errors import BadInput
from .. import attributes
from ..checks import PAIRS
from ..kind import Kind
from ..registry import SECTIONS

# The sets of pairs: key of the specification -> element
_SETS = {"attributes": "instance_attributes", "utilization": "utilization"}
# Attributes with separate keys. Operators set them at run time, so they are left alone unless given
_STATES = ("standby", "maintenance")


class Node(Kind):
    """A node, identified by its name. The cluster adds and removes nodes; this kind only changes their settings.

    After a patch that changes a node, the DC of Pacemaker 3.0.0 re-elects itself: 0.1 s, and 1 s until it is idle, with
    no effect on resources (measured; 2.0.5 and 2.1.5 do not do this). crm_attribute avoids the election, but it is not
    a compare-and-swap, and not part of the same transaction.
    """

    section = "nodes"
    what = "node"
    keys = {"name": str, "attributes": PAIRS, "utilization": PAIRS, **dict.fromkeys(_STATES, bool)}
    required = ("name",)

    def check(self, spec):
        """Refuse invalid keys and sets, and standby or maintenance among the attributes."""
        super().check(spec)
        for key in _SETS:
            attributes.check(key, spec.get(key))
        attributes.check_whole_numbers("utilization", spec.get("utilization"))
        for name in _STATES:
            if name in _unconditional_names(spec.get("attributes") or {}):
                raise BadInput(
                    f"attributes: {name} cannot be set as an attribute; use state: {name} of ha_node, or the key {name} in a"
                    " configuration document"
                )

    def check_absent(self, spec):
        """Refuse to remove a node: nodes are removed from the cluster, not from the configuration."""
        raise BadInput(
            "name: a node cannot be removed from the configuration; remove it from the cluster with ha_node and"
            " state: removed"
        )

    def claims(self, spec):
        """Its name."""
        return [("name", spec["name"])]

    def identified(self, cib, spec):
        """The node with this name, or None."""
        nodes = cib.configuration.iterfind("nodes/node")
        return next((each for each in nodes if each.get("uname") == spec["name"]), None)

    def is_ours(self, element):
        """Whether an element is a node."""
        return element.tag == "node" and bool(element.get("uname"))

    def read(self, element):
        """{name, attributes, utilization, standby, maintenance}; standby and maintenance only if they are on."""
        spec = {
            "name": element.get("uname"),
            "attributes": _without_states(attributes.read(element, _SETS["attributes"])),
            "utilization": attributes.read(element, _SETS["utilization"]),
            **{name: _is_on(_pairs(element, name)) for name in _STATES},
        }
        return {key: value for key, value in spec.items() if value}

    def write(self, context, spec, element):
        """Do nothing yet: the resources that define remote and guest nodes may not have been written."""
        return element

    def can_leave(self, context, element):
        """Whether the node has any settings that leave() would remove."""
        return not {*_SETS, *_STATES}.difference(context.kept(frozenset(_STATES))).isdisjoint(self.read(element))

    def leave(self, context, element):
        """Keep the node, but remove its settings."""
        _write_settings(context, {}, element)

    def drained_node(self, spec):
        """The name of a node in standby, unless it is in maintenance: resources keep running there."""
        return spec["name"] if spec.get("standby") and not spec.get("maintenance") else None

    def completion(self, spec):
        """When all resources have been written."""
        return SECTIONS.index("bundles") + 0.5

    def complete(self, context, spec, element):
        """Write the settings. A remote or guest node without an element gets one like that of crm_attribute.

        :raises BadInput: for a node that the cluster does not have.
        """
        cib, name = context.cib, spec["name"]
        if not cib.has_nodes:
            context.warnings.append(
                f"nodes: this configuration has no nodes yet, so changes to {name!r} cannot be predicted"
            )
            return
        is_new = element is None
        if is_new:
            context.check_node(name, "name")
            element = cib.add(cib.section("nodes"), "node", {"id": name, "type": "remote", "uname": name})
        _write_settings(context, spec, element)
        if is_new and not len(element):
            cib.remove(element)


def _write_settings(context, spec, element):
    cib, given = context.cib, {key: {} if spec.get(key) is None else spec[key] for key in _SETS}
    # Agents and rules compare attributes as text
    same = {"attributes": attributes.exactly, "utilization": values.same}
    kept = context.kept(frozenset(_STATES)).union(name for name in _STATES if spec.get(name) is not None)
    for key, tag in _SETS.items():
        arrange = list if key == "attributes" else sorted  # as pcs writes them
        attributes.write(cib, element, tag, given[key], same[key], context.exact, kept, arrange=arrange)
    for name in _STATES:
        _write_state(cib, element, name, spec.get(name))


def _write_state(cib, element, name, wanted):
    """Switch a state on or off as `pcs node standby` and `pcs node unstandby` do; None leaves it alone."""
    pairs = _pairs(element, name)
    if wanted is None or wanted == _is_on(pairs):
        return
    if not wanted:
        for each in pairs:
            cib.remove(each)
    elif pairs:
        cib.set(pairs[0], "value", "on")
    else:
        attributes.write(cib, element, _SETS["attributes"], {name: "on"})


def _pairs(element, name):
    """The <nvpair> elements of a state, that with the highest precedence first; not those that depend on a rule."""
    return attributes.runtime_pairs(element, name, _SETS["attributes"])


def _is_on(pairs):
    return bool(pairs) and values.boolean(pairs[0].get("value", "")) is True


def _unconditional_names(given):
    """The names in the sets of a specification that do not depend on a rule."""
    sets = given if isinstance(given, list) else [{"values": given}]
    return {name for each in sets if each.get("rule") is None for name in each.get("values", {})}


def _without_states(sets):
    """Sets as they were read, without the pairs that have separate keys."""
    if isinstance(sets, dict):
        return {name: value for name, value in sets.items() if name not in _STATES}
    return [each if "rule" in each else {**each, "values": _without_states(each["values"])} for each in sets]
