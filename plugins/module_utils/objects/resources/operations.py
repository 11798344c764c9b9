# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The operations of a primitive."""

from __future__ import annotations

import re
from functools import partial

from ...base import values
from ...base.errors import BadInput, check_all, nearest
from .. import attributes

# The attributes of <op> (resources schema 3.x) and the one instance attribute that pcs writes among them
ATTRIBUTES = (
    "name",
    "interval",
    "timeout",
    "role",
    "on-fail",
    "enabled",
    "start-delay",
    "interval-origin",
    "record-pending",
    "description",
)
CHECK_LEVEL = "OCF_CHECK_LEVEL"
_KEYS = ("id", *ATTRIBUTES, CHECK_LEVEL)
_TIMES = ("interval", "timeout", "start-delay")
_BOOLEANS = ("enabled", "record-pending")
_ON_FAIL = ("ignore", "block", "demote", "stop", "restart", "standby", "fence", "restart-container")


def check(operations):
    """Refuse invalid operations.

    :param operations: a list of mappings of op attributes.
    :raises BadInput: with sentences that name the fields.
    """
    check_all(partial(_check_operation, f"operations[{number}]", each) for number, each in enumerate(operations))
    seen, ids = {}, {}
    for number, operation in enumerate(operations):
        where = f"operations[{number}]"
        if operation.get("id") and ids.setdefault(operation["id"], number) != number:
            raise BadInput(f"{where}.id: {operation['id']!r} is already the id of operations[{ids[operation['id']]}]")
        interval = _interval(operation)
        same = (operation["name"], values.milliseconds(interval))
        if same in seen:
            raise BadInput(
                f"{where}.interval: operations[{seen[same]}] is already a {operation['name']} with the interval"
                f" {interval}; Pacemaker requires different intervals"
            )
        seen[same] = number


def _check_operation(where, operation):
    if not isinstance(operation, dict):
        raise BadInput(f"{where}: must be a mapping such as {{name: monitor, interval: 10s}}, not {operation!r}")
    check_all(partial(_check_key, where, key, value) for key, value in operation.items())
    if not operation.get("name"):
        raise BadInput(f"{where}.name: is required")
    if operation.get("start-delay") is not None and operation.get("interval-origin") is not None:
        raise BadInput(f"{where}: start-delay cannot be combined with interval-origin")


def _check_key(where, key, value):
    if key not in _KEYS:
        raise BadInput(f"{where}: unknown attribute {key!r}{nearest(key, _KEYS)}")
    if value is not None:
        _check_value(f"{where}.{key}", key, value)


