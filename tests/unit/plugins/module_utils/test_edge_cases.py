# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Regression tests for unusual documents, metadata and input."""

from __future__ import annotations

from xml.etree import ElementTree

import kit
import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.hacluster.pcs.plugins.module_utils import run as module
from ansible_collections.hacluster.pcs.plugins.module_utils.base import secrets, values
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput, CommandFailed, HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live import (
    agent_metadata,
    agents,
    cib_file,
    cluster,
    commands,
    failures,
)
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import wanted_document

D = "ocf:pacemaker:Dummy"


def test_escaped_secret_in_log_is_masked(monkeypatch):
    lines = []
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(basic.syslog, "syslog", lambda priority, line: lines.append(line))
    with patch_module_args({"params": {"password": "pa\\ss'w\"ord"}}):
        module.HaModule(argument_spec={"params": {"type": "dict"}})
    assert "{'password': '********'}" in str(lines) or "********" in str(lines)
    assert "ss" not in str(lines).replace("password", "")


def test_refused_document_is_not_in_error(tmp_path):
    """cibadmin 2.0 and 2.1 print the whole document that they refuse."""
    tool = tmp_path / "tool"
    tool.write_text(
        f"#!/bin/sh\ncat >&2 <<'END'\n{kit.fixture('cib')}\nCall failed: Update does not conform\nEND\nexit 78\n"
    )
    tool.chmod(0o755)
    with pytest.raises(CommandFailed, match="Update does not conform") as failure:
        commands.run([str(tool)], private=True)
    assert "nvpair" not in str(failure.value.facts) + str(failure.value)


def test_property_is_written_if_there_are_two_sets():
    cib = kit.small(
        crm_config='<cluster_property_set id="cib-bootstrap-options"/>'
        '<cluster_property_set id="SAPHanaSR"><nvpair id="s" name="a" value="1"/></cluster_property_set>'
    )
    assert kit.lay(cib, kit.want("properties", **{"b": "1"})).document("after") == {"properties": {"b": "1"}}


def test_bootstrap_property_set_has_precedence():
    cib = kit.small(
        crm_config='<cluster_property_set id="SAPHanaSR"/><cluster_property_set id="cib-bootstrap-options"/>'
    )
    kit.lay(cib, kit.want("properties", **{"b": "1"}))
    assert cib.find("cib-bootstrap-options-b") is not None


def test_replaced_group_keeps_target_role():
    cib = kit.small(
        f'<group id="g"><meta_attributes id="m"><nvpair id="m1" name="target-role" value="Stopped"/></meta_attributes>{kit.dummy("a")}</group>'
    )
    kit.lay(cib, kit.want("groups", id="g", members=["a"]), exact=True)
    assert kit.read(cib, "g")["meta"] == {"target-role": "Stopped"}


def test_cli_ban_is_not_edited():
    cib = kit.small(
        kit.dummy("web"),
        '<rsc_location id="cli-ban-web-on-node1" rsc="web" role="Started" node="node1" score="-INFINITY"/>',
    )
    kit.lay(cib, kit.want("constraints", resource="web", node="node1", score=100))
    assert cib.find("cli-ban-web-on-node1").get("score") == "-INFINITY"


def test_location_given_without_score_keeps_score():
    cib = kit.small(kit.dummy("web"), '<rsc_location id="l" rsc="web" node="node1" score="100"/>')
    assert not kit.lay(cib, kit.want("constraints", resource="web", node="node1")).changed


@pytest.mark.parametrize("a,b", [("db", "DB"), ("y", "yes")])
def test_location_with_other_resource_is_not_same(a, b):
    cib = kit.small(kit.dummy(a) + kit.dummy(b), f'<rsc_location id="l" rsc="{a}" node="node1" score="1"/>')
    kit.lay(cib, kit.want("constraints", id="l", resource=b, node="node1", score=1))
    assert cib.find("l").get("rsc") == b


@pytest.mark.parametrize("a,b", [("Foo", "foo"), ("2097152", "4194304"), ("/srv/A", "/srv/a")])
def test_different_values_are_not_same(a, b):
    assert not values.same(a, b)


