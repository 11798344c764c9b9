# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.errors import BadInput

DUMMY = "ocf:pacemaker:Dummy"
STOPPED = '<meta_attributes id="{0}-m"><nvpair id="{0}-m-t" name="target-role" value="Stopped"/></meta_attributes>'
PLACED = '<rsc_location id="l-{0}" rsc="{0}" node="node1" score="1"/>'
GROUP = f'<group id="g">{kit.dummy("a")}{kit.dummy("b")}</group>'


def resources(*names):
    return [{"id": name, "agent": DUMMY, "operations": []} for name in names]


def located(name):
    return {"type": "location", "id": f"l-{name}", "resource": name, "node": "node1", "score": 1}


def there(cib):
    """The ids of resources and constraints, sorted."""
    return sorted(each.get("id") for each in cib.configuration.iterfind("*/*") if each.tag not in ("node", "op"))


def test_what_is_not_given_goes_with_what_refers_to_it():
    cib = kit.small(kit.dummy("a") + kit.dummy("b"), PLACED.format("a") + PLACED.format("b"))
    plan = kit.override(cib, {"resources": resources("a")})
    assert there(cib) == ["a", "l-a"]
    assert plan.removed == ["b"]
    assert [each["id"] for each in plan.document("before")["constraints"]] == ["l-b"]


def test_sections_that_are_not_given_are_left_alone():
    cib = kit.small(kit.dummy("a"), PLACED.format("a"), more='<tags><tag id="t"><obj_ref id="a"/></tag></tags>')
    assert not kit.override(cib, {"resources": resources("a")}).changed


def test_what_is_given_already_stays_as_it_is():
    cib = kit.small(GROUP, PLACED.format("g"))
    document = {
        "resources": resources("b", "a"),
        "groups": [{"id": "g", "members": ["a", "b"]}],
        "constraints": [{"type": "location", "resource": "g", "node": "node1", "score": 1}],
        "clones": [],
    }
    assert not kit.override(cib, document).changed


