# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.membership import observe


def monitor(*nodes, dc='present="true" with_quorum="true"'):
    """The relevant parts of crm_mon's XML (Pacemaker 2.0 to 3.0)."""
    lines = "".join(f'<node name="{name}" online="{online}" pending="{pending}"/>' for name, online, pending in nodes)
    return ElementTree.fromstring(f"<crm_mon><summary><current_dc {dc}/></summary><nodes>{lines}</nodes></crm_mon>")


UP = ("node1", "true", "false")


@pytest.mark.parametrize(
    "state, online, offline, missing",
    [
        (monitor(UP, ("node2", "true", "false")), ["node1", "node2"], [], []),
        (monitor(UP, ("node2", "true", "true")), ["node1"], [], ["node2 is still joining"]),
        (monitor(UP, ("node2", "false", "false")), ["node1"], ["node2"], ["not online: node2"]),
        (monitor(UP), ["node1"], ["node2"], ["not online: node2"]),
        (
            monitor(UP, ("node2", "true", "false"), dc='present="false"'),
            ["node1", "node2"],
            [],
            ["the cluster has not elected a DC"],
        ),
        (
            monitor(UP, ("node2", "true", "false"), dc='present="true" with_quorum="false"'),
            ["node1", "node2"],
            [],
            ["the cluster has no quorum"],
        ),
        (None, [], ["node1", "node2"], ["Pacemaker does not answer"]),
    ],
)
def test_members_and_missing_conditions(state, online, offline, missing):
    found = observe.members(state, ["node1", "node2"])
    assert found[:2] == (online, offline)
    assert len(found[2]) == len(missing) and all(map(str.startswith, found[2], missing))


def test_token_of_known_host_depends_on_address():
    known = {"node1": {"dest_list": [{"addr": "192.0.2.11", "port": 2224}], "token": "t"}, "node2": {"token": "t"}}
    assert observe.has_token(known, "node1", ["192.0.2.11"])
    assert observe.has_token(known, "node1", [])
    assert not observe.has_token(known, "node1", ["192.0.2.99"])
    assert not observe.has_token(known, "node2", [])
    assert not observe.has_token(known, "node3", [])
