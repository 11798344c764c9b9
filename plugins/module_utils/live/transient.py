# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Transient node attributes and lost nodes in the status section of a document. Pure: no I/O.

Only the cluster itself writes the status: these edits are only for documents to be simulated.
"""

from __future__ import annotations

from xml.etree import ElementTree

_SET = "transient_attributes/instance_attributes"


def attributes(root, node):
    """The transient attributes of a node: name -> value.

    :param root: the <cib> element.
    """
    return {pair.get("name"): pair.get("value", "") for state in _states(root, node) for pair in _pairs(state)}


def differing(root, node, wanted):
    """The attributes to change: name -> value, None for an attribute to remove.

    :param wanted: name -> value as text, or None.
    """
    present = attributes(root, node)
    return {name: value for name, value in wanted.items() if present.get(name) != value}


def apply(root, node, wanted):
    """Set these transient attributes of a node (name -> value or None); returns whether the status had to be edited."""
    changed = differing(root, node, wanted)
    for state in _states(root, node) if changed else ():
        pairs = _child(_child(state, "transient_attributes"), "instance_attributes")
        for pair in [each for each in pairs if each.get("name") in changed]:
            pairs.remove(pair)
        for name, value in changed.items():
            if value is not None:
                ElementTree.SubElement(pairs, "nvpair", id=f"expected-{node}-{name}", name=name, value=value)
    return bool(changed)


def mark_lost(root, node):
    """Mark a node as lost, like `crm_simulate --node-fail`; returns whether the node is in the status."""
    states = _states(root, node)
    for state in states:
        state.set("in_ccm", "false")
        state.set("crmd", "offline")
    return bool(states)


def _states(root, node):
    return [each for each in root.iterfind("status/node_state") if each.get("uname") == node]


def _pairs(state):
    return state.iterfind(f"{_SET}/nvpair")


def _child(parent, tag):
    found = parent.find(tag)
    return ElementTree.SubElement(parent, tag, id=f"expected-{parent.get('id')}") if found is None else found
