# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets of name-value pairs: parameters, node attributes, meta attributes, utilization, properties, defaults.

A specification is a mapping (the usual single set) or a list of {id, score, rule, values} (all sets). A rule is a text
in the syntax of rule_text.py.
"""

from __future__ import annotations

import re
from functools import partial

from ..base import secrets, values
from ..base.errors import BadInput, check_all

# Set by operators at run time; left alone unless given
RUNTIME_META = frozenset(("target-role", "is-managed", "maintenance"))
# Elements in which pcs shortens names in the ids of pairs, to this number of characters (pcs: lib/cib/nvpair_multi.py)
_SHORTENED_IN = ("crm_config", "rsc_defaults", "op_defaults")
_SHORTENED_TO = 20
# The key of the sets in a specification: by their parent element, by both elements, or by their own element
_KEY_OF = {
    "rsc_defaults": "resource_defaults",
    "op_defaults": "operation_defaults",
    ("node", "instance_attributes"): "attributes",
    "instance_attributes": "params",
    "meta_attributes": "meta",
    ("alert", "instance_attributes"): "options",
    ("recipient", "instance_attributes"): "options",
}


def key_of(owner, tag):
    """The key of an element's sets in its specification."""
    return _KEY_OF.get(owner.tag) or _KEY_OF.get((owner.tag, tag)) or _KEY_OF.get(tag, tag)


def exactly(one, other):
    """Compare parameters as text: they belong to their agent, to which 1 and true may be different."""
    return one == other


def check(key, wanted):
    """Refuse invalid sets.

    :param key: the key of the sets in a specification, for messages.
    :param wanted: a mapping, a list of {id, score, rule, values}, or None.
    :raises BadInput: with sentences that name the field.
    """
    check_all(partial(_check_pairs, *each) for each in _sets(key, wanted))


def _check_pairs(where, wanted):
    if "" in wanted or None in wanted:
        raise BadInput(f"{where}: names must not be empty")
    try:
        texts(wanted)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None


def check_whole_numbers(key, wanted):
    """Refuse values that are not whole numbers, as utilization requires.

    :raises BadInput: with a message that names the pair.
    """
    for where, each in _sets(key, wanted):
        for name, value in each.items():
            if value is not None and (isinstance(value, bool) or not re.fullmatch(r"-?\d+", values.text(value))):
                raise BadInput(f"{where}: {name} must be a whole number, not {value!r}")


def _sets(key, wanted):
    """(where, pairs) of each set of a specification. Also refuses invalid keys in a list of sets."""
    if not isinstance(wanted, list):
        return [(key, wanted or {})]
    from .attribute_sets import check_one

    check_all(partial(check_one, f"{key}[{number}]", each) for number, each in enumerate(wanted))
    seen = {}
    for number, each in enumerate(wanted):
        where = f"{key}[{number}]"
        for name in ("id", "id-ref"):
            if each.get(name) is not None and seen.setdefault((name, each[name]), where) != where:
                raise BadInput(f"{where}.{name}: {each[name]!r} is already given in {seen[name, each[name]]}")
    return [(f"{key}[{number}].values", each.get("values", {})) for number, each in enumerate(wanted)]


def read(owner, tag):
    """The pairs of the usual single set as a mapping; {} if there is no set.

    Several sets, or a set that has more than pairs, are returned as a list of {id, id-ref, score, rule, values}; a rule
    that cannot be written as text is returned as its id.
    """
    sets = owner.findall(tag)
    if len(sets) == 1 and _is_plain(sets[0]):
        return pairs(sets[0])
    return [_read_set(each) for each in sets] or {}


def all_pairs(owner, tag, always=False):
    """name -> value in all the sets of `owner`; for a name in several sets, the value that takes precedence.

    :param always: only sets that apply at any time and on any node, which are those without a rule.
    """
    sets = [each for each in _by_precedence(owner, tag) if not always or each.find("rule") is None]
    return {name: value for each in sets for name, value in pairs(each).items()}


def _by_precedence(owner, tag):
    """The sets of `owner` by rising precedence: by score, then in document order (seen in Pacemaker 2.0 to 3.0)."""
    return sorted(owner.findall(tag), key=lambda each: values.score(each.get("score", "")) or 0)


def pairs(element):
    """name -> value of one set, without pairs that only refer to another pair (id-ref): they have no name."""
    return {pair.get("name"): pair.get("value", "") for pair in element.findall("nvpair") if pair.get("name")}


def given(wanted):
    """name -> value of all sets of a specification, without names given as None, which are to be removed."""
    return {name: value for _where, each in _sets("", wanted) for name, value in each.items() if value is not None}


def names(key, wanted):
    """All names in a specification, including those to be removed; an empty set if it is not a list or mapping."""
    return {name for _where, each in _sets(key, wanted) for name in each} if isinstance(wanted, (dict, list)) else set()


