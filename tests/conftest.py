# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Python tests import the working tree itself, not the copy that ``make env`` installs for Ansible."""

from __future__ import annotations

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
