# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.registry import Wanted
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import wanted_document

DUMMY = "ocf:pacemaker:Dummy"
DOCUMENT = {
    "constraints": [{"type": "location", "resource": "g", "node": "node1", "score": 5}],
    "groups": [{"id": "g", "members": ["b", "a"]}],
    "stonith": [{"id": "f", "agent": "fence_ipmilan", "params": {"ip": "192.0.2.1"}}],
    "resources": [{"id": "a", "agent": DUMMY}, {"id": "b", "agent": DUMMY}],
    "properties": {"no-quorum-policy": "stop"},
    "alerts": [{"id": "tell", "path": "/bin/tell", "recipients": [{"value": "a"}]}],
    "acls": {
        "groups": [{"id": "staff", "roles": ["see"]}],
        "users": [{"id": "a", "roles": ["see"]}],
        "roles": [{"id": "see", "permissions": [{"kind": "read", "reference": "tell"}]}],
    },
}


def lay(cib, document, exact=False):
    return planner.plan(cib, wanted_document(document), kit.agents(), exact=exact)


@pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
def test_document_in_any_order_is_applied_in_one_run(exact):
    cib = kit.small()
    plan = lay(cib, DOCUMENT, exact)
    sections = ["properties", "resources", "groups", "stonith", "constraints", "alerts", "acls"]
    assert list(plan.document("after")) == sections
    assert list(plan.document("after")["acls"]) == ["roles", "users", "groups"]
    assert kit.read(cib, "g")["members"] == ["b", "a"]
    assert plan.document("before") == {}
    cib = kit.again(cib)
    assert not lay(cib, DOCUMENT, exact).changed
    assert cib.edits == 0


def test_specifications_of_plan_can_be_applied_again():
    cib = kit.small()
    document = lay(cib, DOCUMENT).document("after")
    assert not lay(kit.again(cib), document, exact=True).changed


def test_diff_shows_only_differences(cib):
    web = {"id": "web", "agent": DUMMY, "params": {"fake": "two"}}
    plan = lay(cib, {"resources": [web, {"id": "alone", "agent": DUMMY}]})
    before, after = plan.document("before")["resources"], plan.document("after")["resources"]
    assert [each["id"] for each in before] == [each["id"] for each in after] == ["web"]
    assert (before[0]["params"], after[0]["params"]) == ({"fake": "one"}, {"fake": "two"})


def test_diff_shows_all_removed_objects(cib):
    plan = kit.lay(cib, kit.want("resources", "absent", id="web"))
    assert [each["id"] for each in plan.document("before")["resources"]] == ["web"]
    assert [each["id"] for each in plan.document("before")["constraints"]] == ["location-web-node2--INFINITY"]
    assert plan.document("before")["groups"][0]["members"] == ["ip", "web"]
    assert plan.document("after") == {"groups": [{"id": "site", "members": ["ip"]}]}


@pytest.mark.parametrize(
    "section, resource, removed",
    [
        ("resources", "web", ["web"]),
        ("groups", "site", ["ip", "web"]),
        ("constraints", "location-site-node1-100", []),
        ("resources", "no-such", []),
    ],
)
def test_plan_lists_removed_resources_to_stop(cib, section, resource, removed):
    assert kit.lay(cib, kit.want(section, "absent", id=resource)).to_stop == removed


def test_removal_and_addition_in_one_plan(cib):
    plan = kit.lay(
        cib,
        kit.want("constraints", resource="alone", node="node1"),
        kit.want("resources", "absent", id="other"),
        kit.want("groups", "absent", id="site"),
        kit.want("constraints", "absent", id="location-site-node1-100"),
    )
    gone = [change.before["id"] for change in plan.changes if change.after is None]
    assert {"other", "site", "ip", "web", "location-site-node1-100"} <= set(gone)
    assert [change.after["resource"] for change in plan.changes if change.before is None] == ["alone"]
    assert set(plan.to_stop) == {"ip", "web", "other"}


