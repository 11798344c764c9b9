# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import wanted_document

MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
IMAGE = {"type": "podman", "image": "x"}
NETWORK = {"ip-range-start": "192.0.2.90"}
FULL = {
    "id": "b",
    "description": "text",
    "container": {"type": "docker", "image": "i:1", "replicas": "2", "run-command": "/bin/run it", "promoted-max": "1"},
    "network": {"ip-range-start": "192.0.2.90", "host-netmask": "24", "control-port": "3121", "add-host": "true"},
    "ports": [{"id": "b-port-map-80", "port": "80", "internal-port": "8080"}, {"id": "p", "range": "90-99"}],
    "storage": [
        {"id": "b-storage-map", "source-dir": "/a", "target-dir": "/b", "options": "rw,Z"},
        {"id": "b-storage-map-1", "source-dir-root": "/c", "target-dir": "/d"},
    ],
    "member": "alone",
    "meta": {"priority": "5"},
}
OLD = (
    "<bundle id='old'><podman image='x' masters='1'/><network ip-range-start='192.0.2.90'/>"
    f"<storage><storage-mapping id='s' source-dir='/a' target-dir='/b'/></storage>{kit.dummy('in')}</bundle>"
)


def bundle(**spec):
    return kit.want("bundles", **spec)


def small(content="<podman image='x'/>"):
    return kit.small(f"<bundle id='b'>{content}</bundle>{kit.dummy('a')}")


def changed(content, exact=False, force_recreate=False, **spec):
    """The specification of a bundle with this content after a plan."""
    cib = small(content)
    kit.lay(cib, bundle(id="b", **spec), exact=exact, force_recreate=force_recreate)
    return kit.read(kit.again(cib), "b")


# --- writing and reading


@MODES
def test_new_bundle_is_written_and_read(cib, exact):
    kit.lay(cib, bundle(**FULL), exact=exact)
    assert kit.read(cib, "b") == FULL
    cib = kit.again(cib)
    kit.lay(cib, bundle(**FULL), exact=exact)
    assert cib.edits == 0


def test_numbers_and_booleans_are_written_as_text(cib):
    kit.lay(cib, bundle(id="b", container={**IMAGE, "replicas": 2}, network={**NETWORK, "add-host": True}))
    assert kit.read(cib, "b") == {
        "id": "b",
        "container": {**IMAGE, "replicas": "2"},
        "network": {**NETWORK, "add-host": "true"},
    }


def test_ids_are_those_of_pcs(cib):
    kit.lay(
        cib,
        bundle(
            id="b",
            container=IMAGE,
            ports=[{"port": 80}, {"range": "90-99"}],
            storage=[{"source-dir": "/a", "target-dir": "/b"}, {"source-dir": "/c", "target-dir": "/d"}],
        ),
    )
    spec = kit.read(cib, "b")
    assert [each["id"] for each in spec["ports"]] == ["b-port-map-80", "b-port-map-90-99"]
    assert [each["id"] for each in spec["storage"]] == ["b-storage-map", "b-storage-map-1"]


@MODES
def test_bundle_with_old_attribute_name_is_unchanged(exact):
    """Before Pacemaker 2.0 promoted-max was called masters."""
    cib = kit.small(OLD)
    assert kit.read(cib, "old")["container"] == {**IMAGE, "promoted-max": "1"}
    kit.lay(cib, bundle(**kit.read(cib, "old")), exact=exact)
    assert cib.edits == 0


@pytest.mark.parametrize(
    "container, exact, attributes",
    [
        ({"promoted-max": 2}, False, {"image": "x", "promoted-max": "2"}),
        ({"promoted-max": None}, False, {"image": "x"}),
        ({"image": "y"}, False, {"image": "y", "masters": "1"}),
        ({"image": "y"}, True, {"image": "y"}),
    ],
    ids=str,
)
def test_new_attribute_name_replaces_the_old_one(container, exact, attributes):
    cib = kit.small(OLD)
    kit.lay(cib, bundle(**{**kit.read(cib, "old"), "container": container}), exact=exact)
    assert cib.find("old").find("podman").attrib == attributes


