# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The document: Pacemaker's CIB as a tree that is read once, edited in memory and counts its edits."""

from __future__ import annotations

import re
from collections import namedtuple
from xml.etree import ElementTree

from .errors import BadInput, HaError, nearest

Version = namedtuple("Version", ("admin_epoch", "epoch", "num_updates"))

# What an installation that has never been configured holds
EMPTY = (
    '<cib validate-with="pacemaker-3.2" admin_epoch="0" epoch="0" num_updates="0"><configuration>'
    "<crm_config/><nodes/><resources/><constraints/></configuration><status/></cib>"
)

# Elements whose `id` names something else and is not an XML id (pcs: lib/cib/tools.py; schema acls-1.2)
_REFERENCES = frozenset(("acl_target", "role", "role_ref", "obj_ref", "resource_ref", "node"))
# Of what is in these there are several instances
WRAPPERS = frozenset(("clone", "master", "bundle"))
RESOURCES = WRAPPERS | {"primitive", "group"}
# The schemas that changed what is written: new names of roles (Pacemaker 2.1.0), type `integer` in rules (2.0.5), and rules
# without a score that means nothing (3.0.0)
_ROLES_RENAMED, _INTEGER_TYPE, _SCORELESS_RULES = (3, 7), (3, 5), (4, 0)
# The schemas that brought something new (Pacemaker 2.0.4, 2.1.0 and 2.1.5)
RULES_ABOUT_RESOURCES, INFLUENCE, SMALL_PARTS_OF_DATES = (3, 4), (3, 6), (3, 9)
# And that which lets the name of a user differ from the id (acls-3.8.rng)
NAMES_OF_USERS = (3, 8)
_OLD_ROLES = {"Promoted": "Master", "Unpromoted": "Slave"}


def children(element):
    """The elements in an element, without comments."""
    return [each for each in element if isinstance(each.tag, str)]


def as_text(root):
    """The text of a <cib> element."""
    return ElementTree.tostring(root, encoding="unicode")


def read_version(element_text):
    """The Version in the text of a <cib> element, whole or without its children."""
    return _version(_parse(element_text))


def _version(root):
    return Version(*(int(root.get(name, "0")) for name in Version._fields))


def _parse(text):
    try:
        # Comments are kept: the positions in a patch count them
        root = ElementTree.fromstring(
            text, parser=ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
        )
    except ElementTree.ParseError as error:
        raise HaError(f"the CIB is not well-formed XML: {error}") from error
    if root.tag != "cib":
        raise HaError(f"this is not a CIB: its root element is <{root.tag}>, not <cib>")
    return root


