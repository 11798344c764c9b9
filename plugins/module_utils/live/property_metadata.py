# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The metadata of the cluster properties from Pacemaker's daemons, and whether a value is valid."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ..base import values
from ..base.errors import HaError, nearest

_TIME = (lambda text: values.milliseconds(text) is not None, "a time such as 20s or 1min")
_SCORE = (lambda text: values.score(text) is not None, "a whole number, INFINITY or -INFINITY")
# The types of properties whose values can be checked, as pcs 0.12 does it: (check, valid values). Before
# Pacemaker 2.1.8 scores have the type integer, and all times the type time
_TYPES = {
    "boolean": (lambda text: values.boolean(text) is not None, "true or false"),
    "integer": _SCORE,
    "score": _SCORE,
    "nonnegative_integer": (lambda text: (values.score(text) or 0) > 0, "a whole number above 0, or INFINITY"),
    "percentage": (lambda text: re.fullmatch(r"\d+(\.\d+)?%", text) is not None, "a percentage such as 80%"),
    "time": _TIME,
    "timeout": _TIME,
    "duration": _TIME,
}
# A negative value means twice the watchdog's own timeout (Pacemaker Explained, cluster options)
_NEGATIVE = ("stonith-watchdog-timeout", "fencing-watchdog-timeout")


class PropertyMetadata:
    """The cluster properties that Pacemaker knows, read from the metadata of its daemons (2.0 to 3.0)."""

    def __init__(self, documents):
        """:param documents: the XML texts of the daemons; a property can occur in several."""
        try:
            roots = [ElementTree.fromstring(each) for each in documents]
        except ElementTree.ParseError as error:
            raise HaError(f"the metadata of the cluster properties is not well-formed XML: {error}") from error
        self._properties = {each.get("name"): each for root in roots for each in root.iter("parameter")}

    def __contains__(self, name):
        return name in self._properties

    def __iter__(self):
        return iter(self._properties)

    def described(self, name):
        """{default, type, choices, description} of a property, as far as the metadata contains them."""
        element = self._properties[name]
        content = element.find("content")
        short = " ".join((element.findtext("shortdesc") or "").replace("*** Advanced Use Only ***", "").split())
        described = {
            "default": content.get("default"),
            "type": content.get("type"),
            "choices": self._choices(name, content) if content.get("type") in ("select", "enum") else None,
            "description": short,
        }
        return {key: value for key, value in described.items() if value}

    def unknown(self, name):
        """A sentence if there is no property with this name; None if it is known."""
        if name in self:
            return None
        return f"this version of Pacemaker has no property {name!r}{nearest(name, self._properties)}"

    def wrong(self, name, value):
        """A sentence if a value does not have the type of its property; None if it has, or if the property is unknown.

        :param value: the value as text, as in the CIB.
        """
        content = self._properties[name].find("content") if name in self else None
        kind = None if content is None else content.get("type")
        if name in _NEGATIVE and re.fullmatch(r"-\d+", value):
            return None
        if kind in _TYPES and not _TYPES[kind][0](value):
            return f"{name}: must be {_TYPES[kind][1]}, not {value!r}"
        choices = self._choices(name, content) if kind in ("select", "enum") else ()
        if choices and value not in choices:
            return f"{name}: must be one of {', '.join(choices)}, not {value!r}"
        return None

    def _choices(self, name, content):
        """The valid values of a property with fixed choices; Pacemaker 2.0 lists them only in the long description."""
        text = self._properties[name].findtext("longdesc") or ""
        listed = text.partition("Allowed values: ")[2] if content.get("type") == "enum" else ""
        return [each.get("value") for each in content.iterfind("option")] or listed.split(", ")
