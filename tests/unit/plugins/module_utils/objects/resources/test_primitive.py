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


def web(**spec):
    return kit.want("resources", id="web", agent=DUMMY, **spec)


def x(content="", **spec):
    """A Cib with a resource x with this content, after a plan with these keys (`exact` and `known`: see kit.lay)."""
    options = {each: spec.pop(each) for each in ("exact", "known") if each in spec}
    cib = kit.small(kit.dummy("x", content))
    kit.lay(cib, kit.want("resources", id="x", agent=DUMMY, **spec), **options)
    return cib


PAIRS = """
  <instance_attributes id="p"><nvpair id="p-1" name="fake" value="one"/><nvpair id="p-2" name="state" value="/s"/></instance_attributes>
  <meta_attributes id="m"><nvpair id="m-1" name="migration-threshold" value="3"/>
    <nvpair id="m-2" name="target-role" value="Stopped"/><nvpair id="m-3" name="is-managed" value="false"/></meta_attributes>
  <operations><op id="o-1" name="monitor" interval="10s" timeout="20s"/><op id="o-2" name="start" interval="0s"/></operations>
"""

# --- new primitives


def test_new_primitive_is_written_like_pcs(cib):
    """The fixture contains the resource that pcs created from this specification."""
    made = kit.small()
    kit.lay(
        made,
        kit.want(
            "resources",
            id="ip",
            agent="ocf:heartbeat:IPaddr2",
            params={"ip": "192.0.2.80", "cidr_netmask": 24},
            operations=[{"name": "monitor", "interval": "10s"}],
        ),
        known=kit.agents(),
    )
    ours, theirs = made.find("ip"), cib.find("ip")
    assert [(each.tag, each.attrib) for each in ours.iter()] == [(each.tag, each.attrib) for each in theirs.iter()]


def test_replaced_new_primitive_gets_only_the_given_operations():
    cib = kit.small()
    kit.lay(cib, web(operations=[{"name": "monitor"}]), known=kit.agents(), exact=True)
    assert kit.read(cib, "web")["operations"] == [{"name": "monitor", "interval": "60s"}]


def test_new_primitive_without_metadata_gets_a_monitor():
    cib = kit.small()
    kit.lay(cib, web())
    assert kit.read(cib, "web")["operations"] == [{"name": "monitor", "interval": "60s"}]


def test_null_writes_nothing_in_a_new_primitive():
    cib = kit.small()
    kit.lay(cib, web(params={"fake": None}, meta={"priority": None}, operations=[{"name": "monitor", "timeout": None}]))
    assert kit.read(cib, "web") == {
        "id": "web",
        "agent": DUMMY,
        "operations": [{"name": "monitor", "interval": "60s"}],
    }


def test_yaml_booleans_and_numbers_are_written_as_text():
    cib = kit.small()
    kit.lay(cib, web(params={"a": True, "b": 1.0, "c": 0, "d": ""}, meta={"is-managed": False}))
    assert kit.read(cib, "web")["params"] == {"a": "true", "b": "1", "c": "0", "d": ""}
    assert kit.read(cib, "web")["meta"] == {"is-managed": "false"}


# --- existing primitives


@MODES
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_primitive_written_by_pcs_is_unchanged(system, exact):
    cib = kit.cib(system)
    specs = [kit.read(cib, each) for each in ("alone", "ip", "web", "state", "g2a")]
    plan = kit.lay(cib, *(kit.want("resources", **spec) for spec in specs), exact=exact, known=kit.agents(system))
    assert (plan.changed, plan.changes) == (False, [])


