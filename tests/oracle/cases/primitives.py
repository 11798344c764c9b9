# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Primitives, created and changed."""

from __future__ import annotations

from oracle import DUMMY, STATEFUL, Case, dummies, primitive

IPADDR2 = "ocf:heartbeat:IPaddr2"
FILESYSTEM = "ocf:heartbeat:Filesystem"
MONITOR = {"name": "monitor", "interval": "10s"}


def made(name, arguments="", agent=DUMMY, start="", debian=("11", "12", "13"), **spec):
    """A Case of `pcs resource create a ...`."""
    command = f"resource create a {agent} {arguments}"
    return Case(name, command, primitive("a", agent, **spec), start=start, debian=debian)


def operation(attribute, value):
    """A Case of an operation with one additional attribute."""
    return made(
        f"made-with-op-{attribute}-{value}",
        f"op monitor interval=10s '{attribute}={value}'",
        operations=[dict(MONITOR, **{attribute: value})],
    )


def changed(name, commands, start="", agent=DUMMY, exact=False, **spec):
    """A Case that changes the primitive a; `start` are the arguments after `pcs resource create a AGENT`."""
    return Case(name, commands, primitive("a", agent, **spec), start=f"resource create a {agent} {start}", exact=exact)


AGENTS = {
    "ocf:heartbeat:Delay": {},
    "ocf:heartbeat:Dummy": {},
    "ocf:heartbeat:apache": {},
    "ocf:heartbeat:nginx": {},
    "ocf:heartbeat:pgsql": {},
    "ocf:heartbeat:exportfs": {"clientspec": "*", "directory": "/srv", "fsid": "1"},
    "ocf:heartbeat:mysql": {},
    "ocf:heartbeat:nfsserver": {},
    "ocf:heartbeat:VirtualDomain": {"config": "/etc/libvirt/qemu/vm.xml"},
    "ocf:pacemaker:ClusterMon": {},
    "ocf:pacemaker:HealthCPU": {},
    "ocf:pacemaker:attribute": {},
    "ocf:pacemaker:controld": {},
    "ocf:pacemaker:ping": {"host_list": "192.0.2.1"},
    FILESYSTEM: {"device": "/dev/sdb1", "directory": "/srv", "fstype": "ext4"},
    IPADDR2: {"ip": "192.0.2.1", "cidr_netmask": "24", "nic": "eth0"},
    STATEFUL: {},
    "lsb:ssh": {},
    "service:ssh": {},
    "systemd:ssh": {},
}

