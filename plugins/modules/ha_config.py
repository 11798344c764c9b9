#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_config
short_description: Bring the configuration of a cluster to what a document says
version_added: "0.1.0"
description:
  - Takes a document that describes properties, defaults, resources of all kinds, fence devices, tags and constraints, and brings
    the cluster there in one transaction. Everything is applied, or nothing.
  - What differs is found from one read of the configuration. When nothing differs, nothing else is run.
  - The order of application follows from the references between the objects.
options:
  config:
    description:
      - The document. Each key is optional.
      - C(properties) is a mapping as in the module M(hacluster.pcs.ha_property), and C(resource_defaults) and
        C(operation_defaults) are mappings or lists of sets as there.
      - C(templates), C(resources), C(groups), C(clones) and C(bundles) are lists of templates, primitives, groups, clones and
        bundles, with the keys of M(hacluster.pcs.ha_resource).
      - C(stonith) is a list of fence devices with the keys of M(hacluster.pcs.ha_stonith).
      - C(tags) is a list of tags with the keys of M(hacluster.pcs.ha_tag).
      - C(constraints) is a list of constraints with the keys of M(hacluster.pcs.ha_constraint).
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
      - V(runtime) lets what an operator set at run time go, too, where it is not given - C(target-role), C(is-managed) and
        C(maintenance) of resources, moves and bans, and the properties C(maintenance-mode) and C(stop-all-resources).
    type: list
    elements: str
    default: []
  force:
    description:
      - Warn where the metadata of an agent or of Pacemaker would make the task refuse, and remove running resources without
        stopping them first.
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

from ansible_collections.hacluster.pcs.plugins.module_utils.config import apply_document
from ansible_collections.hacluster.pcs.plugins.module_utils.module import run_cib_module
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import SECTIONS
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.kind import RUNTIME


def main():
    run_cib_module(
        {
            "config": {"type": "dict", "required": True},
            "force": {"type": "bool", "default": False},
            "force_recreate": {"type": "bool", "default": False},
            "mode": {"type": "str", "choices": ["merged", "replaced", "overridden"], "default": "merged"},
            "purge": {"type": "list", "elements": "str", "choices": [*SECTIONS, RUNTIME], "default": []},
        },
        work=apply_document,
    )


if __name__ == "__main__":
    main()
