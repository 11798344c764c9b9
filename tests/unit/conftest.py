# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings and fixtures of the unit tests; their helpers are in kit.py."""

from __future__ import annotations

import os

import hypothesis
import pytest

# The same examples in every run; HYPOTHESIS_PROFILE=search tries random ones
hypothesis.settings.register_profile("unit", max_examples=60, deadline=None, database=None, derandomize=True)
hypothesis.settings.register_profile("search", max_examples=500, deadline=None, database=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unit"))


@pytest.fixture
def cib():
    """A Cib that pcs wrote on Debian 12: groups, clones, fence devices, constraints of all kinds, sets, tags, levels."""
    # Imported here because pytest loads this file before pytest-ansible has set up imports of collections
    import kit

    return kit.cib()


@pytest.fixture
def logged(monkeypatch):
    """The lines that modules write to the log of the node."""
    from ansible.module_utils import basic

    lines = []
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(basic.syslog, "syslog", lambda _priority, line: lines.append(line))
    return lines


@pytest.fixture
def run(tmp_path, monkeypatch, capsys, logged):
    """A function that runs a module on a CIB file (`run.path`) and returns its result, with the new Cib as `cib`."""
    import shutil

    import kit

    path = tmp_path / "cib.xml"
    path.write_text(kit.fixture("cib"), encoding="utf-8")
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    def run(name, /, check=False, **params):
        result = kit.run_module(name, capsys, check=check, **{"cib_file": str(path), **params})
        return {**result, "cib": kit.Cib(path.read_text(encoding="utf-8"))}

    run.path = path
    return run


# A corosync.conf with two nodes, as pcs writes it
CONF = """
nodelist {
    node {
        ring0_addr: 192.0.2.11
        name: node1
    }
    node {
        ring0_addr: 192.0.2.12
        name: node2
    }
}
quorum {
    two_node: 1
}
"""


@pytest.fixture
def clock(monkeypatch):
    """A clock that advances only when the code under test sleeps."""
    import time

    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    return now


@pytest.fixture
def ha_node(monkeypatch, capsys, logged, clock):
    """A function that runs ha_node for node1 on a kit.Backend and returns its result, with the warnings as `said`.

    Its `conf` is the node's corosync.conf, as text or parsed."""
    import kit
    from ansible_collections.hacluster.pcs.plugins.module_utils import cib_task, run
    from ansible_collections.hacluster.pcs.plugins.module_utils.corosync import conf as corosync_conf

    said = []
    monkeypatch.setattr(run.HaModule, "warn", lambda _self, sentence: said.append(sentence))

    def ha_node(backend, check=False, conf=CONF, **params):
        said.clear()
        monkeypatch.setattr(cib_task, "backend_of", lambda *_given: backend)
        monkeypatch.setattr(corosync_conf, "read", lambda: corosync_conf.parse(conf) if isinstance(conf, str) else conf)
        params.setdefault("name", "node1")
        return {**kit.run_module("ha_node", capsys, check=check, **params), "said": list(said)}

    return ha_node
