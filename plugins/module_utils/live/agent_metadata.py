# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an agent says of itself: its parameters and operations, and whether a specification fits them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ..base import values
from ..base.errors import HaError, nearest
from ..base.secrets import is_secret

# One-time actions and the old name of monitor: in the metadata, never in the CIB (pcs: lib/cib/resource/agent.py)
_NO_OPERATIONS = frozenset(("meta-data", "status", "validate-all"))

# How the names of the parameters begin that every fence device takes besides its agent's own
_FENCER = "pcmk_"
# What every OCF resource agent takes (resource-agents: ocf-shellfuncs)
_TRACE = frozenset(("trace_ra", "trace_file"))
# For use at a prompt only; the fencer fills in `action` and `port` itself
_INTERACTIVE = frozenset(("help", "version"))
_FILLED_IN = frozenset(("action", "port"))
# The types of parameters whose values can be checked (OCF resource agent API, fence agents): the check, and what it wants
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
        """:param fencer: the metadata XML of Pacemaker's fencer for a fence agent; None where it cannot be asked."""
        self.agent = agent
        self.is_stonith = agent.startswith("stonith:")
        # Where the fencer cannot be asked, nobody can tell
        self._takes_any_of_fencer = self.is_stonith and fencer is None
        root = _parsed(xml, f"the agent {agent}")
        found = [*root.iterfind("parameters/parameter"), *(_of_fencer(fencer) if fencer else ())]
        self._parameters = {each.get("name"): each for each in found if each.get("name")}
        self._actions = root.findall("actions/action")

    @property
    def parameters(self):
        """The names that this agent takes as parameters."""
        own = set(self._parameters)
        return own - _INTERACTIVE if self.is_stonith else own | _TRACE

    @property
    def actions(self):
        """The names of what this agent can do."""
        return {action.get("name") for action in self._actions}

    def unknown(self, names):
        """A sentence for the first of `names` that is no parameter of this agent; None if all are known."""
        for name in sorted(names):
            is_taken = self._takes_any_of_fencer and name.startswith(_FENCER)
            if name not in self.parameters and not is_taken:
                return f"{self.agent} has no parameter {name!r}{nearest(name, self.parameters)}"
        return None

    def missing(self, names):
        """A sentence for the required parameters that are not among `names`; None if all are there.

        An old name stands for the parameter that replaced it.
        """
        lacking = sorted(
            name
            for name, element in self._parameters.items()
            if _is_set(element, "required") and not _is_deprecated(element)
            if not self._names_of(name) & set(names) and not self._is_filled_in(name)
        )
        return f"{self.agent} needs {' and '.join(lacking)}" if lacking else None

    def deprecated(self, names):
        """A sentence for each of `names` that the agent calls deprecated, with what takes its place."""
        for name in sorted(names):
            if name in self._parameters and _is_deprecated(self._parameters[name]):
                newer = sorted(
                    _replacements(self._parameters[name])
                    | {each for each, other in self._parameters.items() if other.get("obsoletes") == name}
                )
                instead = f"; use {' or '.join(newer)}" if newer else ""
                yield f"{self.agent} calls the parameter {name!r} deprecated{instead}"

    def wrong_types(self, params):
        """A sentence for each value that is not of the type its parameter has.

        :param params: name -> value as the CIB holds it.
        """
        for name, value in sorted(params.items()):
            content = self._parameters[name].find("content") if name in self._parameters else None
            kind = None if content is None else content.get("type")
            shown = "what is given" if is_secret(name) else repr(value)
            if kind in _TYPES and not _TYPES[kind][0](value):
                yield f"{self.agent} wants {_TYPES[kind][1]} for {name!r}, not {shown}"
            if kind == "select":
                choices = [each.get("value") for each in content.iterfind("option")]
                if choices and value not in choices:
                    yield f"{self.agent} wants one of {', '.join(choices)} for {name!r}, not {shown}"

    def unique_groups(self):
        """The parameters that together must differ between two resources of this agent: a list of lists of names."""
        groups = {}
        for name, element in self._parameters.items():
            if element.get("unique-group") or _is_set(element, "unique"):
                groups.setdefault(element.get("unique-group") or f" {name}", []).append(name)
        return list(groups.values())

    def unknown_action(self, names):
        """A sentence for the first of `names` that is no action of this agent; None if it has them all."""
        known = sorted(self.actions | {"monitor"})
        for name in sorted(names):
            if name not in known:
                return f"{self.agent} has no operation {name!r}{nearest(name, known) or '; it has ' + ', '.join(known)}"
        return None

    @property
    def is_promotable(self):
        """Whether it has the actions of a promotable clone."""
        return {"promote", "demote"} <= self.actions

    def default_operations(self, only_monitor=False):
        """The operations that pcs copies into a new resource, sorted by name: a list of mappings of op attributes.

        For fence devices it is the monitor alone.

        :param only_monitor: what ``pcs resource create --no-default-ops`` still copies.
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
        """`name` and every older name that it replaced, directly or through another."""
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
    """The <parameter> elements that all fence devices have.

    Before 3.0 Pacemaker lists the values that one may have only in its long description: one (that does this), two (that ...).
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
    """The op attributes that an <action> of the metadata stands for."""
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
    """Operations of one name must differ in their interval: a later one is raised by a second, as pcs does."""
    seen = set()
    for operation in operations:
        time = values.milliseconds(operation["interval"])
        if (operation["name"], time) in seen and time is not None:
            while (operation["name"], time) in seen:
                time += 1000
            operation = dict(operation, interval=str(time // 1000))
        seen.add((operation["name"], time))
        yield operation
