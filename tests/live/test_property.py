# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ha_property, rules of attribute sets, and ha_tag on the running cluster of the demo: changes and invalid input."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from conftest import lab, play

pytestmark = pytest.mark.usefixtures("restore_configuration")

# The properties that the cluster itself maintains
KEPT = {"cluster-infrastructure", "cluster-name", "dc-version", "have-watchdog"}
QUERY = {"ansible.builtin.command": "cibadmin --query", "changed_when": False}


def cib():
    """The <cib> element, read with Pacemaker's own tool."""
    return ElementTree.fromstring(lab("node1", "cibadmin", "--query"))


def properties(document):
    """The cluster properties in a CIB: name -> value."""
    return {pair.get("name"): pair.get("value") for pair in document.iterfind(".//crm_config//nvpair")}


def make(section, content):
    """Write XML to a section of the configuration."""
    lab("node1", "cibadmin", "--modify", "--allow-create", "--scope", section, "--xml-text", content)


def done(module, arguments):
    """Run a task in check mode, for real and for real again; returns the CIB afterwards.

    Checks that check mode and the repetition change nothing, and that the real run does what check mode predicted, in
    one change of the CIB.
    """
    own = [{f"hacluster.pcs.{module}": arguments, "check_mode": check, "diff": True} for check in (True, False, False)]
    run = play(
        [{"hosts": "node1", "gather_facts": False, "tasks": [QUERY, own[0], QUERY, own[1], QUERY, own[2], QUERY]}]
    )
    assert run.code == 0, run.failures
    results = [line["result"] for line in run.results]
    predicted, real, repeated = results[1::2]
    cibs = [ElementTree.fromstring(each["stdout"]) for each in results[0::2]]
    first, checked, changed, last = (int(each.get("epoch")) for each in cibs)
    assert predicted["changed"] and real["changed"] and not repeated["changed"]
    assert (predicted["diff"], predicted["commands"]) == (real["diff"], real["commands"])
    assert real["diff"]["before"] != real["diff"]["after"] and repeated["diff"] == {"before": "", "after": ""}
    assert (first, first + 1, first + 1) == (checked, changed, last)
    return cibs[-1]


# --- properties


def test_properties_are_set_changed_and_reset():
    before = properties(cib())
    assert before.keys() >= KEPT
    wanted = {"batch-limit": 10, "cluster-recheck-interval": "5min", "start-failure-is-fatal": False}
    texts = {"batch-limit": "10", "cluster-recheck-interval": "5min", "start-failure-is-fatal": "false"}
    assert properties(done("ha_property", {"properties": wanted})) == {**before, **texts}
    change = {"batch-limit": 20, "start-failure-is-fatal": None, "cluster-recheck-interval": "300"}
    after = properties(done("ha_property", {"properties": change}))
    assert after == {**before, "batch-limit": "20", "cluster-recheck-interval": "5min"}
    assert "batch-limit: 20" in lab("node1", "pcs", "property").replace("=", ": ")


@pytest.mark.only_on("13")
def test_replaced_mode_resets_all_properties_except_those_of_cluster_and_operator():
    lab("node1", "pcs", "property", "set", "batch-limit=10", "maintenance-mode=true")
    kept = {name: value for name, value in properties(cib()).items() if name in {*KEPT, "maintenance-mode"}}
    assert properties(done("ha_property", {"properties": {}, "mode": "replaced"})) == kept


def test_new_property_name_sets_the_property_under_its_old_name():
    assert properties(done("ha_property", {"properties": {"fencing-timeout": "90s"}}))["stonith-timeout"] == "90s"
    after = properties(done("ha_property", {"properties": {"fencing-enabled": False}}))
    assert after["stonith-enabled"] == "false" and "fencing-enabled" not in after


@pytest.mark.full
def test_forced_input_produces_a_warning():
    task = {"hacluster.pcs.ha_property": {"properties": {"site": "north"}, "force": True}}
    run = play([{"hosts": "node1", "gather_facts": False, "tasks": [task, task]}])
    first, second = (line["result"] for line in run.results)
    assert first["changed"] and "has no property 'site'" in str(first["warnings"])
    assert not second["changed"] and "warnings" not in second
    assert properties(cib())["site"] == "north"


# --- defaults


