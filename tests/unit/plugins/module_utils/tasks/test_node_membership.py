# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Complete runs of ha_node on node1 that add nodes to the cluster and remove them."""

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
# The pcs command to add a node, which does not prompt
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
    """A simulated cluster that pcs changes, with its backend and the standard input of the commands."""

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
    """Run ha_node for node3 on a Cluster and return its result."""

    @contextmanager
    def alone():
        yield 0

    def run(cluster, check=False, **params):
        monkeypatch.setattr(execute, "exclusively", alone)
        monkeypatch.setattr(execute, "run", cluster.run)
        monkeypatch.setattr(
            observe, "is_authenticated", lambda nodes: cluster.asked.append(nodes) or cluster.authenticated
        )
        return ha_node(cluster.backend, check, cluster.conf, **{"name": "node3", "preview": False, **params})

    return run


def check_refused(run, make, sentence, **params):
    """Check that a task is refused without any change, also in check mode."""
    for check in (True, False):
        cluster = make()
        before = cluster.backend.text
        result = run(cluster, check, **params)
        assert result.get("failed") and sentence in result["msg"], result
        assert not result.get("changed") and (cluster.backend.ran, cluster.backend.text) == ([], before)


# --- quorum


@pytest.mark.parametrize(
    "text, online, gone, kept",
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
def test_quorum_after_node_leaves(ha_node, text, online, gone, kept):
    names = [*corosync_conf.nodes(corosync_conf.parse(text)), "far"]
    monitor = kit.shown(*(each if each in online else (each, OFFLINE) for each in names))
    backend = kit.Backend(cib(*names), monitors=[monitor])
    result = ha_node(backend, True, conf=text, name=gone, state="standby", preview=False, allow_no_quorum=True)
    assert result["node"]["expendable"] is kept


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
def test_member_is_added(run, params, words):
    results = []
    for check in (True, False):
        cluster = Cluster(TWO, None, BOTH)
        cluster.authenticated = True
        results.append(run(cluster, check, state="added", **params))
        assert cluster.asked == [{"node3": params.get("addresses", ["node3"])}]
    predicted, done = results
    assert done["commands"] == cluster.backend.ran == [[*ADD, "node3", *words]]
    assert done["changed"] and done["diff"]["after"] == "nodes:\n  - node1\n  - node2\n  - node3\n"
    for key in ("changed", "commands", "diff"):
        assert predicted[key] == done[key]


def test_address_is_passed_for_every_link(run):
    cluster = Cluster(conf("node1", "node2", two_node=True, links=2))
    cluster.authenticated = True
    assert run(cluster, state="added", addresses=[ADDRESS, "192.0.3.13"])["changed"]
    assert cluster.backend.ran == [[*ADD, "node3", f"addr={ADDRESS}", "addr=192.0.3.13", "--start"]]


@pytest.mark.parametrize("given, user", [({}, "hacluster"), ({"username": "other"}, "other")])
def test_unknown_node_is_authenticated_first(run, given, user):
    cluster = Cluster(TWO)
    done = run(cluster, state="added", addresses=[ADDRESS], password="pass word", **given)
    assert cluster.backend.ran[0] == ["pcs", "host", "auth", "-u", user, "node3", f"addr={ADDRESS}"]
    assert cluster.stdin == ["pass word\n", None] and "pass word" not in str((cluster.backend.ran, done))


@pytest.mark.parametrize(
    "password, sentence", [(None, "not authenticated yet"), ("", "not be empty"), ("a\nb", "line break")]
)
@pytest.mark.parametrize("type_", [{}, {"type": "remote"}, {"type": "guest", "resource": "free"}])
def test_missing_or_invalid_password_is_refused(run, type_, password, sentence):
    check_refused(run, lambda: Cluster(TWO), sentence, state="added", password=password, **type_)


@pytest.mark.parametrize("addresses, text", [([ADDRESS, "192.0.3.13"], TWO), ([], conf("node1", links=2))])
def test_wrong_number_of_addresses_is_refused(run, addresses, text):
    check_refused(run, lambda: Cluster(text), "one per link", state="added", addresses=addresses)


@pytest.mark.parametrize("name", ["far", "guest"])
def test_remote_or_guest_node_cannot_be_added_as_member(run, name):
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
def test_adding_member_that_would_lose_quorum_is_refused(run, text, monitor, refused):
    def make():
        cluster = Cluster(text, None, monitor)
        cluster.authenticated = True
        return cluster

    if refused:
        check_refused(run, make, "the cluster would lose quorum until node3 has joined", state="added")
    assert run(make(), state="added", allow_no_quorum=refused)["changed"]


def test_adding_online_member_changes_nothing(run):
    cluster = Cluster(THREE, None, ALL)
    done = run(cluster, state="added", wait=60)
    assert (done["changed"], done["commands"], cluster.asked, cluster.backend.ran) == (False, [], [], [])
    assert done["diff"] == {"before": "", "after": ""}


def test_offline_member_is_started(run):
    away = kit.shown("node1", "node2", ("node3", OFFLINE))
    predicted = run(Cluster(THREE, None, away), True, state="added")
    cluster = Cluster(THREE, None, away, away, ALL)
    done = run(cluster, state="added", wait=60)
    assert done["commands"] == cluster.backend.ran == [["pcs", "cluster", "start", "node3"]]
    assert predicted["changed"] and (predicted["commands"], predicted["diff"]) == (done["commands"], done["diff"])
    assert done["node"]["online"]


def test_joining_member_is_awaited(run):
    joining = kit.shown("node1", "node2", ("node3", {"pending": "true"}))
    cluster = Cluster(THREE, None, joining, joining, joining, ALL)
    done = run(cluster, state="added", wait=60)
    assert (done["changed"], cluster.backend.ran, done["node"]["pending"]) == (False, [], False)
    assert not run(Cluster(THREE, None, joining), state="added")["changed"]
    late = run(Cluster(THREE, None, joining), state="added", wait=60)
    assert late["failed"] and not late["changed"] and late["msg"] == "node3 is not online after 60 seconds"


def test_other_addresses_of_member_cause_warning(run):
    done = run(Cluster(THREE, None, ALL), state="added", addresses=["192.0.2.99"])
    assert not done["changed"]
    assert done["said"] == ["addresses: node3 has 192.0.2.13 in the cluster; existing addresses are not changed"]
    assert run(Cluster(THREE, None, ALL), state="added", addresses=["192.0.2.13"])["said"] == []


def test_member_that_has_left_can_be_added_again(run):
    cluster = Cluster(TWO, cib("node1", "node2", "node3"), kit.shown("node1", "node2", ("node3", OFFLINE)))
    cluster.authenticated = True
    assert run(cluster, state="added")["changed"] and cluster.backend.ran[0][:4] == ADD


@pytest.mark.parametrize(
    "wait, sentence", [(0, "node3 is not in the cluster after 30"), (90, "node3 is not in the cluster after 90")]
)
def test_added_node_missing_in_cluster_is_an_error(run, wait, sentence):
    cluster = Cluster(TWO)
    cluster.authenticated, cluster.acts = True, False
    result = run(cluster, state="added", wait=wait)
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"] == f"pcs reported success, but {sentence} seconds"


def test_added_node_must_be_online_with_wait(run):
    cluster = Cluster(TWO)
    cluster.authenticated = True
    assert "pcs reported success, but node3 is not online" in run(cluster, state="added", wait=60)["msg"]


def test_failed_step_stops_execution(run, monkeypatch):
    cluster = Cluster(TWO)

    def fails(step, _lock):
        cluster.backend.ran.append(list(step.argv))
        raise HaError(f"{step.what}: no")

    cluster.run = fails
    assert run(cluster, state="added", password="x")["msg"] == "the nodes cannot be authenticated: no"
    assert len(cluster.backend.ran) == 1


@pytest.mark.parametrize(
    "params", [{}, {"type": "remote"}, {"type": "guest", "resource": "free"}, {"state": "removed"}], ids=str
)
def test_task_on_node_without_cluster_is_refused(run, params):
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
def test_change_without_quorum_is_refused(run, params):
    def make():
        cluster = Cluster(TWO, cib(quorum="0"))
        cluster.authenticated = True
        return cluster

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
def test_remote_or_guest_node_is_added(run, params, argv):
    predicted = Cluster(TWO)
    assert run(predicted, True, password="x", **params)["commands"][1] == ["pcs", "cluster", "node", *argv]
    cluster = Cluster(TWO)
    done = run(cluster, password="x", **params)
    address = params.get("addresses", ["node3"])[0]
    auth = ["pcs", "host", "auth", "-u", "hacluster", "node3", f"addr={address}"]
    assert done["changed"] and cluster.backend.ran == [auth, ["pcs", "cluster", "node", *argv]]
    assert predicted.backend.ran == []


@pytest.mark.parametrize("params", [{**REMOTE, "name": "far"}, {**GUEST, "name": "guest", "resource": "vm"}], ids=str)
def test_adding_existing_remote_or_guest_node_changes_nothing(run, params):
    cluster = Cluster(TWO)
    assert not run(cluster, **params)["changed"] and cluster.backend.ran == cluster.asked == []


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
        ({**GUEST, "resource": None}, "resource: is required with type: guest; give the id"),
        ({**GUEST, "resource": "nothing"}, "resource: there is no primitive 'nothing'"),
        ({**GUEST, "resource": "vm"}, "resource: 'vm' already runs the guest node guest"),
    ],
    ids=str,
)
def test_invalid_remote_or_guest_node_is_refused(run, params, sentence):
    old = '<node id="old" type="remote" uname="old"/>'
    check_refused(run, lambda: Cluster(TWO, cib(nodes=old)), sentence, password="x", **params)


