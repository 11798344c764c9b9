# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ha_node on the cluster of the demo: standby, maintenance, attributes, utilization; nodes joining and leaving."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import yaml
from conftest import IDLE, ROOT, inventory, lab, play
from failures import is_healthy, until
from steps import MONITOR, SETTLED, check_changed, check_predicted, check_refused, make, primitive, run

SERVICES = ("corosync", "pacemaker", "pcsd")
PASSWORD = yaml.safe_load((ROOT / "tests/demo/vars.yml").read_text(encoding="utf-8"))["ha_cluster_password"]


def where(monitor):
    """Primitive -> the node it runs on, or None if it does not run."""
    found = ElementTree.fromstring(monitor).iterfind("resources//resource")
    return {each.get("id"): node.get("name") if (node := each.find("node")) is not None else None for each in found}


def active():
    """The node that runs the demo's group, and the other one."""
    here = where(lab("node1", *MONITOR.split()))["web-ip"]
    return here, {"node1": "node2", "node2": "node1"}[here]


def nvpairs(cib, path, node):
    """name -> value of the pairs at a path below a node's element in the configuration."""
    element = cib.find(f"configuration/nodes/node[@uname='{node}']")
    return {pair.get("name"): pair.get("value") for pair in element.iterfind(f"{path}/nvpair")}


def transient(cib, node):
    """The transient attributes of a node, except those of Pacemaker itself."""
    pairs = cib.iterfind(f"status/node_state[@uname='{node}']/transient_attributes/instance_attributes/nvpair")
    return {pair.get("name"): pair.get("value") for pair in pairs if not pair.get("name").startswith("#")}


@pytest.fixture
def settled(restore_configuration):
    """The demo's cluster, idle; its configuration is restored afterwards."""
    lab("node1", "sh", "-c", IDLE)


def test_standby_moves_the_resources_that_check_mode_predicted(settled):
    here, there = active()
    before, standby, during, refused, online, after = run(
        MONITOR,
        {"ha_node": {"name": here, "state": "standby", "wait": 120, "disruption": "moves"}},
        MONITOR,
        ({"ha_node": {"name": here, "state": "standby", "disruption": "forbid"}}, False),
        {"ha_node": {"name": here, "state": "online", "wait": 120}},
        MONITOR,
    )
    check_changed(standby)
    assert nvpairs(standby.after, "instance_attributes", here) == {"standby": "on"}
    assert standby.predicted["impact"] == standby.real["impact"]
    expected = dict(where(before))
    for action in standby.predicted["impact"]:
        assert action["from"] == here == expected[action["resource"]]
        expected[action["resource"]] = action.get("to")
    assert where(during) == expected, "exactly the predicted moves happened"
    assert expected["web-ip"] == expected["web-server"] == there and here not in expected.values()
    assert not refused["changed"], "a node that is already in standby interrupts nothing"
    assert standby.real["node"]["standby"] and standby.real["node"]["resources"] == []
    check_changed(online)
    assert nvpairs(online.after, "instance_attributes", here) == {}
    assert where(after)[f"fence-{there}"] == here, "only this node may run this fence device"


@pytest.mark.only_on("13")
def test_standby_that_would_stop_resources_is_refused(settled):
    here, there = active()
    lab("node1", "pcs", "node", "standby", there)
    lab("node1", "sh", "-c", IDLE)
    standby = {"ha_node": {"name": here, "state": "standby", "disruption": "moves"}}
    for check in (True, False):
        check_refused([(standby, "stops web-ip on")], check=check)
    excepted = {"ha_node": {**standby["ha_node"], "disruption_except": ["web"], "wait": 60}}
    drained, monitor = run((excepted, False), MONITOR)
    assert drained["changed"] and set(where(monitor).values()) == {None}


