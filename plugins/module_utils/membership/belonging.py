# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a node belongs to a cluster, by corosync.conf and the configuration. Pure."""

from __future__ import annotations

from ..base.errors import BadInput
from ..corosync import conf as corosync_conf


def type_of(conf, cib, name):
    """How a node belongs to the cluster: as member, remote or guest; None if it does not.

    It is `left` if it is only listed: a removal was interrupted, or a controller that still knew the node entered it again
    when it became DC (2.1.5).
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
    """The primitive whose guest a node is; None if it is no guest node."""
    primitives = cib.configuration.iterfind("resources//primitive")
    return next((each for each in primitives if guest_of(each) == name), None)


def guest_of(primitive):
    """The guest node in a primitive, or None."""
    pairs = primitive.iterfind("meta_attributes/nvpair")
    return next((each.get("value") for each in pairs if each.get("name") == "remote-node"), None)


def refuse_member(conf, cib, name):
    """Refuse to add what is in the cluster in another way; of a member that has left, something may be listed still."""
    type_ = type_of(conf, cib, name)
    if type_ not in (None, "left"):
        raise BadInput(f"name: {name!r} is in the cluster already, as a {type_} node; remove it first")


def refuse_taken(conf, cib, name):
    """The same for a remote or guest node, whose name is an id in the configuration."""
    refuse_member(conf, cib, name)
    if type_of(conf, cib, name) == "left":
        raise BadInput(f"name: {name!r} has left the cluster, but is listed still; remove it first (state: removed)")
    if cib.find(name) is not None:
        raise BadInput(f"name: {name!r} is the id of something else in the configuration; a node cannot have it, too")


def left_over(cib, name):
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
