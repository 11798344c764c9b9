# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The complete configuration as one document, on the running cluster of the demo: applied, exported and rebuilt."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from conftest import IDLE, lab, play, task
from steps import DUMMY, MONITOR, QUERY, around, at_node1, check_changed, make, places, primitive, run

pytestmark = pytest.mark.usefixtures("restore_configuration")

# At least one object of each section, with ids, because the tests look for them by id
EVERYTHING = {
    "properties": {"batch-limit": 20},
    "resource_defaults": {"resource-stickiness": 10},
    "operation_defaults": {"timeout": "44s"},
    "nodes": [{"name": "node1", "attributes": {"site": "a"}, "utilization": {"cpu": 4}}],
    "templates": [{"id": "model", "agent": DUMMY}],
    "resources": [
        {"id": "one", "template": "model"},
        {"id": "two", "agent": DUMMY, "params": {"fake": "two"}, "utilization": {"cpu": 1}},
        {"id": "three", "agent": DUMMY},
        {"id": "everywhere", "agent": DUMMY},
    ],
    "groups": [{"id": "row", "members": ["one", "two"]}],
    "clones": [{"id": "all", "member": "everywhere", "meta": {"interleave": True}}],
    "stonith_levels": [{"id": "level", "level": 1, "target": "node1", "devices": ["fence-node1"]}],
    "tags": [{"id": "some", "members": ["row", "three"]}],
    "constraints": [
        {"type": "location", "id": "place", "resource": "three", "node": "node1", "score": 50},
        {"type": "order", "id": "order", "first": {"resource": "row"}, "then": {"resource": "three"}},
    ],
    "alerts": [{"id": "tell", "path": "/bin/true", "recipients": [{"id": "who", "value": "me"}]}],
    "acls": {
        "roles": [{"id": "reader", "permissions": [{"kind": "read", "xpath": "/cib"}]}],
        "users": [{"id": "somebody", "roles": ["reader"]}],
    },
}
# Each as an XPath into the configuration
THERE = [
    ".//cluster_property_set/nvpair[@name='batch-limit'][@value='20']",
    "rsc_defaults//nvpair[@name='resource-stickiness'][@value='10']",
    "op_defaults//nvpair[@name='timeout'][@value='44s']",
    "nodes/node[@uname='node1']/instance_attributes/nvpair[@name='site'][@value='a']",
    "nodes/node[@uname='node1']/utilization/nvpair[@name='cpu'][@value='4']",
    "resources/template[@id='model']",
    "resources/group[@id='row']/primitive[1][@id='one'][@template='model']",
    "resources/group[@id='row']/primitive[2][@id='two']//nvpair[@name='fake'][@value='two']",
    "resources/clone[@id='all']/primitive[@id='everywhere']",
    "fencing-topology/fencing-level[@id='level'][@target='node1'][@index='1'][@devices='fence-node1']",
    "tags/tag[@id='some']/obj_ref[2][@id='three']",
    "constraints/rsc_location[@id='place'][@rsc='three'][@score='50']",
    "constraints/rsc_order[@id='order'][@first='row'][@then='three']",
    "alerts/alert[@id='tell']/recipient[@id='who'][@value='me']",
    "acls/acl_role[@id='reader']/acl_permission[@kind='read'][@xpath='/cib']",
    "acls/acl_target[@id='somebody']/role[@id='reader']",
]


def ha_config(document, **options):
    """A task of ha_config."""
    return {"ha_config": {"config": document, **options}}


def exported(**options):
    """The configuration document of the cluster."""
    result = task("node1", "ha_info", {"gather_subset": ["config"], **options})
    assert result["unsupported"] == []
    return result["config"]


def without(document, *ids):
    """A document without the objects with these ids."""
    return {
        section: [each for each in content if each.get("id") not in ids] if isinstance(content, list) else content
        for section, content in document.items()
    }


def test_all_sections_are_applied_in_one_transaction():
    step, monitor = run(ha_config(EVERYTHING, wait=120), f"{IDLE}; {MONITOR}")
    check_changed(step)
    configuration = step.after.find("configuration")
    assert [path for path in THERE if configuration.find(path) is None] == []
    assert {(name, role) for name, role, _node in places(monitor, "row")} == {("one", "Started"), ("two", "Started")}
    assert [node for _name, _role, node in places(monitor, "all")] == ["node1", "node2"]
    assert {each["resource"] for each in step.real["impact"] if each["action"] == "start"} == {
        *("one", "two", "three", "everywhere")
    }


def test_overridden_removes_everything_else_except_operator_changes():
    make(
        *(primitive(name) for name in ("kept", "banned", "extra")),
        around("group", "row", primitive("inside"), primitive("going")),
        constraints=at_node1("extra") + at_node1("kept"),
    )
    commands = "pcs node standby node2; pcs resource disable kept; pcs resource ban banned node2"
    lab("node1", "sh", "-c", f"{commands}; {IDLE}")
    document = without(exported(), "extra", "extra-at-node1", "kept-at-node1", "going")
    document["groups"] = [
        {**each, "members": ["inside"]} if each["id"] == "row" else each for each in document["groups"]
    ]
    document["resources"] = [
        {key: value for key, value in each.items() if key != "meta"} for each in document["resources"]
    ]
    document["nodes"] = [{"name": "node1"}]
    document["constraints"] = [each for each in document["constraints"] if not each["id"].startswith("cli-")]
    (step,) = run(ha_config(document, mode="overridden", wait=120))
    check_changed(step, commits=2)  # running resources are stopped first
    before, after = (found.find("configuration") for found in (step.before, step.after))
    gone = {each.get("id") for each in before.iter() if each.tag in ("primitive", "rsc_location")}
    gone -= {each.get("id") for each in after.iter() if each.tag in ("primitive", "rsc_location")}
    assert gone == {"extra", "going", "extra-at-node1", "kept-at-node1"}
    assert [name for name in sorted(gone) if f"id: {name}\n" not in step.predicted["diff"]["before"]] == []
    for path in (
        "nodes/node[@uname='node2']//nvpair[@name='standby'][@value='on']",
        "resources/primitive[@id='kept']//nvpair[@name='target-role'][@value='Stopped']",
        "constraints/rsc_location[@id='cli-ban-banned-on-node2']",
    ):
        assert after.find(path) is not None, path


