# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput, HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import agent_metadata, agents


def meta(agent, system="debian-12"):
    return kit.agents(system).get(agent)


def made(xml, agent="ocf:test:Made"):
    return agent_metadata.Metadata(agent, f"<resource-agent>{xml}</resource-agent>")


@pytest.mark.parametrize(
    "agent, names",
    [
        ("ocf:heartbeat:IPaddr2", {"ip", "nic", "trace_ra"}),
        ("ocf:pacemaker:Dummy", {"fake", "trace_file"}),
        ("stonith:fence_ipmilan", {"ip", "ipaddr", "password", "pcmk_host_map", "pcmk_reboot_timeout"}),
        ("systemd:cron", set()),
    ],
)
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_known_parameters(agent, names, system):
    assert meta(agent, system).unknown(names) is None


@pytest.mark.parametrize(
    "agent, name, sentence",
    [
        ("ocf:heartbeat:IPaddr2", "ipp", "ocf:heartbeat:IPaddr2 has no parameter 'ipp'; did you mean 'ip'?"),
        ("ocf:pacemaker:Dummy", "zzz", "ocf:pacemaker:Dummy has no parameter 'zzz'"),
        ("ocf:pacemaker:Dummy", "pcmk_host_map", "ocf:pacemaker:Dummy has no parameter 'pcmk_host_map'"),
        ("stonith:fence_ipmilan", "version", "stonith:fence_ipmilan has no parameter 'version'"),
        (
            "stonith:fence_ipmilan",
            "pcmk_host_lst",
            "stonith:fence_ipmilan has no parameter 'pcmk_host_lst'; did you mean",
        ),
        (
            "stonith:fence_ipmilan",
            "pcmk_poweroff_action",
            "stonith:fence_ipmilan has no parameter 'pcmk_poweroff_action'",
        ),
    ],
)
def test_unknown_parameter_is_reported(agent, name, sentence):
    assert meta(agent).unknown([name]).startswith(sentence)


@pytest.mark.parametrize(
    "agent, names, sentence",
    [
        ("ocf:heartbeat:IPaddr2", [], "ocf:heartbeat:IPaddr2 needs ip"),
        ("ocf:heartbeat:IPaddr2", ["ip"], None),
        ("ocf:heartbeat:Filesystem", ["device"], "ocf:heartbeat:Filesystem needs directory and fstype"),
        ("ocf:pacemaker:Dummy", [], None),
        ("stonith:fence_ipmilan", [], None),
    ],
    ids=str,
)
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_missing_parameters_are_reported(agent, names, sentence, system):
    assert meta(agent, system).missing(names) == sentence


@pytest.mark.parametrize(
    "given, missing", [("newest", None), ("newer", None), ("old", None), ("other", "needs newest")]
)
def test_old_parameter_name_counts_as_newest(given, missing):
    sentence = made(
        """<parameters>
          <parameter name="newest" required="1"/>
          <parameter name="newer" required="1" deprecated="1"><deprecated><replaced-with name="newest"/></deprecated></parameter>
          <parameter name="old" required="1" deprecated="1"><deprecated><replaced-with name="newer"/></deprecated></parameter>
        </parameters>"""
    ).missing([given])
    assert sentence == (missing and f"ocf:test:Made {missing}")


FENCE = """<parameters>
  <parameter name="ip" required="1" obsoletes="ipaddr"/><parameter name="ipaddr" required="1" deprecated="1"/>
  <parameter name="plug" required="1" obsoletes="port"/><parameter name="port" required="1" deprecated="1"/>
  <parameter name="action" required="1"/>
</parameters>"""


@pytest.mark.parametrize("given, sentence", [("ip", None), ("ipaddr", None), ("x", "stonith:fence_made needs ip")])
def test_parameters_set_by_fencer_are_not_missing(given, sentence):
    assert made(FENCE, "stonith:fence_made").missing([given]) == sentence


def test_default_operations_match_pcs(cib):
    """The fixture contains the operations that pcs wrote for these resources."""
    for element_id, agent in (("alone", "ocf:pacemaker:Dummy"), ("state", "ocf:pacemaker:Stateful")):
        written = [
            {name: value for name, value in op.attrib.items() if name != "id"}
            for op in cib.find(element_id).iterfind("operations/op")
        ]
        assert meta(agent).default_operations() == written


