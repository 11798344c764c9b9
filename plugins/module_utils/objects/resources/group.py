# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups: primitives that run on the same node and start in order."""

from __future__ import annotations

from ...base.errors import BadInput, nearest
from .. import attributes, references
from ..checks import PAIRS, check_members
from ..kind import Kind


class Group(Kind):
    """A group. In every mode, its members become exactly the given ones, in their order."""

    section = "groups"
    what = "group"
    keys = {"id": str, "members": list, "meta": PAIRS, "description": str}
    required = ("id", "members")

    def check_value(self, key, value):
        """Refuse invalid sets, and members given twice."""
        if key == "meta":
            attributes.check(key, value)
        if key == "members":
            check_members(self.what, value)

    def claims(self, spec):
        """Its id, and its members: a primitive can be in only one group."""
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
        """Create or change the group and put its members in order."""
        cib = context.cib
        context.notes("groups")[spec["id"]] = True
        members = [_member(cib, spec["id"], member) for member in spec["members"]]
        for member in members:
            context.refuse_leaving("members", member)
        if element is None:
            index = context.place_around(members[0])
            element = cib.add(cib.section("resources"), "group", {"id": spec["id"]}, index)
        context.describe(element, spec)
        if element.findall("primitive") != members:
            _put_in_order(cib, element, members)
        meta = {} if spec.get("meta") is None else spec["meta"]
        kept = context.kept(attributes.RUNTIME_META)
        attributes.write(cib, element, "meta_attributes", meta, exact=context.exact, kept=kept, arrange=list)
        return element

    def remove(self, context, element):
        """Remove the group with its members, as `pcs resource delete` does, or keep the members."""
        if context.options.keep_members:
            _dissolve(context, element)
        else:
            references.remove_resource(context.cib, element)

    @staticmethod
    def put_into(cib, primitive, id, before=None, after=None):
        """Put a primitive into a group, at the end or before or after a member; a missing group is created.

        A primitive that is already in the group is not moved if it is on the right side of that member.

        :raises BadInput: if there is no such member, or the primitive is in a clone or bundle.
        """
        group = cib.resource(id, tags=("group",))
        if group is None and cib.find(id) is not None:
            raise BadInput(f"group.id: {id!r} is already the id of a {cib.find(id).tag}")
        key, neighbour = ("before", before) if before else ("after", after)
        members = [] if group is None else [each.get("id") for each in group.findall("primitive")]
        own = primitive.get("id")
        if neighbour and (neighbour not in members or neighbour == own):
            raise BadInput(
                f"group.{key}: {neighbour!r} is not another member of the group {id!r}{nearest(neighbour, members)}"
            )
        _member(cib, id, own)
        if own in members and (
            not neighbour or (members.index(own) < members.index(neighbour)) == (neighbour == before)
        ):
            return
        if group is None:
            group = cib.add(cib.section("resources"), "group", {"id": id})
        others = [each for each in group if each is not primitive]
        index = others.index(cib.resource(neighbour)) + (neighbour == after) if neighbour else None
        _hand_down(cib, primitive, group)
        cib.move(primitive, group, index)


def _dissolve(context, group):
    """Remove a group, and the clone that contains it, but keep the members.

    References to the group are removed because they cannot refer to several resources instead.
    """
    cib = context.cib
    parent = cib.parent(group)
    outermost = group if parent.tag == "resources" else parent
    for each in dict.fromkeys((group, outermost)):
        referring = [(found.get("id") or found.tag) for found in references.referring(cib, each.get("id"))]
        if referring:
            context.complain(
                f"keep_members: these references to {each.get('id')!r} would be removed with it: {', '.join(referring)}"
            )
    for primitive in reversed(group.findall("primitive")):
        _release(cib, group, primitive)
    references.remove_resource(cib, outermost)


def _member(cib, group_id, member):
    found = cib.resource(member, tags=("primitive",))
    if found is None:
        raise BadInput(f"members: there is no primitive {member!r}{nearest(member, cib.resource_ids())}")
    if found.get("class") == "stonith":
        raise BadInput(f"members: {member!r} is a fence device, which cannot be in a group")
    parent = cib.parent(found)
    if parent.tag not in ("resources", "group"):
        raise BadInput(
            f"members: {member!r} is in the {parent.tag} {parent.get('id')!r} and cannot be put into {group_id!r}"
        )
    return found


def _put_in_order(cib, group, members):
    for primitive in reversed(group.findall("primitive")):
        if primitive not in members:
            _release(cib, group, primitive)
    for position, primitive in enumerate(members):
        index = _index_of_member(group, position)
        if index == len(group) or group[index] is not primitive:
            _hand_down(cib, primitive, group)
            cib.move(primitive, group, index)


def _hand_down(cib, primitive, to=None):
    """Copy settings that an operator made on the containers to a member that leaves them for the group `to`."""
    if cib.parent(primitive) is not to:
        for each in cib.containers(primitive):
            attributes.hand_down(cib, each, primitive)


def _release(cib, group, primitive):
    """Move a member out of its group (and the clone of the group), to the position after it."""
    _hand_down(cib, primitive)
    outermost = [group, *cib.containers(group)][-1]
    cib.move(primitive, cib.parent(outermost), cib.index(outermost) + 1)


def _index_of_member(group, position):
    """The index of the member number `position` among the group's children, not all of which are members."""
    indexes = [index for index, child in enumerate(group) if child.tag == "primitive"]
    return indexes[position] if position < len(indexes) else len(group)
