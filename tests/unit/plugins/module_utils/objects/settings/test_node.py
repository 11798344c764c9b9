# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base import cib as cib_document
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput, HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import status

MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
STATES = pytest.mark.parametrize("state", ["standby", "maintenance"])
GUEST = '<meta_attributes id="m"><nvpair id="m-1" name="remote-node" value="guest"/></meta_attributes>'
REMOTE = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>' + kit.dummy("vm", GUEST)
AT_NIGHT = '<rule id="n-rule" score="0"><date_expression id="n-rule-e" operation="gt" start="2026-01-01"/></rule>'


def pair(set_id, name, value):
    return f'<nvpair id="{set_id}-{name}" name="{name}" value="{value}"/>'


def a_set(*pairs, set_id="nodes-1", score="", rule="", tag="instance_attributes"):
    """The XML of a set; `pairs` are (name, value)."""
    inside = rule + "".join(pair(set_id, *each) for each in pairs)
    return f'<{tag} id="{set_id}"{score}>{inside}</{tag}>'


def holding(content, resources=""):
    """A Cib whose node1 has this content."""
    whole = kit.small(resources).xml()
    empty = '<node id="1" uname="node1" />'
    assert empty in whole
    return kit.Cib(whole.replace(empty, f'<node id="1" uname="node1">{content}</node>'))


def lay(cib, name="node1", exact=False, **spec):
    return kit.lay(cib, kit.want("nodes", name=name, **spec), exact=exact)


def element(cib, name="node1"):
    return cib.configuration.find(f"nodes/node[@uname='{name}']")


def read(cib, name="node1"):
    """The specification of a node, read from the text of a Cib."""
    found = element(kit.again(cib), name)
    return kit.kind_of(found).read(found)


def ids(cib, name="node1"):
    return [each.get("id") for each in element(cib, name).iter()][1:]


SITE_STANDBY = a_set(("site", "a"), ("standby", "on"))
TWO_SETS = a_set(("site", "a"), ("standby", "off")) + a_set(("standby", "on"), set_id="high", score=' score="5"')
NIGHTLY = a_set(("standby", "on"), set_id="n", rule=AT_NIGHT)
REFERRING = '<instance_attributes id-ref="other"/>' + a_set(("maintenance", "true"))


@MODES
@pytest.mark.parametrize(
    "content, spec",
    [
        ("", {}),
        (SITE_STANDBY, {"attributes": {"site": "a"}, "standby": True}),
        (a_set(("standby", "true"), ("maintenance", "1")), {"standby": True, "maintenance": True}),
        (a_set(("standby", "off")), {}),
        (a_set(("cpu", "4"), set_id="u", tag="utilization"), {"utilization": {"cpu": "4"}}),
        (
            TWO_SETS,
            {
                "attributes": [
                    {"id": "nodes-1", "values": {"site": "a"}},
                    {"id": "high", "score": "5", "values": {}},
                ],
                "standby": True,
            },
        ),
        (
            NIGHTLY,
            {"attributes": [{"id": "n", "rule": "date gt 2026-01-01", "values": {"standby": "on"}}]},
        ),
        (
            REFERRING,
            {
                "attributes": [{"id-ref": "other", "values": {}}, {"id": "nodes-1", "values": {}}],
                "maintenance": True,
            },
        ),
    ],
)
def test_existing_settings_are_read_and_unchanged(content, spec, exact):
    cib = holding(content)
    assert read(cib) == {"name": "node1", **spec}
    lay(cib, **spec, exact=exact)
    assert cib.edits == 0


def test_read_settings_can_be_recreated():
    cib, other = holding(TWO_SETS.replace('"off"', '"on"') + NIGHTLY), kit.small()
    kit.lay(other, kit.want("nodes", **read(cib)))
    assert read(other) == read(cib)


def test_ids_are_those_of_pcs():
    cib = kit.small()
    plan = lay(cib, attributes={"site": "a", "rack": 7}, utilization={"cpu": 4}, standby=True, maintenance=True)
    assert ids(cib) == [
        "nodes-1",
        *(f"nodes-1-{each}" for each in ("site", "rack", "standby", "maintenance")),
        "nodes-1-utilization",
        "nodes-1-utilization-cpu",
    ]
    assert plan.document("before") == {"nodes": [{"name": "node1"}]}
    assert plan.document("after") == {
        "nodes": [
            {
                "name": "node1",
                "attributes": {"site": "a", "rack": "7"},
                "utilization": {"cpu": "4"},
                "standby": True,
                "maintenance": True,
            }
        ]
    }


