# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

ACLS = """<acls>
<acl_target id="web"><role id="r"/><role id="empty"/></acl_target>
<acl_group id="staff"><role id="r"/></acl_group>
<acl_role id="r" description="readers">
  <acl_permission id="r-read" kind="read" xpath="/cib"/><!-- but -->
  <acl_permission id="r-deny" kind="deny" reference="web" description="not this"/>
  <acl_permission id="own" kind="write" object-type="nvpair" attribute="value"/>
  <acl_permission id="gone" kind="write" reference="nothing"/>
</acl_role>
<acl_role id="empty"/>
</acls>"""
READ = {"id": "r-read", "kind": "read", "xpath": "/cib"}
DENY = {"id": "r-deny", "kind": "deny", "reference": "web", "description": "not this"}
OWN = {"id": "own", "kind": "write", "object_type": "nvpair", "attribute": "value"}
GONE = {"id": "gone", "kind": "write", "reference": "nothing"}
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])


def document():
    return kit.small(kit.dummy("web") + kit.dummy("other"), more=ACLS)


def lay(cib, *permissions, exact=False, role_id="r", **spec):
    return kit.lay(cib, kit.want("acls.roles", id=role_id, permissions=list(permissions), **spec), exact=exact)


def without_id(permission):
    return {key: value for key, value in permission.items() if key != "id"}


@MODES
def test_writing_a_read_role_changes_nothing(exact):
    cib = document()
    assert kit.read(cib, "r") == {"id": "r", "description": "readers", "permissions": [READ, DENY, OWN, GONE]}
    assert not kit.lay(
        cib, *(kit.want("acls.roles", **kit.read(cib, each)) for each in ("r", "empty")), exact=exact
    ).changed
    assert cib.edits == 0


@MODES
def test_read_role_can_be_recreated(exact):
    cib = kit.small(kit.dummy("web"))
    spec = {"id": "r", "description": "readers", "permissions": [READ, DENY, OWN]}
    plan = kit.lay(cib, kit.want("acls.roles", **spec), exact=exact)
    assert kit.read(kit.again(cib), "r") == spec
    assert plan.document("after") == {"acls": {"roles": [spec]}}


def test_new_role_gets_the_ids_of_pcs():
    cib = document()
    reads = [{"kind": "read", "xpath": each} for each in ("//a", "//b", "//b")]
    wanted = [*reads, {"kind": "deny", "reference": "n"}, {"kind": "write", "reference": "web"}]
    lay(cib, *wanted, role_id="n")
    assert not lay(kit.again(cib), *wanted, role_id="n").changed
    found = kit.read(cib, "n")["permissions"]
    assert [each["id"] for each in found] == ["n-read", "n-read-1", "n-read-2", "n-deny", "n-write"]


@MODES
@pytest.mark.parametrize("with_ids", [True, False])
def test_permissions_are_exact_and_ordered_and_unchanged_ones_keep_their_ids(with_ids, exact):
    cib = document()
    wanted = [OWN, READ] if with_ids else [without_id(OWN), without_id(READ)]
    element = cib.find("own")
    lay(cib, wanted[0], {"kind": "read", "xpath": "//new"}, wanted[1], exact=exact)
    new = {"id": "r-read-1", "kind": "read", "xpath": "//new"}
    assert kit.read(kit.again(cib), "r")["permissions"] == [OWN, new, READ]
    assert cib.find("own") is element


@MODES
def test_permission_found_by_id_can_get_another_scope(exact):
    cib = document()
    lay(cib, {"id": "own", "kind": "read", "reference": "other"}, exact=exact)
    assert kit.read(cib, "r")["permissions"] == [{"id": "own", "kind": "read", "reference": "other"}]


def test_descriptions_not_given_are_removed_only_by_replaced():
    deny = {"kind": "deny", "reference": "web"}
    for exact, left in ((False, 2), (True, 0)):
        cib = document()
        lay(cib, deny, exact=exact)
        assert len([each for each in cib.configuration.iter() if each.get("description")]) == left
    cib = document()
    lay(cib, {**deny, "description": ""}, description="")
    assert kit.read(cib, "r") == {"id": "r", "permissions": [{"id": "r-deny", **deny}]}


