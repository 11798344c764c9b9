#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_constraint
short_description: Manage constraints between resources and nodes
version_added: "0.1.0"
description:
  - Creates, changes and removes constraints of a Pacemaker cluster. A location constraint determines where a resource may run or
    prefers to run, an order constraint which action comes before another, a colocation constraint which resources run together or
    apart, and a ticket constraint which resources depend on a ticket.
  - A constraint is identified by its O(id). Without an O(id), it is identified by its subject, so a task also finds constraints
    that were created with C(pcs) or by somebody else. The subject of a location is the resource with its role and the node or the
    rule; of an order, both resources with their actions; of a colocation, both resources with their roles; of a ticket constraint,
    the ticket and the resource with its role; and with O(sets), the resources in the sets with their actions or roles.
  - Constraints are edited in place and keep their id. To change the subject of a constraint, give its O(id).
  - The module does not create a second constraint with the same subject; the error message names the existing one. If there are
    already two, the module warns about it.
  - Moves and bans made with C(pcs resource move) or M(hacluster.pcs.ha_resource) are identified only by their O(id).
options:
  type:
    description:
      - The type of the constraint.
      - If not given, an existing constraint is identified by its O(id), regardless of its type; a new constraint is a location.
    type: str
    choices: [location, order, colocation, ticket]
  id:
    description: The id of the constraint. If not given, a new constraint gets the id that C(pcs) would assign.
    type: str
  state:
    description: Whether the constraint should exist.
    type: str
    choices: [present, absent]
    default: present
  resource:
    description:
      - The resource of a location, colocation or ticket constraint. This can also be a fence device or a tag.
      - For resources inside a clone or bundle, give the id of the clone or bundle.
    type: str
  pattern:
    description: For a location, a regular expression that matches the ids of several resources. Use it instead of O(resource).
    type: str
  node:
    description: For a location, the node.
    type: str
  rule:
    description:
      - For a location, a rule that selects nodes and times. Use it instead of O(node). It has the syntax of C(pcs), for example
        V(#uname eq node1 and date gt 2026-01-01).
      - Node attributes are compared with C(eq), C(ne), C(lt), C(lte), C(gt) and C(gte), with a type (C(string), C(integer),
        C(number), C(version)) before the value if needed, or tested with C(defined) and C(not_defined).
      - Date expressions are C(date gt DATE), C(date lt DATE), C(date in_range [DATE] to DATE), C(date in_range DATE to duration
        days=3), and C(date-spec hours=9-17 weekdays=1-5).
      - C(and) and C(or) have the same precedence and are evaluated from left to right; use parentheses to change the order. Put
        values that contain spaces in quotes.
    type: str
  prefers:
    description:
      - For a location, the nodes that the resource prefers to run on, in the notation of C(pcs). Use it instead of O(node) and
        O(score). Each node becomes a separate constraint.
      - Each item is the name of a node, which means a score of V(INFINITY), or a node with a score, such as V(node1=100).
    type: list
    elements: str
  avoids:
    description:
      - The same as O(prefers), for the nodes that the resource avoids. V(node1=100) means a score of -100 and V(node1=-100) a score
        of 100, as with C(pcs).
    type: list
    elements: str
  score:
    description:
      - The weight of a location or colocation. V(INFINITY) makes it mandatory, V(-INFINITY) forbids it.
      - A new constraint without a score gets V(INFINITY).
    type: str
  score_attribute:
    description: With O(rule), a node attribute that contains the score. Use it instead of O(score).
    type: str
  role:
    description:
      - The role of O(resource) that the constraint applies to - V(Started), V(Stopped), V(Promoted) or V(Unpromoted). The old names
        V(Master) and V(Slave) are accepted as synonyms. The module writes the names that the cluster supports.
    type: str
  discovery:
    description: For a location, whether the cluster probes the node to see if the resource is running there (C(resource-discovery)).
    type: str
    choices: [always, exclusive, never]
  first:
    description:
      - For an order, what comes first. This is a mapping with C(resource) and C(action) (V(start), V(stop), V(promote) or
        V(demote)), or just the id of the resource. Without an action, a new order uses V(start), and an existing one keeps its
        action.
    type: raw
  then:
    description: For an order, what comes after O(first), in the same form.
    type: raw
  kind:
    description:
      - For an order, whether O(then) always waits for O(first) (V(Mandatory), the cluster's default), only if both actions happen
        at the same time anyway (V(Optional)), or whether the two actions just never happen at the same time (V(Serialize)).
      - The module refuses to create a loop of mandatory orders.
    type: str
    choices: [Mandatory, Optional, Serialize]
  symmetrical:
    description: For an order, whether the opposite actions happen in the opposite order. The cluster's default is V(true).
    type: bool
  require_all:
    description: For an order, whether all instances of a clone must be started before O(then).
    type: bool
  with:
    description: For a colocation, the resource that O(resource) is colocated with.
    type: str
  with_role:
    description: The role of O(with), with the same values as O(role).
    type: str
  influence:
    description:
      - For a colocation, whether O(resource) influences where O(with) runs. Requires Pacemaker 2.1 or newer.
    type: bool
  node_attribute:
    description: For a colocation, a node attribute whose value must be the same for both resources, instead of the node.
    type: str
  ticket:
    description: For a ticket constraint, the name of the ticket.
    type: str
  loss_policy:
    description:
      - What happens to the resource when the ticket is lost. The cluster's default is V(stop), or V(demote) for a promoted role.
    type: str
    choices: [stop, demote, fence, freeze]
  sets:
    description:
      - The resource sets of a constraint for more than two resources. Use it instead of the options that name resources.
      - Each set is a mapping with C(resources), a list of ids, and the set options C(action), C(role), C(sequential),
        C(require_all), C(ordering), C(score) and C(kind). The order of the sets and of the resources is significant. Options of
        the constraint as a whole are given next to O(sets).
    type: list
    elements: dict
  force:
    description:
      - Warn instead of failing about a duplicate, a loop of orders, a resource inside a clone, or a rule that names a node that the
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

- name: Run on node1 or node2, preferably on node1, and never on node3
  hacluster.pcs.ha_constraint:
    resource: db
    prefers: [node1=200, node2=100]
    avoids: [node3]

- name: Do not run a fence device on the node that it fences
  hacluster.pcs.ha_constraint:
    resource: fence-node1
    node: node1
    score: -INFINITY

- name: Remove a preference
  hacluster.pcs.ha_constraint:
    resource: web
    node: node1
    state: absent

- name: Stay off the nodes of the second site during working hours
  hacluster.pcs.ha_constraint:
    id: batch-off-site2
    resource: batch
    rule: site eq 2 and date-spec hours=8-17 weekdays=1-5
    score: -INFINITY

- name: Mount the file system before the database starts
  hacluster.pcs.ha_constraint:
    type: order
    first: filesystem
    then: db

- name: Start the address after the database has been promoted
  hacluster.pcs.ha_constraint:
    type: order
    first: {resource: db-clone, action: promote}
    then: {resource: address, action: start}

- name: Run the address on the node of the promoted instance
  hacluster.pcs.ha_constraint:
    type: colocation
    resource: address
    with: db-clone
    with_role: Promoted

- name: Start at least one of two routes, then both services in parallel
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

- name: Run only at the site that holds the ticket
  hacluster.pcs.ha_constraint:
    type: ticket
    ticket: site-a
    resource: db
    loss_policy: fence

- name: Remove a constraint regardless of its type
  hacluster.pcs.ha_constraint:
    id: all-together
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
  description: The constraint before and after the change, as YAML.
  returned: success
  type: dict
  sample:
    before: ""
    after: "constraints:\n  - type: location\n    id: location-web-node1-100\n    resource: web\n    node: node1\n    score: \"100\"\n"
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
from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_constraint


def main():
    run_cib_module(
        {
            "type": {"type": "str", "choices": ["location", "order", "colocation", "ticket"]},
            "id": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "force": {"type": "bool", "default": False},
            **ha_constraint.OPTIONS,
        },
        ha_constraint.run,
    )


if __name__ == "__main__":
    main()
