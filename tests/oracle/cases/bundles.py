# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bundles, created, changed and filled with a resource."""

from __future__ import annotations

from oracle import DUMMY, Case, dummies, primitive, want

IMAGE = {"type": "podman", "image": "localhost/web"}
NETWORK = {"control-port": "9999", "ip-range-start": "192.0.2.10"}
MADE = "resource bundle create B container podman image=localhost/web"
REACHABLE = f"{MADE} network control-port=9999 ip-range-start=192.0.2.10"


def bundle(**spec):
    """The Want of the bundle B."""
    return want("bundles", id="B", **spec)


def made(name, arguments="", **spec):
    """A Case of `pcs resource bundle create B container podman image=localhost/web ...`."""
    return Case(name, f"{MADE} {arguments}", bundle(**{"container": IMAGE, **spec}), start=dummies("z"))


def changed(name, arguments, made_with="", **spec):
    """A Case of `pcs resource bundle update B ...`."""
    return Case(name, f"resource bundle update B {arguments}", bundle(**spec), start=f"{REACHABLE} {made_with}")


def reduced(name, arguments, made_with="", **spec):
    """A Case of `pcs resource bundle update B ...` that leaves only what is given."""
    start = f"{REACHABLE} {made_with}"
    wanted = bundle(container=IMAGE, network=NETWORK, **spec)
    return Case(name, f"resource bundle update B {arguments}", wanted, start=start, exact=True)


