# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets of name-value pairs: parameters, meta attributes, utilization, properties, defaults."""

from __future__ import annotations

from .. import values


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
        return _pairs(sets[0])
    return [_whole(each) for each in sets] or {}


def write(cib, owner, tag, wanted, same=values.same, exact=False, kept=(), set_id=None, index=None):
    """Make the first set of `owner` hold `wanted`; further sets and rules are left as they are.

    :param wanted: name -> value; None removes the name, '' is a value.
    :param same: (text, text) -> whether they mean the same; such a pair is left as it is written.
    :param exact: remove the names that are not wanted, but for those in `kept`.
    :param set_id: the id of a new set, if it is not the one pcs derives from its owner.
    :param index: where a new set goes among the owner's children; None for the end.
    """
    found = owner.find(tag)
    present = {} if found is None else {pair.get("name"): pair for pair in found.findall("nvpair")}
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
            if not same(pair.get("value", ""), values.text(value)):
                cib.set(pair, "value", values.text(value))
        else:
            if found is None:
                found = cib.add(owner, tag, {"id": cib.fresh_id(set_id or f"{owner.get('id')}-{tag}")}, index)
            pair_id = cib.fresh_id(f"{found.get('id')}-{name}")
            cib.add(found, "nvpair", {"id": pair_id, "name": name, "value": values.text(value)})


def _pairs(element):
    return {pair.get("name"): pair.get("value", "") for pair in element.findall("nvpair")}


def _whole(element):
    whole = {"id": element.get("id"), "score": element.get("score"), "values": _pairs(element)}
    rule = element.find("rule")
    whole["rule"] = rule.get("id") if rule is not None else None
    return {key: value for key, value in whole.items() if value is not None}
