# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Location constraints: how strongly a resource prefers a node, or the nodes and times for which a rule is true."""

from __future__ import annotations

import re

from ...base import values
from ...base.cib import children
from ...base.errors import BadInput
from . import fields, resource_sets
from .constraint import Constraint

_RULE = "rule"
# Attributes that are stored in the rule, if there is one, and the ways to give its score
_RULE_FIELDS = {"score": ("score", fields.SCORE), "role": ("role", fields.ROLE)}
_RULE_SCORES = {"score": ("score", fields.SCORE), "score_attribute": ("score-attribute", fields.NAME)}
# Keys that replace node and score, as in pcs: key -> (score of a node given without one, sign of a given score)
_PREFERENCES = {"prefers": ("INFINITY", ""), "avoids": ("-INFINITY", "-")}


class Location(Constraint):
    """Which nodes resources prefer or avoid.

    If there is a rule, the CIB stores score and role in the rule (as `pcs constraint location rule` writes it).
    """

    type = "location"
    tag = "rsc_location"
    naming = {
        "resource": ("rsc", fields.RESOURCE),
        "pattern": ("rsc-pattern", fields.PATTERN),
        "role": ("role", fields.ROLE),
    }
    common = {
        "node": ("node", fields.NAME),
        "score": ("score", fields.SCORE),
        "discovery": ("resource-discovery", fields.Choice("always", "exclusive", "never")),
    }

    def given_keys(self):
        """Also a rule, the node attribute that contains its score, and preferences."""
        more = {"rule": str, "score_attribute": str, "prefers": list, "avoids": list}
        return {**super().given_keys(), **more}

    def check(self, spec):
        """Refuse invalid keys, values and rules."""
        super().check(spec)
        _refuse_both(spec, "resource", "pattern")
        _refuse_both(spec, "score", "score_attribute")
        for one, other in (
            ("node", "rule"),
            ("node", "prefers"),
            ("node", "avoids"),
            ("rule", "prefers"),
            ("rule", "avoids"),
        ):
            _refuse_both(spec, one, other)
        if spec.get("rule") is not None:
            rules = _rules()
            rules.check(_RULE, spec["rule"], (rules.NODE, rules.DATE))
        for key in _PREFERENCES:
            if spec.get(key) is not None:
                self._check_preferences(key, spec)

    def _check_preferences(self, key, spec):
        if not spec[key]:
            raise BadInput(f"{key}: name at least one node")
        for each in ("score", "score_attribute"):
            if spec.get(each) is not None:
                raise BadInput(f"{each}: cannot be combined with {key}; write the score after the node, like node1=100")
        if spec.get("id") and len(spec[key]) + len(spec.get("prefers" if key == "avoids" else "avoids") or []) > 1:
            raise BadInput("id: each node becomes a separate constraint; name only one node, or omit the id")
        nodes = [
            each.partition("=")[0] for other in _PREFERENCES for each in spec.get(other) or [] if isinstance(each, str)
        ]
        for each in spec[key]:
            if isinstance(each, str) and nodes.count(each.partition("=")[0]) > 1:
                raise BadInput(f"{key}: the node {each.partition('=')[0]!r} is given twice")
            if not isinstance(each, str) or not each.partition("=")[0]:
                raise BadInput(f"{key}: must be a node, or a node and a score like node1=100, not {each!r}")
            if fields.SCORE.wrong(_preference(key, each)[1]):
                raise BadInput(f"{key}: the score in {each!r} is not valid; it must be a whole number or INFINITY")

    def check_required(self, flat, spec):
        """Require the resources, and where they are to run."""
        if not any(spec.get(key) for key in ("resource", "pattern", "sets")):
            raise BadInput("resource: is required, unless pattern or sets is given")
        if all(spec.get(key) is None for key in ("node", "rule", *_PREFERENCES)):
            raise BadInput("node: is required, unless rule, prefers or avoids is given")

    def parts(self, spec):
        """One specification per preferred or avoided node."""
        given = [(key, each) for key in _PREFERENCES for each in spec.get(key) or []]
        if not given:
            return [spec]
        rest = {key: value for key, value in spec.items() if key not in _PREFERENCES}
        return [dict(rest, **dict(zip(("node", "score"), _preference(key, each)))) for key, each in given]

    def flat(self, spec, element=None):
        """The values of the constraint itself, without those that are stored in its rule."""
        flat = super().flat(spec, element)
        rule = None if element is None else element.find(_RULE)
        if spec.get("rule") is not None:
            flat.update(node=None, score=None)
        # A resource replaces a pattern, and vice versa
        for one, other in (("resource", "pattern"), ("pattern", "resource")):
            if flat.get(one) is not None:
                flat[other] = None
        if _has_rule(spec, rule):
            flat = {key: value for key, value in flat.items() if key not in ("score", "role") or value is None}
        elif rule is not None:
            # A node replaces the rule; score and role move from the rule to the constraint
            flat = {"score": "INFINITY", **fields.read(_RULE_FIELDS, rule), **flat}
        return flat

    def implied(self, get):
        """By default, the cluster probes resources on all nodes, and the constraint applies to all roles."""
        return {"resource-discovery": "always", "role": "Started"}

    def untouched(self, element):
        """The role of a constraint with a rule is written by write_rest()."""
        return set() if element.find(_RULE) is None else {"role"}

    def default(self, flat):
        """Mandatory."""
        return {"score": "INFINITY"} if flat.get("node") is not None else {}

    def new_id(self, texts):
        """The id that pcs would choose."""
        name = texts.get("rsc") or texts["rsc-pattern"]
        return f"location-{name}-{texts['node']}-{texts['score']}" if texts.get("node") else f"location-{name}"

    def about_spec(self, cib, spec):
        """The resources, the role, and the node or the rule."""
        rule = spec.get("rule")
        return _about(
            {**fields.texts(self.fields, cib, self.flat(spec)), "role": spec.get("role")}.get,
            resource_sets.members(spec.get("sets") or []),
            None if rule is None else _rules().meaning(cib, rule),
        )

    def about_element(self, cib, element):
        """The identity of an element."""
        rule = element.find(_RULE)
        role = {} if rule is None or rule.get("role") is None else {"role": rule.get("role")}
        return _about(
            {**element.attrib, **role}.get,
            resource_sets.members_of(element),
            None if rule is None else _rules().meaning_of(cib, rule),
        )

    def are_known(self, element):
        """Whether a specification can express its children: sets, and at most one rule."""
        found = [each for each in children(element) if each.tag == _RULE]
        others = [each for each in children(element) if each.tag != _RULE]
        return self.are_sets(others) and len(found) <= 1 and all(_rules().read(each) for each in found)

    def read(self, element):
        """The specification, including the values that are stored in the rule."""
        rule = element.find(_RULE)
        if rule is None:
            return super().read(element)
        return {
            **super().read(element),
            "rule": _rules().read(rule),
            **fields.read({**_RULE_FIELDS, **_RULE_SCORES}, rule),
        }

    def check_fits(self, context, spec, element):
        """Refuse resources and nodes that do not exist."""
        super().check_fits(context, spec, element)
        node, text = spec.get("node"), spec.get("rule")
        _check_pattern(context, spec.get("pattern"))
        if node is not None and (element is None or node != element.get("node")):
            context.check_node(node)
        rule = None if element is None else element.find(_RULE)
        if spec.get("score_attribute") is not None and not _has_rule(spec, rule):
            raise BadInput("score_attribute: requires a rule; give a rule, or use score")
        if text is not None and (rule is None or not _rules().same(context.cib, rule, text)):
            _check_nodes(context, text)

    def write_rest(self, context, spec, element, was):
        """Write the rule with its score and role."""
        cib = context.cib
        rule = element.find(_RULE)
        if not _has_rule(spec, rule):
            if rule is not None:
                cib.remove(rule)
        elif rule is None:
            score = values.text(spec["score"]) if spec.get("score") is not None else was.get("score", "INFINITY")
            attribute, role = spec.get("score_attribute"), spec.get("role", was.get("role"))
            cib.set(element, "role", None)
            beside = {"score-attribute": attribute} if attribute else {}
            beside.update({"role": fields.ROLE.text(cib, role)} if role else {})
            _rules().write(cib, element, spec["rule"], None if attribute else score, beside)
        else:
            self._change_rule(context, spec, element, rule)

    def _change_rule(self, context, spec, element, rule):
        cib, text = context.cib, spec.get("rule")
        if text is not None and not _rules().same(cib, rule, text):
            _rules().rewrite(cib, rule, text)
        wanted = {}
        if spec.get("score_attribute") is not None:
            wanted = {"score": None, "score-attribute": spec["score_attribute"]}
        elif spec.get("score") is not None or context.exact:
            wanted = {
                "score": values.text("INFINITY" if spec.get("score") is None else spec["score"]),
                "score-attribute": None,
            }
        if "role" in spec or context.exact:
            role = spec.get("role")
            holder = element if element.get("role") is not None else rule
            fields.write(_RULE_FIELDS, cib, holder, {"role": None if role is None else fields.ROLE.text(cib, role)})
        fields.write(_RULE_SCORES, cib, rule, wanted)


