#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_property
short_description: Set cluster properties
version_added: "0.1.0"
description:
  - Sets and resets properties of a Pacemaker cluster, such as C(no-quorum-policy) or C(stonith-enabled).
  - All properties of a task are changed in one transaction.
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
    required: true
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
  description: The properties that differ, before and after, as YAML.
  returned: success
  type: dict
  sample:
    before: "properties:\n  no-quorum-policy: ignore\n"
    after: "properties:\n  no-quorum-policy: stop\n"
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.module import run_cib_module
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import Wanted, kind_in


def main():
    run_cib_module(
        {
            "properties": {"type": "dict", "required": True},
            "force": {"type": "bool", "default": False},
        },
        lambda params, cib: [Wanted(kind_in("properties"), params["properties"], "present", "properties: ")],
    )


if __name__ == "__main__":
    main()
