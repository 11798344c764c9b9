# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole runs of ha_node, on node1, that let nodes join the cluster and leave it."""

from __future__ import annotations

from contextlib import contextmanager
from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.corosync import conf as corosync_conf
from ansible_collections.hacluster.pcs.plugins.module_utils.live import transient
from ansible_collections.hacluster.pcs.plugins.module_utils.membership import execute, observe

OFFLINE = {"online": "false"}
AWAY = ("node2", OFFLINE)
BOTH, ALL = kit.shown("node1", "node2"), kit.shown("node1", "node2", "node3")
ADDRESS = "192.0.2.13"
HOST = '<meta_attributes id="m"><nvpair id="m-1" name="remote-node" value="guest"/></meta_attributes>'
FAR = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>'
RESOURCES = FAR + kit.dummy("vm", HOST) + kit.dummy("free")
# Added as pcs does it, with nothing that asks back
ADD, REMOVE = (["pcs", "cluster", "node", each] for each in ("add", "remove"))


def conf(*names, two_node=False, device=None, links=1, **votes):
    """The text of a corosync.conf."""
    lines = []
    for number, name in enumerate(names, 1):
        addresses = [f"ring{link}_addr: 192.0.{2 + link}.{10 + number}" for link in range(links)]
        lines += ["node {", f"name: {name}", *addresses]
        lines += [f"quorum_votes: {votes[name]}"] if name in votes else []
        lines += ["}"]
    quorum = ["two_node: 1"] if two_node else []
    quorum += ["device {", "model: net", f"votes: {device}", "}"] if device else []
    return "\n".join(["nodelist {", *lines, "}", "quorum {", *quorum, "}", ""])


TWO, THREE = conf("node1", "node2", two_node=True), conf("node1", "node2", "node3")
FOUR, FIVE = conf("node1", "node2", "node3", "node4"), conf("node1", "node2", "node3", "node4", "node5")


def cib(*members, constraints="", quorum="1", nodes="", more=""):
    """A Cib of these members, with a remote and a guest node."""
    text = kit.small(RESOURCES, constraints, more=more).xml().replace('have-quorum="1"', f'have-quorum="{quorum}"')
    root = ElementTree.fromstring(text)
    found = root.find("configuration/nodes")
    found.clear()
    for number, name in enumerate(members or ("node1", "node2"), 1):
        ElementTree.SubElement(found, "node", id=str(number), uname=name)
        facts = {"in_ccm": "1700000000", "crmd": "1700000000", "join": "member"}
        ElementTree.SubElement(root.find("status"), "node_state", id=str(number), uname=name, **facts)
    found.extend(ElementTree.fromstring(f"<nodes>{nodes}</nodes>"))
    return kit.Cib(ElementTree.tostring(root, encoding="unicode"))


class Cluster:
    """What pcs does to the cluster, a backend to that, and what it was given by standard input."""

    def __init__(self, conf, document=None, *monitors, graphs=(), node_name="node1"):
        self.conf = corosync_conf.parse(conf) if conf else None
        self.backend = kit.Backend(document or cib(), monitors=monitors or [BOTH], graphs=graphs)
        self.backend.node_name = lambda: node_name
        self.stdin, self.authenticated, self.asked = [], False, []
        self.acts = True

    def run(self, step, _lock):
        self.backend.ran.append(list(step.argv))
        self.stdin.append(step.stdin)
        if self.acts:
            self.act(*step.argv[1:])

    def act(self, _group, *words):
        nodes = self.conf["nodelist"][0]["node"]
        if words[:2] == ("node", "add"):
            nodes.append({"name": words[2]})
        elif words[:2] == ("node", "add-remote"):
            self.edit("resources", f'<primitive id="{words[2]}" class="ocf" provider="pacemaker" type="remote"/>')
        elif words[:2] == ("node", "add-guest"):
            self.edit("resources", kit.dummy("other", HOST.replace("guest", words[2])))
        elif words[0] == "node":
            nodes[:] = [each for each in nodes if each["name"] != words[2]]
            self.backend.disturb(lambda root: self.forget(root, words[2]))
            self.backend.monitors[:] = [kit.shown("node1")]

    def edit(self, section, xml):
        self.backend.disturb(lambda root: root.find(f"configuration/{section}").append(ElementTree.fromstring(xml)))

    @staticmethod
    def forget(root, name):
        nodes, resources = root.find("configuration/nodes"), root.find("configuration/resources")
        gone = [(nodes, each) for each in nodes if each.get("uname") == name]
        gone += [(resources, each) for each in resources if each.get("id") == name]
        for parent, each in gone:
            parent.remove(each)
        for each in list(root.iter("meta_attributes")):
            for pair in [pair for pair in each if pair.get("value") == name]:
                each.remove(pair)


