# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Helpers for the unit tests: real XML, plans in one line, and a backend with concurrent writers."""

from __future__ import annotations

import importlib
import json
import os
import pathlib
from xml.etree import ElementTree

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.hacluster.pcs.plugins.module_utils import cib_task
from ansible_collections.hacluster.pcs.plugins.module_utils.base import cib as cib_document
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import CommandFailed
from ansible_collections.hacluster.pcs.plugins.module_utils.live import agents as agents_of_node
from ansible_collections.hacluster.pcs.plugins.module_utils.live import commands, simulation
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.context import Options
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.registry import Wanted, kind_in, kind_of
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import given_sections, wanted_document

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
SYSTEMS = ("debian-11", "debian-12", "debian-13")  # Pacemaker 2.0, 2.1 and 3.0

# corosync.conf of the cluster shop, as pcs 0.11 writes it
COROSYNC_CONF = """
totem {
    version: 2
    cluster_name: shop
    transport: knet
    token: 5000
}

# a comment
nodelist {
    node {
        ring1_addr: 198.51.100.11
        ring0_addr: 192.0.2.11
        name: node1
        nodeid: 1
    }

    node {
        ring0_addr: 192.0.2.12
        name: node2
        nodeid: 2
    }
}

quorum {
    provider: corosync_votequorum
    two_node: 1
}
"""

_METADATA = {
    "ocf:heartbeat:IPaddr2": "IPaddr2",
    "ocf:heartbeat:Filesystem": "Filesystem",
    "ocf:pacemaker:Dummy": "Dummy",
    "ocf:pacemaker:Stateful": "Stateful",
    "stonith:fence_ipmilan": "fence_ipmilan",
    "systemd:cron": "systemd-cron",
}


def fixture(name, system="debian-12"):
    """The text of a fixture."""
    return (FIXTURES / system / f"{name}.xml").read_text(encoding="utf-8")


def cib(system="debian-12"):
    """A Cib with objects of all kinds, created by pcs."""
    return cib_document.Cib(fixture("cib", system))


def small(resources="", constraints="", crm_config="", more=""):
    """A Cib with two nodes and this XML in its sections."""
    return cib_document.Cib(
        '<cib admin_epoch="0" epoch="5" num_updates="7" have-quorum="1"><configuration>'
        f"<crm_config>{crm_config}</crm_config>"
        '<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>'
        f"<resources>{resources}</resources><constraints>{constraints}</constraints>{more}"
        "</configuration><status/></cib>"
    )


def dummy(resource_id, content=""):
    """The XML of a primitive."""
    return f'<primitive id="{resource_id}" class="ocf" provider="pacemaker" type="Dummy">{content}</primitive>'


def monitor(name="crm_mon", system="debian-12"):
    """The root element of crm_mon's XML."""
    return ElementTree.fromstring(fixture(name, system))


class Commands:
    """Stands for commands.run: what each program answers, and what it was given."""

    def __init__(self, **answers):
        self.answers = answers
        self.calls = []

    def __call__(self, argv, stdin=None, ok=(0,), what="it failed", fds=(), **options):
        files = [os.pread(fd, 10**6, 0).decode() for fd in fds]
        self.calls.append((list(argv), stdin, files))
        code, out = self.answers[argv[0]]
        result = commands.Result(tuple(argv), code, out, "said")
        if ok is not None and code not in ok:
            raise CommandFailed(what, result)
        return result


class FenceAgent:
    """A replacement for fence_agents.ask() that runs no program.

    :param answers: text -> (exit code, output) for requests that contain this text; the answer to all others is on.
    """

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.asked = []  # for each call: (agent, requests as mappings, timeout)

    def __call__(self, agent, requests, timeout):
        self.asked.append(
            (agent, [dict(line.split("=", 1) for line in each.splitlines()) for each in requests], timeout)
        )
        return [self._answer(each) for each in requests]

    def _answer(self, request):
        code, said = next((answer for text, answer in self.answers.items() if text in request), (0, ""))
        return commands.Result(("fence_x",), code, *((said, "") if code == 0 else ("", said)))


def shown(*nodes, **where):
    """The runtime state as XML of crm_mon.

    :param nodes: names of online members, or (name, attributes that differ from those of an online member).
    :param where: primitive -> the node it runs on, or None if it does not run.
    """
    root = ElementTree.Element("pacemaker-result")
    usual = dict.fromkeys(("standby", "maintenance", "pending", "unclean"), "false")
    for name, facts in (each if isinstance(each, tuple) else (each, {}) for each in nodes):
        facts = {**usual, "name": name, "online": "true", "type": "member", **facts}
        ElementTree.SubElement(_made(root, "nodes"), "node", facts)
    for resource, node in where.items():
        facts = {"role": "Started" if node else "Stopped", "active": "true" if node else "false", "managed": "true"}
        element = ElementTree.SubElement(_made(root, "resources"), "resource", id=resource.replace("_", "-"), **facts)
        if node:
            ElementTree.SubElement(element, "node", name=node)
    return root


def _made(parent, tag):
    found = parent.find(tag)
    return ElementTree.SubElement(parent, tag) if found is None else found


def graph(*operations, fenced=()):
    """The XML of a transition graph with these (operation, primitive, node) and these fenced nodes."""
    actions = [
        f'<rsc_op operation="{each}" on_node="{node}"><primitive id="{name}"/></rsc_op>'
        for each, name, node in operations
    ]
    actions += [f'<crm_event operation="stonith" on_node="{node}"/>' for node in fenced]
    return f"<graph>{''.join(f'<synapse><action_set>{each}</action_set></synapse>' for each in actions)}</graph>"


