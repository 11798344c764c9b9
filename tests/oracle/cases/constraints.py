# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Constraints of all types, with resource sets and rules, created, created again and removed."""

from __future__ import annotations

from oracle import STATEFUL, Case, dummies, want

FOUR = dummies("a", "b", "c", "d")
PROMOTABLE = f"{FOUR}\nresource create p {STATEFUL} promotable"


def made(name, commands, *specs, start=FOUR, **more):
    """A Case that creates constraints."""
    return Case(name, commands, *(want("constraints", **spec) for spec in specs), start=start, **more)


def removed(name, commands, made_with, **spec):
    """A Case that removes a constraint."""
    return Case(name, commands, want("constraints", state="absent", **spec), start=f"{FOUR}\n{made_with}")


def location(name, arguments, **spec):
    """A Case of `pcs constraint location ...`."""
    return made(f"location-{name}", f"constraint location {arguments}", {"type": "location", **spec})


def rule(name, text, arguments="", start=FOUR, words=None, resource="a", **spec):
    """A Case of a location with a rule, given to pcs as separate words, which all versions support.

    :param words: the words for pcs, if they differ from the text.
    """
    command = f"constraint location {resource} rule {arguments} {words or text}"
    # Parentheses are separate words
    command = command.replace("(", "'('").replace(")", "')'")
    return made(f"rule-{name}", command, {"type": "location", "resource": resource, "rule": text, **spec}, start=start)


def order(name, arguments, **spec):
    """A Case of `pcs constraint order ...`."""
    return made(f"order-{name}", f"constraint order {arguments}", {"type": "order", **spec}, start=PROMOTABLE)


def colocation(name, arguments, **spec):
    """A Case of `pcs constraint colocation ...`."""
    return made(
        f"colocation-{name}", f"constraint colocation {arguments}", {"type": "colocation", **spec}, start=PROMOTABLE
    )


def ticket(name, arguments, **spec):
    """A Case of `pcs constraint ticket ...`."""
    return made(f"ticket-{name}", f"constraint ticket {arguments}", {"type": "ticket", **spec}, start=PROMOTABLE)


LOCATIONS = [
    location("prefers", "a prefers node1", resource="a", prefers=["node1"]),
    location("prefers-with-score", "a prefers node1=100", resource="a", prefers=["node1=100"]),
    location("prefers-two", "a prefers node1=100 node2=50", resource="a", prefers=["node1=100", "node2=50"]),
    location("avoids", "a avoids node1", resource="a", avoids=["node1"]),
    location("avoids-with-score", "a avoids node1=100 node2=-50", resource="a", avoids=["node1=100", "node2=-50"]),
    location("negative-preference", "a prefers node1=-7", resource="a", prefers=["node1=-7"]),
    location("as-node", "a prefers node1", resource="a", node="node1"),
    location("as-node-with-score", "a prefers node1=100", resource="a", node="node1", score=100),
    location("pattern", "'regexp%^a.*' prefers node1", pattern="^a.*", node="node1"),
    location("pattern-with-score", "'regexp%[ab]' avoids node1=5", pattern="[ab]", avoids=["node1=5"]),
    location("with-id", "add of-a a node1 200", id="of-a", resource="a", node="node1", score=200),
    location("negative", "add of-a a node1 -- -INFINITY", id="of-a", resource="a", node="node1", score="-INFINITY"),
    *(
        location(
            f"discovery-{each}",
            f"add of-a a node1 100 resource-discovery={each}",
            id="of-a",
            resource="a",
            node="node1",
            score=100,
            discovery=each,
        )
        for each in ("always", "never", "exclusive")
    ),
    made(
        "location-of-two-resources",
        "constraint location a prefers node1=5\nconstraint location b prefers node1=5",
        {"type": "location", "resource": "a", "node": "node1", "score": 5},
        {"type": "location", "resource": "b", "node": "node1", "score": 5},
    ),
]

