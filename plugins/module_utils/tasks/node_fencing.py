# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fencing that an operator orders: a node is switched off or rebooted, or known to be off; and what the history says of it."""

from __future__ import annotations

import time

from ..base.errors import BadInput, CommandFailed, HaError
from ..live import pcs, status, transient
from ..plan import preview

# Seconds that a fencing gets where the task does not say; stonith_admin itself gives up after 120
_PATIENCE = 180
# Seconds until the cluster knows of a confirmed fencing
_CONFIRMING = 30
_LOOK_EVERY = 0.5


def fence(task):
    """Have a node switched off or rebooted, each time.

    :returns: the result of ha_node, with `fencing`: what the fencing history says of it.
    :raises HaError: if it is not wise, or did not work; the message says which.
    """
    params, name = task.params, task.params["name"]
    _refuse_unconfirmed(params)
    _refuse_unwise(task)
    argv = ["pcs", "stonith", "fence", name, *(["--off"] if params["action"] == "off" else [])]
    # Nothing in the configuration changes; the scheduler says what becomes of what runs there
    outcome = task.apply(lambda _cib: [], besides=lambda root: transient.lose(root, name), check=True)
    _add_fencing(outcome, name)
    outcome.update(changed=True, commands=[argv])
    if task.check:
        return outcome
    before = _events(task, name)[:1]
    try:
        task.backend.change(argv, timeout=max(params["wait"], _PATIENCE), what=f"{name} cannot be fenced")
    except CommandFailed as failure:
        latest = _latest(task, name, before)
        reason = f"; the history says {_told(latest)}" if latest else ""
        raise HaError(f"{failure}{reason}", **failure.facts, fencing=latest) from failure
    outcome["fencing"] = _latest(task, name, before)
    if outcome["fencing"] is None or outcome["fencing"]["status"] != "success":
        raise HaError(
            f"pcs reported success, but the fencing history of {name} does not: {_told(outcome['fencing'])}",
            changed=True,
        )
    if params["wait"] and not task.backend.wait(params["wait"]):
        raise HaError(f"{name} was fenced, but the cluster was still busy after {params['wait']} seconds", changed=True)
    return outcome


def confirm(task):
    """Tell the cluster that a node which it could not fence is off."""
    params, name = task.params, task.params["name"]
    _refuse_unconfirmed(params)
    task.backend.read().check_node(name, key="name")
    found = status.node(task.backend.monitor(), name)
    if found is not None and (found["online"] or found["pending"]):
        raise HaError(
            f"{name} is online: to say that it is off would let its resources run twice; nothing was done. Fence it"
            " (state: fenced), or switch it off first"
        )
    outcome = {"changed": False, "diff": {"before": "", "after": ""}, "commands": [], "warnings": []}
    if found is None or not found["unclean"]:
        return outcome
    argv = ["pcs", "stonith", "confirm", name, *pcs.yes(pcs.version(), "confirm")]
    sides = {"before": f"{name}: unclean\n", "after": f"{name}: confirmed as off\n"}
    outcome.update(changed=True, commands=[argv], diff=sides)
    if not task.check:
        task.backend.change(argv, what=f"the fencing of {name} cannot be confirmed")
        _await_clean(task, name)
    return outcome


def _refuse_unconfirmed(params):
    if params["confirm"] != params["name"]:
        raise BadInput(f"confirm: write confirm: {params['name']} to say that this node is meant, and no other")


def _refuse_unwise(task):
    """Refuse to fence the node that has to see to it, the last that can run something, and one without a device."""
    name, backend = task.params["name"], task.backend
    backend.read().check_node(name, key="name")
    monitor = backend.monitor()
    others = [each for each in status.nodes(monitor) if each["name"] != name and each["type"] == "member"]
    idle = ("standby", "maintenance", "pending", "unclean")
    if not any(each["online"] and not any(each[fact] for fact in idle) for each in others):
        raise HaError(f"{name} is the last active node: nothing could run its resources; nothing was done")
    if name == backend.node_name():
        raise HaError(f"{name} is the node that this task runs on; run it on another one. Nothing was done")
    if not backend.fence_devices(name):
        raise HaError(f"no fence device can fence {name}; nothing was done. Look at pcs stonith config")


def _add_fencing(outcome, name):
    """The operator's own fencing belongs to the impact, also of a node that the cluster would have left alone."""
    impact = outcome.get("impact")
    if impact is None or any(each["action"] == "fence" and each["node"] == name for each in impact):
        return
    preview.tell(outcome, [{"action": "fence", "node": name}, *impact])


def _events(task, name):
    """The ended fencings of a node, the newest first, as the fencing history has them."""
    history = task.backend.fencing_history(name)
    names = ("target", "action", "status", "client", "origin", "delegate", "completed", "exit-reason")
    events = [{key.replace("-", "_"): each.get(key) for key in names if each.get(key)} for each in history]
    return [each for each in events if each.get("status") != "pending"]


def _latest(task, name, before):
    """The newest fencing of a node, if it is not the one before.

    The history holds 500 events (fenced_history.c of Pacemaker), so their number does not tell.
    """
    newest = _events(task, name)[:1]
    return newest[0] if newest and newest != before else None


def _told(event):
    if event is None:
        return "nothing new"
    return f"{event['action']} {event['status']}, {event.get('exit_reason') or 'without a reason'}"


def _await_clean(task, name):
    give_up = time.monotonic() + _CONFIRMING
    while (status.node(task.backend.monitor(), name) or {}).get("unclean"):
        if time.monotonic() > give_up:
            raise HaError(
                f"{name} was confirmed as off, but is still unclean after {_CONFIRMING} seconds", changed=True
            )
        time.sleep(_LOOK_EVERY)
