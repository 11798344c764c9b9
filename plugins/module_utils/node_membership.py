# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nodes that join a running cluster and leave it for good: members of corosync, remote nodes and guest nodes.

pcs does it, from one node of the cluster, while the others go on.
"""

from __future__ import annotations

import time

from . import corosync_conf, diff, membership, status, transient
from .errors import BadInput, HaError
from .membership import STOPPING, TALKING, Step
from .objects import Wanted, kind_in

# Seconds until the cluster has taken notice, where the task does not say
_NOTICING = 30
# Seconds that a remote or guest node gets to be drained
_DRAINING = 120
_LOOK_EVERY = 0.5
# The plan where there is nothing to do
_NOTHING = [], ([], []), None, []


def add(task):
    """Let a node be in the cluster, and run.

    :returns: the result of ha_node.
    :raises HaError: if it is not possible, before anything is touched; or if it did not work.
    """
    outcome = _carried_out(task, {"member": _addition, "remote": _remote, "guest": _guest}[task.params["type"]])
    if outcome["changed"] and not task.check:
        _await(task, _joined)
    return outcome


def remove(task):
    """Let a node be no longer in the cluster; the others go on.

    :returns: the result of ha_node, with the impact.
    :raises HaError: if it is not possible, before anything is touched; or if it did not work.
    """
    outcome = _carried_out(task, _removal)
    if outcome["changed"]:
        if not task.check:
            outcome["commands"] += _forget(task)
            _await(task, _gone)
        outcome["warnings"] += _left_over(task.door.read(), task.params["name"])
    return outcome


def keeps_quorum_without(monitor, name):
    """Whether the cluster would keep its quorum if a node left; None where that cannot be told."""
    conf = membership.read_conf()
    if conf is None:
        return None
    return _has_quorum(conf, _online(monitor) - {name}, sum(corosync_conf.votes(conf).values()))


def _has_quorum(conf, online, expected):
    """Whether these nodes have the majority of the expected votes. What auto_tie_breaker would add is left out.

    A quorum device is taken to vote for them.
    """
    votes = sum(count for node, count in corosync_conf.votes(conf).items() if node in online)
    if corosync_conf.section(conf, "quorum").get("two_node") == "1":
        return votes >= 1
    device = corosync_conf.device_votes(conf)
    return votes > 0 and votes + device >= (expected + device) // 2 + 1


def _online(monitor):
    """The names of the nodes that are wholly there."""
    nodes = status.nodes(monitor)
    return {each["name"] for each in nodes if each["online"] and not each["pending"] and not each["unclean"]}


# --- what is to be done


def _carried_out(task, plan):
    """Plan and carry out Steps, alone: the result of the module.

    :param plan: task -> (Steps, the names of the nodes before and after, what comes of it as apply() foresees it, warnings).
    """
    if task.check:
        return _outcome(*plan(task))
    with membership.alone() as lock:
        task.door.forget()
        steps, sides, foreseen, warnings = plan(task)
        if foreseen and foreseen["commands"]:
            _drain(task)
        for step in steps:
            membership.run(step, lock)
        task.door.forget()
    return _outcome(steps, sides, foreseen, warnings)


def _outcome(steps, sides, foreseen, warnings):
    """:param foreseen: the result of apply() in check mode, or None."""
    foreseen = foreseen or {"commands": [], "diff": {}}
    shown = diff.of(*({"nodes": names} for names in sides)) if steps else {"before": "", "after": ""}
    shown.update({key: foreseen["diff"][key] for key in ("prepared",) if key in foreseen["diff"]})
    impact = {key: foreseen[key] for key in ("impact", "impact_summary") if key in foreseen}
    commands = [*foreseen["commands"], *(list(step.argv) for step in steps)]
    return {"changed": bool(steps), "diff": shown, "commands": commands, "warnings": list(warnings), **impact}


def _standby(task):
    return [Wanted(kind_in("nodes"), {"name": task.params["name"], "standby": True}, "present", "")]


def _drain(task):
    """Let nothing run on a node any more; if that fails, it is as before."""
    wait = max(task.params["wait"], _DRAINING)
    task.apply(lambda _cib: _standby(task), wait=wait, rollback=True, preview=False, disruption="allow")


def _addition(task):
    params, name = task.params, task.params["name"]
    conf, cib = _conf(), task.door.read()
    members, monitor = corosync_conf.nodes(conf), task.door.monitor()
    if name in members:
        here = _online(monitor)
        start = Step(("pcs", "cluster", "start", name), f"the cluster cannot be started on {name}", None, TALKING)
        given = params["addresses"] or members[name]
        differ = f"addresses: {name} has {', '.join(members[name])} in the cluster, and keeps what it has"
        warnings = [differ] if given != members[name] else []
        return [] if name in here else [start], (sorted(here), sorted(here | {name})), None, warnings
    if _remote_connection(cib, name) is not None or _guest_host(cib, name) is not None:
        raise BadInput(f"name: {name!r} is in the cluster already as a remote or guest node; remove it first")
    _refuse_without_quorum(task, cib)
    addresses = params["addresses"] or [name]
    links = len(next(iter(members.values())))
    if len(addresses) != links:
        raise BadInput(f"addresses: the nodes of this cluster have {links}, one for each link, not {len(addresses)}")
    # It counts before it is there; two nodes need no majority
    expected = sum(corosync_conf.votes(conf).values()) + 1
    if len(members) > 1 and not _majority(conf, _online(monitor), expected) and not params["allow_no_quorum"]:
        raise HaError(
            f"until {name} has joined, the cluster would be without quorum, because not enough of its nodes are online;"
            " nothing was changed. Bring them back, or set allow_no_quorum to true"
        )
    argv = ["pcs", "cluster", "node", "add", name, *(f"addr={each}" for each in addresses), "--start"]
    step = Step((*argv, *(["--enable"] if params["enabled"] else [])), f"{name} cannot be added", None, TALKING)
    return [*_authentication(params, addresses), step], (list(members), [*members, name]), None, []


def _majority(conf, online, expected):
    votes, device = corosync_conf.votes(conf), corosync_conf.device_votes(conf)
    return sum(votes[each] for each in online if each in votes) + device >= (expected + device) // 2 + 1


def _remote(task):
    params, name = task.params, task.params["name"]
    cib = task.door.read()
    if _remote_connection(cib, name) is not None:
        return _NOTHING
    _refuse_taken(cib, name)
    address = params["addresses"] or [name]
    argv = ("pcs", "cluster", "node", "add-remote", name, address[0])
    step = Step(argv, f"{name} cannot be added as a remote node", None, TALKING)
    return [*_authentication(params, address), step], _with(cib, name), None, []


def _guest(task):
    params, name = task.params, task.params["name"]
    cib, resource = task.door.read(), params["resource"]
    host = _guest_host(cib, name)
    if host is not None and host.get("id") == resource:
        return _NOTHING
    _refuse_taken(cib, name)
    if cib.resource(resource, ("primitive",)) is None:
        raise BadInput(f"resource: there is no primitive {resource!r} that {name} could be the guest of")
    address = params["addresses"] or [name]
    argv = ("pcs", "cluster", "node", "add-guest", name, resource, f"remote-addr={address[0]}")
    step = Step(argv, f"{name} cannot be added as a guest node", None, TALKING)
    return [*_authentication(params, address), step], _with(cib, name), None, []


def _removal(task):
    params, name = task.params, task.params["name"]
    conf, cib = _conf(), task.door.read()
    force = ("--force", "--skip-offline") if params["force"] else ()
    what = f"{name} cannot be removed"
    is_online = status.is_online(task.door.monitor(), name)

    def leave(root):
        """Its resources go as they do when the node shuts down, which pcs lets it do."""
        return is_online and transient.lay_over(root, name, {"shutdown": "1"})

    foresee = {"wanted": lambda _cib: [], "besides": leave}
    if name in corosync_conf.nodes(conf):
        _refuse_removal(task, conf, cib)
        verb = "remove"
    elif _remote_connection(cib, name) is not None:
        verb = "remove-remote"
    elif _guest_host(cib, name) is not None:
        verb = "remove-guest"
    elif name in cib.node_names():
        # A removal was interrupted, or a controller that still knew the node entered it again when it became DC (2.1.5)
        verb = "clear"
    else:
        return _NOTHING
    if verb in ("remove-remote", "remove-guest") and is_online:
        # These two pcs kills with what runs on them, and what cannot be fenced is then blocked (seen with 0.11.5)
        foresee = {"wanted": lambda _cib: _standby(task)}
    argv = _clear(name) if verb == "clear" else ("pcs", "cluster", "node", verb, name, *force)
    step = Step(argv, what, None, STOPPING)
    names = cib.node_names()
    return [step], (names, [each for each in names if each != name]), task.apply(**foresee, check=True), []


def _refuse_removal(task, conf, cib):
    """Refuse to remove the node that has to do it, the last one, and one without which there is no quorum."""
    params, name = task.params, task.params["name"]
    members = corosync_conf.nodes(conf)
    if len(members) == 1:
        raise HaError(
            f"{name} is the last node of the cluster; nothing was changed. To remove the cluster itself, use ha_cluster with"
            " state: absent"
        )
    if name == task.door.node_name():
        raise HaError(f"{name} is the node that this task runs on; run it on one that stays. Nothing was changed")
    _refuse_without_quorum(task, cib)
    staying = _online(task.door.monitor()) - {name}
    expected = sum(count for node, count in corosync_conf.votes(conf).items() if node != name)
    if not _majority(conf, staying, expected) and not params["force"]:
        raise HaError(
            f"without {name} the cluster would lose its quorum: {', '.join(sorted(staying)) or 'no other node'} alone is"
            " online; nothing was changed. Bring the others back, or use force: true"
        )


def _refuse_without_quorum(task, cib):
    if not cib.has_quorum and not task.params["allow_no_quorum"]:
        raise HaError(
            "this part of the cluster has no quorum; nothing was changed. Bring the other nodes back, or set"
            " allow_no_quorum to true"
        )


def _refuse_taken(cib, name):
    if name in cib.node_names():
        raise BadInput(f"name: {name!r} is in the cluster already as a node of another type; remove it first")
    if cib.find(name) is not None:
        raise BadInput(f"name: {name!r} is the id of something else in the configuration; a node cannot have it, too")


def _authentication(params, addresses):
    node = {params["name"]: addresses}
    known = membership.is_authenticated(node)
    return [] if known else [membership.authentication(node, params["username"] or "hacluster", params["password"])]


def _conf():
    conf = membership.read_conf()
    if conf is None:
        raise HaError("this node belongs to no cluster; run the task on a node of the cluster")
    return conf


def _remote_connection(cib, name):
    """The primitive that connects to a remote node; None if it is no remote node."""
    element = cib.resource(name, ("primitive",))
    return (
        element if element is not None and element.get("type") == "remote" and element.get("class") == "ocf" else None
    )


def _guest_host(cib, name):
    """The primitive whose guest a node is; None if it is no guest node."""
    found = cib.configuration.iterfind("resources//primitive")
    pairs = ((each, pair) for each in found for pair in each.iterfind("meta_attributes/nvpair"))
    return next((each for each, pair in pairs if (pair.get("name"), pair.get("value")) == ("remote-node", name)), None)


def _with(cib, name):
    names = cib.node_names()
    return names, [*names, name]


# --- what came of it


def _forget(task):
    """Remove the entry of a node once more where the controller made it anew while it lost the connection (seen on 2.1.5).

    :returns: the commands that it took.
    """
    name = task.params["name"]
    task.door.wait(_NOTICING)
    if name not in task.door.read().node_names():
        return []
    step = Step(_clear(name), f"{name} cannot be forgotten", None, TALKING)
    with membership.alone() as lock:
        membership.run(step, lock)
    return [list(step.argv)]


def _clear(name):
    return ("pcs", "cluster", "node", "clear", name)


def _await(task, arrived):
    """Wait until the cluster shows what was done, with quorum.

    :param arrived: (Cib, root element of crm_mon's XML, name, whether to be patient) -> a sentence about what is missing, or None.
    """
    patience = max(task.params["wait"], _NOTICING)
    give_up = time.monotonic() + patience
    while True:
        cib, monitor = task.door.read(), task.door.monitor()
        missing = arrived(task, cib, monitor)
        if missing is None and not cib.has_quorum and not (task.params["allow_no_quorum"] or task.params["force"]):
            missing = "the cluster has no quorum"
        if missing is None:
            return
        if time.monotonic() > give_up:
            raise HaError(f"pcs reported success, but {missing} after {patience} seconds", changed=True)
        time.sleep(_LOOK_EVERY)


def _joined(task, cib, monitor):
    name = task.params["name"]
    if name not in corosync_conf.nodes(_conf()) and name not in cib.node_names():
        return f"{name} is not in the cluster"
    if task.params["wait"] and name not in _online(monitor):
        return f"{name} is not online"
    return None


def _gone(task, cib, monitor):
    name = task.params["name"]
    if name in corosync_conf.nodes(_conf()) or name in cib.node_names() or status.node(monitor, name):
        return f"{name} is still in the cluster"
    return None


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
