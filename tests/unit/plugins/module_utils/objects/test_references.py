# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import references


def ids(cib, section):
    return {each.get("id") for each in cib.section(section)}


def absent(cib, *resources, section="resources"):
    return kit.lay(cib, *(kit.want(section, "absent", id=each) for each in resources))


@pytest.mark.parametrize(
    "resource, constraints",
    [
        ("alone", {"order-site-alone-mandatory", "ticket-T-alone"}),
        ("other", {"colocation-other-site-INFINITY"}),
        ("web", {"location-web-node2--INFINITY"}),
        ("g2a", set()),
    ],
)
def test_constraints_are_removed_with_their_resource(cib, resource, constraints):
    before = ids(cib, "constraints")
    absent(cib, resource)
    assert before - ids(cib, "constraints") == constraints


def refs(cib, section, tag):
    return [each.get("id") for each in cib.section(section).iter(tag)]


def test_empty_sets_and_constraints_are_removed(cib):
    absent(cib, "other")
    order = next(each for each in cib.section("constraints").iter("rsc_order") if each.find("resource_set") is not None)
    assert [[ref.get("id") for ref in each] for each in order] == [["site", "alone"]]
    absent(cib, "alone")
    assert [[ref.get("id") for ref in each] for each in order] == [["site"]]
    assert not list(cib.section("constraints").iter("rsc_colocation"))


def test_resource_is_removed_from_tags_and_empty_tags_are_removed(cib):
    absent(cib, "alone")
    assert {tag.get("id"): [ref.get("id") for ref in tag] for tag in cib.section("tags")} == {"t1": ["other"]}


def test_device_is_removed_from_fencing_levels_and_empty_levels_are_removed(cib):
    absent(cib, "fence-node2", section="stonith")
    assert {each.get("id"): each.get("devices") for each in cib.section("fencing-topology")} == {
        "fl-node1-1": "fence-node1"
    }


@pytest.mark.parametrize(
    "section, resource, gone",
    [
        ("resources", "g2a", ["g2a", "second", "second-clone"]),
        ("resources", "state", ["state", "state-clone"]),
        ("groups", "site", ["site", "ip", "web"]),
        ("groups", "second", ["second", "second-clone", "g2a"]),
    ],
)
def test_containers_that_would_be_empty_are_removed(cib, section, resource, gone):
    absent(cib, resource, section=section)
    assert [cib.find(each) for each in gone] == [None] * len(gone)


def test_group_with_remaining_members_is_kept(cib):
    absent(cib, "web")
    assert kit.read(cib, "site")["members"] == ["ip"]


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_no_reference_to_a_removed_resource_is_left(system):
    cib = kit.cib(system)
    absent(cib, "ip", "web", "alone", "g2a", "state")
    gone = {"ip", "web", "site", "alone", "g2a", "second", "second-clone", "state", "state-clone"}
    named = {value for each in cib.configuration.iter() for name, value in each.items() if name != "name"}
    assert gone & named == set()


def test_repeated_removal_changes_nothing(cib):
    assert absent(cib, "alone").changed
    assert not absent(kit.again(cib), "alone").changed


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_rename_leaves_no_reference_to_the_old_name(system):
    cib = kit.cib(system)
    before = cib.xml()
    references.rename(cib, "alone", "renamed")
    assert (cib.find("alone").get("id"), cib.xml().count('"alone"')) == ("alone", 1)
    references.rename(cib, "renamed", "alone")
    assert cib.xml() == before


def test_rename_in_constraints_only_works_like_pcs_resource_clone(cib):
    """pcs renames references in constraints of single resources, but not in tickets, sets and tags."""
    references.rename(cib, "alone", "renamed", everywhere=False)
    renamed = [each.get("id") for each in cib.configuration.iter() if "renamed" in each.attrib.values()]
    assert renamed == ["order-site-alone-mandatory"]
