# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Elements of no known kind, as a diff shows them when they change or are removed together with another object."""

from __future__ import annotations

from .kind import Kind

_MEMBERS = frozenset(("primitive", "group", "resource_ref", "obj_ref"))


class Summary(Kind):
    """Any element of one section of the CIB; read-only."""

    def __init__(self, section):
        self.section = section

    def find(self, cib, spec):
        """The element with its id, or None."""
        return cib.find(spec["id"])

    def read(self, element):
        """Its tag, its attributes, and the ids of the resources in it."""
        members = [each.get("id") for each in element.iter() if each is not element and each.tag in _MEMBERS]
        return {"element": element.tag, **element.attrib, **({"members": members} if members else {})}


SUMMARIES = {tag: Summary(tag) for tag in ("resources", "constraints", "fencing-topology")}
# Next to the lists in acls: the ACL elements of schema 1.2
SUMMARIES["acls"] = Summary("acls.others")