def test_node_enters_and_leaves_maintenance(settled):
    here, _there = active()
    lab("node1", "attrd_updater", "--node", here, "--name", "standby", "--update", "off")
    maintenance, monitor, online = run(
        {"ha_node": {"name": here, "state": "maintenance"}}, MONITOR, {"ha_node": {"name": here, "state": "online"}}
    )
    check_changed(maintenance)
    assert nvpairs(maintenance.after, "instance_attributes", here) == {"maintenance": "on"}
    managed = {each.get("id"): each.get("managed") for each in ElementTree.fromstring(monitor).iter("resource")}
    assert managed["web-ip"] == "false" and where(monitor)["web-ip"] == here
    assert maintenance.real["impact"] == []
    check_predicted(online)
    assert nvpairs(online.after, "instance_attributes", here) == {} and transient(online.after, here) == {}


def test_attributes_and_utilization_are_set_and_removed(settled):
    rule = '<rule id="r" score="-INFINITY"><expression id="e" attribute="rack" operation="eq" value="7"/></rule>'
    make(primitive("one"), constraints=f'<rsc_location id="off-rack-7" rsc="one">{rule}</rsc_location>')
    before = where(lab("node1", "sh", "-c", SETTLED))["one"]
    given = {
        "attributes": {"site": "berlin", "kept": 1},
        "utilization": {"cpu": 4},
        "transient_attributes": {"rack": 7},
    }
    changed, moved, removed = run(
        {"ha_node": {"name": before, "wait": 60, **given}},
        MONITOR,
        {
            "ha_node": {
                "name": before,
                "attributes": {"site": None},
                "utilization": {"cpu": None},
                "transient_attributes": {"rack": None},
            }
        },
    )
    check_predicted(changed)
    assert nvpairs(changed.after, "instance_attributes", before) == {"site": "berlin", "kept": "1"}
    assert nvpairs(changed.after, "utilization", before) == {"cpu": "4"}
    assert transient(changed.after, before) == {"rack": "7"}
    (move,) = changed.predicted["impact"]
    assert (move["action"], move["resource"]) == ("move", "one") and where(moved)["one"] == move["to"] != before
    assert "transient_attributes" in changed.predicted["diff"]["after"]
    check_predicted(removed)
    assert nvpairs(removed.after, "instance_attributes", before) == {"kept": "1"}
    assert nvpairs(removed.after, "utilization", before) == {} and transient(removed.after, before) == {}


REFUSED = (
    ({"name": "node9"}, "name: the cluster has no node 'node9'"),
    ({"name": "node1", "attributes": {"standby": True}}, "standby cannot be set as an attribute"),
    ({"name": "node1", "transient_attributes": {"maintenance": True}}, "use state: maintenance or online"),
    ({"name": "node1", "utilization": {"cpu": "much"}}, "utilization: "),
    ({"name": "node1", "state": "standby", "confirm": "node1"}, "confirm: can only be used with state fenced or"),
    ({"name": "node2", "state": "fenced"}, "confirm: must be node2"),
    ({"name": "node2", "state": "fenced", "confirm": "node1"}, "confirm: must be node2"),
    ({"name": "node1", "state": "fenced", "confirm": "node1"}, "is the node that this task runs on"),
    ({"name": "node9", "state": "fenced", "confirm": "node9"}, "name: the cluster has no node 'node9'"),
    ({"name": "node2", "state": "fencing_confirmed", "confirm": "node2"}, "node2 is online"),
    ({"name": "node1", "state": "removed"}, "is the node that this task runs on"),
    ({"name": "node3", "state": "added", "addresses": ["192.0.2.1", "192.0.2.2"]}, "has 1, one per link, not 2"),
    ({"name": "node3", "state": "added"}, "password: is required because the nodes are not authenticated yet"),
    ({"name": "guest", "state": "added", "type": "guest", "resource": "nothing"}, "there is no primitive 'nothing'"),
    ({"name": "web-ip", "state": "added", "type": "remote"}, "is already the id of another object"),
)


@pytest.mark.only_on("13")
def test_invalid_input_is_refused_without_changes(settled):
    lab("node1", "rm", "-f", "/tmp/known-hosts")
    wrong = [({"ha_node": arguments}, sentence) for arguments, sentence in REFUSED]
    check_refused(wrong)
    check_refused(wrong, check=True)


