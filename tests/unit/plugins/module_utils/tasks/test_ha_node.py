# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Complete runs of ha_node: the configuration of a node, and its transient attributes."""

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed
from ansible_collections.hacluster.pcs.plugins.module_utils.live import transient

BOTH = kit.shown("node1", "node2", web="node1")
OFFLINE = {"online": "false"}
VERBS = ("fenced", "fencing_confirmed", "added", "removed")


def document(permanent="", lasting=True, **attributes):
    """A Cib whose node1 has these permanent attributes (name=value ...) and these transient attributes."""
    found = kit.small()
    root = ElementTree.fromstring(found.xml())
    if permanent:
        node = root.find("configuration/nodes/node")
        pairs = ElementTree.SubElement(node, "instance_attributes", id="nodes-1")
        for name, value in (each.split("=") for each in permanent.split()):
            ElementTree.SubElement(pairs, "nvpair", id=f"nodes-1-{name}", name=name, value=value)
    state = ElementTree.SubElement(root.find("status"), "node_state", id="1", uname="node1")
    around = ElementTree.SubElement(state, "transient_attributes", id="1")
    pairs = ElementTree.SubElement(around, "instance_attributes", id="status-1")
    for name, value in attributes.items():
        ElementTree.SubElement(pairs, "nvpair", id=f"status-1-{name}", name=name, value=value)
    return kit.Cib(ElementTree.tostring(root, encoding="unicode"))


class Backend(kit.Backend):
    """A backend whose crm_attribute writes into the status or not, or fails at one attribute."""

    writes = True
    fails_at = None

    def change(self, argv, **options):
        name, how = argv[argv.index("--name") + 1], argv[argv.index("--name") + 2]
        if name == self.fails_at:
            raise CommandFailed(options["what"], kit.commands.Result(tuple(argv), 1, "", "no attrd"))
        super().change(argv)
        value = None if how == "--delete" else how.partition("=")[2]
        if self.writes:
            self.disturb(lambda root: transient.apply(root, argv[argv.index("--node") + 1], {name: value}))


def backend_for(cib=None, *monitors, **options):
    return Backend(cib or document(), monitors=monitors or [BOTH], **options)


def pairs(backend, name="node1"):
    """name -> value of the permanent attributes of a node."""
    found = backend.read().configuration.iterfind(f"nodes/node[@uname='{name}']//nvpair")
    return {each.get("name"): each.get("value") for each in found}


def lasting(backend):
    return transient.attributes(backend.read().root, "node1")


# --- standby, maintenance and back


@pytest.mark.parametrize(
    "before, state, after",
    [
        ("", "standby", {"standby": "on"}),
        ("maintenance=on", "standby", {"standby": "on"}),
        ("", "maintenance", {"maintenance": "on"}),
        ("standby=on", "maintenance", {"standby": "on", "maintenance": "on"}),
        ("standby=on maintenance=on", "online", {}),
        ("standby=on maintenance=on", "present", {"standby": "on", "maintenance": "on"}),
    ],
)
@pytest.mark.parametrize("mode", ["merged", "replaced"])
def test_state_is_predicted_applied_and_idempotent(ha_node, before, state, after, mode):
    backend = backend_for(document(before))
    params = {"state": state, "mode": mode, "preview": False}
    predicted = ha_node(backend, check=True, **params)
    assert pairs(backend) == pairs(backend_for(document(before)))
    done = ha_node(backend, **params)
    assert pairs(backend) == after
    for key in ("changed", "diff", "commands"):
        assert predicted[key] == done[key]
    assert done["changed"] == (state != "present")
    assert not ha_node(backend, **params)["changed"]


def test_attributes_and_utilization_are_set(ha_node):
    backend = backend_for(document("site=a kept=1"))
    done = ha_node(backend, attributes={"site": None, "rack": 7}, utilization={"cpu": 4}, preview=False)
    assert done["changed"] and pairs(backend) == {"kept": "1", "rack": "7", "cpu": "4"}
    assert not ha_node(backend, attributes={"site": None, "rack": 7}, utilization={"cpu": 4})["changed"]


