# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups, created and changed."""

from __future__ import annotations

from oracle import Case, dummies, primitive, want

FOUR = dummies("a", "b", "c", "d")
# Three primitives in a group, one before and one after it
GROUP = f"{dummies('y', 'a', 'b', 'c', 'z')}\nresource group add g a b c"
CLONED = f"{GROUP}\nresource clone g"
TWO_GROUPS = f"{GROUP}\n{dummies('d', 'e')}\nresource group add h d e"


def group(*members, group_id="g", **spec):
    """The Want of a group."""
    return want("groups", id=group_id, members=list(members), **spec)


def changed(name, commands, *members, start=GROUP, **spec):
    """A Case that changes the group g."""
    return Case(name, commands, group(*members, **spec), start=start)


CASES = [
    Case("made-of-one", "resource group add g a", group("a"), start=dummies("a")),
    Case("made-of-the-first", "resource group add g a", group("a"), start=FOUR),
    Case("made-in-order", "resource group add g a b c d", group("a", "b", "c", "d"), start=FOUR),
    Case("made-in-another-order", "resource group add g d b a", group("d", "b", "a"), start=FOUR),
    Case(
        "made-with-meta",
        "resource group add g a b\nresource meta g priority=1 resource-stickiness=2",
        group("a", "b", meta={"priority": 1, "resource-stickiness": 2}),
        start=FOUR,
    ),
    Case("made-of-the-members-of-another", "resource group add h c a", group("c", "a", group_id="h"), start=GROUP),
    Case(
        "made-of-all-the-members-of-another",
        "resource group add h c a b",
        group("c", "a", "b", group_id="h"),
        start=GROUP,
    ),
    Case(
        "made-of-all-the-members-of-a-cloned-one",
        "resource group add h c a b",
        group("c", "a", "b", group_id="h"),
        start=CLONED,
    ),
    changed("added-at-the-end", "resource group add g z", "a", "b", "c", "z"),
    changed("added-first", "resource group add g z --before a", "z", "a", "b", "c"),
    changed("added-before", "resource group add g z --before c", "a", "b", "z", "c"),
    changed("added-after", "resource group add g z --after a", "a", "z", "b", "c"),
    changed("several-added", "resource group add g z y --after a", "a", "z", "y", "b", "c"),
    changed(
        "added-to-one-with-meta", "resource group add g z", "a", "b", "c", "z", start=f"{GROUP}\nresource meta g p=1"
    ),
    # After the last member, but before the meta attributes: a list of members alone does not define this position
    Case(
        "added-after-with-meta",
        "resource group add g z --after c",
        primitive("z", group={"id": "g", "after": "c"}),
        start=f"{GROUP}\nresource meta g p=1",
    ),
    changed("added-to-a-cloned-one", "resource group add g z --after a", "a", "z", "b", "c", start=CLONED),
    changed("moved-to-the-front", "resource group add g c --before a", "c", "a", "b"),
    changed("moved-to-the-back", "resource group add g a --after c", "b", "c", "a"),
    changed("turned-round", "resource group add g c b --before a", "c", "b", "a"),
    changed("first-removed", "resource group remove g a", "b", "c"),
    changed("middle-removed", "resource group remove g b", "a", "c"),
    changed("last-removed", "resource group remove g c", "a", "b"),
    changed("several-removed", "resource group remove g a c", "b"),
    changed("one-changed-for-another", "resource group remove g b\nresource group add g z --after a", "a", "z", "c"),
    changed("removed-from-a-cloned-one", "resource group remove g b", "a", "c", start=CLONED),
    changed("one-of-another-group-added", "resource group add g d --after a", "a", "d", "b", "c", start=TWO_GROUPS),
    changed("all-of-another-group-added", "resource group add g d e", "a", "b", "c", "d", "e", start=TWO_GROUPS),
    changed(
        "all-of-another-cloned-group-added",
        "resource group add g d e",
        "a",
        "b",
        "c",
        "d",
        "e",
        start=f"{TWO_GROUPS}\nresource clone h",
    ),
    changed("meta-added", "resource meta g priority=1 a=2", "a", "b", "c", meta={"priority": 1, "a": 2}),
    changed(
        "meta-changed",
        "resource meta g priority=2 b=1 a=",
        "a",
        "b",
        "c",
        start=f"{GROUP}\nresource meta g priority=1 a=1",
        meta={"priority": 2, "b": 1, "a": None},
    ),
    changed(
        "last-meta-removed",
        "resource meta g priority=",
        "a",
        "b",
        "c",
        start=f"{GROUP}\nresource meta g priority=1",
        meta={"priority": None},
    ),
    changed(
        "meta-added-where-its-id-is-taken",
        "resource meta g priority=1",
        "a",
        "b",
        "c",
        start=f"{GROUP}\n{dummies('g-meta_attributes')}",
        meta={"priority": 1},
    ),
]
