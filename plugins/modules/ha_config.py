#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_config
short_description: Bring the configuration of a cluster to what a document says
version_added: "0.1.0"
description:
  - Takes a document that describes properties, defaults, nodes, resources of all kinds, fence devices and levels, tags,
    constraints, alerts and ACLs, and brings the cluster there in one transaction. Everything is applied, or nothing.
  - What differs is found from one read of the configuration. When nothing differs, nothing else is run.
  - The order of application follows from the references between the objects.
options:
  config:
    description:
      - The document. Each key is optional.
      - C(properties) is a mapping as in the module M(hacluster.pcs.ha_property), and C(resource_defaults) and
        C(operation_defaults) are mappings or lists of sets as there.
      - C(nodes) is a list of nodes. C(name) is a node that the cluster has, which may be a remote or guest node. C(attributes) and
        C(utilization) are mappings or lists of sets like C(params) of M(hacluster.pcs.ha_resource), the utilization in whole
        numbers. C(standby) and C(maintenance) are V(true) or V(false), and are left alone when they are not given. With
        O(mode=replaced) all attributes go that are not given, those that agents keep there too.
      - C(templates), C(resources), C(groups), C(clones) and C(bundles) are lists of templates, primitives, groups, clones and
        bundles, with the keys of M(hacluster.pcs.ha_resource).
      - C(stonith) is a list of fence devices with the keys of M(hacluster.pcs.ha_stonith).
      - C(stonith_levels) is a list of what is tried one after another to fence a node. C(level) is 1 to 9. What it is for is one of
        C(target), a node, C(target_pattern), a regular expression for names of nodes, and C(target_attribute) with
        C(target_value), an attribute that nodes have. C(devices) are the fence devices of the level, all of them, in their order.
        C(id) is optional; without it a level is known by C(level) and what it is for.
      - C(tags) is a list of tags with the keys of M(hacluster.pcs.ha_tag).
      - C(constraints) is a list of constraints with the keys of M(hacluster.pcs.ha_constraint).
      - C(alerts) is a list of alerts, the programs that the cluster runs when something happens. C(id) and C(path) are required;
        the program is not looked for. C(description), C(options) (its variables) and C(meta) (C(timeout), C(timestamp-format))
        are as C(description), C(params) and C(meta) of M(hacluster.pcs.ha_resource). Of several sets of C(options) Pacemaker uses
        only the first, whatever its rule.
      - C(select) of an alert is a list of C(nodes), C(fencing), C(resources) and C(attributes); without it, or with V([]), it is
        told of the first three. C(select_attributes) is a list of names, which narrows the attributes. A given list is exact in
        every O(mode).
      - C(recipients) of an alert is a list of mappings with C(value), which is required, and C(id), C(description), C(options) and
        C(meta). A recipient is found by its C(id) or else by its C(value). Those that are not given stay with
        O(mode=merged), as with C(pcs alert recipient add), and go with O(mode=replaced). Two recipients of the same value need
        an C(id) each.
      - C(acls) is a mapping of the lists C(roles), C(users) and C(groups). The property C(enable-acl) puts them in force.
      - An item of C(roles) has C(id), which is required, C(description) and C(permissions), which are exact and in their order
        in every O(mode). A permission has C(kind) (V(read), V(write) or V(deny)), one of C(xpath), C(reference) (an id in the
        configuration) and C(object_type) (the name of an element), and optionally C(attribute) (only with C(object_type)),
        C(description) and C(id). One that stays keeps its id.
      - An item of C(users) or C(groups) has C(id), the name of a user or a group of the system, which is required, and C(roles),
        a list of ids, exact and in their order in every O(mode). If the system's name cannot be an id, C(name) has it
        (Pacemaker's schema 3.8 or newer).
      - What the document does not mention is left alone, unless O(mode=overridden).
    type: dict
    required: true
  mode:
    description:
      - With V(merged), what is given is enforced and the rest is left alone, inside an object, too.
      - With V(replaced), each given object becomes exactly what is given. Objects that are not given are left alone.
      - With V(overridden), each given section becomes exactly what is given. Everything else in it is removed, with what refers to
        it; the diff shows that. Sections that are not given are left alone. What is in a group or clone that goes stays if its
        own section gives it.
      - What the cluster keeps for itself, and what an operator set at run time, stays in every mode unless O(purge) says otherwise.
    type: str
    choices: [merged, replaced, overridden]
    default: merged
  purge:
    description:
      - What O(mode=overridden) may remove although it is much at once.
      - The name of a section allows it to be empty, such as C(stonith) to remove the last fence device.
      - Constraints that only XML can say, which M(hacluster.pcs.ha_info) returns as C(unsupported), go only with C(constraints).
      - V(runtime) lets what an operator set at run time go, too, where it is not given - C(target-role), C(is-managed) and
        C(maintenance) of resources, C(standby) and C(maintenance) of nodes, moves and bans, and the properties
        C(maintenance-mode) and C(stop-all-resources).
    type: list
    elements: str
    choices:
      - properties
      - resource_defaults
      - operation_defaults
      - nodes
      - templates
      - resources
      - groups
      - clones
      - bundles
      - stonith
      - stonith_levels
      - tags
      - constraints
      - alerts
      - acls
      - runtime
    default: []
  force:
    description:
      - Warn where the metadata of an agent or of Pacemaker would make the task refuse, and where an alert would have two
        recipients of the same value, and remove running resources without stopping them first.
    type: bool
    default: false
  force_recreate:
    description: Let another agent, template or type of container take the place of what is there, as in M(hacluster.pcs.ha_resource).
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_property
  - module: hacluster.pcs.ha_resource
  - module: hacluster.pcs.ha_stonith
  - module: hacluster.pcs.ha_tag
  - module: hacluster.pcs.ha_constraint
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: An address and a web server that prefer node1
  hacluster.pcs.ha_config:
    config:
      properties:
        no-quorum-policy: stop
      nodes:
        - {name: node1, attributes: {site: north}}
        - {name: node2, attributes: {site: south}, standby: false}
      resources:
        - id: web-ip
          agent: ocf:heartbeat:IPaddr2
          params: {ip: 192.0.2.80}
        - id: web-server
          agent: systemd:nginx
      groups:
        - id: web
          members: [web-ip, web-server]
      constraints:
        - {type: location, resource: web, node: node1, score: 100}
    wait: 60

- name: Mails about failures, and a user who may only look
  hacluster.pcs.ha_config:
    config:
      alerts:
        - id: mail
          path: /var/lib/pacemaker/alert_smtp.sh
          options: {email_sender: cluster@example.com}
          meta: {timeout: 15s}
          select: [nodes, fencing]
          recipients:
            - {value: admin@example.com}
      properties:
        enable-acl: true
      acls:
        roles:
          - id: observer
            permissions:
              - {kind: read, xpath: /cib}
        users:
          - {id: alice, roles: [observer]}
"""

RETURN = r"""
commands:
  description: The commands that changed something, or would in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The objects that differ, before and after, as a document in YAML, with secrets masked.
  returned: success
  type: dict
  sample:
    before: "properties:\n  no-quorum-policy: ignore\n"
    after: "properties:\n  no-quorum-policy: stop\n"
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
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.context import RUNTIME
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.registry import SECTIONS

# The sections by the names that the document has for them
PURGEABLE = [*dict.fromkeys(section.partition(".")[0] for section in SECTIONS), RUNTIME]


def run(task):
    # Imported while the cluster answers already
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_config

    return ha_config.run(task)


def main():
    run_cib_module(
        {
            "config": {"type": "dict", "required": True},
            "force": {"type": "bool", "default": False},
            "force_recreate": {"type": "bool", "default": False},
            "mode": {"type": "str", "choices": ["merged", "replaced", "overridden"], "default": "merged"},
            "purge": {"type": "list", "elements": "str", "choices": PURGEABLE, "default": []},
        },
        work=run,
    )


if __name__ == "__main__":
    main()
