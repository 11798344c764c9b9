# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_node does: the state of a node, its attributes and utilization. Fencing and membership are in files of their own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..base import values
from ..base.errors import BadInput, CommandFailed, HaError
from ..corosync import conf as corosync_conf
from ..live import status, transient
from ..objects import attributes
from ..objects.registry import Wanted, kind_in

if TYPE_CHECKING:  # never imported here; Ansible ships what import statements name
    from ..objects.resources import primitive  # noqa: F401
    from ..objects.settings import node  # noqa: F401

# Seconds until a transient attribute that has been set is in the status
_WRITING = 30
_LOOK_EVERY = 0.5
# What a state says of standby and maintenance; the one it does not name stays
_SWITCHES = {
    "present": {},
    "online": {"standby": False, "maintenance": False},
    "standby": {"standby": True, "maintenance": False},
    "maintenance": {"maintenance": True},
}

# Transient attributes by which Pacemaker takes a node out, and how that is asked for here, where it is looked at beforehand
_MATTERS_OF_STATE = {
    "standby": "standby or online",
    "maintenance": "maintenance or online",
    "terminate": "fenced",
    "shutdown": "removed, or stop the cluster on the node",
}


def run(task):
    """Bring the node of a task to the state the task names.

    :param task: a module.CibTask with the parameters of ha_node.
    :returns: the result of the module: changed, diff, commands, warnings, node, and what the state adds.
    """
    params = task.params
    _check_parameters(params)
    outcome = _STATES.get(params["state"], _configured)(task)
    if not task.backend.offline:
        # What was seen before a task that has changed nothing is seen still
        monitor = outcome.pop("monitor", None) or task.backend.monitor()
        outcome["node"] = found = status.node(monitor, params["name"])
        if found is not None and outcome["changed"]:
            found["expendable"] = _is_expendable(monitor, params["name"])
    return outcome


def _is_expendable(monitor, name):
    """Whether the cluster keeps its quorum when a node leaves; None where that cannot be told."""
    from ..corosync import quorum

    conf = corosync_conf.read()
    return None if conf is None else quorum.stays(conf, status.wholly_there(monitor) - {name})


def _check_parameters(params):
    """Refuse parameters that do not go with the state."""
    state = params["state"]
    for name, states in _ONLY_WITH.items():
        if params[name] is not None and state not in states:
            raise BadInput(f"{name}: goes with the state {' or '.join(states)}, not with {state}")
    if state not in _SWITCHES and params["cib_file"]:
        raise BadInput(f"state: {state} needs a cluster that runs; in a cib_file there is none")
    if state not in _SWITCHES and params["rollback"]:
        raise BadInput(f"rollback: state: {state} cannot be taken back; leave rollback out")
    if params["transient_attributes"] and params["cib_file"]:
        raise BadInput("transient_attributes: a node of a cib_file does not run, so it has none")
    for name, state in _MATTERS_OF_STATE.items():
        if name in (params["transient_attributes"] or {}):
            raise BadInput(f"transient_attributes: {name} is a matter of state; write state: {state}")


# --- the configuration, and the transient attributes


def _configured(task):
    params, name = task.params, task.params["name"]
    switches = _SWITCHES[params["state"]]
    spec = {"name": name, **switches}
    spec.update({key: params[key] for key in ("attributes", "utilization") if params[key] is not None})
    given, differing = _texts(params["transient_attributes"]), {}

    def besides(root):
        differing.clear()
        differing.update(_differing(task, root, {**_in_the_way(root, name, switches), **given}))
        return transient.lay_over(root, name, differing)

    cib, monitor, warnings = _awaited(task) if params["state"] == "online" else (None, None, [])
    wanted_node = [Wanted(kind_in("nodes"), spec, "present", "")]
    outcome = task.apply(lambda _cib: wanted_node, besides=None if task.backend.offline else besides, cib=cib)
    outcome["warnings"] += warnings
    if differing:
        _set_transient(task, outcome, differing)
    # Of what has been configured before, nobody knows whether somebody has waited for it
    if params["wait"] and not (task.check or task.backend.offline) and (differing or not outcome["changed"]):
        _settle(task, spec, outcome)
    elif not outcome["changed"]:
        outcome["monitor"] = monitor
    return outcome


