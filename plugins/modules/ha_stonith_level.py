#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_stonith_level
short_description: Manage fencing levels
version_added: "0.1.0"
description:
  - Creates, changes and removes the levels of the fencing topology of a Pacemaker cluster. The levels determine in which order
    fence devices are tried to fence a node, and which of them must succeed together.
  - The devices of a level are used one after another, and all of them must succeed. If one fails, the next level is tried.
options:
  id:
    description:
      - The id of the level. Without it, a level is identified by its O(level) and its target, and a new level gets the id that
        C(pcs stonith level add) would assign.
    type: str
    aliases: [name]
  level:
    description: The number of the level, from 1 (tried first) to 9. Required unless O(id) and O(state=absent) are given.
    type: int
  target:
    description:
      - The node that the level applies to. It must be a node of the cluster, unless O(force=true).
      - The level applies to the nodes selected by exactly one of O(target), O(target_pattern), and O(target_attribute) with
        O(target_value).
    type: str
  target_pattern:
    description: The nodes that the level applies to, as an extended regular expression that matches their names.
    type: str
  target_attribute:
    description: The name of a node attribute. The level applies to the nodes where it has the value O(target_value).
    type: str
  target_value:
    description: The value of O(target_attribute).
    type: str
  devices:
    description:
      - The ids of the fence devices of the level. The list is enforced exactly and in this order in every O(mode). Required unless
        O(state=absent).
    type: list
    elements: str
  state:
    description: Whether the level should exist. Removing a level does not remove its devices.
    type: str
    choices: [present, absent]
    default: present
  force:
    description: Warn instead of failing if O(target) is not a node of the cluster.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_stonith
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Fence node1 through its management board
  hacluster.pcs.ha_stonith_level:
    level: 1
    target: node1
    devices: [fence-node1]

- name: If that fails, cut both of its power supplies
  hacluster.pcs.ha_stonith_level:
    level: 2
    target: node1
    devices: [fence-strip-a, fence-strip-b]

- name: Set the same first level for all nodes whose names begin with db
  hacluster.pcs.ha_stonith_level:
    level: 1
    target_pattern: db[0-9]+
    devices: [fence-databases]

- name: Set a level for the nodes of a rack, which have a common attribute
  hacluster.pcs.ha_stonith_level:
    level: 2
    target_attribute: rack
    target_value: 7
    devices: [fence-rack-7]

- name: Remove the second level of node1
  hacluster.pcs.ha_stonith_level:
    level: 2
    target: node1
    state: absent

- name: Remove a level by its id, which cibadmin and ha_info show
  hacluster.pcs.ha_stonith_level:
    id: fl-node1-1
    state: absent
"""

RETURN = r"""
commands:
  description: The commands that changed something, or that would have been run in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The level before and after the change, as YAML.
  returned: success
  type: dict
  sample:
    before: ""
    after: "stonith_levels:\n  - id: fl-node1-1\n    level: 1\n    target: node1\n    devices:\n      - fence-node1\n"
impact:
  description:
    - What the cluster does because of the change, as predicted by its scheduler. Actions already pending are not included.
    - C(action) is V(start), V(stop), V(restart), V(reload), V(move), V(migrate), V(promote), V(demote), V(recover) or V(fence).
      Pacemaker 2.0 does not provide C(reason) and reports a recovery as a restart.
  returned: when something changes and O(preview) is V(true)
  type: list
  elements: dict
  sample: []
impact_summary:
  description: The predicted impact in one line of text.
  returned: when something changes and O(preview) is V(true)
  type: str
  sample: nothing is started, stopped or moved
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import run_cib_module


def run(task):
    # Imported only now, while the query of the cluster is already running
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_stonith_level

    return ha_stonith_level.run(task)


def main():
    run_cib_module(
        {
            "id": {"type": "str", "aliases": ["name"]},
            "level": {"type": "int"},
            "target": {"type": "str"},
            "target_pattern": {"type": "str"},
            "target_attribute": {"type": "str"},
            "target_value": {"type": "str"},
            "devices": {"type": "list", "elements": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "force": {"type": "bool", "default": False},
        },
        run,
        required_if=[("state", "present", ("level", "devices"))],
        required_together=[("target_attribute", "target_value")],
        mutually_exclusive=[("target", "target_pattern", "target_attribute")],
    )


if __name__ == "__main__":
    main()
