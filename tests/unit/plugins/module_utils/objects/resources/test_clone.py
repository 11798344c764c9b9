# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
MASTER = f"<master id='m'>{kit.dummy('x')}</master>"


def clone(**spec):
    return kit.want("clones", **spec)


def pairs(**meta):
    """A set of meta attributes as XML."""
    named = [(name.replace("_", "-"), value) for name, value in meta.items()]
    inside = "".join(f"<nvpair id='s-{name}' name='{name}' value='{value}'/>" for name, value in named)
    return f"<meta_attributes id='s'>{inside}</meta_attributes>"


def cloned(meta=""):
    return kit.small(f"<clone id='x-clone'>{kit.dummy('x')}{meta}</clone>")


def constraints(cib):
    """The ids to which constraints, sets, tags and ACLs refer."""
    naming = ("rsc", "with-rsc", "first", "then", "reference")
    found = [each.get(name) for each in cib.configuration.iter() for name in naming if each.get(name)]
    return found + [each.get("id") for each in cib.configuration.iter() if each.tag in ("resource_ref", "obj_ref")]


# --- writing and reading


@MODES
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_clone_written_by_pcs_is_unchanged(system, exact):
    cib = kit.cib(system)
    for each in ("second-clone", "state-clone", "cdummy-clone"):
        kit.lay(cib, clone(**kit.read(cib, each)), exact=exact)
    assert cib.edits == 0


@pytest.mark.parametrize(
    "spec, read",
    [
        ({}, {"id": "alone-clone"}),
        ({"id": "c", "description": "text"}, {"id": "c", "description": "text"}),
        ({"promotable": True}, {"id": "alone-clone", "promotable": True}),
        ({"promotable": False}, {"id": "alone-clone"}),
        (
            {"meta": {"interleave": True, "clone-max": 2}},
            {"id": "alone-clone", "meta": {"interleave": "true", "clone-max": "2"}},
        ),
        ({"meta": {"interleave": None}}, {"id": "alone-clone"}),
        (
            {"meta": [{"id": "s", "score": 5, "values": {"clone-max": 2}}]},
            {"id": "alone-clone", "meta": [{"id": "s", "score": "5", "values": {"clone-max": "2"}}]},
        ),
    ],
    ids=str,
)
@MODES
def test_new_clone_is_written_and_read(cib, spec, read, exact):
    wanted = clone(member="alone", **spec)
    kit.lay(cib, wanted, exact=exact)
    assert kit.read(cib, read["id"]) == {"member": "alone", **read}
    assert cib.parent(cib.find("alone")).get("id") == read["id"]
    cib = kit.again(cib)
    kit.lay(cib, wanted, exact=exact)
    assert cib.edits == 0


def test_group_is_cloned_with_its_members(cib):
    kit.lay(cib, clone(member="site"))
    assert [cib.parent(cib.find(each)).get("id") for each in ("web", "site")] == ["site", "site-clone"]


def test_constraints_of_the_member_refer_to_the_new_clone(cib):
    """As in pcs; sets, tags and tickets still refer to the member."""
    kit.lay(cib, clone(member="site"))
    assert cib.find("location-site-node1-100").get("rsc") == "site-clone"
    assert cib.find("order-site-alone-mandatory").get("first") == "site-clone"
    assert cib.find("colocation-other-site-INFINITY").get("with-rsc") == "site-clone"
    assert [each.get("id") for each in cib.find("order_set_seaeor_set")] == ["site", "alone"]
    kit.lay(cib, clone(member="alone"))
    assert cib.find("ticket-T-alone").get("rsc") == "alone"


@pytest.mark.parametrize(
    "meta, spec, exact, after",
    [
        ({"clone_max": 2}, {"meta": {"interleave": True}}, False, {"clone-max": "2", "interleave": "true"}),
        ({"clone_max": 2}, {"meta": {"interleave": True}}, True, {"interleave": "true"}),
        ({"clone_max": 2}, {"meta": {"clone-max": 3}}, False, {"clone-max": "3"}),
        ({"clone_max": 2}, {"meta": {"clone-max": None}}, False, {}),
        ({"clone_max": 2}, {}, False, {"clone-max": "2"}),
        ({"clone_max": 2}, {}, True, {}),
        ({"target_role": "Stopped"}, {"meta": {"notify": 1}}, True, {"target-role": "Stopped", "notify": "1"}),
        ({"promotable": "true"}, {"promotable": False}, False, {"promotable": "false"}),
        ({"promotable": "true"}, {}, False, {"promotable": "true"}),
        ({"promotable": "true"}, {}, True, {}),
        ({"promotable": "false"}, {"promotable": True}, False, {"promotable": "true"}),
        ({}, {"promotable": True}, False, {"promotable": "true"}),
    ],
    ids=str,
)
def test_meta_attributes_are_changed(meta, spec, exact, after):
    cib = cloned(pairs(**meta))
    kit.lay(cib, clone(id="x-clone", member="x", **spec), exact=exact)
    assert {each.get("name"): each.get("value") for each in cib.find("s")} == after


