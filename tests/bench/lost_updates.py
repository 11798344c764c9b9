# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks that no change is lost when 8 writers work at once, from both nodes; two of them use plain pcs.

First, each writer creates different objects: all that were reported as created must exist at the end. Then all writers
change the same object: its final value must be the last value that one of the writers has committed. Requires the
demo's cluster: `make demo`. The optional argument is the number of changes per writer.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))
from conftest import lab, play

WRITERS = 8
NODES = ("node1", "node2")


def by_collection(node, tasks):
    """Run tasks one after another on a node; returns for each whether it reported success, and its message."""
    tasks = [dict(task, ignore_errors=True) for task in tasks]
    done = play([{"hosts": node, "gather_facts": False, "tasks": tasks}])
    assert len(done.results) == len(tasks), done.output
    return [(line["status"] == "ok", line["result"].get("msg", "")) for line in done.results]


def by_pcs(node, commands):
    """The same with pcs commands."""
    done = [lab(node, "pcs", *command, check=False) for command in commands]
    # After its error message, pcs prints the document
    return [(each.returncode == 0, " ".join(each.stderr.split("\n")[:2])) for each in done]


def write(writer, own, plain):
    """Make all changes of one writer, with tasks or pcs commands."""
    node = NODES[writer % 2]
    return by_pcs(node, plain) if writer < 2 else by_collection(node, own)


def at_once(changes, own, plain):
    """Run all writers at once.

    :param own: function of (writer, number) that returns a task.
    :param plain: function of (writer, number) that returns a pcs command.
    :returns: (writer, number) -> whether the change was reported as done.
    """
    start = time.monotonic()
    with ThreadPoolExecutor(WRITERS) as pool:
        running = [
            pool.submit(write, each, [own(each, n) for n in range(changes)], [plain(each, n) for n in range(changes)])
            for each in range(WRITERS)
        ]
        results = [each.result() for each in running]
    reported = {(writer, n): result[n] for writer, result in enumerate(results) for n in range(changes)}
    refused = [f"  {'pcs' if key[0] < 2 else 'ours'}: {said}" for key, (done, said) in reported.items() if not done]
    print(
        f"{len(reported)} changes in {time.monotonic() - start:.0f} s, {len(refused)} refused", *refused[:5], sep="\n"
    )
    return {key: done for key, (done, _said) in reported.items()}


def disjoint(changes):
    """The number of changes that were reported as done but are missing."""

    def name(writer, number):
        return f"bench-{writer}-{number}"

    done = at_once(
        changes,
        lambda *each: {"hacluster.pcs.ha_tag": {"id": name(*each), "members": ["web"]}},
        lambda *each: ["tag", "create", name(*each), "web"],
    )
    there = {each.get("id") for each in cib().iterfind(".//tags/tag")}
    lost = [each for each, is_done in done.items() if is_done and name(*each) not in there]
    print(
        f"different objects: {sum(done.values()) - len(lost)} of {sum(done.values())} that were reported as done exist"
    )
    for writer, number in done:
        if name(writer, number) in there:
            lab("node1", "cibadmin", "--delete", "--xml-text", f'<tag id="{name(writer, number)}"/>')
    return len(lost)


def same(changes):
    """0 if the final value is the last committed value of one of the writers, otherwise 1."""

    def value(writer, number):
        return 1 + writer * changes + number

    done = at_once(
        changes,
        lambda *each: {"hacluster.pcs.ha_property": {"properties": {"batch-limit": value(*each)}}},
        lambda *each: ["property", "set", f"batch-limit={value(*each)}"],
    )
    found = int(cib().find(".//nvpair[@name='batch-limit']").get("value"))
    last = {writer: value(writer, number) for (writer, number), is_done in done.items() if is_done}
    print(f"the same object: {found}, the last values of the writers are {', '.join(map(str, last.values()))}")
    lab("node1", "crm_attribute", "--type", "crm_config", "--name", "batch-limit", "--delete")
    return int(found not in last.values())


def cib():
    """The <cib> element."""
    return ElementTree.fromstring(lab("node1", "cibadmin", "--query"))


def main():
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    sys.exit(1 if disjoint(changes) + same(changes) else 0)


if __name__ == "__main__":
    main()
