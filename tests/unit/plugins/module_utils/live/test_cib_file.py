# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import cib_file

CIB_IN_FILE = kit.fixture("cib").replace('num_updates="0"', 'num_updates="4"')


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "cib.xml"
    path.write_text(CIB_IN_FILE, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_file_is_written_with_new_version(path):
    backend = cib_file.CibFile(str(path))
    cib = backend.read()
    cib.set(cib.find("web"), "description", "grün")
    assert backend.commit(cib, cib.version)
    after = backend.read()
    assert after.find("web").get("description") == "grün"
    assert after.version == (cib.version.admin_epoch, cib.version.epoch + 1, 0)
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("attribute", ["num_updates", "epoch", "admin_epoch"])
def test_file_changed_meanwhile_is_not_written(path, attribute):
    backend = cib_file.CibFile(str(path))
    cib = backend.read()
    moved = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    moved.set(attribute, "999")
    path.write_text(ElementTree.tostring(moved, encoding="unicode"), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert not backend.commit(cib, cib.version)
    assert path.read_text(encoding="utf-8") == before


def test_file_is_unchanged_if_replacing_fails(path, monkeypatch):
    def refuse(source, target):
        raise OSError("disk full")

    monkeypatch.setattr(cib_file.os, "replace", refuse)
    backend = cib_file.CibFile(str(path))
    cib = backend.read()
    with pytest.raises(OSError, match="disk full"):
        backend.commit(cib, cib.version)
    assert path.read_text(encoding="utf-8") == CIB_IN_FILE
    assert list(path.parent.iterdir()) == [path]


def test_missing_file_is_refused_and_not_created(tmp_path):
    with pytest.raises(HaError, match=r"cib_file: .*missing\.xml does not exist"):
        cib_file.CibFile(str(tmp_path / "missing.xml"))
    assert list(tmp_path.iterdir()) == []
