"""A lab: the nodes of one Debian version, their network, their BMCs and the inventory."""

import json
import shutil
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

from . import bmc, host, image
from .shell import Failure, locked, run, step

CACHE = Path(__file__).resolve().parents[3] / ".cache" / "lab"
SSH_OPTIONS = [
    "-o", "StrictHostKeyChecking=no",
    "-o", "UserKnownHostsFile=/dev/null",
    "-o", "LogLevel=ERROR",
    # a shared connection to a node that lost its power is closed instead of hanging
    "-o", "ServerAliveInterval=5",
]  # fmt: skip


def podman(*argv, **options):
    return run("podman", *host.podman_options()[0], *argv, **options)


class Lab:
    """The lab of one Debian version (os: its number): names, addresses and the actions on all nodes."""

    def __init__(self, os):
        self.os = os
        self.name = f"halab-{os}"
        self.subnet = f"10.213.{os}.0/24"
        self.gateway = f"10.213.{os}.1"
        self.free_address = f"10.213.{os}.100"
        self.state = CACHE / os
        self.key = self.state / "id_ed25519"
        self.inventory = self.state / "inventory.yml"

    def node(self, name):
        """The node with this name. Raises Failure if the lab does not have it."""
        for node in self.nodes():
            if node.name == name:
                return node
        known = ", ".join(node.name for node in self.nodes()) or "none: run `lab up`"
        raise Failure(f"The Debian {self.os} lab has no node {name} (it has {known})")

    def nodes(self):
        names = podman("ps", "--all", "--filter", f"name=^{self.name}-node", "--format", "{{.Names}}").stdout.split()
        numbers = sorted(int(name.rpartition("node")[2]) for name in names)
        return [Node(self, number) for number in numbers]

    @contextmanager
    def alone(self):
        """Hold a lock, so that no other `up` or `down` of this lab runs at the same time."""
        CACHE.mkdir(parents=True, exist_ok=True)
        with locked(CACHE / f"{self.os}.lock"):
            yield

    def up(self, count, spare, baked):
        """Create a fresh lab, replacing an existing one: `count` nodes for a cluster, and `spare` additional nodes."""
        with locked(CACHE / "host.lock"):  # a lab of another Debian version may be installing packages as well
            host.prepare()
        base = image.ensure(self.os, baked)
        self.down()
        with step(f"starting {count + spare} nodes"):
            self._make_key()
            podman("network", "create", "--disable-dns", "--subnet", self.subnet, "--gateway", self.gateway, self.name)
            nodes = [Node(self, number) for number in range(1, count + spare + 1)]
            for node in nodes:
                node.create(base, nodes)
                node.start()
            host.prefer_containers()
            self._hold_bridge()
        with step("starting their BMCs"):
            for node in nodes:
                bmc.start(node)
        with step("waiting for ssh"):
            for node in nodes:
                node.wait_for_ssh(60)
        self.inventory.write_text(_inventory(self, nodes[:count], nodes[count:]))

    def down(self):
        """Remove the containers, the network, the BMCs and their state; keep the key and the images."""
        bmc.stop_all(f"{self.name}-")
        shutil.rmtree(self.state / "bmc", ignore_errors=True)
        self.inventory.unlink(missing_ok=True)
        for node in self.nodes():
            podman("rm", "--force", "--time", "0", node.container)
        run("ip", "link", "delete", self._holder, check=False)
        podman("network", "rm", "--force", self.name, check=False)
        # a bridge that still had another port when the last container was removed outlives its network
        for bridge in json.loads(run("ip", "-json", "address", "show", "to", self.gateway).stdout):
            if bridge:
                run("ip", "link", "delete", bridge["ifname"])

    def bridge(self):
        return podman("network", "inspect", "--format", "{{.NetworkInterface}}", self.name).stdout.strip()

    @property
    def _holder(self):
        return f"halab{self.os}hold"

    def _hold_bridge(self):
        """Keep the bridge, and with it the BMCs' address, while all nodes are off.

        netavark removes a bridge together with its last port, so an unconnected veth pair is added as another port. The
        bridge's hardware address is also pinned: otherwise it would change with the ports, and the nodes could not
        reach the BMCs until their ARP entries expire.
        """
        bridge = self.bridge()
        run("ip", "link", "add", self._holder, "type", "veth", "peer", "name", f"{self._holder}2")
        run("ip", "link", "set", self._holder, "master", bridge, "up")
        mac = Path(f"/sys/class/net/{bridge}/address").read_text().strip()
        run("ip", "link", "set", bridge, "address", mac)

    def _make_key(self):
        self.state.mkdir(parents=True, exist_ok=True)
        if not self.key.exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.name, "-f", str(self.key))


