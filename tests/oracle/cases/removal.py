# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removal of resources, together with everything that refers to them."""

from __future__ import annotations

from oracle import DUMMY, Case, dummies, want

# a and the objects around it may be removed, z is kept
PRIMITIVE = dummies("a", "z")
GROUP = f"{dummies('a', 'b', 'z')}\nresource group add g a b"
ALONE = f"{PRIMITIVE}\nresource group add g a"
CLONE = f"{PRIMITIVE}\nresource clone a"
BUNDLE = f"""{dummies("z")}
resource bundle create B container podman image=x network control-port=9999
resource create a {DUMMY} bundle B"""
DEVICES = "\n".join(f"stonith create {each} fence_ipmilan ip=192.0.2.1 username=x" for each in ("f", "other"))

# Objects that may refer to a resource R; z is another resource
REFERENCES = {
    "location": "constraint location R prefers node1=5\nconstraint location R avoids node2",
    "location-rule": "constraint location R rule score=5 '#uname' eq node1",
    "order": "constraint order R then z\nconstraint order stop z then stop R",
    "colocation": "constraint colocation add z with R 5\nconstraint colocation add R with z 5",
    "ticket": "constraint ticket add t R\nconstraint ticket add u z",
    "order-set": "constraint order set R z set y\nconstraint order set R set z y",
    "colocation-set": "constraint colocation set R z\nconstraint colocation set z y set R",
    "ticket-set": "constraint ticket set R z setoptions ticket=t",
    "sets-of-it-alone": "constraint order set R\nconstraint colocation set R\nconstraint ticket set R setoptions ticket=t",
    "location-of-others": "constraint location z prefers node1=5\nconstraint order z then y",
    "tag": "tag create t R z\ntag create u z",
    "tag-of-it-alone": "tag create v R",
    "acl": "acl role create r read id R write id z deny xpath //x\nacl role create s read id R",
}
# Objects that may be removed: initial commands, section, id, the id that other objects refer to
REMOVED = {
    "primitive": (PRIMITIVE, "resources", "a", "a"),
    "member": (GROUP, "resources", "a", "a"),
    "last-member": (ALONE, "resources", "a", "g"),
    "group": (GROUP, "groups", "g", "g"),
    "group-by-member": (GROUP, "groups", "g", "b"),
    "clone": (CLONE, "clones", "a-clone", "a-clone"),
    "member-of-a-clone": (CLONE, "resources", "a", "a-clone"),
    "cloned-group": (f"{GROUP}\nresource clone g", "clones", "g-clone", "g-clone"),
    "group-in-a-clone": (f"{GROUP}\nresource clone g", "groups", "g", "g-clone"),
    "member-of-a-cloned-group": (f"{GROUP}\nresource clone g", "resources", "a", "g-clone"),
    "last-member-of-a-cloned-group": (f"{ALONE}\nresource clone g", "resources", "a", "g-clone"),
    "bundle": (BUNDLE, "bundles", "B", "B"),
    "resource-of-a-bundle": (BUNDLE, "resources", "a", "B"),
}
# Only pcs 0.12 removes these: older versions refuse to remove a tagged resource, or one in a clone referred to like this
_REFUSED = ("tag", "tag-of-it-alone")
_REFUSED_OF_CLONES = ("order-set", "colocation-set", "ticket-set", "sets-of-it-alone", "acl")


def removed(what, reference):
    """A Case of `pcs resource delete`."""
    start, section, resource_id, referred = REMOVED[what]
    commands = REFERENCES[reference].replace("R", referred)
    refused = reference in _REFUSED or (referred == "a-clone" and reference in _REFUSED_OF_CLONES)
    return Case(
        f"{what}-in-{reference}",
        f"resource delete {resource_id}",
        want(section, "absent", id=resource_id),
        start=f"{start}\n{dummies('y')}\n{commands}",
        debian=("13",) if refused else ("11", "12", "13"),
    )


def levels(name, *commands):
    """A Case of `pcs stonith delete`."""
    return Case(name, "stonith delete f", want("stonith", "absent", id="f"), start="\n".join((DEVICES, *commands)))


CASES = [
    *(removed(what, reference) for what in REMOVED for reference in REFERENCES),
    Case(
        "primitive-with-all-references",
        "resource delete a",
        want("resources", "absent", id="a"),
        start="\n".join((PRIMITIVE, dummies("y"), *REFERENCES.values())).replace("R", "a"),
        debian=("13",),
    ),
    levels("device"),
    levels("device-in-a-level", "stonith level add 1 node1 f", "stonith level add 2 node1 other"),
    levels("device-in-a-level-with-another", "stonith level add 1 node1 f other", "stonith level add 1 node2 other f"),
    levels("device-in-a-location", "constraint location f prefers node1"),
]