@pytest.mark.parametrize(
    "spec, after",
    [
        ({"params": {"fake": "two"}}, {"params": {"fake": "two", "state": "/s"}}),
        ({"params": {"fake": None}}, {"params": {"state": "/s"}}),
        ({"params": {"fake": ""}}, {"params": {"fake": "", "state": "/s"}}),
        ({"params": {"op_sleep": 5}}, {"params": {"fake": "one", "state": "/s", "op_sleep": "5"}}),
        ({"meta": {"is-managed": True}}, {"meta.is-managed": "true"}),
        ({"meta": {"target-role": None}}, {"meta": {"migration-threshold": "3", "is-managed": "false"}}),
        ({"description": "text"}, {"description": "text"}),
        ({"operations": [{"name": "stop", "timeout": "9s"}]}, {"+operations": {"interval": "0s", "timeout": "9s"}}),
    ],
    ids=str,
)
def test_merged_changes_only_given_settings(spec, after):
    before = kit.read(kit.small(kit.dummy("x", PAIRS)), "x")
    expected = dict(before)
    for key, value in after.items():
        if key.startswith("+"):
            expected["operations"] = [*before["operations"], {"name": "stop", **value}]
        elif "." in key:
            expected["meta"] = dict(before["meta"], **{key.partition(".")[2]: value})
        else:
            expected[key] = value
    assert kit.read(x(PAIRS, **spec), "x") == expected


def test_replaced_removes_other_settings_except_those_of_operators():
    spec = kit.read(
        x(PAIRS, exact=True, params={"fake": "two"}, operations=[{"name": "monitor", "interval": "10s"}]), "x"
    )
    assert spec == {
        "id": "x",
        "agent": DUMMY,
        "params": {"fake": "two"},
        "meta": {"target-role": "Stopped", "is-managed": "false"},
        "operations": [{"id": "o-1", "name": "monitor", "interval": "10s"}],
    }


def test_replaced_changes_settings_of_operators_if_given():
    assert kit.read(x(PAIRS, exact=True, meta={"target-role": "Started"}), "x")["meta"] == {
        "target-role": "Started",
        "is-managed": "false",
    }


def test_replaced_without_operations_writes_those_of_the_agent():
    operations = kit.read(x(PAIRS, exact=True, known=kit.agents()), "x")["operations"]
    assert sorted(each["name"] for each in operations) == [
        each["name"] for each in kit.agents().get(DUMMY).default_operations()
    ]


def test_replaced_keeps_the_operations_without_metadata():
    assert len(kit.read(x(PAIRS, exact=True), "x")["operations"]) == 2


@pytest.mark.parametrize(
    "meta, edits",
    [({"migration-threshold": "+3"}, 0), ({"is-managed": "no"}, 0), ({"migration-threshold": 4}, 1)],
    ids=str,
)
def test_meta_attributes_are_compared_as_pacemaker_reads_them(meta, edits):
    assert x(PAIRS, meta=meta).edits == edits


def test_parameters_are_compared_as_text():
    assert kit.read(x(PAIRS.replace('"one"', '"1"'), params={"fake": True}), "x")["params"]["fake"] == "true"


def test_metadata_is_not_queried_if_nothing_changes(cib):
    asked = []
    known = kit.agents_of_node.Agents(lambda agent: asked.append(agent) or kit.metadata(agent), list)
    kit.lay(cib, web(params={"fake": "one"}, meta={"migration-threshold": 3}), known=known)
    assert asked == []


def test_several_sets_and_rules_are_unchanged():
    rule = '<rule id="r" score="0"><expression id="e" attribute="#uname" operation="eq" value="node1"/></rule>'
    second = f'<instance_attributes id="p2" score="5">{rule}<nvpair id="p2-1" name="fake" value="two"/></instance_attributes>'
    cib = x(PAIRS + second, exact=True, params={"fake": "new"})
    assert kit.read(cib, "x")["params"] == [
        {"id": "p", "values": {"fake": "new"}},
        {"id": "p2", "score": "5", "rule": "#uname eq node1", "values": {"fake": "two"}},
    ]
    assert cib.find("e") is not None


def test_empty_set_is_kept():
    """ACLs may allow writing pairs, but not sets."""
    cib = x(PAIRS, params={"fake": None, "state": None})
    assert list(cib.find("p")) == []


# --- operations

TWO = '<operations><op id="a" name="monitor" interval="10s" timeout="5"/><op id="b" name="monitor" interval="20s"/></operations>'
ROLES = TWO.replace('interval="10s"', 'interval="10s" role="Master"')


