# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Started and stopped; moved, banned and cleared. The oracle for moves is crm_resource, which pcs uses for them."""

from __future__ import annotations

from oracle import DUMMY, STATEFUL, Case, dummies, want

GROUP = f"{dummies('a', 'b')}\nresource group add g a b"
STARTS = {
    "primitive": (dummies("a"), "a"),
    "primitive-with-meta": (f"resource create a {DUMMY} meta priority=1 z=1", "a"),
    "member": (GROUP, "a"),
    "group": (GROUP, "g"),
    "clone": (f"{dummies('a')}\nresource clone a", "a-clone"),
    "member-of-a-clone": (f"{dummies('a')}\nresource clone a", "a"),
    "cloned-group": (f"{GROUP}\nresource clone g", "g-clone"),
    "group-in-a-clone": (f"{GROUP}\nresource clone g", "g"),
    "member-of-a-cloned-group": (f"{GROUP}\nresource clone g", "a"),
    "bundle": ("resource bundle create B container podman image=x network control-port=9999", "B"),
    "resource-of-a-bundle": (
        "resource bundle create B container podman image=x network control-port=9999"
        f"\nresource create a {DUMMY} bundle B",
        "a",
    ),
}
EVERYTHING_STOPPED = "\n".join(f"resource disable {each}" for each in ("a", "b", "g", "g-clone"))
MOVABLE = {
    "primitive": (dummies("a"), "a"),
    "group": (GROUP, "g"),
    "clone": (f"{dummies('a')}\nresource clone a", "a-clone"),
}


def run(resource_id, state, **spec):
    """The Want of a state of the resource with this id."""
    return want(None, state, id=resource_id, **spec)


def moves(what, start, resource_id):
    """The Cases of moves, bans and their clearing."""
    tool = f"crm_resource --resource {resource_id}"
    move, ban = f"{tool} --move --node node2", f"{tool} --ban --node node1"
    both = f"{start}\n{move}\n{ban}"
    for name, begin, commands, state, spec in (
        ("moved", start, move, "moved", {"node": "node2"}),
        ("moved-for-an-hour", start, f"{move} --lifetime PT1H", "moved", {"node": "node2", "lifetime": 3600}),
        ("moved-again-for-an-hour", both, f"{move} --lifetime PT1H", "moved", {"node": "node2", "lifetime": 3600}),
        ("moved-again-for-ever", f"{start}\n{move} --lifetime PT1H", move, "moved", {"node": "node2"}),
        ("moved-back", f"{start}\n{move}", f"{tool} --move --node node1", "moved", {"node": "node1"}),
        ("moved-to-where-it-was-banned", both, f"{tool} --move --node node1", "moved", {"node": "node1"}),
        ("banned", start, ban, "banned", {"node": "node1"}),
        ("banned-for-an-hour", start, f"{ban} --lifetime PT1H", "banned", {"node": "node1", "lifetime": 3600}),
        ("banned-from-where-it-was-moved", both, f"{tool} --ban --node node2", "banned", {"node": "node2"}),
        ("cleared", both, f"{tool} --clear", "cleared", {}),
        ("cleared-of-a-node", both, f"{tool} --clear --node node2", "cleared", {"node": "node2"}),
        ("cleared-of-what-ends", f"{start}\n{move} --lifetime PT1H", f"{tool} --clear", "cleared", {}),
    ):
        yield Case(f"{what}-{name}", commands, run(resource_id, state, **spec), start=begin)


CASES = [
    *(
        Case(f"{name}-stopped", f"resource disable {resource_id}", run(resource_id, "stopped"), start=start)
        for name, (start, resource_id) in STARTS.items()
    ),
    *(
        Case(
            f"{name}-started-after-it-was-stopped",
            f"resource enable {resource_id}",
            run(resource_id, "started"),
            start=f"{start}\nresource disable {resource_id}",
        )
        for name, (start, resource_id) in STARTS.items()
    ),
    *(
        Case(
            f"{resource_id}-started-where-everything-was-stopped",
            f"resource enable {resource_id}",
            run(resource_id, "started"),
            start=f"{GROUP}\nresource clone g\n{EVERYTHING_STOPPED}",
        )
        for resource_id in ("a", "g", "g-clone")
    ),
    *(
        Case(
            f"promoted-instance-{state}",
            f"crm_resource --resource a-clone --{verb} --node node1 --promoted",
            run("a-clone", state, node="node1", role="Promoted"),
            start=f"resource create a {STATEFUL} promotable",
        )
        for verb, state in (("move", "moved"), ("ban", "banned"))
    ),
    *(case for what, (start, resource_id) in MOVABLE.items() for case in moves(what, start, resource_id)),
]
