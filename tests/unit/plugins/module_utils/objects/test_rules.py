# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import rule_text, rules
from hypothesis import given
from hypothesis import strategies as st


def owner(schema="4.0"):
    """A Cib with this schema, and an element in it that can contain a rule."""
    cib = kit.small(kit.dummy("web"))
    cib.root.set("validate-with", f"pacemaker-{schema}")
    return cib, cib.add(cib.section("constraints"), "rsc_location", {"id": "c", "rsc": "web"})


def written(text, schema="4.0", **more):
    """The <rule> written from a text."""
    cib, element = owner(schema)
    return rules.write(cib, element, text, **more)


def tree(element):
    """(tag, attributes without ids, children) of an element."""
    return (
        element.tag,
        {name: value for name, value in element.items() if name != "id"},
        [tree(child) for child in element],
    )


AND, OR = {"boolean-op": "and"}, {"boolean-op": "or"}


def compared(name, operation="eq", value="1", **more):
    return "expression", {"attribute": name, "operation": operation, "value": value, **more}, []


def date(operation, *children, **more):
    return "date_expression", {"operation": operation, **more}, list(children)


@pytest.mark.parametrize(
    "text, parts",
    [
        ("a eq 1", (AND, [compared("a")])),
        ("A EQ 1 AND b Ne 2", (AND, [compared("A"), compared("b", "ne", "2")])),
        ("a eq 1 or b eq 1 or c eq 1", (OR, [compared("a"), compared("b"), compared("c")])),
        ("a eq 1 and b eq 1 or c eq 1", (OR, [("rule", AND, [compared("a"), compared("b")]), compared("c")])),
        ("a eq 1 or b eq 1 and c eq 1", (AND, [("rule", OR, [compared("a"), compared("b")]), compared("c")])),
        ("a eq 1 and (b eq 1 or c eq 1)", (AND, [compared("a"), ("rule", OR, [compared("b"), compared("c")])])),
        ("((a eq 1))", (AND, [compared("a")])),
        ("defined a", (AND, [("expression", {"attribute": "a", "operation": "defined"}, [])])),
        ("a gt integer 5", (AND, [compared("a", "gt", "5", type="integer")])),
        ("date gt integer 5", (AND, [compared("date", "gt", "5", type="integer")])),
        ("date eq x", (AND, [compared("date", "eq", "x")])),
        ("op eq 1 and resource eq 1", (AND, [compared("op"), compared("resource")])),
        ("a eq 'b c' and d eq \"(\"", (AND, [compared("a", "eq", "b c"), compared("d", "eq", "(")])),
        ("a eq string", (AND, [compared("a", "eq", "string")])),
        ("a eq string 'OR'", (AND, [compared("a", "eq", "OR", type="string")])),
        ("date gt 2026-01-01", (AND, [date("gt", start="2026-01-01")])),
        ("date lt '2026-01-01 18:00:00 Z'", (AND, [date("lt", end="2026-01-01T18:00:00Z")])),
        ("date in_range 2026-01-01 to 2026-02-01", (AND, [date("in_range", start="2026-01-01", end="2026-02-01")])),
        ("date in_range to 2026-02-01", (AND, [date("in_range", end="2026-02-01")])),
        (
            "date in_range 2026-01-01 to duration days=3 hours=1",
            (AND, [date("in_range", ("duration", {"days": "3", "hours": "1"}, []), start="2026-01-01")]),
        ),
        (
            "date-spec hours=9-17 weekdays=1-5",
            (AND, [date("date_spec", ("date_spec", {"hours": "9-17", "weekdays": "1-5"}, []))]),
        ),
        ("resource ocf:heartbeat:", (AND, [("rsc_expression", {"class": "ocf", "provider": "heartbeat"}, [])])),
        ("op monitor interval=10s", (AND, [("op_expression", {"name": "monitor", "interval": "10s"}, [])])),
    ],
    ids=str,
)
def test_text_is_written_as_elements(text, parts):
    assert tree(written(text)) == ("rule", *parts)


@pytest.mark.parametrize("text", ["2026-W05-1", "2026-032", "20260201", "2026-02-01T10:00:00+01:00", "2026-02-01T1000"])
def test_iso_8601_dates_are_accepted(text):
    assert written(f"date gt {text}")[0].get("start") == text


def test_ids_are_those_of_pcs():
    element = written(
        "a eq 1 and (date-spec hours=1 or op start or resource ::Dummy or date in_range 2026-01-01 to duration days=1)"
    )
    assert [each.get("id") for each in element.iter()] == [
        "c-rule",
        "c-rule-expr",
        "c-rule-rule",
        "c-rule-rule-expr",
        "c-rule-rule-expr-datespec",
        "c-rule-rule-op-start",
        "c-rule-rule-rsc-Dummy",
        "c-rule-rule-expr-1",
        "c-rule-rule-expr-1-duration",
    ]


