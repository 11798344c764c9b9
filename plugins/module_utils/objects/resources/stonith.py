# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fence devices: primitives of the class stonith."""

from __future__ import annotations

import re
from functools import partial

from ...base.errors import BadInput, check_all
from .. import attributes
from ..checks import refuse_boolean_actions
from .primitive import Primitive

HOST_LIST, HOST_MAP = "pcmk_host_list", "pcmk_host_map"
PARAMS = "instance_attributes"
# A mapping in a pcmk_host_map, and its parts. A backslash escapes the next character (up to Pacemaker 3.0.0)
_MAPPING, _PARTS = r"(?:\\.|[^; \t])+", r"([^:=]+)[:=]((?:\\.|[^:=])+)"


def hosts(text):
    """The names in a pcmk_host_list, or in the output of an agent's list action (Pacemaker: stonith__parse_targets)."""
    return [name for name in re.split(r"[\s,;]+", text) if name]


def host_ports(text):
    """node -> its port on the device, from a pcmk_host_map (Pacemaker: build_port_aliases).

    :raises BadInput: for entries that the fencer would skip.
    """
    found = {}
    for mapping in re.findall(_MAPPING, text):
        parts = re.fullmatch(_PARTS, mapping)
        if parts is None:
            raise BadInput(
                f"{HOST_MAP}: {mapping!r} is not a mapping of a node to a port; write it like node1:1;node2:2,3"
            )
        found[parts[1]] = re.sub(r"\\(.)", r"\1", parts[2])
    return found


class Stonith(Primitive):
    """A fence device. Its agent is given without the class: fence_ipmilan."""

    section = "stonith"
    what = "fence device"
    keys = {key: Primitive.keys[key] for key in ("id", "agent", "params", "meta", "operations", "description")}

    def check_value(self, key, value):
        """Refuse what Primitive refuses, and fencing actions that YAML reads as booleans."""
        super().check_value(key, value)
        if key == "params":
            refuse_boolean_actions(attributes.given(value))

    def check_agent(self, agent):
        """Refuse an invalid name of a fence agent."""
        if ":" in agent:
            raise BadInput(f"agent: write the fence agent without {agent.rpartition(':')[0]}:, like fence_ipmilan")

    def write(self, context, spec, element):
        """Create or change the device; it keeps its position in the document."""
        before = {} if element is None else attributes.all_pairs(element, PARAMS)
        element = super().write(context, spec, element)
        context.notes("fence devices")[element] = before
        return element

    def complete(self, context, spec, element):
        """Check the nodes in new or changed parameters; remote and guest nodes have been written by now."""
        super().complete(context, spec, element)
        before, after = context.notes("fence devices")[element], attributes.all_pairs(element, PARAMS)
        check_all(
            partial(_check_hosts, context, name, after[name])
            for name in (HOST_LIST, HOST_MAP)
            if after.get(name) != before.get(name) and name in after
        )

    def is_ours(self, element):
        """Whether an element is of this kind."""
        return element.tag == "primitive" and element.get("class") == "stonith"

    @staticmethod
    def agent_of(element):
        """The agent as written in a specification: fence_ipmilan."""
        return element.get("type")

    @staticmethod
    def metadata_name(agent):
        """The agent as crm_resource writes it."""
        return f"stonith:{agent}"


def _check_hosts(context, name, text):
    """Refuse a host list or map with nodes that do not exist, unless forced."""
    try:
        names = hosts(text) if name == HOST_LIST else host_ports(text)
    except BadInput as error:
        context.complain(f"params: {error}")
        return
    for each in names:
        context.expect_node(each, f"params: {name}")
