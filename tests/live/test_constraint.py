# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ha_constraint on the running cluster of the demo: each type, constraints created by pcs, effects, invalid input."""

from __future__ import annotations

from collections import namedtuple
from xml.etree import ElementTree

import pytest
from conftest import lab
from steps import (
    MONITOR,
    PROMOTED,
    QUERY,
    SETTLED,
    STATEFUL,
    STOPPED,
    around,
    at_node1,
    check_changed,
    check_refused,
    dummies,
    epoch,
    make,
    places,
    primitive,
    run,
)

pytestmark = pytest.mark.usefixtures("restore_configuration")

NAMES = ("one", "two", "three")
ALL = around("clone", "all", primitive("db", STATEFUL, meta=STOPPED), meta={"promotable": "true"})


def constraint(**arguments):
    """A task of ha_constraint."""
    return {"ha_constraint": arguments}


# --- types

# The arguments of a task, and the CIB's constraints after it: those that it creates or changes; none if it removes them
Case = namedtuple("Case", "arguments xml")

NODE = [
    Case(
        {"resource": "one", "node": "node1", "score": 100},
        '<rsc_location id="location-one-node1-100" rsc="one" node="node1" score="100"/>',
    ),
    Case(
        {"type": "location", "resource": "one", "node": "node1", "score": 50, "discovery": "never"},
        '<rsc_location id="location-one-node1-100" rsc="one" node="node1" score="50" resource-discovery="never"/>',
    ),
    Case(
        {"id": "location-one-node1-100", "node": "node2", "mode": "replaced", "resource": "one"},
        '<rsc_location id="location-one-node1-100" rsc="one" node="node2" score="INFINITY"/>',
    ),
    Case({"resource": "one", "node": "node2", "state": "absent"}, ""),
]

PREFERENCES = [
    Case(
        {"resource": "two", "prefers": ["node1=200"], "avoids": ["node2"]},
        '<rsc_location id="location-two-node1-200" rsc="two" node="node1" score="200"/>'
        '<rsc_location id="location-two-node2--INFINITY" rsc="two" node="node2" score="-INFINITY"/>',
    ),
    Case(
        {"resource": "two", "prefers": ["node1"], "avoids": ["node2=50"]},
        '<rsc_location id="location-two-node1-200" rsc="two" node="node1" score="INFINITY"/>'
        '<rsc_location id="location-two-node2--INFINITY" rsc="two" node="node2" score="-50"/>',
    ),
    Case({"resource": "two", "prefers": ["node1", "node2"], "state": "absent"}, ""),
]

RULE = [
    Case(
        {"resource": "all", "role": "Master", "rule": "#uname eq node1 and defined site", "score": 30},
        f'<rsc_location id="location-all" rsc="all"><rule id="location-all-rule" role="{PROMOTED}" boolean-op="and"'
        ' score="30"><expression id="location-all-rule-expr" attribute="#uname" operation="eq" value="node1"/>'
        '<expression id="location-all-rule-expr-1" attribute="site" operation="defined"/></rule></rsc_location>',
    ),
    Case(
        {"resource": "all", "role": "Promoted", "rule": "defined site and #uname eq node1", "score": -5},
        f'<rsc_location id="location-all" rsc="all"><rule id="location-all-rule" role="{PROMOTED}" boolean-op="and"'
        ' score="-5"><expression id="location-all-rule-expr" attribute="#uname" operation="eq" value="node1"/>'
        '<expression id="location-all-rule-expr-1" attribute="site" operation="defined"/></rule></rsc_location>',
    ),
    Case(
        {"id": "location-all", "rule": "site eq 2 or date gt '2026-01-01 18:00'", "score_attribute": "speed"},
        f'<rsc_location id="location-all" rsc="all"><rule id="location-all-rule" role="{PROMOTED}" boolean-op="or"'
        ' score-attribute="speed">'
        '<expression id="location-all-rule-expr" attribute="site" operation="eq" value="2"/>'
        '<date_expression id="location-all-rule-expr-1" operation="gt" start="2026-01-01T18:00"/></rule></rsc_location>',
    ),
    Case(
        {"resource": "all", "role": "Master", "rule": "date gt 2026-01-01T18:00 or site eq 2", "state": "absent"},
        "",
    ),
]