def test_types_and_scores_follow_the_schema():
    old, new = written("a gt integer 1 and (b eq 1 or c eq 1)", "3.2"), written("a gt integer 1 and (b eq 1 or c eq 1)")
    assert old.find("expression").get("type") == "number" and new.find("expression").get("type") == "integer"
    assert (old.get("score"), old.find("rule").get("score")) == ("INFINITY", "0")
    assert (new.get("score"), new.find("rule").get("score")) == (None, None)
    cib, element = owner("3.2")
    rule = rules.write(cib, element, "a gt integer 1")
    assert rules.same(cib, rule, "a gt integer 1") and not rules.same(cib, rule, "a gt 1")


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "must be a string such as"),
        (None, "must be a string such as"),
        ("a", "one of eq, ne, lt, lte, gt, gte is missing at the end, character 2 of: a"),
        ("a equals b", "'equals' at character 3 is not a comparison"),
        ("#uname eq", "a value is missing at the end, character 10"),
        ("(a eq b", "')' is missing at the end, character 8"),
        ("a eq b)", "')' at character 7 is unexpected; expected 'and' or 'or'"),
        ("a eq b c eq d", "'c' at character 8 is unexpected; expected 'and' or 'or'"),
        ("a eq b and", "an expression is missing at the end, character 11"),
        ("a eq b and and c eq d", "'and' at character 12 is unexpected; expected an expression"),
        ("a eq (b)", "'(' at character 6 is unexpected; expected a value"),
        ("()", "')' at character 2 is unexpected; expected an expression"),
        ("date gt tomorrow", "'tomorrow' at character 9 is not a valid date; write it like 2026-01-31"),
        ("date gt 2026-02-30", "'2026-02-30' at character 9 is not a valid date"),
        ("date gt 2026-01-01T25:00", "'2026-01-01T25:00' at character 9 is not a valid date"),
        ("date in_range 2027-01-01 to 2026-01-01", "'2027-01-01' at character 15 is not before the end of the range"),
        ("date in_range 2026-01-01 2027-01-01", "'2027-01-01' at character 26 is unexpected; expected 'to'"),
        ("date in_range to duration days=1", "'duration' at character 18 requires a start date"),
        ("date in_range 2026-01-01 to duration", "one of years=, months=, weeks="),
        ("date in_range 2026-01-01 to duration days=1-2", "'days=1-2' at character 38 must be a number, at least 1"),
        ("date in_range 2026-01-01 to duration days=0", "'days=0' at character 38 must be a number, at least 1"),
        ("date-spec hour=5", "'hour=5' at character 11 is not known here; did you mean 'hours'?"),
        ("date-spec hours=25", "'hours=25' at character 11 must be a number or a range such as 1-5, from 0 to 23"),
        ("date-spec hours=5-4", "'hours=5-4' at character 11 must be"),
        ("date-spec hours=1 hours=2", "'hours=2' at character 19 is given twice"),
        ("date-spec", "one of years=, weekyears="),
        ("a gt integer x", "'x' at character 14 is not a whole number"),
        ("a gt number x", "'x' at character 13 is not a number"),
        ("a gt version 1.x", "'1.x' at character 14 is not a version"),
        ("resource Dummy", "'Dummy' at character 10 is not STANDARD:PROVIDER:TYPE"),
        ("resource ::", "'::' at character 10 is not STANDARD:PROVIDER:TYPE"),
        ("op monitor interval=soon", "'interval=soon' at character 12 is not a valid time"),
    ],
    ids=str,
)
def test_invalid_text_is_refused_with_the_position(text, sentence):
    with pytest.raises(BadInput) as failure:
        rule_text.parse(text)
    assert str(failure.value).startswith(sentence)


def test_quoted_keyword_is_read_as_an_attribute():
    element = written('"date" lt 5 and "and" eq 1')
    assert tree(element) == ("rule", AND, [compared("date", "lt", "5"), compared("and")])
    assert rules.read(element) == '"date" lt 5 and "and" eq 1'


def test_expression_that_is_not_allowed_is_refused():
    with pytest.raises(
        BadInput, match="'op' at character 12 tests op NAME, but a rule here can only test a node attribute or a date"
    ):
        rule_text.parse("a eq 1 and op start", (rules.NODE, rules.DATE))


