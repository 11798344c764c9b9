# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The life of a cluster: its nodes authenticated, set up, started, enabled, stopped, removed.

One way for all of it: look, plan (pure), carry out, look again. What is looked at is, from cheap to dear: files,
systemd, crm_mon; a pcs process (0.3 s and more) is started only to change something or to ask the nodes whether they
know each other.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections import namedtuple
from contextlib import contextmanager

from ..base.errors import BadInput, CommandFailed, HaError
from ..corosync import conf as corosync_conf
from ..live import cluster, pcs
from ..plan import diff

KNOWN_HOSTS = "/var/lib/pcsd/known-hosts"
LOCK = "/run/hacluster-pcs.lock"
SERVICES = ("corosync.service", "pacemaker.service")

# Seconds that pcs gets to talk to the nodes: each request of its own takes at most 60
TALKING = 300
# Stopping waits for the resources; systemd gives Pacemaker 30 minutes for it (TimeoutStopSec in pacemaker.service)
STOPPING = 1900
# Seconds between two looks at a cluster that is starting
PAUSE = 0.5

# The parameters of the module; `nodes` is a mapping of name -> list of addresses
Wanted = namedtuple(
    "Wanted", ("state", "name", "nodes", "username", "password", "enabled", "wait", "transport", "totem", "quorum")
)

# What is there, as seen from this node.
#   conf           corosync.conf as corosync_conf.parse returns it; None if there is none
#   active         whether corosync or Pacemaker runs on this node
#   enabled        whether both start at boot
#   online         names of the nodes that are online and not pending
#   offline        names of the nodes that are neither online nor on their way
#   missing        sentences: what keeps the cluster from being wholly started; empty when it is
#   authenticated  whether pcs on this node may talk to all wanted nodes; None where nobody needs to know
#   pcs_version    (0, 11) ...; None where nobody needs to know
Seen = namedtuple("Seen", ("conf", "active", "enabled", "online", "offline", "missing", "authenticated", "pcs_version"))

# A pcs command that changes something; `what` begins the sentence about its failure
Step = namedtuple("Step", ("argv", "what", "stdin", "timeout"))


def carry_out(wanted, check):
    """Bring the cluster to the state that is wanted.

    :returns: changed, diff, commands, cluster and warnings, as the module ha_cluster returns them.
    :raises BadInput: if it is not possible; nothing has been touched.
    :raises HaError: if it did not work.
    """
    if check:
        return _outcome(wanted, *_look_and_plan(wanted))
    with alone() as lock:
        seen, steps = _look_and_plan(wanted)
        for step in steps:
            run(step, lock)
        waits = wanted.state == "started" and wanted.wait
        if waits and (steps or seen.missing):
            _wait_until_started(wanted.wait)
        outcome = _outcome(wanted, seen, steps)
        if steps and (waits or wanted.state != "started"):
            _look_whether(wanted, view(wanted, seen, steps))
    return outcome


def _look_and_plan(wanted):
    seen = look(wanted)
    return seen, plan(wanted, seen)


def _outcome(wanted, seen, steps):
    after = view(wanted, seen, steps)
    return {
        "changed": bool(steps),
        "diff": diff.of(view(wanted, seen), after),
        "commands": [list(step.argv) for step in steps],
        "cluster": after.get("cluster"),
        "warnings": differences(wanted, seen),
    }


# --- what is wanted -------------------------------------------------------------------------------------------------


def wanted_from(params):
    """The Wanted that the module's parameters ask for.

    :raises BadInput: if a parameter cannot be used, or one is missing.
    """
    nodes = {}
    for node in params["nodes"] or []:
        if node["name"] in nodes:
            raise BadInput(f"nodes: {node['name']} is listed twice")
        nodes[node["name"]] = node["addresses"] or []
    links = {len(_or_name(*node)) for node in nodes.items()}
    if len(links) > 1:
        raise BadInput("nodes: every node needs the same number of addresses, one for each link")
    check_password(params["password"])
    if params["state"] in ("authenticated", "absent") and params["enabled"] is not None:
        raise BadInput(f"enabled: it has no meaning with state {params['state']}; leave it out")
    return Wanted(
        **{
            **{name: params[name] for name in Wanted._fields},
            "nodes": nodes,
            "totem": options(params["totem"], ("yes", "no")),
            "quorum": options(params["quorum"], ("1", "0")),
        }
    )


