# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Restarts, cleans up and refreshes resources for ha_resource, with pcs."""

from __future__ import annotations

from ..base.errors import HaError
from ..live import failures, status
from ..plan.planner import unchanged
from .ha_resource import existing

# The default timeout in seconds for moving, restarting or cleaning up a resource
PATIENCE = 120


def run(task):
    """The result of ha_resource for the states restarted, cleaned and refreshed."""
    return _STATES[task.params["state"]](task)


def must_run(task, resource_id):
    """The status of a resource.

    :raises HaError: if it is not running, or not managed by the cluster.
    """
    found = status.of(task.backend.monitor(), resource_id)
    if found is None or not found["nodes"]:
        raise HaError(
            f"{resource_id} is not running, so it cannot be {task.params['state']}; start it first (state: started)"
        )
    if not found["managed"]:
        raise HaError(f"{resource_id} is currently not managed by the cluster; end maintenance first")
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
    """The ids of the primitives in an existing resource."""
    params, cib = task.params, task.backend.read()
    element = existing(cib, params["id"])
    if params["node"]:
        cib.check_node(params["node"])
    configured = {each.get("id") for each in element.iter("primitive")}
    return sorted(configured | status.primitives(task.backend.monitor(), params["id"]))


def _verb(task, verb, before=()):
    """Run pcs resource VERB.

    :param before: the lines that the command removes, for the diff.
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
    """Wait for the cluster, then check the resource."""
    idle = task.backend.wait(task.params["wait"])
    trouble = failures.trouble(task.backend.monitor(), _primitives(task))
    if trouble or not idle:
        reason = "; ".join(trouble) or f"the cluster was still busy after {task.params['wait']} seconds"
        raise HaError(f"{task.params['id']} was {task.params['state']}, but {reason}", changed=True)


_STATES = {"restarted": _restarted, "cleaned": _cleaned, "refreshed": _refreshed}
