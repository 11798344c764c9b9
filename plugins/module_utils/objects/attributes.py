# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets of name-value pairs: parameters, attributes of nodes, meta attributes, utilization, properties, defaults.

Specified as a mapping, which is the usual single set, or as a list of {id, score, rule, values}, which is all of them. A rule is
a text, as rules.py reads it.
"""

from __future__ import annotations

import re
from functools import partial

from ..base import secrets, values
from ..base.errors import BadInput, check_all

# What an operator sets at run time; left alone unless it is given
RUNTIME_META = frozenset(("target-role", "is-managed", "maintenance"))
# Where pcs shortens the names of pairs in their ids, to this length (pcs: lib/cib/nvpair_multi.py)
_SHORTENING = ("crm_config", "rsc_defaults", "op_defaults")
_LONGEST = 20
# How the sets are called in a specification: by the element around them, by both, or by their own
_CALLED = {
    "rsc_defaults": "resource_defaults",
    "op_defaults": "operation_defaults",
    ("node", "instance_attributes"): "attributes",
    "instance_attributes": "params",
    "meta_attributes": "meta",
    ("alert", "instance_attributes"): "options",
    ("recipient", "instance_attributes"): "options",
}


def called(owner, tag):
    """What the sets of an element are called in its specification."""
    return _CALLED.get(owner.tag) or _CALLED.get((owner.tag, tag)) or _CALLED.get(tag, tag)


def exactly(one, other):
    """How parameters are compared: they belong to their agent, which may tell 1 from true."""
    return one == other


def check(key, wanted):
    """Refuse sets that are wrong by themselves.

    :param key: what the sets are called in a specification, for messages.
    :param wanted: a mapping, a list of {id, score, rule, values}, or None.
    :raises BadInput: with one sentence that names the field.
    """
    check_all(partial(_check_pairs, *each) for each in _sets(key, wanted))


def _check_pairs(where, wanted):
    if "" in wanted or None in wanted:
        raise BadInput(f"{where}: a name is empty")
    try:
        texts(wanted)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None


def check_whole_numbers(key, wanted):
    """Refuse values that are no whole numbers, which those of utilization are.

    :raises BadInput: naming the pair.
    """
    for where, each in _sets(key, wanted):
        for name, value in each.items():
            if value is not None and (isinstance(value, bool) or not re.fullmatch(r"-?\d+", values.text(value))):
                raise BadInput(f"{where}: {name} must be a whole number, not {value!r}")


def _sets(key, wanted):
    """(where, pairs) of each set of a specification; the keys of a listed set are looked at on the way."""
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
    """The pairs of the usual single set as a mapping; {} without a set.

    Where there are several sets, or one with more than pairs, a list of all: {id, id-ref, score, rule, values}; a rule
    that no text says is shown as its id.
    """
    sets = owner.findall(tag)
    if len(sets) == 1 and _is_plain(sets[0]):
        return pairs(sets[0])
    return [_whole(each) for each in sets] or {}


def all_pairs(owner, tag, always=False):
    """name -> value in all the sets of `owner`; of a name that is in several, the one that counts.

    :param always: only what holds whatever the time and the node.
    """
    sets = [each for each in _by_precedence(owner, tag) if not always or each.find("rule") is None]
    return {name: value for each in sets for name, value in pairs(each).items()}


def _by_precedence(owner, tag):
    """The sets of `owner`, that which counts last: the highest score, and of those the last (seen in Pacemaker 2.0 to 3.0)."""
    return sorted(owner.findall(tag), key=lambda each: values.score(each.get("score", "")) or 0)


def pairs(element):
    """name -> value of one set; a pair that only refers to another (id-ref) has no name and is not among them."""
    return {pair.get("name"): pair.get("value", "") for pair in element.findall("nvpair") if pair.get("name")}


def given(wanted):
    """name -> value of all the sets of a specification; what is given as None, to be removed, is not among them."""
    return {name: value for _where, each in _sets("", wanted) for name, value in each.items() if value is not None}


def names(key, wanted):
    """All the names in a specification, those to be removed, too; none where it is no specification."""
    return {name for _where, each in _sets(key, wanted) for name in each} if isinstance(wanted, (dict, list)) else set()


def texts(wanted):
    """name -> value as the CIB holds it, None left as it is.

    :raises BadInput: naming the pair whose value is no scalar.
    """
    found = {}
    for name, value in wanted.items():
        try:
            found[name] = None if value is None else values.text(value)
        except BadInput as error:
            raise BadInput(f"{name}: {error}") from None
    return found


def write(cib, owner, tag, wanted, same=values.same, exact=False, kept=(), set_id=None, index=None, arrange=sorted):
    """Make the sets of `owner` hold `wanted`.

    :param wanted: a mapping for one set, name -> value, where None removes the name and '' is a value; further sets and
        those with rules are left as they are. Or a list of {id, score, rule, values}: all the sets there shall be.
    :param same: (text, text) -> whether they mean the same; such a pair is left as it is written.
    :param exact: remove the names that are not wanted, but for those in `kept`.
    :param set_id: the id of the set, where it is not simply the first one and a new one is not named after its owner.
    :param arrange: how new pairs are ordered: pcs sorts some and keeps others as they are given (list).
    :param index: where a new set goes among the owner's children; None for the end.
    :raises BadInput: naming the pair whose value is no scalar, or the rule that makes no sense there.
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
    """The set that a mapping is about: the one with this id, or if none is given the first that always holds, or None."""
    sets = (each for each in owner.findall(tag) if each.get("id-ref") is None and each.find("rule") is None)
    return next((each for each in sets if set_id in (None, each.get("id"))), None)


