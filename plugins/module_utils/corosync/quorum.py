# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Determines which nodes have quorum, from the votes in corosync.conf. Pure: no I/O.

The effect of auto_tie_breaker is ignored, and a quorum device is assumed to vote for the nodes in question.
"""

from __future__ import annotations

from . import conf as corosync_conf


def is_kept(conf, remaining):
    """Whether these nodes have quorum after all others have left; with two_node, one node is enough.

    :param conf: what corosync_conf.parse() returns.
    :param remaining: names of nodes.
    """
    if corosync_conf.section(conf, "quorum").get("two_node") == "1":
        return any(corosync_conf.votes(conf).get(each) for each in remaining)
    return have_majority(conf, remaining, sum(corosync_conf.votes(conf).values()))


def have_majority(conf, online, expected):
    """Whether these nodes have the majority of the expected votes."""
    votes, device = corosync_conf.votes(conf), corosync_conf.device_votes(conf)
    given = sum(votes.get(each, 0) for each in online)
    return given > 0 and given + device >= (expected + device) // 2 + 1
