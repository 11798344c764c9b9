# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The metadata of an agent: its parameters and operations, and whether a specification is valid for them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ..base import values
from ..base.errors import HaError, nearest
from ..base.secrets import is_secret

# One-time actions and the old name of monitor: in the metadata, never in the CIB (pcs: lib/cib/resource/agent.py)
_NO_OPERATIONS = frozenset(("meta-data", "status", "validate-all"))

# The prefix of the parameters that every fence device accepts in addition to its agent's own
_FENCER = "pcmk_"
# Parameters that every OCF resource agent accepts (resource-agents: ocf-shellfuncs)
_TRACE = frozenset(("trace_ra", "trace_file"))
# For interactive use only; the fencer sets `action` and `port` itself
_INTERACTIVE = frozenset(("help", "version"))
_FILLED_IN = frozenset(("action", "port"))
# The types of parameters whose values can be checked (OCF resource agent API, fence agents): (check, valid values)
_INTEGER = (lambda text: re.fullmatch(r"[+-]?\d+", text.strip()) is not None, "a whole number")
_TYPES = {
    "integer": _INTEGER,
    "second": _INTEGER,
    "boolean": (lambda text: values.boolean(text) is not None, "true or false"),
    "time": (lambda text: values.milliseconds(text) is not None, "a time such as 20s"),
}


class Metadata:
    """The metadata of one agent, read from its XML (OCF resource agent API 1.0 and 1.1, fence agents)."""

    def __init__(self, agent, xml, fencer=None):
        """:param fencer: the metadata XML of Pacemaker's fencer for a fence agent; None if it cannot be queried."""
        self.agent = agent
        self.is_stonith = agent.startswith("stonith:")
        # If the fencer cannot be queried, its parameters cannot be checked
        self._accepts_any_of_fencer = self.is_stonith and fencer is None
        root = _parsed(xml, f"the agent {agent}")
        found = [*root.iterfind("parameters/parameter"), *(_of_fencer(fencer) if fencer else ())]
        self._parameters = {each.get("name"): each for each in found if each.get("name")}
        self._actions = root.findall("actions/action")

    @property
    def parameters(self):
        """The names of the parameters that this agent accepts."""
        own = set(self._parameters)
        return own - _INTERACTIVE if self.is_stonith else own | _TRACE

    @property
    def actions(self):
        """The names of the actions of this agent."""
        return {action.get("name") for action in self._actions}

    def unknown(self, names):
        """A sentence about the first of `names` that is not a parameter of this agent; None if all are."""
        for name in sorted(names):
            is_accepted = self._accepts_any_of_fencer and name.startswith(_FENCER)
            if name not in self.parameters and not is_accepted:
                return f"{self.agent} has no parameter {name!r}{nearest(name, self.parameters)}"
        return None

    def missing(self, names):
        """A sentence about the required parameters that are missing in `names`; None if none is missing.

        An old name counts as the parameter that replaced it.
        """
        missing = sorted(
            name
            for name, element in self._parameters.items()
            if _is_set(element, "required") and not _is_deprecated(element)
            if not self._names_of(name) & set(names) and not self._is_filled_in(name)
        )
        return f"{self.agent} needs {' and '.join(missing)}" if missing else None

    def deprecated(self, names):
        """A sentence about each of `names` that is deprecated in the metadata, with the parameter that replaces it."""
        for name in sorted(names):
            if name in self._parameters and _is_deprecated(self._parameters[name]):
                newer = sorted(
                    _replacements(self._parameters[name])
                    | {each for each, other in self._parameters.items() if other.get("obsoletes") == name}
                )
                instead = f"; use {' or '.join(newer)}" if newer else ""
                yield f"the parameter {name!r} of {self.agent} is deprecated{instead}"

    def wrong_types(self, params):
        """A sentence about each value that does not have the type of its parameter.

        :param params: name -> value as text, as in the CIB.
        """
        for name, value in sorted(params.items()):
            content = self._parameters[name].find("content") if name in self._parameters else None
            kind = None if content is None else content.get("type")
            shown = "the given value" if is_secret(name) else repr(value)
            if kind in _TYPES and not _TYPES[kind][0](value):
                yield f"the parameter {name!r} of {self.agent} must be {_TYPES[kind][1]}, not {shown}"
            if kind == "select":
                choices = [each.get("value") for each in content.iterfind("option")]
                if choices and value not in choices:
                    yield f"the parameter {name!r} of {self.agent} must be one of {', '.join(choices)}, not {shown}"

    def unique_groups(self):
        """The groups of parameters whose combined values must be unique among its resources: lists of names."""
        groups = {}
        for name, element in self._parameters.items():
            if element.get("unique-group") or _is_set(element, "unique"):
                groups.setdefault(element.get("unique-group") or f" {name}", []).append(name)
        return list(groups.values())

    def unknown_action(self, names):
        """A sentence about the first of `names` that is not an action of this agent; None if all are."""
        known = sorted(self.actions | {"monitor"})
        for name in sorted(names):
            if name not in known:
                return f"{self.agent} has no operation {name!r}{nearest(name, known) or '; it has ' + ', '.join(known)}"
        return None

    @property
    def is_promotable(self):
        """Whether the agent has the actions that a promotable clone requires."""
        return {"promote", "demote"} <= self.actions

    def default_operations(self, only_monitor=False):
        """The operations that pcs copies into a new resource, sorted by name: a list of mappings of op attributes.

        For fence devices this is only the monitor operation.

        :param only_monitor: whether to return only what ``pcs resource create --no-default-ops`` still copies.
        """
        only_monitor = only_monitor or self.is_stonith
        operations = [
            _operation(action)
            for action in self._actions
            if (action.get("name") == "monitor" if only_monitor else action.get("name") not in _NO_OPERATIONS)
        ]
        if not any(each["name"] == "monitor" for each in operations):
            operations.append({"name": "monitor", "interval": values.default_interval("monitor")})
        return sorted(_with_distinct_intervals(operations), key=lambda each: each["name"])

    def _names_of(self, name):
        """`name` and every older name that it replaces, directly or indirectly."""
        names = {name}
        while True:
            older = {element.get("name") for element in self._parameters.values() if _replacements(element) & names} | {
                self._parameters[each].get("obsoletes") for each in names if each in self._parameters
            } - {None}
            if older <= names:
                return names
            names |= older

    def _is_filled_in(self, name):
        return self.is_stonith and bool(self._names_of(name) & _FILLED_IN)


