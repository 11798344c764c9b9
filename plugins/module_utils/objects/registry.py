# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of objects: by section of the configuration document, by type, and by element.

A kind is imported by name when it is first used, so that a task compiles only what it needs. Ansible copies to the node
only what import statements name: shipped.py has one per kind, and modules that change or show all kinds import it.
"""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from importlib import import_module

# One object of a task. `state` is present or absent; `path` is its position in the input, for messages
Wanted = namedtuple("Wanted", ("kind", "spec", "state", "path"))

# Section of the document -> (file, class) of its kind; objects come before those that refer to them
_KINDS = {
    "properties": ("settings.properties", "Properties"),
    "resource_defaults": ("settings.defaults", "ResourceDefaults"),
    "operation_defaults": ("settings.defaults", "OperationDefaults"),
    "nodes": ("settings.node", "Node"),
    "templates": ("resources.primitive", "Template"),
    "resources": ("resources.primitive", "Primitive"),
    "groups": ("resources.group", "Group"),
    "clones": ("resources.clone", "Clone"),
    "bundles": ("resources.bundle", "Bundle"),
    "stonith": ("resources.stonith", "Stonith"),
    "stonith_levels": ("resources.stonith_level", "StonithLevel"),
    "tags": ("settings.tag", "Tag"),
    "constraints": None,  # one kind for each type
    "alerts": ("settings.alert", "Alert"),
    # A dot separates a mapping from a list in it
    "acls.roles": ("settings.acl_role", "Role"),
    "acls.users": ("settings.acl_user", "User"),
    "acls.groups": ("settings.acl_user", "UserGroup"),
}
SECTIONS = tuple(_KINDS)
# Type of a constraint -> (file, class)
_CONSTRAINTS = {
    "location": ("constraints.location", "Location"),
    "order": ("constraints.order", "Order"),
    "colocation": ("constraints.colocation", "Colocation"),
    "ticket": ("constraints.ticket", "Ticket"),
}
CONSTRAINTS = tuple(_CONSTRAINTS)
# Element -> the keys above of its kinds
_BY_TAG = {
    "crm_config": ["properties"],
    "rsc_defaults": ["resource_defaults"],
    "op_defaults": ["operation_defaults"],
    "node": ["nodes"],
    "template": ["templates"],
    "primitive": ["resources", "stonith"],
    "group": ["groups"],
    "clone": ["clones"],
    "master": ["clones"],
    "bundle": ["bundles"],
    "fencing-level": ["stonith_levels"],
    "tag": ["tags"],
    "rsc_location": ["location"],
    "rsc_order": ["order"],
    "rsc_colocation": ["colocation"],
    "rsc_ticket": ["ticket"],
    "alert": ["alerts"],
    "acl_role": ["acls.roles"],
    "acl_target": ["acls.users"],
    "acl_group": ["acls.groups"],
}
# The tags of what can be an object
TAGS = frozenset(_BY_TAG)


@lru_cache(maxsize=None)
def _kind(name):
    file, class_name = _KINDS.get(name) or _CONSTRAINTS[name]
    return getattr(import_module(f".{file}", __package__), class_name)()


def kinds_in(section):
    """The kinds of a section of the configuration document: a tuple of Kind."""
    return tuple(_kind(type_) for type_ in CONSTRAINTS) if section == "constraints" else (_kind(section),)


def kind_in(section, type_=None):
    """The Kind of a section, or of a type in a section with several kinds; None for an unknown type."""
    if section == "constraints":
        return _kind(type_) if type_ in CONSTRAINTS else None
    return _kind(section)


def kind_of(element):
    """The Kind of an element, or None."""
    kinds = (_kind(name) for name in _BY_TAG.get(element.tag, ()))
    return next((kind for kind in kinds if kind.is_ours(element)), None)


def wanted_object(kind, params):
    """The Wanted of a task about one object of a kind: its parameters are the specification."""
    spec = {key: params[key] for key in kind.keys if params.get(key) is not None}
    return Wanted(kind, spec, params["state"], "")
