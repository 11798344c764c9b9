# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads files that the cluster keeps on this node."""

from __future__ import annotations

import json

from ..base.errors import HaError

COROSYNC_CONF = "/etc/corosync/corosync.conf"
# The copy of the CIB that pacemaker-based keeps
STORED_CIB = "/var/lib/pacemaker/cib/cib.xml"
# pcsd's tokens
KNOWN_HOSTS = "/var/lib/pcsd/known-hosts"
# Where cibsecret keeps its secrets
SECRETS = "/var/lib/pacemaker/lrm/secrets"


def corosync_conf():
    """The text of corosync.conf; None if this node has none.

    Its presence makes a node a member: pcs writes it last during cluster setup.
    """
    return _text(COROSYNC_CONF)


def stored_cib():
    """The text of the CIB that Pacemaker would start with; None if there is none."""
    return _text(STORED_CIB)


def known_hosts():
    """The hosts for which pcs on this node has tokens: name -> {token, dest_list: [{addr, port}]}, possibly empty."""
    try:
        return json.loads(_text(KNOWN_HOSTS) or "{}").get("known_hosts", {})
    except ValueError:
        return {}


def stored_secret(resource_id, name):
    """The value of a parameter that `cibsecret` stores on this node instead of in the CIB.

    :raises HaError: if it cannot be read.
    """
    path = f"{SECRETS}/{resource_id}/{name}"
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().rstrip("\n")
    except OSError as error:
        raise HaError(f"{path}, which stores {name} of {resource_id}, cannot be read: {error.strerror}") from error


def _text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None
