# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

ALERTS = """<alerts>
<alert id="a" path="/bin/a" description="old">
  <meta_attributes id="a-meta_attributes"><nvpair id="a-m" name="timeout" value="15s"/></meta_attributes>
  <instance_attributes id="a-instance_attributes">
    <nvpair id="a-o" name="debug" value="true"/><nvpair id="a-p" name="to" value="x"/>
  </instance_attributes>
  <select><select_nodes/><!-- and --><select_attributes>
    <attribute id="s1" name="one"/><attribute id="s2" name="two"/></select_attributes></select>
  <recipient id="a-recipient" value="r1"><meta_attributes id="r-m"><nvpair id="r-t" name="timeout" value="5"/>
  </meta_attributes></recipient>
  <recipient id="own" value="r2" description="second"/>
</alert>
<alert id="b" path="/bin/b"/>
<alert id="c" path="/bin/c"><select/><instance_attributes id="c1" score="1"><nvpair id="c2" name="x" value="1"/>
</instance_attributes></alert>
</alerts>"""
A = {
    "id": "a",
    "path": "/bin/a",
    "description": "old",
    "options": {"debug": "true", "to": "x"},
    "meta": {"timeout": "15s"},
    "select": ["nodes", "attributes"],
    "select_attributes": ["one", "two"],
    "recipients": [
        {"id": "a-recipient", "value": "r1", "meta": {"timeout": "5"}},
        {"id": "own", "value": "r2", "description": "second"},
    ],
}
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])


def document():
    return kit.small(kit.dummy("web"), more=ALERTS)


def lay(cib, exact=False, alert_id="a", path="/bin/a", **spec):
    return kit.lay(cib, kit.want("alerts", id=alert_id, path=path, **spec), exact=exact)


def after(exact=False, **spec):
    """The specification of the alert `a` after a plan with these keys."""
    cib = document()
    lay(cib, exact, **spec)
    assert len(kit.ids(cib)) == len(set(kit.ids(cib)))
    return kit.read(kit.again(cib), "a")


def inside(element):
    """The tags, names and values of the children of an element."""
    return [(each.tag, each.get("id"), each.get("name"), each.get("value")) for each in element.iter()][1:]


def test_alert_is_read():
    assert kit.read(document(), "a") == A


@MODES
def test_writing_a_read_alert_changes_nothing(exact):
    cib = document()
    alerts = [kit.read(cib, each) for each in "abc"]
    assert not kit.lay(cib, *(kit.want("alerts", **each) for each in alerts), exact=exact).changed
    assert cib.edits == 0


@MODES
def test_read_alert_can_be_recreated(exact):
    cib = kit.small()
    plan = kit.lay(cib, kit.want("alerts", **A), exact=exact)
    assert kit.read(kit.again(cib), "a") == A
    assert plan.document("after") == {"alerts": [A]}
    assert plan.document("before") == {}


def test_new_alert_gets_the_ids_and_order_of_pcs():
    cib = kit.small()
    lay(
        cib,
        alert_id="n",
        options={"b": 2, "a": True},
        meta={"timeout": "9s"},
        recipients=[{"value": "x"}, {"value": "y", "options": {"o": "1"}}, {"id": "mine", "value": "z"}],
    )
    assert inside(cib.find("n")) == [
        ("meta_attributes", "n-meta_attributes", None, None),
        ("nvpair", "n-meta_attributes-timeout", "timeout", "9s"),
        ("instance_attributes", "n-instance_attributes", None, None),
        ("nvpair", "n-instance_attributes-a", "a", "true"),
        ("nvpair", "n-instance_attributes-b", "b", "2"),
        ("recipient", "n-recipient", None, "x"),
        ("recipient", "n-recipient-1", None, "y"),
        ("instance_attributes", "n-recipient-1-instance_attributes", None, None),
        ("nvpair", "n-recipient-1-instance_attributes-o", "o", "1"),
        ("recipient", "mine", None, "z"),
    ]


