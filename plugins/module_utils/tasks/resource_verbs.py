# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_resource has pcs do with a resource: restart, clean up, refresh."""

from __future__ import annotations

from ..base.errors import HaError
from ..live import failures, status
from .ha_resource import existing

# Seconds that a resource gets to move, restart or be cleaned up, where the task does not say
PATIENCE = 120


def run(task):
    """The result of ha_resource for the states restarted, cleaned and refreshed."""
    return _STATES[task.params["state"]](task)


def must_run(task, resource_id):
    """The status of a resource that runs and is managed."""
    found = status.of(task.backend.monitor(), resource_id)
    if found is None or not found["nodes"]:
        raise HaError(
            f"{resource_id} does not run, so it cannot be {task.params['state']}; start it first (state: started)"
        )
    if not found["managed"]:
        raise HaError(f"{resource_id} is not managed by the cluster at present; end the maintenance first")
    return found


def _cleaned(task):
    primitives = _primitives(task)
    found = failures.failures(task.backend.monitor(), primitives, task.params["node"])
    return _verb(task, "cleanup", before=found) if found else unchanged()


def _refreshed(task):
    _primitives(task)
    return _verb(task, "refresh")


def _restarted(task):
    _primitives(task)
    must_run(task, task.params["id"])
    return _verb(task, "restart")


def _primitives(task):
    """The ids of the primitives in a resource that has to be there."""
    params, cib = task.params, task.backend.read()
    element = existing(cib, params["id"])
    if params["node"]:
        cib.check_node(params["node"])
    configured = {each.get("id") for each in element.iter("primitive")}
    return sorted(configured | status.primitives(task.backend.monitor(), params["id"]))


def _verb(task, verb, before=()):
    """Let pcs do it.

    :param before: what there is now and will be gone, for the diff.
    """
    params = task.params
    patience = params["wait"] or PATIENCE
    argv = ["pcs", "resource", verb, params["id"]]
    if params["node"]:
        argv.append(params["node"] if verb == "restart" else f"node={params['node']}")
    if verb == "restart":
        argv.append(f"--wait={patience}")
    if not task.check:
        task.backend.change(argv, timeout=patience + 60, what=f"{params['id']} cannot be {params['state']}")
        if params["wait"]:
            _settle(task)
    lines = "".join(f"- {each}\n" for each in before)
    return dict(unchanged(), changed=True, diff={"before": lines, "after": ""}, commands=[argv])


def _settle(task):
    """Wait for the cluster, then look at the resource."""
    idle = task.backend.wait(task.params["wait"])
    trouble = failures.trouble(task.backend.monitor(), _primitives(task))
    if trouble or not idle:
        reason = "; ".join(trouble) or f"the cluster was still busy after {task.params['wait']} seconds"
        raise HaError(f"it was {task.params['state']}, but {reason}", changed=True)


def unchanged():
    """The result of a task that finds nothing to do."""
    return {"changed": False, "diff": {"before": "", "after": ""}, "commands": [], "warnings": []}


_STATES = {"restarted": _restarted, "cleaned": _cleaned, "refreshed": _refreshed}
