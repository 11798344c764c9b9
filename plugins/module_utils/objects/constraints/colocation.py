# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Colocation constraints: resources that run on the same node, or never run on the same node."""

from __future__ import annotations

from ...base import values
from ...base.cib import INFLUENCE
from ...base.errors import BadInput
from .constraint import Constraint
from .fields import FLAG, NAME, RESOURCE, ROLE, SCORE


class Colocation(Constraint):
    """A resource that is placed with another resource, or apart from it."""

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
        """Refuse invalid keys and values, and a resource with itself."""
        super().check(spec)
        if spec.get("resource") is not None and spec["resource"] == spec.get("with"):
            raise BadInput(f"with: {spec['with']!r} cannot be colocated with itself; name another resource")

    def default(self, flat):
        """Mandatory; if only one role is given, the other one is Started, as pcs writes it."""
        roles = {"rsc-role": "Started", "with-rsc-role": "Started"} if flat.get("role") or flat.get("with_role") else {}
        return {"score": "INFINITY", **roles}

    def implied(self, get):
        """Started includes every running role; without a score the constraint has no effect."""
        return {"rsc-role": "Started", "with-rsc-role": "Started", "node-attribute": "#uname", "score": "0"}

    def read(self, element):
        """The specification, always with a score unless it has sets, which can have their own scores."""
        spec = super().read(element)
        return spec if "sets" in spec else {**spec, "score": spec.get("score", "0")}

    def new_id(self, texts):
        """The id that pcs would choose."""
        return f"colocation-{texts['rsc']}-{texts['with-rsc']}-{texts['score']}"

    def about(self, get):
        """The resources, the node attribute and the roles."""
        roles = (values.role(get(name) or "Started") for name in ("rsc-role", "with-rsc-role"))
        return (get("rsc"), get("with-rsc"), get("node-attribute") or "#uname", *roles)

    def check_fits(self, context, spec, element):
        """Refuse resources that do not exist, and attributes that the schema does not support yet."""
        super().check_fits(context, spec, element)
        if spec.get("influence") is not None:
            context.cib.check_schema(INFLUENCE, "influence")