RULES = [
    rule("uname", "#uname eq node1"),
    rule("negative", "#uname ne node1", "score=-INFINITY", score="-INFINITY"),
    rule("score", "#uname eq node1", "score=50", score=50),
    rule("score-attribute", "defined speed", "score-attribute=speed", score_attribute="speed"),
    rule("id", "#uname eq node1", "constraint-id=of-a", id="of-a"),
    rule("discovery", "#uname eq node1", "resource-discovery=never", discovery="never"),
    rule("not-defined", "not_defined speed"),
    *(rule(f"compared-{each}", f"speed {each} 10") for each in ("eq", "ne", "lt", "lte", "gt", "gte")),
    *(rule(f"type-{each}", f"speed gt {each} 10") for each in ("string", "integer", "number", "version")),
    rule("and", "#uname eq node1 and speed gt 10"),
    rule("and-and", "#uname eq node1 and speed gt 10 and defined up"),
    rule("or", "#uname eq node1 or #uname eq node2"),
    rule("and-or", "#uname eq node1 and speed gt 10 or defined up"),
    rule("or-and", "#uname eq node1 or speed gt 10 and defined up"),
    rule("and-or-and", "a eq 1 and b eq 2 or c eq 3 and d eq 4"),
    rule("parentheses", "#uname eq node1 and (speed gt 10 or defined up)"),
    rule("two-parentheses", "(a eq 1 and b eq 2) or (c eq 3 and d eq 4)"),
    rule("nested", "a eq 1 and (b eq 2 or (c eq 3 and d eq 4))"),
    rule("date-gt", "date gt 2026-01-01"),
    rule("date-lt", "date lt 2026-01-01T18:00:00Z"),
    rule("date-range", "date in_range 2026-01-01 to 2026-02-01"),
    rule("date-duration", "date in_range 2026-01-01 to duration months=2"),
    rule("date-durations", "date in_range 2026-01-01 to duration years=1 months=2 weeks=3 hours=4"),
    rule("date-spec", "date-spec hours=9-17 weekdays=1-5"),
    rule("date-spec-more", "date-spec years=2026 months=1 monthdays=5 weeks=2 weekyears=20"),
    rule("date-and-node", "#uname eq node1 and date gt 2026-01-01"),
    rule("date-or-spec", "date lt 2026-01-01 or date-spec hours=20-23"),
    made(
        "rule-of-a-pattern",
        "constraint location 'regexp%a.*' rule '#uname' eq node1",
        {"type": "location", "pattern": "a.*", "rule": "#uname eq node1"},
    ),
    # pcs 0.10 supports only master and slave, and writes them in lower case
    made(
        "rule-role",
        "constraint location p-clone rule role=Promoted '#uname' eq node1",
        {"type": "location", "resource": "p-clone", "role": "Promoted", "rule": "#uname eq node1"},
        start=PROMOTABLE,
        debian=("12", "13"),
    ),
    made(
        "rule-in-one-text",
        "constraint location a rule score=5 '#uname eq node1 and (date gt 2026-01-01 or defined up)'",
        {
            "type": "location",
            "resource": "a",
            "score": 5,
            "rule": "#uname eq node1 and (date gt 2026-01-01 or defined up)",
        },
        debian=("13",),
    ),
    made(
        "rule-all-durations",
        "constraint location a rule 'date in_range 2026-01-01 to duration days=2 minutes=4 seconds=5'",
        {
            "type": "location",
            "resource": "a",
            "rule": "date in_range 2026-01-01 to duration days=2 minutes=4 seconds=5",
        },
        debian=("13",),
    ),
    made(
        "rule-open-range",
        "constraint location a rule 'date in_range to 2026-02-01'",
        {"type": "location", "resource": "a", "rule": "date in_range to 2026-02-01"},
        debian=("13",),
    ),
    made(
        "rule-same-operator-nested",
        "constraint location a rule 'a eq 1 and (b eq 2 and c eq 3)'",
        {"type": "location", "resource": "a", "rule": "a eq 1 and (b eq 2 and c eq 3)"},
        debian=("13",),
    ),
]

ORDERS = [
    order("plain", "a then b", first="a", then="b"),
    order("as-mappings", "a then b", first={"resource": "a"}, then={"resource": "b"}),
    order("started", "start a then start b", first={"resource": "a", "action": "start"}, then={"resource": "b"}),
    order(
        "stopped",
        "stop a then stop b",
        **{end: {"resource": r, "action": "stop"} for end, r in zip(("first", "then"), "ab")},
    ),
    order(
        "promoted",
        "promote p-clone then start a",
        first={"resource": "p-clone", "action": "promote"},
        then={"resource": "a", "action": "start"},
    ),
    order(
        "demoted",
        "stop a then demote p-clone",
        first={"resource": "a", "action": "stop"},
        then={"resource": "p-clone", "action": "demote"},
    ),
    *(
        order(f"kind-{each}", f"a then b kind={each}", first="a", then="b", kind=each)
        for each in ("Mandatory", "Optional", "Serialize")
    ),
    order("nonsymmetrical", "a then b symmetrical=false", first="a", then="b", symmetrical=False),
    order("symmetrical", "a then b symmetrical=true", first="a", then="b", symmetrical=True),
    order("require-all", "p-clone then b require-all=false", first="p-clone", then="b", require_all=False),
    order("id", "a then b id=first-a", first="a", then="b", id="first-a"),
    order(
        "everything",
        "a then b id=x kind=Optional symmetrical=false require-all=true",
        first="a",
        then="b",
        id="x",
        kind="Optional",
        symmetrical=False,
        require_all=True,
    ),
    order("set", "set a b", sets=[{"resources": ["a", "b"]}]),
    order("sets", "set a b set c d", sets=[{"resources": ["a", "b"]}, {"resources": ["c", "d"]}]),
    order("set-of-one", "set a set b", sets=[{"resources": ["a"]}, {"resources": ["b"]}]),
    order(
        "sets-options",
        "set a b sequential=false require-all=false set c action=start",
        sets=[
            {"resources": ["a", "b"], "sequential": False, "require_all": False},
            {"resources": ["c"], "action": "start"},
        ],
    ),
    order(
        "sets-roles",
        "set p-clone role=Promoted action=promote set a",
        sets=[{"resources": ["p-clone"], "role": "Promoted", "action": "promote"}, {"resources": ["a"]}],
    ),
    order(
        "sets-setoptions",
        "set a b set c setoptions id=all kind=Optional symmetrical=false",
        id="all",
        kind="Optional",
        symmetrical=False,
        sets=[{"resources": ["a", "b"]}, {"resources": ["c"]}],
    ),
]