@MODES
@pytest.mark.parametrize(
    "meta", [{"interleave": "yes"}, {"promotable": "1"}, {"promotable": "false"}, {"clone_max": "+2"}], ids=str
)
def test_equal_values_are_not_rewritten(meta, exact):
    cib = cloned(pairs(**meta))
    kit.lay(cib, clone(**kit.read(cib, "x-clone")), exact=exact)
    assert cib.edits == 0


def test_clone_is_found_by_its_member():
    cib = kit.small(f"<clone id='odd'>{kit.dummy('x')}</clone>")
    kit.lay(cib, clone(member="x", description="text"))
    assert kit.read(cib, "odd")["description"] == "text"


def test_promotable_with_listed_sets_is_written_or_refused():
    """It must be either written or refused."""
    cib = cloned()
    try:
        kit.lay(cib, clone(member="x", promotable=True, meta=[{"id": "s", "values": {"notify": True}}]))
    except BadInput as error:
        assert str(error).startswith(("meta:", "promotable:"))
    else:
        assert "promotable" in cib.xml()


# --- <master>, the element of a promotable clone in Pacemaker 1.1


@MODES
def test_master_is_read_as_promotable_clone(exact):
    cib = kit.small(MASTER)
    assert kit.read(cib, "m") == {"id": "m", "member": "x", "promotable": True}
    kit.lay(cib, clone(id="m", member="x", promotable=True, meta={"notify": True}), exact=exact)
    assert cib.find("m").tag == "master"
    assert kit.read(cib, "m") == {"id": "m", "member": "x", "promotable": True, "meta": {"notify": "true"}}


@MODES
def test_master_is_unchanged(exact):
    cib = kit.small(MASTER)
    kit.lay(cib, clone(**kit.read(cib, "m")), exact=exact)
    assert cib.edits == 0


# --- removal


def test_clone_is_removed_with_its_member_and_references(cib):
    kit.lay(cib, clone(member="alone"))
    kit.lay(cib, kit.want("clones", "absent", id="alone-clone"))
    assert (cib.find("alone"), cib.find("alone-clone")) == (None, None)
    assert "alone" not in str(constraints(cib))


def test_keep_members_leaves_the_member_in_place_of_the_clone(cib):
    before = [each.get("id") for each in cib.section("resources")]
    kit.lay(cib, kit.want("clones", "absent", id="second-clone"), keep_members=True)
    assert [each.get("id") for each in cib.section("resources")] == [
        "second" if each == "second-clone" else each for each in before
    ]
    assert kit.read(cib, "second")["members"] == ["g2a"]


def test_cloning_and_removing_the_clone_restores_the_constraints(cib):
    before = constraints(cib)
    kit.lay(cib, clone(member="site"))
    assert constraints(cib) != before
    kit.lay(cib, kit.want("clones", "absent", id="site-clone"), keep_members=True)
    assert constraints(cib) == before


@pytest.mark.parametrize(
    "section, constraint",
    [
        ("constraints", "<rsc_location id='c' rsc='x-clone' node='node1'/>"),
        ("constraints", "<rsc_colocation id='c' rsc='a' with-rsc='x-clone'/>"),
        ("constraints", "<rsc_order id='c' first='x-clone' then='a'/>"),
        ("constraints", "<rsc_order id='c' first='a' then='x-clone'/>"),
        ("constraints", "<rsc_ticket id='c' rsc='x-clone' ticket='t'/>"),
        (
            "constraints",
            "<rsc_order id='c'><resource_set id='s'><resource_ref id='x-clone'/></resource_set></rsc_order>",
        ),
        ("more", "<tags><tag id='t'><obj_ref id='x-clone'/></tag></tags>"),
        ("more", "<acls><acl_role id='r'><acl_permission id='p' kind='read' reference='x-clone'/></acl_role></acls>"),
    ],
    ids=str,
)
def test_references_to_the_removed_clone_refer_to_its_member(section, constraint):
    resources = f"<clone id='x-clone'>{kit.dummy('x')}</clone>{kit.dummy('a')}"
    cib = kit.small(resources, **{section: constraint})
    named = constraints(cib)
    plan = kit.lay(cib, kit.want("clones", "absent", id="x-clone"), keep_members=True)
    assert constraints(cib) == ["x" if each == "x-clone" else each for each in named]
    assert plan.to_stop == []


