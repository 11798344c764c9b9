# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_resource does: what a resource is, whether and where it runs, and the verbs of an operator."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ..base import values
from ..base.cib import WRAPPERS, Cib
from ..base.errors import BadInput, HaError, nearest
from ..live import status
from ..objects.registry import kind_in, kind_of, wanted_object
from ..objects.resources import moves, target_role

if TYPE_CHECKING:  # never imported here; Ansible ships what import statements name
    from ..objects import shipped  # noqa: F401

# The parameter that makes a resource of a kind, and the section of that kind; a bundle may have a member, too
_SECTIONS = {
    "agent": "resources",
    "template": "resources",
    "members": "groups",
    "container": "bundles",
    "member": "clones",
}
# Seconds that a resource gets to move, restart or be cleaned up, where the task does not say
_PATIENCE = 120


def run(task):
    """Bring the resource of a task to the state the task names.

    :param task: a module.CibTask with the parameters of ha_resource.
    :returns: the result of the module: changed, diff, commands, warnings, resource.
    """
    params = task.params
    _check_parameters(params)
    outcome = _STATES[params["state"]](task)
    if not task.backend.offline:
        outcome["resource"] = status.of(task.backend.monitor(), params["id"])
    return outcome


def _check_parameters(params):
    """Refuse parameters that do not go with the state or with each other."""
    state = params["state"]
    defining = [key for key in _SECTIONS if params[key] not in (None, "")]
    described = [key for key in _DESCRIBING if params[key] is not None]
    for state_only, states in _ONLY_WITH.items():
        if params[state_only] and state not in states:
            raise BadInput(f"{state_only}: goes with the state {' or '.join(states)}, not with {state}")
    if state in ("moved", "banned") and not params["node"]:
        raise BadInput(f"node: is required with the state {state}")
    if state == "present" and not defining:
        raise BadInput(f"agent: is required to make a resource, or one of {', '.join(list(_SECTIONS)[1:])}")
    if state in _VERBS and described:
        raise BadInput(f"{described[0]}: a resource is not described where the state is {state}; leave it out")
    if state in ("started", "stopped") and described and not defining:
        raise BadInput(
            f"{described[0]}: say what the resource is, too (agent, template, members, member or container), or leave this out"
        )
    if state in ("started", "stopped"):
        target_role.check_state(state, params["meta"])
    if params["as_template"] and state not in ("present", "absent"):
        raise BadInput(f"as_template: a template runs nothing, so it cannot be {state}; it is present or absent")
    if params["as_template"] and defining not in ([], ["agent"]):
        raise BadInput(f"as_template: a template is made from an agent, not from {defining[0]}")
    if params["cib_file"] and (state in _LIVE or (state == "moved" and not _keeps_constraint(params))):
        raise BadInput(f"state: {state} needs a cluster that runs; in a cib_file there is none")


def _keeps_constraint(params):
    return params["keep_constraint"] or params["lifetime"] is not None


def _kind(params):
    """The kind of what the task describes; None where it only names something."""
    if params["as_template"]:
        return kind_in("templates")
    defining = next((key for key in _SECTIONS if params[key] is not None), None)
    return kind_in(_SECTIONS[defining]) if defining else None


def _described(params):
    """Cib -> the object that the task describes; none where it only names one."""
    kind = _kind(params)
    if kind is None:
        return lambda _cib: []
    surplus = [key for key in _DESCRIBING if params[key] is not None and key not in kind.keys]
    if surplus:
        raise BadInput(f"{surplus[0]}: a {kind.what} has none; it has {', '.join(kind.keys)}")
    wanted = [wanted_object(kind, dict(params, state="present"))]
    return lambda _cib: wanted


