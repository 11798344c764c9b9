# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ha_stonith and ha_stonith_level on the running cluster of the demo: verification, changes, invalid input, secrets."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from conftest import lab, play
from steps import QUERY, SETTLED, check_changed, check_refused, epoch, run

pytestmark = pytest.mark.usefixtures("restore_configuration")

SECRET = "never-to-be-seen-4711"
# The parameters of node1's BMC in the lab
BOARD = {"ip": "{{ lab_bmc_address }}", "ipport": "{{ lab_bmc_port }}", "username": "{{ lab_bmc_username }}"}
BOARD.update(password="{{ lab_bmc_password }}", lanplus=True, cipher=3, pcmk_host_list="node1")


def device(**spec):
    """A task for an additional fence device of node1."""
    return {"ha_stonith": {"id": "more", "agent": "fence_ipmilan", "params": BOARD, **spec}}


def level(**spec):
    """A task for a fencing level."""
    return {"ha_stonith_level": spec}


def cib():
    """The <cib> element, read with Pacemaker's own tool."""
    return ElementTree.fromstring(lab("node1", *QUERY.split()))


def registered(node):
    """The devices that the fencer of a node may use against node1."""
    return lab(node, "stonith_admin", "--list", "node1", check=False).stdout.split()


def levels(document):
    """The attributes of the fencing levels in a CIB except their ids, in order."""
    found = document.findall("configuration/fencing-topology/fencing-level")
    return [{name: value for name, value in each.items() if name != "id"} for each in found]


# --- verify


@pytest.mark.only_on("11")
@pytest.mark.parametrize("check", [pytest.param(True, marks=pytest.mark.full), False])
def test_verify_finds_a_wrong_password_before_the_device_is_created(check):
    before, since = cib(), lab("node1", "date", "+%F %T").strip()
    wrong = {**BOARD, "password": SECRET}
    one = {"hacluster.pcs.ha_stonith": device(params=wrong, verify=True)["ha_stonith"]}
    done = play([{"hosts": "node1", "gather_facts": False, "tasks": [one]}], "-vvv", "--diff", *["--check"] * check)
    assert done.code != 0 and "verify: more cannot reach node1: " in done.failures, done.output
    after = cib()
    assert after.find(".//primitive[@id='more']") is None and epoch(after) == epoch(before)
    journal = lab("node1", "journalctl", "--no-pager", "--since", since)
    assert "ansible-hacluster.pcs.ha_stonith" in journal
    assert SECRET not in done.output and SECRET not in journal


def make_disabled(**params):
    """Write a disabled device to the CIB."""
    disabled = (
        '<meta_attributes id="more-m"><nvpair id="more-m-t" name="target-role" value="Stopped"/></meta_attributes>'
    )
    pairs = "".join(f'<nvpair id="more-{name}" name="{name}" value="{value}"/>' for name, value in params.items())
    written = (
        f'<primitive id="more" class="stonith" type="fence_ipmilan"><instance_attributes id="more-i">{pairs}'
        f"</instance_attributes>{disabled}</primitive>"
    )
    lab("node1", "cibadmin", "--create", "--scope", "resources", "--xml-text", written)


@pytest.mark.only_on("11")
def test_password_stored_only_in_the_cib_is_used_but_not_shown():
    make_disabled(ip="127.0.0.1", password=SECRET)
    change = {name: value for name, value in BOARD.items() if name != "password"}
    one = {"hacluster.pcs.ha_stonith": device(params=change, verify=True)["ha_stonith"]}
    done = play([{"hosts": "node1", "gather_facts": False, "tasks": [one]}], "-vvv", "--diff")
    assert done.code != 0 and "verify: more cannot reach node1: " in done.failures, done.output
    assert SECRET not in done.output
    assert cib().find(".//nvpair[@id='more-ip']").get("value") == "127.0.0.1"


@pytest.fixture
def cibsecret_folder():
    """The folder where cibsecret stores the device's secrets outside the CIB; it is removed afterwards."""
    folder = "/var/lib/pacemaker/lrm/secrets/more"
    lab("node1", "mkdir", "--parents", folder)
    yield folder
    lab("node1", "rm", "--recursive", folder)


def test_verify_uses_the_password_stored_by_cibsecret(cibsecret_folder):
    make_disabled(password="lrm://")
    password = "{{ lab_bmc_password }}"
    change = {name: value for name, value in BOARD.items() if name != "password"}
    tasks = [
        {"ansible.builtin.copy": {"dest": f"{cibsecret_folder}/password", "content": f"{password}\n", "mode": "0600"}},
        {"hacluster.pcs.ha_stonith": device(params=change, verify=True)["ha_stonith"], "check_mode": True},
    ]
    done = play([{"hosts": "node1", "gather_facts": False, "tasks": tasks}])
    assert done.code == 0, done.failures
    assert done.results[-1]["result"]["verified"] == [{"target": "node1", "status": "on"}]


