# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What refers to a resource goes with it: constraints, resource sets, tags and fencing levels."""

from __future__ import annotations

from ..cib import RESOURCES

# Attributes of constraints that name a resource (constraints schema 3.x)
_NAMING = ("rsc", "with-rsc", "first", "then")


def remove_resource(cib, element):
    """Take a resource out of the document with everything in it and all references to it.

    The group or clone around it goes too when it would be left empty, as with `pcs resource delete`.
    """
    around = cib.parent(element)
    if around.tag != "resources" and [child for child in around if child.tag in RESOURCES] == [element]:
        remove_resource(cib, around)
        return
    for each in element.iter():
        if each.tag in RESOURCES:
            _remove_references(cib, each.get("id"))
    cib.remove(element)


def _remove_references(cib, resource_id):
    for constraint in cib.configuration.findall("constraints/*"):
        if resource_id in (constraint.get(name) for name in _NAMING):
            cib.remove(constraint)
    for reference in cib.configuration.findall(f"constraints//resource_ref[@id='{resource_id}']"):
        _remove_with_emptied(cib, reference, "constraints")
    for reference in cib.configuration.findall(f"tags//obj_ref[@id='{resource_id}']"):
        _remove_with_emptied(cib, reference, "tags")
    for level in cib.configuration.findall("fencing-topology/fencing-level"):
        devices = level.get("devices", "").split(",")
        if resource_id in devices:
            devices.remove(resource_id)
            if devices:
                cib.set(level, "devices", ",".join(devices))
            else:
                cib.remove(level)


def _remove_with_emptied(cib, element, top):
    """Remove an element and, upwards to the section `top`, each element that has no other child."""
    around = cib.parent(element)
    while around.tag != top and len(around) == 1:
        element, around = around, cib.parent(around)
    cib.remove(element)