def sets(document, section):
    """The sets of defaults: for each (id, score, the expressions of its rule, name -> value)."""
    return [
        (
            each.get("id"),
            each.get("score"),
            [part.tag for part in each.iterfind("rule/*")],
            {pair.get("name"): pair.get("value") for pair in each.iterfind("nvpair")},
        )
        for each in document.iterfind(f".//{section}/meta_attributes")
    ]


@pytest.mark.full
@pytest.mark.parametrize(
    "option, section", [("resource_defaults", "rsc_defaults"), ("operation_defaults", "op_defaults")]
)
def test_defaults_are_set_changed_and_removed(option, section):
    usual = f"{section}-meta_attributes"
    made = done("ha_property", {option: {"resource-stickiness": 7, "timeout": "33s"}})
    assert sets(made, section) == [(usual, None, [], {"resource-stickiness": "7", "timeout": "33s"})]
    words = ["resource", "op", "defaults"] if section == "op_defaults" else ["resource", "defaults"]
    assert "resource-stickiness=7" in lab("node1", "pcs", *words)
    changed = done("ha_property", {option: {"resource-stickiness": None, "timeout": "44s"}})
    assert sets(changed, section) == [(usual, None, [], {"timeout": "44s"})]
    wanted = [
        {"id": "some", "score": 5, "rule": "resource ocf:pacemaker:Dummy and date gt 2026-01-31", "values": {"a": 1}},
        {"id": usual},
    ]
    ruled = done("ha_property", {option: wanted})
    expected = ("some", "5", ["rsc_expression", "date_expression"], {"a": "1"})
    assert sets(ruled, section) == [expected, (usual, None, [], {"timeout": "44s"})]
    another = done(
        "ha_property", {option: [{"id": "some", "rule": "resource systemd::", "values": {"b": 2}}, {"id": usual}]}
    )
    assert sets(another, section)[0] == ("some", "5", ["rsc_expression"], {"a": "1", "b": "2"})
    exact = done("ha_property", {option: [{"id": "some", "values": {"b": 2}}], "mode": "replaced"})
    assert sets(exact, section) == [("some", None, [], {"b": "2"})]
    assert sets(done("ha_property", {option: []}), section) == []


def test_defaults_with_a_rule_apply_only_to_matching_resources():
    for name, agent in (("one", "ocf:pacemaker:Dummy"), ("two", "ocf:heartbeat:Dummy")):
        lab("node1", "pcs", "resource", "create", name, agent, "--disabled")
    about = {"rule": "resource ocf:pacemaker:Dummy", "values": {"priority": 9}}
    defaults = [{**about, "score": 5}, {"values": {"priority": 2}}]
    done("ha_property", {"resource_defaults": defaults})
    read = "crm_resource --meta --get-parameter priority --resource"
    assert [lab("node1", *read.split(), name).strip() for name in ("one", "two")] == ["9", "2"]


@pytest.mark.only_on("13")
def test_parameter_set_with_a_rule_is_created_and_removed():
    params = [{"values": {"fake": "anywhere"}}, {"score": 9, "rule": "#uname eq node2", "values": {"fake": "there"}}]
    spec = {"id": "one", "agent": "ocf:pacemaker:Dummy", "meta": {"target-role": "Stopped"}, "params": params}
    made = done("ha_resource", spec)
    found = made.findall(".//primitive[@id='one']/instance_attributes")
    assert [each.get("id") for each in found] == ["one-instance_attributes", "one-instance_attributes-1"]
    rule = found[1].find("rule")
    assert rule.get("id") == "one-instance_attributes-1-rule" and found[1][0] is rule
    assert rule.find("expression").get("value") == "node2"
    assert done("ha_resource", {**spec, "params": [params[0]]}).find(".//primitive[@id='one']//rule") is None


# --- tags


@pytest.mark.only_on("13")
def test_tags_are_created_changed_and_removed():
    for name in ("one", "two"):
        lab("node1", "pcs", "resource", "create", name, "ocf:pacemaker:Dummy", "--disabled")
    made = done("ha_tag", {"id": "some", "members": ["two", "web"]})
    assert [each.get("id") for each in made.findall(".//tag[@id='some']/obj_ref")] == ["two", "web"]
    changed = done("ha_tag", {"id": "some", "members": ["web", "one"]})
    assert [each.get("id") for each in changed.findall(".//tag[@id='some']/obj_ref")] == ["web", "one"]
    assert [line.strip("-* ") for line in lab("node1", "pcs", "tag", "config").split()][:3] == ["some", "web", "one"]
    make("constraints", '<constraints><rsc_location id="there" rsc="some" node="node1" score="5"/></constraints>')
    removed = done("ha_tag", {"id": "some", "state": "absent"})
    assert removed.find(".//tag") is removed.find(".//rsc_location[@id='there']") is None
    assert removed.find(".//primitive[@id='one']") is not None