def test_list_as_score_is_refused():
    with pytest.raises(BadInput):
        kit.lay(kit.cib(), kit.want("constraints", resource="web", node="node1", score=[1]))


def test_float_as_score_is_refused():
    with pytest.raises(BadInput):
        kit.lay(kit.cib(), kit.want("constraints", resource="web", node="node1", score=1.5))


def test_null_interval_keeps_interval_of_operation():
    cib = kit.cib()
    kit.lay(cib, kit.want("resources", id="web", agent=D, operations=[{"name": "monitor", "interval": None}]))
    assert cib.find("web-monitor-interval-10s").get("interval")


def test_null_for_required_parameter_is_refused():
    with pytest.raises(BadInput):
        kit.lay(
            kit.cib(),
            kit.want("resources", id="ip", agent="ocf:heartbeat:IPaddr2", params={"ip": None}),
            known=kit.agents(),
        )


def test_replaced_without_required_parameter_is_refused():
    with pytest.raises(BadInput):
        kit.lay(
            kit.cib(), kit.want("resources", id="ip", agent="ocf:heartbeat:IPaddr2"), known=kit.agents(), exact=True
        )


def test_diff_shows_emptied_group():
    plan = kit.lay(kit.cib(), kit.want("groups", id="new", members=["ip", "web"]))
    assert "site" in [g["id"] for g in plan.document("before").get("groups", [])]


def test_diff_shows_constraints_of_emptied_group():
    plan = kit.lay(kit.cib(), kit.want("groups", id="new", members=["ip", "web"]))
    assert "constraints" in plan.document("before")


def test_member_in_two_groups_is_refused():
    with pytest.raises(BadInput):
        planner.plan(
            kit.cib(),
            wanted_document(
                {"groups": [{"id": "g1", "members": ["alone"]}, {"id": "g2", "members": ["alone", "other"]}]}
            ),
            kit.NO_AGENTS,
        )


def test_duplicate_id_is_refused():
    with pytest.raises(BadInput):
        planner.plan(
            kit.cib(),
            wanted_document(
                {
                    "resources": [
                        {"id": "web", "agent": D, "params": {"fake": "1"}},
                        {"id": "web", "agent": D, "params": {"fake": "2"}},
                    ]
                }
            ),
            kit.NO_AGENTS,
        )


def test_equal_documents_are_not_patched(monkeypatch):
    monkeypatch.setattr(cluster, "run", lambda argv, **options: commands.Result(tuple(argv), 0, "", ""))
    assert cluster.LiveCluster().commit(kit.cib(), kit.cib().version)


def test_acl_reference_to_removed_resource_is_removed():
    cib = kit.small(
        kit.dummy("web"),
        more='<acls><acl_role id="r"><acl_permission id="p" kind="read" reference="web"/></acl_role></acls>',
    )
    kit.lay(cib, kit.want("resources", "absent", id="web"))
    assert cib.find("p") is None


def test_bundle_is_kept_if_its_member_is_removed():
    cib = kit.small(f'<bundle id="b"><podman image="x"/>{kit.dummy("in")}</bundle>')
    kit.lay(cib, kit.want("resources", "absent", id="in"))
    assert cib.find("b") is not None


def test_constraint_with_emptied_set_and_rule_is_removed():
    cib = kit.small(
        kit.dummy("a"),
        '<rsc_location id="l"><resource_set id="s"><resource_ref id="a"/></resource_set><rule id="r" score="1"/></rsc_location>',
    )
    kit.lay(cib, kit.want("resources", "absent", id="a"))
    assert cib.find("l") is None


def test_emptied_set_with_comment_is_removed():
    cib = kit.small(
        kit.dummy("a"),
        '<rsc_order id="l"><resource_set id="s"><!-- c --><resource_ref id="a"/></resource_set></rsc_order>',
    )
    kit.lay(cib, kit.want("resources", "absent", id="a"))
    assert cib.find("s") is None


def mon(resources, failures=""):
    return ElementTree.fromstring(f"<r><resources>{resources}</resources><failures>{failures}</failures></r>")


