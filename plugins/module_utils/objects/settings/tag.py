# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags: names for several resources, to which constraints can refer."""

from __future__ import annotations

from ...base.errors import BadInput, nearest
from .. import references
from ..checks import check_members
from ..kind import Kind

_REFERENCE = "obj_ref"


class Tag(Kind):
    """A tag. In every mode, its members become exactly the given ones, in their order."""

    section = "tags"
    what = "tag"
    keys = {"id": str, "members": list}
    required = ("id", "members")

    def check_value(self, key, value):
        """Refuse an empty list of members and duplicate members."""
        if key == "members":
            check_members(self.what, value)

    def is_ours(self, element):
        """Whether an element is a tag."""
        return element.tag == "tag"

    def read(self, element):
        """{id, members}."""
        return {"id": element.get("id"), "members": references.members(element, _REFERENCE)}

    def write(self, context, spec, element):
        """Create the tag, or replace its members."""
        cib, members = context.cib, spec["members"]
        present = [] if element is None else references.members(element, _REFERENCE)
        for member in members:
            if member not in present:
                _check_member(cib, member)
        if element is None:
            element = cib.add(cib.section("tags"), "tag", {"id": spec["id"]})
        references.write_members(cib, element, _REFERENCE, members)
        return element

    def remove(self, context, element):
        """Remove the tag and the constraints that refer to it."""
        references.remove(context.cib, element)


def _check_member(cib, member):
    """Refuse a member that is not a resource, as pcs does."""
    found = cib.find(member)
    if found is None:
        raise BadInput(f"members: there is no resource {member!r}{nearest(member, cib.resource_ids())}")
    if cib.resource(member) is None:
        raise BadInput(f"members: {member!r} is a {found.tag}, not a resource")