# --- removed

# For a remote node, because pcs 0.12.0 fails if an entry has the id of the connection
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
def test_node_is_removed(run, text, members, name, before, argv, force):
    monitor = kit.shown(*members)
    words = ["--force", "--skip-offline"] if force and "clear" not in argv else []
    simulated = Cluster(text, cib(*members), monitor)
    predicted = run(simulated, True, name=name, state="removed", force=force)
    assert simulated.backend.ran == []
    cluster = Cluster(text, cib(*members), monitor)
    done = run(cluster, name=name, state="removed", force=force)
    assert done["changed"] and done["commands"] == cluster.backend.ran == [*before, [*argv, *words]]
    for key in ("changed", "commands", "diff"):
        assert predicted[key] == done[key]
    assert f"- {name}\n" in done["diff"]["before"] and f"- {name}\n" not in done["diff"]["after"]
    assert done["node"] is None
    again = run(cluster, name=name, state="removed")
    assert (again["changed"], len(cluster.backend.ran)) == (False, len(before) + 1)


@pytest.mark.parametrize("times", [1, 2])
def test_node_entry_recreated_by_controller_is_removed_again(run, monkeypatch, times):
    cluster = Cluster(TWO, None, kit.shown("node1", "node2"))
    act, entries = cluster.act, [times]

    def enters_anew(*words):
        act(*words)
        if entries[0]:
            entries[0] -= 1
            cluster.edit("nodes", '<node id="guest" type="remote" uname="guest"/>')

    monkeypatch.setattr(cluster, "act", enters_anew)
    done = run(cluster, name="guest", state="removed")
    clear = ["pcs", "cluster", "node", "clear", "guest"]
    assert (
        done["commands"]
        == cluster.backend.ran
        == [["pcs", "cluster", "node", "remove-guest", "guest"], *[clear] * times]
    )
    assert "guest" not in cluster.backend.text


