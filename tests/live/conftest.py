# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Helpers of the live tests: raw commands, single tasks and complete plays on the nodes of the lab.

They use the running lab of the Debian version in $HA_LAB_OS (default 12): ``tests/lab/lab up``.
"""

from __future__ import annotations

import functools
import http.client
import json
import os
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

import playbooks

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / "tests/lab/lab"
ENVIRONMENT = dict(
    os.environ,
    ANSIBLE_CALLBACK_PLUGINS=str(ROOT / "tests/live/callback"),
    ANSIBLE_CALLBACKS_ENABLED="results",
    ANSIBLE_COLLECTIONS_PATH=os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".cache/collections")),
    ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"),
    PATH=f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
)
# Of commands on a node, as podman sets it
NODE_ENVIRONMENT = {
    "HOME": "/root",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "container": "podman",
}
TIMEOUT = 600  # seconds, for one play or raw command
# Like crm_resource --wait, which checks only every two seconds
IDLE = "timeout 60 sh -c 'while crm_simulate --live-check --simulate | grep -q Resource.action; do sleep 0.1; done'"


class Play:
    """The result of a run of ansible-playbook."""

    def __init__(self, code, output, lines):
        self.code = code  # exit code of ansible-playbook
        self.output = output  # human-readable
        self.results = [line for line in lines if "task" in line]  # in order: status, host, task, seconds, result
        self.stats = lines[-1].get("stats", {}) if lines else {}  # host -> ok, changed, failures, unreachable ...

    @property
    def changed(self):
        """How many tasks changed something, on all hosts."""
        return sum(host["changed"] for host in self.stats.values())

    @property
    def failures(self):
        """The messages of all failed tasks, on all hosts, as one text."""
        return "\n".join(
            line["result"].get("msg", "") for line in self.results if line["status"] in ("failed", "unreachable")
        )


def lab(node, *command, check=True):
    """Run a raw command on a node, without Ansible and ssh, and return its output.

    :param check: False to return the subprocess.CompletedProcess instead, regardless of the exit code.
    """
    pid = init(node)
    if pid:
        # Not `tests/lab/lab exec`: two calls of podman cost more than most commands
        argv = ["nsenter", "--mount", "--uts", "--ipc", "--net", "--pid", f"--target={pid}", *command]
        options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, "env": NODE_ENVIRONMENT}
        done = subprocess.run(argv, timeout=TIMEOUT, check=False, **options)
    else:
        done = subprocess.CompletedProcess(command, 125, "", f"{node} is off")
    if not check:
        return done
    assert done.returncode == 0, f"{command} exited with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def container(node):
    """The name of a lab node's container in podman."""
    return f"halab-{os.environ.get('HA_LAB_OS', '12')}-{node}"


@functools.cache
def pidfile(node):
    """The file with the process id of a node's init; podman rewrites it at each boot."""
    argv = ["podman", "inspect", "--type", "container", "--format", "{{.PidFile}}", container(node)]
    return Path(subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip())


def init(node):
    """The process id of a node's init on the host; None if the node is off."""
    try:
        pid = pidfile(node).read_text(encoding="utf-8").strip()
        status = Path("/proc", pid, "status").read_text(encoding="utf-8")
    except OSError:
        return None
    # If the node is off, its process id may belong to another process by now
    return pid if any(line.startswith("NSpid:") and line.endswith("\t1") for line in status.splitlines()) else None


def verb(*words):
    """Run `tests/lab/lab WORDS...` and return its output."""
    done = subprocess.run([LAB, *words], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, f"lab {words} exited with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


@functools.cache
def inventory():
    """The path of the lab's inventory."""
    return verb("inventory").strip()


@functools.cache
def hosts():
    """The content of the inventory: {"hosts": {name: variables} of the cluster, "vars": variables of all hosts}."""
    said = yaml.safe_load(Path(inventory()).read_text(encoding="utf-8"))
    return {"hosts": said["cluster"]["hosts"], "vars": said["all"]["vars"]}


def page():
    """The page at the demo's floating address, requested from the host: "Served by NODE", or "" if no answer in 1 s."""
    address = hosts()["vars"]["lab_free_address"]
    try:
        with urllib.request.urlopen(f"http://{address}/", timeout=1) as answer:
            return answer.read().decode()
    except (OSError, http.client.HTTPException):
        return ""


def state(node="node1"):
    """The output of crm_mon on a node, as an XML element."""
    return ElementTree.fromstring(lab(node, "crm_mon", "--one-shot", "--inactive", "--output-as=xml"))


def play(content, *options, **variables):
    """Run a playbook, given as a path, as hacluster.pcs.NAME, or as a list of plays; returns a Play."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results")
        results.touch()
        if not isinstance(content, str):
            path = Path(folder, "play.json")
            path.write_text(json.dumps(content), encoding="utf-8")
            content = str(path)
        arguments = ["-i", inventory(), content, *options, "--extra-vars", json.dumps(variables)]
        done = playbooks.run(arguments, dict(ENVIRONMENT, HA_RESULTS=str(results)), ROOT, TIMEOUT)
        lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return Play(done.code, done.output, lines)


def task(host, module, arguments, check=False, diff=False):
    """Run one task of a module on a host and return its result, with `failed` set to whether the task failed."""
    one = {"hosts": host, "gather_facts": False, "tasks": [{f"hacluster.pcs.{module}": arguments}]}
    done = play([one], *(["--check"] if check else []), *(["--diff"] if diff else []))
    assert len(done.results) == 1, done.output
    return {"failed": done.code != 0, **done.results[0]["result"]}


_made = []  # the configuration of the demo as the first test got it


@pytest.fixture(scope="module")
def demo():
    """The cluster of the demo, created or repaired unless it is as the last tests got it."""
    if not _made or _healthy_configuration() not in _made:
        done = play("tests/demo/demo.yml", "--extra-vars", "@tests/demo/vars.yml")
        assert done.code == 0, done.output
        _made[:] = [_healthy_configuration()]


def _healthy_configuration():
    """The <configuration> of the cluster, as text; None unless both nodes are online and all resources started."""
    shown = lab("node1", "crm_mon", "--one-shot", "--inactive", "--output-as=xml", check=False)
    if shown.returncode:
        return None
    root = ElementTree.fromstring(shown.stdout)
    nodes = [[each.get(key) for key in ("online", "standby", "pending")] for each in root.iterfind("nodes/node")]
    roles = [(each.get("role"), each.get("failed")) for each in root.iterfind("resources//resource")]
    if nodes != [["true", "false", "false"]] * 2 or set(roles) != {("Started", "false")}:
        return None
    return lab("node1", "cibadmin", "--query", "--scope", "configuration")


@pytest.fixture(scope="module")
def demo_configuration(demo):
    """The <configuration> of the demo, as text."""
    return lab("node1", "cibadmin", "--query", "--scope", "configuration")


@pytest.fixture
def restore_configuration(demo_configuration):
    """Restore the demo's configuration after the test and wait until nothing that the test created is running."""
    yield
    restore = f'cibadmin --replace --scope configuration --xml-text "$1" && {IDLE}'
    lab("node1", "sh", "-c", restore, "sh", demo_configuration)