@pytest.mark.parametrize(
    "agent, names",
    [
        ("stonith:fence_ipmilan", ["monitor"]),
        ("systemd:cron", ["monitor", "start", "stop"]),
        ("ocf:heartbeat:IPaddr2", ["monitor", "start", "stop"]),
    ],
)
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_default_operation_names(agent, names, system):
    assert [each["name"] for each in meta(agent, system).default_operations()] == names


def test_monitor_is_added_for_agent_without_monitor():
    assert made("<actions><action name='start'/></actions>").default_operations() == [
        {"name": "monitor", "interval": "60s"},
        {"name": "start", "interval": "0s"},
    ]


def test_intervals_of_same_operation_are_made_distinct():
    action = '<action name="monitor" interval="10s"/>'
    intervals = [each["interval"] for each in made(f"<actions>{action * 3}</actions>").default_operations()]
    assert intervals == ["10s", "11", "12"]


def test_depth_becomes_ocf_check_level():
    actions = '<actions><action name="monitor" depth="0"/><action name="monitor" depth="10" interval="20"/></actions>'
    assert [each.get("OCF_CHECK_LEVEL") for each in made(actions).default_operations()] == [None, "10"]


def test_metadata_of_agent_is_read_once():
    asked = []
    known = agents.Agents(lambda agent: asked.append(agent) or kit.metadata(agent), None)
    assert known.get("ocf:pacemaker:Dummy") is known.get("ocf:pacemaker:Dummy")
    assert asked == ["ocf:pacemaker:Dummy"]


@pytest.mark.parametrize(
    "agent, sentence",
    [
        ("ocf:pacemaker:Dumy", "ocf:pacemaker:Dumy is not installed on this node; did you mean 'ocf:pacemaker:Dummy'?"),
        ("stonith:fence_ipmi", "fence_ipmi is not installed on this node; did you mean 'fence_ipmilan'?"),
        ("lsb:xyz", "lsb:xyz is not installed on this node; install its package first"),
    ],
)
def test_agent_not_installed_is_refused(agent, sentence):
    with pytest.raises(BadInput) as failure:
        kit.agents().get(agent)
    assert str(failure.value) == f"agent: {sentence}"


def test_metadata_is_none_if_agents_cannot_be_queried():
    assert kit.NO_AGENTS.get("ocf:no:such") is None


# --- parameters of all fence devices, from the metadata of Pacemaker's fencer


@pytest.mark.parametrize(
    "name, good, bad, wants",
    [
        ("pcmk_reboot_timeout", "2min", "soon", "a time such as 20s"),
        ("pcmk_delay_max", "5s", "many", "a time such as 20s"),
        ("pcmk_action_limit", "-1", "all", "a whole number"),
        ("pcmk_off_retries", "3", "3.5", "a whole number"),
        ("pcmk_host_check", "static-list", "static", "one of dynamic-list, static-list, status, none"),
        ("pcmk_host_check", "none", "", "one of dynamic-list, static-list, status, none"),
    ],
)
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_fencer_parameter_values_are_validated(system, name, good, bad, wants):
    device = meta("stonith:fence_ipmilan", system)
    assert list(device.wrong_types({name: good})) == []
    assert list(device.wrong_types({name: bad})) == [
        f"the parameter {name!r} of stonith:fence_ipmilan must be {wants}, not {bad!r}"
    ]


def test_fencer_metadata_is_read_once_and_only_for_fence_devices():
    asked = []

    def read():
        asked.append(1)
        return kit.fixture("pacemaker-fenced")

    known = agents.Agents(lambda agent: "<resource-agent/>", list, read_fencer=read)
    known.get("ocf:pacemaker:Dummy")
    assert asked == []
    assert [known.get(f"stonith:{each}").unknown(["pcmk_host_lost"]) is None for each in "ab"] == [False, False]
    assert asked == [1]


def test_fencer_parameters_are_accepted_without_fencer_metadata():
    device = agent_metadata.Metadata("stonith:fence_ipmilan", kit.metadata("stonith:fence_ipmilan"))
    assert device.unknown(["pcmk_host_lost"]) is None
    assert device.unknown(["host_lost"]) and list(device.wrong_types({"pcmk_host_check": "x"})) == []


def test_malformed_fencer_metadata_is_an_error():
    with pytest.raises(HaError, match="the metadata of Pacemaker's fencer is not well-formed XML"):
        agent_metadata.Metadata("stonith:fence_ipmilan", "<resource-agent/>", "no")


# --- values, unique parameters, actions


