# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import BadInput

DUMMY = "ocf:pacemaker:Dummy"
IP = "ocf:heartbeat:IPaddr2"
MODES = pytest.mark.parametrize("exact", [False, True], ids=["merged", "replaced"])
FULL = {
    "id": "t",
    "agent": DUMMY,
    "description": "text",
    "params": {"fake": "one"},
    "meta": {"migration-threshold": "3"},
    "utilization": {"memory": "512"},
    "operations": [{"name": "monitor", "interval": "30s", "timeout": "20s"}],
}


def template(**spec):
    return kit.want("templates", **{"id": "t", "agent": DUMMY, **spec})


def made_from(resource_id="x", **spec):
    """A primitive that uses the template."""
    return kit.want("resources", id=resource_id, template="t", **spec)


def small(agent="Dummy", content="", more="", constraints="", tags=""):
    provider = "heartbeat" if agent == "IPaddr2" else "pacemaker"
    element = f"<template id='t' class='ocf' provider='{provider}' type='{agent}'>{content}</template>"
    return kit.small(element + more, constraints, more=tags)


X = "<primitive id='x' template='t'/>"


# --- the template


@MODES
def test_new_template_is_written_and_read(exact):
    cib = kit.small()
    kit.lay(cib, template(**FULL), exact=exact)
    assert kit.read(cib, "t") == FULL
    assert cib.find("t").tag == "template"
    cib = kit.again(cib)
    kit.lay(cib, template(**FULL), exact=exact)
    assert cib.edits == 0


def test_new_template_gets_the_operations_of_its_agent(cib):
    made = kit.small()
    kit.lay(made, template(), known=kit.agents())
    names = [each["name"] for each in kit.read(made, "t")["operations"]]
    assert names == [each["name"] for each in kit.read(cib, "alone")["operations"]]


@pytest.mark.parametrize(
    "exact, params", [(False, {"fake": "one", "state": "/s"}), (True, {"state": "/s"})], ids=["merged", "replaced"]
)
def test_settings_not_given_are_kept_by_merged_and_removed_by_replaced(exact, params):
    cib = kit.small()
    kit.lay(cib, template(**FULL))
    kit.lay(cib, template(params={"state": "/s"}), exact=exact, known=kit.agents())
    assert kit.read(cib, "t")["params"] == params


def test_required_parameters_can_be_left_to_the_primitives():
    cib = kit.small()
    kit.lay(cib, template(agent=IP), known=kit.agents())
    assert kit.read(cib, "t")["agent"] == IP


def test_template_is_removed_without_stopping_resources():
    plan = kit.lay(small(), kit.want("templates", "absent", id="t"))
    assert (plan.cib.find("t"), plan.to_stop) == (None, [])


def test_removing_a_template_in_use_is_refused():
    with pytest.raises(BadInput, match="^id: the template 't' is used by x, y; remove them first"):
        kit.lay(
            small(more=X + "<group id='g'><primitive id='y' template='t'/></group>"),
            kit.want("templates", "absent", id="t"),
        )


def test_template_can_be_removed_with_its_primitives():
    cib = small(more=X)
    kit.lay(cib, kit.want("templates", "absent", id="t"), kit.want("resources", "absent", id="x"))
    assert (cib.find("t"), cib.find("x")) == (None, None)


def test_references_are_removed_with_the_template():
    cib = small(
        constraints="<rsc_location id='l' rsc='t' node='node1'/>",
        tags="<tags><tag id='g'><obj_ref id='t'/></tag></tags>",
    )
    kit.lay(cib, kit.want("templates", "absent", id="t"))
    assert (cib.find("l"), cib.find("g")) == (None, None)


# --- primitives that use a template


@MODES
def test_new_primitive_refers_to_the_template(exact):
    cib, wanted = small(), made_from(params={"fake": "two"})
    kit.lay(cib, wanted, exact=exact, known=kit.agents())
    assert kit.read(cib, "x") == {"id": "x", "template": "t", "params": {"fake": "two"}}
    cib = kit.again(cib)
    kit.lay(cib, wanted, exact=exact, known=kit.agents())
    assert cib.edits == 0


def test_template_and_primitive_can_be_created_together():
    cib = kit.small()
    kit.lay(cib, made_from(), template())
    assert kit.read(cib, "x")["template"] == "t"


def test_required_parameters_can_be_in_the_template():
    content = "<instance_attributes id='i'><nvpair id='i1' name='ip' value='192.0.2.1'/></instance_attributes>"
    kit.lay(small("IPaddr2", content), made_from(), known=kit.agents())
    with pytest.raises(BadInput, match="^params: ocf:heartbeat:IPaddr2 needs ip"):
        kit.lay(small("IPaddr2"), made_from(), known=kit.agents())


def test_agent_replaces_a_template_only_with_force_recreate():
    cib = small(more=X)
    wanted = kit.want("resources", id="x", agent=DUMMY)
    with pytest.raises(BadInput, match=f"^agent: 'x' already exists with the template t, not the agent {DUMMY}"):
        kit.lay(cib, wanted)
    plan = kit.lay(cib, wanted, force_recreate=True)
    assert kit.read(cib, "x")["agent"] == DUMMY
    assert plan.to_stop == ["x"]


@pytest.mark.parametrize(
    "wanted, sentence",
    [
        (template(agent=None), "agent: is required"),
        (template(agent="Dummy"), "agent: 'Dummy' is not the full name of a resource agent"),
        (template(template="t"), "unknown key 'template'"),
        (template(group={"id": "g"}), "unknown key 'group'"),
        (template(clone={}), "unknown key 'clone'"),
        (template(id="x"), "id: 'x' is already the id of a primitive, not of a template"),
        (template(params={"fke": 1}), "params: ocf:pacemaker:Dummy has no parameter 'fke'"),
        (template(operations=[{"name": "promote"}]), "operations: ocf:pacemaker:Dummy has no operation 'promote'"),
        (kit.want("resources", id="t", agent=DUMMY), "id: 't' is already the id of a template, not of a resource"),
        (kit.want("resources", id="y", template="tt"), "template: there is no template 'tt'; did you mean 't'?"),
        (kit.want("resources", id="y", template="x"), "template: there is no template 'x'"),
        (kit.want("resources", id="y", template=5), "template: must be a string, not 5"),
        (
            kit.want("resources", id="y", template="t", agent=DUMMY),
            "agent: exactly one of agent and template is required",
        ),
        (made_from("y", params={"fke": 1}), "params: ocf:pacemaker:Dummy has no parameter 'fke'"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_invalid_input_is_refused_naming_the_field(wanted, sentence):
    with pytest.raises(BadInput) as failure:
        kit.lay(small(more=X), wanted, known=kit.agents())
    assert str(failure.value).startswith(sentence)