@pytest.mark.parametrize(
    "resource, document, stays",
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
def test_what_is_in_something_that_goes_stays_if_it_is_given_itself(resource, document, stays):
    cib = kit.small(resource)
    kit.override(cib, document, purge=("groups", "clones"))
    assert there(cib) == stays


def test_a_group_with_other_members_keeps_its_constraints():
    cib = kit.small(GROUP, PLACED.format("g"))
    kit.override(cib, {"resources": resources("c"), "groups": [{"id": "g", "members": ["c"]}]})
    assert there(cib) == ["g", "l-g"]
    assert kit.read(cib, "g")["members"] == ["c"]


def test_a_parameter_that_must_be_unique_can_go_to_another():
    address = {"agent": "ocf:heartbeat:IPaddr2", "params": {"ip": "192.0.2.1"}, "operations": []}
    cib = kit.small()
    kit.lay(cib, kit.want("resources", id="old", **address))
    wanted = [kit.want("resources", id="new", **address)]
    plan = kit.planner.plan(kit.again(cib), wanted, kit.agents(), exact=True, sections=["resources"])
    assert plan.removed == ["old"]


def test_an_id_can_go_to_another_kind():
    cib = kit.small(f'<group id="x">{kit.dummy("a")}</group>')
    kit.override(cib, {"resources": resources("x", "a"), "groups": []}, purge=("groups",))
    assert there(cib) == ["a", "x"] and cib.find("x").tag == "primitive"


def test_a_constraint_without_an_id_is_known_by_what_it_is_about():
    cib = kit.small(kit.dummy("a"), PLACED.format("a") + '<rsc_location id="m" rsc="a" node="node2" score="2"/>')
    plan = kit.override(cib, {"constraints": [{"type": "location", "resource": "a", "node": "node1", "score": 1}]})
    assert there(cib) == ["a", "l-a"]
    assert plan.document("after") == {}


def test_a_constraint_that_only_its_xml_says_goes_too():
    cib = kit.small(kit.dummy("a"), '<rsc_location id="m" rsc="a"><lifetime/></rsc_location>' + PLACED.format("a"))
    kit.override(cib, {"constraints": [located("a")]})
    assert there(cib) == ["a", "l-a"]


# --- what has to be said by name


@pytest.mark.parametrize(
    "section, what",
    [
        ("resources", {"resources": kit.dummy("a")}),
        ("constraints", {"resources": kit.dummy("a"), "constraints": PLACED.format("a")}),
        ("stonith", {"resources": '<primitive id="f" class="stonith" type="fence_ipmilan"/>'}),
    ],
)
def test_a_section_is_emptied_only_by_name(section, what):
    with pytest.raises(
        BadInput, match=f"{section}: is empty, which removes all that is there \\(1\\); name it in purge"
    ):
        kit.override(kit.small(**what), {section: []})
    assert kit.override(kit.small(**what), {section: []}, purge=(section,)).changed
    assert not kit.override(kit.small(), {section: []}).changed


def test_properties_are_emptied_only_by_name():
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


# --- what an operator did


def operated():
    ban = '<rsc_location id="cli-ban-a-on-node1" rsc="a" node="node1" score="-INFINITY" role="Started"/>'
    return kit.small(kit.dummy("a", STOPPED.format("a")) + kit.dummy("b"), ban + PLACED.format("b"))


def test_what_an_operator_did_stays():
    cib = operated()
    document = {"resources": resources("a", "b"), "constraints": [located("b")]}
    assert not kit.override(cib, document).changed


def test_what_an_operator_did_goes_by_name():
    cib = operated()
    document = {"resources": resources("a", "b"), "constraints": [located("b")]}
    kit.override(cib, document, purge=("runtime",))
    assert there(cib) == ["a", "b", "l-b"]
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
def test_of_a_node_only_what_is_said_goes(given, purge, left):
    cib = nodes()
    kit.override(cib, {"nodes": given}, purge=purge)
    node = cib.configuration.find("nodes/node")
    assert kit.kind_in("nodes").read(node) == left
    assert len(cib.section("nodes")) == 2


def test_nodes_of_which_nothing_is_said_are_not_emptied():
    assert not kit.override(kit.small(), {"nodes": []}).changed
    with pytest.raises(BadInput, match="nodes: is empty, which removes all that is there \\(1\\)"):
        kit.override(nodes(), {"nodes": []})


ACLS = (
    '<acls><acl_role id="r"/><acl_role id="s"/><acl_target id="u"><role id="s"/></acl_target><acl_target id="r"/></acls>'
    '<alerts><alert id="w" path="/w"/></alerts>'
)


def test_acls_and_alerts_are_sections_like_others():
    cib = kit.small(more=ACLS)
    kit.override(cib, {"acls": {"roles": [{"id": "r"}], "users": [{"id": "u"}]}, "alerts": [{"id": "x", "path": "/x"}]})
    assert there(cib) == ["r", "u", "x"]


# --- what cannot be


@pytest.mark.parametrize(
    "document, sentence",
    [
        (
            {"resources": resources("a"), "groups": [{"id": "g", "members": ["a", "b"]}]},
            "groups\\[0\\].members: 'b' is not given itself, so it goes",
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
            "clones\\[0\\].member: 'b' is not given itself, so it goes",
        ),
    ],
)
def test_what_is_given_cannot_need_what_is_not(document, sentence):
    cib = kit.small(kit.dummy("a") + kit.dummy("b"))
    with pytest.raises(BadInput, match=sentence):
        kit.override(cib, document)


def test_a_template_in_use_is_named():
    cib = kit.small('<template id="t" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="a" template="t"/>')
    with pytest.raises(
        BadInput, match="templates: 't' is not given and has to go, but id: the template 't' is used by a"
    ):
        kit.override(cib, {"templates": []}, purge=("templates",))


def test_what_runs_in_a_container_goes_only_if_that_is_said():
    bundle = f'<bundle id="B"><podman image="i"/><network control-port="1"/>{kit.dummy("a")}</bundle>'
    with pytest.raises(BadInput, match="bundles: 'B' is not given and has to go, but keep_members: what runs in a"):
        kit.override(kit.small(bundle), {"bundles": []}, purge=("bundles",))
    cib = kit.small(bundle + kit.dummy("b"))
    kit.override(cib, {"bundles": [], "resources": resources("b")}, purge=("bundles",))
    assert there(cib) == ["b"]


# --- the module


def test_purge_is_about_overridden(run, capsys):
    result = kit.run_module("ha_config", capsys, cib_file=str(run.path), config={}, purge=["runtime"])
    assert result["msg"] == "purge: is about mode: overridden; give that too, or leave it out"


def test_the_module(run, capsys):
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
