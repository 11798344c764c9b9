#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_constraint
short_description: Manage constraints between resources and nodes
version_added: "0.1.0"
description:
  - Creates, changes and removes constraints of a Pacemaker cluster. A location says where a resource may or would like to run,
    an order what comes before something else, a colocation what runs together or apart, a ticket what needs a ticket.
  - A constraint is found by its O(id), or without one by what it is about, so that a task finds what C(pcs) or somebody else
    made. What it is about is, for a location, the resource with its role and the node or the rule; for an order, both ends with
    their actions; for a colocation, both resources with their roles; for a ticket, the ticket and the resource with its role;
    with O(sets), the resources in them with their actions or roles.
  - It is edited in place and keeps its id. To change what it is about, give its O(id).
  - A second constraint that is about the same is not made; the one that is there is named. If there are two already, a warning
    says so.
  - Moves and bans made with C(pcs resource move) or M(hacluster.pcs.ha_resource) are found by their O(id) only.
options:
  type:
    description:
      - The type of the constraint.
      - Without it, an existing constraint is found by its O(id), whatever its type; a new one is a location.
    type: str
    choices: [location, order, colocation, ticket]
  id:
    description: The id of the constraint. Without one, a new constraint gets the id that C(pcs) would give it.
    type: str
  state:
    description: Whether the constraint shall exist.
    type: str
    choices: [present, absent]
    default: present
  resource:
    description:
      - The resource of a location, a colocation or a ticket, a fence device or a tag included.
      - What is in a clone or a bundle is not named in constraints, but the clone or bundle.
    type: str
  pattern:
    description: In a location, a regular expression that the ids of several resources match, instead of O(resource).
    type: str
  node:
    description: In a location, the node.
    type: str
  rule:
    description:
      - In a location, the nodes and times that it holds for, instead of O(node). It is the text that C(pcs) takes, such as
        V(#uname eq node1 and date gt 2026-01-01).
      - Node attributes are compared by C(eq), C(ne), C(lt), C(lte), C(gt) and C(gte), with a type (C(string), C(integer),
        C(number), C(version)) before the value where it matters, or are C(defined) or C(not_defined).
      - Dates are C(date gt DATE), C(date lt DATE), C(date in_range [DATE] to DATE), C(date in_range DATE to duration days=3), and
        C(date-spec hours=9-17 weekdays=1-5).
      - C(and) and C(or) bind alike, from left to right; parentheses say otherwise. A value with spaces is written in quotes.
    type: str
  prefers:
    description:
      - In a location, the nodes that the resource wants to run on, instead of O(node) and O(score), as C(pcs) speaks of them.
        Each node is a constraint of its own.
      - An item is the name of a node for V(INFINITY), or like V(node1=100).
    type: list
    elements: str
  avoids:
    description:
      - The same for the nodes that it does not want to run on; V(node1=100) is a score of -100, and V(node1=-100), as with C(pcs),
        one of 100.
    type: list
    elements: str
  score:
    description:
      - How much a location or colocation matters. V(INFINITY) is a must, V(-INFINITY) a must not.
      - A new constraint without a score gets V(INFINITY).
    type: str
  score_attribute:
    description: With O(rule), a node attribute that holds the score, instead of O(score).
    type: str
  role:
    description:
      - The role of O(resource) that the constraint is about, V(Started), V(Stopped), V(Promoted) or V(Unpromoted). The old names
        V(Master) and V(Slave) mean the same; what is written is what the cluster knows.
    type: str
  discovery:
    description: In a location, whether the cluster looks there for the resource when it runs elsewhere.
    type: str
    choices: [always, exclusive, never]
  first:
    description:
      - In an order, what comes first; a mapping of C(resource) and C(action) (V(start), V(stop), V(promote) or V(demote)), or only
        the id of the resource. A new order without an action starts the resource; that of an existing one stays.
    type: raw
  then:
    description: In an order, what comes after it, in the same form.
    type: raw
  kind:
    description:
      - In an order, whether what comes after waits whatever happens (V(Mandatory), the cluster's default), only where both happen
        at once (V(Optional)), or both just never happen at the same time (V(Serialize)).
      - A loop of mandatory orders is refused.
    type: str
    choices: [Mandatory, Optional, Serialize]
  symmetrical:
    description: In an order, whether the reverse holds for the reverse actions. The cluster's default is V(true).
    type: bool
  require_all:
    description: In an order, whether all instances of a clone have to be started before what comes after.
    type: bool
  with:
    description: In a colocation, the resource that O(resource) is put with.
    type: str
  with_role:
    description: The role of O(with), as O(role).
    type: str
  influence:
    description:
      - In a colocation, whether O(resource) has a say in where O(with) goes. Known from Pacemaker 2.1 on.
    type: bool
  node_attribute:
    description: In a colocation, a node attribute whose value has to be the same, instead of the node.
    type: str
  ticket:
    description: In a ticket constraint, the name of the ticket.
    type: str
  loss_policy:
    description: What happens to the resource when the ticket is lost. The cluster's default is V(stop), for a promoted role V(demote).
    type: str
    choices: [stop, demote, fence, freeze]
  sets:
    description:
      - The resources of a constraint about more than two of them, instead of those options that name resources.
      - A list of mappings of C(resources), a list of ids, and the options C(action), C(role), C(sequential), C(require_all),
        C(ordering), C(score) and C(kind) of the set. The order of sets and resources counts. What belongs to the whole constraint
        stays beside it.
    type: list
    elements: dict
  force:
    description:
      - Warn where the task would refuse a duplicate, a loop of orders, a resource inside a clone, or a node in a rule that the
        cluster does not have.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_resource
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Prefer node1
  hacluster.pcs.ha_constraint:
    resource: web
    node: node1
    score: 100

- name: Run on node1 or node2, rather on node1, and never on node3
  hacluster.pcs.ha_constraint:
    resource: db
    prefers: [node1=200, node2=100]
    avoids: [node3]

- name: A fence device shall not run on the node that it fences
  hacluster.pcs.ha_constraint:
    resource: fence-node1
    node: node1
    score: -INFINITY

- name: No preference any more
  hacluster.pcs.ha_constraint:
    resource: web
    node: node1
    state: absent

- name: Stay off the nodes of the second site in working hours
  hacluster.pcs.ha_constraint:
    id: batch-off-site2
    resource: batch
    rule: site eq 2 and date-spec hours=8-17 weekdays=1-5
    score: -INFINITY

- name: The file system is mounted before the database starts
  hacluster.pcs.ha_constraint:
    type: order
    first: filesystem
    then: db

- name: The address comes up when the database has been promoted
  hacluster.pcs.ha_constraint:
    type: order
    first: {resource: db-clone, action: promote}
    then: {resource: address, action: start}

- name: The address is where the promoted instance is
  hacluster.pcs.ha_constraint:
    type: colocation
    resource: address
    with: db-clone
    with_role: Promoted

- name: One of two routes, then both services side by side
  hacluster.pcs.ha_constraint:
    type: order
    id: routes-first
    sets:
      - {resources: [route1, route2], sequential: false, require_all: false}
      - {resources: [mail, web], sequential: false}

- name: Keep all of these together
  hacluster.pcs.ha_constraint:
    type: colocation
    id: all-together
    sets:
      - resources: [storage, share, address]

- name: Run only where the ticket is
  hacluster.pcs.ha_constraint:
    type: ticket
    ticket: site-a
    resource: db
    loss_policy: fence

- name: Remove a constraint, whatever its type
  hacluster.pcs.ha_constraint:
    id: all-together
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
  description: The constraint before and after, as YAML.
  returned: success
  type: dict
  sample:
    before: ""
    after: "constraints:\n  - type: location\n    id: location-web-node1-100\n    resource: web\n    node: node1\n    score: \"100\"\n"
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
from ansible_collections.hacluster.pcs.plugins.module_utils.tasks.ha_constraint import OPTIONS


def run(task):
    # Imported while the cluster answers already
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_constraint

    return ha_constraint.run(task)


def main():
    run_cib_module(
        {
            "type": {"type": "str", "choices": ["location", "order", "colocation", "ticket"]},
            "id": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "force": {"type": "bool", "default": False},
            **OPTIONS,
        },
        run,
    )


if __name__ == "__main__":
    main()
