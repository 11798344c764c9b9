# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Failures and other problems of resources, read from crm_mon's XML, with the reasons that agents reported."""

from __future__ import annotations

from .status import id_of

# ok, not running, promoted, degraded, degraded promoted (OCF resource agent API); 193 means still pending
_GOOD_CODES = frozenset(("0", "7", "8", "190", "191", "193"))


def failures(monitor, ids, node=None):
    """The failures that a cleanup of these primitives would remove, on all nodes or on one.

    :returns: a sorted list of texts such as ``web: monitor on node1``, or ``web: fail count of node1``.
    """
    found = set()
    for failure in monitor.iterfind("failures/failure"):
        owner = _owner(failure)
        if owner in ids and node in (None, failure.get("node")):
            found.add(f"{owner}: {failure.get('task')} on {failure.get('node')}")
    for each in monitor.iterfind("node_history/node"):
        for history in each.iterfind("resource_history"):
            if id_of(history) in ids and history.get("fail-count", "0") != "0" and node in (None, each.get("name")):
                found.add(f"{id_of(history)}: fail count of {each.get('name')}")
    return sorted(found)


def unmanaged(monitor, ids):
    """The primitives among `ids` that are running but currently not managed by the cluster."""
    return sorted(
        {
            id_of(each)
            for each in monitor.iterfind("resources//resource")
            if id_of(each) in ids and each.get("active") == "true" and each.get("managed") == "false"
        }
    )


def trouble(monitor, ids):
    """A sentence about each of these primitives that has failed, is blocked or is not running, with the reason."""
    sentences = []
    for resource_id in ids:
        instances = [each for each in monitor.iterfind("resources//resource") if id_of(each) == resource_id]
        if any(each.get("failed") == "true" for each in instances):
            sentences.append(f"{resource_id} has failed{_reason(monitor, resource_id)}")
        elif any(each.get("blocked") == "true" for each in instances):
            sentences.append(f"{resource_id} is blocked{_reason(monitor, resource_id)}")
        elif instances and all(_is_idle(each) for each in instances):
            sentences.append(f"{resource_id} is not running{_reason(monitor, resource_id)}")
    return sentences


def _is_idle(instance):
    """Whether an instance is not running although it is not meant to be stopped; a clone can have spare instances."""
    return instance.get("role") == "Stopped" and instance.get("target_role") != "Stopped"


def _owner(failure):
    """The id of the primitive that a failed operation belongs to."""
    return failure.get("op_key", "").rpartition(f"_{failure.get('task')}_")[0].partition(":")[0]


def _reason(monitor, resource_id):
    """The result of its failed operation, as the end of a sentence; empty if none failed."""
    for failure in monitor.iterfind("failures/failure"):
        if _owner(failure) == resource_id:
            return _result(
                failure.get("task"), failure.get("node"), failure.get("exitstatus"), failure.get("exitreason")
            )
    # A probe that finds the agent or its requirements missing is not a failure, but keeps the resource off the node
    for node in monitor.iterfind("node_history/node"):
        for history in node.iterfind("resource_history"):
            if id_of(history) == resource_id:
                for operation in history.iterfind("operation_history"):
                    if operation.get("rc") not in _GOOD_CODES:
                        return _result(operation.get("task"), node.get("name"), operation.get("rc_text"), None)
    return ""


def _result(operation, node, code, reason):
    sentence = f": {operation} on {node} ended with '{code}'"
    return f"{sentence} ({reason})" if reason else sentence
