# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nodes that join a running cluster and leave it for good: members of corosync, remote nodes and guest nodes.

pcs does it, from one node of the cluster, while the others go on.
"""

from __future__ import annotations

import time
from collections import namedtuple

from ..base.errors import BadInput, HaError
from ..corosync import conf as corosync_conf
from ..corosync import quorum
from ..live import cluster, status, transient
from ..objects.registry import Wanted, kind_in
from ..objects.resources import target_role
from ..plan import diff
from . import ha_cluster as membership
from .ha_cluster import STOPPING, TALKING, Step

# Seconds until the cluster has taken notice, where the task does not say
_NOTICING = 30
# Seconds that a remote or guest node gets to be drained
_DRAINING = 120
_LOOK_EVERY = 0.5
# How that is done: foreseen already, and taken back if it does not work
_QUIETLY = {"preview": False, "disruption": "allow", "rollback": True}
# What is to be done: Steps of membership.py; the names of the nodes before and after; the result of CibTask.apply() in check mode,
# which foresees it; warnings
_Change = namedtuple("_Change", ("steps", "before", "after", "foreseen", "warnings"), defaults=((), (), (), None, ()))


def add(task):
    """Let a node be in the cluster, and run.

    :returns: the result of ha_node.
    :raises HaError: if it is not possible, before anything is touched; or if it did not work.
    """
    membership.check_password(task.params["password"])
    outcome = _carried_out(task, {"member": _addition, "remote": _remote, "guest": _guest}[task.params["type"]])
    if not task.check and (outcome["changed"] or task.params["wait"]):
        _await(task, _joined, outcome["changed"])
    return outcome


def remove(task):
    """Let a node be no longer in the cluster; the others go on.

    :returns: the result of ha_node, with the impact.
    :raises HaError: if it is not possible, before anything is touched; or if it did not work.
    """
    outcome = _carried_out(task, _removal)
    if outcome["changed"]:
        if not task.check:
            outcome["commands"] += _await_gone(task)
        outcome["warnings"] += _left_over(task.backend.read(), task.params["name"])
    return outcome


# --- what is to be done


def _carried_out(task, plan):
    """Plan a _Change and carry it out, alone; the result of the module.

    :param plan: CibTask -> _Change.
    """
    if task.check:
        return _outcome(_planned(task, plan))
    with membership.alone() as lock:
        task.backend.forget()
        change = _planned(task, plan)
        if change.foreseen and change.foreseen["commands"]:
            task.apply(**_draining(task), wait=max(task.params["wait"], _DRAINING), **_QUIETLY)
        for step in change.steps:
            membership.run(step, lock)
        task.backend.forget()
    return _outcome(change)


def _planned(task, plan):
    change = plan(task)
    if change.steps and not task.backend.read().has_quorum and not task.params["allow_no_quorum"]:
        raise HaError(
            "this part of the cluster has no quorum; nothing was changed. Bring the other nodes back, or set"
            " allow_no_quorum to true"
        )
    return change


def _outcome(change):
    foreseen = change.foreseen or {"commands": [], "diff": {}}
    sides = [{"nodes": list(names)} for names in (change.before, change.after)]
    shown = diff.of(*sides) if change.steps else {"before": "", "after": ""}
    shown.update({key: foreseen["diff"][key] for key in ("prepared",) if key in foreseen["diff"]})
    return {
        "changed": bool(change.steps),
        "diff": shown,
        "commands": [*foreseen["commands"], *(list(step.argv) for step in change.steps)],
        "warnings": list(change.warnings),
        **{key: foreseen[key] for key in ("impact", "impact_summary") if key in foreseen},
    }


def _addition(task):
    params, name = task.params, task.params["name"]
    conf, cib = _conf(), task.backend.read()
    members, monitor = corosync_conf.nodes(conf), task.backend.monitor()
    if name in members:
        here = {each["name"] for each in status.nodes(monitor) if each["online"]}
        start = Step(("pcs", "cluster", "start", name), f"the cluster cannot be started on {name}", None, TALKING)
        given = params["addresses"] or members[name]
        differ = f"addresses: {name} has {', '.join(members[name])} in the cluster, and keeps what it has"
        warnings = [differ] if given != members[name] else []
        return _Change([] if name in here else [start], sorted(here), sorted(here | {name}), warnings=warnings)
    _refuse_other(conf, cib, name)
    addresses = params["addresses"] or [name]
    links = len(next(iter(members.values())))
    if len(addresses) != links:
        raise BadInput(f"addresses: the nodes of this cluster have {links}, one for each link, not {len(addresses)}")
    # It counts before it is there; two nodes need no majority
    expected = sum(corosync_conf.votes(conf).values()) + 1
    if (
        len(members) > 1
        and not quorum.have_majority(conf, status.wholly_there(monitor), expected)
        and not params["allow_no_quorum"]
    ):
        raise HaError(
            f"until {name} has joined, the cluster would be without quorum, because not enough of its nodes are online;"
            " nothing was changed. Bring them back, or set allow_no_quorum to true"
        )
    argv = ["pcs", "cluster", "node", "add", name, *(f"addr={each}" for each in addresses), "--start"]
    step = Step((*argv, *(["--enable"] if params["enabled"] else [])), f"{name} cannot be added", None, TALKING)
    return _Change([*_authentication(params, addresses), step], members, [*members, name])


def _remote(task):
    params, name = task.params, task.params["name"]
    conf, cib = _conf(), task.backend.read()
    if _belongs(conf, cib, name) == "remote":
        return _Change()
    _refuse_taken(conf, cib, name)
    address = _address(params)
    argv = ("pcs", "cluster", "node", "add-remote", name, address)
    step = Step(argv, f"{name} cannot be added as a remote node", None, TALKING)
    names = cib.node_names()
    return _Change([*_authentication(params, [address]), step], names, [*names, name])


def _guest(task):
    params, name, resource = task.params, task.params["name"], task.params["resource"]
    conf, cib = _conf(), task.backend.read()
    if resource is None:
        raise BadInput("resource: give the id of the primitive that the guest is in")
    host = _guest_host(cib, name)
    if host is not None and host.get("id") == resource:
        return _Change()
    _refuse_taken(conf, cib, name)
    element = cib.resource(resource, ("primitive",))
    if element is None:
        raise BadInput(f"resource: there is no primitive {resource!r} that {name} could be the guest of")
    if _guest_of(element) is not None:
        raise BadInput(f"resource: {resource!r} has the guest {_guest_of(element)} already")
    address = _address(params)
    argv = ("pcs", "cluster", "node", "add-guest", name, resource, f"remote-addr={address}")
    step = Step(argv, f"{name} cannot be added as a guest node", None, TALKING)
    names = cib.node_names()
    return _Change([*_authentication(params, [address]), step], names, [*names, name])


def _address(params):
    """The one address of a remote or guest node."""
    given = params["addresses"] or [params["name"]]
    if len(given) > 1:
        raise BadInput(f"addresses: a {params['type']} node has one, not {len(given)}")
    if params["enabled"] is False:
        raise BadInput(f"enabled: pcs always enables pacemaker_remote on a {params['type']} node; leave it out")
    return given[0]


def _removal(task):
    params, name = task.params, task.params["name"]
    conf, cib = _conf(), task.backend.read()
    how = _belongs(conf, cib, name)
    if how is None:
        return _Change()
    if how == "member":
        _refuse_removal(task, conf)
    verb = {"member": "remove", "remote": "remove-remote", "guest": "remove-guest", "left": "clear"}[how]
    # Of pcs cluster node clear, it means something else
    force = ("--force", "--skip-offline") if params["force"] and how != "left" else ()
    steps = [Step(("pcs", "cluster", "node", verb, name, *force), f"{name} cannot be removed", None, STOPPING)]
    if how == "remote":
        # pcs 0.12.0 fails at the entry with the attributes of a remote node, which has the id of the connection, too
        entry = ("cibadmin", "--delete", "--scope", "nodes", "--xml-text", f'<node id="{name}"/>')
        steps.insert(0, Step(entry, f"the attributes of {name} cannot be removed", None, TALKING))
    names = cib.node_names()
    return _Change(steps, names, [each for each in names if each != name], _foreseen(task, how))


def _foreseen(task, how):
    """What comes of the removal of a node, as apply() foresees it."""
    name = task.params["name"]
    is_online = status.is_online(task.backend.monitor(), name)
    if is_online and how in ("remote", "guest"):
        return task.apply(**_draining(task), check=True)

    def leave(root):
        """Its resources go as they do when the node shuts down, which pcs lets a member do."""
        return is_online and transient.lay_over(root, name, {"shutdown": "1"})

    return task.apply(lambda _cib: [], besides=leave, check=True)


def _draining(task):
    """The parameters of apply() after which nothing runs on a remote or guest node any more.

    pcs ends pacemaker_remote together with what runs on it: the cluster takes the node for lost, and where it cannot fence it,
    all that is blocked (seen with 0.11.5). A remote node is left in order when its connection is stopped.
    """
    name = task.params["name"]

    def disconnect(cib):
        if _is_connection(cib.resource(name, ("primitive",))):
            target_role.stop(cib, cib.resource(name))

    standby = Wanted(kind_in("nodes"), {"name": name, "standby": True}, "present", "")
    return {"wanted": lambda _cib: [standby], "then": disconnect}


def _refuse_removal(task, conf):
    """Refuse to remove the node that has to do it, the last one, one that may still run things, and one whose votes are needed."""
    params, name, monitor = task.params, task.params["name"], task.backend.monitor()
    if len(corosync_conf.nodes(conf)) == 1:
        raise HaError(
            f"{name} is the last node of the cluster; nothing was changed. To remove the cluster itself, use ha_cluster with"
            " state: absent"
        )
    if name == task.backend.node_name():
        raise HaError(f"{name} is the node that this task runs on; run it on one that stays. Nothing was changed")
    if (status.node(monitor, name) or {}).get("unclean"):
        raise HaError(
            f"{name} is unclean: when it is removed, what it may still run is started elsewhere, too; nothing was changed."
            " Fence it first (state: fenced), or switch it off and say so (state: fencing_confirmed)"
        )
    staying = status.wholly_there(monitor) - {name}
    # It leaves before the others expect fewer votes
    if not quorum.stays(conf, staying) and not params["force"]:
        raise HaError(
            f"without {name} the cluster would lose its quorum: {', '.join(sorted(staying)) or 'no other node'} alone is"
            " online; nothing was changed. Bring the others back, or use force: true"
        )


def _refuse_other(conf, cib, name):
    """Refuse to add what is in the cluster in another way; of a member that has left, something may be listed still."""
    how = _belongs(conf, cib, name)
    if how not in (None, "left"):
        raise BadInput(f"name: {name!r} is in the cluster already, as a {how} node; remove it first")


def _refuse_taken(conf, cib, name):
    """The same for a remote or guest node, whose name is an id in the configuration."""
    _refuse_other(conf, cib, name)
    if _belongs(conf, cib, name) == "left":
        raise BadInput(f"name: {name!r} has left the cluster, but is listed still; remove it first (state: removed)")
    if cib.find(name) is not None:
        raise BadInput(f"name: {name!r} is the id of something else in the configuration; a node cannot have it, too")


def _belongs(conf, cib, name):
    """How a node belongs to the cluster: as member, remote or guest; None if it does not.

    It is `left` if it is only listed: a removal was interrupted, or a controller that still knew the node entered it again
    when it became DC (2.1.5).
    """
    if name in corosync_conf.nodes(conf):
        return "member"
    if _is_connection(cib.resource(name, ("primitive",))):
        return "remote"
    if _guest_host(cib, name) is not None:
        return "guest"
    return "left" if name in cib.node_names() else None


def _authentication(params, addresses):
    node = {params["name"]: addresses}
    known = membership.is_authenticated(node)
    return [] if known else [membership.authentication(node, params["username"] or "hacluster", params["password"])]


def _conf():
    conf = cluster.read_corosync_conf()
    if conf is None:
        raise HaError("this node belongs to no cluster; run the task on a node of the cluster")
    return conf


def _is_connection(element):
    """Whether a primitive connects to a remote node."""
    return element is not None and (element.get("class"), element.get("type")) == ("ocf", "remote")


def _guest_host(cib, name):
    """The primitive whose guest a node is; None if it is no guest node."""
    primitives = cib.configuration.iterfind("resources//primitive")
    return next((each for each in primitives if _guest_of(each) == name), None)


def _guest_of(primitive):
    """The guest node in a primitive, or None."""
    pairs = primitive.iterfind("meta_attributes/nvpair")
    return next((each.get("value") for each in pairs if each.get("name") == "remote-node"), None)


# --- what came of it


def _await_gone(task):
    """Wait until the cluster shows a node no longer.

    Its entry is removed again where the controller has made it anew, since it lost the connection (seen on 2.1.5): at once,
    or later.

    :returns: the commands that it took.
    """
    name, commands = task.params["name"], []

    def gone(task, cib, monitor):
        conf = _conf()
        if _belongs(conf, cib, name) == "left":
            argv = ("pcs", "cluster", "node", "clear", name)
            with membership.alone() as lock:
                membership.run(Step(argv, f"{name} cannot be forgotten", None, TALKING), lock)
            commands.append(list(argv))
        return _still_there(name, conf, cib, monitor)

    task.backend.wait(_NOTICING)
    _await(task, gone, changed=True)
    return commands


def _await(task, arrived, changed):
    """Wait until the cluster shows what was asked for, with quorum.

    :param arrived: (CibTask, Cib, root element of crm_mon's XML) -> a sentence about what is missing, or None.
    :param changed: whether something was done for it.
    """
    patience = max(task.params["wait"], _NOTICING)
    give_up = time.monotonic() + patience
    while True:
        cib, monitor = task.backend.read(), task.backend.monitor()
        missing = arrived(task, cib, monitor)
        if missing is None and not cib.has_quorum and not (task.params["allow_no_quorum"] or task.params["force"]):
            missing = "the cluster has no quorum"
        if missing is None:
            return
        if time.monotonic() > give_up:
            done = "pcs reported success, but " if changed else ""
            raise HaError(f"{done}{missing} after {patience} seconds", changed=changed)
        time.sleep(_LOOK_EVERY)


def _joined(task, cib, monitor):
    name = task.params["name"]
    if name not in corosync_conf.nodes(_conf()) and name not in cib.node_names():
        return f"{name} is not in the cluster"
    if task.params["wait"] and name not in status.wholly_there(monitor):
        return f"{name} is not online"
    return None


def _still_there(name, conf, cib, monitor):
    is_in = {
        "corosync.conf": name in corosync_conf.nodes(conf),
        "the configuration": name in cib.node_names(),
        "the status": status.node(monitor, name) is not None,
    }
    places = [place for place, found in is_in.items() if found]
    return f"{name} is still in {' and '.join(places)}" if places else None


def _left_over(cib, name):
    """A warning that lists what of the configuration still names a node that is gone."""
    found = [each for each in cib.configuration.iter() if isinstance(each.tag, str) and _names(each, name)]
    ids = dict.fromkeys(_owner(cib, each).get("id") for each in found)
    return [f"still in the configuration, though they are about {name}: {', '.join(ids)}"] if ids else []


def _names(element, name):
    if element.tag == "nvpair":
        return (element.get("name"), element.get("value")) == ("pcmk_host_list", name)
    if element.tag == "expression":
        return (element.get("attribute"), element.get("value")) == ("#uname", name)
    return element.tag in ("rsc_location", "fencing-level") and name in (element.get("node"), element.get("target"))


def _owner(cib, element):
    """The element with a meaning of its own that a part belongs to."""
    while element.tag in ("nvpair", "expression", "rule", "instance_attributes"):
        element = cib.parent(element)
    return element