@pytest.mark.parametrize(
    "document, sentence",
    [
        ({"resource": []}, "config: there is no section 'resource'; did you mean 'resources'?"),
        (
            {"zzz": []},
            "config: there is no section 'zzz'; known: properties, resource_defaults, operation_defaults, nodes, templates, resources,",
        ),
        ({"properties": ["a"]}, "properties: must be a mapping, not a list"),
        ({"resource_defaults": 5}, "resource_defaults: must be a mapping or a list, not a whole number"),
        ({"resource_defaults": {"a": [1]}}, "resource_defaults: a: a value must be a string, a number or a boolean"),
        ({"operation_defaults": [{"score": "x"}]}, "operation_defaults[0].score: 'x' is not a score"),
        ({"resources": {"id": "a"}}, "resources: must be a list, not a mapping"),
        ({"resources": [{"id": "a", "agent": DUMMY}, "b"]}, "resources[1]: must be a mapping, not a string"),
        (
            {"constraints": [{"resource": "a"}]},
            "constraints[0].type: must be one of location, order, colocation, ticket, not None",
        ),
        (
            {"constraints": [{"type": "loc"}]},
            "constraints[0].type: must be one of location, order, colocation, ticket, not 'loc'",
        ),
        ({"groups": [{"id": "g", "members": ["nobody"]}]}, "groups[0].members: there is no primitive 'nobody'"),
        ({"acls": [{"id": "r"}]}, "acls: must be a mapping, not a list"),
        ({"acls": {"role": []}}, "acls: there is no section 'role'; did you mean 'roles'?"),
        ({"acls": {"roles": {"id": "r"}}}, "acls.roles: must be a list, not a mapping"),
        ({"acls": {"users": [{"id": "u", "roles": ["r"]}]}}, "acls.users[0].roles: there is no role 'r'"),
        ({"acls.roles": []}, "config: there is no section 'acls.roles'"),
        ({"properties": {"a": ["b"]}}, "properties: a: a value must be a string, a number or a boolean, not a list"),
        (
            {"groups": [{"id": "g", "members": []}], "resources": [{"id": "a"}]},
            "resources[0].agent: exactly one of agent and template is required; groups[0].members: must not be empty",
        ),
    ],
    ids=str,
)
def test_invalid_document_is_refused_with_path(document, sentence):
    with pytest.raises(BadInput) as failure:
        lay(kit.small(), document)
    assert str(failure.value).startswith(sentence)


def test_null_section_is_ignored(cib):
    assert not lay(cib, {"resources": None, "properties": None, "acls": None}).changed
    assert not lay(cib, {"acls": {"roles": None}}).changed


def test_comments_are_kept():
    cib = kit.small(f"<!-- one -->{kit.dummy('a')}<!-- two -->{kit.dummy('b', '<!-- three -->')}")
    lay(cib, dict(DOCUMENT, resources=[{"id": "a", "agent": DUMMY, "params": {"fake": "x"}}]))
    assert [f"<!-- {each} -->" in cib.xml() for each in ("one", "two", "three")] == [True] * 3


@pytest.mark.parametrize(
    "wanted",
    [
        kit.want("properties", **{"no-quorum-policy": "freeze", "stonith-enabled": None}),
        kit.want("resources", id="alone", agent="ocf:pacemaker:Dummy", description="x"),
        kit.want("resources", "absent", id="alone"),
        kit.want("constraints", resource="alone", node="node1"),
        kit.want("alerts", id="tell", path="/bin/tell"),
        kit.want("acls.users", id="web"),
        kit.want("resource_defaults", **{"resource-stickiness": 7}),
        kit.want("nodes", name="node1", attributes={"site": "a"}),
        kit.want("stonith_levels", level=3, target="node1", devices=["fence-node1"]),
        kit.want("stonith_levels", "absent", level=1, target="node1"),
        Wanted(
            kit.kind_in("resource_defaults"),
            [{"values": {"a": 1}}, {"score": 5, "values": {"b": 2}}],
            "present",
            "",
        ),
    ],
    ids=str,
)
def test_plan_is_in_committed_document_only(wanted):
    after = kit.cib()
    plan = kit.lay(after, wanted)
    assert plan.changed and plan.is_in(kit.again(after))
    assert not plan.is_in(kit.cib())


def test_plan_is_not_in_document_that_reuses_its_id():
    cib = kit.small(kit.dummy("web"))
    plan = kit.lay(cib, kit.want("resources", id="a", agent=DUMMY))
    assert not plan.is_in(kit.small(kit.dummy("web"), more="<tags><tag id='a'><obj_ref id='web'/></tag></tags>"))