def _unwanted(params, cib):
    """The object that is to go, of whatever kind it is unless the task describes it."""
    element = _named(cib, params["id"])
    if element is None:
        return []
    kind, described = kind_of(element), _kind(params)
    if described not in (None, kind):
        raise BadInput(f"id: {params['id']!r} is a {kind.what}, not the {described.what} that the task describes")
    if params["keep_members"] and kind.section not in ("groups", "clones", "bundles"):
        raise BadInput(f"keep_members: {params['id']!r} is a {kind.what}, which has no members")
    return [wanted_object(kind, params)]


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
    resource_id, stopped = task.params["id"], []

    def start(cib):
        element = _existing(cib, resource_id)
        target_role.start(cib, element)
        stopped[:] = target_role.stopped_containers(cib, element)

    outcome = task.apply(_described(task.params), start)
    if stopped:
        outcome["warnings"].append(f"{resource_id} does not run as long as {', '.join(stopped)} around it is stopped")
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
    return task.apply(_described(task.params), lambda cib: moves.clear(cib, _outermost(cib, params), params["node"]))


def _banned(task):
    return task.apply(_described(task.params), _constrain(task, moves.ban))


def _moved(task):
    if _keeps_constraint(task.params):
        return task.apply(_described(task.params), _constrain(task, moves.prefer))
    return _moved_for_now(task)


def _constrain(task, write):
    """The edit that moves or bans the resource."""
    params, lifetime = task.params, _lifetime(task.params)
    return lambda cib: write(cib, _outermost(cib, params), params["node"], params["role"] or "Started", lifetime)


def _lifetime(params):
    if params["lifetime"] is None:
        return None
    time = values.milliseconds(params["lifetime"])
    if not time:
        raise BadInput(f"lifetime: {params['lifetime']!r} is no duration; write it like 1h, 30min or PT1H")
    return moves.Lifetime(datetime.datetime.now(datetime.timezone.utc), time / 1000)


def _outermost(cib, params):
    """What a constraint has to name: the clone or bundle around a resource, or the resource itself."""
    element = _existing(cib, params["id"])
    for container in cib.containers(element):
        element = container if container.tag in WRAPPERS else element
    if params["role"] and not (element.tag in ("clone", "master") and kind_of(element).read(element).get("promotable")):
        raise BadInput(f"role: {params['id']!r} is no promotable clone, so none of its instances is promoted")
    return element.get("id")


# --- a move that leaves no constraint behind


def _moved_for_now(task):
    """Constrain the resource to the node, wait until it is there, and take the constraint away again."""
    params, backend = task.params, task.backend
    cib = backend.read()
    moving = _outermost(cib, params)
    before = _must_run(task, moving)
    if _is_there(before, params):
        return _nothing()
    in_the_way = moves.in_the_way(cib, moving, params["node"])
    if in_the_way:
        raise HaError(
            f"{', '.join(in_the_way)} holds, which an earlier move or ban has left. Take that back first (state: cleared), or"
            " use keep_constraint: true"
        )
    primitives = {each["id"] for each in before["instances"]}
    _refuse_in_vain(task, cib, moving, primitives)
    outcome = task.apply(_described(params), _constrain(task, moves.prefer), wait=0)
    outcome["diff"] = {"before": _places(before["nodes"]), "after": _places([params["node"]])}
    outcome["commands"] *= 2
    if task.check:
        return outcome
    try:
        idle = backend.wait(params["wait"] or _PATIENCE)
        found = backend.monitor()
        is_there = _is_there(status.of(found, moving), params)
        # A promoted instance tells its agent's wish to stay only when it is promoted
        stays = not (params["role"] and is_there) or _would_stay(task, backend.read(), moving, primitives)
    except BaseException:
        _take_back(task, moving)
        raise
    if not stays:
        raise HaError(
            f"{params['id']} is promoted on {params['node']}, but would not stay so: cli-prefer-{moving} holds it there until"
            " that is taken back (state: cleared)",
            changed=True,
        )
    _take_back(task, moving)
    if not is_there:
        reasons = status.trouble(found, sorted(primitives))
        why = "; ".join(reasons) or ("the cluster does not place it there" if idle else "the cluster was still busy")
        raise HaError(
            f"{params['id']} did not move to {params['node']}: {why}. The constraint is gone again", changed=True
        )
    return outcome


def _take_back(task, moving):
    """Take the constraint away again; that nothing comes of it has been asked before."""
    quietly = {"wait": 0, "preview": False, "disruption": "allow"}
    task.apply(lambda _cib: [], lambda cib: moves.take_back(cib, moving, task.params["node"]), **quietly)


