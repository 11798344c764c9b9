# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Check mode on nodes that have nothing of a cluster yet; run on a fresh lab, before the other tests."""

from __future__ import annotations

from conftest import lab, play


def test_check_mode_predicts_a_whole_cluster_and_touches_nothing():
    assert lab("node1", "sh", "-c", "command -v pcs", check=False).returncode != 0, "the lab is not bare"
    done = play("hacluster.pcs.two_node", "--extra-vars", "@tests/demo/vars.yml", "--check", "--diff")
    assert done.code == 0 and done.changed > 0, done.output
    predicted = [line["result"]["diff"]["after"] for line in done.results if "diff" in line["result"]]
    assert any("id: fence-node1" in str(each) for each in predicted)
    assert lab("node1", "sh", "-c", "command -v pcs; ls /etc/corosync /etc/pacemaker", check=False).stdout == ""
