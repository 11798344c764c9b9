# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the planner passes to the kinds of objects while it writes the wanted objects into the document."""

from __future__ import annotations

import copy
from collections import namedtuple

from ..base.errors import BadInput

# force: warn instead of refusing; force_recreate: allow another agent to replace that of an existing resource;
# keep_members: keep the members of a removed group or clone; purge: sections that may be emptied, and RUNTIME
Options = namedtuple(
    "Options", ("force", "force_recreate", "keep_members", "purge"), defaults=(False, False, False, ())
)
# In purge: settings that an operator made at run time
RUNTIME = "runtime"


class Context:
    """What the planner passes to write() and remove().

    :ivar cib: the document.
    :ivar agents: the metadata of this node's agents: a live.agents.Agents, or None if agents must not be queried.
    :ivar exact: whether settings that are not given are removed.
    :ivar options: an Options.
    :ivar warnings: sentences for the user; kinds append to it.
    :ivar recreated: ids of resources that must stop before they are replaced; kinds add to it.
    :ivar created: the new elements; the planner adds to it.
    :ivar leaving: the elements that are removed after everything else has been written.
    """

    def __init__(self, cib, agents, exact, options):
        self.cib, self.agents, self.exact, self.options = cib, agents, exact, options
        self.warnings, self.recreated, self.leaving, self.created = [], set(), frozenset(), set()
        self._node_names, self._notes = None, {}

    def notes(self, topic):
        """Data that write() leaves for complete(): one mapping per topic, initially empty."""
        return self._notes.setdefault(topic, {})

    def metadata(self, agent):
        """The Metadata of an agent; None if it cannot be queried.

        :param agent: its name as crm_resource writes it.

        :raises BadInput: if it is not installed, unless the user forces it.
        """
        try:
            return self.agents.get(agent) if self.agents else None
        except BadInput as error:
            self.complain(str(error))
            return None

    def property_metadata(self):
        """The metadata of the cluster properties; None if Pacemaker cannot be queried."""
        return self.agents.properties() if self.agents else None

    def check_node(self, name, key="node"):
        """Refuse a node that the cluster does not have. Call it only after all resources have been written.

        :param key: the field that names the node.
        :raises BadInput: with the most similar name.
        """
        if self._node_names is None:
            self._node_names = self.cib.node_names()
        self.cib.check_node(name, self._node_names, key)

    def expect_node(self, name, key="node"):
        """Like check_node(), but only warn if the user forces it."""
        try:
            self.check_node(name, key)
        except BadInput as error:
            self.complain(str(error))

    def place_around(self, member):
        """The index for a new container of a resource: that of a new resource, otherwise None (the end), as in pcs."""
        return self.cib.index(member) if member in self.created else None

    def kept(self, runtime):
        """Those of the names set by an operator at run time that are kept even if they are not given."""
        return frozenset() if RUNTIME in self.options.purge else runtime

    def keeping_members(self, whether):
        """A copy of the Context for a removal that keeps, or does not keep, the members of a group or clone."""
        context = copy.copy(self)
        context.options = self.options._replace(keep_members=whether)
        return context

    def refuse_leaving(self, key, element):
        """Refuse an object whose member or container is removed by the same change."""
        if element in self.leaving:
            raise BadInput(f"{key}: {element.get('id')!r} is not in the document and would be removed")

    def describe(self, element, spec):
        """Write the description. If none is given, it is kept, or removed if the context is exact."""
        if spec.get("description") is not None or self.exact:
            self.cib.set(element, "description", spec.get("description") or None)

    def complain(self, sentence):
        """Raise this sentence as an error, or only warn if the user forces it.

        :raises BadInput: with the sentence and a hint at force.
        """
        if not self.options.force:
            raise BadInput(f"{sentence} (use force: true to accept it anyway)")
        self.warnings.append(sentence)
