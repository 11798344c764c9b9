# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Location constraints: how much a resource wants to run on a node."""

from __future__ import annotations

from .. import values
from ..errors import BadInput, nearest
from .kind import Kind

TAG = "rsc_location"


class Location(Kind):
    """The score of one resource on one node."""

    section = "constraints"
    type = "location"
    what = "location constraint of a resource on a node"
    keys = {"type": str, "id": str, "resource": str, "node": str, "score": (str, int)}
    required = ("resource", "node")

    def check(self, spec):
        """Refuse wrong keys and scores."""
        super().check(spec)
        score = spec.get("score")
        if score is not None and values.score(values.text(score)) is None:
            raise BadInput(f"score: {score!r} is no score; it is a whole number, INFINITY or -INFINITY")

    def find(self, cib, spec):
        """The constraint with this id, or without an id the one of this resource on this node."""
        if spec.get("id"):
            return super().find(cib, spec)
        for element in cib.configuration.iterfind(f"constraints/{TAG}"):
            if _content(element) == (spec["resource"], spec["node"], None) and not _is_of_an_operator(element):
                return element
        return None

    def claims(self, spec):
        """Its id, or without one what it is about."""
        return super().claims(spec) or [("resource and node", (spec["resource"], spec["node"]))]

    def is_ours(self, element):
        """Whether an element is a constraint of this form, not one with a rule or a pattern."""
        return element.tag == TAG and element.get("rsc") is not None and element.get("node") is not None

    def read(self, element):
        """{type, id, resource, node, score}."""
        return {
            "type": self.type,
            "id": element.get("id"),
            "resource": element.get("rsc"),
            "node": element.get("node"),
            "score": element.get("score", "INFINITY"),
        }

    def write(self, context, spec, element):
        """Create the constraint, or edit it in place: it keeps its id."""
        cib = context.cib
        resource, node = spec["resource"], spec["node"]
        found = cib.resource(resource)
        if found is None:
            raise BadInput(f"resource: there is no resource {resource!r}{nearest(resource, cib.resource_ids())}")
        if element is None and cib.parent(found).tag in ("clone", "master"):
            clone = cib.parent(found).get("id")
            raise BadInput(f"resource: {resource!r} is in the clone {clone!r}; a constraint has to name that")
        cib.check_node(node)
        score = None if spec.get("score") is None else values.text(spec["score"])
        if score is None and (element is None or context.exact):
            score = "INFINITY"
        if element is None:
            wanted_id = spec.get("id") or cib.fresh_id(f"location-{resource}-{node}-{score}")
            element = cib.add(cib.section("constraints"), TAG, {"id": wanted_id})
        cib.set(element, "rsc", resource)
        cib.set(element, "node", node)
        if score is not None and not values.same(element.get("score", ""), score):
            cib.set(element, "score", score)
        return element


def _content(element):
    """What a constraint is about; one with a role is about something else than one without."""
    return element.get("rsc"), element.get("node"), element.get("role")


def _is_of_an_operator(element):
    """Whether `pcs resource move` or `ban` made it: it is run-time state, found by its id only."""
    return element.get("id", "").startswith("cli-")
