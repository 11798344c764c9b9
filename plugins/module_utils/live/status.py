# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The runtime state, read from crm_mon's XML (schema crm_mon-2.x; Pacemaker 2.0 to 3.0)."""

from __future__ import annotations

from ..base import values

_STOPPED = "Stopped"
# From the lowest role of an instance to the highest
_ROLES = ("Stopped", "Unpromoted", "Started", "Promoted")


def running(monitor):
    """The ids of the running resources: primitives, and the groups, clones and bundles that contain them."""
    ids = set()
    for element in monitor.iterfind("resources//*"):
        if any(each.get("active") == "true" for each in element.iter("resource")):
            ids.add(id_of(element))
    return ids


def of(monitor, resource_id):
    """The status of a resource and where it runs; None if crm_mon does not list it.

    :returns: {id, status, role, nodes, managed, instances}. `status` is started, stopped, partial (some of its members
        run), failed or blocked; `role` is the highest role of its instances: Promoted, Started, Unpromoted or Stopped;
        `instances` is a list of {id, node, role, managed, failed, blocked}, one for each primitive and node.
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
        # The member of a bundle runs on a guest node that is itself part of the bundle
        "nodes": sorted({each["node"] for each in running} - ids),
        "managed": all(each["managed"] for each in instances),
        "instances": instances,
    }


def active(monitor):
    """The running instances: a list of (id of the primitive, role, node)."""
    found = [each for element in monitor.iterfind("resources//resource") for each in _of_primitive(element)]
    return [(each["id"], each["role"], each["node"]) for each in found if each["node"]]


def node(monitor, name):
    """The status of a node; None if crm_mon does not list it.

    :returns: {name, type, online, standby, maintenance, pending, unclean, resources}. `type` is member, remote or
        guest; `resources` is the list of ids of the primitives that run on it.
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


def fully_online_nodes(monitor):
    """The names of the nodes that are online, not still joining, and clean."""
    return {each["name"] for each in nodes(monitor) if each["online"] and not each["pending"] and not each["unclean"]}


def on_node(monitor, name):
    """The ids of the primitives that run on a node, sorted."""
    resources = monitor.iterfind("resources//resource")
    return sorted({id_of(each) for each in resources if each.find(f"node[@name='{name}']") is not None})


def not_drained(monitor, names):
    """A sentence about each of these standby nodes on which resources still run."""
    remaining = {name: on_node(monitor, name) for name in names}
    return [f"{name} is in standby, but still runs {', '.join(ids)}" for name, ids in remaining.items() if ids]


def primitives(monitor, resource_id):
    """The ids of the primitives in a resource; for a bundle, including those that the cluster creates for it."""
    return {each["id"] for each in _instances(monitor, resource_id)}


def _instances(monitor, resource_id):
    """The instances of the primitives in a resource."""
    found = []
    for element in monitor.iterfind("resources//*"):
        if id_of(element) == resource_id:
            for each in element.iter("resource"):
                found += _of_primitive(each)
    return found


def _of_primitive(element):
    """One instance for each node on which a <resource> of crm_mon runs, or a single one without a node."""
    role = values.role(element.get("role", _STOPPED))
    facts = {name: element.get(name) == "true" for name in ("managed", "failed", "blocked")}
    facts = {"id": id_of(element), "role": role.capitalize() if role else element.get("role"), **facts}
    return [dict(facts, node=node.get("name")) for node in element.iterfind("node")] or [dict(facts, node=None)]


def _summary(instances, running, ids):
    for problem in ("failed", "blocked"):
        if any(each[problem] for each in instances):
            return problem
    if not running:
        return "stopped"
    return "started" if {each["id"] for each in running} == ids else "partial"


def _rank(role):
    return _ROLES.index(role) if role in _ROLES else len(_ROLES)


def id_of(element):
    """The id of a resource without the number of a clone instance."""
    return (element.get("id") or "").partition(":")[0]
