# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Defaults of the meta attributes of resources and of the attributes of operations."""

from __future__ import annotations

from .. import attributes
from ..checks import PAIRS
from ..kind import Section

_SET = "meta_attributes"


class _Defaults(Section):
    """The one object is all sets of defaults: a mapping for the usual single set, or a list of all."""

    form = PAIRS

    def check(self, spec):
        """Refuse sets, scores and rules that are wrong by themselves."""
        attributes.check(self.section, spec)

    def read(self, element):
        """name -> value, or a list of sets."""
        return attributes.read(element, _SET)

    def write(self, context, spec, element):
        """Make the sets what is given."""
        if element is None and (spec if isinstance(spec, list) else attributes.given(spec)):
            element = context.cib.section(self.tag)
        if element is not None:
            attributes.write(context.cib, element, _SET, spec, exact=context.exact, arrange=list)
        return element


class ResourceDefaults(_Defaults):
    """What holds for meta attributes that a resource does not have."""

    section = "resource_defaults"
    tag = "rsc_defaults"


class OperationDefaults(_Defaults):
    """What holds for attributes that an operation does not have."""

    section = "operation_defaults"
    tag = "op_defaults"
