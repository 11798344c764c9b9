# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils import transaction
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import cluster
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import wanted_document

COMMIT = list(cluster.COMMIT)
STATUS, CONFIGURATION = kit.raised("num_updates"), kit.raised("epoch")


def prefer(score=5):
    return kit.want("constraints", resource="alone", node="node1", score=score)


def absent(resource="web"):
    return kit.want("resources", "absent", id=resource)


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """Record pauses instead of waiting."""
    noted = []
    monkeypatch.setattr(transaction.time, "sleep", noted.append)
    return noted


def monitor(*running):
    """crm_mon's XML in which these resources run."""
    resources = "".join(f'<resource id="{each}" role="Started" active="true" failed="false"/>' for each in running)
    return ElementTree.fromstring(f"<pacemaker-result><resources>{resources}</resources></pacemaker-result>")


# --- commit


def test_change_is_committed_once(cib):
    backend = kit.Backend(cib)
    result = kit.apply(backend, prefer())
    assert backend.calls == ["read", "read_version", "commit", "read"]
    assert backend.read().find("location-alone-node1-5") is not None
    assert (result["changed"], result["commands"]) == (True, [COMMIT])
    assert "location-alone-node1-5" in result["diff"]["after"]


def test_unchanged_configuration_is_read_once(cib):
    backend = kit.Backend(cib)
    result = kit.apply(backend, kit.want("properties", **{"no-quorum-policy": "stop"}), wait=60)
    assert backend.calls == ["read"]
    assert result == {"changed": False, "diff": {"before": "", "after": ""}, "commands": [], "warnings": []}


def test_check_mode_predicts_and_commits_nothing(cib):
    backend, other = kit.Backend(cib), kit.Backend(cib)
    assert kit.apply(backend, prefer(), check=True, wait=60) == kit.apply(other, prefer())
    assert backend.calls == ["read"]
    assert backend.text == cib.xml()


def test_commit_is_repeated_at_once_if_only_status_changed(cib, pauses):
    backend = kit.Backend(cib, refusals=[STATUS] * 3)
    assert kit.apply(backend, prefer())["changed"]
    assert backend.calls == ["read"] + ["read_version", "commit"] * 4 + ["read"]
    assert pauses == []


def test_change_is_planned_again_if_configuration_changed(cib, pauses):
    def other(root):
        CONFIGURATION(root)
        root.find("configuration/constraints").clear()

    backend = kit.Backend(cib, refusals=[other, CONFIGURATION])
    kit.apply(backend, prefer())
    assert backend.calls.count("read") == 4
    assert len(pauses) == 2
    assert [each.get("id") for each in backend.read().section("constraints")] == ["location-alone-node1-5"]


def test_change_made_by_other_writer_is_not_committed(cib):
    def same(root):
        CONFIGURATION(root)
        attributes = {"id": "theirs", "rsc": "alone", "node": "node1", "score": "5"}
        ElementTree.SubElement(root.find("configuration/constraints"), "rsc_location", attributes)

    backend = kit.Backend(cib, refusals=[same])
    result = kit.apply(backend, prefer())
    assert backend.calls.count("commit") == 1
    assert (result["changed"], result["commands"]) == (False, [])
    assert result["diff"] == {"before": "", "after": ""}


