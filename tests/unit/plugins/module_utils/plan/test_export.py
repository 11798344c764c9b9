# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import export, planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import given_sections, wanted_document
from hypothesis import given, settings
from hypothesis import strategies as st

MODES = pytest.mark.parametrize("mode", ["merged", "replaced", "overridden"])
SYSTEMS = pytest.mark.parametrize("system", kit.SYSTEMS)


def fed_back(cib, document, mode="merged"):
    """The plan of a document on a Cib."""
    wanted, sections = (
        wanted_document(document),
        given_sections(document) if mode == "overridden" else (),
    )
    sections = [section for section, _content in sections]
    return planner.plan(cib, wanted, kit.NO_AGENTS, exact=mode != "merged", sections=sections)


def built(document, system="debian-12"):
    """An empty Cib after a document has been applied to it."""
    cib = kit.small()
    cib.root.set("validate-with", kit.cib(system).root.get("validate-with"))
    fed_back(cib, document, "replaced")
    return kit.again(cib)


# --- export and apply again


@MODES
@SYSTEMS
def test_applying_export_changes_nothing(system, mode):
    cib = kit.cib(system)
    assert fed_back(cib, export.document(cib), mode).changed is False


@SYSTEMS
def test_cluster_built_from_export_has_same_export(system):
    document = export.document(kit.cib(system), with_secrets=True)
    assert export.document(built(document, system)) == export.document(kit.cib(system))


@SYSTEMS
def test_configuration_written_by_pcs_is_fully_supported(system):
    assert export.whole(kit.cib(system))[1] == []


@SYSTEMS
def test_cluster_built_from_export_has_same_resource_order(system):
    """The order matters to the scheduler."""
    cib = kit.cib(system)
    order = [each.get("id") for each in cib.section("resources")]
    again = built(export.document(cib, with_secrets=True), system)
    assert [each.get("id") for each in again.section("resources")] == order


def test_group_built_from_export_is_at_position_of_first_member():
    inside = f'<group id="g">{kit.dummy("b")}{kit.dummy("c")}</group><clone id="k">{kit.dummy("d")}</clone>'
    cib = kit.small(kit.dummy("a") + inside + kit.dummy("e"))
    assert [each.get("id") for each in built(export.document(cib)).section("resources")] == ["a", "g", "k", "e"]


# --- secrets

DEVICE = (
    '<primitive id="f" class="stonith" type="fence_ipmilan"><instance_attributes id="f-i">'
    '<nvpair id="f-i-password" name="password" value="PW"/></instance_attributes></primitive>'
)
BUNDLE = '<bundle id="B"><podman image="i" options="-e DB_PASSWORD=PW --rm"/></bundle>'


def test_secrets_are_exported_only_on_request():
    cib = kit.small(DEVICE + BUNDLE)
    found = export.document(cib)
    assert found["stonith"][0]["params"] == {"password": "<secret>"}
    assert found["bundles"][0]["container"]["options"] == "-e DB_PASSWORD=<secret> --rm"
    assert "PW" not in str(found)
    assert export.document(cib, with_secrets=True)["stonith"][0]["params"] == {"password": "PW"}


@MODES
@pytest.mark.parametrize("resource", [DEVICE, BUNDLE])
def test_secret_placeholder_keeps_stored_value(resource, mode):
    cib = kit.small(resource)
    assert not fed_back(cib, export.document(cib), mode).changed


@pytest.mark.parametrize(
    "resource, message",
    [
        (
            DEVICE,
            "stonith\\[0\\].params.password: <secret> refers to the stored value, but none is stored",
        ),
        (
            BUNDLE,
            "bundles\\[0\\].podman.options: <secret> refers to the stored value, but no such value is stored",
        ),
    ],
)
def test_secret_placeholder_without_stored_value_is_refused(resource, message):
    with pytest.raises(BadInput, match=message):
        fed_back(kit.small(), export.document(kit.small(resource)))


def test_secrets_are_masked_in_unsupported_xml():
    cib = kit.small('<bundle id="b"><rkt image="i" options="-e DB_PASSWORD=PW"/></bundle>')
    (found,) = export.whole(cib)[1]
    assert "PW" not in found["xml"] and "DB_PASSWORD=&lt;secret&gt;" in found["xml"]
    quoted = kit.small("""<bundle id="b"><podman image="i" options='-e DB_PASSWORD="PW two"'/></bundle>""")
    assert export.document(quoted)["bundles"][0]["container"]["options"] == "-e DB_PASSWORD=<secret>"