def test_merged_keeps_settings_not_given():
    assert after() == A
    assert after(path="/bin/new") == {**A, "path": "/bin/new"}
    assert after(options={"debug": None, "more": 1})["options"] == {"to": "x", "more": "1"}
    assert after(description="")["options"] == A["options"]
    assert "description" not in after(description="")


def test_replaced_removes_settings_not_given():
    assert after(exact=True) == {"id": "a", "path": "/bin/a"}
    given = {"options": {"to": "y"}, "select": ["fencing"], "recipients": [{"id": "own", "value": "r2"}]}
    assert after(exact=True, **given) == {"id": "a", "path": "/bin/a", **given}


def test_equal_values_are_not_rewritten():
    cib = document()
    assert not lay(cib, meta={"timeout": "15"}).changed
    assert lay(cib, options={"debug": "1"}).changed  # options are compared as text


def test_several_sets_are_written_and_read():
    sets = [
        {"id": "one", "values": {"timeout": "1s"}},
        {"id": "two", "rule": "date gt 2030-01-01", "values": {"a": "1"}},
    ]
    assert after(meta=sets)["meta"] == sets
    with pytest.raises(BadInput, match="options\\[0\\].id: 'web' is already the id of a primitive"):
        after(options=[{"id": "web", "values": {}}])
    with pytest.raises(BadInput, match="recipients\\[0\\].options\\[0\\].id: 'web' is already the id of a primitive"):
        after(recipients=[{"value": "r1", "options": [{"id": "web", "values": {}}]}])


# --- selection


@MODES
@pytest.mark.parametrize(
    "select, names, merged",
    [
        (["nodes", "attributes"], ["two", "three"], ["two", "three"]),
        (["attributes"], None, ["one", "two"]),
        (["resources", "attributes"], [], []),
        (["fencing"], None, []),
    ],
    ids=str,
)
def test_selection_is_exact_in_every_mode(select, names, merged, exact):
    found = after(exact, select=select, select_attributes=names)
    assert sorted(found["select"]) == sorted(select)
    assert found.get("select_attributes", []) == (names or [] if exact else merged)


@MODES
def test_unchanged_attribute_names_keep_their_ids(exact):
    cib = document()
    lay(cib, exact, select=["attributes"], select_attributes=["three", "two"])
    found = {each.get("name"): each.get("id") for each in cib.configuration.iter("attribute")}
    assert found == {"two": "s2", "three": "a-select_attributes-three"}


@MODES
def test_empty_selection_removes_the_element(exact):
    cib = document()
    lay(cib, exact, select=[])
    assert cib.find("a").find("select") is None
    cib = document()
    assert not lay(cib, exact, "c", "/bin/c", options=kit.read(cib, "c")["options"], select=[]).changed


@MODES
def test_order_of_a_selection_is_ignored(exact):
    cib = document()
    given = {key: value for key, value in A.items() if key not in ("id", "path")}
    given.update(select=["attributes", "nodes", "nodes"], select_attributes=["two", "one"])
    assert not lay(cib, exact, **given).changed


# --- recipients


def test_recipients_are_found_by_id_or_value():
    wanted = [{"value": "r1", "description": "first"}, {"id": "own", "value": "r3"}]
    assert after(recipients=wanted)["recipients"] == [
        {"id": "a-recipient", "value": "r1", "description": "first", "meta": {"timeout": "5"}},
        {"id": "own", "value": "r3", "description": "second"},
    ]


def test_recipients_not_given_are_removed_only_by_replaced():
    new = {"value": "r3"}
    assert [each["value"] for each in after(recipients=[new])["recipients"]] == ["r1", "r2", "r3"]
    assert [each["value"] for each in after(recipients=[])["recipients"]] == ["r1", "r2"]
    assert after(exact=True, recipients=[new])["recipients"] == [{"id": "a-recipient", "value": "r3"}]