def test_ha_node_on_cib_file(run):
    done = run("ha_node", name="node1", state="standby", attributes={"site": "a"})
    assert kit.cib().configuration.find("nodes/node[@uname='node1']") is not None
    node = next(each for each in done["cib"].configuration.iterfind("nodes/node") if each.get("uname") == "node1")
    assert {"standby": "on", "site": "a"}.items() <= {
        each.get("name"): each.get("value") for each in node.iter("nvpair")
    }.items()
    assert "node" not in done
    assert not run("ha_node", name="node1", state="standby", attributes={"site": "a"})["changed"]


def test_result_contains_node_status(ha_node):
    monitor = kit.shown(("node1", {"standby": "true"}), "node2", web="node2", ip="node1")
    node = ha_node(backend_for(document("standby=on"), monitor))["node"]
    assert node == {
        "name": "node1",
        "type": "member",
        "online": True,
        "standby": True,
        **dict.fromkeys(("maintenance", "pending", "unclean"), False),
        "resources": ["ip"],
    }


@pytest.mark.parametrize(
    "conf, monitor, expendable",
    [
        (None, BOTH, None),
        ("two", BOTH, True),
        ("two", kit.shown("node1", ("node2", OFFLINE)), False),
        ("two", kit.shown("node1", ("node2", {"pending": "true"})), False),
    ],
)
def test_result_tells_whether_node_is_expendable(ha_node, conf, monitor, expendable):
    given = {} if conf else {"conf": None}
    predicted = ha_node(backend_for(None, monitor), True, state="standby", preview=False, **given)
    assert predicted["node"]["expendable"] is expendable


def test_node_unknown_to_crm_mon_has_no_status(ha_node):
    assert ha_node(backend_for(None, kit.shown("node2")))["node"] is None


# --- parameters that cannot be combined


