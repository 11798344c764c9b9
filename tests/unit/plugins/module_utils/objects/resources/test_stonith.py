# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.cib import EMPTY
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.live.agents import Agents
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import wanted_document

PARAMS = {
    "ip": "192.0.2.11",
    "username": "fencer",
    "password": "stored-secret",
    "lanplus": 1,
    "pcmk_host_list": "node1",
}


def test_new_device_is_written_like_pcs(cib):
    """The fixture contains the device that pcs created from this specification."""
    made = kit.small()
    kit.lay(made, kit.want("stonith", id="fence-node1", agent="fence_ipmilan", params=PARAMS), known=kit.agents())
    ours, theirs = made.find("fence-node1"), cib.find("fence-node1")
    assert [(each.tag, each.attrib) for each in ours.iter()] == [(each.tag, each.attrib) for each in theirs.iter()]


@pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_device_written_by_pcs_is_unchanged(system, exact):
    cib = kit.cib(system)
    wanted = kit.want("stonith", **kit.read(cib, "fence-node1"))
    assert not kit.lay(cib, wanted, exact=exact, known=kit.agents(system)).changed


@pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
def test_change_edits_only_pairs_of_the_device(cib, exact):
    def around(document):
        return [
            (each.tag, dict(each.attrib) if each.tag != "nvpair" else each.get("id"))
            for each in document.root.iter()
            if each.tag != "cib"
        ]

    before, elements = around(cib), list(cib.root.iter())
    spec = {**kit.read(cib, "fence-node1")}
    spec["params"] = {**spec["params"], "ip": "192.0.2.99", "password": "new", "pcmk_host_list": "node2"}
    plan = kit.lay(cib, kit.want("stonith", **spec), exact=exact, known=kit.agents())
    assert plan.changed and (plan.removed, plan.recreated) == ([], [])
    assert around(cib) == before and all(one is other for one, other in zip(elements, cib.root.iter()))


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_metadata_is_not_queried_if_nothing_changes(system):
    def ask(*_name):
        pytest.fail("the metadata was read")

    cib = kit.cib(system)
    spec = {**kit.read(cib, "fence-node1"), "meta": {"priority": 3}}
    kit.lay(cib, kit.want("stonith", **spec), known=Agents(ask, ask, ask, ask))


# --- host parameters

GUEST = '<meta_attributes id="m"><nvpair id="n" name="remote-node" value="guest"/></meta_attributes>'


def device(**params):
    return kit.want("stonith", id="f", agent="fence_ipmilan", params=params)


def crew():
    """A Cib with node1, node2, the guest node guest and the remote node far."""
    far = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>'
    return kit.small(kit.dummy("vm", GUEST) + far)


NODES = [
    ({"pcmk_host_list": "node1"}, None),
    ({"pcmk_host_list": "node1,node2 guest;far\tnode1\n"}, None),
    ({"pcmk_host_map": "node1:1;node2:2,3"}, None),
    ({"pcmk_host_map": " node1=1 node2:2\tguest:vm;;far:4;"}, None),
    ({"pcmk_host_map": r"node1:my\ vm;node2:a\:b"}, None),
    (
        {"pcmk_host_list": "node1,nod2"},
        "params: pcmk_host_list: the cluster has no node 'nod2'; did you mean 'node2'?",
    ),
    (
        {"pcmk_host_map": "node1:1;zzz:2"},
        "params: pcmk_host_map: the cluster has no node 'zzz'; it has node1, node2, guest, far",
    ),
    ({"pcmk_host_map": "node1"}, "'node1' is not a mapping of a node to a port; write it like node1:1;node2:2,3"),
    ({"pcmk_host_map": "node1: 1"}, "'node1:' is not a mapping"),
    ({"pcmk_host_map": "node1:1;:2"}, "':2' is not a mapping"),
    ({"pcmk_host_map": "node1:1:2"}, "'node1:1:2' is not a mapping"),
]


@pytest.mark.parametrize("params, sentence", NODES, ids=str)
def test_unknown_nodes_are_refused(params, sentence):
    if sentence is None:
        assert kit.lay(crew(), device(**params)).warnings == []
        return
    with pytest.raises(BadInput) as failure:
        kit.lay(crew(), device(**params))
    assert sentence in str(failure.value) and str(failure.value).endswith(FORCE)
    forced = kit.lay(crew(), device(**params), force=True)
    assert forced.changed and len(forced.warnings) == 1 and sentence in forced.warnings[0]


def test_only_new_or_changed_host_parameters_are_checked():
    stored = {"pcmk_host_list": "gone", "pcmk_host_map": "nonsense", "ip": "192.0.2.1"}
    cib = kit.small()
    kit.lay(cib, device(**stored), force=True)
    assert kit.lay(kit.again(cib), device(**{**stored, "ip": "192.0.2.2"})).warnings == []
    with pytest.raises(BadInput, match="pcmk_host_list: the cluster has no node 'away'"):
        kit.lay(cib, device(**{**stored, "pcmk_host_list": "away"}))


def test_each_unknown_node_is_reported():
    with pytest.raises(BadInput) as failure:
        kit.lay(crew(), device(pcmk_host_list="nodx", pcmk_host_map="nody:1"))
    assert len(failure.value.sentences) == 2


def test_guest_node_of_the_same_document_is_accepted():
    cib = kit.small()
    config = {
        "resources": [{"id": "vm", "agent": "ocf:pacemaker:Dummy", "meta": {"remote-node": "guest"}}],
        "stonith": [{"id": "f", "agent": "fence_ipmilan", "params": {"pcmk_host_list": "guest"}}],
    }
    assert planner.plan(cib, wanted_document(config), kit.NO_AGENTS).warnings == []
    config["resources"] = []
    with pytest.raises(BadInput, match=r"^stonith\[0\].params: pcmk_host_list: the cluster has no node 'guest'"):
        planner.plan(kit.small(), wanted_document(config), kit.NO_AGENTS)


def test_unused_document_accepts_any_node():
    cib = kit.Cib(EMPTY)
    assert kit.lay(cib, device(pcmk_host_list="node1", pcmk_host_map="node2:2")).warnings == []


FORCE = " (use force: true to accept it anyway)"


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"agent": "stonith:fence_ipmilan"}, "agent: write the fence agent without stonith:, like fence_ipmilan"),
        (
            {"agent": "fence_ipmi"},
            "agent: fence_ipmi is not installed on this node; did you mean 'fence_ipmilan'?" + FORCE,
        ),
        (
            {"params": {"pasword": "x"}},
            "params: stonith:fence_ipmilan has no parameter 'pasword'; did you mean 'password'?" + FORCE,
        ),
        (
            {"params": {"pcmk_hostlist": "node1"}},
            "params: stonith:fence_ipmilan has no parameter 'pcmk_hostlist'; did you mean 'pcmk_host_list'?" + FORCE,
        ),
        (
            {"params": {"pcmk_host_check": "static"}},
            "params: the parameter 'pcmk_host_check' of stonith:fence_ipmilan must be one of dynamic-list, static-list,"
            " status, none, not 'static'" + FORCE,
        ),
        ({"id": "web"}, "id: 'web' is already the id of a primitive, not of a fence device"),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("stonith", **{"id": "new", "agent": "fence_ipmilan", **spec}), known=kit.agents())
    assert str(failure.value) == sentence