@MODES
@STATES
def test_state_is_switched_on_and_off(state, exact):
    cib = kit.small()
    assert lay(cib, **{state: True}, exact=exact).changed
    assert [(each.get("name"), each.get("value")) for each in element(cib).iter("nvpair")] == [(state, "on")]
    assert not lay(kit.again(cib), **{state: True}, exact=exact).changed
    assert lay(cib, **{state: False}, exact=exact).changed
    # The empty set is kept, as in pcs
    assert ids(cib) == ["nodes-1"]
    assert not lay(kit.again(cib), **{state: False}, exact=exact).changed


def test_state_is_switched_on_in_the_set_with_the_highest_precedence():
    cib = holding(TWO_SETS.replace('"on"', '"false"'))
    lay(cib, standby=True)
    assert cib.find("high-standby").get("value") == "on" and cib.find("nodes-1-standby").get("value") == "off"
    lay(cib, standby=False)
    assert ids(cib) == ["nodes-1", "nodes-1-site", "high"]


def test_state_in_a_set_with_a_rule_is_left_alone():
    cib = holding(NIGHTLY)
    lay(cib, standby=True)
    assert ids(cib)[-2:] == ["nodes-1", "nodes-1-standby"]
    lay(cib, standby=False)
    assert cib.find("n-standby") is not None and cib.find("nodes-1-standby") is None


@MODES
@pytest.mark.parametrize("given", [{}, {"rack": 1}, [{"values": {"rack": 1}}], [{"id": "new", "values": {"rack": 1}}]])
def test_state_set_by_an_operator_is_kept_if_not_given(given, exact):
    cib = holding(SITE_STANDBY)
    lay(cib, attributes=given, exact=exact)
    assert read(cib)["standby"] is True
    assert not lay(kit.again(cib), attributes=given, exact=exact).changed


@pytest.mark.parametrize("given", [{}, None, {"rack": 1}], ids=str)
def test_replaced_keeps_only_given_attributes(given):
    cib = holding(SITE_STANDBY + a_set(("cpu", "4"), set_id="u", tag="utilization"))
    lay(cib, attributes=given, exact=True)
    assert read(cib).get("attributes", {}) == {name: str(value) for name, value in (given or {}).items()}
    assert "utilization" not in read(cib)


def test_state_can_be_given_with_a_list_of_sets():
    cib, spec = kit.small(), {"attributes": [{"id": "n", "rule": "date gt 2026-01-01", "values": {"a": 1}}]}
    for exact in (False, True):
        lay(cib, **spec, utilization={"cpu": 1}, standby=True, exact=exact)
        assert read(cib)["standby"] is True
        assert not lay(kit.again(cib), **spec, utilization={"cpu": 1}, standby=True, exact=exact).changed


@MODES
def test_null_removes_an_attribute(exact):
    cib = holding(SITE_STANDBY)
    lay(cib, attributes={"site": None, "rack": ""}, exact=exact)
    assert read(cib) == {"name": "node1", "attributes": {"rack": ""}, "standby": True}


def test_attributes_are_compared_as_text():
    """To a rule or an agent, yes and true may be different."""
    cib = holding(a_set(("up", "yes")))
    lay(cib, attributes={"up": True})
    assert read(cib)["attributes"] == {"up": "true"}


@pytest.mark.parametrize("name", ["far", "guest"])
def test_remote_or_guest_node_gets_an_element(name):
    cib = kit.small(REMOTE)
    plan = lay(cib, name, attributes={"site": "a"})
    assert element(cib, name).attrib == {"id": name, "type": "remote", "uname": name}
    assert ids(cib, name) == [f"nodes-{name}", f"nodes-{name}-site"]
    assert cib.find("far").tag == "primitive"
    assert plan.document("after") == {"nodes": [{"name": name, "attributes": {"site": "a"}}]}
    assert plan.is_in(kit.again(cib)) and not plan.is_in(kit.small(REMOTE))
    assert not lay(kit.again(cib), name, attributes={"site": "a"}).changed


@pytest.mark.parametrize("spec", [{}, {"standby": False}, {"attributes": {"site": None}}], ids=str)
def test_node_without_settings_gets_no_element(spec):
    cib = kit.small(REMOTE)
    assert not lay(cib, "far", **spec).changed
    assert element(cib, "far") is None


def test_guest_node_of_the_same_document_is_accepted():
    cib = kit.small()
    vm = kit.want("resources", id="vm", agent="ocf:pacemaker:Dummy", meta={"remote-node": "guest"})
    kit.lay(cib, kit.want("nodes", name="guest", utilization={"cpu": 1}), vm)
    assert read(cib, "guest") == {"name": "guest", "utilization": {"cpu": "1"}}