def test_reason_of_other_resource_is_not_used():
    f = '<failure op_key="web_ip_start_0" node="n1" exitstatus="error" exitreason="other" task="start"/>'
    assert "other" not in str(failures.trouble(mon('<resource id="web" role="Stopped" failed="true"/>', f), ["web"]))


def test_reason_of_clone_instance_is_found():
    f = '<failure op_key="web:0_start_0" node="n1" exitstatus="error" exitreason="mine" task="start"/>'
    assert "mine" in str(failures.trouble(mon('<resource id="web:0" role="Stopped" failed="true"/>', f), ["web"]))


def test_spare_clone_instance_is_not_trouble():
    m = mon(
        '<clone id="c"><resource id="a" role="Started" active="true"/><resource id="a" role="Stopped" active="false"/></clone>'
    )
    assert failures.trouble(m, ["a"]) == []


def test_members_of_changed_group_are_checked():
    backend = kit.Backend(kit.cib())
    backend.monitor = lambda: mon('<group id="site"><resource id="ip" role="Stopped" failed="true"/></group>')
    with pytest.raises(HaError, match="the change was committed, but ip has failed") as failure:
        kit.apply(backend, kit.want("groups", id="site", members=["web", "ip"]), wait=9)
    assert failure.value.facts == {"changed": True}


def test_unchanged_resource_with_several_sets_is_not_validated():
    asked = []
    known = agents.Agents(lambda a: asked.append(a) or kit.metadata(a), list)
    cib = kit.small(
        kit.dummy(
            "x",
            '<instance_attributes id="p"><nvpair id="p1" name="fake" value="1"/></instance_attributes><instance_attributes id="q"/>',
        )
    )
    kit.lay(cib, kit.want("resources", id="x", agent=D, params={"fake": "1"}), known=known)
    assert asked == []


def test_operation_with_interval_of_existing_one_is_refused():
    operations = [{"name": "monitor", "interval": "10s", "role": "Promoted"}]
    with pytest.raises(BadInput, match="two monitor operations with the interval"):
        kit.lay(kit.cib(), kit.want("resources", id="web", agent=D, operations=operations))


@pytest.mark.parametrize("order", [1, -1])
def test_matching_of_operations_does_not_depend_on_order(order):
    cib = kit.small(
        kit.dummy(
            "x",
            '<operations><op id="a" name="monitor" interval="10s"/><op id="b" name="monitor" interval="20s"/></operations>',
        )
    )
    kit.lay(
        cib,
        kit.want(
            "resources",
            id="x",
            agent=D,
            operations=[{"name": "monitor", "interval": "15s"}, {"name": "monitor", "interval": "20s"}][::order],
        ),
    )
    assert len(kit.read(cib, "x")["operations"]) == 3


def test_nvpair_with_id_ref_is_accepted():
    cib = kit.small(
        kit.dummy(
            "x",
            '<meta_attributes id="m"><nvpair id-ref="other"/><nvpair id="m1" name="a" value="1"/></meta_attributes>',
        )
    )
    kit.lay(cib, kit.want("resources", id="x", agent=D, meta={"a": "1"}), exact=True)


def test_error_names_field():
    with pytest.raises(BadInput, match="ip"):
        kit.lay(kit.cib(), kit.want("resources", id="ip", agent="ocf:heartbeat:IPaddr2", params={"ip": ["a"]}))


@pytest.mark.parametrize("name", ["apikey", "hexadecimal_kg", "community", "access_token_x", "test_pass"])
def test_secret_names_are_recognized(name):
    assert secrets.is_secret(name)


@pytest.mark.parametrize("name", ["passwd_script", "token_file", "passwd_method", "check_passwd_use_empty", "keyfile"])
def test_names_about_secrets_are_not_secret(name):
    assert not secrets.is_secret(name)


def test_symlink_to_cib_file_is_kept(tmp_path):
    real = tmp_path / "real.xml"
    real.write_text(kit.fixture("cib"))
    link = tmp_path / "link.xml"
    link.symlink_to(real)
    d = cib_file.CibFile(str(link))
    c = d.read()
    d.commit(c, c.version)
    assert link.is_symlink()


