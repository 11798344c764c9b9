# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets of name-value pairs: parameters, meta attributes, utilization, properties, defaults."""

from __future__ import annotations

from .. import values
from ..errors import BadInput

# What an operator sets at run time; left alone unless it is given
RUNTIME_META = frozenset(("target-role", "is-managed", "maintenance"))


def exactly(one, other):
    """How parameters are compared: they belong to their agent, which may tell 1 from true."""
    return one == other


def read(owner, tag):
    """The pairs of the usual single set as a mapping; {} without a set.

    Where there are several sets, or one with a rule or a score, a list of all: {id, score, rule, values}; a rule is
    shown as its id.
    """
    sets = owner.findall(tag)
    if len(sets) == 1 and sets[0].get("score") is None and sets[0].find("rule") is None:
        return pairs(sets[0])
    return [_whole(each) for each in sets] or {}


def names(owner, tag):
    """The names in all the sets of `owner`."""
    return {name for each in owner.findall(tag) for name in pairs(each)}


def pairs(element):
    """name -> value of one set; a pair that only refers to another (id-ref) has no name and is not among them."""
    return {pair.get("name"): pair.get("value", "") for pair in element.findall("nvpair") if pair.get("name")}


def write(cib, owner, tag, wanted, same=values.same, exact=False, kept=(), set_id=None, index=None):
    """Make one set of `owner` hold `wanted`; further sets and rules are left as they are.

    :param wanted: name -> value; None removes the name, '' is a value.
    :param same: (text, text) -> whether they mean the same; such a pair is left as it is written.
    :param exact: remove the names that are not wanted, but for those in `kept`.
    :param set_id: the id of the set, where it is not simply the first one and a new one is not named after its owner.
    :param index: where a new set goes among the owner's children; None for the end.
    :raises BadInput: naming the pair whose value is no scalar.
    """
    found = chosen(owner, tag, set_id)
    present = {} if found is None else {pair.get("name"): pair for pair in found.findall("nvpair") if pair.get("name")}
    wanted = {name: None if value is None else _text(name, value) for name, value in wanted.items()}
    if exact:
        surplus = (name for name in present if name not in kept)
        wanted = dict({name: None for name in surplus}, **wanted)
    for name, value in sorted(wanted.items()):
        pair = present.get(name)
        if value is None:
            if pair is not None:
                # The emptied set stays: ACLs may allow writing pairs but not sets (as pcs does)
                cib.remove(pair)
        elif pair is not None:
            if not same(pair.get("value", ""), value):
                cib.set(pair, "value", value)
        else:
            if found is None:
                found = cib.add(owner, tag, {"id": cib.fresh_id(set_id or f"{owner.get('id')}-{tag}")}, index)
            pair_id = cib.fresh_id(f"{found.get('id')}-{name}")
            cib.add(found, "nvpair", {"id": pair_id, "name": name, "value": value})


def chosen(owner, tag, set_id=None):
    """The set that a mapping is about: the one with this id, else the first; None without any."""
    sets = owner.findall(tag)
    return next((each for each in sets if each.get("id") == set_id), sets[0] if sets else None)


def _text(name, value):
    try:
        return values.text(value)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from None


def _whole(element):
    whole = {"id": element.get("id"), "score": element.get("score"), "values": pairs(element)}
    rule = element.find("rule")
    whole["rule"] = rule.get("id") if rule is not None else None
    return {key: value for key, value in whole.items() if value is not None}
