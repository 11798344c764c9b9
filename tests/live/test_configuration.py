# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules that change the configuration, on the running cluster of the demo."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from conftest import lab, play, task

QUERY = {"ansible.builtin.command": "cibadmin --query", "changed_when": False}


def configuration():
    """The <cib> element, read with Pacemaker's own tool."""
    return ElementTree.fromstring(lab("node1", "cibadmin", "--query"))


def version(cib):
    """The counters that a change of the configuration increases; a change of the status does not."""
    return int(cib.get("admin_epoch")), int(cib.get("epoch"))


def steps(module, *arguments):
    """Run a task with each of the arguments in check mode, for real and for real again.

    :returns: for each of the arguments three of (result, CIB before the run, CIB after it).
    """
    tasks = [QUERY]
    for each in arguments:
        for check in (True, False, False):
            tasks += [{f"hacluster.pcs.{module}": each, "check_mode": check, "diff": True}, QUERY]
    done = play([{"hosts": "node1", "gather_facts": False, "tasks": tasks}])
    assert done.code == 0, done.failures
    results = [line["result"] for line in done.results]
    cibs = [ElementTree.fromstring(result["stdout"]) for result in results[0::2]]
    triples = list(zip(results[1::2], cibs, cibs[1:]))
    return [triples[number : number + 3] for number in range(0, len(triples), 3)]


CYCLES = {
    "property": (
        "ha_property",
        [
            {"properties": {"batch-limit": 10}},
            {"properties": {"batch-limit": 20}},
            {"properties": {"batch-limit": None}},
        ],
        ["cluster_property_set/nvpair[@name='batch-limit'][@value='10']", "nvpair[@name='batch-limit'][@value='20']"],
        "nvpair[@name='batch-limit']",
    ),
    "primitive": (
        "ha_resource",
        [
            {
                "id": "one",
                "agent": "ocf:pacemaker:Dummy",
                "params": {"fake": "a"},
                "meta": {"migration-threshold": 3},
                "operations": [{"name": "monitor", "interval": "7s", "timeout": "9s"}],
            },
            {
                "id": "one",
                "agent": "ocf:pacemaker:Dummy",
                "params": {"fake": "b"},
                "meta": {"migration-threshold": None},
            },
            {"id": "one", "state": "absent"},
        ],
        [
            "primitive[@id='one']//nvpair[@name='fake'][@value='a']",
            "primitive[@id='one']//nvpair[@name='fake'][@value='b']",
        ],
        "primitive[@id='one']",
    ),
    "group": (
        "ha_resource",
        [
            {"id": "both", "members": ["first", "second"]},
            {"id": "both", "members": ["second", "first"], "meta": {"priority": 5}},
            {"id": "both", "state": "absent"},
        ],
        [
            "group[@id='both']/primitive[1][@id='first']",
            "group[@id='both']/primitive[1][@id='second']",
        ],
        "group[@id='both']",
    ),
    "fence device": (
        "ha_stonith",
        [
            {
                "id": "spare",
                "agent": "fence_ipmilan",
                "params": {"ip": "127.0.0.1", "password": "secret-one", "pcmk_host_list": "node1"},
                "meta": {"target-role": "Stopped"},
            },
            {"id": "spare", "agent": "fence_ipmilan", "params": {"password": "secret-two"}},
            {"id": "spare", "state": "absent"},
        ],
        [
            "primitive[@class='stonith'][@id='spare']//nvpair[@value='secret-one']",
            "primitive[@class='stonith'][@id='spare']//nvpair[@value='secret-two']",
        ],
        "primitive[@id='spare']",
    ),
    "location": (
        "ha_constraint",
        [
            {"resource": "first", "node": "node1", "score": 50},
            {"resource": "first", "node": "node1", "score": "-INFINITY"},
            {"resource": "first", "node": "node1", "state": "absent"},
        ],
        [
            "rsc_location[@id='location-first-node1-50'][@score='50']",
            "rsc_location[@id='location-first-node1-50'][@score='-INFINITY']",
        ],
        "rsc_location[@rsc='first']",
    ),
}


