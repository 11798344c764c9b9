#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_stonith
short_description: Manage fence devices
version_added: "0.1.0"
description:
  - Creates, changes, enables, disables and removes the fence devices (STONITH) of a Pacemaker cluster, and sees before a change
    whether they reach what they fence.
  - A new device gets the monitor operation that its agent asks for, as C(pcs stonith create) does. A device that is there is
    changed in place and never removed for it.
options:
  id:
    description: The id of the device.
    type: str
    required: true
    aliases: [name]
  agent:
    description:
      - The fence agent, such as V(fence_ipmilan). Required with O(state=present).
      - The agent of an existing device is only changed with O(force_recreate=true).
    type: str
  params:
    description:
      - The parameters of the device. Before anything is changed their names and values are held against the agent's metadata, and
        those that all fence devices have (C(pcmk_*)) against what the fencer of this Pacemaker says.
      - The nodes in C(pcmk_host_list) and C(pcmk_host_map) have to be nodes of the cluster, remote and guest nodes included.
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
      - V(present) makes the device what the task says.
      - V(absent) stops it, then removes it with the constraints and fencing levels that refer to it.
      - V(enabled) and V(disabled) say whether the cluster may use it (C(pcs stonith enable) and C(disable)). They can be combined
        with what the device is; without that it has to exist.
      - The last device that is enabled is neither disabled nor removed while the cluster relies on it (C(stonith-enabled) is not
        V(false), and no watchdog does the fencing), unless O(force=true).
    type: str
    choices: [present, absent, enabled, disabled]
    default: present
  verify:
    description:
      - Before anything is changed, and each time, in check mode too, ask the device for the status of each node that it fences, from
        the node that the task runs on. The task fails if it does not answer, for instance because a password is wrong.
      - It asks as the cluster's fencer does, with the parameters that the device will have, those that only the cluster knows
        included. The nodes are those in C(pcmk_host_list) and C(pcmk_host_map), or those that the agent lists, or all of the cluster.
      - Other nodes may reach the device when this one does not, and the other way round. To see it from all of them, run the task
        on all of them.
    type: bool
    default: false
  force_recreate:
    description:
      - Let another O(agent) take the place of what is there. The device is stopped, removed and created again in one change; the
        constraints and fencing levels that refer to it stay.
    type: bool
    default: false
  force:
    description:
      - Warn where the metadata, a node that is not there, or the removal of the last device would make the task refuse.
      - With O(state=absent), remove the device without stopping it first.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_stonith_level
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
    verify: true

- name: One device for two nodes, which it knows by the outlets of its power strip
  hacluster.pcs.ha_stonith:
    id: fence-strip
    agent: fence_apc_snmp
    params:
      ip: 192.0.2.20
      community: "{{ vault_community }}"
      pcmk_host_map: node1:1;node2:2,3

- name: The password has been changed on the board; store it only if it is right
  hacluster.pcs.ha_stonith:
    id: fence-node1
    agent: fence_ipmilan
    params:
      password: "{{ vault_new_fence_password }}"
    verify: true

- name: Every month, see from each node whether the device still answers
  hacluster.pcs.ha_stonith:
    id: fence-node1
    state: enabled
    verify: true

- name: Out of use while the management board is replaced
  hacluster.pcs.ha_stonith:
    id: fence-node1
    state: disabled

- name: Remove a device
  hacluster.pcs.ha_stonith:
    id: fence-old
    state: absent
"""

RETURN = r"""
verified:
  description:
    - Each node that the device fences, and whether it is V(on) or V(off). One with several ports is on while one of them is.
  returned: success, with O(verify=true)
  type: list
  elements: dict
  sample: [{target: node1, status: "on"}]
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

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import PRIMITIVE_ARGUMENTS, run_cib_module

STATES = ("present", "absent", "enabled", "disabled")


def run(task):
    # Imported while the cluster answers already
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_stonith

    return ha_stonith.run(task)


def main():
    run_cib_module(
        dict(
            PRIMITIVE_ARGUMENTS,
            state={"type": "str", "choices": list(STATES), "default": "present"},
            verify={"type": "bool", "default": False},
            force_recreate={"type": "bool", "default": False},
        ),
        work=run,
        required_if=[("state", "present", ("agent",))],
    )


if __name__ == "__main__":
    main()
