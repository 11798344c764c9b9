# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ha_resource on the running cluster of the demo: each kind of resource, each state, and invalid input."""

from __future__ import annotations

import re
from collections import namedtuple
from xml.etree import ElementTree

import pytest
from conftest import IDLE, lab
from steps import (
    DUMMY,
    MONITOR,
    PROMOTED,
    QUERY,
    SETTLED,
    STATEFUL,
    STOPPED,
    UNPROMOTED,
    Step,
    around,
    at_node1,
    check_changed,
    check_predicted,
    check_refused,
    dummies,
    epoch,
    make,
    places,
    primitive,
    run,
)

pytestmark = pytest.mark.usefixtures("restore_configuration")

DEMO_RESOURCES = ("web", "fence-node1", "fence-node2")
SINCE = "stat --format=%y /run/Dummy-{}.state"  # when a Dummy was started on node1


def resource(**arguments):
    """A task of ha_resource."""
    return {"ha_resource": arguments}


def shape(resources):
    """All resources except those of the demo in one line; the members of groups, clones and bundles are in brackets."""

    def text(element):
        inside = " ".join(text(each) for each in element if each.tag in ("primitive", "group"))
        return element.get("id") + (f"({inside})" if inside else "")

    return " ".join(text(each) for each in resources if each.get("id") not in DEMO_RESOURCES)


# --- kinds

# The arguments of a task, the resources after it, and paths of elements that exist and that do not exist
Case = namedtuple("Case", "arguments shape there gone", defaults=((), ()))


TEMPLATE = [
    Case(
        {
            "id": "base",
            "as_template": True,
            "agent": DUMMY,
            "description": "what all have in common",
            "params": {"fake": "a"},
            "utilization": {"memory": 1},
            "operations": [{"name": "monitor", "interval": "20s"}],
        },
        "base",
        [
            "template[@id='base'][@type='Dummy'][@description='what all have in common']",
            "template/instance_attributes/nvpair[@name='fake'][@value='a']",
            "template/utilization/nvpair[@name='memory'][@value='1']",
            "template/operations/op[@name='monitor'][@interval='20s']",
        ],
    ),
    Case(
        {"id": "base", "as_template": True, "agent": DUMMY, "params": {"fake": None}, "meta": {"priority": 7}},
        "base",
        ["template/meta_attributes/nvpair[@name='priority'][@value='7']", "template/operations/op[@interval='20s']"],
        ["template/instance_attributes/nvpair"],
    ),
    Case(
        {"id": "one", "template": "base", "params": {"fake": "b"}, "meta": STOPPED},
        "base one",
        ["primitive[@template='base']", "primitive/instance_attributes/nvpair[@name='fake'][@value='b']"],
        ["primitive[@type]", "primitive/operations/op"],
    ),
    Case(
        {
            "id": "one",
            "template": "base",
            "operations": [{"name": "monitor", "interval": "30s"}],
            "params": {"fake": 1},
        },
        "base one",
        ["primitive/operations/op[@interval='30s']", "primitive/instance_attributes/nvpair[@name='fake'][@value='1']"],
    ),
    Case({"id": "one", "state": "absent"}, "base"),
    Case({"id": "base", "state": "absent"}, ""),
]

