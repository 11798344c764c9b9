# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The runtime state, read from crm_mon's XML (schema crm_mon-2.x; Pacemaker 2.0 to 3.0)."""

from __future__ import annotations

from ..base import values

_STOPPED = "Stopped"
# From the least that an instance can be to the most
_ROLES = ("Stopped", "Unpromoted", "Started", "Promoted")
# ok, not running, promoted, degraded, degraded promoted (OCF resource agent API); 193 is what is still under way
_GOOD_CODES = frozenset(("0", "7", "8", "190", "191", "193"))


def running(monitor):
    """The ids of the resources that run somewhere: primitives, and the groups, clones and bundles around them."""
    ids = set()
    for element in monitor.iterfind("resources//*"):
        if any(each.get("active") == "true" for each in element.iter("resource")):
            ids.add(_id_of(element))
    return ids


def of(monitor, resource_id):
    """How a resource is and where it runs; None for one that crm_mon does not know.

    :returns: {id, status, role, nodes, managed, instances}. `status` is started, stopped, partial (some of its members run),
        failed or blocked; `role` is the most that one of its instances is: Promoted, Started, Unpromoted or Stopped;
        `instances` are {id, node, role, managed, failed, blocked}, one for each primitive and node.
    """
    instances = _instances(monitor, resource_id)
    if not instances:
        return None
    running = [each for each in instances if each["node"]]
    ids = {each["id"] for each in instances}
    return {
        "id": resource_id,
        "status": _summary(instances, running, ids),
        "role": max((each["role"] for each in instances), key=_rank),
        # A bundle's member runs on a guest, which is a part of the bundle itself
        "nodes": sorted({each["node"] for each in running} - ids),
        "managed": all(each["managed"] for each in instances),
        "instances": instances,
    }


def active(monitor):
    """What runs, as a list of (id of the primitive, role, node): one for each instance."""
    found = [each for element in monitor.iterfind("resources//resource") for each in _of_primitive(element)]
    return [(each["id"], each["role"], each["node"]) for each in found if each["node"]]


def node(monitor, name):
    """How a node is; None for one that crm_mon does not know.

    :returns: {name, type, online, standby, maintenance, pending, unclean, resources}. `type` is member, remote or guest;
        `resources` are the ids of the primitives that run on it.
    """
    return next((each for each in nodes(monitor) if each["name"] == name), None)


def nodes(monitor):
    """All nodes as node() returns them."""
    return [_node(monitor, each) for each in monitor.iterfind("nodes/node")]


def is_online(monitor, name):
    """Whether a node has joined the cluster."""
    found = node(monitor, name)
    return found is not None and found["online"]


def _node(monitor, element):
    name, kind = element.get("name"), element.get("type")
    is_guest = kind == "remote" and element.get("id_as_resource") is not None
    facts = {each: element.get(each) == "true" for each in ("online", "standby", "maintenance", "pending", "unclean")}
    return {"name": name, "type": "guest" if is_guest else kind, **facts, "resources": on_node(monitor, name)}


def wholly_there(monitor):
    """The names of the nodes that are online, not still joining, and clean."""
    return {each["name"] for each in nodes(monitor) if each["online"] and not each["pending"] and not each["unclean"]}


def on_node(monitor, name):
    """The ids of the primitives that run on a node, sorted."""
    resources = monitor.iterfind("resources//resource")
    return sorted({_id_of(each) for each in resources if each.find(f"node[@name='{name}']") is not None})


def not_drained(monitor, names):
    """A sentence for each of these nodes in standby on which something still runs."""
    left = {name: on_node(monitor, name) for name in names}
    return [f"{name} is in standby, but has still {', '.join(ids)}" for name, ids in left.items() if ids]


def primitives(monitor, resource_id):
    """The ids of the primitives in a resource; of a bundle those too that the cluster makes for it."""
    return {each["id"] for each in _instances(monitor, resource_id)}


def _instances(monitor, resource_id):
    """The instances of the primitives in a resource."""
    found = []
    for element in monitor.iterfind("resources//*"):
        if _id_of(element) == resource_id:
            for each in element.iter("resource"):
                found += _of_primitive(each)
    return found


