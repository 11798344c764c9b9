# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is planned for a cluster's life, from what is seen to the commands. Pure: no node, no pcs."""

from __future__ import annotations

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.corosync import conf as corosync_conf
from ansible_collections.hacluster.pcs.plugins.module_utils.membership import cluster_plan

# As pcs 0.11 writes it
CONF = """
totem {
    version: 2
    cluster_name: shop
    transport: knet
    token: 5000
}

# a comment
nodelist {
    node {
        ring1_addr: 198.51.100.11
        ring0_addr: 192.0.2.11
        name: node1
        nodeid: 1
    }

    node {
        ring0_addr: 192.0.2.12
        name: node2
        nodeid: 2
    }
}

quorum {
    provider: corosync_votequorum
    two_node: 1
}
"""
NODES = [{"name": "node1", "addresses": ["192.0.2.11"]}, {"name": "node2", "addresses": ["192.0.2.12"]}]
SETUP = ("pcs", "cluster", "setup", "shop", "node1", "addr=192.0.2.11", "node2", "addr=192.0.2.12")
AUTH = ("pcs", "host", "auth", "-u", "hacluster", "node1", "addr=192.0.2.11", "node2", "addr=192.0.2.12")


def wanted(state="started", **params):
    """The Wanted of a task about the cluster shop."""
    usual = {"name": "shop", "nodes": NODES, "username": "hacluster", "password": "pass word", "enabled": None}
    usual.update({"wait": 120, "transport": None, "totem": {}, "quorum": {}})
    return cluster_plan.wanted_from({**usual, "state": state, **params})


def seen(conf=CONF, **facts):
    """What there is: the cluster shop, wholly started and enabled, unless said otherwise."""
    usual = {"active": True, "enabled": True, "online": ["node1", "node2"], "offline": [], "missing": []}
    usual.update({"authenticated": None, "pcs_version": None})
    return cluster_plan.Seen(**{"conf": conf and corosync_conf.parse(conf), **usual, **facts})


def nothing(**facts):
    """A node that belongs to no cluster."""
    return seen(None, **{"active": False, "enabled": False, "online": [], "authenticated": False, **facts})


def planned(what, there):
    """The argument lists of the commands."""
    return [step.argv for step in cluster_plan.plan(what, there)]


@pytest.mark.parametrize("state", ["present", "started"])
def test_a_started_cluster_needs_nothing(state):
    assert planned(wanted(state, enabled=True), seen()) == []


def test_from_nothing_to_started_in_two_commands():
    assert planned(wanted(enabled=True), nothing()) == [AUTH, (*SETUP, "--enable", "--start")]


def test_authenticated_nodes_are_not_authenticated_again():
    assert planned(wanted("present"), nothing(authenticated=True)) == [SETUP]


def test_the_options_of_a_set_up():
    what = wanted(
        "present", transport="udpu", totem={"token": 5000, "block_unlisted_ips": True}, quorum={"wait_for_all": False}
    )
    expected = ("transport", "udpu", "totem", "token=5000", "block_unlisted_ips=yes", "quorum", "wait_for_all=0")
    assert planned(what, nothing(authenticated=True)) == [SETUP + expected]


def test_a_node_without_addresses_goes_by_its_name():
    what = wanted("present", nodes=[{"name": "node1", "addresses": []}, {"name": "node2", "addresses": ["192.0.2.12"]}])
    auth, setup = planned(what, nothing())
    assert auth[5:7] == ("node1", "addr=node1")
    assert setup[4:6] == ("node1", "addr=node1")


def test_every_link_is_set_up_and_the_first_authenticates():
    nodes = [{"name": "node1", "addresses": ["192.0.2.11", "198.51.100.11"]}]
    auth, setup = planned(wanted("present", nodes=nodes), nothing())
    assert auth[5:] == ("node1", "addr=192.0.2.11")
    assert setup[4:] == ("node1", "addr=192.0.2.11", "addr=198.51.100.11")


def test_the_password_goes_by_stdin():
    steps = cluster_plan.plan(wanted(), nothing())
    assert [step.stdin for step in steps] == ["pass word\n", None]
    assert not any("pass word" in argument for step in steps for argument in step.argv)


def test_a_cluster_with_offline_nodes_is_started():
    assert planned(wanted(), seen(online=["node1"], offline=["node2"])) == [("pcs", "cluster", "start", "--all")]


def test_nodes_on_their_way_are_waited_for():
    assert planned(wanted(), seen(online=["node1"], missing=["node2 is still joining"])) == []


@pytest.mark.parametrize("enabled, verb", [(True, "enable"), (False, "disable")])
def test_only_a_difference_at_boot_is_changed(enabled, verb):
    what = wanted("present", enabled=enabled)
    assert planned(what, seen(enabled=not enabled)) == [("pcs", "cluster", verb)]
    assert planned(what, seen(enabled=enabled)) == []


def test_stopped():
    assert planned(wanted("stopped"), seen()) == [("pcs", "cluster", "stop", "--all")]
    assert planned(wanted("stopped"), seen(active=False)) == []


@pytest.mark.parametrize("version, yes", [((0, 10), ()), ((0, 11), ("--force",)), ((0, 12), ("--yes",))])
def test_each_pcs_has_its_own_word_for_yes(version, yes):
    assert planned(wanted("absent"), seen(pcs_version=version)) == [("pcs", "cluster", "destroy", *yes)]


def test_absent_already():
    assert planned(wanted("absent"), nothing()) == []


@pytest.mark.parametrize("state", ["present", "started", "stopped", "absent"])
def test_another_cluster_is_refused(state):
    with pytest.raises(BadInput, match="belongs to the cluster 'shop', not 'other'"):
        planned(wanted(state, name="other"), seen(pcs_version=(0, 11)))


@pytest.mark.parametrize("state", ["present", "started", "stopped"])
def test_other_nodes_are_refused(state):
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
def test_what_a_set_up_needs(params, message):
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
def test_bad_input(params, message):
    with pytest.raises(BadInput, match=message):
        wanted(**params)


@pytest.mark.parametrize(
    "what, there",
    [
        (wanted(enabled=True), nothing()),
        (wanted("present"), nothing()),
        (wanted(), seen(online=[], offline=["node1", "node2"])),
        (wanted("stopped", enabled=False), seen()),
        (wanted("absent"), seen(pcs_version=(0, 12))),
        (wanted("authenticated"), nothing()),
    ],
)
def test_a_change_shows_before_it_is_made(what, there):
    steps = cluster_plan.plan(what, there)
    assert steps and cluster_plan.view(what, there) != cluster_plan.view(what, there, steps)


def test_what_is_shown_of_a_set_up():
    what = wanted(enabled=True)
    assert cluster_plan.view(what, nothing()) == {"authenticated": []}
    assert cluster_plan.view(what, nothing(), cluster_plan.plan(what, nothing())) == {
        "authenticated": ["node1", "node2"],
        "cluster": {"name": "shop", "nodes": NODES, "online": ["node1", "node2"], "enabled": True},
    }


def test_differences_of_a_cluster_that_exists_are_told():
    conf = CONF.replace("        ring1_addr: 198.51.100.11\n", "")
    assert cluster_plan.differences(wanted(totem={"token": 5000}, transport="knet"), seen(conf)) == []
    what = wanted(nodes=[NODES[0], {"name": "node2", "addresses": ["192.0.2.99"]}], quorum={"wait_for_all": True})
    assert [sentence.partition(" in ")[0] for sentence in cluster_plan.differences(what, seen(conf))] == [
        "node2: the addresses",
        "quorum: wait_for_all",
    ]
