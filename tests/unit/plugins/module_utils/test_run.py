# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole runs of the modules on a file, as Ansible runs them."""

from __future__ import annotations

import kit
import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.hacluster.pcs.plugins.module_utils import run as module
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed
from ansible_collections.hacluster.pcs.plugins.module_utils.live import backend as backends
from ansible_collections.hacluster.pcs.plugins.module_utils.live import cib_file, cluster, commands

STONITH = {"id": "new", "agent": "fence_ipmilan", "params": {"ip": "192.0.2.1", "password": "hunter-2"}}


@pytest.mark.parametrize(
    "name, params, element_id",
    [
        ("ha_resource", {"id": "new", "agent": "systemd:cron"}, "new"),
        ("ha_resource", {"name": "new", "members": ["other", "alone"], "meta": {"priority": 1}}, "new"),
        ("ha_stonith", STONITH, "new"),
        ("ha_constraint", {"resource": "alone", "node": "node2", "score": 5}, "location-alone-node2-5"),
        ("ha_property", {"properties": {"maintenance-mode": True}}, "cib-bootstrap-options-maintenance-mode"),
        ("ha_property", {"resource_defaults": {"priority": 1}}, "rsc_defaults-meta_attributes-priority"),
        (
            "ha_property",
            {"operation_defaults": [{"id": "new", "rule": "op stop", "values": {"timeout": 5}}]},
            "new-rule",
        ),
        ("ha_tag", {"id": "new", "members": ["alone", "other"]}, "new"),
        ("ha_stonith_level", {"level": 3, "target": "node1", "devices": ["fence-node2"]}, "fl-node1-3"),
        ("ha_stonith_level", {"level": 1, "target_pattern": "no.*", "devices": ["fence-node1"], "id": "new"}, "new"),
        (
            "ha_stonith_level",
            {"level": 1, "target_attribute": "rack", "target_value": 7, "devices": ["fence-node1"]},
            "fl-rack-1",
        ),
        ("ha_config", {"config": {"resources": [{"id": "new", "agent": "systemd:cron"}]}}, "new"),
    ],
    ids=[
        "primitive",
        "group",
        "fence device",
        "location",
        "property",
        "defaults",
        "sets of defaults",
        "tag",
        "level of a node",
        "level of a pattern",
        "level of an attribute",
        "document",
    ],
)
def test_module_is_predicted_applied_and_idempotent(run, name, params, element_id):
    predicted = run(name, check=True, **params)
    assert predicted["cib"].find(element_id) is None
    done = run(name, **params)
    assert done["cib"].find(element_id) is not None
    assert done["cib"].version.epoch == kit.cib().version.epoch + 1
    assert [predicted[key] for key in ("changed", "diff", "commands")] == [True, done["diff"], []]
    assert done["diff"]["after"] != ""
    again = run(name, **params)
    assert (again["changed"], again["diff"]) == (False, {"before": "", "after": ""})
    assert again["cib"].version == done["cib"].version


@pytest.mark.parametrize(
    "name, params, gone",
    [
        ("ha_resource", {"id": "web"}, ["web"]),
        ("ha_resource", {"id": "site"}, ["site", "ip", "web"]),
        ("ha_resource", {"id": "state-clone"}, ["state-clone", "state"]),
        ("ha_stonith", {"id": "fence-node1"}, ["fence-node1"]),
        ("ha_stonith_level", {"level": 1, "target": "node1"}, ["fl-node1-1"]),
        ("ha_stonith_level", {"id": "fl-node1-2"}, ["fl-node1-2"]),
        ("ha_tag", {"id": "t1"}, ["t1"]),
        ("ha_constraint", {"id": "location-site-node1-100"}, ["location-site-node1-100"]),
        ("ha_constraint", {"resource": "site", "node": "node1"}, ["location-site-node1-100"]),
    ],
)
def test_absent_is_idempotent(run, name, params, gone):
    done = run(name, state="absent", **params)
    assert (done["changed"], [done["cib"].find(each) for each in gone]) == (True, [None] * len(gone))
    assert not run(name, state="absent", **params)["changed"]


@pytest.mark.parametrize("mode, priority", [("merged", "1"), ("replaced", None)])
def test_mode_merged_and_replaced(run, mode, priority):
    run("ha_resource", id="site", members=["ip", "web"], meta={"priority": 1})
    done = run("ha_resource", id="site", members=["ip", "web"], mode=mode)
    assert kit.read(done["cib"], "site").get("meta", {}).get("priority") == priority


