# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one way a change travels: read, plan, commit, settle."""

from __future__ import annotations

import random
import time

from . import cluster, diff, status
from .errors import HaError
from .objects import attributes

# Seconds that a change competes with other writers before it gives up, and its first and longest pause between tries
PATIENCE = 60
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0
# Seconds that resources get to stop before they are removed
STOPPING = 120


def carry_out(door, make_plan, check, wait, allow_no_quorum, force):
    """Bring the document behind `door` to what `make_plan` says, in one piece or not at all.

    :param door: a LiveCluster, CibFile or NoCluster of cluster.py.
    :param make_plan: Cib -> Plan; called again on the newest document when another writer was faster.
    :param check: only predict.
    :param wait: seconds to wait for the cluster to settle; 0 not to.
    :param allow_no_quorum: commit in a partition without quorum too.
    :param force: remove running resources without stopping them first.
    :returns: changed, diff and commands, as a module returns them.
    :raises HaError: if it cannot be done; the document is then as it was, unless the message says otherwise.
    """
    plan = shown = make_plan(door.read())
    going = [] if force or door.offline else _running(door, plan.removed_resources)
    if plan.changed and not check:
        if going:
            _stop(door, going, allow_no_quorum)
        plan = _committed(door, make_plan, allow_no_quorum, None if going else plan)
        # After a stop the removed objects hold target-role=Stopped, which is not what they were before this task
        shown = shown if going else plan
        if wait and not door.offline:
            _settle(door, plan, wait)
    commits = 0 if door.offline else bool(going) + plan.changed
    return {
        "changed": plan.changed,
        "diff": diff.of(shown.document("before"), shown.document("after")),
        "commands": [list(cluster.COMMIT)] * commits,
    }


def _committed(door, make_plan, allow_no_quorum, plan=None):
    """Commit the plan, or one made anew as often as the configuration moves meanwhile; the plan that was carried out."""
    give_up, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while True:
        plan = plan or make_plan(door.read())
        if not plan.changed:
            return plan
        if not door.offline and not plan.cib.has_quorum and not allow_no_quorum:
            raise HaError(
                "this part of the cluster has no quorum: a change made here could be lost when the nodes join again."
                " Bring the other nodes back, or set allow_no_quorum to true"
            )
        if _sent(door, plan.cib, give_up):
            return plan
        if time.monotonic() > give_up:
            raise HaError(f"other writers kept changing the configuration for {PATIENCE} seconds; nothing was changed")
        time.sleep(pause * random.uniform(0.5, 1.5))
        plan, pause = None, min(2 * pause, LONGEST_PAUSE)


def _sent(door, cib, give_up):
    """Send the edited document; again while only the status moved. False when the configuration has moved."""
    while time.monotonic() <= give_up:
        newest = door.read_version()
        if newest[:2] != cib.version[:2]:
            return False
        if door.commit(cib, newest):
            return True
    return False


def _running(door, resource_ids):
    """Those of the resources that run; nothing is read where there are none."""
    return sorted(set(resource_ids) & status.running(door.monitor())) if resource_ids else []


def _stop(door, resource_ids, allow_no_quorum):
    """Stop resources before they are removed, as `pcs resource delete` does."""
    _committed(door, lambda cib: _StopPlan(cib, resource_ids), allow_no_quorum)
    door.wait(STOPPING)
    still = _running(door, resource_ids)
    if still:
        raise HaError(
            f"{', '.join(still)} did not stop within {STOPPING} seconds, so nothing was removed; what was to be removed"
            " has target-role=Stopped now. Look at pcs status, or remove it with force: true"
        )


class _StopPlan:
    """The change that stops resources: target-role=Stopped on each."""

    def __init__(self, cib, resource_ids):
        self.cib = cib
        for element in filter(None.__ne__, map(cib.resource, resource_ids)):
            attributes.write(cib, element, "meta_attributes", {"target-role": "Stopped"})

    @property
    def changed(self):
        return self.cib.edits > 0


def _settle(door, plan, wait):
    """Wait for the cluster, then look at what was touched."""
    idle = door.wait(wait)
    touched = [
        change.after["id"]
        for change in plan.changes
        if change.after and "id" in change.after and plan.cib.resource(change.after["id"]) is not None
    ]
    trouble = status.trouble(door.monitor(), touched)
    if trouble:
        raise HaError(f"the change is committed, but {'; '.join(trouble)}")
    if not idle:
        raise HaError(f"the change is committed, but the cluster was still busy after {wait} seconds")
