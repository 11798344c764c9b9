# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.corosync import conf as corosync_conf


def conf(*nodes, quorum=""):
    """A parsed corosync.conf; `nodes` are the lines of each node."""
    inside = "\n".join(f"node {{\n{each}\n}}" for each in nodes)
    return corosync_conf.parse(f"nodelist {{\n{inside}\n}}\nquorum {{\n{quorum}\n}}")


THREE = ["name: a", "name: b\nquorum_votes: 3", "ring0_addr: c\nquorum_votes: 0"]


def test_default_vote_is_one():
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
def test_quorum_device_votes(quorum, votes):
    assert corosync_conf.device_votes(conf(*THREE, quorum=quorum)) == votes


def test_corosync_conf_is_parsed():
    conf = corosync_conf.parse(kit.COROSYNC_CONF)
    assert corosync_conf.cluster_name(conf) == "shop"
    assert corosync_conf.nodes(conf) == {"node1": ["192.0.2.11", "198.51.100.11"], "node2": ["192.0.2.12"]}
    assert corosync_conf.section(conf, "quorum") == {"provider": "corosync_votequorum", "two_node": "1"}


def test_corosync_conf_without_cluster_name():
    assert corosync_conf.cluster_name(corosync_conf.parse("nodelist {\n node {\n ring0_addr: a\n }\n}")) == ""
    assert corosync_conf.nodes(corosync_conf.parse("nodelist {\n node {\n ring0_addr: a\n }\n}")) == {"a": ["a"]}


@pytest.mark.parametrize("text", ["totem {\n", "}\n", "totem {\n nonsense\n}\n"])
def test_malformed_corosync_conf_is_an_error(text):
    with pytest.raises(HaError, match=r"corosync\.conf"):
        corosync_conf.parse(text)
