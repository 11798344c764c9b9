# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Order constraints: one resource is started, stopped, promoted or demoted before another."""

from __future__ import annotations

from ...base import values
from ...base.errors import BadInput, instead
from . import order_loops, resource_sets
from .constraint import Constraint
from .fields import ACTION, FLAG, KIND, RESOURCE, SCORE

_END_KEYS = ("resource", "action")


class Order(Constraint):
    """One action is done before another. `first` and `then` are {resource, action}, or only a resource id."""

    type = "order"
    tag = "rsc_order"
    naming = {
        "first": ("first", RESOURCE),
        "first.action": ("first-action", ACTION),
        "then": ("then", RESOURCE),
        "then.action": ("then-action", ACTION),
    }
    common = {
        "kind": ("kind", KIND),
        "symmetrical": ("symmetrical", FLAG),
        "require_all": ("require-all", FLAG),
        "score": ("score", SCORE),  # determined the kind in old versions; it is read but cannot be given
    }
    required_keys = ("first", "then")

    def given_keys(self):
        """The keys of a specification: first and then are mappings or ids."""
        common = {key: field.given for key, (_attribute, field) in self.common.items() if key != "score"}
        return {"first": (dict, str), "then": (dict, str), **common}

    def check(self, spec):
        """Refuse invalid keys and values, and a resource before itself."""
        for end in ("first", "then"):
            if isinstance(spec.get(end), dict):
                _check_end(end, spec[end])
        super().check(spec)
        if spec.get("kind") == "Serialize" and values.boolean(values.text(spec.get("symmetrical", False))):
            raise BadInput("symmetrical: cannot be true with kind: Serialize, which has no reverse order")
        flat = self.flat(spec)
        if flat.get("first") is not None and flat["first"] == flat.get("then"):
            if flat.get("first.action", "start") == flat.get("then.action", "start"):
                raise BadInput(f"then: {flat['then']!r} cannot come after itself; name another resource or action")

    def flat(self, spec, element=None):
        """The values of first, first.action, then and then.action, and those of the other keys."""
        flat = {key: spec[key] for key in self.common if key in spec}
        if flat.get("kind") is not None and element is not None and element.get("score") is not None:
            # A score that means the same kind is kept; otherwise it is removed
            is_same = KIND.same(flat["kind"], self.implied(element.get)["kind"])
            flat.update({"kind": None, "score": element.get("score")} if is_same else {"score": None})
        for end in ("first", "then"):
            given = spec.get(end)
            if isinstance(given, dict):
                flat[end] = given.get("resource")
                flat.update({f"{end}.action": given["action"]} if given.get("action") is not None else {})
            elif given is not None:
                flat[end] = given
        return flat

    def kept(self, element):
        """The second action if it is missing, because it then follows the first action."""
        if element.get("first") is None or element.get("then-action") is not None:
            return {}
        return {"then.action": self.implied(element.get)["then-action"]}

    def default(self, flat):
        """Both actions are start, as pcs writes it."""
        return {"first-action": "start", "then-action": "start"} if flat.get("first") else {}

    def implied(self, get):
        """Without a second action, Pacemaker uses the first one."""
        action = get("first-action") or "start"
        symmetrical = "false" if get("kind") == "Serialize" else "true"
        kind = "Optional" if values.score(get("score") or "INFINITY") == 0 else "Mandatory"
        return {
            "first-action": "start",
            "then-action": action,
            "kind": kind,
            "symmetrical": symmetrical,
            "require-all": "true",
        }

    def new_id(self, texts):
        """The id that pcs would choose."""
        return f"order-{texts['first']}-{texts['then']}-{texts.get('kind', 'mandatory')}"

    def about(self, get):
        """The resources and their actions."""
        implied = self.implied(get)
        return get("first"), get("then"), *(get(name) or implied[name] for name in ("first-action", "then-action"))

    def read(self, element):
        """The specification of an order."""
        spec, implied = super().read(element), self.implied(element.get)
        if spec.pop("score", None) is not None:
            spec.setdefault("kind", implied["kind"])
        if implied["then-action"] != "start":
            spec.setdefault("then.action", implied["then-action"])
        for end in ("first", "then"):
            ends = {"resource": spec.pop(end, None), "action": spec.pop(f"{end}.action", None)}
            if ends["resource"]:
                spec[end] = {key: value for key, value in ends.items() if value}
        return spec

    def about_sets(self, get, sets):
        """The resources and their actions."""
        return resource_sets.about(sets, "action", "start")

    def complete(self, context, spec, element):
        """Also refuse a loop of mandatory orders, which the cluster would break at an arbitrary place."""
        super().complete(context, spec, element)
        if element in context.notes("constraints"):
            loop = order_loops.through(context.cib, element)
            if loop:
                key = "sets" if spec.get("sets") else "first"
                context.complain(
                    f"{key}: {' then '.join(loop)} is a loop of mandatory orders; set one to kind: Optional"
                )


def _check_end(end, given):
    for key in given:
        if key not in _END_KEYS:
            raise BadInput(f"{end}: unknown key {key!r}{instead(key, _END_KEYS)}")
    if not isinstance(given.get("resource"), str):
        raise BadInput(f"{end}.resource: must be the id of a resource")
    if given.get("action") is not None and not isinstance(given["action"], str):
        raise BadInput(f"{end}.action: {given['action']!r} is not an action")
