# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Regression tests for known mistakes of other tools for the same purpose."""

from __future__ import annotations

import random

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import attributes
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.resources import moves
from hypothesis import given, settings
from hypothesis import strategies as st

DUMMY = "ocf:pacemaker:Dummy"
MODES = pytest.mark.parametrize("mode", ["merged", "replaced"])
EXACT = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])


def shuffled(cib, seed, ids=False):
    """The same configuration with pairs and operations in another order, and optionally with other ids."""
    chance = random.Random(seed)
    for element in list(cib.configuration.iter()):
        if element.tag in ("instance_attributes", "meta_attributes", "operations"):
            children = list(element)
            chance.shuffle(children)
            element[:] = children
        if ids and element.tag in ("nvpair", "instance_attributes", "meta_attributes"):
            element.set("id", f"odd-{chance.random()}")
    return kit.again(cib)


@EXACT
@pytest.mark.parametrize("ids", [False, True], ids=["order", "order and ids"])
@settings(max_examples=8)
@given(seed=st.integers(0, 10**6))
def test_order_and_ids_of_pairs_do_not_matter(exact, ids, seed):
    cib = kit.cib()
    wanted = [
        kit.want(kit.kind_of(each).section, **kit.kind_of(each).read(each))
        for each in cib.section("resources").iter()
        if kit.kind_of(each) is not None
    ]
    assert {each.kind.section for each in wanted} == {"resources", "groups", "clones", "stonith"}
    other = shuffled(cib, seed, ids)
    kit.lay(other, *wanted, exact=exact)
    assert other.edits == 0


@EXACT
@given(pairs=st.permutations([("ip", "192.0.2.80"), ("cidr_netmask", 24)]))
def test_order_of_given_parameters_does_not_matter(exact, pairs):
    cib = kit.cib()
    wanted = kit.want("resources", id="ip", agent="ocf:heartbeat:IPaddr2", params=dict(pairs))
    assert not kit.lay(cib, wanted, exact=exact).changed


@pytest.mark.parametrize("members", [["ip"], ["web", "ip"], ["ip", "web", "alone"], ["alone", "ip", "web"]], ids=str)
@MODES
def test_changed_group_members_are_corrected(run, mode, members):
    run("ha_resource", id="site", members=members)
    done = run("ha_resource", id="site", members=["ip", "web"], mode=mode)
    assert (done["changed"], kit.read(done["cib"], "site")["members"]) == (True, ["ip", "web"])
    assert done["diff"]["before"] != done["diff"]["after"] != ""


@pytest.mark.parametrize(
    "drift",
    [{"promotable": False}, {"meta": {"clone-max": 3}}, {"meta": {"interleave": False}}, {"meta": {"clone-max": None}}],
    ids=str,
)
@MODES
def test_changed_clone_is_corrected(run, mode, drift):
    wanted = {"id": "state-clone", "member": "state", "promotable": True, "meta": {"clone-max": 2, "interleave": True}}
    run("ha_resource", **wanted)
    assert run("ha_resource", **{"id": "state-clone", "member": "state", **drift})["changed"]
    done = run("ha_resource", mode=mode, **wanted)
    assert done["changed"]
    assert kit.read(done["cib"], "state-clone") == {**wanted, "meta": {"clone-max": "2", "interleave": "true"}}


@pytest.mark.parametrize(
    "drift",
    [
        {"params": {"fake": "two"}},
        {"meta": {"migration-threshold": 9}},
        {"operations": [{"name": "monitor", "interval": "10s", "timeout": "99s"}]},
        {"description": "text"},
    ],
    ids=str,
)
def test_changed_resource_is_corrected(run, drift):
    wanted = {
        "id": "web",
        "agent": DUMMY,
        "params": {"fake": "one"},
        "meta": {"migration-threshold": 3},
        "operations": [{"name": "monitor", "interval": "10s", "timeout": "20s"}],
        "description": "mine",
    }
    run("ha_resource", **wanted)
    drifted = run("ha_resource", id="web", agent=DUMMY, **drift)
    assert drifted["changed"]
    done = run("ha_resource", **wanted)
    assert done["changed"]
    assert not run("ha_resource", **wanted)["changed"]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "web", "agent": DUMMY, "params": {"fake": "two"}},
        {"id": "web", "agent": "systemd:cron", "force_recreate": True},
        {"id": "web", "agent": DUMMY, "meta": {"priority": 1}},
        {"id": "web", "agent": DUMMY, "group": {"id": "site", "before": "ip"}},
        {"id": "alone", "agent": DUMMY, "group": {"id": "site"}},
        {"id": "alone", "agent": DUMMY, "clone": {}},
        {"id": "site", "members": ["web", "ip"]},
        {"id": "state-clone", "member": "state", "meta": {"notify": True}},
        {"id": "second", "members": ["g2a", "alone"]},
    ],
    ids=str,
)
@MODES
def test_changed_disabled_resource_stays_disabled(run, mode, change):
    run("ha_resource", id=change["id"], state="stopped")
    done = run("ha_resource", mode=mode, **change)
    assert done["changed"]
    assert kit.read(done["cib"], change["id"])["meta"]["target-role"] == "Stopped"


