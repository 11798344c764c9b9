# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fencing levels, created and removed. pcs changes a level only to take out a device that is removed."""

from __future__ import annotations

from oracle import OS, Case, want

# The word that pcs since 0.11 requires before the target of a level to be removed
TARGET = "" if OS == "11" else "target "
DEVICES = "\n".join(f"stonith create {each} fence_ipmilan ip=192.0.2.1 username=x" for each in ("f1", "f2", "f3"))
LEVELS = f"{DEVICES}\nstonith level add 1 node1 f1 f2\nstonith level add 2 node1 f3"


def level(number, *devices, target="node1", **spec):
    """The Want of a level."""
    return want("stonith_levels", level=number, target=target, devices=list(devices), **spec)


CASES = [
    Case("made", "stonith level add 1 node1 f1", level(1, "f1"), start=DEVICES),
    Case("made-of-several", "stonith level add 2 node2 f3 f1", level(2, "f3", "f1", target="node2"), start=DEVICES),
    Case("second", "stonith level add 3 node1 f1", level(3, "f1"), start=LEVELS),
    Case("made-with-an-id", "stonith level add 1 node1 f1 id=l", level(1, "f1", id="l"), start=DEVICES, debian=["13"]),
    Case(
        "made-of-a-pattern",
        r"stonith level add 1 'regexp%node[0-9]+\d' f1",
        level(1, "f1", target=None, target_pattern=r"node[0-9]+\d"),
        start=DEVICES,
    ),
    Case(
        "made-of-an-attribute",
        "stonith level add 1 attrib%rack=7 f1 f2",
        level(1, "f1", "f2", target=None, target_attribute="rack", target_value=7),
        start=DEVICES,
    ),
    Case(
        "of-one-attribute-and-two-values",
        "stonith level add 1 attrib%rack=7 f1\nstonith level add 1 attrib%rack=8 f2",
        level(1, "f1", target=None, target_attribute="rack", target_value=7),
        level(1, "f2", target=None, target_attribute="rack", target_value=8),
        start=DEVICES,
    ),
    Case("removed", "stonith level remove 2", want("stonith_levels", "absent", level=2, target="node1"), start=LEVELS),
    Case(
        "removed-of-a-pattern",
        f"stonith level remove 1 {TARGET}'regexp%node[0-9]'",
        want("stonith_levels", "absent", level=1, target_pattern="node[0-9]"),
        start=f"{LEVELS}\nstonith level add 1 'regexp%node[0-9]' f1",
    ),
    Case(
        "removed-of-an-attribute",
        f"stonith level remove 1 {TARGET}attrib%rack=7",
        want("stonith_levels", "absent", level=1, target_attribute="rack", target_value=7),
        start=f"{LEVELS}\nstonith level add 1 attrib%rack=7 f1\nstonith level add 1 attrib%rack=8 f1",
    ),
    Case(
        "all-removed",
        "stonith level clear",
        *(want("stonith_levels", "absent", level=number, target="node1") for number in (1, 2)),
        start=LEVELS,
    ),
]