@pytest.mark.parametrize("name, verb, entry", [("far", "remove-remote", [ENTRY]), ("guest", "remove-guest", [])])
def test_remote_or_guest_node_is_drained_before_removal(run, name, verb, entry):
    online = (name, {"type": "remote"})
    busy, idle = kit.shown("node1", "node2", online, free=name), kit.shown("node1", "node2", online, free="node1")
    patch, remove = ["cibadmin", "--patch", "--xml-pipe"], ["pcs", "cluster", "node", verb, name]
    cluster = Cluster(TWO, None, busy, idle)
    predicted = run(Cluster(TWO, None, busy), True, name=name, state="removed")
    done = run(cluster, name=name, state="removed")
    assert predicted["commands"] == done["commands"] == [patch, *entry, remove]
    assert "commit" in cluster.backend.calls and cluster.backend.ran == [*entry, remove]


def test_node_that_cannot_be_drained_is_not_removed(run):
    busy = kit.shown("node1", "node2", ("far", {"type": "remote"}), free="far")
    cluster = Cluster(TWO, None, busy)
    before = cluster.backend.text
    refused = run(cluster, name="far", state="removed")
    assert refused["failed"] and "far is in standby, but still runs free" in refused["msg"]
    assert cluster.backend.ran == [] and "standby" not in cluster.backend.text and "standby" not in before


