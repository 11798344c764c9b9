# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

RESOURCES = "".join(map(kit.dummy, ["a", "b", "c"])) + '<template id="base" class="ocf" provider="p" type="Dummy"/>'
TAGS = "<tags><tag id='t'><obj_ref id='a'/><!-- and --><obj_ref id='b'/></tag><tag id='u'><obj_ref id='base'/></tag></tags>"
CONSTRAINTS = (
    "<rsc_location id='at' rsc='t' node='node1' score='5'/><rsc_order id='o' first='c' then='t'/>"
    "<rsc_order id='set'><resource_set id='s'><resource_ref id='t'/><resource_ref id='c'/></resource_set></rsc_order>"
    "<rsc_location id='other' rsc='c' node='node1' score='5'/>"
)
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])


def document():
    return kit.small(RESOURCES, CONSTRAINTS, more=TAGS)


def lay(cib, *members, tag_id="t", exact=False):
    return kit.lay(cib, kit.want("tags", id=tag_id, members=list(members)), exact=exact)


@pytest.mark.parametrize("system", kit.SYSTEMS)
@MODES
def test_tag_written_by_pcs_is_read_and_unchanged(system, exact):
    cib = kit.cib(system)
    tags = [kit.read(cib, each.get("id")) for each in cib.section("tags")]
    assert tags
    assert not kit.lay(cib, *(kit.want("tags", **each) for each in tags), exact=exact).changed
    assert cib.edits == 0


@MODES
@pytest.mark.parametrize("members", [["a", "b", "c"], ["b", "a"], ["c"], ["a"]], ids=" ".join)
def test_members_are_exact_and_ordered(members, exact):
    cib = document()
    plan = lay(cib, *members, exact=exact)
    assert kit.read(kit.again(cib), "t") == {"id": "t", "members": members}
    assert plan.document("before") == {"tags": [{"id": "t", "members": ["a", "b"]}]}
    assert plan.document("after") == {"tags": [{"id": "t", "members": members}]}
    assert not lay(kit.again(cib), *members, exact=exact).changed


def test_new_tag_is_created():
    cib = kit.small(RESOURCES)
    plan = lay(cib, "b", "a")
    assert plan.document("after") == {"tags": [{"id": "t", "members": ["b", "a"]}]}
    assert kit.ids(cib).count("a") == 1


def test_existing_members_are_not_checked():
    """Pacemaker accepts members that pcs does not, for instance a template."""
    assert not lay(document(), "base", tag_id="u").changed
    cib = document()
    lay(cib, "base", "a", tag_id="u")
    assert kit.read(cib, "u")["members"] == ["base", "a"]


def test_resource_of_the_same_document_can_be_tagged():
    cib = kit.small()
    kit.lay(
        cib, kit.want("tags", id="t", members=["new"]), kit.want("resources", id="new", agent="ocf:pacemaker:Dummy")
    )
    assert kit.read(cib, "t")["members"] == ["new"]


def test_references_are_removed_with_the_tag_and_shown():
    cib = document()
    plan = kit.lay(cib, kit.want("tags", "absent", id="t"))
    before = plan.document("before")
    assert before["tags"] == [{"id": "t", "members": ["a", "b"]}]
    assert sorted(each["id"] for each in before["constraints"]) == ["at", "o", "set"]
    assert [each.get("id") for each in cib.section("constraints")] == ["set", "other"]
    assert [each.get("id") for each in cib.find("s")] == ["c"]
    assert plan.to_stop == [] and cib.find("a") is not None
    assert not kit.lay(kit.again(cib), kit.want("tags", "absent", id="t")).changed


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"members": []}, "members: must not be empty; use state: absent to remove the tag"),
        ({}, "members: is required"),
        ({"members": "a"}, "members: must be a list, not 'a'"),
        ({"members": [1]}, "members: 1 is not the id of a resource"),
        ({"members": ["a", "a"]}, "members: 'a' is given twice"),
        ({"members": ["a", "cc"]}, "members: there is no resource 'cc'; did you mean 'c'?"),
        ({"members": ["t"]}, "members: 't' is a tag, not a resource"),
        ({"members": ["u"]}, "members: 'u' is a tag, not a resource"),
        ({"members": ["base"]}, "members: 'base' is a template, not a resource"),
        ({"members": ["a"], "id": "c"}, "id: 'c' is already the id of a primitive, not of a tag"),
        ({"members": ["a"], "id": "1 t"}, "id: '1 t' is not a valid id"),
        ({"members": ["a"], "mebers": []}, "unknown key 'mebers'; did you mean 'members'?"),
    ],
    ids=str,
)
def test_invalid_tags_are_refused(spec, sentence):
    cib = document()
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("tags", **{"id": "t", **spec}))
    assert sentence in str(failure.value)
    assert cib.edits == 0


def test_new_tag_of_itself_is_refused():
    with pytest.raises(BadInput, match="members: there is no resource 'new'"):
        lay(document(), "new", tag_id="new")
