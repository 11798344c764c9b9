#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_config
short_description: Apply a configuration document to a cluster
version_added: "0.1.0"
description:
  - Takes a document that describes properties, defaults, nodes, resources of all kinds, fence devices and fencing levels, tags,
    constraints, alerts and ACLs, and applies it to the cluster in one transaction. Either everything is applied, or nothing.
  - The module reads the configuration once and compares it with the document. If nothing differs, it runs nothing else.
  - The order in which objects are applied is derived from the references between them.
options:
  config:
    description:
      - The document. All keys are optional.
      - C(properties) is a mapping as in the module M(hacluster.pcs.ha_property). C(resource_defaults) and C(operation_defaults) are
        mappings or lists of sets, also as in that module.
      - C(nodes) is a list of nodes. C(name) is the name of an existing node of the cluster, which can also be a remote or guest
        node. C(attributes) and C(utilization) are mappings or lists of sets, like C(params) of M(hacluster.pcs.ha_resource);
        utilization values are integers. C(standby) and C(maintenance) are V(true) or V(false), and are left unchanged if they are
        not given. With O(mode=replaced), all attributes that are not given are removed, including those that resource agents store
        there.
      - C(templates), C(resources), C(groups), C(clones) and C(bundles) are lists of templates, primitives, groups, clones and
        bundles, with the keys of M(hacluster.pcs.ha_resource).
      - C(stonith) is a list of fence devices with the keys of M(hacluster.pcs.ha_stonith).
      - C(stonith_levels) is a list of fencing levels, which are tried one after another to fence a node. C(level) is a number from
        1 to 9. Exactly one of these selects the nodes - C(target), the name of a node; C(target_pattern), a regular expression that
        matches names of nodes; or C(target_attribute) with C(target_value), an attribute of nodes. C(devices) lists all fence
        devices of the level, in order. C(id) is optional; without it, a level is identified by C(level) and its target.
      - C(tags) is a list of tags with the keys of M(hacluster.pcs.ha_tag).
      - C(constraints) is a list of constraints with the keys of M(hacluster.pcs.ha_constraint).
      - C(alerts) is a list of alerts, which are programs that the cluster runs when something happens. C(id) and C(path) are
        required; the module does not check whether the program exists. C(description), C(options) (the environment variables of
        the program) and C(meta) (C(timeout), C(timestamp-format)) have the same form as C(description), C(params) and C(meta) of
        M(hacluster.pcs.ha_resource). If there are several sets of C(options), Pacemaker uses only the first one, regardless of its
        rule.
      - C(select) of an alert is a list with any of C(nodes), C(fencing), C(resources) and C(attributes). Without it, or with V([]),
        the alert receives the first three kinds of events. C(select_attributes) is a list of attribute names that limits the
        attribute events. If given, these lists are enforced exactly in every O(mode).
      - C(recipients) of an alert is a list of mappings with C(value), which is required, and optionally C(id), C(description),
        C(options) and C(meta). A recipient is identified by its C(id), or by its C(value) if no C(id) is given. Recipients that are
        not given are kept with O(mode=merged), as with C(pcs alert recipient add), and removed with O(mode=replaced). Two
        recipients with the same value each need an C(id).
      - C(acls) is a mapping with the lists C(roles), C(users) and C(groups). ACLs take effect only if the property C(enable-acl)
        is V(true).
      - An item of C(roles) has C(id), which is required, C(description), and C(permissions), a list that is enforced exactly and
        in the given order in every O(mode). A permission has C(kind) (V(read), V(write) or V(deny)), one of C(xpath),
        C(reference) (an id in the configuration) and C(object_type) (the name of an XML element), and optionally C(attribute) (only
        with C(object_type)), C(description) and C(id). Existing permissions keep their ids.
      - An item of C(users) or C(groups) has C(id), which is required and is the name of a system user or group, and C(roles), a
        list of role ids that is enforced exactly and in the given order in every O(mode). If the name of the user or group is not
        a valid id, give it as C(name) (requires Pacemaker's schema 3.8 or newer).
      - Whatever the document does not mention is left unchanged, unless O(mode=overridden).
    type: dict
    required: true
  mode:
    description:
      - How strictly the document is enforced.
      - With V(merged), what is given is enforced and everything else is left unchanged, also inside of objects.
      - With V(replaced), each given object is made to match exactly what is given. Objects that are not given are left unchanged.
      - With V(overridden), each given section is made to match exactly what is given. All other objects in the section are removed,
        together with the objects that refer to them; the diff shows this. Sections that are not given are left unchanged. Members
        of a removed group or clone are kept if their own section contains them.
      - Settings that the cluster itself maintains or that an operator made at run time are kept in every mode, except for those that
        O(purge) allows to be removed.
    type: str
    choices: [merged, replaced, overridden]
    default: merged
  purge:
    description:
      - Allows O(mode=overridden) to remove objects that it would otherwise protect.
      - The name of a section allows this section to be emptied. For example, V(stonith) allows the last fence device to be removed.
      - Constraints that only XML can express, which M(hacluster.pcs.ha_info) returns as C(unsupported), are removed only with
        V(constraints).
      - V(runtime) allows settings that an operator made at run time to be removed if the document does not contain them. These are
        C(target-role), C(is-managed) and C(maintenance) of resources, C(standby) and C(maintenance) of nodes, moves and bans, and
        the properties C(maintenance-mode) and C(stop-all-resources).
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
      - Warn instead of failing if something does not match the metadata of an agent or of Pacemaker, or if an alert would have two
        recipients with the same value.
      - Remove running resources without stopping them first.
    type: bool
    default: false
  force_recreate:
    description:
      - Allow a resource to be replaced by one with another agent, template or container type, as in M(hacluster.pcs.ha_resource).
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
- name: Configure an address and a web server that prefer node1
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

- name: Configure mail alerts, and a user with read-only access
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
  description: The commands that changed something, or that would have been run in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The objects that differ, before and after the change, as a YAML document with secrets masked.
  returned: success
  type: dict
  sample:
    before: "properties:\n  no-quorum-policy: ignore\n"
    after: "properties:\n  no-quorum-policy: stop\n"
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
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.context import RUNTIME
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.registry import SECTIONS

# The sections by the names that the document has for them
PURGEABLE = [*dict.fromkeys(section.partition(".")[0] for section in SECTIONS), RUNTIME]


def run(task):
    # Imported only now, while the query of the cluster is already running
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
