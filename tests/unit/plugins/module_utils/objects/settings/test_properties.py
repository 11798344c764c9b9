# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.live import agents

KEPT = ["have-watchdog", "dc-version", "cluster-infrastructure", "cluster-name"]


def properties(cib):
    return {each.get("name"): each.get("value") for each in cib.section("crm_config").iter("nvpair")}


def named(pairs):
    return {name.replace("_", "-"): value for name, value in pairs.items()}


def lay(cib, exact=False, known=kit.NO_AGENTS, force=False, **pairs):
    return kit.lay(cib, kit.want("properties", **named(pairs)), exact=exact, known=known, force=force)


def holding(**pairs):
    """A Cib with these properties."""
    written = "".join(f'<nvpair id="p-{name}" name="{name}" value="{value}"/>' for name, value in named(pairs).items())
    return kit.small(crm_config=f'<cluster_property_set id="cib-bootstrap-options">{written}</cluster_property_set>')


def test_merged_keeps_other_properties(cib):
    before = properties(cib)
    plan = lay(cib, no_quorum_policy="ignore", maintenance_mode=True)
    assert properties(cib) == {**before, "no-quorum-policy": "ignore", "maintenance-mode": "true"}
    assert plan.document("before") == {"properties": {"no-quorum-policy": "stop"}}
    assert plan.document("after") == {"properties": {"no-quorum-policy": "ignore", "maintenance-mode": "true"}}


def test_null_removes_a_property(cib):
    plan = lay(cib, no_quorum_policy=None, not_there=None)
    assert "no-quorum-policy" not in properties(cib)
    assert cib.edits == 1
    assert plan.document("after") == {}


def test_replaced_keeps_properties_of_the_cluster(cib):
    lay(cib, exact=True, no_quorum_policy="stop")
    assert list(properties(cib)) == [*KEPT, "no-quorum-policy"]


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_all_properties_are_reset(system):
    cib = kit.cib(system)
    plan = lay(cib, exact=True, known=kit.agents(system))
    assert sorted(properties(cib)) == sorted(KEPT)
    assert "no-quorum-policy" in plan.document("before")["properties"] and plan.document("after") == {}
    assert not lay(kit.again(cib), exact=True).changed


def test_reset_keeps_properties_set_by_operators():
    cib = holding(maintenance_mode="true", stop_all_resources="true", batch_limit="5")
    lay(cib, exact=True)
    assert properties(cib) == {"maintenance-mode": "true", "stop-all-resources": "true"}
    lay(cib, exact=True, maintenance_mode=None)
    assert properties(cib) == {"stop-all-resources": "true"}


@pytest.mark.parametrize("value", ["true", True, "yes", 1], ids=repr)
def test_values_are_compared_as_pacemaker_reads_them(cib, value):
    assert not lay(cib, stonith_enabled=value).changed


def test_first_property_creates_the_set_of_pcs():
    cib = kit.small()
    lay(cib, a="1")
    assert cib.find("cib-bootstrap-options-a").attrib == {"id": "cib-bootstrap-options-a", "name": "a", "value": "1"}
    assert cib.parent(cib.find("cib-bootstrap-options-a")).get("id") == "cib-bootstrap-options"


def test_new_properties_keep_the_given_order_and_get_ids_like_in_pcs():
    cib = kit.small()
    lay(cib, b="1", **{"cluster-recheck-interval": "5min"})
    ids = [pair.get("id") for pair in cib.find("cib-bootstrap-options")]
    assert ids == ["cib-bootstrap-options-b", "cib-bootstrap-options-cluster-recheck-inte"]
    cib = kit.small()
    lay(cib, **{"stonith-enabled": True, "batch-limit": 5})
    assert list(properties(cib)) == ["stonith-enabled", "batch-limit"]


def test_properties_of_the_cluster_are_not_read(cib):
    read = kit.kind_in("properties").read(cib.section("crm_config"))
    assert properties(cib).keys() - read.keys() == set(KEPT)


@pytest.mark.parametrize("name", ["{{ name }}", "", "a b"], ids=repr)
def test_invalid_property_name_is_refused(cib, name):
    with pytest.raises(BadInput, match="is not a valid property name"):
        kit.lay(cib, kit.want("properties", **{name: "1"}))


# --- validation against the metadata


def test_metadata_is_queried_once_and_only_if_something_changes(cib):
    unasked = agents.Agents(None, None, lambda: pytest.fail("the metadata was read"))
    lay(cib, known=unasked, exact=True, no_quorum_policy="stop", stonith_enabled="yes")
    asked = []
    known = agents.Agents(None, None, lambda: asked.append(1) or kit.properties())
    lay(cib, known=known, batch_limit=5)
    lay(cib, known=known, batch_limit=6, migration_limit=7)
    assert asked == [1]


