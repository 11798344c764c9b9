# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rolls back a change: reverts its edits in the current version of the document.

Edits that others have made since are kept, together with the elements that they depend on.
"""

from __future__ import annotations

from collections import namedtuple

from ..base.cib import children
from ..objects import references

# Identifies an element in every version of a document: by its id, or by its parent if it has no id of its own
_Place = namedtuple("_Place", ("tag", "name", "parent"))
_TOP = _Place("configuration", None, None)


def undo(cib, before, after):
    """Edit a document so that the differences between two others are reverted in it.

    :param cib: the current Cib; it is edited.
    :param before: the Cib that was read.
    :param after: the Cib that was committed.
    :returns: a list of the ids of elements that somebody else has changed since; they are left as they are.
    """
    return _Undo(cib, before, after).all()


class _View:
    """The elements of a configuration by their _Place.

    :ivar elements: _Place -> element, in the order of the document.
    :ivar parents: _Place -> the _Place of its parent element.
    """

    def __init__(self, cib):
        self._cib = cib
        self.elements, self.parents = {_TOP: cib.configuration}, {_TOP: None}
        self._places = {cib.configuration: _TOP}
        self._note_children(_TOP)

    def note(self, element, parent):
        """Add one element; returns its _Place."""
        is_own = self._cib.find(element.get("id")) is element
        place = _Place(element.tag, element.get("id"), None if is_own else parent)
        self.elements[place], self._places[element] = element, place
        self.parents[place] = parent
        return place

    def inside(self, place):
        """The places of the child elements of an element."""
        return [self._places[each] for each in self.elements[place] if each in self._places]

    def _note_children(self, place):
        for child in children(self.elements[place]):
            self._note_children(self.note(child, place))


class _Undo:
    """One undo(): the documents before the change, after it, and now."""

    def __init__(self, cib, before, after):
        self._cib = cib
        self._old, self._new, self._now = _View(before), _View(after), _View(cib)
        self._changed_since = []

    def all(self):
        """Implements undo()."""
        unremoved = [place for place in self._old.elements if place in self._new.elements]
        for place in self._old.elements:
            if place not in self._new.elements:
                self._add_back(place)
        for place in unremoved:
            if place in self._now.elements:
                self._restore_attributes(place)
                self._move_back(place)
        for place in unremoved:
            if place in self._now.elements:
                self._restore_order(place)
        # From the inside out: an added element is kept if somebody else has put something into it
        for place in reversed(list(self._new.elements)):
            if place not in self._old.elements and place in self._now.elements:
                self._remove_added(place)
        return self._changed_since

    def _skip(self, place):
        self._changed_since.append(place.name or place.tag)

    def _add_back(self, place):
        """Add a removed element again, at its old position."""
        parent = self._old.parents[place]
        if place in self._now.elements or parent not in self._now.elements:
            self._skip(place)
            return
        element = self._now.elements[parent]
        siblings = self._old.inside(parent)
        earlier = [self._now.elements.get(each) for each in siblings[: siblings.index(place)]]
        indexes = [list(element).index(each) + 1 for each in earlier if each is not None and each in list(element)]
        removed = self._old.elements[place]
        self._now.note(self._cib.add(element, removed.tag, removed.attrib, max(indexes, default=0)), parent)

    def _restore_attributes(self, place):
        """Restore the changed attributes of an element."""
        old, new, now = (view.elements[place] for view in (self._old, self._new, self._now))
        for name in {**old.attrib, **new.attrib}:
            if old.get(name) == new.get(name) or now.get(name) == old.get(name):
                continue
            if now.get(name) == new.get(name):
                self._cib.set(now, name, old.get(name))
            else:
                self._skip(place)

    def _move_back(self, place):
        """Move an element that was moved to another parent back to its old one."""
        old, new, now = (view.parents[place] for view in (self._old, self._new, self._now))
        if old == new or now == old:
            return
        if now == new and old in self._now.elements:
            self._cib.move(self._now.elements[place], self._now.elements[old])
            self._now.parents[place] = old
        else:
            self._skip(place)

    def _restore_order(self, place):
        """Restore the order of the children of an element, unless somebody else has changed it since."""
        old, new, now = (view.inside(place) for view in (self._old, self._new, self._now))
        wanted = [each for each in old if each in now]
        committed = [each for each in new if each in wanted]
        present = [each for each in now if each in wanted]
        if present == wanted or [each for each in present if each in committed] != committed:
            return
        self._cib.arrange([self._now.elements[each] for each in wanted])

    def _remove_added(self, place):
        """Remove an added element, unless somebody else has changed it or refers to it."""
        element = self._now.elements[place]
        is_own = place.parent is None and place.name
        others = (
            [each for each in references.referring(self._cib, place.name) if self._is_of_others(each)] if is_own else []
        )
        if len(element) or element.attrib != self._new.elements[place].attrib or others:
            self._skip(place)
        else:
            self._cib.remove(element)

    def _is_of_others(self, element):
        """Whether an element differs from both its state before this change and its state after it."""
        views = (view.elements.items() for view in (self._old, self._new))
        ours = (each for found in views for place, each in found if self._now.elements.get(place) is element)
        return all(each.attrib != element.attrib for each in ours)