def _parsed(xml, whose):
    try:
        return ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise HaError(f"the metadata of {whose} is not well-formed XML: {error}") from error


def _of_fencer(xml):
    """The <parameter> elements that apply to all fence devices.

    Before 3.0, Pacemaker lists the valid values only in the long description: one (explanation), two (explanation).
    """
    for parameter in _parsed(xml, "Pacemaker's fencer").iterfind("parameters/parameter"):
        content = parameter.find("content")
        listed = (parameter.findtext("longdesc") or "").partition("Allowed values: ")[2]
        if listed and content.find("option") is None:
            content.set("type", "select")
            for value in re.findall(r"([\w-]+) \(.*?\)", listed):
                ElementTree.SubElement(content, "option", {"value": value})
        yield parameter


def _is_set(element, flag):
    return element.get(flag) in ("1", "true")


def _is_deprecated(parameter):
    return _is_set(parameter, "deprecated") or parameter.find("deprecated") is not None


def _replacements(parameter):
    """The newer names of a deprecated parameter."""
    return {each.get("name") for each in parameter.iterfind("deprecated/replaced-with")}


def _operation(action):
    """The op attributes that correspond to an <action> of the metadata."""
    operation = {
        "name": action.get("name"),
        "interval": action.get("interval") or values.default_interval(action.get("name")),
    }
    for name in ("timeout", "role", "start-delay"):
        if action.get(name):
            operation[name] = action.get(name)
    if action.get("depth") not in (None, "", "0"):
        operation["OCF_CHECK_LEVEL"] = action.get("depth")
    return operation


def _with_distinct_intervals(operations):
    """Make the intervals of operations with the same name distinct: add seconds to the later ones, as pcs does."""
    seen = set()
    for operation in operations:
        time = values.milliseconds(operation["interval"])
        if (operation["name"], time) in seen and time is not None:
            while (operation["name"], time) in seen:
                time += 1000
            operation = dict(operation, interval=str(time // 1000))
        seen.add((operation["name"], time))
        yield operation