def test_malformed_metadata_is_an_error():
    with pytest.raises(HaError):
        agents.Agents(lambda a: "warning: x\n<a/>", list).get("ocf:a:b")


def test_deprecated_required_parameter_or_replacement_is_enough():
    old = '<parameter name="old" required="1"><deprecated><replaced-with name="new"/></deprecated></parameter>'
    xml = f'<r><parameters><parameter name="new" required="1"/>{old}</parameters></r>'
    assert agent_metadata.Metadata("ocf:a:b", xml).missing(["new"]) is None
    assert agent_metadata.Metadata("ocf:a:b", xml).missing(["old"]) is None


def test_commit_not_in_cluster_is_an_error():
    """Exit code 0 comes from the local daemon only, so the commit must be verified."""
    backend = kit.Backend(kit.cib())
    backend.commit = lambda d, v: backend.calls.append("commit") or True
    with pytest.raises(HaError):
        kit.apply(backend, kit.want("constraints", resource="alone", node="node1"))


def test_mapping_under_secret_name_is_masked():
    assert "x" in secrets.values_in({"password": {"value": "x"}})


def test_cib_file_that_is_not_utf8_is_an_error(tmp_path):
    p = tmp_path / "c"
    p.write_bytes(b"<cib><configuration a='\xff'/></cib>")
    with pytest.raises(HaError):
        cib_file.CibFile(str(p)).read()


def test_reason_of_failed_migration_is_found():
    f = '<failure op_key="a_migrate_to_0" node="n1" exitstatus="error" exitreason="mine" task="migrate_to"/>'
    assert "mine" in str(failures.trouble(mon('<resource id="a" role="Stopped" failed="true"/>', f), ["a"]))


def test_ha_config_error_names_property():
    with pytest.raises(BadInput, match="maintenance-mode"):
        kit.lay(kit.cib(), kit.want("properties", **{"maintenance-mode": [1]}))


def test_diff_shows_objects_without_kind():
    tag = '<tags><tag id="t"><obj_ref id="a"/></tag></tags>'
    order = '<rsc_order id="o" first="a" then="b" first-instance="5"/>'
    gone = kit.lay(kit.small(kit.dummy("a"), order, more=tag), kit.want("resources", "absent", id="a"))
    assert gone.document("before")["constraints"] == [
        {"element": "rsc_order", "id": "o", "first": "a", "then": "b", "first-instance": "5"}
    ]
    assert gone.document("before")["tags"] == [{"id": "t", "members": ["a"]}]


def test_maintenance_mode_is_kept_by_replaced():
    cib = kit.small(
        crm_config='<cluster_property_set id="cib-bootstrap-options">'
        '<nvpair id="m" name="maintenance-mode" value="true"/><nvpair id="n" name="batch-limit" value="1"/>'
        "</cluster_property_set>"
    )
    plan = kit.lay(cib, kit.want("properties", **{"stonith-enabled": True}), exact=True)
    assert plan.document("before") == {"properties": {"batch-limit": "1"}}


@pytest.mark.parametrize(
    "wanted",
    [
        kit.want("properties", **{"stonith-action": False}),
        kit.want("stonith", id="f", agent="fence_ipmilan", params={"pcmk_reboot_action": False}),
    ],
    ids=["property", "parameter"],
)
def test_fencing_action_read_as_boolean_is_refused(wanted):
    with pytest.raises(BadInput, match="YAML reads off as False; put the action in quotes"):
        kit.lay(kit.cib(), wanted)


def test_removal_of_unmanaged_running_resource_is_refused():
    backend = kit.Backend(kit.cib())
    backend.monitor = lambda: mon('<resource id="web" role="Started" active="true" managed="false"/>')
    with pytest.raises(HaError, match="web is running but currently not managed .* nothing was changed"):
        kit.apply(backend, kit.want("resources", "absent", id="web"))
    assert "commit" not in backend.calls
