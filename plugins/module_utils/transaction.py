# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out every change: preview, commit, wait and roll back. Not used by tasks that find nothing to change."""

from __future__ import annotations

import random
import time
from collections import namedtuple

from .base.cib import Cib
from .base.errors import BadInput, HaError, nearest
from .live import failures, status
from .live.cluster import COMMIT
from .objects.resources import target_role
from .plan import diff, planner, preview, rollback

# Seconds after which a change gives up if other writers are always faster, and the first pause between its tries
PATIENCE = 60
FIRST_PAUSE = 0.05
# How often the same patch is sent without a pause while only the status moves; with 30 status writes a second up to 8
# tries were needed (Pacemaker 2.0 to 3.0)
QUICK_TRIES = 20
LONGEST_PAUSE = 2.0
# The timeout in seconds for this node to become a member again
JOINING = 5
# The timeout in seconds for resources to stop before they are removed, and how many are stopped at a time: removing
# 1,000 at once kept the controller of a small cluster busy until it was considered dead
STOPPING = 120
SLICE = 100

# How to carry out the change of a task; the fields are the options with the same names, and whether it is check mode
Settings = namedtuple(
    "Settings", ("check", "wait", "allow_no_quorum", "force", "preview", "disruption", "disruption_except", "rollback")
)


def carry_out(backend, plan, make_plan, settings):
    """Apply a plan to the document of a backend, completely or not at all.

    :param backend: a LiveCluster, CheckModeCluster or CibFile of live/.
    :param plan: the Plan for the document that was read.
    :param make_plan: Cib -> Plan; makes the plan again on the newest document if another writer was faster.
    :param settings: a Settings.
    :returns: changed, diff, commands, warnings, impact and impact_summary, as a module returns them.
    :raises HaError: if it fails; the document is then unchanged, unless the message says otherwise.
    """
    shown, roles = plan, {}
    # With another agent, a resource must never start while the old one still runs, not even with force
    stopping = [] if backend.offline else _running(backend, plan.recreated if settings.force else plan.to_stop)
    if not backend.offline:
        _refuse(backend, plan, stopping, settings)
    _preview(backend, plan, settings, lambda: _simulated_in_steps(backend, plan, make_plan, stopping))
    if not settings.check:
        make_plan = _as_previewed(make_plan, plan, settings.force)
        if stopping:
            plan = _stopped_and_committed(backend, make_plan, stopping, roles, settings)
        else:
            plan = _committed(backend, make_plan, settings, plan)
        # After a stop the removed objects contain target-role=Stopped, which they did not have before this task
        shown = shown if stopping else plan
        # If the task does more than this change, the caller waits
        if settings.wait and not backend.offline and not plan.expected:
            _settle_or_undo(backend, plan, roles, settings)
    commits = 0 if backend.offline else len(_slices(stopping)) + plan.changed
    return _outcome(shown, commits)


def _outcome(plan, commits):
    """The result of a module for a plan."""
    outcome = {
        "changed": plan.changed,
        "diff": diff.of(plan.document("before"), plan.document("after")),
        "commands": [list(COMMIT)] * commits,
        "warnings": plan.warnings,
    }
    if plan.impact is not None:
        preview.add_to_result(outcome, plan.impact)
    return outcome


def _preview(backend, plan, settings, simulate=None):
    """Let the scheduler predict the impact of a plan, and refuse a plan that interrupts too much.

    :param simulate: a replacement for _simulated() if the plan is not committed in one step.
    :raises HaError: with what would be interrupted, before anything is changed.
    """
    vetoes = settings.disruption != "allow"
    if not (plan.changed or plan.expected) or not (settings.preview or vetoes):
        return
    if not backend.can_simulate:
        if vetoes:
            raise HaError(
                "disruption: crm_simulate is not installed on this node, so the impact cannot be predicted; install"
                " Pacemaker's tools"
            )
        return
    steps, old = simulate() if simulate else _simulated(backend, plan)
    impact = preview.impact(preview.Transition(steps), preview.Transition([old]))
    if settings.preview:
        plan.impact = impact
    refused = _vetoed(backend, plan, impact, settings) if vetoes else ()
    if refused:
        why = ", and it could not run anywhere else" if settings.disruption == "moves" else ", which is forbidden"
        raise HaError(
            f"disruption: the change {preview.summary(refused)}{why}; nothing was changed."
            " List what may be interrupted in disruption_except, or set disruption: allow",
            impact=impact,
        )


def _vetoed(backend, plan, impact, settings):
    """The actions of an impact that the task does not allow."""
    excepted = _excepted(plan, settings)
    if settings.disruption == "forbid":
        return preview.disruptive(impact, excepted)
    devices = {each.get("id") for each in plan.cib.configuration.iterfind("resources//primitive[@class='stonith']")}
    instances = () if backend.offline else status.active(backend.monitor())
    return preview.outages(impact, excepted | devices, instances)