def test_numbers_are_not_masked_as_secrets():
    pair = '<utilization id="u"><nvpair id="n" name="license_tokens" value="1"/></utilization>'
    cib = kit.small(kit.dummy("a", pair))
    assert export.document(cib)["resources"][0]["utilization"] == {"license_tokens": "1"}


# --- what a document cannot express


@MODES
def test_check_level_that_document_cannot_express_is_kept(mode):
    level = (
        '<instance_attributes id="i" score="3"><nvpair id="n" name="OCF_CHECK_LEVEL" value="10"/></instance_attributes>'
    )
    op = f'<operations><op id="o" name="monitor" interval="1">{level}</op></operations>'
    cib = kit.small(kit.dummy("a", op))
    fed_back(cib, export.document(cib), mode)
    assert cib.edits == 0


@MODES
@pytest.mark.parametrize(
    "resource, lost",
    [
        (f'<clone id="c">{DEVICE}</clone>', {"c"}),
        ('<primitive id="u" class="upstart" type="x"/>', {"u"}),
        (f'<group id="g">{kit.dummy("a")}<primitive id="u" class="upstart" type="x"/></group>', {"g", "u"}),
    ],
)
def test_object_that_would_be_refused_is_not_exported(resource, lost, mode):
    cib = kit.small(resource + kit.dummy("b"))
    document = export.document(cib)
    assert "b" in {each["id"] for each in document["resources"]}
    assert {each["id"] for each in export.whole(cib)[1]} == lost
    if mode != "overridden":
        assert not fed_back(cib, document, mode).changed


@pytest.mark.parametrize(
    "part, element",
    [
        ("constraints", '<rsc_location id="x" rsc="a"><lifetime/></rsc_location>'),
        ("constraints", '<rsc_order id="x" first="a" then="b" first-instance="5"/>'),
        (
            "resources",
            kit.dummy(
                "x",
                '<operations><op id="o" name="monitor" interval="1"><meta_attributes id="m">'
                '<nvpair id="n" name="timeout" value="1"/></meta_attributes></op></operations>',
            ),
        ),
        ("resources", kit.dummy("x", '<meta_attributes id="m"><nvpair id-ref="n"/></meta_attributes>')),
        ("resources", '<bundle id="x"><rkt image="i"/></bundle>'),
    ],
)
def test_part_that_document_cannot_express_is_unsupported(part, element):
    content = {"resources": kit.dummy("a") + kit.dummy("b"), "constraints": ""}
    content[part] += element
    (found,) = export.whole(kit.small(**content))[1]
    assert (found["section"], found["id"]) == (part, "x")
    assert found["xml"] == element.replace("/>", " />")


def test_second_property_set_is_unsupported_and_masked():
    sets = (
        '<cluster_property_set id="cib-bootstrap-options"/><cluster_property_set id="other">{}</cluster_property_set>'
    )
    pair = '<nvpair id="p" name="my-password" value="{}"/>'
    cib = kit.small(crm_config=sets.format(pair.format("PW")))
    (found,) = export.whole(cib)[1]
    assert found["section"] == "crm_config" and pair.format("&lt;secret&gt;")[:-2] in found["xml"]
    assert "PW" in export.whole(cib, with_secrets=True)[1][0]["xml"]


def test_equivalent_configuration_is_not_unsupported():
    master = f'<master id="m">{kit.dummy("a")}</master>'
    empty = '<utilization id="u"/><operations/><meta_attributes id="e"/>'
    rule = '<rule id="r" score="7"><expression id="x" attribute="#uname" operation="eq" value="node1"/></rule>'
    pairs = f'{rule}<nvpair id="2" name="y" value="1"/><nvpair id="1" name="x" value="2"/>'
    cib = kit.small(
        master + kit.dummy("b", f'{empty}<instance_attributes id="i">{pairs}</instance_attributes><!-- -->')
    )
    assert export.whole(cib)[1] == []


# --- documents of all kinds of objects

