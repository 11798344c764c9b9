# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attribute sets given as a list of all: {id, id-ref, score, rule, values}, instead of the usual single mapping."""

from __future__ import annotations

from ..base import values
from ..base.errors import BadInput, nearest
from . import attributes, rules

_KEYS = ("id", "id-ref", "score", "rule", "values")


def check_one(where, given_set):
    """Refuse an invalid set in a list of sets."""
    if not isinstance(given_set, dict):
        raise BadInput(f"{where}: must be a mapping such as {{id: a-set, values: {{name: value}}}}")
    for name in given_set:
        if name not in _KEYS:
            raise BadInput(f"{where}: unknown key {name!r}{nearest(str(name), _KEYS)}; known: {', '.join(_KEYS)}")
    if not isinstance(given_set.get("values", {}), dict):
        raise BadInput(f"{where}.values: must be a mapping, not {values.called(given_set['values'])}")
    for name in ("id", "id-ref"):
        if given_set.get(name) is not None and not values.is_id(given_set[name]):
            raise BadInput(f"{where}.{name}: {given_set[name]!r} is not a valid id")
    own = [name for name in ("id", "score", "rule", "values") if given_set.get(name)]
    if given_set.get("id-ref") is not None and own:
        raise BadInput(f"{where}: id-ref cannot be combined with {' or '.join(own)}")
    score = given_set.get("score")
    if score is not None and not values.is_score(score):
        raise BadInput(f"{where}.score: {score!r} is not a score; a score is a whole number, INFINITY or -INFINITY")
    # An id refers to an existing rule that cannot be written as text
    if given_set.get("rule") is not None and not values.is_id(given_set["rule"]):
        rules.check(f"{where}.rule", given_set["rule"])


def write_all(cib, owner, tag, wanted, same, exact, kept):
    """Write a list of sets in its order, each found by its id or its position; the other sets are removed."""
    existing = owner.findall(tag)
    matches = _matches(existing, wanted)
    runtime = {}
    for element in existing:
        if not any(element is each for each in matches):
            if element.find("rule") is None:
                runtime.update((name, value) for name, value in attributes.pairs(element).items() if name in kept)
            cib.remove(element)
    key = attributes.key_of(owner, tag)
    places = [f"{key}[{number}]" for number in range(len(wanted))]
    found = [_set_element(cib, owner, tag, *each) for each in zip(places, wanted, matches)]
    cib.arrange(found)  # the last of several sets with the same score has precedence
    for where, each, element in zip(places, wanted, found):
        score = each.get("score")
        if score is not None and not values.same(element.get("score", "0"), values.text(score)):
            cib.set(element, "score", values.text(score))
        elif score is None and ("score" in each or exact):
            cib.set(element, "score", None)
        _write_rule(cib, owner, element, where, each, exact)
        attributes.write_pairs(cib, element, attributes.texts(each.get("values", {})), same, exact, kept, list)
    runtime = {
        name: value for name, value in runtime.items() if not any(name in each.get("values", {}) for each in wanted)
    }
    attributes.write(cib, owner, tag, runtime)


def _matches(existing, wanted):
    """For each listed set the element that it describes, or None; no two sets get the same element."""
    named = [
        next(
            (each for each in existing for key in ("id", "id-ref") if one.get(key) and each.get(key) == one[key]), None
        )
        for one in wanted
    ]
    matches = []
    for number, (one, element) in enumerate(zip(wanted, named)):
        is_unnamed = not one.get("id") and not one.get("id-ref") and number < len(existing)
        if is_unnamed and not any(existing[number] is other for other in named):
            element = existing[number]
        matches.append(element)
    return matches


def _set_element(cib, owner, tag, where, wanted, element):
    """The element of a listed set; it is created if it is missing."""
    if element is None:
        if wanted.get("id") and cib.find(wanted["id"]) is not None:
            raise BadInput(f"{where}.id: {wanted['id']!r} is already the id of a {cib.find(wanted['id']).tag}")
        other = cib.find(wanted["id-ref"]) if wanted.get("id-ref") else None
        if wanted.get("id-ref") and (other is None or other.tag != tag):
            raise BadInput(f"{where}.id-ref: there is no set of this kind with the id {wanted['id-ref']!r}")
        wanted_id = wanted.get("id") or cib.fresh_id(attributes.usual_id(owner, tag))
        element = cib.add(owner, tag, {"id-ref": wanted["id-ref"]} if wanted.get("id-ref") else {"id": wanted_id})
    return element


def _write_rule(cib, owner, element, where, wanted, exact):
    """Write the rule of a listed set: the given text, or no rule."""
    rule, text = element.find("rule"), wanted.get("rule")
    if text is None:
        if rule is not None and ("rule" in wanted or exact):
            cib.remove(rule)
        return
    if rule is not None and text in (rule.get("id"), rule.get("id-ref")):
        return
    key = f"{where}.rule"
    rules.check(key, text)
    if rule is not None and rules.same(cib, rule, text):
        return
    rules.check(key, text, _allowed(owner, element))
    if rule is not None and rule.get("id-ref"):
        cib.remove(rule)
        rule = None
    if rule is None:
        rules.write(cib, element, text)
    else:
        rules.rewrite(cib, rule, text)


def _allowed(owner, element):
    """The kinds of expressions allowed in the rule of a set (pcs 0.11, schema rule-4.0.rng of Pacemaker 3.0)."""
    if owner.tag == "rsc_defaults":
        return rules.RESOURCE, rules.DATE
    if owner.tag == "op_defaults":
        return rules.RESOURCE, rules.OPERATION, rules.NODE, rules.DATE
    # Node attributes are not available yet while Pacemaker reads them (Pacemaker: add_node_attrs)
    is_about_nodes = element.tag == "instance_attributes" and owner.tag != "node"
    return (rules.NODE, rules.DATE) if is_about_nodes else (rules.DATE,)