@pytest.mark.parametrize(
    "before_value", [{"resource-stickiness": 5}, [{"values": {"a": 1}}, {"score": 5, "values": {"b": 2}}]], ids=str
)
@pytest.mark.parametrize("given", [[], [{"id": "x", "score": 7, "values": {"c": 3}}]], ids=["none", "another"])
def test_plan_that_removes_or_reshapes_defaults_is_in_document(before_value, given):
    before = kit.small()
    kit.lay(before, Wanted(kit.kind_in("resource_defaults"), before_value, "present", ""))
    after = kit.again(before)
    plan = kit.lay(after, Wanted(kit.kind_in("resource_defaults"), given, "present", ""))
    assert plan.is_in(kit.again(after))
    assert not plan.is_in(kit.again(before))


# --- wrong documents


def errors_of(document):
    """The errors of a document, on a cluster with the primitive a."""
    cib = kit.small(kit.dummy("a"))
    with pytest.raises(BadInput) as refused:
        planner.plan(cib, wanted_document(document), kit.NO_AGENTS)
    return list(refused.value.sentences)


def test_all_errors_are_reported_at_once():
    monitor = {"name": "monitor", "interval": "often"}
    errors = errors_of(
        {
            "resources": [
                {"id": "b", "agent": DUMMY, "operations": [monitor, {"name": "start", "timeout": "x", "enable": True}]},
                {"id": "c", "agent": "Dummy", "params": {"fake": []}, "utilization": {"cpu": "much"}, "priority": 1},
                {"id": "a", "agent": DUMMY},
                {"id": "a", "agent": DUMMY},
            ],
            "groups": [
                {"id": "g", "members": ["a", "nobody"]},
                {"id": "itself", "members": ["itself"]},
                {"members": []},
            ],
            "bundles": [{"id": "B", "container": {"type": "rkt"}, "ports": [{"port": 70000}, {"range": "9-1"}]}],
            "stonith_levels": [{"level": 1, "target": "node1", "devices": ["a"]}],
            "constraints": [
                {"type": "location", "resource": "nobody", "node": "node1", "score": 1},
                {"type": "location", "resource": "a", "node": "node3", "score": 1},
                {"type": "colocation", "sets": [{"resources": []}, {"resources": ["a"], "sequential": "perhaps"}]},
            ],
        }
    )
    places = [sentence.split(": ")[0] for sentence in errors]
    assert sorted(places) == sorted(
        [
            "resources[0].operations[0].interval",
            "resources[0].operations[1].timeout",
            "resources[0].operations[1]",
            "resources[1].unknown key 'priority'; known",
            "resources[1].params",
            "resources[1].agent",
            "resources[1].utilization",
            "resources[3].id",
            "groups[0].members",
            "groups[1].members",
            "groups[2].id",
            "groups[2].members",
            "bundles[0].container.type",
            "bundles[0].ports[0].port",
            "bundles[0].ports[1].range",
            "stonith_levels[0].devices",
            "constraints[0].resource",
            "constraints[1].node",
            "constraints[2].sets[0].resources",
            "constraints[2].sets[1].sequential",
        ]
    ), "\n".join(errors)


def test_all_unknown_sections_are_reported_at_once():
    assert errors_of({"resource": [], "groups": {}, "acls": {"role": []}, "tags": ["t"], "properties": []}) == [
        "config: there is no section 'resource'; did you mean 'resources'?",
        "acls: there is no section 'role'; did you mean 'roles'?",
    ]
    assert errors_of({"groups": {}, "tags": ["t"], "properties": []}) == [
        "groups: must be a list, not a mapping",
        "tags[0]: must be a mapping, not a string",
        "properties: must be a mapping, not a list",
    ]


# --- expected changes in the preview


def rename(root):
    root.find("configuration/nodes/node").set("uname", "other")
    return True


@pytest.mark.parametrize("besides", [rename, lambda root: rename(root) and False])
def test_expected_changes_are_only_in_simulated_document(besides):
    document = kit.small()
    plan = kit.lay(document, kit.want("nodes", name="node1", standby=True))
    planned = document.xml()
    plan.expect(besides)
    assert document.xml() == planned
    if besides is rename:
        assert kit.Cib(plan.expected).node_names() == ["other", "node2"]
        assert 'name="standby"' in plan.expected
    else:
        assert plan.expected is None
