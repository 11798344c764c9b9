# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Imports every kind of object, so that Ansible copies these files to the node; see registry.py.

A module that can change or show all kinds names this file in an import that is never executed.
"""

from __future__ import annotations

__all__ = [each for each in dir() if not each.startswith("_")]
