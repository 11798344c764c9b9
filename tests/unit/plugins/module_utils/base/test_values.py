# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base import values
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "value, text",
    [(True, "true"), (False, "false"), (24, "24"), (1.0, "1"), (0.5, "0.5"), ("", ""), ("yes", "yes"), ("äö", "äö")],
)
def test_text_converts_yaml_scalars(value, text):
    assert values.text(value) == text


@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": 1}], ids=str)
def test_list_or_mapping_as_text_is_refused(value):
    with pytest.raises(BadInput, match="a value must be a string, a number or a boolean"):
        values.text(value)


@pytest.mark.parametrize(
    "text, milliseconds",
    [
        ("60", 60_000),
        ("60s", 60_000),
        ("60 s", 60_000),
        ("60S", 60_000),
        (" 60sec ", 60_000),
        ("1min", 60_000),
        ("1m", 60_000),
        ("2h", 7_200_000),
        ("2hr", 7_200_000),
        ("500ms", 500),
        ("500msec", 500),
        ("2000us", 2),
        ("PT1M", 60_000),
        ("P1DT1S", 86_401_000),
        ("P1W", 604_800_000),
        ("0", 0),
        ("", None),
        ("P", None),
        ("PT", None),
        ("-1", None),
        ("1 day", None),
        ("s", None),
    ],
)
def test_milliseconds_reads_times_and_durations(text, milliseconds):
    assert values.milliseconds(text) == milliseconds


@pytest.mark.parametrize(
    "text, score",
    [
        ("100", 100),
        ("+100", 100),
        ("-100", -100),
        ("INFINITY", 1_000_000),
        ("+INFINITY", 1_000_000),
        ("-INFINITY", -1_000_000),
        ("2000000", 2_000_000),
        ("", None),
        ("1.5", None),
        ("infinite", None),
        ("--1", None),
    ],
)
def test_score_reads_numbers_and_infinity(text, score):
    assert values.score(text) == score


SAME = [
    ["60s", "60000ms", "1min", "60", "PT1M", "060"],
    ["true", "yes", "on", "1", "TRUE", "y"],
    ["false", "no", "off", "0", "n"],
    ["INFINITY", "+INFINITY", "1000000"],
    ["Master", "Promoted", "promoted"],
    ["Slave", "Unpromoted"],
]


@pytest.mark.parametrize("one, other", [(one, other) for same in SAME for one in same for other in same])
def test_texts_with_the_same_meaning_are_the_same(one, other):
    assert values.same(one, other)


@pytest.mark.parametrize(
    "one, other",
    [("60s", "61s"), ("true", "false"), ("INFINITY", "-INFINITY"), ("Master", "Slave"), ("stop", "ignore"), ("", "0")],
)
def test_texts_with_different_meanings_are_not_the_same(one, other):
    assert not values.same(one, other)


SOME_TEXT = st.one_of(st.sampled_from([each for same in SAME for each in same]), st.text(max_size=8))


@given(SOME_TEXT, SOME_TEXT)
def test_same_is_reflexive_and_symmetric(text, another):
    assert values.same(text, text)
    assert values.same(text, another) == values.same(another, text)


@given(st.integers(0, 10**6), st.sampled_from([("s", 1000), ("ms", 1), ("min", 60_000), ("h", 3_600_000)]))
def test_time_in_seconds_is_the_same_in_milliseconds(number, unit):
    assert values.same(f"{number}{unit[0]}", f"{number * unit[1]}ms")