PATTERN = [
    Case(
        {"pattern": "^t.*", "node": "node2", "score": -10},
        '<rsc_location id="location-t.-node2--10" rsc-pattern="^t.*" node="node2" score="-10"/>',
    ),
    Case(
        {"pattern": "^t.*", "node": "node2", "score": -20},
        '<rsc_location id="location-t.-node2--10" rsc-pattern="^t.*" node="node2" score="-20"/>',
    ),
    Case({"id": "location-t.-node2--10", "state": "absent"}, ""),
]

ORDER = [
    Case(
        {
            "type": "order",
            "first": {"resource": "all", "action": "promote"},
            "then": {"resource": "two", "action": "start"},
        },
        '<rsc_order id="order-all-two-mandatory" first="all" first-action="promote" then="two" then-action="start"/>',
    ),
    Case(
        {
            "type": "order",
            "first": {"resource": "all", "action": "promote"},
            "then": {"resource": "two", "action": "start"},
            "kind": "Optional",
            "symmetrical": False,
            "require_all": False,
        },
        '<rsc_order id="order-all-two-mandatory" first="all" first-action="promote" then="two" then-action="start"'
        ' kind="Optional" symmetrical="false" require-all="false"/>',
    ),
    Case({"id": "order-all-two-mandatory", "state": "absent"}, ""),
]

COLOCATION = [
    Case(
        {"type": "colocation", "id": "together", "resource": "one", "with": "all", "with_role": "Master"},
        '<rsc_colocation id="together" rsc="one" rsc-role="Started" with-rsc="all"'
        f' with-rsc-role="{PROMOTED}" score="INFINITY"/>',
    ),
    Case(
        {"type": "colocation", "resource": "one", "with": "all", "with_role": "Promoted", "score": "-INFINITY"},
        '<rsc_colocation id="together" rsc="one" rsc-role="Started" with-rsc="all"'
        f' with-rsc-role="{PROMOTED}" score="-INFINITY"/>',
    ),
    Case({"type": "colocation", "resource": "one", "with": "all", "with_role": "Promoted", "state": "absent"}, ""),
]

TICKET = [
    Case(
        {"type": "ticket", "ticket": "site-a", "resource": "all", "role": "Promoted"},
        f'<rsc_ticket id="ticket-site-a-all-{PROMOTED}" ticket="site-a" rsc="all" rsc-role="{PROMOTED}"/>',
    ),
    Case(
        {"type": "ticket", "ticket": "site-a", "resource": "all", "role": "Master", "loss_policy": "fence"},
        f'<rsc_ticket id="ticket-site-a-all-{PROMOTED}" ticket="site-a" rsc="all" rsc-role="{PROMOTED}"'
        ' loss-policy="fence"/>',
    ),
    Case({"type": "ticket", "ticket": "site-a", "resource": "all", "role": "Promoted", "state": "absent"}, ""),
]


def sets(*written):
    """The XML of resource sets; each is given as its attributes and its resources."""
    references = [(attributes, [f'<resource_ref id="{each}"/>' for each in ids]) for attributes, *ids in written]
    return "".join(f"<resource_set {attributes}>{''.join(each)}</resource_set>" for attributes, each in references)


ORDER_OF_SETS = [
    Case(
        {"type": "order", "sets": [{"resources": ["one", "two"], "sequential": False}, {"resources": ["three"]}]},
        '<rsc_order id="order_set_oetote">'
        + sets(('id="order_set_oetote_set" sequential="false"', "one", "two"), ('id="order_set_oetote_set-1"', "three"))
        + "</rsc_order>",
    ),
    Case(
        {
            "id": "order_set_oetote",
            "sets": [{"resources": ["two", "three", "one"], "action": "stop"}],
            "kind": "Optional",
        },
        '<rsc_order id="order_set_oetote" kind="Optional">'
        + sets(('id="order_set_oetote_set" sequential="false" action="stop"', "two", "three", "one"))
        + "</rsc_order>",
    ),
    Case({"type": "order", "sets": [{"resources": ["two", "three", "one"], "action": "stop"}], "state": "absent"}, ""),
]

