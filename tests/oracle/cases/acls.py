# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ACLs: roles with their permissions, and the users and groups with these roles, created, changed and removed."""

from __future__ import annotations

from oracle import Case, dummies, want

ROLE = "acl role create r read xpath //a write id x deny xpath //b"
START = f"{dummies('x')}\n{ROLE}\nacl role create s description=second"
ASSIGNED = f"""{START}
acl user create u r s
acl user create v r
acl user create x
acl group create g r
acl group create h s"""
READ = {"kind": "read", "xpath": "//a"}
WRITE = {"kind": "write", "reference": "x"}
DENY = {"kind": "deny", "xpath": "//b"}


def role(*permissions, role_id="r", **spec):
    """The Want of a role."""
    return want("acls.roles", id=role_id, permissions=list(permissions), **spec)


def changed(name, commands, *permissions):
    """A Case that changes the list of permissions of the role r."""
    return Case(name, commands, role(*permissions), start=START)


def user(user_id, *roles):
    """The Want of a user."""
    return want("acls.users", id=user_id, roles=list(roles))


def group(group_id, *roles):
    """The Want of a group."""
    return want("acls.groups", id=group_id, roles=list(roles))


def removed(name, commands, kind, object_id):
    """A Case that removes a role, user or group."""
    return Case(name, commands, want(f"acls.{kind}", "absent", id=object_id), start=ASSIGNED)


CASES = [
    Case("role", "acl role create r", role()),
    Case("role-with-a-description", "acl role create r 'description=all of it'", role(description="all of it")),
    Case("role-with-permissions", ROLE, role(READ, WRITE, DENY), start=dummies("x")),
    Case(
        "role-with-equal-kinds",
        "acl role create r read xpath //a read id x read xpath //c",
        role(READ, {"kind": "read", "reference": "x"}, {"kind": "read", "xpath": "//c"}),
        start=dummies("x"),
    ),
    changed(
        "permission-added", "acl permission add r read xpath //c", READ, WRITE, DENY, {"kind": "read", "xpath": "//c"}
    ),
    changed("permission-removed", "acl permission delete r-write", READ, DENY),
    changed(
        "permission-replaced",
        "acl permission delete r-read\nacl permission add r read xpath //c",
        WRITE,
        DENY,
        {"kind": "read", "xpath": "//c"},
    ),
    changed("permissions-removed", "\n".join(f"acl permission delete r-{each}" for each in ("read", "write", "deny"))),
    Case("user", "acl user create u", user("u")),
    Case("user-with-roles", "acl user create u s r", user("u", "s", "r"), start=START),
    Case("user-called-like-a-resource", "acl user create x r", user("x", "r"), start=START),
    Case("user-called-like-a-group", "acl user create g r", user("g", "r"), start=ASSIGNED),
    Case("user-called-like-nothing-else", "acl user create '1 2' r", user("1 2", "r"), start=START),
    Case("role-assigned-to-a-user", "acl role assign s to user v", user("v", "r", "s"), start=ASSIGNED),
    Case("role-taken-from-a-user", "acl role unassign r from user u", user("u", "s"), start=ASSIGNED),
    Case("last-role-taken-from-a-user", "acl role unassign r from user v", user("v"), start=ASSIGNED),
    Case("group", "acl group create g", group("g")),
    Case("group-with-roles", "acl group create g r s", group("g", "r", "s"), start=START),
    Case("role-assigned-to-a-group", "acl role assign s to group g", group("g", "r", "s"), start=ASSIGNED),
    Case(
        "all-at-once",
        "\n".join((ROLE, "acl user create u r", "acl user create v", "acl group create g r")),
        group("g", "r"),
        user("u", "r"),
        user("v"),
        role(READ, WRITE, DENY),
        start=dummies("x"),
    ),
    removed("role-removed", "acl role delete r", "roles", "r"),
    removed("role-without-permissions-removed", "acl role delete s", "roles", "s"),
    removed("user-removed", "acl user delete u", "users", "u"),
    removed("user-called-like-a-resource-removed", "acl user delete x", "users", "x"),
    removed("group-removed", "acl group delete g", "groups", "g"),
]
