# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules in the CIB: write a text in the syntax of rule_text.py as a <rule>; read and compare a <rule>."""

from __future__ import annotations

from ..base.cib import RULES_ABOUT_RESOURCES, SMALL_PARTS_OF_DATES, children
from ..base.errors import BadInput
from .rule_text import CALLED, DATE, DATE_SPEC, DURATION, NODE, OPERATION, RESOURCE, TAG, Node, parse, text_of, with_t
from .rule_text import meaning_of as _meaning

# Date fields that older schemas do not have
_NEW_DATE_FIELDS = {"duration": ("days", "minutes", "seconds"), "date_spec": ("yeardays", "minutes", "seconds")}
# What a text can express: tag -> (attributes, children)
_KNOWN = {
    TAG: ({"boolean-op"}, {TAG, NODE, DATE, RESOURCE, OPERATION}),
    NODE: ({"attribute", "operation", "type", "value"}, set()),
    DATE: ({"operation", "start", "end"}, {"date_spec", "duration"}),
    "date_spec": (set(DATE_SPEC), set()),
    "duration": (set(DURATION), set()),
    RESOURCE: ({"class", "provider", "type"}, set()),
    OPERATION: ({"name", "interval"}, set()),
}
# Attributes of a rule that are not part of its text; the scores of nested rules have no meaning
_NOT_IN_TEXT = frozenset(("id", "score", "score-attribute", "role"))


def check(key, text, *allowed):
    """Refuse what parse() refuses, with a message that begins with the key of the text in the specification."""
    try:
        parse(text, *allowed)
    except BadInput as error:
        raise BadInput(f"{key}: {error}") from None


def write(cib, owner, text, score=None, beside=None):
    """Add a <rule> to `owner`, after its resource sets and before everything else.

    :param score: its score; None for the score that the schema requires where scores of rules have no meaning.
    :param beside: further attributes: id, role, score-attribute.
    :returns: the new element.
    """
    node = parse(text)
    if score is None and cib.rules_need_scores and "score-attribute" not in (beside or {}):
        score = "INFINITY"
    attributes = {"id": cib.fresh_id(f"{owner.get('id')}-rule"), **node.attributes, **(beside or {})}
    if score is not None:
        attributes["score"] = score
    element = cib.add(owner, TAG, attributes, len(owner.findall("resource_set")))
    _write_parts(cib, element, node)
    return element


def rewrite(cib, element, text):
    """Replace the content of a <rule>; it keeps its id, score and role."""
    node = parse(text)
    for child in list(element):
        cib.remove(child)
    cib.set(element, "boolean-op", node.attributes["boolean-op"])
    _write_parts(cib, element, node)


def read(element):
    """The text of a <rule>; None if a text cannot express all of it."""
    node = _node(element)
    try:
        text = node and text_of(node)
        return text if text and _meaning(parse(text)) == _meaning(node) else None
    except (BadInput, KeyError):
        return None


def same(cib, element, text):
    """Whether a <rule> and a text mean the same, regardless of nesting and order."""
    return meaning_of(cib, element) == meaning(cib, text)


def meaning(cib, text):
    """The meaning of a text, for comparison: equal for equivalent rules."""
    return _meaning(parse(text), cib.rule_type)


def meaning_of(cib, element):
    """Like meaning(), but of a <rule>; None if a text cannot express all of it."""
    node = _node(element)
    return None if node is None else _meaning(node, cib.rule_type)


def _suffix(node):
    """The suffix that pcs adds to the id of the parent element for the id of a part."""
    if node.tag in (NODE, DATE):
        return "expr"
    if node.tag == OPERATION:
        return f"op-{node.attributes['name']}"
    if node.tag == RESOURCE:
        return "-".join(["rsc", *node.attributes.values()])
    return node.tag.replace("_", "")


def _check_schema(cib, part):
    """Refuse what the schema of a document does not support yet (rule-2.9.rng to rule-3.9.rng)."""
    if part.tag in (RESOURCE, OPERATION):
        cib.check_schema(RULES_ABOUT_RESOURCES, f"rule: {CALLED[part.tag]}")
    for name in part.attributes:
        if name in _NEW_DATE_FIELDS.get(part.tag, ()):
            cib.check_schema(SMALL_PARTS_OF_DATES, f"rule: {name} of a {part.tag.replace('_', '-')}")


def _write_parts(cib, element, node):
    for part in node.children:
        _check_schema(cib, part)
        attributes = {"id": cib.fresh_id(f"{element.get('id')}-{_suffix(part)}"), **part.attributes}
        if "type" in attributes and part.tag == NODE:
            attributes["type"] = cib.rule_type(attributes["type"])
        if part.tag == TAG and cib.rules_need_scores:
            attributes["score"] = "0"
        _write_parts(cib, cib.add(element, part.tag, attributes), part)


def _node(element):
    """The Node of an element; None if a text cannot express all of it."""
    attributes, tags = _KNOWN[element.tag]
    beside = _NOT_IN_TEXT if element.tag == TAG else frozenset(("id",))
    given = {name: value for name, value in element.items() if name not in beside}
    if given.get("value-source") == "literal":
        del given["value-source"]
    parts = children(element)
    if set(given) - attributes or any(each.tag not in tags for each in parts):
        return None
    if element.tag == TAG:
        given.setdefault("boolean-op", "and")
    if element.tag == DATE:
        given.update((name, with_t(given[name])) for name in {"start", "end"} & set(given))
    nodes = [_node(each) for each in parts]
    return None if None in nodes else Node(element.tag, given, nodes)
