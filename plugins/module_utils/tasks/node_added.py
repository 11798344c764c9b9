# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_node with state: added: a node joins as a corosync member, a remote node or a guest node."""

from __future__ import annotations

from ..base.errors import BadInput, HaError
from ..corosync import conf as corosync_conf
from ..corosync import quorum
from ..live import status
from ..membership import belonging, observe, steps
from ..membership.cluster_plan import check_password
from .node_membership import Change, carry_out, cluster_conf, wait_until


def add(task):
    """Add a node to the cluster and start it.

    :returns: the result of ha_node.
    :raises HaError: if the node cannot be added, before anything is changed; or if it failed.
    """
    check_password(task.params["password"])
    plan = {"member": _member, "remote": _remote, "guest": _guest}[task.params["type"]]
    outcome = carry_out(task, plan)
    if not task.check and (outcome["changed"] or task.params["wait"]):
        wait_until(task, _joined, outcome["changed"])
    return outcome


def _member(task):
    params, name = task.params, task.params["name"]
    conf, cib = cluster_conf(), task.backend.read()
    members, monitor = corosync_conf.nodes(conf), task.backend.monitor()
    if name in members:
        online = {each["name"] for each in status.nodes(monitor) if each["online"]}
        given = params["addresses"] or members[name]
        differ = f"addresses: {name} has {', '.join(members[name])} in the cluster; existing addresses are not changed"
        warnings = [differ] if given != members[name] else []
        return Change(
            [] if name in online else [steps.start(name)], sorted(online), sorted(online | {name}), warnings=warnings
        )
    belonging.refuse_member(conf, cib, name)
    addresses = params["addresses"] or [name]
    links = len(next(iter(members.values())))
    if len(addresses) != links:
        raise BadInput(f"addresses: each node of this cluster has {links}, one per link, not {len(addresses)}")
    # The new node counts before it has joined; a cluster of two nodes does not need a majority
    expected = sum(corosync_conf.votes(conf).values()) + 1
    if (
        len(members) > 1
        and not quorum.have_majority(conf, status.fully_online_nodes(monitor), expected)
        and not params["allow_no_quorum"]
    ):
        raise HaError(
            f"the cluster would lose quorum until {name} has joined, because not enough of its nodes are online;"
            " nothing was changed. Bring them back online, or set allow_no_quorum to true"
        )
    step = steps.add_member(name, addresses, params["enabled"])
    return Change([*_authentication(params, addresses), step], members, [*members, name])


def _remote(task):
    params, name = task.params, task.params["name"]
    conf, cib = cluster_conf(), task.backend.read()
    if belonging.type_of(conf, cib, name) == "remote":
        return Change()
    belonging.refuse_taken(conf, cib, name)
    address = _address(params)
    step = steps.add_remote(name, address)
    names = cib.node_names()
    return Change([*_authentication(params, [address]), step], names, [*names, name])


def _guest(task):
    params, name, resource = task.params, task.params["name"], task.params["resource"]
    conf, cib = cluster_conf(), task.backend.read()
    if resource is None:
        raise BadInput("resource: is required with type: guest; give the id of the primitive that runs the guest node")
    host = belonging.guest_host(cib, name)
    if host is not None and host.get("id") == resource:
        return Change()
    belonging.refuse_taken(conf, cib, name)
    element = cib.resource(resource, ("primitive",))
    if element is None:
        raise BadInput(f"resource: there is no primitive {resource!r} to run the guest node {name}")
    if belonging.guest_of(element) is not None:
        raise BadInput(f"resource: {resource!r} already runs the guest node {belonging.guest_of(element)}")
    address = _address(params)
    step = steps.add_guest(name, resource, address)
    names = cib.node_names()
    return Change([*_authentication(params, [address]), step], names, [*names, name])


def _address(params):
    """The address of a remote or guest node, which has only one."""
    given = params["addresses"] or [params["name"]]
    if len(given) > 1:
        raise BadInput(f"addresses: a {params['type']} node has one address, not {len(given)}")
    if params["enabled"] is False:
        raise BadInput(f"enabled: must not be false: pcs always enables pacemaker_remote on a {params['type']} node")
    return given[0]


def _authentication(params, addresses):
    node = {params["name"]: addresses}
    is_known = observe.is_authenticated(node)
    return [] if is_known else [steps.authenticate(node, params["username"] or "hacluster", params["password"])]


def _joined(task, cib, monitor):
    name = task.params["name"]
    if name not in corosync_conf.nodes(cluster_conf()) and name not in cib.node_names():
        return f"{name} is not in the cluster"
    if task.params["wait"] and name not in status.fully_online_nodes(monitor):
        return f"{name} is not online"
    return None