@pytest.mark.only_on("13")
def test_fencing_the_last_active_node_is_refused(settled):
    lab("node1", "pcs", "node", "standby", "node1")
    lab("node1", "sh", "-c", IDLE)
    last = {"ha_node": {"name": "node2", "state": "fenced", "confirm": "node2"}}
    check_refused([(last, "node2 is the last active node")])
    lab("node1", "pcs", "node", "unstandby", "node1")
    without = {"ha_node": {"name": "node2", "state": "fenced", "confirm": "node2"}}
    lab("node1", "pcs", "stonith", "disable", "fence-node2")
    lab("node1", "sh", "-c", IDLE)
    check_refused([(without, "no fence device can fence node2")])


# --- nodes joining and leaving


@pytest.fixture(scope="module")
def spare(demo):
    """The address of a node that is not in the cluster but has its packages.

    The controllers of Pacemaker 2.1.5 remember the node after its removal and can write it into the CIB again, so the
    cluster is restarted for the tests that follow, and the node removed when they have forgotten it.
    """
    done = play(
        [{"hosts": "spare", "roles": ["hacluster.pcs.ha_node"]}],
        ha_cluster_name="demo",
        ha_cluster_password=PASSWORD,
    )
    assert done.code == 0, done.output
    hosts = yaml.safe_load(open(inventory(), encoding="utf-8"))["spare"]["hosts"]
    yield hosts["node3"]["ansible_host"]
    lab("node1", "pcs", "cluster", "stop", "--all")
    lab("node1", "pcs", "cluster", "start", "--all", "--wait=60")
    lab("node1", "crm_node", "--force", "--remove", "node3", check=False)
    until(lambda: is_healthy("node1"), 60, "the cluster is not healthy")


def started():
    """When the services of the other two nodes were started."""
    return [
        lab(node, "systemctl", "show", "-p", "ActiveEnterTimestampMonotonic", *SERVICES) for node in ("node1", "node2")
    ]


def quorum(node="node1"):
    """(expected votes, whether two-node mode is on, whether quorate) according to corosync."""
    shown = lab(node, "corosync-quorumtool", "-s", check=False).stdout
    return (
        int(re.search(r"Expected votes:\s+(\d+)", shown).group(1)),
        "2Node" in shown,
        "Quorate:          Yes" in shown,
    )


def online(node="node1"):
    """The members that are online."""
    found = ElementTree.fromstring(lab(node, *MONITOR.split())).iterfind("nodes/node")
    return {each.get("name") for each in found if each.get("online") == "true" and each.get("pending") == "false"}


def test_a_third_node_joins_and_leaves(spare, settled):
    before, nodes = started(), {"node1", "node2"}
    assert quorum() == (2, True, True)
    given = {"name": "node3", "state": "added", "addresses": [spare], "password": PASSWORD, "enabled": True}
    (added,) = run({"ha_node": {**given, "wait": 120}})
    check_predicted(added)
    assert [argv[:4] for argv in added.real["commands"]][-1] == ["pcs", "cluster", "node", "add"]
    assert PASSWORD not in str(added.real)
    assert online() == online("node3") == nodes | {"node3"} and quorum("node3") == (3, False, True)
    assert lab("node3", "systemctl", "is-enabled", "corosync", "pacemaker").split() == ["enabled"] * 2
    assert added.real["node"] == {**added.real["node"], "online": True, "type": "member", "expendable": True}

    stopped = lab("node3", "pcs", "cluster", "stop")
    assert stopped is not None and online() == nodes
    again, attributes = run(
        {"ha_node": {**given, "wait": 120}},
        {"ha_node": {"name": "node3", "attributes": {"site": "munich"}, "utilization": {"cpu": 2}}},
    )
    check_predicted(again)
    assert again.real["commands"] == [["pcs", "cluster", "start", "node3"]] and online() == nodes | {"node3"}
    check_changed(attributes)

    pinned = '<rsc_location id="one-at-node3" rsc="one" node="node3" score="100"/>'
    make(primitive("one"), constraints=pinned)
    monitor, removed, after = run(SETTLED, {"ha_node": {"name": "node3", "state": "removed"}}, SETTLED)
    assert where(monitor)["one"] == "node3"
    check_predicted(removed)
    assert removed.predicted["impact"] == removed.real["impact"]
    moved = {each["resource"]: each["to"] for each in removed.predicted["impact"] if each["from"] == "node3"}
    assert "one" in moved and len(moved) == len(removed.predicted["impact"])
    assert {resource: where(after)[resource] for resource in moved} == moved
    assert "one-at-node3" in str(removed.real["warnings"])
    assert online() == nodes and quorum() == (2, True, True)
    assert removed.after.find("configuration/nodes/node[@uname='node3']") is None
    assert lab("node3", "test", "-e", "/etc/corosync/corosync.conf", check=False).returncode == 1
    assert started() == before, "no service was restarted on the other nodes"
    refused = {"ha_node": {"name": "node2", "state": "removed"}}
    check_refused([({"ha_node": {"name": "node3"}}, "has no node 'node3'")])
    predicted = run((refused, True))[0]
    assert predicted["changed"], "one of two nodes may be removed"


