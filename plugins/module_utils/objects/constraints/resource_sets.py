# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resource sets: the resources of a constraint that applies to several of them.

A specification is a list of {resources: [...], action, role, sequential, require_all, ordering, score, kind}.
"""

from __future__ import annotations

from functools import partial

from ...base import values
from ...base.errors import BadInput, check_all, instead
from .. import references
from . import fields

TAG = "resource_set"
_REFERENCE = "resource_ref"
# key -> (attribute, field) (schema constraints-4.0; the same since 2.6)
_FIELDS = {
    "action": ("action", fields.ACTION),
    "role": ("role", fields.ROLE),
    "sequential": ("sequential", fields.FLAG),
    "require_all": ("require-all", fields.FLAG),
    "ordering": ("ordering", fields.Choice("group", "listed")),
    "score": ("score", fields.SCORE),
    "kind": ("kind", fields.KIND),
}
_KEYS = ("resources", *_FIELDS)


def check(wanted):
    """Refuse invalid sets.

    :raises BadInput: with sentences that name the set and its key.
    """
    if not wanted:
        raise BadInput("sets: must not be empty; use state: absent to remove the constraint")
    check_all(partial(_check_set, f"sets[{number}]", each) for number, each in enumerate(wanted))


def _check_set(where, wanted_set):
    if not isinstance(wanted_set, dict):
        raise BadInput(
            f"{where}: must be a mapping such as {{resources: [a, b], sequential: false}}, not {wanted_set!r}"
        )
    for key in wanted_set:
        if key not in _KEYS:
            raise BadInput(f"{where}: unknown key {key!r}{instead(key, _KEYS)}")
    resources = wanted_set.get("resources")
    if not isinstance(resources, list) or not resources or not all(isinstance(one, str) for one in resources):
        raise BadInput(f"{where}.resources: must be a list of at least one id")
    for one in resources:
        if resources.count(one) > 1:
            raise BadInput(f"{where}.resources: {one!r} is given twice")
    if wanted_set.get("score") is not None and wanted_set.get("kind") is not None:
        raise BadInput(f"{where}.kind: cannot be combined with score")
    _check_types(where, wanted_set)
    fields.check(_FIELDS, wanted_set, f"{where}.")


def _check_types(where, wanted_set):
    for key, (_attribute, field) in _FIELDS.items():
        if wanted_set.get(key) is not None and not isinstance(wanted_set[key], field.given):
            raise BadInput(f"{where}.{key}: must be a string, a number or a boolean, not {wanted_set[key]!r}")


def members(wanted):
    """The resource ids of each set: a tuple of tuples, for comparison."""
    return tuple(tuple(each["resources"]) for each in wanted)


def members_of(element):
    """Like members(), but of an existing constraint; () if it has no sets."""
    return tuple(tuple(references.members(each, _REFERENCE)) for each in element.iterfind(TAG))


def about(wanted, key, default):
    """The members and the value of a key (in lower case) of each set, which identify the sets."""
    options = (str(each.get(key) or default).lower() for each in wanted)
    return tuple(zip(members(wanted), (values.role(each) or each for each in options)))


def part_of_id(wanted):
    """The part of a new constraint's id that pcs makes from the first and last characters of the first three ids."""
    ids = [one for each in wanted for one in each["resources"]]
    return "".join(each[0] + each[-1] for each in ids[:3])


def is_known(element):
    """Whether a specification can express a <resource_set> completely."""
    return set(element.keys()) <= {"id", *(attribute for attribute, _field in _FIELDS.values())}


def read(element):
    """The sets of a constraint; [] if it has none."""
    return [
        {"resources": list(ids), **fields.read(_FIELDS, each)}
        for each, ids in zip(element.iterfind(TAG), members_of(element))
    ]


def write(cib, element, wanted, exact):
    """Make a constraint have these sets, in this order; existing sets are edited in place.

    :param exact: whether attributes that a set does not give are removed.
    """
    existing = element.findall(TAG)
    for surplus in existing[len(wanted) :]:
        cib.remove(surplus)
    for number, each in enumerate(wanted):
        texts = fields.texts(_FIELDS, cib, each)
        if number < len(existing):
            found = existing[number]
            if exact:
                texts = {**{attribute: None for attribute, _field in _FIELDS.values()}, **texts}
        else:
            found = cib.add(element, TAG, {"id": cib.fresh_id(f"{element.get('id')}_set")}, number)
        fields.write(_FIELDS, cib, found, texts)
        references.write_members(cib, found, _REFERENCE, each["resources"])
