# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of mappings in a specification, each of which is an element of its own: recipients of an alert, permissions of a role."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all


@contextmanager
def at(where):
    """Let what is wrong begin with the place of the item.

    :raises BadInput: with that place.
    """
    try:
        yield
    except BadInput as error:
        raise BadInput(*(f"{where}.{sentence}" for sentence in error.sentences)) from None


def check(key, wanted, check_item):
    """Refuse a list that holds something else than mappings, wrong ids, or an id twice.

    :param key: what the list is called in a specification.
    :param check_item: refuses an item that is wrong by itself.
    :raises BadInput: naming the item.
    """
    check_all(partial(_check_item, f"{key}[{number}]", item, check_item) for number, item in enumerate(wanted or ()))
    seen = {}
    for number, item in enumerate(wanted or ()):
        where = f"{key}[{number}]"
        if item.get("id") is not None and seen.setdefault(item["id"], where) != where:
            raise BadInput(f"{where}.id: {item['id']!r} is already given in {seen[item['id']]}")


def _check_item(where, item, check_item):
    if not isinstance(item, dict):
        raise BadInput(f"{where}: must be a mapping, not {values.called(item)}")
    with at(where):
        check_item(item)
        if item.get("id") is not None and not values.is_id(item["id"]):
            raise BadInput(f"id: {item['id']!r} is no valid id")


def write(cib, parent, tag, key, wanted, same, usual_id, exact):
    """Make `parent` have an element for each item; what the items say is left to the caller.

    :param tag: of the elements.
    :param same: (element, item) -> whether an element is what an item without an id is about.
    :param usual_id: item -> how pcs calls a new one.
    :param exact: whether the elements that no item is about go.
    :returns: the element of each item, in their order.
    :raises BadInput: for a new one whose id belongs to something else.
    """
    existing = parent.findall(tag)
    matches = _matching(existing, wanted, same)
    for element in existing if exact else ():
        if element not in matches:
            cib.remove(element)
    found = []
    for number, (item, element) in enumerate(zip(wanted, matches)):
        if element is None and item.get("id") and cib.find(item["id"]) is not None:
            owner = cib.find(item["id"]).tag
            raise BadInput(f"{key}[{number}].id: {item['id']!r} is already the id of a {owner}")
        if element is None:
            element = cib.add(parent, tag, {"id": item.get("id") or cib.fresh_id(usual_id(item))})
        found.append(element)
    return found


def _matching(existing, wanted, same):
    """For each item the element that it is about, or None; an element is of one item only."""
    by_id = {each.get("id"): each for each in existing}
    matches = [by_id.get(item.get("id")) for item in wanted]
    free = [each for each in existing if each not in matches]
    for number, item in enumerate(wanted):
        if item.get("id") is None:
            matches[number] = next((each for each in free if same(each, item)), None)
            free = [each for each in free if each is not matches[number]]
    return matches
