# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks of specifications that several kinds share."""

from __future__ import annotations

import re
from functools import partial

from ..base import values
from ..base.errors import BadInput, check_all, instead

_FENCING_ACTION = r"(stonith|fencing)-action|pcmk_\w+_action"

# The types of name-value pairs in a specification: one set, or a list of all sets (attributes.py)
PAIRS = (dict, list)


def refuse_boolean_actions(pairs):
    """Refuse booleans as fencing actions: YAML reads an unquoted off as false, and fencing with that action would fail.

    :param pairs: properties, or the parameters of a fence device.
    :raises BadInput: for a fencing action that is a boolean.
    """
    for name, value in pairs.items():
        if isinstance(value, bool) and re.fullmatch(_FENCING_ACTION, name):
            raise BadInput(f"{name}: YAML reads {'on' if value else 'off'} as {value}; put the action in quotes")


def check_members(what, members, key="members"):
    """Refuse a list of members that is empty or contains a member twice.

    :param what: what they are members of, for messages.
    :param key: the field that lists them.
    :raises BadInput: with one sentence.
    """
    if not members:
        raise BadInput(f"{key}: must not be empty; use state: absent to remove the {what}")
    for member in members:
        if not isinstance(member, str):
            raise BadInput(f"{key}: {member!r} is not the id of a resource")
        if members.count(member) > 1:
            raise BadInput(f"{key}: {member!r} is given twice")


def check_keys(spec, keys, required=(), check_value=None):
    """Refuse a mapping with unknown keys, values of the wrong type, or missing required keys.

    :param keys: name -> type (str, int, dict, list), or a tuple of types.
    :param check_value: (key, value) -> None; refuses an invalid value of the right type.
    :raises BadInput: with one sentence for each invalid key.
    """
    check_all(
        [
            *(partial(_check_key, keys, *item, check_value) for item in spec.items()),
            *(partial(_check_required, spec, key) for key in required),
        ]
    )


def _check_key(keys, key, value, check_value):
    if key not in keys:
        raise BadInput(f"unknown key {key!r}{instead(key, keys)}")
    if value is None:
        return
    types = keys[key] if isinstance(keys[key], tuple) else (keys[key],)
    if not isinstance(value, types):
        given = values.called(value) if types is PAIRS else repr(value)
        raise BadInput(f"{key}: must be {' or '.join(values.CALLED[each] for each in types)}, not {given}")
    if isinstance(value, str):
        _check_text(key, value)
    if check_value:
        check_value(key, value)


def _check_required(spec, key):
    if spec.get(key) in (None, ""):
        raise BadInput(f"{key}: is required")


def _check_text(key, value):
    try:
        values.text(value)
    except BadInput as error:
        raise BadInput(f"{key}: {error}") from None
