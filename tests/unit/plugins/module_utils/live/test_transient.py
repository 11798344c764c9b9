# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.live import transient

RACK = (
    '<transient_attributes id="1"><instance_attributes id="status-1"><nvpair id="status-1-rack" name="rack" value="7"/>'
    "</instance_attributes></transient_attributes>"
)


def document(content="", state='in_ccm="true" crmd="online" join="member"'):
    """A <cib> element with this status of node1, and with node2, whose rack is 8."""
    other = RACK.replace('"7"', '"8"')
    return ElementTree.fromstring(
        f'<cib><status><node_state id="1" uname="node1" {state}>{content}</node_state>'
        f'<node_state id="2" uname="node2">{other}</node_state></status></cib>'
    )


def test_transient_attributes_of_node():
    assert transient.attributes(document(RACK), "node1") == {"rack": "7"}
    assert transient.attributes(document(), "node1") == {}
    assert transient.attributes(document(RACK), "node3") == {}


@pytest.mark.parametrize(
    "wanted, differing",
    [
        ({"rack": "7"}, {}),
        ({"rack": "07"}, {"rack": "07"}),
        ({"rack": None}, {"rack": None}),
        ({"other": None}, {}),
        ({"rack": "7", "site": "a"}, {"site": "a"}),
    ],
)
def test_differing_transient_attributes(wanted, differing):
    assert transient.differing(document(RACK), "node1", wanted) == differing


@pytest.mark.parametrize("content", ["", '<transient_attributes id="1"/>', RACK])
def test_applied_attributes_are_in_simulated_status(content):
    root = document(content)
    assert transient.apply(root, "node1", {"rack": "9", "site": "a"})
    assert transient.attributes(root, "node1") == {"rack": "9", "site": "a"}
    assert transient.attributes(root, "node2") == {"rack": "8"}
    assert not transient.apply(root, "node1", {"rack": "9", "gone": None})
    assert transient.apply(root, "node1", {"rack": None})
    assert transient.attributes(root, "node1") == {"site": "a"}


def test_lost_node_is_marked_offline():
    root = document()
    assert transient.mark_lost(root, "node1")
    state, other = root.iter("node_state")
    assert (state.get("in_ccm"), state.get("crmd")) == ("false", "offline")
    assert other.get("in_ccm") is None
    assert not transient.mark_lost(root, "node3")
