# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one way a change travels: read, plan, commit, settle. A task that finds nothing to change does not come here."""

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

# Seconds that a change competes with other writers before it gives up, and its pauses between tries
PATIENCE = 60
FIRST_PAUSE = 0.05
# How often the same patch is sent without a pause while only the status moves; with 30 status writes a second up to 8
# tries were needed (Pacemaker 2.0 to 3.0)
QUICK_TRIES = 20
LONGEST_PAUSE = 2.0
# Seconds that a node gets to be a member again
JOINING = 5
# Seconds that resources get to stop before they are removed, and how many are stopped at a time: the removal of 1,000 at
# once kept the controller of a small cluster busy until it was taken for dead
STOPPING = 120
SLICE = 100

# How a task wants its change to be made; the fields are the options of the same names, and whether it only predicts
Settings = namedtuple(
    "Settings", ("check", "wait", "allow_no_quorum", "force", "preview", "disruption", "disruption_except", "rollback")
)


def carry_out(backend, plan, make_plan, settings):
    """Bring the document behind `backend` to what a plan says, in one piece or not at all.

    :param backend: a LiveCluster, CheckModeCluster or CibFile of live/.
    :param plan: the Plan of what was read.
    :param make_plan: Cib -> Plan; how it was made, and is made again on the newest document when another writer was faster.
    :param settings: a Settings.
    :returns: changed, diff, commands, warnings, impact and impact_summary, as a module returns them.
    :raises HaError: if it cannot be done; the document is then as it was, unless the message says otherwise.
    """
    shown, roles = plan, {}
    # What has another agent must not start beside the old one, forced or not
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
        # After a stop the removed objects hold target-role=Stopped, which is not what they were before this task
        shown = shown if stopping else plan
        # What is expected of more than this change, whoever makes the rest waits for
        if settings.wait and not backend.offline and not plan.expected:
            _settle_or_undo(backend, plan, roles, settings)
    commits = 0 if backend.offline else len(_slices(stopping)) + plan.changed
    return _outcome(shown, commits)


def _outcome(plan, commits):
    """What a module returns of a plan."""
    outcome = {
        "changed": plan.changed,
        "diff": diff.of(plan.document("before"), plan.document("after")),
        "commands": [list(COMMIT)] * commits,
        "warnings": plan.warnings,
    }
    if plan.impact is not None:
        preview.tell(outcome, plan.impact)
    return outcome


def _preview(backend, plan, settings, ask=None):
    """Ask the scheduler what a plan makes the cluster do, and refuse what interrupts too much.

    :param ask: how it is asked where the plan is not committed in one step; see _simulated().
    :raises HaError: naming what would be interrupted, before anything is touched.
    """
    vetoes = settings.disruption != "allow"
    if not (plan.changed or plan.expected) or not (settings.preview or vetoes):
        return
    if not backend.can_simulate:
        if vetoes:
            raise HaError(
                "disruption: crm_simulate is not installed here, so nobody can tell; install Pacemaker's tools"
            )
        return
    steps, old = ask() if ask else _simulated(backend, plan)
    impact = preview.impact(preview.Transition(steps), preview.Transition([old]))
    if settings.preview:
        plan.impact = impact
    refused = _vetoed(backend, plan, impact, settings) if vetoes else ()
    if refused:
        nowhere = ", and it would run nowhere else" if settings.disruption == "moves" else ", which is forbidden"
        raise HaError(
            f"disruption: the change {preview.summary(refused)}{nowhere}; nothing was changed."
            " Name what may be interrupted in disruption_except, or set disruption: allow",
            impact=impact,
        )


def _vetoed(backend, plan, impact, settings):
    """Those actions of an impact that the task does not want."""
    excepted = _excepted(plan, settings)
    if settings.disruption == "forbid":
        return preview.disruptive(impact, excepted)
    devices = {each.get("id") for each in plan.cib.configuration.iterfind("resources//primitive[@class='stonith']")}
    instances = () if backend.offline else status.active(backend.monitor())
    return preview.ending(impact, excepted | devices, instances)


def _excepted(plan, settings):
    """The primitives that may be interrupted: those that are named, and those in the groups, clones and bundles that are.

    :raises BadInput: for an id that is no resource, neither before nor after the change.
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
    """The Simulations of a plan's steps, and that of the document as it was."""
    new, old = backend.simulate(plan.expected or plan.cib.xml(), plan.cib.text)
    return [new], old


