# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import sys

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed
from ansible_collections.hacluster.pcs.plugins.module_utils.live import commands


def python(code, **options):
    return commands.run([sys.executable, "-c", code], **options)


def test_run_gives_stdin_and_takes_output():
    assert python("print(input() + 'ü')", stdin="text")[1:] == (0, "textü\n", "")


@pytest.mark.parametrize("name", ["CIB_file", "CIB_shadow"])
def test_a_left_over_variable_does_not_redirect(monkeypatch, name):
    monkeypatch.setenv(name, "/elsewhere")
    assert python(f"import os; print(os.environ.get('{name}'), os.environ['LC_ALL'])").out == "None C.UTF-8\n"


def test_a_failure_carries_what_happened():
    with pytest.raises(CommandFailed) as failure:
        python("import sys; print('out'); sys.exit('first\\nlast')", what="it failed")
    assert str(failure.value).startswith("it failed: ")
    assert str(failure.value).endswith("exited with 1: last")
    facts = failure.value.facts
    assert (facts["rc"], facts["stdout"], facts["stderr"]) == (1, "out\n", "first\nlast\n")
    assert facts["cmd"][0] == sys.executable


def test_codes_that_are_no_failure():
    assert python("raise SystemExit(3)", ok=(0, 3)).code == 3
    assert python("raise SystemExit(4)", ok=None).code == 4


def test_a_program_that_is_not_installed():
    with pytest.raises(
        CommandFailed, match="no-such-program is not installed on this node. Install pcs and pacemaker."
    ):
        commands.run(["no-such-program"])


def test_a_command_that_takes_too_long():
    with pytest.raises(CommandFailed, match="did not finish within 0.2 seconds"):
        python("import time; time.sleep(9)", timeout=0.2)