def test_document_without_nodes_is_unchanged_with_a_warning():
    cib = kit.Cib(cib_document.EMPTY)
    plan = lay(cib, standby=True)
    assert not plan.changed
    assert plan.warnings == [
        "nodes: this configuration has no nodes yet, so changes to 'node1' cannot be predicted",
    ]


def test_node_given_twice_is_refused():
    same = [kit.want("nodes", name="far", standby=each) for each in (True, False)]
    with pytest.raises(BadInput, match="^name: 'far' is already given in this"):
        kit.lay(kit.small(REMOTE), *(each._replace(path=path) for each, path in zip(same, ("this.", ""))))


def test_removing_a_node_is_refused():
    with pytest.raises(
        BadInput,
        match="^name: a node cannot be removed from the configuration; remove it from the cluster with ha_node",
    ):
        kit.lay(kit.small(), kit.want("nodes", "absent", name="node1"))


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"name": None}, "name: is required"),
        ({"name": "nod1"}, "name: the cluster has no node 'nod1'; did you mean 'node1'?"),
        ({"id": "1"}, "unknown key 'id'; known: name, attributes"),
        ({"standby": "on"}, "standby: must be true or false, not 'on'"),
        (
            {"attributes": {"standby": True}},
            "attributes: standby cannot be set as an attribute; use state: standby of ha_node, or the key standby",
        ),
        ({"attributes": [{"values": {"maintenance": 1}}]}, "attributes: maintenance cannot be set as an attribute"),
        ({"attributes": ["a"]}, "attributes[0]: must be a mapping"),
        ({"attributes": {"a": [1]}}, "attributes: a: a value must be a string"),
        ({"attributes": [{"rule": "#uname eq a", "values": {"a": 1}}]}, "attributes[0].rule: '#uname' at character 1"),
        ({"utilization": {"cpu": "much"}}, "utilization: cpu must be a whole number, not 'much'"),
        (
            {"utilization": [{"values": {"cpu": 1}}, {"score": 1, "values": {"cpu": 1.5}}]},
            "utilization[1].values: cpu must be a whole number, not 1.5",
        ),
    ],
    ids=str,
)
def test_invalid_nodes_are_refused(spec, sentence):
    cib = kit.small()
    with pytest.raises(BadInput) as failure:
        lay(cib, **{"name": "node1", **spec})
    assert sentence in str(failure.value)


def changed(monitor, idle=True, **options):
    """Put node1 into standby and change an attribute: (the result or the error, the specification afterwards)."""
    backend = kit.Backend(holding(a_set(("site", "a"))), monitors=[monitor], idle=idle)
    wanted = kit.want("nodes", name="node1", attributes={"site": "b"}, standby=True)
    try:
        return kit.apply(backend, wanted, wait=5, **options), read(backend.read())
    except HaError as error:
        return error, read(backend.read())


AFTER = {"name": "node1", "attributes": {"site": "b"}, "standby": True}


def test_node_change_is_applied_and_shown_in_the_diff():
    result, after = changed(kit.shown("node1", "node2", web="node2"))
    assert "standby: true" in result["diff"]["after"] and after == AFTER


@pytest.mark.parametrize("rollback", [False, True])
def test_standby_node_that_is_not_drained_fails(rollback):
    error, after = changed(kit.shown("node1", "node2", web="node1", db="node1", ip="node2"), rollback=rollback)
    assert "node1 is in standby, but still runs db, web" in str(error)
    assert ("It was rolled back" in str(error)) == rollback
    assert after == ({"name": "node1", "attributes": {"site": "a"}} if rollback else AFTER)


def test_node_change_that_does_not_settle_is_rolled_back():
    error, after = changed(kit.shown("node1", "node2"), idle=False, rollback=True)
    assert "It was rolled back" in str(error) and after == {"name": "node1", "attributes": {"site": "a"}}


@pytest.mark.parametrize(
    "spec, drained",
    [
        ({"standby": True}, True),
        ({"standby": True, "maintenance": True}, False),
        ({"standby": False}, False),
        ({}, False),
    ],
    ids=str,
)
def test_only_standby_without_maintenance_drains_a_node(spec, drained):
    """Resources keep running on a node in maintenance."""
    node = kit.kind_in("nodes").drained_node({"name": "node1", **spec})
    sentences = status.not_drained(kit.shown("node1", web="node1"), filter(None, [node]))
    assert bool(sentences) == drained
