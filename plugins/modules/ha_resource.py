#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_resource
short_description: Manage cluster resources
version_added: "0.1.0"
description:
  - Creates, changes and removes the resources of a Pacemaker cluster.
  - O(agent) makes a primitive, O(members) makes a group of primitives.
  - A new primitive gets the operations that its agent recommends, as C(pcs resource create) does; those in O(operations)
    replace the recommended ones of the same name.
options:
  id:
    description: The id of the resource.
    type: str
    required: true
    aliases: [name]
  agent:
    description:
      - The resource agent in full, such as V(ocf:heartbeat:IPaddr2) or V(systemd:nginx).
      - The agent of an existing resource cannot be changed in place.
    type: str
  members:
    description:
      - The primitives of a group, in the order they start. They are exactly these in every O(mode); a primitive that leaves
        the group stays in the cluster as a resource of its own.
    type: list
    elements: str
  params:
    description:
      - The parameters of a primitive. Their names are held against the agent's metadata before anything is changed.
      - V(null) removes a parameter, so that the agent's default holds. They belong to the agent and are compared as text;
        YAML booleans become V(true) and V(false).
      - Passwords and other secrets do not show in the result or in the log.
    type: dict
  meta:
    description: Meta attributes of the resource. V(null) removes one.
    type: dict
  operations:
    description:
      - Operations of a primitive, each a mapping with C(name) and the attributes of an operation, such as C(interval),
        C(timeout), C(role), C(on-fail) or C(OCF_CHECK_LEVEL).
      - One given matches the existing one of the same name and role, and of the same interval where several match. Existing
        operations that are not given are left alone, or removed with O(mode=replaced).
    type: list
    elements: dict
  description:
    description: A text for people.
    type: str
  state:
    description:
      - Whether the resource shall exist.
      - V(absent) stops it, then removes it with the constraints and other references to it. A group is removed with its
        members, as C(pcs resource delete) does.
    type: str
    choices: [present, absent]
    default: present
  force:
    description: With O(state=absent), remove the resource without stopping it first.
    type: bool
    default: false
extends_documentation_fragment:
  - hacluster.pcs.cib
  - hacluster.pcs.attributes
seealso:
  - module: hacluster.pcs.ha_constraint
  - module: hacluster.pcs.ha_config
author: hacluster.pcs contributors (@hacluster)
"""

EXAMPLES = r"""
- name: A floating address
  hacluster.pcs.ha_resource:
    id: web-ip
    agent: ocf:heartbeat:IPaddr2
    params:
      ip: 192.0.2.80
      cidr_netmask: 24
    operations:
      - {name: monitor, interval: 10s}
    wait: 60

- name: A service
  hacluster.pcs.ha_resource:
    id: web-server
    agent: systemd:nginx

- name: Both on one node, the address first
  hacluster.pcs.ha_resource:
    id: web
    members: [web-ip, web-server]

- name: Remove the group and its members
  hacluster.pcs.ha_resource:
    id: web
    state: absent
"""

RETURN = r"""
commands:
  description: The commands that changed something, or would in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The resource before and after, as YAML, with secrets masked.
  returned: success
  type: dict
  sample:
    before: ""
    after: "groups:\n  - id: web\n    members:\n      - web-ip\n      - web-server\n"
"""

from ansible_collections.hacluster.pcs.plugins.module_utils.errors import BadInput
from ansible_collections.hacluster.pcs.plugins.module_utils.module import (
    PRIMITIVE_ARGUMENTS,
    run_cib_module,
    wanted_object,
)
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import kind_in, kind_of


def wanted(params, cib):
    """The resource that the task is about; what is to go may be of any kind."""
    if params["state"] == "present":
        return [wanted_object(kind_in("groups" if params["members"] is not None else "resources"), params)]
    element = cib.resource(params["id"])
    if element is None:
        return []
    kind = kind_of(element)
    if kind is None or kind.section == "stonith":
        raise BadInput(
            f"id: {params['id']!r} is a {kind.what if kind else element.tag}, which ha_resource cannot remove"
        )
    return [wanted_object(kind, params)]


def main():
    run_cib_module(
        dict(PRIMITIVE_ARGUMENTS, members={"type": "list", "elements": "str"}),
        wanted,
        required_if=[("state", "present", ("agent", "members"), True)],
        mutually_exclusive=[("members", "agent"), ("members", "params"), ("members", "operations")],
    )


if __name__ == "__main__":
    main()
