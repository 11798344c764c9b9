# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tests run on which Debian, and what they import.

Python tests import the working tree itself, not the copy that ``make env`` installs for Ansible.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Below a path that ends like a collection's
TREE = ROOT / ".cache/tree"

link = TREE / "ansible_collections/hacluster/pcs"
link.parent.mkdir(parents=True, exist_ok=True)
if not link.is_symlink():
    link.symlink_to(ROOT)
sys.path.insert(0, str(TREE))


def pytest_addoption(parser):
    """``--everywhere`` runs all tests on the Debian of the lab, also those for `make test-full`."""
    parser.addoption("--everywhere", action="store_true", help="also run tests marked full or only_on another Debian")


def pytest_collection_modifyitems(config, items):
    """Deselect what is marked for another Debian or for `make test-full`."""
    if config.getoption("--everywhere"):
        return
    here, kept, elsewhere = os.environ.get("HA_LAB_OS", "12"), [], []
    for item in items:
        is_for_here = all(here in mark.args for mark in item.iter_markers("only_on"))
        runs = is_for_here and not item.get_closest_marker("full")
        (kept if runs else elsewhere).append(item)
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = kept
