# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demo: two nodes become a fenced cluster that serves a page; repeated, with drift, interrupted, and failover."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import signal
import subprocess
import time

import pytest
import yaml
from conftest import ENVIRONMENT, ROOT, inventory, lab, page, play, state
from failures import DEVICES, NODES, fence_devices, fenced, is_healthy, other, until

DEMO = "tests/demo/demo.yml"
VARIABLES = ("--extra-vars", "@tests/demo/vars.yml")
# Records every call of pcs on a node
WRAPPER = '#!/bin/sh\necho "$*" >>/var/log/pcs-calls\nexec /usr/sbin/pcs "$@"\n'
READS = ("--version", "status pcsd", "host auth --help", "status")


def demo_run(*options, **variables):
    return play(DEMO, *VARIABLES, *options, **variables)


def started():
    """When the cluster's services were started, for each node."""
    services = ("pcsd", "corosync", "pacemaker", "nginx")
    return {node: lab(node, "systemctl", "show", "-p", "ActiveEnterTimestampMonotonic", *services) for node in NODES}


def corosync_conf(node):
    return lab(node, "cat", "/etc/corosync/corosync.conf", check=False).stdout


@pytest.fixture
def pcs_calls(demo):
    """A function that returns the arguments of all pcs calls on both nodes since the start of the test."""
    for node in NODES:
        lab(node, "sh", "-c", f"cat >/usr/local/sbin/pcs <<'END'\n{WRAPPER}END\nchmod +x /usr/local/sbin/pcs")
        lab(node, "rm", "-f", "/var/log/pcs-calls")

    def calls():
        return [line for node in NODES for line in lab(node, "sh", "-c", "cat /var/log/pcs-calls || true").splitlines()]

    yield calls
    for node in NODES:
        lab(node, "rm", "-f", "/usr/local/sbin/pcs", "/var/log/pcs-calls")


def test_demo_is_a_fenced_quorate_cluster_that_serves_the_page(demo):
    seen = state()
    assert [node.get("online") for node in seen.iterfind("nodes/node")] == ["true", "true"]
    assert seen.find("summary/current_dc").get("with_quorum") == "true"
    assert seen.find("summary/cluster_options").get("stonith-enabled") == "true"
    assert fence_devices("node1") == DEVICES, "each device runs on the other node"
    assert page().startswith("Served by node")
    for node in NODES:
        assert lab(node, "systemctl", "is-enabled", "corosync", "pacemaker", "pcsd").split() == ["enabled"] * 3
    quorum = lab("node1", "corosync-quorumtool", "-s", check=False).stdout
    assert re.search(r"Flags:.*2Node.*Quorate", quorum) and re.search(r"Quorate:\s+Yes", quorum)


def test_second_run_changes_and_restarts_nothing(pcs_calls):
    before = started()
    done = demo_run()
    assert done.code == 0 and done.changed == 0, done.output
    assert started() == before
    changing = [call for call in pcs_calls() if not call.startswith(READS)]
    assert changing == []
    assert play([{"hosts": "node1", "gather_facts": False, "tasks": [{"command": "pcs --version"}]}]).code == 0
    assert pcs_calls()[-1] == "--version", "the wrapper records the pcs calls of tasks"


@pytest.mark.only_on("12")
def test_check_mode_reports_no_change_and_shows_no_secret(demo):
    done = demo_run("--check", "--diff", "-vvv")
    assert done.code == 0 and done.changed == 0, done.output
    assert "only-for-the-demo" not in done.output and "lab-password" not in done.output


@pytest.mark.only_on("12")
def test_variables_may_be_set_in_the_play(demo):
    """As in the role's README. The absence of changes shows that the role found each node's name and device."""
    variables = yaml.safe_load((ROOT / "tests/demo/vars.yml").read_text(encoding="utf-8"))
    done = play([{"hosts": "cluster", "vars": variables, "roles": ["hacluster.pcs.ha_two_node"]}], "--check")
    assert done.code == 0 and done.changed == 0, done.output


@pytest.mark.only_on("12")
def test_only_the_drift_is_reported_and_repaired(demo):
    lab("node1", "pcs", "property", "set", "stonith-enabled=false")
    named = demo_run("--check", "--diff")
    assert named.code == 0 and named.changed == 1, named.output
    (diff,) = [line["result"]["diff"] for line in named.results if line["result"].get("changed")]
    assert (diff["before"], diff["after"]) == (
        'properties:\n  stonith-enabled: "false"\n',
        'properties:\n  stonith-enabled: "true"\n',
    )
    repaired = demo_run()
    assert repaired.code == 0 and repaired.changed == 1, repaired.output
    assert state().find("summary/cluster_options").get("stonith-enabled") == "true"
    assert demo_run().changed == 0


