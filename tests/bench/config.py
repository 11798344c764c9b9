# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ha_config with many objects, compared with single commands and community.general on the demo's cluster, and on files.

Requires the demo's cluster: `make demo`. community.general comes from the package `ansible`, which is downloaded once.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/live"))
import conftest  # noqa: E402

PEERS = ROOT / ".cache/peers"
DUMMY = "ocf:pacemaker:Dummy"
ROUNDS = 5
MANY = 100
SIZES = (10, 100, 1000, 5000)
EMPTY = """<cib validate-with="pacemaker-3.5" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config/>
<nodes><node id="1" uname="node1"/></nodes><resources/><constraints/></configuration><status/></cib>"""


def document(number):
    """A document with this number of resources and the same number of constraints."""
    operations = [{"name": "monitor", "interval": "60s", "timeout": "20s"}]
    names = [f"bench-{each}" for each in range(number)]
    return {
        "resources": [{"id": name, "agent": DUMMY, "operations": operations} for name in names],
        "constraints": [{"type": "location", "resource": name, "node": "node1", "score": 1} for name in names],
    }


def ha_config(name, number, **options):
    """A task for a document with this number of resources and constraints."""
    return {"name": name, "hacluster.pcs.ha_config": {"config": document(number), **options}}


def command(line):
    """A task that runs one command and is named after it."""
    return {"name": line, "ansible.builtin.command": line}


def measured(*tasks, hosts="node1"):
    """Run tasks in one play; returns their durations: name -> list of seconds, where a loop counts as one task."""
    done = conftest.play([{"hosts": hosts, "gather_facts": False, "tasks": list(tasks)}])
    assert done.code == 0, done.output
    found = {}
    for line in done.results:
        found.setdefault(line["task"], []).append(line["seconds"])
    return found


def show(name, ours, floor, limit):
    ours, floor = statistics.median(ours), statistics.median(floor)
    print(f"{name:48} {ours * 1000:7.0f} ms  {ours / floor:7.2f} times ({limit})", flush=True)


def to_be_created():
    """A task that creates all objects, compared with a task that runs a single pcs command."""
    one, found = command(f"pcs resource create bench-pcs {DUMMY} --disabled"), {}
    before = conftest.lab("node1", "cibadmin", "--query", "--scope", "configuration")
    for _round in range(ROUNDS):
        for name, times in measured(one, ha_config("create", MANY)).items():
            found.setdefault(name, []).extend(times)
        restore(before)
    show(f"{MANY} + {MANY} to be created", found["create"], found[one["name"]], "of one pcs command; at most 3")


def nothing_to_do():
    """A task with nothing to do, compared with one that runs cibadmin --query and with a loop over the resources."""
    before = conftest.lab("node1", "cibadmin", "--query", "--scope", "configuration")
    floor = command("cibadmin --query")
    each = {"name": "{{ item }}", "resource_type": {"resource_name": DUMMY}, "state": "present"}
    loop = {"name": "loop", "community.general.pacemaker_resource": each, "loop": [f"bench-{n}" for n in range(MANY)]}
    measured(ha_config("create", MANY, wait=300))
    found = measured(*[floor, ha_config("nothing", MANY)] * ROUNDS)
    show(
        f"{MANY} + {MANY}, nothing to do",
        found["nothing"],
        found["cibadmin --query"],
        "of cibadmin --query; at most 1.3",
    )
    peer = measured(loop)["loop"]
    show("community.general, a loop over the resources", peer, found["nothing"], "of ours; at least 100")
    restore(before)


def restore(configuration):
    """Restore the cluster's configuration, and wait until the cluster is idle."""
    line = f'cibadmin --replace --scope configuration --xml-text "$1" && {conftest.IDLE}'
    conftest.lab("node1", "sh", "-c", line, "sh", configuration)


def by_size():
    """Duration and memory of a task with nothing to do on a file, by the number of objects."""
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for number in SIZES:
            path = Path(folder, f"{number}.xml")
            path.write_text(EMPTY, encoding="utf-8")
            task = ha_config("nothing", number, cib_file=str(path))
            found[number] = measured(dict(task, name="create"), *[task] * ROUNDS, hosts="localhost")["nothing"]
            show(f"{number} + {number} on a file, nothing to do", found[number], found[SIZES[0]], f"of {SIZES[0]}")
            print(f"{'':48} {memory(task, folder):7.0f} MB", flush=True)


def memory(task, folder):
    """The peak memory of the module's process for a task, in MB."""
    arguments = Path(folder, "arguments.json")
    arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": task["hacluster.pcs.ha_config"]}), encoding="utf-8")
    argv = [sys.executable, "-m", "ansible_collections.hacluster.pcs.plugins.modules.ha_config", str(arguments)]
    environment = dict(os.environ, PYTHONPATH=str(ROOT / ".cache/collections"))
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return usage.ru_maxrss / 1024


def main():
    subprocess.run(["pip", "install", "--quiet", "--no-deps", "--target", PEERS, "ansible"], check=True)
    conftest.ENVIRONMENT["ANSIBLE_COLLECTIONS_PATH"] += f":{PEERS}"
    to_be_created()
    nothing_to_do()
    by_size()


if __name__ == "__main__":
    main()