@pytest.mark.parametrize(
    "content, operation, element_id, attributes",
    [
        (TWO, {"interval": "20s", "timeout": "9s"}, "b", {"timeout": "9s"}),
        (TWO, {"interval": "10000ms", "timeout": "5s"}, "a", {"timeout": "5"}),
        (TWO, {"interval": "10s", "timeout": None}, "a", {}),
        (ROLES, {"role": "Promoted", "interval": "11s"}, "a", {"timeout": "5", "role": "Master", "interval": "11s"}),
        (ROLES, {"interval": "21s"}, "b", {"interval": "21s"}),
    ],
    ids=["by interval", "same interval", "null", "by role", "role Started"],
)
def test_operation_matches_one_with_the_same_name(content, operation, element_id, attributes):
    cib = x(content, operations=[{"name": "monitor", **operation}])
    interval = {"a": "10s", "b": "20s"}[element_id]
    assert cib.find(element_id).attrib == {"id": element_id, "name": "monitor", "interval": interval, **attributes}
    assert len(cib.find("x").findall("operations/op")) == 2


def test_operation_without_match_is_added():
    cib = x(TWO, operations=[{"name": "monitor", "interval": "30s"}])
    assert cib.find("x-monitor-interval-30s").attrib == {
        "id": "x-monitor-interval-30s",
        "name": "monitor",
        "interval": "30s",
    }


def test_check_level_of_an_operation_is_written_and_read():
    cib = x(TWO, operations=[{"name": "monitor", "interval": "10s", "OCF_CHECK_LEVEL": 10}])
    assert kit.read(cib, "x")["operations"][0]["OCF_CHECK_LEVEL"] == "10"
    kit.lay(
        cib, kit.want("resources", id="x", agent=DUMMY, operations=[{"name": "monitor", "interval": "10s"}]), exact=True
    )
    assert kit.read(cib, "x")["operations"] == [{"id": "a", "name": "monitor", "interval": "10s"}]


# --- change of the agent

IP = "ocf:heartbeat:IPaddr2"
PARAMS = {"ip": "192.0.2.9"}


@MODES
@pytest.mark.parametrize("each", ["alone", "web", "g2a", "state"])
def test_new_agent_keeps_position_and_references(cib, each, exact):
    around, index = cib.parent(cib.find(each)), cib.index(cib.find(each))
    named = cib.xml().count(f'"{each}"')
    wanted = kit.want("resources", id=each, agent=IP, params=PARAMS)
    plan = kit.lay(cib, wanted, known=kit.agents(), force_recreate=True, exact=exact)
    assert plan.to_stop == [each]
    assert (cib.parent(cib.find(each)), cib.index(cib.find(each))) == (around, index)
    assert cib.xml().count(f'"{each}"') == named
    assert kit.read(cib, each)["agent"] == IP
    again = kit.lay(kit.again(cib), wanted, known=kit.agents(), exact=exact)
    assert (again.changed, again.to_stop) == (False, [])


@pytest.mark.parametrize(
    "exact, after",
    [
        (
            False,
            {
                "description": "text",
                "meta": {"target-role": "Stopped", "priority": "1"},
                "utilization": {"memory": "5"},
            },
        ),
        (True, {"meta": {"target-role": "Stopped"}}),
    ],
    ids=["merged", "replaced"],
)
def test_settings_unrelated_to_the_agent_are_kept_with_another_agent(exact, after):
    cib = kit.small()
    kit.lay(
        cib,
        web(
            params={"fake": "one"},
            description="text",
            meta={"target-role": "Stopped", "priority": 1},
            utilization={"memory": 5},
        ),
        kit.want("resources", id="on", agent=DUMMY),
    )
    kit.lay(cib, kit.want("resources", id="web", agent=IP, params=PARAMS), exact=exact, force_recreate=True)
    spec = kit.read(cib, "web")
    assert spec.pop("operations") == [{"name": "monitor", "interval": "60s"}]
    assert spec == {"id": "web", "agent": IP, "params": PARAMS, **after}


