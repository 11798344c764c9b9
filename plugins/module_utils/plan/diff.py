# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The diff shown to the user: YAML before and after, with secrets masked."""

from __future__ import annotations

import json
import re

from ..base import secrets

# Text that YAML reads unchanged without quotes
_PLAIN = r"[A-Za-z_/][A-Za-z0-9_/.:@%+=-]*|-INFINITY|\d+(ms|s|min|h)|\d+\.\d+\.\d+\.\d+"
_NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"))


def of(before, after):
    """The `diff` of a task's result from two structures of mappings, lists and scalars."""
    old_secrets = secrets.values_in(before) or None
    return {"before": _document(secrets.masked(before)), "after": _document(secrets.masked(after, old_secrets))}


def _document(value):
    return "".join(f"{line}\n" for line in _lines(value)) if value else ""


def _lines(value):
    """The lines of a value in YAML's block style; written by hand, because nodes may lack PyYAML."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _entry(f"{_scalar(name)}:", item)
    elif isinstance(value, list) and value:
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _entry(head, item):
    if isinstance(item, (dict, list)) and item:
        yield head
        yield from (f"  {line}" for line in _lines(item))
    else:
        yield f"{head} {_scalar(item)}"


def _scalar(value):
    if (
        isinstance(value, str)
        and re.fullmatch(_PLAIN, value)
        and not value.endswith(":")
        and value.lower() not in _NOT_TEXT
    ):
        return value
    return json.dumps(value, ensure_ascii=False)
