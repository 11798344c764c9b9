#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_constraint
short_description: Manage constraints between resources and nodes
version_added: "0.1.0"
description:
  - Creates, changes and removes constraints of a Pacemaker cluster. A location constraint says how much a resource wants to
    run on a node.
  - A constraint is found by its O(id), or without one by what it is about, so that a task finds what C(pcs) or somebody else
    made. It is edited in place and keeps its id.
options:
  type:
    description: The type of the constraint.
    type: str
    choices: [location]
    default: location
  id:
    description: The id of the constraint. Without one, a new constraint gets the id that C(pcs) would give it.
    type: str
  resource:
    description: The resource, a fence device included. Required unless an existing constraint is removed by its O(id).
    type: str
  node:
    description: The node. Required unless an existing constraint is removed by its O(id).
    type: str
  score:
    description:
      - How much the resource wants to run on the node. V(INFINITY) is a must, V(-INFINITY) a must not.
      - A new constraint without a score gets V(INFINITY).
    type: str
  state:
    description: Whether the constraint shall exist.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_resource
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Prefer node1
  hacluster.pcs.ha_constraint:
    resource: web
    node: node1
    score: 100

- name: A fence device shall not run on the node that it fences
  hacluster.pcs.ha_constraint:
    resource: fence-node1
    node: node1
    score: -INFINITY

- name: No preference any more
  hacluster.pcs.ha_constraint:
    resource: web
    node: node1
    state: absent
"""

RETURN = r"""
commands:
  description: The commands that changed something, or would in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The constraint before and after, as YAML.
  returned: success
  type: dict
  sample:
    before: ""
    after: "constraints:\n  - type: location\n    id: location-web-node1-100\n    resource: web\n    node: node1\n    score: \"100\"\n"
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.module import run_cib_module, wanted_object
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import kind_in


def main():
    run_cib_module(
        {
            "type": {"type": "str", "choices": ["location"], "default": "location"},
            "id": {"type": "str"},
            "resource": {"type": "str"},
            "node": {"type": "str"},
            "score": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        lambda params, cib: [wanted_object(kind_in("constraints", params["type"]), params)],
        required_if=[("state", "present", ("resource", "node"))],
        required_one_of=[("id", "resource")],
        required_by={"resource": "node"},
    )


if __name__ == "__main__":
    main()