def test_change_of_type_renames_the_old_attribute():
    cib = kit.small(OLD)
    kit.lay(cib, bundle(id="old", container={"type": "docker", "promoted-max": 2}), force_recreate=True)
    assert cib.find("old").find("docker").attrib == {"image": "x", "promoted-max": "2"}


@pytest.mark.parametrize(
    "spec, exact, container",
    [
        ({"replicas": 3}, False, {**IMAGE, "network": "n", "replicas": "3"}),
        ({"replicas": 3}, True, {**IMAGE, "replicas": "3"}),
        ({"network": None}, False, {**IMAGE, "replicas": "2"}),
        ({"replicas": "02"}, False, {**IMAGE, "network": "n", "replicas": "2"}),
        ({"image": "y"}, False, {"type": "podman", "image": "y", "network": "n", "replicas": "2"}),
        (None, False, {**IMAGE, "network": "n", "replicas": "2"}),
        (None, True, IMAGE),
    ],
    ids=str,
)
def test_container_is_changed(spec, exact, container):
    before = "<podman image='x' network='n' replicas='2'/>"
    assert changed(before, exact, container=spec)["container"] == container


def test_run_command_is_compared_as_text():
    """yes and true are different commands."""
    before = "<podman image='x' run-command='yes'/>"
    assert changed(before, container={"run-command": "true"})["container"]["run-command"] == "true"


PORTS = (
    "<podman image='x'/><network ip-range-start='192.0.2.1'><port-mapping id='one' port='80' internal-port='8080'/>"
    "<port-mapping id='two' range='90-99'/></network>"
)
ONE, TWO = {"id": "one", "port": "80", "internal-port": "8080"}, {"id": "two", "range": "90-99"}
NEW = {"id": "b-port-map-70", "port": "70"}


@pytest.mark.parametrize(
    "ports, merged, replaced",
    [
        (None, [ONE, TWO], []),
        ([], [ONE, TWO], []),
        ([{"port": 70}], [ONE, TWO, NEW], [NEW]),
        ([{"port": 80}], [ONE, TWO], [{"id": "one", "port": "80"}]),
        ([{"port": 80, "internal-port": None}], [{"id": "one", "port": "80"}, TWO], [{"id": "one", "port": "80"}]),
        ([{"port": 80, "internal-port": 1}], [{**ONE, "internal-port": "1"}, TWO], [{**ONE, "internal-port": "1"}]),
        ([{"id": "two", "port": 70}], [ONE, {"id": "two", "port": "70"}], [{"id": "two", "port": "70"}]),
        ([{"range": "90-99"}], [ONE, TWO], [TWO]),
    ],
    ids=str,
)
def test_ports_are_changed(ports, merged, replaced):
    assert changed(PORTS, ports=ports).get("ports", []) == merged
    assert changed(PORTS, exact=True, ports=ports).get("ports", []) == replaced


STORAGE = "<podman image='x'/><storage><storage-mapping id='s' source-dir='/a' target-dir='/b' options='rw'/></storage>"
MAPPED = {"id": "s", "source-dir": "/a", "target-dir": "/b", "options": "rw"}


@pytest.mark.parametrize(
    "storage, merged, replaced",
    [
        (None, [MAPPED], []),
        ([{"source-dir": "/a", "target-dir": "/b"}], [MAPPED], [{"id": "s", "source-dir": "/a", "target-dir": "/b"}]),
        (
            [{"source-dir-root": "/c", "target-dir": "/b"}],
            [{"id": "s", "source-dir-root": "/c", "target-dir": "/b", "options": "rw"}],
            [{"id": "s", "source-dir-root": "/c", "target-dir": "/b"}],
        ),
        ([{"id": "s", "source-dir": "/a", "target-dir": "/e"}], [{**MAPPED, "target-dir": "/e"}], None),
    ],
    ids=str,
)
def test_storage_is_changed(storage, merged, replaced):
    assert changed(STORAGE, storage=storage)["storage"] == merged
    if replaced is not None:
        assert changed(STORAGE, exact=True, storage=storage).get("storage", []) == replaced


