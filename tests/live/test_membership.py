# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The life cycle of a cluster on real nodes: module ha_cluster, roles ha_node and ha_cluster, playbook destroy.

The tests check the result with raw tools. They leave the nodes without a cluster. What depends on the version of pcs runs
on each Debian, the rest on one of them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from xml.etree import ElementTree

import pytest
from conftest import ENVIRONMENT, ROOT, inventory, lab, play, task

OS = os.environ.get("HA_LAB_OS", "12")
NAMES = ["node1", "node2"]
PASSWORD = "Sésame, ouvre-toi: $1"
YES = {"11": [], "12": ["--force"], "13": ["--yes"]}[OS]
BOTH_ROLES = [
    {
        "hosts": "cluster",
        "gather_facts": False,
        "any_errors_fatal": True,
        "roles": ["hacluster.pcs.ha_node", "hacluster.pcs.ha_cluster"],
    }
]
once, full = pytest.mark.only_on("12"), pytest.mark.full


def run_roles(*options, **variables):
    """Run both roles for the cluster shop."""
    return play(BOTH_ROLES, *options, **{"ha_cluster_name": "shop", "ha_cluster_password": PASSWORD, **variables})


def destroy(*options, **variables):
    """Run the playbook destroy, which removes a cluster."""
    return play("hacluster.pcs.destroy", *options, **variables)


def cluster(state, check=False, host="node1", **arguments):
    """Run one task of ha_cluster."""
    return task(host, "ha_cluster", {"state": state, **arguments}, check=check, diff=True)


def nodes():
    """The value for the module's option nodes."""
    hosts = json.loads(
        subprocess.run(
            ["ansible-inventory", "-i", inventory(), "--list"],
            capture_output=True,
            check=True,
            env=ENVIRONMENT,
            text=True,
        ).stdout
    )["_meta"]["hostvars"]
    return [{"name": name, "addresses": [hosts[name]["ansible_host"]]} for name in NAMES]


def online(node="node1"):
    """The names of the nodes that are online according to Pacemaker on this node; None if it does not run there."""
    shown = lab(node, "crm_mon", "--one-shot", "--output-as=xml", check=False)
    if shown.returncode:
        return None
    return [each.get("name") for each in ElementTree.fromstring(shown.stdout).iterfind("nodes/node[@online='true']")]


def has(node, path):
    """Whether the file exists on the node."""
    return lab(node, "test", "-e", path, check=False).returncode == 0


def configured(node):
    """Whether the node belongs to a cluster."""
    return has(node, "/etc/corosync/corosync.conf")


def enabled(node):
    """The distinct answers of `systemctl is-enabled` for the cluster's services."""
    return set(lab(node, "systemctl", "is-enabled", "corosync", "pacemaker", check=False).stdout.split())


def complete():
    """Whether both nodes are online, quorate and enabled."""
    quorate = "Quorate:          Yes" in lab("node1", "corosync-quorumtool", "-s", check=False).stdout
    return quorate and online() == NAMES and [enabled(node) for node in NAMES] == [{"enabled"}] * 2


@pytest.fixture
def bare():
    """Nodes with the packages, but without a cluster or authentication, and with an unknown hacluster password."""
    for node in NAMES:
        lab(node, "systemctl", "start", "ssh")
        lab(node, "pcs", "cluster", "destroy", *YES)
        lab(node, "rm", "-f", "/var/lib/pcsd/known-hosts")
        lab(node, "sh", "-c", "echo hacluster:something-else | chpasswd")


@pytest.fixture
def passwords(bare):
    """The same, with the correct password."""
    for node in NAMES:
        lab(node, "sh", "-c", f"echo 'hacluster:{PASSWORD}' | chpasswd")


@pytest.fixture(scope="module", autouse=True)
def packages():
    """Nodes with the packages, which the role installs on a bare lab; they are left without a cluster."""
    if not all(has(node, "/usr/sbin/pcs") for node in NAMES):
        predicted = run_roles("--check")
        assert predicted.code == 0 and predicted.changed, predicted.output
        prepared = run_roles()
        assert prepared.code == 0, prepared.output
    yield
    for node in NAMES:
        lab(node, "systemctl", "start", "ssh")
        lab(node, "pcs", "cluster", "destroy", *YES)


