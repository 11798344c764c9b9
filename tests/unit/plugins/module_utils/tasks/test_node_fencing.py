# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Complete runs of ha_node on node1 that fence node2, or confirm that it is off."""

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed
from ansible_collections.hacluster.pcs.plugins.module_utils.live import pcs

BOTH = kit.shown("node1", "node2", web="node2")
UNCLEAN = {"online": "false", "unclean": "true"}
GRAPHS = (kit.graph(("start", "web", "node1"), fenced=["node2"]), kit.graph())
OLD = {"target": "node2", "action": "off", "status": "success", "client": "c.1", "origin": "node1"}
NEW = {**OLD, "action": "reboot", "client": "c.2", "delegate": "node1", "completed": "now"}
FAILED = {**NEW, "status": "failed", "exit-reason": "no route to the BMC"}


def document():
    """A Cib with both nodes in its status."""
    root = ElementTree.fromstring(kit.small().xml())
    for number in ("1", "2"):
        state = {"id": number, "uname": f"node{number}", "in_ccm": "true", "crmd": "online", "join": "member"}
        ElementTree.SubElement(root.find("status"), "node_state", state)
    return kit.Cib(ElementTree.tostring(root, encoding="unicode"))


def backend_for(*monitors, histories=([OLD], [NEW, OLD]), graphs=GRAPHS, devices=("fence-node2",), **options):
    """A cluster in which node2 can be fenced."""
    monitors = monitors or [BOTH]
    return kit.Backend(document(), monitors=monitors, graphs=graphs, devices=devices, histories=histories, **options)


@pytest.fixture
def fence(ha_node):
    def fence(backend, check=False, **params):
        return ha_node(backend, check, **{"name": "node2", "confirm": "node2", "state": "fenced", **params})

    return fence


@pytest.fixture
def confirm(ha_node, monkeypatch):
    monkeypatch.setattr(pcs, "version", lambda: (0, 12))

    def confirm(backend, check=False, **params):
        return ha_node(backend, check, **{"name": "node2", "confirm": "node2", "state": "fencing_confirmed", **params})

    return confirm


# --- fenced


@pytest.mark.parametrize(
    "action, argv", [({}, []), ({"action": "reboot"}, []), ({"action": "off"}, ["--off"])], ids=str
)
def test_node_is_fenced_every_time(fence, action, argv):
    newest = {**NEW, "completed": "2026-01-03 00:00:00Z"}
    backend = backend_for(histories=[[OLD], [NEW, OLD], [NEW, OLD], [newest, NEW, OLD]], graphs=GRAPHS * 2)
    for times in (1, 2):
        done = fence(backend, **action)
        assert done["changed"] and done["commands"] == [["pcs", "stonith", "fence", "node2", *argv]]
        assert backend.ran == done["commands"] * times
    assert done["fencing"] == newest
    assert "commit" not in backend.calls


def test_impact_of_fencing_is_predicted(fence):
    backend = backend_for()
    predicted, done = fence(backend, check=True), fence(backend_for())
    assert (backend.ran, "fencing" in predicted) == ([], False)
    assert predicted["impact_summary"] == "fences node2; starts web on node1"
    for key in ("changed", "commands", "impact", "impact_summary", "diff"):
        assert predicted[key] == done[key]
    asked, before = (each.root.find("status/node_state[@uname='node2']") for each in backend.simulated)
    assert (asked.get("in_ccm"), before.get("in_ccm")) == ("false", "true")


def test_impact_includes_fencing_that_scheduler_would_not_do(fence):
    away = kit.shown("node1", ("node2", {"online": "false"}))
    done = fence(backend_for(away, graphs=[kit.graph(), kit.graph()]), check=True)
    assert done["impact"] == [{"action": "fence", "node": "node2"}]
    assert done["impact_summary"] == "fences node2" and done["diff"]["prepared"] == "impact: fences node2\n"
    assert "impact" not in fence(backend_for(), check=True, preview=False)


@pytest.mark.parametrize("disruption", ["forbid", "moves"])
def test_fencing_that_interrupts_is_refused(fence, disruption):
    backend = backend_for(graphs=[kit.graph(fenced=["node2"]), kit.graph()])
    result = fence(backend, disruption=disruption)
    assert result["failed"] and result["msg"].startswith("disruption: ") and backend.ran == []


STANDBY, MAINTENANCE = {"standby": "true"}, {"maintenance": "true"}