def test_export_applies_without_changes_and_rebuilds_the_same_cluster():
    run((ha_config(EVERYTHING, wait=120), False))
    before = ElementTree.fromstring(lab("node1", *QUERY.split()))
    document = exported(include_secrets=True)
    without_secrets = exported()
    passwords = {pair.get("value") for pair in before.iter("nvpair") if pair.get("name") == "password"}
    assert passwords and not any(each in json.dumps(without_secrets) for each in passwords)
    same = run(*((ha_config(without_secrets, mode=mode), False) for mode in ("merged", "replaced", "overridden")))
    assert [each["changed"] for each in same] == [False] * 3

    empty = ElementTree.fromstring(ElementTree.tostring(before.find("configuration")))
    for section in list(empty):
        if section.tag == "nodes":
            for part in section.findall("node/*"):
                next(node for node in section if part in list(node)).remove(part)
        elif section.tag != "crm_config":
            empty.remove(section)
    ElementTree.SubElement(empty, "resources")
    ElementTree.SubElement(empty, "constraints")
    replace = f'cibadmin --replace --scope configuration --xml-text "$1" && {IDLE}'
    lab("node1", "sh", "-c", replace, "sh", ElementTree.tostring(empty, encoding="unicode"))

    refused = task("node1", "ha_config", {"config": without_secrets, "mode": "replaced"})
    assert (
        refused["failed"]
        and "params.password: <secret> refers to the stored value, but none is stored" in refused["msg"]
    )
    (built,) = run((ha_config(document, mode="replaced", wait=120), False))
    assert built["changed"]
    after = ElementTree.fromstring(lab("node1", *QUERY.split()))
    assert sorted(contents(after)) == sorted(contents(before))


def contents(cib):
    """The complete configuration as tuples, one per element: path, tag and attributes, without the ids of nvpairs."""

    def lines(element, path):
        attributes = {name: value for name, value in element.items() if name != "id" or element.tag != "nvpair"}
        yield path, element.tag, tuple(sorted(attributes.items()))
        for child in element:
            yield from lines(child, (*path, element.tag, element.get("id")))

    return list(lines(cib.find("configuration"), ()))


@pytest.mark.only_on("13")
def test_standby_moves_the_predicted_resources():
    make(primitive("one"), primitive("two"), constraints=at_node1("one") + at_node1("two"))
    standby = {"nodes": [{"name": "node1", "standby": True}]}
    back = {"nodes": [{"name": "node1", "standby": False}]}
    look = f"{IDLE}; {MONITOR}"
    away, monitor, home, again = run(ha_config(standby, wait=120), look, ha_config(back, wait=120), look)
    for step in (away, home):
        check_changed(step)
        assert step.predicted["impact"] == step.real["impact"]
    moved = {(each["resource"], each["from"], each["to"]) for each in away.real["impact"] if each["action"] == "move"}
    assert {("one", "node1", "node2"), ("two", "node1", "node2")} <= moved
    assert places(monitor, "one") == [("one", "Started", "node2")]
    assert places(again, "one") == [("one", "Started", "node1")]
    (refused,) = [task("node1", "ha_config", {"config": standby, "disruption": "forbid"})]
    assert refused["failed"] and "moves one from node1 to node2" in refused["msg"]


@pytest.mark.only_on("13")
def test_role_applies_the_file_that_the_export_playbook_wrote(tmp_path):
    exported_to, more = tmp_path / "cluster.yml", tmp_path / "more.yml"
    done = play("hacluster.pcs.export", ha_export_file=str(exported_to))
    assert done.code == 0, done.output
    assert exported_to.stat().st_mode & 0o777 == 0o600
    more.write_text(
        json.dumps({"ha_config_document": {"resources": [{"id": "more", "agent": DUMMY}]}}), encoding="utf-8"
    )
    files = [str(exported_to), str(more)]
    role = {"name": "hacluster.pcs.ha_config", "tasks_from": "main"}
    one = {"hosts": "cluster", "gather_facts": False, "tasks": [{"ansible.builtin.include_role": role}]}
    assert play([one], ha_config_files=files[:1], ha_config_mode="overridden").changed == 0
    assert play([one], ha_config_files=files).changed == 1
    assert "more" in lab("node1", "cibadmin", "--query", "--xpath", "//primitive[@id='more']")


@pytest.mark.only_on("13")
def test_export_refuses_values_that_look_like_jinja_templates(tmp_path):
    lab("node1", "pcs", "resource", "create", "odd", DUMMY, "fake={{ lookup('pipe', 'id') }}", "--disabled")
    done = play("hacluster.pcs.export", ha_export_file=str(tmp_path / "cluster.yml"))
    assert done.code == 2 and "contains the start of a Jinja template" in done.failures
    assert not (tmp_path / "cluster.yml").exists()
