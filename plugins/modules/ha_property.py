#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_property
short_description: Set cluster properties and the defaults of resources and operations
version_added: "0.1.0"
description:
  - Sets and resets properties of a Pacemaker cluster, such as C(no-quorum-policy) or C(stonith-enabled).
  - Sets the defaults of the meta attributes of resources and of the attributes of operations. They hold where a resource or an
    operation does not say otherwise.
  - All that a task gives is changed in one transaction.
options:
  properties:
    description:
      - The properties by name. V(null) resets a property, so that its default holds again.
      - Values are compared as Pacemaker reads them, so C(60s) and C(1min) are equal, as are C(true) and C(yes).
      - The names and values of what is going to change are held against what the cluster's own Pacemaker says of its properties,
        if it is installed where the task runs.
      - Some properties have another name since Pacemaker 3.0.2, such as C(fencing-enabled) for C(stonith-enabled). Either name
        means the property that is there; where it is not there yet, it gets a name that the cluster's Pacemaker knows.
      - With O(mode=replaced) all other properties are reset, so an empty mapping resets all. What an operator sets at run time
        (C(maintenance-mode) and C(stop-all-resources)) stays unless it is given.
      - What the cluster keeps for itself (C(cluster-infrastructure), C(cluster-name), C(dc-version), C(have-watchdog),
        C(last-lrm-refresh)) is never reset, and a task that would change it is refused.
    type: dict
  resource_defaults:
    description:
      - Defaults of the meta attributes of resources, such as C(resource-stickiness). At least one of O(properties),
        O(resource_defaults) and O(operation_defaults) is needed.
      - A mapping is the usual single set. V(null) removes a default, and with O(mode=replaced) those that are not given are
        removed; further sets and sets with a rule are left alone.
      - A list of C({id, score, rule, values}) is all of the sets there shall be, in this order; an empty list removes all. Of
        two sets with the same name the one with the higher score counts, and with equal scores the last one.
      - A set with a C(rule) holds only when the rule does. The rule is written as for C(pcs resource defaults set create), with
        the expressions C(resource STANDARD:PROVIDER:TYPE), C(date) and C(date-spec).
      - A listed set is found by its C(id), or by its place in the list. Inside it, what is not given is left alone, or removed
        with O(mode=replaced), its rule and score included.
    type: raw
  operation_defaults:
    description:
      - Defaults of the attributes of operations, such as C(timeout), in the same form as O(resource_defaults).
      - Rules can also have C(op NAME interval=TIME) and node attributes.
    type: raw
  force:
    description: Warn where a name or a value would make the task refuse, because the cluster's Pacemaker does not know it.
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
- name: Stop everything in a part of the cluster that loses quorum
  hacluster.pcs.ha_property:
    properties:
      no-quorum-policy: stop
      stonith-enabled: true

- name: Back to the default
  hacluster.pcs.ha_property:
    properties:
      cluster-recheck-interval:

- name: One property, and all others back to their defaults
  hacluster.pcs.ha_property:
    properties:
      no-quorum-policy: freeze
    mode: replaced

- name: All properties back to their defaults
  hacluster.pcs.ha_property:
    properties: {}
    mode: replaced

- name: Resources stay where they are, and their operations get more time
  hacluster.pcs.ha_property:
    resource_defaults:
      resource-stickiness: 100
    operation_defaults:
      timeout: 60s

- name: Outside working hours resources may move
  hacluster.pcs.ha_property:
    resource_defaults:
      - id: always
        values: {resource-stickiness: 0}
      - id: working-hours
        score: 10
        rule: date-spec hours=8-17 weekdays=1-5
        values: {resource-stickiness: 1000}

- name: More time for the monitors of all databases
  hacluster.pcs.ha_property:
    operation_defaults:
      - rule: resource ocf:heartbeat:pgsql and op monitor
        values: {timeout: 2min}

- name: No defaults at all
  hacluster.pcs.ha_property:
    resource_defaults: []
    operation_defaults: []

- name: A property that only an own script reads
  hacluster.pcs.ha_property:
    properties:
      site: north
    force: true
"""

RETURN = r"""
commands:
  description: The commands that changed something, or would in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The properties and defaults that differ, before and after, as YAML.
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


def run(task):
    # Imported while the cluster answers already
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
