# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Moves, bans and clears resources for ha_resource, with the same location constraints as crm_resource."""

from __future__ import annotations

import datetime

from ..base import values
from ..base.cib import WRAPPERS, Cib
from ..base.errors import BadInput, HaError
from ..live import failures, status
from ..objects.registry import kind_of
from ..objects.resources import moves
from ..plan.planner import unchanged
from .ha_resource import described, existing, keeps_constraint
from .resource_verbs import PATIENCE, must_run


def run(task):
    """The result of ha_resource for the states moved, banned and cleared."""
    return _STATES[task.params["state"]](task)


def _cleared(task):
    params = task.params
    return task.apply(described(task.params), lambda cib: moves.clear(cib, _outermost(cib, params), params["node"]))


def _banned(task):
    return task.apply(described(task.params), _constrain(task, moves.ban))


def _moved(task):
    if keeps_constraint(task.params):
        return task.apply(described(task.params), _constrain(task, moves.prefer))
    return _moved_without_constraint(task)


def _constrain(task, write):
    """A function that edits a Cib to move or ban the resource."""
    params, lifetime = task.params, _lifetime(task.params)
    return lambda cib: write(cib, _outermost(cib, params), params["node"], params["role"] or "Started", lifetime)


def _lifetime(params):
    if params["lifetime"] is None:
        return None
    time = values.milliseconds(params["lifetime"])
    if not time:
        raise BadInput(f"lifetime: {params['lifetime']!r} is not a valid duration; write it like 1h, 30min or PT1H")
    return moves.Lifetime(datetime.datetime.now(datetime.timezone.utc), time / 1000)


def _outermost(cib, params):
    """The id for a constraint: that of the outermost clone or bundle around a resource, or of the resource itself."""
    element = existing(cib, params["id"])
    for container in cib.containers(element):
        element = container if container.tag in WRAPPERS else element
    if params["role"] and not (element.tag in ("clone", "master") and kind_of(element).read(element).get("promotable")):
        raise BadInput(f"role: {params['id']!r} is not a promotable clone")
    return element.get("id")


# --- a move that leaves no constraint behind


def _moved_without_constraint(task):
    """Constrain the resource to the node, wait until it runs there, and remove the constraint again."""
    params, backend = task.params, task.backend
    cib = backend.read()
    moving = _outermost(cib, params)
    before = must_run(task, moving)
    if _is_on_node(before, params):
        return unchanged()
    earlier = moves.obstacles(cib, moving, params["node"])
    if earlier:
        raise HaError(
            f"{', '.join(earlier)} of an earlier move or ban still applies. Remove it first (state: cleared), or use"
            " keep_constraint: true"
        )
    primitives = {each["id"] for each in before["instances"]}
    _refuse_ineffective(task, cib, moving, primitives)
    outcome = task.apply(described(params), _constrain(task, moves.prefer), wait=0)
    outcome["diff"] = {"before": _places(before["nodes"]), "after": _places([params["node"]])}
    outcome["commands"] *= 2
    if task.check:
        return outcome
    try:
        idle = backend.wait(params["wait"] or PATIENCE)
        found = backend.monitor()
        has_moved = _is_on_node(status.of(found, moving), params)
        # The agent sets the promotion score of an instance only after it has been promoted
        stays = not (params["role"] and has_moved) or _would_stay(task, backend.read(), moving, primitives)
    except BaseException:
        _remove_constraint(task, moving)
        raise
    if not stays:
        raise HaError(
            f"{params['id']} is promoted on {params['node']}, but would not stay promoted there without the constraint"
            f" cli-prefer-{moving}, which was therefore kept. Use state: cleared to remove it",
            changed=True,
        )
    _remove_constraint(task, moving)
    if not has_moved:
        reasons = failures.trouble(found, sorted(primitives))
        why = "; ".join(reasons) or ("the cluster does not place it there" if idle else "the cluster was still busy")
        raise HaError(
            f"{params['id']} did not move to {params['node']}: {why}. The constraint was removed again", changed=True
        )
    return outcome


def _remove_constraint(task, moving):
    """Remove the constraint again. No preview is needed: a simulation has shown that this moves nothing."""
    no_preview = {"wait": 0, "preview": False, "disruption": "allow"}
    task.apply(lambda _cib: [], lambda cib: moves.remove_move(cib, moving, task.params["node"]), **no_preview)


def _is_on_node(found, params):
    """Whether a resource runs on the node: all of its members, or one instance of a clone or in a role."""
    if found is None:
        return False
    instances = [each for each in found["instances"] if params["role"] in (None, each["role"])]
    nodes = {each["node"] for each in instances} & set(found["nodes"])
    is_clone = len({each["id"] for each in instances}) < len(instances)
    return params["node"] in nodes if params["role"] or is_clone else nodes == {params["node"]}


def _refuse_ineffective(task, cib, moving, primitives):
    """Refuse a move if the scheduler would not move the resource, or would move it away without the constraint.

    :param cib: the document; it is edited.
    :param moving: the id of the resource to move.
    :param primitives: the ids of the primitives in it.
    """
    params, backend = task.params, task.backend
    moves.prefer(cib, moving, params["node"], params["role"] or "Started")
    (simulation,) = backend.simulate(cib.xml(), to_the_end=True)
    arriving = {"promote"} if params["role"] else {"start", "migrate_from"}
    if not _happens(simulation.graph, arriving, params["node"], primitives):
        raise HaError(
            f"the cluster would not move {params['id']} to {params['node']}: the node may be offline or in standby, or"
            " other constraints, failures or the capacity of the node prevent it; nothing was changed"
        )
    if not params["role"] and not _would_stay(task, Cib(simulation.after), moving, primitives):
        raise HaError(
            f"{params['id']} would move away from {params['node']} again as soon as the constraint is removed, because"
            " of other constraints or too little stickiness; nothing was changed. Use keep_constraint: true to keep it"
            " there"
        )


def _would_stay(task, cib, moving, primitives):
    """Whether the scheduler would keep the resource on the node without the constraint; the document is edited."""
    params = task.params
    moves.remove_move(cib, moving, params["node"])
    (simulation,) = task.backend.simulate(cib.xml())
    leaving = {"demote"} if params["role"] else {"stop", "migrate_to"}
    return not _happens(simulation.graph, leaving, params["node"], primitives)


def _happens(graph, operations, node, primitives):
    """Whether a transition graph contains one of these operations of one of these primitives on this node."""
    return any(
        operation.get("operation") in operations
        and operation.get("on_node") == node
        and any(each.get("id", "").partition(":")[0] in primitives for each in operation.iterfind("primitive"))
        for operation in graph.iterfind("synapse/action_set/rsc_op")
    )


def _places(nodes):
    return "nodes:\n" + "".join(f"- {node}\n" for node in nodes)


_STATES = {"moved": _moved, "banned": _banned, "cleared": _cleared}