PRIMITIVE = [
    Case(
        {
            "id": "one",
            "agent": STATEFUL,
            "description": "the first",
            "params": {"envfile": "/run/one.env"},
            "meta": {**STOPPED, "migration-threshold": 3},
            "utilization": {"cpu": 2, "memory": 512},
            "operations": [
                {"name": "monitor", "interval": "5s", "role": "Promoted", "timeout": "9s"},
                {"name": "monitor", "interval": "6s", "role": "Unpromoted", "on-fail": "restart"},
                {"name": "monitor", "interval": "7s", "OCF_CHECK_LEVEL": 10},
            ],
        },
        "one",
        [
            "primitive[@class='ocf'][@provider='pacemaker'][@type='Stateful'][@description='the first']",
            "primitive/instance_attributes/nvpair[@name='envfile'][@value='/run/one.env']",
            "primitive/meta_attributes/nvpair[@name='migration-threshold'][@value='3']",
            "primitive/utilization/nvpair[@name='memory'][@value='512']",
            f"primitive/operations/op[@name='monitor'][@interval='5s'][@timeout='9s'][@role='{PROMOTED}']",
            f"primitive/operations/op[@name='monitor'][@interval='6s'][@on-fail='restart'][@role='{UNPROMOTED}']",
            "primitive/operations/op[@interval='7s']/instance_attributes/nvpair[@name='OCF_CHECK_LEVEL'][@value='10']",
            "primitive/operations/op[@name='promote'][@timeout='10s']",
        ],
        ["primitive/operations/op[@interval='10s']"],
    ),
    Case(
        {
            "id": "one",
            "agent": STATEFUL,
            "description": "changed",
            "params": {"envfile": None, "notify_delay": 1},
            "meta": {"migration-threshold": None},
            "utilization": {"cpu": 3},
            "operations": [
                {"name": "monitor", "role": "Unpromoted", "interval": "8s"},
                {"name": "promote", "timeout": "40s"},
            ],
        },
        "one",
        [
            "primitive[@description='changed']",
            "primitive/instance_attributes/nvpair[@name='notify_delay'][@value='1']",
            "primitive/meta_attributes/nvpair[@name='target-role']",
            "primitive/utilization/nvpair[@name='cpu'][@value='3']",
            "primitive/utilization/nvpair[@name='memory'][@value='512']",
            f"primitive/operations/op[@name='monitor'][@interval='5s'][@role='{PROMOTED}']",
            f"primitive/operations/op[@name='monitor'][@interval='8s'][@on-fail='restart'][@role='{UNPROMOTED}']",
            "primitive/operations/op[@name='promote'][@timeout='40s']",
        ],
        [
            "primitive//nvpair[@name='envfile']",
            "primitive//nvpair[@name='migration-threshold']",
            "*/*/op[@interval='6s']",
        ],
    ),
    Case(
        {
            "id": "one",
            "agent": STATEFUL,
            "mode": "replaced",
            "operations": [{"name": "monitor", "role": "Promoted", "interval": "5s"}],
        },
        "one",
        [
            "primitive/meta_attributes/nvpair[@name='target-role'][@value='Stopped']",
            f"primitive/operations/op[@name='monitor'][@interval='5s'][@role='{PROMOTED}']",
        ],
        [
            "primitive[@description]",
            "primitive/instance_attributes/nvpair",
            "primitive/utilization/nvpair",
            "primitive/operations/op[2]",
            "primitive/operations/op[@timeout]",
        ],
    ),
    Case({"id": "one", "state": "absent"}, ""),
]

GROUP = [
    Case(
        {"id": "row", "members": ["one", "two"], "description": "in a row"},
        "three row(one two)",
        ["group[@id='row'][@description='in a row']"],
    ),
    Case({"id": "row", "members": ["one", "two", "three"]}, "row(one two three)"),
    Case(
        {"id": "row", "members": ["three", "one"], "meta": {"priority": 5}},
        "row(three one) two",
        ["group/meta_attributes/nvpair[@name='priority'][@value='5']", "group[@description='in a row']"],
    ),
    Case(
        {"id": "new", "agent": DUMMY, "meta": STOPPED, "group": {"id": "row", "before": "one"}},
        "row(three new one) two",
        ["group/primitive[@id='new']/meta_attributes/nvpair[@value='Stopped']", "group/primitive/operations/op"],
    ),
    Case({"id": "new", "agent": DUMMY, "group": {"id": "row", "after": "one"}}, "row(three one new) two"),
    Case({"id": "last", "agent": DUMMY, "meta": STOPPED, "group": {"id": "own"}}, "row(three one new) two own(last)"),
    Case({"id": "row", "state": "absent"}, "two own(last)"),
]

CLONE = [
    Case(
        {"id": "all", "member": "one", "meta": {"interleave": True, "clone-max": 1}, "description": "everywhere"},
        "pair(two three) all(one)",
        [
            "clone[@id='all'][@description='everywhere']/meta_attributes/nvpair[@name='interleave'][@value='true']",
            "clone/meta_attributes/nvpair[@name='clone-max'][@value='1']",
        ],
    ),
    Case(
        {"id": "all", "member": "one", "meta": {"clone-max": 2, "interleave": None}},
        "pair(two three) all(one)",
        ["clone/meta_attributes/nvpair[@name='clone-max'][@value='2']"],
        ["clone//nvpair[@name='interleave']"],
    ),
    Case({"id": "pair-clone", "member": "pair"}, "all(one) pair-clone(pair(two three))"),
    Case({"id": "pair-clone", "state": "absent"}, "all(one)"),
]

