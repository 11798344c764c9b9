# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resource defaults (meta attributes) and operation defaults."""

from __future__ import annotations

from .. import attributes
from ..checks import PAIRS
from ..kind import Section

_SET = "meta_attributes"


class _Defaults(Section):
    """The only object contains all sets of defaults: a mapping for the usual single set, or a list of all sets."""

    form = PAIRS

    def check(self, spec):
        """Refuse invalid sets, scores and rules."""
        attributes.check(self.section, spec)

    def read(self, element):
        """name -> value, or a list of sets."""
        return attributes.read(element, _SET)

    def write(self, context, spec, element):
        """Write the given sets."""
        if element is None and (spec if isinstance(spec, list) else attributes.given(spec)):
            element = context.cib.section(self.tag)
        if element is not None:
            attributes.write(context.cib, element, _SET, spec, exact=context.exact, arrange=list)
        return element


class ResourceDefaults(_Defaults):
    """Values for meta attributes that a resource does not set."""

    section = "resource_defaults"
    tag = "rsc_defaults"


class OperationDefaults(_Defaults):
    """Values for attributes that an operation does not set."""

    section = "operation_defaults"
    tag = "op_defaults"
