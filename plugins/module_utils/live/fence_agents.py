# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fence agents, asked as the cluster's fencer asks them."""

from __future__ import annotations

import os
import shutil
import time

from .commands import Running

# Where Pacemaker looks for fence agents (RH_STONITH_DIR)
_FENCE_AGENTS = "/usr/sbin"


def ask(agent, requests, timeout):
    """Let a fence agent do several things at the same time, as the fencer lets it.

    :param agent: such as fence_ipmilan, which is a program.
    :param requests: a text for each thing: a line name=value for each parameter, secrets among them.
    :param timeout: seconds that they may take.
    :returns: a Result for each, whatever it is.
    """
    path = shutil.which(agent, path=f"{os.environ.get('PATH', '')}:{_FENCE_AGENTS}")
    running = [Running([path or agent], stdin=each) for each in requests]
    give_up = time.monotonic() + timeout
    return [each.ended(timeout=max(1, give_up - time.monotonic()))[0] for each in running]
