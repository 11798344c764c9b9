# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Failures of a node of the demo's cluster and the expected reaction: fencing, takeover, rejoin."""

from __future__ import annotations

import calendar
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from conftest import hosts, init, lab, page, state, verb

NODES = ("node1", "node2")
DEVICES = {"fence-node1": "node2", "fence-node2": "node1"}  # device -> the node it runs on
TAKEOVER, REJOIN = 60, 180  # seconds from the failure, at most

KINDS = {
    "killed": lambda node: lab(node, "pkill", "--signal", "KILL", "--exact", "corosync"),
    "powered off": lambda node: verb("power", "off", node),
    "cut off": lambda node: verb("cut", node),
}


class Failure:
    """The node that serves the page fails. Each method waits for one reaction of the cluster; call them in this order.

    :param kind: one of KINDS.
    """

    def __init__(self, kind):
        self.kind = kind
        self.node = until(active, 30, "no node serves the page")
        self.survivor = other(self.node)
        self.start = time.time()
        KINDS[kind](self.node)

    def takeover(self):
        """Wait until the other node has fenced this one and serves the page; returns the seconds since the failure."""
        until(lambda: active() == self.survivor, TAKEOVER, f"{self.survivor} does not serve the page")
        seconds = time.time() - self.start
        assert fenced(self.node, self.start), (
            f"{self.survivor} took over, but the fencing history does not contain {self.node}"
        )
        return seconds

    def rejoin(self):
        """Wait until the node is back and the cluster is healthy; returns the seconds since the failure.

        A node that was cut off first boots while still isolated: it must not start any resource then.
        """
        if self.kind == "cut off":
            until(lambda: waits_for_quorum(self.node), REJOIN, f"{self.node} does not wait for quorum")
            verb("heal", self.node)
        until(lambda: is_healthy(self.survivor), REJOIN, f"{self.node} has not rejoined a healthy cluster")
        seconds = time.time() - self.start
        assert len(fenced(self.node, self.start)) == 1, f"{self.node} was fenced more than once"
        assert not fenced(self.survivor, self.start), f"{self.survivor} was also fenced"
        assert active() == self.survivor, f"{self.survivor} no longer serves the page"
        return seconds


def until(condition, seconds, message):
    """Wait until a function returns a true value and return that value; fails after that many seconds."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{message} after {seconds} s"
        time.sleep(0.3)
    return found


def other(node):
    return NODES[1 - NODES.index(node)]


def active():
    """The node that serves the page, or None if there is no answer."""
    return page().removeprefix("Served by ").strip() or None


def fenced(node, since):
    """When a node was successfully fenced after a given time, according to the history of the other node.

    All times are in seconds since 1970. Without --verbose, stonith_admin shows only one success, the oldest one.
    The lab's clocks are in UTC.
    """
    said = lab(other(node), "stonith_admin", "--history", node, "--verbose", "--output-as=xml")
    events = [each for each in ElementTree.fromstring(said).iter("fence_event") if each.get("status") == "success"]
    completed = [calendar.timegm(time.strptime(each.get("completed")[:19], "%Y-%m-%d %H:%M:%S")) for each in events]
    return [when for when in completed if when > since]


def fence_devices(seen_from):
    """Where the fence devices run: id -> node, or None for a device that is not running (yet)."""
    devices = state(seen_from).iterfind("resources/resource")
    return {each.get("id"): _place(each) for each in devices if each.get("resource_agent").startswith("stonith:")}


def _place(resource):
    started = resource.get("role") == "Started" and resource.get("pending") is None
    return resource.find("node").get("name") if started else None


def is_healthy(seen_from):
    """Whether both nodes are online, neither pending nor unclean, and the fence devices of the demo are running."""
    nodes = [
        [each.get(key) for key in ("online", "pending", "unclean")] for each in state(seen_from).iterfind("nodes/node")
    ]
    return nodes == [["true", "false", "false"]] * 2 and DEVICES.items() <= fence_devices(seen_from).items()


def waits_for_quorum(node):
    """Whether a node that has started its cluster is alone and waits for the other node (wait_for_all)."""
    done = lab(node, "crm_mon", "--one-shot", "--output-as=xml", check=False)
    controller = ElementTree.fromstring(done.stdout).find("summary/current_dc") if done.returncode == 0 else None
    return controller is not None and controller.get("with_quorum") == "false"


@contextmanager
def watched_address():
    """Check ten times a second which nodes have the floating address, while the context is open.

    Yields a mapping: "looks", the number of checks; "seen", the nodes that had the address; "twice", the times when
    both nodes had it at once.
    """
    address = hosts()["vars"]["lab_free_address"]
    found, end = {"looks": 0, "seen": set(), "twice": []}, threading.Event()

    def look():
        while not end.wait(0.1):
            had = [_has(node, address) for node in NODES]
            found["looks"] += 1
            found["seen"].update(node for node, has in zip(NODES, had) if has)
            # The first node still has it, so it also had it when the second node was checked
            if all(had) and _has(NODES[0], address):
                found["twice"].append(time.strftime("%H:%M:%S"))

    with ThreadPoolExecutor() as pool:
        watcher = pool.submit(look)
        try:
            yield found
        finally:
            end.set()
    watcher.result()


def _has(node, address):
    """Whether a node has an address, read from /proc: starting a process for each of the many checks costs too much."""
    pid = init(node)
    try:
        return pid is not None and f"-- {address}\n" in Path("/proc", pid, "net/fib_trie").read_text(encoding="utf-8")
    except OSError:
        return False
