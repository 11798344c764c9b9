#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_info
short_description: Read the configuration of a cluster
version_added: "0.1.0"
description:
  - Returns the configuration of a Pacemaker cluster in the form that the other modules of this collection accept. It does not
    change anything.
options:
  gather_subset:
    description:
      - What to return.
      - V(config) is the whole configuration as a document for M(hacluster.pcs.ha_config). Applying it to the same cluster changes
        nothing. Applying it to a cluster without configuration, with O(hacluster.pcs.ha_config#module:mode=replaced), creates an
        equivalent configuration.
      - V(constraints) is the list of all constraints.
      - V(properties) is the cluster properties that this version of Pacemaker knows, with their defaults and the values that are
        set.
    type: list
    elements: str
    choices: [all, config, constraints, properties]
    default: [all]
  include_secrets:
    description:
      - Whether V(config) includes the values of secret parameters, such as the password of a fence device. They are then readable
        in the result and wherever it is stored; use C(no_log) for the task.
      - If V(false), each secret value is returned as V(<secret>). The modules interpret this as the stored value, and fail if no
        value is stored.
    type: bool
    default: false
  cib_file:
    description:
      - Read this file, saved with C(cibadmin --query), instead of the live cluster. This requires neither a cluster nor root
        privileges. The defaults of properties are returned only if Pacemaker is installed.
    type: path
extends_documentation_fragment:
  - hacluster.pcs.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: hacluster.pcs.ha_config
  - module: hacluster.pcs.ha_constraint
  - module: hacluster.pcs.ha_property
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: Read everything
  hacluster.pcs.ha_info:
  register: cluster

- name: Read the whole configuration from a file
  hacluster.pcs.ha_info:
    gather_subset: [config]
    cib_file: cib.xml
  register: saved

- name: Show the order constraints
  ansible.builtin.debug:
    var: cluster.constraints | selectattr('type', 'equalto', 'order')

- name: Show the properties that are set, and the default of stonith-timeout
  ansible.builtin.debug:
    msg:
      - "{{ cluster.properties | dict2items | selectattr('value.value', 'defined') | items2dict }}"
      - "{{ cluster.properties['stonith-timeout'].default }}"
"""

RETURN = r"""
config:
  description: The configuration document. Empty sections are omitted.
  returned: when O(gather_subset) includes V(config) or V(all)
  type: dict
  sample:
    properties: {no-quorum-policy: stop}
    resources:
      - {id: web, agent: "systemd:nginx", operations: [{name: monitor, interval: 60s, timeout: 100s}]}
    constraints:
      - {type: location, id: location-web-node1-100, resource: web, node: node1, score: "100"}
constraints:
  description: The constraints, each in the form that M(hacluster.pcs.ha_constraint) accepts.
  returned: when O(gather_subset) includes V(constraints) or V(all)
  type: list
  elements: dict
  sample:
    - {type: location, id: location-web-node1-100, resource: web, node: node1, score: "100"}
    - {type: order, id: order-db-web-mandatory, first: {resource: db, action: start}, then: {resource: web, action: start}}
properties:
  description:
    - The cluster properties by name. C(value) is present if the property is set, the other keys if Pacemaker knows the property.
  returned: when O(gather_subset) includes V(properties) or V(all)
  type: dict
  sample:
    no-quorum-policy:
      value: freeze
      default: stop
      type: select
      choices: [stop, freeze, ignore, demote, suicide]
      description: What to do when the cluster does not have quorum
unsupported:
  description:
    - The parts of the configuration that cannot be expressed in this form, each with its CIB section, id and XML. They are missing
      from a cluster that is built from RV(config), and are left unchanged on a cluster that has them.
  returned: when O(gather_subset) includes V(config), V(constraints) or V(all)
  type: list
  elements: dict
  sample: []
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.run import HaModule, finish
from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_info


def main():
    module = HaModule(
        argument_spec={
            "cib_file": {"type": "path"},
            "gather_subset": {
                "type": "list",
                "elements": "str",
                "choices": ["all", "config", "constraints", "properties"],
                "default": ["all"],
            },
            "include_secrets": {"type": "bool", "default": False},
        }
    )
    finish(module, lambda: ha_info.run(module))


if __name__ == "__main__":
    main()