PROMOTABLE = [
    Case(
        {
            "id": "new",
            "agent": STATEFUL,
            "meta": STOPPED,
            "clone": {"id": "new-all", "promotable": True, "meta": {"promoted-node-max": 1}},
        },
        "new-all(new)",
        [
            "clone/meta_attributes/nvpair[@name='promotable'][@value='true']",
            "clone/meta_attributes/nvpair[@name='promoted-node-max'][@value='1']",
            "clone/primitive/meta_attributes/nvpair[@value='Stopped']",
        ],
    ),
    Case(
        {"id": "new-all", "member": "new", "promotable": False},
        "new-all(new)",
        [],
        ["clone/meta_attributes/nvpair[@name='promotable'][@value='true']"],
    ),
    Case(
        {"id": "new", "agent": STATEFUL, "clone": {"promotable": True, "meta": {"notify": True}}},
        "new-all(new)",
        [
            "clone/meta_attributes/nvpair[@name='promotable'][@value='true']",
            "clone/meta_attributes/nvpair[@name='notify'][@value='true']",
        ],
    ),
    Case({"id": "new", "state": "absent"}, ""),
]

BUNDLE = [
    Case(
        {
            "id": "box",
            "container": {"type": "podman", "image": "localhost/none:1", "replicas": 1, "options": "--log-level=debug"},
            "network": {"ip-range-start": "192.0.2.90", "host-netmask": 24},
            "ports": [{"port": 80}],
            "storage": [{"source-dir": "/srv", "target-dir": "/data", "options": "rw"}],
            "meta": STOPPED,
        },
        "box",
        [
            "bundle/podman[@image='localhost/none:1'][@replicas='1'][@options='--log-level=debug']",
            "bundle/network[@ip-range-start='192.0.2.90'][@host-netmask='24']/port-mapping[@port='80']",
            "bundle/storage/storage-mapping[@source-dir='/srv'][@target-dir='/data'][@options='rw']",
            "bundle/meta_attributes/nvpair[@value='Stopped']",
        ],
    ),
    Case(
        {
            "id": "box",
            "container": {"replicas": 2, "options": None},
            "ports": [{"range": "3000-3010"}],
            "storage": [{"source-dir": "/srv/other", "target-dir": "/data"}],
        },
        "box",
        [
            "bundle/podman[@image='localhost/none:1'][@replicas='2']",
            "bundle/network/port-mapping[@port='80']",
            "bundle/network/port-mapping[@range='3000-3010']",
            "bundle/storage/storage-mapping[@source-dir='/srv/other'][@target-dir='/data'][@options='rw']",
        ],
        ["bundle/podman[@options]", "bundle/storage/storage-mapping[2]"],
    ),
    Case({"id": "new", "agent": DUMMY, "bundle": "box"}, "box(new)", ["bundle/primitive/operations/op"]),
    Case(
        {"id": "box", "container": {"type": "docker"}, "force_recreate": True, "ports": [{"port": 80}]},
        "box(new)",
        ["bundle/docker[@image='localhost/none:1'][@replicas='2']", "bundle/meta_attributes/nvpair[@value='Stopped']"],
        ["bundle/podman"],
    ),
    Case({"id": "box", "state": "absent"}, ""),
]

# For each kind: the resources that exist at first, and the tasks that run one after another
KINDS = {
    "template": ([], TEMPLATE),
    "primitive": ([], PRIMITIVE),
    "group": (dummies("one", "two", "three"), GROUP),
    "clone": ([*dummies("one"), around("group", "pair", *dummies("two", "three"))], CLONE),
    "promotable clone": ([], PROMOTABLE),
    "bundle": ([], BUNDLE),
}


# Kinds whose way into the engine the others take as well
MORE_KINDS = ("template", "primitive", "group", "clone")


@pytest.mark.only_on("13")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.full if name in MORE_KINDS else ()) for name in KINDS]
)
def test_each_task_is_predicted_and_makes_one_change(name):
    existing, cases = KINDS[name]
    make(*existing)
    for case, step in zip(cases, run(*(resource(**case.arguments) for case in cases))):
        # A resource in a group, clone or bundle is created right there: there is no other change before
        check_changed(step)
        resources = step.after.find("configuration/resources")
        assert shape(resources) == case.shape
        for each in [each for each in resources if each.get("id") in DEMO_RESOURCES]:
            resources.remove(each)
        for path in case.there:
            assert resources.find(path) is not None, f"{case.arguments}: no {path}"
        for path in case.gone:
            assert resources.find(path) is None, f"{case.arguments}: still {path}"


