# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of a cluster as seen from this node. From cheap to expensive queries: files, systemd, crm_mon, pcs."""

from __future__ import annotations

from ..base.errors import CommandFailed
from ..live import commands, files
from ..live.cluster import LiveCluster
from .steps import COMMUNICATION_TIMEOUT

_SERVICES = ("corosync.service", "pacemaker.service")


def services():
    """Whether one of the cluster's services runs on this node, and whether all of them start at boot."""
    argv = ["systemctl", "show", "--property=ActiveState,UnitFileState", *_SERVICES]
    units = [dict(line.split("=", 1) for line in unit.splitlines()) for unit in commands.run(argv).out.split("\n\n")]
    running = any(unit.get("ActiveState") not in ("inactive", "failed") for unit in units)
    return running, all(unit.get("UnitFileState") == "enabled" for unit in units)


def monitor():
    """The root element of crm_mon's XML; None if Pacemaker does not run on this node."""
    try:
        return LiveCluster().monitor()
    except CommandFailed as failure:
        if failure.facts["rc"] == commands.DISCONNECTED:
            return None
        raise


def is_authenticated(nodes):
    """Whether pcs on this node is authenticated to all these nodes: checks the token file, then queries the nodes.

    :param nodes: mapping of name -> list of addresses; pcsd listens at the first; an empty list means any address.
    """
    known = files.known_hosts()
    return all(has_token(known, name, addresses) for name, addresses in nodes.items()) and (
        commands.run(["pcs", "status", "pcsd", *nodes], ok=None, timeout=COMMUNICATION_TIMEOUT).code == commands.OK
    )


def has_token(known, name, addresses):
    """Whether a token is stored for the node at its first address.

    :param known: what files.known_hosts() returns.
    """
    host = known.get(name, {})
    stored = [each.get("addr") for each in host.get("dest_list", [])]
    return bool(host.get("token") and stored) and (not addresses or stored[0] == addresses[0])


def members(state, names):
    """Which of the nodes are online.

    :param state: the root element of crm_mon's XML; None if Pacemaker does not answer on this node.
    :param names: the nodes in corosync.conf; Pacemaker may not have heard of all of them yet.
    :returns: the names of those online, the names of those offline, and a sentence about each problem.
    """
    if state is None:
        return [], list(names), ["Pacemaker does not answer on this node"]
    found = {node.get("name"): node for node in state.iterfind("nodes/node")}
    online, offline, missing = [], [], []
    for name in names:
        node = found.get(name)
        if node is None or node.get("online") != "true":
            offline.append(name)
        elif node.get("pending") == "true":
            missing.append(f"{name} is still joining")
        else:
            online.append(name)
    if offline:
        missing.insert(0, f"not online: {', '.join(offline)}")
    controller = state.find("summary/current_dc")
    if controller is None or controller.get("present") != "true":
        missing.append("the cluster has not elected a DC yet")
    elif controller.get("with_quorum") != "true":
        missing.append("the cluster has no quorum")
    return online, offline, missing
