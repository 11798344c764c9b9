# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

DUMMY = "ocf:pacemaker:Dummy"
STOPPED = '<meta_attributes id="{0}-m"><nvpair id="{0}-m-t" name="target-role" value="Stopped"/></meta_attributes>'
PLACED = '<rsc_location id="l-{0}" rsc="{0}" node="node1" score="1"/>'
GROUP = f'<group id="g">{kit.dummy("a")}{kit.dummy("b")}</group>'


def resources(*names):
    return [{"id": name, "agent": DUMMY, "operations": []} for name in names]


def located(name):
    return {"type": "location", "id": f"l-{name}", "resource": name, "node": "node1", "score": 1}


def ids_in(cib):
    """The ids of resources and constraints, sorted."""
    return sorted(each.get("id") for each in cib.configuration.iterfind("*/*") if each.tag not in ("node", "op"))


def test_object_not_in_document_is_removed_with_references():
    cib = kit.small(kit.dummy("a") + kit.dummy("b"), PLACED.format("a") + PLACED.format("b"))
    plan = kit.override(cib, {"resources": resources("a")})
    assert ids_in(cib) == ["a", "l-a"]
    assert plan.removed == ["b"]
    assert [each["id"] for each in plan.document("before")["constraints"]] == ["l-b"]


def test_sections_not_in_document_are_unchanged():
    cib = kit.small(kit.dummy("a"), PLACED.format("a"), more='<tags><tag id="t"><obj_ref id="a"/></tag></tags>')
    assert not kit.override(cib, {"resources": resources("a")}).changed


def test_objects_in_document_are_unchanged():
    cib = kit.small(GROUP, PLACED.format("g"))
    document = {
        "resources": resources("b", "a"),
        "groups": [{"id": "g", "members": ["a", "b"]}],
        "constraints": [{"type": "location", "resource": "g", "node": "node1", "score": 1}],
        "clones": [],
    }
    assert not kit.override(cib, document).changed


@pytest.mark.parametrize(
    "resource, document, kept",
    [
        pytest.param(GROUP, {"groups": []}, ["a", "b"], id="group without its members"),
        pytest.param(GROUP, {"groups": [], "resources": resources("a")}, ["a"], id="group with one of its members"),
        pytest.param(f'<clone id="c">{kit.dummy("a")}</clone>', {"clones": []}, ["a"], id="clone without its member"),
        pytest.param(
            f'<clone id="c">{GROUP}</clone>',
            {"clones": [], "groups": [], "resources": resources("b")},
            ["b"],
            id="clone of a group",
        ),
        pytest.param(
            f'<clone id="c">{GROUP}</clone>',
            {"clones": [], "groups": [{"id": "g", "members": ["b", "a"]}]},
            ["g"],
            id="clone without its group",
        ),
    ],
)
def test_member_of_removed_object_is_kept_if_in_document(resource, document, kept):
    cib = kit.small(resource)
    kit.override(cib, document, purge=("groups", "clones"))
    assert ids_in(cib) == kept


def test_group_with_new_members_keeps_constraints():
    cib = kit.small(GROUP, PLACED.format("g"))
    kit.override(cib, {"resources": resources("c"), "groups": [{"id": "g", "members": ["c"]}]})
    assert ids_in(cib) == ["g", "l-g"]
    assert kit.read(cib, "g")["members"] == ["c"]


def test_unique_parameter_of_removed_resource_can_be_reused():
    address = {"agent": "ocf:heartbeat:IPaddr2", "params": {"ip": "192.0.2.1"}, "operations": []}
    cib = kit.small()
    kit.lay(cib, kit.want("resources", id="old", **address))
    wanted = [kit.want("resources", id="new", **address)]
    plan = kit.planner.plan(kit.again(cib), wanted, kit.agents(), exact=True, sections=["resources"])
    assert plan.removed == ["old"]


def test_id_of_removed_object_can_be_reused_by_other_kind():
    cib = kit.small(f'<group id="x">{kit.dummy("a")}</group>')
    kit.override(cib, {"resources": resources("x", "a"), "groups": []}, purge=("groups",))
    assert ids_in(cib) == ["a", "x"] and cib.find("x").tag == "primitive"