def test_replaced_removes_other_settings_except_those_of_operators():
    content = (
        "<meta_attributes id='m'><nvpair id='m1' name='target-role' value='Stopped'/>"
        "<nvpair id='m2' name='priority' value='1'/></meta_attributes>"
        "<podman image='x' replicas='2'/><network control-port='1' host-interface='eth0'/>"
    )
    spec = changed(content, exact=True, container={"image": "y"}, network={"control-port": 1})
    assert spec == {
        "id": "b",
        "container": {"type": "podman", "image": "y"},
        "network": {"control-port": "1"},
        "meta": {"target-role": "Stopped"},
    }


def test_change_of_type_requires_force_recreate():
    with pytest.raises(
        BadInput, match="^container.type: 'b' already exists with podman, not docker; use force_recreate: true"
    ):
        changed("<podman image='x' replicas='2'/>", container={"type": "docker"})
    spec = changed("<podman image='x' replicas='2'/>", force_recreate=True, container={"type": "docker"})
    assert spec["container"] == {"type": "docker", "image": "x", "replicas": "2"}


def test_change_of_type_stops_the_bundle_first():
    cib = small("<podman image='x'/>")
    plan = kit.lay(cib, bundle(id="b", container={"type": "docker"}), force_recreate=True)
    assert plan.to_stop == ["b"]


# --- the member


@pytest.mark.parametrize("inside", [False, True], ids=["of the bundle", "of the primitive"])
def test_bundle_and_its_primitive_can_be_in_one_document(inside):
    document = {
        "resources": [{"id": "p", "agent": "ocf:pacemaker:Dummy", **({"bundle": "b"} if inside else {})}],
        "bundles": [{"id": "b", "container": IMAGE, "network": NETWORK, **({} if inside else {"member": "p"})}],
    }
    cib = kit.small()
    planner.plan(cib, wanted_document(document), kit.NO_AGENTS)
    assert kit.read(cib, "b")["member"] == "p"
    cib = kit.again(cib)
    planner.plan(cib, wanted_document(document), kit.NO_AGENTS, exact=True)
    assert kit.read(cib, "b")["member"] == "p"


@MODES
def test_member_not_given_is_kept(exact):
    content = f"<podman image='x'/><network control-port='1'/>{kit.dummy('p')}"
    spec = changed(content, exact, container={"image": "y"}, network={"control-port": "1"})
    assert spec["member"] == "p"


@pytest.mark.parametrize(
    "exact, network", [(False, {"control-port": None}), (True, {"host-netmask": 24})], ids=["merged", "replaced"]
)
def test_network_change_that_makes_the_member_unreachable_is_refused(exact, network):
    content = f"<podman image='x'/><network control-port='1'/>{kit.dummy('p')}"
    with pytest.raises(BadInput, match="^network"):
        changed(content, exact, network=network)


def test_bundle_is_removed_with_its_member():
    cib = kit.small(OLD, "<rsc_location id='l' rsc='in' node='node1'/><rsc_location id='m' rsc='old' node='node1'/>")
    plan = kit.lay(cib, kit.want("bundles", "absent", id="old"))
    assert [cib.find(each) for each in ("old", "in", "l", "m")] == [None] * 4
    assert sorted(plan.to_stop) == ["in", "old"]
    assert not kit.lay(kit.again(cib), kit.want("bundles", "absent", id="old")).changed