def _excepted(plan, settings):
    """The primitives that may be interrupted: those listed, and those in listed groups, clones and bundles.

    :raises BadInput: for an id that is not a resource before or after the change.
    """
    found = set()
    documents = plan.cib, Cib(plan.cib.text)
    for name in settings.disruption_except:
        elements = [cib.resource(name) for cib in documents if cib.resource(name) is not None]
        if not elements:
            known = nearest(name, documents[1].resource_ids())
            raise BadInput(f"disruption_except: there is no resource {name!r}{known}")
        found.update(each.get("id") for element in elements for each in element.iter("primitive"))
    return found


def _simulated(backend, plan):
    """A list of the Simulations of a plan's steps, and the Simulation of the document before the change."""
    new, old = backend.simulate(plan.expected or plan.cib.xml(), plan.cib.text)
    return [new], old


def _simulated_in_steps(backend, plan, make_plan, stopping):
    """The same if resources must stop first: dependent resources stop as well, and start again after the removal."""
    if not stopping:
        return _simulated(backend, plan)
    cib = Cib(plan.cib.text)
    roles = {each: target_role.of(cib.resource(each)) for each in stopping}
    documents = _with_roles(cib, dict.fromkeys(stopping, target_role.STOPPED)).xml(), plan.cib.text
    stopped, old = backend.simulate(*documents, to_the_end=True)
    (then,) = backend.simulate(make_plan(_with_roles(Cib(stopped.after), roles)).cib.xml())
    return [stopped, then], old


def _refuse(backend, plan, stopping, settings):
    """Refuse, before anything is changed, what a commit would refuse; also in check mode."""
    if backend.warning is None:
        if not settings.allow_no_quorum:
            _refuse_without_quorum(plan.cib)
        _refuse_nonmember(backend, plan.cib)
    unmanaged = failures.unmanaged(backend.monitor(), stopping) if stopping else ()
    if unmanaged:
        raise HaError(
            f"{', '.join(unmanaged)} is running but currently not managed by the cluster, so it cannot be stopped"
            " before it is removed; nothing was changed. End maintenance first, or use force: true"
        )


def _refuse_nonmember(backend, cib):
    """Refuse a change on a node that has not joined the cluster: its own CIB is discarded when it joins.

    While the cluster elects its DC, which takes about a second, no node is a member.
    """
    name, give_up = backend.node_name(), time.monotonic() + JOINING
    while not cib.is_member(name):
        if time.monotonic() >= give_up:
            raise HaError(
                f"{name} is currently not a member of the cluster, so a change made here would be lost; nothing was"
                " changed. Wait until pcs status shows it online, or run the task on another node"
            )
        time.sleep(LONGEST_PAUSE)
        cib = backend.read()


def _refuse_without_quorum(cib):
    if not cib.has_quorum:
        raise HaError(
            "this cluster partition has no quorum: a change made here could be lost when the nodes join again."
            " Bring the other nodes back online, or set allow_no_quorum to true"
        )


def _as_previewed(make_plan, first, force):
    """A make_plan that refuses to remove more than the first plan, whose removals were stopped and shown."""
    previewed = set(first.to_stop)

    def new_plan(cib):
        plan = make_plan(cib)
        more = sorted(set(plan.to_stop) - previewed)
        if more and not force:
            raise HaError(
                f"{', '.join(more)} would now be removed as well, because the configuration changed while this task was"
                " running; run the task again to remove it"
            )
        return plan

    return new_plan


def _committed(backend, make_plan, settings, plan=None):
    """Commit the plan, and plan again whenever the configuration has changed meanwhile; returns the committed plan."""
    give_up, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while True:
        if plan is None:
            plan = make_plan(backend.read())
            _preview(backend, plan, settings)
        if not plan.changed:
            return plan
        if not backend.offline and not settings.allow_no_quorum:
            _refuse_without_quorum(plan.cib)
        if _sent(backend, plan, give_up):
            return plan
        if time.monotonic() > give_up:
            raise HaError(
                f"other writers kept changing the configuration for {PATIENCE} seconds, the last of them"
                f" {backend.read().last_writer}; this change was not committed"
            )
        time.sleep(pause * random.uniform(0.5, 1.5))
        plan, pause = None, min(2 * pause, LONGEST_PAUSE)


def _sent(backend, plan, give_up):
    """Send the edited document, again as long as only the status changes; False if the configuration has changed."""
    tries = 0
    while time.monotonic() <= give_up:
        newest = backend.read_version()
        if newest[:2] != plan.cib.version[:2]:
            return False
        if backend.commit(plan.cib, newest):
            if not backend.offline:
                _verify_commit(backend, plan, newest)
            return True
        tries += 1
        if tries > QUICK_TRIES:
            time.sleep(FIRST_PAUSE)
    return False


def _verify_commit(backend, plan, committed_at):
    """Verify that the cluster has the change: the response to a commit comes from the local daemon only."""
    cib = backend.read()
    is_ours = cib.version.epoch == committed_at.epoch + 1
    if cib.version[:2] <= committed_at[:2] or (is_ours and not plan.is_in(cib)):
        raise HaError(
            "the cluster accepted the change, but its configuration does not show it: this node may have been cut off"
            " at that moment. Check pcs status on the other nodes, then run the task again"
        )