@pytest.mark.only_on("13")
def test_removing_a_node_is_refused_when_quorum_would_be_lost(spare, settled):
    """One of three nodes is down, so neither of the other two may be removed."""
    given = {"name": "node3", "state": "added", "addresses": [spare], "password": PASSWORD, "wait": 120}
    assert run(({"ha_node": given}, False))[0]["changed"]
    try:
        lab("node3", "pcs", "cluster", "stop", "--force")
        check_refused([({"ha_node": {"name": "node2", "state": "removed"}}, "would lose quorum")], check=True)
        check_refused([({"ha_node": {"name": "node2", "state": "removed"}}, "would lose quorum")])
        assert online() == {"node1", "node2"}
    finally:
        removed = run(({"ha_node": {"name": "node3", "state": "removed"}}, False))[0]
    assert removed["changed"] and quorum() == (2, True, True)


# --- remote and guest nodes


@pytest.fixture
def remote(spare):
    """The address of a spare node that can become a remote or guest node."""
    # This replaces the package pacemaker, with which it conflicts
    install = "apt-get install --yes --no-install-recommends pacemaker-remote"
    lab("node3", "sh", "-c", f"{install} || (apt-get update -q && {install})")
    lab("node3", "systemctl", "disable", "--now", "pacemaker_remote")
    yield spare
    lab("node3", "systemctl", "disable", "--now", "pacemaker_remote")


@pytest.mark.parametrize(
    ("type_", "resource"), [("remote", None), pytest.param("guest", "vm", marks=pytest.mark.only_on("12"))]
)
def test_remote_or_guest_node_joins_and_leaves(remote, settled, type_, resource):
    """The guest's resource does not really start a virtual machine: it is sufficient that pacemaker_remote answers."""
    name, before = f"{type_}3", started()
    if resource:
        make(primitive(resource))
    given = {"name": name, "state": "added", "type": type_, "addresses": [remote], "password": PASSWORD, "wait": 60}
    given.update({"resource": resource} if resource else {})
    pinned = f'<rsc_location id="one-at-{name}" rsc="one" node="{name}" score="100"/>'
    (added,) = run({"ha_node": given})
    check_predicted(added)
    assert name in online() and added.real["node"]["type"] == type_ and PASSWORD not in str(added.real)
    make(primitive("one"), constraints=pinned)
    described = {"attributes": {"site": "x"}, "utilization": {"cpu": 2}, "transient_attributes": {"rack": 1}}
    before_standby, standby, drained, back, removed, after = run(
        SETTLED,
        {"ha_node": {"name": name, "state": "standby", "wait": 60, **described}},
        MONITOR,
        {"ha_node": {"name": name, "state": "online", "wait": 60}},
        {"ha_node": {"name": name, "state": "removed"}},
        SETTLED,
    )
    assert where(before_standby)["one"] == name
    check_predicted(standby)
    (move,) = [each for each in standby.predicted["impact"] if each["resource"] == "one"]
    assert where(drained)["one"] == move["to"] != name
    assert nvpairs(standby.after, "instance_attributes", name) == {"site": "x", "standby": "on"}
    assert transient(standby.after, name) == {"rack": "1"}
    check_predicted(back)
    check_predicted(removed)
    assert name not in online() and where(after)["one"] in ("node1", "node2")
    assert removed.after.find(f"configuration/nodes/node[@uname='{name}']") is None
    assert started() == before
