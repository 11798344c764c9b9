# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a kind of object is to the planner. A new kind is one file with a subclass, and an entry in kinds_in()."""

from __future__ import annotations

import copy
import re
from collections import namedtuple
from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all, instead
from . import SECTIONS

_FENCING_ACTION = r"(stonith|fencing)-action|pcmk_\w+_action"

# How pairs of names and values are given: one set, or a list of all sets (attributes.py)
PAIRS = (dict, list)


class Context:
    """What the planner gives to write() and remove().

    :ivar cib: the document.
    :ivar agents: an agents.Agents.
    :ivar exact: whether what is not given has to go.
    :ivar options: an Options.
    :ivar warnings: sentences for the user; they are added to.
    :ivar described_groups: ids of the groups that are wanted with their members; they are added to.
    :ivar unique: id of a primitive -> what of it has to be compared with the others when all are written; it is added to.
    :ivar edited: constraints that are new or changed: element -> what it was about before, or None; it is added to.
    :ivar levels: stonith levels that are written: element -> what it was about before, or None; it is added to.
    :ivar devices: fence devices that are written: element -> its parameters before; it is added to.
    :ivar recreated: ids of resources whose old form has to stop before the new one is there; they are added to.
    :ivar created: the elements that are new; they are added to.
    :ivar leaving: the elements that are removed when the rest is written.
    """

    def __init__(self, cib, agents, exact, options):
        self.cib, self.agents, self.exact, self.options = cib, agents, exact, options
        self.warnings, self.recreated, self.leaving, self.created = [], set(), frozenset(), set()
        self.described_groups, self.unique, self.edited, self.levels, self.devices = set(), {}, {}, {}, {}
        self._node_names = None

    def metadata(self, agent):
        """The Metadata of an agent, as crm_resource names it; None where it cannot be asked.

        :raises BadInput: if it is not installed.
        """
        try:
            return self.agents.get(agent)
        except BadInput as error:
            self.complain(str(error))
            return None

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


# force: warn where one would refuse; force_recreate: another agent may take the place of an existing one;
# keep_members: what is in a removed group or clone stays; purge: sections that may be emptied, and RUNTIME
Options = namedtuple(
    "Options", ("force", "force_recreate", "keep_members", "purge"), defaults=(False, False, False, ())
)
# In purge: what an operator set at run time
RUNTIME = "runtime"


def refuse_boolean_actions(pairs):
    """YAML reads a bare off as false, and an action called false fails on the day it is needed.

    :param pairs: properties or the parameters of a fence device.
    :raises BadInput: for an action of fencing that is a boolean.
    """
    for name, value in pairs.items():
        if isinstance(value, bool) and re.fullmatch(_FENCING_ACTION, name):
            raise BadInput(f"{name}: YAML reads {'on' if value else 'off'} as {value}; write the action in quotes")


def check_members(what, members, key="members"):
    """Refuse a list of members that is empty or names one twice.

    :param what: what they are members of.
    :param key: the field that lists them.
    :raises BadInput: with one sentence.
    """
    if not members:
        raise BadInput(f"{key}: a {what} needs at least one; to remove the {what} use state: absent")
    for member in members:
        if not isinstance(member, str):
            raise BadInput(f"{key}: {member!r} is not the id of a resource")
        if members.count(member) > 1:
            raise BadInput(f"{key}: {member!r} is given twice")


def check_keys(spec, keys, required=(), check_value=None):
    """Refuse a mapping with keys that are not known, values of another type, or without what is required.

    :param keys: name -> type (str, int, dict, list), or a tuple of types.
    :param check_value: (key, value) -> None; refuses a value of the right type.
    :raises BadInput: with a sentence for each key that is wrong, which it names.
    """
    check_all(
        [
            *(partial(_check_key, keys, *item, check_value) for item in spec.items()),
            *(partial(_check_required, spec, key) for key in required),
        ]
    )


def _check_key(keys, key, value, check_value):
    if key not in keys:
        raise BadInput(f"unknown key {key!r}{instead(key, keys)}")
    if value is None:
        return
    types = keys[key] if isinstance(keys[key], tuple) else (keys[key],)
    if not isinstance(value, types):
        given = values.called(value) if types is PAIRS else repr(value)
        raise BadInput(f"{key}: must be {' or '.join(values.CALLED[each] for each in types)}, not {given}")
    if isinstance(value, str):
        _check_text(key, value)
    if check_value:
        check_value(key, value)


