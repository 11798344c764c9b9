# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The planned commands for a cluster, depending on its current state. Pure: no node, no pcs."""

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.corosync import conf as corosync_conf
from ansible_collections.hacluster.pcs.plugins.module_utils.membership import cluster_plan

NODES = [{"name": "node1", "addresses": ["192.0.2.11"]}, {"name": "node2", "addresses": ["192.0.2.12"]}]
SETUP = ("pcs", "cluster", "setup", "shop", "node1", "addr=192.0.2.11", "node2", "addr=192.0.2.12")
AUTH = ("pcs", "host", "auth", "-u", "hacluster", "node1", "addr=192.0.2.11", "node2", "addr=192.0.2.12")


def wanted(state="started", **params):
    """The Wanted of a task about the cluster shop."""
    usual = {"name": "shop", "nodes": NODES, "username": "hacluster", "password": "pass word", "enabled": None}
    usual.update({"wait": 120, "transport": None, "totem": {}, "quorum": {}})
    return cluster_plan.wanted_from({**usual, "state": state, **params})


def seen(conf=kit.COROSYNC_CONF, **facts):
    """The current state: by default the cluster shop, fully started and enabled."""
    usual = {"active": True, "enabled": True, "online": ["node1", "node2"], "offline": [], "missing": []}
    usual.update({"authenticated": None, "pcs_version": None})
    return cluster_plan.Seen(**{"conf": conf and corosync_conf.parse(conf), **usual, **facts})


def nothing(**facts):
    """A node that does not belong to a cluster."""
    return seen(None, **{"active": False, "enabled": False, "online": [], "authenticated": False, **facts})


def planned(wanted, seen):
    """The argument lists of the commands."""
    return [step.argv for step in cluster_plan.plan(wanted, seen)]


@pytest.mark.parametrize("state", ["present", "started"])
def test_started_cluster_needs_no_steps(state):
    assert planned(wanted(state, enabled=True), seen()) == []


def test_new_cluster_is_authenticated_and_set_up():
    assert planned(wanted(enabled=True), nothing()) == [AUTH, (*SETUP, "--enable", "--start")]


def test_authenticated_nodes_are_only_set_up():
    assert planned(wanted("present"), nothing(authenticated=True)) == [SETUP]


def test_setup_passes_options():
    what = wanted(
        "present", transport="udpu", totem={"token": 5000, "block_unlisted_ips": True}, quorum={"wait_for_all": False}
    )
    expected = ("transport", "udpu", "totem", "token=5000", "block_unlisted_ips=yes", "quorum", "wait_for_all=0")
    assert planned(what, nothing(authenticated=True)) == [SETUP + expected]


def test_name_is_address_of_node_without_addresses():
    what = wanted("present", nodes=[{"name": "node1", "addresses": []}, {"name": "node2", "addresses": ["192.0.2.12"]}])
    auth, setup = planned(what, nothing())
    assert auth[5:7] == ("node1", "addr=node1")
    assert setup[4:6] == ("node1", "addr=node1")


def test_setup_uses_all_links_and_authentication_the_first():
    nodes = [{"name": "node1", "addresses": ["192.0.2.11", "198.51.100.11"]}]
    auth, setup = planned(wanted("present", nodes=nodes), nothing())
    assert auth[5:] == ("node1", "addr=192.0.2.11")
    assert setup[4:] == ("node1", "addr=192.0.2.11", "addr=198.51.100.11")


def test_password_is_passed_on_stdin():
    steps = cluster_plan.plan(wanted(), nothing())
    assert [step.stdin for step in steps] == ["pass word\n", None]
    assert not any("pass word" in argument for step in steps for argument in step.argv)


def test_cluster_with_offline_nodes_is_started():
    assert planned(wanted(), seen(online=["node1"], offline=["node2"])) == [("pcs", "cluster", "start", "--all")]


def test_joining_nodes_are_not_started():
    assert planned(wanted(), seen(online=["node1"], missing=["node2 is still joining"])) == []


@pytest.mark.parametrize("enabled, verb", [(True, "enable"), (False, "disable")])
def test_enabled_is_changed_only_if_different(enabled, verb):
    what = wanted("present", enabled=enabled)
    assert planned(what, seen(enabled=not enabled)) == [("pcs", "cluster", verb)]
    assert planned(what, seen(enabled=enabled)) == []


