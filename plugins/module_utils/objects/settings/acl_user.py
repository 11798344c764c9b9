# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ACL users and groups: the users and groups of the system that have ACL roles."""

from __future__ import annotations

from ...base.cib import NAMES_OF_USERS
from ...base.errors import BadInput, nearest
from .. import references
from ..kind import Kind

_REFERENCE = "role"


class UserGroup(Kind):
    """A group of system users. In every mode, its roles become exactly the given ones, in their order.

    Its name is the id, unless a name is given.
    """

    section = "acls.groups"
    what = "group of users"
    tag = "acl_group"
    keys = {"id": str, "name": str, "roles": list}
    required = ("id",)

    def check(self, spec):
        """Refuse invalid keys, and roles that are invalid or given twice."""
        super().check(spec)
        roles = spec.get("roles") or ()
        for role in roles:
            if not isinstance(role, str) or not role:
                raise BadInput(f"roles: {role!r} is not the id of a role")
            if roles.count(role) > 1:
                raise BadInput(f"roles: {role!r} is given twice")

    def is_ours(self, element):
        """Whether an element is of this kind."""
        return element.tag == self.tag

    def read(self, element):
        """{id, name, roles}."""
        spec = {
            "id": element.get("id"),
            "name": element.get("name"),
            "roles": references.members(element, _REFERENCE),
        }
        return {key: value for key, value in spec.items() if value}

    def write(self, context, spec, element):
        """Create the user or group, or replace its roles."""
        cib = context.cib
        if element is None:
            element = cib.add(cib.section("acls"), self.tag, {"id": spec["id"]})
        if spec.get("name") is not None or context.exact:
            if spec.get("name"):
                cib.check_schema(NAMES_OF_USERS, "name")
            cib.set(element, "name", spec.get("name") or None)
        if spec.get("roles") is not None or context.exact:
            self._write_roles(cib, spec.get("roles") or [], element)
        return element

    @staticmethod
    def _write_roles(cib, wanted, element):
        present = references.members(element, _REFERENCE)
        for role in wanted:
            found = cib.find(role)
            if role not in present and (found is None or found.tag != "acl_role"):
                known = [each.get("id") for each in cib.section("acls").iterfind("acl_role")]
                raise BadInput(f"roles: there is no role {role!r}{nearest(role, known)}")
        references.write_members(cib, element, _REFERENCE, wanted)


class User(UserGroup):
    """A user. The id is a name, not an XML id: a resource, a role or a group may have the same id."""

    section = "acls.users"
    what = "user"
    tag = "acl_target"

    @staticmethod
    def check_id(value):
        """Accept any text as the name of a user (schema acls-2.0)."""

    def claims(self, spec):
        """Nothing: other objects may have the same id."""
        return []

    def identified(self, cib, spec):
        """The user with this id, or None."""
        users = cib.configuration.iterfind(f"acls/{self.tag}")
        return next((each for each in users if each.get("id") == spec["id"]), None)
