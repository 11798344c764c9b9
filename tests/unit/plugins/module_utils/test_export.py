# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils import export, planner
from ansible_collections.hacluster.pcs.plugins.module_utils.errors import BadInput

MODES = pytest.mark.parametrize("mode", ["merged", "replaced", "overridden"])
SYSTEMS = pytest.mark.parametrize("system", kit.SYSTEMS)


def fed_back(cib, document, mode="merged"):
    """The plan of a document on a Cib."""
    wanted, sections = planner.wanted_document(document), list(document) if mode == "overridden" else ()
    return planner.plan(cib, wanted, kit.NO_AGENTS, exact=mode != "merged", sections=sections)


def built(document, system="debian-12"):
    """The Cib that a document makes of an empty one."""
    cib = kit.small()
    cib.root.set("validate-with", kit.cib(system).root.get("validate-with"))
    fed_back(cib, document, "replaced")
    return kit.again(cib)


# --- there and back


@MODES
@SYSTEMS
def test_what_is_exported_changes_nothing(system, mode):
    cib = kit.cib(system)
    assert fed_back(cib, export.document(cib), mode).changed is False


@SYSTEMS
def test_what_is_built_from_an_export_is_exported_equally(system):
    document = export.document(kit.cib(system), with_secrets=True)
    assert export.document(built(document, system)) == export.document(kit.cib(system))


@SYSTEMS
def test_nothing_that_pcs_wrote_is_unsupported(system):
    assert export.unsupported(kit.cib(system)) == []


@SYSTEMS
def test_what_is_built_from_an_export_has_the_same_order(system):
    """The scheduler goes through resources in their order."""
    cib = kit.cib(system)
    order = [each.get("id") for each in cib.section("resources")]
    again = built(export.document(cib, with_secrets=True), system)
    assert [each.get("id") for each in again.section("resources")] == order


def test_a_group_is_where_its_first_member_is():
    inside = f'<group id="g">{kit.dummy("b")}{kit.dummy("c")}</group><clone id="k">{kit.dummy("d")}</clone>'
    cib = kit.small(kit.dummy("a") + inside + kit.dummy("e"))
    assert [each.get("id") for each in built(export.document(cib)).section("resources")] == ["a", "g", "k", "e"]


# --- secrets

DEVICE = (
    '<primitive id="f" class="stonith" type="fence_ipmilan"><instance_attributes id="f-i">'
    '<nvpair id="f-i-password" name="password" value="PW"/></instance_attributes></primitive>'
)
BUNDLE = '<bundle id="B"><podman image="i" options="-e DB_PASSWORD=PW --rm"/></bundle>'


def test_secrets_are_left_out_unless_they_are_asked_for():
    cib = kit.small(DEVICE + BUNDLE)
    found = export.document(cib)
    assert found["stonith"][0]["params"] == {"password": "<secret>"}
    assert found["bundles"][0]["container"]["options"] == "-e DB_PASSWORD=<secret> --rm"
    assert "PW" not in str(found)
    assert export.document(cib, with_secrets=True)["stonith"][0]["params"] == {"password": "PW"}


@MODES
@pytest.mark.parametrize("resource", [DEVICE, BUNDLE])
def test_what_stands_for_a_secret_means_what_is_stored(resource, mode):
    cib = kit.small(resource)
    assert not fed_back(cib, export.document(cib), mode).changed


@pytest.mark.parametrize(
    "resource, message",
    [
        (
            DEVICE,
            "stonith\\[0\\].params.password: <secret> stands for what is stored, and nothing is; give the value itself",
        ),
        (
            BUNDLE,
            "bundles\\[0\\].podman.options: <secret> stands for what is stored, and that is not stored; give the value",
        ),
    ],
)
def test_without_a_stored_secret_the_value_is_needed(resource, message):
    with pytest.raises(BadInput, match=message):
        fed_back(kit.small(), export.document(kit.small(resource)))


# --- what no document says


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
def test_what_no_document_says_is_shown_as_xml(part, element):
    content = {"resources": kit.dummy("a") + kit.dummy("b"), "constraints": ""}
    content[part] += element
    (found,) = export.unsupported(kit.small(**content))
    assert (found["section"], found["id"]) == (part, "x")
    assert found["xml"] == element.replace("/>", " />")


def test_a_second_set_of_properties_is_shown_without_its_secrets():
    sets = (
        '<cluster_property_set id="cib-bootstrap-options"/><cluster_property_set id="other">{}</cluster_property_set>'
    )
    pair = '<nvpair id="p" name="my-password" value="{}"/>'
    cib = kit.small(crm_config=sets.format(pair.format("PW")))
    (found,) = export.unsupported(cib)
    assert found["section"] == "crm_config" and pair.format("&lt;secret&gt;")[:-2] in found["xml"]
    assert "PW" in export.unsupported(cib, with_secrets=True)[0]["xml"]


def test_what_means_the_same_is_not_unsupported():
    master = f'<master id="m">{kit.dummy("a")}</master>'
    empty = '<utilization id="u"/><operations/><meta_attributes id="e"/>'
    pairs = '<nvpair id="2" name="y" value="1"/><nvpair id="1" name="x" value="2"/>'
    cib = kit.small(
        master + kit.dummy("b", f'{empty}<instance_attributes id="i">{pairs}</instance_attributes><!-- -->')
    )
    assert export.unsupported(cib) == []
