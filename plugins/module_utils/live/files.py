# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that the cluster keeps on this node, read."""

from __future__ import annotations

import json

from ..base.errors import HaError

COROSYNC_CONF = "/etc/corosync/corosync.conf"
# What pacemaker-based keeps of the configuration
STORED_CIB = "/var/lib/pacemaker/cib/cib.xml"
# pcsd's tokens
KNOWN_HOSTS = "/var/lib/pcsd/known-hosts"
# Where cibsecret keeps its secrets
SECRETS = "/var/lib/pacemaker/lrm/secrets"


def corosync_conf():
    """The text of corosync.conf; None if this node has none.

    Its presence makes a node a member: pcs writes it as the last file of a set-up.
    """
    return _text(COROSYNC_CONF)


def stored_cib():
    """The text of the CIB that Pacemaker would start with; None if there is none."""
    return _text(STORED_CIB)


def known_hosts():
    """The hosts that pcs on this node has tokens for: name -> {token, dest_list: [{addr, port}]}; {} without any."""
    try:
        return json.loads(_text(KNOWN_HOSTS) or "{}").get("known_hosts", {})
    except ValueError:
        return {}


def stored_secret(resource_id, name):
    """The value of a parameter that `cibsecret` keeps on this node and not in the CIB.

    :raises HaError: if it is not there.
    """
    path = f"{SECRETS}/{resource_id}/{name}"
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().rstrip("\n")
    except OSError as error:
        raise HaError(f"{path}, where {name} of {resource_id} is kept, cannot be read: {error.strerror}") from error


def _text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None
