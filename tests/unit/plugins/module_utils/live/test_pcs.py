# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.live import commands, pcs


@pytest.mark.parametrize("printed, version", [("0.10.8\n", (0, 10)), ("0.11.5\n", (0, 11)), ("0.12.0.1\n", (0, 12))])
def test_pcs_version_is_parsed(monkeypatch, printed, version):
    monkeypatch.setattr(commands, "run", lambda argv, **_options: commands.Result(tuple(argv), 0, printed, ""))
    assert pcs.version() == version


@pytest.mark.parametrize(
    "version, destroy, confirm",
    [
        ((0, 10), (), ("--force",)),
        ((0, 11), ("--force",), ("--force",)),
        ((0, 12), ("--yes",), ("--yes",)),
        ((1, 0), ("--yes",), ("--yes",)),
    ],
)
def test_confirmation_arguments_depend_on_pcs_version(version, destroy, confirm):
    assert (pcs.yes(version, "destroy"), pcs.yes(version, "confirm")) == (destroy, confirm)
