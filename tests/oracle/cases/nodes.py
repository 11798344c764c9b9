# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attributes and utilization of nodes, standby and maintenance."""

from __future__ import annotations

from oracle import DUMMY, Case, want

REMOTE = "resource create far ocf:pacemaker:remote server=192.0.2.9 --force"
GUEST = f"resource create vm {DUMMY} meta remote-node=guest --force"


def node(name="node1", **spec):
    """The Want of a node."""
    return want("nodes", name=name, **spec)


CASES = [
    Case("attribute", "node attribute node1 site=a", node(attributes={"site": "a"})),
    Case("attributes", "node attribute node1 site=a rack=7", node(attributes={"site": "a", "rack": 7})),
    Case(
        "attributes-of-all-kinds-changed",
        "node attribute node1 site=c rack= hall=9",
        node(attributes={"site": "c", "rack": None, "hall": 9}),
        start="node attribute node1 site=a rack=7",
    ),
    Case(
        "last-attribute-removed",
        "node attribute node1 site=",
        node(attributes={"site": None}),
        start="node attribute node1 site=a",
    ),
    Case("utilization", "node utilization node1 memory=512 cpu=4", node(utilization={"memory": 512, "cpu": 4})),
    Case(
        "utilization-changed",
        "node utilization node1 memory=1024 cpu= disk=1",
        node(utilization={"memory": 1024, "cpu": None, "disk": 1}),
        start="node utilization node1 memory=512 cpu=4",
    ),
    Case("utilization-that-is-not-there", "node utilization node1 cpu=", node(utilization={"cpu": None})),
    Case("standby", "node standby node1", node(standby=True)),
    Case("standby-beside-attributes", "node standby node1", node(standby=True), start="node attribute node1 site=a"),
    Case("unstandby", "node unstandby node1", node(standby=False), start="node standby node1\nnode maintenance node1"),
    Case("unstandby-of-none", "node unstandby node1", node(standby=False)),
    Case("maintenance", "node maintenance node1", node(maintenance=True)),
    Case("unmaintenance", "node unmaintenance node1", node(maintenance=False), start="node maintenance node1"),
    Case(
        "everything",
        "node attribute node1 site=a\nnode utilization node1 cpu=4\nnode standby node1\nnode maintenance node1",
        node(attributes={"site": "a"}, utilization={"cpu": 4}, standby=True, maintenance=True),
    ),
    Case(
        "replaced",
        "node attribute node1 site= rack=7\nnode utilization node1 cpu=",
        node(attributes={"rack": 7}),
        start="node standby node1\nnode attribute node1 site=a\nnode utilization node1 cpu=4",
        exact=True,
    ),
    Case("remote", "node attribute far site=a", node("far", attributes={"site": "a"}), start=REMOTE),
    Case("guest", "node attribute guest site=a", node("guest", attributes={"site": "a"}), start=GUEST),
]