def test_constraint_without_id_is_matched_by_content():
    cib = kit.small(kit.dummy("a"), PLACED.format("a") + '<rsc_location id="m" rsc="a" node="node2" score="2"/>')
    plan = kit.override(cib, {"constraints": [{"type": "location", "resource": "a", "node": "node1", "score": 1}]})
    assert ids_in(cib) == ["a", "l-a"]
    assert plan.document("after") == {}


def test_inexpressible_constraint_is_removed_only_with_purge():
    constraints = '<rsc_location id="m" rsc="a"><lifetime/></rsc_location>' + PLACED.format("a")
    cib = kit.small(kit.dummy("a"), constraints)
    assert not kit.override(cib, {"constraints": [located("a")]}).changed
    kit.override(cib, {"constraints": [located("a")]}, purge=("constraints",))
    assert ids_in(cib) == ["a", "l-a"]


# --- what must be listed in purge


@pytest.mark.parametrize(
    "section, what",
    [
        ("resources", {"resources": kit.dummy("a")}),
        ("constraints", {"resources": kit.dummy("a"), "constraints": PLACED.format("a")}),
        ("stonith", {"resources": '<primitive id="f" class="stonith" type="fence_ipmilan"/>'}),
    ],
)
def test_section_is_emptied_only_with_purge(section, what):
    with pytest.raises(
        BadInput, match=f"{section}: is empty, which would remove the only existing object; list the section in purge"
    ):
        kit.override(kit.small(**what), {section: []})
    assert kit.override(kit.small(**what), {section: []}, purge=(section,)).changed
    assert not kit.override(kit.small(), {section: []}).changed


def test_properties_are_emptied_only_with_purge():
    pairs = "".join(
        f'<nvpair id="p-{name}" name="{name}" value="x"/>' for name in ("dc-version", "maintenance-mode", "a")
    )
    config = f'<cluster_property_set id="cib-bootstrap-options">{pairs}</cluster_property_set>'
    with pytest.raises(BadInput, match="properties: is empty"):
        kit.override(kit.small(crm_config=config), {"properties": {}})
    plan = kit.override(kit.small(crm_config=config), {"properties": {}}, purge=("properties",))
    assert plan.document("before") == {"properties": {"a": "x"}}
    plan = kit.override(kit.small(crm_config=config), {"properties": {}}, purge=("properties", "runtime"))
    assert plan.document("before") == {"properties": {"a": "x", "maintenance-mode": "x"}}


# --- settings that an operator made at run time


def operated():
    ban = '<rsc_location id="cli-ban-a-on-node1" rsc="a" node="node1" score="-INFINITY" role="Started"/>'
    return kit.small(kit.dummy("a", STOPPED.format("a")) + kit.dummy("b"), ban + PLACED.format("b"))


def test_runtime_settings_are_kept():
    cib = operated()
    document = {"resources": resources("a", "b"), "constraints": [located("b")]}
    assert not kit.override(cib, document).changed


def test_runtime_settings_are_removed_with_purge():
    cib = operated()
    document = {"resources": resources("a", "b"), "constraints": [located("b")]}
    kit.override(cib, document, purge=("runtime",))
    assert ids_in(cib) == ["a", "b", "l-b"]
    assert "meta" not in kit.read(cib, "a")


NODES = (
    '<node id="1" uname="node1"><instance_attributes id="nodes-1"><nvpair id="1s" name="standby" value="on"/>'
    '<nvpair id="1a" name="site" value="a"/></instance_attributes></node><node id="2" uname="node2"/>'
)


def nodes():
    text = kit.small().xml().replace('<node id="1" uname="node1" /><node id="2" uname="node2" />', NODES)
    return kit.Cib(text)


