# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ACL roles: lists of permissions to read or write, and of denials."""

from __future__ import annotations

from ...base.errors import BadInput, nearest
from .. import items, references
from ..checks import check_keys
from ..kind import Kind

_PERMISSION = "acl_permission"
_KINDS = ("read", "write", "deny")
# The ways to select the objects of a permission: key of the specification -> attribute (schema acls-2.0)
_SCOPES = {"xpath": "xpath", "reference": "reference", "object_type": "object-type"}
_ATTRIBUTES = {"kind": "kind", **_SCOPES, "attribute": "attribute"}
_KEYS = {key: str for key in ("id", *_ATTRIBUTES, "description")}


class Role(Kind):
    """An ACL role. In every mode, its permissions become exactly the given ones, in their order."""

    section = "acls.roles"
    what = "role"
    keys = {"id": str, "description": str, "permissions": list}
    required = ("id",)

    def check(self, spec):
        """Refuse invalid keys and permissions."""
        super().check(spec)
        items.check("permissions", spec.get("permissions"), _check_permission)

    def is_ours(self, element):
        """Whether an element is a role, but not one of schema 1.2, with read, write and deny instead of permissions."""
        return element.tag == "acl_role" and not any(element.find(kind) is not None for kind in _KINDS)

    def read(self, element):
        """{id, description, permissions}."""
        spec = {
            "id": element.get("id"),
            "description": element.get("description"),
            "permissions": [_read_permission(each) for each in element.iterfind(_PERMISSION)],
        }
        return {key: value for key, value in spec.items() if value}

    def write(self, context, spec, element):
        """Create the role, or replace its permissions; unchanged ones keep their ids."""
        cib = context.cib
        if element is None:
            element = cib.add(cib.section("acls"), "acl_role", {"id": spec["id"]})
        context.describe(element, spec)
        if spec.get("permissions") is not None or context.exact:
            _write_permissions(context, spec.get("permissions") or (), element)
        return element

    def remove(self, context, element):
        """Remove the role and the references to it; users and groups without any role are kept, as in pcs."""
        references.remove(context.cib, element)


def _check_permission(permission):
    check_keys(permission, _KEYS, ("kind",))
    if permission["kind"] not in _KINDS:
        raise BadInput(f"kind: must be one of {', '.join(_KINDS)}, not {permission['kind']!r}")
    if sum(bool(permission.get(key)) for key in _SCOPES) != 1:
        raise BadInput(f"xpath: exactly one of {', '.join(_SCOPES)} is required")
    if permission.get("attribute") and not permission.get("object_type"):
        raise BadInput("attribute: requires object_type; it cannot be combined with xpath or reference")


def _wanted(permission):
    """attribute -> text or None: the attributes that identify a permission."""
    return {name: permission.get(key) or None for key, name in _ATTRIBUTES.items()}


def _read_permission(element):
    keys = {"id": "id", **_ATTRIBUTES, "description": "description"}
    return {key: element.get(name) for key, name in keys.items() if element.get(name)}


def _is_same(element, permission):
    return all(element.get(name) == value for name, value in _wanted(permission).items())


def _write_permissions(context, wanted, role):
    cib = context.cib
    found = items.write(
        cib,
        role,
        _PERMISSION,
        "permissions",
        wanted,
        same=_is_same,
        usual_id=lambda permission: f"{role.get('id')}-{permission['kind']}",
        exact=True,
    )
    for number, (permission, element) in enumerate(zip(wanted, found)):
        reference = permission.get("reference")
        if reference and element.get("reference") != reference and cib.find(reference) is None:
            known = nearest(reference, cib.resource_ids())
            raise BadInput(f"permissions[{number}].reference: there is no object with the id {reference!r}{known}")
        for name, value in _wanted(permission).items():
            cib.set(element, name, value)
        context.describe(element, permission)
    cib.arrange(found)
