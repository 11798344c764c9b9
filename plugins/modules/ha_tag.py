#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_tag
short_description: Manage tags of resources
version_added: "0.1.0"
description:
  - Creates, changes and removes tags of a Pacemaker cluster. A tag is a name for several resources, which a constraint or a
    C(pcs) command can use instead of each of them.
options:
  id:
    description: The id of the tag.
    type: str
    required: true
    aliases: [name]
  members:
    description:
      - The ids of the resources (primitives, groups, clones, bundles and fence devices) that the tag stands for, exactly these
        and in this order. Required unless O(state=absent).
    type: list
    elements: str
  state:
    description:
      - Whether the tag shall exist. V(absent) removes it with the constraints that refer to it; the diff shows them. Its members
        stay.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_constraint
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: What belongs to the shop
  hacluster.pcs.ha_tag:
    id: shop
    members:
      - shop-database
      - shop-web

- name: The tag goes, the resources stay
  hacluster.pcs.ha_tag:
    id: shop
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
  description: The tag before and after, as YAML, with what goes along with it.
  returned: success
  type: dict
  sample:
    before: ""
    after: "tags:\n  - id: shop\n    members:\n      - shop-database\n      - shop-web\n"
impact:
  description:
    - What the cluster does because of the change, as its scheduler foresees it. What was pending anyway is not among it.
    - C(action) is V(start), V(stop), V(restart), V(reload), V(move), V(migrate), V(promote), V(demote), V(recover) or V(fence).
      Pacemaker 2.0 gives no C(reason) and calls a recovery a restart.
  returned: when something changes and O(preview) is V(true)
  type: list
  elements: dict
  sample: [{action: move, resource: web, from: node1, to: node2}]
impact_summary:
  description: The same as one line for people.
  returned: when something changes and O(preview) is V(true)
  type: str
  sample: moves web from node1 to node2
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import run_cib_module


def run(task):
    # Imported while the cluster answers already
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_tag

    return ha_tag.run(task)


def main():
    run_cib_module(
        {
            "id": {"type": "str", "required": True, "aliases": ["name"]},
            "members": {"type": "list", "elements": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        run,
        required_if=[("state", "present", ("members",))],
    )


if __name__ == "__main__":
    main()
