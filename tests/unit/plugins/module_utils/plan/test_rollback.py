# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import rollback as inverse
from hypothesis import given
from hypothesis import strategies as st

DUMMY = "ocf:pacemaker:Dummy"
CHANGES = {
    "a new resource": [kit.want("resources", id="new", agent=DUMMY, params={"fake": 1}, meta={"priority": 1})],
    "in a group": [kit.want("resources", id="new", agent=DUMMY, group={"id": "site", "before": "web"})],
    "a new group": [kit.want("groups", id="row", members=["alone", "other"])],
    "another order": [kit.want("groups", id="site", members=["web", "ip"])],
    "a clone": [kit.want("clones", member="alone", promotable=True)],
    "parameters": [
        kit.want(
            "resources", id="web", agent=DUMMY, params={"fake": "x"}, operations=[{"name": "monitor", "interval": "7s"}]
        )
    ],
    "removal": [kit.want("resources", "absent", id="alone")],
    "removal of a group": [kit.want("groups", "absent", id="site")],
    "constraints": [
        kit.want("constraints", resource="alone", rule="#uname eq node1 or defined up"),
        kit.want("constraints", type="colocation", sets=[{"resources": ["other"]}, {"resources": ["web"]}]),
        kit.want("constraints", "absent", id="location-site-node1-100"),
    ],
    "properties": [kit.want("properties", **{"no-quorum-policy": "freeze", "maintenance-mode": True})],
    "nodes": [kit.want("nodes", name="node1", attributes={"site": "a"}, utilization={"cpu": 4}, standby=True)],
    "a guest node": [
        kit.want("resources", id="other", agent=DUMMY, meta={"remote-node": "guest"}),
        kit.want("nodes", name="guest", maintenance=True),
    ],
    "levels": [
        kit.want("stonith_levels", level=1, target="node1", devices=["fence-node2"]),
        kit.want("stonith_levels", level=1, target="node2", devices=["fence-node2"]),
        kit.want("stonith_levels", "absent", level=2, target="node1"),
    ],
    "defaults": [kit.want("resource_defaults", **{"resource-stickiness": 7})],
    "tags": [kit.want("tags", id="t1", members=["other"]), kit.want("tags", "absent", id="t2")],
}


def committed(*wanted):
    """The fixture before and after a change."""
    before, after = kit.cib(), kit.cib()
    kit.lay(after, *wanted)
    return before, after


@pytest.mark.parametrize("wanted", CHANGES.values(), ids=CHANGES)
def test_change_is_reverted(wanted):
    before, after = committed(*wanted)
    assert after.xml() != before.xml()
    now = kit.again(after)
    assert inverse.undo(now, before, after) == []
    assert shown(now) == shown(before)


def shown(cib):
    """The configuration without indentation and empty sections."""
    return [(each.tag, dict(each.attrib), len(each)) for each in cib.configuration.iter() if each.attrib or len(each)]


@given(st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4, unique=True), st.data())
def test_reverting_keeps_other_changes(names, data):
    other = data.draw(st.sampled_from(["fence-node1", "fence-node2"]))
    wanted = [each for name in names for each in CHANGES[name]]
    before, after = kit.cib(), kit.cib()
    for each in wanted:
        try:
            kit.lay(after, each)
        except BadInput:  # one change may remove what another one needs
            return
    now, expected = kit.again(after), kit.cib()
    for cib in (now, expected):
        cib.set(cib.find(other), "description", "of somebody else")
    assert inverse.undo(now, before, after) == []
    assert shown(now) == shown(expected)


def reverted_after(edit, *wanted):
    """(skipped ids, document) after a change was reverted that somebody else had edited meanwhile."""
    before, after = committed(*wanted)
    now = kit.again(after)
    edit(now)
    return inverse.undo(now, before, after), now


def test_attribute_changed_again_is_kept():
    (change,) = CHANGES["properties"]
    skipped, now = reverted_after(
        lambda cib: cib.set(cib.find("cib-bootstrap-options-no-quorum-policy"), "value", "ignore"), change
    )
    assert skipped == ["cib-bootstrap-options-no-quorum-policy"]
    assert now.find("cib-bootstrap-options-no-quorum-policy").get("value") == "ignore"
    assert now.find("cib-bootstrap-options-maintenance-mode") is None


def test_new_resource_with_foreign_content_is_kept():
    (change,) = CHANGES["a new resource"]
    skipped, now = reverted_after(lambda cib: cib.add(cib.find("new"), "utilization", {"id": "theirs"}), change)
    assert skipped == ["new"]
    assert [each.get("id") for each in now.find("new")] == ["theirs"]


def test_new_resource_in_foreign_constraint_is_kept():
    (change,) = CHANGES["a new resource"]
    skipped, now = reverted_after(
        lambda cib: cib.add(cib.section("constraints"), "rsc_order", {"id": "o", "first": "new", "then": "web"}), change
    )
    assert skipped == ["new"] and now.find("new") is not None


def test_new_fence_device_in_foreign_level_is_kept():
    skipped, now = reverted_after(
        lambda cib: cib.set(cib.find("fl-node1-2"), "devices", "fence-node2,new"),
        kit.want("stonith", id="new", agent="fence_ipmilan"),
    )
    assert skipped == ["new"] and now.find("new") is not None


def test_node_attributes_set_meanwhile_are_kept():
    def edit(cib):
        cib.add(cib.find("nodes-1"), "nvpair", {"id": "theirs", "name": "rack", "value": "7"})
        cib.set(cib.find("nodes-1-standby"), "value", "off")

    skipped, now = reverted_after(edit, kit.want("nodes", name="node1", attributes={"site": "a"}, standby=True))
    assert sorted(skipped) == ["nodes-1", "nodes-1-standby"]
    assert [(pair.get("name"), pair.get("value")) for pair in now.find("nodes-1")] == [
        ("standby", "off"),
        ("rack", "7"),
    ]


def test_removed_object_created_again_by_others_is_kept():
    (change,) = CHANGES["removal"]
    skipped, now = reverted_after(
        lambda cib: cib.add(cib.section("resources"), "primitive", {"id": "alone", "class": "systemd", "type": "cron"}),
        change,
    )
    assert "alone" in skipped and now.find("alone").get("class") == "systemd"


def test_object_removed_by_others_is_ignored():
    (change,) = CHANGES["a new resource"]
    skipped, now = reverted_after(lambda cib: cib.remove(cib.find("new")), change)
    assert skipped == [] and shown(now) == shown(kit.cib())


def test_order_of_members_changed_by_others_is_kept():
    (change,) = CHANGES["in a group"]
    _skipped, now = reverted_after(lambda cib: cib.move(cib.find("web"), cib.find("site"), 0), change)
    assert [each.get("id") for each in now.find("site").iter("primitive")] == ["web", "ip"]