class Watch:
    """Collects the arguments and environments of all processes on a node in the background, until stop is called."""

    SCRIPT = (
        "end=$(($(date +%s) + 300)); while [ ! -e /run/enough ] && [ $(date +%s) -lt $end ];"
        " do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; done 2>/dev/null | tr '\\0' '\\n' | sort -u"
    )

    def __init__(self, node):
        self.node = node
        self.seen = ""
        lab(node, "rm", "-f", "/run/enough")
        self.thread = threading.Thread(target=self._collect)
        self.thread.start()

    def _collect(self):
        self.seen = lab(self.node, "sh", "-c", self.SCRIPT, check=False).stdout

    def stop(self):
        """Stop, and return everything collected as one text."""
        lab(self.node, "touch", "/run/enough")
        self.thread.join()
        return self.seen


@pytest.fixture
def slow_chpasswd():
    """chpasswd stays for three seconds after its work on node1, so that Watch cannot miss it."""
    script = "#!/bin/sh\n/usr/sbin/chpasswd-real; code=$?\nsleep 3\nexit $code\n"
    lab("node1", "cp", "/usr/sbin/chpasswd", "/usr/sbin/chpasswd-real")
    lab("node1", "sh", "-c", f"printf '{script}' >/usr/sbin/chpasswd")
    yield
    lab("node1", "mv", "/usr/sbin/chpasswd-real", "/usr/sbin/chpasswd")


def test_roles_build_a_complete_cluster_from_bare_nodes(bare, slow_chpasswd):
    lab("node2", "systemctl", "stop", "pcsd")
    predicted = run_roles("--check")
    assert predicted.code == 0, predicted.output
    assert not any(map(configured, NAMES))

    watch = Watch("node1")
    first = run_roles("-vvv")
    seen = watch.stop()
    assert first.code == 0, first.output
    assert complete()
    assert {host: stats["changed"] for host, stats in first.stats.items()} == {
        host: stats["changed"] for host, stats in predicted.stats.items()
    }

    assert "pcs" in seen and "chpasswd" in seen
    assert PASSWORD not in seen
    assert PASSWORD not in first.output
    assert PASSWORD not in lab("node1", "journalctl", "--no-pager")
    assert lab("node1", "grep", "--recursive", "--fixed-strings", PASSWORD, "/var/log", check=False).returncode == 1

    started = lab("node1", "systemctl", "show", "--property=ActiveEnterTimestamp", "pcsd", "corosync", "pacemaker")
    second = run_roles()
    assert (second.code, second.changed) == (0, 0), second.output
    check = run_roles("--check", "--diff")
    assert (check.code, check.changed) == (0, 0), check.output
    assert started == lab(
        "node1", "systemctl", "show", "--property=ActiveEnterTimestamp", "pcsd", "corosync", "pacemaker"
    )


@pytest.mark.only_on("13")
def test_destroy_removes_only_the_named_cluster(passwords):
    lab("node1", "sh", "-c", f"echo '{PASSWORD}' | pcs host auth -u hacluster {' '.join(_named())}")
    lab("node1", "pcs", "cluster", "setup", "shop", *_named(), "--start")

    assert "Give the name" in destroy().failures
    other = destroy(ha_cluster_name="other")
    assert "belongs to the cluster 'shop', not 'other'" in other.failures
    assert all(map(configured, NAMES)) and lab("node2", "systemctl", "is-active", "corosync").strip() == "active"

    predicted = destroy("--check", ha_cluster_name="shop")
    assert all(map(configured, NAMES))
    first = destroy(ha_cluster_name="shop")
    assert first.code == 0, first.output
    assert not any(map(configured, NAMES))
    assert first.stats == predicted.stats
    second = destroy(ha_cluster_name="shop")
    assert (second.code, second.changed) == (0, 0)


def _named():
    return [word for node in nodes() for word in (node["name"], f"addr={node['addresses'][0]}")]


