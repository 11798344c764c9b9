#!/usr/bin/python
# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_resource
short_description: Manage cluster resources
version_added: "0.1.0"
description:
  - Creates, changes and removes the resources of a Pacemaker cluster, starts and stops them, moves them between nodes, cleans up
    their failures, and returns where they run.
  - Exactly one of O(agent), O(template), O(members), O(member) and O(container) determines what a resource is. O(agent) and
    O(template) define a primitive, O(members) a group, O(member) a clone, and O(container) a bundle, optionally with O(member) in
    it. To change only the state of a resource, its O(id) is sufficient.
  - A new primitive gets the operations that its agent recommends, as with C(pcs resource create). Operations in O(operations)
    replace the recommended ones with the same name.
  - All changes of a task are committed as one change of the configuration. A primitive that is created with O(group), O(clone) or
    O(bundle) never runs outside of it.
options:
  id:
    description: The id of the resource. For a clone, this is the id of the clone, not of the cloned resource.
    type: str
    required: true
    aliases: [name]
  agent:
    description:
      - The full name of the resource agent, such as V(ocf:heartbeat:IPaddr2), V(systemd:nginx), V(lsb:legacy) or V(service:cron).
      - The agent of an existing resource is changed only with O(force_recreate=true).
    type: str
  template:
    description: The id of the template that the primitive is based on. The primitive then uses the operations of the template.
    type: str
  as_template:
    description:
      - Create a template from O(agent), O(params), O(meta), O(operations) and O(utilization). A template itself does not run.
    type: bool
    default: false
  params:
    description:
      - The parameters of a primitive. They are validated against the agent's metadata before anything is changed. The task fails
        if a name is unknown, if a required parameter is missing, if a value has the wrong type, or if another resource already has
        a value that must be unique, such as an IP address. With O(force=true), it only warns. It also warns about deprecated names.
      - V(null) removes a parameter, so that the agent's default applies. Parameters belong to the agent and are compared as text;
        YAML booleans are converted to V(true) and V(false).
      - A mapping is the usual single set. If there are several sets, give all of them as a list of C({id, score, rule, values}). A
        set with a C(rule), such as C(#uname eq node1 or date gt 2026-01-31), applies only while the rule is true. A rule that is not
        given is left unchanged, or removed with O(mode=replaced).
      - Passwords and other secrets are not shown in the result or in the log.
    type: raw
  meta:
    description:
      - The meta attributes of the resource, as a mapping or a list of sets like O(params). V(null) removes an attribute. Rules can
        only contain date expressions.
      - C(target-role), C(is-managed) and C(maintenance), which operators set, are left unchanged if they are not given.
    type: raw
  utilization:
    description: The capacity that a primitive needs on its node, such as C(memory), as integers. V(null) removes a value.
    type: raw
  operations:
    description:
      - The operations of a primitive. Each is a mapping with C(name) and the attributes of an operation, such as C(interval),
        C(timeout), C(role), C(on-fail), C(enabled), C(start-delay), C(description), C(id) or C(OCF_CHECK_LEVEL).
      - An operation matches the existing operation with the same name and role, and with the same interval if there are several.
        Existing operations that are not given are left unchanged, or removed with O(mode=replaced).
    type: list
    elements: dict
  default_operations:
    description:
      - With V(false), a new primitive gets only the operations in O(operations), and, if these do not include a monitor, the monitor
        that its agent recommends, as with C(pcs resource create --no-default-ops).
    type: bool
  description:
    description: A free-form description.
    type: str
  group:
    description: The group that the primitive belongs to. It is created if it does not exist.
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
        description:
          - The member that the primitive starts after. With neither O(group.before) nor O(group.after), a new member is placed last
            and an existing member keeps its position.
        type: str
  clone:
    description: Clone the primitive. An empty mapping creates a clone with all defaults.
    type: dict
    suboptions:
      id:
        description: The id of the clone. The default is the id of the primitive, followed by V(-clone).
        type: str
      promotable:
        description: Whether instances of the clone can be promoted.
        type: bool
      meta:
        description: The meta attributes of the clone, such as C(clone-max) or C(interleave).
        type: raw
  bundle:
    description: The id of the bundle that the primitive runs in.
    type: str
  members:
    description:
      - The primitives of a group, in the order in which they start. The list is enforced exactly in every O(mode). A primitive that
        is removed from the group remains in the cluster as a separate resource.
    type: list
    elements: str
  member:
    description: The primitive or group to clone. With O(container), the primitive that runs in the bundle.
    type: str
  promotable:
    description: Whether instances of the clone can be promoted.
    type: bool
  container:
    description:
      - The container of a bundle. C(type) is V(podman) or V(docker), and C(image) is its image. Further keys are C(replicas),
        C(replicas-per-host), C(promoted-max), C(run-command), C(network) and C(options).
      - The type of an existing bundle is changed only with O(force_recreate=true).
    type: dict
  network:
    description:
      - The network of a bundle, with C(ip-range-start), C(control-port), C(host-interface), C(host-netmask) and C(add-host). If a
        resource runs in the bundle, one of the first two is required.
    type: dict
  ports:
    description:
      - The ports of the bundle's IP address that are forwarded to the container. Each has C(port) and C(internal-port), or C(range),
        and optionally C(id).
      - Existing ports that are not given are left unchanged, or removed with O(mode=replaced).
    type: list
    elements: dict
  storage:
    description:
      - The directories and files of the host that are mapped into the containers of a bundle. Each has C(source-dir) or C(source-dir-root),
        C(target-dir), C(options), and optionally C(id).
      - Existing mappings that are not given are left unchanged, or removed with O(mode=replaced).
    type: list
    elements: dict
  state:
    description:
      - V(present) creates the resource or changes it as described by the task.
      - V(absent) stops the resource, then removes it together with the constraints and other references to it. A group, clone or
        bundle is removed with its members, as with C(pcs resource delete), unless O(keep_members=true).
      - V(started) and V(stopped) determine whether the resource should run (C(pcs resource enable) and C(pcs resource disable)).
        They can be combined with the options that define the resource; without them, the resource must exist.
      - V(moved) moves the resource to O(node). V(banned) keeps it off O(node). V(cleared) removes moves and bans, either all of them
        or only those for O(node).
      - V(cleaned) makes the cluster forget the failures of the resource, on all nodes or on O(node). If there are no failures, the
        task does nothing.
      - V(refreshed) makes the cluster forget the whole history of the resource and detect its status again. V(restarted) restarts
        the resource. Both do this every time the task runs.
    type: str
    choices: [present, absent, started, stopped, moved, banned, cleared, restarted, cleaned, refreshed]
    default: present
  node:
    description:
      - The target node for O(state=moved) and O(state=banned). It also limits O(state=cleared), O(state=cleaned),
        O(state=refreshed) and O(state=restarted) to one node.
    type: str
  role:
    description: With V(Promoted), move or ban only the promoted instances of a promotable clone.
    type: str
    choices: [Promoted]
  keep_constraint:
    description:
      - With O(state=moved), keep the constraint that holds the resource on the node until O(state=cleared) removes it.
      - If V(false), the task waits for up to O(wait) seconds, or 120 seconds if O(wait) is not set, until the resource has moved, and
        then removes the constraint. If the cluster would then move the resource back, nothing is moved and the task fails. For a
        promoted instance this is known only after the move; in this case, the constraint is kept and the task fails.
    type: bool
    default: false
  lifetime:
    description:
      - How long a move or ban is effective, such as V(1h), V(30min) or V(PT1H). A move or ban that is still effective is not
        renewed.
      - With O(state=moved), this implies O(keep_constraint=true).
    type: str
  keep_members:
    description:
      - With O(state=absent), remove only the group or clone. Its members keep running as separate resources. References to a clone
        are changed to refer to its member.
    type: bool
    default: false
  force_recreate:
    description:
      - Allow the resource to be replaced by one with another O(agent), O(template) or type of O(container). It is stopped, removed
        and created again in one change. It keeps its position in a group or clone and the constraints that refer to it.
    type: bool
    default: false
  force:
    description:
      - Warn instead of failing if something does not match the agent's metadata, or if references to a group prevent the change.
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
- name: Create a floating address
  hacluster.pcs.ha_resource:
    id: web-ip
    agent: ocf:heartbeat:IPaddr2
    params:
      ip: 192.0.2.80
      cidr_netmask: 24
    operations:
      - {name: monitor, interval: 10s}
    wait: 60

- name: Create a service that starts after it on the same node
  hacluster.pcs.ha_resource:
    id: web-server
    agent: systemd:nginx
    group: {id: web, after: web-ip}

- name: Define the same group by its members
  hacluster.pcs.ha_resource:
    id: web
    members: [web-ip, web-server]

- name: Create a database with one promoted instance
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

- name: Run an existing group on every node
  hacluster.pcs.ha_resource:
    id: storage-clone
    member: storage
    meta: {interleave: true}

- name: Run containers
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

- name: Move the group to another node without leaving a constraint behind
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

- name: Clean up failures, if there are any
  hacluster.pcs.ha_resource:
    id: web-server
    state: cleaned

- name: Find out where the group runs
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
  description: The status of the resource after the task, and where it runs. V(null) if the cluster does not have this resource.
  returned: success, unless O(cib_file) is given
  type: dict
  contains:
    id:
      description: The id of the resource.
      type: str
      sample: web
    status:
      description: One of V(started), V(stopped), V(partial) (only some of its members are running), V(failed) and V(blocked).
      type: str
      sample: started
    role:
      description: The highest role of its instances - V(Promoted), V(Started), V(Unpromoted) or V(Stopped).
      type: str
      sample: Started
    nodes:
      description: The nodes that it runs on.
      type: list
      elements: str
      sample: [node1]
    managed:
      description: Whether the cluster currently manages it.
      type: bool
      sample: true
    instances:
      description: The instances of each primitive in the resource on each node.
      type: list
      elements: dict
      sample:
        - {id: web-ip, node: node1, role: Started, managed: true, failed: false, blocked: false}
        - {id: web-server, node: node1, role: Started, managed: true, failed: false, blocked: false}
commands:
  description: The commands that changed something, or that would have been run in check mode.
  returned: success
  type: list
  elements: list
  sample: [["cibadmin", "--patch", "--xml-pipe"]]
diff:
  description: The resource before and after the change, as YAML with secrets masked.
  returned: success
  type: dict
  sample:
    before: ""
    after: "groups:\n  - id: web\n    members:\n      - web-ip\n      - web-server\n"
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

from ansible_collections.hacluster.pcs.plugins.module_utils.cib_task import PRIMITIVE_ARGUMENTS, run_cib_module

STATES = ("present", "absent", "started", "stopped", "moved", "banned", "cleared", "restarted", "cleaned", "refreshed")


def run(task):
    # Imported only now, while the query of the cluster is already running
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