def check_password(password):
    """Refuse a password that pcs could not read from stdin; None is no password."""
    if password is not None and ("\n" in password or not password):
        raise BadInput("password: it must not be empty nor contain a line break")


def options(values, booleans):
    """Options of corosync.conf as text; YAML's booleans in the words that the section has for true and false."""
    true, false = booleans
    return {
        name: (true if value else false) if isinstance(value, bool) else str(value)
        for name, value in (values or {}).items()
    }


# --- what is there --------------------------------------------------------------------------------------------------


def look(wanted):
    """The Seen of this node, with no more effort than what is wanted needs."""
    conf = cluster.read_corosync_conf()
    active, enabled = _services()
    names = list(corosync_conf.nodes(conf)) if conf is not None else []
    online, offline, missing = members(_monitor() if active else None, names)
    talks = wanted.state == "authenticated" or (wanted.state in ("present", "started") and conf is None)
    starts = wanted.state == "started" and offline and wanted.password is not None
    return Seen(
        conf,
        active,
        enabled,
        online,
        offline,
        missing,
        is_authenticated(wanted.nodes) if wanted.nodes and (talks or starts) else None,
        pcs.version() if wanted.state == "absent" and conf is not None else None,
    )


def is_authenticated(nodes):
    """Whether pcs on this node may talk to all these nodes: by the file of tokens, then by asking the nodes.

    :param nodes: mapping of name -> list of addresses; the first is where pcsd listens, none means any.
    """
    try:
        with open(KNOWN_HOSTS, encoding="utf-8") as file:
            known = json.load(file).get("known_hosts", {})
    except (FileNotFoundError, ValueError):
        return False
    return all(knows(known, name, addresses) for name, addresses in nodes.items()) and (
        cluster.run(["pcs", "status", "pcsd", *nodes], ok=None, timeout=TALKING).code == cluster.OK
    )


def knows(known, name, addresses):
    """Whether a token is stored for the node at its first address (`known_hosts` of pcsd's file known-hosts)."""
    host = known.get(name, {})
    stored = [each.get("addr") for each in host.get("dest_list", [])]
    return bool(host.get("token") and stored) and (not addresses or stored[0] == addresses[0])


def members(monitor, names):
    """Who of the nodes is there.

    :param monitor: the root element of crm_mon's XML; None if Pacemaker does not answer on this node.
    :param names: the nodes in corosync.conf; Pacemaker may not have heard of all of them yet.
    :returns: names of those online, names of those offline, and sentences about all that is missing.
    """
    if monitor is None:
        return [], list(names), ["Pacemaker does not answer on this node"]
    found = {node.get("name"): node for node in monitor.iterfind("nodes/node")}
    online, offline, missing = [], [], []
    for name in names:
        node = found.get(name)
        if node is None or node.get("online") != "true":
            offline.append(name)
        elif node.get("pending") == "true":
            missing.append(f"{name} is still joining")
        else:
            online.append(name)
    if offline:
        missing.insert(0, f"not online: {', '.join(offline)}")
    controller = monitor.find("summary/current_dc")
    if controller is None or controller.get("present") != "true":
        missing.append("no node coordinates the cluster yet (no DC)")
    elif controller.get("with_quorum") != "true":
        missing.append("there is no quorum")
    return online, offline, missing


def _services():
    """Whether one of the cluster's services runs on this node, and whether all of them start at boot."""
    argv = ["systemctl", "show", "--property=ActiveState,UnitFileState", *SERVICES]
    units = [dict(line.split("=", 1) for line in unit.splitlines()) for unit in cluster.run(argv).out.split("\n\n")]
    running = any(unit.get("ActiveState") not in ("inactive", "failed") for unit in units)
    return running, all(unit.get("UnitFileState") == "enabled" for unit in units)


def _monitor():
    try:
        return cluster.LiveCluster().monitor()
    except CommandFailed as failure:
        if failure.facts["rc"] == cluster.DISCONNECTED:
            return None
        raise


# --- what is to be done ---------------------------------------------------------------------------------------------


def plan(wanted, seen):
    """The Steps from what is there to what is wanted; none when it is there. Pure.

    :raises BadInput: if the node is in another cluster, or something that a step needs was not given.
    """
    if wanted.state == "authenticated":
        return [] if seen.authenticated else [_authentication(wanted)]
    if seen.conf is not None:
        _refuse_another(wanted, seen.conf)
    if wanted.state == "absent":
        return [_removal(seen.pcs_version)] if seen.conf is not None else []
    if wanted.state in ("present", "started") and seen.conf is None:
        return _from_nothing(wanted, seen)
    return _power(wanted, seen) + _boot(wanted, seen)


