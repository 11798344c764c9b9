# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_resource does: what a resource is, whether and where it runs, and the verbs of an operator."""

from __future__ import annotations

import datetime

from . import cluster, status, values
from .cib import Cib
from .errors import BadInput, HaError, nearest
from .module import wanted_object
from .objects import kind_in, kind_of, moves, target_role

# The parameter that makes a resource of a kind, and the section of that kind; a bundle may have a member, too
_SECTIONS = {
    "agent": "resources",
    "template": "resources",
    "members": "groups",
    "container": "bundles",
    "member": "clones",
}
_DEFINING = tuple(_SECTIONS)
# Seconds that a resource gets to move, restart or be cleaned up, where the task does not say
_PATIENCE = 120


def bring(task):
    """Bring the resource of a task to the state the task names.

    :param task: a module.CibTask with the parameters of ha_resource.
    :returns: the result of the module: changed, diff, commands, warnings, resource.
    """
    params = task.params
    _check_parameters(params)
    outcome = _STATES[params["state"]](task)
    if not task.door.offline:
        outcome["resource"] = status.of(task.door.monitor(), params["id"])
    return outcome


def _check_parameters(params):
    """Refuse parameters that do not go with the state."""
    state = params["state"]
    defining = [key for key in _DEFINING if params[key] is not None]
    for state_only, states in _ONLY_WITH.items():
        if params[state_only] and state not in states:
            raise BadInput(f"{state_only}: goes with the state {' or '.join(states)}, not with {state}")
    if state in ("moved", "banned") and not params["node"]:
        raise BadInput(f"node: is required with the state {state}")
    if state == "present" and not defining:
        raise BadInput(f"agent: is required to make a resource, or one of {', '.join(_DEFINING[1:])}")
    if state in _VERBS and defining:
        raise BadInput(f"{defining[0]}: a resource is not described where the state is {state}; leave it out")
    if state in _LIVE and params["cib_file"]:
        raise BadInput(f"state: {state} needs a cluster that runs; it cannot be had in a cib_file")
    if state in ("started", "stopped") and isinstance(params["meta"], dict) and target_role.NAME in params["meta"]:
        raise BadInput(f"meta: {target_role.NAME} is what the state {state} says already; leave it out")
    if params["as_template"] and state not in ("present", "absent"):
        raise BadInput(f"as_template: a template runs nothing, so it cannot be {state}; it is present or absent")
    if params["as_template"] and defining not in ([], ["agent"]):
        raise BadInput(f"as_template: a template is made from an agent, not from {defining[0]}")


def _described(params):
    """Cib -> the object that the task describes; none where it only names one."""
    defining = next((key for key in _SECTIONS if params[key] is not None), None)
    if defining is None:
        return lambda _cib: []
    kind = kind_in("templates" if params["as_template"] else _SECTIONS[defining])
    surplus = [key for key in _DESCRIBING if params[key] is not None and key not in kind.keys]
    if surplus:
        raise BadInput(f"{surplus[0]}: a {kind.what} has none; it has {', '.join(kind.keys)}")
    wanted = [wanted_object(kind, dict(params, state="present"))]
    return lambda _cib: wanted


def _unwanted(params, cib):
    """The object that is to go, of whatever kind it is."""
    element = _named(cib, params["id"])
    return [] if element is None else [wanted_object(kind_of(element), params)]


def _named(cib, resource_id):
    """The element of a resource or template; None without one."""
    element = cib.find(resource_id)
    kind = None if element is None else kind_of(element)
    if element is not None and (kind is None or kind.section not in ("templates", *_SECTIONS.values())):
        what = kind.what if kind else element.tag
        raise BadInput(f"id: {resource_id!r} is a {what}, which is no matter of ha_resource")
    return element


def _existing(cib, resource_id):
    """The element of a resource that has to be there."""
    element = _named(cib, resource_id)
    if element is None:
        close = nearest(resource_id, cib.resource_ids())
        raise BadInput(f"id: there is no resource {resource_id!r}{close}")
    if element.tag == "template":
        raise BadInput(f"id: {resource_id!r} is a template, which runs nothing")
    return element


# --- states of the configuration


def _present(task):
    return task.apply(_described(task.params))


def _absent(task):
    return task.apply(lambda cib: _unwanted(task.params, cib))