def test_permissions_not_given_are_removed_only_by_replaced():
    for exact, left in ((False, 4), (True, 0)):
        cib = document()
        kit.lay(cib, kit.want("acls.roles", id="r"), exact=exact)
        assert len(cib.find("r").findall("acl_permission")) == left


def test_removed_role_is_removed_from_users_and_groups():
    cib = document()
    plan = kit.lay(cib, kit.want("acls.roles", "absent", id="r"))
    assert plan.document("before")["acls"].keys() == {"roles", "users", "groups"}
    assert plan.document("after") == {
        "acls": {"users": [{"id": "web", "roles": ["empty"]}], "groups": [{"id": "staff"}]}
    }
    assert cib.find("web").tag == "primitive"


def test_references_to_a_removed_role_are_removed():
    more = (
        '<acls><acl_role id="r"/><acl_role id="s"><acl_permission id="p" kind="deny" reference="r"/></acl_role></acls>'
    )
    cib = kit.small(more=more)
    kit.lay(cib, kit.want("acls.roles", "absent", id="r"))
    assert kit.read(cib, "s") == {"id": "s"}


def test_roles_of_old_schemas_are_shown_as_summary():
    old = (
        '<acls><acl_user id="u"><role_ref id="r"/></acl_user><acl_role id="r"><read id="x" xpath="/cib"/></acl_role>'
        '<acl_role id="none"/></acls>'
    )
    cib = kit.small(more=old)
    assert kit.kind_of(cib.find("r")) is None
    with pytest.raises(BadInput, match="id: 'r' is already the id of a acl_role"):
        lay(cib, READ)
    plan = kit.lay(cib, kit.want("acls.roles", "absent", id="none"), then=lambda cib: cib.remove(cib.find("u")))
    assert plan.document("before") == {
        "acls": {"roles": [{"id": "none"}], "others": [{"element": "acl_user", "id": "u"}]}
    }
    assert plan.is_in(cib) and not plan.is_in(kit.small(more=old))


@pytest.mark.parametrize(
    "permission, sentence",
    [
        ("x", "permissions[0]: must be a mapping, not a string"),
        ({"xpath": "/"}, "permissions[0].kind: is required"),
        ({"kind": "reed", "xpath": "/"}, "permissions[0].kind: must be one of read, write, deny, not 'reed'"),
        ({"kind": "read"}, "permissions[0].xpath: exactly one of xpath, reference, object_type is required"),
        ({"kind": "read", "xpath": "/", "reference": "web"}, "permissions[0].xpath: exactly one of"),
        ({"kind": "read", "xpath": "/", "attribute": "x"}, "permissions[0].attribute: requires object_type"),
        (
            {"kind": "read", "reference": "othr"},
            "permissions[0].reference: there is no object with the id 'othr'; did you mean 'other'?",
        ),
        ({"kind": "read", "object-type": "x"}, "permissions[0].unknown key 'object-type'; did you mean 'object_type'?"),
        ({"kind": "read", "xpath": "/", "id": "web"}, "permissions[0].id: 'web' is already the id of a primitive"),
        ({"kind": "read", "xpath": "/", "id": "1"}, "permissions[0].id: '1' is not a valid id"),
    ],
    ids=str,
)
def test_invalid_permissions_are_refused(permission, sentence):
    with pytest.raises(BadInput) as failure:
        lay(document(), permission)
    assert sentence in str(failure.value)


def test_permissions_with_the_same_id_are_refused():
    with pytest.raises(BadInput, match="permissions\\[1\\].id: 'r-read' is already given in permissions\\[0\\]"):
        lay(document(), READ, READ)


def test_id_of_another_object_is_refused():
    with pytest.raises(BadInput, match="id: 'staff' is already the id of a acl_group, not of a role"):
        lay(document(), role_id="staff")
