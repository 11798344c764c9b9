# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups: primitives that start in order, on one node."""

from __future__ import annotations

from ..errors import BadInput, nearest
from . import attributes, references
from .kind import Kind


class Group(Kind):
    """A group; its members are exactly the given ones, in their order, in every mode."""

    section = "groups"
    what = "group"
    keys = {"id": str, "members": list, "meta": dict, "description": str}
    required = ("id", "members")

    def check(self, spec):
        """Refuse wrong keys and members named twice."""
        super().check(spec)
        members = spec["members"]
        if not members:
            raise BadInput("members: a group needs at least one; to remove the group use state: absent")
        for member in members:
            if not isinstance(member, str):
                raise BadInput(f"members: {member!r} is not the id of a resource")
            if members.count(member) > 1:
                raise BadInput(f"members: {member!r} is given twice")

    def claims(self, spec):
        """Its id, and its members: a primitive is in one group only."""
        return [*super().claims(spec), *(("members", member) for member in spec["members"])]

    def is_ours(self, element):
        """Whether an element is a group."""
        return element.tag == "group"

    def read(self, element):
        """{id, description, members, meta}."""
        spec = {
            "id": element.get("id"),
            "description": element.get("description"),
            "members": [primitive.get("id") for primitive in element.findall("primitive")],
            "meta": attributes.read(element, "meta_attributes"),
        }
        return {key: value for key, value in spec.items() if value}

    def write(self, context, spec, element):
        """Create or change the group and put its members into their order."""
        cib = context.cib
        members = [_member(cib, spec["id"], member) for member in spec["members"]]
        if element is None:
            element = cib.add(cib.section("resources"), "group", {"id": spec["id"]})
        if spec.get("description") is not None or context.exact:
            cib.set(element, "description", spec.get("description") or None)
        if element.findall("primitive") != members:
            _put_in_order(cib, element, members)
        meta = spec.get("meta") or {}
        attributes.write(cib, element, "meta_attributes", meta, exact=context.exact, kept=attributes.RUNTIME_META)
        return element

    def remove(self, context, element):
        """Take the group out with its members, as `pcs resource delete` does."""
        references.remove_resource(context.cib, element)


def _member(cib, group_id, member):
    found = cib.resource(member, tags=("primitive",))
    if found is None:
        raise BadInput(f"members: there is no primitive {member!r}{nearest(member, cib.resource_ids())}")
    if found.get("class") == "stonith":
        raise BadInput(f"members: {member!r} is a fence device, which cannot be in a group")
    around = cib.parent(found)
    if around.tag not in ("resources", "group"):
        raise BadInput(f"members: {member!r} is in the {around.tag} {around.get('id')!r}, not free for {group_id!r}")
    return found


def _put_in_order(cib, group, members):
    emptied = {cib.parent(member) for member in members} - {group}
    for primitive in group.findall("primitive"):
        if primitive not in members:
            _release(cib, group, primitive)
    for position, primitive in enumerate(members):
        index = _index_of_member(group, position)
        if index == len(group) or group[index] is not primitive:
            cib.move(primitive, group, index)
    for other in emptied:
        if other.tag == "group" and not other.findall("primitive"):
            references.remove_resource(cib, other)


def _release(cib, group, primitive):
    """Put a member behind its group (and the clone around that), a resource of its own."""
    outermost = group
    while cib.parent(outermost).tag != "resources":
        outermost = cib.parent(outermost)
    resources = cib.parent(outermost)
    cib.move(primitive, resources, list(resources).index(outermost) + 1)


def _index_of_member(group, position):
    """Where the member number `position` stands among the group's children, which are not all members."""
    indexes = [index for index, child in enumerate(group) if child.tag == "primitive"]
    return indexes[position] if position < len(indexes) else len(group)
