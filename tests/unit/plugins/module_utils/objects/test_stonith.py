# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.agents import Agents
from ansible_collections.hacluster.pcs.plugins.module_utils.errors import BadInput

PARAMS = {
    "ip": "192.0.2.11",
    "username": "fencer",
    "password": "stored-secret",
    "lanplus": 1,
    "pcmk_host_list": "node1",
}


def test_a_new_one_is_what_pcs_makes(cib):
    """The fixture holds what pcs made of this."""
    made = kit.small()
    kit.lay(made, kit.want("stonith", id="fence-node1", agent="fence_ipmilan", params=PARAMS), known=kit.agents())
    ours, theirs = made.find("fence-node1"), cib.find("fence-node1")
    assert [(each.tag, each.attrib) for each in ours.iter()] == [(each.tag, each.attrib) for each in theirs.iter()]


@pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_what_pcs_wrote_is_left_as_it_is(system, exact):
    cib = kit.cib(system)
    wanted = kit.want("stonith", **kit.read(cib, "fence-node1"))
    assert not kit.lay(cib, wanted, exact=exact, known=kit.agents(system)).changed


@pytest.mark.parametrize("system", kit.SYSTEMS)
def test_nobody_is_asked_where_nothing_differs(system):
    def ask(*_name):
        pytest.fail("the metadata was read")

    cib = kit.cib(system)
    spec = {**kit.read(cib, "fence-node1"), "meta": {"priority": 3}}
    kit.lay(cib, kit.want("stonith", **spec), known=Agents(ask, ask, ask, ask))


FORCE = " (force: true takes it nevertheless)"


@pytest.mark.parametrize(
    "spec, sentence",
    [
        ({"agent": "stonith:fence_ipmilan"}, "agent: write the fence agent without stonith:, like fence_ipmilan"),
        (
            {"agent": "fence_ipmi"},
            "agent: fence_ipmi is not installed on this node; did you mean 'fence_ipmilan'?" + FORCE,
        ),
        (
            {"params": {"pasword": "x"}},
            "params: stonith:fence_ipmilan has no parameter 'pasword'; did you mean 'password'?" + FORCE,
        ),
        (
            {"params": {"pcmk_hostlist": "node1"}},
            "params: stonith:fence_ipmilan has no parameter 'pcmk_hostlist'; did you mean 'pcmk_host_list'?" + FORCE,
        ),
        (
            {"params": {"pcmk_host_check": "static"}},
            "params: stonith:fence_ipmilan wants one of dynamic-list, static-list, status, none for 'pcmk_host_check', not"
            " 'static'" + FORCE,
        ),
        ({"id": "web"}, "id: 'web' is already the id of a primitive, not of a fence device"),
    ],
    ids=str,
)
def test_wrong_input_is_refused_naming_the_field(cib, spec, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(cib, kit.want("stonith", **{"id": "new", "agent": "fence_ipmilan", **spec}), known=kit.agents())
    assert str(failure.value) == sentence