def test_impact_of_removal_is_predicted(run):
    graphs = [kit.graph(("stop", "free", "node2"), ("start", "free", "node1")), kit.graph()]
    cluster = Cluster(TWO, None, BOTH, graphs=graphs)
    done = run(cluster, name="node2", state="removed", preview=True)
    assert done["impact_summary"] == "moves free from node2 to node1"
    assert done["diff"]["prepared"] == "impact: moves free from node2 to node1\n"
    asked, before = (each.root for each in cluster.backend.simulated)
    assert transient.attributes(asked, "node2") == {"shutdown": "1"}
    assert transient.attributes(before, "node2") == {}


@pytest.mark.parametrize("disruption", ["forbid", "moves"])
def test_removal_that_interrupts_is_refused(run, disruption):
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


def test_removal_of_offline_node_has_no_impact(run):
    cluster = Cluster(TWO, None, kit.shown("node1", AWAY))
    assert run(cluster, name="node2", state="removed", preview=True, disruption="forbid")["changed"]
    assert cluster.backend.simulated == []


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
def test_unsafe_removal_is_refused(run, text, monitor, params, sentence):
    check_refused(run, lambda: Cluster(text, None, monitor), sentence, state="removed", **params)


def test_removal_that_loses_quorum_can_be_forced(run):
    monitor = kit.shown("node1", "node2", ("node3", OFFLINE))
    cluster = Cluster(THREE, cib("node1", "node2", "node3"), monitor)
    assert run(cluster, name="node2", state="removed", force=True)["changed"]
    assert cluster.backend.ran == [[*REMOVE, "node2", "--force", "--skip-offline"]]


def test_node_still_listed_after_removal_is_an_error(run):
    cluster = Cluster(TWO)
    cluster.acts = False
    result = run(cluster, name="node2", state="removed")
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


def test_remaining_references_to_removed_node_cause_warning(run):
    said = []
    for check in (True, False):
        cluster = Cluster(TWO, cib(constraints=ABOUT, more=LEVELS))
        cluster.edit("resources", f"<group id='g'>{DEVICES}</group>")
        said.append(run(cluster, check, name="node2", state="removed")["said"])
    assert said[0] == said[1]
    (sentence,) = said[0]
    assert sentence.startswith("these objects in the configuration still refer to node2: ")
    assert sorted(sentence.rpartition(": ")[2].split(", ")) == ["by-rule", "fence-2", "here", "level"]
    assert cluster.backend.read().find("here") is not None
    assert run(Cluster(TWO), name="node2", state="removed")["said"] == []
