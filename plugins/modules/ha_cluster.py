#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_cluster
short_description: Set up, start, stop and remove a Pacemaker cluster
version_added: 0.1.0
author: hacluster.pcs contributors (@hacluster)
description:
  - Leads a cluster through its life, with the commands of pcs. Its nodes are authenticated to each other, set up as a
    cluster, started, enabled at boot, stopped, and removed.
  - It looks first, and starts no pcs command that changes something when nothing differs.
  - Run it on one node of the cluster. Only O(enabled) and O(state=absent) concern that node alone.
extends_documentation_fragment:
  - hacluster.pcs.attributes
options:
  name:
    description:
      - The name of the cluster.
      - Where the node already belongs to a cluster of another name, the task fails and touches nothing.
      - Needed to set up a cluster, and to remove one. What is removed must be called by its name.
    type: str
  nodes:
    description:
      - All nodes of the cluster.
      - Where the cluster exists and has other nodes than these, the task fails and touches nothing.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the node in the cluster.
        type: str
        required: true
      addresses:
        description:
          - Its addresses, one for each link of corosync. pcsd is reached at the first.
          - Without any, its name is its address.
        type: list
        elements: str
        default: []
  username:
    description: The user on the nodes that pcs authenticates as.
    type: str
    default: hacluster
  password:
    description:
      - The password of O(username) on the nodes. It reaches pcs through standard input.
      - Needed only where the nodes are not authenticated yet.
    type: str
  state:
    description:
      - V(authenticated) - pcs on this node may talk to all O(nodes). Both the stored tokens and the answers of the
        nodes are looked at.
      - V(present) - the cluster O(name) of O(nodes) is set up. Where that is not so yet, the nodes are authenticated
        too. Whether a cluster that exists is authenticated is not asked.
      - V(started) - all nodes of the cluster are online, with quorum, and have elected a coordinator. Nodes in standby
        or maintenance are online. Where there is no cluster yet and O(nodes) are given, it is set up.
        As a running cluster of the right nodes is the proof that matters, no pcs command is run for it.
      - V(stopped) - the cluster does not run on this node. Where it does, it is stopped on all nodes.
      - V(absent) - this node belongs to no cluster. The cluster is removed from this node, the other nodes keep it.
        Stop the cluster first, with O(state=stopped), to remove it from all of them in good order.
    type: str
    choices: [authenticated, present, started, stopped, absent]
    default: present
  enabled:
    description:
      - Whether the services of the cluster start at boot on this node. Left alone when not given.
      - Where the cluster is set up by this task and this is V(true), they are enabled on all nodes.
    type: bool
  wait:
    description: Seconds to wait for O(state=started). V(0) does not wait, and does not look whether it came true.
    type: int
    default: 120
  transport:
    description:
      - How corosync's messages travel. The default is that of pcs, V(knet).
      - Only a set-up takes it. A cluster that exists keeps its own, and the task warns where it differs.
    type: str
    choices: [knet, udp, udpu]
  totem:
    description:
      - Options of the section C(totem) in corosync.conf, such as C(token).
      - Only a set-up takes them. A cluster that exists keeps its own, and the task warns where they differ.
    type: dict
    default: {}
  quorum:
    description:
      - Options of the section C(quorum) in corosync.conf, such as C(wait_for_all). pcs sets C(two_node) by itself where
        it is due.
      - Only a set-up takes them. A cluster that exists keeps its own, and the task warns where they differ.
    type: dict
    default: {}
seealso:
  - name: Corosync configuration
    description: The options of totem and quorum.
    link: https://manpages.debian.org/corosync.conf.5
"""

EXAMPLES = r"""
- name: A cluster of two nodes that runs, now and after a boot
  hacluster.pcs.ha_cluster:
    name: shop
    nodes:
      - name: node1
        addresses: [192.0.2.11]
      - name: node2
        addresses: [192.0.2.12]
    password: "{{ vault_hacluster_password }}"
    state: started
    enabled: true
  run_once: true

- name: Two links, and more time for a slow network
  hacluster.pcs.ha_cluster:
    name: shop
    nodes:
      - name: node1
        addresses: [192.0.2.11, 198.51.100.11]
      - name: node2
        addresses: [192.0.2.12, 198.51.100.12]
    password: "{{ vault_hacluster_password }}"
    totem:
      token: 5000
    quorum:
      wait_for_all: true
  run_once: true

- name: The whole cluster is stopped
  hacluster.pcs.ha_cluster:
    state: stopped
  run_once: true

- name: No node belongs to the cluster shop any more
  hacluster.pcs.ha_cluster:
    name: shop
    state: absent
"""

RETURN = r"""
cluster:
  description:
    - The cluster that this node belongs to after the task; in check mode, after the task would have run.
    - It is null when the node belongs to none, and with O(state=authenticated).
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
    nodes:
      description: Its nodes, in the order of corosync.conf.
      type: list
      elements: dict
      contains:
        name:
          description: The name of the node.
          type: str
        addresses:
          description: Its addresses, one for each link.
          type: list
          elements: str
    online:
      description: The names of the nodes that are online; none when the cluster does not run on this node.
      type: list
      elements: str
    enabled:
      description: Whether its services start at boot on this node.
      type: bool
  sample:
    name: shop
    nodes:
      - name: node1
        addresses: [192.0.2.11]
      - name: node2
        addresses: [192.0.2.12]
    online: [node1, node2]
    enabled: true
commands:
  description: The commands that changed something; in check mode, those that would have been run. They hold no secrets.
  returned: success
  type: list
  elements: list
  sample:
    - [pcs, host, auth, -u, hacluster, node1, addr=192.0.2.11, node2, addr=192.0.2.12]
    - [pcs, cluster, setup, shop, node1, addr=192.0.2.11, node2, addr=192.0.2.12, --enable, --start]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hacluster.pcs.plugins.module_utils.run import finish
from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_cluster

ARGUMENTS = {
    "name": {"type": "str"},
    "nodes": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "addresses": {"type": "list", "elements": "str", "default": []},
        },
    },
    "username": {"type": "str", "default": "hacluster"},
    "password": {"type": "str", "no_log": True},
    "state": {
        "type": "str",
        "choices": ["authenticated", "present", "started", "stopped", "absent"],
        "default": "present",
    },
    "enabled": {"type": "bool"},
    "wait": {"type": "int", "default": 120},
    "transport": {"type": "str", "choices": ["knet", "udp", "udpu"]},
    "totem": {"type": "dict", "default": {}},
    "quorum": {"type": "dict", "default": {}},
}


def main():
    # Not an HaModule, which masks what looks like an agent's secret: totem's token is a time
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        required_if=[
            ("state", "authenticated", ["nodes"]),
            ("state", "present", ["name", "nodes"]),
            ("state", "absent", ["name"]),
        ],
        supports_check_mode=True,
    )
    finish(module, lambda: ha_cluster.run(module.params, module.check_mode))


if __name__ == "__main__":
    main()