@pytest.mark.parametrize("moves", [STATUS, CONFIGURATION], ids=["status", "configuration"])
def test_commit_gives_up_after_timeout(cib, monkeypatch, moves):
    now = iter(range(1000))
    monkeypatch.setattr(transaction.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(transaction, "PATIENCE", 30)
    backend = kit.Backend(cib, refusals=[moves] * 500)
    with pytest.raises(
        HaError,
        match="other writers kept changing the configuration for 30 seconds, the last of them root with cibadmin on node1; this change was not committed",
    ):
        kit.apply(backend, prefer())
    assert 5 < backend.calls.count("commit") < 40


def test_pauses_between_commits_grow_up_to_limit(cib, pauses):
    kit.apply(kit.Backend(cib, refusals=[CONFIGURATION] * 12), prefer())
    assert pauses[0] <= 1.5 * transaction.FIRST_PAUSE
    assert transaction.LONGEST_PAUSE / 2 <= pauses[-1] <= 1.5 * transaction.LONGEST_PAUSE


# --- quorum


def without_quorum():
    return kit.Cib(kit.fixture("cib").replace('have-quorum="1"', 'have-quorum="0"'))


@pytest.mark.parametrize("check", [False, True])
def test_change_without_quorum_is_refused(check):
    backend = kit.Backend(without_quorum())
    with pytest.raises(HaError, match="has no quorum"):
        kit.apply(backend, prefer(), check=check)
    assert "commit" not in backend.calls


def test_change_without_quorum_can_be_allowed():
    assert kit.apply(kit.Backend(without_quorum()), prefer(), allow_no_quorum=True)["changed"]


def test_change_without_quorum_is_refused_in_check_mode():
    with pytest.raises(HaError, match="has no quorum"):
        kit.apply(kit.Backend(without_quorum()), prefer(), check=True)


def test_running_resource_is_not_stopped_without_quorum():
    backend = kit.Backend(without_quorum(), monitors=[monitor("web")])
    with pytest.raises(HaError, match="has no quorum"):
        kit.apply(backend, absent())
    assert "commit" not in backend.calls


# --- running resources are stopped first


def test_running_resource_is_stopped_before_removal(cib):
    texts = []
    backend = kit.Backend(cib, monitors=[monitor("web"), monitor()])
    backend.wait = lambda seconds: texts.append(backend.text) or True
    result = kit.apply(backend, absent())
    assert kit.read(kit.Cib(texts[0]), "web")["meta"]["target-role"] == "Stopped"
    assert backend.read().find("web") is None
    assert (result["changed"], result["commands"]) == (True, [COMMIT, COMMIT])
    assert "target-role" not in result["diff"]["before"]


def test_check_mode_predicts_same_commits(cib):
    options = {"monitors": [monitor("web"), monitor()]}
    backend = kit.Backend(cib, **options)
    assert kit.apply(backend, absent(), check=True) == kit.apply(kit.Backend(cib, **options), absent())
    assert "commit" not in backend.calls


@pytest.mark.parametrize(
    "running, options", [((), {}), (("other",), {}), (("web",), {"force": True})], ids=["stopped", "another", "force"]
)
def test_resource_is_removed_without_stop_if_stopped_or_forced(cib, running, options):
    backend = kit.Backend(cib, monitors=[monitor(*running)])
    assert kit.apply(backend, absent(), **options)["commands"] == [COMMIT]
    assert "wait" not in backend.calls


def test_resource_that_does_not_stop_is_not_removed(cib):
    backend = kit.Backend(cib, monitors=[monitor("web", "ip")])
    with pytest.raises(HaError, match="^web did not stop within 120 seconds; .* Nothing was removed"):
        kit.apply(backend, absent())
    assert backend.read().find("web") is not None


def test_stop_is_repeated_if_status_changed(cib):
    backend = kit.Backend(cib, refusals=[STATUS, CONFIGURATION], monitors=[monitor("web"), monitor()])
    kit.apply(backend, absent())
    assert backend.read().find("web") is None


# --- settle


def test_settled_change_succeeds(cib):
    backend = kit.Backend(cib, monitors=[monitor("web")])
    assert kit.apply(backend, kit.want("resources", id="web", agent="ocf:pacemaker:Dummy", description="x"), wait=9)[
        "changed"
    ]
    assert backend.calls[-2:] == ["wait", "monitor"]


def test_acl_user_with_name_of_resource_is_not_checked(cib):
    backend = kit.Backend(cib, monitors=[kit.monitor("crm_mon")])
    assert kit.apply(backend, kit.want("acls.users", id="alone"), wait=9)["changed"]


@pytest.mark.parametrize(
    "state, idle, sentence",
    [
        (kit.monitor("crm_mon"), True, "the change was committed, but alone is not running"),
        (monitor("alone"), False, "the change was committed, but the cluster was still busy after 9 seconds"),
        (
            kit.monitor("crm_mon"),
            False,
            "the change was committed, but alone is not running; the cluster was still busy after 9 seconds",
        ),
    ],
    ids=["stopped", "busy", "not yet started"],
)
def test_change_that_does_not_settle_is_an_error(cib, state, idle, sentence):
    backend = kit.Backend(cib, monitors=[state], idle=idle)
    with pytest.raises(HaError) as failure:
        kit.apply(backend, kit.want("resources", id="alone", agent="ocf:pacemaker:Dummy", description="x"), wait=9)
    assert str(failure.value) == sentence
    assert backend.read().find("alone").get("description") == "x"


# --- a new agent for a running resource


def recreate(backend, check=False, **spec):
    wanted = kit.want("resources", id="web", agent="systemd:cron", **spec)
    return kit.apply(backend, wanted, check=check, force_recreate=True)


@pytest.mark.parametrize("role", [None, "Started", "Stopped"])
def test_resource_with_new_agent_is_stopped_and_keeps_target_role(cib, role):
    texts = []
    kit.lay(cib, kit.want("resources", id="web", agent="ocf:pacemaker:Dummy", meta={"target-role": role}))
    backend = kit.Backend(cib, monitors=[monitor("web"), monitor()])
    backend.wait = lambda seconds: texts.append(backend.text) or True
    recreate(backend)
    stopped, after = kit.read(kit.Cib(texts[0]), "web"), kit.read(backend.read(), "web")
    assert (stopped["agent"], stopped["meta"]["target-role"]) == ("ocf:pacemaker:Dummy", "Stopped")
    assert (after["agent"], after["meta"].get("target-role")) == ("systemd:cron", role)


def test_check_mode_predicts_new_agent(cib):
    options = {"monitors": [monitor("web"), monitor()]}
    backend = kit.Backend(cib, **options)
    assert recreate(backend, check=True) == recreate(kit.Backend(cib, **options))
    assert backend.text == cib.xml()


def test_resource_that_does_not_stop_keeps_agent(cib):
    backend = kit.Backend(cib, monitors=[monitor("web")])
    with pytest.raises(HaError, match="^web did not stop"):
        recreate(backend)
    assert kit.read(backend.read(), "web")["agent"] == "ocf:pacemaker:Dummy"


@pytest.mark.parametrize(
    "content", [{"id": "web"}, [{"id": "some", "score": 5, "values": {"a": 1}}]], ids=["one", "sets"]
)
def test_change_of_defaults_settles(cib, content):
    """Defaults have no id: neither a pair named `id` nor a list counts as one."""
    backend = kit.Backend(cib, monitors=[monitor("web")])
    wanted = wanted_document({"resource_defaults": content})
    assert kit.apply(backend, *wanted, wait=9)["changed"]
    assert "wait" in backend.calls


# --- a node that is not a member


@pytest.mark.parametrize("check", [False, True])
def test_change_on_node_that_has_not_joined_is_refused(cib, check, monkeypatch):
    now = iter(range(99))
    monkeypatch.setattr(transaction.time, "monotonic", lambda: next(now))
    backend = kit.Backend(cib)
    backend.is_member = False
    with pytest.raises(HaError, match="node1 is currently not a member of the cluster"):
        kit.apply(backend, prefer(), check=check)
    assert "commit" not in backend.calls


def test_node_that_joins_in_time_is_awaited(cib, monkeypatch):
    backend = kit.Backend(cib)
    backend.is_member = False
    monkeypatch.setattr(transaction.time, "sleep", lambda _seconds: setattr(backend, "is_member", True))
    assert kit.apply(backend, prefer())["changed"]


@pytest.mark.parametrize("state, is_member", [("", False), ('join="down"', False), ('join="member"', True)])
def test_member_depends_on_node_state(state, is_member):
    cib = kit.Cib(f'<cib><configuration/><status><node_state uname="node1" {state}/></status></cib>')
    assert (cib.is_member("node1"), cib.is_member("node2")) == (is_member, False)


# --- preview and veto

NOTHING = "<graph/>"
STOP, START = (
    f'<synapse><action_set><rsc_op operation="{each}" on_node="node1"><primitive id="web"/></rsc_op></action_set></synapse>'
    for each in ("stop", "start")
)
RESTART = f"<graph>{STOP}{START}</graph>"


@pytest.mark.parametrize("check", [False, True])
def test_impact_is_in_result_and_diff(cib, check):
    backend = kit.Backend(cib, graphs=[RESTART, NOTHING])
    result = kit.apply(backend, prefer(), check=check, preview=True)
    assert result["impact"] == [{"action": "restart", "resource": "web", "from": "node1", "to": "node1"}]
    assert result["impact_summary"] == "restarts web on node1"
    assert result["diff"]["prepared"] == "impact: restarts web on node1\n"
    # The new and the old document are simulated once
    assert [each.find("location-alone-node1-5") is not None for each in backend.simulated] == [True, False]


def test_impact_includes_resources_that_stop_with_removed_one(cib):
    stop, start = (f"<graph>{each}</graph>".replace("web", "ip") for each in (STOP, START))
    backend = kit.Backend(cib, monitors=[monitor("web")], graphs=[stop, NOTHING, start])
    assert kit.apply(backend, absent(), check=True, preview=True)["impact_summary"] == "restarts ip on node1"
    stopped, old, gone = backend.simulated
    assert kit.read(stopped, "web")["meta"]["target-role"] == "Stopped"
    assert "target-role" not in kit.read(old, "web").get("meta", {}) and gone.find("web") is None


def test_scheduler_is_not_asked_without_preview(cib):
    backend = kit.Backend(cib)
    result = kit.apply(backend, prefer(), preview=False)
    assert "impact" not in result and "simulate" not in backend.calls and "prepared" not in result["diff"]


def test_no_impact_without_crm_simulate(cib):
    backend = kit.Backend(cib)
    backend.can_simulate = False
    assert "impact" not in kit.apply(backend, prefer(), preview=True)
    with pytest.raises(HaError, match="disruption: crm_simulate is not installed on this node"):
        kit.apply(backend, prefer(6), disruption="forbid")


@pytest.mark.parametrize("check", [False, True])
def test_disruptive_change_is_refused(cib, check):
    backend = kit.Backend(cib, graphs=[RESTART, NOTHING])
    with pytest.raises(
        HaError, match="the change restarts web on node1, which is forbidden; nothing was changed"
    ) as failure:
        kit.apply(backend, prefer(), check=check, disruption="forbid")
    assert "commit" not in backend.calls
    assert failure.value.facts["impact"][0]["resource"] == "web"


@pytest.mark.parametrize(
    "graphs, excepted",
    [
        ([RESTART, NOTHING], ["web"]),
        ([RESTART, NOTHING], ["site"]),  # the group that web is in
        ([RESTART, RESTART], []),
        ([NOTHING, NOTHING], []),
    ],
)
def test_excepted_or_pending_disruption_is_not_refused(cib, graphs, excepted):
    backend = kit.Backend(cib, graphs=graphs)
    assert kit.apply(backend, prefer(), disruption="forbid", disruption_except=excepted)["changed"]


def on(*instances):
    """crm_mon's XML of instances: (id, role, node)."""
    lines = "".join(
        f'<resource id="{name}" role="{role}" active="true" managed="true"><node name="{node}"/></resource>'
        for name, role, node in instances
    )
    return ElementTree.fromstring(f"<pacemaker-result><resources>{lines}</resources></pacemaker-result>")


WEB = [("ip", "Started", "node1"), ("web", "Started", "node1")]
CLONE = [("cdummy", "Started", each) for each in ("node1", "node2")]
STATE = [("state", role, node) for role, node in (("Promoted", "node1"), ("Unpromoted", "node2"))]


@pytest.mark.parametrize(
    "instances, operations, refused",
    [
        (
            WEB,
            [(each, name, node) for name in ("ip", "web") for each, node in (("stop", "node1"), ("start", "node2"))],
            None,
        ),
        (WEB, [("stop", "web", "node1")], "stops web on node1"),
        (WEB, [("stop", "web", "node1"), ("start", "web", "node1")], None),
        (CLONE, [("stop", "cdummy", "node1")], None),
        (CLONE, [("stop", "cdummy", "node1"), ("stop", "cdummy", "node2")], "stops cdummy on node1, cdummy on node2"),
        (CLONE[:1], [("stop", "cdummy", "node1")], "stops cdummy on node1"),
        (STATE, [("demote", "state", "node1"), ("stop", "state", "node1")], "demotes state on node1"),
        (STATE, [("demote", "state", "node1"), ("stop", "state", "node1"), ("promote", "state", "node2")], None),
        ([("fence-node1", "Started", "node2")], [("stop", "fence-node1", "node2")], None),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_disruption_moves_refuses_only_outages(cib, instances, operations, refused, check):
    graphs = [kit.graph(*operations), NOTHING]
    backend = kit.Backend(cib, monitors=[on(*instances)], graphs=graphs)
    if refused is None:
        assert kit.apply(backend, prefer(), check=check, disruption="moves")["changed"]
        return
    with pytest.raises(HaError) as failure:
        kit.apply(backend, prefer(), check=check, disruption="moves")
    assert f"the change {refused}, and it could not run anywhere else; nothing was changed" in str(failure.value)
    assert "commit" not in backend.calls
    excepted = [operations[0][1]]
    backend = kit.Backend(cib, monitors=[on(*instances)], graphs=graphs)
    assert kit.apply(backend, prefer(), check=check, disruption="moves", disruption_except=excepted)["changed"]


def test_outage_of_member_of_excepted_group_is_not_refused(cib):
    backend = kit.Backend(cib, monitors=[on(*WEB)], graphs=[kit.graph(("stop", "web", "node1")), NOTHING])
    assert kit.apply(backend, prefer(), disruption="moves", disruption_except=["site"])["changed"]


def test_outage_by_fenced_node_is_refused(cib):
    backend = kit.Backend(
        cib, monitors=[on(*WEB)], graphs=[kit.graph(("start", "ip", "node2"), fenced=["node1"]), NOTHING]
    )
    with pytest.raises(HaError, match="the change stops web on node1, and it could not run anywhere else"):
        kit.apply(backend, prefer(), disruption="moves")


def test_unknown_resource_in_disruption_except_is_refused(cib):
    backend = kit.Backend(cib, graphs=[NOTHING, NOTHING])
    with pytest.raises(HaError, match="disruption_except: there is no resource 'wep'; did you mean 'web'"):
        kit.apply(backend, prefer(), disruption="forbid", disruption_except=["wep"])


def test_new_plan_is_previewed_again(cib):
    backend = kit.Backend(cib, refusals=[CONFIGURATION], graphs=[NOTHING, NOTHING, RESTART, NOTHING])
    with pytest.raises(HaError, match="restarts web"):
        kit.apply(backend, prefer(), disruption="forbid")
    assert backend.calls.count("commit") == 1
    again = kit.Backend(cib, refusals=[CONFIGURATION], graphs=[NOTHING, NOTHING, RESTART, NOTHING])
    assert kit.apply(again, prefer(), preview=True)["impact_summary"] == "restarts web on node1"


# --- after the commit


def test_commit_missing_in_cluster_is_an_error(cib):
    backend = kit.Backend(cib)
    commit = backend.commit

    def lost(document, version):
        commit(document, version)
        backend.disturb(lambda root: root.find("configuration/constraints").clear())
        return True

    backend.commit = lost
    with pytest.raises(HaError, match="its configuration does not show it"):
        kit.apply(backend, prefer())


def test_many_resources_are_stopped_in_slices(monkeypatch):
    monkeypatch.setattr(transaction, "SLICE", 2)
    names = [f"r{n}" for n in range(5)]
    wanted = [kit.want("resources", "absent", id=each) for each in names]
    seen = []
    backend = kit.Backend(kit.small("".join(map(kit.dummy, names))), monitors=[monitor(*names), *[monitor()] * 9])
    backend.wait = lambda _seconds: seen.append(backend.text.count('value="Stopped"')) or True
    assert kit.apply(backend, *wanted)["commands"] == [COMMIT] * 4
    assert seen == [2, 4, 5]
    assert backend.read().find("r0") is None


# --- roll back

BROKEN = kit.monitor("crm_mon")  # where `alone` does not run
CHANGE = kit.want("resources", id="alone", agent="ocf:pacemaker:Dummy", description="x")


def test_change_that_does_not_settle_is_rolled_back(cib):
    backend = kit.Backend(cib, monitors=[BROKEN])
    with pytest.raises(
        HaError, match="alone is not running.* It was rolled back: the configuration is as it was before$"
    ):
        kit.apply(backend, CHANGE, wait=9, rollback=True)
    assert backend.read().find("alone").get("description") is None
    assert backend.calls.count("wait") == 2


def test_change_is_kept_without_rollback(cib):
    backend = kit.Backend(cib, monitors=[BROKEN])
    with pytest.raises(HaError, match="alone is not running$"):
        kit.apply(backend, CHANGE, wait=9)
    assert backend.read().find("alone").get("description") == "x"


def test_rollback_keeps_changes_of_others(cib):
    def meanwhile(_seconds):
        def edit(root):
            CONFIGURATION(root)
            root.find(".//primitive[@id='alone']").set("description", "theirs")
            root.find(".//primitive[@id='web']").set("description", "also theirs")

        if backend.read().find("alone").get("description") == "x":
            backend.disturb(edit)
        return True

    backend = kit.Backend(cib, monitors=[BROKEN])
    backend.wait = meanwhile
    with pytest.raises(HaError, match="It was rolled back except for alone, which somebody else has changed since"):
        kit.apply(backend, CHANGE, kit.want("properties", **{"no-quorum-policy": "freeze"}), wait=9, rollback=True)
    after = backend.read()
    assert [after.find(each).get("description") for each in ("alone", "web")] == ["theirs", "also theirs"]
    assert after.find("cib-bootstrap-options-no-quorum-policy").get("value") == "stop"


def test_rollback_restores_target_role_of_stopped_resource(cib):
    backend = kit.Backend(cib, monitors=[monitor("web"), monitor("web"), monitor(), BROKEN])
    wanted = [kit.want("resources", id="web", agent="systemd:cron"), CHANGE]
    with pytest.raises(HaError, match="alone is not running.* It was rolled back"):
        kit.apply(backend, *wanted, wait=9, rollback=True, force_recreate=True)
    assert kit.read(backend.read(), "web") == kit.read(cib, "web")


def test_failed_rollback_is_reported(cib):
    backend = kit.Backend(cib, monitors=[BROKEN])

    def lost(_seconds):
        backend.disturb(lambda root: root.set("have-quorum", "0"))
        return True

    backend.wait = lost
    with pytest.raises(HaError, match="It could not be rolled back: this cluster partition has no quorum"):
        kit.apply(backend, CHANGE, wait=9, rollback=True)


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"rollback": True}, "rollback: requires wait"),
        ({"disruption_except": ["a"]}, "disruption_except: requires disruption: forbid or disruption: moves"),
        ({"rollback": True, "wait": 5}, "rollback: cannot be combined with cib_file"),
    ],
    ids=str,
)
def test_options_without_effect_are_refused(run, options, sentence):
    result = run("ha_property", properties={"no-quorum-policy": "freeze"}, **options)
    assert result["failed"] and result["msg"].startswith(sentence)


