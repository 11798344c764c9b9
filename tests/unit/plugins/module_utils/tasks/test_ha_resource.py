# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Complete runs of ha_resource: on a file, and on a simulated cluster."""

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils import cib_task
from ansible_collections.hacluster.pcs.plugins.module_utils import run as module
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import cluster
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.resources import moves

DUMMY = "ocf:pacemaker:Dummy"
COMMIT = list(cluster.COMMIT)
IMAGE = {"type": "podman", "image": "x"}

# --- states that are part of the configuration, on a file


@pytest.mark.parametrize(
    "params, element_id, read",
    [
        ({"id": "new", "agent": DUMMY, "params": {"fake": 5}}, "new", {"params": {"fake": "5"}}),
        ({"id": "t", "agent": DUMMY, "as_template": True}, "t", {"agent": DUMMY}),
        ({"id": "new", "agent": DUMMY, "clone": {}}, "new-clone", {"member": "new"}),
        (
            {"id": "new", "agent": DUMMY, "group": {"id": "site", "after": "ip"}},
            "site",
            {"members": ["ip", "new", "web"]},
        ),
        ({"id": "c", "member": "site", "promotable": True}, "c", {"member": "site", "promotable": True}),
        ({"id": "b", "container": IMAGE}, "b", {"container": IMAGE}),
        (
            {"id": "b", "container": IMAGE, "network": {"control-port": 1}, "member": "alone"},
            "b",
            {"container": IMAGE, "network": {"control-port": "1"}, "member": "alone"},
        ),
        ({"id": "b", "container": IMAGE, "ports": [{"range": "1-2"}]}, "b", {"container": IMAGE}),
        ({"id": "alone", "state": "stopped"}, "alone", {"meta": {"target-role": "Stopped"}}),
        ({"id": "new", "agent": DUMMY, "state": "stopped"}, "new", {"meta": {"target-role": "Stopped"}}),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["merged", "replaced"])
def test_resource_is_predicted_applied_and_idempotent(run, params, element_id, read, mode):
    predicted = run("ha_resource", check=True, mode=mode, **params)
    assert predicted["cib"].xml() == kit.cib().xml()
    done = run("ha_resource", mode=mode, **params)
    assert read.items() <= kit.read(done["cib"], element_id).items()
    assert (predicted["changed"], predicted["diff"]) == (True, done["diff"])
    assert not run("ha_resource", mode=mode, **params)["changed"]


@pytest.mark.parametrize(
    "params, gone, kept",
    [
        ({"id": "site"}, ["site", "ip", "web"], []),
        ({"id": "site", "keep_members": True, "force": True}, ["site"], ["ip", "web"]),
        ({"id": "second-clone"}, ["second-clone", "second", "g2a"], []),
        ({"id": "second-clone", "keep_members": True}, ["second-clone"], ["second", "g2a"]),
        ({"id": "second", "keep_members": True}, ["second-clone", "second"], ["g2a"]),
        ({"id": "alone"}, ["alone", "order-site-alone-mandatory"], ["other"]),
    ],
    ids=str,
)
def test_absent_removes_resource(run, params, gone, kept):
    done = run("ha_resource", state="absent", **params)
    assert [each for each in (*gone, *kept) if done["cib"].find(each) is not None] == kept
    assert not run("ha_resource", state="absent", **params)["changed"]


def test_absent_removes_template(run):
    run("ha_resource", id="t", agent=DUMMY, as_template=True)
    assert run("ha_resource", id="t", agent=DUMMY, as_template=True, state="absent")["cib"].find("t") is None


def test_stopped_resource_is_unchanged(run):
    stopped = (
        '<meta_attributes id="m"><nvpair id="m1" name="target-role" value="stopped"/></meta_attributes></primitive>'
    )
    before = kit.fixture("cib").replace("</primitive>", f'<meta_attributes id="n"/>{stopped}', 1)
    run.path.write_text(before, encoding="utf-8")
    assert not run("ha_resource", id="alone", state="stopped")["changed"]
    assert run.path.read_text(encoding="utf-8") == before


def test_stopped_and_started_set_target_role(run):
    assert run("ha_resource", id="site", state="stopped")["changed"]
    assert not run("ha_resource", id="site", state="stopped")["changed"]
    done = run("ha_resource", id="site", state="started")
    assert "meta" not in kit.read(done["cib"], "site")
    assert not run("ha_resource", id="site", state="started")["changed"]


def test_started_warns_about_stopped_container(run, monkeypatch):
    said = []
    monkeypatch.setattr(module.HaModule, "warn", lambda self, sentence: said.append(sentence))
    run("ha_resource", id="site", state="stopped")
    assert said == []
    assert not run("ha_resource", id="web", state="started")["changed"]
    assert said == ["web cannot run as long as site, which contains it, is stopped"]


def test_moved_banned_and_cleared_write_constraints(run):
    def constraints(done):
        return [each.get("id") for each in done["cib"].section("constraints") if "cli-" in each.get("id")]

    done = run("ha_resource", id="web", state="banned", node="node2")
    assert constraints(done) == ["cli-ban-web-on-node2"]
    done = run("ha_resource", id="web", state="moved", node="node1", keep_constraint=True)
    assert constraints(done) == ["cli-ban-web-on-node2", "cli-prefer-web"]
    assert not run("ha_resource", id="web", state="banned", node="node2")["changed"]
    assert not run("ha_resource", id="web", state="moved", node="node1", keep_constraint=True)["changed"]
    assert constraints(run("ha_resource", id="web", state="cleared", node="node2")) == ["cli-prefer-web"]
    assert constraints(run("ha_resource", id="web", state="cleared")) == []
    assert not run("ha_resource", id="web", state="cleared")["changed"]


@pytest.mark.parametrize("lifetime", ["1h", "PT1H", "3600"])
def test_lifetime_keeps_constraint(run, lifetime):
    done = run("ha_resource", id="web", state="moved", node="node1", lifetime=lifetime)
    assert done["cib"].find("cli-prefer-lifetime-end-web") is not None
    assert not run("ha_resource", id="web", state="moved", node="node1", lifetime=lifetime)["changed"]


@pytest.mark.parametrize("each, named", [("state", "state-clone"), ("g2a", "second-clone"), ("second", "second-clone")])
def test_constraint_names_surrounding_clone(run, each, named):
    done = run("ha_resource", id=each, state="banned", node="node1")
    assert done["cib"].find(f"cli-ban-{named}-on-node1").get("rsc") == named


# --- invalid parameters are refused, and the file is not changed

MISSING = "agent: to create a resource, give this or one of template, members, container, member"


@pytest.mark.parametrize(
    "params, sentence",
    [
        # kinds
        ({}, MISSING),
        ({"params": {"fake": 1}}, MISSING),
        ({"group": {"id": "site"}}, MISSING),
        ({"agent": "Dummy"}, "agent: 'Dummy' is not the full name"),
        ({"template": "nobody"}, "template: there is no template 'nobody'"),
        ({"members": []}, "members: must not be empty"),
        ({"members": ["wbe"]}, "members: there is no primitive 'wbe'; did you mean 'web'?"),
        ({"member": "nobody"}, "member: there is no primitive or group 'nobody'"),
        ({"container": {"type": "podman"}}, "container.image: is required"),
        ({"container": {"image": "x"}}, "container.type: is required"),
        ({"as_template": True, "members": ["web"]}, "as_template: cannot be combined with "),
        ({"as_template": True, "agent": DUMMY, "state": "started"}, "as_template: cannot be combined with "),
        ({"id": "fence-node1", "agent": DUMMY}, "id: 'fence-node1' is already the id of a fence device"),
        ({"id": "a b", "agent": DUMMY}, "id: 'a b' is not a valid id"),
        ({"id": "web", "agent": "systemd:a"}, "agent: 'web' already exists with the agent ocf:pacemaker:Dummy"),
        # options of other kinds
        ({"agent": DUMMY, "promotable": True}, "promotable: is not an option of a resource"),
        ({"agent": DUMMY, "network": {}}, "network: is not an option of a resource"),
        ({"agent": DUMMY, "ports": []}, "ports: is not an option of a resource"),
        ({"agent": DUMMY, "storage": []}, "storage: is not an option of a resource"),
        ({"agent": DUMMY, "as_template": True, "clone": {}}, "clone: is not an option of a template"),
        ({"agent": DUMMY, "as_template": True, "group": {"id": "g"}}, "group: is not an option of a template"),
        ({"agent": DUMMY, "as_template": True, "bundle": "b"}, "bundle: is not an option of a template"),
        ({"members": ["web"], "params": {}}, "params: is not an option of a group"),
        ({"members": ["web"], "operations": []}, "operations: is not an option of a group"),
        ({"members": ["web"], "utilization": {}}, "utilization: is not an option of a group"),
        ({"members": ["web"], "clone": {}}, "clone: is not an option of a group"),
        ({"member": "web", "group": {"id": "g"}}, "group: is not an option of a clone"),
        ({"member": "web", "default_operations": False}, "default_operations: is not an option of a clone"),
        ({"container": IMAGE, "promotable": False}, "promotable: is not an option of a bundle"),
        ({"container": IMAGE, "bundle": "b"}, "bundle: is not an option of a bundle"),
        # values
        ({"agent": DUMMY, "params": "fake=1"}, "params: must be a mapping or a list, not a string"),
        ({"agent": DUMMY, "params": {"fake": [1]}}, "params: fake: a value must be"),
        ({"agent": DUMMY, "meta": "a=1"}, "meta: must be a mapping or a list"),
        ({"agent": DUMMY, "meta": [{"vals": {}}]}, "meta[0]: unknown key 'vals'"),
        ({"agent": DUMMY, "utilization": {"memory": "much"}}, "utilization: memory must be a whole number"),
        ({"agent": DUMMY, "operations": [{"interval": 1}]}, "operations[0].name: is required"),
        (
            {"agent": DUMMY, "operations": [{"name": "a", "timeout": "x"}]},
            "operations[0].timeout: 'x' is not a valid time",
        ),
        ({"agent": DUMMY, "operations": ["monitor"]}, "operations"),
        ({"agent": DUMMY, "default_operations": "perhaps"}, "default_operations"),
        ({"agent": DUMMY, "group": {}}, "group"),
        ({"agent": DUMMY, "group": {"id": "site", "before": "web", "after": "ip"}}, "before"),
        ({"agent": DUMMY, "group": {"id": "site", "at": "web"}}, "at"),
        ({"agent": DUMMY, "group": {"id": "site", "after": "alone"}}, "group.after: 'alone' is not another member"),
        (
            {"agent": DUMMY, "group": {"id": "site"}, "clone": {}},
            "clone: cannot be combined with group",
        ),
        ({"agent": DUMMY, "clone": {"promotable": "perhaps"}}, "promotable"),
        ({"agent": DUMMY, "clone": {"meta": "a=1"}}, "clone.meta: must be a mapping or a list"),
        ({"agent": DUMMY, "bundle": "nobody"}, "bundle: there is no bundle 'nobody'"),
        ({"container": IMAGE, "network": {"control-port": 0}}, "network.control-port: must be from 1 to 65535"),
        ({"container": IMAGE, "ports": [{}]}, "ports[0]: exactly one of port and range is required"),
        ({"container": IMAGE, "storage": [{}]}, "storage[0]"),
        ({"container": IMAGE, "member": "alone"}, "member: the cluster cannot reach 'alone'"),
        # states
        ({"state": "gone"}, "value of state must be one of: present, absent, started"),
        ({"state": "started"}, "id: there is no resource 'new'"),
        ({"id": "wbe", "state": "stopped"}, "id: there is no resource 'wbe'; did you mean 'web'?"),
        ({"state": "cleared"}, "id: there is no resource 'new'"),
        ({"state": "banned", "node": "node1"}, "id: there is no resource 'new'"),
        ({"id": "fence-node1", "state": "stopped"}, "id: 'fence-node1' is a fence device, which ha_resource does"),
        ({"id": "t1", "state": "absent"}, "id: 't1' is a tag, which ha_resource does not manage"),
        (
            {"id": "location-site-node1-100", "state": "absent"},
            "id: 'location-site-node1-100' is a location constraint",
        ),
        ({"id": "web", "state": "banned"}, "node: is required with state: banned"),
        ({"id": "web", "state": "moved"}, "node: is required with state: moved"),
        ({"id": "web", "state": "banned", "node": "nod1"}, "node: the cluster has no node 'nod1'"),
        ({"id": "web", "state": "cleared", "node": "nod1"}, "node: the cluster has no node 'nod1'"),
        ({"id": "web", "state": "moved", "node": "node1"}, "state: moved requires a running cluster"),
        ({"id": "web", "state": "restarted"}, "state: restarted requires a running cluster"),
        ({"id": "web", "state": "cleaned"}, "state: cleaned requires a running cluster"),
        ({"id": "web", "state": "refreshed"}, "state: refreshed requires a running cluster"),
        (
            {"id": "web", "state": "moved", "node": "node1", "lifetime": "long"},
            "lifetime: 'long' is not a valid duration",
        ),
        ({"id": "web", "state": "moved", "node": "node1", "lifetime": "0"}, "lifetime: '0' is not a valid duration"),
        (
            {"id": "web", "state": "banned", "node": "node1", "role": "Started"},
            "value of role must be one of: Promoted",
        ),
        (
            {"id": "web", "state": "started", "meta": {"target-role": "Stopped"}, "agent": DUMMY},
            "meta: target-role cannot be combined with state",
        ),
        (
            {"id": "web", "state": "stopped", "meta": {"target-role": None}, "agent": DUMMY},
            "meta: target-role cannot be combined with state",
        ),
        (
            {"id": "web", "state": "started", "meta": [{"values": {"target-role": "Stopped"}}], "agent": DUMMY},
            "meta: target-role cannot be combined with state",
        ),
        (
            {"id": "site", "state": "absent", "keep_members": True},
            "keep_members: these references to 'site' would be removed",
        ),
        ({"id": "x", "agent": DUMMY, "cib_file": "/no/such"}, "cib_file: /no/such does not exist"),
    ],
    ids=str,
)
def test_invalid_parameters_are_refused_without_change(run, params, sentence):
    before = run.path.read_bytes()
    result = run("ha_resource", **{"id": "new", **params})
    assert result["failed"]
    assert sentence in result["msg"]
    assert "Traceback" not in str(result)
    assert run.path.read_bytes() == before
    assert [each.name for each in run.path.parent.iterdir()] == [run.path.name]


STATES = ("present", "absent", "started", "stopped", "moved", "banned", "cleared", "restarted", "cleaned", "refreshed")
ONLY_WITH = {
    "node": ("node1", STATES[4:]),
    "role": ("Promoted", ("moved", "banned")),
    "lifetime": ("1h", ("moved", "banned")),
    "keep_constraint": (True, ("moved",)),
    "keep_members": (True, ("absent",)),
}


@pytest.mark.parametrize(
    "key, value, state",
    [(key, value, state) for key, (value, states) in ONLY_WITH.items() for state in STATES if state not in states],
)
def test_parameter_not_valid_for_state_is_refused(run, key, value, state):
    before = run.path.read_bytes()
    result = run("ha_resource", id="web", state=state, **{key: value})
    assert result["failed"]
    assert result["msg"].startswith(f"{key}: can only be used with state {ONLY_WITH[key][1][0]}")
    assert run.path.read_bytes() == before


DESCRIPTIONS = {
    "agent": DUMMY,
    "template": "t",
    "members": ["ip", "web"],
    "member": "web",
    "container": IMAGE,
    "params": {"fake": "new"},
    "meta": {"priority": 5},
    "operations": [{"name": "monitor"}],
    "utilization": {"memory": 5},
    "description": "text",
    "group": {"id": "site"},
    "clone": {},
    "bundle": "b",
    "promotable": True,
    "network": {"control-port": 1},
    "ports": [{"port": 1}],
    "storage": [{"source-dir": "/a", "target-dir": "/b"}],
}


@pytest.mark.parametrize(
    "state, key",
    [("stopped", key) for key in DESCRIPTIONS if key not in ("agent", "template", "members", "member", "container")]
    + [("started", "params")],
)
def test_description_without_kind_is_refused(run, state, key):
    """Without the kind of the resource, the other parameters would be ignored."""
    result = run("ha_resource", id="web", state=state, **{key: DESCRIPTIONS[key]})
    assert result.get("failed")
    assert result["msg"].startswith(f"{key}: ")


# --- verbs, on a simulated cluster

NOTHING = "<transition_graph/>"


def graph(operation, node, primitive="alone"):
    """A transition graph of one operation on a node."""
    inside = f"<rsc_op operation='{operation}' on_node='{node}'><primitive id='{primitive}'/></rsc_op>"
    return f"<transition_graph><synapse><action_set>{inside}</action_set></synapse></transition_graph>"


ARRIVES = graph("start", "node2")
PROMOTES = graph("promote", "node2", "state")


def monitor(node="node1", resource_id="alone", failure="", history="", **facts):
    """crm_mon's XML in which one resource runs on a node, or nowhere."""
    facts = {"managed": "true", "failed": "false", "role": "Started" if node else "Stopped", **facts}
    said = " ".join(f"{name}='{value}'" for name, value in facts.items())
    inside = f"<node name='{node}'/>" if node else ""
    active = "true" if node else "false"
    return ElementTree.fromstring(
        f"<r><resources><resource id='{resource_id}' active='{active}' {said}>{inside}</resource></resources>"
        f"<node_history>{history}</node_history><failures>{failure}</failures></r>"
    )


FAILURE = "<failure op_key='alone_start_0' node='node1' task='start' exitstatus='error' exitreason='no disk'/>"
COUNT = "<node name='node2'><resource_history id='alone' fail-count='3'/></node>"


@pytest.fixture
def bring(monkeypatch, capsys, logged):
    """Run ha_resource on a kit.Backend and return its result."""

    def bring(backend, check=False, **params):
        monkeypatch.setattr(cib_task, "backend_of", lambda *_given: backend)
        return kit.run_module("ha_resource", capsys, check=check, **{"id": "alone", "preview": False, **params})

    return bring


def constraints(backend):
    return [each.get("id") for each in backend.read().section("constraints") if each.get("id").startswith("cli-")]


def move(backend, bring, **params):
    return bring(backend, state="moved", node="node2", **params)


def test_cleaned_without_failures_runs_nothing(bring):
    backend = kit.Backend(kit.cib(), monitors=[monitor()])
    result = bring(backend, state="cleaned")
    assert (result["changed"], result["commands"], backend.ran) == (False, [], [])


@pytest.mark.parametrize(
    "found, node, options, gone",
    [
        ({"failure": FAILURE}, None, [], "- alone: start on node1\n"),
        ({"history": COUNT}, None, [], "- alone: fail count of node2\n"),
        ({"failure": FAILURE, "history": COUNT}, "node1", ["node=node1"], "- alone: start on node1\n"),
        ({"failure": FAILURE, "history": COUNT}, "node2", ["node=node2"], "- alone: fail count of node2\n"),
    ],
    ids=str,
)
def test_cleaned_removes_failures(bring, found, node, options, gone):
    backend, limited = kit.Backend(kit.cib(), monitors=[monitor(**found)]), {"node": node} if node else {}
    result = bring(backend, state="cleaned", **limited)
    assert (result["changed"], result["diff"]) == (True, {"before": gone, "after": ""})
    assert backend.ran == result["commands"] == [["pcs", "resource", "cleanup", "alone", *options]]


@pytest.mark.parametrize(
    "found",
    [
        {"failure": FAILURE.replace("alone", "other")},
        {"failure": FAILURE.replace("alone", "alone_too")},
        {"history": COUNT.replace("'3'", "'0'")},
        {"history": COUNT.replace("alone", "other")},
    ],
    ids=str,
)
def test_cleaned_ignores_failures_of_other_resources(bring, found):
    backend = kit.Backend(kit.cib(), monitors=[monitor(**found)])
    assert not bring(backend, state="cleaned")["changed"]
    assert backend.ran == []


def test_cleaned_on_node_without_failures_runs_nothing(bring):
    backend = kit.Backend(kit.cib(), monitors=[monitor(failure=FAILURE)])
    assert not bring(backend, state="cleaned", node="node2")["changed"]
    assert backend.ran == []


def test_cleaned_clone_includes_failures_of_member(bring):
    failed = ElementTree.fromstring(PROMOTED.format("Unpromoted", "Unpromoted"))
    failed.append(ElementTree.fromstring(f"<failures>{FAILURE.replace('alone', 'state:0')}</failures>"))
    backend = kit.Backend(kit.cib(), monitors=[failed])
    assert bring(backend, id="state-clone", state="cleaned")["diff"]["before"] == "- state: start on node1\n"


@pytest.mark.parametrize(
    "state, params, command",
    [
        ("refreshed", {}, ["refresh", "alone"]),
        ("refreshed", {"node": "node1"}, ["refresh", "alone", "node=node1"]),
        ("restarted", {}, ["restart", "alone", "--wait=120"]),
        ("restarted", {"node": "node1", "wait": 9}, ["restart", "alone", "node1", "--wait=9"]),
    ],
    ids=str,
)
def test_restarted_and_refreshed_run_every_time(bring, state, params, command):
    for _time in range(2):
        backend = kit.Backend(kit.cib(), monitors=[monitor()])
        result = bring(backend, state=state, **params)
        assert (result["changed"], backend.ran) == (True, [["pcs", "resource", *command]])


@pytest.mark.parametrize("state", ["restarted", "refreshed", "cleaned"])
def test_verbs_in_check_mode_run_nothing(bring, state):
    backend = kit.Backend(kit.cib(), monitors=[monitor(failure=FAILURE)])
    result = bring(backend, check=True, state=state)
    assert (result["changed"], len(result["commands"]), backend.ran) == (True, 1, [])


@pytest.mark.parametrize("state", ["restarted", "refreshed", "cleaned"])
def test_trouble_after_verb_is_an_error(bring, state):
    broken = monitor(failure=FAILURE, failed="true")
    result = bring(kit.Backend(kit.cib(), monitors=[broken]), state=state, wait=9)
    assert result["failed"]
    assert "alone has failed: start on node1 ended with 'error' (no disk)" in result["msg"]
    assert result["changed"]


@pytest.mark.parametrize(
    "params", [{"state": "restarted"}, {"state": "moved", "node": "node2"}], ids=["restarted", "moved"]
)
@pytest.mark.parametrize(
    "found, sentence",
    [
        (monitor(node=None), "alone is not running, so it cannot be"),
        (monitor(resource_id="other"), "alone is not running, so it cannot be"),
        (monitor(managed="false"), "alone is currently not managed by the cluster"),
    ],
    ids=["stopped", "unknown", "unmanaged"],
)
def test_verb_for_stopped_or_unmanaged_resource_is_refused(bring, params, found, sentence):
    backend = kit.Backend(kit.cib(), monitors=[found])
    result = bring(backend, **params)
    assert (result["failed"], backend.ran, backend.text) == (True, [], kit.cib().xml())
    assert result["msg"].startswith(sentence)


@pytest.mark.parametrize("state", ["restarted", "refreshed", "cleaned", "started", "stopped", "cleared"])
def test_verb_for_unknown_resource_is_refused(bring, state):
    backend = kit.Backend(kit.cib(), monitors=[monitor()])
    result = bring(backend, id="aloen", state=state)
    assert (result["failed"], backend.ran) == (True, [])
    assert result["msg"] == "id: there is no resource 'aloen'; did you mean 'alone'?"


@pytest.mark.parametrize(
    "state, key",
    [("cleared", key) for key in DESCRIPTIONS] + [(state, "params") for state in STATES[4:] if state != "cleared"],
)
def test_verb_with_description_is_refused(bring, state, key):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1")], graphs=[ARRIVES, NOTHING])
    node = {"node": "node1"} if state in ("moved", "banned") else {}
    result = bring(backend, state=state, **node, **{key: DESCRIPTIONS[key]})
    assert (result.get("failed"), backend.ran, backend.text) == (True, [], kit.cib().xml())
    assert result["msg"].startswith(f"{key}: ")


# --- moves


def test_move_leaves_no_constraint(bring):
    texts = []
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1"), monitor("node2")], graphs=[ARRIVES, NOTHING])
    backend.wait = lambda seconds: texts.append((seconds, constraints(backend))) or True
    result = move(backend, bring)
    assert texts == [(120, ["cli-prefer-alone"])]
    assert (result["changed"], result["commands"], constraints(backend)) == (True, [COMMIT, COMMIT], [])
    assert result["diff"] == {"before": "nodes:\n- node1\n", "after": "nodes:\n- node2\n"}
    assert result["resource"]["nodes"] == ["node2"]
    assert kit.read(backend.read(), "alone") == kit.read(kit.cib(), "alone")


def test_move_waits_for_given_time(bring):
    seconds = []
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1"), monitor("node2")], graphs=[ARRIVES, NOTHING])
    backend.wait = lambda each: seconds.append(each) or True
    move(backend, bring, wait=9)
    assert seconds == [9]


def test_move_to_current_node_changes_nothing(bring):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node2")])
    result = move(backend, bring)
    assert (result["changed"], result["commands"], backend.text) == (False, [], kit.cib().xml())


def test_move_is_predicted_in_check_mode(bring):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1")], graphs=[ARRIVES, NOTHING])
    result = move(backend, bring, check=True)
    assert (result["changed"], result["commands"], backend.text) == (True, [COMMIT, COMMIT], kit.cib().xml())
    assert result["diff"] == {"before": "nodes:\n- node1\n", "after": "nodes:\n- node2\n"}


@pytest.mark.parametrize("operation", ["stop", "migrate_to"])
@pytest.mark.parametrize("primitive", ["alone", "alone:0"])
def test_move_that_would_be_reversed_is_refused(bring, operation, primitive):
    """The instances of a globally unique clone have numbers."""
    backend = kit.Backend(
        kit.cib(), monitors=[monitor("node1")], graphs=[ARRIVES, graph(operation, "node2", primitive)]
    )
    result = move(backend, bring)
    assert (result.get("failed"), backend.text) == (True, kit.cib().xml())
    assert result["msg"].startswith("alone would move away from node2 again as soon as the constraint is removed")
    with_constraint, without = backend.simulated
    assert with_constraint.find("cli-prefer-alone").get("node") == "node2"
    assert without.find("cli-prefer-alone") is None


@pytest.mark.parametrize(
    "first",
    [NOTHING, graph("start", "node1"), graph("start", "node2", "other"), graph("monitor", "node2")],
    ids=["nothing", "another node", "another resource", "another operation"],
)
def test_move_that_scheduler_would_not_make_is_refused(bring, first):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1")], graphs=[first, NOTHING])
    result = move(backend, bring)
    assert (result.get("failed"), backend.text) == (True, kit.cib().xml())
    assert result["msg"].startswith("the cluster would not move alone to node2")


@pytest.mark.parametrize("first", [ARRIVES, graph("migrate_from", "node2")], ids=["start", "migrate"])
@pytest.mark.parametrize(
    "second",
    [graph("stop", "node1"), graph("stop", "node2", "other"), graph("monitor", "node2"), graph("demote", "node2")],
    ids=["another node", "another resource", "another operation", "not asked for a role"],
)
def test_move_that_lasts_is_accepted(bring, first, second):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1"), monitor("node2")], graphs=[first, second])
    assert move(backend, bring)["changed"]


@pytest.mark.parametrize(
    "idle, found, reason",
    [
        (True, monitor("node1"), "the cluster does not place it there"),
        (False, monitor("node1"), "the cluster was still busy"),
        (True, monitor(None, failure=FAILURE, failed="true"), "alone has failed: start on node1 ended with 'error'"),
    ],
    ids=["not moved", "busy", "failed"],
)
def test_failed_move_leaves_no_constraint(bring, idle, found, reason):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1"), found], idle=idle, graphs=[ARRIVES, NOTHING])
    result = move(backend, bring)
    assert (result["failed"], result["changed"], constraints(backend)) == (True, True, [])
    assert result["msg"].startswith(f"alone did not move to node2: {reason}")
    assert backend.calls.count("commit") == 2


@pytest.mark.parametrize("call", ["wait", "monitor"])
def test_interrupted_move_leaves_no_constraint(bring, call):
    """A command can fail after the constraint was created."""
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1"), monitor("node2")], graphs=[ARRIVES, NOTHING])
    usual = getattr(backend, call)

    def fail(*args):
        if constraints(backend):
            raise HaError("the connection is lost")
        return usual(*args)

    setattr(backend, call, fail)
    result = move(backend, bring)
    assert (result["failed"], constraints(backend)) == (True, [])
    assert "the connection is lost" in result["msg"]


@pytest.mark.parametrize(
    "write, node, element_id",
    [(moves.prefer, "node1", "cli-prefer-alone"), (moves.ban, "node2", "cli-ban-alone-on-node2")],
    ids=["move", "ban"],
)
def test_move_is_refused_if_earlier_constraint_applies(bring, write, node, element_id):
    cib = kit.cib()
    write(cib, "alone", node)
    backend = kit.Backend(cib, monitors=[monitor("node1")], graphs=[ARRIVES, NOTHING])
    result = move(backend, bring)
    assert (result.get("failed"), backend.text) == (True, cib.xml())
    assert result["msg"].startswith(f"{element_id} of an earlier move or ban still applies")


def test_move_keeps_bans_from_other_nodes(bring):
    cib = kit.cib()
    moves.ban(cib, "alone", "node1")
    backend = kit.Backend(cib, monitors=[monitor("node1"), monitor("node2")], graphs=[ARRIVES, NOTHING])
    assert move(backend, bring)["changed"]
    assert constraints(backend) == ["cli-ban-alone-on-node1"]


@pytest.mark.parametrize("options", [{"keep_constraint": True}, {"lifetime": "1h"}], ids=str)
def test_move_with_kept_constraint(bring, options):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1")])
    assert move(backend, bring, **options)["changed"]
    assert constraints(backend) == ["cli-prefer-alone"]
    assert "simulate" not in backend.calls
    assert not move(backend, bring, **options)["changed"]


PROMOTED = (
    "<r><resources><clone id='state-clone'><resource id='state' role='{}' active='true' managed='true'><node name='node1'/>"
    "</resource><resource id='state' role='{}' active='true' managed='true'><node name='node2'/></resource></clone>"
    "</resources></r>"
)


@pytest.mark.parametrize(
    "roles, is_on_node",
    [(("Unpromoted", "Promoted"), True), (("Slave", "Master"), True), (("Promoted", "Unpromoted"), False)],
    ids=str,
)
def test_move_of_role_depends_on_promoted_instance(bring, roles, is_on_node):
    before = ElementTree.fromstring(PROMOTED.format(*roles))
    after = ElementTree.fromstring(PROMOTED.format("Unpromoted", "Promoted"))
    backend = kit.Backend(kit.cib(), monitors=[before, after], graphs=[PROMOTES, NOTHING])
    result = move(backend, bring, id="state", role="Promoted")
    assert result["changed"] == (not is_on_node)
    if not is_on_node:
        assert backend.simulated[0].find("cli-prefer-state-clone").get("role") == "Promoted"


def test_constraint_is_kept_if_instance_would_be_demoted(bring):
    """The agent sets the promotion score of an instance only after it has been promoted."""
    before = ElementTree.fromstring(PROMOTED.format("Promoted", "Unpromoted"))
    after = ElementTree.fromstring(PROMOTED.format("Unpromoted", "Promoted"))
    backend = kit.Backend(kit.cib(), monitors=[before, after], graphs=[PROMOTES, graph("demote", "node2", "state")])
    result = move(backend, bring, id="state-clone", role="Promoted")
    assert (result["failed"], result["changed"], constraints(backend)) == (True, True, ["cli-prefer-state-clone"])
    assert result["msg"].startswith(
        "state-clone is promoted on node2, but would not stay promoted there without the constraint"
        " cli-prefer-state-clone"
    )


def test_role_of_resource_not_promotable_is_refused(bring):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1")], graphs=[ARRIVES, NOTHING])
    result = move(backend, bring, role="Promoted")
    assert (result.get("failed"), backend.text) == (True, kit.cib().xml())
    assert result["msg"].startswith("role: 'alone' is not a promotable clone")


def test_move_of_clone_already_on_node_changes_nothing(bring):
    both = ElementTree.fromstring(PROMOTED.format("Unpromoted", "Unpromoted"))
    assert not move(kit.Backend(kit.cib(), monitors=[both]), bring, id="state-clone")["changed"]


# --- the status in the result


def test_result_contains_resource_status(bring):
    backend = kit.Backend(kit.cib(), monitors=[monitor("node1")])
    assert bring(backend, state="cleared")["resource"] == {
        "id": "alone",
        "status": "started",
        "role": "Started",
        "nodes": ["node1"],
        "managed": True,
        "instances": [
            {"id": "alone", "node": "node1", "role": "Started", "managed": True, "failed": False, "blocked": False}
        ],
    }
    assert bring(backend, id="alone", state="absent", force=True, check=True)["resource"]["id"] == "alone"
    backend.monitors = [monitor(resource_id="other")]
    assert bring(backend, state="absent")["resource"] is None


def test_result_on_cib_file_has_no_status(run):
    assert "resource" not in run("ha_resource", id="web", state="cleared")
