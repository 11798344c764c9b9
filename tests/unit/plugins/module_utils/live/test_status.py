# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.live import failures, status

RUNNING = {"site", "ip", "web", "second-clone", "second", "g2a", "state-clone", "state", "cdummy-clone", "cdummy"}


def made(resources, failures=""):
    return ElementTree.fromstring(
        f"<pacemaker-result><resources>{resources}</resources><failures>{failures}</failures></pacemaker-result>"
    )


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_running_resources(system):
    running = status.running(kit.monitor(system=system))
    assert running - {"fence-node1", "fence-node2"} == RUNNING
    assert not running & {"alone", "other"}


def test_clone_instances_have_id_of_resource():
    monitor = made('<clone id="c"><group id="g:0"><resource id="r:0" active="true"/></group></clone>')
    assert status.running(monitor) == {"c", "g", "r"}


@pytest.mark.parametrize("system", kit.SYSTEMS)
@pytest.mark.parametrize("name", ["crm_mon", "crm_mon-failed"])
def test_trouble(system, name):
    sentences = failures.trouble(kit.monitor(name, system), ["web", "alone", "ip", "state", "site", "no-such"])
    assert sentences == ["alone is not running"]


FAILURE = '<failure op_key="a_start_0" node="n1" exitstatus="error" exitreason="" task="start"/>'
FAILED = 'role="Stopped" failed="true"'


@pytest.mark.parametrize(
    "resource, failure, sentences",
    [
        ('role="Started" failed="false"', "", []),
        ('role="Stopped" failed="false"', "", ["a is not running"]),
        ('role="Stopped" target_role="Stopped" failed="false"', "", []),
        ('role="Started" blocked="true" failed="false"', "", ["a is blocked"]),
        (FAILED, FAILURE, ["a has failed: start on n1 ended with 'error'"]),
        (FAILED, FAILURE.replace('""', '"no disk"'), ["a has failed: start on n1 ended with 'error' (no disk)"]),
        (FAILED, FAILURE.replace('"a_', '"a:0_'), ["a has failed: start on n1 ended with 'error'"]),
        (FAILED, FAILURE.replace('"a_', '"a_b_'), ["a has failed"]),
    ],
    ids=["fine", "stopped", "target role stopped", "blocked", "failed", "with a reason", "instance", "another"],
)
def test_trouble_sentence_of_resource(resource, failure, sentences):
    assert failures.trouble(made(f'<resource id="a" {resource}/>', failure), ["a"]) == sentences


@pytest.mark.parametrize(
    "code, sentence",
    [
        ("5", "a is not running: monitor on n1 ended with 'not installed'"),
        ("7", "a is not running"),
        ("193", "a is not running"),
    ],
    ids=["missing", "not running", "under way"],
)
def test_trouble_reason_can_come_from_probe(code, sentence):
    monitor = made('<resource id="a" role="Stopped"/>')
    history = f'<operation_history task="monitor" rc="{code}" rc_text="not installed"/>'
    history = (
        f'<node_history><node name="n1"><resource_history id="a">{history}</resource_history></node></node_history>'
    )
    monitor.append(ElementTree.fromstring(history))
    assert failures.trouble(monitor, ["a"]) == [sentence]


def test_trouble_of_several_instances_is_reported_once():
    instance = '<resource id="a" role="Started" failed="true"/>'
    assert failures.trouble(made(f'<clone id="c">{instance * 2}</clone>'), ["a"]) == ["a has failed"]


# --- the status of a resource


@pytest.mark.parametrize("system", kit.SYSTEMS)
@pytest.mark.parametrize(
    "resource_id, summary",
    [
        ("alone", ("stopped", "Stopped", [])),
        ("web", ("started", "Started", ["node1"])),
        ("site", ("started", "Started", ["node1"])),
        ("cdummy", ("started", "Started", ["node1", "node2"])),
        ("cdummy-clone", ("started", "Started", ["node1", "node2"])),
        ("second", ("started", "Started", ["node1", "node2"])),
        ("second-clone", ("started", "Started", ["node1", "node2"])),
        ("state-clone", ("started", "Unpromoted", ["node1", "node2"])),
    ],
)
def test_status_of_resource(system, resource_id, summary):
    found = status.of(kit.monitor(system=system), resource_id)
    assert (found["status"], found["role"], found["nodes"]) == summary
    assert (found["id"], found["managed"]) == (resource_id, True)


def test_status_of_unknown_resource_is_none():
    assert status.of(kit.monitor(), "no-such") is None


UP = 'role="Started" managed="true" failed="false" blocked="false"'
ON = '<node name="n1"/>'