def test_resource_on_other_node_than_predicted_is_an_error(cib):
    start = '<graph><synapse><action_set><rsc_op operation="start" on_node="node2"><primitive id="alone"/></rsc_op>'
    element = '<resource id="alone" role="Started" active="true"><node name="node1"/></resource>'
    found = ElementTree.fromstring(f"<pacemaker-result><resources>{element}</resources></pacemaker-result>")
    backend = kit.Backend(cib, monitors=[found], graphs=[f"{start}</action_set></synapse></graph>", NOTHING])
    with pytest.raises(HaError, match="alone runs on node1, not on node2 as predicted"):
        kit.apply(backend, CHANGE, wait=9, preview=True)


STARTS = [kit.graph(("start", "web", "node2")), NOTHING]


@pytest.mark.parametrize(
    "web, sentence",
    [
        (kit.shown(web="node2", alone="node1"), None),
        (kit.shown(web=None, alone="node1"), "the change was committed, but web is not running"),
        (kit.shown(web="node1", alone="node1"), "web runs on node1, not on node2 as predicted"),
        (kit.shown(alone="node1"), None),
    ],
    ids=["runs", "does not run", "elsewhere", "removed meanwhile"],
)
def test_resources_started_by_change_are_checked(cib, web, sentence):
    backend = kit.Backend(cib, monitors=[web], graphs=STARTS)
    if sentence is None:
        assert kit.apply(backend, CHANGE, wait=9, preview=True)["changed"]
    else:
        with pytest.raises(HaError, match=sentence):
            kit.apply(backend, CHANGE, wait=9, preview=True)
