# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_node with state: removed: removes a node from the cluster while the other nodes keep running."""

from __future__ import annotations

from ..base.errors import HaError
from ..corosync import conf as corosync_conf
from ..corosync import quorum
from ..live import status, transient
from ..membership import belonging, execute, steps
from ..objects.registry import Wanted, kind_in
from ..objects.resources import target_role
from .node_membership import NOTICE_WAIT, Change, carry_out, cluster_conf, wait_until

# The timeout in seconds for draining a remote or guest node
_DRAINING = 120
# Options for draining: the impact has already been predicted, and a failed change is rolled back
_WITHOUT_PREVIEW = {"preview": False, "disruption": "allow", "rollback": True}


def remove(task):
    """Remove a node from the cluster while the other nodes keep running.

    :returns: the result of ha_node, with the impact.
    :raises HaError: if the node cannot be removed, before anything is changed; or if it failed.
    """

    def prepare():
        task.apply(**_draining(task), wait=max(task.params["wait"], _DRAINING), **_WITHOUT_PREVIEW)

    outcome = carry_out(task, _removal, prepare)
    if outcome["changed"]:
        if not task.check:
            outcome["commands"] += _wait_until_removed(task)
        outcome["warnings"] += belonging.left_over(task.backend.read(), task.params["name"])
    return outcome


def _removal(task):
    params, name = task.params, task.params["name"]
    conf, cib = cluster_conf(), task.backend.read()
    type_ = belonging.type_of(conf, cib, name)
    if type_ is None:
        return Change()
    if type_ == "member":
        _refuse_removal(task, conf)
    if type_ == "left":
        todo = [steps.clear(name)]
    else:
        entry = [steps.remove_entry(name)] if type_ == "remote" else []
        todo = [*entry, steps.remove(name, type_, params["force"])]
    names = cib.node_names()
    return Change(todo, names, [each for each in names if each != name], _predicted(task, type_))


def _predicted(task, type_):
    """The impact of removing a node, as predicted by apply()."""
    name = task.params["name"]
    is_online = status.is_online(task.backend.monitor(), name)
    if is_online and type_ in ("remote", "guest"):
        return task.apply(**_draining(task), check=True)

    def shut_down(root):
        """Simulate a shutdown of the node: pcs shuts a member down before it removes it."""
        return is_online and transient.apply(root, name, {"shutdown": "1"})

    return task.apply(lambda _cib: [], expected=shut_down, check=True)


def _draining(task):
    """The parameters of apply() for moving all resources away from a remote or guest node.

    pcs stops pacemaker_remote while resources still run there: the cluster then considers the node lost and, if it
    cannot fence it, its resources are blocked (seen with 0.11.5). Stopping its connection disconnects a remote node
    cleanly.
    """
    name = task.params["name"]

    def disconnect(cib):
        if belonging.is_connection(cib.resource(name, ("primitive",))):
            target_role.stop(cib, cib.resource(name))

    standby = Wanted(kind_in("nodes"), {"name": name, "standby": True}, "present", "")
    return {"wanted": lambda _cib: [standby], "then": disconnect}


def _refuse_removal(task, conf):
    """Refuse to remove the last node, the node that runs the task, an unclean node, and a node needed for quorum."""
    params, name, monitor = task.params, task.params["name"], task.backend.monitor()
    if len(corosync_conf.nodes(conf)) == 1:
        raise HaError(
            f"{name} is the last node of the cluster; nothing was changed. To remove the cluster itself, use ha_cluster"
            " with state: absent"
        )
    if name == task.backend.node_name():
        raise HaError(f"{name} is the node that this task runs on; run it on another node. Nothing was changed")
    if (status.node(monitor, name) or {}).get("unclean"):
        raise HaError(
            f"{name} is unclean: if it is removed, resources that it may still run are also started on other nodes;"
            " nothing was changed. Fence it first (state: fenced), or power it off and confirm that (state:"
            " fencing_confirmed)"
        )
    remaining = status.fully_online_nodes(monitor) - {name}
    # The node leaves before the others expect fewer votes
    if not quorum.is_kept(conf, remaining) and not params["force"]:
        online = f"only {', '.join(sorted(remaining))} would remain online" if remaining else "no other node is online"
        raise HaError(
            f"without {name} the cluster would lose quorum: {online}; nothing was changed. Bring the other nodes back"
            " online, or use force: true"
        )


def _wait_until_removed(task):
    """Wait until the cluster no longer shows a node.

    Its entry is removed again if the controller has recreated it after losing the connection, immediately or later
    (seen with Pacemaker 2.1.5).

    :returns: the commands that were run for this.
    """
    name, commands = task.params["name"], []

    def still_listed(task, cib, monitor):
        conf = cluster_conf()
        if belonging.type_of(conf, cib, name) == "left":
            step = steps.clear(name)
            with execute.exclusively() as lock:
                execute.run(step, lock)
            commands.append(list(step.argv))
        return _places_left(name, conf, cib, monitor)

    task.backend.wait(NOTICE_WAIT)
    wait_until(task, still_listed, changed=True)
    return commands


def _places_left(name, conf, cib, monitor):
    is_in = {
        "corosync.conf": name in corosync_conf.nodes(conf),
        "the configuration": name in cib.node_names(),
        "the status": status.node(monitor, name) is not None,
    }
    places = [place for place, found in is_in.items() if found]
    return f"{name} is still in {' and '.join(places)}" if places else None