class Cib:
    """One version of the document. All edits go through its methods, so the count of `edits` and look-up by id stay true."""

    def __init__(self, text):
        """
        :param text: the whole document, as ``cibadmin --query`` prints it.
        :raises HaError: if it is not a CIB.
        """
        self.text = text
        self.root = _parse(text)
        self.configuration = self.root.find("configuration")
        if self.configuration is None:
            raise HaError("this is not a CIB: it has no <configuration>")
        self.version = _version(self.root)
        self.edits = 0
        self.indexes = {}  # what kinds of objects remember to find them again
        self._parents = {child: parent for parent in self.configuration.iter() for child in parent}
        self._by_id = {
            element.get("id"): element for element in self._parents if element.get("id") and _is_identified(element)
        }

    def xml(self):
        """The document as it is now, as text."""
        return as_text(self.root)

    @property
    def has_quorum(self):
        """Whether the partition that this document was read in has quorum."""
        return self.root.get("have-quorum") == "1"

    @property
    def last_writer(self):
        """Who changed this document last, as far as it says: ``root with cibadmin on node1``."""
        user, client, origin = (self.root.get(f"update-{each}") for each in ("user", "client", "origin"))
        return f"{user or 'somebody'} with {client or 'something'} on {origin or 'some node'}"

    def is_member(self, name):
        """Whether a node has joined the cluster, as the status has it."""
        states = (each for each in self.root.iterfind("status/node_state") if each.get("uname") == name)
        return any(each.get("join") == "member" for each in states)

    def role(self, name):
        """Started, Stopped, Promoted or Unpromoted as the schema of this document calls it."""
        return _OLD_ROLES.get(name, name) if self._schema < _ROLES_RENAMED else name

    def rule_type(self, name):
        """A type of values in rules as the schema of this document calls it; before 3.5, `number` meant whole numbers."""
        return "number" if name == "integer" and self._schema < _INTEGER_TYPE else name

    @property
    def rules_need_scores(self):
        """Whether the schema of this document wants scores of rules where they mean nothing, as pcs writes them."""
        return self._schema < _SCORELESS_RULES

    def check_schema(self, since, what):
        """Refuse what the schema of this document does not have yet.

        :param since: one of the schemas above.
        :raises BadInput: beginning with `what`.
        """
        if self._schema < since:
            raise BadInput(f"{what}: the schema of this CIB does not have it; raise it with pcs cluster cib-upgrade")

    @property
    def _schema(self):
        """(3, 7) for pacemaker-3.7; the newest where the document does not say."""
        numbers = re.fullmatch(r"pacemaker-(\d+)\.(\d+)", self.root.get("validate-with") or "")
        return tuple(map(int, numbers.groups())) if numbers else (99, 0)

    def section(self, name):
        """The child `name` of <configuration>, made where it is missing."""
        found = self.configuration.find(name)
        return self.add(self.configuration, name) if found is None else found

    def find(self, element_id):
        """The element with this id, or None."""
        return self._by_id.get(element_id)

    def holds(self, element):
        """Whether an element is in the document still."""
        return element in self._parents

    def parent(self, element):
        """The element around this one."""
        return self._parents[element]

    def containers(self, element):
        """The resources around another, from the inside out."""
        parent = self._parents[element]
        while parent.tag in RESOURCES:
            yield parent
            parent = self._parents[parent]

    def index(self, element):
        """The position of an element among all children of its parent."""
        return list(self._parents[element]).index(element)

    def resource(self, element_id, tags=RESOURCES):
        """The resource (primitive, group, clone, bundle ...) with this id, or None."""
        found = self.find(element_id)
        return found if found is not None and found.tag in tags else None

    def resource_ids(self, tags=RESOURCES):
        """The ids of all resources."""
        return [each for each, element in self._by_id.items() if element.tag in tags]

    def node_names(self):
        """The names of all nodes: members, remote nodes and guest nodes."""
        names = [node.get("uname") for node in self.configuration.iterfind("nodes/node")]
        for resource in self.configuration.iterfind("resources//primitive"):
            if resource.get("provider") == "pacemaker" and resource.get("type") == "remote":
                names.append(resource.get("id"))
            names += [pair.get("value") for pair in resource.iter("nvpair") if pair.get("name") == "remote-node"]
        return list(dict.fromkeys(name for name in names if name))

    @property
    def has_nodes(self):
        """Whether a cluster has used this document: when it starts, it enters its members."""
        return self.configuration.find("nodes/node") is not None

    def check_node(self, name, names=None, key="node"):
        """Refuse a node that the cluster does not have; which it will have, a document that no cluster has used yet does not say.

        :param names: node_names(), where it is known already.
        :param key: the field that names the node.
        :raises BadInput: with the nearest name.
        """
        names = self.node_names() if names is None else names
        if self.has_nodes and name not in names:
            raise BadInput(
                f"{key}: the cluster has no node {name!r}{nearest(name, names) or '; it has ' + ', '.join(names)}"
            )

    def fresh_id(self, wanted):
        """An unused id like `wanted`: characters that XML forbids left out, a number added, as pcs does."""
        clean = re.sub(r"^[^a-zA-Z_]", "", wanted[:1]) + re.sub(r"[^a-zA-Z0-9_.-]", "", wanted[1:])
        candidate, number = clean, 1
        while candidate in self._by_id:
            candidate, number = f"{clean}-{number}", number + 1
        return candidate

    def add(self, parent, tag, attributes=None, index=None):
        """A new element in `parent`, at its end or at `index`."""
        element = ElementTree.Element(tag, dict(attributes or {}))
        self._place(element, parent, index)
        if element.get("id") and _is_identified(element):
            self._by_id[element.get("id")] = element
        return element

    def move(self, element, parent, index=None):
        """Put an element of the document in another place: at the end of `parent` or at `index` of what is left."""
        self._parents[element].remove(element)
        self._place(element, parent, index)

    def arrange(self, elements):
        """Put some elements of one parent into this order; what stands between them stays where it is."""
        for index, element in zip(sorted(self.index(each) for each in elements), elements):
            parent = self._parents[element]
            if parent[index] is not element:
                self.move(element, parent, index)

    def remove(self, element):
        """Take an element and everything in it out of the document."""
        self._parents[element].remove(element)
        for each in element.iter():
            self._parents.pop(each, None)
            if self._by_id.get(each.get("id")) is each:
                del self._by_id[each.get("id")]
        self.edits += 1

    def set(self, element, name, value):
        """Set an attribute of an element, or remove it with None. An equal value is no change."""
        if element.get(name) == value:
            return
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)
        self.edits += 1

    def _place(self, element, parent, index):
        parent.insert(len(parent) if index is None else index, element)
        self._parents[element] = parent
        self.edits += 1


def _is_identified(element):
    return element.tag not in _REFERENCES
