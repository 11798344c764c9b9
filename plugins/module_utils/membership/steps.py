# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pcs commands that change a cluster or its nodes, each as a Step. Pure.

Their arguments are written only here; differences between pcs versions are in live/pcs.py.
"""

from __future__ import annotations

from collections import namedtuple

from ..base.errors import BadInput
from ..live import pcs

# The timeout in seconds for pcs to communicate with the nodes: each of its requests takes at most 60
COMMUNICATION_TIMEOUT = 300
# Stopping waits for the resources; systemd gives Pacemaker 30 minutes for it (TimeoutStopSec in pacemaker.service)
STOP_TIMEOUT = 1900

# A command that changes something. `what` is the beginning of the message if it fails, `stdin` is for secrets,
# `timeout` is in seconds
Step = namedtuple("Step", ("argv", "what", "stdin", "timeout"), defaults=(None, COMMUNICATION_TIMEOUT))


def authenticate(nodes, username, password):
    """Authenticate pcs on this node, and in its cluster, to other nodes.

    pcs prompts for the password if it is not given as an option, and reads it from stdin if that is not a terminal.

    :param nodes: mapping of name -> list of addresses.
    :raises BadInput: if there is no password.
    """
    if password is None:
        raise BadInput(
            "password: is required because the nodes are not authenticated yet; give the password of the user on the"
            " nodes"
        )
    argv = ["pcs", "host", "auth", "-u", username]
    for name, addresses in nodes.items():
        argv += [name, *(f"addr={address}" for address in or_name(name, addresses)[:1])]
    return Step(tuple(argv), "the nodes cannot be authenticated", f"{password}\n")


def set_up(name, nodes, transport=None, sections=None, enabled=False, started=False):
    """Set up a cluster.

    A single command enables and starts all nodes: only if it is killed can some of them remain disabled.

    :param nodes: mapping of name -> list of addresses.
    :param sections: section of corosync.conf -> {option: text}.
    """
    argv = ["pcs", "cluster", "setup", name]
    for node, addresses in nodes.items():
        argv += [node, *(f"addr={address}" for address in or_name(node, addresses))]
    argv += ["transport", transport] if transport else []
    for section, options in (sections or {}).items():
        argv += [section, *(f"{option}={value}" for option, value in options.items())] if options else []
    argv += ["--enable"] if enabled else []
    argv += ["--start"] if started else []
    return Step(tuple(argv), "the cluster cannot be set up")


def start_all():
    """Start the cluster on all its nodes."""
    return Step(("pcs", "cluster", "start", "--all"), "the cluster cannot be started")


def start(node):
    """Start the cluster on one node."""
    return Step(("pcs", "cluster", "start", node), f"the cluster cannot be started on {node}")


def stop_all():
    """Stop the cluster on all its nodes."""
    return Step(("pcs", "cluster", "stop", "--all"), "the cluster cannot be stopped", timeout=STOP_TIMEOUT)


def at_boot(enabled):
    """Enable or disable the start of the cluster services at boot on this node."""
    verb = "enable" if enabled else "disable"
    return Step(("pcs", "cluster", verb), f"the cluster services cannot be {verb}d")


def destroy(pcs_version):
    """Remove the cluster from this node."""
    argv = ("pcs", "cluster", "destroy", *pcs.yes(pcs_version, "destroy"))
    return Step(argv, "the cluster cannot be removed from this node", timeout=STOP_TIMEOUT)


def add_member(name, addresses, enabled=False):
    """Add a node to the running cluster and start it there."""
    argv = ["pcs", "cluster", "node", "add", name, *(f"addr={each}" for each in addresses), "--start"]
    return Step((*argv, *(["--enable"] if enabled else [])), f"{name} cannot be added")


def add_remote(name, address):
    """Add a node that runs pacemaker_remote."""
    return Step(("pcs", "cluster", "node", "add-remote", name, address), f"{name} cannot be added as a remote node")


def add_guest(name, resource, address):
    """Make the machine that a resource runs into a guest node."""
    argv = ("pcs", "cluster", "node", "add-guest", name, resource, f"remote-addr={address}")
    return Step(argv, f"{name} cannot be added as a guest node")


_REMOVAL = {"member": "remove", "remote": "remove-remote", "guest": "remove-guest"}


def remove(name, type_, force=False):
    """Remove a node from the cluster.

    :param type_: member, remote or guest.
    """
    forced = ("--force", "--skip-offline") if force else ()
    argv = ("pcs", "cluster", "node", _REMOVAL[type_], name, *forced)
    return Step(argv, f"{name} cannot be removed", timeout=STOP_TIMEOUT)


def clear(name):
    """Remove the remaining entries of a node that has left; --force has a different meaning for this command."""
    return Step(("pcs", "cluster", "node", "clear", name), f"{name} cannot be removed")


def remove_entry(name):
    """Remove the attributes of a remote node: pcs 0.12.0 fails if their entry exists, which has the connection's id."""
    entry = ("cibadmin", "--delete", "--scope", "nodes", "--xml-text", f'<node id="{name}"/>')
    return Step(entry, f"the attributes of {name} cannot be removed")


def or_name(name, addresses):
    """The addresses of a node; its name is its address if none are given."""
    return addresses or [name]