@pytest.mark.parametrize(
    "one, other",
    [
        ("a eq 1 and b eq 2", "b eq 2 and a eq 1"),
        ("a eq 1 and b eq 2 and c eq 3", "a eq 1 and (b eq 2 and c eq 3)"),
        ("a eq string 1", "a eq 1"),
        ("date gt 2026-01-01", "date gt 20260101"),
        ("date gt 2026-01-01T10:00:00Z", "date gt 2026-01-01T11:00:00+01:00"),
        ("date-spec hours=1 weekdays=2", "date-spec weekdays=2 hours=1"),
        ("op monitor interval=60s", "op monitor interval=1min"),
        ("(a eq 1)", "a eq 1"),
    ],
)
def test_equivalent_texts_are_the_same(one, other):
    cib, element = owner()
    assert rules.same(cib, rules.write(cib, element, one), other)


@pytest.mark.parametrize(
    "one, other",
    [
        ("a eq 1 and b eq 2", "a eq 1 or b eq 2"),
        ("a eq 1", "a ne 1"),
        ("a gt integer 1", "a gt 1"),
        ("a eq 1 and b eq 2 or c eq 3", "a eq 1 and (b eq 2 or c eq 3)"),
        ("date gt 2026-01-01", "date lt 2026-01-01"),
        ("op monitor", "op monitor interval=10s"),
    ],
)
def test_different_texts_are_not_the_same(one, other):
    cib, element = owner()
    assert not rules.same(cib, rules.write(cib, element, one), other)


@pytest.mark.parametrize(
    "content",
    [
        '<expression id="e" attribute="a" operation="eq" value="b" value-source="param"/>',
        '<date_expression id="e" operation="date_spec"><date_spec id="d" moon="4"/></date_expression>',
        '<date_expression id="e" operation="in_range" start="2026-01-01" end="2026-01-02"><duration id="d" days="1"/>'
        "</date_expression>",
        '<rule id-ref="other"/>',
        "",
    ],
)
def test_rule_that_text_cannot_express_is_not_read(content):
    cib = kit.small(
        kit.dummy("web"), f'<rsc_location id="c" rsc="web"><rule id="r" score="1">{content}</rule></rsc_location>'
    )
    assert rules.read(cib.find("r")) is None


def test_changed_rule_keeps_its_id_and_score():
    cib, element = owner()
    rule = rules.write(cib, element, "a eq 1 and b eq 2", score="5")
    rules.rewrite(cib, rule, "a eq 1 or (c eq 3 and d eq 4)")
    assert (rule.get("id"), rule.get("score"), rules.read(rule)) == ("c-rule", "5", "a eq 1 or (c eq 3 and d eq 4)")
    assert len(kit.ids(cib)) == len(set(kit.ids(cib)))


# Random rules

_WORDS = st.sampled_from(["and", "OR", "to"]) | st.text("ab1#:=<'\" ()-éT", min_size=1, max_size=6).filter(
    lambda word: not ("'" in word and '"' in word)
)
_NAMES = st.sampled_from(["#uname", "site", "date", "op", "speed", "défini"])
_DATES = st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S") if moment.year > 999 else "2026-01-01")


def _quoted(word):
    return f"'{word}'" if '"' in word else f'"{word}"'


def _expressions():
    return st.one_of(
        st.builds(
            "{} {} {}".format, _NAMES.map(_quoted), st.sampled_from(["eq", "ne", "lt", "gte"]), _WORDS.map(_quoted)
        ),
        st.builds("{} gt {} {}".format, _NAMES, st.sampled_from(["integer", "number", "version"]), st.integers(0, 99)),
        st.builds("{} {}".format, st.sampled_from(["defined", "not_defined"]), _NAMES),
        st.builds("date {} {}".format, st.sampled_from(["gt", "lt"]), _DATES),
        st.builds("date in_range {} to duration days={}".format, _DATES, st.integers(1, 99)),
        st.builds("date-spec hours={} weekdays=1-{}".format, st.integers(0, 23), st.integers(2, 7)),
        st.sampled_from(["resource ocf:pacemaker:Dummy", "resource ::Dummy", "op monitor", "op stop interval=1min"]),
    )


def _joined(inner):
    operators = st.sampled_from([" and ", " or "])
    return st.builds(
        lambda parts, operator: f"({operator.join(parts)})", st.lists(inner, min_size=2, max_size=3), operators
    )


@given(st.recursive(_expressions(), _joined, max_leaves=8), st.sampled_from(["3.9", "4.0"]))
def test_written_rule_is_read_back(text, schema):
    cib, element = owner(schema)
    rule = rules.write(cib, element, text)
    read = rules.read(rule)
    assert read and rules.same(cib, rule, text) and rules.same(cib, rule, read)
    other, place = owner(schema)
    assert tree(rules.write(other, place, read)) == tree(rule)
