# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_resource: defines resources, starts, stops and moves them, and runs operator commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.errors import BadInput, nearest
from ..live import status
from ..objects.registry import kind_in, kind_of, wanted_object
from ..objects.resources import target_role

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects import shipped  # noqa: F401

# The parameter that defines a kind of resource -> the section of that kind; a bundle can also have a member
_SECTIONS = {
    "agent": "resources",
    "template": "resources",
    "members": "groups",
    "container": "bundles",
    "member": "clones",
}


def run(task):
    """Bring the resource of a task to the given state.

    :param task: a cib_task.CibTask with the parameters of ha_resource.
    :returns: the result of the module: changed, diff, commands, warnings, resource.
    """
    params = task.params
    _check_parameters(params)
    outcome = _STATES[params["state"]](task)
    if not task.backend.offline:
        outcome["resource"] = status.of(task.backend.monitor(), params["id"])
    return outcome


def _check_parameters(params):
    """Refuse parameters that cannot be combined with the state or with each other."""
    state = params["state"]
    defining = [key for key in _SECTIONS if params[key] not in (None, "")]
    described = [key for key in _DESCRIBING if params[key] is not None]
    for state_only, states in _ONLY_WITH.items():
        if params[state_only] and state not in states:
            raise BadInput(f"{state_only}: can only be used with state {' or '.join(states)}, not {state}")
    if state in ("moved", "banned") and not params["node"]:
        raise BadInput(f"node: is required with state: {state}")
    if state == "present" and not defining:
        raise BadInput(f"agent: to create a resource, give this or one of {', '.join(list(_SECTIONS)[1:])}")
    if state in _VERBS and described:
        raise BadInput(f"{described[0]}: cannot be combined with state: {state}")
    if state in ("started", "stopped") and described and not defining:
        raise BadInput(f"{described[0]}: also requires one of agent, template, members, member, container")
    if state in ("started", "stopped"):
        target_role.check_state(state, params["meta"])
    if params["as_template"] and state not in ("present", "absent"):
        raise BadInput(f"as_template: cannot be combined with state: {state}; a template can only be present or absent")
    if params["as_template"] and defining not in ([], ["agent"]):
        raise BadInput(f"as_template: cannot be combined with {defining[0]}; a template is created from an agent")
    if params["cib_file"] and (state in _LIVE or (state == "moved" and not keeps_constraint(params))):
        raise BadInput(f"state: {state} requires a running cluster and cannot be combined with cib_file")


def keeps_constraint(params):
    return params["keep_constraint"] or params["lifetime"] is not None


def _kind(params):
    """The kind of object that the task describes; None if it only gives an id."""
    if params["as_template"]:
        return kind_in("templates")
    defining = next((key for key in _SECTIONS if params[key] is not None), None)
    return kind_in(_SECTIONS[defining]) if defining else None


def described(params):
    """A function Cib -> the list of Wanted that the task describes; empty if the task only gives an id."""
    kind = _kind(params)
    if kind is None:
        return lambda _cib: []
    surplus = [key for key in _DESCRIBING if params[key] is not None and key not in kind.keys]
    if surplus:
        raise BadInput(f"{surplus[0]}: is not an option of a {kind.what}, which has {', '.join(kind.keys)}")
    wanted = [wanted_object(kind, dict(params, state="present"))]
    return lambda _cib: wanted


def _unwanted(params, cib):
    """The object to remove, whatever its kind is; if the task describes an object, the kinds must match."""
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
    """The element of a resource or template; None if there is no such id."""
    element = cib.find(resource_id)
    kind = None if element is None else kind_of(element)
    if element is not None and (kind is None or kind.section not in ("templates", *_SECTIONS.values())):
        what = kind.what if kind else element.tag
        raise BadInput(f"id: {resource_id!r} is a {what}, which ha_resource does not manage")
    return element


def existing(cib, resource_id):
    """The element of an existing resource.

    :raises BadInput: if there is no such resource.
    """
    element = _named(cib, resource_id)
    if element is None:
        close = nearest(resource_id, cib.resource_ids())
        raise BadInput(f"id: there is no resource {resource_id!r}{close}")
    if element.tag == "template":
        raise BadInput(f"id: {resource_id!r} is a template, which cannot run")
    return element


# --- states that are part of the configuration


def _present(task):
    return task.apply(described(task.params))


def _absent(task):
    return task.apply(lambda cib: _unwanted(task.params, cib))


def _started(task):
    resource_id, stopped = task.params["id"], []

    def start(cib):
        element = existing(cib, resource_id)
        target_role.start(cib, element)
        stopped[:] = target_role.stopped_containers(cib, element)

    outcome = task.apply(described(task.params), start)
    if stopped:
        outcome["warnings"].append(
            f"{resource_id} cannot run as long as {', '.join(stopped)}, which contains it, is stopped"
        )
    return outcome


def _stopped(task):
    resource_id = task.params["id"]

    def stop(cib):
        element = existing(cib, resource_id)
        if not target_role.is_stopped(element):
            target_role.stop(cib, element)

    return task.apply(described(task.params), stop)


# Code that most tasks do not need is imported only by those that do, because each task has to compile it again


def _moves(task):
    """moved, banned, cleared."""
    from . import resource_moves

    return resource_moves.run(task)


def _verbs(task):
    """restarted, cleaned, refreshed."""
    from . import resource_verbs

    return resource_verbs.run(task)


_STATES = {
    "present": _present,
    "absent": _absent,
    "started": _started,
    "stopped": _stopped,
    "moved": _moves,
    "banned": _moves,
    "cleared": _moves,
    "restarted": _verbs,
    "cleaned": _verbs,
    "refreshed": _verbs,
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
# The parameters that describe a resource of any kind
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
