#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_property
short_description: Set cluster properties
version_added: "0.1.0"
description:
  - Sets and removes properties of a Pacemaker cluster, such as C(no-quorum-policy) or C(stonith-enabled).
  - All properties of a task are changed in one transaction.
options:
  properties:
    description:
      - The properties by name. V(null) removes a property, so that its default holds again.
      - Values are compared as Pacemaker reads them, so C(60s) and C(1min) are equal, as are C(true) and C(yes).
    type: dict
    required: true
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
        {"properties": {"type": "dict", "required": True}},
        lambda params, cib: [Wanted(kind_in("properties"), params["properties"], "present", "")],
    )


if __name__ == "__main__":
    main()