COLOCATION_OF_SETS = [
    Case(
        {"type": "colocation", "sets": [{"resources": ["one", "two"]}, {"resources": ["all"], "role": "Master"}]},
        '<rsc_colocation id="colocation_set_oetoal" score="INFINITY">'
        + sets(
            ('id="colocation_set_oetoal_set"', "one", "two"),
            (f'id="colocation_set_oetoal_set-1" role="{PROMOTED}"', "all"),
        )
        + "</rsc_colocation>",
    ),
    Case(
        {
            "type": "colocation",
            "sets": [{"resources": ["one", "two"], "sequential": False}, {"resources": ["all"], "role": "Promoted"}],
            "score": 70,
        },
        '<rsc_colocation id="colocation_set_oetoal" score="70">'
        + sets(
            ('id="colocation_set_oetoal_set" sequential="false"', "one", "two"),
            (f'id="colocation_set_oetoal_set-1" role="{PROMOTED}"', "all"),
        )
        + "</rsc_colocation>",
    ),
    Case({"id": "colocation_set_oetoal", "state": "absent"}, ""),
]

TICKET_OF_SETS = [
    Case(
        {"type": "ticket", "id": "site-b", "ticket": "b", "sets": [{"resources": ["one", "two"]}]},
        '<rsc_ticket id="site-b" ticket="b">' + sets(('id="site-b_set"', "one", "two")) + "</rsc_ticket>",
    ),
    Case(
        {
            "type": "ticket",
            "ticket": "b",
            "sets": [{"resources": ["one", "two"], "role": "Started"}],
            "loss_policy": "fence",
        },
        '<rsc_ticket id="site-b" ticket="b" loss-policy="fence">'
        + sets(('id="site-b_set" role="Started"', "one", "two"))
        + "</rsc_ticket>",
    ),
    Case({"id": "site-b", "state": "absent"}, ""),
]

TYPES = [NODE, PREFERENCES, RULE, PATTERN, ORDER, COLOCATION, TICKET, ORDER_OF_SETS, COLOCATION_OF_SETS, TICKET_OF_SETS]


@pytest.mark.only_on("11")
def test_constraint_of_each_type_is_created_changed_and_removed():
    make(*dummies(*NAMES), ALL)
    steps = iter(run(*(constraint(**case.arguments) for cases in TYPES for case in cases)))
    for cases in TYPES:
        own = {each.get("id") for each in constraints(cases[0].xml)}
        for case, step in zip(cases, steps):
            check_changed(step)
            written = [text(each) for each in parts(step.after) if each.get("id") in own]
            assert written == [text(each) for each in constraints(case.xml)]
            assert others(step.before, own) == others(step.after, own)


def constraints(xml):
    """The constraint elements in an XML text."""
    return list(ElementTree.fromstring(f"<constraints>{xml}</constraints>"))


def parts(cib):
    """All property sets, nodes, resources, constraints ... of a CIB."""
    return [each for section in cib.find("configuration") for each in section]


def text(element):
    """The canonical form of an element, for comparison."""
    return ElementTree.canonicalize(ElementTree.tostring(element, encoding="unicode"), strip_text=True)


def others(cib, own):
    """The configuration without the constraints of these ids."""
    return [text(each) for each in parts(cib) if each.get("id") not in own]


# --- existing constraints