def test_recipients_can_swap_their_values():
    wanted = [{"id": "a-recipient", "value": "r2"}, {"id": "own", "value": "r1"}]
    assert [each["value"] for each in after(recipients=wanted)["recipients"]] == ["r2", "r1"]


def test_duplicate_recipient_value_is_refused():
    twice = [{"id": "new", "value": "r1"}]
    with pytest.raises(
        BadInput, match="recipients\\[0\\].value: 'r1' is already the value of the recipient 'a-recipient'"
    ):
        after(recipients=twice)
    cib = document()
    kit.lay(cib, kit.want("alerts", id="a", path="/bin/a", recipients=twice), force=True)
    assert [each["value"] for each in kit.read(cib, "a")["recipients"]] == ["r1", "r2", "r1"]
    # An existing duplicate is not an error of this task
    assert not lay(kit.again(cib), recipients=[{"value": "r1"}, {"id": "own", "value": "r2"}]).changed
    assert [each["id"] for each in after(exact=True, recipients=twice)["recipients"]] == ["new"]


# --- removal and invalid input


def test_permission_is_removed_with_the_alert():
    acls = '<acls><acl_role id="r"><acl_permission id="p" kind="read" reference="b"/></acl_role></acls>'
    cib = kit.small(more=ALERTS + acls)
    plan = kit.lay(cib, kit.want("alerts", "absent", id="b"))
    assert cib.find("b") is None and cib.find("p") is None and cib.find("a") is not None
    assert plan.document("before")["alerts"] == [{"id": "b", "path": "/bin/b"}]


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"path": None}, "path: is required"),
        ({"path": ""}, "path: is required"),
        ({"path": "/bin/a\x07"}, "path: a value must not contain control characters"),
        ({"id": "web"}, "id: 'web' is already the id of a primitive, not of a alert"),
        ({"id": "1"}, "id: '1' is not a valid id"),
        ({"recipient": []}, "unknown key 'recipient'; did you mean 'recipients'?"),
        ({"options": {"a": []}}, "options: a: a value must be"),
        ({"options": "a"}, "options: must be a mapping or a list, not a string"),
        (
            {"select": ["node"]},
            "select: each item must be one of nodes, fencing, resources, attributes, not 'node'; did you mean 'nodes'?",
        ),
        ({"select_attributes": ["x"]}, "select_attributes: requires attributes in select"),
        ({"select": ["nodes"], "select_attributes": ["x"]}, "select_attributes: requires attributes in select"),
        ({"select": ["attributes"], "select_attributes": [1]}, "select_attributes: 1 is not the name of an attribute"),
        ({"recipients": ["x"]}, "recipients[0]: must be a mapping, not a string"),
        ({"recipients": [{"value": "x"}, {"value": ""}]}, "recipients[1].value: is required"),
        ({"recipients": [{"value": "x", "nam": 1}]}, "recipients[0].unknown key 'nam'"),
        ({"recipients": [{"value": 1}]}, "recipients[0].value: must be a string, not 1"),
        ({"recipients": [{"value": "x", "id": "1"}]}, "recipients[0].id: '1' is not a valid id"),
        ({"recipients": [{"value": "x", "id": "web"}]}, "recipients[0].id: 'web' is already the id of a primitive"),
        ({"recipients": [{"value": "x", "meta": {"": 1}}]}, "recipients[0].meta: names must not be empty"),
        (
            {"recipients": [{"value": "x", "id": "i"}, {"value": "y", "id": "i"}]},
            "recipients[1].id: 'i' is already given in recipients[0]",
        ),
        (
            {"recipients": [{"value": "x", "id": "i"}, {"value": "x"}]},
            "recipients[1].value: 'x' is already given in recipients[0]",
        ),
    ],
    ids=str,
)
def test_invalid_alerts_are_refused(spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(document(), kit.want("alerts", **{"id": "a", "path": "/bin/a", **spec}))
    assert sentence in str(failure.value)