# --- states


def test_resources_are_started_stopped_and_restarted():
    make(around("group", "row", primitive("one"), primitive("two")), constraints=at_node1("row"))
    since = SINCE.format("one")
    at_first, predicted, still, restarted, again, stopped, nowhere, started, running, half = run(
        since,
        (resource(id="row", state="restarted"), True),
        since,
        (resource(id="row", state="restarted"), False),
        since,
        resource(id="row", state="stopped"),
        SETTLED,
        resource(id="row", state="started", wait=60),
        MONITOR,
        resource(id="two", agent=DUMMY, params={"fake": "b"}, state="stopped"),
    )
    assert predicted["changed"] and restarted["changed"] and predicted["commands"] == restarted["commands"]
    assert at_first == still < again, "only the real restart starts it again"
    check_changed(stopped)
    assert stopped.after.find(".//group/meta_attributes/nvpair[@name='target-role'][@value='Stopped']") is not None
    assert places(nowhere, "row") == [("one", "Stopped", None), ("two", "Stopped", None)]
    check_changed(started)
    assert started.after.find(".//group//nvpair[@name='target-role']") is None
    assert places(running, "row") == [("one", "Started", "node1"), ("two", "Started", "node1")]
    check_changed(half)
    assert half.after.find(".//primitive[@id='two']//nvpair[@name='fake'][@value='b']") is not None
    assert half.after.find(".//primitive[@id='two']//nvpair[@name='target-role'][@value='Stopped']") is not None


def test_resources_are_cleaned_and_refreshed():
    make(primitive("one", monitor='interval="1s"'), constraints=at_node1("one"))
    failed = f"{MONITOR} | grep -q '<failure .*op_key=.one_monitor'"
    fail = f"rm /run/Dummy-one.state; until {failed}; do sleep 0.2; done; {IDLE}"
    predicted, known, refreshed, after_refresh, nothing, _fails, elsewhere, cleaned, clean = run(
        (resource(id="one", state="refreshed"), True),
        QUERY,
        (resource(id="one", state="refreshed"), False),
        f"{IDLE} && {QUERY}",
        (resource(id="one", state="cleaned"), False),
        fail,
        (resource(id="one", state="cleaned", node="node2"), False),
        resource(id="one", state="cleaned"),
        MONITOR,
    )
    assert predicted["changed"] and refreshed["changed"] and predicted["commands"] == refreshed["commands"]
    # After a refresh, Pacemaker probes whether the resource is running and has no start of it in its history
    started = ".//node_state[@uname='node1']//lrm_resource[@id='one']/lrm_rsc_op[@operation='start']"
    assert ElementTree.fromstring(known).find(started) is not None
    assert ElementTree.fromstring(after_refresh).find(started) is None
    assert not nothing["changed"] and not elsewhere["changed"]
    check_predicted(cleaned)
    assert "one: monitor on node1" in cleaned.real["diff"]["before"]
    clean = ElementTree.fromstring(clean)
    assert clean.find("failures/failure") is None
    assert clean.find(".//resource_history[@fail-count]") is None


def test_resources_are_moved_banned_and_cleared():
    row = around("group", "row", primitive("one"), primitive("two"), meta={"resource-stickiness": 100})
    make(row, constraints=at_node1("row"))
    there, moved, found, kept, for_a_time, cleared, banned, away, elsewhere, free = run(
        (resource(id="row", state="moved", node="node1"), False),
        resource(id="row", state="moved", node="node2"),
        MONITOR,
        resource(id="row", state="moved", node="node1", keep_constraint=True),
        resource(id="row", state="moved", node="node1", lifetime="1h"),
        resource(id="row", state="cleared"),
        resource(id="row", state="banned", node="node1", lifetime="30min"),
        SETTLED,
        (resource(id="row", state="cleared", node="node2"), False),
        resource(id="row", state="cleared", node="node1"),
    )
    assert not there["changed"] and not elsewhere["changed"]
    check_changed(moved, commits=2)
    assert move_constraints(moved) == []
    assert places(found, "row") == [("one", "Started", "node2"), ("two", "Started", "node2")]
    check_changed(kept)
    assert kept.after.find(".//rsc_location[@id='cli-prefer-row'][@node='node1'][@score='INFINITY']") is not None
    check_changed(without_dates(for_a_time))
    assert for_a_time.after.find(".//rsc_location[@id='cli-prefer-row']/rule/expression[@value='node1']") is not None
    assert for_a_time.after.find(".//rsc_location[@id='cli-prefer-row']/rule/date_expression[@end]") is not None
    check_changed(cleared)
    assert move_constraints(cleared) == []
    check_changed(without_dates(banned))
    assert banned.after.find(".//rsc_location[@id='cli-ban-row-on-node1']/rule[@score='-INFINITY']") is not None
    assert banned.after.find(".//rsc_location[@id='cli-ban-row-on-node1']/rule/date_expression[@end]") is not None
    assert places(away, "row") == [("one", "Started", "node2"), ("two", "Started", "node2")]
    check_changed(free)
    assert move_constraints(free) == []
    assert free.after.find(".//rsc_location[@id='row-at-node1']") is not None


