# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

DUMMY = "ocf:pacemaker:Dummy"
OPS = (
    "<operations><op id='x-monitor-interval-10s' name='monitor' interval='10s'/>"
    "<op id='odd' name='start' interval='0s' timeout='20s'/></operations>"
)


def laid(*given, content=OPS, exact=False, known=kit.NO_AGENTS):
    cib = kit.small(kit.dummy("x", content) + kit.dummy("y"))
    kit.lay(cib, kit.want("resources", id="x", agent=DUMMY, operations=list(given)), exact=exact, known=known)
    return cib


def operations(*given, **options):
    return kit.read(kit.again(laid(*given, **options)), "x")["operations"]


MONITOR, START = (
    {"name": "monitor", "interval": "10s"},
    {"id": "odd", "name": "start", "interval": "0s", "timeout": "20s"},
)


# --- ids


def test_only_unusual_id_is_read():
    assert operations() == [MONITOR, START]


def test_operation_is_found_by_id():
    assert operations({"id": "odd", "name": "start", "timeout": "9s"}) == [MONITOR, {**START, "timeout": "9s"}]


def test_new_operation_gets_the_given_id():
    assert operations({"id": "mine", "name": "stop"})[-1] == {"id": "mine", "name": "stop", "interval": "0s"}


def test_two_given_operations_never_match_the_same_existing_one():
    given = [{"id": "x-monitor-interval-10s", "name": "monitor", "interval": "20s"}, MONITOR]
    assert sorted(each["interval"] for each in operations(*given) if each["name"] == "monitor") == ["10s", "20s"]


# --- values


