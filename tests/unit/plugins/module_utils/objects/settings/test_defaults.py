# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import wanted_document

MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
BOTH = pytest.mark.parametrize(
    "section, tag", [("resource_defaults", "rsc_defaults"), ("operation_defaults", "op_defaults")]
)
RULE = '<rule id="r" boolean-op="and"><rsc_expression id="e" class="ocf"/></rule>'
SETS = (
    '<meta_attributes id="one"><nvpair id="o1" name="a" value="1"/><nvpair id="o2" name="b" value="2"/></meta_attributes>'
    f'<meta_attributes id="two" score="5">{RULE}<nvpair id="t1" name="a" value="3"/></meta_attributes>'
)
ONE = {"id": "one", "values": {"a": "1", "b": "2"}}
TWO = {"id": "two", "score": "5", "rule": "resource ocf::", "values": {"a": "3"}}


def lay(cib, section, content, exact=False):
    wanted = wanted_document({section: content})
    return planner.plan(cib, wanted, kit.NO_AGENTS, exact=exact)


def holding(tag, sets=SETS):
    return kit.small(more=f"<{tag}>{sets}</{tag}>")


def shown(cib, section):
    """The specification of the existing defaults."""
    kind = kit.kind_in(section)
    return kind.read(kit.again(cib).configuration.find(kind.tag))


@BOTH
@MODES
def test_mapping_is_written_as_a_single_set(section, tag, exact):
    cib = kit.small()
    plan = lay(cib, section, {"b": True, "a": 100}, exact)
    assert plan.document("before") == {} and plan.document("after") == {section: {"b": "true", "a": "100"}}
    found = cib.configuration.find(f"{tag}/meta_attributes")
    assert found.get("id") == f"{tag}-meta_attributes"
    assert [pair.get("id") for pair in found] == [f"{tag}-meta_attributes-b", f"{tag}-meta_attributes-a"]
    assert not lay(kit.again(cib), section, {"a": "100", "b": "yes"}, exact).changed


@BOTH
def test_null_removes_a_default_and_merged_keeps_others(section, tag):
    cib = holding(tag, SETS[: SETS.index("</meta_attributes>")] + "</meta_attributes>")
    plan = lay(cib, section, {"a": None, "c": 5})
    assert (plan.document("before"), plan.document("after")) == ({section: {"a": "1"}}, {section: {"c": "5"}})
    assert shown(cib, section) == {"b": "2", "c": "5"}


@BOTH
@pytest.mark.parametrize("content", [{}, {"a": None}, []], ids=str)
def test_empty_defaults_create_no_element(section, tag, content):
    cib = kit.small()
    lay(cib, section, content, exact=True)
    assert cib.edits == 0 and cib.configuration.find(tag) is None


def test_both_sections_can_be_empty():
    document = {"resource_defaults": {"a": None}, "operation_defaults": {}}
    assert not planner.plan(kit.small(), wanted_document(document), kit.NO_AGENTS).changed


@BOTH
def test_mapping_leaves_further_sets_alone(section, tag):
    cib = holding(tag)
    lay(cib, section, {"a": 7}, exact=True)
    assert shown(cib, section) == [{**ONE, "values": {"a": "7"}}, TWO]


@BOTH
@MODES
def test_existing_list_of_sets_changes_nothing(section, tag, exact):
    cib = holding(tag)
    assert shown(cib, section) == [ONE, TWO]
    lay(cib, section, [ONE, TWO], exact)
    assert cib.edits == 0


@BOTH
@MODES
@pytest.mark.parametrize(
    "sets",
    [
        [{**TWO, "values": {"a": "4"}}, ONE],
        [{**TWO, "rule": "date gt 2026-01-01 or resource systemd::nginx"}],
        [ONE, {**TWO, "score": "INFINITY"}, {"id": "three", "rule": "date-spec hours=9-17", "values": {"c": "1"}}],
    ],
    ids=["order", "rule", "new"],
)
def test_list_replaces_all_sets(section, tag, sets, exact):
    cib = holding(tag)
    lay(cib, section, sets, exact)
    assert shown(cib, section) == sets
    assert not lay(kit.again(cib), section, sets, exact).changed


@BOTH
def test_empty_list_removes_all_sets(section, tag):
    cib = holding(tag)
    plan = lay(cib, section, [])
    assert (plan.document("before"), plan.document("after")) == ({section: [ONE, TWO]}, {})
    assert shown(cib, section) == {}


@BOTH
@pytest.mark.parametrize(
    "sets, before, after",
    [
        ([ONE, {**TWO, "score": "6"}], [TWO], [{**TWO, "score": "6"}]),
        ([TWO, ONE], [ONE, TWO], [TWO, ONE]),
        ([ONE], [ONE, TWO], {"a": "1", "b": "2"}),
    ],
    ids=["one set", "only the order", "back to a single one"],
)
def test_diff_shows_only_different_sets(section, tag, sets, before, after):
    plan = lay(holding(tag), section, sets)
    assert (plan.document("before"), plan.document("after")) == ({section: before}, {section: after})


@pytest.mark.parametrize("exact", [False, True])
def test_shown_defaults_can_be_used_as_input(exact):
    document = {
        "resource_defaults": [{"rule": "resource ocf:heartbeat:IPaddr2", "values": {"a": 1}}, {"values": {"b": 2}}],
        "operation_defaults": {"timeout": "60s"},
        "properties": {"p": "1"},
    }
    cib = kit.small()
    after = planner.plan(cib, wanted_document(document), kit.NO_AGENTS, exact=exact).document("after")
    again = kit.again(cib)
    planner.plan(again, wanted_document(after), kit.NO_AGENTS, exact=exact)
    assert again.edits == 0 and list(after) == ["properties", "resource_defaults", "operation_defaults"]


@pytest.mark.parametrize(
    "section, content, sentence",
    [
        ("resource_defaults", "a=1", "resource_defaults: must be a mapping or a list, not a string"),
        ("resource_defaults", {"": 1}, "resource_defaults: names must not be empty"),
        ("resource_defaults", [{"vales": {}}], "resource_defaults[0]: unknown key 'vales'; did you mean 'values'?"),
        ("operation_defaults", [{}, {"id": "1"}], "operation_defaults[1].id: '1' is not a valid id"),
        (
            "operation_defaults",
            [{"id": "r1", "values": {}}],
            "operation_defaults[0].id: 'r1' is already the id of a primitive",
        ),
        ("operation_defaults", [{"rule": "op"}], "operation_defaults[0].rule: "),
        ("operation_defaults", [{"rule": "op monitor and"}], "operation_defaults[0].rule: "),
        (
            "resource_defaults",
            [{"rule": "op monitor"}],
            "resource_defaults[0].rule: 'op' at character 1 tests op NAME, but",
        ),
        (
            "resource_defaults",
            [{"rule": "#uname eq a"}],
            "resource_defaults[0].rule: '#uname' at character 1 tests a node",
        ),
    ],
    ids=str,
)
def test_invalid_defaults_are_refused(section, content, sentence):
    cib = kit.small(kit.dummy("r1"))
    with pytest.raises(BadInput) as failure:
        lay(cib, section, content)
    assert str(failure.value).startswith(sentence)


@pytest.mark.parametrize("rule", ["op monitor interval=10s", "#uname eq node1", "resource ocf::", "date gt 2026-01-01"])
def test_rules_of_operation_defaults_accept_all_kinds_of_expressions(rule):
    cib = kit.small()
    lay(cib, "operation_defaults", [{"rule": rule, "values": {"timeout": "5s"}}])
    assert shown(cib, "operation_defaults")[0]["rule"] == rule