# The arguments of `pcs constraint` -> the equivalent arguments of ha_constraint
MADE_BY_PCS = {
    "location one prefers node1=100": {"resource": "one", "node": "node1", "score": 100},
    "location two avoids node2": {"resource": "two", "avoids": ["node2"]},
    "location 'regexp%^t.*' prefers node1=5": {"pattern": "^t.*", "prefers": ["node1=5"]},
    "location three rule score=30 '#uname' eq node1 or defined site": {
        "resource": "three",
        "rule": "defined site or #uname eq node1",
        "score": 30,
    },
    "order stop one then stop two kind=Optional": {
        "type": "order",
        "first": {"resource": "one", "action": "stop"},
        "then": {"resource": "two", "action": "stop"},
        "kind": "Optional",
    },
    "order set one two sequential=false set three": {
        "type": "order",
        "sets": [{"resources": ["one", "two"], "sequential": False}, {"resources": ["three"]}],
    },
    "colocation add one with two 10": {"type": "colocation", "resource": "one", "with": "two", "score": 10},
    "colocation set one two set three sequential=true setoptions score=5": {
        "type": "colocation",
        "sets": [{"resources": ["one", "two"]}, {"resources": ["three"], "sequential": True}],
        "score": 5,
    },
    "ticket add site-a one loss-policy=stop": {
        "type": "ticket",
        "ticket": "site-a",
        "resource": "one",
        "loss_policy": "stop",
    },
    "ticket set one two setoptions ticket=site-b": {
        "type": "ticket",
        "ticket": "site-b",
        "sets": [{"resources": ["one", "two"]}],
    },
}


@pytest.mark.only_on("11")
def test_constraint_created_by_pcs_is_found_without_an_id():
    make(*dummies(*NAMES))
    lab("node1", "sh", "-c", " && ".join(f"pcs constraint {each}" for each in MADE_BY_PCS))
    check_found(MADE_BY_PCS.values())


# The names the CIB may use for the role: schemas with the new name still allow the old one
@pytest.mark.parametrize("promoted", sorted({"Master", PROMOTED}))
def test_role_constraint_is_found_by_old_and_new_role_name(promoted):
    make(
        ALL,
        *dummies("one"),
        constraints=f'<rsc_location id="location" rsc="all" role="{promoted}" node="node1" score="INFINITY"/>'
        f'<rsc_location id="with-rule" rsc="all"><rule id="the-rule" role="{promoted}" score="INFINITY">'
        '<expression id="the-site" attribute="site" operation="defined"/></rule></rsc_location>'
        f'<rsc_colocation id="colocation" rsc="one" with-rsc="all" with-rsc-role="{promoted}" score="INFINITY"/>'
        f'<rsc_ticket id="ticket" ticket="site-a" rsc="all" rsc-role="{promoted}"/>'
        '<rsc_colocation id="sets" score="INFINITY">'
        + sets((f'id="the-set" role="{promoted}"', "all"), ('id="the-other-set"', "one"))
        + "</rsc_colocation>",
    )
    wanted = [
        each
        for role in ("Promoted", "Master")
        for each in (
            {"resource": "all", "role": role, "node": "node1"},
            {"resource": "all", "role": role, "rule": "defined site"},
            {"type": "colocation", "resource": "one", "with": "all", "with_role": role},
            {"type": "ticket", "ticket": "site-a", "resource": "all", "role": role},
            {"type": "colocation", "sets": [{"resources": ["all"], "role": role}, {"resources": ["one"]}]},
        )
    ]
    check_found(wanted)


def check_found(wanted):
    """Check that each of the wanted constraints already exists and that nothing is changed."""
    before, *results, after = run(QUERY, *((constraint(**each), False) for each in wanted), QUERY)
    nothing = (False, {"before": "", "after": ""})
    assert [(each["changed"], each["diff"]) for each in results] == [nothing] * len(wanted)
    assert epoch(ElementTree.fromstring(before)) == epoch(ElementTree.fromstring(after))


# --- effects

SITE = "crm_attribute --node node1 --name site --update {} && crm_attribute --node node2 --name site --update {}"


@pytest.mark.only_on("11")
def test_second_resource_of_an_order_waits_for_the_first():
    make(primitive("one", meta=STOPPED), primitive("two"))
    at_first, _order, waiting, running = run(
        SETTLED,
        (constraint(type="order", first="one", then="two"), False),
        SETTLED,
        f"pcs resource enable one && {SETTLED}",
    )
    assert states(at_first, "one", "two") == ["Stopped", "Started"]
    assert states(waiting, "one", "two") == ["Stopped", "Stopped"]
    assert states(running, "one", "two") == ["Started", "Started"]


def states(monitor, *names):
    """The roles of primitives."""
    return [role for name in names for _name, role, _node in places(monitor, name)]


