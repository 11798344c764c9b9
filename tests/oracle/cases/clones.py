# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clones, created and changed."""

from __future__ import annotations

from oracle import STATEFUL, Case, dummies, want

TWO = f"resource create a {STATEFUL} meta priority=1\n{dummies('z')}"
GROUP = f"{TWO}\n{dummies('b')}\nresource group add g a b\nresource meta g priority=2"
REFERENCES = """
constraint location a prefers node1=5
constraint location z avoids node2
constraint order a then z
constraint colocation add z with a 5
constraint order set a z
constraint colocation set z a
constraint ticket add t a
tag create both a z
"""


def clone(member="a", **spec):
    """The Want of a clone."""
    return want("clones", member=member, **spec)


def made(name, arguments, start=TWO, word="clone", **spec):
    """A Case of `pcs resource clone ...`."""
    return Case(name, f"resource {word} {arguments}", clone(**spec), start=start)


def changed(name, commands, made_with="", start=TWO, **spec):
    """A Case that changes the clone a-clone; `made_with` are the arguments after `pcs resource clone a`."""
    return Case(name, commands, clone(**spec), start=f"{start}\nresource clone a {made_with}")


CASES = [
    made("made", "a"),
    made("made-with-its-id", "a c", id="c"),
    made(
        "made-with-meta",
        "a notify=true clone-max=2 globally-unique=false",
        meta={"globally-unique": False} | {"notify": True, "clone-max": 2},
    ),
    made("made-with-its-id-and-meta", "a c notify=true", id="c", meta={"notify": True}),
    made("made-promotable", "a", word="promotable", promotable=True),
    made("made-promotable-with-its-id", "a c", word="promotable", promotable=True, id="c"),
    made(
        "made-promotable-with-meta",
        "a promoted-max=2 notify=true a=1 z=1",
        word="promotable",
        promotable=True,
        meta={"promoted-max": 2, "notify": True, "a": 1, "z": 1},
    ),
    made("made-not-promotable", "a promotable=false", meta={"promotable": False}),
    made("made-where-its-id-is-taken", "a", start=f"{TWO}\n{dummies('a-clone', 'a-clone-1')}"),
    made(
        "made-where-the-id-of-its-meta-is-taken",
        "a x=1",
        start=f"{TWO}\n{dummies('a-clone-meta_attributes')}",
        meta={"x": 1},
    ),
    made("made-of-what-others-refer-to", "a", start=f"{TWO}{REFERENCES}"),
    made("made-with-its-id-of-what-others-refer-to", "a c", start=f"{TWO}{REFERENCES}", id="c"),
    made(
        "made-promotable-of-what-others-refer-to", "a", start=f"{TWO}{REFERENCES}", word="promotable", promotable=True
    ),
    made("made-of-a-group", "g", start=GROUP, member="g"),
    made(
        "made-of-a-group-with-its-id-and-meta",
        "g c notify=true",
        start=GROUP,
        member="g",
        id="c",
        meta={"notify": True},
    ),
    made(
        "made-promotable-of-a-group",
        "g",
        start=f"{TWO}\nresource group add g a",
        word="promotable",
        member="g",
        promotable=True,
    ),
    made(
        "made-of-a-group-that-others-refer-to",
        "g",
        start=f"{GROUP}{REFERENCES}constraint location g prefers node1=5\nconstraint order g then z",
        member="g",
    ),
    changed("meta-added", "resource meta a-clone notify=true", meta={"notify": True}),
    changed("meta-added-in-an-update", "resource update a-clone notify=true", meta={"notify": True}),
    changed(
        "meta-changed",
        "resource meta a-clone notify=false b=1 a=",
        "notify=true a=1",
        meta={"notify": False, "b": 1, "a": None},
    ),
    changed("last-meta-removed", "resource meta a-clone notify=", "notify=true", meta={"notify": None}),
    changed("made-promotable-later", "resource meta a-clone promotable=true", promotable=True),
    changed("made-promotable-later-beside-meta", "resource meta a-clone promotable=true", "a=1 z=1", promotable=True),
    changed("no-longer-promotable", "resource meta a-clone promotable=false", "promotable=true", promotable=False),
    Case(
        "of-a-group-changed",
        "resource meta g-clone notify=true",
        clone("g", meta={"notify": True}),
        start=f"{GROUP}\nresource clone g",
    ),
]
