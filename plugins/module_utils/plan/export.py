# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Converts a Cib to the configuration document that describes it, and lists what no document can express."""

from __future__ import annotations

import copy
from xml.etree import ElementTree

from ..base import secrets
from ..base.cib import RESOURCES, Cib, children
from ..base.errors import BadInput
from ..objects import rules
from ..objects.context import Options
from ..objects.registry import SECTIONS, kind_of
from ..objects.settings.properties import OF_THE_CLUSTER
from . import changes, planner
from .document import as_document, wanted_document

# Objects that contain others; each is compared on its own
_NESTING = RESOURCES | {"template"}
# Elements without a meaning when they are empty
_SETS = frozenset(("instance_attributes", "meta_attributes", "utilization", "cluster_property_set"))
_NOTHING = _SETS | {"operations", "network", "storage"}
# The score of a set that does not give one
_USUAL_SCORE = "0"
_CONSTRAINTS = frozenset(("rsc_location", "rsc_order", "rsc_colocation", "rsc_ticket"))
# Old and new names of the same: a promotable clone, and the number of promoted instances of a bundle
_CLONES, _NEW_NAMES = ("clone", "master"), {"masters": "promoted-max"}


def whole(cib, with_secrets=False):
    """The document() of a Cib, and what would be lost if a cluster were built from it; the Cib is read only once.

    To find what is lost, the document is applied to an empty Cib, and the result is compared with this one.

    :returns: (document, a list of {section: child of <configuration>, id, xml}); id is left out if the element has none.
    """
    found = document(cib, with_secrets=True)
    return found if with_secrets else _without_secrets(found), _lost(cib, found, with_secrets)


def document(cib, with_secrets=False):
    """The configuration document that describes a Cib.

    :param with_secrets: whether to include secret values; otherwise they are replaced with secrets.PLACEHOLDER.
    :returns: a mapping of sections. Empty sections are left out, and so are objects that would be refused as input.
    """
    objects = sorted(changes.objects(_with_named_sets(cib)).items(), key=lambda item: item[0][0])
    found = _accepted(cib, [pair for (rank, _id), pair in objects if rank < len(SECTIONS)])
    return found if with_secrets else _without_secrets(found)


def _without_secrets(found):
    return secrets.masked(found, mask=secrets.PLACEHOLDER)


def _accepted(cib, objects):
    """The document of those (kind, specification) pairs that are valid input.

    Objects that refer to an invalid one become invalid without it, so this is repeated until none is refused.
    """
    while True:
        found = as_document(objects)
        refused = planner.refused(Cib(cib.xml()), wanted_document(found), None)
        if not refused:
            return found
        refused = [each.spec for each in refused]
        objects = [(kind, spec) for kind, spec in objects if not any(spec is each for each in refused)]


def _with_named_sets(cib):
    """A Cib in which every referenced set has a score: kinds read a set with its id only if it has a score."""
    referenced = {each.get("id-ref") for each in cib.configuration.iter()} - {None}
    sets = [each for each in cib.configuration.iter() if each.tag in _SETS and each.get("id") in referenced]
    if not sets:
        return cib
    named = Cib(cib.xml())
    for each in sets:
        if each.get("score") is None:
            named.set(named.find(each.get("id")), "score", _USUAL_SCORE)
    return named


def _lost(cib, found, with_secrets):
    rebuilt = _parts(_rebuilt(cib, found))
    return [
        _described(element, place, with_secrets)
        for place, element in _parts(cib).items()
        if _meaning(element) != _meaning(rebuilt.get(place))
    ]


def _rebuilt(cib, found):
    """The result of applying a document to an empty Cib with the same nodes; invalid objects are left out."""
    empty = Cib(cib.xml())
    for section in children(empty.configuration):
        for each in children(section):
            for part in children(each) if section.tag == "nodes" else [each]:
                empty.remove(part)
    wanted = wanted_document(found)
    try:
        planner.plan(empty, wanted, None, exact=True, options=Options(force=True))
    except BadInput:
        pass  # the rest has been written
    return empty


def _parts(cib):
    """(section, tag, id or number) -> element, for every element that is compared; the ids of sets have no meaning."""
    parts = {}
    for section in children(cib.configuration):
        inside = [each for each in section.iter() if each.tag in _NESTING] if section.tag == "resources" else []
        for number, each in enumerate(inside or children(section)):
            name = number if each.tag in _SETS else each.get("id")
            parts[section.tag, "clone" if each.tag in _CLONES else each.tag, name] = each
    return parts


def _meaning(element, parent=None):
    """The meaning of an element as nested tuples, without ids that nothing refers to, and with sorted pairs.

    :param parent: the parent element, unless the element is compared on its own.
    """
    if element is None:
        return None
    if element.tag == "rule":
        return _meaning_of_rule(element, parent)
    attributes = _attributes(element)
    inside = [_member(each) if each.tag in _NESTING else _meaning(each, element) for each in children(element)]
    inside = [each for each in inside if each and not _is_implied(each, element, parent)]
    if element.tag in _NOTHING and not attributes and not inside:
        return None
    # The order matters only among elements with the same tag, and not among pairs and operations
    arranged = sorted(inside, key=lambda each: each if each[0] in ("nvpair", "op") else each[:1])
    promotable = kind_of(element).read(element).get("promotable") if element.tag in _CLONES else None
    tag = "clone" if element.tag in _CLONES else element.tag
    return tag, tuple(sorted(attributes.items())), tuple(arranged), promotable


def _attributes(element):
    """The attributes of an element without its id, normalized as the cluster interprets them."""
    attributes = {_NEW_NAMES.get(name, name): value for name, value in element.items() if name != "id"}
    if element.tag in _SETS and attributes.get("score") == _USUAL_SCORE:
        del attributes["score"]
    kind = kind_of(element) if element.tag in _CONSTRAINTS else None
    if kind is not None:
        attributes = {**kind.implied(element.get), **attributes}
    if element.tag == "rsc_order":
        attributes.pop("score", None)  # the kind implies it
    return attributes


def _is_implied(meaning, element, parent):
    """Whether a pair is set by the cluster itself, or is redundant."""
    if meaning[0] != "nvpair":
        return False
    name = dict(meaning[1]).get("name")
    is_of_clone = parent is not None and parent.tag in _CLONES and element.tag == "meta_attributes"
    return name in OF_THE_CLUSTER if element.tag == "cluster_property_set" else is_of_clone and name == "promotable"


def _member(element):
    return "member", element.get("id")


def _meaning_of_rule(rule, parent):
    """The text of a rule and, in a location constraint, its score and role: elsewhere they have no meaning."""
    text = rules.read(rule)
    if text is None:
        return "rule", tuple(sorted(rule.items())), tuple(_meaning(each, rule) for each in children(rule))
    names = ("score", "score-attribute", "role") if parent.tag == "rsc_location" else ()
    return "rule", text, tuple(sorted((name, value) for name, value in rule.items() if name in names))


def _described(element, place, with_secrets):
    element = copy.deepcopy(element)
    for each in element.iter() if not with_secrets else ():
        # The options of a container can also contain secrets
        each.attrib.update(_without_secrets(dict(each.attrib)))
        if each.tag == "nvpair" and secrets.is_secret(each.get("name", "")):
            each.set("value", secrets.PLACEHOLDER)
    xml = ElementTree.tostring(element, encoding="unicode").strip()
    return {"section": place[0], **({"id": element.get("id")} if element.get("id") else {}), "xml": xml}
