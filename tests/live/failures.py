# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A node of the demo's cluster fails, and what the cluster has to do then: fence it, take over, take it back."""

from __future__ import annotations

import calendar
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from conftest import hosts, lab, page, state, verb

NODES = ("node1", "node2")
DEVICES = {"fence-node1": "node2", "fence-node2": "node1"}  # where each runs
TAKEOVER, REJOIN = 60, 180  # seconds from the failure, at most

KINDS = {
    "killed": lambda node: lab(node, "pkill", "--signal", "KILL", "--exact", "corosync"),
    "powered off": lambda node: verb("power", "off", node),
    "cut off": lambda node: verb("cut", node),
}


class Failure:
    """The node that serves the page fails. The methods wait for what the cluster does about it, in this order.

    :param kind: one of KINDS.
    """

    def __init__(self, kind):
        self.kind = kind
        self.node = until(active, 30, "no node serves the page")
        self.survivor = other(self.node)
        self.start = time.time()
        KINDS[kind](self.node)

    def takeover(self):
        """Wait until the other node serves the page, having fenced this one; returns the seconds from the failure."""
        until(lambda: active() == self.survivor, TAKEOVER, f"{self.survivor} does not serve the page")
        seconds = time.time() - self.start
        assert fenced(self.node, self.start), (
            f"{self.survivor} took over, but the history has no fencing of {self.node}"
        )
        return seconds

    def rejoin(self):
        """Wait until the node is back and all is in order; returns the seconds from the failure.

        One that was cut off boots into its loneliness first: it must not take anything over there.
        """
        if self.kind == "cut off":
            until(lambda: waits_for_quorum(self.node), REJOIN, f"{self.node} does not wait for quorum")
            verb("heal", self.node)
        until(lambda: in_order(self.survivor), REJOIN, f"{self.node} is not back in order")
        seconds = time.time() - self.start
        assert len(fenced(self.node, self.start)) == 1, f"{self.node} was fenced more than once"
        assert not fenced(self.survivor, self.start), f"{self.survivor} was fenced too"
        assert active() == self.survivor, f"{self.survivor} serves the page no longer"
        return seconds


def until(holds, seconds, otherwise):
    """Wait for a function to return something true, and return it; fails after that many seconds."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"{otherwise} after {seconds} s"
        time.sleep(0.3)
    return found


def other(node):
    return NODES[1 - NODES.index(node)]


def active():
    """The node that serves the page, None when nothing answers."""
    return page().removeprefix("Served by ").strip() or None


def fenced(node, since):
    """When a node was fenced with success after a time, all in seconds since 1970, by the history of the other node.

    Without --verbose, stonith_admin tells one success only, of several the oldest. The lab's clocks are in UTC.
    """
    said = lab(other(node), "stonith_admin", "--history", node, "--verbose", "--output-as=xml")
    events = [each for each in ElementTree.fromstring(said).iter("fence_event") if each.get("status") == "success"]
    completed = [calendar.timegm(time.strptime(each.get("completed")[:19], "%Y-%m-%d %H:%M:%S")) for each in events]
    return [when for when in completed if when > since]


def fence_devices(seen_from):
    """Where the fence devices run: id -> node, None for one that does not (yet)."""
    devices = state(seen_from).iterfind("resources/resource")
    return {each.get("id"): _place(each) for each in devices if each.get("resource_agent").startswith("stonith:")}


def _place(resource):
    started = resource.get("role") == "Started" and resource.get("pending") is None
    return resource.find("node").get("name") if started else None


def in_order(seen_from):
    """Whether both nodes are online and nothing else, and the fence devices of the demo run."""
    nodes = [
        [each.get(key) for key in ("online", "pending", "unclean")] for each in state(seen_from).iterfind("nodes/node")
    ]
    return nodes == [["true", "false", "false"]] * 2 and DEVICES.items() <= fence_devices(seen_from).items()


def waits_for_quorum(node):
    """Whether a node that has started its cluster is there alone and may do nothing (wait_for_all)."""
    done = lab(node, "crm_mon", "--one-shot", "--output-as=xml", check=False)
    controller = ElementTree.fromstring(done.stdout).find("summary/current_dc") if done.returncode == 0 else None
    return controller is not None and controller.get("with_quorum") == "false"


@contextmanager
def watched_address():
    """Look ten times a second, meanwhile, which nodes have the floating address.

    Gives a mapping: "looks", how often it looked, "seen", the nodes that had it, and "twice", when both had it at once.
    """
    address = hosts()["vars"]["lab_free_address"]
    pidfiles = [_pidfile(node) for node in NODES]
    found, end = {"looks": 0, "seen": set(), "twice": []}, threading.Event()

    def look():
        while not end.wait(0.1):
            had = [_has(pidfile, address) for pidfile in pidfiles]
            found["looks"] += 1
            found["seen"].update(node for node, has in zip(NODES, had) if has)
            # The first has it still: so it had it when the second was asked
            if all(had) and _has(pidfiles[0], address):
                found["twice"].append(time.strftime("%H:%M:%S"))

    with ThreadPoolExecutor() as pool:
        watcher = pool.submit(look)
        try:
            yield found
        finally:
            end.set()
    watcher.result()


def container(node):
    """What podman calls a node of the lab."""
    return f"halab-{os.environ.get('HA_LAB_OS', '12')}-{node}"


def _pidfile(node):
    """The file with the process id of a node's init, anew after each boot."""
    argv = ["podman", "inspect", "--type", "container", "--format", "{{.PidFile}}", container(node)]
    return Path(subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip())


def _has(pidfile, address):
    """Whether a node has an address, by what the kernel shows of its network: so often, a process were too much."""
    try:
        init = Path("/proc", pidfile.read_text(encoding="utf-8").strip())
        namespaced = next(line for line in (init / "status").read_text().splitlines() if line.startswith("NSpid:"))
        # Of a node that is off, the number may be another process's meanwhile
        return namespaced.endswith("\t1") and f"-- {address}\n" in (init / "net/fib_trie").read_text()
    except OSError:
        return False