@pytest.mark.parametrize(
    "name, params, sentence",
    [
        (
            "ha_resource",
            {"id": "x"},
            "agent: to create a resource, give this or one of template, members, container, member",
        ),
        ("ha_resource", {"id": "x", "agent": "systemd:a", "members": ["web"]}, "parameters are mutually exclusive"),
        ("ha_resource", {"id": "x", "members": ["web"], "params": {"a": 1}}, "params: is not an option of a group"),
        (
            "ha_resource",
            {"id": "fence-node1", "state": "absent"},
            "id: 'fence-node1' is a fence device, which ha_resource does not manage",
        ),
        ("ha_stonith", {"id": "x"}, "state is present but all of the following are missing: agent"),
        ("ha_stonith", {"id": "web", "state": "absent"}, "id: 'web' is already the id of a primitive"),
        (
            "ha_stonith_level",
            {"level": 1, "target": "node1"},
            "state is present but all of the following are missing: devices",
        ),
        ("ha_stonith_level", {"target": "node1", "state": "absent"}, "level: must be a whole number from 1 to 9"),
        ("ha_stonith_level", {"level": 1, "state": "absent"}, "target: exactly one of target, target_pattern"),
        ("ha_stonith_level", {"level": 1, "target": "n", "target_pattern": "n"}, "parameters are mutually exclusive"),
        ("ha_stonith_level", {"level": 1, "target_attribute": "a"}, "parameters are required together"),
        (
            "ha_stonith_level",
            {"level": 1, "target": "nod1", "devices": ["fence-node1"]},
            "target: the cluster has no node 'nod1'; did you mean 'node1'? (use force: true to accept it anyway)",
        ),
        ("ha_constraint", {"resource": "web"}, "node: is required, unless rule, prefers or avoids is given"),
        ("ha_constraint", {"state": "absent"}, "resource: is required"),
        (
            "ha_constraint",
            {"resource": "web", "state": "absent"},
            "node: is required, unless rule, prefers or avoids is given",
        ),
        (
            "ha_constraint",
            {"first": "web", "then": "alone"},
            "first: cannot be combined with type: location, only with order",
        ),
        (
            "ha_constraint",
            {"id": "web", "state": "absent"},
            "id: 'web' is already the id of a primitive, not of a constraint of type location",
        ),
        ("ha_property", {}, "one of the following is required: properties, resource_defaults, operation_defaults"),
        ("ha_config", {"config": {"a": 1}}, "config: there is no section 'a'"),
        ("ha_config", {"config": {}, "mode": "exact"}, "value of mode must be one of: merged, replaced, overridden"),
        ("ha_config", {"config": {}, "cib_file": "/no/such"}, "cib_file: /no/such does not exist"),
    ],
    ids=str,
)
def test_invalid_arguments_are_refused(run, name, params, sentence):
    result = run(name, **params)
    assert result["failed"]
    assert sentence in result["msg"]
    assert result["cib"].version == kit.cib().version


# --- secrets


def test_secret_is_not_in_result_or_log(run, logged):
    result = run("ha_stonith", **STONITH)
    assert result["cib"].find("new-instance_attributes-password").get("value") == "hunter-2"
    del result["cib"]
    assert logged
    assert "hunter-2" not in str(result) + str(logged)


@pytest.mark.parametrize(
    "config",
    [
        {"stonith": [STONITH]},
        {"stonith": [dict(STONITH, params={"passwd": "hunter-2"}, agent="stonith:x")]},
        {"resources": [{"id": "a", "agent": "ocf:a:b", "params": {"sets": [{"secret": "hunter-2"}]}}]},
    ],
    ids=["good", "refused", "nested"],
)
def test_secret_in_document_is_not_shown(run, logged, config):
    result = run("ha_config", config=config)
    del result["cib"]
    assert "hunter-2" not in str(result) + str(logged)


def test_journal_fields_are_not_logged(monkeypatch):
    """They would repeat the arguments, including their secrets."""
    sent = []
    monkeypatch.setattr(basic.AnsibleModule, "log", lambda self, msg, log_args=None: sent.append((msg, log_args)))
    with patch_module_args({"params": {"password": "hunter-2"}}):
        ha_module = module.HaModule(argument_spec={"params": {"type": "dict"}})
    assert "hunter-2" in ha_module.no_log_values
    assert sent
    assert [log_args for _msg, log_args in sent] == [None] * len(sent)


def test_failure_contains_facts_of_command(run, monkeypatch):
    def fail(self):
        raise CommandFailed("reading failed", commands.Result(("cibadmin", "--query"), 5, "", "why"))

    monkeypatch.setattr(cib_file.CibFile, "read", fail)
    result = run("ha_property", properties={})
    assert (result["failed"], result["rc"], result["cmd"]) == (True, 5, ["cibadmin", "--query"])
    assert result["msg"] == "reading failed: cibadmin exited with 5: why"


# --- backends


@pytest.mark.parametrize(
    "check, cib_file, backend",
    [
        (False, None, cluster.LiveCluster),
        (True, None, cluster.CheckModeCluster),
        (True, __file__, cib_file.CibFile),
    ],
)
def test_backend_depends_on_parameters(check, cib_file, backend):
    assert backends.backend_of(cib_file, check).__class__ is backend


def test_ha_info_in_check_mode_fails_if_the_cluster_is_not_running(monkeypatch, capsys, logged):
    def not_running(argv, **_options):
        return commands.Result(tuple(argv), commands.DISCONNECTED, "", "no")

    monkeypatch.setattr(cluster.LiveCluster, "look_ahead", lambda self, monitor=False: None)
    monkeypatch.setattr(cluster, "run", not_running)
    result = kit.run_module("ha_info", capsys, check=True)
    assert result["failed"] and "Start the cluster first" in result["msg"]
