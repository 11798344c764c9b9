# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only file that starts processes: Pacemaker's tools, pcs, systemctl and fence agents."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections import namedtuple

from ..base.errors import CommandFailed

Result = namedtuple("Result", ("argv", "code", "out", "err"))

# Exit codes of Pacemaker's tools (crm_exit_e in include/crm/common/results.h)
OK = 0
DISCONNECTED = 102
OLD = 103
TIMED_OUT = 124
# The exit code of a shell
NOT_INSTALLED = 127


class Running:
    """A command that has been started. It runs in parallel with this process."""

    def __init__(self, argv, fds=(), stdin=None):
        """
        :param fds: file descriptors that the command inherits.
        :param stdin: text for its standard input that is available immediately, not only when end() is called.
        """
        self._argv = tuple(argv)
        self._failure = None
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        # A variable left over in a login shell must not redirect Pacemaker's tools to another document
        environment.pop("CIB_file", None)
        environment.pop("CIB_shadow", None)
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        options = {"encoding": "utf-8", "errors": "replace", "env": environment, "pass_fds": fds, **pipes}
        try:
            if stdin is None:
                self._process = subprocess.Popen(argv, **options)
            else:
                with unnamed_file(stdin) as file:
                    self._process = subprocess.Popen(argv, **dict(options, stdin=file))
        except FileNotFoundError:
            self._failure = NOT_INSTALLED, f"{argv[0]} is not installed on this node", "Install pcs and pacemaker."
        except PermissionError:
            self._failure = 126, f"{argv[0]} may not be run by this user", "Use become: true."

    def end(self, stdin=None, timeout=60, ok=(OK,), what=None, private=False):
        """Wait for the command and return its Result; the parameters and exceptions are those of run()."""
        result, remedy = self.ended(stdin, timeout)
        if remedy is not None or (ok is not None and result.code not in ok):
            what = what or f"running {self._argv[0]} failed"
            raise CommandFailed(what, _without_documents(result) if private else result, remedy or "")
        return result

    def ended(self, stdin=None, timeout=60):
        """Wait for the command: (Result, remedy); the remedy is None if the command ran to its end."""
        if self._failure:
            code, sentence, remedy = self._failure
            return Result(self._argv, code, "", sentence), remedy
        with self._process as process:
            try:
                out, err = process.communicate(stdin or "", timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                return Result(self._argv, TIMED_OUT, "", f"it did not finish within {timeout} seconds"), ""
        return Result(self._argv, process.returncode, out, err), None


def run(argv, stdin=None, timeout=60, ok=(OK,), what=None, fds=(), private=False):
    """Run a command and return its Result.

    :param stdin: text for its standard input; use it for secrets.
    :param timeout: seconds; a command that takes longer is killed and counts as failed.
    :param ok: the exit codes that mean success; None for any.
    :param what: the beginning of the message if it fails.
    :param fds: file descriptors that the command inherits.
    :param private: whether the output may contain secrets; a failure then shows only its last line.
    :raises CommandFailed: for any other exit code, a time-out, or a program that is not installed.
    """
    return Running(argv, fds).end(stdin, timeout, ok, what, private)


def _without_documents(result):
    """Keep only the last line of the output that is not XML: some tools print the document that they refuse."""
    lines = [line for line in result.err.splitlines() if line.strip() and "<" not in line]
    return result._replace(out="", err=lines[-1] if lines else "")


def unnamed_file(content):
    """A temporary file without a name, so that nothing is left behind if the process dies. It may contain secrets."""
    file = tempfile.TemporaryFile("w+", encoding="utf-8")
    file.write(content)
    file.flush()
    file.seek(0)
    return file
