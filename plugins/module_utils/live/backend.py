# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Selects what a module works on: the running cluster or a CIB in a file, and the agents that are installed there."""

from __future__ import annotations


def backend_of(cib_file, predicts=False):
    """The backend of a module: a LiveCluster, CheckModeCluster or CibFile.

    :param cib_file: the path of a CIB file; None or empty for the running cluster.
    :param predicts: whether a change is predicted, which is possible even if the cluster is not running.
    """
    if cib_file:
        from .cib_file import CibFile

        return CibFile(cib_file)
    from .cluster import CheckModeCluster, LiveCluster

    return CheckModeCluster() if predicts else LiveCluster()


def agents_of(backend):
    """The Agents of this node, for a backend."""
    from . import metadata
    from .agents import Agents

    read_metadata = metadata.agent_metadata if backend.can_run_agents else None
    return Agents(read_metadata, metadata.agents_like, metadata.property_metadata, metadata.fencer_metadata)
