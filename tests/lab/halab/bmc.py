"""Power: one simulated IPMI BMC per node, which switches the node's container on and off.

ipmi_sim (an IPMI 2.0 BMC) implements the protocol; for everything about power it calls `lab chassis NODE ...`.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

from . import host
from .shell import Failure, run

USERNAME = "admin"
PASSWORD = "lab-password"
# Seconds from power-on to the start of the container. Without this delay, a fenced node would be back before corosync
# on the others has noticed the loss. It would then be notified of its own fencing and shut its cluster down for good.
BOOT_SECONDS = 15

# without a guid, ipmi_sim would not offer IPMI 2.0
LAN_CONFIG = """\
name "{node.container}"
set_working_mc 0x20
  startlan 1
    addr {node.lab.gateway} {node.bmc_port}
    priv_limit admin
    allowed_auths_admin md5
    guid {guid}
  endlan
  chassis_control "{chassis}"
  user 2 true "{username}" "{password}" admin 10 md5
"""
# one management controller at the usual address 0x20, without sensors
EMULATION = """\
mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
mc_enable 0x20
"""


def start(node):
    """Start the BMC of a node; it listens on the network's gateway address. Raises Failure if it does not run."""
    state = node.lab.state / "bmc"
    (state / "persistent").mkdir(parents=True, exist_ok=True)
    lan, emulation, log = (state / f"{node.container}.{kind}" for kind in ("lan", "emu", "log"))
    chassis = shlex.join([sys.executable, str(Path(sys.argv[0]).resolve()), "--os", node.lab.os, "chassis", node.name])
    guid = uuid.uuid5(uuid.NAMESPACE_DNS, node.container).hex
    lan.write_text(LAN_CONFIG.format(node=node, guid=guid, chassis=chassis, username=USERNAME, password=PASSWORD))
    emulation.write_text(EMULATION)
    argv = ["ipmi_sim", "-n", "-c", str(lan), "-f", str(emulation), "-s", str(state / "persistent")]
    with log.open("w") as output:
        bmc = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    host.prefer_session(bmc.pid)  # fence agents wait only 5 seconds for an answer
    deadline = time.monotonic() + 10
    while control(node, "status", check=False).returncode:
        if time.monotonic() > deadline:
            raise Failure(f"The BMC of {node.name} does not answer: see {log}")
        time.sleep(0.2)


def stop_all(prefix):
    """Kill the BMC processes of all nodes whose container's name starts with the prefix, whoever started them."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            argv = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # the process has ended in the meantime
        if argv[0] == "ipmi_sim" and any(Path(word).name.startswith(prefix) for word in argv):
            os.kill(int(process.name), signal.SIGKILL)


def control(node, action, check=True):
    """Send the power `action` (on, off, cycle, status) to the BMC, as any IPMI client would."""
    # -C 3: otherwise ipmitool would spend 10 s on querying the cipher suites
    address = ["-H", node.lab.gateway, "-p", str(node.bmc_port), "-U", USERNAME, "-P", PASSWORD]
    return run("ipmitool", "-I", "lanplus", "-C", "3", "-N", "2", *address, "chassis", "power", action, check=check)


def chassis(node, verb, *words):
    """Answer ipmi_sim: `get power` queries, `set power 0|1` switches, `check power 0|1` asks whether it could."""
    if verb == "get" and words == ("power",):
        print(f"power:{int(is_on(node))}")
    elif verb == "set" and words == ("power", "0"):
        power_off(node)
    elif verb == "set" and words == ("power", "1"):
        power_on(node)
    elif words[:1] != ("power",):
        raise Failure(f"This chassis supports only power, not: {verb} {shlex.join(words)}")


def is_on(node):
    """Whether the node is on: its container is running, or it is booting."""
    return _boot_mark(node).exists() or node.runs()


def power_off(node):
    with node.alone():
        _boot_mark(node).unlink(missing_ok=True)
        if node.runs():
            node.kill()


def power_on(node):
    """Start to boot and return at once, because ipmi_sim waits for this command."""
    with node.alone():
        if is_on(node):
            return
        token = uuid.uuid4().hex
        _boot_mark(node).write_text(token)
    argv = [sys.executable, sys.argv[0], "--os", node.lab.os, "boot", node.name, token]
    log = (node.lab.state / "bmc" / f"{node.container}.boot.log").open("w")
    subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def boot(node, token):
    """Wait for the boot time, then start the container unless the power was switched off in the meantime."""
    host.end_preference()  # the container would inherit it
    time.sleep(BOOT_SECONDS)
    if not _boot_mark(node).exists():
        return
    with node.alone():
        mark = _boot_mark(node)
        if mark.exists() and mark.read_text() == token:
            try:
                node.start()
            finally:
                mark.unlink(missing_ok=True)


def _boot_mark(node):
    """The file that exists while the node boots. It contains the boot's token, which reveals a cancelled boot."""
    return node.lab.state / "bmc" / f"{node.container}.boot"
