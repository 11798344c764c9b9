# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Complete runs of ha_stonith: on a file, and on a simulated cluster."""

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils import cib_task
from ansible_collections.hacluster.pcs.plugins.module_utils import run as module
from ansible_collections.hacluster.pcs.plugins.module_utils.live import commands, fence_agents, files

IPMI = "fence_ipmilan"
STOPPED = {"meta": {"target-role": "Stopped"}}

# --- enabled and disabled, on a file


def test_device_is_disabled_and_enabled(run):
    predicted = run("ha_stonith", check=True, id="fence-node1", state="disabled")
    assert predicted["cib"].xml() == kit.cib().xml()
    done = run("ha_stonith", id="fence-node1", state="disabled")
    assert (predicted["changed"], predicted["diff"]) == (True, done["diff"])
    assert STOPPED.items() <= kit.read(done["cib"], "fence-node1").items()
    assert not run("ha_stonith", id="fence-node1", state="disabled")["changed"]
    done = run("ha_stonith", id="fence-node1", state="enabled")
    assert kit.read(done["cib"], "fence-node1") == kit.read(kit.cib(), "fence-node1")
    assert not run("ha_stonith", id="fence-node1", state="enabled")["changed"]


def test_new_device_can_be_created_disabled(run):
    done = run("ha_stonith", id="new", agent=IPMI, params={"ip": "192.0.2.1"}, state="disabled")
    assert STOPPED.items() <= kit.read(done["cib"], "new").items()
    assert done["cib"].version.epoch == kit.cib().version.epoch + 1
    done = run("ha_stonith", id="new", agent=IPMI, params={"ip": "192.0.2.2"}, state="enabled")
    assert kit.read(done["cib"], "new")["params"] == {"ip": "192.0.2.2"} and "meta" not in kit.read(done["cib"], "new")


@pytest.mark.parametrize("mode", ["merged", "replaced"])
def test_present_keeps_disabled_device_disabled(run, mode):
    run("ha_stonith", id="fence-node1", state="disabled")
    done = run("ha_stonith", id="fence-node1", agent=IPMI, params={"ip": "192.0.2.9"}, mode=mode)
    assert STOPPED.items() <= kit.read(done["cib"], "fence-node1").items()


@pytest.mark.parametrize("state", ["absent", "disabled"])
def test_removing_last_enabled_device_is_refused(run, state, monkeypatch):
    said = []
    monkeypatch.setattr(module.HaModule, "warn", lambda self, sentence: said.append(sentence))
    run("ha_stonith", id="fence-node1", state="disabled")
    before = run.path.read_text(encoding="utf-8")
    for check in (True, False):
        result = run("ha_stonith", check=check, id="fence-node2", state=state)
        assert result["failed"] and result["msg"].startswith("state: fence-node2 is the last enabled fence device")
        assert "force: true" in result["msg"] and run.path.read_text(encoding="utf-8") == before
    assert "failed" not in run("ha_stonith", id="fence-node1", state=state) and said == []
    forced = run("ha_stonith", id="fence-node2", state=state, force=True)
    assert forced["changed"] and "fence-node2 is the last enabled fence device" in said.pop()
    assert not run("ha_stonith", id="fence-node2", state=state)["changed"]


@pytest.mark.parametrize(
    "properties, refused",
    [
        ({"stonith-enabled": "off"}, False),
        ({"fencing-enabled": False}, False),
        ({"stonith-enabled": True}, True),
        ({"stonith-watchdog-timeout": "10s", "have-watchdog": "true"}, False),
        ({"stonith-watchdog-timeout": "0", "have-watchdog": "true"}, True),
        ({"have-watchdog": "true"}, True),
        ({"stonith-watchdog-timeout": "10s", "have-watchdog": "false"}, True),
    ],
    ids=str,
)
def test_last_device_can_be_removed_if_cluster_does_not_rely_on_it(run, properties, refused):
    written = "".join(f'<nvpair id="p-{name}" name="{name}" value="{value}"/>' for name, value in properties.items())
    device = '<primitive id="f" class="stonith" type="fence_ipmilan"/>'
    config = f'<cluster_property_set id="cib-bootstrap-options">{written}</cluster_property_set>'
    run.path.write_text(kit.small(device, crm_config=config).xml(), encoding="utf-8")
    assert run("ha_stonith", id="f", state="disabled").get("failed", False) is refused


