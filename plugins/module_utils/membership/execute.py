# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps carried out: one task at a time on this node, and pcs's own errors in the message."""

from __future__ import annotations

import fcntl
import time
from contextlib import contextmanager

from ..base.errors import HaError
from ..live import commands
from .steps import TALKING

LOCK = "/run/hacluster-pcs.lock"
_PAUSE = 0.5  # seconds between two tries to get the lock


@contextmanager
def exclusively():
    """Let only one task at a time change the cluster from this node: the value is the descriptor of the lock.

    The commands inherit it. So one that outlives its task, because the run was killed, is waited for by the next run,
    which then looks at what it left.

    :raises HaError: if another task holds the lock for 300 seconds.
    """
    give_up = time.monotonic() + TALKING
    with open(LOCK, "w", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise HaError(
                        f"another task has been changing the cluster from this node for {TALKING} seconds;"
                        " nothing was changed. Look for a pcs process that hangs"
                    ) from None
                time.sleep(_PAUSE)
        yield file.fileno()


def run(step, lock):
    """Run the command of a Step while exclusively() holds the lock.

    :raises HaError: with what pcs names as errors.
    """
    result = commands.run(step.argv, stdin=step.stdin, timeout=step.timeout, ok=None, what=step.what, fds=(lock,))
    if result.code != commands.OK:
        raise HaError(
            f"{step.what}: {errors_of(result)}",
            cmd=list(step.argv),
            rc=result.code,
            stdout=result.out,
            stderr=result.err,
        )


def errors_of(result):
    """What pcs names as errors, one sentence after the other; all its output if it names none."""
    lines = [line.strip() for line in (result.err + "\n" + result.out).splitlines() if line.strip()]
    # Asked for a password, pcs prompts on the line where the first error then follows
    errors = [line.partition("Error: ")[2] for line in lines if "Error: " in line]
    return "; ".join(errors or lines) or f"pcs exited with {result.code} and printed nothing"
