# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Constraints of all types: finding them, editing them in place, and refusing invalid input."""

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

RESOURCES = "".join(kit.dummy(each) for each in "abcd") + (
    f'<group id="g">{kit.dummy("m1")}{kit.dummy("m2")}</group><clone id="k">{kit.dummy("i")}</clone>'
)
UNAME = '<rule id="r" score="{}"><expression id="e" attribute="#uname" operation="eq" value="node1"/></rule>'

ORDER = {"type": "order", "first": "a", "then": "b"}
TOGETHER = {"type": "colocation", "resource": "a", "with": "b"}
TICKET = {"type": "ticket", "ticket": "site", "resource": "a"}
AT_NODE = {"type": "location", "resource": "a", "node": "node1"}
BY_RULE = {"type": "location", "resource": "a", "rule": "#uname eq node1"}
SETS = [{"resources": ["a", "b"], "sequential": False}, {"resources": ["c"], "action": "start"}]


def small(constraints="", schema="4.0"):
    cib = kit.small(RESOURCES, constraints, more='<tags><tag id="t"><obj_ref id="a"/></tag></tags>')
    cib.root.set("validate-with", f"pacemaker-{schema}")
    return cib


def lay(cib, spec, state="present", **options):
    return kit.lay(cib, kit.want("constraints", state, **spec), **options)


def constraints(cib):
    """id -> (tag, attributes without the id) of all constraints."""
    return {
        each.get("id"): (each.tag, {name: value for name, value in each.items() if name != "id"})
        for each in cib.section("constraints")
    }


EACH = pytest.mark.parametrize(
    "spec",
    [
        AT_NODE,
        BY_RULE,
        {**AT_NODE, "score": -5, "role": "Promoted", "discovery": "never"},
        {**BY_RULE, "score": 7, "role": "Promoted"},
        {**BY_RULE, "score_attribute": "speed"},
        {"type": "location", "pattern": "a.*", "node": "node1"},
        {"type": "location", "node": "node1", "sets": [{"resources": ["a", "b"]}]},
        ORDER,
        {**ORDER, "kind": "Optional", "symmetrical": False, "require_all": True},
        {"type": "order", "first": {"resource": "a", "action": "stop"}, "then": {"resource": "b", "action": "stop"}},
        {"type": "order", "sets": SETS, "kind": "Serialize"},
        TOGETHER,
        {**TOGETHER, "score": 5, "role": "Promoted", "influence": True, "node_attribute": "site"},
        {"type": "colocation", "sets": SETS, "score": "-INFINITY"},
        TICKET,
        {**TICKET, "role": "Promoted", "loss_policy": "fence"},
        {"type": "ticket", "ticket": "site", "sets": SETS},
    ],
    ids=str,
)


@EACH
@pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
def test_constraint_is_created_repeated_read_and_removed(spec, exact):
    cib = small()
    assert lay(cib, spec, exact=exact).changed
    assert not lay(kit.again(cib), spec, exact=exact).changed
    (constraint_id,) = constraints(cib)
    read = kit.read(cib, constraint_id)
    assert not lay(kit.again(cib), read, exact=True).changed
    rebuilt = small()
    lay(rebuilt, read)
    assert rebuilt.xml() == cib.xml()
    lay(cib, spec, "absent")
    assert constraints(cib) == {}


@EACH
def test_constraint_is_removed_by_id_or_by_its_specification(spec):
    for absent in ("id", "all"):
        cib = small()
        lay(cib, spec)
        (constraint_id,) = constraints(cib)
        lay(
            cib,
            {"type": spec["type"], "id": constraint_id} if absent == "id" else kit.read(cib, constraint_id),
            "absent",
        )
        assert constraints(cib) == {}


