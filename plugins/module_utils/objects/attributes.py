# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets of name-value pairs: parameters, meta attributes, utilization, properties, defaults.

Specified as a mapping, which is the usual single set, or as a list of {id, score, rule, values}, which is all of them.
"""

from __future__ import annotations

from .. import values
from ..errors import BadInput, nearest

# What an operator sets at run time; left alone unless it is given
RUNTIME_META = frozenset(("target-role", "is-managed", "maintenance"))
_SET_KEYS = ("id", "id-ref", "score", "rule", "values")


def exactly(one, other):
    """How parameters are compared: they belong to their agent, which may tell 1 from true."""
    return one == other


def check(key, wanted):
    """Refuse sets that are wrong by themselves.

    :param key: what the sets are called in a specification, for messages.
    :param wanted: a mapping, a list of {id, score, rule, values}, or None.
    :raises BadInput: with one sentence that names the field.
    """
    for where, each in _sets(key, wanted):
        for name, value in each.items():
            try:
                values.text(value)
            except BadInput as error:
                raise BadInput(f"{where}: {name}: {error}") from None


def _sets(key, wanted):
    """(where, pairs) of each set of a specification; the keys of a listed set are looked at on the way."""
    if not isinstance(wanted, list):
        return [(key, wanted or {})]
    found = []
    for number, each in enumerate(wanted):
        where = f"{key}[{number}]"
        if not isinstance(each, dict):
            raise BadInput(f"{where}: must be a mapping such as {{id: a-set, values: {{name: value}}}}, not {each!r}")
        for name in each:
            if name not in _SET_KEYS:
                raise BadInput(
                    f"{where}: unknown key {name!r}{nearest(name, _SET_KEYS)}; known: {', '.join(_SET_KEYS)}"
                )
        if not isinstance(each.get("values", {}), dict):
            raise BadInput(f"{where}.values: must be a mapping, not {each['values']!r}")
        score = each.get("score")
        if score is not None and values.score(values.text(score)) is None:
            raise BadInput(f"{where}.score: {score!r} is no score; it is a whole number, INFINITY or -INFINITY")
        found.append((f"{where}.values", each.get("values", {})))
    return found


def read(owner, tag):
    """The pairs of the usual single set as a mapping; {} without a set.

    Where there are several sets, or one with more than pairs, a list of all: {id, id-ref, score, rule, values}; a rule
    is shown as its id.
    """
    sets = owner.findall(tag)
    if len(sets) == 1 and _is_plain(sets[0]):
        return pairs(sets[0])
    return [_whole(each) for each in sets] or {}


def all_pairs(owner, tag):
    """name -> value in all the sets of `owner`; of a name that is in several, the first."""
    found = {}
    for each in reversed(owner.findall(tag)):
        found.update(pairs(each))
    return found


def pairs(element):
    """name -> value of one set; a pair that only refers to another (id-ref) has no name and is not among them."""
    return {pair.get("name"): pair.get("value", "") for pair in element.findall("nvpair") if pair.get("name")}


def given(wanted):
    """name -> value of all the sets of a specification; what is given as None, to be removed, is not among them."""
    sets = [each.get("values", {}) for each in wanted] if isinstance(wanted, list) else [wanted or {}]
    return {name: value for each in sets for name, value in each.items() if value is not None}


def write(cib, owner, tag, wanted, same=values.same, exact=False, kept=(), set_id=None, index=None, arrange=sorted):
    """Make the sets of `owner` hold `wanted`.

    :param wanted: a mapping for one set, name -> value, where None removes the name and '' is a value; further sets and
        rules are left as they are. Or a list of {id, score, rule, values}: all the sets there shall be.
    :param same: (text, text) -> whether they mean the same; such a pair is left as it is written.
    :param exact: remove the names that are not wanted, but for those in `kept`.
    :param set_id: the id of the set, where it is not simply the first one and a new one is not named after its owner.
    :param arrange: how new pairs are ordered: pcs sorts some and keeps others as they are given (list).
    :param index: where a new set goes among the owner's children; None for the end.
    :raises BadInput: naming the pair whose value is no scalar, or the rule that is not what is there.
    """
    if isinstance(wanted, list):
        _write_list(cib, owner, tag, wanted, same, exact, kept)
        return
    found = chosen(owner, tag, set_id)
    wanted = {name: None if value is None else _text(name, value) for name, value in wanted.items()}
    if found is None:
        wanted = {name: value for name, value in wanted.items() if value is not None}
        if not wanted:
            return
        found = cib.add(owner, tag, {"id": cib.fresh_id(set_id or f"{owner.get('id')}-{tag}")}, index)
    _write_pairs(cib, found, wanted, same, exact, kept, arrange)


def chosen(owner, tag, set_id=None):
    """The set that a mapping is about: the one with this id, else the first of its own; None without any."""
    sets = [each for each in owner.findall(tag) if each.get("id-ref") is None]
    return next((each for each in sets if each.get("id") == set_id), sets[0] if sets else None)


def _write_list(cib, owner, tag, wanted, same, exact, kept):
    """Each listed set by its id, or by its place in the list; the others go."""
    existing = owner.findall(tag)
    matches = [_matching(existing, each, number) for number, each in enumerate(wanted)]
    for element in existing:
        if not any(element is each for each in matches):
            cib.remove(element)
    for number, (each, element) in enumerate(zip(wanted, matches)):
        if element is None:
            wanted_id = each.get("id") or cib.fresh_id(f"{owner.get('id')}-{tag}")
            head = {"id-ref": each["id-ref"]} if each.get("id-ref") else {"id": wanted_id}
            element = cib.add(owner, tag, head)
        if each.get("rule") is not None and each["rule"] != _rule_id(element):
            raise BadInput(
                f"{tag}[{number}].rule: rules cannot be changed here; leave the key out to keep what is there"
            )
        if each.get("score") is not None and not values.same(element.get("score", ""), values.text(each["score"])):
            cib.set(element, "score", values.text(each["score"]))
        texts = {name: None if value is None else _text(name, value) for name, value in each.get("values", {}).items()}
        _write_pairs(cib, element, texts, same, exact, kept, list)


def _matching(existing, wanted, number):
    for key in ("id", "id-ref"):
        if wanted.get(key):
            return next((each for each in existing if each.get(key) == wanted[key]), None)
    return existing[number] if number < len(existing) else None


def _write_pairs(cib, element, wanted, same, exact, kept, arrange):
    """The texts of one set."""
    present = {pair.get("name"): pair for pair in element.findall("nvpair") if pair.get("name")}
    if exact:
        surplus = (name for name in present if name not in kept)
        wanted = dict({name: None for name in surplus}, **wanted)
    for name, value in arrange(wanted.items()):
        pair = present.get(name)
        if value is None:
            if pair is not None:
                # The emptied set stays: ACLs may allow writing pairs but not sets (as pcs does)
                cib.remove(pair)
        elif pair is not None:
            if not same(pair.get("value", ""), value):
                cib.set(pair, "value", value)
        else:
            pair_id = cib.fresh_id(f"{element.get('id')}-{name}")
            cib.add(element, "nvpair", {"id": pair_id, "name": name, "value": value})


def _text(name, value):
    try:
        return values.text(value)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from None


def _is_plain(element):
    return element.get("score") is None and element.get("id-ref") is None and element.find("rule") is None


def _rule_id(element):
    rule = element.find("rule")
    return None if rule is None else rule.get("id") or rule.get("id-ref")


def _whole(element):
    whole = {name: element.get(name) for name in ("id", "id-ref", "score")}
    whole.update(values=pairs(element), rule=_rule_id(element))
    return {key: value for key, value in whole.items() if value is not None}
