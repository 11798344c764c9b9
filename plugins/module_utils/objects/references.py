# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""References to an object in constraints, resource sets, tags, fencing levels and ACLs: removed with it, or renamed."""

from __future__ import annotations

from ..base.cib import RESOURCES

# Elements that cannot exist without a member
_NEVER_EMPTY = ("group", "clone", "master")
_HOLDERS = ("resource_set", "tag", "rsc_location", "rsc_order", "rsc_colocation", "rsc_ticket")
# Attributes of constraints that name a resource (constraints schema 3.x)
_RESOURCE_ATTRIBUTES = ("rsc", "with-rsc", "first", "then")
_REFERENCES = (
    "constraints//resource_ref[@id='{}']",
    "tags//obj_ref[@id='{}']",
    "acls//*[@reference='{}']",
    "acls//role[@id='{}']",
)
_LEVELS = "fencing-topology/fencing-level"


def remove_resource(cib, element):
    """Remove a resource, everything in it and all references to it from the document.

    A group or clone that would be left empty is removed as well, as with `pcs resource delete`; a bundle is kept.
    """
    parent = cib.parent(element)
    if parent.tag in _NEVER_EMPTY and [child for child in parent if child.tag in RESOURCES] == [element]:
        remove_resource(cib, parent)
        return
    for each in element.iter():
        if each.tag in RESOURCES or each.tag == "template":
            _remove_references(cib, each.get("id"))
    cib.remove(element)


def remove(cib, element):
    """Remove an object that is not a resource, such as a tag or a role, and all references to it from the document."""
    _remove_references(cib, element.get("id"))
    cib.remove(element)


def remove_emptied(cib):
    """Remove the groups that no longer have any members."""
    for group in cib.configuration.findall("resources//group"):
        if group.find("primitive") is None:
            remove_resource(cib, group)


def members(element, tag):
    """The ids that a tag or a resource set refers to; `tag` is the tag of the references in it."""
    return [each.get("id") for each in element.iterfind(tag)]


def write_members(cib, element, tag, wanted):
    """Make a tag or a resource set refer to these ids, in this order."""
    if members(element, tag) == wanted:
        return
    for each in element.findall(tag):
        cib.remove(each)
    for each in wanted:
        cib.add(element, tag, {"id": each})


def referring(cib, object_id):
    """The elements of constraints, tags, ACLs and fencing levels that refer to an object."""
    found = [
        constraint
        for constraint in cib.configuration.findall("constraints/*")
        if object_id in (constraint.get(name) for name in _RESOURCE_ATTRIBUTES)
    ]
    for path in _REFERENCES:
        found += cib.configuration.findall(path.format(object_id))
    return found + [each for each in cib.configuration.iterfind(_LEVELS) if object_id in devices(each)]


def devices(level):
    """The ids of the devices of a fencing level."""
    return level.get("devices", "").split(",")


def rename(cib, old, new, everywhere=True):
    """Change references to the resource `old` into references to `new`.

    :param everywhere: also in resource sets, tags and ACLs; if false, only in the constraints that pcs rewrites when it
        clones a resource.
    """
    for element in referring(cib, old):
        names = _RESOURCE_ATTRIBUTES if element.tag in _HOLDERS else ("id", "reference")
        if everywhere or (element.tag in _HOLDERS and element.tag != "rsc_ticket"):
            for name in names:
                if element.get(name) == old:
                    cib.set(element, name, new)


def _remove_references(cib, resource_id):
    for constraint in cib.configuration.findall("constraints/*"):
        if resource_id in (constraint.get(name) for name in _RESOURCE_ATTRIBUTES):
            cib.remove(constraint)
    for path in _REFERENCES:
        for reference in cib.configuration.findall(path.format(resource_id)):
            _remove_with_empty_parents(cib, reference)
    for level in cib.configuration.findall(_LEVELS):
        if resource_id in devices(level):
            remaining = [each for each in devices(level) if each != resource_id]
            if remaining:
                cib.set(level, "devices", ",".join(remaining))
            else:
                cib.remove(level)


def _remove_with_empty_parents(cib, element):
    """Remove an element, and its parent if that is left empty: a set without resources, a constraint without sets."""
    parent = cib.parent(element)
    cib.remove(element)
    if element.tag == "tag":
        _remove_references(cib, element.get("id"))
    if parent.tag in _HOLDERS and parent.find(element.tag) is None:
        _remove_with_empty_parents(cib, parent)
