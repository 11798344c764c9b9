"""Runs programs, one at a time if necessary, and prints progress messages."""

import fcntl
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """An error, described in one message for the user."""


def run(*argv, check=True):
    """Run a program and return its CompletedProcess with text output.

    Raises Failure with the program's stderr if it fails and check is true.
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
    """Lock a file: other processes that lock it wait until the context ends."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(text, end="\n"):
    """Print progress to stderr: stdout is only for the output that the user requested."""
    print(text, end=end, file=sys.stderr, flush=True)


@contextmanager
def step(text):
    """Print a description of the step, then the number of seconds it took."""
    start = time.monotonic()
    say(f"{text} ... ", end="")
    try:
        yield
    except BaseException:
        say("failed")
        raise
    say(f"{time.monotonic() - start:.0f} s")
