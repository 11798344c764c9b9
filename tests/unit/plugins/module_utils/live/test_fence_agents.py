# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
import time

from ansible_collections.hacluster.pcs.plugins.module_utils.live import commands, fence_agents

AGENT = """#!/bin/sh
[ $# = 0 ] || exit 9
while read -r line; do echo "got $line"; [ "$line" = wait=1 ] && sleep 5; done
exit 2
"""


def test_fence_agent_gets_parameters_on_stdin(tmp_path, monkeypatch):
    (tmp_path / "fence_made").write_text(AGENT, encoding="utf-8")
    (tmp_path / "fence_made").chmod(0o755)
    monkeypatch.setattr(fence_agents, "_FENCE_AGENTS", str(tmp_path))
    results = fence_agents.ask("fence_made", ["a=1\nb=2\n", "", "c=3\n"], 10)
    assert [each.out for each in results] == ["got a=1\ngot b=2\n", "", "got c=3\n"]
    assert {(each.code, each.argv) for each in results} == {(2, (str(tmp_path / "fence_made"),))}


def test_fence_agents_run_in_parallel_and_are_killed_on_timeout(tmp_path, monkeypatch):
    (tmp_path / "fence_made").write_text(AGENT, encoding="utf-8")
    (tmp_path / "fence_made").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    began = time.monotonic()
    results = fence_agents.ask("fence_made", ["wait=1\n", "wait=1\n", "a=1\n"], 0.5)
    assert [each.code for each in results] == [commands.TIMED_OUT, commands.TIMED_OUT, 2]
    assert time.monotonic() - began < 4


def test_fence_agent_not_installed():
    (result,) = fence_agents.ask("fence_nowhere", ["action=status\n"], 5)
    assert (result.code, result.err) == (commands.NOT_INSTALLED, "fence_nowhere is not installed on this node")