# --- invalid input


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"member": None}, "member: is required"),
        ({"member": 5}, "member: must be a string, not 5"),
        ({"member": "alnoe"}, "member: there is no primitive or group 'alnoe'; did you mean 'alone'?"),
        ({"member": "state-clone"}, "member: there is no primitive or group 'state-clone'"),
        ({"member": "fence-node1"}, "member: 'fence-node1' is a fence device"),
        ({"member": "web"}, "member: 'web' is in the group 'site'; remove it from there first"),
        ({"id": "state-clone"}, "member: the clone 'state-clone' contains 'state', not 'alone'"),
        ({"member": "state"}, "member: 'state' is in the clone 'state-clone'"),
        ({"id": "web"}, "id: 'web' is already the id of a primitive, not of a clone"),
        ({"id": "1st"}, "id: '1st' is not a valid id"),
        ({"promotable": "yes"}, "promotable: must be true or false, not 'yes'"),
        (
            {"promotable": True, "meta": {"promotable": True}},
            "meta: promotable cannot be combined with the key promotable",
        ),
        (
            {"promotable": True, "meta": [{"values": {"promotable": True}}]},
            "meta: promotable cannot be combined with the key promotable",
        ),
        ({"meta": "interleave=true"}, "meta: must be a mapping or a list, not a string"),
        ({"meta": {"clone-max": [2]}}, "meta: clone-max: a value must be a string, a number or a boolean"),
        ({"meat": {}}, "unknown key 'meat'; did you mean 'meta'?"),
        ({"promotable": True}, "promotable: ocf:pacemaker:Dummy does not support the actions promote and demote"),
        (
            {"meta": {"promotable": True}},
            "promotable: ocf:pacemaker:Dummy does not support the actions promote and demote",
        ),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, clone(**{"id": "new", "member": "alone", **spec}), known=kit.agents())
    assert str(failure.value).startswith(sentence)


def test_master_that_is_not_to_be_promotable_is_refused():
    with pytest.raises(BadInput, match="^promotable: an old <master> clone"):
        kit.lay(kit.small(MASTER), clone(id="m", member="x", promotable=False))


def test_agent_that_cannot_promote_can_be_forced(cib):
    plan = kit.lay(cib, clone(member="alone", promotable=True), known=kit.agents(), force=True)
    assert plan.warnings == ["promotable: ocf:pacemaker:Dummy does not support the actions promote and demote"]
    assert kit.read(cib, "alone-clone")["promotable"]


def test_agent_that_is_not_installed_can_be_forced():
    cib = kit.small(kit.dummy("x").replace("Dummy", "Nowhere"))
    plan = kit.lay(cib, clone(member="x", promotable=True), known=kit.agents(), force=True)
    assert plan.warnings == [
        "agent: ocf:pacemaker:Nowhere is not installed on this node; did you mean 'ocf:pacemaker:Dummy'?"
    ]


@pytest.mark.parametrize("second", [{"member": "alone"}, {"id": "one", "member": "other"}], ids=["member", "id"])
def test_two_clones_of_the_same_member_are_refused(cib, second):
    with pytest.raises(BadInput, match="is already given in"):
        kit.lay(cib, clone(id="one", member="alone"), clone(**second))


@pytest.mark.parametrize(
    "constraint",
    [
        "<rsc_location id='l' rsc='state-clone' role='Master' node='node1'/>",
        "<rsc_colocation id='l' rsc='state-clone' rsc-role='Promoted' with-rsc='a'/>",
        "<rsc_order id='l' first='state-clone' first-action='promote' then='a'/>",
    ],
)
def test_keep_members_is_refused_if_a_constraint_requires_promotion(constraint):
    clone = f"<clone id='state-clone'>{kit.dummy('state')}</clone>"
    absent = kit.want("clones", "absent", id="state-clone", member="state")
    with pytest.raises(
        BadInput,
        match="^keep_members: l requires a promoted instance, and there is none without the clone",
    ):
        kit.lay(kit.small(clone + kit.dummy("a"), constraint), absent, keep_members=True)
    cib = kit.small(clone + kit.dummy("a"), constraint)
    kit.lay(cib, absent, keep_members=True, force=True)
    assert "state" in cib.find("l").attrib.values()


def test_promotable_that_is_not_a_boolean_is_read_as_meta_attribute():
    text = (
        '<clone id="c"><meta_attributes id="m"><nvpair id="p" name="promotable" value=""/></meta_attributes>{}</clone>'
    )
    cib = kit.small(text.format(kit.dummy("a")))
    assert kit.read(cib, "c")["meta"] == {"promotable": ""}
    assert not kit.lay(cib, kit.want("clones", **kit.read(cib, "c")), exact=True).changed