@pytest.fixture
def run(ha_node, monkeypatch):
    """Run ha_node about node3 on a Cluster; its result."""

    @contextmanager
    def alone():
        yield 0

    def run(there, check=False, **params):
        monkeypatch.setattr(execute, "exclusively", alone)
        monkeypatch.setattr(execute, "run", there.run)
        monkeypatch.setattr(observe, "is_authenticated", lambda nodes: there.asked.append(nodes) or there.authenticated)
        return ha_node(there.backend, check, there.conf, **{"name": "node3", "preview": False, **params})

    return run


def check_refused(run, make, sentence, **params):
    """That a task is refused, in check mode too, and nothing done."""
    for check in (True, False):
        there = make()
        before = there.backend.text
        result = run(there, check, **params)
        assert result.get("failed") and sentence in result["msg"], result
        assert not result.get("changed") and (there.backend.ran, there.backend.text) == ([], before)


# --- quorum


@pytest.mark.parametrize(
    "text, online, gone, stays",
    [
        (TWO, ["node1", "node2"], "node2", True),
        (TWO, ["node1"], "node1", False),
        (TWO, ["node1"], "node2", True),
        (conf("node1", "node2"), ["node1", "node2"], "node2", False),
        (THREE, ["node1", "node2", "node3"], "node3", True),
        (THREE, ["node1", "node2"], "node2", False),
        (THREE, ["node1", "node2"], "node3", True),
        (FOUR, ["node1", "node2", "node3", "node4"], "node4", True),
        (FOUR, ["node1", "node2", "node3"], "node3", False),
        (FIVE, ["node1", "node2", "node3", "node4"], "node4", True),
        (FIVE, ["node1", "node2", "node3"], "node3", False),
        (conf("node1", "node2", "node3", node1=3), ["node1", "node2", "node3"], "node1", False),
        (conf("node1", "node2", "node3", node1=3), ["node1", "node2"], "node2", True),
        (conf("node1", "node2", device=1), ["node1", "node2"], "node2", True),
        (conf("node1", "node2", "node3", device=2), ["node1", "node2"], "node2", True),
        (conf("node1", "node2", "node3", device=2), ["node1"], "node1", False),
        (THREE, ["node1", "node2", "far"], "far", True),
    ],
)
def test_who_can_be_spared(ha_node, text, online, gone, stays):
    names = [*corosync_conf.nodes(corosync_conf.parse(text)), "far"]
    monitor = kit.shown(*(each if each in online else (each, OFFLINE) for each in names))
    backend = kit.Backend(cib(*names), monitors=[monitor])
    foreseen = ha_node(backend, True, conf=text, name=gone, state="standby", preview=False, allow_no_quorum=True)
    assert foreseen["node"]["expendable"] is stays


# --- added: members


