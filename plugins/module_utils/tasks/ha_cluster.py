# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_cluster: observe, plan, execute, verify.

A pcs process (0.3 s and more) is started only to change something, or to check whether the nodes are authenticated.
"""

from __future__ import annotations

import time

from ..base.errors import HaError
from ..corosync import conf as corosync_conf
from ..live import pcs
from ..membership import execute, observe
from ..membership.cluster_plan import Seen, differences, plan, view, wanted_from
from ..plan import diff

# Seconds between two checks of a cluster that is starting
_PAUSE = 0.5


def run(params, check):
    """Bring the cluster to the state given in a task.

    :param params: the parameters of ha_cluster.
    :param check: whether to only predict the result (check mode).
    :returns: changed, diff, commands, cluster and warnings, as returned by the module.
    :raises BadInput: if the task is not possible; nothing has been changed.
    :raises HaError: if it failed.
    """
    wanted = wanted_from(params)
    if check:
        return _outcome(wanted, *_observe_and_plan(wanted))
    with execute.exclusively() as lock:
        seen, steps = _observe_and_plan(wanted)
        for step in steps:
            execute.run(step, lock)
        waits = wanted.state == "started" and wanted.wait
        if waits and (steps or seen.missing):
            _wait_until_started(wanted.wait)
        outcome = _outcome(wanted, seen, steps)
        if steps and (waits or wanted.state != "started"):
            _verify(wanted, view(wanted, seen, steps))
    return outcome


def _observe_and_plan(wanted):
    seen = observe_node(wanted)
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


def observe_node(wanted):
    """The Seen of this node; only the facts that the task needs are collected."""
    conf = corosync_conf.read()
    active, enabled = observe.services()
    names = list(corosync_conf.nodes(conf)) if conf is not None else []
    online, offline, missing = observe.members(observe.monitor() if active else None, names)
    connects_to_nodes = wanted.state == "authenticated" or (wanted.state in ("present", "started") and conf is None)
    starts = wanted.state == "started" and offline and wanted.password is not None
    return Seen(
        conf,
        active,
        enabled,
        online,
        offline,
        missing,
        observe.is_authenticated(wanted.nodes) if wanted.nodes and (connects_to_nodes or starts) else None,
        pcs.version() if wanted.state == "absent" and conf is not None else None,
    )


def _wait_until_started(seconds):
    """Wait until all nodes are online, with quorum and a DC.

    :raises HaError: if they are not after `seconds`, with what is missing.
    """
    give_up = time.monotonic() + seconds
    names = list(corosync_conf.nodes(corosync_conf.read()))
    while True:
        missing = observe.members(observe.monitor(), names)[2]
        if not missing:
            return
        if time.monotonic() > give_up:
            raise HaError(f"the cluster is not fully started after {seconds} seconds: {'; '.join(missing)}")
        time.sleep(_PAUSE)


def _verify(wanted, expected):
    """Verify the result: commands that did not fail do not prove that they worked.

    :raises HaError: if the actual state is not the expected one.
    """
    aspect = "authenticated" if wanted.state == "authenticated" else "cluster"
    found = view(wanted, observe_node(wanted)).get(aspect)
    if found != expected.get(aspect):
        raise HaError(f"pcs reported success, but the result is {found}, not {expected.get(aspect)} as expected")
