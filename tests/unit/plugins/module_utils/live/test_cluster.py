# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import tempfile
from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.cib import Version
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed, HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import cluster, commands, files, simulation


@pytest.fixture
def answers(monkeypatch):
    def set_up(**given):
        commands = kit.Commands(**given)
        monkeypatch.setattr(cluster, "run", commands)
        return commands

    return set_up


DIFF = '<diff format="2"><change operation="create"/></diff>'


def test_commit_sends_patch_with_version(answers, cib):
    commands = answers(crm_diff=(1, DIFF), cibadmin=(0, ""))
    cib.set(cib.find("web"), "description", "grün")
    assert cluster.LiveCluster().commit(cib, Version(1, 7, 9))
    (diff_argv, _stdin, files), (patch_argv, patch, _files) = commands.calls
    assert files == [cib.text, cib.xml()]
    assert "grün" in files[1]
    assert "--no-version" in diff_argv
    assert patch_argv == ["cibadmin", "--patch", "--xml-pipe"]
    version, change = ElementTree.fromstring(patch)
    assert [(each.tag, each.attrib) for each in version] == [
        ("source", {"admin_epoch": "1", "epoch": "7", "num_updates": "9"}),
        ("target", {"admin_epoch": "1", "epoch": "8", "num_updates": "0"}),
    ]
    assert change.attrib == {"operation": "create"}


def test_secrets_are_not_in_arguments(answers, cib):
    commands = answers(crm_diff=(1, DIFF), cibadmin=(0, ""))
    cluster.LiveCluster().commit(cib, cib.version)
    assert "secret" not in str([argv for argv, _stdin, _files in commands.calls])


