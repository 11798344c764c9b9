# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import datetime
from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.resources import moves

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.timezone.utc)
HOUR = moves.Lifetime(NOW, 3600)
MINE = "<rsc_location id='mine' rsc='web' node='node1' score='5'/>"
PREFER = "<rsc_location id='cli-prefer-web' rsc='web' role='Started' node='node1' score='INFINITY'/>"
BAN = "<rsc_location id='cli-ban-web-on-node1' rsc='web' role='Started' node='node1' score='-INFINITY'/>"
OF_ANOTHER = "<rsc_location id='cli-prefer-web2' rsc='web2' role='Started' node='node1' score='INFINITY'/>"


def small(constraints=""):
    return kit.small(kit.dummy("web") + kit.dummy("web2"), constraints)


def until(end, constraint=PREFER):
    """The constraint with an end, as XML."""
    head = ElementTree.fromstring(constraint)
    return (
        f"<rsc_location id='{head.get('id')}' rsc='web' role='Started'>"
        f"<rule id='r' score='{head.get('score')}' boolean-op='and'>"
        f"<expression id='e' attribute='#uname' operation='eq' value='{head.get('node')}' type='string'/>"
        f"<date_expression id='d' operation='lt' end='{end}'/></rule></rsc_location>"
    )


def ids(cib):
    return [each.get("id") for each in cib.section("constraints")]


# --- written like crm_resource


@pytest.mark.parametrize(
    "write, element_id, score",
    [(moves.prefer, "cli-prefer-web", "INFINITY"), (moves.ban, "cli-ban-web-on-node1", "-INFINITY")],
    ids=["move", "ban"],
)
def test_constraint_without_end_is_written_like_crm_resource(write, element_id, score):
    cib = small()
    write(cib, "web", "node1")
    assert cib.find(element_id).attrib == {
        "id": element_id,
        "rsc": "web",
        "role": "Started",
        "node": "node1",
        "score": score,
    }
    assert list(cib.find(element_id)) == []


@pytest.mark.parametrize(
    "write, element_id, score, prefixes",
    [
        (
            moves.prefer,
            "cli-prefer-web",
            "INFINITY",
            ("cli-prefer-rule-web", "cli-prefer-expr-web", "cli-prefer-lifetime-end-web"),
        ),
        (
            moves.ban,
            "cli-ban-web-on-node1",
            "-INFINITY",
            ("cli-ban-web-on-node1-rule", "cli-ban-web-on-node1-expr", "cli-ban-web-on-node1-lifetime"),
        ),
    ],
    ids=["move", "ban"],
)
def test_constraint_with_end_is_written_like_crm_resource(write, element_id, score, prefixes):
    cib = small()
    write(cib, "web", "node1", end=HOUR)
    rule, expression, lifetime = (cib.find(each) for each in prefixes)
    assert cib.find(element_id).attrib == {"id": element_id, "rsc": "web", "role": "Started"}
    assert rule.attrib == {"id": prefixes[0], "score": score, "boolean-op": "and"}
    assert {name: expression.get(name) for name in ("attribute", "operation", "value", "type")} == {
        "attribute": "#uname",
        "operation": "eq",
        "value": "node1",
        "type": "string",
    }
    assert (lifetime.get("operation"), lifetime.get("end")) == ("lt", "2026-11-23 13:00:00Z")


def test_end_is_written_in_utc():
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert str(moves.Lifetime(NOW.astimezone(zone), 60)) == "2026-11-23 12:01:00Z"


@pytest.mark.parametrize("schema, role", [("pacemaker-3.6", "Master"), ("pacemaker-3.9", "Promoted")])
def test_role_name_follows_the_schema(schema, role):
    cib = small()
    cib.root.set("validate-with", schema)
    moves.prefer(cib, "web", "node1", "Promoted")
    moves.ban(cib, "web", "node2", "Promoted")
    assert [each.get("role") for each in cib.section("constraints")] == [role, role]


# --- existing constraints