@pytest.mark.parametrize(
    "given, purge, left",
    [
        ([{"name": "node2"}], (), {"name": "node1", "standby": True}),
        (
            [{"name": "node1", "attributes": {"site": "a"}}],
            (),
            {"name": "node1", "attributes": {"site": "a"}, "standby": True},
        ),
        ([{"name": "node2"}], ("runtime",), {"name": "node1"}),
        ([], ("nodes",), {"name": "node1", "standby": True}),
    ],
)
def test_node_settings_not_in_document_are_removed(given, purge, left):
    cib = nodes()
    kit.override(cib, {"nodes": given}, purge=purge)
    node = cib.configuration.find("nodes/node")
    assert kit.kind_in("nodes").read(node) == left
    assert len(cib.section("nodes")) == 2


def test_settings_of_all_nodes_are_removed_only_with_purge():
    assert not kit.override(kit.small(), {"nodes": []}).changed
    with pytest.raises(BadInput, match="nodes: is empty, which would remove the only existing object"):
        kit.override(nodes(), {"nodes": []})


ACLS = (
    '<acls><acl_role id="r"/><acl_role id="s"/><acl_target id="u"><role id="s"/></acl_target><acl_target id="r"/></acls>'
    '<alerts><alert id="w" path="/w"/></alerts>'
)


def test_acls_and_alerts_are_purged():
    cib = kit.small(more=ACLS)
    kit.override(cib, {"acls": {"roles": [{"id": "r"}], "users": [{"id": "u"}]}, "alerts": [{"id": "x", "path": "/x"}]})
    assert ids_in(cib) == ["r", "u", "x"]


def test_stopped_resource_moved_to_other_group_stays_stopped():
    cib = kit.small(f'<group id="g">{kit.dummy("a")}{kit.dummy("b")}{STOPPED.format("g")}</group>')
    kit.override(cib, {"groups": [{"id": "h", "members": ["a", "b"]}]})
    assert [kit.read(cib, name).get("meta") for name in "ab"] == [{"target-role": "Stopped"}] * 2
    assert "meta" not in kit.read(cib, "h")


def test_defaults_given_as_list_are_purged():
    listed = [{"id": "m", "values": {"timeout": "1"}}]
    cib = kit.small()
    kit.override(cib, {"operation_defaults": listed})
    assert not kit.override(kit.again(cib), {"operation_defaults": listed}).changed
    for nothing in ([], [{"id": "m", "values": {}}], {"timeout": None}):
        with pytest.raises(BadInput, match="operation_defaults: is empty"):
            kit.override(kit.again(cib), {"operation_defaults": nothing})


@pytest.mark.parametrize("document", [{"properties": {"a": None}}, {"properties": {}}])
def test_section_emptied_by_null_values_requires_purge(document):
    pair = '<nvpair id="p-a" name="a" value="x"/>'
    with pytest.raises(BadInput, match="properties: is empty"):
        kit.override(
            kit.small(crm_config=f'<cluster_property_set id="cib-bootstrap-options">{pair}</cluster_property_set>'),
            document,
        )


def test_section_with_only_kept_objects_is_not_emptied():
    pair = '<nvpair id="p-m" name="maintenance-mode" value="true"/>'
    config = f'<cluster_property_set id="cib-bootstrap-options">{pair}</cluster_property_set>'
    assert not kit.override(kit.small(crm_config=config), {"properties": {}}).changed


@pytest.mark.parametrize(
    "taken",
    [
        {"acls": {"users": [{"id": "old", "roles": []}]}},
        {"alerts": [{"id": "old", "path": "/x"}]},
    ],
)
def test_group_is_kept_if_id_of_its_member_is_reused(taken):
    cib = kit.small(f'<group id="g">{kit.dummy("old")}{STOPPED.format("g")}</group>', PLACED.format("g"))
    document = {"resources": resources("new"), "groups": [{"id": "g", "members": ["new"]}], **taken}
    kit.override(cib, document)
    assert {"g", "l-g"} <= set(ids_in(cib))
    assert kit.read(cib, "g") == {"id": "g", "members": ["new"], "meta": {"target-role": "Stopped"}}


def test_removal_that_would_remove_clone_not_given_is_refused():
    cib = kit.small(f'<clone id="c">{GROUP}</clone>' + kit.dummy("x"))
    sentence = (
        "groups: 'g' is not in the document and would be removed, but it is in the clone 'c', "
        "which would be removed with it; add the section clones to the document"
    )
    with pytest.raises(BadInput, match=sentence):
        kit.override(cib, {"groups": [{"id": "h", "members": ["x"]}]})


