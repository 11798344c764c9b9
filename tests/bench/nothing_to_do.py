# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One existing object and nothing to do: a task of each module compared with a task that runs one cibadmin.

Requires the demo's cluster: `make demo`.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))
from conftest import play

ROUNDS = 30
FLOOR = "cibadmin --query"
TASKS = {
    FLOOR: {"ansible.builtin.command": FLOOR},
    "ha_property": {"hacluster.pcs.ha_property": {"properties": {"stonith-enabled": True}}},
    "ha_resource": {"hacluster.pcs.ha_resource": {"id": "web-server", "agent": "systemd:nginx"}},
    "ha_constraint": {
        "hacluster.pcs.ha_constraint": {"resource": "fence-node1", "node": "node1", "score": "-INFINITY"}
    },
    "ha_stonith": {"hacluster.pcs.ha_stonith": {"id": "fence-node1", "agent": "fence_ipmilan"}},
    "ha_node": {"hacluster.pcs.ha_node": {"name": "node1", "state": "online"}},
}


def main():
    tasks = [dict(task, name=name, changed_when=False) for _round in range(ROUNDS) for name, task in TASKS.items()]
    done = play([{"hosts": "node1", "gather_facts": False, "tasks": tasks}])
    assert done.code == 0, done.output
    median = {
        name: statistics.median(line["seconds"] for line in done.results if line["task"] == name) for name in TASKS
    }
    for name, seconds in median.items():
        print(f"{name:18} {seconds * 1000:6.0f} ms  {seconds / median[FLOOR]:.2f} times (at most 1.15)")


if __name__ == "__main__":
    main()
