# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Executes Steps: only one task at a time on this node, with pcs's own errors in the message."""

from __future__ import annotations

import fcntl
import time
from contextlib import contextmanager

from ..base.errors import HaError
from ..live import commands
from .steps import COMMUNICATION_TIMEOUT

LOCK = "/run/hacluster-pcs.lock"
_PAUSE = 0.5  # seconds between two tries to get the lock


@contextmanager
def exclusively():
    """Let only one task at a time change the cluster from this node; yields the file descriptor of the lock.

    The commands inherit it: if a command outlives its task because the run was killed, the next run waits for the
    command before it reads the state.

    :raises HaError: if another task holds the lock for 300 seconds.
    """
    give_up = time.monotonic() + COMMUNICATION_TIMEOUT
    with open(LOCK, "w", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise HaError(
                        "another task has been changing the cluster from this node for"
                        f" {COMMUNICATION_TIMEOUT} seconds. Look for a hanging pcs process, then run the task again"
                    ) from None
                time.sleep(_PAUSE)
        yield file.fileno()


def run(step, lock):
    """Run the command of a Step while exclusively() holds the lock.

    :raises HaError: with the errors that pcs printed.
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
    """The errors that pcs printed, separated by semicolons; all its output if none is marked as an error."""
    lines = [line.strip() for line in (result.err + "\n" + result.out).splitlines() if line.strip()]
    # The first error can follow on the same line as the prompt for a password
    errors = [line.partition("Error: ")[2] for line in lines if "Error: " in line]
    return "; ".join(errors or lines) or f"pcs exited with {result.code} and printed nothing"
