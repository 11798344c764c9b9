# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from hypothesis import given
from hypothesis import strategies as st


def group(group_id, members, **spec):
    return kit.want("groups", id=group_id, members=members, **spec)


def members(cib, group_id):
    return kit.read(cib, group_id)["members"]


@pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_group_written_by_pcs_is_unchanged(system, exact):
    cib = kit.cib(system)
    specs = [kit.read(cib, each) for each in ("site", "second")]
    assert not kit.lay(cib, *(kit.want("groups", **spec) for spec in specs), exact=exact).changed


def test_new_group_takes_resources_without_a_group(cib):
    plan = kit.lay(cib, group("new", ["other", "alone"], meta={"priority": 5}, description="text"))
    assert kit.read(cib, "new") == {
        "id": "new",
        "description": "text",
        "members": ["other", "alone"],
        "meta": {"priority": "5"},
    }
    assert plan.document("before") == {}
    assert cib.parent(cib.find("new")).tag == "resources"


def test_removed_member_is_put_after_the_group(cib):
    kit.lay(cib, group("site", ["web"]))
    resources = [each.get("id") for each in cib.section("resources")]
    assert members(cib, "site") == ["web"]
    assert resources[resources.index("site") + 1] == "ip"


def test_member_removed_from_a_cloned_group_leaves_the_clone(cib):
    kit.lay(cib, group("second", ["other"]))
    assert members(cib, "second") == ["other"]
    assert cib.parent(cib.find("second")).get("id") == "second-clone"
    assert cib.parent(cib.find("g2a")).tag == "resources"


def test_member_of_another_group_is_moved(cib):
    kit.lay(cib, group("new", ["web"]))
    assert (members(cib, "new"), members(cib, "site")) == (["web"], ["ip"])


@pytest.mark.parametrize(
    "taken, gone, constraints",
    [
        (
            ["ip", "web"],
            ["site"],
            {"location-site-node1-100", "order-site-alone-mandatory", "colocation-other-site-INFINITY"},
        ),
        (["g2a"], ["second", "second-clone"], set()),
    ],
    ids=["group", "cloned group"],
)
def test_empty_group_is_removed_with_its_references(cib, taken, gone, constraints):
    before = {each.get("id") for each in cib.section("constraints")}
    kit.lay(cib, group("new", taken))
    assert [cib.find(each) for each in gone] == [None] * len(gone)
    assert before - {each.get("id") for each in cib.section("constraints")} == constraints
    assert members(cib, "new") == taken


def test_settings_not_given_are_kept_by_merged_and_removed_by_replaced(cib):
    kit.lay(cib, group("site", ["ip", "web"], meta={"priority": 1}, description="text"))
    kit.lay(cib, group("site", ["ip", "web"], meta={"resource-stickiness": 2}))
    assert kit.read(cib, "site")["meta"] == {"priority": "1", "resource-stickiness": "2"}
    assert kit.read(cib, "site")["description"] == "text"
    kit.lay(cib, group("site", ["ip", "web"], meta={"priority": None}))
    assert kit.read(cib, "site")["meta"] == {"resource-stickiness": "2"}
    kit.lay(cib, group("site", ["ip", "web"]), exact=True)
    assert kit.read(cib, "site") == {"id": "site", "members": ["ip", "web"]}


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"members": []}, "members: must not be empty"),
        ({"members": None}, "members: is required"),
        ({"members": "web"}, "members: must be a list, not 'web'"),
        ({"members": [1]}, "members: 1 is not the id of a resource"),
        ({"members": ["web", "web"]}, "members: 'web' is given twice"),
        ({"members": ["wbe"]}, "members: there is no primitive 'wbe'; did you mean 'web'?"),
        ({"members": ["site"]}, "members: there is no primitive 'site'"),
        ({"members": ["fence-node1"]}, "members: 'fence-node1' is a fence device"),
        ({"members": ["cdummy"]}, "members: 'cdummy' is in the clone 'cdummy-clone' and cannot be put into 'new'"),
        ({"id": "alone"}, "id: 'alone' is already the id of a primitive, not of a group"),
        ({"member": ["web"]}, "unknown key 'member'; did you mean 'members'?"),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("groups", **{"id": "new", "members": ["web"], **spec}))
    assert str(failure.value).startswith(sentence)
    assert cib.edits == 0


