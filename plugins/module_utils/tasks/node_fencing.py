# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fencing on an operator's request: powers a node off or reboots it, or confirms that it is off."""

from __future__ import annotations

import time

from ..base.errors import BadInput, CommandFailed, HaError
from ..live import pcs, status, transient
from ..plan import preview
from ..plan.planner import unchanged

# The default timeout of a fencing in seconds; stonith_admin itself gives up after 120
_PATIENCE = 180
# Seconds until the cluster must have noticed a confirmed fencing
_CONFIRMING = 30
_LOOK_EVERY = 0.5


def fence(task):
    """Have the cluster power a node off or reboot it, every time the task runs.

    :returns: the result of ha_node, with `fencing`: the entry of the fencing history.
    :raises HaError: if fencing the node is not safe, or failed.
    """
    params, name = task.params, task.params["name"]
    _refuse_unconfirmed(params)
    _refuse_unsafe(task)
    argv = ["pcs", "stonith", "fence", name, *(["--off"] if params["action"] == "off" else [])]
    # The configuration does not change; the scheduler predicts what happens to the resources on the node
    outcome = task.apply(lambda _cib: [], expected=lambda root: transient.mark_lost(root, name), check=True)
    _add_fencing(outcome, name)
    outcome.update(changed=True, commands=[argv])
    if task.check:
        return outcome
    before = _events(task, name)[:1]
    try:
        task.backend.change(argv, timeout=max(params["wait"], _PATIENCE), what=f"{name} cannot be fenced")
    except CommandFailed as failure:
        latest = _latest(task, name, before)
        reason = f"; fencing history: {_description(latest)}" if latest else ""
        raise HaError(f"{failure}{reason}", **failure.facts, fencing=latest) from failure
    outcome["fencing"] = _latest(task, name, before)
    if outcome["fencing"] is None or outcome["fencing"]["status"] != "success":
        raise HaError(
            f"pcs reported success, but the fencing history of {name} shows {_description(outcome['fencing'])}",
            changed=True,
        )
    if params["wait"] and not task.backend.wait(params["wait"]):
        raise HaError(f"{name} was fenced, but the cluster was still busy after {params['wait']} seconds", changed=True)
    return outcome


def confirm(task):
    """Confirm to the cluster that a node which it could not fence is off."""
    params, name = task.params, task.params["name"]
    _refuse_unconfirmed(params)
    task.backend.read().check_node(name, key="name")
    found = status.node(task.backend.monitor(), name)
    if found is not None and (found["online"] or found["pending"]):
        raise HaError(
            f"{name} is online: confirming that it is off would let its resources run twice; nothing was done. Fence it"
            " (state: fenced), or power it off first"
        )
    outcome = unchanged()
    if found is None or not found["unclean"]:
        return outcome
    argv = ["pcs", "stonith", "confirm", name, *pcs.yes(pcs.version(), "confirm")]
    sides = {"before": f"{name}: unclean\n", "after": f"{name}: confirmed as off\n"}
    outcome.update(changed=True, commands=[argv], diff=sides)
    if not task.check:
        task.backend.change(argv, what=f"the fencing of {name} cannot be confirmed")
        _wait_until_clean(task, name)
    return outcome


def _refuse_unconfirmed(params):
    if params["confirm"] != params["name"]:
        raise BadInput(f"confirm: must be {params['name']}, to confirm that this is the right node")


def _refuse_unsafe(task):
    """Refuse to fence the node that runs the task, the last node that can run resources, or a node without a device."""
    name, backend = task.params["name"], task.backend
    backend.read().check_node(name, key="name")
    monitor = backend.monitor()
    others = [each for each in status.nodes(monitor) if each["name"] != name and each["type"] == "member"]
    idle = ("standby", "maintenance", "pending", "unclean")
    if not any(each["online"] and not any(each[fact] for fact in idle) for each in others):
        raise HaError(f"{name} is the last active node: no other node could run its resources; nothing was done")
    if name == backend.node_name():
        raise HaError(f"{name} is the node that this task runs on; run it on another node. Nothing was done")
    if not backend.fence_devices(name):
        raise HaError(f"no fence device can fence {name}; nothing was done. Check pcs stonith config")


def _add_fencing(outcome, name):
    """Add the requested fencing to the impact if the scheduler would not have fenced the node."""
    impact = outcome.get("impact")
    if impact is None or any(each["action"] == "fence" and each["node"] == name for each in impact):
        return
    preview.add_to_result(outcome, [{"action": "fence", "node": name}, *impact])


def _events(task, name):
    """The finished fencings of a node in the fencing history, the newest first."""
    history = task.backend.fencing_history(name)
    names = ("target", "action", "status", "client", "origin", "delegate", "completed", "exit-reason")
    events = [{key.replace("-", "_"): each.get(key) for key in names if each.get(key)} for each in history]
    return [each for each in events if each.get("status") != "pending"]


def _latest(task, name, before):
    """The newest fencing of a node, unless it is the one from before.

    The history holds 500 events (fenced_history.c of Pacemaker), so counting them is not enough.
    """
    newest = _events(task, name)[:1]
    return newest[0] if newest and newest != before else None


def _description(event):
    if event is None:
        return "no new fencing"
    return f"{event['action']} {event['status']}, {event.get('exit_reason') or 'no reason given'}"


def _wait_until_clean(task, name):
    give_up = time.monotonic() + _CONFIRMING
    while (status.node(task.backend.monitor(), name) or {}).get("unclean"):
        if time.monotonic() > give_up:
            raise HaError(
                f"{name} was confirmed as off, but is still unclean after {_CONFIRMING} seconds", changed=True
            )
        time.sleep(_LOOK_EVERY)
