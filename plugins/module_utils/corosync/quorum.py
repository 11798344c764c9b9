# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who has the majority, by the votes in corosync.conf. Pure: no I/O.

What auto_tie_breaker would add is left out, and a quorum device is taken to vote for the nodes in question.
"""

from __future__ import annotations

from . import conf as corosync_conf


def stays(conf, staying):
    """Whether some nodes have quorum when all others have left; of two nodes each has it alone.

    :param conf: what corosync_conf.parse() returns.
    :param staying: names of nodes.
    """
    if corosync_conf.section(conf, "quorum").get("two_node") == "1":
        return any(corosync_conf.votes(conf).get(each) for each in staying)
    return have_majority(conf, staying, sum(corosync_conf.votes(conf).values()))


def have_majority(conf, online, expected):
    """Whether some nodes have the majority of the votes that are expected of all nodes."""
    votes, device = corosync_conf.votes(conf), corosync_conf.device_votes(conf)
    given = sum(votes.get(each, 0) for each in online)
    return given > 0 and given + device >= (expected + device) // 2 + 1
