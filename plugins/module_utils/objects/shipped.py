# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An import statement for every kind of object, so that Ansible ships them all; see registry.py.

A task that can change or show any kind names this file in an import that is never carried out.
"""

from __future__ import annotations

from .constraints import colocation, location, order, ticket
from .resources import bundle, clone, group, primitive, stonith, stonith_level
from .settings import acl_role, acl_user, alert, defaults, node, properties, tag

__all__ = [
    "colocation",
    "location",
    "order",
    "ticket",
    "bundle",
    "clone",
    "group",
    "primitive",
    "stonith",
    "stonith_level",
    "acl_role",
    "acl_user",
    "alert",
    "defaults",
    "node",
    "properties",
    "tag",
]