def _check_required(spec, key):
    if spec.get(key) in (None, ""):
        raise BadInput(f"{key}: is required")


def _check_text(key, value):
    try:
        values.text(value)
    except BadInput as error:
        raise BadInput(f"{key}: {error}") from None


class Kind:
    """One kind of object: how an element is read into a specification, and a specification written into the document.

    A specification is a mapping; its keys are those of the module for this kind and of an item of the document.
    """

    section = None  # key of the configuration document
    type = None  # tells apart the kinds of one section
    what = "object"  # how messages call it
    keys = {}  # the keys of a specification: name -> type (str, int, dict, list), or a tuple of types
    required = ()
    is_section = False  # the section is one object, not a list of objects

    def check(self, spec):
        """Refuse a specification that is wrong by itself.

        :raises BadInput: with a sentence for each field that is wrong, which it names.
        """
        check_all(
            [
                partial(check_keys, spec, self.keys, self.required, self.check_value),
                partial(self.check_id, spec.get("id")),
            ]
        )

    def check_value(self, key, value):
        """Refuse what cannot be the value of one key; it is of the type that the key has.

        :raises BadInput: with sentences that name the key.
        """

    def check_absent(self, spec):
        """The same of what shall be absent: only what find() needs has to be right."""

    def parts(self, spec):
        """The specifications of the objects that a specification which has been checked stands for."""
        return [spec]

    @staticmethod
    def check_id(value):
        """Refuse what cannot be an id in the CIB."""
        if value is not None and not values.is_id(value):
            raise BadInput(f"id: {value!r} is no valid id; it starts with a letter or _ and has letters, digits, _ . -")

    def claims(self, spec):
        """What no other object of the same document may claim: (key, value) pairs."""
        return [("id", spec["id"])] if spec.get("id") else []

    def identified(self, cib, spec):
        """The element that has the identity of `spec`, which is its id, or None; it may be of another kind."""
        return cib.find(spec["id"])

    def find(self, cib, spec):
        """The element that `spec` is about, or None.

        :raises BadInput: if its id belongs to something else.
        """
        element = self.identified(cib, spec)
        if element is not None and not self.is_ours(element):
            owner = "fence device" if element.get("class") == "stonith" else element.tag
            raise BadInput(f"id: {spec['id']!r} is already the id of a {owner}, not of a {self.what}")
        return element

    def find_all(self, cib, spec):
        """The elements that a removal of `spec` is about."""
        element = self.find(cib, spec)
        return [] if element is None else [element]

    def is_ours(self, element):
        """Whether an element is an object of this kind."""
        raise NotImplementedError

    def read(self, element):
        """The specification of an element; keys without content are left out."""
        raise NotImplementedError

    def write(self, context, spec, element):
        """Make the document hold `spec`.

        Only what differs is edited. What is not given is left alone, or removed if the context is `exact`.

        :param element: what find() returned: the element to change, or None to make a new one.
        :returns: the element.
        :raises BadInput: if it does not fit the document or the agent.
        """
        raise NotImplementedError

    def completion(self, spec):
        """When complete() is called: after what is wanted of this section (its number, and a half) has been written."""
        return SECTIONS.index(self.section) + 0.5

    def complete(self, context, spec, element):
        """What is left to do when the objects are written that this one belongs to.

        :param element: what write() returned.
        :raises BadInput: if it does not fit the document.
        """

    def remove(self, context, element):
        """Take the object out of the document, with what refers to it."""
        context.cib.remove(element)

    def trouble(self, monitor, spec):
        """Sentences about what has not become of a specification when the cluster has settled.

        :param monitor: the root element of crm_mon's XML.
        """
        return ()

    def can_leave(self, context, element):
        """Whether there is something that leave() would remove."""
        return True

    def leave(self, context, element):
        """What becomes of an object that is not given where nothing else shall be: it goes."""
        self.remove(context, element)


class Section(Kind):
    """A kind with one object, which is a whole section of the configuration document: pairs of names and values."""

    is_section = True
    form = dict  # the type of the section
    tag = None  # of the element that holds the sets of pairs

    def claims(self, spec):
        """There is only one."""
        return []

    def is_ours(self, element):
        """Whether an element holds the sets."""
        return element.tag == self.tag

    def find(self, cib, spec):
        """The element that holds the sets, or None."""
        return cib.configuration.find(self.tag)

    def removable(self, context, element):
        """The number of what would go if nothing were given."""
        return len(self.read(element))
