#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_info
short_description: Read the configuration of a cluster
version_added: "0.1.0"
description:
  - Returns what a Pacemaker cluster is configured to do, in the form that the modules of this collection take. It changes
    nothing.
options:
  gather_subset:
    description:
      - What to return.
      - V(config) is the whole configuration as the document that M(hacluster.pcs.ha_config) takes. Given to that module again, it
        changes nothing; given to a cluster without configuration, with O(hacluster.pcs.ha_config#module:mode=replaced), it
        builds an equal one.
      - V(constraints) are all constraints.
      - V(properties) are the cluster properties that this version of Pacemaker knows, with their defaults and the values that
        are set.
    type: list
    elements: str
    choices: [all, config, constraints, properties]
    default: [all]
  include_secrets:
    description:
      - Whether V(config) has the values of secret parameters, such as the password of a fence device. They are readable in the
        result and in whatever keeps that; use C(no_log) with the task.
      - Without it, each is V(<secret>), which the modules take as what is stored already, and refuse where nothing is stored.
    type: bool
    default: false
  cib_file:
    description:
      - Read this file, saved with C(cibadmin --query), instead of the live cluster. Neither a cluster nor root is needed;
        defaults of properties are returned only where Pacemaker is installed.
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
- name: Read all that there is
  hacluster.pcs.ha_info:
  register: cluster

- name: Read the whole configuration from a file
  hacluster.pcs.ha_info:
    gather_subset: [config]
    cib_file: cib.xml
  register: saved

- name: The orders
  ansible.builtin.debug:
    var: cluster.constraints | selectattr('type', 'equalto', 'order')

- name: What is set, and what the timeout of fencing would be by default
  ansible.builtin.debug:
    msg:
      - "{{ cluster.properties | dict2items | selectattr('value.value', 'defined') | items2dict }}"
      - "{{ cluster.properties['stonith-timeout'].default }}"
"""

RETURN = r"""
config:
  description: The configuration document. Sections in which there is nothing are left out.
  returned: when O(gather_subset) has V(config) or V(all)
  type: dict
  sample:
    properties: {no-quorum-policy: stop}
    resources:
      - {id: web, agent: "systemd:nginx", operations: [{name: monitor, interval: 60s, timeout: 100s}]}
    constraints:
      - {type: location, id: location-web-node1-100, resource: web, node: node1, score: "100"}
constraints:
  description: The constraints, each as M(hacluster.pcs.ha_constraint) takes it.
  returned: when O(gather_subset) has V(constraints) or V(all)
  type: list
  elements: dict
  sample:
    - {type: location, id: location-web-node1-100, resource: web, node: node1, score: "100"}
    - {type: order, id: order-db-web-mandatory, first: {resource: db, action: start}, then: {resource: web, action: start}}
properties:
  description:
    - The cluster properties by name. C(value) is there where one is set, the rest where Pacemaker knows the property.
  returned: when O(gather_subset) has V(properties) or V(all)
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
    - What is configured but cannot be said in that form - the section of the CIB, the id, and the XML. A cluster that is built
      from V(config) lacks it; on a cluster that has it, it is left alone.
  returned: when O(gather_subset) has V(config), V(constraints) or V(all)
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
