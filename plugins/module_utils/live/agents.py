# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The agents of this node; their metadata is read when something has to be validated."""

from __future__ import annotations

from functools import lru_cache

from ..base.errors import BadInput, nearest


class Agents:
    """The metadata of this node's agents and of its Pacemaker daemons; each is read at most once."""

    def __init__(self, read_metadata, read_names, read_properties=None, read_fencer=lambda: None):
        """
        :param read_metadata: agent name -> metadata XML, or None if it is not installed.
        :param read_names: agent name -> the names of the installed agents of its family.
        :param read_properties: () -> the metadata XML of Pacemaker's daemons, a list; empty if it is not installed.
        :param read_fencer: () -> the metadata XML of Pacemaker's fencer, or None if it is not installed.
        """
        self._read_metadata = read_metadata
        self._read_names = read_names
        self._read_properties = read_properties
        self._read_fencer = lru_cache(maxsize=None)(read_fencer)
        self._known = {}
        self._properties = None

    def get(self, agent):
        """The Metadata of an agent; None on a node where agents cannot be queried.

        :raises BadInput: if it is not installed.
        """
        if self._read_metadata is None:
            return None
        if agent not in self._known:
            xml = self._read_metadata(agent)
            if xml is None:
                family = self._read_names(agent)
                shown = agent.replace("stonith:", "")
                close = nearest(agent, family).replace("stonith:", "")
                raise BadInput(f"agent: {shown} is not installed on this node{close or '; install its package first'}")
            # Most tasks need no metadata
            from .agent_metadata import Metadata

            self._known[agent] = Metadata(agent, xml, self._read_fencer() if agent.startswith("stonith:") else None)
        return self._known[agent]

    def properties(self):
        """The PropertyMetadata; None on a node where Pacemaker cannot be queried."""
        if self._read_properties is not None:
            # Most tasks change no properties
            from .property_metadata import PropertyMetadata

            documents, self._read_properties = self._read_properties(), None
            self._properties = PropertyMetadata(documents) if documents else None
        return self._properties
