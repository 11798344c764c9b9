# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clones: primitives or groups that run on several nodes at once; promotable clones have promoted instances."""

from __future__ import annotations

from ...base import values
from ...base.errors import BadInput, nearest
from .. import attributes, references
from ..checks import PAIRS
from ..kind import Kind

_MEMBERS = ("primitive", "group")
# The element of a promotable clone in Pacemaker 1.1; schemas before 4.0 still support it
_MASTER = "master"


class Clone(Kind):
    """A clone and its member."""

    section = "clones"
    what = "clone"
    keys = {"id": str, "member": str, "promotable": bool, "meta": PAIRS, "description": str}
    required = ("member",)

    def check(self, spec):
        """Refuse invalid keys, and promotable given twice."""
        super().check(spec)
        if spec.get("promotable") is not None and "promotable" in attributes.given(spec.get("meta")):
            raise BadInput("meta: promotable cannot be combined with the key promotable; omit one of them")

    def check_value(self, key, value):
        """Refuse invalid sets."""
        if key == "meta":
            attributes.check(key, value)

    def claims(self, spec):
        """Its id, and its member, which can be cloned only once."""
        return [*super().claims(spec), ("member", spec["member"])]

    def find(self, cib, spec):
        """The clone with this id, or without an id the clone that contains the member."""
        if spec.get("id"):
            return super().find(cib, spec)
        member = cib.resource(spec["member"], _MEMBERS)
        parent = None if member is None else cib.parent(member)
        return parent if parent is not None and self.is_ours(parent) else None

    def is_ours(self, element):
        """Whether an element is a clone."""
        return element.tag in ("clone", _MASTER)

    def read(self, element):
        """{id, description, member, promotable, meta}."""
        meta = attributes.read(element, "meta_attributes")
        promotable = True if element.tag == _MASTER else None
        if isinstance(meta, dict) and values.boolean(meta.get("promotable", "")) is not None:
            promotable = values.boolean(meta.pop("promotable"))
        spec = {
            "id": element.get("id"),
            "description": element.get("description"),
            "member": _member_of(element).get("id"),
            "promotable": promotable,
            "meta": meta or None,
        }
        return {key: value for key, value in spec.items() if value is not None}

    def write(self, context, spec, element):
        """Clone the member, or change the existing clone."""
        cib = context.cib
        member, is_new = self._member(cib, spec, element), element is None
        context.refuse_leaving("member", member)
        if is_new:
            element = cib.add(
                cib.section("resources"), "clone", {"id": self._new_id(cib, spec)}, context.place_around(member)
            )
            cib.move(member, element)
            references.rename(cib, spec["member"], element.get("id"), everywhere=False)
        context.describe(element, spec)
        was_promotable = _is_promotable(element)
        meta = self._meta(spec, element)
        arrange = sorted if is_new else list
        attributes.write(
            cib,
            element,
            "meta_attributes",
            meta,
            exact=context.exact,
            kept=context.kept(attributes.RUNTIME_META),
            arrange=arrange,
        )
        if _is_promotable(element) and not was_promotable:
            _check_promotable(context, member)
        return element

    def remove(self, context, element):
        """Remove the clone with its member, as `pcs resource delete` does, or keep the member."""
        cib = context.cib
        if not context.options.keep_members:
            references.remove_resource(cib, element)
            return
        member = _member_of(element)
        needing_promotion = [
            each.get("id") for each in references.referring(cib, element.get("id")) if _is_about_promotion(each)
        ]
        if needing_promotion:
            context.complain(
                f"keep_members: {', '.join(needing_promotion)} requires a promoted instance, and there is none without the"
                " clone"
            )
        attributes.hand_down(cib, element, member)
        cib.move(member, cib.parent(element), cib.index(element))
        references.rename(cib, element.get("id"), member.get("id"))
        cib.remove(element)

    @staticmethod
    def _member(cib, spec, element):
        name = spec["member"]
        member = cib.resource(name, _MEMBERS)
        if member is None:
            raise BadInput(f"member: there is no primitive or group {name!r}{nearest(name, cib.resource_ids())}")
        if member.get("class") == "stonith":
            raise BadInput(f"member: {name!r} is a fence device, which cannot be cloned and does not need to be")
        parent = cib.parent(member)
        if element is not None and parent is not element:
            raise BadInput(
                f"member: the clone {element.get('id')!r} contains {_member_of(element).get('id')!r}, not {name!r}"
            )
        if element is None and parent.tag != "resources":
            raise BadInput(f"member: {name!r} is in the {parent.tag} {parent.get('id')!r}; remove it from there first")
        return member

    @staticmethod
    def _new_id(cib, spec):
        return spec.get("id") or cib.fresh_id(f"{spec['member']}-clone")

    @staticmethod
    def _meta(spec, element):
        """The meta attributes, with `promotable` if the specification or the element sets it."""
        meta, promotable = {} if spec.get("meta") is None else spec["meta"], spec.get("promotable")
        if isinstance(meta, list) and promotable is not None and element.tag != _MASTER:
            raise BadInput("promotable: cannot be combined with a list of sets in meta; set it in the values of a set")
        if isinstance(meta, list) or element.tag == _MASTER or promotable is None:
            if promotable is False and element.tag == _MASTER:
                raise BadInput("promotable: an old <master> clone is always promotable; remove it and create it again")
            return meta
        # A clone that was never promotable does not have the attribute
        is_set = "promotable" in attributes.all_pairs(element, "meta_attributes")
        return {**meta, "promotable": promotable} if promotable or is_set else meta


def _is_about_promotion(constraint):
    roles = (values.role(constraint.get(name, "")) for name in ("role", "rsc-role", "with-rsc-role"))
    actions = (constraint.get(name) for name in ("first-action", "then-action"))
    return "promoted" in roles or not {"promote", "demote"}.isdisjoint(actions)


def _member_of(clone):
    return next(each for each in clone if each.tag in _MEMBERS)


def _is_promotable(clone):
    promotable = attributes.all_pairs(clone, "meta_attributes").get("promotable", "false")
    return clone.tag == _MASTER or bool(values.boolean(promotable))


def _check_promotable(context, member):
    """Refuse a promotable clone whose agents cannot promote, unless forced."""
    for primitive in member.iter("primitive"):
        agent = ":".join(filter(None, (primitive.get("class"), primitive.get("provider"), primitive.get("type"))))
        metadata = context.metadata(agent) if agent else None
        if metadata is not None and not metadata.is_promotable:
            context.complain(f"promotable: {agent} does not support the actions promote and demote")