@pytest.mark.parametrize(
    "params, sentence",
    [
        ({"id": "fence-nod1", "state": "enabled"}, "id: there is no fence device 'fence-nod1'; did you mean"),
        ({"id": "web", "state": "disabled"}, "id: 'web' is already the id of a primitive, not of a fence device"),
        (
            {"id": "fence-node1", "state": "enabled", "params": {"ip": "x"}},
            "params: also requires agent",
        ),
        (
            {"id": "f", "agent": IPMI, "state": "enabled", **STOPPED},
            "meta: target-role cannot be combined with state: enabled",
        ),
        ({"id": "f", "state": "absent", "verify": True}, "verify: cannot be combined with state: absent"),
        ({"id": "f", "state": "disabled", "verify": True}, "verify: cannot be combined with state: disabled"),
        (
            {"id": "f", "agent": IPMI, "verify": True},
            "verify: cannot be combined with cib_file",
        ),
        (
            {"id": "fence-node1", "agent": "fence_redfish"},
            "use force_recreate: true to stop it, remove it and create",
        ),
    ],
    ids=str,
)
def test_invalid_parameters_are_refused_without_change(run, params, sentence):
    result = run("ha_stonith", **params)
    assert result["failed"] and sentence in result["msg"]
    assert result["cib"].xml() == kit.cib().xml()


# --- verify, on a simulated cluster


@pytest.fixture
def agent(monkeypatch):
    """The fence agent of the node."""
    fence_agent = kit.FenceAgent()
    monkeypatch.setattr(fence_agents, "ask", fence_agent)
    return fence_agent


@pytest.fixture
def bring(monkeypatch, capsys, logged):
    """Run ha_stonith on a Backend whose nodes have the agents of the fixtures, and return its result."""

    def bring(backend, check=False, **params):
        monkeypatch.setattr(cib_task, "backend_of", lambda *_given: backend)
        monkeypatch.setattr(cib_task, "agents_of", lambda _backend: kit.agents())
        return kit.run_module("ha_stonith", capsys, check=check, preview=False, **params)

    return bring


def holding(agent=IPMI, element_id="f", resources="", **params):
    """A Backend with one device."""
    pairs = "".join(f'<nvpair id="f-{name}" name="{name}" value="{value}"/>' for name, value in params.items())
    device = f'<primitive id="{element_id}" class="stonith" type="{agent}"><instance_attributes id="f-i">{pairs}'
    return kit.Backend(kit.small(f"{device}</instance_attributes></primitive>{resources}"))


def requests(agent):
    """All requests to the agent."""
    return [each for _agent, requests, _timeout in agent.asked for each in requests]


@pytest.mark.parametrize("check", [True, False])
def test_verify_returns_targets_every_time(bring, agent, check):
    backend = holding(ip="192.0.2.1", password="p", lanplus="1", pcmk_host_list="node2")
    agent.answers = {"nodename=node2": (2, "")}
    for _time in range(2):
        result = bring(backend, check, id="f", state="enabled", verify=True)
        assert (result["changed"], result["verified"]) == (False, [{"target": "node2", "status": "off"}])
    sent = {
        "ip": "192.0.2.1",
        "password": "p",
        "lanplus": "1",
        "action": "status",
        "nodename": "node2",
        "plug": "node2",
    }
    assert agent.asked == [(IPMI, [sent], 60)] * 2
    assert "commit" not in backend.calls


def test_agent_is_not_run_without_verify(bring, agent):
    assert "verified" not in bring(holding(), id="f", agent=IPMI, params={"ip": "192.0.2.1"})
    assert agent.asked == []


def test_verify_uses_new_parameters(bring, agent):
    backend = holding(ip="192.0.2.1", password="stored", lanplus="1", pcmk_host_list="node1")
    bring(backend, id="f", agent=IPMI, params={"ip": "192.0.2.2", "lanplus": None}, verify=True)
    (sent,) = requests(agent)
    assert (sent["ip"], sent["password"], "lanplus" in sent) == ("192.0.2.2", "stored", False)
    assert "commit" in backend.calls


def test_fencer_parameters_are_not_sent_to_agent(bring, agent):
    backend = holding(
        **{"ip": "192.0.2.1", "stonith-timeout": "9", "priority": "1", "provides": "x", "action": "off"},
        **{
            "pcmk_host_list": "node1",
            "pcmk_off_timeout": "9",
            "pcmk_status_action": "look",
            "pcmk_status_timeout": "2min",
        },
    )
    bring(backend, id="f", state="enabled", verify=True)
    assert agent.asked == [(IPMI, [{"ip": "192.0.2.1", "action": "look", "nodename": "node1", "plug": "node1"}], 120)]


