# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CIB as a document: an XML tree that is parsed once, edited in memory, and counts its edits."""

from __future__ import annotations

import re
from collections import namedtuple
from xml.etree import ElementTree

from .errors import BadInput, HaError, nearest

Version = namedtuple("Version", ("admin_epoch", "epoch", "num_updates"))

# The CIB of an installation that has never been configured
EMPTY = (
    '<cib validate-with="pacemaker-3.2" admin_epoch="0" epoch="0" num_updates="0"><configuration>'
    "<crm_config/><nodes/><resources/><constraints/></configuration><status/></cib>"
)

# Elements whose `id` refers to another object and is not an XML id (pcs: lib/cib/tools.py; schema acls-1.2)
_REFERENCES = frozenset(("acl_target", "role", "role_ref", "obj_ref", "resource_ref", "node"))
# Elements whose member can run as several instances
WRAPPERS = frozenset(("clone", "master", "bundle"))
RESOURCES = WRAPPERS | {"primitive", "group"}
# Schema versions that changed how something is written: new role names (Pacemaker 2.1.0), the type `integer` in rules
# (2.0.5), and rules without meaningless scores (3.0.0)
_ROLES_RENAMED, _INTEGER_TYPE, _SCORELESS_RULES = (3, 7), (3, 5), (4, 0)
# Schema versions that introduced a feature (Pacemaker 2.0.4, 2.1.0 and 2.1.5)
RULES_ABOUT_RESOURCES, INFLUENCE, SMALL_PARTS_OF_DATES = (3, 4), (3, 6), (3, 9)
# The first schema version in which the name of an ACL user can differ from the id (acls-3.8.rng)
NAMES_OF_USERS = (3, 8)
_OLD_ROLES = {"Promoted": "Master", "Unpromoted": "Slave"}


def children(element):
    """The child elements of an element, without comments."""
    return [each for each in element if isinstance(each.tag, str)]


def as_text(root):
    """The text of a <cib> element."""
    return ElementTree.tostring(root, encoding="unicode")


def read_version(element_text):
    """The Version of a CIB, read from the text of its <cib> element, with or without children."""
    return _version(_parse(element_text))


def _version(root):
    return Version(*(int(root.get(name, "0")) for name in Version._fields))


def _parse(text):
    try:
        # Comments are kept because the positions in a patch count them
        root = ElementTree.fromstring(
            text, parser=ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
        )
    except ElementTree.ParseError as error:
        raise HaError(f"the CIB is not well-formed XML: {error}") from error
    if root.tag != "cib":
        raise HaError(f"this is not a CIB: its root element is <{root.tag}>, not <cib>")
    return root