def metadata(agent, system="debian-12"):
    """The metadata XML of an agent; None if it is not installed."""
    return fixture(_METADATA[agent], system) if agent in _METADATA else None


def properties(system="debian-12"):
    """The metadata XML of the properties of Pacemaker's daemons."""
    return [fixture(f"pacemaker-{name}", system) for name in ("based", "controld", "schedulerd")]


def agents(system="debian-12"):
    """The Agents of a node with the fixtures' agents and Pacemaker."""
    return agents_of_node.Agents(
        lambda agent: metadata(agent, system),
        lambda agent: list(_METADATA),
        lambda: properties(system),
        lambda: fixture("pacemaker-fenced", system),
    )


Cib = cib_document.Cib
NO_AGENTS = agents_of_node.Agents(None, None)


def want(section, state="present", **spec):
    """A Wanted."""
    type_ = spec.get("type") or ("location" if section == "constraints" else None)
    return Wanted(kind_in(section, type_), spec, state, "")


def lay(document, *wanted, exact=False, known=NO_AGENTS, then=None, **options):
    """Apply wanted objects to a Cib and return the plan; `options` are those of context.Options."""
    return planner.plan(document, list(wanted), known, exact=exact, options=Options(**options), then=then)


def override(document, config, **options):
    """Apply a configuration document in mode overridden; the plan. `options` are those of context.Options."""
    wanted, given = wanted_document(config), [section for section, _content in given_sections(config)]
    return planner.plan(document, wanted, NO_AGENTS, exact=True, options=Options(**options), sections=given)


def apply(backend, *wanted, check=False, **params):
    """The result of a module that applies wanted objects to the cluster of a backend."""
    task = cib_task.CibTask.__new__(cib_task.CibTask)
    usual = {"mode": "merged", "wait": 0, "allow_no_quorum": False, "preview": False, "disruption": "allow"}
    task.params = {**usual, "disruption_except": [], "rollback": False, **params}
    task.check, task.backend, task.agents = check, backend, NO_AGENTS
    return task.apply(lambda _cib: list(wanted))


def read(document, element_id):
    """The specification of an object in a Cib; None if there is no such object."""
    element = document.find(element_id)
    return None if element is None else kind_of(element).read(element)


def ids(document):
    """All ids in a Cib, sorted, including duplicates."""
    return sorted(
        each.get("id") for each in document.configuration.iter() if each.get("id") and not each.tag.endswith("_ref")
    )


def run_module(module_name, capsys, /, check=False, **params):
    """Run a module with these parameters as Ansible does, and return its result."""
    main = importlib.import_module(f"ansible_collections.hacluster.pcs.plugins.modules.{module_name}").main
    with patch_module_args({"_ansible_check_mode": check, **params}), pytest.raises(SystemExit):
        main()
    return json.loads(capsys.readouterr().out)


def again(document):
    """A copy of a Cib, read from its text."""
    return cib_document.Cib(document.xml())


class Backend:
    """A replacement for cluster.LiveCluster: a document, concurrent writers, and the output of crm_mon.

    :param refusals: edits by other writers, one just before each commit; see disturb() and raised().
    :param graphs: the XML of the scheduler's transition graphs, one for each simulation.
    :param devices: the ids of the fence devices that could fence a node.
    :param histories: the fencing history for each query: lists of attributes, newest first.
    """

    offline = False
    can_run_agents = False
    can_simulate = True
    warning = None

    def __init__(self, document, refusals=(), monitors=(), idle=True, graphs=(), devices=(), histories=()):
        self.text = document.xml()
        self.refusals = list(refusals)
        self.monitors = list(monitors)
        self.idle = idle
        self.graphs = list(graphs)
        self.devices = list(devices)
        self.histories = list(histories)
        self.simulated = []
        self.calls = []
        self.ran = []
        self.is_member = True

    def look_ahead(self, monitor=False):
        """Do nothing: there are no slow commands to start early."""

    def forget(self):
        """Do nothing: nothing is cached."""

    def change(self, argv, **_options):
        self.ran.append(list(argv))

    def read(self):
        self.calls.append("read")
        found = cib_document.Cib(self.text)
        found.is_member = lambda _name: self.is_member
        return found

    def node_name(self):
        return "node1"

    def fence_devices(self, node):
        return self.devices

    def fencing_history(self, node):
        found = self.histories.pop(0) if len(self.histories) > 1 else self.histories[0]
        return [ElementTree.Element("fence_event", each) for each in found]

    def read_version(self):
        self.calls.append("read_version")
        return cib_document.read_version(self.text)

    def commit(self, document, version):
        self.calls.append("commit")
        if self.refusals:
            self.disturb(self.refusals.pop(0))
        if version != cib_document.read_version(self.text):
            return False
        self.text = document.xml()
        self.disturb(lambda root: root.set("epoch", str(version.epoch + 1)))
        return True

    def wait(self, seconds):
        self.calls.append("wait")
        return self.idle

    def monitor(self):
        self.calls.append("monitor")
        return self.monitors.pop(0) if len(self.monitors) > 1 else self.monitors[0]

    def simulate(self, *documents, to_the_end=False):
        self.calls.append("simulate")
        self.simulated += [cib_document.Cib(each) for each in documents]
        graphs = [ElementTree.fromstring(self.graphs.pop(0)) for _each in documents]
        return [
            simulation.Simulation(each if to_the_end else None, graph, None) for each, graph in zip(documents, graphs)
        ]

    def disturb(self, edit):
        """Edit the root element like another writer."""
        root = ElementTree.fromstring(self.text)
        edit(root)
        self.text = ElementTree.tostring(root, encoding="unicode")


def raised(name):
    """An edit by another writer: increases an attribute of <cib> by one."""
    return lambda root: root.set(name, str(int(root.get(name)) + 1))
