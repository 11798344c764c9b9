# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.live.simulation import Simulation
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import preview


def graph(*operations, fenced=()):
    """A transition graph of (operation, resource, node)."""
    content = "".join(
        f'<synapse><action_set><rsc_op operation="{operation}" on_node="{node}"><primitive id="{resource.split("/")[-1]}"'
        f' long-id="{resource}"/></rsc_op></action_set></synapse>'
        for operation, resource, node in operations
    )
    content += "".join(
        f'<synapse><action_set><crm_event operation="stonith" on_node="{node}"/></action_set></synapse>'
        for node in fenced
    )
    return ElementTree.fromstring(f"<transition_graph>{content}</transition_graph>")


def impact(*operations, old=(), fenced=(), output=None):
    new, old = transition(graph(*operations, fenced=fenced), output=output), transition(graph(*old))
    return preview.impact(new, old)


def transition(*graphs, output=None):
    return preview.Transition([Simulation("", each, output) for each in graphs])


@pytest.mark.parametrize(
    "operations, action",
    [
        ([("start", "a", "n1")], {"action": "start", "to": "n1"}),
        ([("stop", "a", "n1")], {"action": "stop", "from": "n1"}),
        (
            [("stop", "a", "n1"), ("start", "a", "n1"), ("monitor", "a", "n1")],
            {"action": "restart", "from": "n1", "to": "n1"},
        ),
        ([("stop", "a", "n1"), ("start", "a", "n2")], {"action": "move", "from": "n1", "to": "n2"}),
        (
            [("migrate_to", "a", "n1"), ("migrate_from", "a", "n2"), ("stop", "a", "n1")],
            {"action": "migrate", "from": "n1", "to": "n2"},
        ),
        ([("promote", "a", "n1")], {"action": "promote", "to": "n1", "role": "Promoted"}),
        ([("demote", "a", "n1")], {"action": "demote", "from": "n1", "role": "Promoted"}),
        ([("reload", "a", "n1")], {"action": "reload", "to": "n1"}),
        ([("reload-agent", "a", "n1")], {"action": "reload", "to": "n1"}),
        ([("start", "c/a:0", "n1")], {"action": "start", "to": "n1"}),
    ],
    ids=lambda value: value["action"] if isinstance(value, dict) else "",
)
def test_operations_are_combined_into_one_action(operations, action):
    assert impact(*operations) == [{"resource": "a", **action}] or impact(*operations)[0]["resource"] == "a:0"


@pytest.mark.parametrize("operations", [[("monitor", "a", "n1")], [("delete", "a", "n1")], [("notify", "a", "n1")]])
def test_harmless_operations_are_not_in_impact(operations):
    assert impact(*operations) == []


def test_action_pending_without_change_is_not_in_impact():
    pending = [("start", "a", "n1"), ("stop", "b", "n2")]
    assert impact(*pending, ("stop", "c", "n1"), old=pending) == [{"action": "stop", "resource": "c", "from": "n1"}]
    # A start on another node than without the change is part of the impact
    assert impact(("start", "a", "n2"), old=[("start", "a", "n1")]) == [
        {"action": "start", "resource": "a", "to": "n2"}
    ]


def test_stop_and_start_in_successive_steps_are_restart():
    steps = transition(graph(("stop", "a", "n1"), ("stop", "gone", "n1")), graph(("start", "a", "n1")))
    assert preview.summary(preview.impact(steps, transition(graph()))) == "stops gone on n1; restarts a on n1"


def test_impact_is_sorted_by_severity():
    found = impact(("start", "a", "n1"), ("stop", "c", "n1"), ("stop", "b", "n1"), fenced=["n2"])
    assert [(each["action"], each.get("resource")) for each in found] == [
        ("fence", None),
        ("stop", "b"),
        ("stop", "c"),
        ("start", "a"),
    ]


OUTPUT = """<pacemaker-result><actions>
  <rsc_action action="recover" resource="a" source="n1" reason="failed"/>
  <rsc_action action="restart" resource="b:0" source="n1" reason="resource definition change"/>
  <node_action task="Fence (reboot)" node="n2" reason="peer is no longer part of the cluster"/>
</actions></pacemaker-result>"""


def test_reasons_and_recoveries_are_taken_from_crm_simulate():
    restarts = [(operation, resource, "n1") for resource in "ab" for operation in ("stop", "start")]
    found = impact(*restarts, fenced=["n2"], output=ElementTree.fromstring(OUTPUT))
    assert [(each["action"], each["reason"]) for each in found] == [
        ("fence", "peer is no longer part of the cluster"),
        ("restart", "resource definition change"),
        ("recover", "failed"),
    ]