CASES = [
    made("made"),
    Case(
        "made-of-docker",
        "resource bundle create B container docker image=localhost/web",
        bundle(container={"type": "docker", "image": "localhost/web"}),
    ),
    made(
        "made-with-all-of-a-container",
        "replicas=3 replicas-per-host=2 promoted-max=1 run-command=/bin/run network=host 'options=--log x'",
        container={
            **IMAGE,
            "replicas": 3,
            "replicas-per-host": 2,
            "promoted-max": 1,
            "run-command": "/bin/run",
            "network": "host",
            "options": "--log x",
        },
    ),
    made("made-with-a-control-port", "network control-port=9999", network={"control-port": 9999}),
    made(
        "made-with-all-of-a-network",
        "network ip-range-start=192.0.2.10 control-port=9999 host-interface=eth0 host-netmask=24",
        network={**NETWORK, "host-interface": "eth0", "host-netmask": 24},
    ),
    made(
        "made-with-a-port",
        "network control-port=9999 port-map port=80",
        network={"control-port": 9999},
        ports=[{"port": 80}],
    ),
    made(
        "made-with-ports",
        "network control-port=9999 port-map port=80 port-map port=81 internal-port=8081 port-map range=100-200"
        " port-map id=mine port=82",
        network={"control-port": 9999},
        ports=[{"port": 80}, {"port": 81, "internal-port": 8081}, {"range": "100-200"}, {"id": "mine", "port": 82}],
    ),
    made(
        "made-with-storage",
        "storage-map source-dir=/a target-dir=/b",
        storage=[{"source-dir": "/a", "target-dir": "/b"}],
    ),
    made(
        "made-with-storages",
        "storage-map source-dir=/a target-dir=/b storage-map source-dir-root=/c target-dir=/d options=rw"
        " storage-map id=mine source-dir=/e target-dir=/f storage-map source-dir=/g target-dir=/h",
        storage=[
            {"source-dir": "/a", "target-dir": "/b"},
            {"source-dir-root": "/c", "target-dir": "/d", "options": "rw"},
            {"id": "mine", "source-dir": "/e", "target-dir": "/f"},
            {"source-dir": "/g", "target-dir": "/h"},
        ],
    ),
    made("made-with-meta", "meta priority=1 a=2", meta={"priority": 1, "a": 2}),
    made(
        "made-with-everything",
        "replicas=2 network control-port=9999 port-map port=80 storage-map source-dir=/a target-dir=/b meta p=1",
        container={**IMAGE, "replicas": 2},
        network={"control-port": 9999},
        ports=[{"port": 80}],
        storage=[{"source-dir": "/a", "target-dir": "/b"}],
        meta={"p": 1},
    ),
    Case(
        "made-where-ids-are-taken",
        f"{MADE} network control-port=9999 port-map port=80 storage-map source-dir=/a target-dir=/b meta p=1",
        bundle(
            container=IMAGE,
            network={"control-port": 9999},
            ports=[{"port": 80}],
            storage=[{"source-dir": "/a", "target-dir": "/b"}],
            meta={"p": 1},
        ),
        start=dummies("B-port-map-80", "B-storage-map", "B-meta_attributes"),
    ),
    changed(
        "container-changed",
        "container image=localhost/other replicas=2 options=--x",
        container={"image": "localhost/other", "replicas": 2, "options": "--x"},
    ),
    Case(
        "container-reduced",
        "resource bundle update B container replicas= options=",
        bundle(container={"replicas": None, "options": None}),
        start=f"{MADE} replicas=2 options=--x run-command=/run",
    ),
    changed(
        "network-changed",
        "network host-netmask=24 control-port=9998",
        network={"host-netmask": 24, "control-port": 9998},
    ),
    changed("network-reduced", "network control-port=", network={"control-port": None}),
    Case(
        "network-added",
        "resource bundle update B network control-port=9999",
        bundle(network={"control-port": 9999}),
        start=f"{MADE} storage-map source-dir=/a target-dir=/b meta p=1",
    ),
    changed("port-added", "port-map add port=81", "port-map port=80", ports=[{"port": 80}, {"port": 81}]),
    changed("first-port-added", "port-map add port=81", "meta p=1", ports=[{"port": 81}]),
    reduced(
        "port-removed",
        "port-map delete B-port-map-80",
        "port-map port=80 port-map port=81",
        ports=[{"port": 81}],
    ),
    reduced(
        "port-changed-for-another",
        "port-map delete B-port-map-80 port-map add port=82",
        "port-map port=80 port-map port=81",
        ports=[{"port": 81}, {"port": 82}],
    ),
    reduced("last-port-removed", "port-map delete B-port-map-80", "port-map port=80", ports=[]),
    changed(
        "storage-added",
        "storage-map add source-dir=/c target-dir=/d",
        "storage-map source-dir=/a target-dir=/b",
        storage=[{"source-dir": "/a", "target-dir": "/b"}, {"source-dir": "/c", "target-dir": "/d"}],
    ),
    changed(
        "first-storage-added",
        "storage-map add source-dir=/c target-dir=/d",
        "meta p=1",
        storage=[{"source-dir": "/c", "target-dir": "/d"}],
    ),
    reduced(
        "storage-removed",
        "storage-map delete B-storage-map",
        "storage-map source-dir=/a target-dir=/b storage-map source-dir=/c target-dir=/d",
        storage=[{"source-dir": "/c", "target-dir": "/d"}],
    ),
    reduced(
        "last-storage-removed",
        "storage-map delete B-storage-map",
        "storage-map source-dir=/a target-dir=/b",
        storage=[],
    ),
    changed("meta-added", "meta p=1", "port-map port=80", meta={"p": 1}),
    changed("meta-changed", "meta p=2 q=1 a=", "meta p=1 a=1", meta={"p": 2, "q": 1, "a": None}),
    changed("last-meta-removed", "meta p=", "meta p=1", meta={"p": None}),
    Case(
        "resource-made-in-it",
        f"resource create a {DUMMY} fake=1 bundle B",
        primitive("a", params={"fake": 1}, bundle="B"),
        start=REACHABLE,
    ),
    Case(
        "resource-made-in-it-beside-meta",
        f"resource create a {DUMMY} bundle B",
        primitive("a", bundle="B"),
        start=f"{REACHABLE} port-map port=80 storage-map source-dir=/a target-dir=/b meta p=1",
    ),
    Case(
        "made-with-its-resource",
        f"{REACHABLE}\nresource create a {DUMMY} bundle B",
        bundle(container=IMAGE, network=NETWORK),
        primitive("a", bundle="B"),
    ),
    Case(
        "made-with-its-member",
        f"{REACHABLE}\nresource create a {DUMMY} bundle B",
        primitive("a"),
        bundle(container=IMAGE, network=NETWORK, member="a"),
    ),
    Case(
        "changed-around-its-resource",
        "resource bundle update B port-map add port=80 storage-map add source-dir=/a target-dir=/b meta p=1",
        bundle(ports=[{"port": 80}], storage=[{"source-dir": "/a", "target-dir": "/b"}], meta={"p": 1}),
        start=f"{REACHABLE}\nresource create a {DUMMY} bundle B",
    ),
]