@pytest.mark.parametrize(
    "params, words",
    [
        ({}, ["addr=node3", "--start"]),
        ({"addresses": [ADDRESS]}, [f"addr={ADDRESS}", "--start"]),
        ({"addresses": [ADDRESS], "enabled": True}, [f"addr={ADDRESS}", "--start", "--enable"]),
        ({"addresses": [ADDRESS], "enabled": False}, [f"addr={ADDRESS}", "--start"]),
    ],
    ids=str,
)
def test_a_member_is_added(run, params, words):
    results = []
    for check in (True, False):
        there = Cluster(TWO, None, BOTH)
        there.authenticated = True
        results.append(run(there, check, state="added", **params))
        assert there.asked == [{"node3": params.get("addresses", ["node3"])}]
    predicted, done = results
    assert done["commands"] == there.backend.ran == [[*ADD, "node3", *words]]
    assert done["changed"] and done["diff"]["after"] == "nodes:\n  - node1\n  - node2\n  - node3\n"
    for key in ("changed", "commands", "diff"):
        assert predicted[key] == done[key]


def test_every_link_gets_an_address(run):
    there = Cluster(conf("node1", "node2", two_node=True, links=2))
    there.authenticated = True
    assert run(there, state="added", addresses=[ADDRESS, "192.0.3.13"])["changed"]
    assert there.backend.ran == [[*ADD, "node3", f"addr={ADDRESS}", "addr=192.0.3.13", "--start"]]


@pytest.mark.parametrize("given, user", [({}, "hacluster"), ({"username": "other"}, "other")])
def test_it_is_authenticated_where_it_is_not_yet(run, given, user):
    there = Cluster(TWO)
    done = run(there, state="added", addresses=[ADDRESS], password="pass word", **given)
    assert there.backend.ran[0] == ["pcs", "host", "auth", "-u", user, "node3", f"addr={ADDRESS}"]
    assert there.stdin == ["pass word\n", None] and "pass word" not in str((there.backend.ran, done))


@pytest.mark.parametrize(
    "password, sentence", [(None, "not authenticated yet"), ("", "not be empty"), ("a\nb", "line break")]
)
@pytest.mark.parametrize("type_", [{}, {"type": "remote"}, {"type": "guest", "resource": "free"}])
def test_a_password_that_is_missing_or_wrong(run, type_, password, sentence):
    check_refused(run, lambda: Cluster(TWO), sentence, state="added", password=password, **type_)


@pytest.mark.parametrize("addresses, text", [([ADDRESS, "192.0.3.13"], TWO), ([], conf("node1", links=2))])
def test_an_address_for_each_link(run, addresses, text):
    check_refused(run, lambda: Cluster(text), "one per link", state="added", addresses=addresses)


@pytest.mark.parametrize("name", ["far", "guest"])
def test_a_remote_or_guest_node_is_no_member(run, name):
    check_refused(run, lambda: Cluster(TWO), "is already in the cluster as a", name=name, state="added")


@pytest.mark.parametrize(
    "text, monitor, refused",
    [
        (conf("node1"), kit.shown("node1"), False),
        (TWO, BOTH, False),
        (TWO, kit.shown("node1", AWAY), True),
        (TWO, kit.shown("node1", ("node2", {"pending": "true"})), True),
        (FOUR.replace("node3", "node5"), kit.shown("node1", "node2", AWAY), True),
        (conf("node1", "node2", node1=3), kit.shown("node1", AWAY), False),
        (conf("node1", "node2", device=1), kit.shown("node1", AWAY), True),
    ],
)
def test_it_counts_before_it_is_there(run, text, monitor, refused):
    def make():
        there = Cluster(text, None, monitor)
        there.authenticated = True
        return there

    if refused:
        check_refused(run, make, "the cluster would lose quorum until node3 has joined", state="added")
    assert run(make(), state="added", allow_no_quorum=refused)["changed"]


def test_a_member_that_is_there_needs_nothing(run):
    there = Cluster(THREE, None, ALL)
    done = run(there, state="added", wait=60)
    assert (done["changed"], done["commands"], there.asked, there.backend.ran) == (False, [], [], [])
    assert done["diff"] == {"before": "", "after": ""}


