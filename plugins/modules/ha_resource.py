#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_resource
short_description: Manage cluster resources
version_added: "0.1.0"
description:
  - Creates, changes and removes the resources of a Pacemaker cluster, starts and stops them, moves them between nodes, cleans
    up after failures, and says where they run.
  - Exactly one of O(agent), O(template), O(members), O(member) and O(container) says what a resource is. O(agent) and
    O(template) make a primitive, O(members) a group, O(member) a clone, and O(container) a bundle, with O(member) in it if given.
    Where only the state of a resource is to change, its O(id) is enough.
  - A new primitive gets the operations that its agent recommends, as C(pcs resource create) does; those in O(operations)
    replace the recommended ones of the same name.
  - Whatever a task changes is one change of the configuration. A primitive that is created with O(group), O(clone) or
    O(bundle) never runs outside of it.
options:
  id:
    description: The id of the resource. For a clone it is the id of the clone, not of what is cloned.
    type: str
    required: true
    aliases: [name]
  agent:
    description:
      - The resource agent in full, such as V(ocf:heartbeat:IPaddr2), V(systemd:nginx), V(lsb:legacy) or V(service:cron).
      - The agent of an existing resource is only changed with O(force_recreate=true).
    type: str
  template:
    description: The id of a template that the primitive is made from. The operations are then those of the template.
    type: str
  as_template:
    description:
      - Make a template from O(agent), O(params), O(meta), O(operations) and O(utilization). A template runs nothing itself.
    type: bool
    default: false
  params:
    description:
      - The parameters of a primitive. They are held against the agent's metadata before anything is changed. Names it does not
        have, required ones that are missing, wrong types, and a value that another resource has already and that must be unique
        (such as one address twice) are refused. O(force=true) only warns. Deprecated names are warned about.
      - V(null) removes a parameter, so that the agent's default holds. They belong to the agent and are compared as text;
        YAML booleans become V(true) and V(false).
      - A mapping is the usual single set. A list of C({id, score, rule, values}) is all of the sets where there are several. A
        set with a C(rule), such as C(#uname eq node1 or date gt 2026-01-31), holds only when the rule does; a rule is left alone
        where it is not given, or removed with O(mode=replaced).
      - Passwords and other secrets do not show in the result or in the log.
    type: raw
  meta:
    description:
      - Meta attributes of the resource, as a mapping or a list of sets like O(params). V(null) removes one. Their rules can
        only be about dates.
      - C(target-role), C(is-managed) and C(maintenance), which operators set, are left alone where they are not given.
    type: raw
  utilization:
    description: What a primitive needs of the capacity of its node, such as C(memory), in whole numbers. V(null) removes one.
    type: raw
  operations:
    description:
      - Operations of a primitive, each a mapping with C(name) and the attributes of an operation, such as C(interval),
        C(timeout), C(role), C(on-fail), C(enabled), C(start-delay), C(description), C(id) or C(OCF_CHECK_LEVEL).
      - One given matches the existing one of the same name and role, and of the same interval where several match. Existing
        operations that are not given are left alone, or removed with O(mode=replaced).
    type: list
    elements: dict
  default_operations:
    description:
      - With V(false), a new primitive gets only the operations in O(operations), and the monitor that its agent recommends if none
        is among them, as with C(pcs resource create --no-default-ops).
    type: bool
  description:
    description: A text for people.
    type: str
  group:
    description: The group that the primitive belongs to. It is made if it is not there.
    type: dict
    suboptions:
      id:
        description: The id of the group.
        type: str
        required: true
      before:
        description: The member that the primitive starts before.
        type: str
      after:
        description: The member that the primitive starts after. Without both, a new member comes last and an old one stays.
        type: str
  clone:
    description: Clone the primitive. An empty mapping does it with all defaults.
    type: dict
    suboptions:
      id:
        description: The id of the clone; by default the id of the primitive with V(-clone).
        type: str
      promotable:
        description: Whether instances of the clone can be promoted.
        type: bool
      meta:
        description: Meta attributes of the clone, such as C(clone-max) or C(interleave).
        type: raw
  bundle:
    description: The id of the bundle that the primitive runs in.
    type: str
  members:
    description:
      - The primitives of a group, in the order they start. They are exactly these in every O(mode); a primitive that leaves
        the group stays in the cluster as a resource of its own.
    type: list
    elements: str
  member:
    description: The primitive or group that is cloned; or, with O(container), the primitive that runs in the bundle.
    type: str
  promotable:
    description: Whether instances of the clone can be promoted.
    type: bool
  container:
    description:
      - The container of a bundle. C(type) is V(podman) or V(docker) and C(image) its image. Further keys are C(replicas),
        C(replicas-per-host), C(promoted-max), C(run-command), C(network) and C(options).
      - The type of an existing bundle is only changed with O(force_recreate=true).
    type: dict
  network:
    description:
      - The network of a bundle, with C(ip-range-start), C(control-port), C(host-interface), C(host-netmask) and C(add-host). One
        of the first two is needed where a resource runs in the bundle.
    type: dict
  ports:
    description:
      - Ports of a bundle's address that lead into the container, each with C(port) and C(internal-port), or with C(range), and an
        C(id) if wanted.
      - One that is there and not given is left alone, or removed with O(mode=replaced).
    type: list
    elements: dict
  storage:
    description:
      - What of the host is seen in the containers of a bundle, each with C(source-dir) or C(source-dir-root), C(target-dir),
        C(options), and an C(id) if wanted.
      - One that is there and not given is left alone, or removed with O(mode=replaced).
    type: list
    elements: dict
  state:
    description:
      - V(present) makes the resource what the task says.
      - V(absent) stops it, then removes it with the constraints and other references to it. A group, clone or bundle is removed
        with its members, as C(pcs resource delete) does, unless O(keep_members=true).
      - V(started) and V(stopped) say whether it shall run (C(pcs resource enable) and C(disable)). They can be combined with
        what the resource is; without that it has to exist.
      - V(moved) brings it to O(node); V(banned) keeps it off O(node); V(cleared) takes moves and bans back, all of them or those that
        name O(node).
      - V(cleaned) makes the cluster forget the failures of the resource, on all nodes or on O(node). Without failures nothing is done.
      - V(refreshed) makes the cluster forget all it knows of the resource and look anew, and V(restarted) restarts it. These two do
        so every time.
    type: str
    choices: [present, absent, started, stopped, moved, banned, cleared, restarted, cleaned, refreshed]
    default: present
  node:
    description: The node for O(state=moved) and O(state=banned), and to limit O(state=cleared), V(cleaned), V(refreshed) and V(restarted) to.
    type: str
  role:
    description: With V(Promoted), move or ban only the promoted instances of a promotable clone.
    type: str
    choices: [Promoted]
  keep_constraint:
    description:
      - With O(state=moved), leave the constraint in place that holds the resource on the node, until O(state=cleared).
      - Otherwise the task waits until the resource is there, up to O(wait) or else 120 seconds, and takes the constraint away. If the
        cluster would then move the resource back, nothing is moved and the task fails. Of a promoted instance that is known only
        when it is there; then the constraint stays and the task fails.
    type: bool
    default: false
  lifetime:
    description:
      - How long a move or ban holds, such as V(1h), V(30min) or V(PT1H). One that still holds is not renewed.
      - With O(state=moved) it implies O(keep_constraint=true).
    type: str
  keep_members:
    description:
      - With O(state=absent), take only the group or clone away. Its members go on running as resources of their own. What refers to
        a clone then refers to its member.
    type: bool
    default: false
  force_recreate:
    description:
      - Let another O(agent), O(template) or type of O(container) take the place of what is there. The resource is stopped, removed
        and created again in one change; its place in a group or clone and the constraints that refer to it stay.
    type: bool
    default: false
  force:
    description:
      - Warn where the agent's metadata, or what refers to a group, would make the task refuse.
      - With O(state=absent), remove the resource without stopping it first.
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

- name: A service that starts after it on the same node
  hacluster.pcs.ha_resource:
    id: web-server
    agent: systemd:nginx
    group: {id: web, after: web-ip}

- name: The same group, said of the group
  hacluster.pcs.ha_resource:
    id: web
    members: [web-ip, web-server]

- name: A database of which one instance is promoted
  hacluster.pcs.ha_resource:
    id: db
    agent: ocf:heartbeat:pgsqlms
    params:
      bindir: /usr/lib/postgresql/15/bin
      pgdata: /var/lib/postgresql/15/main
    operations:
      - {name: monitor, interval: 15s, role: Promoted}
      - {name: monitor, interval: 16s, role: Unpromoted}
    clone:
      promotable: true
      meta: {notify: true}

- name: An existing group on every node
  hacluster.pcs.ha_resource:
    id: storage-clone
    member: storage
    meta: {interleave: true}

- name: Containers that the cluster starts
  hacluster.pcs.ha_resource:
    id: cache
    container: {type: podman, image: "registry.example.com/cache:3", replicas: 2}
    network: {ip-range-start: 192.0.2.90}
    ports:
      - {port: 6379}
    storage:
      - {source-dir: /srv/cache, target-dir: /data, options: "rw,Z"}

- name: Stop the group for the night
  hacluster.pcs.ha_resource:
    id: web
    state: stopped
    wait: 120

- name: Bring it to another node, and leave nothing behind
  hacluster.pcs.ha_resource:
    id: web
    state: moved
    node: node2

- name: Keep the promoted database off a node for an hour
  hacluster.pcs.ha_resource:
    id: db-clone
    state: banned
    node: node1
    role: Promoted
    lifetime: 1h

- name: Forget failures, if there are any
  hacluster.pcs.ha_resource:
    id: web-server
    state: cleaned

- name: Where does it run?
  hacluster.pcs.ha_resource:
    id: web
    state: cleared
  check_mode: true
  register: web

- name: Remove the group and its members
  hacluster.pcs.ha_resource:
    id: web
    state: absent
"""

RETURN = r"""
resource:
  description: How the resource is after the task, and where it runs. V(null) where the cluster has no such resource.
  returned: success, unless O(cib_file) is given
  type: dict
  contains:
    id:
      description: The id of the resource.
      type: str
      sample: web
    status:
      description: V(started), V(stopped), V(partial) where only some of its members run, V(failed) or V(blocked).
      type: str
      sample: started
    role:
      description: The most that one of its instances is, V(Promoted), V(Started), V(Unpromoted) or V(Stopped).
      type: str
      sample: Started
    nodes:
      description: The nodes it runs on.
      type: list
      elements: str
      sample: [node1]
    managed:
      description: Whether the cluster manages it at present.
      type: bool
      sample: true
    instances:
      description: Each primitive in it on each node.
      type: list
      elements: dict
      sample:
        - {id: web-ip, node: node1, role: Started, managed: true, failed: false, blocked: false}
        - {id: web-server, node: node1, role: Started, managed: true, failed: false, blocked: false}
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

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import PRIMITIVE_ARGUMENTS, run_cib_module

STATES = ("present", "absent", "started", "stopped", "moved", "banned", "cleared", "restarted", "cleaned", "refreshed")


def run(task):
    # Imported while the cluster answers already
    from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_resource

    return ha_resource.run(task)


def main():
    run_cib_module(
        dict(
            PRIMITIVE_ARGUMENTS,
            state={"type": "str", "choices": list(STATES), "default": "present"},
            template={"type": "str"},
            as_template={"type": "bool", "default": False},
            default_operations={"type": "bool"},
            utilization={"type": "raw"},
            group={
                "type": "dict",
                "options": {
                    "id": {"type": "str", "required": True},
                    "before": {"type": "str"},
                    "after": {"type": "str"},
                },
                "mutually_exclusive": [("before", "after")],
            },
            clone={
                "type": "dict",
                "options": {"id": {"type": "str"}, "promotable": {"type": "bool"}, "meta": {"type": "raw"}},
            },
            bundle={"type": "str"},
            members={"type": "list", "elements": "str"},
            member={"type": "str"},
            promotable={"type": "bool"},
            container={"type": "dict"},
            network={"type": "dict"},
            ports={"type": "list", "elements": "dict"},
            storage={"type": "list", "elements": "dict"},
            node={"type": "str"},
            role={"type": "str", "choices": ["Promoted"]},
            lifetime={"type": "str"},
            keep_constraint={"type": "bool", "default": False},
            keep_members={"type": "bool", "default": False},
            force_recreate={"type": "bool", "default": False},
        ),
        work=run,
        monitor=True,
        mutually_exclusive=[
            ("agent", "template", "members", "container"),
            ("agent", "template", "members", "member"),
        ],
    )


if __name__ == "__main__":
    main()
