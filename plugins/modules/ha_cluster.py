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
  - Manages the life cycle of a cluster with pcs. It authenticates the nodes to each other, sets them up as a cluster, starts the
    cluster, enables it at boot, stops it and removes it.
  - The module first checks the current state. If nothing differs, it runs no pcs command that changes something.
  - Run it on one node of the cluster. Only O(enabled) and O(state=absent) affect just the node that the task runs on.
extends_documentation_fragment:
  - hacluster.pcs.attributes
options:
  name:
    description:
      - The name of the cluster.
      - If the node already belongs to a cluster with another name, the task fails without changing anything.
      - Required to set up a cluster and to remove one, so that only the named cluster can be removed.
    type: str
  nodes:
    description:
      - All nodes of the cluster.
      - If the cluster already exists and does not consist of exactly these nodes, the task fails without changing anything.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the node in the cluster.
        type: str
        required: true
      addresses:
        description:
          - The addresses of the node, one for each corosync link. pcsd is contacted at the first address.
          - If not given, the name of the node is used as its address.
        type: list
        elements: str
        default: []
  username:
    description: The user on the nodes that pcs authenticates as.
    type: str
    default: hacluster
  password:
    description:
      - The password of O(username) on the nodes. It is passed to pcs through standard input.
      - Required only if the nodes are not authenticated yet.
    type: str
  state:
    description:
      - V(authenticated) - pcs on this node is authenticated to all O(nodes). The task checks both the stored tokens and the
        answers of the nodes.
      - V(present) - the cluster O(name) is set up with the O(nodes). When the task sets up the cluster, it also authenticates the
        nodes. It does not check whether the nodes of an existing cluster are authenticated.
      - V(started) - all nodes of the cluster are online, with quorum, and have elected a designated coordinator (DC). Nodes in
        standby or maintenance count as online. If there is no cluster yet and O(nodes) is given, the cluster is set up.
        If the cluster is already running with the right nodes, the task runs no pcs command.
      - V(stopped) - the cluster is not running on this node. If it is, it is stopped on all nodes.
      - V(absent) - this node does not belong to a cluster. The cluster is removed from this node only; the other nodes keep it.
        To remove a cluster cleanly from all nodes, stop it with O(state=stopped) first.
    type: str
    choices: [authenticated, present, started, stopped, absent]
    default: present
  enabled:
    description:
      - Whether the cluster services start at boot on this node. If not given, this is left unchanged.
      - If this is V(true) and the task sets up the cluster, the services are enabled on all nodes.
    type: bool
  wait:
    description:
      - Seconds to wait until the cluster has reached O(state=started). With V(0), the task does not wait and does not verify the
        result.
    type: int
    default: 120
  transport:
    description:
      - The transport that corosync uses. If not given, pcs uses V(knet).
      - This is used only when the cluster is set up. An existing cluster keeps its transport; the task warns if it differs.
    type: str
    choices: [knet, udp, udpu]
  totem:
    description:
      - Options for the C(totem) section of C(corosync.conf), such as C(token).
      - They are used only when the cluster is set up. An existing cluster keeps its options; the task warns if they differ.
    type: dict
    default: {}
  quorum:
    description:
      - Options for the C(quorum) section of C(corosync.conf), such as C(wait_for_all). pcs sets C(two_node) automatically when
        it is needed.
      - They are used only when the cluster is set up. An existing cluster keeps its options; the task warns if they differ.
    type: dict
    default: {}
seealso:
  - name: Corosync configuration
    description: The totem and quorum options.
    link: https://manpages.debian.org/corosync.conf.5
"""

EXAMPLES = r"""
- name: Set up and start a two-node cluster, and enable it at boot
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

- name: Set up a cluster with two links and a longer token timeout for a slow network
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

- name: Stop the whole cluster
  hacluster.pcs.ha_cluster:
    state: stopped
  run_once: true

- name: Remove the cluster shop from all nodes
  hacluster.pcs.ha_cluster:
    name: shop
    state: absent
"""

RETURN = r"""
cluster:
  description:
    - The cluster that this node belongs to after the task; in check mode, the cluster that it would belong to.
    - V(null) if the node does not belong to a cluster, and with O(state=authenticated).
  returned: success
  type: dict
  contains:
    name:
      description: The name of the cluster.
      type: str
    nodes:
      description: The nodes of the cluster, in the order of C(corosync.conf).
      type: list
      elements: dict
      contains:
        name:
          description: The name of the node.
          type: str
        addresses:
          description: The addresses of the node, one for each link.
          type: list
          elements: str
    online:
      description: The names of the nodes that are online. The list is empty if the cluster is not running on this node.
      type: list
      elements: str
    enabled:
      description: Whether the cluster services start at boot on this node.
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
  description:
    - The commands that changed something, or that would have been run in check mode. They do not contain secrets.
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
