# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_node: the state of a node, its attributes and utilization. Fencing and membership are separate."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..base import values
from ..base.errors import BadInput, CommandFailed, HaError
from ..live import status, transient
from ..objects import attributes
from ..objects.registry import Wanted, kind_in

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects.resources import primitive  # noqa: F401
    from ..objects.settings import node  # noqa: F401

# Seconds until a transient attribute must be in the status after it was set
_ATTRIBUTE_WAIT = 30
_LOOK_EVERY = 0.5
# The standby and maintenance settings of each state; a setting that is not listed is kept
_SWITCHES = {
    "present": {},
    "online": {"standby": False, "maintenance": False},
    "standby": {"standby": True, "maintenance": False},
    "maintenance": {"maintenance": True},
}

# Transient attributes with which Pacemaker takes a node out of service -> the state to use instead, which has checks
_USE_STATE = {
    "standby": "standby or online",
    "maintenance": "maintenance or online",
    "terminate": "fenced",
    "shutdown": "removed, or stop the cluster on the node",
}


def run(task):
    """Bring the node of a task to the given state.

    :param task: a cib_task.CibTask with the parameters of ha_node.
    :returns: the result of the module: changed, diff, commands, warnings, node, and additional keys of some states.
    """
    params = task.params
    _check_parameters(params)
    outcome = _STATES.get(params["state"], _configured)(task)
    # If the task changed nothing, the status that was read before is still valid
    monitor = outcome.pop("monitor", None)
    if not task.backend.offline:
        monitor = task.backend.monitor() if monitor is None else monitor
        outcome["node"] = found = status.node(monitor, params["name"])
        if found is not None and outcome["changed"]:
            found["expendable"] = _is_expendable(monitor, params["name"])
    return outcome


def _is_expendable(monitor, name):
    """Whether the cluster keeps quorum when this node leaves; None if corosync.conf is not available."""
    from ..corosync import conf as corosync_conf
    from ..corosync import quorum

    conf = corosync_conf.read()
    return None if conf is None else quorum.is_kept(conf, status.fully_online_nodes(monitor) - {name})


def _check_parameters(params):
    """Refuse parameters that cannot be combined with the state."""
    state = params["state"]
    for name, states in _ONLY_WITH.items():
        if params[name] is not None and state not in states:
            raise BadInput(f"{name}: can only be used with state {' or '.join(states)}, not {state}")
    if state not in _SWITCHES and params["cib_file"]:
        raise BadInput(f"state: {state} requires a running cluster and cannot be combined with cib_file")
    if state not in _SWITCHES and params["rollback"]:
        raise BadInput(f"rollback: cannot be combined with state: {state}, which cannot be rolled back")
    if params["transient_attributes"] and params["cib_file"]:
        raise BadInput("transient_attributes: cannot be combined with cib_file")
    for name, state in _USE_STATE.items():
        if name in (params["transient_attributes"] or {}):
            raise BadInput(f"transient_attributes: {name} cannot be set as an attribute; use state: {state}")


# --- the configuration, and the transient attributes


def _configured(task):
    params, name = task.params, task.params["name"]
    switches = _SWITCHES[params["state"]]
    spec = {"name": name, **switches}
    spec.update({key: params[key] for key in ("attributes", "utilization") if params[key] is not None})
    given, differing = _texts(params["transient_attributes"]), {}

    def expected_attributes(root):
        differing.clear()
        differing.update(_differing(task, root, {**_conflicting(root, name, switches), **given}))
        return transient.apply(root, name, differing)

    cib, monitor, warnings = _wait_until_online(task) if params["state"] == "online" else (None, None, [])
    wanted_node = [Wanted(kind_in("nodes"), spec, "present", "")]
    outcome = task.apply(
        lambda _cib: wanted_node, expected=None if task.backend.offline else expected_attributes, cib=cib
    )
    outcome["warnings"] += warnings
    if differing:
        _set_transient(task, outcome, differing)
    # If nothing was changed, an earlier task may have changed it without waiting
    if params["wait"] and not (task.check or task.backend.offline) and (differing or not outcome["changed"]):
        _settle(task, spec, outcome)
    if not outcome["changed"]:
        outcome["monitor"] = monitor
    return outcome


def _settle(task, spec, outcome):
    """Wait for the cluster, then check the node and the resources that the task was expected to start."""
    from ..live import failures
    from ..plan import preview

    wait, backend = task.params["wait"], task.backend
    drained = list(filter(None, [kind_in("nodes").drained_node(spec)]))
    if not outcome["changed"] and not (drained and status.not_drained(backend.monitor(), drained)):
        return
    idle, monitor = backend.wait(wait), backend.monitor()
    trouble = [
        *status.not_drained(monitor, drained),
        *failures.trouble(monitor, sorted(preview.to_run(outcome.get("impact") or ()))),
    ]
    if not idle:
        trouble.append(f"the cluster was still busy after {wait} seconds")
    if trouble:
        raise HaError(f"the requested state is configured, but {'; '.join(trouble)}", changed=outcome["changed"])


