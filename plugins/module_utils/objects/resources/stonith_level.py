# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stonith levels: fence devices that are used together, and the order in which the levels are tried."""

from __future__ import annotations

import re

from ...base import values
from ...base.errors import BadInput, nearest
from .. import references
from ..checks import check_members
from ..kind import Kind

_TAG = "fencing-level"
# The levels that Pacemaker accepts (fenced: ST__LEVEL_MIN and ST__LEVEL_MAX)
_LEVEL = "[1-9]"
# The keys that select the nodes of a level -> the attributes of the element
_TARGETS = {
    "target": "target",
    "target_pattern": "target-pattern",
    "target_attribute": "target-attribute",
    "target_value": "target-value",
}
_TARGET_KEYS = (("target",), ("target_pattern",), ("target_attribute", "target_value"))


class StonithLevel(Kind):
    """A level of a target. In every mode, its devices become exactly the given ones, in their order.

    Without an id it is identified by its level and its target.
    """

    section = "stonith_levels"
    what = "stonith level"
    keys = {
        "id": str,
        "level": (int, str),
        **{**dict.fromkeys(_TARGETS, str), "target_value": (str, int)},
        "devices": list,
    }
    required = ("level", "devices")

    def check(self, spec):
        """Refuse invalid keys, levels and targets, and devices that are missing or given twice."""
        super().check(spec)
        check_members(self.what, spec["devices"], "devices")
        _check_identity(spec)

    def check_absent(self, spec):
        """Without an id, a level is found by its number and its target, so these must be valid."""
        if spec.get("id"):
            self.check_id(spec["id"])
        else:
            _check_identity(spec)

    def find_all(self, cib, spec):
        """The level with this id, or without an id all levels with this number and target."""
        return super().find_all(cib, spec) if spec.get("id") else self._duplicates(cib, spec)

    def find(self, cib, spec):
        """The level with this id, or without an id the first level with this number and target."""
        return super().find(cib, spec) if spec.get("id") else next(iter(self._duplicates(cib, spec)), None)

    def is_ours(self, element):
        """Whether an element is a level that Pacemaker accepts."""
        is_level = element.tag == _TAG and re.fullmatch(_LEVEL, element.get("index", ""))
        return bool(is_level and _target_keys(_target(element)) and all(references.devices(element)))

    def read(self, element):
        """{id, level, target or target_pattern or target_attribute and target_value, devices}."""
        return {
            "id": element.get("id"),
            "level": int(element.get("index")),
            **_target(element),
            "devices": references.devices(element),
        }

    def write(self, context, spec, element):
        """Create the level, or change it in place: it keeps its id."""
        cib, present = context.cib, {} if element is None else self.read(element)
        _check_fits(context, spec, present)
        target = {key: values.text(spec[key]) for key in _target_keys(spec)}
        if element is None:
            wanted_id = f"fl-{next(iter(target.values()))}-{spec['level']}"
            attributes = {"id": spec.get("id") or cib.fresh_id(wanted_id)}
            element = cib.add(cib.section("fencing-topology"), _TAG, attributes)
        cib.set(element, "index", values.text(spec["level"]))
        for key, attribute in _TARGETS.items():
            cib.set(element, attribute, target.get(key))
        cib.set(element, "devices", ",".join(spec["devices"]))
        context.notes("stonith levels")[element] = _about(present) if present else None
        return element

    def complete(self, context, spec, element):
        """Remove other levels with this number and target, which Pacemaker would merge into one level.

        :raises BadInput: if another one is also given, or this one has an id and would become the second.
        """
        about = _about(spec)
        for other in self._duplicates(context.cib, spec):
            if other is element:
                continue
            if not spec.get("id") and other not in context.notes("stonith levels"):
                context.cib.remove(other)
            elif context.notes("stonith levels")[element] != about or not spec.get("id"):
                raise BadInput(
                    f"level: {other.get('id')!r} is already level {spec['level']} of this target; use that id or none"
                )

    def _duplicates(self, cib, spec):
        """The levels with the same number and target."""
        levels = cib.configuration.iterfind(f"fencing-topology/{_TAG}")
        return [each for each in levels if self.is_ours(each) and _about(self.read(each)) == _about(spec)]


def _target(element):
    """key -> text of the attributes that select the nodes of a level."""
    return {key: element.get(attribute) for key, attribute in _TARGETS.items() if element.get(attribute)}


def _target_keys(spec):
    """The keys of a specification that select the nodes of the level; None if the combination is not allowed."""
    keys = tuple(key for key in _TARGETS if spec.get(key) not in (None, ""))
    return keys if keys in _TARGET_KEYS else None


def _about(spec):
    """What identifies a level: its number, and its target with the keys that select it."""
    return (int(spec["level"]), *((key, values.text(spec[key])) for key in _target_keys(spec)))


def _check_identity(spec):
    if not re.fullmatch(_LEVEL, values.text(spec.get("level"))):
        raise BadInput(f"level: must be a whole number from 1 to 9, not {spec.get('level')!r}")
    if _target_keys(spec) is None:
        raise BadInput(
            "target: exactly one of target, target_pattern, and target_attribute with target_value is required"
        )


def _check_fits(context, spec, present):
    """Refuse a node and devices that do not exist, unless the level already has them.

    :param present: the current specification of the level.
    """
    if spec.get("target") not in (None, present.get("target")):
        context.expect_node(spec["target"], "target")
    for device in spec["devices"]:
        if device not in present.get("devices", ()):
            _check_device(context.cib, device)


def _check_device(cib, device):
    found = cib.find(device)
    if found is None:
        known = [each.get("id") for each in cib.configuration.iterfind("resources//primitive[@class='stonith']")]
        raise BadInput(f"devices: there is no fence device {device!r}{nearest(device, known)}")
    if found.tag != "primitive" or found.get("class") != "stonith":
        raise BadInput(f"devices: {device!r} is a {found.tag}, not a fence device")