@pytest.mark.parametrize(
    "before, write, end",
    [
        (PREFER, moves.prefer, None),
        (PREFER.replace("Started", "started"), moves.prefer, None),
        (PREFER.replace("role='Started' ", ""), moves.prefer, None),
        (BAN, moves.ban, None),
        (until("2026-11-23 12:00:01Z"), moves.prefer, HOUR),
        (until("2026-11-23 12:00:01Z", BAN), moves.ban, HOUR),
    ],
    ids=["move", "case of the role", "no role", "ban", "move for a time", "ban for a time"],
)
def test_constraint_in_effect_is_not_rewritten(before, write, end):
    cib = small(MINE + before)
    write(cib, "web", "node1", end=end)
    assert cib.edits == 0


@pytest.mark.parametrize(
    "before, write, role, end, after",
    [
        (until("2026-11-23 12:00:00Z"), moves.prefer, "Started", HOUR, "2026-11-23 13:00:00Z"),
        (until("2026-11-23 11:59:59Z", BAN), moves.ban, "Started", HOUR, "2026-11-23 13:00:00Z"),
        (until("some day"), moves.prefer, "Started", HOUR, "2026-11-23 13:00:00Z"),
        (until("2026-11-23 12:30:00Z"), moves.prefer, "Promoted", HOUR, "2026-11-23 13:00:00Z"),
        (PREFER, moves.prefer, "Started", HOUR, "2026-11-23 13:00:00Z"),
        (until("2030-01-01 00:00:00Z"), moves.prefer, "Started", None, None),
        (until("2030-01-01 00:00:00Z", BAN), moves.ban, "Started", None, None),
    ],
    ids=["over", "ban over", "no date", "other role", "for a time", "for ever", "ban for ever"],
)
def test_different_or_expired_constraint_is_rewritten(before, write, role, end, after):
    cib = small(MINE + before)
    write(cib, "web", "node1", role, end)
    lifetime = cib.section("constraints")[1].find("rule/date_expression")
    assert (None if lifetime is None else lifetime.get("end")) == after
    assert cib.section("constraints")[1].get("role") == role
    assert len(ids(cib)) == 2


def test_move_replaces_an_earlier_move():
    cib = small(PREFER)
    moves.prefer(cib, "web", "node2")
    assert ids(cib) == ["cli-prefer-web"]
    assert cib.find("cli-prefer-web").get("node") == "node2"


def test_move_removes_only_the_ban_from_its_node():
    cib = small(MINE + BAN + BAN.replace("node1", "node2") + OF_ANOTHER)
    moves.prefer(cib, "web", "node1")
    assert ids(cib) == ["mine", "cli-ban-web-on-node2", "cli-prefer-web2", "cli-prefer-web"]


def test_bans_from_several_nodes_are_kept():
    cib = small(MINE)
    moves.ban(cib, "web", "node1")
    moves.ban(cib, "web", "node2")
    assert ids(cib) == ["mine", "cli-ban-web-on-node1", "cli-ban-web-on-node2"]


# --- clear

ALL = MINE + PREFER + BAN.replace("node1", "node2") + until("2030-01-01 00:00:00Z", BAN) + OF_ANOTHER


@pytest.mark.parametrize(
    "node, left",
    [
        (None, ["mine", "cli-prefer-web2"]),
        ("node1", ["mine", "cli-ban-web-on-node2", "cli-prefer-web2"]),
        ("node2", ["mine", "cli-prefer-web", "cli-ban-web-on-node1", "cli-prefer-web2"]),
    ],
)
def test_clear_removes_moves_and_bans(node, left):
    cib = small(ALL)
    moves.clear(cib, "web", node)
    assert ids(cib) == left
    before = cib.edits
    moves.clear(cib, "web", node)
    assert cib.edits == before


# --- invalid input


@pytest.mark.parametrize("write", [moves.prefer, moves.ban, moves.clear])
@pytest.mark.parametrize(
    "node, sentence",
    [
        ("nod1", "node: the cluster has no node 'nod1'; did you mean 'node1'?"),
        ("x", "node: the cluster has no node 'x'; it has node1, node2"),
    ],
)
def test_unknown_node_is_refused(write, node, sentence):
    cib = small(ALL)
    with pytest.raises(BadInput) as failure:
        write(cib, "web", node)
    assert (str(failure.value), cib.edits) == (sentence, 0)


def test_document_without_nodes_accepts_any_node():
    cib = kit.Cib(kit.cib_document.EMPTY)
    moves.ban(cib, "web", "anywhere")
    assert cib.find("cli-ban-web-on-anywhere") is not None
