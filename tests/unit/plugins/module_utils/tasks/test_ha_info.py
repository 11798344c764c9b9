# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.live import agents
from ansible_collections.hacluster.pcs.plugins.module_utils.tasks import ha_info as info


def known(system):
    daemons = ("pacemaker-based", "pacemaker-controld", "pacemaker-schedulerd")
    return agents.Agents(None, None, lambda: [kit.fixture(each, system) for each in daemons])


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_returned_constraints_can_be_applied_again(system):
    cib = kit.cib(system)
    facts = info.gathered(cib, kit.NO_AGENTS, ["constraints"])
    assert len(facts["constraints"]) + len(facts["unsupported"]) == len(cib.section("constraints"))
    assert facts["unsupported"] == []
    for spec in facts["constraints"]:
        assert not kit.lay(cib, kit.want("constraints", **spec), exact=True).changed


def test_inexpressible_constraint_is_returned_as_xml():
    cib = kit.small(kit.dummy("a") + kit.dummy("b"), '<rsc_order id="o" first="a" then="b" first-instance="5"/>')
    facts = info.gathered(cib, kit.NO_AGENTS, ["all"])
    xml = '<rsc_order id="o" first="a" then="b" first-instance="5" />'
    assert facts["unsupported"] == [{"section": "constraints", "id": "o", "xml": xml}]


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_properties_with_values_and_defaults(system):
    properties = info.gathered(kit.cib(system), known(system), ["properties"])["properties"]
    policy = properties["no-quorum-policy"]
    assert (policy["default"], policy["value"]) == ("stop", "stop")
    assert "freeze" in policy["choices"] and policy["description"].startswith(
        "What to do when the cluster does not have"
    )
    assert "value" not in properties["stonith-timeout"] and properties["stonith-timeout"]["default"]
    assert properties["dc-version"]["value"]


def test_properties_without_pacemaker_have_only_values():
    assert info.gathered(kit.cib(), kit.NO_AGENTS, ["properties"])["properties"]["no-quorum-policy"] == {
        "value": "stop"
    }


def test_ha_info_on_file(run, capsys):
    result = kit.run_module("ha_info", capsys, cib_file=str(run.path), gather_subset=["constraints"])
    assert not result["changed"] and "properties" not in result
    assert {each["type"] for each in result["constraints"]} == {"location", "order", "colocation", "ticket"}