def _refuse_another(wanted, conf):
    found = corosync_conf.cluster_name(conf)
    if wanted.name is not None and wanted.name != found:
        raise BadInput(
            f"name: this node belongs to the cluster {found!r}, not {wanted.name!r}; nothing was touched."
            f" To remove it from this node, use state: absent with name: {found}"
        )
    nodes = corosync_conf.nodes(conf)
    if wanted.nodes and set(wanted.nodes) != set(nodes):
        raise BadInput(
            f"nodes: the cluster {found!r} has the nodes {', '.join(nodes)}, not {', '.join(wanted.nodes)};"
            " nothing was touched. Give the nodes that it has, or remove it first, with state: absent on each of them"
        )


def _from_nothing(wanted, seen):
    if not wanted.nodes:
        raise BadInput("nodes: this node belongs to no cluster; give name and nodes to set one up")
    if wanted.name is None:
        raise BadInput("name: this node belongs to no cluster; give name and nodes to set one up")
    authentication = [] if seen.authenticated else [_authentication(wanted)]
    # --enable is for all nodes, so that one killed in between is the only one that leaves some of them disabled
    return authentication + [_setup(wanted)]


def _power(wanted, seen):
    if wanted.state == "started" and seen.offline:
        authentication = [_authentication(wanted)] if seen.authenticated is False else []
        start = Step(("pcs", "cluster", "start", "--all"), "the cluster cannot be started", None, TALKING)
        return [*authentication, start]
    if wanted.state == "stopped" and seen.active:
        return [Step(("pcs", "cluster", "stop", "--all"), "the cluster cannot be stopped", None, STOPPING)]
    return []


def _boot(wanted, seen):
    if wanted.enabled is None or wanted.enabled == seen.enabled:
        return []
    verb = "enable" if wanted.enabled else "disable"
    return [Step(("pcs", "cluster", verb), f"the services of the cluster cannot be {verb}d", None, TALKING)]


def _authentication(wanted):
    return authentication(wanted.nodes, wanted.username, wanted.password)


def authentication(nodes, username, password):
    """The Step that lets pcs on this node, and in its cluster, talk to nodes.

    pcs asks for the password where none is given as an option, and reads it from stdin where that is no terminal.

    :param nodes: mapping of name -> list of addresses.
    :raises BadInput: without a password.
    """
    if password is None:
        raise BadInput("password: the nodes are not authenticated yet; give the password of the user on the nodes")
    argv = ["pcs", "host", "auth", "-u", username]
    for name, addresses in nodes.items():
        argv += [name, *(f"addr={address}" for address in _or_name(name, addresses)[:1])]
    return Step(tuple(argv), "the nodes cannot be authenticated", f"{password}\n", TALKING)


def _setup(wanted):
    argv = ["pcs", "cluster", "setup", wanted.name]
    for name, addresses in wanted.nodes.items():
        argv += [name, *(f"addr={address}" for address in _or_name(name, addresses))]
    argv += ["transport", wanted.transport] if wanted.transport else []
    for section, values in (("totem", wanted.totem), ("quorum", wanted.quorum)):
        argv += [section, *(f"{option}={value}" for option, value in values.items())] if values else []
    argv += ["--enable"] if wanted.enabled else []
    argv += ["--start"] if wanted.state == "started" else []
    return Step(tuple(argv), "the cluster cannot be set up", None, TALKING)


def _or_name(name, addresses):
    """The addresses of a node; where none are given, its name is its address."""
    return addresses or [name]


def _removal(version):
    argv = ("pcs", "cluster", "destroy", *pcs.yes(version, "destroy"))
    return Step(argv, "the cluster cannot be removed from this node", None, STOPPING)


# --- what people see of it ------------------------------------------------------------------------------------------


