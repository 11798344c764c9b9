#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_node
short_description: Manage the nodes of a cluster
version_added: "0.1.0"
description:
  - Takes a node of a Pacemaker cluster into standby, into maintenance and back online, manages its attributes and its
    utilization, fences it, and lets nodes join a running cluster and leave it.
  - It is about members of corosync, remote nodes and guest nodes alike.
  - The task runs on any node of the cluster, whichever node it is about. To fence or remove a node, run it on another one.
options:
  name:
    description: What the cluster calls the node.
    type: str
    required: true
    aliases: [id]
  state:
    description:
      - V(present) leaves alone whether it is online. Give O(attributes), O(transient_attributes) or O(utilization) with it.
      - V(online) ends standby and maintenance. With O(wait), it first waits until the node has joined the cluster and is
        clean, and fails if it does not within that time.
      - V(standby) lets nothing run on the node. What runs there moves to others or stops, as RV(impact) says beforehand. With
        O(wait), the task ends when the node is drained, and fails if something does not leave it. Maintenance ends.
      - V(maintenance) leaves what runs there alone, and unobserved, whatever happens to it.
      - V(fenced) has the node switched off or rebooted by its fence devices, each time the task runs. Needs O(confirm).
        It is refused for the last active node, for the node that the task runs on, and where no device could do it.
      - V(fencing_confirmed) tells the cluster that an unclean node is off, where no device can see to it. Needs O(confirm).
        If the node is not off, its resources run twice and their data is lost. It is refused for a node that is online; for
        one that is clean there is nothing to do.
      - V(added) lets the node join the running cluster, and run. The others are not restarted. The node needs its packages,
        pcsd, and the user O(username), as the role P(hacluster.pcs.ha_node#role) sets them up. One that is a member is started.
      - V(removed) stops the cluster on the node and removes it from the cluster. The others are not restarted. It is refused for
        the last node, for the node that the task runs on, for one that is unclean, and where the others would lose their
        quorum. What is configured for the node alone is kept, and named in a warning. The controllers of Pacemaker 2.1.5 keep
        the node in mind and list it as offline when one of them becomes DC; the task then removes it again.
    type: str
    choices: [present, online, standby, maintenance, fenced, fencing_confirmed, added, removed]
    default: present
  attributes:
    description:
      - The node's permanent attributes, which rules can refer to. V(null) removes one.
      - A mapping is the usual single set. A list of C({id, score, rule, values}) is all of the sets where there are several.
    type: raw
  transient_attributes:
    description:
      - Attributes that the node has until it leaves the cluster. V(null) removes one. Others stay in every O(mode), because
        resource agents keep theirs here. Those by which Pacemaker takes a node out, such as C(terminate), are refused.
      - They are no part of the configuration, so they are set one after another when that has been committed.
    type: dict
  utilization:
    description: The node's capacity, as whole numbers. V(null) removes one. A mapping, or a list of sets.
    type: raw
  action:
    description: With O(state=fenced), what shall be done to the node.
    type: str
    choices: [reboot, "off"]
    default: reboot
  confirm:
    description: The name of the node once more, with O(state=fenced) and O(state=fencing_confirmed).
    type: str
  type:
    description:
      - With O(state=added), how the node belongs to the cluster.
      - V(member) runs corosync.
      - V(remote) runs pacemaker_remote alone; a resource of the agent C(ocf:pacemaker:remote) with its name connects to it.
        Further parameters of that are a matter of M(hacluster.pcs.ha_resource).
      - V(guest) is inside of O(resource), such as a virtual machine, and runs pacemaker_remote.
    type: str
    choices: [member, remote, guest]
    default: member
  resource:
    description: With O(state=added) and O(type=guest), the id of the primitive that the node is in.
    type: str
  addresses:
    description:
      - With O(state=added), the addresses of the node, one for each link of corosync; the first is that of pcsd, too.
        A remote or guest node has one.
      - Without any, its name is its address.
    type: list
    elements: str
  username:
    description: With O(state=added), the user on the node that pcs authenticates as. Without, C(hacluster).
    type: str
  password:
    description: The password of O(username). Needed only where the node is not authenticated yet. It travels by standard input.
    type: str
  enabled:
    description:
      - With O(state=added), whether the cluster shall start when the node boots. It is looked at only when a member joins;
        remote and guest nodes are always enabled.
    type: bool
  force:
    description:
      - Remove a node although the others lose their quorum, or although a node cannot be reached.
      - With attributes and utilization, warn where one would refuse.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
notes:
  - O(cib_file), O(rollback) and O(mode) are about standby, maintenance, attributes and utilization.
seealso:
  - module: hacluster.pcs.ha_cluster
  - module: hacluster.pcs.ha_stonith
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Drain a node, unless something would run nowhere
  hacluster.pcs.ha_node:
    name: node1
    state: standby
    disruption: moves
    wait: 300

- name: It is back
  hacluster.pcs.ha_node:
    name: node1
    state: online
    wait: 300

- name: Where it stands, and what it can carry
  hacluster.pcs.ha_node:
    name: node1
    attributes:
      site: berlin
    utilization:
      memory: 65536

- name: A member that was away is not to get the database before somebody has looked
  hacluster.pcs.ha_node:
    name: node1
    transient_attributes:
      inspected: true

- name: Switch a node off
  hacluster.pcs.ha_node:
    name: node2
    state: fenced
    action: "off"
    confirm: node2
  delegate_to: node1

- name: Somebody has pulled the plug of a node that nothing could fence
  hacluster.pcs.ha_node:
    name: node2
    state: fencing_confirmed
    confirm: node2
  delegate_to: node1

- name: A third node
  hacluster.pcs.ha_node:
    name: node3
    state: added
    addresses: [192.0.2.13]
    password: "{{ vault_hacluster_password }}"
    enabled: true
    wait: 120

- name: A node that only runs resources
  hacluster.pcs.ha_node:
    name: worker1
    state: added
    type: remote
    addresses: [192.0.2.21]
    password: "{{ vault_hacluster_password }}"
    wait: 120

- name: It leaves for good
  hacluster.pcs.ha_node:
    name: node3
    state: removed
"""

RETURN = r"""
commands:
  description: The commands that changed something, or would in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: What is configured of the node before and after, as YAML; of a node that joins or leaves, the names of all nodes.
  returned: success
  type: dict
  sample:
    before: "nodes:\n  - name: node1\n"
    after: "nodes:\n  - name: node1\n    standby: true\n"
fencing:
  description: What the cluster's fencing history says of the fencing.
  returned: with O(state=fenced), when it was carried out
  type: dict
  sample: {target: node2, action: reboot, status: success, client: stonith_admin.4711, origin: node1, delegate: node1}
impact:
  description:
    - What the cluster does because of the change, as its scheduler foresees it. What was pending anyway is not among it.
    - C(action) is V(start), V(stop), V(restart), V(reload), V(move), V(migrate), V(promote), V(demote), V(recover) or V(fence).
      Pacemaker 2.0 gives no C(reason) and calls a recovery a restart.
  returned: when something changes and O(preview) is V(true); not of a node that joins
  type: list
  elements: dict
  sample: [{action: move, resource: web, from: node1, to: node2}]
impact_summary:
  description: The same as one line for people.
  returned: as RV(impact)
  type: str
  sample: moves web from node1 to node2
node:
  description:
    - How the node is after the task; in check mode, how it is now. V(null) for one that the cluster does not know.
    - RV(node.expendable), where something changes, is whether the cluster keeps its quorum when the node leaves. It is V(null)
      where the node that the task runs on has no C(corosync.conf).
  returned: without O(cib_file)
  type: dict
  contains:
    name: {description: Its name., type: str}
    type: {description: "V(member), V(remote) or V(guest).", type: str}
    online: {description: Whether it has joined the cluster., type: bool}
    standby: {description: Whether it is in standby., type: bool}
    maintenance: {description: Whether it is in maintenance., type: bool}
    pending: {description: Whether it is still joining., type: bool}
    unclean: {description: Whether it has to be fenced., type: bool}
    resources: {description: The primitives that run on it., type: list, elements: str}
    expendable: {description: Whether the cluster keeps its quorum without it., type: bool}
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
    # Imported while the cluster answers already
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
