# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What refers to an object: constraints, resource sets, tags, fencing levels and ACLs. It goes with it, or is renamed."""

from __future__ import annotations

from ..base.cib import RESOURCES

# What cannot be without a member
_EMPTIED = ("group", "clone", "master")
_HOLDERS = ("resource_set", "tag", "rsc_location", "rsc_order", "rsc_colocation", "rsc_ticket")
# Attributes of constraints that name a resource (constraints schema 3.x)
_NAMING = ("rsc", "with-rsc", "first", "then")
_REFERENCES = (
    "constraints//resource_ref[@id='{}']",
    "tags//obj_ref[@id='{}']",
    "acls//*[@reference='{}']",
    "acls//role[@id='{}']",
)
_LEVELS = "fencing-topology/fencing-level"


def remove_resource(cib, element):
    """Take a resource out of the document with everything in it and all references to it.

    The group or clone around it goes too when it would be left empty, as with `pcs resource delete`; a bundle stays.
    """
    parent = cib.parent(element)
    if parent.tag in _EMPTIED and [child for child in parent if child.tag in RESOURCES] == [element]:
        remove_resource(cib, parent)
        return
    for each in element.iter():
        if each.tag in RESOURCES or each.tag == "template":
            _remove_references(cib, each.get("id"))
    cib.remove(element)


def remove(cib, element):
    """Take what is no resource, such as a tag or a role, out of the document with all references to it."""
    _remove_references(cib, element.get("id"))
    cib.remove(element)


def remove_emptied(cib):
    """Take out the groups that have lost all their members."""
    for group in cib.configuration.findall("resources//group"):
        if group.find("primitive") is None:
            remove_resource(cib, group)


def members(element, tag):
    """The ids that the references in a tag or a resource set name; `tag` is how these are called there."""
    return [each.get("id") for each in element.iterfind(tag)]


def write_members(cib, element, tag, wanted):
    """Make the references in a tag or a resource set name these ids, in this order."""
    if members(element, tag) == wanted:
        return
    for each in element.findall(tag):
        cib.remove(each)
    for each in wanted:
        cib.add(element, tag, {"id": each})


def referring(cib, object_id):
    """The elements of constraints, tags, ACLs and fencing levels that name an object."""
    found = [
        constraint
        for constraint in cib.configuration.findall("constraints/*")
        if object_id in (constraint.get(name) for name in _NAMING)
    ]
    for path in _REFERENCES:
        found += cib.configuration.findall(path.format(object_id))
    return found + [each for each in cib.configuration.iterfind(_LEVELS) if object_id in devices(each)]


def devices(level):
    """The ids that a fencing level names."""
    return level.get("devices", "").split(",")


def rename(cib, old, new, everywhere=True):
    """Make what names the resource `old` name `new`.

    :param everywhere: in resource sets, tags and ACLs too; without it, in the constraints that pcs rewrites when a resource
        is cloned.
    """
    for element in referring(cib, old):
        names = _NAMING if element.tag in _HOLDERS else ("id", "reference")
        if everywhere or (element.tag in _HOLDERS and element.tag != "rsc_ticket"):
            for name in names:
                if element.get(name) == old:
                    cib.set(element, name, new)


def _remove_references(cib, resource_id):
    for constraint in cib.configuration.findall("constraints/*"):
        if resource_id in (constraint.get(name) for name in _NAMING):
            cib.remove(constraint)
    for path in _REFERENCES:
        for reference in cib.configuration.findall(path.format(resource_id)):
            _remove_with_emptied(cib, reference)
    for level in cib.configuration.findall(_LEVELS):
        if resource_id in devices(level):
            remaining = [each for each in devices(level) if each != resource_id]
            if remaining:
                cib.set(level, "devices", ",".join(remaining))
            else:
                cib.remove(level)


def _remove_with_emptied(cib, element):
    """Remove an element, and what then holds no other of its kind: a set its last resource, a constraint its last set."""
    parent = cib.parent(element)
    cib.remove(element)
    if element.tag == "tag":
        _remove_references(cib, element.get("id"))
    if parent.tag in _HOLDERS and parent.find(element.tag) is None:
        _remove_with_emptied(cib, parent)
