# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Colocation constraints: which resources run on the same node, or never do."""

from __future__ import annotations

from ...base import values
from ...base.cib import INFLUENCE
from ...base.errors import BadInput
from .constraint import Constraint
from .fields import FLAG, NAME, RESOURCE, ROLE, SCORE


class Colocation(Constraint):
    """A resource goes where another is, or does not go there."""

    type = "colocation"
    tag = "rsc_colocation"
    naming = {
        "resource": ("rsc", RESOURCE),
        "with": ("with-rsc", RESOURCE),
        "role": ("rsc-role", ROLE),
        "with_role": ("with-rsc-role", ROLE),
        "node_attribute": ("node-attribute", NAME),
    }
    common = {"score": ("score", SCORE), "influence": ("influence", FLAG)}
    required_keys = ("resource", "with")

    def check(self, spec):
        """Refuse wrong keys and values, and a resource with itself."""
        super().check(spec)
        if spec.get("resource") is not None and spec["resource"] == spec.get("with"):
            raise BadInput(f"with: {spec['with']!r} is the resource itself; name another")

    def default(self, flat):
        """A must; where one role is given, the other is Started, as pcs writes it."""
        roles = {"rsc-role": "Started", "with-rsc-role": "Started"} if flat.get("role") or flat.get("with_role") else {}
        return {"score": "INFINITY", **roles}

    def implied(self, get):
        """Started is every role that runs; without a score it has no effect."""
        return {"rsc-role": "Started", "with-rsc-role": "Started", "node-attribute": "#uname", "score": "0"}

    def read(self, element):
        """The specification; with sets, the scores can be those of the sets."""
        spec = super().read(element)
        return spec if "sets" in spec else {**spec, "score": spec.get("score", "0")}

    def new_id(self, texts):
        """As pcs names it."""
        return f"colocation-{texts['rsc']}-{texts['with-rsc']}-{texts['score']}"

    def about(self, get):
        """The resources, in their roles."""
        roles = (values.role(get(name) or "Started") for name in ("rsc-role", "with-rsc-role"))
        return (get("rsc"), get("with-rsc"), get("node-attribute") or "#uname", *roles)

    def check_fits(self, context, spec, element):
        """Refuse what is not there, and what the cluster does not know yet."""
        super().check_fits(context, spec, element)
        if spec.get("influence") is not None:
            context.cib.check_schema(INFLUENCE, "influence")
