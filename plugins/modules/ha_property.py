#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_property
short_description: Manage cluster properties and the defaults of resources and operations
version_added: "0.1.0"
description:
  - Sets and resets properties of a Pacemaker cluster, such as C(no-quorum-policy) or C(stonith-enabled).
  - Sets the defaults of the meta attributes of resources and of the attributes of operations. They apply to resources and
    operations that do not set a different value.
  - All changes of a task are made in one transaction.
options:
  properties:
    description:
      - The properties by name. V(null) resets a property to its default.
      - Values are compared as Pacemaker interprets them. For example, C(60s) equals C(1min), and C(true) equals C(yes).
      - Before a change, the names and values that would change are validated against the metadata of the cluster's Pacemaker, if it
        is installed where the task runs.
      - Some properties have a new name since Pacemaker 3.0.2, such as C(fencing-enabled) for C(stonith-enabled). Both names refer to
        the property that is already set. If it is not set yet, it is created with a name that the cluster's Pacemaker knows.
      - With O(mode=replaced), all other properties are reset; an empty mapping resets all properties. What an operator sets at run
        time (C(maintenance-mode) and C(stop-all-resources)) is kept unless it is given.
      - The properties that the cluster itself maintains (C(cluster-infrastructure), C(cluster-name), C(dc-version),
        C(have-watchdog), C(last-lrm-refresh)) are never reset, and a task that would change one of them fails.
    type: dict
  resource_defaults:
    description:
      - The defaults of the meta attributes of resources, such as C(resource-stickiness). At least one of O(properties),
        O(resource_defaults) and O(operation_defaults) is required.
      - A mapping is the usual single set. V(null) removes a default. With O(mode=replaced), defaults that are not given are removed;
        further sets and sets with a rule are left unchanged.
      - A list of C({id, score, rule, values}) defines all sets, in this order. An empty list removes all sets. If two sets contain
        the same name, the set with the higher score takes precedence; if the scores are equal, the last set does.
      - A set with a C(rule) applies only while the rule is true. The rule has the syntax of C(pcs resource defaults set create),
        with the expressions C(resource STANDARD:PROVIDER:TYPE), C(date) and C(date-spec).
      - A set in the list is identified by its C(id), or by its position in the list. Inside a set, what is not given is left
        unchanged, or removed with O(mode=replaced), including the rule and the score.
    type: raw
  operation_defaults:
    description:
      - The defaults of the attributes of operations, such as C(timeout), in the same form as O(resource_defaults).
      - Rules can also contain C(op NAME interval=TIME) and node attributes.
    type: raw
  force:
    description: Warn instead of failing if the cluster's Pacemaker does not know a name or does not accept a value.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Stop all resources in a partition that loses quorum
  hacluster.pcs.ha_property:
    properties:
      no-quorum-policy: stop
      stonith-enabled: true

- name: Reset a property to its default
  hacluster.pcs.ha_property:
    properties:
      cluster-recheck-interval:

- name: Set one property and reset all others to their defaults
  hacluster.pcs.ha_property:
    properties:
      no-quorum-policy: freeze
    mode: replaced

- name: Reset all properties to their defaults
  hacluster.pcs.ha_property:
    properties: {}
    mode: replaced

- name: Let resources stay where they are, and give their operations more time
  hacluster.pcs.ha_property:
    resource_defaults:
      resource-stickiness: 100
    operation_defaults:
      timeout: 60s

- name: Let resources move only outside working hours
  hacluster.pcs.ha_property:
    resource_defaults:
      - id: always
        values: {resource-stickiness: 0}
      - id: working-hours
        score: 10
        rule: date-spec hours=8-17 weekdays=1-5
        values: {resource-stickiness: 1000}

- name: Give the monitors of all databases more time
  hacluster.pcs.ha_property:
    operation_defaults:
      - rule: resource ocf:heartbeat:pgsql and op monitor
        values: {timeout: 2min}

- name: Remove all defaults
  hacluster.pcs.ha_property:
    resource_defaults: []
    operation_defaults: []

- name: Set a property that only a custom script reads
  hacluster.pcs.ha_property:
    properties:
      site: north
    force: true
"""

RETURN = r"""
commands:
  description: The commands that changed something, or that would have been run in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The properties and defaults that differ, before and after the change, as YAML.
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


def run(task):
    # Imported only now, while the query of the cluster is already running
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_property

    return ha_property.run(task)


def main():
    run_cib_module(
        {
            "properties": {"type": "dict"},
            "resource_defaults": {"type": "raw"},
            "operation_defaults": {"type": "raw"},
            "force": {"type": "bool", "default": False},
        },
        run,
        required_one_of=[("properties", "resource_defaults", "operation_defaults")],
    )


if __name__ == "__main__":
    main()