@pytest.mark.parametrize(
    "spec, change, attributes",
    [
        (AT_NODE, {"score": 9}, {"rsc": "a", "node": "node1", "score": "9"}),
        (AT_NODE, {"node": "node2"}, {"rsc": "a", "node": "node2", "score": "INFINITY"}),
        (AT_NODE, {"resource": None, "pattern": "b.*"}, {"rsc-pattern": "b.*", "node": "node1", "score": "INFINITY"}),
        (
            ORDER,
            {"kind": "optional"},
            {"first": "a", "first-action": "start", "then": "b", "then-action": "start", "kind": "Optional"},
        ),
        (ORDER, {"then": "c"}, {"first": "a", "first-action": "start", "then": "c", "then-action": "start"}),
        (TOGETHER, {"score": "-INFINITY"}, {"rsc": "a", "with-rsc": "b", "score": "-INFINITY"}),
        ({**TICKET, "loss_policy": "fence"}, {"loss_policy": None}, {"ticket": "site", "rsc": "a"}),
    ],
    ids=str,
)
def test_constraint_found_by_id_is_changed_in_place(spec, change, attributes):
    cib = small('<rsc_order id="first" first="c" then="d"/>')
    lay(cib, {**spec, "id": "mine"})
    lay(cib, {"type": spec["type"], "id": "mine", **change})
    assert list(constraints(cib)) == ["first", "mine"]
    assert constraints(cib)["mine"][1] == attributes


@pytest.mark.parametrize(
    "existing, spec",
    [
        ('<rsc_order id="x" first="a" then="b" kind="Mandatory"/>', ORDER),
        (
            '<rsc_order id="x" first="a" then="b" first-action="stop"/>',
            {**ORDER, "first": {"resource": "a", "action": "stop"}, "then": {"resource": "b", "action": "stop"}},
        ),
        ('<rsc_colocation id="x" rsc="a" with-rsc="b" rsc-role="Started"/>', TOGETHER),
        (
            '<rsc_colocation id="x" rsc="a" with-rsc="b" rsc-role="Master" score="INFINITY"/>',
            {**TOGETHER, "role": "Promoted", "score": 1000000},
        ),
        ('<rsc_ticket id="x" rsc="a" ticket="site" rsc-role="Slave"/>', {**TICKET, "role": "unpromoted"}),
        ('<rsc_location id="x" rsc="a" node="node1" score="5" role="Started"/>', AT_NODE),
        (f'<rsc_location id="x" rsc="a">{UNAME.format(5)}</rsc_location>', BY_RULE),
        (
            f'<rsc_location id="x" rsc="a" role="Master">{UNAME.format(5)}</rsc_location>',
            {**BY_RULE, "role": "Promoted"},
        ),
        (
            '<rsc_order id="x"><resource_set id="s"><resource_ref id="a"/><resource_ref id="b"/></resource_set></rsc_order>',
            {"type": "order", "sets": [{"resources": ["a", "b"]}]},
        ),
    ],
    ids=str,
)
def test_equivalent_constraint_of_another_writer_is_found_and_unchanged(existing, spec):
    cib = small(existing)
    assert not lay(cib, spec).changed
    lay(cib, spec, "absent")
    assert constraints(cib) == {}


def test_constraint_with_another_identity_is_not_found():
    cib = small('<rsc_order id="x" first="a" then="b" first-action="promote" then-action="start"/>')
    lay(cib, ORDER)
    assert list(constraints(cib)) == ["x", "order-a-b-mandatory"]


def test_moves_and_bans_are_found_only_by_id():
    cib = small('<rsc_location id="cli-prefer-a" rsc="a" role="Started" node="node1" score="INFINITY"/>')
    lay(cib, AT_NODE)
    assert list(constraints(cib)) == ["cli-prefer-a", "location-a-node1-INFINITY"]
    lay(cib, {"type": "location", "id": "cli-prefer-a"}, "absent")
    assert list(constraints(cib)) == ["location-a-node1-INFINITY"]


@EACH
def test_duplicate_constraint_is_refused_or_reported(spec):
    cib = small()
    lay(cib, {**spec, "id": "one"})
    with pytest.raises(
        BadInput, match="id: 'one' already defines the same constraint; change that one instead, or omit the id"
    ):
        lay(kit.again(cib), {**spec, "id": "two"})
    forced = kit.again(cib)
    assert "id: 'one' already defines the same constraint" in lay(forced, {**spec, "id": "two"}, force=True).warnings[0]
    reported = lay(kit.again(forced), spec)
    assert not reported.changed and reported.warnings[0].startswith(
        "id: 'two' already defines the same constraint as 'one'"
    )


def test_change_into_a_duplicate_is_refused():
    cib = small('<rsc_order id="x" first="a" then="b"/><rsc_order id="y" first="a" then="c"/>')
    with pytest.raises(BadInput, match="id: 'x' already defines the same constraint"):
        lay(cib, {"type": "order", "id": "y", "then": "b"})


