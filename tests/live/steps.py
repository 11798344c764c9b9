# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs tasks and raw commands one after another on the running cluster of the demo and returns what they did: Steps."""

from __future__ import annotations

import os
from collections import namedtuple
from xml.etree import ElementTree

from conftest import IDLE, lab, play

# The names of a promotable clone's roles in Pacemaker's schema: Debian 11 has a schema older than 3.7
PROMOTED, UNPROMOTED = ("Master", "Slave") if os.environ.get("HA_LAB_OS") == "11" else ("Promoted", "Unpromoted")

DUMMY, STATEFUL = "ocf:pacemaker:Dummy", "ocf:pacemaker:Stateful"
STOPPED = {"target-role": "Stopped"}

# Raw commands, as an operator would type them
QUERY = "cibadmin --query"
MONITOR = "crm_mon --one-shot --inactive --output-as=xml"
SETTLED = f"{IDLE} && {MONITOR}"

# What a task did: the results in check mode, of the real run and of its repetition, and the CIB before and after them
Step = namedtuple("Step", "predicted real repeated before after")


def make(*resources, constraints="", tags=""):
    """Write resources, given as XML, to the CIB and wait until they are running."""
    sections = f"<resources>{''.join(resources)}</resources><constraints>{constraints}</constraints><tags>{tags}</tags>"
    document = f"<configuration>{sections}</configuration>"
    create = f'cibadmin --modify --allow-create --scope configuration --xml-text "$1" && {IDLE}'
    lab("node1", "sh", "-c", create, "sh", document)


def primitive(name, agent=DUMMY, params=None, meta=None, monitor='interval="10s"'):
    """The XML of a primitive with one operation."""
    standard, provider, kind = agent.split(":")
    return (
        f'<primitive id="{name}" class="{standard}" provider="{provider}" type="{kind}">'
        f"{pairs(name, 'instance_attributes', params)}{pairs(name, 'meta_attributes', meta)}"
        f'<operations><op id="{name}-monitor" name="monitor" timeout="20s" {monitor}/></operations></primitive>'
    )


def dummies(*names):
    """The XML of stopped primitives."""
    return [primitive(name, meta=STOPPED) for name in names]


def around(tag, name, *inside, meta=None):
    """The XML of a group or clone."""
    return f'<{tag} id="{name}">{pairs(name, "meta_attributes", meta)}{"".join(inside)}</{tag}>'


def pairs(owner, tag, values):
    """The XML of an attribute set."""
    written = "".join(
        f'<nvpair id="{owner}-{tag}-{name}" name="{name}" value="{value}"/>' for name, value in (values or {}).items()
    )
    return f'<{tag} id="{owner}-{tag}">{written}</{tag}>' if written else ""


def at_node1(resource, score=50):
    """The XML of a constraint by which a resource prefers node1."""
    return f'<rsc_location id="{resource}-at-node1" rsc="{resource}" node="node1" score="{score}"/>'


def run(*wanted):
    """Run tasks and raw commands one after another in one play on node1.

    :param wanted: a mapping of a module to its arguments is a task that runs three times: in check mode, for real and
        for real again. A pair of such a mapping and True or False runs once, with or without check mode. A string is a
        raw command.
    :returns: a Step for each mapping, a result for each pair, and the output of each command.
    """
    plan, own = [], []
    for each in wanted:
        if isinstance(each, dict) and plan[-1:] != [QUERY]:
            plan.append(QUERY)
        own.append(len(plan))
        plan += [each, QUERY] if isinstance(each, dict) else [each]
    blocks = [_tasks_of(each) for each in plan]
    done = _played([task for block in blocks for task in block])
    assert done.code == 0, done.failures
    results = iter([line["result"] for line in done.results])
    found = [[next(results) for _task in block] for block in blocks]
    return [_meaning(each, found[index - 1 : index + 2], found[index]) for each, index in zip(wanted, own)]


def _played(tasks, **variables):
    # Without a terminal, the line ends of raw commands are not changed
    one = {"hosts": "node1", "gather_facts": False, "vars": {"ansible_ssh_use_tty": False}, "tasks": tasks}
    return play([one], **variables)


def _tasks_of(each):
    if isinstance(each, str):
        return [{"ansible.builtin.raw": each}]
    if isinstance(each, tuple):
        return [_task(*each)]
    return [_task(each, check) for check in (True, False, False)]


def _meaning(each, context, results):
    if isinstance(each, dict):
        before, three, after = context
        return Step(*three, *(ElementTree.fromstring(look[0]["stdout"]) for look in (before, after)))
    return results[0]["stdout"] if isinstance(each, str) else results[0]


def _task(task, check):
    return {**{f"hacluster.pcs.{module}": task[module] for module in task}, "check_mode": check, "diff": True}


def epoch(cib):
    """The counter that each change of the configuration increases by one; a change of the status does not."""
    assert cib.get("admin_epoch") == "0"
    return int(cib.get("epoch"))


def places(monitor, name):
    """Where the primitives in a resource run, according to crm_mon: [(id, role, node)]."""
    resources = ElementTree.fromstring(monitor).iterfind("resources//*")
    top = next(each for each in resources if each.get("id", "").split(":")[0] == name)
    found = []
    for each in top.iter("resource"):
        role = {"Master": "Promoted", "Slave": "Unpromoted"}.get(each.get("role"), each.get("role"))
        nodes = [node.get("name") for node in each.iterfind("node")] or [None]
        found += [(each.get("id").split(":")[0], role, node) for node in nodes]
    return sorted(found, key=str)


def check_predicted(step):
    """Check that the real run did what check mode predicted and that the repetition changed nothing."""
    assert step.predicted["changed"] and step.real["changed"] and not step.repeated["changed"]
    assert step.predicted["diff"] == step.real["diff"] and step.predicted["commands"] == step.real["commands"]
    assert step.real["diff"]["before"] != step.real["diff"]["after"]
    assert step.repeated["diff"] == {"before": "", "after": ""} and step.repeated["commands"] == []


def check_changed(step, commits=1):
    """The same for a task that commits changes: the CIB changed by exactly these commits.

    Since the real run accounts for all of them, neither check mode nor the repetition has committed anything.
    """
    check_predicted(step)
    assert epoch(step.after) - epoch(step.before) == commits == len(step.real["commands"])


def check_refused(wrong, check=False, **variables):
    """Check that each task of the pairs (task, part of its message) fails with that message and changes nothing.

    :param check: whether to run the tasks in check mode.
    """
    before = ElementTree.fromstring(lab("node1", *QUERY.split()))
    done = _played([dict(_task(task, check), ignore_errors=True) for task, _sentence in wrong], **variables)
    after = ElementTree.fromstring(lab("node1", *QUERY.split()))
    assert len(done.results) == len(wrong)
    for (task, sentence), line in zip(wrong, done.results):
        message = line["result"].get("msg", "")
        assert line["status"] == "ignored" and sentence in message, f"{task}: {message}"
    assert epoch(before) == epoch(after)