def test_ha_cluster_goes_through_its_states(passwords):
    def twice(state, **arguments):
        """Run the task in check mode, for real and for real again; returns the result of the first real run."""
        predicted = cluster(state, check=True, **arguments)
        real = cluster(state, **arguments)
        again = cluster(state, **arguments)
        assert not real["failed"], real
        assert predicted == real
        assert real["changed"] and real["commands"] and not again["changed"] and not again["commands"]
        assert PASSWORD not in json.dumps(real, ensure_ascii=False)
        return real

    given = {"name": "shop", "nodes": nodes(), "password": PASSWORD}
    twice("authenticated", nodes=nodes(), password=PASSWORD)
    lab("node1", "pcs", "status", "pcsd", *NAMES)

    options = {"totem": {"token": 5000}, "quorum": {"wait_for_all": True}}
    assert [argv[:3] for argv in twice("present", **given, **options)["commands"]] == [["pcs", "cluster", "setup"]]
    assert "token: 5000" in lab("node2", "cat", "/etc/corosync/corosync.conf")
    assert "wait_for_all: 1" in lab("node2", "cat", "/etc/corosync/corosync.conf")
    assert online() is None and enabled("node1") == {"disabled"}

    twice("present", **given, enabled=True)
    assert (enabled("node1"), enabled("node2")) == ({"enabled"}, {"disabled"})
    twice("started", **given)
    assert online() == NAMES
    if OS == "12":
        lab("node2", "pcs", "cluster", "stop", "--force")
        twice("started")
        assert online() == NAMES
        lab("node1", "pcs", "node", "standby", "node2")
        assert not cluster("started")["changed"]

    warned = cluster("started", **given, totem={"token": 3000})
    assert not warned["changed"] and "token" in str(warned["warnings"])
    for arguments, message in (
        ({**given, "name": "other"}, "belongs to the cluster 'shop', not 'other'"),
        ({**given, "nodes": [*nodes(), {"name": "node3"}]}, "has the nodes node1, node2, not node1, node2, node3"),
    ):
        for state in ("present", "started", "stopped"):
            refused = cluster(state, **arguments)
            assert refused["failed"] and message in refused["msg"]
    assert online() == NAMES

    twice("stopped")
    assert online() is None and online("node2") is None
    assert cluster("absent", name="other")["failed"]
    twice("absent", name="shop")
    assert (configured("node1"), configured("node2")) == (False, True)
    assert enabled("node1") == {"disabled"}


def test_node_that_cannot_be_authenticated_is_named(passwords):
    wrong = cluster("authenticated", nodes=nodes(), password="wrong")
    assert wrong["failed"]
    assert "node1: Username and/or password is incorrect" in wrong["msg"]
    lab("node2", "systemctl", "stop", "pcsd")
    try:
        silent = cluster("authenticated", nodes=nodes(), password=PASSWORD)
    finally:
        lab("node2", "systemctl", "start", "pcsd-ruby", "pcsd")
    assert silent["failed"] and "node2" in silent["msg"] and "node1" not in silent["msg"]
    missing = cluster("authenticated", nodes=nodes())
    assert missing["failed"] and "give the password" in missing["msg"]


@once
def test_missing_password_is_refused(bare):
    refused = play(BOTH_ROLES, ha_cluster_name="shop")
    assert refused.code and "ha_cluster_password" in refused.failures
    assert refused.changed == 0


@once
def test_unreachable_host_stops_the_run_before_any_change(bare):
    lab("node2", "systemctl", "stop", "ssh")
    before = lab("node1", "getent", "shadow", "hacluster")
    refused = run_roles()
    assert refused.code
    assert refused.changed == 0
    assert not configured("node1") and before == lab("node1", "getent", "shadow", "hacluster")


@once
def test_node_of_another_cluster_stops_the_run_before_any_change(passwords):
    address = nodes()[1]["addresses"][0]
    lab("node2", "sh", "-c", f"echo '{PASSWORD}' | pcs host auth -u hacluster node2 addr={address}")
    lab("node2", "pcs", "cluster", "setup", "other", "node2", f"addr={address}")
    lab("node1", "sh", "-c", "echo hacluster:something-else | chpasswd")
    before = lab("node1", "getent", "shadow", "hacluster"), lab("node2", "cat", "/etc/corosync/corosync.conf")
    refused = run_roles()
    assert "node2 belongs to the cluster other, not to shop" in refused.failures
    assert refused.changed == 0 and not configured("node1")
    assert before == (lab("node1", "getent", "shadow", "hacluster"), lab("node2", "cat", "/etc/corosync/corosync.conf"))


@pytest.fixture
def demo(passwords):
    """The demo cluster of Debian's packages on node2, in its state after their installation."""
    lab("node2", "apt-get", "update")
    lab("node2", *"apt-get install --reinstall --yes --option Dpkg::Options::=--force-confmiss corosync".split())
    lab("node2", "systemctl", "start", "corosync", "pacemaker")
    end = time.monotonic() + 60
    while "with_quorum" not in lab("node2", "crm_mon", "-1", "--output-as=xml", check=False).stdout:
        assert time.monotonic() < end
        time.sleep(1)


