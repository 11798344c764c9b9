# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_info returns: a Cib and what Pacemaker says of itself -> facts."""

from __future__ import annotations

from . import export
from .objects import kind_in


def config(cib, _agents, with_secrets):
    """{config: the configuration document, unsupported: what it cannot say}."""
    return {"config": export.document(cib, with_secrets), "unsupported": export.unsupported(cib, with_secrets)}


def constraints(cib, _agents, _with_secrets):
    """{constraints: specifications as ha_constraint takes them, unsupported: what none can say}."""
    unsupported = [each for each in export.unsupported(cib) if each["section"] == "constraints"]
    return {"constraints": export.document(cib).get("constraints", []), "unsupported": unsupported}


def properties(cib, agents, _with_secrets):
    """{properties: name -> {value, and what Pacemaker says of it}}; a value is only where one is set."""
    known = agents.properties()
    found = {name: known.described(name) for name in known} if known else {}
    for name, value in kind_in("properties").all_pairs(cib).items():
        found.setdefault(name, {})["value"] = value
    return {"properties": found}


# What can be gathered, by its name; what is unsupported of everything comes last
SUBSETS = {"constraints": constraints, "properties": properties, "config": config}


def gathered(cib, agents, subsets, with_secrets=False):
    """The facts of these subsets: {} of everything that they return."""
    facts = {}
    for name in SUBSETS:
        if name in subsets or "all" in subsets:
            facts.update(SUBSETS[name](cib, agents, with_secrets))
    return facts