# --- removal that keeps the members


def test_keep_members_leaves_the_members_in_place_of_the_group():
    cib = kit.small(kit.dummy("a") + f"<group id='g'>{kit.dummy('b')}{kit.dummy('c')}</group>" + kit.dummy("d"))
    plan = kit.lay(cib, kit.want("groups", "absent", id="g"), keep_members=True)
    assert [each.get("id") for each in cib.section("resources")] == ["a", "b", "c", "d"]
    assert (plan.to_stop, plan.warnings) == ([], [])


def test_keep_members_also_removes_the_clone_of_the_group(cib):
    kit.lay(cib, kit.want("groups", "absent", id="second"), keep_members=True)
    assert (cib.find("second"), cib.find("second-clone")) == (None, None)
    assert cib.parent(cib.find("g2a")).tag == "resources"


def test_keep_members_is_refused_if_the_group_is_referenced(cib):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("groups", "absent", id="site"), keep_members=True)
    assert str(failure.value).startswith("keep_members: these references to 'site' would be removed with it: ")
    for each in ("location-site-node1-100", "order-site-alone-mandatory", "colocation-other-site-INFINITY"):
        assert each in str(failure.value)


def test_keep_members_is_refused_if_the_clone_of_the_group_is_referenced():
    group = f"<clone id='c'><group id='g'>{kit.dummy('a')}</group></clone>"
    cib = kit.small(group, "<rsc_location id='l' rsc='c' node='node1'/>")
    with pytest.raises(BadInput, match="^keep_members: these references to 'c' would be removed with it: l"):
        kit.lay(cib, kit.want("groups", "absent", id="g"), keep_members=True)


def test_keep_members_with_references_can_be_forced(cib):
    plan = kit.lay(cib, kit.want("groups", "absent", id="site"), keep_members=True, force=True)
    assert (cib.find("site"), cib.find("location-site-node1-100")) == (None, None)
    assert [cib.parent(cib.find(each)).tag for each in ("ip", "web")] == ["resources"] * 2
    assert cib.find("location-web-node2--INFINITY") is not None
    assert len(plan.warnings) == 1


def test_other_children_of_the_group_keep_their_position():
    cib = kit.small(f"<group id='g'><meta_attributes id='m'/>{''.join(map(kit.dummy, 'abc'))}</group>")
    kit.lay(cib, group("g", ["c", "a", "b"]))
    assert [each.get("id") for each in cib.find("g")] == ["m", "c", "a", "b"]
    assert cib.edits == 1


FREE = list("abcdef")
OTHERS = "<!-- first --><meta_attributes id='m'/>{}<!-- last -->"


@given(st.permutations(FREE), st.permutations(FREE), st.integers(1, 6), st.integers(0, 5))
def test_members_are_put_in_order_and_others_keep_their_order(before, after, size, split):
    """From any distribution to two groups and no group, to any members in any order."""
    one, two = before[:split], before[split : split + 1]
    inside = OTHERS.format("".join(map(kit.dummy, one)))
    cib = kit.small(
        (f"<group id='g'>{inside}</group>" if one else "")
        + f"<clone id='h-clone'><group id='h'>{''.join(map(kit.dummy, two))}</group></clone>"
        + "".join(map(kit.dummy, before[split + 1 :]))
    )
    wanted = group("g", after[:size])
    kit.lay(cib, wanted)
    assert members(cib, "g") == after[:size]
    assert sorted(each.get("id") for each in cib.configuration.iter("primitive")) == FREE
    assert (cib.find("h") is None) == (cib.find("h-clone") is None) == (two[0] in after[:size])
    assert ("<!-- first -->" in cib.xml()) == bool(one)
    assert not kit.lay(kit.again(cib), wanted).changed
