# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One existing object and nothing to do: a task of each module compared with a task that runs one cibadmin.

Wall time is the median of tasks that alternate. CPU time on the node is that of its container's cgroup over many equal tasks in a row,
without what the idle cluster spends meanwhile. Packing is what Ansible spends on the controller once for each module and run.

Needs the demo's cluster: `make demo`.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))
import pack
from conftest import container, play

ROUNDS, IN_A_ROW = 12, 20
FLOOR = "cibadmin --query"
TASKS = {
    FLOOR: {"ansible.builtin.command": FLOOR},
    "ha_property": {"hacluster.pcs.ha_property": {"properties": {"stonith-enabled": True}}},
    "ha_resource": {"hacluster.pcs.ha_resource": {"id": "web-server", "agent": "systemd:nginx"}},
    "ha_constraint": {
        "hacluster.pcs.ha_constraint": {"resource": "fence-node1", "node": "node1", "score": "-INFINITY"}
    },
    "ha_stonith": {"hacluster.pcs.ha_stonith": {"id": "fence-node1", "agent": "fence_ipmilan"}},
    "ha_stonith_level": {"hacluster.pcs.ha_stonith_level": {"level": 9, "target": "node1", "state": "absent"}},
    "ha_tag": {"hacluster.pcs.ha_tag": {"id": "none", "state": "absent"}},
    "ha_node": {"hacluster.pcs.ha_node": {"name": "node1", "state": "online"}},
    "ha_config": {"hacluster.pcs.ha_config": {"config": {"properties": {"stonith-enabled": True}}}},
    "ha_info": {"hacluster.pcs.ha_info": {"gather_subset": ["constraints"]}},
    "ha_cluster": {"hacluster.pcs.ha_cluster": {"name": "demo", "state": "started"}},
}
ROW = "{:18} {:>6} {:>6} {:>8} {:>8} {:>9} {:>8}".format


def played(*tasks):
    """The results of tasks on node1."""
    done = play([{"hosts": "node1", "gather_facts": False, "tasks": list(tasks)}])
    assert done.code == 0, done.output
    return done.results


def wall():
    """Name -> median of the seconds that a task takes."""
    results = played(
        *(dict(task, name=name, changed_when=False) for _round in range(ROUNDS) for name, task in TASKS.items())
    )
    return {name: statistics.median(line["seconds"] for line in results if line["task"] == name) for name in TASKS}


def cpu_of_node():
    """The seconds of CPU time that node1 has spent since it started."""
    inspect = ["podman", "inspect", "--type", "container", "--format", "{{.State.CgroupPath}}", container("node1")]
    path = subprocess.run(inspect, capture_output=True, text=True, check=True).stdout.strip()
    old = Path(f"/sys/fs/cgroup/cpuacct{path}/cpuacct.usage")
    if old.exists():
        return int(old.read_text()) / 1e9
    return int(Path(f"/sys/fs/cgroup{path}/cpu.stat").read_text().split()[1]) / 1e6


def cpu():
    """Name -> seconds of CPU time that a task costs on the node."""
    start, before = time.monotonic(), cpu_of_node()
    time.sleep(20)
    idle = (cpu_of_node() - before) / (time.monotonic() - start)
    found = {}
    for name, task in TASKS.items():
        played(task)  # connects
        start, before = time.monotonic(), cpu_of_node()
        played(*[dict(task, changed_when=False)] * IN_A_ROW)
        spent = cpu_of_node() - before - idle * (time.monotonic() - start)
        found[name] = spent / IN_A_ROW
    return found


def packing():
    """Name -> (seconds of CPU time to pack a module, its size in KB as it is sent)."""
    pack.init_plugin_loader([str(pack.TREE)])
    found = {}
    for name, task in TASKS.items():
        (module,) = task
        seconds = []
        for _round in range(5):
            with tempfile.TemporaryDirectory() as cache:
                before = resource.getrusage(resource.RUSAGE_SELF)
                program = pack.packed(module, {}, cache)
                after = resource.getrusage(resource.RUSAGE_SELF)
            seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        found[name] = min(seconds), len(program) // 1024
    return found


def main():
    on_wall, on_node, packed = wall(), cpu(), packing()
    print(ROW("", "ms", "times", "CPU ms", "above", "pack ms", "KB sent"))
    for name in TASKS:
        print(
            ROW(
                name,
                f"{on_wall[name] * 1000:.0f}",
                f"{on_wall[name] / on_wall[FLOOR]:.2f}",
                f"{on_node[name] * 1000:.0f}",
                f"{(on_node[name] - on_node[FLOOR]) * 1000:+.0f}",
                f"{packed[name][0] * 1000:.0f}",
                f"{packed[name][1]}",
            )
        )


if __name__ == "__main__":
    main()