@pytest.mark.parametrize("params, mode", [({}, "replaced"), ({"fake": None}, "merged"), ({"fake": None}, "replaced")])
def test_parameters_dropped_by_replaced_or_null_are_removed(run, params, mode):
    done = run("ha_resource", id="web", agent=DUMMY, params=params, mode=mode)
    assert "fake" not in str(kit.read(done["cib"], "web").get("params"))
    assert done["changed"]
    assert not run("ha_resource", id="web", agent=DUMMY, params=params, mode=mode)["changed"]


def test_parameters_no_longer_given_are_kept_by_merged(run):
    done = run("ha_resource", id="web", agent=DUMMY, params={"state": "/s"})
    assert kit.read(done["cib"], "web")["params"] == {"fake": "one", "state": "/s"}


def test_removing_clone_keeps_constraints_of_member(run):
    names = ("location-site-node1-100", "order-site-alone-mandatory", "colocation-other-site-INFINITY")
    cloned = run("ha_resource", id="site-clone", member="site")["cib"]
    assert "site-clone" in [cloned.find(each).get("rsc") for each in names]
    done = run("ha_resource", id="site-clone", state="absent", keep_members=True)["cib"]
    assert done.find("site-clone") is None
    assert done.find(names[0]).get("rsc") == "site"
    assert done.find(names[1]).get("first") == "site"
    assert done.find(names[2]).get("with-rsc") == "site"
    assert kit.read(done, "site")["members"] == ["ip", "web"]


@pytest.mark.parametrize(
    "params", [{"ip": "192.0.2.99"}, {"pcmk_host_list": "node2"}, {"lanplus": None}, {"power_wait": 5}], ids=str
)
@EXACT
def test_changed_fence_device_is_not_removed(cib, params, exact):
    spec = {**kit.read(cib, "fence-node1")["params"], **params}
    levels = [dict(each.attrib) for each in cib.section("fencing-topology")]
    element = cib.find("fence-node1")
    wanted = kit.want("stonith", id="fence-node1", agent="fence_ipmilan", params=spec)
    plan = kit.lay(cib, wanted, exact=exact, known=kit.agents())
    assert (plan.changed, plan.to_stop) == (True, [])
    assert cib.find("fence-node1") is element
    assert [dict(each.attrib) for each in cib.section("fencing-topology")] == levels


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["present", "absent", "started"])
def test_missing_cib_file_is_refused_and_not_created(run, state, check):
    path = run.path.with_name("typo.xml")
    described = {"agent": DUMMY} if state == "present" else {}
    result = run("ha_resource", id="new", cib_file=str(path), state=state, check=check, **described)
    assert result["failed"]
    assert result["msg"].startswith(f"cib_file: {path} does not exist")
    assert not path.exists()


@pytest.mark.parametrize(
    "params",
    [
        {"id": "new", "agent": DUMMY},
        {"id": "new", "members": ["alone"]},
        {"id": "new", "member": "alone"},
        {"id": "new", "container": {"type": "podman", "image": "x"}},
        {"id": "new", "agent": DUMMY, "as_template": True},
        {"id": "new", "agent": DUMMY, "state": "stopped"},
        {"id": "new", "agent": DUMMY, "state": "started"},
    ],
    ids=str,
)
def test_check_mode_reports_changed_for_new_object(run, params):
    before = run.path.read_bytes()
    result = run("ha_resource", check=True, **params)
    assert (result["changed"], "new" in result["diff"]["after"]) == (True, True)
    assert run.path.read_bytes() == before


def with_all_of_operators():
    """The fixture with moves, bans and runtime settings of every resource."""
    cib = kit.cib()
    for each in ("alone", "site", "state-clone"):
        moves.prefer(cib, each, "node1")
        moves.ban(cib, each, "node2")
    for each in ("web", "site", "state-clone", "state", "fence-node1"):
        meta = {"target-role": "Started", "is-managed": "false", "maintenance": "true"}
        attributes.write(cib, cib.find(each), "meta_attributes", meta)
    return kit.again(cib)


def of_operators(cib):
    """The moves, bans, tags and runtime settings in a Cib."""
    found = [sorted(each.attrib.items()) for each in cib.section("constraints")]
    found += [(each.tag, each.get("id")) for each in cib.section("tags").iter()]
    runtime = attributes.RUNTIME_META
    return found + sorted(
        (each.get("id"), each.get("value")) for each in cib.configuration.iter("nvpair") if each.get("name") in runtime
    )


@EXACT
@pytest.mark.parametrize(
    "wanted",
    [
        kit.want("resources", id="web", agent=DUMMY, params={"fake": "two"}),
        kit.want("resources", id="alone", agent=DUMMY, description="text"),
        kit.want("groups", id="site", members=["web", "ip"], meta={"priority": 1}),
        kit.want("clones", id="state-clone", member="state", promotable=True, meta={"notify": True}),
        kit.want("stonith", id="fence-node1", agent="fence_ipmilan", params={"ip": "192.0.2.5"}),
        kit.want("constraints", resource="other", node="node1", score=5),
    ],
    ids=lambda wanted: wanted.kind.what,
)
def test_objects_not_given_are_not_removed(wanted, exact):
    """This includes moves, bans, tags and runtime settings."""
    cib = with_all_of_operators()
    before = of_operators(cib)
    assert len([each for each in before if "cli-" in str(each)]) == 6
    assert kit.lay(cib, wanted, exact=exact).changed
    after = of_operators(cib)
    assert [each for each in before if each not in after] == []
