# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parses corosync.conf into a nested mapping and reads the nodes and votes from it."""

from __future__ import annotations

from ..base.errors import HaError
from ..live import files


def read():
    """This node's corosync.conf as parse() returns it; None if there is none: the node does not belong to a cluster."""
    text = files.corosync_conf()
    return None if text is None else parse(text)


def parse(text):
    """The sections and options of a corosync.conf(5).

    :returns: a mapping of option -> text and of section -> list of such mappings; a list, because sections such as
        ``node`` and ``interface`` repeat: ``{"totem": [{"cluster_name": "demo"}], "nodelist": [{"node": [{...}]}]}``.
    :raises HaError: if braces do not match or a line is neither a section nor an option.
    """
    root = {}
    open_sections = [root]
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.endswith("{"):
            section = {}
            open_sections[-1].setdefault(line[:-1].strip(), []).append(section)
            open_sections.append(section)
        elif line == "}" and len(open_sections) > 1:
            open_sections.pop()
        else:
            name, colon, value = line.partition(":")
            if not colon:
                raise HaError(f"corosync.conf: line {number} is neither a section nor an option: {line}")
            open_sections[-1][name.strip()] = value.strip()
    if len(open_sections) > 1:
        raise HaError("corosync.conf: a section is not closed")
    return root


def section(conf, name):
    """The combined options of all top-level sections `name`: later ones override earlier ones, as in corosync."""
    return {
        option: value for each in conf.get(name, []) for option, value in each.items() if not isinstance(value, list)
    }


def cluster_name(conf):
    """The name of the cluster; an empty text if it has none."""
    return section(conf, "totem").get("cluster_name", "")


def nodes(conf):
    """The members: a mapping of name -> list of addresses, in the order of the file.

    A node without a name is named after its first address, as in pcs.
    """
    return {name: _addresses(node) for name, node in _members(conf)}


def votes(conf):
    """The votes of the members: name -> number; the default is 1."""
    return {name: int(node.get("quorum_votes", "1")) for name, node in _members(conf)}


def device_votes(conf):
    """The votes of the quorum device: by default one less than the number of members; 0 without a device."""
    devices = [
        device for quorum in conf.get("quorum", []) for device in quorum.get("device", []) if device.get("model")
    ]
    return int(devices[-1].get("votes", len(nodes(conf)) - 1)) if devices else 0


def _members(conf):
    for nodelist in conf.get("nodelist", []):
        for node in nodelist.get("node", []):
            yield node.get("name") or _addresses(node)[0], node


def _addresses(node):
    links = sorted(
        (int(option[4:-5]), value)
        for option, value in node.items()
        if option.startswith("ring") and option.endswith("_addr") and option[4:-5].isdigit()
    )
    return [value for _number, value in links]
