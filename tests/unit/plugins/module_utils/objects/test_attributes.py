# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import attributes

DUMMY = "ocf:pacemaker:Dummy"
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
RULE = "<rule id='r' score='0'><expression id='e' attribute='#uname' operation='eq' value='node1'/></rule>"
SETS = (
    "<instance_attributes id='a' score='5'><nvpair id='a1' name='fake' value='one'/></instance_attributes>"
    f"<instance_attributes id='b'>{RULE}<nvpair id='b1' name='fake' value='two'/></instance_attributes>"
)
A = {"id": "a", "score": "5", "values": {"fake": "one"}}
B = {"id": "b", "rule": "#uname eq node1", "values": {"fake": "two"}}
NO_TEXT = RULE.replace("value='node1'", "value='x' value-source='meta'")  # a rule that cannot be written as text


def laid(params, content=SETS, exact=False):
    """The document after a plan for x with these parameters."""
    cib = kit.small(kit.dummy("x", content) + kit.dummy("y", "<instance_attributes id='of-y'/>"))
    kit.lay(cib, kit.want("resources", id="x", agent=DUMMY, params=params), exact=exact)
    return cib


def params(cib):
    return kit.read(kit.again(cib), "x").get("params")


def test_several_sets_are_read_as_a_list():
    assert params(laid(None)) == [A, B]


@MODES
def test_existing_list_of_sets_changes_nothing(exact):
    assert laid([A, B], exact=exact).edits == 0


@MODES
@pytest.mark.parametrize(
    "given, after",
    [
        ([A], [A]),
        ([B], [B]),
        ([], None),
        ([A, {**B, "values": {"fake": "new"}}], [A, {**B, "values": {"fake": "new"}}]),
        ([{**A, "score": 6}, B], [{**A, "score": "6"}, B]),
        ([{**A, "score": "INFINITY"}, B], [{**A, "score": "INFINITY"}, B]),
        ([A, B, {"id": "c", "values": {"op_sleep": 1}}], [A, B, {"id": "c", "values": {"op_sleep": "1"}}]),
        ([A, B, {"id-ref": "of-y"}], [A, B, {"id-ref": "of-y", "values": {}}]),
    ],
    ids=str,
)
def test_list_replaces_all_sets(given, after, exact):
    assert params(laid(given, exact=exact)) == after


def test_pairs_missing_in_a_listed_set_are_kept_by_merged_and_removed_by_replaced():
    given = [{**A, "values": {"state": "/s"}}, B]
    assert params(laid(given)) == [{**A, "values": {"fake": "one", "state": "/s"}}, B]
    assert params(laid(given, exact=True)) == [{**A, "values": {"state": "/s"}}, B]
    assert params(laid([{**A, "values": {"fake": None}}, B])) == [{**A, "values": {}}, B]


def test_sets_without_an_id_are_found_by_position():
    given = [{"values": {"fake": "three"}}, {"values": {"fake": "four"}}]
    assert params(laid(given)) == [{**A, "values": {"fake": "three"}}, {**B, "values": {"fake": "four"}}]


def test_one_existing_set_is_not_used_for_two_listed_sets():
    """The second set in the list has no id and is new, because the first one already uses the existing set b."""
    given = [{"id": "b", "values": {"fake": "two"}}, {"values": {"state": "/s"}}]
    sets = params(laid(given))
    assert [each["values"] for each in sets] == [{"fake": "two"}, {"state": "/s"}]


def test_score_not_given_is_removed_by_replaced():
    assert params(laid([{"id": "a", "values": {"fake": "one"}}], exact=True)) == {"fake": "one"}


def test_null_removes_a_score():
    assert params(laid([{**A, "score": None}])) == {"fake": "one"}


@MODES
def test_sets_are_put_into_the_given_order(exact):
    """The order matters: the last of two sets without a score has precedence."""
    plain = SETS.replace(" score='5'", "").replace(RULE, "")
    given = [{"id": "b", "values": {"fake": "two"}}, {"id": "a", "values": {"fake": "one"}}]
    assert params(laid(given, plain, exact)) == given


def test_new_sets_get_different_ids():
    cib = laid([{"values": {"fake": "one"}}, {"values": {"fake": "two"}}], "")
    assert [each["id"] for each in params(cib)] == ["x-instance_attributes", "x-instance_attributes-1"]


def test_mapping_leaves_further_sets_alone():
    assert params(laid({"fake": "new"})) == [{**A, "values": {"fake": "new"}}, B]
    assert params(laid({"state": "/s"}, exact=True)) == [{**A, "values": {"state": "/s"}}, B]