def test_commit_leaves_no_files(answers, cib, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    answers(crm_diff=(1, DIFF), cibadmin=(0, ""))
    cluster.LiveCluster().commit(cib, cib.version)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code, answer", [(0, True), (103, False)])
def test_commit_of_outdated_document_returns_false(answers, cib, code, answer):
    answers(crm_diff=(1, DIFF), cibadmin=(code, ""))
    assert cluster.LiveCluster().commit(cib, cib.version) is answer


@pytest.mark.parametrize("programs", [{"crm_diff": (1, DIFF), "cibadmin": (78, "")}, {"crm_diff": (2, "")}], ids=str)
def test_refused_commit_is_an_error(answers, cib, programs):
    answers(**programs)
    with pytest.raises(CommandFailed):
        cluster.LiveCluster().commit(cib, cib.version)


def test_read(answers, cib):
    commands = answers(cibadmin=(0, cib.text))
    assert cluster.LiveCluster().read().version == cluster.LiveCluster().read_version() == cib.version
    assert [argv for argv, _stdin, _files in commands.calls] == [
        ["cibadmin", "--query"],
        ["cibadmin", "--query", "--no-children"],
    ]


def test_read_fails_if_cluster_is_not_running(answers):
    answers(cibadmin=(102, ""))
    with pytest.raises(CommandFailed, match=r"cannot be read: .* Start the cluster first \(pcs cluster start\)\."):
        cluster.LiveCluster().read()


BUSY = "<graph><synapse><action_set><rsc_op operation='start'/></action_set></synapse></graph>"
FENCING = "<graph><synapse><action_set><crm_event operation='stonith'/></action_set></synapse></graph>"
IDLE = "<graph><synapse><action_set><pseudo_event/></action_set></synapse></graph>"
PENDING = (
    '<node_state join="{}"><lrm_resource>{}<lrm_rsc_op operation_key="a_monitor_1000" op-status="-1" last-rc-change="7"/>'
    "</lrm_resource></node_state>"
)
FAILED = '<lrm_rsc_op operation_key="a_monitor_1000" op-status="0" rc-code="1" last-rc-change="{}"/>'


@pytest.mark.parametrize(
    "status, graphs, idle",
    [
        ("", [IDLE], True),
        ("", [BUSY, FENCING, IDLE], True),
        ("", [BUSY] * 3, False),
        (PENDING.format("member", ""), [], False),
        (PENDING.format("member", FAILED.format(7)), [IDLE], True),
        (PENDING.format("member", FAILED.format(6)), [], False),
        (PENDING.format("down", ""), [IDLE], True),
    ],
)
def test_wait_until_idle(answers, monkeypatch, status, graphs, idle):
    answers(cibadmin=(0, f"<cib><status>{status}</status></cib>"))
    clock = iter(range(9))
    monkeypatch.setattr(cluster.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(cluster.time, "monotonic", lambda: next(clock))
    answers_of_scheduler = (simulation.Simulation("", ElementTree.fromstring(each), None) for each in graphs)
    monkeypatch.setattr(simulation, "simulate", lambda _text, to_the_end: [next(answers_of_scheduler)])
    assert cluster.LiveCluster().wait(2) is idle


def test_monitor(answers):
    answers(crm_mon=(0, kit.fixture("crm_mon")))
    assert cluster.LiveCluster().monitor().find("resources/group").get("id") == "site"


def test_node_name(answers):
    commands = answers(crm_node=(0, "node1\n"))
    assert cluster.LiveCluster().node_name() == "node1"
    assert commands.calls[0][0] == ["crm_node", "--name"]


DEVICES = (
    '<list name="Registered fence devices" count="2"><item name="device">f1</item><item name="device">f2</item></list>'
)


@pytest.mark.parametrize("found, ids", [(DEVICES, ["f1", "f2"]), ("", [])])
def test_fence_devices_of_node(answers, found, ids):
    commands = answers(stonith_admin=(0, f'<pacemaker-result>{found}<status code="0"/></pacemaker-result>'))
    assert cluster.LiveCluster().fence_devices("node2") == ids
    assert commands.calls[0][0] == ["stonith_admin", "--list", "node2", "--output-as=xml"]


def test_fencing_history(answers):
    events = "".join(f'<fence_event target="node2" action="reboot" status="{each}"/>' for each in ("failed", "success"))
    commands = answers(
        stonith_admin=(0, f"<pacemaker-result><fence_history>{events}</fence_history></pacemaker-result>")
    )
    assert [each.get("status") for each in cluster.LiveCluster().fencing_history("node2")] == ["failed", "success"]
    assert commands.calls[0][0][:3] == ["stonith_admin", "--history", "node2"]


def test_change_discards_results_of_look_ahead(monkeypatch, tmp_path):
    file = tmp_path / "state"
    file.write_text("<before/>", encoding="utf-8")
    monkeypatch.setattr(cluster, "_MONITOR", ("cat", str(file)))
    monkeypatch.setattr(cluster, "_QUERY", ("true",))
    backend = cluster.LiveCluster()
    backend.look_ahead(monitor=True)
    backend._ahead["cat", str(file)]._process.wait()
    backend.change(["sh", "-c", f"echo '<after/>' >{file}"])
    assert backend.monitor().tag == "after"


# --- check mode without a running cluster


@pytest.mark.parametrize("code", [commands.DISCONNECTED, commands.NOT_INSTALLED])
def test_check_mode_without_running_cluster_uses_stored_cib(monkeypatch, tmp_path, code):
    result = commands.Result(("cibadmin",), code, "", "no")
    monkeypatch.setattr(cluster, "run", lambda argv, **options: result)
    monkeypatch.setattr(files, "STORED_CIB", str(tmp_path / "cib.xml"))
    backend = cluster.CheckModeCluster()
    assert (backend.read().resource_ids(), "empty configuration" in backend.warning) == ([], True)
    (tmp_path / "cib.xml").write_text(kit.fixture("cib"), encoding="utf-8")
    assert "web" in backend.read().resource_ids() and "stored" in backend.warning
    assert list(backend.monitor()) == []


def test_other_error_is_an_error_in_check_mode(monkeypatch):
    monkeypatch.setattr(cluster, "run", lambda argv, **options: commands.Result(("cibadmin",), 1, "", "broken"))
    with pytest.raises(HaError, match="cannot be read"):
        cluster.CheckModeCluster().read()
