# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bundles: containers that the cluster runs, optionally with a primitive in them."""

from __future__ import annotations

import ipaddress
import re
from functools import partial

from ...base import secrets, values
from ...base.errors import BadInput, check_all, nearest
from .. import attributes, references
from ..checks import PAIRS
from ..kind import Kind

# The attributes of the elements in a bundle (resources schema 3.x): pattern of the value, and its name in messages
_ANY = (r".+", "a string")
_NUMBER = (r"\d+", "a whole number")
_POSITIVE = (r"0*[1-9]\d*", "a whole number of at least 1")
_CONTAINER = {
    "image": _ANY,
    "replicas": _POSITIVE,
    "replicas-per-host": _POSITIVE,
    "promoted-max": _NUMBER,
    "run-command": _ANY,
    "network": _ANY,
    "options": _ANY,
}
_NETWORK = {
    "ip-range-start": _ANY,
    "control-port": _NUMBER,
    "host-interface": _ANY,
    "host-netmask": _NUMBER,
    "add-host": (r"true|false", "true or false"),
}
_PORT = {"id": _ANY, "port": _NUMBER, "internal-port": _NUMBER, "range": (r"\d+-\d+", "a range such as 3000-3300")}
_STORAGE = {"id": _ANY, "source-dir": _ANY, "source-dir-root": _ANY, "target-dir": _ANY, "options": _ANY}
_TYPES = ("podman", "docker")
# The name of promoted-max before Pacemaker 2.0
_OLD_MAX = "masters"


class Bundle(Kind):
    """A bundle with its container, network, ports, storage and member."""

    section = "bundles"
    what = "bundle"
    keys = {
        "id": str,
        "container": dict,
        "network": dict,
        "ports": list,
        "storage": list,
        "member": str,
        "meta": PAIRS,
        "description": str,
    }
    required = ("id",)

    def check_value(self, key, value):
        """Refuse invalid keys and values on every level."""
        if key == "meta":
            attributes.check(key, value)
        if key == "container":
            _check_container(value)
        if key == "network":
            _check_values(key, value, _NETWORK)
            _check_network(value)
        if key == "ports":
            check_all(partial(_check_port_mapping, f"ports[{number}]", port) for number, port in enumerate(value))
            _check_distinct(key, value, ("port", "range"))
        if key == "storage":
            check_all(partial(_check_storage, f"storage[{number}]", each) for number, each in enumerate(value))
            _check_distinct(key, value, ("target-dir",))

    def claims(self, spec):
        """Its id, and its member."""
        return [*super().claims(spec), *([("member", spec["member"])] if spec.get("member") else [])]

    def is_ours(self, element):
        """Whether an element is a bundle."""
        return element.tag == "bundle" and _container(element) is not None

    def read(self, element):
        """{id, description, container, network, ports, storage, member, meta}."""
        container, network, member = _container(element), element.find("network"), element.find("primitive")
        spec = {
            "id": element.get("id"),
            "description": element.get("description"),
            "container": {
                "type": container.tag,
                **{"promoted-max" if name == _OLD_MAX else name: value for name, value in container.attrib.items()},
            },
            "network": dict(network.attrib) if network is not None else {},
            "ports": [dict(each.attrib) for each in element.iterfind("network/port-mapping")],
            "storage": [dict(each.attrib) for each in element.iterfind("storage/storage-mapping")],
            "member": member.get("id") if member is not None else None,
            "meta": attributes.read(element, "meta_attributes"),
        }
        return {key: value for key, value in spec.items() if value}

    def write(self, context, spec, element):
        """Create or change the bundle and put its member into it."""
        cib, exact = context.cib, context.exact
        # pcs bundle create puts the meta attributes last, bundle update puts them first; both sort them
        index = None if element is None else 0
        if element is None:
            place = context.place_around(cib.resource(spec.get("member")))
            element = cib.add(cib.section("resources"), "bundle", {"id": spec["id"]}, place)
        context.describe(element, spec)
        _write_container(context, element, spec.get("container") or {})
        network, ports, storage = spec.get("network"), spec.get("ports"), spec.get("storage")
        _write_values(cib, _part(cib, element, "network", network or ports), network or {}, exact and _NETWORK)
        port_id = f"{spec['id']}-port-map-{{}}"
        _write_mappings(cib, element.find("network"), "port-mapping", ports, exact, ("port", "range"), port_id.format)
        _write_mappings(
            cib,
            _part(cib, element, "storage", storage),
            "storage-mapping",
            storage,
            exact,
            ("target-dir",),
            lambda _key: f"{spec['id']}-storage-map",
        )
        meta = {} if spec.get("meta") is None else spec["meta"]
        kept = context.kept(attributes.RUNTIME_META)
        attributes.write(cib, element, "meta_attributes", meta, exact=exact, kept=kept, index=index)
        if spec.get("member"):
            member = cib.resource(spec["member"], ("primitive",))
            if member is None:
                known = cib.resource_ids()
                raise BadInput(f"member: there is no primitive {spec['member']!r}{nearest(spec['member'], known)}")
            context.refuse_leaving("member", member)
            self.put_into(cib, member, spec["id"], "member")
        if element.find("primitive") is not None:
            _refuse_out_of_reach(element, element.find("primitive").get("id"), "network")
        return element

    def remove(self, context, element):
        """Remove the bundle with its member, as `pcs resource delete` does."""
        if context.options.keep_members and element.find("primitive") is not None:
            raise BadInput(
                "keep_members: the member of a bundle cannot run outside its container; it is removed with the bundle"
            )
        references.remove_resource(context.cib, element)

    @staticmethod
    def put_into(cib, primitive, bundle_id, key="bundle"):
        """Put a primitive into a bundle, unless it is already there.

        :param key: the key of the specification, for messages.
        :raises BadInput: if the bundle cannot contain it.
        """
        bundle, member = cib.resource(bundle_id, ("bundle",)), primitive.get("id")
        if bundle is None:
            raise BadInput(f"{key}: there is no bundle {bundle_id!r}{nearest(bundle_id, cib.resource_ids())}")
        parent, inside = cib.parent(primitive), bundle.find("primitive")
        if parent is bundle:
            return
        if inside is not None:
            raise BadInput(f"{key}: the bundle {bundle_id!r} contains {inside.get('id')!r}, not {member!r}")
        if primitive.get("class") == "stonith" or parent.tag != "resources":
            place = (
                "a fence device" if primitive.get("class") == "stonith" else f"in the {parent.tag} {parent.get('id')!r}"
            )
            raise BadInput(f"{key}: {member!r} is {place} and cannot be put into a bundle")
        _refuse_out_of_reach(bundle, member, key)
        cib.move(primitive, bundle)


