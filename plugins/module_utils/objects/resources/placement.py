# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Placement of a primitive in a group, clone or bundle, in the same change that creates the primitive."""

from __future__ import annotations

from contextlib import contextmanager

from ...base.errors import BadInput, nearest
from ..registry import SECTIONS, kind_in

# The keys of a primitive's specification for its placement
KEYS = {"group": dict, "clone": dict, "bundle": str}
_PLACES = {"group": ("id", "before", "after"), "clone": ("id", "promotable", "meta")}


@contextmanager
def _prefixed(key):
    """Prefix the message of a BadInput with this key."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{key}.{error}") from None


def check(spec):
    """Refuse invalid placements.

    :param spec: the specification of a primitive.
    :raises BadInput: with one sentence that names the field.
    """
    given = [key for key in KEYS if spec.get(key) not in (None, "")]
    if len(given) > 1:
        raise BadInput(f"{given[1]}: cannot be combined with {given[0]}")
    for place, known in _PLACES.items():
        for key in spec.get(place) or ():
            if key not in known:
                raise BadInput(f"{place}: unknown key {key!r}{nearest(key, known)}; known: {', '.join(known)}")
    if spec.get("clone") is not None:
        with _prefixed("clone"):
            kind_in("clones").check({"member": spec["id"], **spec["clone"]})
    place = spec.get("group")
    if place is not None:
        for key, value in place.items():
            if value is not None and not isinstance(value, str):
                raise BadInput(f"group.{key}: must be a string, not {value!r}")
        if not place.get("id"):
            raise BadInput("group.id: is required")
        with _prefixed("group"):
            kind_in("groups").check_id(place["id"])
        if place.get("before") and place.get("after"):
            raise BadInput("group: before cannot be combined with after")


def claims(spec):
    """The (key, value) pairs that no other object of the same document may claim, such as the group itself."""
    claimed = [("members", spec["id"])] if spec.get("group") is not None else []
    return claimed + [("member", spec["id"]) for key in ("clone", "bundle") if spec.get(key) is not None]


def completion(spec):
    """When place() can be called, see Kind.completion(); None for a primitive without a placement."""
    for key in KEYS:
        if spec.get(key) is not None:
            # A neighbour in the group must be written first
            waits = key == "group" and (spec[key].get("before") or spec[key].get("after"))
            return SECTIONS.index(f"{key}s") + (0.6 if waits else 0.5)
    return None


def place(context, spec, primitive):
    """Put a primitive into the group, clone or bundle in its specification; without one it stays where it is.

    :raises BadInput: if it cannot be placed there.
    """
    if spec.get("group") is not None:
        _put_into_group(context, spec["group"], primitive)
    elif spec.get("clone") is not None:
        kind, wanted = kind_in("clones"), {"member": spec["id"], **spec["clone"]}
        with _prefixed("clone"):
            clone = kind.find(context.cib, wanted)
            context.refuse_leaving("id", clone)
            kind.write(context, wanted, clone)
    elif spec.get("bundle") is not None:
        kind_in("bundles").put_into(context.cib, primitive, spec["bundle"])


def _put_into_group(context, wanted, primitive):
    context.refuse_leaving("group.id", context.cib.find(wanted["id"]))
    parent = context.cib.parent(primitive)
    if wanted["id"] in context.notes("groups") and parent.get("id") != wanted["id"]:
        raise BadInput(
            f"group: {wanted['id']!r} is also given with its members, which do not include {primitive.get('id')!r}"
        )
    if parent.tag not in ("resources", "group"):
        raise BadInput(
            f"group: {primitive.get('id')!r} is in the {parent.tag} {parent.get('id')!r}; remove it from there first"
        )
    kind_in("groups").put_into(context.cib, primitive, **wanted)
