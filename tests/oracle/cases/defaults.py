# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Defaults of resources and operations: the usual single set, and several with scores and rules."""

from __future__ import annotations

from oracle import Case, Want

# The name in pcs -> the name in the collection
CALLED = {"resource defaults": "resource_defaults", "resource op defaults": "operation_defaults"}
# Rule -> the defaults for which it makes sense, None for both
RULES = {
    "resource ocf:heartbeat:IPaddr2": None,
    "resource systemd::": None,
    "resource ::Dummy or resource ocf::": None,
    "date gt 2026-01-31": None,
    "date in_range 2026-01-31T18:00:00 to duration weeks=2": None,
    "resource ocf:: and (date-spec hours=9-17 weekdays=1-5 or date lt 2027-01-01)": None,
    "op monitor interval=10s": ("resource op defaults",),
    "op start and resource ocf:heartbeat:pgsql": ("resource op defaults",),
}

ONE, TWO = {"id": "one"}, {"id": "two"}
SET_ONE, SET_TWO = "set create id=one meta a=1 b=2", "set create id=two score=5 meta a=3"


def cases(words):
    """The cases for one of the two kinds of defaults, given by its name in pcs."""
    section = CALLED[words]

    def case(name, commands, *wanted, start=()):
        lines, before = ("\n".join(f"{words} {line}" for line in each) for each in (commands, start))
        wants = (Want(section, spec, "present") for spec in wanted)
        return Case(f"{section.partition('_')[0]}-{name}", lines, *wants, start=before)

    both = (SET_ONE, SET_TWO)
    yield case("first", ["update a=1"], {"a": 1})
    yield case("several", ["update b=1 a=2 c=yes"], {"b": 1, "a": 2, "c": "yes"})
    yield case("changed", ["update b=5 a= c=7"], {"b": 5, "a": None, "c": 7}, start=["update a=1 b=2"])
    yield case("last-removed", ["update a="], {"a": None}, start=["update a=1"])
    yield case("nothing-to-remove", ["update a="], {"a": None})
    yield case("long-name", ["update container-attribute-target=host"], {"container-attribute-target": "host"})
    yield case("in-a-set-of-another-id", ["update a=5 z=1"], {"a": 5, "z": 1}, start=[SET_ONE])
    yield case("set", [SET_ONE], [{**ONE, "values": {"a": 1, "b": 2}}])
    yield case("set-without-an-id", ["set create meta a=1"], [{"values": {"a": 1}}])
    yield case(
        "sets-without-ids",
        ["set create meta a=1", "set create meta a=2"],
        [{"values": {"a": 1}}, {"values": {"a": 2}}],
    )
    yield case("set-with-a-score", [SET_TWO], [{**TWO, "score": 5, "values": {"a": 3}}])
    yield case("another-set", [SET_TWO], [ONE, {**TWO, "score": 5, "values": {"a": 3}}], start=[SET_ONE])
    yield case("set-changed", ["set update two meta a=4 c=1"], [ONE, {**TWO, "values": {"a": 4, "c": 1}}], start=both)
    yield case("pair-removed", ["set update one meta a="], [{**ONE, "values": {"a": None}}, TWO], start=both)
    yield case("set-removed", ["set delete one"], [TWO], start=both)
    yield case("all-removed", ["set delete one two"], [], start=both)
    for number, (rule, only) in enumerate(RULES.items()):
        if only is None or words in only:
            yield case(
                f"rule-{number}",
                [f"set create id=one meta a=1 rule '{rule}'"],
                [{**ONE, "rule": rule, "values": {"a": 1}}],
            )


CASES = [case for words in CALLED for case in cases(words)]
