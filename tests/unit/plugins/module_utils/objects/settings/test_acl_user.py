# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import rollback as inverse

ACLS = """<acls><acl_role id="one"/><acl_role id="two"/>
<acl_target id="web"><role id="one"/><role id="lost"/></acl_target>
<acl_target id="team"/>
<acl_group id="team" name="the team"><role id="two"/></acl_group></acls>"""
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
SECTIONS = pytest.mark.parametrize("section", ["acls.users", "acls.groups"])
TAGS = {"acls.users": "acl_target", "acls.groups": "acl_group"}


def document():
    return kit.small(kit.dummy("web"), more=ACLS)


def read(cib, section):
    """The specifications of all users, or of all groups."""
    return [kit.kind_of(each).read(each) for each in cib.section("acls").iterfind(TAGS[section])]


@MODES
def test_writing_a_read_user_or_group_changes_nothing(exact):
    cib = document()
    assert read(cib, "acls.users") == [{"id": "web", "roles": ["one", "lost"]}, {"id": "team"}]
    assert read(cib, "acls.groups") == [{"id": "team", "name": "the team", "roles": ["two"]}]
    wanted = [kit.want(section, **each) for section in TAGS for each in read(cib, section)]
    assert not kit.lay(cib, *wanted, exact=exact).changed
    assert cib.edits == 0


@MODES
@SECTIONS
@pytest.mark.parametrize("roles", [["two", "one"], ["two"], []], ids=str)
def test_roles_are_exact_and_ordered(section, roles, exact):
    cib = document()
    kit.lay(cib, kit.want(section, id="new", roles=["one", "two"]), exact=exact)
    cib = kit.again(cib)
    plan = kit.lay(cib, kit.want(section, id="new", roles=roles), exact=exact)
    assert read(kit.again(cib), section)[-1] == {"id": "new", **({"roles": roles} if roles else {})}
    key = section.partition(".")[2]
    assert plan.document("before") == {"acls": {key: [{"id": "new", "roles": ["one", "two"]}]}}


@SECTIONS
def test_roles_not_given_are_removed_only_by_replaced(section):
    for exact, left in ((False, ["one"]), (True, None)):
        cib = document()
        kit.lay(cib, kit.want(section, id="new", roles=["one"]))
        kit.lay(cib, kit.want(section, id="new"), exact=exact)
        assert read(cib, section)[-1].get("roles") == left


def test_name_can_differ_from_the_id():
    cib = document()
    kit.lay(cib, kit.want("acls.groups", id="team", name="the other team"))
    assert read(cib, "acls.groups") == [{"id": "team", "name": "the other team", "roles": ["two"]}]
    kit.lay(cib, kit.want("acls.groups", id="team", name=""))
    assert read(cib, "acls.groups") == [{"id": "team", "roles": ["two"]}]
    cib.root.set("validate-with", "pacemaker-3.7")
    with pytest.raises(BadInput, match="name: is not supported by the schema of this CIB"):
        kit.lay(cib, kit.want("acls.groups", id="team", name="x"))


def test_user_id_can_be_any_text():
    cib = document()
    wanted = [kit.want("acls.users", id=each, roles=["two"]) for each in ("web", "team", "one", "1 é/'\"")]
    wanted += [kit.want("acls.groups", id="team", roles=["one"]), kit.want("acls.groups", id="more")]
    plan = kit.lay(cib, *wanted, kit.want("acls.users", id="more"), kit.want("resources", id="x", agent="ocf:a:b"))
    assert [each["id"] for each in plan.document("after")["acls"]["users"]] == ["web", "team", "one", "1 é/'\"", "more"]
    assert [each["id"] for each in plan.document("after")["acls"]["groups"]] == ["team", "more"]
    assert plan.document("after")["resources"] == [
        {"id": "x", "agent": "ocf:a:b", "operations": [{"name": "monitor", "interval": "60s"}]}
    ]
    assert plan.is_in(kit.again(cib)) and not plan.is_in(document())
    assert cib.find("web").tag == "primitive" and cib.find("team").tag == "acl_group"


@pytest.mark.parametrize(
    "section, user, users, groups",
    [
        ("acls.users", "web", ["team"], ["team"]),
        ("acls.users", "team", ["web"], ["team"]),
        ("acls.groups", "team", ["web", "team"], []),
    ],
)
def test_only_the_given_object_is_removed(section, user, users, groups):
    cib = kit.small(kit.dummy("web"), "<rsc_location id='l' rsc='web' node='node1' score='1'/>", more=ACLS)
    plan = kit.lay(cib, kit.want(section, "absent", id=user))
    assert [each["id"] for each in read(cib, "acls.users")] == users
    assert [each["id"] for each in read(cib, "acls.groups")] == groups
    assert cib.find("web") is not None and cib.find("l") is not None
    assert plan.removed == [] and plan.is_in(kit.again(cib)) and not plan.is_in(document())


def test_removing_a_resource_keeps_the_user_with_the_same_id():
    cib = document()
    plan = kit.lay(cib, kit.want("resources", "absent", id="web"))
    assert list(plan.document("before")) == ["resources"]


def test_created_users_are_removed_by_rollback():
    before, after = document(), document()
    kit.lay(
        after,
        kit.want("acls.users", id="web", roles=["two"]),
        kit.want("acls.users", id="team", roles=["one"]),
        kit.want("acls.groups", "absent", id="team"),
        kit.want("acls.roles", id="new", permissions=[{"kind": "read", "xpath": "/"}]),
    )
    now = kit.again(after)
    assert inverse.undo(now, before, after) == []
    for section in TAGS:
        assert read(now, section) == read(before, section)
    # A role that another writer has assigned in the meantime is kept
    now = kit.again(after)
    cib_user = next(each for each in now.section("acls") if each.get("id") == "web")
    now.add(cib_user, "role", {"id": "new"})
    assert "new" in inverse.undo(now, before, after) and now.find("new") is not None


@SECTIONS
@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"roles": ["tow"]}, "roles: there is no role 'tow'; did you mean 'two'?"),
        ({"roles": ["lost"]}, "roles: there is no role 'lost'"),
        ({"roles": ["web"]}, "roles: there is no role 'web'"),
        ({"roles": ["one", "one"]}, "roles: 'one' is given twice"),
        ({"roles": [1]}, "roles: 1 is not the id of a role"),
        ({"roles": "one"}, "roles: must be a list, not 'one'"),
        ({"role": ["one"]}, "unknown key 'role'; did you mean 'roles'?"),
        ({"id": ""}, "id: is required"),
        ({"id": "a\x07"}, "id: a value must not contain control characters"),
    ],
    ids=str,
)
def test_invalid_users_and_groups_are_refused(section, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(document(), kit.want(section, **{"id": "new", **spec}))
    assert sentence in str(failure.value)


def test_group_id_that_is_not_a_free_xml_id_is_refused():
    for wrong, sentence in (
        ("web", "id: 'web' is already the id of a primitive"),
        ("a b", "id: 'a b' is not a valid id"),
    ):
        with pytest.raises(BadInput, match=sentence):
            kit.lay(document(), kit.want("acls.groups", id=wrong))


@SECTIONS
def test_user_or_group_given_twice_is_refused(section):
    with pytest.raises(BadInput, match="is already given in|the same is already given"):
        kit.lay(document(), kit.want(section, id="new"), kit.want(section, id="new", roles=["one"]))