TEXTS = st.text("abcäß<&'\" -_:/.=1", min_size=1, max_size=6)
NAMES = st.sampled_from(["fake", "op_sleep", "envfile"])
META = st.fixed_dictionaries(
    {}, optional={"priority": st.sampled_from(["1", "-5"]), "resource-stickiness": st.just("100")}
)
SCORES = st.sampled_from(["5", "-10", "INFINITY", "-INFINITY"])
RULES = st.sampled_from(
    ["defined pingd", "pingd lt number 3 or date gt 2026-01-01", "date-spec hours=8-16 weekdays=1-5"]
)


def pairs(values):
    """The usual single set, or several with everything that a set can have."""
    listed = st.lists(st.fixed_dictionaries({"score": SCORES, "values": values}), min_size=2, max_size=3)
    named = listed.map(lambda sets: [{"id": f"set-{number}", **each} for number, each in enumerate(sets)])
    return st.just({}) | values | named


def named_after(owner, given):
    """The same, but a list of sets gets ids that no other object has."""
    is_listed = isinstance(given, list) and isinstance(given[0], dict) and "values" in given[0]
    return [{**each, "id": f"{owner}-{each['id']}"} for each in given] if is_listed else given


@st.composite
def documents(draw):
    """A configuration document in the form in which it is exported."""
    number = draw(st.integers(2, 5))
    members = [f"r{each}" for each in range(number)]

    def described(name, **content):
        given = {"description": draw(st.none() | TEXTS), **content}
        return {"id": name, **{key: named_after(f"{name}-{key}", each) for key, each in given.items() if each}}

    def resource(name):
        operations = [{"name": "monitor", "interval": draw(st.sampled_from(["10s", "1min"]))}]
        if draw(st.booleans()):
            operations.append({"name": "start", "interval": "0s", "timeout": "30s", "on-fail": "block"})
        params, meta = draw(pairs(st.dictionaries(NAMES, TEXTS, min_size=1, max_size=2))), draw(pairs(META))
        utilization = draw(st.sampled_from([None, {"cpu": "2"}]))
        agent = draw(st.sampled_from(["ocf:pacemaker:Dummy", "systemd:cron"]))
        return {
            **described(name, agent=agent, params=params, meta=meta, utilization=utilization),
            "operations": operations,
        }

    def placed(name, first):
        rule = {"rule": draw(RULES)} if draw(st.booleans()) else {"node": draw(st.sampled_from(["node1", "node2"]))}
        return {"type": "location", "id": name, "resource": first, **rule, "score": draw(SCORES)}

    levels = [{"id": "fl-1", "level": 1, "target": "node1", "devices": draw(st.permutations(["f", "g"]))}]
    constraints = [placed(f"l{each}", each) for each in draw(st.lists(st.sampled_from(members), unique=True))]
    if draw(st.booleans()):
        ends = {"first": {"resource": "r0", "action": "start"}, "then": {"resource": "r1", "action": "stop"}}
        constraints.append(
            {"type": "order", "id": "o", **ends, "kind": draw(st.sampled_from(["Optional", "Mandatory"]))}
        )
        sets = [{"resources": draw(st.permutations(members)), "sequential": False}]
        constraints.append({"type": "colocation", "id": "c", "score": draw(SCORES), "sets": sets})
        constraints.append({"type": "ticket", "id": "t", "ticket": "T", "resource": "r0", "loss_policy": "fence"})
    attributes = draw(st.dictionaries(st.sampled_from(["site", "rack"]), TEXTS, min_size=1))
    recipients = [{"id": f"w-{each}", "value": each} for each in draw(st.lists(st.sampled_from("xyz"), unique=True))]
    permission = {"kind": "write", "xpath": "//nodes", "id": "r-write"}
    whole = {
        "properties": draw(st.fixed_dictionaries({"no-quorum-policy": st.sampled_from(["stop", "freeze"])})),
        "resource_defaults": draw(META),
        "operation_defaults": draw(st.sampled_from([{}, {"timeout": "44s"}])),
        "nodes": [{"name": "node1", "attributes": attributes, "standby": True}, {"name": "node2"}],
        "resources": [resource(name) for name in [*members, "cloned"]],
        "groups": [described("group", members=members[1:], meta=draw(pairs(META)))],
        "clones": [described("k", member="cloned", promotable=draw(st.sampled_from([None, True])))],
        "bundles": [described("b", container={"type": "podman", "image": "i"}, network={"control-port": "3121"})],
        "stonith": [
            {"id": name, "agent": "fence_ipmilan", "params": {"ip": "192.0.2.1"}, "operations": []} for name in "fg"
        ],
        "stonith_levels": levels,
        "tags": [{"id": "tag", "members": draw(st.permutations(members[:2]))}],
        "constraints": constraints,
        "alerts": [described("w", path="/usr/bin/w", recipients=recipients)],
        "acls": {"roles": [described("role", permissions=[permission])], "users": [{"id": "u", "roles": ["role"]}]},
    }
    return {section: each for section, each in whole.items() if each}


