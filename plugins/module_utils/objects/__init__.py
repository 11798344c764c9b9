# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of objects of a configuration, one file each.

A kind is imported when it is first asked for: a task about one kind does not compile the others.
"""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache

# One object that a task is about. `state` is present or absent; `path` says where it stands, for messages
Wanted = namedtuple("Wanted", ("kind", "spec", "state", "path"))

# The keys of the configuration document, in order of reference: what is referred to comes first
SECTIONS = (
    "properties",
    "resource_defaults",
    "operation_defaults",
    "nodes",
    "templates",
    "resources",
    "groups",
    "clones",
    "bundles",
    "stonith",
    "stonith_levels",
    "tags",
    "constraints",
    "alerts",
    # A dot is for a list in a mapping
    "acls.roles",
    "acls.users",
    "acls.groups",
)
# The types of constraints
CONSTRAINTS = ("location", "order", "colocation", "ticket")


@lru_cache(maxsize=None)
def kinds_in(section):
    """The kinds of a section of the configuration document: a tuple of Kind."""
    if section == "properties":
        from .settings.properties import Properties as Found
    elif section == "resource_defaults":
        from .settings.defaults import ResourceDefaults as Found
    elif section == "operation_defaults":
        from .settings.defaults import OperationDefaults as Found
    elif section == "nodes":
        from .settings.node import Node as Found
    elif section == "templates":
        from .resources.primitive import Template as Found
    elif section == "resources":
        from .resources.primitive import Primitive as Found
    elif section == "groups":
        from .resources.group import Group as Found
    elif section == "clones":
        from .resources.clone import Clone as Found
    elif section == "bundles":
        from .resources.bundle import Bundle as Found
    elif section == "stonith":
        from .resources.stonith import Stonith as Found
    elif section == "stonith_levels":
        from .resources.stonith_level import StonithLevel as Found
    elif section == "tags":
        from .settings.tag import Tag as Found
    elif section == "constraints":
        return tuple(_constraint(type_) for type_ in CONSTRAINTS)
    elif section == "alerts":
        from .settings.alert import Alert as Found
    elif section == "acls.roles":
        from .settings.acl_role import Role as Found
    elif section == "acls.users":
        from .settings.acl_user import User as Found
    elif section == "acls.groups":
        from .settings.acl_user import UserGroup as Found
    else:
        raise KeyError(section)
    return (Found(),)


@lru_cache(maxsize=None)
def _constraint(type_):
    if type_ == "location":
        from .constraints.location import Location as Found
    elif type_ == "order":
        from .constraints.order import Order as Found
    elif type_ == "colocation":
        from .constraints.colocation import Colocation as Found
    else:
        from .constraints.ticket import Ticket as Found
    return Found()


def kind_in(section, type_=None):
    """The Kind of a section, and of a type where the section has several kinds, or None."""
    if section == "constraints":
        return _constraint(type_) if type_ in CONSTRAINTS else None
    return kinds_in(section)[0]


def kind_of(element):
    """The Kind that an element is an object of, or None."""
    return next((kind for section in SECTIONS for kind in kinds_in(section) if kind.is_ours(element)), None)