def nodes(monitor, *names):
    """Where primitives run."""
    return [node for name in names for _name, _role, node in places(monitor, name)]


@pytest.mark.full
def test_colocations_place_resources_together_and_apart():
    rather_node2 = '<rsc_location id="two-at-node2" rsc="two" node="node2" score="50"/>'
    # A colocated resource influences the placement of the other one: without a higher score they would swap nodes
    make(*map(primitive, NAMES), constraints=at_node1("one", 500) + rather_node2 + at_node1("three"))
    at_first, _together, _apart, then = run(
        MONITOR,
        (constraint(type="colocation", resource="two", **{"with": "one"}), False),
        (constraint(type="colocation", resource="three", score="-INFINITY", **{"with": "one"}), False),
        SETTLED,
    )
    assert nodes(at_first, *NAMES) == ["node1", "node2", "node1"]
    assert nodes(then, *NAMES) == ["node1", "node1", "node2"]


@pytest.mark.only_on("11")
def test_location_rule_follows_a_node_attribute():
    make(primitive("one"))
    _site, _rule, at_first, moved = run(
        SITE.format(1, 2),
        (constraint(resource="one", rule="site eq 1"), False),
        SETTLED,
        f"{SITE.format(2, 1)} && {SETTLED}",
    )
    assert nodes(at_first, "one") == ["node1"]
    assert nodes(moved, "one") == ["node2"]


@pytest.mark.full
def test_location_rule_expires():
    make(primitive("one"), constraints=at_node1("one"))
    end = "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(now(fmt='%s') | int + 8, utc=true) }}"
    _rule, there, cib, _wait, left, since = run(
        (constraint(resource="one", rule=f"#uname eq node2 and date lt {end}"), False),
        SETTLED,
        QUERY,
        "timeout 60 sh -c 'until test -e /run/Dummy-one.state; do sleep 0.2; done'",
        SETTLED,
        "date --utc +%FT%TZ --reference=/run/Dummy-one.state",
    )
    assert nodes(there, "one") == ["node2"]
    assert nodes(left, "one") == ["node1"]
    assert ElementTree.fromstring(cib).find(".//date_expression").get("end") <= since.strip()


# --- invalid input