@pytest.mark.parametrize(
    "params, monitor, sentence",
    [
        ({"confirm": None}, BOTH, "confirm: must be node2"),
        ({"confirm": "node1"}, BOTH, "confirm: must be node2"),
        ({"confirm": "Node2"}, BOTH, "confirm: must be node2"),
        ({"name": "node9", "confirm": "node9"}, BOTH, "name: the cluster has no node 'node9'"),
        ({"name": "node1", "confirm": "node1"}, BOTH, "node1 is the node that this task runs on"),
        ({}, kit.shown("node2"), "node2 is the last active node"),
        ({}, kit.shown("node2", ("node1", {"online": "false"})), "node2 is the last active node"),
        *(
            ({}, kit.shown("node2", ("node1", facts)), "node2 is the last active node")
            for facts in (STANDBY, MAINTENANCE, {"pending": "true"}, {"unclean": "true"}, {"type": "remote"})
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [False, True])
def test_unsafe_fencing_is_refused(fence, params, monitor, sentence, check):
    backend = backend_for(monitor)
    result = fence(backend, check=check, **params)
    assert result["failed"] and result["msg"].startswith(sentence)
    assert not result.get("changed") and backend.ran == []


@pytest.mark.parametrize("check", [False, True])
def test_node_without_fence_device_is_refused(fence, check):
    backend = backend_for(devices=())
    result = fence(backend, check=check)
    assert result["failed"] and result["msg"].startswith("no fence device can fence node2; nothing was done")
    assert backend.ran == []


@pytest.mark.parametrize(
    "now, description",
    [
        ([OLD], "no new fencing"),
        ([FAILED, OLD], "reboot failed, no route to the BMC"),
        ([{**NEW, "status": "pending"}, OLD], "no new fencing"),
    ],
    ids=["no new fencing", "failed", "pending"],
)
def test_fencing_without_success_in_history_is_an_error(fence, now, description):
    result = fence(backend_for(histories=[[OLD], now]))
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"] == f"pcs reported success, but the fencing history of node2 shows {description}"


@pytest.mark.parametrize(
    "now, description",
    [
        ([FAILED, OLD], "; fencing history: reboot failed, no route to the BMC"),
        ([OLD], ""),
        ([{**FAILED, "exit-reason": ""}, OLD], "; fencing history: reboot failed, no reason given"),
    ],
    ids=["failed", "no new fencing", "without a reason"],
)
def test_failed_fencing_reports_history(fence, now, description):
    backend = backend_for(histories=[[OLD], now])

    def change(argv, what, **_options):
        raise CommandFailed(what, kit.commands.Result(tuple(argv), 1, "", "Error: unable to fence 'node2'"))

    backend.change = change
    result = fence(backend)
    assert result["failed"] and result["rc"] == 1
    assert result["msg"] == f"node2 cannot be fenced: pcs exited with 1: Error: unable to fence 'node2'{description}"
    assert bool(result["fencing"]) == bool(description)


def test_fencing_waits_for_cluster(fence):
    backend = backend_for()
    assert fence(backend, wait=60)["changed"] and backend.calls.count("wait") == 1
    late = fence(backend_for(idle=False), wait=60)
    assert (late["failed"], late["changed"]) == (True, True)
    assert late["msg"] == "node2 was fenced, but the cluster was still busy after 60 seconds"
    backend = backend_for(idle=False)
    assert fence(backend)["changed"] and "wait" not in backend.calls


@pytest.mark.parametrize("wait, patience", [(0, 180), (600, 600)])
def test_fencing_timeout_depends_on_wait(fence, wait, patience):
    backend, given = backend_for(), []
    backend.change = lambda _argv, timeout, **_options: given.append(timeout)
    fence(backend, wait=wait)
    assert given == [patience]


# --- fencing_confirmed


@pytest.mark.parametrize("version, yes", [((0, 10), "--force"), ((0, 11), "--force"), ((0, 12), "--yes")])
def test_unclean_node_is_confirmed_as_off(confirm, monkeypatch, version, yes):
    monkeypatch.setattr(pcs, "version", lambda: version)
    unclean = kit.shown("node1", ("node2", UNCLEAN))
    backend = backend_for(unclean)
    predicted = confirm(backend, check=True)
    assert predicted["changed"] and backend.ran == []
    backend = backend_for(unclean, unclean, kit.shown("node1", ("node2", {"online": "false"})))
    done = confirm(backend)
    assert done["commands"] == backend.ran == [["pcs", "stonith", "confirm", "node2", yes]]
    assert (predicted["commands"], predicted["diff"]) == (done["commands"], done["diff"])
    again = confirm(backend)
    assert (again["changed"], len(backend.ran)) == (False, 1)


@pytest.mark.parametrize(
    "facts", [{}, {"pending": "true"}, {"unclean": "true"}, {**UNCLEAN, "pending": "true"}], ids=str
)
@pytest.mark.parametrize("check", [False, True])
def test_online_or_pending_node_is_not_confirmed_as_off(confirm, facts, check):
    backend = backend_for(kit.shown("node1", ("node2", facts)))
    result = confirm(backend, check=check)
    assert result["failed"] and result["msg"].startswith("node2 is online") and backend.ran == []


@pytest.mark.parametrize(
    "params", [{"confirm": None}, {"confirm": "node1"}, {"name": "node9", "confirm": "node9"}], ids=str
)
def test_confirm_must_match_known_node(confirm, params):
    backend = backend_for(kit.shown("node1", ("node2", UNCLEAN)))
    result = confirm(backend, **params)
    assert result["failed"] and result["msg"].split(":")[0] in ("confirm", "name") and backend.ran == []


@pytest.mark.parametrize("monitor", [kit.shown("node1", ("node2", {"online": "false"})), kit.shown("node1")])
def test_confirming_clean_node_changes_nothing(confirm, monitor):
    backend = backend_for(monitor)
    assert not confirm(backend)["changed"] and backend.ran == []


def test_node_still_unclean_after_confirmation_is_an_error(confirm):
    result = confirm(backend_for(kit.shown("node1", ("node2", UNCLEAN))))
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"] == "node2 was confirmed as off, but is still unclean after 30 seconds"