def test_mapping_is_never_written_into_a_set_with_id_ref():
    cib = laid({"fake": "new"}, "<instance_attributes id-ref='of-y'/>")
    assert params(cib) == [
        {"id-ref": "of-y", "values": {}},
        {"id": "x-instance_attributes", "values": {"fake": "new"}},
    ]


# --- all sets together


def test_all_pairs_and_given_cover_all_sets():
    x = laid(None).find("x")
    assert attributes.all_pairs(x, "instance_attributes") == {"fake": "one"}
    last = laid(None, SETS.replace("score='5'", "score='-1'")).find("x")
    assert attributes.all_pairs(last, "instance_attributes") == {"fake": "two"}
    equal = laid(None, SETS.replace("score='5'", "")).find("x")
    assert attributes.all_pairs(equal, "instance_attributes") == {"fake": "two"}
    assert attributes.given([{"values": {"a": 1, "b": None}}, {"id": "x"}, {"values": {"c": ""}}]) == {"a": 1, "c": ""}
    assert attributes.given({"a": 1, "b": None}) == {"a": 1}
    assert attributes.given(None) == {}


# --- invalid input


@pytest.mark.parametrize("key", ["params", "meta", "utilization"])
@pytest.mark.parametrize(
    "sets, sentence",
    [
        ("a=1", ": must be a mapping or a list, not a string"),
        (5, ": must be a mapping or a list, not a whole number"),
        (["a"], "[0]: must be a mapping such as {id: a-set, values: {name: value}}"),
        ([{"values": {}}, {"vales": {}}], "[1]: unknown key 'vales'; did you mean 'values'?"),
        ([{"fake": "one"}], "[0]: unknown key 'fake'"),
        ([{"values": ["a"]}], "[0].values: must be a mapping, not a list"),
        ([{"values": None}], "[0].values: must be a mapping, not null"),
        ([{"score": "much"}], "[0].score: 'much' is not a score"),
        ([{"score": True}], "[0].score: True is not a score"),
        ([{"score": [1]}], "[0].score: "),
        ([{"id": 5}], "[0].id: "),
        ([{"id": "1st"}], "[0].id: '1st' is not a valid id"),
        ([{"id-ref": 5}], "[0].id-ref: "),
        ([{"id": "same"}, {"id": "same"}], "[1].id: "),
        (
            [{"id-ref": "of-y", "values": {"a": 1}}],
            "[0]: id-ref cannot be combined with values",
        ),
        ([{"id-ref": "of-y", "rule": "date gt 2026-01-01"}], "[0]: id-ref cannot be combined with"),
        ([{"id": "a", "values": {"a": [1]}}], "[0].values: a: a value must be a string, a number or a boolean"),
        ({"a": {"b": 1}}, ": a: a value must be a string, a number or a boolean, not a mapping"),
    ],
    ids=str,
)
def test_invalid_sets_are_refused_naming_the_field(key, sets, sentence):
    cib = kit.small(kit.dummy("x") + kit.dummy("y", "<instance_attributes id='of-y'/>"))
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("resources", **{"id": "x", "agent": DUMMY, key: sets}))
    assert str(failure.value).startswith(key + sentence)


@pytest.mark.parametrize("used", ["y", "of-y", "fence"])
def test_id_of_another_object_is_refused(used):
    cib = kit.small(kit.dummy("x") + kit.dummy("y", "<instance_attributes id='of-y'/>") + kit.dummy("fence"))
    with pytest.raises(BadInput, match=r"^params\[0\]\.id: "):
        kit.lay(cib, kit.want("resources", id="x", agent=DUMMY, params=[{"id": used, "values": {"fake": "1"}}]))


# --- rules


def test_rule_not_given_is_kept_by_merged_and_removed_by_replaced():
    given = [{"id": "b", "values": {"fake": "new"}}]
    assert params(laid(given)) == [{**B, "values": {"fake": "new"}}]
    assert params(laid(given, exact=True)) == {"fake": "new"}


def test_null_removes_a_rule():
    assert params(laid([{**B, "rule": None}])) == {"fake": "two"}


@MODES
@pytest.mark.parametrize("text", ["#uname eq node1", "(#uname  EQ string node1)", "r"])
def test_equivalent_rule_changes_nothing(text, exact):
    """The rule can be written differently, or given by its id."""
    assert laid([A, {**B, "rule": text}], exact=exact).edits == 0


