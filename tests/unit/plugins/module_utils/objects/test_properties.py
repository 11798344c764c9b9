# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.errors import BadInput


def properties(cib):
    return {each.get("name"): each.get("value") for each in cib.section("crm_config").iter("nvpair")}


def lay(cib, exact=False, **pairs):
    return kit.lay(
        cib, kit.want("properties", **{name.replace("_", "-"): value for name, value in pairs.items()}), exact=exact
    )


def test_merged_keeps_the_rest(cib):
    before = properties(cib)
    plan = lay(cib, no_quorum_policy="ignore", maintenance_mode=True)
    assert properties(cib) == {**before, "no-quorum-policy": "ignore", "maintenance-mode": "true"}
    assert plan.document("before") == {"properties": {"no-quorum-policy": "stop"}}
    assert plan.document("after") == {"properties": {"no-quorum-policy": "ignore", "maintenance-mode": "true"}}


def test_null_removes(cib):
    plan = lay(cib, no_quorum_policy=None, not_there=None)
    assert "no-quorum-policy" not in properties(cib)
    assert cib.edits == 1
    assert plan.document("after") == {}


def test_replaced_keeps_what_the_cluster_keeps(cib):
    lay(cib, exact=True, no_quorum_policy="stop")
    assert list(properties(cib)) == [
        "have-watchdog",
        "dc-version",
        "cluster-infrastructure",
        "cluster-name",
        "no-quorum-policy",
    ]


@pytest.mark.parametrize("value", ["true", True, "yes", 1], ids=repr)
def test_values_are_compared_as_pacemaker_reads_them(cib, value):
    assert not lay(cib, stonith_enabled=value).changed


def test_the_first_one_makes_the_set_of_pcs():
    cib = kit.small()
    lay(cib, a="1")
    assert cib.find("cib-bootstrap-options-a").attrib == {"id": "cib-bootstrap-options-a", "name": "a", "value": "1"}
    assert cib.parent(cib.find("cib-bootstrap-options-a")).get("id") == "cib-bootstrap-options"


@pytest.mark.parametrize("name", ["{{ name }}", "", "a b"], ids=repr)
def test_what_cannot_be_a_name_is_refused(cib, name):
    with pytest.raises(BadInput, match="is no name of a property"):
        kit.lay(cib, kit.want("properties", **{name: "1"}))