def _running(backend, resource_ids):
    """The running resources among these; the status is not read if the list is empty."""
    return sorted(set(resource_ids) & status.running(backend.monitor())) if resource_ids else []


def _slices(resource_ids):
    """The resources in lists of at most SLICE, which are stopped one after another."""
    return [resource_ids[start : start + SLICE] for start in range(0, len(resource_ids), SLICE)]


def _stopped_and_committed(backend, make_plan, resource_ids, roles, settings):
    """Stop the resources that the plan removes, as `pcs resource delete` does, then commit; returns the committed plan.

    :param roles: id -> role; their previous target-roles are added to it.
    """
    no_preview = _without_preview(settings)

    def stop(part, cib):
        present = [each for each in map(cib.resource, part) if each is not None]
        roles.update({each.get("id"): target_role.of(each) for each in present})
        return planner.Plan(_with_roles(cib, {each.get("id"): target_role.STOPPED for each in present}))

    try:
        for part in _slices(resource_ids):
            _committed(backend, lambda cib, part=part: stop(part, cib), no_preview)
            backend.wait(STOPPING)
            still_running = _running(backend, part)
            if still_running:
                raise HaError(f"{', '.join(still_running)} did not stop within {STOPPING} seconds; check pcs status")
        # Resources that are created again with another agent must not remain stopped
        return _committed(backend, lambda cib: make_plan(_with_roles(cib, roles)), no_preview)
    except HaError as error:
        if not roles:
            raise
        sentence = f"{error}. Nothing was removed; {', '.join(sorted(roles))}"
        try:
            _committed(backend, lambda cib: planner.Plan(_with_roles(cib, roles)), no_preview)
            sentence += " may run again"
        except HaError as second:
            sentence += (
                f" still has target-role=Stopped, because that could not be rolled back: {second}."
                " Use pcs resource enable"
            )
        raise HaError(sentence, **dict(error.facts, changed=True)) from error


def _without_preview(settings):
    """The same Settings without a preview: the impact of these steps was already shown with the plan."""
    return settings._replace(preview=False, disruption="allow")


def _with_roles(cib, roles):
    """Set these target-roles (id -> role) on those resources that still exist; returns the document."""
    for resource_id, role in roles.items():
        element = cib.resource(resource_id)
        if element is not None:
            target_role.set_to(cib, element, role)
    return cib


def _settle_or_undo(backend, plan, roles, settings):
    """Wait for the cluster and check the changed resources; on failure, roll the change back if requested."""
    try:
        _settle(backend, plan, settings.wait)
    except HaError as error:
        if not settings.rollback:
            raise
        raise HaError(f"{error}. {_rolled_back(backend, plan, roles, settings)}", **error.facts) from error


def _rolled_back(backend, plan, roles, settings):
    """Roll back what this task changed; returns the outcome as a sentence.

    :param roles: the previous target-roles of resources that were stopped first: id -> role.
    """
    skipped = []

    def new_plan(cib):
        skipped[:] = rollback.undo(cib, Cib(plan.cib.text), plan.cib)
        return planner.Plan(_with_roles(cib, roles))

    try:
        _committed(backend, new_plan, _without_preview(settings))
        if not backend.wait(settings.wait):
            return f"It was rolled back, but the cluster was still busy after {settings.wait} seconds"
    except HaError as error:
        return f"It could not be rolled back: {error}"
    if skipped:
        return f"It was rolled back except for {', '.join(sorted(set(skipped)))}, which somebody else has changed since"
    return "It was rolled back: the configuration is as it was before"


def _settle(backend, plan, wait):
    """Wait for the cluster, then check the changed resources."""
    idle = backend.wait(wait)
    monitor = backend.monitor()
    affected = {each for found in _present(plan) for each in status.primitives(monitor, found)}
    affected = sorted(affected | preview.to_run(plan.impact or ()))
    trouble = [*failures.trouble(monitor, affected), *_elsewhere(monitor, plan, affected)]
    drained = (each.kind.drained_node(each.after) for each in plan.changes if each.after)
    trouble += status.not_drained(monitor, filter(None, drained))
    if not idle:
        trouble.append(f"the cluster was still busy after {wait} seconds")
    if trouble:
        raise HaError(f"the change was committed, but {'; '.join(trouble)}", changed=True)


def _present(plan):
    """The ids of new and changed objects, without ACL users, which can have the same name as a resource."""
    changes = [each for each in plan.changes if each.after and not each.kind.is_section]
    found = (each.kind.find(plan.cib, each.after) for each in changes)
    return [each.get("id") for each in found if plan.cib.find(each.get("id")) is each]


def _elsewhere(monitor, plan, affected):
    """A sentence about each affected resource that does not run on the node that the scheduler predicted."""
    for action in plan.impact or ():
        resource, node = action.get("resource"), action.get("to")
        if action["action"] in ("start", "move", "migrate") and resource in affected:
            # It is None if somebody else has removed the resource meanwhile
            found = status.of(monitor, resource)
            if found and found["nodes"] and node not in found["nodes"]:
                yield f"{resource} runs on {' and '.join(found['nodes'])}, not on {node} as predicted"