def usual_id(owner, tag):
    """How pcs calls the first set of an element: the defaults have no id, and the id of a node is a number."""
    if owner.tag == "node":  # pcs: lib/cib/node.py, and node.py for utilization
        return f"nodes-{owner.get('id')}" + ("" if tag == "instance_attributes" else f"-{tag}")
    return f"{owner.get('id') or owner.tag}-{tag}"


def write_pairs(cib, element, wanted, same, exact, kept, arrange):
    """The texts of one set."""
    present = {pair.get("name"): pair for pair in element.findall("nvpair") if pair.get("name")}
    longest = _LONGEST if cib.parent(element).tag in _SHORTENING else None
    if exact:
        surplus = (name for name in present if name not in kept)
        wanted = dict({name: None for name in surplus}, **wanted)
    for name, value in arrange(wanted.items()):
        pair = present.get(name)
        if value == secrets.PLACEHOLDER:
            if pair is None:
                raise BadInput(
                    f"{called(cib.parent(element), element.tag)}.{name}: {value} stands for what is stored, and nothing is; give the"
                    " value itself"
                )
        elif value is None:
            if pair is not None:
                # The emptied set stays: ACLs may allow writing pairs but not sets (as pcs does)
                cib.remove(pair)
        elif pair is not None:
            if not same(pair.get("value", ""), value):
                cib.set(pair, "value", value)
        else:
            pair_id = cib.fresh_id(f"{element.get('id')}-{name[:longest]}")
            cib.add(element, "nvpair", {"id": pair_id, "name": name, "value": value})


def _is_plain(element):
    return element.get("score") is None and element.get("id-ref") is None and element.find("rule") is None


def _whole(element):
    whole = {name: element.get(name) for name in ("id", "id-ref", "score")}
    whole.update(values=pairs(element), rule=_rule_text(element.find("rule")))
    return {key: value for key, value in whole.items() if value is not None}


def _rule_text(rule):
    """The text of a <rule>; its id where no text says it."""
    if rule is None:
        return None
    from . import rules

    return rules.read(rule) or rule.get("id") or rule.get("id-ref")


def hand_down(cib, wrapper, member):
    """Let a resource that leaves a group or clone stay what an operator made of that: stopped, say."""
    own, inherited = (_runtime(each) for each in (member, wrapper))
    write(cib, member, "meta_attributes", {name: value for name, value in inherited.items() if name not in own})


def _runtime(owner):
    """What an operator set of a resource, whatever the time and the node."""
    lasting = all_pairs(owner, "meta_attributes", always=True)
    return {name: value for name, value in lasting.items() if name in RUNTIME_META}


def runtime_pairs(owner, name, tag="meta_attributes"):
    """The <nvpair> elements of what an operator set, that which counts first; not those that depend on a rule."""
    sets = [each for each in _by_precedence(owner, tag) if each.find("rule") is None]
    return [pair for each in reversed(sets) for pair in each.findall("nvpair") if pair.get("name") == name]