@pytest.mark.parametrize(
    "place, sentence",
    [
        ({"clone": {}}, "clone.id: 'k' is not in the document"),
        ({"group": {"id": "g"}}, "group.id: 'g' is not in the document"),
    ],
)
def test_object_in_document_cannot_name_object_not_in_document(place, sentence):
    cib = kit.small(
        f'<clone id="k">{kit.dummy("a")}</clone>' + kit.dummy("x") + f'<group id="g">{kit.dummy("b")}</group>'
    )
    given = {"clones": [{"id": "other", "member": "x"}], "groups": [{"id": "h", "members": ["b"]}]}
    (section,) = (f"{each}s" for each in place)
    document = {"resources": [{**resources("a")[0], **place}, *resources("b", "x")], section: given[section]}
    with pytest.raises(BadInput, match=sentence):
        kit.override(cib, document)


def test_standby_is_removed_with_purge_unless_given():
    text = kit.small().xml().replace('<node id="1" uname="node1" />', STANDBY)
    assert kit.override(kit.Cib(text), {"nodes": [{"name": "node2"}]}, purge=("runtime",)).changed
    given = {"nodes": [{"name": "node1", "standby": True}]}
    assert not kit.override(kit.Cib(text), given, purge=("runtime",)).changed


STANDBY = (
    '<node id="1" uname="node1"><instance_attributes id="nodes-1"><nvpair id="1s" name="standby" value="on"/>'
    "</instance_attributes></node>"
)


# --- impossible documents


@pytest.mark.parametrize(
    "document, sentence",
    [
        (
            {"resources": resources("a"), "groups": [{"id": "g", "members": ["a", "b"]}]},
            "groups\\[0\\].members: 'b' is not in the document and would be removed",
        ),
        (
            {
                "resources": resources("a"),
                "constraints": [{"type": "location", "resource": "b", "node": "node1", "score": 1}],
            },
            "constraints\\[0\\].resource: there is no resource 'b'",
        ),
        (
            {"resources": resources("a", "c"), "clones": [{"id": "k", "member": "b"}]},
            "clones\\[0\\].member: 'b' is not in the document and would be removed",
        ),
    ],
)
def test_object_in_document_cannot_require_removed_object(document, sentence):
    cib = kit.small(kit.dummy("a") + kit.dummy("b"))
    with pytest.raises(BadInput, match=sentence):
        kit.override(cib, document)


def test_removal_of_used_template_is_refused():
    cib = kit.small('<template id="t" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="a" template="t"/>')
    with pytest.raises(
        BadInput,
        match="templates: 't' is not in the document and would be removed, but id: the template 't' is used by a",
    ):
        kit.override(cib, {"templates": []}, purge=("templates",))


def test_bundle_with_member_is_removed_only_with_resources_section():
    bundle = f'<bundle id="B"><podman image="i"/><network control-port="1"/>{kit.dummy("a")}</bundle>'
    with pytest.raises(BadInput, match="bundles: 'B' is not in the document and would be removed, but the member of a"):
        kit.override(kit.small(bundle), {"bundles": []}, purge=("bundles",))
    cib = kit.small(bundle + kit.dummy("b"))
    kit.override(cib, {"bundles": [], "resources": resources("b")}, purge=("bundles",))
    assert ids_in(cib) == ["b"]


# --- the module


def test_purge_without_overridden_is_refused(run, capsys):
    result = kit.run_module("ha_config", capsys, cib_file=str(run.path), config={}, purge=["runtime"])
    assert result["msg"] == "purge: requires mode: overridden"


def test_ha_config_with_overridden_removes_other_objects(run, capsys):
    result = kit.run_module(
        "ha_config",
        capsys,
        cib_file=str(run.path),
        config={"tags": []},
        mode="overridden",
        purge=["tags"],
        preview=False,
    )
    assert result["changed"] and "tags" in result["diff"]["before"] and result["diff"]["after"] == ""
