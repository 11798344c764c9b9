# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_node does with state: removed: a node leaves the cluster for good; the others go on."""

from __future__ import annotations

from ..base.errors import HaError
from ..corosync import conf as corosync_conf
from ..corosync import quorum
from ..live import status, transient
from ..membership import belonging, execute, steps
from ..objects.registry import Wanted, kind_in
from ..objects.resources import target_role
from .node_membership import NOTICING, Change, carried_out, cluster_conf, wait_until

# Seconds that a remote or guest node gets to be drained
_DRAINING = 120
# How that is done: it has been predicted, and is rolled back if it does not work
_QUIETLY = {"preview": False, "disruption": "allow", "rollback": True}


def remove(task):
    """Let a node be no longer in the cluster; the others go on.

    :returns: the result of ha_node, with the impact.
    :raises HaError: if it is not possible, before anything is changed; or if it did not work.
    """

    def prepare():
        task.apply(**_draining(task), wait=max(task.params["wait"], _DRAINING), **_QUIETLY)

    outcome = carried_out(task, _removal, prepare)
    if outcome["changed"]:
        if not task.check:
            outcome["commands"] += _await_gone(task)
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
    """What comes of the removal of a node, as apply() predicts it."""
    name = task.params["name"]
    is_online = status.is_online(task.backend.monitor(), name)
    if is_online and type_ in ("remote", "guest"):
        return task.apply(**_draining(task), check=True)

    def leave(root):
        """Its resources go as they do when the node shuts down, which pcs lets a member do."""
        return is_online and transient.lay_over(root, name, {"shutdown": "1"})

    return task.apply(lambda _cib: [], besides=leave, check=True)


def _draining(task):
    """The parameters of apply() after which nothing runs on a remote or guest node any more.

    pcs ends pacemaker_remote together with what runs on it: the cluster takes the node for lost, and where it cannot fence it,
    all that is blocked (seen with 0.11.5). A remote node is left in order when its connection is stopped.
    """
    name = task.params["name"]

    def disconnect(cib):
        if belonging.is_connection(cib.resource(name, ("primitive",))):
            target_role.stop(cib, cib.resource(name))

    standby = Wanted(kind_in("nodes"), {"name": name, "standby": True}, "present", "")
    return {"wanted": lambda _cib: [standby], "then": disconnect}


def _refuse_removal(task, conf):
    """Refuse to remove the node that has to do it, the last one, one that may still run things, and one whose votes are needed."""
    params, name, monitor = task.params, task.params["name"], task.backend.monitor()
    if len(corosync_conf.nodes(conf)) == 1:
        raise HaError(
            f"{name} is the last node of the cluster; nothing was changed. To remove the cluster itself, use ha_cluster with"
            " state: absent"
        )
    if name == task.backend.node_name():
        raise HaError(f"{name} is the node that this task runs on; run it on one that stays. Nothing was changed")
    if (status.node(monitor, name) or {}).get("unclean"):
        raise HaError(
            f"{name} is unclean: when it is removed, what it may still run is started elsewhere, too; nothing was changed."
            " Fence it first (state: fenced), or switch it off and say so (state: fencing_confirmed)"
        )
    staying = status.wholly_there(monitor) - {name}
    # It leaves before the others expect fewer votes
    if not quorum.stays(conf, staying) and not params["force"]:
        raise HaError(
            f"without {name} the cluster would lose its quorum: {', '.join(sorted(staying)) or 'no other node'} alone is"
            " online; nothing was changed. Bring the others back, or use force: true"
        )


def _await_gone(task):
    """Wait until the cluster shows a node no longer.

    Its entry is removed again where the controller has made it anew, since it lost the connection (seen on 2.1.5): at once,
    or later.

    :returns: the commands that it took.
    """
    name, commands = task.params["name"], []

    def gone(task, cib, monitor):
        conf = cluster_conf()
        if belonging.type_of(conf, cib, name) == "left":
            step = steps.clear(name)
            with execute.exclusively() as lock:
                execute.run(step, lock)
            commands.append(list(step.argv))
        return _still_there(name, conf, cib, monitor)

    task.backend.wait(NOTICING)
    wait_until(task, gone, changed=True)
    return commands


def _still_there(name, conf, cib, monitor):
    is_in = {
        "corosync.conf": name in corosync_conf.nodes(conf),
        "the configuration": name in cib.node_names(),
        "the status": status.node(monitor, name) is not None,
    }
    places = [place for place, found in is_in.items() if found]
    return f"{name} is still in {' and '.join(places)}" if places else None