def without_dates(step):
    """The step without the dates in its diffs: a lifetime starts when a task runs, so it ends earlier in check mode."""
    three = (
        {**each, "diff": {side: re.sub(r"date lt \S+", "date lt ...", text) for side, text in each["diff"].items()}}
        for each in step[:3]
    )
    return Step(*three, *step[3:])


def move_constraints(step):
    """The ids of the constraints left by moves and bans."""
    constraints = step.after.iterfind("configuration/constraints/*")
    return [each.get("id") for each in constraints if each.get("id").startswith("cli-")]


def test_promoted_role_is_moved_and_banned():
    rather = f'<rsc_location id="promoted-at-node1" rsc="all" role="{PROMOTED}" node="node1" score="{{}}"/>'
    # Regardless of which instance is promoted first, the promoted role first goes to node1; then it may stay anywhere
    clone = around("clone", "all", primitive("db", STATEFUL), meta={"promotable": "true"})
    make(clone, constraints=rather.format(50))
    _less, at_first, moved, found, banned, back, cleared = run(
        f"cibadmin --modify --xml-text '{rather.format(1)}'",
        SETTLED,
        resource(id="all", state="moved", node="node2", role="Promoted"),
        MONITOR,
        resource(id="all", state="banned", node="node2", role="Promoted"),
        SETTLED,
        resource(id="all", state="cleared"),
    )
    assert places(at_first, "all") == [("db", "Promoted", "node1"), ("db", "Unpromoted", "node2")]
    check_changed(moved, commits=2)
    assert move_constraints(moved) == []
    assert places(found, "all") == [("db", "Promoted", "node2"), ("db", "Unpromoted", "node1")]
    check_changed(banned)
    assert banned.after.find(f".//rsc_location[@id='cli-ban-all-on-node2'][@role='{PROMOTED}']") is not None
    assert places(back, "all") == [("db", "Promoted", "node1"), ("db", "Unpromoted", "node2")]
    check_changed(cleared)
    assert move_constraints(cleared) == []


@pytest.mark.only_on("13")
def test_absent_stops_the_resource_and_removes_references_to_it():
    constraints = [
        at_node1("row"),
        '<rsc_order id="in-order" first="web" then="row"/>',
        '<rsc_colocation id="together" rsc="one" with-rsc="web" score="10"/>',
    ]
    # Stopping takes a second: a resource that was removed without being stopped would still be running
    make(
        around("group", "row", primitive("one", params={"op_sleep": 1}), primitive("two")),
        constraints="".join(constraints),
        tags='<tag id="some"><obj_ref id="row"/><obj_ref id="web"/></tag><tag id="only"><obj_ref id="two"/></tag>',
    )
    wanted = resource(id="row", state="absent")
    running, before, predicted, removed, files, after, again = run(
        "ls /run/Dummy-*.state",
        QUERY,
        (wanted, True),
        (wanted, False),
        "ls /run/Dummy-*.state || true",
        QUERY,
        (wanted, False),
    )
    before, after = ElementTree.fromstring(before), ElementTree.fromstring(after)
    assert running.split() == ["/run/Dummy-one.state", "/run/Dummy-two.state"] and files == ""
    assert predicted["changed"] and removed["changed"] and not again["changed"]
    assert (predicted["diff"], predicted["commands"]) == (removed["diff"], removed["commands"])
    assert epoch(after) - epoch(before) == 2, "one change sets target-role=Stopped, the second removes the resources"
    for name in ("in-order", "together", "row-at-node1", "only"):
        assert after.find(f"configuration//*[@id='{name}']") is None
        assert name in predicted["diff"]["before"] and name not in predicted["diff"]["after"]
    assert [each.get("id") for each in after.iterfind(".//tag[@id='some']/obj_ref")] == ["web"]
    assert shape(after.find("configuration/resources")) == ""