WRONG = [
    # loops of mandatory orders: direct, through others, through a set, in a set, against a group
    ({"type": "order", "first": "two", "then": "one"}, "first: two then one then two is a loop of mandatory orders"),
    ({"type": "order", "first": "three", "then": "one"}, "first: three then one then two then three is a loop"),
    ({"type": "order", "first": "four", "then": "one"}, "first: four then one then two then three then four is a loop"),
    (
        {"type": "order", "sets": [{"resources": ["three", "one"]}]},
        "sets: three then one then two then three is a loop",
    ),
    ({"type": "order", "first": "six", "then": "five"}, "first: six then five then six is a loop"),
    # names
    ({"resource": "tow", "node": "node1"}, "resource: there is no resource 'tow'; did you mean 'two'?"),
    (
        {"type": "ticket", "ticket": "a", "sets": [{"resources": ["one", "tow"]}]},
        "sets[0].resources: there is no resource 'tow'; did you mean 'two'?",
    ),
    ({"resource": "db", "node": "node1"}, "resource: 'db' is in the clone 'all'; use that id instead"),
    ({"resource": "one", "node": "node11"}, "node: the cluster has no node 'node11'; did you mean 'node1'?"),
    ({"resource": "one", "rule": "#uname eq node11"}, "rule: the cluster has no node 'node11'; did you mean 'node1'?"),
    # values
    (
        {"resource": "one", "node": "node1", "score": "much"},
        "score: 'much' is not a score; a score is a whole number, INFINITY or -INFINITY",
    ),
    ({"resource": "one", "avoids": ["node2=much"]}, "avoids: the score in 'node2=much' is not valid"),
    (
        {"resource": "all", "node": "node1", "role": "Boss"},
        "role: must be one of Started, Stopped, Promoted, Unpromoted, not 'Boss'",
    ),
    ({"type": "ticket", "ticket": "site a", "resource": "one"}, "ticket: 'site a' is not a valid ticket name"),
    # rules
    (
        {"resource": "one", "rule": "#uname equals node1"},
        "rule: 'equals' at character 8 is not a comparison; use one of eq, ne, lt, lte, gt, gte",
    ),
    (
        {"resource": "one", "rule": "defined site and (date gt 2026-01-01"},
        "rule: ')' is missing at the end, character 37",
    ),
    (
        {"resource": "one", "rule": "date gt 2026-13-01"},
        "rule: '2026-13-01' at character 9 is not a valid date; write it like 2026-01-31",
    ),
    ({"resource": "one", "rule": "op monitor"}, "rule: 'op' at character 1 tests op NAME"),
    # options of another type, two that exclude each other, and missing ones
    ({"resource": "one", "kind": "Optional"}, "kind: cannot be combined with type: location, only with order"),
    (
        {"type": "order", "first": "one", "then": "two", "score": 5},
        "score: cannot be combined with type: order, only with location or colocation",
    ),
    ({"resource": "one", "node": "node1", "rule": "defined site"}, "rule: cannot be combined with node"),
    ({"resource": "one"}, "node: is required, unless rule, prefers or avoids is given"),
    ({"type": "colocation", "resource": "one"}, "with: is required"),
    # sets
    ({"type": "colocation", "sets": []}, "sets: must not be empty; use state: absent to remove the constraint"),
    ({"type": "colocation", "sets": [{"resources": []}]}, "sets[0].resources: must be a list of at least one id"),
    (
        {"type": "colocation", "sets": [{"resources": ["one", "two"]}], "resource": "one"},
        "resource: cannot be combined with sets, which name the resources",
    ),
    # constraints that already exist
    (
        {"id": "again", "resource": "one", "node": "node1", "score": 5},
        "id: 'one-at-node1' already defines the same constraint; change that one instead",
    ),
    (
        {"id": "again", "type": "order", "first": "one", "then": "two", "kind": "Optional"},
        "id: 'one-two' already defines the same constraint; change that one instead",
    ),
    (
        {"id": "two-three", "first": "one", "then": "two"},
        "id: 'one-two' already defines the same constraint; change that one instead",
    ),
    (
        {"id": "one-at-node1", "type": "order", "first": "one", "then": "four"},
        "id: 'one-at-node1' is already the id of a rsc_location, not of a constraint of type order",
    ),
    ({"id": "one", "state": "absent"}, "id: 'one' is already the id of a primitive"),
]


@pytest.mark.full
def test_invalid_tasks_are_refused_without_changes():
    orders = (
        '<rsc_order id="one-two" first="one" then="two"/><rsc_order id="two-three" first="two" then="three"/>'
        '<rsc_order id="three-four">' + sets(('id="three-four-set"', "three", "four")) + "</rsc_order>"
    )
    row = around("group", "row", *dummies("five", "six"))
    make(*dummies("one", "two", "three", "four"), row, ALL, constraints=orders + at_node1("one"))
    check_refused([(constraint(**arguments), sentence) for arguments, sentence in WRONG])


@pytest.mark.only_on("11")
def test_forced_input_produces_a_warning():
    make(*dummies("one", "two"), ALL, constraints=at_node1("one") + '<rsc_order id="one-two" first="one" then="two"/>')
    forced = [
        ({"id": "again", "resource": "one", "node": "node1"}, "id: 'one-at-node1' already defines the same constraint"),
        ({"type": "order", "first": "two", "then": "one"}, "first: two then one then two is a loop"),
        ({"resource": "db", "node": "node1"}, "resource: 'db' is in the clone 'all'"),
        ({"resource": "one", "rule": "#uname eq node11"}, "rule: the cluster has no node 'node11'"),
    ]
    *results, found = run(
        *((constraint(**arguments, force=True), False) for arguments, _sentence in forced),
        (constraint(id="again", score=7), False),
    )
    for (_arguments, sentence), result in zip(forced, results):
        assert result["changed"] and sentence in " ".join(result["warnings"])
    assert found["changed"] and "id: 'one-at-node1' already defines the same constraint as 'again'" in " ".join(
        found["warnings"]
    )
