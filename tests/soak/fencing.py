# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fencing soak test: starts a lab ($HA_LAB_OS) with the demo's cluster and makes its active node fail repeatedly.

A round is one failure of each kind. After each failure, the node must be fenced, the other node must take over within
60 s and the failed node must rejoin within 180 s. The floating address must never be on both nodes at once. The exit
code is 1 if any failure did not meet these requirements; the cluster's logs up to that point are kept in .cache/soak.
The lab is taken down at the end, also after Ctrl-C.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))
from conftest import ROOT, play, state, verb
from failures import KINDS, NODES, Failure, active, container, is_healthy, until, watched_address

RECOVERY = 300  # seconds for the cluster to become healthy again after a failure that did not meet the requirements
LOGS = ROOT / ".cache/soak"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="default: 20")
    kinds = list(KINDS) * parser.parse_args().rounds
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # handled like Ctrl-C
    shutil.rmtree(LOGS, ignore_errors=True)
    results = []
    try:
        set_up()
        with watched_address() as address:
            soak(kinds, address, results)
        print(f"\nthe address was checked {address['looks']} times and was on both nodes {len(address['twice'])} times")
    except KeyboardInterrupt:
        print("interrupted")
    finally:
        verb("down")
    summarize(results)
    sys.exit(len(results) < len(kinds) or any(result["wrong"] for result in results))


def set_up():
    verb("up", "--baked")
    done = play("tests/demo/demo.yml", "--extra-vars", "@tests/demo/vars.yml")
    assert done.code == 0, done.output


def soak(kinds, address, results):
    """Cause failures of these kinds one after another; stop early if the cluster does not recover.

    :param address: the mapping of watched_address.
    :param results: one {"kind", "node", "takeover", "rejoin", "wrong"} is added for each failure. Takeover and rejoin
        are in seconds; "wrong" describes what went wrong, "" if nothing did. Steps that were not reached are missing.
    """
    for number, kind in enumerate(kinds, 1):
        result = once(kind, address)
        results.append(result)
        seconds = [f"{what} {result[what]:5.1f} s" for what in ("takeover", "rejoin") if what in result]
        print(
            f"{time.strftime('%H:%M:%S')} {number:3}/{len(kinds)} {result.get('node')} {kind:11}",
            *seconds,
            result["wrong"] or "passed",
            sep="  ",
            flush=True,
        )
        if result["wrong"]:
            keep_logs(f"{number}-{kind.replace(' ', '-')}")
            if not recovered():
                print(f"The cluster is still not healthy after {RECOVERY} s.")
                return


def once(kind, address):
    """Cause one failure; returns the result for `soak`."""
    result = {"kind": kind, "wrong": ""}
    before = len(address["twice"])
    try:
        failure = Failure(kind)
        result["node"] = failure.node
        result["takeover"] = failure.takeover()
        result["rejoin"] = failure.rejoin()
        failed = [each.attrib for each in state(failure.survivor).iterfind("failures/failure")]
        assert not failed, f"operations failed: {failed}"
    except Exception as error:  # whatever it is, continue with the other failures
        result["wrong"] = str(error) or repr(error)
    twice = address["twice"][before:]
    if twice:
        result["wrong"] += f" THE ADDRESS WAS ON BOTH NODES {len(twice)} times from {twice[0]} on"
    return result


def keep_logs(name):
    for node in NODES:
        folder = LOGS / name / node
        folder.mkdir(parents=True)
        for logs in ("pacemaker", "corosync"):
            subprocess.run(["podman", "cp", f"{container(node)}:/var/log/{logs}", folder], check=False)


def recovered():
    """Reconnect the cables, switch the power on, and return whether the cluster becomes healthy again."""

    def works():
        try:
            return is_healthy("node1") and active()
        except AssertionError:  # the cluster does not even answer yet
            return False

    try:
        for node in NODES:
            verb("heal", node)
            verb("power", "on", node)
        return until(works, RECOVERY, "the cluster is not healthy")
    except AssertionError:
        return False


def summarize(results):
    def spread(what, of_kind):
        seconds = [result[what] for result in of_kind if what in result]
        if not seconds:
            return "-"
        return "/".join(f"{value:.1f}" for value in (min(seconds), statistics.median(seconds), max(seconds)))

    row = "{:<12} {:>8}  {:>18}  {:>18}".format
    print(row("", "passed", "takeover", "rejoin"))
    for kind in KINDS:
        of_kind = [result for result in results if result["kind"] == kind]
        passed = sum(not result["wrong"] for result in of_kind)
        print(row(kind, f"{passed}/{len(of_kind)}", spread("takeover", of_kind), spread("rejoin", of_kind)))
    print("seconds since the failure: minimum/median/maximum")
    print("; ".join(f"{node} failed {sum(result.get('node') == node for result in results)} times" for node in NODES))


if __name__ == "__main__":
    main()
