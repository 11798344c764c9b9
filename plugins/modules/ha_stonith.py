#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_stonith
short_description: Manage fence devices
version_added: "0.1.0"
description:
  - Creates, changes, enables, disables and removes the fence devices (STONITH) of a Pacemaker cluster, and can verify before a
    change that they reach the nodes that they fence.
  - A new device gets the monitor operation that its agent requests, as with C(pcs stonith create). An existing device is changed in
    place and never removed in order to change it.
options:
  id:
    description: The id of the device.
    type: str
    required: true
    aliases: [name]
  agent:
    description:
      - The fence agent, such as V(fence_ipmilan). Required with O(state=present).
      - The agent of an existing device is changed only with O(force_recreate=true).
    type: str
  params:
    description:
      - The parameters of the device. Before anything is changed, their names and values are validated against the agent's metadata.
        The parameters that all fence devices have (C(pcmk_*)) are validated against the metadata of the installed Pacemaker fencer.
      - The nodes in C(pcmk_host_list) and C(pcmk_host_map) must be nodes of the cluster, which can also be remote or guest nodes.
      - V(null) removes a parameter. Passwords and other secrets are not shown in the result or in the log.
      - A mapping is the usual single set. If there are several sets, give all of them as a list of C({id, score, rule, values}).
    type: raw
  meta:
    description: The meta attributes, as a mapping or a list of sets. V(null) removes an attribute.
    type: raw
  operations:
    description:
      - The operations. Each is a mapping with C(name) and attributes such as C(interval) and C(timeout).
      - An operation matches the existing operation with the same name and role, and with the same interval if there are several.
    type: list
    elements: dict
  description:
    description: A free-form description.
    type: str
  state:
    description:
      - V(present) creates the device or changes it as described by the task.
      - V(absent) stops the device, then removes it together with the constraints and fencing levels that refer to it.
      - V(enabled) and V(disabled) determine whether the cluster may use the device (C(pcs stonith enable) and C(pcs stonith
        disable)). They can be combined with the options that define the device; without them, the device must exist.
      - The last enabled device is neither disabled nor removed, unless O(force=true), while the cluster depends on it
        (C(stonith-enabled) is not V(false), and no watchdog is used for fencing).
    type: str
    choices: [present, absent, enabled, disabled]
    default: present
  verify:
    description:
      - Before anything is changed, ask the device for the status of each node that it fences, from the node that the task runs on.
        This is done every time the task runs, also in check mode. The task fails if the device does not answer, for example because
        a password is wrong.
      - The device is asked in the same way as the cluster's fencer does it, with the parameters that the device will have, including
        those that only the cluster knows. The nodes are those in C(pcmk_host_list) and C(pcmk_host_map), or those that the agent
        lists, or all nodes of the cluster.
      - The result is valid only for the node that the task runs on; other nodes may be able to reach the device when this one is
        not, and vice versa. To verify the device from all nodes, run the task on all of them.
    type: bool
    default: false
  force_recreate:
    description:
      - Allow the device to be replaced by one with another O(agent). It is stopped, removed and created again in one change. The
        constraints and fencing levels that refer to it are kept.
    type: bool
    default: false
  force:
    description:
      - Warn instead of failing if something does not match the metadata, if a node does not exist, or if the last device would be
        removed or disabled.
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

- name: Fence two nodes with one device, which identifies them by the outlets of its power strip
  hacluster.pcs.ha_stonith:
    id: fence-strip
    agent: fence_apc_snmp
    params:
      ip: 192.0.2.20
      community: "{{ vault_community }}"
      pcmk_host_map: node1:1;node2:2,3

- name: Store a new password only if the management board accepts it
  hacluster.pcs.ha_stonith:
    id: fence-node1
    agent: fence_ipmilan
    params:
      password: "{{ vault_new_fence_password }}"
    verify: true

- name: Verify from each node that the device still answers, for example every month
  hacluster.pcs.ha_stonith:
    id: fence-node1
    state: enabled
    verify: true

- name: Disable a device while its management board is replaced
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
    - Each node that the device fences, and whether it is V(on) or V(off). A node with several ports is V(on) if any of them is on.
  returned: success, with O(verify=true)
  type: list
  elements: dict
  sample: [{target: node1, status: "on"}]
commands:
  description: The commands that changed something, or that would have been run in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The device before and after the change, as YAML with secrets masked.
  returned: success
  type: dict
  sample:
    before: ""
    after: "stonith:\n  - id: fence-node1\n    agent: fence_ipmilan\n"
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

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import PRIMITIVE_ARGUMENTS, run_cib_module

STATES = ("present", "absent", "enabled", "disabled")


def run(task):
    # Imported only now, while the query of the cluster is already running
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
