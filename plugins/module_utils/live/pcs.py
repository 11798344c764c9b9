# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between pcs versions in the commands that this collection runs."""

from __future__ import annotations

from . import commands


def version():
    """The version of pcs on this node as a pair of numbers: (0, 11)."""
    text = commands.run(["pcs", "--version"]).out
    return tuple(int(part) for part in text.strip().split(".")[:2])


def yes(pcs_version, verb):
    """The arguments that answer the confirmation prompt of a command, as a tuple.

    `cluster destroy` of 0.10 does not prompt and rejects --force; 0.12 deprecates --force everywhere.

    :param verb: destroy or confirm.
    """
    if pcs_version >= (0, 12):
        return ("--yes",)
    return () if verb == "destroy" and pcs_version < (0, 11) else ("--force",)
