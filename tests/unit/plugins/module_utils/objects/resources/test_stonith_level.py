# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
DEVICES = "".join(f'<primitive id="{each}" class="stonith" type="fence_x"/>' for each in ("f1", "f2", "f3"))
FIRST = "<fencing-level id='fl-node1-1' index='1' target='node1' devices='f1,f2'/>"
SECOND = "<fencing-level id='own' index='2' target='node1' devices='f3'/>"
TWIN = "<fencing-level id='twin' index='1' target='node1' devices='f3'/>"
ONE = {"level": 1, "target": "node1"}
TARGETS = [
    ({"target": "node2"}, "fl-node2-1"),
    ({"target_pattern": r"node\d+(a|b)"}, "fl-nodedab-1"),
    ({"target_attribute": "rack", "target_value": 1}, "fl-rack-1"),
]


def document(levels=FIRST + SECOND):
    return kit.small(DEVICES + kit.dummy("a"), more=f"<fencing-topology>{levels}</fencing-topology>")


def level(*devices, state="present", **spec):
    return kit.want("stonith_levels", state, devices=list(devices), **spec)


def levels(cib):
    """id -> specification (without id) of each level, read from the text of a Cib."""
    found = [each for each in kit.again(cib).section("fencing-topology") if kit.kind_of(each)]
    specs = [kit.kind_of(each).read(each) for each in found]
    return {spec.pop("id"): spec for spec in specs}


@pytest.mark.parametrize("system", kit.SYSTEMS)
@MODES
def test_levels_written_by_pcs_are_read_and_unchanged(system, exact):
    cib = kit.cib(system)
    found = levels(cib)
    assert found == {
        "fl-node1-1": {"level": 1, "target": "node1", "devices": ["fence-node1", "fence-node2"]},
        "fl-node1-2": {"level": 2, "target": "node1", "devices": ["fence-node2"]},
    }
    kit.lay(cib, *(kit.want("stonith_levels", **spec) for spec in found.values()), exact=exact)
    kit.lay(cib, *(kit.want("stonith_levels", id=key, **spec) for key, spec in found.items()), exact=exact)
    assert cib.edits == 0


@pytest.mark.parametrize("target, wanted_id", TARGETS, ids=str)
def test_new_level_gets_the_id_of_pcs_and_is_found_again(target, wanted_id):
    cib = kit.small(DEVICES)
    plan = kit.lay(cib, level("f2", "f1", level="1", **target))
    text = {key: str(value) for key, value in target.items()}
    assert plan.document("after") == {
        "stonith_levels": [{"id": wanted_id, "level": 1, **text, "devices": ["f2", "f1"]}]
    }
    assert not kit.lay(kit.again(cib), level("f2", "f1", level=1, **target)).changed
    other = kit.small(DEVICES)
    kit.lay(other, *(kit.want("stonith_levels", id=key, **spec) for key, spec in levels(cib).items()))
    assert other.xml() == cib.xml()
    kit.lay(cib, level(state="absent", level=1, **target))
    assert levels(cib) == {}


@MODES
@pytest.mark.parametrize("devices", [["f2", "f1"], ["f3"], ["f1", "f2", "f3"]], ids=" ".join)
def test_devices_are_exact_and_ordered(devices, exact):
    cib = document()
    plan = kit.lay(cib, level(*devices, **ONE), exact=exact)
    assert levels(cib)["fl-node1-1"] == {**ONE, "devices": devices}
    assert plan.document("before") == {"stonith_levels": [{"id": "fl-node1-1", **ONE, "devices": ["f1", "f2"]}]}
    assert list(levels(cib)) == ["fl-node1-1", "own"]


def test_level_found_by_id_can_get_another_number_and_target():
    cib = document()
    kit.lay(cib, level("f1", id="own", level=3, target_pattern="n.*"))
    assert levels(cib)["own"] == {"level": 3, "target_pattern": "n.*", "devices": ["f1"]}
    assert cib.find("own").get("target") is None


def test_two_levels_can_be_swapped():
    cib = document()
    kit.lay(cib, level("f1", id="fl-node1-1", level=2, target="node1"), level("f3", id="own", **ONE))
    assert {key: spec["level"] for key, spec in levels(cib).items()} == {"fl-node1-1": 2, "own": 1}


@MODES
def test_duplicate_levels_are_reduced_to_one(exact):
    cib = document(FIRST + TWIN + SECOND)
    plan = kit.lay(cib, level("f1", "f2", **ONE), exact=exact)
    assert list(levels(cib)) == ["fl-node1-1", "own"]
    assert plan.document("before") == {"stonith_levels": [{"id": "twin", **ONE, "devices": ["f3"]}]}


def test_duplicate_levels_given_by_id_are_unchanged():
    cib = document(FIRST + TWIN)
    kit.lay(cib, *(kit.want("stonith_levels", id=key, **spec) for key, spec in levels(cib).items()))
    assert cib.edits == 0


