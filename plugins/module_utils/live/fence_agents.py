# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs fence agents in the same way as the cluster's fencer."""

from __future__ import annotations

import os
import shutil
import time

from .commands import Running

# Where Pacemaker looks for fence agents (RH_STONITH_DIR)
_FENCE_AGENTS = "/usr/sbin"


def ask(agent, requests, timeout):
    """Run a fence agent once for each request, all at the same time, in the same way as the fencer.

    :param agent: the name of the program, such as fence_ipmilan.
    :param requests: the standard input of each run: a line name=value for each parameter, including secrets.
    :param timeout: seconds that all of them may take together.
    :returns: a Result for each, whether it succeeded or not.
    """
    path = shutil.which(agent, path=f"{os.environ.get('PATH', '')}:{_FENCE_AGENTS}")
    running = [Running([path or agent], stdin=each) for each in requests]
    give_up = time.monotonic() + timeout
    return [each.ended(timeout=max(1, give_up - time.monotonic()))[0] for each in running]