def _must_run(task, resource_id):
    """The status of a resource that runs and is managed."""
    found = status.of(task.backend.monitor(), resource_id)
    if found is None or not found["nodes"]:
        raise HaError(
            f"{resource_id} does not run, so it cannot be {task.params['state']}; start it first (state: started)"
        )
    if not found["managed"]:
        raise HaError(f"{resource_id} is not managed by the cluster at present; end the maintenance first")
    return found


def _is_there(found, params):
    """Whether a resource is on the node: with all that it has, or, of a clone or a role, with one instance."""
    if found is None:
        return False
    instances = [each for each in found["instances"] if params["role"] in (None, each["role"])]
    nodes = {each["node"] for each in instances} & set(found["nodes"])
    is_clone = len({each["id"] for each in instances}) < len(instances)
    return params["node"] in nodes if params["role"] or is_clone else nodes == {params["node"]}


def _refuse_in_vain(task, cib, moving, primitives):
    """Ask the scheduler: will the resource go to the node, and stay there when the constraint is gone?

    :param cib: the document; it is edited.
    :param moving: the id of what is moved.
    :param primitives: the ids of the primitives in it.
    """
    params, backend = task.params, task.backend
    moves.prefer(cib, moving, params["node"], params["role"] or "Started")
    (simulation,) = backend.simulate(cib.xml(), to_the_end=True)
    arriving = {"promote"} if params["role"] else {"start", "migrate_from"}
    if not _happens(simulation.graph, arriving, params["node"], primitives):
        raise HaError(
            f"the cluster would not bring {params['id']} to {params['node']}: the node may be offline or in standby, or other"
            " constraints, failures or the capacity of the node keep it away; nothing was changed"
        )
    if not params["role"] and not _would_stay(task, Cib(simulation.after), moving, primitives):
        raise HaError(
            f"{params['id']} would leave {params['node']} again as soon as the constraint is gone, because of other constraints"
            " or for lack of stickiness; nothing was changed. With keep_constraint: true it stays there"
        )


def _would_stay(task, cib, moving, primitives):
    """Whether the scheduler would leave the resource on the node without the constraint; the document is edited."""
    params = task.params
    moves.take_back(cib, moving, params["node"])
    (simulation,) = task.backend.simulate(cib.xml())
    leaving = {"demote"} if params["role"] else {"stop", "migrate_to"}
    return not _happens(simulation.graph, leaving, params["node"], primitives)


def _happens(graph, operations, node, primitives):
    """Whether one of these operations of one of these primitives on this node is in a transition graph."""
    return any(
        operation.get("operation") in operations
        and operation.get("on_node") == node
        and any(each.get("id", "").partition(":")[0] in primitives for each in operation.iterfind("primitive"))
        for operation in graph.iterfind("synapse/action_set/rsc_op")
    )


# --- verbs that pcs carries out


def _cleaned(task):
    primitives = _primitives(task)
    found = status.failures(task.backend.monitor(), primitives, task.params["node"])
    return _verb(task, "cleanup", before=found) if found else _nothing()


def _refreshed(task):
    _primitives(task)
    return _verb(task, "refresh")


def _restarted(task):
    _primitives(task)
    _must_run(task, task.params["id"])
    return _verb(task, "restart")


def _primitives(task):
    """The ids of the primitives in a resource that has to be there."""
    params, cib = task.params, task.backend.read()
    element = _existing(cib, params["id"])
    if params["node"]:
        cib.check_node(params["node"])
    configured = {each.get("id") for each in element.iter("primitive")}
    return sorted(configured | status.primitives(task.backend.monitor(), params["id"]))


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
        task.backend.change(argv, timeout=patience + 60, what=f"{params['id']} cannot be {params['state']}")
        if params["wait"]:
            _settle(task)
    lines = "".join(f"- {each}\n" for each in before)
    return dict(_nothing(), changed=True, diff={"before": lines, "after": ""}, commands=[argv])


def _settle(task):
    """Wait for the cluster, then look at the resource."""
    idle = task.backend.wait(task.params["wait"])
    trouble = status.trouble(task.backend.monitor(), _primitives(task))
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
