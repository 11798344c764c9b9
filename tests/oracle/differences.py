# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Intended differences from pcs: id of the case -> {line of pcs: our line}; all other lines are the same."""

from __future__ import annotations

from oracle import of_this_pcs

# `pcs resource update ... op` gives the changed operation a new id and drops the attributes that are not given. The
# collection keeps the id, because rules and users may refer to it, and keeps attributes that are not given, as always.
_CHANGED_OPERATIONS = {
    "primitives-op-changed-with-another-interval": {
        '<op id="a-monitor-interval-30s" interval="30s" name="monitor">': (
            '<op id="a-monitor-interval-10s" interval="30s" name="monitor" timeout="20s">'
        )
    },
    "primitives-op-changed-of-a-role": {
        '<op id="a-monitor-interval-30s" interval="30s" name="monitor" role="Promoted">': (
            '<op id="a-monitor-interval-10s" interval="30s" name="monitor" role="Promoted" timeout="20s">'
        )
    },
    "stonith-op-changed": {
        '<op id="f-monitor-interval-30s" interval="30s" name="monitor">': (
            '<op id="f-monitor-interval-60s" interval="30s" name="monitor">'
        )
    },
}

LINES = {**_CHANGED_OPERATIONS}


def intended(case_id, theirs):
    """The lines of pcs's document, with the intended differences applied."""
    other = {of_this_pcs(line): of_this_pcs(ours) for line, ours in LINES.get(case_id, {}).items()}
    bare = [line.strip() for line in theirs]
    for line in other:
        assert line in bare, f"pcs does not write {line}"
    return [whole.replace(line, other.get(line, line)) for whole, line in zip(theirs, bare)]


def with_operator(line):
    """Add boolean-op to a rule. pcs 0.10 and 0.11 omit it in a location's rule with a single expression; 0.12 and the
    collection write it.
    """
    return line.replace("<rule ", '<rule boolean-op="and" ') if "<rule " in line and "boolean-op" not in line else line
