# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Taking a change back: what it did to the document is undone in the document as it is by then.

What somebody else has changed meanwhile stays, and with it what they built on.
"""

from __future__ import annotations

from collections import namedtuple

from ..base.cib import children
from ..objects import references

# What an element is called in any version of a document: by its id, or by where it is if it has none of its own
_Place = namedtuple("_Place", ("tag", "name", "parent"))
_TOP = _Place("configuration", None, None)


def undo(cib, before, after):
    """Edit a document so that what differs between two others is in it as it was before.

    :param cib: the Cib as it is now; it is edited.
    :param before: the Cib that was read.
    :param after: the Cib that was committed.
    :returns: what was overtaken: a list of the ids of what somebody else has changed since, which stays as it is.
    """
    return _Undoing(cib, before, after).all()


class _View:
    """The configuration of a document by places.

    :ivar elements: _Place -> element, in the order of the document.
    :ivar parents: _Place -> the _Place of its parent element.
    """

    def __init__(self, cib):
        self._cib = cib
        self.elements, self.parents = {_TOP: cib.configuration}, {_TOP: None}
        self._places = {cib.configuration: _TOP}
        self._take_in(_TOP)

    def note(self, element, parent):
        """Take in one element; its _Place."""
        is_own = self._cib.find(element.get("id")) is element
        place = _Place(element.tag, element.get("id"), None if is_own else parent)
        self.elements[place], self._places[element] = element, place
        self.parents[place] = parent
        return place

    def inside(self, place):
        """The places of the elements in an element."""
        return [self._places[each] for each in self.elements[place] if each in self._places]

    def _take_in(self, place):
        for child in children(self.elements[place]):
            self._take_in(self.note(child, place))


class _Undoing:
    """One undo(): the documents before and after the change and as they are now."""

    def __init__(self, cib, before, after):
        self._cib = cib
        self._old, self._new, self._now = _View(before), _View(after), _View(cib)
        self._overtaken = []

    def all(self):
        """What undo() does."""
        stayed = [place for place in self._old.elements if place in self._new.elements]
        for place in self._old.elements:
            if place not in self._new.elements:
                self._bring_back(place)
        for place in stayed:
            if place in self._now.elements:
                self._restore(place)
                self._move_back(place)
        for place in stayed:
            if place in self._now.elements:
                self._put_in_order(place)
        # From the inside out: what somebody else put into something new stays, and with it what it is in
        for place in reversed(list(self._new.elements)):
            if place not in self._old.elements and place in self._now.elements:
                self._take_away(place)
        return self._overtaken

    def _overtake(self, place):
        self._overtaken.append(place.name or place.tag)

    def _bring_back(self, place):
        """Put an element that was removed where it was."""
        parent = self._old.parents[place]
        if place in self._now.elements or parent not in self._now.elements:
            self._overtake(place)
            return
        element = self._now.elements[parent]
        siblings = self._old.inside(parent)
        earlier = [self._now.elements.get(each) for each in siblings[: siblings.index(place)]]
        indexes = [list(element).index(each) + 1 for each in earlier if each is not None and each in list(element)]
        removed = self._old.elements[place]
        self._now.note(self._cib.add(element, removed.tag, removed.attrib, max(indexes, default=0)), parent)

    def _restore(self, place):
        """Give an element the attributes back that were changed."""
        old, new, now = (view.elements[place] for view in (self._old, self._new, self._now))
        for name in {**old.attrib, **new.attrib}:
            if old.get(name) == new.get(name) or now.get(name) == old.get(name):
                continue
            if now.get(name) == new.get(name):
                self._cib.set(now, name, old.get(name))
            else:
                self._overtake(place)

    def _move_back(self, place):
        """Put an element that was moved into another where it was."""
        was, went, is_in = (view.parents[place] for view in (self._old, self._new, self._now))
        if was == went or is_in == was:
            return
        if is_in == went and was in self._now.elements:
            self._cib.move(self._now.elements[place], self._now.elements[was])
            self._now.parents[place] = was
        else:
            self._overtake(place)

    def _put_in_order(self, place):
        """Give what is in an element the order back that was changed, if nobody else has changed it since."""
        old, new, now = (view.inside(place) for view in (self._old, self._new, self._now))
        wanted = [each for each in old if each in now]
        committed = [each for each in new if each in wanted]
        present = [each for each in now if each in wanted]
        if present == wanted or [each for each in present if each in committed] != committed:
            return
        self._cib.arrange([self._now.elements[each] for each in wanted])

    def _take_away(self, place):
        """Remove an element that was made, unless somebody else has changed it or refers to it."""
        element = self._now.elements[place]
        is_own = place.parent is None and place.name
        others = (
            [each for each in references.referring(self._cib, place.name) if self._is_of_others(each)] if is_own else []
        )
        if len(element) or element.attrib != self._new.elements[place].attrib or others:
            self._overtake(place)
        else:
            self._cib.remove(element)

    def _is_of_others(self, element):
        """Whether an element is neither as it was before this change nor as the change left it."""
        views = (view.elements.items() for view in (self._old, self._new))
        ours = (each for found in views for place, each in found if self._now.elements.get(place) is element)
        return all(each.attrib != element.attrib for each in ours)
