#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_stonith
short_description: Manage fence devices
version_added: "0.1.0"
description:
  - Creates, changes and removes the fence devices (STONITH) of a Pacemaker cluster.
  - A new device gets the monitor operation that its agent asks for, as C(pcs stonith create) does.
options:
  id:
    description: The id of the device.
    type: str
    required: true
    aliases: [name]
  agent:
    description: The fence agent, such as V(fence_ipmilan). Required unless O(state=absent).
    type: str
  params:
    description:
      - The parameters of the device. Their names are held against the agent's metadata before anything is changed.
      - V(null) removes a parameter. Passwords and other secrets do not show in the result or in the log.
      - A mapping is the usual single set. A list of C({id, score, rule, values}) is all of the sets where there are
        several.
    type: raw
  meta:
    description: Meta attributes, as a mapping or a list of sets. V(null) removes one.
    type: raw
  operations:
    description:
      - Operations, each a mapping with C(name) and attributes such as C(interval) and C(timeout).
      - One given matches the existing one of the same name and role, and of the same interval where several match.
    type: list
    elements: dict
  description:
    description: A text for people.
    type: str
  state:
    description:
      - Whether the device shall exist. V(absent) stops it, then removes it with the constraints and fencing levels that refer
        to it.
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - Warn where the agent's metadata would make the task refuse.
      - With O(state=absent), remove the device without stopping it first.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_constraint
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Fence node1 through its management board
  hacluster.pcs.ha_stonith:
    id: fence-node1
    agent: fence_ipmilan
    params:
      ip: 192.0.2.11
      username: fencer
      password: "{{ vault_fence_password }}"
      lanplus: true
      pcmk_host_list: node1

- name: Remove a device
  hacluster.pcs.ha_stonith:
    id: fence-old
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
  description: The device before and after, as YAML, with secrets masked.
  returned: success
  type: dict
  sample:
    before: ""
    after: "stonith:\n  - id: fence-node1\n    agent: fence_ipmilan\n"
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

from ansible_collections.hacluster.pcs.plugins.module_utils.module import (
    PRIMITIVE_ARGUMENTS,
    run_cib_module,
    wanted_object,
)
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import kind_in


def main():
    run_cib_module(
        PRIMITIVE_ARGUMENTS,
        lambda params, cib: [wanted_object(kind_in("stonith"), params)],
        required_if=[("state", "present", ("agent",))],
    )


if __name__ == "__main__":
    main()
