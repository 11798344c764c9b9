"""Images: a Debian system built by mmdebstrap, imported into podman with the digest of its recipe as the tag."""

import hashlib
import json
import subprocess
import tempfile

from . import host
from .shell import Failure, run, step

SUITES = {"11": "bullseye", "12": "bookworm", "13": "trixie"}

BARE = "systemd systemd-sysv dbus python3 iproute2 iputils-ping procps openssh-server debian-archive-keyring".split()
CLUSTER = "python3-apt corosync pacemaker pacemaker-cli-utils pcs resource-agents ipmitool".split()
# From Debian 13 on each agent has its own package; all of them together pull 2 GB.
FENCE_AGENTS = {"11": "fence-agents", "12": "fence-agents", "13": "fence-agents-ipmilan"}

# Units that a container does not need or that could affect its host: devices, terminals, clocks, networks, timers.
MASKED = (
    "getty.target console-getty.service systemd-udevd.service systemd-udev-trigger.service"
    " systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-resolved.service systemd-networkd.service"
    " systemd-timesyncd.service systemd-journald-audit.socket systemd-modules-load.service systemd-sysctl.service"
    " apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer"
    " man-db.timer sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount"
).split()

# Documentation is a third of the files and not needed here. No fsync: after a crash, the image can simply be rebuilt.
DPKG = [
    "force-unsafe-io",
    "path-exclude=/usr/share/doc/*",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
]


def ensure(os, baked):
    """Build the image unless it exists, and return its name.

    :param os: Debian's major version.
    :param baked: whether the image contains the cluster packages.
    """
    name = f"localhost/halab-{os}-{'baked' if baked else 'bare'}"
    argv = _recipe(os, baked)
    image = f"{name}:{hashlib.sha256(json.dumps(argv).encode()).hexdigest()[:12]}"
    have = run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
    if image not in have:
        with step(f"building {'baked ' if baked else ''}image for Debian {os}"):
            _build(argv, image)
    for old in have:
        if old.startswith(f"{name}:") and old != image:
            run("podman", "rmi", "--force", old)
    return image


def remove(os):
    """Remove the images of this Debian version."""
    for image in run("podman", "images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split():
        if image.startswith(f"localhost/halab-{os}-"):
            run("podman", "rmi", "--force", image)


def _recipe(os, baked):
    """The mmdebstrap command. It completely determines the image, so its digest is part of the image's name."""
    mirror = host.mirror()
    packages = [*BARE, *CLUSTER, FENCE_AGENTS[os]] if baked else BARE
    hooks = [
        'install --directory --mode 700 "$1/root/.ssh"',
        # systemctl mask refuses units that are not installed; a symlink works for them as well.
        " ".join(["for unit in", *MASKED, '; do ln -sf /dev/null "$1/etc/systemd/system/$unit"; done']),
        'mkdir --parents "$1/etc/systemd/journald.conf.d"',
        'printf "[Journal]\\nRuntimeMaxUse=16M\\nSystemMaxUse=16M\\n" >"$1/etc/systemd/journald.conf.d/lab.conf"',
        # Instead of ten worker processes, which cost pcs 0.12 several seconds of processor time at each start
        'mkdir --parents "$1/etc/systemd/system/pcsd.service.d"',
        'printf "[Service]\\nEnvironment=PCSD_WORKER_COUNT=2\\n" >"$1/etc/systemd/system/pcsd.service.d/lab.conf"',
    ]
    if mirror.startswith("https:"):
        packages = [*packages, "ca-certificates"]
        hooks.append(f"copy-in {host.CA_BUNDLE} /etc/ssl/certs")
    return [
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--include=" + ",".join(packages),
        *(f"--aptopt={line}" for line in ["Acquire::Languages none", *host.apt_settings()]),
        *(f"--dpkgopt={line}" for line in DPKG),
        *(f"--customize-hook={hook}" for hook in hooks),
        SUITES[os],
        "-",
        # only main: the archive of updates for old releases is not kept completely
        f"deb [signed-by={host.KEYRING}] {mirror} {SUITES[os]} main",
    ]


def _build(argv, image):
    """Pipe the output of mmdebstrap into `podman import`, in a separate mount namespace.

    mmdebstrap mounts /proc and /sys into the tree it builds. If it were killed without that namespace, they would stay
    mounted, which is dangerous when the tree is deleted.
    """
    argv = ["unshare", "--mount", "--propagation=private", *argv]
    with tempfile.TemporaryFile("w+") as log:
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=log) as bootstrap:
            load = ["podman", "import", "--quiet", "-", image]
            imported = subprocess.run(load, check=False, stdin=bootstrap.stdout, capture_output=True, text=True)
        log.seek(0)
        said = log.read().strip()
    if bootstrap.returncode:
        run("podman", "rmi", "--force", image, check=False)
        raise Failure(f"mmdebstrap failed with exit code {bootstrap.returncode}:\n{said[-4000:]}")
    if imported.returncode:
        raise Failure(f"podman import failed:\n{imported.stderr.strip()}")
