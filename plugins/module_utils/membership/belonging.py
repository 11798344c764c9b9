# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a node belongs to a cluster, according to corosync.conf and the CIB. Pure."""

from __future__ import annotations

from ..base.errors import BadInput
from ..corosync import conf as corosync_conf


def type_of(conf, cib, name):
    """How a node belongs to the cluster: member, remote or guest; None if it does not.

    It is `left` if it is only listed in the CIB: a removal was interrupted, or a controller that still knew the node
    added it again when it became DC (Pacemaker 2.1.5).
    """
    if name in corosync_conf.nodes(conf):
        return "member"
    if is_connection(cib.resource(name, ("primitive",))):
        return "remote"
    if guest_host(cib, name) is not None:
        return "guest"
    return "left" if name in cib.node_names() else None


def is_connection(element):
    """Whether a primitive connects to a remote node."""
    return element is not None and (element.get("class"), element.get("type")) == ("ocf", "remote")


def guest_host(cib, name):
    """The primitive that runs a guest node; None if the name is not that of a guest node."""
    primitives = cib.configuration.iterfind("resources//primitive")
    return next((each for each in primitives if guest_of(each) == name), None)


def guest_of(primitive):
    """The name of the guest node that a primitive runs, or None."""
    pairs = primitive.iterfind("meta_attributes/nvpair")
    return next((each.get("value") for each in pairs if each.get("name") == "remote-node"), None)


def refuse_member(conf, cib, name):
    """Refuse to add a node that belongs to the cluster in another way; a member that has left may still be listed.

    :raises BadInput: with the type of the node.
    """
    type_ = type_of(conf, cib, name)
    if type_ not in (None, "left"):
        raise BadInput(f"name: {name!r} is already in the cluster as a {type_} node; remove it first")


def refuse_taken(conf, cib, name):
    """The same for a remote or guest node, whose name must also be free as an id in the CIB.

    :raises BadInput: if it is not.
    """
    refuse_member(conf, cib, name)
    if type_of(conf, cib, name) == "left":
        raise BadInput(f"name: {name!r} has left the cluster, but is still listed; remove it first (state: removed)")
    if cib.find(name) is not None:
        raise BadInput(f"name: {name!r} is already the id of another object in the configuration; choose another name")


def left_over(cib, name):
    """A list with a warning about the objects that still refer to a removed node; empty if there are none."""
    found = [each for each in cib.configuration.iter() if isinstance(each.tag, str) and _names(each, name)]
    ids = dict.fromkeys(_owner(cib, each).get("id") for each in found)
    return [f"these objects in the configuration still refer to {name}: {', '.join(ids)}"] if ids else []


def _names(element, name):
    if element.tag == "nvpair":
        return (element.get("name"), element.get("value")) == ("pcmk_host_list", name)
    if element.tag == "expression":
        return (element.get("attribute"), element.get("value")) == ("#uname", name)
    return element.tag in ("rsc_location", "fencing-level") and name in (element.get("node"), element.get("target"))


def _owner(cib, element):
    """The object that an element is part of."""
    while element.tag in ("nvpair", "expression", "rule", "instance_attributes"):
        element = cib.parent(element)
    return element
