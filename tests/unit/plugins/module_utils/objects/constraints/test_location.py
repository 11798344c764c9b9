# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput


def location(state="present", **spec):
    return kit.want("constraints", state, **spec)


def locations(cib):
    return {
        each.get("id"): (each.get("rsc"), each.get("node"), each.get("score"))
        for each in cib.section("constraints").iter("rsc_location")
    }


@pytest.mark.parametrize(
    "spec, element_id, score",
    [
        ({"score": 50}, "location-alone-node2-50", "50"),
        ({"score": "-INFINITY"}, "location-alone-node2--INFINITY", "-INFINITY"),
        ({}, "location-alone-node2-INFINITY", "INFINITY"),
        ({"id": "mine", "score": "7"}, "mine", "7"),
    ],
    ids=str,
)
def test_new_location_gets_the_id_of_pcs(cib, spec, element_id, score):
    kit.lay(cib, location(resource="alone", node="node2", **spec))
    assert locations(cib)[element_id] == ("alone", "node2", score)


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_location_written_by_pcs_is_unchanged(system):
    cib = kit.cib(system)
    for element_id in ("location-site-node1-100", "location-web-node2--INFINITY"):
        assert not kit.lay(cib, location(**kit.read(cib, element_id)), exact=True).changed


@pytest.mark.parametrize("score, edits", [(100, 0), ("+100", 0), ("0100", 0), (101, 1), ("INFINITY", 1)])
def test_location_is_found_without_id_and_keeps_its_id(cib, score, edits):
    kit.lay(cib, location(resource="site", node="node1", score=score))
    assert cib.edits == edits
    assert locations(cib)["location-site-node1-100"][2] == ("100" if not edits else str(score))


def test_location_found_by_id_can_get_another_resource_and_node(cib):
    kit.lay(cib, location(id="location-site-node1-100", resource="alone", node="node2", score=1))
    assert locations(cib)["location-site-node1-100"] == ("alone", "node2", "1")


@pytest.mark.parametrize(
    "spec",
    [{"id": "location-site-node1-100"}, {"resource": "site", "node": "node1"}],
    ids=["by id", "by identity"],
)
def test_absent_removes_the_location(cib, spec):
    plan = kit.lay(cib, location("absent", **spec))
    assert list(locations(cib)) == ["location-web-node2--INFINITY"]
    assert [change.after for change in plan.changes] == [None]
    assert not kit.lay(kit.again(cib), location("absent", **spec)).changed


def test_rule_and_pattern_are_part_of_the_identity():
    cib = kit.small(
        kit.dummy("web"),
        '<rsc_location id="rule" rsc="web"><rule id="r" score="1"><expression id="e" attribute="#uname" operation="eq"'
        ' value="node1"/></rule></rsc_location><rsc_location id="pattern" rsc-pattern="w.*" node="node1" score="1"/>',
    )
    kit.lay(cib, location(resource="web", node="node1", score=5))
    assert locations(cib)["location-web-node1-5"] == ("web", "node1", "5")
    assert len(locations(cib)) == 3


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"resource": None}, "resource: is required"),
        ({"node": None}, "node: is required, unless rule, prefers or avoids is given"),
        ({"node": ""}, "node: must not be empty"),
        ({"resource": "wbe"}, "resource: there is no resource 'wbe'; did you mean 'web'?"),
        ({"node": "node3"}, "node: the cluster has no node 'node3'; did you mean 'node"),
        ({"node": "z"}, "node: the cluster has no node 'z'; it has node1, node2"),
        ({"score": "much"}, "score: 'much' is not a score"),
        ({"score": True}, "score: True is not a score"),
        ({"id": "web"}, "id: 'web' is already the id of a primitive, not of a constraint of type location"),
        ({"id": "a b"}, "id: 'a b' is not a valid id"),
        ({"sorce": 1}, "unknown key 'sorce'; did you mean 'score'?"),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, location(**{"resource": "web", "node": "node1", **spec}))
    assert str(failure.value).startswith(sentence)
    assert cib.edits == 0


def test_document_without_nodes_accepts_any_node():
    cib = kit.small(kit.dummy("web"))
    for node in list(cib.section("nodes")):
        cib.remove(node)
    kit.lay(cib, location(resource="web", node="later", score=1))
    assert "location-web-later-1" in locations(cib)