@pytest.mark.parametrize(
    "params, sent",
    [
        ({}, {"plug": "node1"}),
        ({"pcmk_host_argument": "port"}, {"port": "node1"}),
        ({"pcmk_host_argument": "none"}, {}),
        ({"plug": "7"}, {"plug": "7"}),
        ({"plug": "dynamic"}, {"plug": "node1"}),
        ({"pcmk_host_map": "node1:5"}, {"plug": "5"}),
        ({"pcmk_host_map": "node1:5", "plug": "7"}, {"plug": "7"}),
    ],
    ids=str,
)
def test_target_is_passed_in_host_argument(bring, agent, params, sent):
    bring(holding(**{"pcmk_host_list": "node1", **params}), id="f", state="enabled", verify=True)
    assert requests(agent) == [{"action": "status", "nodename": "node1", **sent}]


@pytest.mark.parametrize(
    "params, answers, asked, status",
    [
        ({"pcmk_host_list": "node2,node1"}, {}, ["node2", "node1"], {"node2": "on", "node1": "on"}),
        ({"pcmk_host_map": "node1:1;node2:2,3"}, {"plug=2": (2, "")}, ["1", "2", "3"], {"node1": "on", "node2": "on"}),
        ({"pcmk_host_map": "node1:1,2"}, {"": (2, "")}, ["1", "2"], {"node1": "off"}),
        ({"pcmk_host_map": "node1:1,2+3", "plug_separator": "+"}, {}, ["1,2", "3"], {"node1": "on"}),
        (
            {"pcmk_host_list": "node1 node2", "pcmk_host_map": "node2:b"},
            {},
            ["node1", "b"],
            {"node1": "on", "node2": "on"},
        ),
        # fence_ipmilan has no list action, so the targets are all members and remote nodes
        ({}, {}, ["node1", "node2", "far"], {"node1": "on", "node2": "on", "far": "on"}),
    ],
    ids=str,
)
def test_verify_queries_configured_targets(bring, agent, params, answers, asked, status):
    guest = '<meta_attributes id="m"><nvpair id="n" name="remote-node" value="guest"/></meta_attributes>'
    far = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>'
    agent.answers = answers
    result = bring(holding(resources=far + kit.dummy("vm", guest), **params), id="f", state="enabled", verify=True)
    assert [each["plug"] for each in requests(agent)] == asked
    assert {each["target"]: each["status"] for each in result["verified"]} == status


LISTING = """<resource-agent><parameters><parameter name="port"/></parameters>
  <actions><action name="list"/><action name="status"/></actions></resource-agent>"""


@pytest.mark.parametrize(
    "check, listed, found, error",
    [
        (None, (0, "1,node2\n2,somebody\nnode1x,\n"), ["node2"], None),
        ("dynamic-list", (0, "node2\nnode1"), ["node1", "node2"], None),
        ("status", (0, "node2"), ["node1", "node2"], None),
        ("none", (0, "node2"), ["node1", "node2"], None),
        (
            None,
            (0, "somebody"),
            None,
            "verify: f cannot reach any node: its agent does not list any node of the cluster; nothing",
        ),
        (None, (1, "no access"), None, "verify: f cannot reach any node: no access; nothing was changed"),
    ],
)
def test_verify_queries_targets_listed_by_agent(bring, agent, monkeypatch, check, listed, found, error):
    monkeypatch.setitem(kit._METADATA, "stonith:fence_listing", "fence_listing")
    monkeypatch.setattr(kit, "metadata", lambda _agent, _system: LISTING)
    agent.answers = {"action=list": listed}
    backend = holding(
        "fence_listing", **({"pcmk_host_check": check} if check else {}), pcmk_list_timeout="5s", login="x"
    )
    result = bring(backend, id="f", state="enabled", verify=True)
    if error:
        assert result["failed"] and result["msg"].startswith(error)
        return
    assert [each["target"] for each in result["verified"]] == found
    assert [each["port"] for each in requests(agent) if each["action"] == "status"] == found
    assert [each for each in agent.asked if each[2] == 5] == (
        [] if check in ("status", "none") else [("fence_listing", [{"login": "x", "action": "list"}], 5)]
    )


@pytest.mark.parametrize("check", [True, False])
def test_unreachable_target_is_an_error_before_any_change(bring, agent, check):
    agent.answers = {
        "nodename=node1": (1, "one\n2026-01-01 09:00:00,123 ERROR: Failed: no luck\n\nPlease use '-h' for usage\n")
    }
    backend = kit.Backend(kit.small())
    params = {"ip": "192.0.2.1", "password": "hunter-2", "pcmk_host_list": "node1 node2"}
    result = bring(backend, check, id="new", agent=IPMI, params=params, verify=True)
    assert result["failed"] and result["msg"] == "verify: new cannot reach node1: Failed: no luck; nothing was changed"
    assert "commit" not in backend.calls