@pytest.mark.parametrize(
    "params, sentence",
    [
        *(
            ({"state": each, "attributes": {"a": 1}}, "attributes: can only be used with state present or online")
            for each in VERBS
        ),
        *(({"state": each, "utilization": {}}, "utilization: can only be used with") for each in VERBS),
        *(
            ({"state": each, "transient_attributes": {}}, "transient_attributes: can only be used with")
            for each in VERBS
        ),
        ({"state": "standby", "confirm": "node1"}, "confirm: can only be used with state fenced or fencing_confirmed"),
        ({"state": "removed", "addresses": ["192.0.2.1"]}, "addresses: can only be used with state added, not removed"),
        ({"state": "online", "username": "x"}, "username: can only be used with"),
        ({"state": "removed", "password": "x"}, "password: can only be used with"),
        ({"state": "standby", "enabled": True}, "enabled: can only be used with"),
        ({"state": "standby", "enabled": False}, "enabled: can only be used with"),
        *(
            ({"state": each, "rollback": True, "wait": 9}, f"rollback: cannot be combined with state: {each}")
            for each in VERBS
        ),
        ({"state": "removed", "resource": "vm"}, "resource: can only be used with"),
        ({"transient_attributes": {"standby": True}}, "transient_attributes: standby cannot be set as an attribute"),
        (
            {"transient_attributes": {"maintenance": None}},
            "transient_attributes: maintenance cannot be set as an attribute",
        ),
        (
            {"transient_attributes": {"terminate": True}},
            "transient_attributes: terminate cannot be set as an attribute; use",
        ),
        (
            {"transient_attributes": {"shutdown": 1}},
            "transient_attributes: shutdown cannot be set as an attribute; use",
        ),
        ({"transient_attributes": {"a": [1]}}, "transient_attributes: a: a value must be a string"),
        ({"name": "nod1"}, "name: the cluster has no node 'nod1'; did you mean 'node1'"),
        ({"attributes": {"standby": True}}, "attributes: standby cannot be set as an attribute"),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [False, True])
def test_invalid_parameters_are_refused(ha_node, params, sentence, check):
    backend = backend_for()
    result = ha_node(backend, check=check, **params)
    assert result["failed"] and result["msg"].startswith(sentence)
    assert (backend.text, backend.ran) == (document().xml(), [])


@pytest.mark.parametrize(
    "params, sentence",
    [
        *(({"state": each}, f"state: {each} requires a running cluster") for each in VERBS),
        ({"transient_attributes": {"a": 1}}, "transient_attributes: cannot be combined with cib_file"),
    ],
    ids=str,
)
def test_parameters_for_running_cluster_are_refused_with_cib_file(run, params, sentence):
    result = run("ha_node", name="node1", **params)
    assert result["failed"] and result["msg"].startswith(sentence)


# --- transient attributes


@pytest.mark.parametrize(
    "before, given, after",
    [
        ({}, {"rack": 7}, {"rack": "7"}),
        ({"rack": "6", "other": "1"}, {"rack": 7}, {"rack": "7", "other": "1"}),
        ({"rack": "7"}, {"rack": None}, {}),
        ({"rack": "7"}, {"up": True}, {"rack": "7", "up": "true"}),
        ({}, {"score": -1000}, {"score": "-1000"}),
    ],
    ids=str,
)
def test_transient_attributes_are_set_and_deleted(ha_node, before, given, after):
    backend = backend_for(document(**before))
    predicted = ha_node(backend, check=True, transient_attributes=given, preview=False)
    assert lasting(backend) == before and backend.ran == []
    done = ha_node(backend, transient_attributes=given, preview=False)
    assert lasting(backend) == after
    assert predicted["changed"] and done["changed"]
    assert predicted["commands"] == done["commands"] == backend.ran and len(backend.ran) == len(given)
    assert predicted["diff"] == done["diff"]
    again = ha_node(backend, transient_attributes=given)
    assert (again["changed"], again["commands"], len(backend.ran)) == (False, [], len(given))
    assert "commit" not in backend.calls


def test_negative_value_is_passed_in_one_argument(ha_node):
    backend = backend_for(document(old="1"))
    ha_node(backend, transient_attributes={"score": "-INFINITY", "old": None}, preview=False)
    beginning = ["crm_attribute", "--lifetime", "reboot", "--node", "node1", "--name"]
    assert backend.ran == [[*beginning, "score", "--update=-INFINITY"], [*beginning, "old", "--delete"]]


def test_transient_attributes_are_in_diff(ha_node):
    given = {"rack": 7, "site": None, "same": 1}
    diff = ha_node(backend_for(document(site="a", same="1")), transient_attributes=given, preview=False)["diff"]
    assert diff["before"] == "transient_attributes:\n  node1:\n    site: a\n"
    assert diff["after"] == 'transient_attributes:\n  node1:\n    rack: "7"\n'


def test_transient_attributes_are_set_after_commit(ha_node):
    backend = backend_for()
    done = ha_node(backend, transient_attributes={"rack": 7}, attributes={"site": "a"}, preview=False)
    assert [argv[0] for argv in done["commands"]] == ["cibadmin", "crm_attribute"]
    assert pairs(backend) == {"site": "a"} and lasting(backend) == {"rack": "7"}


def test_preview_includes_transient_attributes(ha_node):
    backend = backend_for(
        document(rack="6"), graphs=[kit.graph(("stop", "web", "node1"), ("start", "web", "node2")), kit.graph()]
    )
    done = ha_node(backend, check=True, transient_attributes={"rack": 7})
    assert done["impact_summary"] == "moves web from node1 to node2"
    asked = [transient.attributes(each.root, "node1") for each in backend.simulated]
    assert asked == [{"rack": "7"}, {"rack": "6"}]


def test_transient_attribute_that_interrupts_is_refused(ha_node):
    backend = backend_for(graphs=[kit.graph(("stop", "web", "node1")), kit.graph()])
    result = ha_node(backend, transient_attributes={"rack": 7}, disruption="moves")
    assert result["failed"] and "stops web on node1" in result["msg"]
    assert backend.ran == []


@pytest.mark.parametrize("check", [False, True])
def test_transient_attribute_of_offline_node_is_refused(ha_node, check):
    away = kit.shown(("node1", OFFLINE), "node2")
    backend = backend_for(kit.small(), away)
    result = ha_node(backend, check=check, transient_attributes={"rack": 7}, attributes={"site": "a"})
    assert result["failed"] and result["msg"].startswith(
        "transient_attributes: cannot be set while node1 is not online"
    )
    assert pairs(backend) == {} and backend.ran == []
    assert not ha_node(backend, transient_attributes={"rack": None})["changed"]


def test_transient_attributes_with_rollback_are_refused(ha_node):
    backend = backend_for()
    result = ha_node(backend, transient_attributes={"rack": 7}, rollback=True, wait=9)
    assert result["failed"] and result["msg"].startswith(
        "rollback: cannot be combined with a change of the transient attributes rack of node1"
    )
    assert backend.ran == []
    assert not ha_node(backend_for(document(rack="7")), transient_attributes={"rack": 7}, rollback=True, wait=9)[
        "changed"
    ]


def test_attribute_missing_in_status_is_an_error(ha_node, clock):
    backend = backend_for()
    backend.writes = False
    result = ha_node(backend, transient_attributes={"rack": 7}, preview=False)
    assert result["failed"] and result["changed"]
    assert "rack of node1 was set, but is not in the status after 30 seconds" in result["msg"]
    assert clock[0] < 40


@pytest.mark.parametrize(
    "options, changed",
    [({}, False), ({"attributes": {"site": "a"}}, True), ({"transient_attributes": {"a": 1, "b": 1}}, True)],
)
def test_failed_attribute_change_reports_changed(ha_node, options, changed):
    backend = backend_for()
    backend.fails_at = "b"
    result = ha_node(backend, **{"transient_attributes": {"b": 1}, "preview": False, **options})
    assert (result["failed"], result["changed"]) == (True, changed)
    assert result["msg"].startswith("a transient attribute of node1 cannot be changed: crm_attribute exited with 1")
    assert bool(pairs(backend) or lasting(backend)) == changed


@pytest.mark.parametrize(
    "state, before, after",
    [
        ("online", {"standby": "on", "maintenance": "true", "rack": "7"}, {"rack": "7"}),
        ("online", {"standby": "off"}, {}),
        ("standby", {"standby": "on"}, {"standby": "on"}),
        ("standby", {"maintenance": "on"}, {}),
        ("standby", {"standby": "off", "rack": "7"}, {"rack": "7"}),
        ("maintenance", {"maintenance": "false"}, {}),
        ("maintenance", {"standby": "on"}, {"standby": "on"}),
        ("present", {"standby": "on"}, {"standby": "on"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["merged", "replaced"])
def test_state_removes_conflicting_transient_attributes(ha_node, state, before, after, mode):
    backend = backend_for(document(**before))
    done = ha_node(backend, state=state, mode=mode, preview=False)
    assert lasting(backend) == after
    assert done["changed"] == (before != after or state in ("standby", "maintenance"))
    assert not ha_node(backend, state=state, mode=mode, preview=False)["changed"]


# --- waiting


def joining(*steps):
    """The successive states of node1 in crm_mon."""
    return [kit.shown(("node1", each), "node2") for each in steps]


def test_online_waits_until_node_is_online_and_clean(ha_node, clock):
    steps = ({**OFFLINE, "unclean": "true"}, OFFLINE, {"pending": "true"}, {})
    backend = backend_for(document("standby=on"), *joining(*steps))
    looks = []
    backend.commit = lambda *given: looks.append(len(backend.monitors)) or kit.Backend.commit(backend, *given)
    assert ha_node(backend, state="online", wait=60, preview=False)["changed"]
    assert looks == [1], "nothing was committed before the node was online"
    assert pairs(backend) == {} and 0 < clock[0] < 10


@pytest.mark.parametrize(
    "facts, sentence",
    [
        (OFFLINE, "node1 is not online"),
        ({"pending": "true"}, "node1 is still joining"),
        ({**OFFLINE, "unclean": "true"}, "node1 is unclean: it must be fenced"),
    ],
    ids=str,
)
def test_online_fails_if_node_does_not_join(ha_node, facts, sentence, clock):
    backend = backend_for(document("standby=on"), *joining(facts))
    late = ha_node(backend, state="online", wait=60)
    assert late["failed"] and late["msg"].startswith(sentence)
    assert late["msg"].endswith("after 60 seconds; nothing was changed")
    assert pairs(backend) == {"standby": "on"} and clock[0] >= 60
    for params in ({"check": True, "wait": 60}, {}):
        result = ha_node(backend, state="online", preview=False, **params)
        assert result["changed"] and result["said"][0].startswith(sentence)


def test_online_does_not_wait_without_running_cluster(ha_node):
    """Check mode then predicts from the stored configuration."""
    backend = backend_for(document("standby=on"), ElementTree.Element("pacemaker-result"))
    backend.read = lambda: setattr(backend, "warning", "it does not run") or kit.Backend.read(backend)
    backend.monitor = lambda: pytest.fail("crm_mon cannot be run") if backend.warning is None else backend.monitors[0]
    result = ha_node(backend, check=True, state="online", wait=60, preview=False)
    assert result["changed"] and result["said"] == ["it does not run"]


def test_standby_waits_until_node_is_drained(ha_node):
    backend = backend_for(None, kit.shown("node1", "node2", web="node2"))
    assert ha_node(backend, state="standby", wait=9, preview=False)["changed"]
    assert "wait" in backend.calls


@pytest.mark.parametrize("before", ["", "standby=on"])
def test_standby_fails_if_node_is_not_drained(ha_node, before):
    """An earlier task may have changed the configuration without waiting."""
    backend = backend_for(document(before))
    result = ha_node(backend, state="standby", wait=9, preview=False)
    assert result["failed"] and result["msg"].endswith("node1 is in standby, but still runs web")
    assert result["changed"] == (not before) and pairs(backend) == {"standby": "on"}
    assert "failed" not in ha_node(backend, state="standby", preview=False)
    assert "failed" not in ha_node(backend, check=True, state="standby", wait=9, preview=False)


def test_standby_does_not_wait_for_drained_node(ha_node):
    backend = backend_for(document("standby=on"), kit.shown("node1", "node2", web="node2"))
    assert not ha_node(backend, state="standby", wait=9)["changed"]
    assert "wait" not in backend.calls


def test_unchanged_standby_waits_for_node_still_draining(ha_node):
    backend = backend_for(document("standby=on"), BOTH, kit.shown("node1", "node2", web="node2"))
    assert not ha_node(backend, state="standby", wait=9)["changed"]
    assert "wait" in backend.calls


def test_resources_moved_by_transient_attribute_are_awaited(ha_node):
    graphs = [kit.graph(("stop", "web", "node1"), ("start", "web", "node2")), kit.graph()]
    moved = kit.shown("node1", "node2", web="node2")
    backend = backend_for(None, BOTH, moved, graphs=graphs)
    assert ha_node(backend, transient_attributes={"rack": 7}, wait=9)["changed"] and "wait" in backend.calls
    backend = backend_for(None, BOTH, kit.shown("node1", "node2", web=None), graphs=graphs)
    result = ha_node(backend, transient_attributes={"rack": 7}, wait=9)
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"] == "the requested state is configured, but web is not running"
    backend = backend_for(None, moved, graphs=graphs, idle=False)
    assert "still busy after 9 seconds" in ha_node(backend, transient_attributes={"rack": 7}, wait=9)["msg"]