@MODES
@pytest.mark.parametrize(
    "sets",
    [
        [{**A, "rule": "date gt 2026-01-01"}, B],
        [A, {**B, "rule": "#uname ne node1 or date-spec hours=1-5"}],
        [A, B, {"id": "c", "rule": "defined cpu", "values": {"fake": "three"}}],
    ],
    ids=["added", "changed", "new set"],
)
def test_rules_are_written_and_read_back(sets, exact):
    cib = laid(sets, exact=exact)
    assert params(cib) == sets
    for each in sets:
        owner = cib.find(each["id"])
        assert owner.find("rule") is None or owner[0].tag == "rule"
    again = kit.again(cib)
    kit.lay(again, kit.want("resources", id="x", agent=DUMMY, params=sets), exact=exact)
    assert again.edits == 0


def test_changed_rule_keeps_its_id_and_new_rule_gets_the_id_of_pcs():
    cib = laid([{**A, "rule": "date gt 2026-01-01"}, {**B, "rule": "#uname eq node2"}])
    assert [cib.find(each).find("rule").get("id") for each in "ab"] == ["a-rule", "r"]


@MODES
def test_rule_that_text_cannot_express_is_shown_as_its_id_and_kept(exact):
    content = SETS.replace(RULE, NO_TEXT)
    shown = {**B, "rule": "r"}
    assert params(laid(None, content)) == [A, shown]
    assert laid([A, shown], content, exact).edits == 0
    assert params(laid([A, {**B, "rule": "#uname eq node2"}], content, exact))[1]["rule"] == "#uname eq node2"


def test_reference_to_a_rule_is_not_edited():
    content = SETS.replace(RULE, "<rule id-ref='shared'/>")
    assert params(laid(None, content)) == [A, {**B, "rule": "shared"}]
    assert laid([A, {**B, "rule": "shared"}], content).edits == 0
    cib = laid([A, B], content)
    assert params(cib) == [A, B] and cib.find("b").find("rule").attrib == {"id": "b-rule", "boolean-op": "and"}


@pytest.mark.parametrize(
    "key, rule, sentence",
    [
        ("params", "#uname eq", "a value is missing at the end"),
        ("params", "weekend", "one of eq, ne, lt"),
        ("params", "other", "one of eq, ne, lt"),
        ("params", 5, "must be a string such as"),
        ("params", ["a"], "must be a string such as"),
        (
            "params",
            "op monitor",
            "'op' at character 1 tests op NAME, but a rule here can only test a node attribute or a date",
        ),
        ("params", "date gt 2026-01-01 and resource ocf::", "'resource' at character 24 tests resource STANDARD"),
        (
            "meta",
            "#uname eq node1",
            "'#uname' at character 1 tests a node attribute, but a rule here can only test a date",
        ),
        ("utilization", "#uname eq node1", "'#uname' at character 1 tests a node attribute"),
    ],
)
def test_invalid_rules_are_refused(key, rule, sentence):
    cib = kit.small(kit.dummy("x"))
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("resources", id="x", agent=DUMMY, **{key: [{"values": {"n": 1}, "rule": rule}]}))
    assert str(failure.value).startswith(f"{key}[0].rule: ") and sentence in str(failure.value)


def test_existing_node_attribute_in_a_rule_of_meta_attributes_is_accepted():
    """Pacemaker accepts such a rule although it is never true, so exporting and importing it must not fail."""
    content = SETS.replace("instance_attributes", "meta_attributes")
    cib = kit.small(kit.dummy("x", content))
    kit.lay(cib, kit.want("resources", id="x", agent=DUMMY, meta=[A, B]), exact=True)
    assert cib.edits == 0


@pytest.mark.parametrize("value", ["1.5", "much", "INFINITY", True], ids=str)
def test_utilization_that_is_not_a_whole_number_is_refused(value):
    with pytest.raises(BadInput, match="^utilization: memory must be a whole number"):
        kit.lay(kit.cib(), kit.want("resources", id="alone", agent=DUMMY, utilization={"memory": value}))


@MODES
def test_utilization_is_written_changed_and_removed(exact):
    cib, wanted = kit.cib(), kit.want("resources", id="alone", agent=DUMMY, utilization={"memory": 512, "cpu": "-1"})
    kit.lay(cib, wanted, exact=exact)
    assert kit.read(cib, "alone")["utilization"] == {"memory": "512", "cpu": "-1"}
    kit.lay(cib, kit.want("resources", id="alone", agent=DUMMY, utilization={"cpu": None, "memory": 1}), exact=exact)
    assert kit.read(cib, "alone")["utilization"] == {"memory": "1"}