def test_verify_with_correct_parameters_reports_that_the_node_is_on():
    made, again = run(device(verify=True), ({"ha_stonith": {"id": "more", "state": "enabled", "verify": True}}, False))
    check_changed(made)
    node1 = [{"target": "node1", "status": "on"}]
    assert [each["verified"] for each in (made.predicted, made.real, made.repeated, again)] == [node1] * 4
    assert made.after.find(".//primitive[@id='more']") is not None


# --- enabled and disabled


def test_device_is_created_disabled_then_enabled_and_disabled_again():
    made, enabled, enabled_there, disabled, disabled_there = run(
        device(state="disabled"),
        {"ha_stonith": {"id": "more", "state": "enabled", "wait": 30}},
        SETTLED,
        {"ha_stonith": {"id": "more", "state": "disabled", "wait": 30}},
        SETTLED,
    )
    for step, role in ((made, "Stopped"), (enabled, None), (disabled, "Stopped")):
        check_changed(step)
        pair = step.after.find(".//primitive[@id='more']/meta_attributes/nvpair[@name='target-role']")
        assert (None if pair is None else pair.get("value")) == role
    roles = [
        ElementTree.fromstring(each).find(".//resource[@id='more']").get("role")
        for each in (enabled_there, disabled_there)
    ]
    assert roles == ["Started", "Stopped"]


def test_fencer_uses_only_enabled_devices():
    run((device(wait=30), False))
    assert "more" in registered("node2")
    run(({"ha_stonith": {"id": "more", "state": "disabled", "wait": 30}}, False))
    assert "more" not in registered("node2") and "fence-node1" in registered("node2")


# --- levels


@pytest.mark.only_on("11")
def test_levels_are_created_changed_and_removed():
    made, second, pattern, attribute, changed, removed, by_id = run(
        level(level=1, target="node1", devices=["fence-node1"]),
        level(level=2, target="node1", devices=["fence-node2", "fence-node1"]),
        level(level=3, target_pattern="node[0-9]", devices=["fence-node1"]),
        level(level=4, target_attribute="rack", target_value="7", devices=["fence-node2"]),
        level(level=2, target="node1", devices=["fence-node1", "fence-node2"]),
        level(level=1, target="node1", state="absent"),
        level(id="fl-node1-2", state="absent"),
    )
    for step in (made, second, pattern, attribute, changed, removed, by_id):
        check_changed(step)
    one = {"index": "1", "target": "node1", "devices": "fence-node1"}
    two = {"index": "2", "target": "node1", "devices": "fence-node2,fence-node1"}
    rest = [
        {"index": "3", "target-pattern": "node[0-9]", "devices": "fence-node1"},
        {"index": "4", "target-attribute": "rack", "target-value": "7", "devices": "fence-node2"},
    ]
    other = {**two, "devices": "fence-node1,fence-node2"}
    assert [levels(each.after) for each in (made, second, attribute)] == [[one], [one, two], [one, two, *rest]]
    assert [levels(each.after) for each in (changed, removed, by_id)] == [[one, other, *rest], [other, *rest], rest]


# --- invalid input


@pytest.mark.full
def test_invalid_tasks_are_refused_without_changes():
    check_refused(
        [
            (device(params={**BOARD, "pcmk_host_list": "node1,nod2"}), "has no node 'nod2'; did you mean 'node2'?"),
            (device(params={**BOARD, "pcmk_host_map": "node1:1;node2"}), "pcmk_host_map: 'node2' is not a mapping"),
            (device(params={**BOARD, "pcmk_reboot_timeot": 5}), "did you mean 'pcmk_reboot_timeout'?"),
            (device(params={**BOARD, "pcmk_off_timeout": "soon"}), "must be a time such as 20s"),
            (
                device(params={**BOARD, "pcmk_host_check": "static"}),
                "must be one of dynamic-list, static-list, status, none",
            ),
            (device(state="absent", verify=True), "verify: cannot be combined with state: absent"),
            (
                {"ha_stonith": {"id": "fence-node3", "state": "enabled"}},
                "there is no fence device 'fence-node3'; did you",
            ),
            (level(level=1, target="node3", devices=["fence-node1"]), "target: the cluster has no node 'node3'"),
            (level(level=1, target="node1", devices=["fence-nod1"]), "devices: there is no fence device 'fence-nod1'"),
            (level(level=0, target="node1", devices=["fence-node1"]), "level: must be a whole number from 1 to 9"),
        ]
    )


@pytest.mark.only_on("11")
def test_disabling_or_removing_the_last_enabled_device_is_refused():
    run(({"ha_stonith": {"id": "fence-node1", "state": "disabled"}}, False))
    last = "fence-node2 is the last enabled fence device"
    check_refused([({"ha_stonith": {"id": "fence-node2", "state": state}}, last) for state in ("disabled", "absent")])