# --- invalid input

WRONG = [
    ("ha_property", {"properties": {"no-quorum-polcy": "stop"}}, "did you mean 'no-quorum-policy'"),
    ("ha_property", {"properties": {"no-quorum-policy": "halt"}}, "no-quorum-policy: must be one of stop, freeze"),
    ("ha_property", {"properties": {"batch-limit": "many"}}, "batch-limit: must be a whole number"),
    ("ha_property", {"properties": {"stonith-enabled": "maybe"}}, "stonith-enabled: must be true or false"),
    ("ha_property", {"properties": {"cluster-delay": "soon"}}, "cluster-delay: must be a time such as 20s"),
    ("ha_property", {"properties": {"load-threshold": 80}}, "load-threshold: must be a percentage such as 80%"),
    ("ha_property", {"properties": {"stonith-action": False}}, "stonith-action: YAML reads off as False"),
    ("ha_property", {"properties": {"dc-version": "9.9"}}, "dc-version: is maintained by the cluster"),
    ("ha_property", {"properties": {"cluster-name": None}}, "cluster-name: is maintained by the cluster"),
    ("ha_property", {"properties": {"stonith-watchdog-timeout": "10s"}}, "set up SBD first"),
    (
        "ha_property",
        {"properties": {"stonith-enabled": True, "fencing-enabled": True}},
        "stonith-enabled and fencing-enabled are the same property",
    ),
    ("ha_config", {"config": {"properties": {"batch-limt": 1}}}, "did you mean 'batch-limit'"),
    ("ha_property", {"resource_defaults": "a=1"}, "resource_defaults: must be a mapping or a list"),
    ("ha_property", {"resource_defaults": [{"vales": {}}]}, "resource_defaults[0]: unknown key 'vales'; did you mean"),
    ("ha_property", {"resource_defaults": [{"score": "x"}]}, "resource_defaults[0].score: 'x' is not a score"),
    ("ha_property", {"resource_defaults": [{"rule": "op stop"}]}, "resource_defaults[0].rule: 'op' at character 1"),
    (
        "ha_property",
        {"operation_defaults": [{"rule": "date gt soon"}]},
        "operation_defaults[0].rule: 'soon' at character 9",
    ),
    (
        "ha_property",
        {"operation_defaults": [{"id": "web"}]},
        "operation_defaults[0].id: 'web' is already the id of a group",
    ),
    (
        "ha_resource",
        {"id": "web-ip", "agent": "ocf:heartbeat:IPaddr2", "meta": [{"rule": "#uname eq node1"}]},
        "meta[0].rule: '#uname' at character 1",
    ),
    ("ha_tag", {"id": "t", "members": []}, "members: must not be empty; use state: absent to remove the tag"),
    ("ha_tag", {"id": "t", "members": ["wep"]}, "members: there is no resource 'wep'; did you mean 'web-ip'"),
    ("ha_tag", {"id": "t", "members": ["web", "web"]}, "members: 'web' is given twice"),
    ("ha_tag", {"id": "t", "members": ["there"]}, "members: 'there' is a tag, not a resource"),
    ("ha_tag", {"id": "web", "members": ["web-ip"]}, "id: 'web' is already the id of a group, not of a tag"),
]


@pytest.mark.full
def test_invalid_tasks_are_refused_without_changes():
    make("tags", '<tags><tag id="there"><obj_ref id="web"/></tag></tags>')
    before = cib()
    tasks = [{f"hacluster.pcs.{module}": arguments, "ignore_errors": True} for module, arguments, _sentence in WRONG]
    run = play([{"hosts": "node1", "gather_facts": False, "tasks": tasks}])
    assert len(run.results) == len(WRONG)
    for (_module, arguments, sentence), line in zip(WRONG, run.results):
        message = line["result"].get("msg", "")
        assert line["status"] == "ignored" and sentence in message, f"{arguments}: {message}"
    assert before.get("epoch") == cib().get("epoch")
