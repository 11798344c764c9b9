# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/maintenance.yml: both nodes of the demo are rebooted one after the other while a client uses the page."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from xml.etree import ElementTree

import pytest
from conftest import IDLE, LAB, ROOT, lab, page, play
from failures import NODES, active, other, watched_address

MAINTENANCE = "hacluster.pcs.maintenance"
VARIABLES = {"ha_maintenance_tasks": str(ROOT / "tests/live/maintenance_tasks.yml"), "lab": str(LAB)}
EVERY = 0.25  # seconds between two requests
pytestmark = pytest.mark.only_on("11")


@contextmanager
def requests():
    """Request the page four times a second while the context is open; yields the counts of "asked" and "lost"."""
    count, end = {"asked": 0, "lost": 0}, threading.Event()

    def ask():
        while not end.wait(EVERY):
            count["asked"] += 1
            count["lost"] += not page()

    with ThreadPoolExecutor() as pool:
        asker = pool.submit(ask)
        try:
            yield count
        finally:
            end.set()
    asker.result()


def maintained(node):
    """For each time that the work was done on a node, the resources that ran on it at that time."""
    end = "</pacemaker-result>"
    documents = lab(node, "sh", "-c", "cat /var/tmp/maintained || true").split(end)[:-1]
    found = [ElementTree.fromstring(f"{each.strip()}{end}").iterfind("resources//resource") for each in documents]
    return [
        [each.get("id") for each in resources if each.find(f"node[@name='{node}']") is not None] for resources in found
    ]


def nodes():
    """The attributes of the nodes in the configuration: name -> {attribute: value}."""
    said = ElementTree.fromstring(lab("node1", "cibadmin", "--query", "--scope", "nodes"))
    return {each.get("uname"): {pair.get("name"): pair.get("value") for pair in each.iter("nvpair")} for each in said}


def boots():
    """When the init of each node started."""
    return [lab(node, "stat", "--format=%Y", "/proc/1") for node in NODES]


@pytest.fixture
def fresh(restore_configuration):
    """No node has been maintained yet."""
    for node in NODES:
        lab(node, "rm", "-f", "/var/tmp/maintained")
    lab("node1", "sh", "-c", IDLE)


def test_interrupted_maintenance_is_completed_by_the_next_run(fresh, capsys):
    before, began = boots(), time.monotonic()
    with watched_address() as address, requests() as count:
        stopped = play(MAINTENANCE, **VARIABLES, trouble="node2")
        assert stopped.code != 0 and "the disk is full" in stopped.failures, stopped.output
        assert "run the playbook again" in stopped.failures
        interrupted = nodes()
        done = play(MAINTENANCE, **VARIABLES)
    seconds = time.monotonic() - began
    assert interrupted == {"node1": {"ha-maintenance": "done"}, "node2": {"standby": "on", "ha-maintenance": "begun"}}
    assert done.code == 0, done.output
    assert [len(maintained(node)) for node in NODES] == [1, 2], "completed work is not repeated"
    assert [each for node in NODES for each in maintained(node)] == [[], [], []], "each node was drained"
    assert nodes() == {"node1": {}, "node2": {}}
    assert all(old != new for old, new in zip(before, boots()))
    assert address["seen"] == set(NODES) and address["twice"] == [], "the address was never on both nodes"
    with capsys.disabled():
        print(
            f"\nrolling maintenance of both nodes in {seconds:.0f} s: {count['lost']} of {count['asked']} requests lost"
        )
    assert count["asked"] > 2 * seconds and count["lost"] < 0.1 * count["asked"]


def test_maintenance_does_not_start_when_the_other_node_cannot_take_over(fresh):
    here = active()
    there = other(here)
    predicted = play(MAINTENANCE, "--check", "--limit", f"localhost,{here}", **VARIABLES)
    assert predicted.code == 0 and predicted.changed == 0, predicted.output
    assert f"moves web-ip from {here} to {there}" in " ".join(predicted.output.split())

    pinned = f'<rsc_location id="not-there" rsc="web" node="{there}" score="-INFINITY"/>'
    lab("node1", "cibadmin", "--create", "--scope", "constraints", "--xml-text", pinned)
    nowhere = play(MAINTENANCE, "--limit", f"localhost,{here}", **VARIABLES)
    assert nowhere.code != 0 and "could not run anywhere else" in nowhere.failures
    lab("node1", "cibadmin", "--delete", "--xml-text", pinned)

    lab("node1", "pcs", "node", "standby", there)
    resting = play(MAINTENANCE, "--limit", f"localhost,{here}", **VARIABLES)
    assert resting.code != 0 and f"Not online, or in standby or maintenance: {there}" in resting.failures
    lab("node1", "pcs", "node", "unstandby", there)

    lab("node1", "pcs", "node", "attribute", there, "ha-maintenance=begun")
    other_first = play(MAINTENANCE, "--limit", f"localhost,{here}", **VARIABLES)
    assert other_first.code != 0 and f"maintenance of {there} has not finished" in other_first.failures
    assert nowhere.changed == resting.changed == other_first.changed == 0
    assert [maintained(node) for node in NODES] == [[], []]
    lacking = play(MAINTENANCE)
    assert lacking.code != 0 and "Set ha_maintenance_tasks" in lacking.failures