def test_a_member_that_is_offline_is_started(run):
    away = kit.shown("node1", "node2", ("node3", OFFLINE))
    predicted = run(Cluster(THREE, None, away), True, state="added")
    there = Cluster(THREE, None, away, away, ALL)
    done = run(there, state="added", wait=60)
    assert done["commands"] == there.backend.ran == [["pcs", "cluster", "start", "node3"]]
    assert predicted["changed"] and (predicted["commands"], predicted["diff"]) == (done["commands"], done["diff"])
    assert done["node"]["online"]


def test_a_member_on_its_way_is_waited_for(run):
    joining = kit.shown("node1", "node2", ("node3", {"pending": "true"}))
    there = Cluster(THREE, None, joining, joining, joining, ALL)
    done = run(there, state="added", wait=60)
    assert (done["changed"], there.backend.ran, done["node"]["pending"]) == (False, [], False)
    assert not run(Cluster(THREE, None, joining), state="added")["changed"]
    late = run(Cluster(THREE, None, joining), state="added", wait=60)
    assert late["failed"] and not late["changed"] and late["msg"] == "node3 is not online after 60 seconds"


def test_a_member_keeps_its_addresses(run):
    done = run(Cluster(THREE, None, ALL), state="added", addresses=["192.0.2.99"])
    assert not done["changed"]
    assert done["said"] == ["addresses: node3 has 192.0.2.13 in the cluster; existing addresses are not changed"]
    assert run(Cluster(THREE, None, ALL), state="added", addresses=["192.0.2.13"])["said"] == []


def test_what_is_left_of_a_member_is_no_obstacle(run):
    there = Cluster(TWO, cib("node1", "node2", "node3"), kit.shown("node1", "node2", ("node3", OFFLINE)))
    there.authenticated = True
    assert run(there, state="added")["changed"] and there.backend.ran[0][:4] == ADD


@pytest.mark.parametrize(
    "wait, sentence", [(0, "node3 is not in the cluster after 30"), (90, "node3 is not in the cluster after 90")]
)
def test_success_is_what_the_cluster_shows(run, wait, sentence):
    there = Cluster(TWO)
    there.authenticated, there.acts = True, False
    result = run(there, state="added", wait=wait)
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"] == f"pcs reported success, but {sentence} seconds"


def test_with_wait_it_has_to_be_online(run):
    there = Cluster(TWO)
    there.authenticated = True
    assert "pcs reported success, but node3 is not online" in run(there, state="added", wait=60)["msg"]


def test_a_step_that_fails_is_the_last(run, monkeypatch):
    there = Cluster(TWO)

    def fails(step, _lock):
        there.backend.ran.append(list(step.argv))
        raise HaError(f"{step.what}: no")

    there.run = fails
    assert run(there, state="added", password="x")["msg"] == "the nodes cannot be authenticated: no"
    assert len(there.backend.ran) == 1


@pytest.mark.parametrize(
    "params", [{}, {"type": "remote"}, {"type": "guest", "resource": "free"}, {"state": "removed"}], ids=str
)
def test_where_there_is_no_cluster(run, params):
    check_refused(run, lambda: Cluster(None), "this node does not belong to a cluster", **{"state": "added", **params})


@pytest.mark.parametrize(
    "params",
    [
        {"state": "added"},
        {"state": "added", "type": "remote"},
        {"state": "added", "type": "guest", "resource": "free"},
        *({"state": "removed", "name": each} for each in ("node2", "far", "guest")),
    ],
    ids=str,
)
def test_without_quorum_nothing_is_changed(run, params):
    def make():
        there = Cluster(TWO, cib(quorum="0"))
        there.authenticated = True
        return there

    check_refused(run, make, "this cluster partition has no quorum", **params)
    assert run(make(), allow_no_quorum=True, **params)["changed"]


# --- added: remote and guest nodes

REMOTE, GUEST = {"state": "added", "type": "remote"}, {"state": "added", "type": "guest", "resource": "free"}