@pytest.mark.parametrize(
    "given, written",
    [
        ({"enabled": False}, {"enabled": "false"}),
        ({"enabled": "FALSE"}, {"enabled": "false"}),
        ({"record-pending": True}, {"record-pending": "true"}),
        ({"on-fail": "Restart"}, {"on-fail": "restart"}),
        ({"role": "master"}, {"role": "Promoted"}),
        ({"role": "SLAVE"}, {"role": "Unpromoted"}),
        ({"timeout": 20}, {"timeout": "20"}),
        ({"timeout": "PT1M"}, {"timeout": "PT1M"}),
        ({"start-delay": "5s"}, {"start-delay": "5s"}),
        ({"description": "text"}, {"description": "text"}),
        ({"OCF_CHECK_LEVEL": 10}, {"OCF_CHECK_LEVEL": "10"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
def test_values_are_written_like_pcs(given, written, exact):
    wanted = {"name": "monitor", "interval": "30s", **given}
    cib = laid(wanted, content="", exact=exact)
    assert kit.read(cib, "x")["operations"][-1] == {"name": "monitor", "interval": "30s", **written}
    cib = kit.again(cib)
    kit.lay(cib, kit.want("resources", id="x", agent=DUMMY, operations=[wanted]), exact=exact)
    assert cib.edits == 0


def test_description_is_compared_as_text():
    content = OPS.replace("timeout='20s'", "description='10'")
    assert operations({"name": "start", "description": "10s"}, content=content)[-1]["description"] == "10s"


def test_time_is_compared_as_pacemaker_reads_it():
    assert laid({"name": "start", "timeout": "20000ms"}).edits == 0


# --- default operations


@pytest.mark.parametrize(
    "given, names",
    [
        (None, ["monitor"]),
        ([{"name": "start", "timeout": "9s"}], ["monitor", "start"]),
        ([{"name": "monitor", "interval": "9s"}], ["monitor"]),
    ],
    ids=str,
)
def test_without_default_operations_only_the_monitor_is_added(given, names):
    cib = kit.small()
    spec = {"id": "n", "agent": DUMMY, "default_operations": False, **({"operations": given} if given else {})}
    kit.lay(cib, kit.want("resources", **spec), known=kit.agents())
    assert [each["name"] for each in kit.read(cib, "n")["operations"]] == names


# --- invalid input


@pytest.mark.parametrize(
    "given, sentence",
    [
        (["monitor"], "operations[0]: must be a mapping"),
        ([{}], "operations[0].name: is required"),
        ([{"name": None}], "operations[0].name: is required"),
        ([{"name": ["monitor"]}], "operations[0].name: a value must be a string"),
        (
            [{"name": "stop"}, {"name": "start", "intervall": 1}],
            "operations[1]: unknown attribute 'intervall'; did you",
        ),
        ([{"name": "stop", "interval": "often"}], "operations[0].interval: 'often' is not a valid time"),
        ([{"name": "stop", "timeout": True}], "operations[0].timeout: True is not a valid time"),
        ([{"name": "stop", "timeout": []}], "operations[0].timeout: a value must be a string"),
        ([{"name": "stop", "start-delay": "soon"}], "operations[0].start-delay: 'soon' is not a valid time"),
        ([{"name": "stop", "enabled": "maybe"}], "operations[0].enabled: must be true or false, not 'maybe'"),
        ([{"name": "stop", "record-pending": 2}], "operations[0].record-pending: must be true or false, not 2"),
        ([{"name": "stop", "role": "Boss"}], "operations[0].role: must be Promoted, Unpromoted, Started or Stopped"),
        ([{"name": "stop", "on-fail": "panic"}], "operations[0].on-fail: must be one of ignore, block"),
        ([{"name": "stop", "description": {}}], "operations[0].description: a value must be a string"),
        ([{"name": "stop", "OCF_CHECK_LEVEL": [1]}], "operations[0].OCF_CHECK_LEVEL: a value must be"),
        (
            [{"name": "stop", "start-delay": "1s", "interval-origin": "x"}],
            "operations[0]: start-delay cannot be combined with interval-origin",
        ),
        (
            [{"name": "monitor", "interval": "1min"}, {"name": "monitor", "interval": 60}],
            "operations[1].interval: operations[0] is already a monitor with the interval 60",
        ),
        ([{"name": "stop", "id": "y"}], "operations: the id 'y' is already used by another object"),
        ([{"name": "stop", "id": "1st"}], "operations[0].id: '1st' is not a valid id"),
        ([{"name": "stop", "id": 5}], "operations[0].id: "),
        ([{"name": "stop", "id": "n"}, {"name": "start", "id": "n"}], "operations"),
        ([{"name": "demot"}], "operations: ocf:pacemaker:Dummy has no operation 'demot'"),
    ],
    ids=str,
)
def test_invalid_operations_are_refused_naming_the_field(given, sentence):
    with pytest.raises(BadInput) as failure:
        laid(*given, known=kit.agents())
    assert str(failure.value).startswith(sentence)


@pytest.mark.parametrize("name", [5, True])
def test_name_that_is_not_a_string_is_refused_or_read_as_text(name):
    cib = kit.small()
    wanted = kit.want("resources", id="n", agent=DUMMY, operations=[{"name": name}])
    try:
        kit.lay(cib, wanted)
    except BadInput as error:
        assert str(error).startswith("operations[0].name: ")
    else:
        assert kit.read(cib, "n")["operations"][0]["name"] == str(name).lower()


def test_operation_unknown_to_the_agent_can_be_forced():
    cib = kit.small(kit.dummy("x"))
    wanted = kit.want("resources", id="x", agent=DUMMY, operations=[{"name": "promote"}])
    plan = kit.lay(cib, wanted, known=kit.agents(), force=True)
    assert [each.partition(";")[0] for each in plan.warnings] == [
        "operations: ocf:pacemaker:Dummy has no operation 'promote'"
    ]
    assert kit.read(cib, "x")["operations"] == [{"name": "promote", "interval": "0s"}]


def test_existing_unknown_operation_does_not_affect_other_tasks():
    content = "<operations><op id='x-promote-interval-0s' name='promote' interval='0s'/></operations>"
    cib = laid({"name": "promote", "timeout": "5s"}, content=content, known=kit.agents())
    assert kit.read(cib, "x")["operations"] == [{"name": "promote", "interval": "0s", "timeout": "5s"}]