TOGETHER = '<rsc_colocation id="together" rsc="two" with-rsc="all" score="10"/>'


@pytest.mark.only_on("13")
def test_kept_members_keep_running():
    clone = around("clone", "all", primitive("one"), meta={"clone-max": 1})
    # Without stickiness, the cluster would distribute the former members of the group over the nodes
    stay = {"resource-stickiness": 1}
    row = around("group", "row", primitive("two", meta=stay), primitive("three", meta=stay))
    make(clone, row, constraints=at_node1("all") + at_node1("two") + TOGETHER)
    since = " && ".join(SINCE.format(each) for each in ("one", "two", "three"))
    at_first, unclone, dissolve, monitor, still = run(
        since,
        resource(id="all", state="absent", keep_members=True),
        resource(id="row", state="absent", keep_members=True),
        SETTLED,
        since,
    )
    check_changed(unclone)
    check_changed(dissolve)
    assert shape(dissolve.after.find("configuration/resources")) == "one two three"
    assert unclone.after.find(".//rsc_location[@id='all-at-node1'][@rsc='one']") is not None
    assert unclone.after.find(".//rsc_colocation[@id='together'][@with-rsc='one']") is not None
    assert at_first == still
    assert [places(monitor, each) for each in ("one", "two", "three")] == [
        [(each, "Started", "node1")] for each in ("one", "two", "three")
    ]


@pytest.mark.only_on("13")
def test_force_recreate_replaces_the_agent_in_place():
    row = around("group", "row", primitive("one"), primitive("two", meta={"priority": 3}), primitive("three"))
    make(row, constraints=at_node1("row") + '<rsc_order id="in-order" first="web" then="two"/>')
    wanted = resource(id="two", agent="ocf:heartbeat:Dummy", force_recreate=True)
    step, monitor = run(wanted, SETTLED)
    check_changed(step, commits=2)
    assert shape(step.after.find("configuration/resources")) == "row(one two three)"
    two = step.after.find(".//primitive[@id='two']")
    assert two.get("provider") == "heartbeat"
    meta = [(pair.get("name"), pair.get("value")) for pair in two.iterfind("meta_attributes/nvpair")]
    assert meta == [("priority", "3")], "no target-role is left"
    assert step.after.find(".//rsc_order[@id='in-order'][@then='two']") is not None
    assert places(monitor, "row") == [(each, "Started", "node1") for each in ("one", "three", "two")]


@pytest.mark.only_on("13")
def test_operator_changes_are_kept():
    make(primitive("one"), primitive("two"))
    operator = "pcs resource disable one && pcs resource ban two node2 && pcs node standby node2"
    _operator, *steps = run(
        operator,
        resource(id="one", agent=DUMMY, params={"fake": "b"}, mode="replaced"),
        resource(id="two", agent=DUMMY, params={"fake": "b"}, mode="replaced"),
    )
    for step in steps:
        check_changed(step)
    after = steps[-1].after
    assert after.find(".//primitive[@id='one']//nvpair[@name='target-role'][@value='Stopped']") is not None
    assert after.find(".//rsc_location[@id='cli-ban-two-on-node2'][@node='node2'][@score='-INFINITY']") is not None
    assert after.find(".//node[@uname='node2']//nvpair[@name='standby'][@value='on']") is not None