CASES = [
    *(
        made(f"made-of-{agent}", " ".join(f"'{name}={value}'" for name, value in params.items()), agent, params=params)
        for agent, params in AGENTS.items()
    ),
    made("made"),
    made("made-with-params", "fake=1 op_sleep=2", params={"fake": "1", "op_sleep": 2}),
    made("made-with-spaces-in-a-value", "'fake=a b  c'", params={"fake": "a b  c"}),
    made("made-with-quotes-in-a-value", """'fake=<"&'"'"'>'""", params={"fake": "<\"&'>"}),
    made("made-with-meta", "meta priority=5 migration-threshold=3", meta={"priority": 5, "migration-threshold": "3"}),
    made(
        "made-with-everything",
        "fake=1 op monitor interval=30s timeout=10s start timeout=60s meta resource-stickiness=1 priority=5",
        params={"fake": "1"},
        operations=[
            {"name": "monitor", "interval": "30s", "timeout": "10s"},
            {"name": "start", "timeout": "60s"},
        ],
        meta={"resource-stickiness": 1, "priority": 5},
    ),
    made("made-after-others", start=dummies("z", "y")),
    # Operations
    operation("timeout", "20s"),
    operation("role", "Started"),
    operation("role", "Promoted"),
    *(operation("on-fail", value) for value in ("ignore", "block", "demote", "stop", "restart", "fence", "standby")),
    operation("enabled", "false"),
    operation("start-delay", "5s"),
    operation("interval-origin", "2024-01-01 00:00:00"),
    operation("record-pending", "true"),
    operation("description", "what it does"),
    operation("OCF_CHECK_LEVEL", "10"),
    operation("id", "my-monitor"),
    made(
        "made-with-all-of-an-op",
        "op monitor id=my-monitor interval=10s timeout=20s role=Stopped on-fail=block enabled=true start-delay=1s"
        " record-pending=false description=x OCF_CHECK_LEVEL=20",
        operations=[
            {
                "id": "my-monitor",
                "name": "monitor",
                "interval": "10s",
                "timeout": "20s",
                "role": "Stopped",
                "on-fail": "block",
                "enabled": True,
                "start-delay": "1s",
                "record-pending": False,
                "description": "x",
                "OCF_CHECK_LEVEL": 20,
            }
        ],
    ),
    made("made-with-op-without-interval", "op monitor timeout=30s", operations=[{"name": "monitor", "timeout": "30s"}]),
    made("made-with-op-in-seconds", "op monitor interval=15", operations=[{"name": "monitor", "interval": 15}]),
    made("made-with-op-in-minutes", "op monitor interval=2min", operations=[{"name": "monitor", "interval": "2min"}]),
    made(
        "made-with-op-of-iso",
        "op monitor interval=PT20S",
        operations=[{"name": "monitor", "interval": "PT20S"}],
        debian=("11", "12"),
    ),
    made(
        "made-with-start-and-stop",
        "op stop timeout=90s start timeout=80s on-fail=fence",
        operations=[{"name": "stop", "timeout": "90s"}, {"name": "start", "timeout": "80s", "on-fail": "fence"}],
    ),
    made(
        "made-with-monitors",
        "op monitor interval=30s monitor interval=20s OCF_CHECK_LEVEL=10 monitor interval=10s timeout=5s",
        operations=[
            {"name": "monitor", "interval": "30s"},
            {"name": "monitor", "interval": "20s", "OCF_CHECK_LEVEL": 10},
            {"name": "monitor", "interval": "10s", "timeout": "5s"},
        ],
    ),
    made(
        "made-with-monitors-of-roles",
        "op monitor interval=9s role=Promoted monitor interval=12s role=Unpromoted monitor interval=15s role=Stopped",
        agent=STATEFUL,
        operations=[
            {"name": "monitor", "interval": "9s", "role": "Promoted"},
            {"name": "monitor", "interval": "12s", "role": "Unpromoted"},
            {"name": "monitor", "interval": "15s", "role": "Stopped"},
        ],
    ),
    made("made-without-default-ops", "--no-default-ops", default_operations=False),
    made(
        "made-without-default-ops-of-Filesystem",
        "device=/dev/sdb1 directory=/srv fstype=ext4 --no-default-ops",
        agent=FILESYSTEM,
        params=AGENTS[FILESYSTEM],
        default_operations=False,
    ),
    made("made-without-default-ops-of-Stateful", "--no-default-ops", agent=STATEFUL, default_operations=False),
    made(
        "made-without-default-ops-but-one",
        "op start timeout=50s --no-default-ops",
        operations=[{"name": "start", "timeout": "50s"}],
        default_operations=False,
    ),
    made(
        "made-without-default-ops-but-a-monitor",
        "op monitor interval=50s --no-default-ops",
        operations=[{"name": "monitor", "interval": "50s"}],
        default_operations=False,
    ),
    # Ids
    Case(
        "made-with-signs-in-its-id",
        f"resource create _a.b-C_1 {DUMMY} fake=1 meta priority=1",
        primitive("_a.b-C_1", params={"fake": 1}, meta={"priority": 1}),
    ),
    made("made-with-signs-in-a-name", "meta a:b=1 'c/d e=2' 9=3", meta={"a:b": 1, "c/d e": 2, "9": 3}),
    made("made-with-signs-that-leave-one-id", "meta a:b=1 a/b=2 ab=3", meta={"a:b": 1, "a/b": 2, "ab": 3}),
    made(
        "made-where-the-id-of-its-params-is-taken",
        "fake=1",
        params={"fake": 1},
        start=dummies("a-instance_attributes", "a-instance_attributes-1"),
    ),
    made(
        "made-where-the-id-of-a-param-is-taken",
        "fake=1",
        params={"fake": 1},
        start=dummies("a-instance_attributes-fake"),
    ),
    made(
        "made-where-the-id-of-its-meta-is-taken",
        "meta priority=1",
        meta={"priority": 1},
        start=dummies("a-meta_attributes"),
    ),
    made("made-where-the-id-of-an-op-is-taken", start=dummies("a-monitor-interval-10s", "a-start-interval-0s")),
    made(
        "made-where-the-id-of-a-check-level-is-taken",
        "op monitor interval=10s OCF_CHECK_LEVEL=10",
        operations=[dict(MONITOR, OCF_CHECK_LEVEL=10)],
        start=dummies("a-monitor-interval-10s-instance_attributes"),
    ),
    # Utilization
    Case(
        "made-with-utilization",
        f"{dummies('a')}\nresource utilization a cpu=2 memory=512",
        primitive("a", utilization={"memory": 512, "cpu": 2}),
    ),
    Case(
        "made-with-everything-and-utilization",
        f"resource create a {DUMMY} fake=1 meta priority=1\nresource utilization a cpu=2",
        primitive("a", params={"fake": 1}, meta={"priority": 1}, utilization={"cpu": 2}),
    ),
    changed("utilization-added", "resource utilization a cpu=2", "fake=1 meta priority=1", utilization={"cpu": 2}),
    changed(
        "utilization-added-to-it",
        "resource utilization a memory=2",
        "\nresource utilization a cpu=2",
        utilization={"memory": 2},
    ),
    changed(
        "utilization-changed", "resource utilization a cpu=3", "\nresource utilization a cpu=2", utilization={"cpu": 3}
    ),
    changed(
        "utilization-removed",
        "resource utilization a cpu=",
        "\nresource utilization a cpu=2 memory=3",
        utilization={"cpu": None},
    ),
    changed(
        "last-utilization-removed",
        "resource utilization a cpu=",
        "\nresource utilization a cpu=2",
        utilization={"cpu": None},
    ),
    changed("param-added", "resource update a fake=1", params={"fake": 1}),
    changed("param-added-beside-meta", "resource update a fake=1", "meta priority=1", params={"fake": 1}),
    changed("param-added-to-others", "resource update a fake=1", "op_sleep=1", params={"fake": 1}),
    changed(
        "params-added",
        "resource update a passwd=1 op_sleep=2 fake=3",
        "",
        params={"passwd": 1, "op_sleep": 2, "fake": 3},
    ),
    changed("param-changed", "resource update a fake=2", "fake=1 op_sleep=1", params={"fake": 2}),
    changed("param-removed", "resource update a fake=", "fake=1 op_sleep=1", params={"fake": None}),
    changed("last-param-removed", "resource update a fake=", "fake=1", params={"fake": None}),
    changed("param-removed-that-is-not-there", "resource update a fake=", "", params={"fake": None}),
    changed(
        "params-of-all-kinds-changed",
        "resource update a fake=2 op_sleep= passwd=3",
        "fake=1 op_sleep=1",
        params={"fake": 2, "op_sleep": None, "passwd": 3},
    ),
    Case(
        "param-added-where-the-id-of-their-set-is-taken",
        "resource update a fake=1",
        primitive("a", params={"fake": 1}),
        start=dummies("a", "a-instance_attributes"),
    ),
    # Meta attributes
    changed("meta-added", "resource meta a priority=1", meta={"priority": 1}),
    changed("meta-added-beside-params", "resource meta a priority=1", "fake=1", meta={"priority": 1}),
    changed("meta-added-in-an-update", "resource update a meta priority=1", "fake=1", meta={"priority": 1}),
    changed("meta-added-to-others", "resource meta a priority=1", "meta a=1 z=1", meta={"priority": 1}),
    changed("metas-added", "resource meta a z=1 y=2 x=3", meta={"z": 1, "y": 2, "x": 3}),
    changed("meta-changed", "resource meta a priority=2", "meta priority=1 a=1", meta={"priority": 2}),
    changed("meta-removed", "resource meta a priority=", "meta priority=1 a=1", meta={"priority": None}),
    changed("last-meta-removed", "resource meta a priority=", "meta priority=1", meta={"priority": None}),
    changed(
        "meta-added-beside-utilization",
        "resource meta a priority=1",
        "\nresource utilization a cpu=2",
        meta={"priority": 1},
    ),
    # Operations
    changed(
        "op-added",
        "resource op add a monitor interval=30s role=Stopped",
        operations=[{"name": "monitor", "interval": "30s", "role": "Stopped"}],
    ),
    changed(
        "op-added-with-everything",
        "resource op add a monitor interval=30s role=Promoted timeout=5s on-fail=block enabled=true description=x",
        operations=[
            {"name": "monitor", "interval": "30s", "role": "Promoted", "timeout": "5s", "on-fail": "block"}
            | {"enabled": True, "description": "x"}
        ],
    ),
    changed(
        "op-added-with-a-check-level",
        "resource op add a monitor interval=30s role=Stopped OCF_CHECK_LEVEL=10",
        operations=[{"name": "monitor", "interval": "30s", "role": "Stopped", "OCF_CHECK_LEVEL": 10}],
    ),
    changed(
        "op-added-with-an-id",
        "resource op add a monitor interval=30s role=Stopped id=mine",
        operations=[{"name": "monitor", "interval": "30s", "role": "Stopped", "id": "mine"}],
    ),
    changed(
        "op-added-without-interval",
        "resource op add a monitor role=Stopped",
        operations=[{"name": "monitor", "role": "Stopped"}],
    ),
    changed(
        "op-added-of-another-action",
        "resource op add a start timeout=5s",
        "--no-default-ops",
        operations=[{"name": "start", "timeout": "5s"}],
    ),
    changed(
        "op-added-to-none",
        "resource op add a start timeout=5s",
        "--no-default-ops\nresource op remove a monitor",
        operations=[{"name": "start", "timeout": "5s"}],
    ),
    Case(
        "op-added-where-its-id-is-taken",
        "resource op add a monitor interval=30s role=Stopped",
        primitive("a", operations=[{"name": "monitor", "interval": "30s", "role": "Stopped"}]),
        start=dummies("a", "a-monitor-interval-30s"),
    ),
    changed(
        "op-added-in-an-update",
        "resource update a op start timeout=5s",
        "--no-default-ops",
        operations=[{"name": "start", "timeout": "5s"}],
    ),
    changed(
        "op-changed",
        "resource update a op monitor interval=10s timeout=90s",
        operations=[{"name": "monitor", "interval": "10s", "timeout": "90s"}],
    ),
    changed(
        "op-changed-with-another-interval",
        "resource update a op monitor interval=30s",
        operations=[{"name": "monitor", "interval": "30s"}],
    ),
    changed(
        "op-changed-of-a-role",
        "resource update a op monitor interval=30s role=Promoted",
        agent=STATEFUL,
        operations=[{"name": "monitor", "interval": "30s", "role": "Promoted"}],
    ),
    changed(
        "op-changed-to-a-check-level",
        "resource update a op monitor interval=10s timeout=20s OCF_CHECK_LEVEL=10",
        operations=[{"name": "monitor", "interval": "10s", "timeout": "20s", "OCF_CHECK_LEVEL": 10}],
    ),
    changed(
        "ops-changed",
        "resource update a op start timeout=90s op stop timeout=80s",
        operations=[{"name": "start", "timeout": "90s"}, {"name": "stop", "timeout": "80s"}],
    ),
    changed(
        "all-changed",
        "resource update a fake=2 op_sleep= op start interval=0s timeout=90s meta priority=2 a=",
        "fake=1 op_sleep=1 meta priority=1 a=1",
        params={"fake": 2, "op_sleep": None},
        operations=[{"name": "start", "interval": "0s", "timeout": "90s"}],
        meta={"priority": 2, "a": None},
    ),
    changed(
        "reduced-to-what-is-given",
        "resource update a op_sleep= meta a=\nresource op remove a-start-interval-0s\nresource op remove a-stop-interval-0s",
        "fake=1 op_sleep=1 op start timeout=1 monitor interval=10s stop timeout=1 --no-default-ops meta priority=1 a=1",
        exact=True,
        params={"fake": 1},
        operations=[{"name": "monitor", "interval": "10s"}],
        meta={"priority": 1},
    ),
    # In groups, clones and bundles
    Case(
        "made-in-a-new-group",
        f"resource create a {DUMMY} fake=1 --group g",
        primitive("a", params={"fake": 1}, group={"id": "g"}),
        start=dummies("z"),
    ),
    *(
        Case(
            f"made-in-a-group{name}",
            f"resource create b {DUMMY} --group g{arguments}",
            primitive("b", group={"id": "g", **place}),
            start=f"{dummies('a', 'c')}\nresource group add g a c",
        )
        for name, arguments, place in (
            ("", "", {}),
            ("-before-the-first", " --before a", {"before": "a"}),
            ("-before-the-last", " --before c", {"before": "c"}),
            ("-after-the-first", " --after a", {"after": "a"}),
            ("-after-the-last", " --after c", {"after": "c"}),
        )
    ),
    Case(
        "made-in-a-group-with-meta-after-the-last",
        f"resource create b {DUMMY} --group g --after a",
        primitive("b", group={"id": "g", "after": "a"}),
        start=f"{dummies('a')}\nresource group add g a\nresource meta g priority=1",
    ),
    Case(
        "made-in-a-group-with-meta",
        f"resource create b {DUMMY} --group g",
        primitive("b", group={"id": "g"}),
        start=f"{dummies('a')}\nresource group add g a\nresource meta g priority=1",
    ),
    Case(
        "made-in-a-cloned-group",
        f"resource create b {DUMMY} --group g --before a",
        primitive("b", group={"id": "g", "before": "a"}),
        start=f"{dummies('a')}\nresource group add g a\nresource clone g",
    ),
    *(
        Case(f"made-in-a-{name}", f"resource create a {STATEFUL} {arguments}", primitive("a", STATEFUL, clone=clone))
        for name, arguments, clone in (
            ("clone", "clone", {}),
            ("clone-with-its-id", "clone c", {"id": "c"}),
            (
                "clone-with-meta",
                "clone notify=true clone-max=2",
                {"meta": {"notify": True, "clone-max": 2}},
            ),
            ("clone-with-its-id-and-meta", "clone c notify=true", {"id": "c", "meta": {"notify": True}}),
            ("promotable-clone", "promotable", {"promotable": True}),
            (
                "promotable-clone-with-its-id-and-meta",
                "promotable c promoted-max=2 notify=true",
                {"id": "c", "promotable": True, "meta": {"promoted-max": 2, "notify": True}},
            ),
        )
    ),
    Case(
        "made-in-a-clone-whose-id-is-taken",
        f"resource create a {DUMMY} clone",
        primitive("a", clone={}),
        start=dummies("a-clone"),
    ),
    Case(
        "made-in-a-clone-with-everything",
        f"resource create a {DUMMY} fake=1 op monitor interval=30s meta priority=1 clone c notify=true",
        primitive(
            "a",
            params={"fake": 1},
            operations=[{"name": "monitor", "interval": "30s"}],
            meta={"priority": 1},
            clone={"id": "c", "meta": {"notify": True}},
        ),
    ),
]
