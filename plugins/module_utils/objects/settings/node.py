# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nodes: their attributes, their utilization, and whether they are in standby or maintenance."""

from __future__ import annotations

from ...base import values
from ...base.errors import BadInput
from .. import attributes
from ..checks import PAIRS
from ..kind import Kind
from ..registry import SECTIONS

# The sets of pairs: key of the specification -> element
_SETS = {"attributes": "instance_attributes", "utilization": "utilization"}
# Attributes with keys of their own. An operator sets them at run time, so they are left alone unless they are given
_STATES = ("standby", "maintenance")


class Node(Kind):
    """A node, which its name identifies. The cluster makes and removes nodes; here they are only described.

    After a patch of a node the DC of Pacemaker 3.0.0 elects itself again: 0.1 s, and 1 s until it is idle, in which nothing that
    runs is touched (measured; not so in 2.0.5 and 2.1.5). crm_attribute avoids that, but it is no compare-and-swap, and not
    one transaction with the rest.
    """

    section = "nodes"
    what = "node"
    keys = {"name": str, "attributes": PAIRS, "utilization": PAIRS, **dict.fromkeys(_STATES, bool)}
    required = ("name",)

    def check(self, spec):
        """Refuse wrong keys and sets, and states among the attributes."""
        super().check(spec)
        for key in _SETS:
            attributes.check(key, spec.get(key))
        attributes.check_whole_numbers("utilization", spec.get("utilization"))
        for name in _STATES:
            if name in _lasting_names(spec.get("attributes") or {}):
                raise BadInput(f"attributes: {name} is a key of its own beside attributes; write {name}: true or false")

    def check_absent(self, spec):
        """Nodes come and go with the cluster."""
        raise BadInput(
            "name: a node is not removed from the configuration but from the cluster, with ha_node and state: removed"
        )

    def claims(self, spec):
        """Its name."""
        return [("name", spec["name"])]

    def identified(self, cib, spec):
        """The node of this name, or None."""
        nodes = cib.configuration.iterfind("nodes/node")
        return next((each for each in nodes if each.get("uname") == spec["name"]), None)

    def is_ours(self, element):
        """Whether an element is a node."""
        return element.tag == "node" and bool(element.get("uname"))

    def read(self, element):
        """{name, attributes, utilization, standby, maintenance}; the states only where they are on."""
        spec = {
            "name": element.get("uname"),
            "attributes": _without_states(attributes.read(element, _SETS["attributes"])),
            "utilization": attributes.read(element, _SETS["utilization"]),
            **{name: _is_on(_pairs(element, name)) for name in _STATES},
        }
        return {key: value for key, value in spec.items() if value}

    def write(self, context, spec, element):
        """Nothing yet: which remote and guest nodes there are, the resources tell."""
        return element

    def can_leave(self, context, element):
        """Whether something is said of it that would go."""
        return not {*_SETS, *_STATES}.difference(context.kept(frozenset(_STATES))).isdisjoint(self.read(element))

    def leave(self, context, element):
        """The node stays, with nothing said of it."""
        _lay_over(context, {}, element)

    def drained_node(self, spec):
        """A node in standby, unless it is in maintenance: then what runs there stays."""
        return spec["name"] if spec.get("standby") and not spec.get("maintenance") else None

    def completion(self, spec):
        """When all resources are written."""
        return SECTIONS.index("bundles") + 0.5

    def complete(self, context, spec, element):
        """Write what is given; a remote or guest node without an element gets one as crm_attribute makes it.

        :raises BadInput: for a node that the cluster does not have.
        """
        cib, name = context.cib, spec["name"]
        if not cib.has_nodes:
            context.warnings.append(
                f"nodes: this configuration has no nodes yet, so what becomes of {name!r} is not foreseen"
            )
            return
        is_new = element is None
        if is_new:
            context.check_node(name, "name")
            element = cib.add(cib.section("nodes"), "node", {"id": name, "type": "remote", "uname": name})
        _lay_over(context, spec, element)
        if is_new and not len(element):
            cib.remove(element)


def _lay_over(context, spec, element):
    cib, given = context.cib, {key: {} if spec.get(key) is None else spec[key] for key in _SETS}
    # Agents and rules read attributes as text
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
    """The <nvpair> elements of a state, that which counts first. One that depends on a rule is not the operator's."""
    return attributes.runtime_pairs(element, name, _SETS["attributes"])


def _is_on(pairs):
    return bool(pairs) and values.boolean(pairs[0].get("value", "")) is True


def _lasting_names(given):
    """The names in the sets of a specification that do not depend on a rule."""
    sets = given if isinstance(given, list) else [{"values": given}]
    return {name for each in sets if each.get("rule") is None for name in each.get("values", {})}


def _without_states(sets):
    """Sets as they were read, without the pairs that have keys of their own."""
    if isinstance(sets, dict):
        return {name: value for name, value in sets.items() if name not in _STATES}
    return [each if "rule" in each else {**each, "values": _without_states(each["values"])} for each in sets]
