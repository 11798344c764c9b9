# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fence devices: created, changed, enabled and disabled."""

from __future__ import annotations

from oracle import Case, want

AGENT = "fence_ipmilan"
ADDRESS = {"ip": "192.0.2.1", "username": "admin"}


def device(params=None, **spec):
    """The Want of the fence device f."""
    return want("stonith", id="f", agent=AGENT, params=params, **spec)


def made(name, arguments="", **spec):
    """A Case of `pcs stonith create f fence_ipmilan ip=192.0.2.1 username=admin ...`."""
    params = {**ADDRESS, **spec.pop("params", {})}
    return Case(name, f"stonith create f {AGENT} ip=192.0.2.1 username=admin {arguments}", device(params, **spec))


def changed(name, commands, made_with="", **spec):
    """A Case that changes such a device."""
    start = f"stonith create f {AGENT} ip=192.0.2.1 username=admin {made_with}"
    return Case(name, commands, device(**spec), start=start)


def switched(name, commands, state, made_with=""):
    """A Case that enables or disables such a device."""
    start = f"stonith create f {AGENT} ip=192.0.2.1 username=admin {made_with}"
    return Case(name, commands, want(None, state, id="f"), start=start)


CASES = [
    made("made"),
    made(
        "made-with-params",
        "pcmk_host_list=node1 lanplus=1 'pcmk_host_map=node1:1;node2:2'",
        params={"pcmk_host_list": "node1", "lanplus": 1, "pcmk_host_map": "node1:1;node2:2"},
    ),
    made("made-with-meta", "meta priority=1 a=2", meta={"priority": 1, "a": 2}),
    made("made-with-a-monitor", "op monitor interval=30s", operations=[{"name": "monitor", "interval": "30s"}]),
    made(
        "made-with-all-of-a-monitor",
        "op monitor interval=30s timeout=20s on-fail=ignore start-delay=3s enabled=true",
        operations=[
            {"name": "monitor", "interval": "30s", "timeout": "20s", "on-fail": "ignore"}
            | {"start-delay": "3s", "enabled": "true"}
        ],
    ),
    made("made-with-another-op", "op start timeout=30s", operations=[{"name": "start", "timeout": "30s"}]),
    made(
        "made-with-everything",
        "lanplus=1 op monitor interval=30s meta priority=1",
        params={"lanplus": 1},
        operations=[{"name": "monitor", "interval": "30s"}],
        meta={"priority": 1},
    ),
    changed("param-changed", "stonith update f ip=192.0.2.2", params={"ip": "192.0.2.2"}),
    changed(
        "params-of-all-kinds-changed",
        "stonith update f ip=192.0.2.2 lanplus= pcmk_host_list=node1",
        "lanplus=1",
        params={"ip": "192.0.2.2", "lanplus": None, "pcmk_host_list": "node1"},
    ),
    changed("meta-added", "stonith update f meta priority=1", meta={"priority": 1}),
    changed(
        "meta-changed", "stonith update f meta priority=2 a=", "meta priority=1 a=1", meta={"priority": 2, "a": None}
    ),
    changed(
        "op-changed",
        "stonith update f op monitor interval=30s",
        operations=[{"name": "monitor", "interval": "30s"}],
    ),
    switched("disabled", "stonith disable f", "stopped"),
    switched("disabled-with-meta", "stonith disable f", "stopped", "meta priority=1"),
    switched("disabled-again", "stonith disable f", "stopped", "--disabled"),
    switched("enabled", "stonith enable f", "started", "--disabled"),
    switched("enabled-with-meta", "stonith enable f", "started", "meta priority=1 --disabled"),
    switched("enabled-again", "stonith enable f", "started"),
    changed("op-added", "stonith update f op start timeout=30s", operations=[{"name": "start", "timeout": "30s"}]),
]