def _started(task):
    resource_id, around = task.params["id"], []

    def start(cib):
        element = _existing(cib, resource_id)
        target_role.start(cib, element)
        around[:] = target_role.stopped_around(cib, element)

    outcome = task.apply(_described(task.params), start)
    if around:
        outcome["warnings"].append(f"{resource_id} does not run as long as {', '.join(around)} around it is stopped")
    return outcome


def _stopped(task):
    resource_id = task.params["id"]

    def stop(cib):
        element = _existing(cib, resource_id)
        if not target_role.is_stopped(element):
            target_role.stop(cib, element)

    return task.apply(_described(task.params), stop)


def _cleared(task):
    params = task.params
    return task.apply(
        _described(task.params), lambda cib: moves.clear(cib, _outermost(cib, params["id"]), params["node"])
    )


def _banned(task):
    return task.apply(_described(task.params), _constrain(task, moves.ban))


def _moved(task):
    params = task.params
    if params["keep_constraint"] or params["lifetime"]:
        return task.apply(_described(task.params), _constrain(task, moves.prefer))
    return _moved_for_now(task)


def _constrain(task, write):
    """The edit that moves or bans the resource."""
    params, lifetime = task.params, _lifetime(task.params)
    role = params["role"] or "Started"
    return lambda cib: write(cib, _outermost(cib, params["id"]), params["node"], role, lifetime)


def _lifetime(params):
    if params["lifetime"] is None:
        return None
    time = values.milliseconds(params["lifetime"])
    if not time:
        raise BadInput(f"lifetime: {params['lifetime']!r} is no duration; write it like 1h, 30min or PT1H")
    return moves.Lifetime(datetime.datetime.now(datetime.timezone.utc), time / 1000)


def _outermost(cib, resource_id):
    """What a constraint has to name: the clone or bundle around a resource, or the resource itself."""
    element = _existing(cib, resource_id)
    around = element
    while around.tag != "resources":
        if around.tag in ("clone", "master", "bundle"):
            element = around
        around = cib.parent(around)
    return element.get("id")


# --- a move that leaves no constraint behind


def _moved_for_now(task):
    """Constrain the resource to the node, wait until it is there, and take the constraint away again."""
    params, door = task.params, task.door
    if door.offline:
        raise BadInput("state: moved needs a cluster that runs, unless keep_constraint is true")
    before = _must_run(task)
    if _is_there(before, params) and not _is_constrained(task):
        return _nothing()
    _refuse_coming_back(task)
    outcome = task.apply(_described(task.params), _constrain(task, moves.prefer), wait=0)
    outcome.update(
        changed=True,
        diff={"before": _places(before["nodes"]), "after": _places([params["node"]])},
        commands=[*outcome["commands"], list(cluster.COMMIT)],
    )
    if task.check:
        return outcome
    idle = door.wait(params["wait"] or _PATIENCE)
    found = door.monitor()
    task.apply(_described(task.params), lambda cib: _take_back(cib, task), wait=0)
    if not _is_there(status.of(found, params["id"]), params):
        reasons = status.trouble(found, _primitives(task))
        why = "; ".join(reasons) or ("the cluster does not place it there" if idle else "the cluster was still busy")
        raise HaError(
            f"{params['id']} did not move to {params['node']}: {why}. The constraint is gone again", changed=True
        )
    return outcome


def _take_back(cib, task):
    moves.clear(cib, _outermost(cib, task.params["id"]), task.params["node"])


def _must_run(task):
    """The status of a resource that runs and is managed."""
    resource_id = task.params["id"]
    _existing(task.door.read(), resource_id)
    found = status.of(task.door.monitor(), resource_id)
    if found is None or not found["nodes"]:
        raise HaError(
            f"{resource_id} does not run, so it cannot be {task.params['state']}; start it first (state: started)"
        )
    if not found["managed"]:
        raise HaError(f"{resource_id} is not managed by the cluster at present; end the maintenance first")
    return found


def _is_there(found, params):
    """Whether a resource is on the node: with all that it has, or, of a clone or a role, with one instance."""
    role = params["role"]
    instances = [each for each in found["instances"] if each["node"] and role in (None, each["role"])]
    nodes = {each["node"] for each in instances}
    is_clone = len({each["id"] for each in instances}) < len(instances)
    return params["node"] in nodes if role or is_clone else nodes == {params["node"]}


