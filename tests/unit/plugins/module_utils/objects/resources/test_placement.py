# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from hypothesis import given
from hypothesis import strategies as st

DUMMY = "ocf:pacemaker:Dummy"
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
BUNDLE = "<bundle id='b'><podman image='x'/><network control-port='1'/></bundle>"


def resource(resource_id="new", **spec):
    return kit.want("resources", id=resource_id, agent=DUMMY, operations=[{"name": "monitor"}], **spec)


def members(cib, group_id):
    return [each.get("id") for each in cib.find(group_id).findall("primitive")]


# --- groups


@MODES
@pytest.mark.parametrize(
    "place, after",
    [
        ({}, ["ip", "web", "new"]),
        ({"after": "ip"}, ["ip", "new", "web"]),
        ({"after": "web"}, ["ip", "web", "new"]),
        ({"before": "ip"}, ["new", "ip", "web"]),
        ({"before": "web"}, ["ip", "new", "web"]),
    ],
    ids=str,
)
def test_new_primitive_is_put_into_a_group(cib, place, after, exact):
    wanted = resource(group={"id": "site", **place})
    kit.lay(cib, wanted, exact=exact)
    assert members(cib, "site") == after
    cib = kit.again(cib)
    kit.lay(cib, wanted, exact=exact)
    assert cib.edits == 0


def test_missing_group_is_created(cib):
    kit.lay(cib, resource(group={"id": "g"}))
    assert kit.read(cib, "g") == {"id": "g", "members": ["new"]}


def test_replaced_primitive_does_not_change_the_settings_of_its_group():
    meta = "<meta_attributes id='m'><nvpair id='m1' name='priority' value='5'/></meta_attributes>"
    cib = kit.small(f"<group id='g' description='text'>{kit.dummy('a')}{meta}</group>")
    kit.lay(cib, resource(group={"id": "g"}), exact=True)
    assert kit.read(cib, "g") == {"id": "g", "description": "text", "members": ["a", "new"], "meta": {"priority": "5"}}


def test_member_of_another_group_is_moved_and_the_empty_group_removed():
    cib = kit.small(f"<group id='g'>{kit.dummy('a')}</group><group id='h'>{kit.dummy('b')}</group>")
    kit.lay(cib, resource("a", group={"id": "h", "before": "b"}))
    assert members(cib, "h") == ["a", "b"]
    assert cib.find("g") is None


@given(st.permutations("abcd"), st.sampled_from("abcd"), st.sampled_from("abcd"), st.sampled_from(["before", "after"]))
def test_primitive_is_put_on_the_given_side_and_others_keep_their_order(order, own, other, side):
    cib = kit.small(f"<group id='g'>{''.join(map(kit.dummy, order))}</group>")
    wanted = kit.want("resources", id=own, agent=DUMMY, group={"id": "g", side: other})
    if own == other:
        with pytest.raises(BadInput, match=f"^group.{side}: '{own}' is not another member of the group 'g'"):
            kit.lay(cib, wanted)
        return
    was_right = (order.index(own) < order.index(other)) == (side == "before")
    kit.lay(cib, wanted)
    after = members(cib, "g")
    assert (after.index(own) < after.index(other)) == (side == "before")
    assert [each for each in after if each != own] == [each for each in order if each != own]
    assert cib.edits == (not was_right)
    assert abs(after.index(own) - after.index(other)) == 1 or after == order


# --- clones and bundles


@MODES
@pytest.mark.parametrize(
    "place, clone",
    [
        ({}, {"id": "new-clone"}),
        ({"id": "c"}, {"id": "c"}),
        ({"promotable": True}, {"id": "new-clone", "promotable": True}),
        ({"meta": {"clone-max": 2}}, {"id": "new-clone", "meta": {"clone-max": "2"}}),
    ],
    ids=str,
)
def test_new_primitive_is_cloned(place, clone, exact):
    cib, wanted = kit.small(), resource(clone=place)
    kit.lay(cib, wanted, exact=exact)
    assert kit.read(cib, clone["id"]) == {"member": "new", **clone}
    cib = kit.again(cib)
    kit.lay(cib, wanted, exact=exact)
    assert cib.edits == 0


@pytest.mark.parametrize(
    "exact, meta",
    [(False, {"clone-max": "2", "notify": "true"}), (True, {"notify": "true"})],
    ids=["merged", "replaced"],
)
def test_existing_clone_is_changed(exact, meta):
    cib = kit.small()
    kit.lay(cib, resource(clone={"meta": {"clone-max": 2}}))
    kit.lay(cib, resource(clone={"meta": {"notify": True}}), exact=exact)
    assert kit.read(cib, "new-clone")["meta"] == meta