def _of_primitive(element):
    """One instance for each node that a <resource> of crm_mon is on, or one without a node."""
    role = values.role(element.get("role", _STOPPED))
    facts = {name: element.get(name) == "true" for name in ("managed", "failed", "blocked")}
    facts = {"id": _id_of(element), "role": role.capitalize() if role else element.get("role"), **facts}
    return [dict(facts, node=node.get("name")) for node in element.iterfind("node")] or [dict(facts, node=None)]


def _summary(instances, running, ids):
    for trouble_ in ("failed", "blocked"):
        if any(each[trouble_] for each in instances):
            return trouble_
    if not running:
        return "stopped"
    return "started" if {each["id"] for each in running} == ids else "partial"


def _rank(role):
    return _ROLES.index(role) if role in _ROLES else len(_ROLES)


def failures(monitor, ids, node=None):
    """What cleaning these primitives would forget, on all nodes or on one.

    :returns: a sorted list of texts such as ``web: monitor on node1``, or ``web: fail count of node1``.
    """
    found = set()
    for failure in monitor.iterfind("failures/failure"):
        owner = _owner(failure)
        if owner in ids and node in (None, failure.get("node")):
            found.add(f"{owner}: {failure.get('task')} on {failure.get('node')}")
    for each in monitor.iterfind("node_history/node"):
        for history in each.iterfind("resource_history"):
            if _id_of(history) in ids and history.get("fail-count", "0") != "0" and node in (None, each.get("name")):
                found.add(f"{_id_of(history)}: fail count of {each.get('name')}")
    return sorted(found)


def unmanaged(monitor, ids):
    """Those of these primitives that run but that the cluster does not manage at present."""
    return sorted(
        {
            _id_of(each)
            for each in monitor.iterfind("resources//resource")
            if _id_of(each) in ids and each.get("active") == "true" and each.get("managed") == "false"
        }
    )


def trouble(monitor, ids):
    """A sentence for each of these primitives that is not as it should be, with the reason its agent gave."""
    sentences = []
    for resource_id in ids:
        instances = [each for each in monitor.iterfind("resources//resource") if _id_of(each) == resource_id]
        if any(each.get("failed") == "true" for each in instances):
            sentences.append(f"{resource_id} has failed{_reason(monitor, resource_id)}")
        elif any(each.get("blocked") == "true" for each in instances):
            sentences.append(f"{resource_id} is blocked{_reason(monitor, resource_id)}")
        elif instances and all(_is_idle(each) for each in instances):
            sentences.append(f"{resource_id} does not run{_reason(monitor, resource_id)}")
    return sentences


def _is_idle(instance):
    """Whether an instance does not run though it is not meant to be stopped; a clone may have some to spare."""
    return instance.get("role") == _STOPPED and instance.get("target_role") != _STOPPED


def _id_of(element):
    """The id without the number of a clone's instance."""
    return (element.get("id") or "").partition(":")[0]


def _owner(failure):
    """The id of the primitive that a failed operation belongs to."""
    return failure.get("op_key", "").rpartition(f"_{failure.get('task')}_")[0].partition(":")[0]


def _reason(monitor, resource_id):
    """What its operations ended with, as a text that ends a sentence; nothing where all went well."""
    for failure in monitor.iterfind("failures/failure"):
        if _owner(failure) == resource_id:
            return _ended(
                failure.get("task"), failure.get("node"), failure.get("exitstatus"), failure.get("exitreason")
            )
    # A probe that finds the agent or what it needs missing is no failure, yet keeps the resource off the node
    for node in monitor.iterfind("node_history/node"):
        for history in node.iterfind("resource_history"):
            if _id_of(history) == resource_id:
                for operation in history.iterfind("operation_history"):
                    if operation.get("rc") not in _GOOD_CODES:
                        return _ended(operation.get("task"), node.get("name"), operation.get("rc_text"), None)
    return ""


def _ended(operation, node, code, reason):
    sentence = f": {operation} on {node} ended with '{code}'"
    return f"{sentence} ({reason})" if reason else sentence
