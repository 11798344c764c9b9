# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of mappings in a specification, one element each: the recipients of an alert, the permissions of a role."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all


@contextmanager
def at(where):
    """Prefix the sentences of a BadInput with the position of the item.

    :raises BadInput: with that prefix.
    """
    try:
        yield
    except BadInput as error:
        raise BadInput(*(f"{where}.{sentence}" for sentence in error.sentences)) from None


def check(key, wanted, check_item):
    """Refuse a list that contains anything but mappings, an invalid id, or the same id twice.

    :param key: the name of the list in a specification.
    :param check_item: refuses an invalid item.
    :raises BadInput: with sentences that name the item.
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
            raise BadInput(f"id: {item['id']!r} is not a valid id")


def write(cib, parent, tag, key, wanted, same, usual_id, exact):
    """Make `parent` contain one element for each item; the caller writes the content of the items.

    :param tag: the tag of the elements.
    :param same: (element, item) -> whether an item without an id describes this element.
    :param usual_id: item -> the id that pcs gives to a new element.
    :param exact: whether elements that no item describes are removed.
    :returns: the element of each item, in the order of the items.
    :raises BadInput: for a new item whose id belongs to another object.
    """
    existing = parent.findall(tag)
    matches = _matches(existing, wanted, same)
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


def _matches(existing, wanted, same):
    """For each item the element that it describes, or None; no two items get the same element."""
    by_id = {each.get("id"): each for each in existing}
    matches = [by_id.get(item.get("id")) for item in wanted]
    free = [each for each in existing if each not in matches]
    for number, item in enumerate(wanted):
        if item.get("id") is None:
            matches[number] = next((each for each in free if same(each, item)), None)
            free = [each for each in free if each is not matches[number]]
    return matches