@pytest.mark.parametrize(
    "params, argv",
    [
        (REMOTE, ["add-remote", "node3", "node3"]),
        ({**REMOTE, "addresses": [ADDRESS]}, ["add-remote", "node3", ADDRESS]),
        (GUEST, ["add-guest", "node3", "free", "remote-addr=node3"]),
        ({**GUEST, "addresses": [ADDRESS]}, ["add-guest", "node3", "free", f"remote-addr={ADDRESS}"]),
    ],
    ids=str,
)
def test_a_remote_or_guest_node_is_added(run, params, argv):
    predicted = Cluster(TWO)
    assert run(predicted, True, password="x", **params)["commands"][1] == ["pcs", "cluster", "node", *argv]
    there = Cluster(TWO)
    done = run(there, password="x", **params)
    address = params.get("addresses", ["node3"])[0]
    auth = ["pcs", "host", "auth", "-u", "hacluster", "node3", f"addr={address}"]
    assert done["changed"] and there.backend.ran == [auth, ["pcs", "cluster", "node", *argv]]
    assert predicted.backend.ran == []


@pytest.mark.parametrize("params", [{**REMOTE, "name": "far"}, {**GUEST, "name": "guest", "resource": "vm"}], ids=str)
def test_one_that_is_there_needs_nothing(run, params):
    there = Cluster(TWO)
    assert not run(there, **params)["changed"] and there.backend.ran == there.asked == []


@pytest.mark.parametrize(
    "params, sentence",
    [
        ({**REMOTE, "name": "node2"}, "name: 'node2' is already in the cluster as a member node"),
        ({**REMOTE, "name": "guest"}, "name: 'guest' is already in the cluster as a guest node"),
        ({**REMOTE, "name": "free"}, "name: 'free' is already the id of another object"),
        ({**REMOTE, "name": "old"}, "name: 'old' has left the cluster, but is still listed"),
        ({**REMOTE, "addresses": ["a", "b"]}, "addresses: a remote node has one address, not 2"),
        (
            {**REMOTE, "enabled": False},
            "enabled: must not be false: pcs always enables pacemaker_remote on a remote node",
        ),
        ({**GUEST, "name": "node2"}, "name: 'node2' is already in the cluster as a member node"),
        ({**GUEST, "name": "far"}, "name: 'far' is already in the cluster as a remote node"),
        ({**GUEST, "name": "guest"}, "name: 'guest' is already in the cluster as a guest node"),
        ({**GUEST, "name": "vm"}, "name: 'vm' is already the id of another object"),
        ({**GUEST, "addresses": ["a", "b"]}, "addresses: a guest node has one address, not 2"),
        ({**GUEST, "resource": None}, "resource: is required: the id of the primitive"),
        ({**GUEST, "resource": "nothing"}, "resource: there is no primitive 'nothing'"),
        ({**GUEST, "resource": "vm"}, "resource: 'vm' already runs the guest node guest"),
    ],
    ids=str,
)
def test_what_cannot_be_a_remote_or_guest_node(run, params, sentence):
    old = '<node id="old" type="remote" uname="old"/>'
    check_refused(run, lambda: Cluster(TWO, cib(nodes=old)), sentence, password="x", **params)


# --- removed

# Of a remote node, before pcs 0.12.0 fails at an entry that has the id of the connection, too
ENTRY = ["cibadmin", "--delete", "--scope", "nodes", "--xml-text", '<node id="far"/>']