@pytest.mark.parametrize("system", kit.SYSTEMS)
@pytest.mark.parametrize(
    "pairs, sentence",
    [
        ({"no-quorum-polcy": "stop"}, "has no property 'no-quorum-polcy'; did you mean 'no-quorum-policy'?"),
        ({"no-quorum-policy": "halt"}, "no-quorum-policy: must be one of stop, freeze"),
        ({"batch-limit": "many"}, "batch-limit: must be a whole number"),
        ({"stonith-enabled": ""}, "stonith-enabled: must be true or false, not ''"),
    ],
    ids=str,
)
def test_property_unknown_to_pacemaker_is_refused_unless_forced(system, pairs, sentence):
    with pytest.raises(BadInput) as failure:
        lay(kit.cib(system), known=kit.agents(system), **pairs)
    assert sentence in str(failure.value) and str(failure.value).endswith("(use force: true to accept it anyway)")
    cib = kit.cib(system)
    plan = lay(cib, known=kit.agents(system), force=True, **pairs)
    assert len(plan.warnings) == 1 and sentence in plan.warnings[0]
    assert properties(cib).items() >= pairs.items()


def test_existing_property_is_not_refused_as_unknown():
    """It was set with force before; it can be changed and removed without force."""
    cib = holding(site="north")
    assert lay(cib, known=kit.agents(), site="south").warnings == []
    lay(cib, known=kit.agents(), site=None)
    assert properties(cib) == {}


def test_without_pacemaker_nothing_is_validated():
    cib = kit.small()
    lay(cib, known=agents.Agents(None, None, list), site="north", batch_limit="x")
    assert properties(cib) == {"site": "north", "batch-limit": "x"}


@pytest.mark.parametrize("name", ["cluster-infrastructure", "cluster-name", "dc-version", "have-watchdog"])
@pytest.mark.parametrize("value", ["other", None])
def test_changing_a_property_of_the_cluster_is_refused(cib, name, value):
    own = properties(cib)[name]
    assert not lay(cib, **{name: own}).changed
    with pytest.raises(BadInput, match=f"{name}: is maintained by the cluster and cannot be changed"):
        lay(cib, **{name: value}, force=True)
    assert cib.edits == 0
    assert not lay(kit.small(), **{name: None}).changed


@pytest.mark.parametrize("watchdog, refused", [("false", True), ("true", False), (None, False)])
def test_watchdog_timeout_without_sbd_is_refused(watchdog, refused):
    cib = holding(**({"have-watchdog": watchdog} if watchdog else {}))
    lay(cib, stonith_watchdog_timeout="0s")
    if refused:
        with pytest.raises(
            BadInput, match="with this value, Pacemaker stops on nodes where SBD is not running; set up SBD first"
        ):
            lay(cib, stonith_watchdog_timeout="10s")
    else:
        lay(cib, stonith_watchdog_timeout="10s")


# --- properties with two names

OLD, NEW = {"stonith_enabled": "false"}, {"fencing_enabled": "false"}


@pytest.mark.parametrize("existing, given", [(OLD, NEW), (NEW, OLD), (OLD, OLD), (NEW, NEW)], ids=str)
def test_existing_property_name_is_kept(existing, given):
    for exact in (False, True):
        cib = holding(**existing)
        assert not lay(cib, exact=exact, **given).changed
        lay(cib, exact=exact, **dict.fromkeys(given, True))
        assert properties(cib) == named(dict.fromkeys(existing, "true"))
        lay(cib, exact=exact, **dict.fromkeys(given))
        assert properties(cib) == {}


@pytest.mark.parametrize("given", [OLD, NEW], ids=str)
def test_both_names_of_a_property_are_changed(given):
    """It depends on the version of Pacemaker which of them has precedence."""
    cib = holding(stonith_enabled="true", fencing_enabled="false")
    lay(cib, **given)
    assert properties(cib) == {"stonith-enabled": "false", "fencing-enabled": "false"}
    lay(cib, **dict.fromkeys(given))
    assert properties(cib) == {}


@pytest.mark.parametrize(
    "system, given, written",
    [
        ("debian-13", "fencing-enabled", "stonith-enabled"),
        ("debian-13", "fencing-reaction", "fence-reaction"),
        ("debian-11", "stop-removed-resources", "stop-orphan-resources"),
        ("debian-13", "stonith-enabled", "stonith-enabled"),
        ("debian-sid", "stonith-enabled", "stonith-enabled"),
        ("debian-sid", "fencing-enabled", "fencing-enabled"),
        ("debian-sid", "cancel-removed-actions", "cancel-removed-actions"),
    ],
)
def test_new_property_gets_the_name_that_pacemaker_knows(system, given, written):
    cib, value = kit.small(), "stop" if "reaction" in given else "true"
    lay(cib, known=kit.agents(system), **{given: value})
    assert properties(cib) == {written: value}
    assert not lay(kit.again(cib), **{given: value}).changed


def test_property_given_under_both_names_is_refused():
    with pytest.raises(
        BadInput, match="stonith-enabled and fencing-enabled are the same property; set only one of them"
    ):
        lay(kit.small(), stonith_enabled=True, fencing_enabled=True)


@pytest.mark.parametrize("name", ["stonith-action", "fencing-action"])
def test_action_that_yaml_reads_as_boolean_is_refused(name):
    with pytest.raises(BadInput, match=f"{name}: YAML reads off as False; put the action in quotes"):
        lay(kit.small(), **{name: False})