def texts(wanted):
    """name -> value as text for the CIB; None is kept.

    :raises BadInput: with a message that names the pair whose value is not a scalar.
    """
    found = {}
    for name, value in wanted.items():
        try:
            found[name] = None if value is None else values.text(value)
        except BadInput as error:
            raise BadInput(f"{name}: {error}") from None
    return found


def write(cib, owner, tag, wanted, same=values.same, exact=False, kept=(), set_id=None, index=None, arrange=sorted):
    """Write `wanted` into the sets of `owner`.

    :param wanted: a mapping for one set, name -> value, where None removes the name and '' is a value; further sets and
        sets with rules are left alone. Or a list of {id, score, rule, values}: all sets that are to exist.
    :param same: (text, text) -> whether they mean the same; such a pair is not rewritten.
    :param exact: remove the names that are not in `wanted`, except those in `kept`.
    :param set_id: the id of the set, if it is neither the first one nor named after its owner.
    :param arrange: how to order new pairs: pcs sorts some of them (sorted) and keeps the given order of others (list).
    :param index: the position of a new set among the owner's children; None for the end.
    :raises BadInput: with a message that names the pair whose value is not a scalar, or the rule that is not allowed.
    """
    if isinstance(wanted, list):
        from .attribute_sets import write_all

        write_all(cib, owner, tag, wanted, same, exact, kept)
        return
    found = chosen(owner, tag, set_id)
    wanted = texts(wanted)
    if found is None:
        wanted = {name: value for name, value in wanted.items() if value is not None}
        if not wanted:
            return
        found = cib.add(owner, tag, {"id": cib.fresh_id(set_id or usual_id(owner, tag))}, index)
    write_pairs(cib, found, wanted, same, exact, kept, arrange)


def chosen(owner, tag, set_id=None):
    """The set that a mapping describes: the one with this id, or if none is given the first without a rule; or None."""
    sets = (each for each in owner.findall(tag) if each.get("id-ref") is None and each.find("rule") is None)
    return next((each for each in sets if set_id in (None, each.get("id"))), None)


def usual_id(owner, tag):
    """The id that pcs gives to the first set of an element; defaults have no id, and the id of a node is a number."""
    if owner.tag == "node":  # pcs: lib/cib/node.py, and node.py for utilization
        return f"nodes-{owner.get('id')}" + ("" if tag == "instance_attributes" else f"-{tag}")
    return f"{owner.get('id') or owner.tag}-{tag}"


def write_pairs(cib, element, wanted, same, exact, kept, arrange):
    """Write the pairs of one set."""
    present = {pair.get("name"): pair for pair in element.findall("nvpair") if pair.get("name")}
    longest = _SHORTENED_TO if cib.parent(element).tag in _SHORTENED_IN else None
    if exact:
        surplus = (name for name in present if name not in kept)
        wanted = dict({name: None for name in surplus}, **wanted)
    for name, value in arrange(wanted.items()):
        pair = present.get(name)
        if value == secrets.PLACEHOLDER:
            if pair is None:
                raise BadInput(
                    f"{key_of(cib.parent(element), element.tag)}.{name}: {value} refers to the stored value,"
                    " but none is stored; give the actual value"
                )
        elif value is None:
            if pair is not None:
                # An empty set is kept, as pcs does: ACLs may allow writing pairs but not sets
                cib.remove(pair)
        elif pair is not None:
            if not same(pair.get("value", ""), value):
                cib.set(pair, "value", value)
        else:
            pair_id = cib.fresh_id(f"{element.get('id')}-{name[:longest]}")
            cib.add(element, "nvpair", {"id": pair_id, "name": name, "value": value})


def _is_plain(element):
    return element.get("score") is None and element.get("id-ref") is None and element.find("rule") is None


def _read_set(element):
    whole = {name: element.get(name) for name in ("id", "id-ref", "score")}
    whole.update(values=pairs(element), rule=_rule_text(element.find("rule")))
    return {key: value for key, value in whole.items() if value is not None}


def _rule_text(rule):
    """The text of a <rule>; its id if it cannot be written as text."""
    if rule is None:
        return None
    from . import rules

    return rules.read(rule) or rule.get("id") or rule.get("id-ref")


def hand_down(cib, wrapper, member):
    """Copy settings that an operator made on a group or clone, such as stopped, to a resource that leaves it."""
    own, inherited = (_operator_settings(each) for each in (member, wrapper))
    write(cib, member, "meta_attributes", {name: value for name, value in inherited.items() if name not in own})


def _operator_settings(owner):
    """The settings that an operator made on a resource, without those that depend on a rule."""
    lasting = all_pairs(owner, "meta_attributes", always=True)
    return {name: value for name, value in lasting.items() if name in RUNTIME_META}


def runtime_pairs(owner, name, tag="meta_attributes"):
    """The <nvpair> elements with this name in sets without a rule, that with the highest precedence first."""
    sets = [each for each in _by_precedence(owner, tag) if each.find("rule") is None]
    return [pair for each in reversed(sets) for pair in each.findall("nvpair") if pair.get("name") == name]