@pytest.fixture
def dummies(demo):
    """Two resources created by pcs; they are removed afterwards."""
    for name in ("first", "second"):
        lab("node1", "pcs", "resource", "create", name, "ocf:pacemaker:Dummy")
    yield
    for name in ("first", "second"):
        if configuration().find(f".//primitive[@id='{name}']") is not None:
            lab("node1", "pcs", "resource", "delete", name)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "primitive" else pytest.mark.full) for name in CYCLES]
)
def test_objects_are_created_changed_and_removed_as_predicted(name, dummies):
    module, arguments, expected, gone = CYCLES[name]
    created, changed, removed = steps(module, *arguments)
    for predicted, real, repeated in (created, changed, removed):
        result, before, after = predicted
        assert result["changed"] and version(before) == version(after), "check mode commits nothing"
        done, before, after = real
        assert done["changed"] and version(before) < version(after)
        assert (done["diff"], done["commands"]) == (result["diff"], result["commands"]), (
            "the real run does what check mode predicted"
        )
        again, before, after = repeated
        assert not again["changed"] and version(before) == version(after)
        assert "secret-" not in str(predicted[0]) + str(real[0]), "secrets are not shown"
    assert created[1][2].find(f".//{expected[0]}") is not None
    assert changed[1][2].find(f".//{expected[1]}") is not None
    assert removed[1][2].find(f".//{gone}") is None


def test_document_is_applied_in_one_patch(dummies):
    document = {
        "properties": {"cluster-delay": "61s"},
        "resources": [
            {"id": "third", "agent": "ocf:pacemaker:Dummy"},
            {"id": "fourth", "agent": "ocf:pacemaker:Dummy"},
        ],
        "groups": [{"id": "pair", "members": ["third", "fourth"]}],
        "constraints": [{"type": "location", "resource": "pair", "node": "node2"}],
    }
    before = configuration()
    result = task("node2", "ha_config", {"config": document, "wait": 60})
    after = configuration()
    assert result["changed"] and not result["failed"]
    # More than one change is possible if the cluster itself wrote at the same time; one per object would be at least 4
    assert int(after.get("epoch")) - int(before.get("epoch")) < 4
    assert [each.get("id") for each in after.findall(".//group[@id='pair']/primitive")] == ["third", "fourth"]
    assert "Started node2" in lab("node1", "crm_mon", "-1").split("pair")[1]
    assert not task("node1", "ha_config", {"config": document})["changed"]
    removal = task("node1", "ha_resource", {"id": "pair", "state": "absent"}, diff=True)
    assert "location-pair-node2-INFINITY" in removal["diff"]["before"], (
        "the diff contains what is removed together with the group"
    )
    assert configuration().find(".//rsc_location[@rsc='pair']") is None
    lab("node1", "pcs", "property", "set", "cluster-delay=")


@pytest.mark.only_on("11")
def test_replaced_mode_keeps_target_role_set_by_an_operator(dummies):
    lab("node1", "pcs", "resource", "disable", "first")
    spec = {"id": "first", "agent": "ocf:pacemaker:Dummy", "params": {"fake": "x"}, "mode": "replaced"}
    assert task("node1", "ha_resource", spec)["changed"]
    role = configuration().find(".//primitive[@id='first']/meta_attributes/nvpair[@name='target-role']")
    assert role is not None and role.get("value") == "Stopped"


def test_task_fails_with_the_reason_when_a_resource_cannot_start(demo):
    spec = {
        "id": "broken",
        "agent": "ocf:heartbeat:Filesystem",
        "params": {"device": "/dev/there-is-none", "directory": "/mnt", "fstype": "ext4"},
        "wait": 60,
    }
    result = task("node1", "ha_resource", spec)
    assert result["failed"] and re.search(
        r"(?i)broken .*(probe|monitor|start) on node\d ended with '(not installed|error)", result["msg"]
    ), result["msg"]
    lab("node1", "pcs", "resource", "delete", "broken")


def test_concurrent_writers_on_both_nodes_lose_no_change(demo):
    """Each node sets different properties; every change that a task reported is in the CIB afterwards."""
    own = {"node1": ["batch-limit", "migration-limit"], "node2": ["node-action-limit", "pe-warn-series-max"]}
    tasks = [
        {"hacluster.pcs.ha_property": {"properties": f"{{{{ {{own[inventory_hostname][{index}]: {round_}}} }}}}"}}
        for round_ in (11, 12, 13)
        for index in (0, 1)
    ]
    done = play([{"hosts": "cluster", "gather_facts": False, "strategy": "free", "tasks": tasks}], own=own)
    assert done.code == 0 and done.changed == 12, done.failures
    cib = configuration()
    for name in own["node1"] + own["node2"]:
        assert cib.find(f".//nvpair[@name='{name}']").get("value") == "13"
        lab("node1", "pcs", "property", "set", f"{name}=")