def _is_constrained(task):
    """Whether an earlier move of it, to any node, still holds."""
    cib = task.door.read()
    return cib.find(f"cli-prefer-{_outermost(cib, task.params['id'])}") is not None


def _refuse_coming_back(task):
    """Ask the scheduler: would the resource leave the node again as soon as the constraint is gone?

    :raises HaError: if it would, or if it would not go there at all.
    """
    params, door = task.params, task.door
    cib = door.read()
    _constrain(task, moves.prefer)(cib)
    after, _graph = door.simulate(Cib(cib.xml()))
    _take_back(after, task)
    _end, graph = door.simulate(Cib(after.xml()))
    primitives = set(_primitive_ids(cib, params["id"]))
    leaving = {"stop", "migrate_to", "demote"} if params["role"] else {"stop", "migrate_to"}
    for operation in graph.iterfind("synapse/action_set/rsc_op"):
        primitive = operation.find("primitive")
        if operation.get("operation") in leaving and primitive is not None and primitive.get("id") in primitives:
            if operation.get("on_node") == params["node"]:
                raise HaError(
                    f"{params['id']} would leave {params['node']} again as soon as the constraint is gone, because of other"
                    " constraints or for lack of stickiness; nothing was changed. With keep_constraint: true it stays there"
                )


def _primitive_ids(cib, resource_id):
    return sorted(each.get("id") for each in _existing(cib, resource_id).iter("primitive"))


# --- verbs that pcs carries out


def _cleaned(task):
    found = status.failures(task.door.monitor(), _primitives(task), task.params["node"])
    return _verb(task, "cleanup", before=found) if found else _nothing()


def _refreshed(task):
    _primitives(task)
    return _verb(task, "refresh")


def _restarted(task):
    _must_run(task)
    return _verb(task, "restart")


def _primitives(task):
    return _primitive_ids(task.door.read(), task.params["id"])


def _verb(task, verb, before=()):
    """Let pcs do it.

    :param before: what there is now and will be gone, for the diff.
    """
    params = task.params
    patience = params["wait"] or _PATIENCE
    argv = ["pcs", "resource", verb, params["id"]]
    if params["node"]:
        argv.append(params["node"] if verb == "restart" else f"node={params['node']}")
    if verb == "restart":
        argv.append(f"--wait={patience}")
    if not task.check:
        task.door.change(argv, timeout=patience + 60, what=f"{params['id']} cannot be {params['state']}")
        if params["wait"]:
            _settle(task)
    lines = "".join(f"- {each}\n" for each in before)
    return dict(_nothing(), changed=True, diff={"before": lines, "after": ""}, commands=[argv])


def _settle(task):
    """Wait for the cluster, then look at the resource."""
    idle = task.door.wait(task.params["wait"])
    trouble = status.trouble(task.door.monitor(), _primitives(task))
    if trouble or not idle:
        reason = "; ".join(trouble) or f"the cluster was still busy after {task.params['wait']} seconds"
        raise HaError(f"it was {task.params['state']}, but {reason}", changed=True)


def _nothing():
    return {"changed": False, "diff": {"before": "", "after": ""}, "commands": [], "warnings": []}


def _places(nodes):
    return "nodes:\n" + "".join(f"- {node}\n" for node in nodes)


_STATES = {
    "present": _present,
    "absent": _absent,
    "started": _started,
    "stopped": _stopped,
    "moved": _moved,
    "banned": _banned,
    "cleared": _cleared,
    "restarted": _restarted,
    "cleaned": _cleaned,
    "refreshed": _refreshed,
}
_VERBS = ("moved", "banned", "cleared", "restarted", "cleaned", "refreshed")
_LIVE = ("restarted", "cleaned", "refreshed")
_ONLY_WITH = {
    "node": ("moved", "banned", "cleared", "cleaned", "refreshed", "restarted"),
    "role": ("moved", "banned"),
    "lifetime": ("moved", "banned"),
    "keep_constraint": ("moved",),
    "keep_members": ("absent",),
}
# The parameters that describe a resource, of whatever kind
_DESCRIBING = (
    "agent",
    "template",
    "params",
    "meta",
    "operations",
    "default_operations",
    "utilization",
    "description",
) + ("group", "clone", "bundle", "members", "member", "promotable", "container", "network", "ports", "storage")
