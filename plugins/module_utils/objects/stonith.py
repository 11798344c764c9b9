# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fence devices: primitives of the class stonith."""

from __future__ import annotations

from ..errors import BadInput
from . import attributes
from .kind import refuse_boolean_actions
from .primitive import Primitive


class Stonith(Primitive):
    """A fence device. Its agent is written without the class: fence_ipmilan."""

    section = "stonith"
    what = "fence device"
    keys = {key: Primitive.keys[key] for key in ("id", "agent", "params", "meta", "operations", "description")}

    def check_value(self, key, value):
        """Refuse what is wrong with any primitive, and actions that YAML took for booleans."""
        super().check_value(key, value)
        if key == "params":
            refuse_boolean_actions(attributes.given(value))

    def check_agent(self, agent):
        """Refuse what cannot be the name of a fence agent."""
        if ":" in agent:
            raise BadInput(f"agent: write the fence agent without {agent.rpartition(':')[0]}:, like fence_ipmilan")

    def is_ours(self, element):
        """Whether an element is of this kind."""
        return element.tag == "primitive" and element.get("class") == "stonith"

    @staticmethod
    def agent_of(element):
        """The agent as it is written in a specification: fence_ipmilan."""
        return element.get("type")

    @staticmethod
    def metadata_name(agent):
        """The agent as crm_resource names it."""
        return f"stonith:{agent}"