@pytest.mark.parametrize(
    "type_, good, bad",
    [
        ("integer", ["5", "-5", "+5"], ["", "5s", "5.0", "five"]),
        ("second", ["5", "0"], ["5s", "soon"]),
        ("boolean", ["true", "no", "1", "OFF"], ["", "2", "perhaps"]),
        ("time", ["5", "5s", "1min", "PT1H"], ["", "soon", "5x"]),
        ("string", ["", "anything"], []),
        ("", ["", "anything"], []),
    ],
)
def test_parameter_types_are_validated(type_, good, bad):
    metadata = made(f"<parameters><parameter name='a'><content type='{type_}'/></parameter></parameters>")
    assert [each for each in (*good, *bad) if list(metadata.wrong_types({"a": each}))] == bad


def test_value_outside_choices_is_reported():
    options = "<content type='select'><option value='on'/><option value='off'/></content>"
    metadata = made(f"<parameters><parameter name='a'>{options}</parameter></parameters>")
    assert list(metadata.wrong_types({"a": "on"})) == []
    assert list(metadata.wrong_types({"a": "of"})) == [
        "the parameter 'a' of ocf:test:Made must be one of on, off, not 'of'"
    ]


def test_secret_of_wrong_type_is_not_shown():
    metadata = made("<parameters><parameter name='password'><content type='integer'/></parameter></parameters>")
    assert list(metadata.wrong_types({"password": "hunter-2"})) == [
        "the parameter 'password' of ocf:test:Made must be a whole number, not the given value"
    ]


def test_unknown_parameters_are_not_type_checked():
    assert list(made("<parameters><parameter name='a'/></parameters>").wrong_types({"a": "x", "b": "y"})) == []


@pytest.mark.parametrize(
    "agent, groups",
    [("ocf:heartbeat:IPaddr2", [["ip"]]), ("ocf:pacemaker:Dummy", [["state"]]), ("ocf:heartbeat:Filesystem", [])],
)
def test_unique_parameters(agent, groups):
    assert meta(agent).unique_groups() == groups


def test_unique_groups_of_parameters():
    parameters = "".join(
        f"<parameter name='{name}' {flag}/>"
        for name, flag in (
            ("a", "unique-group='g'"),
            ("b", "unique='1'"),
            ("c", "unique-group='g'"),
            ("d", "unique='0'"),
        )
    )
    assert sorted(made(f"<parameters>{parameters}</parameters>").unique_groups()) == [["a", "c"], ["b"]]


@pytest.mark.parametrize(
    "agent, name, sentence",
    [
        ("ocf:pacemaker:Dummy", "monitor", None),
        ("ocf:pacemaker:Dummy", "reload-agent", None),
        ("ocf:pacemaker:Dummy", "promte", "ocf:pacemaker:Dummy has no operation 'promte'; did you mean"),
        (
            "ocf:pacemaker:Stateful",
            "promte",
            "ocf:pacemaker:Stateful has no operation 'promte'; did you mean 'promote'?",
        ),
        (
            "ocf:heartbeat:IPaddr2",
            "zzz",
            "ocf:heartbeat:IPaddr2 has no operation 'zzz'; it has meta-data, monitor, start",
        ),
    ],
)
def test_unknown_operation_is_reported(agent, name, sentence):
    said = meta(agent).unknown_action({"start", name})
    assert said is None if sentence is None else said.startswith(sentence.partition("; did you mean")[0])


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_promotable_agents(system):
    assert meta("ocf:pacemaker:Stateful", system).is_promotable
    assert not meta("ocf:pacemaker:Dummy", system).is_promotable


def test_agent_without_demote_is_not_promotable():
    assert not made("<actions><action name='promote'/></actions>").is_promotable


def test_default_operations_with_only_monitor():
    names = [each["name"] for each in meta("ocf:pacemaker:Stateful").default_operations(only_monitor=True)]
    assert names == ["monitor", "monitor"]


@pytest.mark.parametrize(
    "parameters, sentences",
    [
        ("<parameter name='a'/>", []),
        ("<parameter name='a' deprecated='1'/>", ["the parameter 'a' of ocf:test:Made is deprecated"]),
        (
            "<parameter name='a'><deprecated><replaced-with name='n'/></deprecated></parameter>",
            ["the parameter 'a' of ocf:test:Made is deprecated; use n"],
        ),
        (
            "<parameter name='a' deprecated='1'/><parameter name='n' obsoletes='a'/>",
            ["the parameter 'a' of ocf:test:Made is deprecated; use n"],
        ),
    ],
)
def test_deprecated_parameters_are_reported(parameters, sentences):
    assert list(made(f"<parameters>{parameters}</parameters>").deprecated({"a", "unknown"})) == sentences
