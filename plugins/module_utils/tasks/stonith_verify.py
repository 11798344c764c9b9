# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a fence device reaches: its agent is asked for the status of each target, as the cluster's fencer would ask."""

from __future__ import annotations

import re

from ..base import secrets, values
from ..base.errors import BadInput, HaError
from ..live import commands, fence_agents, files
from ..objects import attributes
from ..objects.resources.stonith import HOST_LIST, HOST_MAP, PARAMS, host_ports, hosts

# The parameters of a device that are not passed to its agent (Pacemaker: pcmk_stonith_param and append_config_arg)
_OF_FENCER = r"pcmk_.*|stonith-timeout|provides|priority|action"
# The placeholder in the CIB for a value that cibsecret stores on the nodes
_CIBSECRET = "lrm://"
# The default timeout of an action in milliseconds
_TIMEOUT = 60_000
# The prefix of an agent's output lines that come from Python's logging
_LOGGED = r"^[\d-]+ [\d:,]+ \w+: "
# Exit codes of the status action (fence-agents: doc/FenceAgentAPI.md); all others are failures
_STATUSES = {0: "on", 2: "off"}


def in_use(cib, element):
    """The arguments of statuses() for a device in a document."""
    params = attributes.all_pairs(element, PARAMS, always=True)
    return element.get("id"), element.get("type"), tuple(sorted(params.items())), tuple(_fenced_nodes(cib))


def _fenced_nodes(cib):
    """The names of the members and remote nodes; a guest node is fenced through its resource."""
    for node in cib.configuration.iterfind("nodes/node"):
        if node.get("type") != "remote" and node.get("uname"):
            yield node.get("uname")
    for resource in cib.configuration.iterfind("resources//primitive[@type='remote']"):
        if resource.get("provider") == "pacemaker":
            yield resource.get("id")


def statuses(agents, device_id, agent, pairs, nodes):
    """Run the agent's status action for each target.

    :param pairs: the parameters as in the CIB.
    :param nodes: the names of the nodes that can be fenced.
    :returns: a list of {target, status}; the status is on or off.
    :raises HaError: with the targets that the device cannot reach.
    """
    if not re.fullmatch(r"fence_[\w-]+", agent):
        raise BadInput(
            f"verify: {agent} cannot be run for a check, only agents named fence_* can; remove verify from the task"
        )
    metadata = agents.get(f"stonith:{agent}")
    if metadata is None:
        raise HaError(
            "verify: fence agents cannot be run on this node; install Pacemaker's tools, or remove verify from the task"
        )
    params = {name: files.stored_secret(device_id, name) if value == _CIBSECRET else value for name, value in pairs}
    cib_secrets = {params[name] for name, value in pairs if value == _CIBSECRET}
    device = _Device(agent, params, metadata)
    try:
        return device.statuses(device.targets(nodes))
    except _Unreachable as error:
        unreachable = secrets.hidden(str(error), secrets.values_in(params) | cib_secrets - {""})
        raise HaError(f"verify: {device_id} cannot reach {unreachable}; nothing was changed") from None


class _Unreachable(Exception):
    """The targets that a device cannot reach, with reasons; the text may contain secrets."""


class _Device:
    """A fence device, used in the same way as by the fencer.

    Source: lib/fencing/st_actions.c and daemons/fenced/fenced_commands.c of Pacemaker.
    """

    def __init__(self, agent, params, metadata):
        """:param params: name -> value, secrets included."""
        self._agent, self._params, self._metadata = agent, params, metadata
        self._ports = host_ports(params.get(HOST_MAP, ""))

    def targets(self, nodes):
        """The names of its targets: those configured, or else those that its agent lists, or else all nodes."""
        named = list(dict.fromkeys([*hosts(self._params.get(HOST_LIST, "")), *self._ports]))
        how = self._params.get("pcmk_host_check", "dynamic-list")
        if named or how.lower() != "dynamic-list" or "list" not in self._metadata.actions:
            return named or list(nodes)
        (result,) = self._ask("list", self._request("list"))
        listed = hosts(result.out)
        found = [each for each in nodes if each in listed]
        if result.code or not found:
            raise _Unreachable(
                f"any node: {_reason(result) if result.code else 'its agent does not list any node of the cluster'}"
            )
        return found

    def statuses(self, targets):
        """A list of {target, status}, queried at the same time. A target with several ports is on if one of them is.

        :raises _Unreachable: with all targets that cannot be reached.
        """
        asked = [(target, port) for target in targets for port in self._ports_of(target)]
        requests = [self._request("status", *each) for each in asked]
        results = self._ask("status", *requests)
        if len(asked) > 1:
            # Some devices accept only one connection at a time; the fencer also queries one target after another
            results = [
                result if result.code in (*_STATUSES, commands.TIMED_OUT) else self._ask("status", request)[0]
                for result, request in zip(results, requests)
            ]
        wrong = [
            f"{target}: {_reason(each)}" for (target, _port), each in zip(asked, results) if each.code not in _STATUSES
        ]
        if wrong:
            raise _Unreachable("; ".join(wrong))
        on = {target for (target, _port), each in zip(asked, results) if _STATUSES[each.code] == "on"}
        return [{"target": each, "status": "on" if each in on else "off"} for each in targets]

    def _ask(self, action, *requests):
        timeout = values.milliseconds(self._params.get(f"pcmk_{action}_timeout", "")) or _TIMEOUT
        return fence_agents.ask(self._agent, requests, timeout / 1000)

    def _ports_of(self, target):
        return self._ports.get(target, target).split(self._params.get("plug_separator") or ",")

    def _request(self, action, target=None, port=None):
        """The standard input of the agent: one parameter per line."""
        pairs = {name: value for name, value in self._params.items() if not re.fullmatch(_OF_FENCER, name)}
        pairs["action"] = self._params.get(f"pcmk_{action}_action", action)
        if target is not None:
            pairs["nodename"] = target
            argument = self._host_argument
            if argument and pairs.get(argument, "dynamic").lower() == "dynamic":
                pairs[argument] = port
        return "".join(f"{name}={value}\n" for name, value in pairs.items())

    @property
    def _host_argument(self):
        """The parameter that names the target for the agent; None if there is none."""
        usual = (name for name in ("plug", "port") if name in self._metadata.parameters)
        found = self._params.get("pcmk_host_argument") or next(usual, "none")
        return None if found.lower() == "none" else found


def _reason(result):
    """The last line of an agent's output about its failure, without the time; hints at its help are ignored."""
    lines = [re.sub(_LOGGED, "", line.strip()) for line in (result.err.strip() or result.out.strip()).splitlines()]
    lines = [line for line in lines if line and "'-h' for usage" not in line]
    return lines[-1] if lines else f"{result.argv[0]} exited with {result.code}"