@full
def test_unmodified_demo_cluster_is_removed(demo):
    assert "cluster_name: debian" in lab("node2", "cat", "/etc/corosync/corosync.conf")
    done = play(
        [{"hosts": "cluster", "roles": ["hacluster.pcs.ha_node"]}], ha_cluster_name="shop", ha_cluster_password=PASSWORD
    )
    assert done.code == 0, done.output
    assert not configured("node2") and online("node2") is None


@once
@pytest.mark.parametrize(
    "touch",
    [
        pytest.param("pcs resource create --force d ocf:pacemaker:Dummy", id="resource"),
        pytest.param("echo '# mine' >> /etc/corosync/corosync.conf", id="corosync.conf", marks=full),
    ],
)
@pytest.mark.parametrize("runs", [True, pytest.param(False, marks=full)], ids=["running", "stopped"])
def test_modified_demo_cluster_is_refused(demo, touch, runs):
    lab("node2", "sh", "-c", touch)
    if not runs:
        lab("node2", "pcs", "cluster", "stop", "--force")
    before = lab("node2", "cat", "/etc/corosync/corosync.conf")
    refused = run_roles()
    assert "not the unmodified demo cluster" in refused.failures
    assert refused.changed == 0 and before == lab("node2", "cat", "/etc/corosync/corosync.conf")


def _authenticated():
    lab("node1", "sh", "-c", f"echo '{PASSWORD}' | pcs host auth -u hacluster {' '.join(_named())}")


def _set_up():
    _authenticated()
    lab("node1", "pcs", "cluster", "setup", "shop", *_named())


def _set_up_on_one():
    _set_up()
    lab("node1", "rm", "/etc/corosync/corosync.conf")


def _started_on_one():
    _set_up()
    lab("node2", "pcs", "cluster", "start")


@pytest.mark.only_on("11")
@pytest.mark.parametrize(
    "state",
    [_set_up_on_one, *(pytest.param(state, marks=full) for state in (_authenticated, _set_up, _started_on_one))],
)
def test_incomplete_setup_is_completed(passwords, state):
    state()
    assert run_roles("--check").code == 0
    done = run_roles()
    assert done.code == 0, done.output
    assert complete()
    assert run_roles().changed == 0


def _kill_the_run_when(condition):
    """Start a run, and kill ansible-playbook as soon as a shell command on node1 succeeds."""
    path = ROOT / ".cache/run_roles.json"
    path.write_text(json.dumps(BOTH_ROLES), encoding="utf-8")
    variables = json.dumps({"ha_cluster_name": "shop", "ha_cluster_password": PASSWORD})
    argv = ["ansible-playbook", "-i", inventory(), str(path), "--extra-vars", variables]
    environment = {**ENVIRONMENT, "HA_RESULTS": os.devnull}
    with subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, start_new_session=True) as run:
        lab("node1", "timeout", "120", "sh", "-c", f"until {condition}; do sleep 0.05; done")
        os.killpg(run.pid, signal.SIGKILL)


@once
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("pgrep -f 'pcs [h]ost auth'", marks=full),
        pytest.param("test -e /etc/corosync/authkey", marks=full),
        "test -e /etc/corosync/corosync.conf",
        pytest.param("systemctl --quiet is-active corosync", marks=full),
    ],
)
def test_killed_run_is_completed_by_the_next_run(bare, moment):
    """ansible-playbook and its processes on the nodes are killed: pcs, and modules, which Python reads from stdin."""
    _kill_the_run_when(moment)
    for node in NAMES:
        lab(node, "sh", "-c", "pkill -KILL -xf /usr/bin/python3; pkill -KILL -x pcs; true")
    done = run_roles()
    assert done.code == 0, done.output
    assert complete()
    assert run_roles().changed == 0


@once
def test_setup_that_outlives_its_killed_run_is_waited_for(passwords):
    """Only ansible-playbook is killed, which the nodes do not notice: the next task finds the cluster it has set up."""
    _kill_the_run_when("pgrep -f 'pcs [c]luster setup'")
    done = cluster("started", name="shop", nodes=nodes(), password=PASSWORD)
    assert not done["failed"], done
    assert done["commands"] == []
    assert complete()


@once
def test_node_without_its_cluster_configuration_is_refused(passwords):
    _set_up()
    lab("node2", "pcs", "cluster", "destroy", *YES)
    refused = run_roles()
    assert "does not have its configuration and keys" in refused.failures
    assert refused.changed == 0 and not configured("node2")