@pytest.mark.parametrize(
    "text, members, name, before, argv",
    [
        (TWO, ("node1", "node2"), "node2", [], [*REMOVE, "node2"]),
        (THREE, ("node1", "node2", "node3"), "node3", [], [*REMOVE, "node3"]),
        (TWO, ("node1", "node2"), "far", [ENTRY], ["pcs", "cluster", "node", "remove-remote", "far"]),
        (TWO, ("node1", "node2"), "guest", [], ["pcs", "cluster", "node", "remove-guest", "guest"]),
        (TWO, ("node1", "node2", "node3"), "node3", [], ["pcs", "cluster", "node", "clear", "node3"]),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_node_is_removed(run, text, members, name, before, argv, force):
    monitor = kit.shown(*members)
    words = ["--force", "--skip-offline"] if force and "clear" not in argv else []
    foreseen = Cluster(text, cib(*members), monitor)
    predicted = run(foreseen, True, name=name, state="removed", force=force)
    assert foreseen.backend.ran == []
    there = Cluster(text, cib(*members), monitor)
    done = run(there, name=name, state="removed", force=force)
    assert done["changed"] and done["commands"] == there.backend.ran == [*before, [*argv, *words]]
    for key in ("changed", "commands", "diff"):
        assert predicted[key] == done[key]
    assert f"- {name}\n" in done["diff"]["before"] and f"- {name}\n" not in done["diff"]["after"]
    assert done["node"] is None
    again = run(there, name=name, state="removed")
    assert (again["changed"], len(there.backend.ran)) == (False, len(before) + 1)


@pytest.mark.parametrize("times", [1, 2])
def test_a_node_that_the_controller_enters_anew_is_removed_again(run, monkeypatch, times):
    there = Cluster(TWO, None, kit.shown("node1", "node2"))
    act, entries = there.act, [times]

    def enters_anew(*words):
        act(*words)
        if entries[0]:
            entries[0] -= 1
            there.edit("nodes", '<node id="guest" type="remote" uname="guest"/>')

    monkeypatch.setattr(there, "act", enters_anew)
    done = run(there, name="guest", state="removed")
    clear = ["pcs", "cluster", "node", "clear", "guest"]
    assert (
        done["commands"] == there.backend.ran == [["pcs", "cluster", "node", "remove-guest", "guest"], *[clear] * times]
    )
    assert "guest" not in there.backend.text


@pytest.mark.parametrize("name, verb, entry", [("far", "remove-remote", [ENTRY]), ("guest", "remove-guest", [])])
def test_a_node_that_pcs_would_kill_is_drained_before(run, name, verb, entry):
    online = (name, {"type": "remote"})
    busy, idle = kit.shown("node1", "node2", online, free=name), kit.shown("node1", "node2", online, free="node1")
    patch, remove = ["cibadmin", "--patch", "--xml-pipe"], ["pcs", "cluster", "node", verb, name]
    there = Cluster(TWO, None, busy, idle)
    predicted = run(Cluster(TWO, None, busy), True, name=name, state="removed")
    done = run(there, name=name, state="removed")
    assert predicted["commands"] == done["commands"] == [patch, *entry, remove]
    assert "commit" in there.backend.calls and there.backend.ran == [*entry, remove]


def test_a_node_that_is_not_drained_is_not_removed(run):
    busy = kit.shown("node1", "node2", ("far", {"type": "remote"}), free="far")
    there = Cluster(TWO, None, busy)
    before = there.backend.text
    refused = run(there, name="far", state="removed")
    assert refused["failed"] and "far is in standby, but still runs free" in refused["msg"]
    assert there.backend.ran == [] and "standby" not in there.backend.text and "standby" not in before


def test_what_becomes_of_what_runs_there_is_foreseen(run):
    graphs = [kit.graph(("stop", "free", "node2"), ("start", "free", "node1")), kit.graph()]
    there = Cluster(TWO, None, BOTH, graphs=graphs)
    done = run(there, name="node2", state="removed", preview=True)
    assert done["impact_summary"] == "moves free from node2 to node1"
    assert done["diff"]["prepared"] == "impact: moves free from node2 to node1\n"
    asked, before = (each.root for each in there.backend.simulated)
    assert transient.attributes(asked, "node2") == {"shutdown": "1"}
    assert transient.attributes(before, "node2") == {}


@pytest.mark.parametrize("disruption", ["forbid", "moves"])
def test_what_it_interrupts_can_be_refused(run, disruption):
    graphs = [kit.graph(("stop", "free", "node2")), kit.graph()]
    running = kit.shown("node1", "node2", free="node2")
    check_refused(
        run,
        lambda: Cluster(TWO, None, running, graphs=graphs),
        "disruption: the change stops free on node2",
        name="node2",
        state="removed",
        disruption=disruption,
    )


def test_of_a_node_that_is_off_nothing_is_to_be_foreseen(run):
    there = Cluster(TWO, None, kit.shown("node1", AWAY))
    assert run(there, name="node2", state="removed", preview=True, disruption="forbid")["changed"]
    assert there.backend.simulated == []


@pytest.mark.parametrize(
    "text, monitor, params, sentence",
    [
        (conf("node1"), kit.shown("node1"), {"name": "node1"}, "node1 is the last node of the cluster"),
        (TWO, BOTH, {"name": "node1"}, "node1 is the node that this task runs on"),
        (TWO, BOTH, {"name": "node1", "force": True}, "node1 is the node that this task runs on"),
        (
            THREE,
            kit.shown("node1", "node2", ("node3", OFFLINE)),
            {"name": "node2"},
            "without node2 the cluster would lose quorum: only node1 would remain online",
        ),
        (
            FOUR,
            kit.shown("node1", "node2", "node3", ("node4", OFFLINE)),
            {"name": "node3"},
            "would lose quorum: only node1, node2 would remain online",
        ),
        *(
            (
                TWO,
                kit.shown("node1", ("node2", {**OFFLINE, "unclean": "true"})),
                {"name": "node2", "force": force},
                "node2 is unclean",
            )
            for force in (False, True)
        ),
    ],
)
def test_what_may_not_be_removed(run, text, monitor, params, sentence):
    check_refused(run, lambda: Cluster(text, None, monitor), sentence, state="removed", **params)


def test_a_loss_of_quorum_can_be_forced(run):
    monitor = kit.shown("node1", "node2", ("node3", OFFLINE))
    there = Cluster(THREE, cib("node1", "node2", "node3"), monitor)
    assert run(there, name="node2", state="removed", force=True)["changed"]
    assert there.backend.ran == [[*REMOVE, "node2", "--force", "--skip-offline"]]


def test_a_node_that_stays_is_a_failure(run):
    there = Cluster(TWO)
    there.acts = False
    result = run(there, name="node2", state="removed")
    assert (result["failed"], result["changed"]) == (True, True)
    assert (
        result["msg"]
        == "pcs reported success, but node2 is still in corosync.conf and the configuration and the status after 30 seconds"
    )


ABOUT = """<rsc_location id="here" rsc="free" node="node2" score="5"/>
<rsc_location id="there" rsc="free" node="node1" score="5"/>
<rsc_location id="by-rule" rsc="free"><rule id="r" score="5"><expression id="e" attribute="#uname" operation="eq" value="node2"/>
</rule></rsc_location>"""
LEVELS = '<fencing-topology><fencing-level id="level" target="node2" index="1" devices="f"/></fencing-topology>'
DEVICES = "".join(
    f'<primitive id="{name}" class="stonith" type="fence_x"><instance_attributes id="{name}-i">'
    f'<nvpair id="{name}-i-1" name="pcmk_host_list" value="{hosts}"/></instance_attributes></primitive>'
    for name, hosts in (("fence-2", "node2"), ("fence-all", "node1,node2"))
)


def test_what_is_configured_for_the_node_alone_is_named(run):
    said = []
    for check in (True, False):
        there = Cluster(TWO, cib(constraints=ABOUT, more=LEVELS))
        there.edit("resources", f"<group id='g'>{DEVICES}</group>")
        said.append(run(there, check, name="node2", state="removed")["said"])
    assert said[0] == said[1]
    (sentence,) = said[0]
    assert sentence.startswith("these objects in the configuration still refer to node2: ")
    assert sorted(sentence.rpartition(": ")[2].split(", ")) == ["by-rule", "fence-2", "here", "level"]
    assert there.backend.read().find("here") is not None
    assert run(Cluster(TWO), name="node2", state="removed")["said"] == []