@pytest.mark.parametrize(
    "members, summary",
    [
        (f'<resource id="a" {UP}>{ON}</resource><resource id="b" {UP}>{ON}</resource>', "started"),
        (f'<resource id="a" {UP}>{ON}</resource><resource id="b" role="Stopped" managed="true"/>', "partial"),
        ('<resource id="a" role="Stopped"/><resource id="b" role="Stopped"/>', "stopped"),
        (f'<resource id="a" {UP}>{ON}</resource><resource id="b" role="Stopped" failed="true"/>', "failed"),
        (f'<resource id="a" {UP}>{ON}</resource><resource id="b" role="Started" blocked="true"/>', "blocked"),
        ('<resource id="a" failed="true"/><resource id="b" blocked="true"/>', "failed"),
    ],
)
def test_status_of_group(members, summary):
    assert status.of(made(f'<group id="g">{members}</group>'), "g")["status"] == summary


@pytest.mark.parametrize(
    "roles, most",
    [
        (("Promoted", "Unpromoted"), "Promoted"),
        (("Slave", "Master"), "Promoted"),
        (("Unpromoted", "Stopped"), "Unpromoted"),
        (("Stopped", "Stopped"), "Stopped"),
    ],
    ids=str,
)
def test_role_is_highest_role_of_instances(roles, most):
    instances = "".join(f'<resource id="a" role="{role}"/>' for role in roles)
    assert status.of(made(f'<clone id="c">{instances}</clone>'), "c")["role"] == most


def test_resource_with_one_unmanaged_instance_is_unmanaged():
    clone = f'<clone id="c"><resource id="a:0" {UP}>{ON}</resource><resource id="a:1" role="Started" managed="false"/></clone>'
    found = status.of(made(clone), "c")
    assert not found["managed"]
    assert [each["id"] for each in found["instances"]] == ["a", "a"]


# --- failures that a cleanup would remove


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_failures_to_clean_up(system):
    failed = kit.monitor("crm_mon-failed", system)
    both = ["web: fail count of node1", "web: monitor on node1"]
    assert failures.failures(failed, ["web"]) == failures.failures(failed, ["web", "ip"], "node1") == both
    assert failures.failures(failed, ["web"], "node2") == []
    assert failures.failures(failed, ["ip", "we"]) == []
    assert failures.failures(kit.monitor(system=system), ["web", "ip", "alone"]) == []


# --- running instances, and nodes


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_active_lists_each_running_instance(system):
    found = status.active(kit.monitor(system=system))
    expected = [("cdummy", "Started", each) for each in ("node1", "node2")]
    expected += [("state", "Unpromoted", each) for each in ("node1", "node2")]
    assert [each for each in found if each[0] in ("cdummy", "state", "web", "alone", "other")] == sorted(
        [*expected, ("web", "Started", "node1")], key=lambda each: ("web", "state", "cdummy").index(each[0])
    )


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_nodes_of_fixture(system):
    monitor = kit.monitor(system=system)
    assert [each["name"] for each in status.nodes(monitor)] == ["node1", "node2"]
    found = status.node(monitor, "node1")
    assert {"cdummy", "g2a", "ip", "state", "web"} <= set(found.pop("resources"))
    assert found == {
        "name": "node1",
        "type": "member",
        "online": True,
        **dict.fromkeys(("standby", "maintenance", "pending", "unclean"), False),
    }
    assert status.node(monitor, "node3") is None


@pytest.mark.parametrize("fact", ["online", "standby", "maintenance", "pending", "unclean"])
def test_node_facts_are_independent(fact):
    facts = dict.fromkeys(("online", "standby", "maintenance", "pending", "unclean"), "false")
    found = status.node(kit.shown(("node1", {**facts, fact: "true"})), "node1")
    assert [each for each in facts if found[each]] == [fact]


def test_remote_and_guest_nodes_are_distinguished():
    guest = {"type": "remote", "id_as_resource": "vm"}
    monitor = kit.shown("node1", ("far", {"type": "remote"}), ("guest", guest))
    assert [each["type"] for each in status.nodes(monitor)] == ["member", "remote", "guest"]


def test_resources_on_node():
    monitor = made(
        f'<clone id="c"><resource id="b:1" {UP}>{ON}</resource><resource id="b:0" {UP}><node name="n2"/></resource></clone>'
        f'<resource id="a" {UP}>{ON}</resource><resource id="idle" role="Stopped"/>'
    )
    assert status.on_node(monitor, "n1") == ["a", "b"]
    assert status.on_node(monitor, "n2") == ["b"]
    assert status.on_node(monitor, "n3") == []


def test_online_nodes():
    monitor = kit.shown("node1", ("node2", {"online": "false"}))
    assert [status.is_online(monitor, each) for each in ("node1", "node2", "node3")] == [True, False, False]
