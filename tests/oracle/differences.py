# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where we mean to write something else than pcs: id of the case -> {line of pcs: our line}; the rest is the same."""

from __future__ import annotations

from oracle import of_this_pcs

# `pcs resource update ... op` names the operation that it changes anew and drops what is not given. Here an id stays,
# since rules and people refer to it, and so does what is not given, as everywhere.
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
    """The lines of pcs's document with what we write instead."""
    other = {of_this_pcs(line): of_this_pcs(ours) for line, ours in LINES.get(case_id, {}).items()}
    bare = [line.strip() for line in theirs]
    for line in other:
        assert line in bare, f"pcs does not write {line}"
    return [whole.replace(line, other.get(line, line)) for whole, line in zip(theirs, bare)]


def with_operator(line):
    """pcs 0.10 and 0.11 leave the operator of a location's rule out where it joins nothing; 0.12 writes it, as we do."""
    return line.replace("<rule ", '<rule boolean-op="and" ') if "<rule " in line and "boolean-op" not in line else line