@MODES
@pytest.mark.parametrize("meta", [None, {"priority": 5}], ids=str)
def test_settings_of_operators_in_several_sets_are_kept_with_another_agent(meta, exact):
    rule = "<rule id='r' score='0'><expression id='e' attribute='#uname' operation='defined'/></rule>"
    sets = (
        "<meta_attributes id='m'><nvpair id='m1' name='target-role' value='Stopped'/></meta_attributes>"
        f"<meta_attributes id='n'>{rule}<nvpair id='n1' name='priority' value='1'/></meta_attributes>"
    )
    cib = kit.small(kit.dummy("web", sets))
    spec = {"id": "web", "agent": IP, "params": PARAMS, **({"meta": meta} if meta else {})}
    kit.lay(cib, kit.want("resources", **spec), exact=exact, force_recreate=True)
    assert "Stopped" in str(kit.read(cib, "web")["meta"])


# --- validation against the metadata


@pytest.mark.parametrize(
    "params, sentence",
    [
        (
            {"lvs_support": "perhaps"},
            "the parameter 'lvs_support' of ocf:heartbeat:IPaddr2 must be true or false, not 'perhaps'",
        ),
        (
            {"arp_count": "many"},
            "the parameter 'arp_count' of ocf:heartbeat:IPaddr2 must be a whole number, not 'many'",
        ),
        ({"ip": "192.0.2.80"}, "ip: must be unique among resources of ocf:heartbeat:IPaddr2; 'ip' has the same"),
    ],
    ids=str,
)
@pytest.mark.parametrize("exists", [False, True], ids=["new", "existing"])
def test_values_are_validated_against_the_metadata(cib, params, sentence, exists):
    def wanted(**params):
        return kit.want("resources", id="new", agent=IP, params={**PARAMS, **params})

    if exists:
        kit.lay(cib, wanted(), known=kit.agents())
    before = cib.xml()
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, wanted(**params), known=kit.agents())
    assert str(failure.value) == f"params: {sentence} (use force: true to accept it anyway)"
    cib = kit.Cib(before)
    plan = kit.lay(cib, wanted(**params), known=kit.agents(), force=True)
    assert plan.warnings == [f"params: {sentence}"]
    assert not kit.lay(kit.again(cib), wanted(**params), known=kit.agents()).changed


def test_deprecated_parameters_cause_one_warning(cib):
    wanted = kit.want("stonith", id="f", agent="fence_ipmilan", params={"ipaddr": "192.0.2.9"})
    plan = kit.lay(cib, wanted, known=kit.agents())
    assert plan.warnings == ["f: the parameter 'ipaddr' of stonith:fence_ipmilan is deprecated; use ip"]
    assert kit.lay(kit.again(cib), wanted, known=kit.agents()).warnings == []


def test_replaced_with_no_operations_keeps_a_primitive_without_operations():
    cib = kit.small(kit.dummy("x"))
    kit.lay(cib, kit.want("resources", **kit.read(cib, "x")), exact=True, known=kit.agents())
    assert cib.edits == 0