def _settle(task, spec, outcome):
    """Wait for the cluster, then look at the node and at what was to run because of the task."""
    from ..live import failures
    from ..plan import preview

    wait, backend = task.params["wait"], task.backend
    drained = list(filter(None, [kind_in("nodes").drained_node(spec)]))
    if not outcome["changed"] and not status.not_drained(backend.monitor(), drained):
        return
    idle, monitor = backend.wait(wait), backend.monitor()
    trouble = [
        *status.not_drained(monitor, drained),
        *failures.trouble(monitor, sorted(preview.to_run(outcome.get("impact") or ()))),
    ]
    if not idle:
        trouble.append(f"the cluster was still busy after {wait} seconds")
    if trouble:
        raise HaError(f"what was asked for is set, but {'; '.join(trouble)}", changed=outcome["changed"])


def _in_the_way(root, node, switches):
    """The transient attributes that have to go for a node to be as the state says: Pacemaker prefers them to permanent ones."""
    present = transient.attributes(root, node)
    stays = {each for each, is_on in switches.items() if is_on and values.boolean(present.get(each, "")) is True}
    return {each: None for each in switches if each not in stays}


def _texts(given):
    if given:
        attributes.check("transient_attributes", given)
    return {name: None if value is None else values.text(value) for name, value in (given or {}).items()}


def _differing(task, root, wanted):
    """The transient attributes to be changed: name -> value, None for one that has to go.

    :raises BadInput: if that is not possible.
    """
    name, found = task.params["name"], transient.differing(root, task.params["name"], wanted)
    if any(value is not None for value in found.values()) and not status.is_online(task.backend.monitor(), name):
        raise BadInput(f"transient_attributes: {name} has none while it is not online")
    if found and task.params["rollback"]:
        raise BadInput(
            f"rollback: {', '.join(found)} of {name} is transient and cannot be taken back; leave rollback out"
        )
    return found


def _set_transient(task, outcome, differing):
    """Set and delete the transient attributes, and note that in the outcome."""
    from ..plan import diff

    name = task.params["name"]
    before = transient.attributes(task.backend.read().root, name)
    something_done, outcome["changed"] = outcome["changed"], True
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
            task.backend.change(argv, what=f"a transient attribute of {name} cannot be set")
        except CommandFailed as failure:
            raise HaError(str(failure), **failure.facts, changed=something_done) from failure
        something_done = True
    _look_whether_written(task, name, differing)


def _command(node, name, value):
    # In one word, so that -INFINITY is not taken for options
    how = "--delete" if value is None else f"--update={value}"
    # attrd_updater would not say that a node is a remote one, which then does not reach the status (seen with 3.0.0)
    return ["crm_attribute", "--lifetime", "reboot", "--node", node, "--name", name, how]


def _look_whether_written(task, name, wanted):
    """The daemon that was asked writes into the status when it likes."""
    give_up = time.monotonic() + _WRITING
    while transient.differing(task.backend.read().root, name, wanted):
        if time.monotonic() > give_up:
            raise HaError(
                f"{', '.join(wanted)} of {name} was set, but is not in the status after {_WRITING} seconds",
                changed=True,
            )
        time.sleep(_LOOK_EVERY)


def _awaited(task):
    """Wait until a node that is to be online has joined; without `wait`, warn if it has not.

    :returns: the Cib that was read on the way, or None; what crm_mon showed last, or None; a list of warnings.
    """
    if task.backend.offline:
        return None, None, []
    # The first look shows whether there is a cluster that could be asked
    cib = task.backend.read()
    if task.backend.warning:
        return cib, None, []
    give_up = time.monotonic() + task.params["wait"]
    while True:
        monitor = task.backend.monitor()
        absent = _absence(monitor, task.params["name"])
        if not absent:
            return cib, monitor, []
        if task.check or not task.params["wait"]:
            return cib, monitor, [absent]
        if time.monotonic() > give_up:
            raise HaError(f"{absent} after {task.params['wait']} seconds; nothing was changed")
        time.sleep(_LOOK_EVERY)
        task.backend.forget()
        cib = None


def _absence(monitor, name):
    """A sentence about why a node is not wholly there; None if it is, or the cluster does not know it."""
    found = status.node(monitor, name)
    if found is None:
        return None
    if found["unclean"]:
        return f"{name} is unclean: it has to be fenced, or confirmed as fenced, before it can come back"
    if not found["online"]:
        return f"{name} is not online"
    return f"{name} is still joining" if found["pending"] else None


# What most tasks do not need is imported by those that do: on a node nothing of it has been compiled before


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
_DESCRIBABLE = tuple(_SWITCHES)
_ONLY_WITH = {
    "attributes": _DESCRIBABLE,
    "utilization": _DESCRIBABLE,
    "transient_attributes": _DESCRIBABLE,
    "confirm": ("fenced", "fencing_confirmed"),
    "addresses": ("added",),
    "username": ("added",),
    "password": ("added",),
    "enabled": ("added",),
    "resource": ("added",),
}
