#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_node
short_description: Manage the nodes of a cluster
version_added: "0.1.0"
description:
  - Puts a node of a Pacemaker cluster into standby or maintenance and brings it back online, manages its attributes and its
    utilization, fences it, adds nodes to a running cluster and removes them.
  - The node can be a corosync member, a remote node or a guest node.
  - The task can run on any node of the cluster, regardless of which node it manages. To fence or remove a node, run the task on a
    different node.
options:
  name:
    description: The name of the node in the cluster.
    type: str
    required: true
    aliases: [id]
  state:
    description:
      - V(present) does not change whether the node is online. Use it with O(attributes), O(transient_attributes) or
        O(utilization).
      - V(online) ends standby and maintenance. With O(wait), the task first waits until the node has joined the cluster and is
        clean, and fails if this does not happen in time.
      - V(standby) prevents all resources from running on the node and ends maintenance. Resources that are running there move to
        other nodes or stop; RV(impact) shows this in advance. With O(wait), the task ends when the node is drained, and fails if
        something keeps running there.
      - V(maintenance) leaves the resources on the node running, but the cluster no longer monitors or manages them, whatever
        happens to them.
      - V(fenced) has the node powered off or rebooted by its fence devices, every time the task runs. Requires O(confirm). This is
        refused for the last active node, for the node that the task runs on, and if no device can fence the node.
      - V(fencing_confirmed) tells the cluster that an unclean node is powered off, for use when no device can fence it. Requires
        O(confirm). If the node is not really off, its resources run twice and their data is lost. This is refused for a node that
        is online; for a clean node, the task does nothing.
      - V(added) adds the node to the running cluster and starts it there. The other nodes are not restarted. The packages, pcsd and
        the user O(username) must already be set up on the node, as the role P(hacluster.pcs.ha_node#role) does. If the node is
        already a member, it is started.
      - V(removed) stops the cluster on the node and removes the node from the cluster. The other nodes are not restarted. This is
        refused for the last node, for the node that the task runs on, for an unclean node, and if the other nodes would lose their
        quorum. Configuration that refers only to this node is kept; a warning lists it. The controllers of Pacemaker 2.1.5 remember
        a removed node and list it as offline when one of them becomes DC; in this case, the task removes it again.
    type: str
    choices: [present, online, standby, maintenance, fenced, fencing_confirmed, added, removed]
    default: present
  attributes:
    description:
      - The permanent attributes of the node, which rules can refer to. V(null) removes an attribute.
      - A mapping is the usual single set. If there are several sets, give all of them as a list of C({id, score, rule, values}).
    type: raw
  transient_attributes:
    description:
      - Attributes that the node keeps until it leaves the cluster. V(null) removes an attribute. Other transient attributes are
        kept in every O(mode), because resource agents also store theirs here. Attributes that make Pacemaker take a node out of
        service, such as C(terminate), are refused.
      - Transient attributes are not part of the configuration. They are set one after another, after the configuration has been
        committed.
    type: dict
  utilization:
    description:
      - The capacity of the node, as integers. V(null) removes a value. This is a mapping or a list of sets.
    type: raw
  action:
    description: With O(state=fenced), the action to perform on the node.
    type: str
    choices: [reboot, "off"]
    default: reboot
  confirm:
    description: The name of the node again, as a confirmation for O(state=fenced) and O(state=fencing_confirmed).
    type: str
  type:
    description:
      - With O(state=added), the type of the node.
      - V(member) is a full cluster member, which runs corosync.
      - V(remote) runs only pacemaker_remote. A resource with the name of the node and the agent C(ocf:pacemaker:remote) connects to
        it. Use M(hacluster.pcs.ha_resource) to set further parameters of this resource.
      - V(guest) runs inside O(resource), for example a virtual machine, and runs pacemaker_remote.
    type: str
    choices: [member, remote, guest]
    default: member
  resource:
    description: With O(state=added) and O(type=guest), the id of the primitive that the node runs in.
    type: str
  addresses:
    description:
      - With O(state=added), the addresses of the node, one for each corosync link. pcsd is also contacted at the first address.
        A remote or guest node has only one address.
      - If not given, the name of the node is used as its address.
    type: list
    elements: str
  username:
    description: With O(state=added), the user on the node that pcs authenticates as. If not given, this is C(hacluster).
    type: str
  password:
    description:
      - The password of O(username). Required only if the node is not authenticated yet. It is passed to pcs through standard input.
    type: str
  enabled:
    description:
      - With O(state=added), whether the cluster services start when the node boots. This takes effect only when a member joins;
        remote and guest nodes are always enabled.
    type: bool
  force:
    description:
      - Remove a node even if the other nodes lose their quorum, or if a node cannot be reached.
      - For attributes and utilization, warn where the task would otherwise fail.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
notes:
  - O(cib_file), O(rollback) and O(mode) apply to the states V(present), V(online), V(standby) and V(maintenance) only.
seealso:
  - module: hacluster.pcs.ha_cluster
  - module: hacluster.pcs.ha_stonith
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Drain a node, unless a resource could not run anywhere else
  hacluster.pcs.ha_node:
    name: node1
    state: standby
    disruption: moves
    wait: 300

- name: Bring the node back online
  hacluster.pcs.ha_node:
    name: node1
    state: online
    wait: 300

- name: Set the site and the capacity of a node
  hacluster.pcs.ha_node:
    name: node1
    attributes:
      site: berlin
    utilization:
      memory: 65536

- name: Mark a node that was away as inspected, so that a rule lets the database run there again
  hacluster.pcs.ha_node:
    name: node1
    transient_attributes:
      inspected: true

- name: Power a node off
  hacluster.pcs.ha_node:
    name: node2
    state: fenced
    action: "off"
    confirm: node2
  delegate_to: node1

- name: Confirm that a node that could not be fenced has been unplugged
  hacluster.pcs.ha_node:
    name: node2
    state: fencing_confirmed
    confirm: node2
  delegate_to: node1

- name: Add a third node
  hacluster.pcs.ha_node:
    name: node3
    state: added
    addresses: [192.0.2.13]
    password: "{{ vault_hacluster_password }}"
    enabled: true
    wait: 120

- name: Add a remote node
  hacluster.pcs.ha_node:
    name: worker1
    state: added
    type: remote
    addresses: [192.0.2.21]
    password: "{{ vault_hacluster_password }}"
    wait: 120

- name: Remove a node from the cluster
  hacluster.pcs.ha_node:
    name: node3
    state: removed
"""

RETURN = r"""
commands:
  description: The commands that changed something, or that would have been run in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description:
    - The configuration of the node before and after the change, as YAML. For a node that joins or leaves the cluster, the names of
      all nodes.
  returned: success
  type: dict
  sample:
    before: "nodes:\n  - name: node1\n"
    after: "nodes:\n  - name: node1\n    standby: true\n"
fencing:
  description: The entry for this fencing in the fencing history of the cluster.
  returned: with O(state=fenced), if the node was fenced
  type: dict
  sample: {target: node2, action: reboot, status: success, client: stonith_admin.4711, origin: node1, delegate: node1}
impact:
  description:
    - What the cluster does because of the change, as predicted by its scheduler. Actions already pending are not included.
    - C(action) is V(start), V(stop), V(restart), V(reload), V(move), V(migrate), V(promote), V(demote), V(recover) or V(fence).
      Pacemaker 2.0 does not provide C(reason) and reports a recovery as a restart.
  returned: when something changes and O(preview) is V(true); not for a node that joins
  type: list
  elements: dict
  sample: [{action: move, resource: web, from: node1, to: node2}]
impact_summary:
  description: The predicted impact in one line of text.
  returned: together with RV(impact)
  type: str
  sample: moves web from node1 to node2
node:
  description:
    - The status of the node after the task; in check mode, its current status. V(null) if the cluster does not know the node.
    - RV(node.expendable) is returned only when something changes. It is V(null) if the node that the task runs on does not have a
      C(corosync.conf).
  returned: without O(cib_file)
  type: dict
  contains:
    name: {description: The name of the node., type: str}
    type: {description: "V(member), V(remote) or V(guest).", type: str}
    online: {description: Whether the node has joined the cluster., type: bool}
    standby: {description: Whether the node is in standby., type: bool}
    maintenance: {description: Whether the node is in maintenance., type: bool}
    pending: {description: Whether the node is still joining., type: bool}
    unclean: {description: Whether the node has to be fenced., type: bool}
    resources: {description: The primitives that run on the node., type: list, elements: str}
    expendable: {description: Whether the cluster keeps its quorum without the node., type: bool}
  sample:
    name: node1
    type: member
    online: true
    standby: true
    maintenance: false
    pending: false
    unclean: false
    resources: []
    expendable: true
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import run_cib_module


def run(task):
    # Imported only now, while the query of the cluster is already running
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_node

    return ha_node.run(task)


def main():
    run_cib_module(
        {
            "name": {"type": "str", "required": True, "aliases": ["id"]},
            "state": {
                "type": "str",
                "choices": [
                    "present",
                    "online",
                    "standby",
                    "maintenance",
                    "fenced",
                    "fencing_confirmed",
                    "added",
                    "removed",
                ],
                "default": "present",
            },
            "attributes": {"type": "raw"},
            "transient_attributes": {"type": "dict"},
            "utilization": {"type": "raw"},
            "action": {"type": "str", "choices": ["reboot", "off"], "default": "reboot"},
            "confirm": {"type": "str"},
            "type": {"type": "str", "choices": ["member", "remote", "guest"], "default": "member"},
            "resource": {"type": "str"},
            "addresses": {"type": "list", "elements": "str"},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "enabled": {"type": "bool"},
            "force": {"type": "bool", "default": False},
        },
        work=run,
        monitor=True,
    )


if __name__ == "__main__":
    main()