@pytest.mark.parametrize(
    "actions, sentence",
    [
        ([], "nothing is started, stopped or moved"),
        ([{"action": "fence", "node": "n2"}], "fences n2"),
        ([{"action": "restart", "resource": "a", "from": "n1", "to": "n1"}], "restarts a on n1"),
        (
            [
                {"action": "move", "resource": "a", "from": "n1", "to": "n2"},
                {"action": "start", "resource": "b", "to": "n1"},
                {"action": "start", "resource": "c", "to": "n2"},
            ],
            "moves a from n1 to n2; starts b on n1, c on n2",
        ),
        (
            [{"action": "stop", "resource": f"r{n}", "from": "n1"} for n in range(7)],
            "stops r0 on n1, r1 on n1, r2 on n1, r3 on n1, r4 on n1 and 2 more",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_summary_line(actions, sentence):
    assert preview.summary(actions) == sentence


def test_disruptive_actions():
    actions = [
        {"action": each, "resource": each}
        for each in ("start", "reload", "promote", *sorted(preview.DISRUPTIVE - {"fence"}))
    ]
    actions.append({"action": "fence", "node": "n2"})
    assert [each["action"] for each in preview.disruptive(actions, ["move", "stop", "n2"])] == [
        "demote",
        "migrate",
        "recover",
        "restart",
        "fence",
    ]


STARTED, PROMOTED, UNPROMOTED = (("a", role, "n1") for role in ("Started", "Promoted", "Unpromoted"))


def action(name, **where):
    return {"action": name, "resource": "a", **where}


@pytest.mark.parametrize(
    "actions, active, ends",
    [
        ([action("stop")], [STARTED], ["stop"]),
        ([action("move")], [STARTED], []),
        ([action("migrate")], [STARTED], []),
        ([action("restart")], [STARTED], []),
        ([action("recover")], [STARTED], []),
        ([action("start")], [], []),
        # Instances of a clone
        ([action("stop")], [STARTED, STARTED], []),
        ([action("stop"), action("stop")], [STARTED, STARTED], ["stop", "stop"]),
        ([action("stop"), action("stop"), action("start")], [STARTED, STARTED], []),
        ([action("stop")], [STARTED, ("b", "Started", "n1")], ["stop"]),
        # Promoted ones
        ([action("demote")], [PROMOTED, UNPROMOTED], ["demote"]),
        ([action("demote"), action("promote")], [PROMOTED, UNPROMOTED], []),
        ([action("demote")], [PROMOTED, PROMOTED], []),
        ([action("demote"), action("stop"), action("promote")], [PROMOTED, UNPROMOTED], []),
        ([action("demote"), action("stop")], [PROMOTED, UNPROMOTED], ["demote"]),
    ],
    ids=str,
)
def test_outages_are_actions_that_leave_no_instance(actions, active, ends):
    assert [each["action"] for each in preview.outages(actions, (), active)] == ends
    assert preview.outages(actions, ("a",), active) == []


FENCE = {"action": "fence", "node": "n2"}
ON_N2 = ("a", "Started", "n2")


@pytest.mark.parametrize(
    "actions, active, ends",
    [
        ([FENCE], [ON_N2], [action("stop", **{"from": "n2"})]),
        ([FENCE], [STARTED], []),
        ([FENCE, action("start", to="n1")], [ON_N2], []),
        ([FENCE], [STARTED, ON_N2], []),
        ([FENCE, action("stop", **{"from": "n1"})], [STARTED, ON_N2], ["n1", "n2"]),
        ([FENCE, action("stop", **{"from": "n2"})], [ON_N2], ["n2"]),
        ([FENCE], [UNPROMOTED, ("a", "Promoted", "n2")], [action("demote", **{"from": "n2"})]),
        ([FENCE, action("promote", to="n1")], [UNPROMOTED, ("a", "Promoted", "n2")], []),
    ],
    ids=str,
)
def test_outages_include_resources_of_fenced_node(actions, active, ends):
    """The scheduler has no actions for the resources of a fenced node."""
    found = preview.outages(actions, (), active)
    assert (found if ends and isinstance(ends[0], dict) else [each["from"] for each in found]) == ends
    assert preview.outages(actions, ("a",), active) == []


def test_resources_to_run():
    actions = [action(each, to="n1") for each in ("start", "move")] + [
        {"action": "stop", "resource": "b", "from": "n1"}
    ]
    assert preview.to_run([*actions, {"action": "fence", "node": "n2"}]) == {"a"}
    assert preview.to_run([]) == set()