def test_running_cluster_is_stopped():
    assert planned(wanted("stopped"), seen()) == [("pcs", "cluster", "stop", "--all")]
    assert planned(wanted("stopped"), seen(active=False)) == []


@pytest.mark.parametrize("version, yes", [((0, 10), ()), ((0, 11), ("--force",)), ((0, 12), ("--yes",))])
def test_destroy_confirmation_depends_on_pcs_version(version, yes):
    assert planned(wanted("absent"), seen(pcs_version=version)) == [("pcs", "cluster", "destroy", *yes)]


def test_absent_without_cluster_needs_no_steps():
    assert planned(wanted("absent"), nothing()) == []


@pytest.mark.parametrize("state", ["present", "started", "stopped", "absent"])
def test_other_cluster_name_is_refused(state):
    with pytest.raises(BadInput, match="belongs to the cluster 'shop', not 'other'"):
        planned(wanted(state, name="other"), seen(pcs_version=(0, 11)))


@pytest.mark.parametrize("state", ["present", "started", "stopped"])
def test_other_node_list_is_refused(state):
    with pytest.raises(BadInput, match="has the nodes node1, node2, not node1, node3"):
        planned(wanted(state, nodes=[NODES[0], {"name": "node3", "addresses": ["192.0.2.13"]}]), seen())


@pytest.mark.parametrize(
    "params, message",
    [
        ({"password": None}, "password: is required because the nodes are not authenticated yet"),
        ({"nodes": []}, "nodes: this node does not belong to a cluster"),
        ({"name": None}, "name: this node does not belong to a cluster"),
    ],
)
def test_missing_setup_parameter_is_refused(params, message):
    with pytest.raises(BadInput, match=message):
        planned(wanted(**params), nothing())


@pytest.mark.parametrize(
    "params, message",
    [
        ({"nodes": [NODES[0], NODES[0]]}, "node1 is listed twice"),
        (
            {"nodes": [{"name": "node1", "addresses": ["192.0.2.11", "198.51.100.11"]}, NODES[1]]},
            "same number of addresses",
        ),
        ({"password": "two\nlines"}, "line break"),
        ({"password": ""}, "empty"),
        ({"state": "absent", "enabled": True}, "enabled: cannot be combined with state"),
    ],
)
def test_invalid_parameters_are_refused(params, message):
    with pytest.raises(BadInput, match=message):
        wanted(**params)


@pytest.mark.parametrize(
    "wanted, seen",
    [
        (wanted(enabled=True), nothing()),
        (wanted("present"), nothing()),
        (wanted(), seen(online=[], offline=["node1", "node2"])),
        (wanted("stopped", enabled=False), seen()),
        (wanted("absent"), seen(pcs_version=(0, 12))),
        (wanted("authenticated"), nothing()),
    ],
)
def test_diff_shows_planned_change(wanted, seen):
    steps = cluster_plan.plan(wanted, seen)
    assert steps and cluster_plan.view(wanted, seen) != cluster_plan.view(wanted, seen, steps)


def test_diff_of_setup():
    what = wanted(enabled=True)
    assert cluster_plan.view(what, nothing()) == {"authenticated": []}
    assert cluster_plan.view(what, nothing(), cluster_plan.plan(what, nothing())) == {
        "authenticated": ["node1", "node2"],
        "cluster": {"name": "shop", "nodes": NODES, "online": ["node1", "node2"], "enabled": True},
    }


def test_settings_of_existing_cluster_that_differ_are_reported():
    conf = kit.COROSYNC_CONF.replace("        ring1_addr: 198.51.100.11\n", "")
    assert cluster_plan.differences(wanted(totem={"token": 5000}, transport="knet"), seen(conf)) == []
    what = wanted(nodes=[NODES[0], {"name": "node2", "addresses": ["192.0.2.99"]}], quorum={"wait_for_all": True})
    assert [sentence.partition(" in ")[0] for sentence in cluster_plan.differences(what, seen(conf))] == [
        "node2: the addresses",
        "quorum: wait_for_all",
    ]