def test_existing_primitive_is_cloned(cib):
    kit.lay(cib, kit.want("resources", id="alone", agent=DUMMY, clone={}))
    assert cib.parent(cib.find("alone")).get("id") == "alone-clone"


def test_new_primitive_is_put_into_a_bundle():
    cib, wanted = kit.small(BUNDLE), resource(bundle="b")
    kit.lay(cib, wanted)
    assert kit.read(cib, "b")["member"] == "new"
    cib = kit.again(cib)
    kit.lay(cib, wanted)
    assert cib.edits == 0


@MODES
@pytest.mark.parametrize("each", ["web", "g2a", "cdummy", "alone"])
def test_primitive_without_a_placement_is_not_moved(cib, each, exact):
    around = cib.parent(cib.find(each)).get("id")
    kit.lay(cib, kit.want("resources", id=each, agent=DUMMY, description="text"), exact=exact)
    assert cib.parent(cib.find(each)).get("id") == around


# --- invalid input


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"group": {"id": "site"}, "clone": {}}, "clone: cannot be combined with group"),
        ({"group": {"id": "site"}, "bundle": "b"}, "bundle: cannot be combined with group"),
        ({"clone": {}, "bundle": "b"}, "bundle: cannot be combined with clone"),
        ({"group": "site"}, "group: must be a mapping, not 'site'"),
        ({"group": {}}, "group.id: is required"),
        ({"group": {"after": "ip"}}, "group.id: is required"),
        ({"group": {"id": "1st"}}, "group.id: '1st' is not a valid id"),
        ({"group": {"id": 5}}, "group.id: "),
        ({"group": {"id": "site", "befor": "ip"}}, "group: unknown key 'befor'; did you mean 'before'?"),
        ({"group": {"id": "site", "before": "ip", "after": "ip"}}, "group: before cannot be combined with after"),
        (
            {"group": {"id": "site", "before": "wbe"}},
            "group.before: 'wbe' is not another member of the group 'site'; did you mean 'web'?",
        ),
        ({"group": {"id": "site", "after": "alone"}}, "group.after: 'alone' is not another member of the group 'site'"),
        ({"group": {"id": "site", "after": 5}}, "group.after: "),
        ({"group": {"id": "g", "after": "web"}}, "group.after: 'web' is not another member of the group 'g'"),
        ({"group": {"id": "alone"}}, "group.id: 'alone' is already the id of a primitive"),
        ({"id": "cdummy", "group": {"id": "site"}}, "group"),
        ({"clone": []}, "clone: must be a mapping"),
        ({"clone": {"promotabel": True}}, "clone: unknown key 'promotabel'; did you mean 'promotable'?"),
        ({"clone": {"member": "web"}}, "clone: unknown key 'member'"),
        ({"clone": {"id": "1st"}}, "clone.id: '1st' is not a valid id"),
        ({"clone": {"id": "web"}}, "clone.id: 'web' is already the id of a primitive, not of a clone"),
        ({"clone": {"promotable": "yes"}}, "clone.promotable: must be true or false"),
        ({"clone": {"meta": 5}}, "clone.meta: must be a mapping or a list"),
        ({"clone": {"meta": {"a": [1]}}}, "clone.meta: a: a value must be"),
        ({"clone": {"promotable": True}}, "clone.promotable: ocf:pacemaker:Dummy does not support the actions promote"),
        ({"id": "web", "clone": {}}, "clone"),
        ({"id": "cdummy", "clone": {"id": "c"}}, "clone"),
        ({"bundle": 5}, "bundle: must be a string, not 5"),
        ({"bundle": "site"}, "bundle: there is no bundle 'site'"),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(
            cib, resource(spec.get("id", "new"), **{key: spec[key] for key in spec if key != "id"}), known=kit.agents()
        )
    assert str(failure.value).startswith(sentence)


@pytest.mark.parametrize(
    "bundle, sentence",
    [
        (
            f"<bundle id='b'><podman image='x'/><network control-port='1'/>{kit.dummy('p')}</bundle>",
            "contains 'p'",
        ),
        ("<bundle id='b'><podman image='x'/></bundle>", "cannot reach 'new' in the bundle 'b'"),
        ("<bundle id='b'><podman image='x'/><network host-netmask='24'/></bundle>", "cannot reach 'new' in the bundle"),
    ],
)
def test_bundle_that_cannot_contain_the_primitive_is_refused(bundle, sentence):
    with pytest.raises(BadInput, match=f"^bundle: .*{sentence}"):
        kit.lay(kit.small(bundle), resource(bundle="b"))