class Cib:
    """One version of the document. Edit it only with its methods: they count the edits and keep the index of ids."""

    def __init__(self, text):
        """
        :param text: the whole document, as ``cibadmin --query`` prints it.
        :raises HaError: if the text is not a CIB.
        """
        self.text = text
        self.root = _parse(text)
        self.configuration = self.root.find("configuration")
        if self.configuration is None:
            raise HaError("this is not a CIB: it has no <configuration>")
        self.version = _version(self.root)
        self.edits = 0
        self.indexes = {}  # caches in which kinds of objects look up their elements
        self._parents = {child: parent for parent in self.configuration.iter() for child in parent}
        self._by_id = {
            element.get("id"): element for element in self._parents if element.get("id") and _is_identified(element)
        }

    def xml(self):
        """The current document as text."""
        return as_text(self.root)

    @property
    def has_quorum(self):
        """Whether the cluster partition that this document was read from has quorum."""
        return self.root.get("have-quorum") == "1"

    @property
    def last_writer(self):
        """Who last changed this document, as recorded in it: ``root with cibadmin on node1``."""
        user, client, origin = (self.root.get(f"update-{each}") for each in ("user", "client", "origin"))
        return f"{user or 'unknown user'} with {client or 'unknown client'} on {origin or 'unknown node'}"

    def is_member(self, name):
        """Whether a node has joined the cluster, according to the status section."""
        states = (each for each in self.root.iterfind("status/node_state") if each.get("uname") == name)
        return any(each.get("join") == "member" for each in states)

    def role(self, name):
        """The name of a role (Started, Stopped, Promoted or Unpromoted) in the schema of this document."""
        return _OLD_ROLES.get(name, name) if self._schema < _ROLES_RENAMED else name

    def rule_type(self, name):
        """The name of a value type in rules in this document's schema; before 3.5, `number` meant whole numbers."""
        return "number" if name == "integer" and self._schema < _INTEGER_TYPE else name

    @property
    def rules_need_scores(self):
        """Whether this document's schema requires scores in rules where they have no meaning, as pcs writes them."""
        return self._schema < _SCORELESS_RULES

    def check_schema(self, since, what):
        """Refuse a feature that the schema of this document does not support yet.

        :param since: one of the schema versions above.
        :raises BadInput: with a message that begins with `what`.
        """
        if self._schema < since:
            raise BadInput(
                f"{what}: is not supported by the schema of this CIB; upgrade it with pcs cluster cib-upgrade"
            )

    @property
    def _schema(self):
        """The schema version: (3, 7) for pacemaker-3.7; newer than any other if the document does not name one."""
        numbers = re.fullmatch(r"pacemaker-(\d+)\.(\d+)", self.root.get("validate-with") or "")
        return tuple(map(int, numbers.groups())) if numbers else (99, 0)

    def section(self, name):
        """The child `name` of <configuration>; it is created if it is missing."""
        found = self.configuration.find(name)
        return self.add(self.configuration, name) if found is None else found

    def find(self, element_id):
        """The element with this id, or None."""
        return self._by_id.get(element_id)

    def holds(self, element):
        """Whether an element is still in the document."""
        return element in self._parents

    def parent(self, element):
        """The parent of an element."""
        return self._parents[element]

    def containers(self, element):
        """The resources that contain an element, innermost first."""
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
        """Whether a cluster has already used this document: a cluster enters its members when it starts."""
        return self.configuration.find("nodes/node") is not None

    def check_node(self, name, names=None, key="node"):
        """Refuse a node that the cluster does not have; any node is accepted if no cluster has used this document yet.

        :param names: node_names(), if the caller already has it.
        :param key: the field that names the node.
        :raises BadInput: with the most similar name, or with the names of all nodes.
        """
        names = self.node_names() if names is None else names
        if self.has_nodes and name not in names:
            raise BadInput(
                f"{key}: the cluster has no node {name!r}{nearest(name, names) or '; it has ' + ', '.join(names)}"
            )

    def fresh_id(self, wanted):
        """An unused id based on `wanted`: without invalid characters, and with a number if it is taken, as in pcs."""
        clean = re.sub(r"^[^a-zA-Z_]", "", wanted[:1]) + re.sub(r"[^a-zA-Z0-9_.-]", "", wanted[1:])
        candidate, number = clean, 1
        while candidate in self._by_id:
            candidate, number = f"{clean}-{number}", number + 1
        return candidate

    def add(self, parent, tag, attributes=None, index=None):
        """Add a new element to `parent`, at the end or at `index`, and return it."""
        element = ElementTree.Element(tag, dict(attributes or {}))
        self._place(element, parent, index)
        if element.get("id") and _is_identified(element):
            self._by_id[element.get("id")] = element
        return element

    def move(self, element, parent, index=None):
        """Move an element to the end of `parent`, or to `index`, counted after the element has been taken out."""
        self._parents[element].remove(element)
        self._place(element, parent, index)

    def arrange(self, elements):
        """Put some children of one parent into this order; other children between them keep their positions."""
        for index, element in zip(sorted(self.index(each) for each in elements), elements):
            parent = self._parents[element]
            if parent[index] is not element:
                self.move(element, parent, index)

    def remove(self, element):
        """Remove an element and everything in it from the document."""
        self._parents[element].remove(element)
        for each in element.iter():
            self._parents.pop(each, None)
            if self._by_id.get(each.get("id")) is each:
                del self._by_id[each.get("id")]
        self.edits += 1

    def set(self, element, name, value):
        """Set an attribute of an element, or remove it with None. An equal value is not counted as an edit."""
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
