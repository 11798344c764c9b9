# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the planner gives to the kinds of objects while it lays what is wanted over the document."""

from __future__ import annotations

import copy
from collections import namedtuple

from ..base.errors import BadInput

# force: warn where one would refuse; force_recreate: another agent may take the place of an existing one;
# keep_members: what is in a removed group or clone stays; purge: sections that may be emptied, and RUNTIME
Options = namedtuple(
    "Options", ("force", "force_recreate", "keep_members", "purge"), defaults=(False, False, False, ())
)
# In purge: what an operator set at run time
RUNTIME = "runtime"


class Context:
    """What the planner gives to write() and remove().

    :ivar cib: the document.
    :ivar agents: what the agents of this node say of themselves: a live.agents.Agents, or None where nobody is asked.
    :ivar exact: whether what is not given has to go.
    :ivar options: an Options.
    :ivar warnings: sentences for the user; they are added to.
    :ivar recreated: ids of resources whose old form has to stop before the new one is there; they are added to.
    :ivar created: the elements that are new; they are added to.
    :ivar leaving: the elements that are removed when the rest is written.
    """

    def __init__(self, cib, agents, exact, options):
        self.cib, self.agents, self.exact, self.options = cib, agents, exact, options
        self.warnings, self.recreated, self.leaving, self.created = [], set(), frozenset(), set()
        self._node_names, self._notes = None, {}

    def notes(self, topic):
        """What write() leaves for complete(): a mapping for each topic, empty at first."""
        return self._notes.setdefault(topic, {})

    def metadata(self, agent):
        """The Metadata of an agent, as crm_resource names it; None where it cannot be asked.

        :raises BadInput: if it is not installed.
        """
        try:
            return self.agents.get(agent) if self.agents else None
        except BadInput as error:
            self.complain(str(error))
            return None

    def property_metadata(self):
        """The metadata of the cluster properties; None where Pacemaker cannot be asked."""
        return self.agents.properties() if self.agents else None

    def check_node(self, name, key="node"):
        """Refuse a node that the cluster does not have; for what is written when all resources are.

        :param key: the field that names the node.
        :raises BadInput: with the nearest name.
        """
        if self._node_names is None:
            self._node_names = self.cib.node_names()
        self.cib.check_node(name, self._node_names, key)

    def expect_node(self, name, key="node"):
        """The same, but only warn where the user forces it."""
        try:
            self.check_node(name, key)
        except BadInput as error:
            self.complain(str(error))

    def place_around(self, member):
        """The index of something new around a resource: where that is if it is new, too; otherwise at the end, as pcs does."""
        return self.cib.index(member) if member in self.created else None

    def kept(self, runtime):
        """Of the names that an operator sets at run time, those that stay although they are not given."""
        return frozenset() if RUNTIME in self.options.purge else runtime

    def keeping_members(self, whether):
        """The same Context for a removal that keeps what is in a group or clone, or does not."""
        context = copy.copy(self)
        context.options = self.options._replace(keep_members=whether)
        return context

    def refuse_leaving(self, key, element):
        """Refuse to write something around what the same change removes."""
        if element in self.leaving:
            raise BadInput(f"{key}: {element.get('id')!r} is not given itself, so it goes")

    def describe(self, element, spec):
        """Write the description of a specification; one that is not given stays, or goes if the context is exact."""
        if spec.get("description") is not None or self.exact:
            self.cib.set(element, "description", spec.get("description") or None)

    def complain(self, sentence):
        """Refuse with this sentence, or only warn with it where the user forces it.

        :raises BadInput: the sentence with the way out.
        """
        if not self.options.force:
            raise BadInput(f"{sentence} (force: true takes it nevertheless)")
        self.warnings.append(sentence)
