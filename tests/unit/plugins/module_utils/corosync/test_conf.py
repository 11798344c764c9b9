# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Votes. How the text is parsed is in test_membership.py."""

from __future__ import annotations

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.corosync import conf as corosync_conf


def conf(*nodes, quorum=""):
    """What is in a corosync.conf; `nodes` are the lines of each."""
    inside = "\n".join(f"node {{\n{each}\n}}" for each in nodes)
    return corosync_conf.parse(f"nodelist {{\n{inside}\n}}\nquorum {{\n{quorum}\n}}")


THREE = ["name: a", "name: b\nquorum_votes: 3", "ring0_addr: c\nquorum_votes: 0"]


def test_votes_are_one_where_the_file_does_not_say():
    assert corosync_conf.votes(conf(*THREE)) == {"a": 1, "b": 3, "c": 0}


@pytest.mark.parametrize(
    "quorum, votes",
    [
        ("provider: corosync_votequorum", 0),
        ("device {\nmodel: net\nvotes: 1\n}", 1),
        ("device {\nmodel: net\n}", 2),
        ("device {\nvotes: 1\n}", 0),
    ],
)
def test_votes_of_a_quorum_device(quorum, votes):
    assert corosync_conf.device_votes(conf(*THREE, quorum=quorum)) == votes
