# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The runtime state, read from crm_mon's XML (schema crm_mon-2.x; Pacemaker 2.0 to 3.0)."""

from __future__ import annotations

_STOPPED = "Stopped"
# ok, not running, promoted, degraded, degraded promoted (OCF resource agent API)
_GOOD_CODES = frozenset(("0", "7", "8", "190", "191"))


def running(monitor):
    """The ids of the resources that run somewhere: primitives, and the groups, clones and bundles around them."""
    ids = set()
    for element in monitor.iterfind("resources//*"):
        if any(each.get("active") == "true" for each in element.iter("resource")):
            ids.add(_id_of(element))
    return ids


def unmanaged(monitor, ids):
    """Those of these primitives that run but that the cluster does not manage at present."""
    return sorted(
        {
            _id_of(each)
            for each in monitor.iterfind("resources//resource")
            if _id_of(each) in ids and each.get("active") == "true" and each.get("managed") == "false"
        }
    )


def trouble(monitor, ids):
    """A sentence for each of these primitives that is not as it should be, with the reason its agent gave."""
    sentences = []
    for resource_id in ids:
        instances = [each for each in monitor.iterfind("resources//resource") if _id_of(each) == resource_id]
        if any(each.get("failed") == "true" for each in instances):
            sentences.append(f"{resource_id} has failed{_reason(monitor, resource_id)}")
        elif any(each.get("blocked") == "true" for each in instances):
            sentences.append(f"{resource_id} is blocked{_reason(monitor, resource_id)}")
        elif instances and all(_is_idle(each) for each in instances):
            sentences.append(f"{resource_id} does not run{_reason(monitor, resource_id)}")
    return sentences


def _is_idle(instance):
    """Whether an instance does not run though it is not meant to be stopped; a clone may have some to spare."""
    return instance.get("role") == _STOPPED and instance.get("target_role") != _STOPPED


def _id_of(element):
    """The id without the number of a clone's instance."""
    return (element.get("id") or "").partition(":")[0]


def _reason(monitor, resource_id):
    """What its operations ended with, as a text that ends a sentence; nothing where all went well."""
    for failure in monitor.iterfind("failures/failure"):
        operation = f"_{failure.get('task')}_"
        if failure.get("op_key", "").rpartition(operation)[0].partition(":")[0] == resource_id:
            return _ended(
                failure.get("task"), failure.get("node"), failure.get("exitstatus"), failure.get("exitreason")
            )
    # A probe that finds the agent or what it needs missing is no failure, yet keeps the resource off the node
    for node in monitor.iterfind("node_history/node"):
        for history in node.iterfind("resource_history"):
            if _id_of(history) == resource_id:
                for operation in history.iterfind("operation_history"):
                    if operation.get("rc") not in _GOOD_CODES:
                        return _ended(operation.get("task"), node.get("name"), operation.get("rc_text"), None)
    return ""


def _ended(operation, node, code, reason):
    sentence = f": {operation} on {node} ended with '{code}'"
    return f"{sentence} ({reason})" if reason else sentence