@given(documents())
def test_cluster_built_from_document_exports_that_document(document):
    cib = built(document, "debian-13")
    assert export.document(cib) == document
    assert export.whole(cib)[1] == []


@MODES
@settings(max_examples=20)
@given(document=documents())
def test_applying_document_twice_changes_nothing(mode, document):
    assert fed_back(built(document), document, mode).changed is False


# --- what older versions wrote

OLD = """<cib validate-with="pacemaker-1.2" admin_epoch="0" epoch="5" num_updates="7"><configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options">
 <nvpair id="p-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="node1" type="normal"/><node id="2" uname="node2" type="normal"/></nodes>
<resources>
 <template id="t" class="ocf" provider="pacemaker" type="Dummy"><operations>
  <op id="t-m" name="monitor" interval="10"/></operations></template>
 <master id="m"><meta_attributes id="m-meta"><nvpair id="m-max" name="master-max" value="1"/></meta_attributes>
  <primitive id="db" class="ocf" provider="pacemaker" type="Stateful">
   <instance_attributes id="db-a" score="2"><rule id="db-r" score="INFINITY"><expression id="db-e" attribute="#uname"
     operation="eq" value="node1"/></rule><nvpair id="db-1" name="envfile" value="/a"/></instance_attributes>
   <instance_attributes id="db-b" score="1"><nvpair id="db-2" name="envfile" value="/b"/></instance_attributes>
   <operations><op id="db-m" name="monitor" interval="10" role="Master"/></operations>
  </primitive></master>
 <primitive id="a" template="t"><instance_attributes id="shared"><nvpair id="a-1" name="fake" value="1"/>
 </instance_attributes></primitive>
 <primitive id="b" template="t"><instance_attributes id-ref="shared"/></primitive>
</resources>
<constraints>
 <rsc_location id="rules" rsc="a"><rule id="r1" score="1"><expression id="e1" attribute="x" operation="defined"/></rule>
  <rule id="r2" score="2"><expression id="e2" attribute="y" operation="defined"/></rule></rsc_location>
 <rsc_location id="until" rsc="a" node="node1" score="1"><lifetime><rule id="r3"><date_expression id="e3" operation="lt"
  end="2030-01-01"/></rule></lifetime></rsc_location>
 <rsc_order id="o" first="db" then="a" score="INFINITY"/>
 <rsc_colocation id="c" rsc="a" with-rsc="m" with-rsc-role="Master" score="INFINITY"/>
</constraints>
<acls><acl_user id="u"><read id="u-r" xpath="/cib"/></acl_user></acls>
</configuration><status/></cib>"""


@MODES
def test_export_of_old_schema_changes_nothing(mode):
    document = export.document(kit.Cib(OLD))
    cib = kit.Cib(OLD)
    # Only their XML describes these constraints; overridden would remove them
    constraints = {} if mode != "overridden" else {"constraints": None}
    assert not fed_back(cib, {**document, **constraints}, mode).changed
    assert document["clones"] == [{"id": "m", "member": "db", "promotable": True, "meta": {"master-max": "1"}}]
    assert [each["rule"] for each in document["resources"][0]["params"][:1]] == ["#uname eq node1"]


def test_part_of_old_schema_is_exported_or_unsupported():
    unsupported = {(each["section"], each["id"]) for each in export.whole(kit.Cib(OLD))[1]}
    assert unsupported == {("constraints", "rules"), ("constraints", "until"), ("acls", "u")}