def test_constraint_given_twice_in_a_document_is_refused():
    with pytest.raises(BadInput, match="order constraint: the same is already given"):
        kit.lay(small(), kit.want("constraints", **ORDER), kit.want("constraints", **ORDER, kind="Optional"))


def test_replaced_removes_options_not_given():
    cib = small('<rsc_order id="x" first="a" then="b" kind="Optional" symmetrical="false"/>')
    lay(cib, ORDER)
    assert constraints(cib)["x"][1]["kind"] == "Optional"
    lay(cib, ORDER, exact=True)
    assert constraints(cib)["x"][1] == {"first": "a", "then": "b"}
    cib = small('<rsc_colocation id="x" rsc="a" with-rsc="b" score="5" influence="false"/>')
    lay(cib, TOGETHER, exact=True)
    assert constraints(cib)["x"][1] == {"rsc": "a", "with-rsc": "b", "score": "INFINITY"}


# Sets


def shown(element):
    return [({n: v for n, v in each.items() if n != "id"}, [one.get("id") for one in each]) for each in element]


def test_sets_are_edited_in_place():
    cib = small()
    lay(cib, {"type": "order", "id": "o", "sets": SETS})
    lay(
        cib,
        {"type": "order", "id": "o", "sets": [{"resources": ["b", "a"]}, {"resources": ["c", "d"], "action": "stop"}]},
    )
    assert [each.get("id") for each in cib.find("o")] == ["o_set", "o_set-1"]
    assert shown(cib.find("o")) == [({"sequential": "false"}, ["b", "a"]), ({"action": "stop"}, ["c", "d"])]
    lay(cib, {"type": "order", "id": "o", "sets": [{"resources": ["b", "a"]}]}, exact=True)
    assert shown(cib.find("o")) == [({}, ["b", "a"])]


def test_resources_are_replaced_by_sets_and_back():
    cib = small()
    lay(cib, {**TOGETHER, "id": "x", "role": "Promoted", "score": 5})
    lay(cib, {"type": "colocation", "id": "x", "sets": SETS})
    assert constraints(cib)["x"][1] == {"score": "5"} and len(cib.find("x")) == 2
    lay(cib, {**TOGETHER, "id": "x"})
    assert constraints(cib)["x"][1] == {"score": "5", "rsc": "a", "with-rsc": "b"} and len(cib.find("x")) == 0


def test_all_options_of_a_set_are_written_and_read():
    everything = {
        "resources": ["a", "b"],
        "action": "promote",
        "role": "Promoted",
        "sequential": False,
        "require_all": True,
        "ordering": "listed",
        "score": "5",
    }
    cib = small()
    lay(cib, {"type": "colocation", "id": "x", "sets": [everything, {"resources": ["c"], "kind": "Optional"}]})
    assert kit.read(cib, "x")["sets"] == [everything, {"resources": ["c"], "kind": "Optional"}]
    lay(cib, {"type": "colocation", "id": "x", "sets": [{"resources": ["a", "b"], "role": None}]})
    assert "role" not in kit.read(cib, "x")["sets"][0]


# Locations


def test_preferences_become_one_constraint_per_node():
    cib = small()
    preferred = {"type": "location", "resource": "a", "prefers": ["node1=200"], "avoids": ["node2=5"]}
    lay(cib, preferred)
    assert constraints(cib) == {
        "location-a-node1-200": ("rsc_location", {"rsc": "a", "node": "node1", "score": "200"}),
        "location-a-node2--5": ("rsc_location", {"rsc": "a", "node": "node2", "score": "-5"}),
    }
    assert not lay(kit.again(cib), preferred).changed
    lay(cib, {**preferred, "avoids": ["node2=-7"]})
    assert constraints(cib)["location-a-node2--5"][1]["score"] == "7"
    lay(cib, {"type": "location", "resource": "a", "prefers": ["node1", "node2"]}, "absent")
    assert constraints(cib) == {}


def test_node_is_replaced_by_a_rule_and_back():
    cib = small('<rsc_location id="x" rsc="a" node="node1" score="5"/>')
    lay(cib, {"type": "location", "id": "x", "rule": "defined up"})
    assert constraints(cib)["x"][1] == {"rsc": "a"}
    assert kit.read(cib, "x") == {"type": "location", "id": "x", "resource": "a", "rule": "defined up", "score": "5"}
    lay(cib, {"type": "location", "id": "x", "score": 6, "rule": "defined down"})
    assert kit.read(cib, "x")["score"] == "6" and kit.read(cib, "x")["rule"] == "defined down"
    lay(cib, {"type": "location", "id": "x", "score_attribute": "speed"})
    assert kit.read(cib, "x")["score_attribute"] == "speed" and "score" not in kit.read(cib, "x")
    lay(cib, {"type": "location", "id": "x", "node": "node2", "score": 7})
    assert constraints(cib)["x"][1] == {"rsc": "a", "node": "node2", "score": "7"} and len(cib.find("x")) == 0


