"""Running programs, one at a time where that matters, and telling the user about it."""

import fcntl
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """What went wrong, as one message for the user."""


def run(*argv, check=True):
    """Run a program and return its CompletedProcess with text output.

    Raises Failure with the program's stderr when it fails and check is set.
    """
    try:
        done = subprocess.run(argv, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        raise Failure(f"{argv[0]} is not installed") from None
    if check and done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise Failure(f"`{shlex.join(argv)}` failed with exit code {done.returncode}:\n{said}")
    return done


@contextmanager
def locked(path):
    """Hold off other processes that lock this file meanwhile."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(text, end="\n"):
    """Progress goes to stderr: stdout belongs to what the user asked for."""
    print(text, end=end, file=sys.stderr, flush=True)


@contextmanager
def step(text):
    """Print what is being done, then how many seconds it took."""
    start = time.monotonic()
    say(f"{text} ... ", end="")
    try:
        yield
    except BaseException:
        say("failed")
        raise
    say(f"{time.monotonic() - start:.0f} s")
