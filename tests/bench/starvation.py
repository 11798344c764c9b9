# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks that each of 20 tasks commits while the status changes all the time, by default 30 times a second.

Requires the demo's cluster: `make demo`. The optional argument is the number of status writes per second.
"""

from __future__ import annotations

import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))
from conftest import lab, play

TASKS = 20
FLAG = "/run/status-writer"
# Writes like an agent that reports its load; stops when the flag is removed, or after five minutes
WRITER = f"""
import os, subprocess, time
open("{FLAG}", "w").close()
start = time.monotonic()
done = 0
while os.path.exists("{FLAG}") and time.monotonic() < start + 300:
    pair = f'<nvpair id="status-2-load" name="load" value="{{done}}"/>'
    inside = f'<instance_attributes id="status-2">{{pair}}</instance_attributes>'
    state = f'<node_state id="2"><transient_attributes id="2">{{inside}}</transient_attributes></node_state>'
    argv = ["cibadmin", "--modify", "--allow-create", "--scope", "status", "--xml-text", state]
    done += subprocess.run(argv, capture_output=True).returncode == 0
    time.sleep(max(0, start + done / float(RATE) - time.monotonic()))
print(done, time.monotonic() - start)
"""
# The number of patches sent from this node, including refused ones
SENT = "grep --count 'Forwarding cib_apply_diff' /var/log/pacemaker/pacemaker.log || true"


def main():
    rate = sys.argv[1] if len(sys.argv) > 1 else "30"
    count = {"ansible.builtin.raw": SENT}
    tasks = [count]
    for number in range(TASKS):
        batch = {"hacluster.pcs.ha_property": {"properties": {"batch-limit": number + 1}}, "ignore_errors": True}
        tasks += [batch, count]
    with ThreadPoolExecutor() as pool:
        writer = pool.submit(lab, "node2", "python3", "-c", WRITER.replace("RATE", rate))
        try:
            done = play([{"hosts": "node1", "gather_facts": False, "tasks": tasks}])
        finally:
            lab("node2", "rm", "-f", FLAG)
        writes, seconds = writer.result().split()
    limit = ElementTree.fromstring(lab("node1", "cibadmin", "--query")).find(".//nvpair[@name='batch-limit']")
    lab("node1", "crm_attribute", "--type", "crm_config", "--name", "batch-limit", "--delete")
    lab("node2", "attrd_updater", "--name", "load", "--delete")

    sent = [int(line["result"]["stdout"]) for line in done.results[0::2]]
    tries = [after - before for before, after in zip(sent, sent[1:])]
    lines = done.results[1::2]
    committed = sum(line["result"]["changed"] and line["status"] == "ok" for line in lines)
    print(f"{float(writes) / float(seconds):.0f} status writes per second")
    print(
        f"{committed} of {TASKS} tasks committed, the last is {'kept' if limit.get('value') == str(TASKS) else 'LOST'}"
    )
    print(f"patches sent per task: {' '.join(map(str, tries))}")
    print(
        f"a task takes {statistics.median(line['seconds'] for line in lines):.2f} s, "
        f"the longest {max(line['seconds'] for line in lines):.2f} s"
    )
    sys.exit(committed != TASKS)


if __name__ == "__main__":
    main()