COLOCATIONS = [
    colocation("plain", "add a with b", resource="a", **{"with": "b"}),
    colocation("score", "add a with b 100", resource="a", score=100, **{"with": "b"}),
    colocation("apart", "add a with b -INFINITY", resource="a", score="-INFINITY", **{"with": "b"}),
    colocation("id", "add a with b id=x", resource="a", id="x", **{"with": "b"}),
    colocation("role", "add Promoted p-clone with a", resource="p-clone", role="Promoted", **{"with": "a"}),
    colocation("with-role", "add a with Promoted p-clone", resource="a", with_role="Promoted", **{"with": "p-clone"}),
    colocation(
        "roles",
        "add Started a with Unpromoted p-clone 5",
        resource="a",
        role="Started",
        with_role="Unpromoted",
        score=5,
        **{"with": "p-clone"},
    ),
    colocation("stopped", "add Stopped a with b", resource="a", role="stopped", **{"with": "b"}),
    colocation(
        "node-attribute", "add a with b node-attribute=site", resource="a", node_attribute="site", **{"with": "b"}
    ),
    colocation("set", "set a b c", sets=[{"resources": ["a", "b", "c"]}]),
    colocation("sets", "set a b set c d", sets=[{"resources": ["a", "b"]}, {"resources": ["c", "d"]}]),
    colocation(
        "sets-options",
        "set a b sequential=false set p-clone role=Promoted",
        sets=[{"resources": ["a", "b"], "sequential": False}, {"resources": ["p-clone"], "role": "Promoted"}],
    ),
    colocation(
        "sets-setoptions",
        "set a b set c setoptions id=together score=50",
        id="together",
        score=50,
        sets=[{"resources": ["a", "b"]}, {"resources": ["c"]}],
    ),
    made(
        "colocation-influence",
        "constraint colocation add a with b influence=false",
        {"type": "colocation", "resource": "a", "with": "b", "influence": False},
        debian=("12", "13"),
    ),
]

TICKETS = [
    ticket("plain", "add site a", ticket="site", resource="a"),
    ticket("loss-policy", "add site a loss-policy=fence", ticket="site", resource="a", loss_policy="fence"),
    *(
        ticket(f"policy-{each}", f"add site a loss-policy={each}", ticket="site", resource="a", loss_policy=each)
        for each in ("stop", "demote", "freeze")
    ),
    ticket("role", "add site Promoted p-clone", ticket="site", resource="p-clone", role="Promoted"),
    ticket("id", "add site a id=x", ticket="site", resource="a", id="x"),
    ticket("set", "set a b setoptions ticket=site", ticket="site", sets=[{"resources": ["a", "b"]}]),
    ticket(
        "sets",
        "set a b role=Started set p-clone role=Promoted setoptions ticket=site loss-policy=stop id=x",
        id="x",
        ticket="site",
        loss_policy="stop",
        sets=[{"resources": ["a", "b"], "role": "Started"}, {"resources": ["p-clone"], "role": "Promoted"}],
    ),
]

REMOVALS = [
    removed(
        "remove-by-id", "constraint remove of-a", "constraint location add of-a a node1 5", type="location", id="of-a"
    ),
    removed(
        "remove-location",
        "constraint remove location-a-node1-5",
        "constraint location a prefers node1=5",
        type="location",
        resource="a",
        node="node1",
    ),
    removed(
        "remove-preferences",
        "constraint remove location-a-node1-5 location-a-node2-6",
        "constraint location a prefers node1=5 node2=6",
        type="location",
        resource="a",
        prefers=["node1", "node2"],
    ),
    removed(
        "remove-rule",
        "constraint remove location-a",
        "constraint location a rule '#uname' eq node1 or defined up",
        type="location",
        resource="a",
        rule="defined up or #uname eq node1",
    ),
    removed(
        "remove-order",
        "constraint remove order-a-b-mandatory",
        "constraint order a then b",
        type="order",
        first="a",
        then="b",
    ),
    removed(
        "remove-colocation",
        "constraint remove colocation-a-b-INFINITY",
        "constraint colocation add a with b",
        type="colocation",
        resource="a",
        **{"with": "b"},
    ),
    removed(
        "remove-ticket",
        "constraint ticket remove site a",
        "constraint ticket add site a",
        type="ticket",
        ticket="site",
        resource="a",
    ),
    removed(
        "remove-sets",
        "constraint remove order_set_aabb",
        "constraint order set a b",
        type="order",
        sets=[{"resources": ["a", "b"]}],
    ),
]

CASES = [*LOCATIONS, *RULES, *ORDERS, *COLOCATIONS, *TICKETS, *REMOVALS]
