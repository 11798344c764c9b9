# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ansible-playbook for tests: each run is forked from one process that has loaded Ansible and packs every module only once.

A separate run spends most of its CPU time on loading Ansible and packing the modules (measured: see CONTRIBUTING.md).
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections import namedtuple

# What a run gave: the exit code of ansible-playbook, and what it printed
Run = namedtuple("Run", ("code", "output"))

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["__main__", "ansible.cli.playbook"])


def run(arguments, environment, folder, timeout):
    """Run ansible-playbook and return a Run.

    :param environment: of the run; Ansible's settings are those of the first run, since Ansible reads them when it is loaded.
    :param folder: the working directory.
    :raises subprocess.TimeoutExpired: after `timeout` seconds; the run is killed.
    """
    os.environ.update(environment)
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = _server.Process(target=_ansible_playbook, args=(arguments, environment, folder, output.name))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["ansible-playbook", *arguments], timeout)
        return Run(process.exitcode, output.read())


def _ansible_playbook(arguments, environment, folder, output):
    """Be ansible-playbook in the forked process."""
    from ansible.cli.playbook import main

    with open(output, "w", encoding="utf-8") as file, open(os.devnull, encoding="utf-8") as nothing:
        for source, target in ((nothing, 0), (file, 1), (file, 2)):
            os.dup2(source.fileno(), target)
    sys.stdin = open(0, encoding="utf-8")
    os.environ.update(environment)
    os.chdir(folder)
    main(["ansible-playbook", *arguments])
