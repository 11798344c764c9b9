# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Check mode on nodes without any cluster software; runs on a fresh lab, before the other tests."""

from __future__ import annotations

from conftest import lab, play


def test_check_mode_on_bare_nodes_predicts_the_cluster_and_changes_nothing():
    assert lab("node1", "sh", "-c", "command -v pcs", check=False).returncode != 0, "the lab is not bare"
    done = play("hacluster.pcs.two_node", "--extra-vars", "@tests/demo/vars.yml", "--check", "--diff")
    assert done.code == 0 and done.changed > 0, done.output
    predicted = [line["result"]["diff"]["after"] for line in done.results if "diff" in line["result"]]
    assert any("id: fence-node1" in str(each) for each in predicted)
    for node in ("node1", "node2"):
        assert lab(node, "sh", "-c", "command -v pcs; ls /etc/corosync /etc/pacemaker", check=False).stdout == ""


def test_unreachable_node_stops_the_run_before_any_change():
    done = play(
        "hacluster.pcs.two_node",
        *("--extra-vars", "@tests/demo/vars.yml", "--timeout", "3"),
        ansible_host="{{ lab_free_address if inventory_hostname == 'node2' else lab_address }}",
        lab_address=lab("node1", "hostname", "-I").split()[0],
    )
    assert done.code != 0 and "node2" in done.output and done.changed == 0, done.output
    assert lab("node1", "sh", "-c", "command -v pcs", check=False).stdout == ""