def _refuse_out_of_reach(bundle, member, key):
    network = bundle.find("network")
    if network is None or not (network.get("ip-range-start") or network.get("control-port")):
        raise BadInput(
            f"{key}: the cluster cannot reach {member!r} in the bundle {bundle.get('id')!r}; set"
            " ip-range-start or control-port in its network"
        )


def _check_container(container):
    type_ = container.get("type")
    if type_ is not None and type_ not in _TYPES:
        raise BadInput(f"container.type: must be {' or '.join(_TYPES)}, not {type_!r}")
    _check_values("container", {name: value for name, value in container.items() if name != "type"}, _CONTAINER)


def _check_port_mapping(where, port):
    _check_values(where, port, _PORT)
    _check_exactly_one(where, port, "port", "range")
    for name in ("port", "internal-port"):
        _check_port(f"{where}.{name}", port.get(name))
    first, _minus, last = (port.get("range") or "").partition("-")
    if last and int(first) > int(last):
        raise BadInput(f"{where}.range: {port['range']!r} ends before it begins")


def _check_storage(where, mapping):
    _check_values(where, mapping, _STORAGE)
    _check_exactly_one(where, mapping, "source-dir", "source-dir-root")
    if not mapping.get("target-dir"):
        raise BadInput(f"{where}.target-dir: is required")


def _check_values(where, given, known):
    if not isinstance(given, dict):
        raise BadInput(f"{where}: must be a mapping, not {given!r}")
    for name, value in given.items():
        if name not in known:
            raise BadInput(f"{where}: unknown key {name!r}{nearest(name, known)}; known: {', '.join(known)}")
        pattern, meaning = known[name]
        if value is None:
            continue
        if name == "id" and not values.is_id(value):
            raise BadInput(f"{where}.id: {value!r} is not a valid id")
        if isinstance(value, (dict, list)) or not re.fullmatch(pattern, values.text(value), re.DOTALL):
            raise BadInput(f"{where}.{name}: must be {meaning}, not {value!r}")


def _check_network(network):
    netmask = network.get("host-netmask")
    _check_port("network.control-port", network.get("control-port"))
    if netmask is not None and not 0 < int(netmask) <= 32:
        raise BadInput(f"network.host-netmask: must be from 1 to 32, not {netmask!r}")
    if network.get("ip-range-start") is not None:
        try:
            ipaddress.IPv4Address(values.text(network["ip-range-start"]))
        except ValueError:
            raise BadInput(f"network.ip-range-start: {network['ip-range-start']!r} is not an IPv4 address") from None


def _check_port(where, port):
    if port is not None and not 0 < int(port) < 65536:
        raise BadInput(f"{where}: must be from 1 to 65535, not {port!r}")


def _check_distinct(key, mappings, names):
    """Refuse duplicates: mappings with the same id or the same values of `names`."""
    seen = {}
    for number, each in enumerate(mappings):
        identities = [("id", each["id"])] if each.get("id") is not None else []
        identities.append(tuple(None if each.get(name) is None else values.text(each[name]) for name in names))
        for identity in identities:
            if seen.setdefault(identity, number) != number:
                raise BadInput(f"{key}[{number}]: is the same as {key}[{seen[identity]}]")


