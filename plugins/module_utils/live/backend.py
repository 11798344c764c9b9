# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Selects what a module works on: the running cluster or a CIB in a file, and the agents that are installed there."""

from __future__ import annotations


def backend_of(module):
    """The backend for the parameters of a module: a LiveCluster, CheckModeCluster or CibFile.

    :param module: an AnsibleModule with the parameter cib_file.
    """
    if module.params["cib_file"]:
        from .cib_file import CibFile

        return CibFile(module.params["cib_file"])
    from .cluster import CheckModeCluster, LiveCluster

    return CheckModeCluster() if module.check_mode else LiveCluster()


def agents_of(backend):
    """The Agents of this node, for a backend."""
    from . import metadata
    from .agents import Agents

    read_metadata = metadata.agent_metadata if backend.can_run_agents else None
    return Agents(read_metadata, metadata.agents_like, metadata.property_metadata, metadata.fencer_metadata)