REFUSED = {
    "one host": (("--limit", "node1"), {}, "exactly two hosts"),
    "unreachable": ((), {"unreachable": True}, "fatal: [node2]: UNREACHABLE!"),
    "no password": ((), {"ha_cluster_password": ""}, "ha_cluster_password"),
    "no fencing": ((), {"ha_two_node_fence": {}}, "ha_two_node_fence"),
    "no such node": ((), {"ha_two_node_preferred_node": "node3"}, "ha_two_node_preferred_node: node3"),
    "another cluster": ((), {"ha_cluster_name": "other"}, "belongs to the cluster demo, not to other"),
    "fencing off": (
        (),
        {"ha_two_node_document": {"properties": {"stonith-enabled": False}}},
        "remove stonith-enabled from the properties",
    ),
}


@pytest.mark.only_on("12")
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ("one host", "another cluster") else pytest.mark.full) for name in REFUSED],
)
def test_invalid_setup_is_refused_without_changes(name, demo):
    options, variables, sentence = REFUSED[name]
    variables = copy.copy(variables)
    before = [corosync_conf(node) for node in NODES], started()
    if variables.pop("unreachable", False):
        hosts = yaml.safe_load(open(inventory(), encoding="utf-8"))
        hosts["cluster"]["hosts"]["node2"]["ansible_host"] = "127.0.0.1"
        hosts["cluster"]["hosts"]["node2"]["ansible_port"] = 1
        path = ROOT / ".cache/unreachable.json"
        path.write_text(json.dumps(hosts), encoding="utf-8")
        options = ("--inventory", str(path))
    # Only the play of the collection: the demo's own first play is not tested here
    done = play("hacluster.pcs.two_node", *VARIABLES, *options, **variables)
    assert done.code != 0 and sentence in " ".join(done.output.split()), done.output
    assert done.changed == 0
    assert ([corosync_conf(node) for node in NODES], started()) == before


@pytest.mark.only_on("12")
def test_destroy_limited_to_one_node_is_refused(demo):
    before = started()
    done = play("hacluster.pcs.destroy", *VARIABLES, "--limit", "node2,localhost")
    assert done.code != 0 and "nodes that are not hosts of this play: node1" in done.failures, done.output
    assert started() == before and corosync_conf("node2")


@pytest.mark.only_on("12")
def test_check_mode_predicts_the_start_of_a_stopped_cluster(demo):
    lab("node1", "pcs", "cluster", "stop", "--all")
    predicted = play("hacluster.pcs.two_node", *VARIABLES, "--check")
    assert predicted.code == 0 and predicted.changed == 1, predicted.output
    done = play("hacluster.pcs.two_node", *VARIABLES)
    assert done.code == 0 and done.changed == 1, done.output


def test_failover_demo_succeeds(demo):
    """Run `make demo-failover`'s script: it fails if the takeover takes more than 60 s or the node does not rejoin."""
    start = time.time()
    done = subprocess.run(
        ["tests/demo/failover"], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    node = re.search(r"Powering (node\d) off", done.stdout).group(1)
    assert len(fenced(node, start)) == 1 and fenced(other(node), start) == []
    assert page() == f"Served by {other(node)}\n"
    # The node is back online, but its fence device may not have been started yet
    until(lambda: is_healthy(other(node)), 60, f"{node} has not rejoined a healthy cluster")


@pytest.mark.only_on("12")
def test_invalid_document_is_refused_before_setup(demo):
    assert play("hacluster.pcs.destroy", *VARIABLES).code == 0
    wrong = {
        "fence_ipmilam is not installed": {"agent": "fence_ipmilam", "params": {}},
        "did you mean 'username'": {"agent": "fence_ipmilan", "params": {"ip": "127.0.0.1", "usrname": "x"}},
    }
    for sentence, fence in wrong.items():
        done = play("hacluster.pcs.two_node", *VARIABLES, ha_two_node_fence=fence)
        assert done.code != 0 and sentence in done.failures, done.output
        assert [corosync_conf(node) for node in NODES] == ["", ""]


@pytest.mark.full
def test_killed_run_is_completed_by_the_next_run(demo):
    """Start without a cluster: several runs are killed, each after more seconds; the last run is not killed."""
    assert play("hacluster.pcs.destroy", *VARIABLES).code == 0
    for seconds in (5, 8, 11, 14):
        command = ["ansible-playbook", "-i", inventory(), "hacluster.pcs.two_node", *VARIABLES]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = demo_run()
    assert done.code == 0, done.output
    assert demo_run().changed == 0
    assert page().startswith("Served by node")
