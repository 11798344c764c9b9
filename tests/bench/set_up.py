# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From authentication to quorum: the role ha_cluster compared with manual pcs commands, on the running lab."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))
from conftest import lab, play

ROUNDS = 3
NODES = ("node1", "node2")
PASSWORD = "only-for-the-bench"
ROLE = {
    "hosts": "cluster",
    "gather_facts": False,
    "vars": {"ha_cluster_name": "bench", "ha_cluster_password": PASSWORD},
    "roles": ["hacluster.pcs.ha_cluster"],
}


def from_nothing():
    """Remove the cluster and the authentication from all nodes."""
    flag = {"0.10": [], "0.11": ["--force"]}.get(lab("node1", "pcs", "--version").rpartition(".")[0], ["--yes"])
    for node in NODES:
        lab(node, "pcs", "cluster", "destroy", *flag)
        lab(node, "rm", "-f", "/var/lib/pcsd/known-hosts")
        lab(node, "sh", "-c", f"echo hacluster:{PASSWORD} | chpasswd")


def by_hand():
    """Run what an administrator would type; the addresses are the same as with the role."""
    addresses = [lab(node, "hostname", "-I").split()[0] for node in NODES]
    named = [word for node, address in zip(NODES, addresses) for word in (node, f"addr={address}")]
    start = time.monotonic()
    lab("node1", "pcs", "host", "auth", *named, "-u", "hacluster", "-p", PASSWORD)
    lab("node1", "pcs", "cluster", "setup", "bench", *named, "--start", "--enable", "--wait")
    return until_quorate(start)


def by_role():
    start = time.monotonic()
    done = play([ROLE])
    assert done.code == 0, done.output
    return until_quorate(start)


def until_quorate(start):
    """Seconds from `start` until Pacemaker has quorum and both nodes online."""
    while True:
        seen = ElementTree.fromstring(lab("node1", "crm_mon", "-1", "--output-as=xml"))
        dc = seen.find("summary/current_dc")
        online = [node.get("online") for node in seen.iterfind("nodes/node")]
        if dc.get("with_quorum") == "true" and online == ["true", "true"]:
            return time.monotonic() - start
        if time.monotonic() - start > 300:
            raise SystemExit("not quorate after 300 s")
        time.sleep(0.2)


def main():
    times = {by_hand: [], by_role: []}
    for number in range(1, ROUNDS + 1):
        for way, taken in times.items():
            from_nothing()
            taken.append(way())
            print(f"round {number}, {way.__name__:8} {taken[-1]:5.1f} s", flush=True)
    floor, ours = (statistics.median(taken) for taken in times.values())
    print(f"by hand {floor:.1f} s, by the role {ours:.1f} s: {ours / floor:.2f} times (at most 1.5)")


if __name__ == "__main__":
    main()
