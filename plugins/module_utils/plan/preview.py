# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The impact of a change: what the scheduler would do with the new document and not with the old one."""

from __future__ import annotations

# Actions that interrupt a running resource
DISRUPTIVE = frozenset(("stop", "restart", "recover", "move", "migrate", "demote", "fence"))
# The verbs of the summary
_VERBS = {
    "fence": "fences",
    "stop": "stops",
    "restart": "restarts",
    "recover": "recovers",
    "move": "moves",
    "migrate": "migrates",
    "demote": "demotes",
    "promote": "promotes",
    "reload": "reloads",
    "start": "starts",
}
_ORDER = list(_VERBS)
_MOST = 5  # resources that the summary lists per action


def impact(new, old):
    """The impact of a change: the actions of the new transition that are not in the old one.

    :param new: the Transition of the new document.
    :param old: the Transition of the document before the change.
    :returns: a list of {action, resource, from, to, role, reason} or {action: fence, node, reason}; keys that do
        not apply are left out. `role` is the role that an instance is promoted to or demoted from.
    """
    before = {_key(each) for each in old.actions()}
    found = [each for each in new.actions() if _key(each) not in before]
    return sorted(
        found,
        key=lambda each: (_ORDER.index(each["action"]), _name(each), each.get("from") or "", each.get("to") or ""),
    )


def summary(actions):
    """One line for the user: ``restarts web on node1; moves db from node1 to node2``."""
    parts = []
    for action in _ORDER:
        of_this = [each for each in actions if each["action"] == action]
        if of_this:
            names = [f"{_name(each)}{_where(each)}" for each in of_this]
            more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
            parts.append(f"{_VERBS[action]} {', '.join(names[:_MOST])}{more}")
    return "; ".join(parts) or "nothing is started, stopped or moved"


def add_to_result(outcome, impact):
    """Add an impact to the result of a module and to its diff."""
    line = summary(impact)
    outcome.update(impact=impact, impact_summary=line)
    outcome["diff"]["prepared"] = f"impact: {line}\n"


def disruptive(actions, excepted):
    """The actions that interrupt a running resource, except for resources that may be interrupted."""
    return [each for each in actions if each["action"] in DISRUPTIVE and each.get("resource") not in excepted]


def outages(actions, excepted, active):
    """The actions after which a resource would not run, or not be promoted, anywhere any more.

    The scheduler has no actions for the resources of a fenced node: here they count as a stop or a demote.

    :param excepted: the ids of resources that may be interrupted.
    :param active: the running instances, as returned by status.active().
    """
    fenced = {each["node"] for each in actions if each["action"] == "fence"}
    found = []
    for action, role, instead in (("stop", None, ("start", "move", "migrate")), ("demote", "Promoted", ("promote",))):
        instances = [(name, node) for name, its_role, node in active if role in (None, its_role)]
        ending = [each for each in actions if each["action"] == action]
        listed = {(each["resource"], each.get("from")) for each in ending}
        lost = [each for each in instances if each[1] in fenced and each not in listed]
        ending += [{"action": action, "resource": name, "from": node} for name, node in lost]
        starting = {each["resource"] for each in actions if each["action"] in instead}
        for each in ending:
            resource = each["resource"]
            before = sum(name == resource for name, _node in instances)
            lost_instances = sum(other["resource"] == resource for other in ending)
            if resource not in starting and resource not in excepted and lost_instances >= before:
                found.append(each)
    return found


def to_run(actions):
    """The set of ids of the resources that run on a node as a result of these actions."""
    return {each["resource"] for each in actions if each.get("to") and "resource" in each}


def _key(action):
    return tuple(sorted((key, value) for key, value in action.items() if key != "reason"))


def _name(action):
    return action.get("resource") or action["node"]


def _where(action):
    origin, target = action.get("from"), action.get("to")
    if origin and target and origin != target:
        return f" from {origin} to {target}"
    return f" on {origin or target}" if origin or target else ""


class Transition:
    """What the scheduler would do with one document, or with several in succession.

    :param steps: a simulation.Simulation for each document: `graph` is the root element of the transition graph,
        `output` that of the printed XML, which contains the reasons; None with Pacemaker 2.0, which cannot print XML.
    """

    def __init__(self, steps):
        self._graphs = [each.graph for each in steps]
        self._reasons = {}
        # The reason for a stop is more informative than the reason for the later start
        for each in reversed(steps):
            self._reasons.update({} if each.output is None else _reasons(each.output))

    def actions(self):
        """A list of actions as impact() returns them, unsorted."""
        actions = [*self._fencing(), *self._of_resources()]
        for each in actions:
            recovers, reason = self._reasons.get(_name(each), (False, None))
            if recovers and each["action"] == "restart":
                each["action"] = "recover"
            if reason:
                each["reason"] = reason
        return actions

    def _all(self, tag):
        return [each for graph in self._graphs for each in graph.iterfind(f"synapse/action_set/{tag}")]

    def _fencing(self):
        for event in self._all("crm_event"):
            if event.get("operation") == "stonith":
                yield {"action": "fence", "node": event.get("on_node")}

    def _of_resources(self):
        operations = {}
        for each in self._all("rsc_op"):
            primitive = each.find("primitive")
            if primitive is not None:
                instances = operations.setdefault(primitive.get("id").partition(":")[0], {})
                instance = primitive.get("long-id") or primitive.get("id")
                instances.setdefault(instance, {}).setdefault(each.get("operation"), []).append(each.get("on_node"))
        for resource, instances in operations.items():
            for done in instances.values():
                yield from _actions(resource, done)


def _actions(resource, done):
    """The actions of one instance; `done` is operation -> nodes."""
    started, stopped = list(done.get("start", ())), list(done.get("stop", ()))
    for origin, target in zip(done.get("migrate_to", ()), done.get("migrate_from", ())):
        yield {"action": "migrate", "resource": resource, "from": origin, "to": target}
        for each, nodes in ((origin, stopped), (target, started)):
            if each in nodes:
                nodes.remove(each)
    for node in [each for each in stopped if each in started]:
        stopped.remove(node)
        started.remove(node)
        yield {"action": "restart", "resource": resource, "from": node, "to": node}
    while started and stopped:
        yield {"action": "move", "resource": resource, "from": stopped.pop(0), "to": started.pop(0)}
    yield from ({"action": "stop", "resource": resource, "from": node} for node in stopped)
    yield from ({"action": "start", "resource": resource, "to": node} for node in started)
    for node in done.get("demote", ()):
        yield {"action": "demote", "resource": resource, "from": node, "role": "Promoted"}
    for node in done.get("promote", ()):
        yield {"action": "promote", "resource": resource, "to": node, "role": "Promoted"}
    for node in (*done.get("reload", ()), *done.get("reload-agent", ())):
        yield {"action": "reload", "resource": resource, "to": node}


def _reasons(output):
    """Resource or node -> (whether it recovers from a failure, the reason for the action)."""
    found = {}
    for each in output.iterfind("actions/rsc_action"):
        name = each.get("resource", "").partition(":")[0]
        found[name] = (each.get("action") == "recover", each.get("reason"))
    for each in output.iterfind("actions/node_action"):
        found[each.get("node")] = (False, each.get("reason"))
    return found
