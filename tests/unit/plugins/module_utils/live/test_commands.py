# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import sys

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed
from ansible_collections.hacluster.pcs.plugins.module_utils.live import commands


def python(code, **options):
    return commands.run([sys.executable, "-c", code], **options)


def test_run_passes_stdin_and_returns_output():
    assert python("print(input() + 'ü')", stdin="text")[1:] == (0, "textü\n", "")


@pytest.mark.parametrize("name", ["CIB_file", "CIB_shadow"])
def test_cib_variables_are_removed_from_environment(monkeypatch, name):
    monkeypatch.setenv(name, "/elsewhere")
    assert python(f"import os; print(os.environ.get('{name}'), os.environ['LC_ALL'])").out == "None C.UTF-8\n"


def test_failure_contains_command_and_output():
    with pytest.raises(CommandFailed) as failure:
        python("import sys; print('out'); sys.exit('first\\nlast')", what="it failed")
    assert str(failure.value).startswith("it failed: ")
    assert str(failure.value).endswith("exited with 1: last")
    facts = failure.value.facts
    assert (facts["rc"], facts["stdout"], facts["stderr"]) == (1, "out\n", "first\nlast\n")
    assert facts["cmd"][0] == sys.executable


def test_accepted_exit_codes_are_not_errors():
    assert python("raise SystemExit(3)", ok=(0, 3)).code == 3
    assert python("raise SystemExit(4)", ok=None).code == 4


def test_program_not_installed_is_an_error():
    with pytest.raises(
        CommandFailed, match="no-such-program is not installed on this node. Install pcs and pacemaker."
    ):
        commands.run(["no-such-program"])


def test_timeout_is_an_error():
    with pytest.raises(CommandFailed, match="did not finish within 0.2 seconds"):
        python("import time; time.sleep(9)", timeout=0.2)
