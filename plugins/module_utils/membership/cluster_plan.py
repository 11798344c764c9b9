# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans a task about a whole cluster: the wanted state, the Steps to reach it, and the diff. Pure."""

from __future__ import annotations

from collections import namedtuple

from ..base.errors import BadInput
from ..corosync import conf as corosync_conf
from . import steps

# The parameters of the module; `nodes` is a mapping of name -> list of addresses
Wanted = namedtuple(
    "Wanted", ("state", "name", "nodes", "username", "password", "enabled", "wait", "transport", "totem", "quorum")
)

# The current state, as seen from this node.
#   conf           corosync.conf as corosync_conf.parse returns it; None if there is none
#   active         whether corosync or Pacemaker runs on this node
#   enabled        whether both start at boot
#   online         names of the nodes that are online and not pending
#   offline        names of the nodes that are neither online nor joining
#   missing        sentences about why the cluster is not fully started; empty if it is
#   authenticated  whether pcs on this node is authenticated to all wanted nodes; None if this is not needed
#   pcs_version    (0, 11) ...; None if it is not needed
Seen = namedtuple("Seen", ("conf", "active", "enabled", "online", "offline", "missing", "authenticated", "pcs_version"))


def wanted_from(params):
    """The Wanted for the module's parameters.

    :raises BadInput: if a parameter is invalid or missing.
    """
    nodes = {}
    for node in params["nodes"] or []:
        if node["name"] in nodes:
            raise BadInput(f"nodes: {node['name']} is listed twice")
        nodes[node["name"]] = node["addresses"] or []
    links = {len(steps.or_name(*node)) for node in nodes.items()}
    if len(links) > 1:
        raise BadInput("nodes: every node needs the same number of addresses, one per link")
    check_password(params["password"])
    if params["state"] in ("authenticated", "absent") and params["enabled"] is not None:
        raise BadInput(f"enabled: cannot be combined with state: {params['state']}")
    return Wanted(
        **{
            **{name: params[name] for name in Wanted._fields},
            "nodes": nodes,
            "totem": options(params["totem"], ("yes", "no")),
            "quorum": options(params["quorum"], ("1", "0")),
        }
    )


def check_password(password):
    """Refuse a password that pcs could not read from stdin; None means that no password is given."""
    if password is not None and ("\n" in password or not password):
        raise BadInput("password: must not be empty or contain a line break")


def options(values, booleans):
    """Options of corosync.conf as text.

    :param booleans: the words for true and false in this section, for YAML's booleans.
    """
    true, false = booleans
    return {
        name: (true if value else false) if isinstance(value, bool) else str(value)
        for name, value in (values or {}).items()
    }


def plan(wanted, seen):
    """The Steps from the current to the wanted state; an empty list if it is reached. Pure.

    :raises BadInput: if the node is in another cluster, or a parameter that a step needs is missing.
    """
    if wanted.state == "authenticated":
        return [] if seen.authenticated else [_authentication(wanted)]
    if seen.conf is not None:
        _refuse_another(wanted, seen.conf)
    if wanted.state == "absent":
        return [steps.destroy(seen.pcs_version)] if seen.conf is not None else []
    if wanted.state in ("present", "started") and seen.conf is None:
        return _set_up(wanted, seen)
    return _start_or_stop(wanted, seen) + _enable_or_disable(wanted, seen)


def _refuse_another(wanted, conf):
    found = corosync_conf.cluster_name(conf)
    if wanted.name is not None and wanted.name != found:
        raise BadInput(
            f"name: this node belongs to the cluster {found!r}, not {wanted.name!r}; nothing was changed."
            f" To remove it from this node, use state: absent with name: {found}"
        )
    nodes = corosync_conf.nodes(conf)
    if wanted.nodes and set(wanted.nodes) != set(nodes):
        raise BadInput(
            f"nodes: the cluster {found!r} has the nodes {', '.join(nodes)}, not {', '.join(wanted.nodes)};"
            " nothing was changed. List the nodes that it has, or remove it first with state: absent on each of them"
        )


def _set_up(wanted, seen):
    if not wanted.nodes:
        raise BadInput("nodes: this node does not belong to a cluster; give name and nodes to set one up")
    if wanted.name is None:
        raise BadInput("name: this node does not belong to a cluster; give name and nodes to set one up")
    authentication = [] if seen.authenticated else [_authentication(wanted)]
    sections = {"totem": wanted.totem, "quorum": wanted.quorum}
    is_started = wanted.state == "started"
    return [
        *authentication,
        steps.set_up(wanted.name, wanted.nodes, wanted.transport, sections, wanted.enabled, is_started),
    ]


def _start_or_stop(wanted, seen):
    if wanted.state == "started" and seen.offline:
        authentication = [_authentication(wanted)] if seen.authenticated is False else []
        return [*authentication, steps.start_all()]
    if wanted.state == "stopped" and seen.active:
        return [steps.stop_all()]
    return []


def _enable_or_disable(wanted, seen):
    if wanted.enabled is None or wanted.enabled == seen.enabled:
        return []
    return [steps.at_boot(wanted.enabled)]


def _authentication(wanted):
    return steps.authenticate(wanted.nodes, wanted.username, wanted.password)


def view(wanted, seen, steps_done=()):
    """The state shown in the diff: the current state or, with `steps_done`, the state after these Steps. Pure."""
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
        nodes = {name: steps.or_name(name, addresses) for name, addresses in wanted.nodes.items()}
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
    """Sentences about settings that differ in an existing cluster; such settings apply only to its setup. Pure."""
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
        f"{what} in corosync.conf: {actual}; wanted: {value}. This setting of an existing cluster is not changed"
        for what, actual, value in found
    ]
