# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags, created, changed and removed."""

from __future__ import annotations

from oracle import Case, dummies, want

FOUR = dummies("a", "b", "c", "d")
TAGGED = f"{FOUR}\ntag create t a b c"
OF_ALL_KINDS = f"""{dummies("x", "y")}
resource group add g x
resource clone y
stonith create f fence_ipmilan ip=192.0.2.1 username=x
resource bundle create B container podman image=x"""


def tag(*members, tag_id="t"):
    """The Want of a tag."""
    return want("tags", id=tag_id, members=list(members))


CASES = [
    Case("made", "tag create t a b", tag("a", "b"), start=FOUR),
    Case("made-in-another-order", "tag create t b d a", tag("b", "d", "a"), start=FOUR),
    Case("made-of-one", "tag create t a", tag("a"), start=FOUR),
    Case(
        "made-of-all-kinds",
        "tag create t x g y y-clone f B",
        tag("x", "g", "y", "y-clone", "f", "B"),
        start=OF_ALL_KINDS,
    ),
    Case("second", "tag create u c a", tag("c", "a", tag_id="u"), start=TAGGED),
    Case("added", "tag update t add d", tag("a", "b", "c", "d"), start=TAGGED),
    Case("added-first", "tag update t add d --before a", tag("d", "a", "b", "c"), start=TAGGED),
    Case("moved", "tag update t add a --after c", tag("b", "c", "a"), start=TAGGED),
    Case("taken-out", "tag update t remove b", tag("a", "c"), start=TAGGED),
    Case("one-for-all", "tag update t add d remove a b c", tag("d"), start=TAGGED),
    Case("removed", "tag remove t", want("tags", "absent", id="t"), start=f"{TAGGED}\ntag create u a"),
    Case("last-removed", "tag remove t", want("tags", "absent", id="t"), start=TAGGED),
]