WRONG = {
    "unknown agent": (
        "ha_resource",
        {"id": "x", "agent": "ocf:heartbeat:IPadr2"},
        "did you mean 'ocf:heartbeat:IPaddr2'",
    ),
    "short agent": ("ha_resource", {"id": "x", "agent": "IPaddr2"}, "agent: 'IPaddr2' is not the full name"),
    "unknown unit": ("ha_resource", {"id": "x", "agent": "systemd:ngin"}, "agent: systemd:ngin is not installed"),
    "unknown parameter": (
        "ha_resource",
        {"id": "x", "agent": "ocf:heartbeat:IPaddr2", "params": {"ip": "192.0.2.1", "nik": "eth0"}},
        "params: ocf:heartbeat:IPaddr2 has no parameter 'nik'; did you mean 'nic'",
    ),
    "missing parameter": ("ha_resource", {"id": "x", "agent": "ocf:heartbeat:IPaddr2"}, "needs ip"),
    "bad time": (
        "ha_resource",
        {"id": "x", "agent": "ocf:pacemaker:Dummy", "operations": [{"name": "monitor", "interval": "soon"}]},
        "operations[0].interval: 'soon' is not a valid time",
    ),
    "bad id": ("ha_resource", {"id": "1 x", "agent": "ocf:pacemaker:Dummy"}, "id: '1 x' is not a valid id"),
    "id of another kind": ("ha_resource", {"id": "web", "agent": "ocf:pacemaker:Dummy"}, "id: 'web' is already"),
    "agent change": ("ha_resource", {"id": "web-ip", "agent": "ocf:pacemaker:Dummy"}, "use force_recreate: true"),
    "unknown member": ("ha_resource", {"id": "web", "members": ["web-ipp"]}, "did you mean 'web-ip'"),
    "fence agent": ("ha_stonith", {"id": "x", "agent": "fence_ipmilam"}, "did you mean 'fence_ipmilan'"),
    "fence parameter": (
        "ha_stonith",
        {"id": "x", "agent": "fence_ipmilan", "params": {"ip": "127.0.0.1", "pcmk_hostlist": "a"}},
        "did you mean 'pcmk_host_list'",
    ),
    "unknown node": ("ha_constraint", {"resource": "web", "node": "node11"}, "node: the cluster has no node 'node11'"),
    "unknown resource": ("ha_constraint", {"resource": "wep", "node": "node1"}, "there is no resource 'wep'"),
    "bad score": (
        "ha_constraint",
        {"resource": "web", "node": "node1", "score": "much"},
        "score: 'much' is not a score",
    ),
    "unknown section": ("ha_config", {"config": {"resource": []}}, "no section 'resource'; did you mean 'resources'"),
    "several errors": (
        "ha_config",
        {"config": {"resources": [{"id": "x", "agent": "y"}, {"id": "z"}], "groups": [{"id": "g", "members": []}]}},
        "resources[0].agent: 'y' is not the full name of a resource agent; write it like ocf:heartbeat:IPaddr2 or"
        " systemd:nginx; resources[1].agent: exactly one of agent and template is required;"
        " groups[0].members: must not be empty",
    ),
    "no such file": ("ha_property", {"properties": {}, "cib_file": "/tmp/none"}, "cib_file: /tmp/none does not exist"),
}


@pytest.mark.only_on("11")
def test_invalid_input_is_refused_without_changes(demo):
    before = configuration()
    tasks = [
        {f"hacluster.pcs.{module}": arguments, "ignore_errors": True, "name": name}
        for name, (module, arguments, _sentence) in WRONG.items()
    ]
    done = play([{"hosts": "node1", "gather_facts": False, "tasks": tasks}])
    said = {line["task"]: (line["status"], line["result"].get("msg", "")) for line in done.results}
    for name, (_module, _arguments, sentence) in WRONG.items():
        status, message = said[name]
        assert status == "ignored" and sentence in message, f"{name}: {message}"
    assert version(before) == version(configuration())


@pytest.mark.only_on("11")
def test_secrets_do_not_appear_in_logs(demo):
    secret = "never-to-be-seen-4711"
    spec = {"id": "spare", "agent": "fence_ipmilan", "params": {"ip": "127.0.0.1", "password": secret}}
    spec["meta"] = {"target-role": "Stopped"}
    one = {"hosts": "node1", "gather_facts": False, "tasks": [{"hacluster.pcs.ha_stonith": spec}]}
    done = play([one], "--diff", "-vvv")
    lab("node1", "pcs", "stonith", "delete", "spare")
    assert done.code == 0
    assert secret not in done.output
    journal = lab("node1", "journalctl", "--no-pager", "--identifier", "ansible-hacluster.pcs.ha_stonith")
    assert "spare" in journal and secret not in journal
