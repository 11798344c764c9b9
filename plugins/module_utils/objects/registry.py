# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which kinds of objects there are: by section of the configuration document, by type, by element.

A kind is imported by its name when it is first asked for, so a task compiles only what it needs. Ansible ships to the node only
what import statements name: shipped.py has one for every kind, and a module that can change or show all kinds imports that.
"""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from importlib import import_module

# One object that a task is about. `state` is present or absent; `path` says where it stands, for messages
Wanted = namedtuple("Wanted", ("kind", "spec", "state", "path"))

# Section of the document -> (file, class) of its kind, in order of reference: what is referred to comes first
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
    "constraints": None,  # a kind for each type
    "alerts": ("settings.alert", "Alert"),
    # A dot is for a list in a mapping
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
# Element -> where its kinds are registered
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
    """The Kind of a section, and of a type where the section has several kinds, or None."""
    if section == "constraints":
        return _kind(type_) if type_ in CONSTRAINTS else None
    return _kind(section)


def kind_of(element):
    """The Kind that an element is an object of, or None."""
    kinds = (_kind(name) for name in _BY_TAG.get(element.tag, ()))
    return next((kind for kind in kinds if kind.is_ours(element)), None)


def wanted_object(kind, params):
    """The Wanted of a task about one object of a kind: its parameters are the specification."""
    spec = {key: params[key] for key in kind.keys if params.get(key) is not None}
    return Wanted(kind, spec, params["state"], "")
