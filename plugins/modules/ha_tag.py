#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_tag
short_description: Manage tags of resources
version_added: "0.1.0"
description:
  - Creates, changes and removes tags of a Pacemaker cluster. A tag is a name for several resources. Constraints and C(pcs) commands
    can refer to the tag instead of the individual resources.
options:
  id:
    description: The id of the tag.
    type: str
    required: true
    aliases: [name]
  members:
    description:
      - The ids of the resources in the tag (primitives, groups, clones, bundles and fence devices). The list is enforced exactly and
        in this order. Required unless O(state=absent).
    type: list
    elements: str
  state:
    description:
      - Whether the tag should exist. V(absent) also removes the constraints that refer to it; the diff shows them. The members of
        the tag are kept.
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
- name: Tag the resources of the shop
  hacluster.pcs.ha_tag:
    id: shop
    members:
      - shop-database
      - shop-web

- name: Remove the tag, but not the resources
  hacluster.pcs.ha_tag:
    id: shop
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
  description: The tag before and after the change, as YAML, including what is removed together with it.
  returned: success
  type: dict
  sample:
    before: ""
    after: "tags:\n  - id: shop\n    members:\n      - shop-database\n      - shop-web\n"
impact:
  description:
    - What the cluster does because of the change, as predicted by its scheduler. Actions already pending are not included.
    - C(action) is V(start), V(stop), V(restart), V(reload), V(move), V(migrate), V(promote), V(demote), V(recover) or V(fence).
      Pacemaker 2.0 does not provide C(reason) and reports a recovery as a restart.
  returned: when something changes and O(preview) is V(true)
  type: list
  elements: dict
  sample: [{action: move, resource: web, from: node1, to: node2}]
impact_summary:
  description: The predicted impact in one line of text.
  returned: when something changes and O(preview) is V(true)
  type: str
  sample: moves web from node1 to node2
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import run_cib_module


def run(task):
    # Imported only now, while the query of the cluster is already running
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
