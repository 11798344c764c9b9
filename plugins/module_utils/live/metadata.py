# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The metadata of agents and of Pacemaker's daemons, as XML texts."""

from __future__ import annotations

import os

from .commands import OK, Running, run

# Where distributions install Pacemaker's daemons
_DAEMONS = ("/usr/libexec/pacemaker", "/usr/lib/pacemaker")


def agent_metadata(agent):
    """The metadata XML of an agent (``ocf:heartbeat:IPaddr2``, ``stonith:fence_ipmilan``); None if not installed."""
    standard, _separator, unit = agent.partition(":")
    if standard == "systemd" and run(["systemctl", "cat", "--", unit], ok=None).code != OK:
        return None  # Pacemaker returns metadata for any unit name
    result = run(["crm_resource", "--show-metadata", agent], ok=None)
    return result.out if result.code == OK and result.out.strip() else None


def agents_like(agent):
    """The full names of the installed agents of the same standard and provider as `agent`."""
    family = agent.rpartition(":")[0]
    result = run(["crm_resource", "--list-agents", family], ok=None)
    return [f"{family}:{name}" for name in result.out.split()]


def property_metadata():
    """The metadata XML of the daemons that have cluster properties, as a list; empty if Pacemaker is not installed.

    pcs 0.10 and 0.11 query the same daemons; it works with Pacemaker 2.0 to 3.0.
    """
    return _daemons_metadata("the metadata of the cluster properties cannot be read", "based", "controld", "schedulerd")


def fencer_metadata():
    """The metadata XML of the fencer: the parameters that every fence device has; None if Pacemaker is not installed.

    pcs 0.10 to 0.12 query the same daemon.
    """
    return next(iter(_daemons_metadata("the metadata of Pacemaker's fencer cannot be read", "fenced")), None)


def _daemons_metadata(what, *names):
    """The metadata XML of these Pacemaker daemons, queried at the same time; empty if Pacemaker is not installed.

    :param what: the beginning of the message if it fails.
    """
    folder = next((each for each in _DAEMONS if os.path.exists(f"{each}/pacemaker-based")), None)
    running = [Running([f"{folder}/pacemaker-{name}", "metadata"]) for name in names if folder]
    return [each.end(what=what).out for each in running]