@pytest.mark.parametrize(
    "code, said, reason", [(1, "", "fence_x exited with 1"), (124, "it did not end", "it did not end")]
)
def test_silent_or_hanging_agent_is_an_error(bring, agent, code, said, reason):
    agent.answers = {"": (code, said)}
    result = bring(holding(pcmk_host_list="node1"), id="f", state="enabled", verify=True)
    assert result["msg"] == f"verify: f cannot reach node1: {reason}; nothing was changed"
    assert len(agent.asked) == 1


def test_failed_status_queries_are_repeated_one_by_one(bring, agent):
    class Busy(kit.FenceAgent):
        def _answer(self, request):
            return commands.Result(("fence_x",), 1 if len(self.asked) == 1 and "node2" in request else 0, "", "busy")

    agent.__class__ = Busy
    result = bring(holding(pcmk_host_list="node1 node2"), id="f", state="enabled", verify=True)
    assert [each["status"] for each in result["verified"]] == ["on", "on"]
    assert [[each["nodename"] for each in asked] for _agent, asked, _timeout in agent.asked] == [
        ["node1", "node2"],
        ["node2"],
    ]


@pytest.mark.parametrize("quoted", ["{}", "-P '{}'", "{!r}"])
def test_secrets_from_cib_are_masked_in_error(bring, agent, logged, quoted):
    secret = "it's-hunter-2"
    agent.answers = {"": (1, f"login failed: {quoted.format(secret)} for admin")}
    backend = holding(password=secret, ip="192.0.2.1", pcmk_host_list="node1")
    result = bring(backend, id="f", state="enabled", verify=True)
    assert result["failed"] and "********" in result["msg"] and "hunter-2" not in str(result) + str(logged)


def test_cibsecret_value_is_read_from_file_and_masked(bring, agent, monkeypatch, tmp_path):
    monkeypatch.setattr(files, "SECRETS", str(tmp_path))
    backend = holding(password="lrm://", login="lrm://", pcmk_host_list="node1")
    result = bring(backend, id="f", state="enabled", verify=True)
    assert result["msg"].startswith(f"{tmp_path}/f/") and "cannot be read: No such file" in result["msg"]
    (tmp_path / "f").mkdir()
    for name in ("password", "login"):
        (tmp_path / "f" / name).write_text(f"{name}-apart\n", encoding="utf-8")
    agent.answers = {"": (1, "login-apart and password-apart are wrong")}
    result = bring(backend, id="f", state="enabled", verify=True)
    assert "******** and ******** are wrong" in result["msg"]
    (sent,) = requests(agent)
    assert (sent["password"], sent["login"]) == ("password-apart", "login-apart")


def test_parameters_of_unconditional_sets_are_sent(bring, agent):
    sets = [
        {"id": "low", "score": 1, "values": {"ip": "low", "username": "low"}},
        {"id": "high", "score": 2, "values": {"ip": "high", "pcmk_host_list": "node1"}},
        {"id": "sometimes", "score": 3, "rule": "date gt 2020-01-01", "values": {"ip": "sometimes"}},
    ]
    bring(kit.Backend(kit.small()), id="f", agent=IPMI, params=sets, verify=True)
    assert [(each["ip"], each["username"]) for each in requests(agent)] == [("high", "low")]


@pytest.mark.parametrize("params, times", [({"ip": "192.0.2.2"}, 1), ({"username": "new"}, 2)])
def test_replanning_verifies_again_only_if_parameters_differ(bring, agent, params, times):
    backend = holding(ip="192.0.2.1", pcmk_host_list="node1")

    def other(root):
        kit.raised("epoch")(root)
        if times == 2:
            root.find(".//nvpair[@name='ip']").set("value", "192.0.2.7")

    backend.refusals = [other]
    bring(backend, id="f", agent=IPMI, params=params, verify=True)
    assert [each["ip"] for each in requests(agent)] == (["192.0.2.2"] if times == 1 else ["192.0.2.1", "192.0.2.7"])


def test_verify_with_agent_not_named_fence_is_refused(bring, agent):
    result = bring(holding("external/ipmi"), id="f", state="enabled", verify=True)
    assert result["failed"] and result["msg"].startswith("verify: external/ipmi cannot be run")
    result = bring(holding("fence_gone"), id="f", state="enabled", verify=True)
    assert result["failed"] and "fence_gone is not installed on this node" in result["msg"]
    assert agent.asked == []


def test_verify_without_agents_is_an_error(bring, agent, monkeypatch):
    monkeypatch.setattr(kit, "agents", lambda: kit.NO_AGENTS)
    result = bring(holding(), id="f", state="enabled", verify=True)
    assert result["failed"] and "fence agents cannot be run on this node" in result["msg"]
