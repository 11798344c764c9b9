# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Helpers of the oracle tests: a case, the two ways to create its document, and a text form to compare documents."""

from __future__ import annotations

import datetime
import json
import os
import re
import shlex
import subprocess
from collections import namedtuple
from pathlib import Path
from xml.etree import ElementTree

from ansible_collections.hacluster.pcs.plugins.module_utils.base.cib import Cib
from ansible_collections.hacluster.pcs.plugins.module_utils.live.agents import Agents
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.registry import Wanted, kind_in
from ansible_collections.hacluster.pcs.plugins.module_utils.objects.resources import moves, target_role
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import planner

HERE = Path(__file__).parent
LAB = HERE.parent / "lab/lab"
OS = os.environ.get("HA_LAB_OS", "12")
TIMEOUT = 1800  # seconds, for all commands together

# The schema and feature set of Pacemaker in each Debian version: with others, pcs upgrades or refuses the document
_PACEMAKER = {"11": ("3.5", "3.6.1"), "12": ("3.9", "3.16.1"), "13": ("4.0", "3.20.0")}
# The names of the roles in pcs 0.10 and its crm_resource
_OLD_ROLES = {"Unpromoted": "Slave", "Promoted": "Master", "--promoted": "--master"}
_PROGRAMS = ("pcs", "crm_resource")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(Z| ?[+-]\d\d:?\d\d)?")

DUMMY = "ocf:pacemaker:Dummy"
STATEFUL = "ocf:pacemaker:Stateful"

# The specification of an object for the collection: its section, the specification, and present or another state
Want = namedtuple("Want", ("section", "spec", "state"))


class Case:
    """An initial document, a change of it as pcs commands, and the same change as specifications."""

    def __init__(self, name, commands, *wanted, start="", exact=False, debian=("11", "12", "13")):
        """
        :param commands: one command per line; a line that does not start with a program is a pcs command.
        :param wanted: one Want for each object.
        :param start: the commands that create the initial document from the empty one.
        :param exact: whether to remove what the specifications do not contain.
        :param debian: the Debian versions whose pcs supports these commands.
        """
        self.name = name
        self.commands = commands
        self.wanted = wanted
        self.start = start
        self.exact = exact
        self.debian = debian

    @property
    def agents(self):
        """The agents in the specifications, as crm_resource names them."""
        return [kind_in(each.section).metadata_name(each.spec["agent"]) for each in self.wanted if "agent" in each.spec]


def want(section, state="present", **spec):
    """A Want."""
    return Want(section, spec, state)


def primitive(resource_id, agent=DUMMY, **spec):
    """The Want of a primitive."""
    return want("resources", id=resource_id, agent=agent, **spec)


def dummies(*resource_ids):
    """The commands that create primitives."""
    return "\n".join(f"resource create {each} {DUMMY}" for each in resource_ids)


def ask(cases):
    """The node's answer to all cases: {metadata: agent -> XML, cases: in the same order}; see pcs_server.py."""
    asked = {
        "agents": sorted({agent for case in cases for agent in case.agents}),
        "cases": [
            {"cib": _empty(), "start": _arguments(case.start), "commands": _arguments(case.commands)} for case in cases
        ],
    }
    done = subprocess.run(
        [LAB, "exec", "node1", "python3", "-c", (HERE / "pcs_server.py").read_text(encoding="utf-8")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# States of a resource other than present and absent: state -> function that takes a Cib and the specification
_STATES = {
    "started": lambda cib, id: target_role.start(cib, cib.resource(id)),
    "stopped": lambda cib, id: target_role.stop(cib, cib.resource(id)),
    "moved": lambda cib, id, node, role="Started", lifetime=None: moves.prefer(cib, id, node, role, _end(lifetime)),
    "banned": lambda cib, id, node, role="Started", lifetime=None: moves.ban(cib, id, node, role, _end(lifetime)),
    "cleared": lambda cib, id, node=None: moves.clear(cib, id, node),
}


def _kind(each):
    return kind_in(each.section, each.spec["type"]) if each.section == "constraints" else kind_in(each.section)


def _end(seconds):
    return moves.Lifetime(datetime.datetime.now(datetime.timezone.utc), seconds) if seconds else None


def write(start, case, metadata):
    """The document that the collection creates from the initial one."""
    cib = Cib(start)
    configured = [each for each in case.wanted if each.state not in _STATES]
    planner.plan(
        cib,
        [Wanted(_kind(each), each.spec, each.state, "") for each in configured],
        Agents(metadata.get, lambda agent: []),
        exact=case.exact,
    )
    for each in case.wanted:
        if each not in configured:
            _STATES[each.state](cib, **each.spec)
    return cib.xml()


def lines(document):
    """The configuration of a document, one line per element: attributes sorted, children in order, dates masked."""
    return _lines(ElementTree.fromstring(document).find("configuration"), "")


def _lines(element, indent):
    shown = "".join(f' {name}="{_DATE.sub("DATE", value)}"' for name, value in sorted(element.items()))
    found = [f"{indent}<{element.tag}{shown}>"]
    for child in element:
        found += _lines(child, indent + "  ")
    return found


def _arguments(commands):
    """The commands as lists of arguments."""
    split = [shlex.split(line) for line in commands.splitlines() if line.strip()]
    split = [words if words[0] in _PROGRAMS else ["pcs", *words] for words in split]
    return [[of_this_pcs(word) for word in words] for words in split]


def of_this_pcs(text):
    """A text with the role names that this version of pcs writes."""
    return re.sub("|".join(_OLD_ROLES), lambda role: _OLD_ROLES[role[0]], text) if OS == "11" else text


def _empty():
    schema, feature_set = _PACEMAKER[OS]
    return (
        f'<cib validate-with="pacemaker-{schema}" crm_feature_set="{feature_set}" admin_epoch="0" epoch="5"'
        ' num_updates="7" have-quorum="1"><configuration><crm_config/>'
        '<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>'
        "<resources/><constraints/></configuration><status/></cib>"
    )