def _simulated_in_steps(backend, plan, make_plan, stopping):
    """The same where something has to stop first: what needs it stops with it, and starts again when it is gone."""
    if not stopping:
        return _simulated(backend, plan)
    cib = Cib(plan.cib.text)
    roles = {each: target_role.of(cib.resource(each)) for each in stopping}
    documents = _with_roles(cib, dict.fromkeys(stopping, target_role.STOPPED)).xml(), plan.cib.text
    stopped, old = backend.simulate(*documents, to_the_end=True)
    (then,) = backend.simulate(make_plan(_with_roles(Cib(stopped.after), roles)).cib.xml())
    return [stopped, then], old


def _refuse(backend, plan, stopping, settings):
    """What a commit would refuse is refused before anything is touched, in check mode too."""
    if backend.warning is None:
        if not settings.allow_no_quorum:
            _refuse_without_quorum(plan.cib)
        _refuse_outside(backend, plan.cib)
    unmanaged = failures.unmanaged(backend.monitor(), stopping) if stopping else ()
    if unmanaged:
        raise HaError(
            f"{', '.join(unmanaged)} runs but is not managed by the cluster at present, so it cannot be stopped before it"
            " is removed; nothing was changed. End the maintenance first, or use force: true"
        )


def _refuse_outside(backend, cib):
    """A node that has not joined, or not yet, has a document of its own, which gets lost when it joins.

    While the cluster elects its DC, which takes a second, no node is a member.
    """
    name, give_up = backend.node_name(), time.monotonic() + JOINING
    while not cib.is_member(name):
        if time.monotonic() >= give_up:
            raise HaError(
                f"{name} is not a member of the cluster at present, so a change made here would be lost; nothing was"
                " changed. Wait until pcs status shows it online, or run the task on another node"
            )
        time.sleep(LONGEST_PAUSE)
        cib = backend.read()


def _refuse_without_quorum(cib):
    if not cib.has_quorum:
        raise HaError(
            "this part of the cluster has no quorum: a change made here could be lost when the nodes join again."
            " Bring the other nodes back, or set allow_no_quorum to true"
        )


def _as_previewed(make_plan, first, force):
    """`make_plan`, but for plans that would remove more than the first one did, which was stopped and shown."""
    foreseen = set(first.to_stop)

    def made(cib):
        plan = make_plan(cib)
        more = sorted(set(plan.to_stop) - foreseen)
        if more and not force:
            raise HaError(
                f"{', '.join(more)} came to what this task removes while it was at work; run the task again to remove it, too"
            )
        return plan

    return made


def _committed(backend, make_plan, settings, plan=None):
    """Commit the plan, or one made anew as often as the configuration moves meanwhile; the plan that was carried out."""
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
                f" {backend.read().last_writer}; nothing was changed"
            )
        time.sleep(pause * random.uniform(0.5, 1.5))
        plan, pause = None, min(2 * pause, LONGEST_PAUSE)


def _sent(backend, plan, give_up):
    """Send the edited document; again while only the status moved. False when the configuration has moved."""
    tries = 0
    while time.monotonic() <= give_up:
        newest = backend.read_version()
        if newest[:2] != plan.cib.version[:2]:
            return False
        if backend.commit(plan.cib, newest):
            if not backend.offline:
                _look_that_it_is_there(backend, plan, newest)
            return True
        tries += 1
        if tries > QUICK_TRIES:
            time.sleep(FIRST_PAUSE)
    return False


def _look_that_it_is_there(backend, plan, committed_at):
    """The answer to a commit comes from the local daemon; the change has to be in what the cluster has then."""
    cib = backend.read()
    is_ours = cib.version.epoch == committed_at.epoch + 1
    if cib.version[:2] <= committed_at[:2] or (is_ours and not plan.is_in(cib)):
        raise HaError(
            "the cluster accepted the change, but its configuration does not show it: this node may have been cut off in"
            " that moment. Look at pcs status on the other nodes, then run the task again"
        )


def _running(backend, resource_ids):
    """Those of the resources that run; nothing is read where there are none."""
    return sorted(set(resource_ids) & status.running(backend.monitor())) if resource_ids else []


def _slices(resource_ids):
    """The resources in lists that are stopped one after another."""
    return [resource_ids[start : start + SLICE] for start in range(0, len(resource_ids), SLICE)]


