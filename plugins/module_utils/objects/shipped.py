# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An import statement for every kind of object, from which Ansible knows what to ship; see registry.py.

A module that can change or show all kinds names this file in an import that is never carried out.
"""

from __future__ import annotations

__all__ = [each for each in dir() if not each.startswith("_")]
