# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base import cib as cib_document
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput, HaError


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "not well-formed XML"),
        ("<cib><configuration/>", "not well-formed XML"),
        ("<pacemaker-result/>", "its root element is <pacemaker-result>"),
        ("<cib/>", "it has no <configuration>"),
    ],
    ids=["nothing", "cut off", "crm_mon", "no configuration"],
)
def test_text_that_is_not_a_cib_is_refused(text, sentence):
    with pytest.raises(HaError, match=sentence):
        cib_document.Cib(text)


def test_version_is_read_from_the_text():
    text = '<cib admin_epoch="1" epoch="12" num_updates="3"><configuration/></cib>'
    assert cib_document.Cib(text).version == cib_document.read_version(text) == (1, 12, 3)


@pytest.mark.parametrize("attribute, answer", [('have-quorum="1"', True), ('have-quorum="0"', False), ("", False)])
def test_quorum_is_read_from_the_root_element(attribute, answer):
    assert cib_document.Cib(f"<cib {attribute}><configuration/></cib>").has_quorum is answer


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_unedited_document_is_written_as_read(system):
    cib = kit.cib(system)
    assert ElementTree.canonicalize(cib.xml()) == ElementTree.canonicalize(cib.text)
    assert cib.edits == 0


def test_comments_are_kept():
    cib = cib_document.Cib(
        "<cib><!-- a --><configuration><!-- b --><resources><!-- c --></resources></configuration></cib>"
    )
    cib.add(cib.section("resources"), "primitive", {"id": "web"})
    assert all(f"<!-- {each} -->" in cib.xml() for each in "abc")


def test_ids_of_references_are_not_found(cib):
    assert cib.find("alone").tag == "primitive"  # t1 and a resource set also refer to this id
    assert [each for each in cib.resource_ids() if each in ("alone", "t1", "site")] == ["alone", "site"]


def test_resource_finds_only_resources(cib):
    assert cib.resource("site").tag == "group"
    assert cib.resource("site", tags=("primitive",)) is None
    assert cib.resource("t1") is None
    assert cib.resource("web-instance_attributes") is None


def test_node_names_include_remote_and_guest_nodes():
    pair = '<meta_attributes id="m"><nvpair id="m-1" name="remote-node" value="guest"/></meta_attributes>'
    remote = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>'
    assert kit.small(f"<group id='g'>{remote}</group>{kit.dummy('vm', pair)}").node_names() == [
        "node1",
        "node2",
        "far",
        "guest",
    ]


def test_node_ids_are_not_xml_ids():
    """The id of a remote node is that of its resource."""
    cib = kit.small('<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>')
    cib.add(cib.section("nodes"), "node", {"id": "far", "uname": "far", "type": "remote"})
    assert cib.find("far").tag == kit.again(cib).find("far").tag == "primitive"
    assert cib.find("1") is None


def test_unused_document_accepts_any_node():
    cib = kit.Cib(cib_document.EMPTY)
    cib.add(cib.section("resources"), "primitive", {"id": "far", "provider": "pacemaker", "type": "remote"})
    assert not cib.has_nodes and cib.check_node("node1") is None
    with pytest.raises(BadInput, match="^target: the cluster has no node 'nod1'; did you mean 'node1'"):
        kit.small().check_node("nod1", key="target")


@pytest.mark.parametrize(
    "wanted, fresh",
    [
        ("new", "new"),
        ("web", "web-1"),
        ("location-web-node2--INFINITY", "location-web-node2--INFINITY-1"),
        ("web-instance_attributes-a b:ü", "web-instance_attributes-ab"),
        ("-new", "new"),
    ],
)
def test_fresh_id_is_valid_and_unused(cib, wanted, fresh):
    assert cib.fresh_id(wanted) == fresh


def test_fresh_ids_with_the_same_name_are_numbered():
    cib = kit.small()
    for _number in range(3):
        cib.add(cib.section("constraints"), "rsc_location", {"id": cib.fresh_id("loc")})
    assert [each.get("id") for each in cib.section("constraints")] == ["loc", "loc-1", "loc-2"]


def test_only_real_edits_are_counted(cib):
    web = cib.find("web")
    cib.set(web, "class", "ocf")
    cib.set(web, "description", None)
    assert cib.section("resources") is not None
    assert cib.edits == 0
    cib.set(web, "description", "text")
    cib.set(web, "description", None)
    assert cib.edits == 2
    cib.add(web, "utilization", {"id": "u"})
    cib.move(web, cib.section("resources"))
    cib.remove(web)
    assert cib.edits == 5


def test_removed_elements_are_not_found(cib):
    site = cib.find("site")
    web = cib.find("web")
    cib.remove(site)
    assert [cib.find(each) for each in ("site", "web", "web-start-interval-0s")] == [None] * 3
    assert site not in cib.configuration.iter()
    assert web not in cib.configuration.iter()
    assert 'id="web"' not in cib.xml()


def test_missing_section_is_created(cib):
    assert cib.section("alerts") in list(cib.configuration)
    assert cib.edits == 1


def test_move_index_excludes_the_moved_element(cib):
    site = cib.find("site")
    cib.move(cib.find("ip"), site, 1)
    assert [each.get("id") for each in site] == ["web", "ip"]
    assert cib.parent(cib.find("ip")) is site


@pytest.mark.parametrize("order", ["abc", "cab", "ba", "cb", "c"])
def test_arrange_permutes_the_positions_of_the_given_elements(order):
    cib = kit.small("<!-- 0 -->" + kit.dummy("a") + "<!-- 2 -->" + kit.dummy("b") + kit.dummy("c"))
    cib.arrange([cib.find(each) for each in order])
    shown = [each.get("id") for each in cib.section("resources")]
    assert shown[0] is None and shown[2] is None
    assert [each for each in shown if each and each in order] == list(order)
    assert [each for each in shown if each and each not in order] == [each for each in "abc" if each not in order]
    # Elements that are already in this order are not moved
    edits = cib.edits
    cib.arrange([cib.find(each) for each in order])
    assert cib.edits == edits
