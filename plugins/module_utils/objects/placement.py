# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a primitive belongs: into a group, a clone or a bundle, in the same change that makes it."""

from __future__ import annotations

from ..errors import BadInput, nearest
from . import kind_in

# The keys of a primitive's specification that say it
KEYS = {"group": dict, "clone": dict, "bundle": str}
_PLACES = {"group": ("id", "before", "after"), "clone": ("id", "promotable", "meta")}


def check(spec):
    """Refuse places that are wrong by themselves.

    :param spec: the specification of a primitive.
    :raises BadInput: with one sentence that names the field.
    """
    given = [key for key in KEYS if spec.get(key) is not None]
    if len(given) > 1:
        raise BadInput(f"{given[1]}: a resource cannot be in a {given[0]} and in a {given[1]}; give one of them")
    for place, known in _PLACES.items():
        for key in spec.get(place) or ():
            if key not in known:
                raise BadInput(f"{place}: unknown key {key!r}{nearest(key, known)}; known: {', '.join(known)}")
    if spec.get("clone") is not None:
        try:
            kind_in("clones").check({"member": spec["id"], **spec["clone"]})
        except BadInput as error:
            raise BadInput(f"clone.{error}") from None
    place = spec.get("group")
    if place is not None:
        if not place.get("id"):
            raise BadInput("group.id: is required")
        kind_in("groups").check_id(place["id"])
        if place.get("before") and place.get("after"):
            raise BadInput("group: before and after exclude each other; give one of them")


def place(context, spec, primitive):
    """Put a primitive where its specification says; it stays where it is if that says nothing.

    :raises BadInput: if it cannot go there.
    """
    if spec.get("group") is not None:
        kind_in("groups").put_into(context.cib, primitive, **spec["group"])
    elif spec.get("clone") is not None:
        kind, wanted = kind_in("clones"), {"member": spec["id"], **spec["clone"]}
        kind.write(context, wanted, kind.find(context.cib, wanted))
    elif spec.get("bundle") is not None:
        kind_in("bundles").put_into(context.cib, primitive, spec["bundle"])