def test_rule_is_changed_only_by_id():
    cib = small(f'<rsc_location id="x" rsc="a">{UNAME.format(5)}</rsc_location>')
    lay(cib, {**BY_RULE, "rule": "#uname eq node2"})
    assert list(constraints(cib)) == ["x", "location-a"]


def test_inexpressible_constraint_can_be_removed_but_not_changed():
    rules = UNAME.format(5) + UNAME.format(6).replace('"r"', '"r2"').replace('"e"', '"e2"')
    cib = small(f'<rsc_location id="x" rsc="a">{rules}</rsc_location>')
    with pytest.raises(BadInput, match="id: 'x' has content that cannot be expressed here"):
        lay(cib, {**AT_NODE, "id": "x"})
    assert lay(cib, {"type": "location", "id": "x"}, "absent").document("before")["constraints"][0]["element"]
    assert constraints(cib) == {}


# Loops


def order(first, then, **more):
    return kit.want("constraints", type="order", first=first, then=then, **more)


def at(resource, action):
    return {"resource": resource, "action": action}


@pytest.mark.parametrize(
    "wanted, loop",
    [
        ([order("a", "b"), order("b", "a")], "b then a then b"),
        ([order("a", "b"), order("b", "c"), order("c", "a")], "c then a then b then c"),
        ([order("m2", "m1")], "m2 then m1 then m2"),
        ([order("a", "g"), order("m1", "a")], "m1 then a then g then m1"),
        ([order("g", "a"), order("a", "m2")], "a then m2 then g then a"),
        ([order("a", "b"), order(at("b", "promote"), "a")], "b then a then b"),
        ([order("a", "b"), order(at("a", "stop"), at("b", "stop"))], "a then b then a"),
        (
            [order("c", "a"), kit.want("constraints", type="order", sets=[{"resources": ["a", "b", "c"]}])],
            "a then b then c then a",
        ),
        (
            [
                order("c", "a"),
                kit.want("constraints", type="order", sets=[{"resources": ["a", "b"]}, {"resources": ["c"]}]),
            ],
            "a then b then c then a",
        ),
        ([order("k", "a"), order("a", "k")], "a then k then a"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_loop_of_mandatory_orders_is_refused(wanted, loop):
    with pytest.raises(BadInput) as failure:
        kit.lay(small(), *wanted)
    said = str(failure.value)
    assert ("sets: " if "sets" in wanted[-1].spec else "first: ") in said
    assert "is a loop of mandatory orders; set one to kind: Optional" in said
    assert any(f"{' then '.join(turned)} is a loop" in said for turned in _turned(loop.split(" then ")[:-1]))
    assert kit.lay(small(), *wanted, force=True).warnings


def _turned(ring):
    """All rotations of a loop: a message can start at any member."""
    return [[*ring[place:], *ring[:place], ring[place]] for place in range(len(ring))]


@pytest.mark.parametrize(
    "wanted",
    [
        [order("a", "b"), order("b", "c"), order("a", "c")],
        [order("a", "b"), order("b", "a", kind="Optional")],
        [order("a", "b", kind="Serialize"), order("b", "a")],
        [order("m1", "m2"), order("a", "g"), order("g", "b")],
        [order("a", "b"), order(at("b", "stop"), at("a", "stop"))],
        [order("a", "b", symmetrical=False), order(at("a", "stop"), at("b", "stop"), symmetrical=False)],
        [order("a", "b"), order(at("a", "promote"), at("b", "promote"))],
        [order("c", "a"), kit.want("constraints", type="order", sets=[{"resources": ["a", "b"], "sequential": False}])],
    ],
)
def test_orders_without_a_loop_are_accepted(wanted):
    kit.lay(small(), *wanted)


def test_reversing_an_order_is_not_a_loop():
    cib = small('<rsc_order id="x" first="a" then="b"/><rsc_order id="y" first="c" then="d"/>')
    kit.lay(cib, order("b", "a", id="y"), order("c", "d", id="x"))
    assert constraints(cib)["y"][1]["first"] == "b"


def test_existing_loop_does_not_affect_other_tasks():
    cib = small('<rsc_order id="x" first="a" then="b"/><rsc_order id="y" first="b" then="a"/>')
    kit.lay(cib, order("c", "d"))
    assert not kit.lay(kit.again(cib), order("a", "b")).changed


# Invalid input


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"type": "order"}, "first: is required"),
        ({"type": "order", "first": "a"}, "then: is required"),
        ({**ORDER, "first": "x"}, "first: there is no resource 'x'"),
        ({**ORDER, "then": {"resource": "x"}}, "then: there is no resource 'x'"),
        ({**ORDER, "then": {}}, "then.resource: must be the id of a resource"),
        ({**ORDER, "then": {"resource": "b", "actoin": "stop"}}, "then: unknown key 'actoin'; did you mean 'action'?"),
        (
            {**ORDER, "then": {"resource": "b", "action": "run"}},
            "then.action: must be one of start, stop, promote, demote, not 'run'",
        ),
        ({**ORDER, "then": {"resource": "b", "action": 5}}, "then.action: 5 is not an action"),
        ({**ORDER, "then": ["b"]}, "then: must be a mapping or a string"),
        ({**ORDER, "then": "a"}, "then: 'a' cannot come after itself"),
        ({**ORDER, "kind": "Must"}, "kind: must be one of Mandatory, Optional, Serialize, not 'Must'"),
        ({**ORDER, "symmetrical": "maybe"}, "symmetrical: must be true or false, not 'maybe'"),
        ({**ORDER, "score": 5}, "unknown key 'score'"),
        ({**ORDER, "first": "i"}, "first: 'i' is in the clone 'k'; use that id instead"),
        ({"type": "colocation", "resource": "a"}, "with: is required"),
        ({"type": "colocation", "with": "a"}, "resource: is required"),
        ({**TOGETHER, "with": "a"}, "with: 'a' cannot be colocated with itself"),
        ({**TOGETHER, "with": "aa"}, "with: there is no resource 'aa'"),
        ({**TOGETHER, "score": "much"}, "score: 'much' is not a score"),
        ({**TOGETHER, "role": "Slaves"}, "role: must be one of Started, Stopped, Promoted, Unpromoted, not 'Slaves'"),
        ({**TOGETHER, "with_role": 5}, "with_role: must be a string, not 5"),
        ({**TOGETHER, "sets": SETS}, "resource: cannot be combined with sets, which name the resources"),
        ({"type": "ticket", "resource": "a"}, "ticket: is required"),
        ({"type": "ticket", "sets": SETS}, "ticket: is required"),
        ({"type": "ticket", "ticket": "site"}, "resource: is required"),
        ({**TICKET, "ticket": "a b"}, "ticket: 'a b' is not a valid ticket name"),
        ({**TICKET, "loss_policy": "panic"}, "loss_policy: must be one of stop, demote, fence, freeze, not 'panic'"),
        ({"type": "order", "sets": []}, "sets: must not be empty"),
        ({"type": "order", "sets": ["a"]}, "sets[0]: must be a mapping"),
        ({"type": "order", "sets": [{"resources": []}]}, "sets[0].resources: must be a list of at least one id"),
        ({"type": "order", "sets": [{"resources": "a"}]}, "sets[0].resources: must be a list of at least one id"),
        ({"type": "order", "sets": [{"resources": ["a", "a"]}]}, "sets[0].resources: 'a' is given twice"),
        (
            {"type": "order", "sets": [{"resources": ["a"], "score": 5, "kind": "Optional"}]},
            "sets[0].kind: cannot be combined with score",
        ),
        (
            {"type": "order", "sets": [{"resources": ["a"], "rol": "x"}]},
            "sets[0]: unknown key 'rol'; did you mean 'role'?",
        ),
        ({"type": "order", "sets": [{"resources": ["a"], "role": "x"}]}, "sets[0].role: must be one of Started"),
        (
            {"type": "order", "sets": [{"resources": ["a"], "action": ["x"]}]},
            "sets[0].action: must be a string, a number or a boolean, not ['x']",
        ),
        ({"type": "order", "sets": [{"resources": ["a", "x"]}]}, "sets[0].resources: there is no resource 'x'"),
        ({"type": "order", "sets": [{"resources": ["i"]}]}, "sets[0].resources: 'i' is in the clone 'k'"),
        ({**AT_NODE, "pattern": "a"}, "pattern: cannot be combined with resource"),
        ({**AT_NODE, "rule": "defined a"}, "rule: cannot be combined with node"),
        ({**AT_NODE, "prefers": ["node2"]}, "prefers: cannot be combined with node"),
        ({**BY_RULE, "score": 5, "score_attribute": "a"}, "score_attribute: cannot be combined with score"),
        ({**BY_RULE, "rule": "#uname equals node1"}, "rule: 'equals' at character 8 is not a comparison"),
        ({**BY_RULE, "rule": "op start"}, "rule: 'op' at character 1 tests op NAME"),
        ({**BY_RULE, "rule": "#uname eq node11"}, "rule: the cluster has no node 'node11'; did you mean 'node1'?"),
        (
            {"type": "location", "pattern": "a(", "node": "node1"},
            "pattern: 'a(' does not look like a valid regular expression",
        ),
        ({**AT_NODE, "discovery": "sometimes"}, "discovery: must be one of always, exclusive, never, not 'sometimes'"),
        ({"type": "location", "resource": "a", "prefers": []}, "prefers: name at least one node"),
        (
            {"type": "location", "resource": "a", "prefers": ["node1=x"]},
            "prefers: the score in 'node1=x' is not valid",
        ),
        (
            {"type": "location", "resource": "a", "avoids": ["node1=x"]},
            "avoids: the score in 'node1=x' is not valid",
        ),
        (
            {"type": "location", "resource": "a", "prefers": ["=5"]},
            "prefers: must be a node, or a node and a score like node1=100, not '=5'",
        ),
        ({"type": "location", "resource": "a", "prefers": ["node7"]}, "node: the cluster has no node 'node7'"),
        (
            {"type": "location", "resource": "a", "prefers": ["node1"], "score": 5},
            "score: cannot be combined with prefers",
        ),
        (
            {"type": "location", "id": "x", "resource": "a", "prefers": ["node1", "node2"]},
            "id: each node becomes a separate constraint",
        ),
        ({"type": "order", "id": "a"}, "id: 'a' is already the id of a primitive, not of a constraint of type order"),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(spec, sentence):
    cib = small()
    with pytest.raises(BadInput) as failure:
        lay(cib, spec)
    assert str(failure.value).startswith(sentence)
    assert cib.edits == 0


@pytest.mark.parametrize("schema", ["3.5", "3.9"])
def test_roles_and_attributes_follow_the_schema(schema):
    cib = small(schema=schema)
    lay(cib, {**TOGETHER, "role": "Promoted"})
    (found,) = constraints(cib).values()
    assert found[1]["rsc-role"] == ("Master" if schema == "3.5" else "Promoted")
    if schema == "3.5":
        with pytest.raises(BadInput, match="influence: is not supported by the schema of this CIB"):
            lay(small(schema=schema), {**TOGETHER, "influence": True})


def test_tag_is_accepted_as_resource():
    cib = small()
    lay(cib, {**AT_NODE, "resource": "t"})
    assert list(constraints(cib)) == ["location-t-node1-INFINITY"]


# Regressions


def twice(cib, spec, exact=False):
    """Whether a task changes something, and whether the same task does again."""
    return lay(cib, spec, exact=exact).changed, lay(kit.again(cib), spec, exact=exact).changed


def test_implied_values_are_those_of_the_changed_constraint():
    cib = small('<rsc_order id="x" first="a" then="b"/>')
    promoted = {"first": {"resource": "a", "action": "promote"}, "then": {"resource": "b", "action": "start"}}
    assert twice(cib, {"type": "order", "id": "x", **promoted}) == (True, False)
    assert constraints(cib)["x"][1]["then-action"] == "start"
    cib = small('<rsc_order id="x" first="a" then="b" kind="Serialize"/>')
    assert twice(cib, {"type": "order", "id": "x", "kind": "Mandatory", "symmetrical": False}) == (True, False)
    assert constraints(cib)["x"][1]["symmetrical"] == "false"
    cib = small('<rsc_ticket id="x" ticket="site" rsc="a" rsc-role="Promoted"/>')
    assert twice(cib, {**TICKET, "role": "Promoted", "loss_policy": "stop"}) == (True, False)


def test_second_action_is_kept_when_only_the_first_changes():
    cib = small('<rsc_order id="x" first="a" then="b"/>')
    change = {"type": "order", "id": "x", "first": {"resource": "a", "action": "promote"}}
    assert twice(cib, change) == (True, False)
    assert kit.read(cib, "x")["then"] == {"resource": "b", "action": "start"}


def test_second_action_implied_by_the_first_is_exported():
    cib = small('<rsc_order id="x" first="a" first-action="promote" then="b"/>')
    read = kit.read(cib, "x")
    assert read["then"] == {"resource": "b", "action": "promote"}
    del read["id"]
    assert not lay(cib, read, exact=True).changed


def test_all_duplicates_are_removed():
    cib = small(
        '<rsc_location id="l" rsc="a" node="node1" score="1"/><rsc_location id="m" rsc="a" node="node1" score="2"/>'
        '<rsc_location id="n" rsc="a" node="node2" score="2"/>'
    )
    lay(cib, AT_NODE, "absent")
    assert list(constraints(cib)) == ["n"]


@pytest.mark.parametrize(
    "existing, spec, sentence",
    [
        (TOGETHER, {"resource": "c"}, None),
        ({"type": "colocation", "sets": SETS}, {"resource": "a"}, "with: is required"),
        (
            {"type": "colocation", "sets": SETS},
            {"node_attribute": "site"},
            "node_attribute: cannot be combined with the sets of 'x'",
        ),
        (
            {"type": "ticket", "ticket": "t", "sets": SETS},
            {"role": "Promoted"},
            "role: cannot be combined with the sets of 'x'",
        ),
        ({"type": "order", "sets": SETS}, {"first": "a"}, "then: is required"),
        (AT_NODE, {"score_attribute": "speed"}, "score_attribute: requires a rule"),
        (AT_NODE, {"node": None, "score": None}, None),
    ],
    ids=str,
)
def test_incomplete_change_to_another_form_is_refused(existing, spec, sentence):
    cib = small()
    lay(cib, {**existing, "id": "x"})
    change = {"type": existing["type"], "id": "x", **spec}
    if sentence is None:
        lay(cib, change)
        assert kit.read(cib, "x")
    else:
        with pytest.raises(BadInput) as failure:
            lay(cib, change)
        assert str(failure.value).startswith(sentence)


def test_pattern_replaces_a_resource():
    cib = small()
    lay(cib, {**AT_NODE, "id": "x"})
    lay(cib, {"type": "location", "id": "x", "pattern": "a.*"})
    assert constraints(cib)["x"][1] == {"rsc-pattern": "a.*", "node": "node1", "score": "INFINITY"}
    lay(cib, {"type": "location", "id": "x", "resource": "b"})
    assert constraints(cib)["x"][1] == {"rsc": "b", "node": "node1", "score": "INFINITY"}


def test_sets_come_before_the_rule():
    cib = small()
    lay(cib, {"type": "location", "id": "x", "rule": "defined up", "sets": [{"resources": ["a"]}]})
    lay(cib, {"type": "location", "id": "x", "sets": [{"resources": ["a"]}, {"resources": ["b"]}]})
    assert [each.tag for each in cib.find("x")] == ["resource_set", "resource_set", "rule"]


def test_role_moves_into_the_rule():
    cib = small('<rsc_location id="x" rsc="a" node="node1" role="Promoted" score="5"/>')
    assert twice(cib, {"type": "location", "id": "x", "rule": "defined up"}) == (True, False)
    assert cib.find("x").get("role") is None and kit.read(cib, "x")["role"] == "Promoted"
    held = small(f'<rsc_location id="x" rsc="a" role="Promoted">{UNAME.format(5)}</rsc_location>')
    assert not lay(held, kit.read(held, "x"), exact=True).changed


def test_score_of_an_order_is_read_as_its_kind():
    cib = small(
        '<rsc_order id="x" first="a" then="b" score="INFINITY"/><rsc_order id="y" first="a" then="c" score="0"/>'
    )
    assert [kit.read(cib, each)["kind"] for each in "xy"] == ["Mandatory", "Optional"]
    assert not lay(cib, {**ORDER, "kind": "Mandatory"}).changed
    lay(cib, {**ORDER, "then": "c", "kind": "Mandatory"})
    assert constraints(cib)["y"][1] == {"first": "a", "then": "c"}  # the default kind is Mandatory
    lay(cib, ORDER, "absent")
    assert list(constraints(cib)) == ["y"]


def test_colocation_without_a_score_is_read_with_score_0():
    cib = small('<rsc_colocation id="x" rsc="a" with-rsc="b"/>')
    read = kit.read(cib, "x")
    assert read["score"] == "0"
    assert not lay(cib, read, exact=True).changed
    other = small('<rsc_colocation id="x" rsc="a" with-rsc="b" node-attribute="#uname"/>')
    assert not lay(other, TOGETHER).changed


def test_actions_of_sets_are_part_of_the_identity():
    sets = [{"resources": ["a", "b"], "action": "promote"}]
    cib = small()
    lay(cib, {"type": "order", "id": "x", "sets": sets})
    lay(cib, {"type": "order", "sets": [{"resources": ["a", "b"], "action": "stop"}]}, "absent")
    assert list(constraints(cib)) == ["x"]
    lay(cib, {"type": "order", "sets": [{"resources": ["a", "b"], "action": "Promote"}]}, "absent")
    assert constraints(cib) == {}


def test_two_constraints_can_swap_nodes():
    cib = small(
        '<rsc_location id="l" rsc="a" node="node1" score="1"/><rsc_location id="m" rsc="a" node="node2" score="2"/>'
    )
    wanted = [kit.want("constraints", id=each, node=node) for each, node in (("l", "node2"), ("m", "node1"))]
    kit.lay(cib, *wanted)
    assert [constraints(cib)[each][1]["node"] for each in "lm"] == ["node2", "node1"]


def test_resource_can_be_in_two_sets():
    sets = [{"resources": ["a"]}, {"resources": ["b"]}, {"resources": ["a"], "action": "promote"}]
    cib = small()
    lay(cib, {"type": "order", "sets": sets})
    (read,) = [kit.read(cib, each) for each in constraints(cib)]
    assert not lay(kit.again(cib), read, exact=True).changed


def test_role_started_changes_nothing():
    cib = small('<rsc_location id="x" rsc="a" node="node1" score="1"/>')
    assert not lay(cib, {**AT_NODE, "role": "Started"}).changed


@pytest.mark.parametrize(
    "spec, sentence",
    [
        (
            {**ORDER, "kind": "Serialize", "symmetrical": True},
            "symmetrical: cannot be true with kind: Serialize, which has no reverse order",
        ),
        (
            {"type": "location", "resource": "a", "prefers": ["node1", "node1=5"]},
            "prefers: the node 'node1' is given twice",
        ),
        ({**BY_RULE, "rule": 'site eq "a'}, "rule: '\"a' at character 9 has no closing quote"),
        (
            {**BY_RULE, "rule": "date gt 2026-01-01T00:00:00+25:00"},
            "rule: '2026-01-01T00:00:00+25:00' at character 9 is no",
        ),
        ({**BY_RULE, "rule": "a eq 'x\x01'"}, "rule: a value must not contain control characters"),
        ({**AT_NODE, "score": "\u0661"}, "score: '\u0661' is not a score"),
    ],
    ids=str,
)
def test_invalid_rules_preferences_and_scores_are_refused(spec, sentence):
    with pytest.raises(BadInput) as failure:
        lay(small(), spec)
    assert str(failure.value).startswith(sentence)


@pytest.mark.parametrize(
    "schema, rule, sentence",
    [
        (
            "3.5",
            "date in_range 2026-01-01 to duration days=3",
            "rule: days of a duration: is not supported by the schema of this CIB",
        ),
        ("3.5", "date-spec minutes=3", "rule: minutes of a date-spec: is not supported by the schema of this CIB"),
        ("3.9", "date in_range 2026-01-01 to duration days=3", None),
        ("3.5", "date in_range 2026-01-01 to duration hours=3", None),
    ],
)
def test_rule_that_the_schema_does_not_support_is_refused(schema, rule, sentence):
    spec = {**BY_RULE, "rule": rule}
    if sentence is None:
        assert lay(small(schema=schema), spec).changed
    else:
        with pytest.raises(BadInput) as failure:
            lay(small(schema=schema), spec)
        assert str(failure.value).startswith(sentence)


def test_invalid_date_in_the_cib_does_not_affect_other_tasks():
    wrong = UNAME.format(5).replace(
        "</rule>", '<date_expression id="d" operation="gt" start="2026-01-01T00:00:00+25:00"/></rule>'
    )
    cib = small(f'<rsc_location id="x" rsc="a">{wrong}</rsc_location>')
    assert lay(cib, ORDER).changed
