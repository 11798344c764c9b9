# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
import sys
import time
from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.cib import Version
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed, HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import cluster

# --- run


def python(code, **options):
    return cluster.run([sys.executable, "-c", code], **options)


def test_run_gives_stdin_and_takes_output():
    assert python("print(input() + 'ü')", stdin="text")[1:] == (0, "textü\n", "")


@pytest.mark.parametrize("name", ["CIB_file", "CIB_shadow"])
def test_a_left_over_variable_does_not_redirect(monkeypatch, name):
    monkeypatch.setenv(name, "/elsewhere")
    assert python(f"import os; print(os.environ.get('{name}'), os.environ['LC_ALL'])").out == "None C.UTF-8\n"


def test_a_failure_carries_what_happened():
    with pytest.raises(CommandFailed) as failure:
        python("import sys; print('out'); sys.exit('first\\nlast')", what="it failed")
    assert str(failure.value).startswith("it failed: ")
    assert str(failure.value).endswith("exited with 1: last")
    facts = failure.value.facts
    assert (facts["rc"], facts["stdout"], facts["stderr"]) == (1, "out\n", "first\nlast\n")
    assert facts["cmd"][0] == sys.executable


def test_codes_that_are_no_failure():
    assert python("raise SystemExit(3)", ok=(0, 3)).code == 3
    assert python("raise SystemExit(4)", ok=None).code == 4


def test_a_program_that_is_not_installed():
    with pytest.raises(
        CommandFailed, match="no-such-program is not installed on this node. Install pcs and pacemaker."
    ):
        cluster.run(["no-such-program"])


def test_a_command_that_takes_too_long():
    with pytest.raises(CommandFailed, match="did not end within 0.2 seconds"):
        python("import time; time.sleep(9)", timeout=0.2)


# --- a live cluster


class Commands:
    """Stands for cluster.run: what each program answers, and what it was given."""

    def __init__(self, **answers):
        self.answers = answers
        self.calls = []

    def __call__(self, argv, stdin=None, ok=(0,), what="it failed", fds=(), **options):
        files = [os.pread(fd, 10**6, 0).decode() for fd in fds]
        self.calls.append((list(argv), stdin, files))
        code, out = self.answers[argv[0]]
        result = cluster.Result(tuple(argv), code, out, "said")
        if ok is not None and code not in ok:
            raise CommandFailed(what, result)
        return result


@pytest.fixture
def answers(monkeypatch):
    def set_up(**given):
        commands = Commands(**given)
        monkeypatch.setattr(cluster, "run", commands)
        return commands

    return set_up


DIFF = '<diff format="2"><change operation="create"/></diff>'


def test_a_commit_is_a_patch_with_the_version(answers, cib):
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


def test_no_secret_is_in_an_argument(answers, cib):
    commands = answers(crm_diff=(1, DIFF), cibadmin=(0, ""))
    cluster.LiveCluster().commit(cib, cib.version)
    assert "secret" not in str([argv for argv, _stdin, _files in commands.calls])


def test_nothing_stays_behind_a_commit(answers, cib, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster.tempfile, "tempdir", str(tmp_path))
    answers(crm_diff=(1, DIFF), cibadmin=(0, ""))
    cluster.LiveCluster().commit(cib, cib.version)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code, answer", [(0, True), (103, False)])
def test_a_moved_document_is_no_failure(answers, cib, code, answer):
    answers(crm_diff=(1, DIFF), cibadmin=(code, ""))
    assert cluster.LiveCluster().commit(cib, cib.version) is answer


@pytest.mark.parametrize("programs", [{"crm_diff": (1, DIFF), "cibadmin": (78, "")}, {"crm_diff": (2, "")}], ids=str)
def test_a_refused_change_is_a_failure(answers, cib, programs):
    answers(**programs)
    with pytest.raises(CommandFailed):
        cluster.LiveCluster().commit(cib, cib.version)


def test_reading(answers, cib):
    commands = answers(cibadmin=(0, cib.text))
    assert cluster.LiveCluster().read().version == cluster.LiveCluster().read_version() == cib.version
    assert [argv for argv, _stdin, _files in commands.calls] == [
        ["cibadmin", "--query"],
        ["cibadmin", "--query", "--no-children"],
    ]


