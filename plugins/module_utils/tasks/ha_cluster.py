# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_cluster does: look, plan, carry out, look again.

A pcs process (0.3 s and more) is started only to change something, or to ask the nodes whether they know each other.
"""

from __future__ import annotations

import time

from ..base.errors import HaError
from ..corosync import conf as corosync_conf
from ..live import pcs
from ..membership import execute, observe
from ..membership.cluster_plan import Seen, differences, plan, view, wanted_from
from ..plan import diff

# Seconds between two looks at a cluster that is starting
_PAUSE = 0.5


def run(params, check):
    """Bring the cluster to the state that a task wants.

    :param params: the parameters of ha_cluster.
    :param check: whether to predict only.
    :returns: changed, diff, commands, cluster and warnings, as the module returns them.
    :raises BadInput: if it is not possible; nothing has been changed.
    :raises HaError: if it did not work.
    """
    wanted = wanted_from(params)
    if check:
        return _outcome(wanted, *_look_and_plan(wanted))
    with execute.exclusively() as lock:
        seen, steps = _look_and_plan(wanted)
        for step in steps:
            execute.run(step, lock)
        waits = wanted.state == "started" and wanted.wait
        if waits and (steps or seen.missing):
            _wait_until_started(wanted.wait)
        outcome = _outcome(wanted, seen, steps)
        if steps and (waits or wanted.state != "started"):
            _look_whether(wanted, view(wanted, seen, steps))
    return outcome


def _look_and_plan(wanted):
    seen = look(wanted)
    return seen, plan(wanted, seen)


def _outcome(wanted, seen, steps):
    after = view(wanted, seen, steps)
    return {
        "changed": bool(steps),
        "diff": diff.of(view(wanted, seen), after),
        "commands": [list(step.argv) for step in steps],
        "cluster": after.get("cluster"),
        "warnings": differences(wanted, seen),
    }


def look(wanted):
    """The Seen of this node, with no more effort than what is wanted needs."""
    conf = corosync_conf.read()
    active, enabled = observe.services()
    names = list(corosync_conf.nodes(conf)) if conf is not None else []
    online, offline, missing = observe.members(observe.monitor() if active else None, names)
    talks = wanted.state == "authenticated" or (wanted.state in ("present", "started") and conf is None)
    starts = wanted.state == "started" and offline and wanted.password is not None
    return Seen(
        conf,
        active,
        enabled,
        online,
        offline,
        missing,
        observe.is_authenticated(wanted.nodes) if wanted.nodes and (talks or starts) else None,
        pcs.version() if wanted.state == "absent" and conf is not None else None,
    )


def _wait_until_started(seconds):
    """Wait until all nodes are online, with quorum and a DC.

    :raises HaError: if they are not after `seconds`; it says what is missing.
    """
    give_up = time.monotonic() + seconds
    names = list(corosync_conf.nodes(corosync_conf.read()))
    while True:
        missing = observe.members(observe.monitor(), names)[2]
        if not missing:
            return
        if time.monotonic() > give_up:
            raise HaError(f"the cluster is not wholly started after {seconds} seconds: {'; '.join(missing)}")
        time.sleep(_PAUSE)


def _look_whether(wanted, expected):
    """Look again: that no command failed does not prove that it worked.

    :raises HaError: if what is there is not what is expected.
    """
    aspect = "authenticated" if wanted.state == "authenticated" else "cluster"
    found = view(wanted, look(wanted)).get(aspect)
    if found != expected.get(aspect):
        raise HaError(f"pcs reported success, but this is there: {found}, and not this: {expected.get(aspect)}")