class Node:
    """One container. `name` is its host name, `container` its name in podman."""

    def __init__(self, lab, number):
        self.lab = lab
        self.name = f"node{number}"
        self.container = f"{lab.name}-{self.name}"
        self.address = f"10.213.{lab.os}.{10 + number}"
        # Also fixed: otherwise, after a reboot, neighbours would use the old one until their ARP entries expire.
        self.mac = f"02:00:00:00:{int(lab.os):02x}:{10 + number:02x}"
        self.bmc_port = int(lab.os) * 1000 + number
        self.cut_mark = lab.state / "bmc" / f"{self.container}.cut"

    def create(self, base, nodes):
        """Create the container, without starting it.

        It is privileged, because systemd, corosync and floating addresses need most of the privileges. What could harm
        the host is masked: pacemaker would reboot the host through sysrq, sbd would arm the host's watchdog.
        --add-host adds the names of the other nodes to /etc/hosts, because podman rewrites that file at each start.
        """
        hosts = [f"--add-host={node.name}:{node.address}" for node in nodes if node.name != self.name]
        podman(
            "create", "--name", self.container, "--hostname", self.name,
            "--network", self.lab.name, "--ip", self.address, "--mac-address", self.mac, *hosts,
            "--systemd=always", "--privileged", "--shm-size", "256m",
            "--security-opt", "mask=/proc/sysrq-trigger:/dev/watchdog:/dev/watchdog0",
            *host.podman_options()[1], base, "/sbin/init",
        )  # fmt: skip
        podman("cp", f"{self.lab.key}.pub", f"{self.container}:/root/.ssh/authorized_keys")

    @contextmanager
    def alone(self):
        """Hold a lock, so that no other process switches this node's power or pulls its cable at the same time."""
        with locked(self.lab.state / "bmc" / f"{self.container}.lock"):
            yield

    def start(self):
        if self.cut_mark.exists():
            podman("init", self.container)  # connects the cable before any process runs
            self._plug("nomaster")
        podman("start", self.container)

    def kill(self):
        """Cut the power: processes in the node cannot shut down cleanly."""
        podman("kill", "--signal", "KILL", self.container)

    def runs(self):
        return self._inspect("{{.State.Running}}") == "true"

    def cut(self):
        """Disconnect the node from the network; it stays disconnected across reboots."""
        with self.alone():
            self.cut_mark.touch()
            if self.runs():
                self._plug("nomaster")

    def heal(self):
        """Reconnect the node to the network."""
        with self.alone():
            self.cut_mark.unlink(missing_ok=True)
            if self.runs():
                self._plug("master", self.lab.bridge())

    def ssh(self, *command):
        """The ssh command line to this node."""
        options = [*SSH_OPTIONS, "-o", "ConnectTimeout=10", "-i", str(self.lab.key)]
        return ["ssh", *options, f"root@{self.address}", *command]

    def answers(self):
        """Whether a login by ssh works within 3 seconds."""
        return run("timeout", "3", *self.ssh("true"), check=False).returncode == 0

    def wait_for_ssh(self, seconds):
        deadline = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > deadline:
                logs = podman("logs", "--tail", "5", self.container, check=False)
                raise Failure(f"{self.name} ({self.address}) does not answer by ssh\n{logs.stdout}{logs.stderr}")
            time.sleep(0.3)

    def _plug(self, *where):
        """Unplug the host's end of the node's cable with `nomaster`, or plug it in with `master BRIDGE`."""
        enter = ["nsenter", "--net", "--target", self._inspect("{{.State.Pid}}")]
        peer = json.loads(run(*enter, "ip", "-json", "link", "show", "eth0").stdout)[0]["link_index"]
        # only veth, so that a mistake here can never affect the host's own interfaces
        for link in json.loads(run("ip", "-json", "link", "show", "type", "veth").stdout):
            if link.get("ifindex") == peer:
                run("ip", "link", "set", link["ifname"], *where)

    def _inspect(self, what):
        return podman("inspect", "--type", "container", "--format", what, self.container).stdout.strip()


def _inventory(lab, members, spare):
    lines = [*_group("cluster", lab, members), *(_group("spare", lab, spare) if spare else [])]
    lines += [
        "all:",
        "  vars:",
        "    ansible_user: root",
        f"    ansible_ssh_private_key_file: {lab.key}",
        f"    ansible_ssh_common_args: {' '.join(SSH_OPTIONS)}",
        # a fresh lab must not reuse connections that Ansible still shares with the previous lab
        f'    ansible_control_path: "%(directory)s/{uuid.uuid4().hex[:8]}-%%h"',
        "    ansible_python_interpreter: /usr/bin/python3",
        f'    lab_os: "{lab.os}"',
        f"    lab_network: {lab.subnet}",
        f"    lab_free_address: {lab.free_address}",
    ]
    return "\n".join(lines) + "\n"


def _group(name, lab, nodes):
    lines = [f"{name}:", "  hosts:"]
    for node in nodes:
        lines += [
            f"    {node.name}:",
            f"      ansible_host: {node.address}",
            f"      lab_bmc_address: {lab.gateway}",
            f"      lab_bmc_port: {node.bmc_port}",
            f"      lab_bmc_username: {bmc.USERNAME}",
            f"      lab_bmc_password: {bmc.PASSWORD}",
        ]
    return lines
