# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_info returns: a Cib and what Pacemaker says of itself -> facts."""

from __future__ import annotations

from xml.etree import ElementTree

from .objects import kind_in, kind_of


def constraints(cib, _agents):
    """{constraints: specifications as ha_constraint takes them, unsupported: what none can say}."""
    found, unsupported = [], []
    for element in cib.configuration.iterfind("constraints/*"):
        kind = kind_of(element)
        if kind is not None:
            found.append(kind.read(element))
        elif element.get("id"):
            xml = ElementTree.tostring(element, encoding="unicode").strip()
            unsupported.append({"section": "constraints", "id": element.get("id"), "xml": xml})
    return {"constraints": found, "unsupported": unsupported}


def properties(cib, agents):
    """{properties: name -> {value, and what Pacemaker says of it}}; a value is only where one is set."""
    known = agents.properties()
    found = {name: known.described(name) for name in known} if known else {}
    for name, value in kind_in("properties").all_pairs(cib).items():
        found.setdefault(name, {})["value"] = value
    return {"properties": found}


# What can be gathered, by its name
SUBSETS = {"constraints": constraints, "properties": properties}


def gathered(cib, agents, subsets):
    """The facts of these subsets: {} of everything that they return."""
    facts = {}
    for name in SUBSETS:
        if name in subsets or "all" in subsets:
            facts.update(SUBSETS[name](cib, agents))
    return facts
