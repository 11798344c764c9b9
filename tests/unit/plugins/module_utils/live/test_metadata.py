# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed
from ansible_collections.hacluster.pcs.plugins.module_utils.live import metadata


@pytest.fixture
def answers(monkeypatch):
    def set_up(**given):
        monkeypatch.setattr(metadata, "run", kit.Commands(**given))

    return set_up


def test_metadata_of_agent_not_installed_is_none(answers):
    answers(crm_resource=(105, ""))
    assert metadata.agent_metadata("ocf:x:y") is None


def test_metadata_of_missing_systemd_unit_is_none(answers):
    """Pacemaker returns metadata for any unit name."""
    answers(systemctl=(1, ""), crm_resource=(0, kit.fixture("systemd-cron")))
    assert metadata.agent_metadata("systemd:nothing") is None


def test_agent_names_are_complete(answers):
    answers(crm_resource=(0, "Dummy\nStateful\n"))
    assert metadata.agents_like("ocf:pacemaker:X") == ["ocf:pacemaker:Dummy", "ocf:pacemaker:Stateful"]


@pytest.mark.parametrize("folder", [0, 1])
def test_daemons_are_found_in_both_directories(tmp_path, monkeypatch, folder):
    folders = [tmp_path / "libexec", tmp_path / "lib"]
    folders[folder].mkdir()
    for name in ("based", "controld", "schedulerd", "fenced"):
        daemon = folders[folder] / f"pacemaker-{name}"
        daemon.write_text(f'#!/bin/sh\n[ "$1" = metadata ] && echo "<{name}/>"\n', encoding="utf-8")
        daemon.chmod(0o755)
    monkeypatch.setattr(metadata, "_DAEMONS", [str(each) for each in folders])
    assert metadata.property_metadata() == ["<based/>\n", "<controld/>\n", "<schedulerd/>\n"]
    assert metadata.fencer_metadata() == "<fenced/>\n"


def test_no_metadata_without_daemons(tmp_path, monkeypatch):
    monkeypatch.setattr(metadata, "_DAEMONS", [str(tmp_path)])
    assert metadata.property_metadata() == []
    assert metadata.fencer_metadata() is None


def test_failing_daemon_is_an_error(tmp_path, monkeypatch):
    for name in ("based", "controld", "schedulerd"):
        (tmp_path / f"pacemaker-{name}").symlink_to("/bin/false")
    monkeypatch.setattr(metadata, "_DAEMONS", [str(tmp_path)])
    with pytest.raises(CommandFailed, match="the metadata of the cluster properties cannot be read"):
        metadata.property_metadata()