def _stopped_and_committed(backend, make_plan, resource_ids, roles, settings):
    """Stop the resources that the plan removes, as `pcs resource delete` does, then commit; the plan carried out.

    :param roles: gets the target-roles that they had: id -> role.
    """
    quietly = _quietly(settings)

    def stop(part, cib):
        present = [each for each in map(cib.resource, part) if each is not None]
        roles.update({each.get("id"): target_role.of(each) for each in present})
        return planner.Plan(_with_roles(cib, {each.get("id"): target_role.STOPPED for each in present}))

    try:
        for part in _slices(resource_ids):
            _committed(backend, lambda cib, part=part: stop(part, cib), quietly)
            backend.wait(STOPPING)
            still = _running(backend, part)
            if still:
                raise HaError(f"{', '.join(still)} did not stop within {STOPPING} seconds; look at pcs status")
        # What is created again with another agent is not to stay stopped
        return _committed(backend, lambda cib: make_plan(_with_roles(cib, roles)), quietly)
    except HaError as error:
        if not roles:
            raise
        sentence = f"{error}. Nothing was removed; {', '.join(sorted(roles))}"
        try:
            _committed(backend, lambda cib: planner.Plan(_with_roles(cib, roles)), quietly)
            sentence += " may run again"
        except HaError as second:
            sentence += (
                f" has target-role=Stopped now, and that could not be taken back: {second}. Use pcs resource enable"
            )
        raise HaError(sentence, **dict(error.facts, changed=True)) from error


def _quietly(settings):
    """The same Settings without a preview: what happens on the way was shown with the plan."""
    return settings._replace(preview=False, disruption="allow")


def _with_roles(cib, roles):
    """The document with these target-roles (id -> role) on those resources that are still there."""
    for resource_id, role in roles.items():
        element = cib.resource(resource_id)
        if element is not None:
            target_role.set_to(cib, element, role)
    return cib


def _settle_or_undo(backend, plan, roles, settings):
    """Wait for the cluster and look at what was touched; where that is not as it should be, take the change back if asked."""
    try:
        _settle(backend, plan, settings.wait)
    except HaError as error:
        if not settings.rollback:
            raise
        raise HaError(f"{error}. {_undone(backend, plan, roles, settings)}", **error.facts) from error


def _undone(backend, plan, roles, settings):
    """Take back what this task changed, and what became of that as a sentence.

    :param roles: the target-roles of what was stopped on the way: id -> role.
    """
    overtaken = []

    def made(cib):
        overtaken[:] = rollback.undo(cib, Cib(plan.cib.text), plan.cib)
        return planner.Plan(_with_roles(cib, roles))

    try:
        _committed(backend, made, _quietly(settings))
        if not backend.wait(settings.wait):
            return f"It was taken back, but the cluster was still busy after {settings.wait} seconds"
    except HaError as error:
        return f"It could not be taken back: {error}"
    if overtaken:
        return f"It was taken back but for {', '.join(sorted(set(overtaken)))}, which somebody else has changed since"
    return "It was taken back: the configuration is as it was before"


def _settle(backend, plan, wait):
    """Wait for the cluster, then look at what was touched."""
    idle = backend.wait(wait)
    monitor = backend.monitor()
    touched = {each for found in _present(plan) for each in status.primitives(monitor, found)}
    touched = sorted(touched | preview.to_run(plan.impact or ()))
    trouble = [*failures.trouble(monitor, touched), *_elsewhere(monitor, plan, touched)]
    drained = (each.kind.drained_node(each.after) for each in plan.changes if each.after)
    trouble += status.not_drained(monitor, filter(None, drained))
    if not idle:
        trouble.append(f"the cluster was still busy after {wait} seconds")
    if trouble:
        raise HaError(f"the change is committed, but {'; '.join(trouble)}", changed=True)


def _present(plan):
    """The ids of what is new or changed. A user is not among it, who may be called like a resource."""
    changes = [each for each in plan.changes if each.after and not each.kind.is_section]
    found = (each.kind.find(plan.cib, each.after) for each in changes)
    return [each.get("id") for each in found if plan.cib.find(each.get("id")) is each]


def _elsewhere(monitor, plan, touched):
    """A sentence for each touched resource that does not run where the scheduler was going to start it."""
    for action in plan.impact or ():
        resource, node = action.get("resource"), action.get("to")
        if action["action"] in ("start", "move", "migrate") and resource in touched:
            # None of what somebody else has removed meanwhile
            found = status.of(monitor, resource)
            if found and found["nodes"] and node not in found["nodes"]:
                yield f"{resource} runs on {' and '.join(found['nodes'])}, not on {node} as foreseen"
