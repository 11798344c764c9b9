# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_info: returns the configuration and Pacemaker's properties as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..live.backend import agents_of, backend_of
from ..objects.registry import kind_in
from ..plan import export

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects import shipped  # noqa: F401


def run(module):
    """The result of ha_info.

    :param module: an AnsibleModule.
    """
    params, backend = module.params, backend_of(module.params["cib_file"])
    backend.look_ahead()
    facts = gathered(backend.read(), agents_of(backend), params["gather_subset"], params["include_secrets"])
    return {"changed": False, **facts}


def properties(cib, agents):
    """{properties: name -> {value, default, type, choices, description}}; `value` only if the property is set."""
    known = agents.properties()
    found = {name: known.described(name) for name in known} if known else {}
    for name, value in kind_in("properties").all_pairs(cib).items():
        found.setdefault(name, {})["value"] = value
    return {"properties": found}


def configuration(cib, subsets, with_secrets):
    """The requested facts among config, the configuration document, and constraints, its constraints.

    They include `unsupported`: what the document cannot express.
    """
    document, unsupported = export.whole(cib, with_secrets)
    facts = {"constraints": document.get("constraints", []), "config": document}
    if "config" not in subsets:
        unsupported = [each for each in unsupported if each["section"] == "constraints"]
    return {**{name: facts[name] for name in facts if name in subsets}, "unsupported": unsupported}


def gathered(cib, agents, subsets, with_secrets=False):
    """The facts of these subsets; a subset is config, constraints, properties or all."""
    if "all" in subsets:
        subsets = ("config", "constraints", "properties")
    facts = properties(cib, agents) if "properties" in subsets else {}
    if {"config", "constraints"} & set(subsets):
        facts.update(configuration(cib, subsets, with_secrets))
    return facts