def test_result_matches_crm_mon():
    failing = primitive("five", monitor='interval="1s" on-fail="block"', params={"fake": "a"}).replace(
        'on-fail="block"/>',
        'on-fail="block"><instance_attributes id="five-level"><nvpair id="five-level-30" name="OCF_CHECK_LEVEL"'
        ' value="30"/></instance_attributes></op>',
    )
    make(
        around("clone", "all", primitive("one")),
        around("group", "row", primitive("two"), primitive("three", meta=STOPPED)),
        around("clone", "both", primitive("four", STATEFUL), meta={"promotable": "true"}),
        failing,
        primitive("six", meta=STOPPED),
    )
    blocked = f"until {MONITOR} | grep -q 'id=.five. .*failed=.true'; do sleep 0.2; done; {IDLE}"
    expected = {
        "all": ("started", "Started"),
        "row": ("partial", "Started"),
        "both": ("started", "Promoted"),
        "five": ("failed", "Started"),
        "six": ("stopped", "Stopped"),
    }
    _blocked, monitor, *results = run(
        blocked, MONITOR, *((resource(id=each, state="cleared"), True) for each in expected)
    )
    for (name, (status, role)), result in zip(expected.items(), results):
        found = result["resource"]
        assert (found["id"], found["status"], found["role"]) == (name, status, role)
        seen = places(monitor, name)
        assert sorted(((each["id"], each["role"], each["node"]) for each in found["instances"]), key=str) == seen
        assert found["nodes"] == sorted({node for _id, _role, node in seen if node})


# --- invalid input

WRONG = [
    ({"id": "x", "agent": "ocf:heartbeat:IPadr2"}, "did you mean 'ocf:heartbeat:IPaddr2'"),
    ({"id": "x", "template": "bace"}, "there is no template 'bace'; did you mean 'base'"),
    (
        {"id": "x", "agent": DUMMY, "params": {"fke": 1}},
        "ocf:pacemaker:Dummy has no parameter 'fke'; did you mean 'fake'",
    ),
    ({"id": "x", "agent": "ocf:heartbeat:IPaddr2", "clone": {}}, "ocf:heartbeat:IPaddr2 needs ip"),
    (
        {"id": "x", "agent": "ocf:heartbeat:IPaddr2", "params": {"ip": "192.0.2.1", "arp_count": "many"}},
        "the parameter 'arp_count' of ocf:heartbeat:IPaddr2 must be a whole number, not 'many'",
    ),
    ({"id": "x", "agent": "ocf:heartbeat:IPaddr2", "params": "{{ web }}"}, "'web-ip' has the same"),
    (
        {"id": "one", "agent": DUMMY, "operations": [{"name": "promote"}]},
        "operations: ocf:pacemaker:Dummy has no operation 'promote'",
    ),
    ({"id": "tow", "state": "stopped"}, "id: there is no resource 'tow'; did you mean 'two'"),
    ({"id": "base", "state": "started"}, "id: 'base' is a template, which cannot run"),
    ({"id": "one", "state": "restarted"}, "one is not running, so it cannot be restarted"),
    ({"id": "two", "state": "moved", "node": "node11"}, "node: the cluster has no node 'node11'; did you mean 'node1'"),
    (
        {"id": "two", "state": "moved", "node": "node2"},
        "two would move away from node2 again as soon as the constraint is removed",
    ),
    (
        {"id": "all", "member": "one", "promotable": True},
        "ocf:pacemaker:Dummy does not support the actions promote and demote",
    ),
    (
        {"id": "one", "agent": STATEFUL},
        "exists with the agent ocf:pacemaker:Dummy, not the agent ocf:pacemaker:Stateful",
    ),
    ({"id": "all", "member": "fence-node1"}, "member: 'fence-node1' is a fence device"),
    ({"id": "all", "member": "web-ip"}, "member: 'web-ip' is in the group 'web'; remove it from there first"),
    ({"id": "row", "members": ["one", "tow"]}, "members: there is no primitive 'tow'; did you mean 'two'"),
    ({"id": "x", "agent": DUMMY, "group": {"id": "web", "after": "web-io"}}, "did you mean 'web-ip'"),
    ({"id": "x", "agent": DUMMY, "bundle": "web"}, "bundle: there is no bundle 'web'"),
    ({"id": "base", "state": "absent"}, "id: the template 'base' is used by made; remove them first"),
]


@pytest.mark.full
def test_invalid_tasks_are_refused_without_changes():
    template = '<template id="base" class="ocf" provider="pacemaker" type="Dummy"/>'
    made = '<primitive id="made" template="base"/>'
    two = primitive("two", meta={"resource-stickiness": 0})
    make(template, made, primitive("one", meta=STOPPED), two, constraints=at_node1("two"))
    before = ElementTree.fromstring(lab("node1", *QUERY.split()))
    web = {pair.get("name"): pair.get("value") for pair in before.iterfind(".//primitive[@id='web-ip']//nvpair")}
    check_refused([(resource(**arguments), sentence) for arguments, sentence in WRONG], web=web)
