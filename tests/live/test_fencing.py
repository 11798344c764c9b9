# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A node that runs the demo's resources fails: it is fenced, the other node takes over, and the failed node rejoins.

test_two_node.py covers a node that is powered off, with `make demo-failover`. `make test-full` repeats all of them many
times.
"""

from __future__ import annotations

import re

import pytest
from conftest import hosts, lab, task
from failures import NODES, Failure, active, other, until, watched_address

LOG = "/var/log/pacemaker/pacemaker.log"


@pytest.fixture
def fail_active_node(capsys):
    """A function that makes the node that serves the page fail, prints the seconds and returns the Failure."""

    def function(kind):
        with watched_address() as address:
            failure = Failure(kind)
            takeover, rejoin = failure.takeover(), failure.rejoin()
        assert address["looks"] > rejoin and address["seen"] == set(NODES) and address["twice"] == []
        with capsys.disabled():
            print(f"\n{failure.node} {kind}: page answers after {takeover:.1f} s, node is back after {rejoin:.1f} s")
        return failure

    return function


def test_node_whose_corosync_is_killed_is_fenced_and_rejoins(demo, fail_active_node):
    fail_active_node("killed")


def test_isolated_node_is_fenced_by_the_second_level_when_the_first_fails(restore_configuration, fail_active_node):
    """The first level's device has a wrong password, which its monitor does not detect; the second level works."""
    node = until(active, 30, "no node serves the page")
    bmc = hosts()["hosts"][node]
    params = {
        "ip": bmc["lab_bmc_address"],
        "ipport": bmc["lab_bmc_port"],
        "username": bmc["lab_bmc_username"],
        "password": "wrong",
        "lanplus": True,
        "cipher": 3,
        "pcmk_host_list": node,
        "pcmk_monitor_action": "metadata",
    }
    document = {
        "stonith": [{"id": "locked-out", "agent": "fence_ipmilan", "params": params}],
        "stonith_levels": [
            {"level": 1, "target": node, "devices": ["locked-out"]},
            {"level": 2, "target": node, "devices": [f"fence-{node}"]},
        ],
        "constraints": [{"type": "location", "resource": "locked-out", "avoids": [node]}],
    }
    # On the node that has been a member all the time: one that has just rejoined can lag behind by status updates, and then its
    # own copy takes a patch that the DC refuses (seen with Pacemaker 2.0.5 and 2.1.5)
    done = task(node, "ha_config", {"config": document, "wait": 60})
    assert not done["failed"], done["msg"]
    size = int(lab(other(node), "stat", "--format=%s", LOG))

    assert fail_active_node("cut off").node == node
    log = lab(other(node), "tail", f"--bytes=+{size + 1}", LOG)
    said = re.findall(rf"Operation '(?:reboot|off)' .*(locked-out|fence-{node})\W+returned:? (-?\d+)", log)
    tried = [(device, code == "0") for device, code in said]
    assert tried[-1] == (f"fence-{node}", True) and set(tried[:-1]) == {("locked-out", False)}