@pytest.mark.parametrize(
    "wanted, sentence",
    [
        ([level("f1", id="new", **ONE)], "level: 'fl-node1-1' is already level 1 of this target; use that id or none"),
        ([level("f1", id="own", **ONE)], "level: 'fl-node1-1' is already level 1 of this target"),
        ([level("f1", **ONE), level("f2", level="1", target="node1")], "stonith level: the same is already given"),
        ([level("f1", id="own", **ONE), level("f2", id="own", **ONE)], "id: 'own' is already given"),
        ([level("f1", id="new", level=4, target="node2"), level("f2", level=4, target="node2")], "the same is already"),
    ],
    ids=range(5),
)
def test_second_level_with_the_same_number_and_target_is_refused(wanted, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(document(), *wanted)
    assert sentence in str(failure.value)


def test_duplicate_levels_given_with_and_without_id_are_refused():
    with pytest.raises(BadInput, match="level: 'twin' is already level 1 of this target"):
        kit.lay(document(FIRST + TWIN), level("f3", id="twin", **ONE), level("f1", **ONE))


@pytest.mark.parametrize(
    "given, left", [({"id": "twin"}, ["fl-node1-1", "own"]), (ONE, ["own"]), ({"id": "none"}, None)], ids=str
)
def test_level_is_removed_by_id_or_target(given, left):
    cib = document(FIRST + TWIN + SECOND)
    plan = kit.lay(cib, kit.want("stonith_levels", "absent", **given))
    assert list(levels(cib)) == (left or ["fl-node1-1", "twin", "own"])
    assert plan.changed == (left is not None)


def test_unknown_node_and_devices_of_an_existing_level_are_kept():
    """Pacemaker does not check whether the nodes and devices exist."""
    existing = "<fencing-level id='l' index='1' target='gone' devices='gone,f1'/>"
    cib = document(existing)
    kit.lay(cib, level("gone", "f1", level=1, target="gone"))
    assert cib.edits == 0
    kit.lay(cib, level("f1", "gone", "f2", level=1, target="gone"))
    assert levels(cib)["l"]["devices"] == ["f1", "gone", "f2"]


def test_unknown_node_can_be_forced():
    wanted = level("f1", level=1, target="nod1")
    sentence = "target: the cluster has no node 'nod1'; did you mean 'node1'?"
    with pytest.raises(BadInput) as failure:
        kit.lay(document(), wanted)
    assert str(failure.value) == f"{sentence} (use force: true to accept it anyway)"
    cib = document()
    assert kit.lay(cib, wanted, force=True).warnings == [sentence]
    assert "fl-nod1-1" in levels(cib)


def test_device_of_the_same_document_is_accepted():
    cib = kit.small()
    kit.lay(cib, level("new", **ONE), kit.want("stonith", id="new", agent="fence_x"))
    assert levels(cib) == {"fl-node1-1": {**ONE, "devices": ["new"]}}


@pytest.mark.parametrize(
    "unused",
    [
        "<fencing-level id='l' index='10' target='node1' devices='f1'/>",
        "<fencing-level id='l' index='1' devices='f1'/>",
        "<fencing-level id='l' index='1' target='node1' devices=''/>",
        "<fencing-level id='l' index='1' target-attribute='a' devices='f1'/>",
    ],
)
def test_invalid_existing_level_is_shown_as_summary(unused):
    cib = document(unused)
    assert levels(cib) == {}
    plan = kit.lay(cib, level("f1", **ONE), then=lambda cib: cib.remove(cib.find("l")))
    (shown,) = plan.document("before")["fencing-topology"]
    assert shown["element"] == "fencing-level" and shown["id"] == "l"


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"level": None}, "level: is required"),
        ({"level": 0}, "level: must be a whole number from 1 to 9, not 0"),
        ({"level": "10"}, "level: must be a whole number from 1 to 9, not '10'"),
        ({"level": True}, "level: must be a whole number from 1 to 9, not True"),
        (
            {"target": None},
            "target: exactly one of target, target_pattern, and target_attribute with target_value is required",
        ),
        ({"target_pattern": "n.*"}, "target: exactly one of"),
        ({"target": None, "target_attribute": "rack"}, "target: exactly one of"),
        ({"target_value": "1"}, "target: exactly one of"),
        ({"devices": None}, "devices: is required"),
        ({"devices": []}, "devices: must not be empty"),
        ({"devices": ["f1", "f1"]}, "devices: 'f1' is given twice"),
        ({"devices": [1]}, "devices: 1 is not the id of a resource"),
        ({"devices": "f1"}, "devices: must be a list, not 'f1'"),
        ({"devices": ["f11"]}, "devices: there is no fence device 'f11'; did you mean 'f1'?"),
        ({"devices": ["a"]}, "devices: 'a' is a primitive, not a fence device"),
        ({"id": "a"}, "id: 'a' is already the id of a primitive, not of a stonith level"),
        ({"id": "1 a"}, "id: '1 a' is not a valid id"),
        ({"index": 1}, "unknown key 'index'"),
    ],
    ids=str,
)
def test_invalid_levels_are_refused(spec, sentence):
    cib = document()
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("stonith_levels", **{**ONE, "devices": ["f2"], **spec}))
    assert sentence in str(failure.value)
    assert cib.edits == 0


@pytest.mark.parametrize("spec", [{}, {"level": 1}, {"id": "1 a"}, {"target": "node1"}], ids=str)
def test_removal_without_an_identity_is_refused(spec):
    with pytest.raises(BadInput, match="^(level|target|id): "):
        kit.lay(document(), kit.want("stonith_levels", "absent", **spec))