def test_a_cluster_that_does_not_run(answers):
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
def test_waiting(answers, monkeypatch, status, graphs, idle):
    answers(cibadmin=(0, f"<cib><status>{status}</status></cib>"))
    clock = iter(range(9))
    monkeypatch.setattr(cluster.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(cluster.time, "monotonic", lambda: next(clock))
    left = iter(graphs)
    monkeypatch.setattr(
        cluster, "simulate", lambda _text: [cluster.Simulation("", ElementTree.fromstring(next(left)), None)]
    )
    assert cluster.LiveCluster().wait(2) is idle


def test_monitor(answers):
    answers(crm_mon=(0, kit.fixture("crm_mon")))
    assert cluster.LiveCluster().monitor().find("resources/group").get("id") == "site"


def test_this_node(answers):
    commands = answers(crm_node=(0, "node1\n"))
    assert cluster.LiveCluster().node_name() == "node1"
    assert commands.calls[0][0] == ["crm_node", "--name"]


DEVICES = (
    '<list name="Registered fence devices" count="2"><item name="device">f1</item><item name="device">f2</item></list>'
)


@pytest.mark.parametrize("found, ids", [(DEVICES, ["f1", "f2"]), ("", [])])
def test_who_could_fence_a_node(answers, found, ids):
    commands = answers(stonith_admin=(0, f'<pacemaker-result>{found}<status code="0"/></pacemaker-result>'))
    assert cluster.LiveCluster().fence_devices("node2") == ids
    assert commands.calls[0][0] == ["stonith_admin", "--list", "node2", "--output-as=xml"]


def test_the_fencing_history(answers):
    events = "".join(f'<fence_event target="node2" action="reboot" status="{each}"/>' for each in ("failed", "success"))
    commands = answers(
        stonith_admin=(0, f"<pacemaker-result><fence_history>{events}</fence_history></pacemaker-result>")
    )
    assert [each.get("status") for each in cluster.LiveCluster().fencing_history("node2")] == ["failed", "success"]
    assert commands.calls[0][0][:3] == ["stonith_admin", "--history", "node2"]


def test_after_a_change_what_was_looked_at_before_is_forgotten(monkeypatch, tmp_path):
    file = tmp_path / "state"
    file.write_text("<before/>", encoding="utf-8")
    monkeypatch.setattr(cluster, "_MONITOR", ("cat", str(file)))
    monkeypatch.setattr(cluster, "_QUERY", ("true",))
    backend = cluster.LiveCluster()
    backend.look_ahead(monitor=True)
    backend._ahead["cat", str(file)]._process.wait()
    backend.change(["sh", "-c", f"echo '<after/>' >{file}"])
    assert backend.monitor().tag == "after"


def test_metadata_of_an_agent_that_is_not_installed(answers):
    answers(crm_resource=(105, ""))
    assert cluster.agent_metadata("ocf:x:y") is None


def test_metadata_of_a_unit_that_does_not_exist(answers):
    """Pacemaker makes up metadata for any name."""
    answers(systemctl=(1, ""), crm_resource=(0, kit.fixture("systemd-cron")))
    assert cluster.agent_metadata("systemd:nothing") is None


def test_names_of_agents_are_in_full(answers):
    answers(crm_resource=(0, "Dummy\nStateful\n"))
    assert cluster.agents_like("ocf:pacemaker:X") == ["ocf:pacemaker:Dummy", "ocf:pacemaker:Stateful"]


# --- a file

CIB_IN_FILE = kit.fixture("cib").replace('num_updates="0"', 'num_updates="4"')


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "cib.xml"
    path.write_text(CIB_IN_FILE, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_a_file_is_written_with_its_version_raised(path):
    backend = cluster.CibFile(str(path))
    cib = backend.read()
    cib.set(cib.find("web"), "description", "grün")
    assert backend.commit(cib, cib.version)
    after = backend.read()
    assert after.find("web").get("description") == "grün"
    assert after.version == (cib.version.admin_epoch, cib.version.epoch + 1, 0)
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("attribute", ["num_updates", "epoch", "admin_epoch"])
def test_a_file_that_has_moved_is_left_as_it_is(path, attribute):
    backend = cluster.CibFile(str(path))
    cib = backend.read()
    moved = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    moved.set(attribute, "999")
    path.write_text(ElementTree.tostring(moved, encoding="unicode"), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert not backend.commit(cib, cib.version)
    assert path.read_text(encoding="utf-8") == before


def test_a_file_is_replaced_in_one_step_or_not_at_all(path, monkeypatch):
    def refuse(source, target):
        raise OSError("disk full")

    monkeypatch.setattr(cluster.os, "replace", refuse)
    backend = cluster.CibFile(str(path))
    cib = backend.read()
    with pytest.raises(OSError, match="disk full"):
        backend.commit(cib, cib.version)
    assert path.read_text(encoding="utf-8") == CIB_IN_FILE
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_file_is_refused_and_not_made(tmp_path):
    with pytest.raises(HaError, match=r"cib_file: .*missing\.xml does not exist"):
        cluster.CibFile(str(tmp_path / "missing.xml"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [cluster.DISCONNECTED, cluster.NOT_INSTALLED])
def test_where_no_cluster_runs_check_mode_sees_what_is_stored(monkeypatch, tmp_path, code):
    result = cluster.Result(("cibadmin",), code, "", "no")
    monkeypatch.setattr(cluster, "run", lambda argv, **options: result)
    monkeypatch.setattr(cluster, "STORED_CIB", str(tmp_path / "cib.xml"))
    backend = cluster.CheckModeCluster()
    assert (backend.read().resource_ids(), "no cluster yet" in backend.warning) == ([], True)
    (tmp_path / "cib.xml").write_text(kit.fixture("cib"), encoding="utf-8")
    assert "web" in backend.read().resource_ids() and "stored" in backend.warning
    assert list(backend.monitor()) == []


def test_another_failure_is_a_failure_in_check_mode_too(monkeypatch):
    monkeypatch.setattr(cluster, "run", lambda argv, **options: cluster.Result(("cibadmin",), 1, "", "broken"))
    with pytest.raises(HaError, match="cannot be read"):
        cluster.CheckModeCluster().read()


# --- what Pacemaker's daemons say


@pytest.mark.parametrize("folder", [0, 1])
def test_the_daemons_are_asked_where_they_are(tmp_path, monkeypatch, folder):
    folders = [tmp_path / "libexec", tmp_path / "lib"]
    folders[folder].mkdir()
    for name in ("based", "controld", "schedulerd", "fenced"):
        daemon = folders[folder] / f"pacemaker-{name}"
        daemon.write_text(f'#!/bin/sh\n[ "$1" = metadata ] && echo "<{name}/>"\n', encoding="utf-8")
        daemon.chmod(0o755)
    monkeypatch.setattr(cluster, "_DAEMONS", [str(each) for each in folders])
    assert cluster.property_metadata() == ["<based/>\n", "<controld/>\n", "<schedulerd/>\n"]
    assert cluster.fencer_metadata() == "<fenced/>\n"


def test_without_daemons_nobody_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_DAEMONS", [str(tmp_path)])
    assert cluster.property_metadata() == []
    assert cluster.fencer_metadata() is None


def test_a_daemon_that_does_not_answer_is_a_failure(tmp_path, monkeypatch):
    for name in ("based", "controld", "schedulerd"):
        (tmp_path / f"pacemaker-{name}").symlink_to("/bin/false")
    monkeypatch.setattr(cluster, "_DAEMONS", [str(tmp_path)])
    with pytest.raises(CommandFailed, match="the properties that Pacemaker knows cannot be read"):
        cluster.property_metadata()


# --- fence agents

AGENT = """#!/bin/sh
[ $# = 0 ] || exit 9
while read -r line; do echo "got $line"; [ "$line" = wait=1 ] && sleep 5; done
exit 2
"""


def test_a_fence_agent_reads_its_parameters(tmp_path, monkeypatch):
    (tmp_path / "fence_made").write_text(AGENT, encoding="utf-8")
    (tmp_path / "fence_made").chmod(0o755)
    monkeypatch.setattr(cluster, "_FENCE_AGENTS", str(tmp_path))
    results = cluster.ask_fence_agent("fence_made", ["a=1\nb=2\n", "", "c=3\n"], 10)
    assert [each.out for each in results] == ["got a=1\ngot b=2\n", "", "got c=3\n"]
    assert {(each.code, each.argv) for each in results} == {(2, (str(tmp_path / "fence_made"),))}


def test_fence_agents_work_at_the_same_time_and_end(tmp_path, monkeypatch):
    (tmp_path / "fence_made").write_text(AGENT, encoding="utf-8")
    (tmp_path / "fence_made").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    began = time.monotonic()
    results = cluster.ask_fence_agent("fence_made", ["wait=1\n", "wait=1\n", "a=1\n"], 0.5)
    assert [each.code for each in results] == [cluster.TIMED_OUT, cluster.TIMED_OUT, 2]
    assert time.monotonic() - began < 4


def test_a_fence_agent_that_is_not_installed():
    (result,) = cluster.ask_fence_agent("fence_nowhere", ["action=status\n"], 5)
    assert (result.code, result.err) == (cluster.NOT_INSTALLED, "fence_nowhere is not installed on this node")
