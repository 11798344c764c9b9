# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files of module_utils that Ansible copies to a node with a module are sufficient to run it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import kit
import pytest

PACK = Path(__file__).parents[1] / "pack.py"
D = "ocf:pacemaker:Dummy"
RULE = "#uname eq node1 and date gt 2026-01-01"
DOCUMENT = {
    "properties": {"no-quorum-policy": "freeze"},
    "resource_defaults": [{"id": "more", "rule": "resource ocf:heartbeat:", "values": {"priority": 2}}],
    "operation_defaults": {"timeout": "44s"},
    "nodes": [{"name": "node1", "attributes": {"site": "a"}}],
    "templates": [{"id": "model", "agent": D}],
    "resources": [{"id": "new", "template": "model"}, {"id": "inside", "agent": D}],
    "groups": [{"id": "row", "members": ["new"]}],
    "clones": [{"id": "all", "member": "row"}],
    "bundles": [{"id": "box", "container": {"type": "podman", "image": "x"}, "network": {"control-port": 9}}],
    "stonith": [{"id": "fence", "agent": "fence_ipmilan"}],
    "stonith_levels": [{"level": 9, "target": "node1", "devices": ["fence"]}],
    "tags": [{"id": "some", "members": ["new"]}],
    "constraints": [
        {"type": "location", "resource": "all", "rule": RULE},
        {"type": "order", "first": {"resource": "all"}, "then": {"resource": "inside"}},
        {"type": "colocation", "resource": "inside", "with": "all"},
        {"type": "ticket", "ticket": "t", "resource": "inside"},
    ],
    "alerts": [{"id": "mail", "path": "/bin/true", "recipients": [{"value": "x"}]}],
    "acls": {"roles": [{"id": "reader", "permissions": [{"kind": "read", "reference": "some"}]}]},
}
TASKS = {
    "document": ("ha_config", {"config": DOCUMENT}),
    "overridden": ("ha_config", {"config": {"resources": []}, "mode": "overridden", "purge": ["resources"]}),
    "properties": ("ha_property", {key: DOCUMENT[key] for key in ("properties", "resource_defaults")}),
    "node": ("ha_node", {"name": "node1", "state": "standby", "attributes": {"site": "a"}}),
    "location": ("ha_constraint", {"resource": "web", "rule": RULE}),
    "order": ("ha_constraint", {"type": "order", "first": "web", "then": "alone"}),
    "constraint removed": ("ha_constraint", {"id": "{rsc_location}", "state": "absent"}),
    "tag": ("ha_tag", {"id": "new", "members": ["web"]}),
    "tag removed": ("ha_tag", {"id": "{tag}", "state": "absent"}),
    "level": ("ha_stonith_level", {"level": 9, "target": "node1", "devices": ["fence-node2"]}),
    "level removed": ("ha_stonith_level", {"id": "{fencing-level}", "state": "absent"}),
    "resource": ("ha_resource", {"id": "new", "agent": D, "group": {"id": "row"}}),
    "resource removed": ("ha_resource", {"id": "web", "state": "absent"}),
    "moved": ("ha_resource", {"id": "web", "state": "moved", "node": "node1", "keep_constraint": True}),
    "fence device": ("ha_stonith", {"id": "fence", "agent": "fence_ipmilan"}),
    "everything": ("ha_info", {}),
}


CIB = kit.fixture("cib")


def arguments(name, folder):
    """The arguments of a task: an id in braces is that of the first such element of the fixture."""
    _module, given = TASKS[name]
    wanted = given.get("id", "")
    if wanted.startswith("{"):
        given = {**given, "id": kit.cib().configuration.find(f".//{wanted[1:-1]}").get("id")}
    return {**given, "cib_file": str(folder / "cib.xml")}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """A folder with the CIB of the fixture, and with the program that Ansible sends to the node for each task."""
    folder = tmp_path_factory.mktemp("shipped")
    (folder / "cib.xml").write_text(CIB, encoding="utf-8")
    tasks = {
        name: (f"hacluster.pcs.{TASKS[name][0]}", {**arguments(name, folder), "_ansible_check_mode": True})
        for name in TASKS
    }
    subprocess.run([sys.executable, PACK, folder], input=json.dumps(tasks), text=True, check=True)
    return folder


@pytest.mark.parametrize("name", TASKS)
def test_module_runs_with_shipped_files(name, shipped, capsys, logged, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    here = kit.run_module(TASKS[name][0], capsys, check=True, **arguments(name, shipped))
    assert not here.get("failed"), here
    # Pacemaker's programs must not be found either
    done = subprocess.run(
        [sys.executable, shipped / f"{name}.py"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nowhere", "HOME": str(shipped)},
    )
    assert done.stdout.strip().startswith("{"), done.stdout + done.stderr
    there = json.loads(done.stdout)
    for result in (here, there):
        result.pop("invocation", None)
    assert there == here