# --- invalid input


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"id": "1st"}, "id: '1st' is not a valid id"),
        ({"id": "a b"}, "id: 'a b' is not a valid id"),
        ({"id": ""}, "id: is required"),
        ({"id": 5}, "id: must be a string, not 5"),
        ({"agent": None}, "agent: exactly one of agent and template is required"),
        ({"agent": "IPaddr2"}, "agent: 'IPaddr2' is not the full name of a resource agent"),
        ({"agent": "ocf:IPaddr2"}, "agent: 'ocf:IPaddr2' is not the full name"),
        ({"agent": "ocf::IPaddr2"}, "agent: 'ocf::IPaddr2' is not the full name"),
        ({"agent": "systemd:a:b"}, "agent: 'systemd:a:b' is not the full name"),
        ({"agent": "stonith:fence_xvm"}, "agent: 'stonith:fence_xvm' is not the full name"),
        (
            {"agent": "ocf:heartbeat:IPaddr2"},
            "agent: 'web' already exists with the agent ocf:pacemaker:Dummy, not the agent ocf:heartbeat",
        ),
        ({"id": "site"}, "id: 'site' is already the id of a group, not of a resource"),
        ({"parms": {}}, "unknown key 'parms'; did you mean 'params'?"),
        ({"zzz": {}}, "unknown key 'zzz'; known: id, agent"),
        ({"params": ["a"]}, "params[0]: must be a mapping such as"),
        ({"params": "a"}, "params: must be a mapping or a list, not a string"),
        ({"params": {"fke": 1}}, "params: ocf:pacemaker:Dummy has no parameter 'fke'; did you mean 'fake'?"),
        ({"id": "new", "params": {"fke": 1}}, "params: ocf:pacemaker:Dummy has no parameter 'fke'"),
        ({"id": "new", "agent": "ocf:heartbeat:IPaddr2"}, "params: ocf:heartbeat:IPaddr2 needs ip"),
        ({"id": "new", "agent": "ocf:x:y"}, "agent: ocf:x:y is not installed on this node"),
        ({"operations": "monitor"}, "operations: must be a list, not 'monitor'"),
        ({"operations": ["monitor"]}, "operations[0]: must be a mapping such as {name: monitor, interval: 10s}"),
        ({"operations": [{"interval": 1}]}, "operations[0].name: is required"),
        (
            {"operations": [{"name": "monitor", "interval": "often"}]},
            "operations[0].interval: 'often' is not a valid time",
        ),
        ({"operations": [{"name": "stop", "timeout": -1}]}, "operations[0].timeout: -1 is not a valid time"),
        (
            {"operations": [{"name": "stop", "time-out": 1}]},
            "operations[0]: unknown attribute 'time-out'; did you mean",
        ),
        (
            {"operations": [{"name": "monitor", "interval": "60"}, {"name": "monitor"}]},
            "operations[1].interval: operations[0] is already a monitor with the interval 60s",
        ),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("resources", **{"id": "web", "agent": DUMMY, **spec}), known=kit.agents())
    assert str(failure.value).startswith(sentence)


# --- properties of all plans

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)
PAIRS_OF = st.dictionaries(NAMES, TEXTS, max_size=4)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["monitor", "start", "stop"]), "interval": st.sampled_from(["0s", "10s", "1min"])},
        optional={
            "timeout": st.sampled_from(["20s", "100"]),
            "on-fail": st.sampled_from(["block", "restart"]),
            "OCF_CHECK_LEVEL": st.sampled_from(["0", "10"]),
        },
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda operation: (operation["name"], operation["interval"]),
).map(lambda operations: sorted(operations, key=lambda operation: operation["name"]))
SPECS = st.fixed_dictionaries(
    {"id": st.just("x"), "agent": st.just(DUMMY), "operations": OPERATIONS},
    optional={
        "params": PAIRS_OF.filter(bool),
        "meta": PAIRS_OF.filter(bool),
        "description": TEXTS.filter(bool),
    },
)


def write(cib, spec, exact):
    return kit.lay(cib, kit.want("resources", **spec), exact=exact)


@given(SPECS)
def test_written_specification_is_read_back(spec):
    cib = kit.small()
    write(cib, spec, exact=True)
    assert kit.read(kit.again(cib), "x") == spec


@given(SPECS, st.booleans(), st.booleans())
def test_second_plan_changes_nothing(spec, exact, exact_then):
    cib = kit.small()
    write(cib, spec, exact)
    cib = kit.again(cib)
    assert not write(cib, spec, exact_then and exact).changed


@given(SPECS, SPECS)
def test_replaced_turns_any_primitive_into_the_given_one(one, other):
    cib = kit.small()
    write(cib, one, exact=True)
    write(cib, dict(other, operations=other["operations"]), exact=True)
    result = kit.read(cib, "x")
    kept = {name: one.get("meta", {}).get(name) for name in ("target-role", "is-managed", "maintenance")}
    assert not any(kept.values())
    assert {key: value for key, value in result.items() if key != "operations"} == {
        key: value for key, value in other.items() if key != "operations"
    }
    assert not write(kit.again(cib), other, exact=True).changed


@given(SPECS, SPECS)
def test_merged_keeps_settings_not_given(one, other):
    cib = kit.small()
    write(cib, one, exact=True)
    write(cib, other, exact=False)
    result = kit.read(cib, "x")
    for part in ("params", "meta"):
        assert set(result.get(part, {})) == set(one.get(part, {})) | set(other.get(part, {}))
        unmentioned = set(one.get(part, {})) - set(other.get(part, {}))
        assert {name: result[part][name] for name in unmentioned} == {name: one[part][name] for name in unmentioned}
