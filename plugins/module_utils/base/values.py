# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values: converted from YAML to the text of the CIB, and compared as Pacemaker interprets them."""

from __future__ import annotations

import re

from .errors import BadInput

_TRUE = frozenset(("true", "yes", "y", "on", "1"))
_FALSE = frozenset(("false", "no", "n", "off", "0"))
# Pacemaker's crm_get_msec (lib/common/utils.c): a bare number is seconds
_MILLISECONDS = {
    "": 1000,
    "s": 1000,
    "sec": 1000,
    "ms": 1,
    "msec": 1,
    "us": 0.001,
    "usec": 0.001,
    "m": 60_000,
    "min": 60_000,
    "h": 3_600_000,
    "hr": 3_600_000,
}
# What messages call the types of values; bool comes first because it is a subclass of int
CALLED = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a mapping",
    type(None): "null",
}
# Patterns are strings that re compiles on first use, because most tasks never need them
_TIME = r"([0-9]+)\s*([a-z]*)"
_DURATION = r"(?i)P(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
_DURATION_MILLISECONDS = (604_800_000, 86_400_000, 3_600_000, 60_000, 1000)
_SCORE = r"[+-]?([0-9]+|INFINITY)"
_INFINITY = "1000000"
# Characters that no XML document can contain (XML 1.0, Char)
_NOT_XML = "[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
# Pacemaker 2.1 renamed two roles; old and new names are accepted everywhere, in upper or lower case
_ROLES = {
    "master": "promoted",
    "slave": "unpromoted",
    **{role: role for role in ("promoted", "unpromoted", "started", "stopped")},
}


def called(value):
    """What a message calls a value that it must not show because the value may contain a secret."""
    return next((name for type_, name in CALLED.items() if isinstance(value, type_)), "something else")


def text(value):
    """The text of a YAML scalar in the CIB: true or false for a boolean, the shortest form of a number.

    :raises BadInput: for a list or a mapping, and for control characters, which no CIB attribute can contain.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dict, list)):
        raise BadInput(f"a value must be a string, a number or a boolean, not {called(value)}")
    written = str(value)
    if not written.isprintable() and re.search(_NOT_XML, written):
        raise BadInput("a value must not contain control characters")
    return written


def milliseconds(value):
    """The time that a text such as 60s, 1min or PT1M means, in milliseconds; None if it is not a time."""
    value = value.strip()
    match = re.fullmatch(_TIME, value.lower())
    if match and match.group(2) in _MILLISECONDS:
        return int(int(match.group(1)) * _MILLISECONDS[match.group(2)])
    match = re.fullmatch(_DURATION, value)
    if match and any(match.groups()):
        return sum(int(n) * unit for n, unit in zip(match.groups(), _DURATION_MILLISECONDS) if n)
    return None


def score(value):
    """The score that a text means, as a number (INFINITY is 1000000); None if it is not a score."""
    value = value.strip()
    return int(value.replace("INFINITY", _INFINITY)) if re.fullmatch(_SCORE, value) else None


def is_score(value):
    """Whether a value from a specification is a score."""
    return not isinstance(value, (bool, list, dict)) and score(text(value)) is not None


def boolean(value):
    """The boolean that a text means; None if it is not a boolean."""
    lowered = value.lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


def role(value):
    """The role that a text means, by its new name in lower case; None if it is not a role."""
    return _ROLES.get(value.lower())


def same(one, other):
    """Whether two texts mean the same to Pacemaker: as a boolean, a time, a score or a role.

    Use it for meta attributes, properties and operations. Parameters belong to their agent; compare them as text.
    """
    return one == other or any(
        reading(one) is not None and reading(one) == reading(other) for reading in (boolean, milliseconds, score, role)
    )


def default_interval(operation):
    """The interval that pcs writes for an operation given without one."""
    return "60s" if operation == "monitor" else "0s"


def is_id(value):
    """Whether a value can be an id in the CIB (XML schema: NCName, as pcs restricts it)."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", value) is not None