def test_removal_that_keeps_the_member_is_refused():
    with pytest.raises(BadInput, match="^keep_members: the member of a bundle cannot run outside its container"):
        kit.lay(kit.small(OLD), kit.want("bundles", "absent", id="old"), keep_members=True)


# --- invalid input

NO_NUMBER = "must be a whole number"


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"id": None}, "id: is required"),
        ({"id": "alone"}, "id: 'alone' is already the id of a primitive, not of a bundle"),
        ({"container": None}, "container.type: is required; use podman or docker"),
        ({"container": {"image": "x"}}, "container.type: is required"),
        ({"container": {"type": "rkt", "image": "x"}}, "container.type: must be podman or docker, not 'rkt'"),
        ({"container": {"type": ["podman"], "image": "x"}}, "container.type: must be podman or docker"),
        ({"container": {"type": "podman"}}, "container.image: is required"),
        ({"container": {**IMAGE, "image": ""}}, "container.image: must be a string, not ''"),
        ({"container": {**IMAGE, "image": ["x"]}}, "container.image: must be a string"),
        ({"container": "podman"}, "container: must be a mapping, not 'podman'"),
        ({"container": {**IMAGE, "imgae": "x"}}, "container: unknown key 'imgae'; did you mean 'image'?"),
        ({"container": {**IMAGE, "masters": 1}}, "container: unknown key 'masters'"),
        ({"container": {**IMAGE, "replicas": 0}}, "container.replicas: must be a whole number of at least 1, not 0"),
        ({"container": {**IMAGE, "replicas": -1}}, "container.replicas: " + NO_NUMBER),
        ({"container": {**IMAGE, "replicas-per-host": "many"}}, "container.replicas-per-host: " + NO_NUMBER),
        ({"container": {**IMAGE, "promoted-max": "x"}}, "container.promoted-max: " + NO_NUMBER),
        ({"container": {**IMAGE, "promoted-max": 1.5}}, "container.promoted-max: " + NO_NUMBER),
        ({"network": ["x"]}, "network: must be a mapping"),
        ({"network": {"ip": "192.0.2.1"}}, "network: unknown key 'ip'"),
        (
            {"network": {"ip-range-start": "192.0.2.300"}},
            "network.ip-range-start: '192.0.2.300' is not an IPv4 address",
        ),
        (
            {"network": {"ip-range-start": "2001:db8::1"}},
            "network.ip-range-start: '2001:db8::1' is not an IPv4 address",
        ),
        ({"network": {"ip-range-start": 5}}, "network.ip-range-start: 5 is not an IPv4 address"),
        ({"network": {"ip-range-start": True}}, "network.ip-range-start: True is not an IPv4 address"),
        ({"network": {"control-port": 0}}, "network.control-port: must be from 1 to 65535, not 0"),
        ({"network": {"control-port": 65536}}, "network.control-port: must be from 1 to 65535, not 65536"),
        ({"network": {"control-port": "http"}}, "network.control-port: " + NO_NUMBER),
        ({"network": {"host-netmask": 33}}, "network.host-netmask: must be from 1 to 32, not 33"),
        ({"network": {"host-netmask": 0}}, "network.host-netmask: must be from 1 to 32, not 0"),
        ({"network": {"add-host": "maybe"}}, "network.add-host: must be true or false, not 'maybe'"),
        ({"network": {"host-interface": ""}}, "network.host-interface: must be a string, not ''"),
        ({"ports": {"port": 80}}, "ports: must be a list"),
        ({"ports": [80]}, "ports[0]: must be a mapping, not 80"),
        ({"ports": [{"port": 80}, {"prot": 81}]}, "ports[1]: unknown key 'prot'; did you mean 'port'?"),
        ({"ports": [{}]}, "ports[0]: exactly one of port and range is required"),
        ({"ports": [{"port": 80, "range": "80-90"}]}, "ports[0]: exactly one of port and range is required"),
        ({"ports": [{"port": "http"}]}, "ports[0].port: " + NO_NUMBER),
        ({"ports": [{"port": 0}]}, "ports[0].port: must be from 1 to 65535, not 0"),
        ({"ports": [{"port": 70000}]}, "ports[0].port: must be from 1 to 65535, not 70000"),
        ({"ports": [{"port": 80, "internal-port": 70000}]}, "ports[0].internal-port: must be from 1 to 65535"),
        ({"ports": [{"port": 80, "internal-port": "x"}]}, "ports[0].internal-port: " + NO_NUMBER),
        ({"ports": [{"range": "80"}]}, "ports[0].range: must be a range such as 3000-3300, not '80'"),
        ({"ports": [{"range": "90-80"}]}, "ports[0].range: "),
        ({"ports": [{"id": "1st", "port": 80}]}, "ports[0].id: '1st' is not a valid id"),
        ({"ports": [{"id": "alone", "port": 80}]}, "ports[0].id: 'alone' is already"),
        ({"ports": [{"port": 80}, {"port": 80}]}, "ports[1]"),
        ({"storage": {"target-dir": "/a"}}, "storage: must be a list"),
        ({"storage": ["/a:/b"]}, "storage[0]: must be a mapping, not '/a:/b'"),
        ({"storage": [{"source-dir": "/a"}]}, "storage[0].target-dir: is required"),
        ({"storage": [{"target-dir": "/a"}]}, "storage[0]: exactly one of source-dir and source-dir-root is required"),
        (
            {"storage": [{"source-dir": "/a", "source-dir-root": "/a", "target-dir": "/b"}]},
            "storage[0]: exactly one of source-dir and source-dir-root is required",
        ),
        ({"storage": [{"source": "/a", "target-dir": "/b"}]}, "storage[0]: unknown key 'source'"),
        ({"storage": [{"source-dir": ["/a"], "target-dir": "/b"}]}, "storage[0].source-dir: must be a string"),
        (
            {"storage": [{"id": "a b", "source-dir": "/a", "target-dir": "/b"}]},
            "storage[0].id: 'a b' is not a valid id",
        ),
        (
            {"storage": [{"source-dir": "/a", "target-dir": "/b"}, {"source-dir": "/c", "target-dir": "/b"}]},
            "storage[1]",
        ),
        ({"member": "aloen"}, "member: there is no primitive 'aloen'; did you mean 'alone'?"),
        ({"member": "site"}, "member: there is no primitive 'site'"),
        ({"member": "web"}, "member: 'web' is in the group 'site' and cannot be put into a bundle"),
        ({"member": "fence-node1"}, "member: 'fence-node1' is a fence device and cannot be put into a bundle"),
        ({"member": "alone", "network": None}, "member: the cluster cannot reach 'alone' in the bundle 'new'"),
        ({"member": 5}, "member: must be a string, not 5"),
        ({"meta": {"priority": {}}}, "meta: priority: a value must be"),
        ({"promotable": True}, "unknown key 'promotable'"),
    ],
    ids=str,
)
def test_invalid_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, bundle(**{"id": "new", "container": IMAGE, "network": NETWORK, **spec}))
    assert str(failure.value).startswith(sentence)


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"container": {"image": None}}, "container.image: is required and cannot be removed"),
        ({"member": "a"}, "member: the bundle 'b' contains 'p', not 'a'"),
    ],
    ids=str,
)
def test_invalid_changes_are_refused_naming_the_field(spec, sentence):
    with pytest.raises(BadInput) as failure:
        changed(f"<podman image='x'/><network control-port='1'/>{kit.dummy('p')}", **spec)
    assert str(failure.value).startswith(sentence)


def test_two_bundles_with_the_same_member_are_refused(cib):
    one = {"container": IMAGE, "network": NETWORK, "member": "alone"}
    with pytest.raises(BadInput, match="member: 'alone' is already given in"):
        kit.lay(cib, bundle(id="one", **one), bundle(id="two", **one))