def _rules():
    """The module rules, imported only when needed because most location constraints do without it."""
    from .. import rules

    return rules


def _has_rule(spec, rule):
    """Whether a location is to have a rule; `rule` is its present rule, or None."""
    return spec.get("rule") is not None or (rule is not None and spec.get("node") is None)


def _about(get, sets, rule):
    # Started includes instances in any role, so it is the same as no role (Pacemaker: rsc2node_new)
    role = values.role(get("role") or "")
    return sets, get("rsc"), get("rsc-pattern"), get("node"), None if role == "started" else role, rule


def _preference(key, text):
    """(node, score) of one item of prefers or avoids; as in pcs, avoids negates the score."""
    node, separator, score = text.partition("=")
    default, sign = _PREFERENCES[key]
    if not separator:
        return node, default
    return node, score[1:] if sign and score.startswith("-") else f"{sign}{score}"


def _refuse_both(spec, one, other):
    if spec.get(one) is not None and spec.get(other) is not None:
        raise BadInput(f"{other}: cannot be combined with {one}")


def _check_pattern(context, pattern):
    """Refuse a pattern that Python cannot compile, unless forced: POSIX extended expressions differ slightly."""
    try:
        re.compile(pattern or "")
    except re.error as error:
        context.complain(f"pattern: {pattern!r} does not look like a valid regular expression: {error}")


def _check_nodes(context, text):
    """Refuse unknown nodes in a rule, unless forced: the node may be added later."""
    from ..rule_text import node_names

    for name in node_names(text):
        try:
            context.check_node(name)
        except BadInput as error:
            context.complain(f"rule: {str(error).partition(': ')[2]}")
