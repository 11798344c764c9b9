# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a kind of object is to the planner. A new kind is one file with a subclass, and an entry in registry.py."""

from __future__ import annotations

from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all
from .checks import check_keys
from .registry import SECTIONS


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

    def drained_node(self, spec):
        """The name of the node on which nothing runs any more once the cluster has settled, or None."""

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
