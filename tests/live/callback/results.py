# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes every result as one line of JSON to the file $HA_RESULTS, in addition to the normal output."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: results
type: notification
short_description: Results as lines of JSON
description: Writes every result to the file $HA_RESULTS.
"""


class CallbackModule(CallbackBase):
    """The callback that the fixtures in conftest.py read."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "results"

    def __init__(self):
        super().__init__()
        self._started = {}

    def _write(self, **line):
        with open(os.environ["HA_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def _result(self, status, result):
        # Ansible's own dump of a result omits what Ansible prints elsewhere
        apart = {name: result._result[name] for name in ("diff", "warnings") if name in result._result}
        shown = {**json.loads(self._dump_results(result._result)), **apart}
        host, task = result._host.get_name(), result._task
        seconds = time.monotonic() - self._started[host, task._uuid]
        self._write(status=status, host=host, task=task.get_name(), seconds=seconds, result=shown)

    def v2_runner_on_start(self, host, task):
        self._started[host.get_name(), task._uuid] = time.monotonic()

    def v2_runner_on_ok(self, result):
        self._result("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result):
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._result("unreachable", result)

    def v2_playbook_on_stats(self, stats):
        self._write(stats={host: stats.summarize(host) for host in stats.processed})
