# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the planner needs of a kind of object. A new kind is a file with a subclass, and an entry in registry.py."""

from __future__ import annotations

from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all
from .checks import check_keys
from .registry import SECTIONS


class Kind:
    """One kind of object: reads an element as a specification, and writes a specification into the document.

    A specification is a mapping. Its keys are the options of the module for this kind, and the keys of an item in the
    configuration document.
    """

    section = None  # key in the configuration document
    type = None  # distinguishes the kinds in one section
    what = "object"  # its name in messages
    keys = {}  # the keys of a specification: name -> type (str, int, dict, list), or a tuple of types
    required = ()
    is_section = False  # whether the section is one object, not a list of objects

    def check(self, spec):
        """Refuse a specification that is invalid regardless of the cluster.

        :raises BadInput: with one sentence for each invalid field.
        """
        check_all(
            [
                partial(check_keys, spec, self.keys, self.required, self.check_value),
                partial(self.check_id, spec.get("id")),
            ]
        )

    def check_value(self, key, value):
        """Refuse an invalid value of one key; its type has already been checked.

        :raises BadInput: with sentences that name the key.
        """

    def check_absent(self, spec):
        """Like check(), but for an object that is to be absent: checks only what find() needs."""

    def parts(self, spec):
        """The specifications of the separate objects that one checked specification describes."""
        return [spec]

    @staticmethod
    def check_id(value):
        """Refuse a value that is not a valid id in the CIB."""
        if value is not None and not values.is_id(value):
            raise BadInput(
                f"id: {value!r} is not a valid id; an id starts with a letter or _ and contains only letters, digits,"
                " _ . -"
            )

    def claims(self, spec):
        """The (key, value) pairs that no other object of the same document may claim."""
        return [("id", spec["id"])] if spec.get("id") else []

    def identified(self, cib, spec):
        """The element with the identity (usually the id) in `spec`, or None; it may be of another kind."""
        return cib.find(spec["id"])

    def find(self, cib, spec):
        """The element that `spec` describes, or None.

        :raises BadInput: if its id belongs to an object of another kind.
        """
        element = self.identified(cib, spec)
        if element is not None and not self.is_ours(element):
            owner = "fence device" if element.get("class") == "stonith" else element.tag
            raise BadInput(f"id: {spec['id']!r} is already the id of a {owner}, not of a {self.what}")
        return element

    def find_all(self, cib, spec):
        """The elements to remove if `spec` is to be absent."""
        element = self.find(cib, spec)
        return [] if element is None else [element]

    def is_ours(self, element):
        """Whether an element is an object of this kind."""
        raise NotImplementedError

    def read(self, element):
        """The specification of an element, without empty keys."""
        raise NotImplementedError

    def write(self, context, spec, element):
        """Write `spec` into the document.

        Only differences are edited. What `spec` does not mention is left alone, or removed if the context is `exact`.

        :param element: the result of find(): the element to change, or None to create one.
        :returns: the element of the object.
        :raises BadInput: if `spec` does not fit the document or the agent.
        """
        raise NotImplementedError

    def completion(self, spec):
        """When complete() is called: the index of a section in SECTIONS plus 0.5 means after that section."""
        return SECTIONS.index(self.section) + 0.5

    def complete(self, context, spec, element):
        """Do what has to wait until the objects that this one belongs to have been written.

        :param element: the result of write().
        :raises BadInput: if `spec` does not fit the document.
        """

    def remove(self, context, element):
        """Remove the object from the document; kinds that others can refer to also remove the references to it."""
        context.cib.remove(element)

    def drained_node(self, spec):
        """The name of the node that has no running resources once the cluster has settled, or None."""

    def can_leave(self, context, element):
        """Whether leave() would remove anything."""
        return True

    def leave(self, context, element):
        """Remove an object that the document does not list, although it must list all objects of the section."""
        self.remove(context, element)


class Section(Kind):
    """A kind with a single object, a whole section of the configuration document: name-value pairs."""

    is_section = True
    form = dict  # the type of the section
    tag = None  # of the element that contains the sets of pairs

    def claims(self, spec):
        """Nothing: there is only one object."""
        return []

    def is_ours(self, element):
        """Whether an element contains the sets."""
        return element.tag == self.tag

    def find(self, cib, spec):
        """The element that contains the sets, or None."""
        return cib.configuration.find(self.tag)

    def removable(self, context, element):
        """The number of pairs or sets that would be removed if the section were empty."""
        return len(self.read(element))