def _check_value(where, key, value):
    try:
        text = values.text(value)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    if key == "id" and not values.is_id(value):
        raise BadInput(f"{where}: {value!r} is not a valid id")
    if key == "name" and (not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", value)):
        raise BadInput(f"{where}: {value!r} is not a valid operation name")
    if key in _TIMES and values.milliseconds(text) is None:
        raise BadInput(f"{where}: {value!r} is not a valid time; write it like 20s or 1min")
    if key in _BOOLEANS and text.lower() not in ("true", "false", "1", "0"):
        raise BadInput(f"{where}: must be true or false, not {value!r}")
    if key == "role" and values.role(text) is None:
        raise BadInput(f"{where}: must be Promoted, Unpromoted, Started or Stopped, not {value!r}")
    if key == "on-fail" and text.lower() not in _ON_FAIL:
        raise BadInput(f"{where}: must be one of {', '.join(_ON_FAIL)}, not {value!r}")


def read(primitive):
    """The operations of a primitive as a list of mappings, in their order."""
    return [_read(primitive.get("id"), op) for op in primitive.iterfind("operations/op")]


def create(cib, primitive, given, defaults):
    """Write the operations of a new primitive: the given ones, and the defaults whose names are not given."""
    given_names = {operation["name"] for operation in given}
    chosen = list(given) + [each for each in defaults if each["name"] not in given_names]
    operations = cib.add(primitive, "operations")
    for operation in sorted(chosen, key=lambda each: each["name"]):
        _add(cib, operations, operation, _level_of_new)


def update(cib, primitive, given, exact):
    """Merge the given operations into the existing ones; others are left alone, or removed if `exact`."""
    operations = primitive.find("operations")
    if operations is None and given:
        operations = cib.add(primitive, "operations")
    existing = [] if operations is None else operations.findall("op")
    matches = _matches(existing, given)
    if exact:
        for op in existing:
            if op not in matches:
                cib.remove(op)
    for operation, op in zip(given, matches):
        if op is None:
            _add(cib, operations, operation, _level_of_changed)
        else:
            _change(cib, op, operation, exact)
    if given:
        _refuse_equal_intervals(operations)


def _matches(existing, given):
    """For each given operation the existing op that it describes, or None; no two operations get the same op."""
    named = [next((op for op in existing if operation.get("id") == op.get("id")), None) for operation in given]
    free = [op for op in existing if not any(op is other for other in named)]
    matches = []
    for operation, op in zip(given, named):
        if op is None and not operation.get("id"):
            op = _matching(free, operation, given)
            free = [each for each in free if each is not op]
        matches.append(op)
    return matches


def _matching(existing, operation, given):
    """The existing op with the same name and role; also compares the interval if several exist or are given."""
    rivals = [each for each in given if _name_and_role(each) == _name_and_role(operation)]
    found = [op for op in existing if _name_and_role(op) == _name_and_role(operation)]
    if len(found) > 1 or len(rivals) > 1:
        found = [op for op in found if values.same(op.get("interval", "0"), _interval(operation))]
    return found[0] if found else None


def _name_and_role(operation):
    """The name and role that identify an operation, given or existing; the default role is Started."""
    return operation.get("name"), values.role(values.text(operation.get("role") or "Started"))


def _interval(operation):
    interval = operation.get("interval")
    return values.default_interval(operation["name"]) if interval is None else values.text(interval)


def _refuse_equal_intervals(operations):
    seen = set()
    for op in operations.findall("op"):
        key = (op.get("name"), values.milliseconds(op.get("interval", "0")))
        if key in seen:
            raise BadInput(
                f"operations: there would be two {op.get('name')} operations with the interval {op.get('interval')};"
                " Pacemaker requires different intervals"
            )
        seen.add(key)


def _read(owner_id, op):
    operation = {name: op.get(name) for name in ATTRIBUTES if op.get(name) is not None}
    if op.get("id") != _usual_id(owner_id, operation):
        operation = dict({"id": op.get("id")}, **operation)
    level = attributes.read(op, "instance_attributes")
    if isinstance(level, dict) and CHECK_LEVEL in level:
        operation[CHECK_LEVEL] = level[CHECK_LEVEL]
    return operation


def _usual_id(owner_id, operation):
    """The id that pcs gives to an operation."""
    return f"{owner_id}-{operation['name']}-interval-{operation.get('interval')}"


def _add(cib, operations, operation, write_level):
    plain = {name: _text(cib, name, value) for name, value in operation.items() if value is not None}
    plain.setdefault("interval", values.default_interval(plain["name"]))
    level = plain.pop(CHECK_LEVEL, None)
    op_id = plain.pop("id", None)
    if op_id is None:
        op_id = cib.fresh_id(_usual_id(cib.parent(operations).get("id"), plain))
    elif cib.find(op_id) is not None:
        raise BadInput(f"operations: the id {op_id!r} is already used by another object")
    op = cib.add(operations, "op", dict(plain, id=op_id))
    if level is not None:
        write_level(cib, op, level)


def _level_of_new(cib, op, level):
    """The check level as `pcs resource create` writes it."""
    attributes.write(cib, op, "instance_attributes", {CHECK_LEVEL: level})


def _level_of_changed(cib, op, level):
    """The check level of an operation of an existing resource, as `pcs resource op add` writes it."""
    if level is not None and op.find("instance_attributes") is None:
        found = cib.add(op, "instance_attributes", {"id": cib.fresh_id(f"params-{op.get('id')}")})
        pair_id = cib.fresh_id(f"{op.get('id')}-{CHECK_LEVEL}-{level}")
        cib.add(found, "nvpair", {"id": pair_id, "name": CHECK_LEVEL, "value": values.text(level)})
        return
    attributes.write(cib, op, "instance_attributes", {CHECK_LEVEL: level}, same=attributes.exactly)


def _change(cib, op, operation, exact):
    wanted = {name: value for name, value in operation.items() if name != "id"}
    if exact:
        # Sets that do not appear in the list of operations are kept
        is_shown = isinstance(attributes.read(op, "instance_attributes"), dict)
        wanted = dict({name: None for name in (*ATTRIBUTES, *((CHECK_LEVEL,) if is_shown else ()))}, **wanted)
    if "interval" in wanted:
        wanted["interval"] = _interval(operation)
    if CHECK_LEVEL in wanted:
        _level_of_changed(cib, op, wanted.pop(CHECK_LEVEL))
    for name, value in wanted.items():
        if value is None:
            cib.set(op, name, None)
        elif op.get(name) is None or not _same(name, op.get(name), values.text(value)):
            cib.set(op, name, _text(cib, name, value))


def _same(name, one, other):
    return one == other if name == "description" else values.same(one, other)


def _text(cib, name, value):
    """A value as pcs writes it, with role names of the schema."""
    text = values.text(value)
    if name == "role":
        return cib.role(values.role(text).capitalize())
    return text.lower() if name in (*_BOOLEANS, "on-fail") else text
