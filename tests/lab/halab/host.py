"""The machine the lab runs on: its packages, its Debian mirror, what its kernel allows containers to do."""

import os
import re
import resource
import shutil
from contextlib import suppress
from pathlib import Path

from .shell import Failure, run, step

# program -> Debian package
PROGRAMS = {
    "podman": "podman",
    "netavark": "netavark",
    "iptables": "iptables",
    "runc": "runc",
    "conmon": "conmon",
    "mmdebstrap": "mmdebstrap",
    "ipmi_sim": "openipmi",
    "ipmitool": "ipmitool",
    "ssh": "openssh-client",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "curl": "curl",  # for requests to the page that the nodes serve
}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
CAP_SYS_RESOURCE = 1 << 24
# The nice value of what must not wait for the tests
PREFERRED = -10
# The weight of podman's containers as a whole: ten times that of another control group or session (cgroup v1, v2)
WEIGHTS = {"/sys/fs/cgroup/cpu/libpod_parent/cpu.shares": "10240", "/sys/fs/cgroup/libpod_parent/cpu.weight": "1000"}


def prepare():
    """Install missing packages. Raises Failure if that is not possible."""
    missing = _missing_packages()
    if os.geteuid() != 0:
        wanted = f"; these packages are missing: {' '.join(missing)}" if missing else ""
        raise Failure(f"The lab requires root: it creates networks and privileged containers{wanted}.")
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Failure(f"Install these Debian packages, or what your distribution calls them: {' '.join(missing)}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    with step(f"installing {' '.join(missing)}"):
        run("apt-get", "update")
        run("apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "--yes", "--no-install-recommends", *missing)


def _missing_packages():
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin:/usr/lib/podman:/usr/libexec/podman"
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)]
    return missing if Path(KEYRING).exists() else [*missing, "debian-archive-keyring"]


def mirror():
    """The URL of a Debian archive: HA_LAB_MIRROR, or the one that this machine uses itself."""
    if "HA_LAB_MIRROR" in os.environ:
        return os.environ["HA_LAB_MIRROR"]
    lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    texts = [path.read_text() for path in lists if path.suffix in (".list", ".sources") and path.exists()]
    found = re.findall(r"^(?:URIs:|deb\s(?:\[.*?\])?)\s*(https?://\S+/debian/?)(?=\s|$)", "\n".join(texts), re.M)
    if not found:
        raise Failure("No Debian archive in this machine's apt sources: set HA_LAB_MIRROR to the URL of one.")
    return found[0].rstrip("/")


def apt_settings():
    """How this machine's apt reaches its mirror, as lines of apt.conf: proxies, certificates, accepted dates."""
    dump = run("apt-config", "dump").stdout.splitlines()
    wanted = re.compile(r"Acquire::(https?::|Check-|ForceIPv|Retries)")
    settings = [line for line in dump if wanted.match(line) and not line.endswith('"";')]
    for scheme in ("http", "https"):
        proxy = os.environ.get(f"{scheme}_proxy")
        if proxy:
            settings.append(f'Acquire::{scheme}::Proxy "{proxy}";')
    return settings


def podman_options():
    """Options for `podman`, `podman create` that depend on this machine's kernel and rights: (global, create).

    crun refuses cgroups in hybrid mode (a v1 hierarchy in addition to the v2 one), runc does not.
    Raising a limit requires CAP_SYS_RESOURCE; without it, a container's limits cannot exceed those of this process, nor
    the 32768 to which podman lowers its own limits.
    """
    cgroup_v2 = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    runtime = [] if cgroup_v2 else ["--runtime", "runc"]
    status = Path("/proc/self/status").read_text()
    capabilities = int(re.search(r"^CapEff:\s*(\w+)", status, re.M).group(1), 16)
    if capabilities & CAP_SYS_RESOURCE:
        return runtime, []
    limits = []
    for name in ("nofile", "nproc"):
        _soft, hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}"))
        limit = min(hard, 32768) if hard != resource.RLIM_INFINITY else 32768
        limits += ["--ulimit", f"{name}={limit}:{limit}"]
    return runtime, limits


def prefer_containers():
    """Let the nodes run before the tests, so that a busy machine delays the tests and not the clusters.

    Without it, all nodes together get as much of the processors as one session of a user, and pcs and Pacemaker run
    into their timeouts. Where podman keeps its containers in another control group, or this process may not change its
    weight, nothing changes.
    """
    for path, weight in WEIGHTS.items():
        if Path(path).exists():
            with suppress(OSError):
                Path(path).write_text(weight)


def prefer_session(pid):
    """Let a process that leads a session, and its children, run before the tests as well.

    Where the kernel gives each session the same share (sched(7), autogroup), the nice value of the session counts,
    elsewhere that of its processes. Both need CAP_SYS_NICE; without it, nothing changes.
    """
    autogroup = Path(f"/proc/{pid}/autogroup")
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, pid, PREFERRED)
        if autogroup.exists():
            autogroup.write_text(str(PREFERRED))


def end_preference():
    """Give this process, which a preferred one has started in a new session, the usual priority."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)