def _conflicting(root, node, switches):
    """The transient attributes to remove because they contradict the state: they override permanent attributes."""
    present = transient.attributes(root, node)
    matching = {each for each, is_on in switches.items() if is_on and values.boolean(present.get(each, "")) is True}
    return {each: None for each in switches if each not in matching}


def _texts(given):
    if given:
        attributes.check("transient_attributes", given)
    return {name: None if value is None else values.text(value) for name, value in (given or {}).items()}


def _differing(task, root, wanted):
    """The transient attributes to change: name -> value, None for an attribute to remove.

    :raises BadInput: if they cannot be changed.
    """
    name, found = task.params["name"], transient.differing(root, task.params["name"], wanted)
    if any(value is not None for value in found.values()) and not status.is_online(task.backend.monitor(), name):
        raise BadInput(f"transient_attributes: cannot be set while {name} is not online")
    if found and task.params["rollback"]:
        raise BadInput(
            f"rollback: cannot be combined with a change of the transient attributes {', '.join(found)} of {name};"
            " remove rollback from the task"
        )
    return found


def _set_transient(task, outcome, differing):
    """Set and delete the transient attributes, and add this to the outcome."""
    from ..plan import diff

    name = task.params["name"]
    before = transient.attributes(task.backend.read().root, name)
    is_changed, outcome["changed"] = outcome["changed"], True
    sides = (
        {each: before[each] for each in differing if each in before},
        {each: value for each, value in differing.items() if value is not None},
    )
    shown = diff.of(*({"transient_attributes": {name: side}} if side else {} for side in sides))
    for side in ("before", "after"):
        outcome["diff"][side] += shown[side]
    commands = [_command(name, *item) for item in differing.items()]
    outcome["commands"] += commands
    if task.check:
        return
    for argv in commands:
        try:
            task.backend.change(argv, what=f"a transient attribute of {name} cannot be changed")
        except CommandFailed as failure:
            raise HaError(str(failure), **failure.facts, changed=is_changed) from failure
        is_changed = True
    _wait_until_written(task, name, differing)


def _command(node, name, value):
    # One argument, so that -INFINITY is not parsed as options
    how = "--delete" if value is None else f"--update={value}"
    # attrd_updater does not mark the node as remote, so the attribute would not reach the status (seen with 3.0.0)
    return ["crm_attribute", "--lifetime", "reboot", "--node", node, "--name", name, how]


def _wait_until_written(task, name, wanted):
    """Wait until the attributes are in the status: the attribute daemon writes them asynchronously."""
    give_up = time.monotonic() + _ATTRIBUTE_WAIT
    while transient.differing(task.backend.read().root, name, wanted):
        if time.monotonic() > give_up:
            raise HaError(
                f"{', '.join(wanted)} of {name} was set, but is not in the status after {_ATTRIBUTE_WAIT} seconds",
                changed=True,
            )
        time.sleep(_LOOK_EVERY)


def _wait_until_online(task):
    """Wait until a node has joined the cluster; without `wait`, only warn if it has not.

    :returns: the Cib, or None if it is outdated; the latest output of crm_mon, or None; a list of warnings.
    """
    if task.backend.offline:
        return None, None, []
    # Reading the CIB shows whether there is a running cluster
    cib = task.backend.read()
    if task.backend.warning:
        return cib, None, []
    give_up = time.monotonic() + task.params["wait"]
    while True:
        monitor = task.backend.monitor()
        problem = _reason_not_online(monitor, task.params["name"])
        if not problem:
            return cib, monitor, []
        if task.check or not task.params["wait"]:
            return cib, monitor, [problem]
        if time.monotonic() > give_up:
            raise HaError(f"{problem} after {task.params['wait']} seconds; nothing was changed")
        time.sleep(_LOOK_EVERY)
        task.backend.forget()
        cib = None


def _reason_not_online(monitor, name):
    """A sentence about why a node is not fully online; None if it is, or if the cluster does not know it."""
    found = status.node(monitor, name)
    if found is None:
        return None
    if found["unclean"]:
        return f"{name} is unclean: it must be fenced, or confirmed as fenced, before it can rejoin"
    if not found["online"]:
        return f"{name} is not online"
    return f"{name} is still joining" if found["pending"] else None


# Code that most tasks do not need is imported only by those that do, because each task has to compile it again


def _fenced(task):
    from . import node_fencing as fencing

    return fencing.fence(task)


def _fencing_confirmed(task):
    from . import node_fencing as fencing

    return fencing.confirm(task)


def _added(task):
    from . import node_added

    return node_added.add(task)


def _removed(task):
    from . import node_removed

    return node_removed.remove(task)


_STATES = {
    "fenced": _fenced,
    "fencing_confirmed": _fencing_confirmed,
    "added": _added,
    "removed": _removed,
}
_CONFIGURABLE = tuple(_SWITCHES)
_ONLY_WITH = {
    "attributes": _CONFIGURABLE,
    "utilization": _CONFIGURABLE,
    "transient_attributes": _CONFIGURABLE,
    "confirm": ("fenced", "fencing_confirmed"),
    "addresses": ("added",),
    "username": ("added",),
    "password": ("added",),
    "enabled": ("added",),
    "resource": ("added",),
}
