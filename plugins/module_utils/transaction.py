# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one way a change travels: read, plan, commit, settle. A task that finds nothing to change does not come here."""

from __future__ import annotations

import random
import time

from . import cluster, diff, planner, status
from .errors import HaError
from .objects import target_role

# Seconds that a change competes with other writers before it gives up, and its pauses between tries
PATIENCE = 60
FIRST_PAUSE = 0.05
# How often the same patch is sent without a pause while only the status moves; with 30 status writes a second up to 8
# tries were needed (Pacemaker 2.0 to 3.0)
QUICK_TRIES = 20
LONGEST_PAUSE = 2.0
# Seconds that resources get to stop before they are removed
STOPPING = 120


def carry_out(door, plan, make_plan, check, wait, allow_no_quorum, force):
    """Bring the document behind `door` to what a plan says, in one piece or not at all.

    :param door: a LiveCluster, ForeseenCluster or CibFile of cluster.py.
    :param plan: the Plan of what was read.
    :param make_plan: Cib -> Plan; how it was made, and is made again on the newest document when another writer was faster.
    :param check: only predict.
    :param wait: seconds to wait for the cluster to settle; 0 not to.
    :param allow_no_quorum: commit in a partition without quorum too.
    :param force: remove running resources without stopping them first.
    :returns: changed, diff, commands and warnings, as a module returns them.
    :raises HaError: if it cannot be done; the document is then as it was, unless the message says otherwise.
    """
    shown = plan
    # What has another agent must not start beside the old one, forced or not
    going = plan.recreated if force else plan.going
    stopping = [] if door.offline else _running(door, going)
    if not door.offline:
        _refuse(door, plan, stopping, allow_no_quorum)
    if not check:
        make_plan = _as_foreseen(make_plan, plan, force)
        if stopping:
            plan = _stopped_and_committed(door, make_plan, stopping, allow_no_quorum)
        else:
            plan = _committed(door, make_plan, allow_no_quorum, plan)
        # After a stop the removed objects hold target-role=Stopped, which is not what they were before this task
        shown = shown if stopping else plan
        if wait and not door.offline:
            _settle(door, plan, wait)
    commits = 0 if door.offline else bool(stopping) + plan.changed
    return {
        "changed": shown.changed,
        "diff": diff.of(shown.document("before"), shown.document("after")),
        "commands": [list(cluster.COMMIT)] * commits,
        "warnings": shown.warnings,
    }


def _refuse(door, plan, stopping, allow_no_quorum):
    """What a commit would refuse is refused before anything is touched, in check mode too."""
    if door.warning is None and not allow_no_quorum:
        _refuse_without_quorum(plan.cib)
    unmanaged = status.unmanaged(door.monitor(), stopping) if stopping else ()
    if unmanaged:
        raise HaError(
            f"{', '.join(unmanaged)} runs but is not managed by the cluster at present, so it cannot be stopped before it"
            " is removed; nothing was changed. End the maintenance first, or use force: true"
        )


def _refuse_without_quorum(cib):
    if not cib.has_quorum:
        raise HaError(
            "this part of the cluster has no quorum: a change made here could be lost when the nodes join again."
            " Bring the other nodes back, or set allow_no_quorum to true"
        )


def _as_foreseen(make_plan, first, force):
    """`make_plan`, but for plans that would remove more than the first one did, which was stopped and shown."""
    foreseen = set(first.going)

    def made(cib):
        plan = make_plan(cib)
        more = sorted(set(plan.going) - foreseen)
        if more and not force:
            raise HaError(
                f"{', '.join(more)} came to what this task removes while it was at work; run the task again to remove it, too"
            )
        return plan

    return made


def _committed(door, make_plan, allow_no_quorum, plan=None):
    """Commit the plan, or one made anew as often as the configuration moves meanwhile; the plan that was carried out."""
    give_up, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while True:
        plan = plan or make_plan(door.read())
        if not plan.changed:
            return plan
        if not door.offline and not allow_no_quorum:
            _refuse_without_quorum(plan.cib)
        if _sent(door, plan.cib, give_up):
            return plan
        if time.monotonic() > give_up:
            raise HaError(f"other writers kept changing the configuration for {PATIENCE} seconds; nothing was changed")
        time.sleep(pause * random.uniform(0.5, 1.5))
        plan, pause = None, min(2 * pause, LONGEST_PAUSE)


def _sent(door, cib, give_up):
    """Send the edited document; again while only the status moved. False when the configuration has moved."""
    tries = 0
    while time.monotonic() <= give_up:
        newest = door.read_version()
        if newest[:2] != cib.version[:2]:
            return False
        if door.commit(cib, newest):
            _look_that_it_is_there(door, newest)
            return True
        tries += 1
        if tries > QUICK_TRIES:
            time.sleep(FIRST_PAUSE)
    return False


def _look_that_it_is_there(door, committed_at):
    """The answer to a commit comes from the local daemon; the document has to have moved on."""
    if door.read_version()[:2] <= committed_at[:2]:
        raise HaError(
            "the cluster accepted the change, but its configuration does not show it: this node may have been cut off in"
            " that moment. Look at pcs status on the other nodes, then run the task again"
        )


def _running(door, resource_ids):
    """Those of the resources that run; nothing is read where there are none."""
    return sorted(set(resource_ids) & status.running(door.monitor())) if resource_ids else []


def _stopped_and_committed(door, make_plan, resource_ids, allow_no_quorum):
    """Stop the resources that the plan removes, as `pcs resource delete` does, then commit; the plan carried out."""
    roles = {}

    def stop(cib):
        present = [each for each in map(cib.resource, resource_ids) if each is not None]
        roles.update({each.get("id"): target_role.of(each) for each in present})
        return planner.Plan(_with_roles(cib, dict.fromkeys(roles, target_role.STOPPED)))

    _committed(door, stop, allow_no_quorum)
    try:
        door.wait(STOPPING)
        still = _running(door, resource_ids)
        if still:
            raise HaError(f"{', '.join(still)} did not stop within {STOPPING} seconds; look at pcs status")
        # What is created again with another agent is not to stay stopped
        return _committed(door, lambda cib: make_plan(_with_roles(cib, roles)), allow_no_quorum)
    except HaError as error:
        sentence = f"{error}. Nothing was removed; {', '.join(sorted(roles))}"
        try:
            _committed(door, lambda cib: planner.Plan(_with_roles(cib, roles)), allow_no_quorum)
            sentence += " may run again"
        except HaError as second:
            sentence += (
                f" has target-role=Stopped now, and that could not be taken back: {second}. Use pcs resource enable"
            )
        raise HaError(sentence, **dict(error.facts, changed=True)) from error


def _with_roles(cib, roles):
    """The document with these target-roles (id -> role) on those resources that are still there."""
    for resource_id, role in roles.items():
        element = cib.resource(resource_id)
        if element is not None:
            target_role.set_to(cib, element, role)
    return cib


def _settle(door, plan, wait):
    """Wait for the cluster, then look at what was touched."""
    idle = door.wait(wait)
    monitor = door.monitor()
    ids = (change.after.get("id") for change in plan.changes if change.after and not change.kind.is_section)
    trouble = status.trouble(monitor, sorted({each for found in ids for each in status.primitives(monitor, found)}))
    if trouble:
        raise HaError(f"the change is committed, but {'; '.join(trouble)}", changed=True)
    if not idle:
        raise HaError(f"the change is committed, but the cluster was still busy after {wait} seconds", changed=True)