def view(wanted, seen, steps_done=()):
    """What people see, the mapping of the diff: what there is or, with `steps_done`, will be after them. Pure."""
    shown = {}
    if seen.authenticated is not None:
        known = seen.authenticated or any(step.argv[:3] == ("pcs", "host", "auth") for step in steps_done)
        shown["authenticated"] = list(wanted.nodes) if known else []
    if wanted.state == "authenticated":
        return shown
    done = {step.argv[2] for step in steps_done if step.argv[1] == "cluster"}
    if "destroy" in done or (seen.conf is None and "setup" not in done):
        return shown
    if seen.conf is None:
        nodes = {name: _or_name(name, addresses) for name, addresses in wanted.nodes.items()}
        name, enabled = wanted.name, bool(wanted.enabled)
    else:
        nodes, name, enabled = corosync_conf.nodes(seen.conf), corosync_conf.cluster_name(seen.conf), seen.enabled
    started = "start" in done or ("setup" in done and wanted.state == "started")
    shown["cluster"] = {
        "name": name,
        "nodes": [{"name": node, "addresses": addresses} for node, addresses in nodes.items()],
        "online": list(nodes) if started else [] if "stop" in done else seen.online,
        "enabled": (enabled or "enable" in done) and "disable" not in done,
    }
    return shown


def differences(wanted, seen):
    """Sentences about what a cluster that exists has otherwise than given. Only its set-up takes these. Pure."""
    if seen.conf is None or wanted.state not in ("present", "started"):
        return []
    found = [
        (f"{name}: the addresses", ", ".join(actual), ", ".join(wanted.nodes[name]))
        for name, actual in corosync_conf.nodes(seen.conf).items()
        if wanted.nodes.get(name) and wanted.nodes[name] != actual
    ]
    transport = corosync_conf.section(seen.conf, "totem").get("transport", "knet")
    found += [("transport", transport, wanted.transport)] if wanted.transport not in (None, transport) else []
    for section, values in (("totem", wanted.totem), ("quorum", wanted.quorum)):
        actual = corosync_conf.section(seen.conf, section)
        found += [
            (f"{section}: {option}", actual.get(option, "(not set)"), value)
            for option, value in values.items()
            if actual.get(option) != value
        ]
    return [
        f"{what} in corosync.conf: {actual}; wanted: {value}. A cluster that is set up keeps what it has"
        for what, actual, value in found
    ]


# --- doing it -------------------------------------------------------------------------------------------------------


@contextmanager
def alone():
    """Only one task changes the cluster from this node at a time: the value is the descriptor of the lock.

    The commands inherit it. So one that outlives its task, because the run was killed, is waited for by the next run,
    which then looks at what it left.
    """
    give_up = time.monotonic() + TALKING
    with open(LOCK, "w", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise HaError(
                        f"another task has been changing the cluster from this node for {TALKING} seconds;"
                        " nothing was touched. Look for a pcs process that hangs"
                    ) from None
                time.sleep(PAUSE)
        yield file.fileno()


def run(step, lock):
    """Carry out a Step while alone() holds.

    :raises HaError: with what pcs names as errors.
    """
    result = cluster.run(step.argv, stdin=step.stdin, timeout=step.timeout, ok=None, what=step.what, fds=(lock,))
    if result.code != cluster.OK:
        raise HaError(
            f"{step.what}: {said(result)}", cmd=list(step.argv), rc=result.code, stdout=result.out, stderr=result.err
        )


def said(result):
    """What pcs names as errors, one sentence after the other; all its output if it names none."""
    lines = [line.strip() for line in (result.err + "\n" + result.out).splitlines() if line.strip()]
    # Asked for a password, pcs prompts on the line where the first error then follows
    errors = [line.partition("Error: ")[2] for line in lines if "Error: " in line]
    return "; ".join(errors or lines) or f"pcs exited with {result.code} and said nothing"


def _wait_until_started(seconds):
    """Wait until all nodes are online, with quorum and a DC.

    :raises HaError: if they are not after `seconds`; it says what is missing.
    """
    give_up = time.monotonic() + seconds
    names = list(corosync_conf.nodes(cluster.read_corosync_conf()))
    while True:
        missing = members(_monitor(), names)[2]
        if not missing:
            return
        if time.monotonic() > give_up:
            raise HaError(f"the cluster is not wholly started after {seconds} seconds: {'; '.join(missing)}")
        time.sleep(PAUSE)


def _look_whether(wanted, expected):
    """Look again: that no command failed does not prove that it worked.

    :raises HaError: if what is there is not what is expected.
    """
    aspect = "authenticated" if wanted.state == "authenticated" else "cluster"
    found = view(wanted, look(wanted)).get(aspect)
    if found != expected.get(aspect):
        raise HaError(f"pcs reported success, but this is there: {found}, and not this: {expected.get(aspect)}")
