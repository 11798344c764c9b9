# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What node_added.py and node_removed.py share: the work of ha_node when a node joins or leaves the cluster.

pcs makes the change from one node of the cluster, while the other nodes keep running.
"""

from __future__ import annotations

import time
from collections import namedtuple

from ..base.errors import HaError
from ..corosync import conf as corosync_conf
from ..membership import execute
from ..plan import diff

# The default number of seconds until the cluster must have noticed a change
NOTICE_WAIT = 30
_LOOK_EVERY = 0.5
# Steps; the names of the nodes before and after; the result that CibTask.apply() predicts, or None; warnings
Change = namedtuple("Change", ("steps", "before", "after", "predicted", "warnings"), defaults=((), (), (), None, ()))


def carry_out(task, plan, prepare=None):
    """Plan and carry out a Change while no other task does so from this node; returns the result of the module.

    :param plan: CibTask -> Change.
    :param prepare: () -> None; called before the steps if the prediction contains commands.
    """
    if task.check:
        return _outcome(_planned(task, plan))
    with execute.exclusively() as lock:
        task.backend.forget()
        change = _planned(task, plan)
        if prepare and change.predicted and change.predicted["commands"]:
            prepare()
        for step in change.steps:
            execute.run(step, lock)
        task.backend.forget()
    return _outcome(change)


def _planned(task, plan):
    change = plan(task)
    if change.steps and not task.backend.read().has_quorum and not task.params["allow_no_quorum"]:
        raise HaError(
            "this cluster partition has no quorum; nothing was changed. Bring the other nodes back online, or set"
            " allow_no_quorum to true"
        )
    return change


def _outcome(change):
    predicted = change.predicted or {"commands": [], "diff": {}}
    sides = [{"nodes": list(names)} for names in (change.before, change.after)]
    shown = diff.of(*sides) if change.steps else {"before": "", "after": ""}
    shown.update({key: predicted["diff"][key] for key in ("prepared",) if key in predicted["diff"]})
    return {
        "changed": bool(change.steps),
        "diff": shown,
        "commands": [*predicted["commands"], *(list(step.argv) for step in change.steps)],
        "warnings": list(change.warnings),
        **{key: predicted[key] for key in ("impact", "impact_summary") if key in predicted},
    }


def wait_until(task, find_missing, changed):
    """Wait until the cluster shows the requested state and has quorum.

    :param find_missing: (CibTask, Cib, root element of crm_mon's XML) -> a sentence about what is missing, or None.
    :param changed: whether the task changed something.
    """
    patience = max(task.params["wait"], NOTICE_WAIT)
    give_up = time.monotonic() + patience
    while True:
        cib, monitor = task.backend.read(), task.backend.monitor()
        missing = find_missing(task, cib, monitor)
        if missing is None and not cib.has_quorum and not (task.params["allow_no_quorum"] or task.params["force"]):
            missing = "the cluster has no quorum"
        if missing is None:
            return
        if time.monotonic() > give_up:
            done = "pcs reported success, but " if changed else ""
            raise HaError(f"{done}{missing} after {patience} seconds", changed=changed)
        time.sleep(_LOOK_EVERY)


def cluster_conf():
    """This node's corosync.conf; see corosync_conf.read().

    :raises HaError: if the node does not belong to a cluster.
    """
    conf = corosync_conf.read()
    if conf is None:
        raise HaError("this node does not belong to a cluster; run the task on a cluster node")
    return conf