def _check_exactly_one(where, given, *keys):
    if sum(given.get(key) is not None for key in keys) != 1:
        raise BadInput(f"{where}: exactly one of {' and '.join(keys)} is required")


def _container(bundle):
    return next((each for each in bundle if each.tag in _TYPES), None)


def _write_container(context, bundle, given):
    cib = context.cib
    found, given = _container(bundle), dict(given)
    type_ = given.pop("type", None) or (found.tag if found is not None else None)
    if type_ is None:
        raise BadInput(f"container.type: is required; use {' or '.join(_TYPES)}")
    if found is None and not given.get("image"):
        raise BadInput("container.image: is required")
    if found is not None and found.tag != type_:
        if not context.options.force_recreate:
            raise BadInput(
                f"container.type: {bundle.get('id')!r} already exists with {found.tag}, not {type_}; use"
                " force_recreate: true to stop it and start it again with the new type"
            )
        old = {"promoted-max" if name == _OLD_MAX else name: value for name, value in found.attrib.items()}
        given = {**({"image": old["image"]} if context.exact else old), **given}
        index = cib.index(found)
        cib.remove(found)
        context.recreated.add(bundle.get("id"))
        found = cib.add(bundle, type_, index=index)
    elif found is None:
        found = cib.add(bundle, type_)
    if given.get("image", "") is None:
        raise BadInput("container.image: is required and cannot be removed")
    if found.get(_OLD_MAX) is not None and ("promoted-max" in given or context.exact):
        # The schema allows only one of the two names
        if values.text(given.get("promoted-max")) == found.get(_OLD_MAX):
            del given["promoted-max"]
        else:
            cib.set(found, _OLD_MAX, None)
    kept = ("image",) if "image" not in given else ()
    _write_values(cib, found, given, context.exact and [name for name in _CONTAINER if name not in kept])


def _part(cib, bundle, tag, needed):
    """The child `tag`; it is created if it is missing and needed."""
    found = bundle.find(tag)
    return cib.add(bundle, tag) if found is None and needed else found


def _write_values(cib, element, given, exact):
    """Set attributes; those in `exact` that are not given are removed."""
    if element is None:
        return
    wanted = {**{name: None for name in exact or ()}, **given}
    for name, value in wanted.items():
        text = None if value is None else values.text(value)
        if text is not None and secrets.PLACEHOLDER in text:
            # The options of a container can contain secret environment variables
            if secrets.masked(element.get(name, ""), mask=secrets.PLACEHOLDER) != text:
                raise BadInput(
                    f"{element.tag}.{name}: {secrets.PLACEHOLDER} refers to the stored value, but no such"
                    " value is stored; give the actual value"
                )
        elif text is None or element.get(name) is None or not _same(name, element.get(name), text):
            cib.set(element, name, text)


def _same(name, one, other):
    """Numbers are compared as numbers; paths, names and commands as text."""
    is_number = name in ("replicas", "replicas-per-host", "promoted-max", "control-port", "host-netmask", "add-host")
    return values.same(one, other) if is_number or name.endswith("port") else one == other


def _write_mappings(cib, parent, tag, given, exact, keys, make_id):
    """Write ports or storage, each found by its id or by what it maps; new ones get an id like in pcs."""
    existing = [] if parent is None else parent.findall(tag)
    matches = [_mapping(existing, each, keys) for each in given or ()]
    if exact:
        for element in existing:
            if not any(element is each for each in matches):
                cib.remove(element)
    for each, element in zip(given or (), matches):
        if element is None:
            key = next(values.text(each[name]) for name in keys if each.get(name) is not None)
            if each.get("id") and cib.find(each["id"]) is not None:
                where = f"{'ports' if tag == 'port-mapping' else 'storage'}[{given.index(each)}].id"
                raise BadInput(f"{where}: {each['id']!r} is already the id of a {cib.find(each['id']).tag}")
            element = cib.add(parent, tag, {"id": each.get("id") or cib.fresh_id(make_id(key))})
        known = _PORT if tag == "port-mapping" else _STORAGE
        # Port excludes range, and one source directory excludes the other: the one not given is removed
        others = [name for name in ("port", "range", "source-dir", "source-dir-root") if name in known]
        wanted = {**{name: None for name in others}, **{name: each[name] for name in each if name != "id"}}
        _write_values(cib, element, wanted, exact and [name for name in known if name != "id"])


def _mapping(existing, given, keys):
    """The existing mapping that a given one describes."""
    if given.get("id"):
        return next((each for each in existing if each.get("id") == given["id"]), None)
    wanted = [values.text(given[name]) if given.get(name) is not None else None for name in keys]
    return next((each for each in existing if [each.get(name) for name in keys] == wanted), None)
