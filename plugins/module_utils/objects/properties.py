# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cluster properties: the pairs of the first cluster_property_set."""

from __future__ import annotations

import re

from ..errors import BadInput
from . import attributes
from .kind import Kind, refuse_boolean_actions

TAG = "cluster_property_set"
SET_ID = "cib-bootstrap-options"
_NAME = r"[A-Za-z0-9_.:#@/-]+"

# What the cluster itself keeps there, and what an operator sets at run time; never removed because it was not mentioned
_KEPT = frozenset(
    ("cluster-infrastructure", "cluster-name", "dc-version", "have-watchdog", "last-lrm-refresh")
    + ("maintenance-mode", "stop-all-resources")
)


class Properties(Kind):
    """The one object is the mapping of all properties."""

    section = "properties"
    is_mapping = True

    def check(self, spec):
        """Refuse what cannot be the name of a property, such as a template that was not filled in."""
        for name in spec:
            if not re.fullmatch(_NAME, str(name)):
                raise BadInput(f"{name!r} is no name of a property; it has letters, digits and - _ . : # @ /")
        refuse_boolean_actions(spec)

    def find(self, cib, spec):
        """The section that holds the set."""
        return cib.section("crm_config")

    def is_ours(self, element):
        """Whether an element holds the properties."""
        return element.tag == "crm_config"

    def read(self, element):
        """name -> value."""
        # The set of this id has precedence where there are several (Pacemaker: CIB_OPTIONS_FIRST)
        found = attributes.chosen(element, TAG, SET_ID)
        return {} if found is None else attributes.pairs(found)

    def write(self, context, spec, element):
        """Set the given properties, remove those given as None."""
        attributes.write(context.cib, element, TAG, spec, exact=context.exact, kept=_KEPT, set_id=SET_ID)
        return element
