# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The scheduler is the oracle: it does the same with a configuration and with the one rebuilt from its export.

Needs the lab of the Debian version in $HA_LAB_OS (default 12) with the packages installed, but no running cluster.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import oracle
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.cib import Cib
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import export, planner
from ansible_collections.hacluster.pcs.plugins.module_utils.plan.document import wanted_document

FIXTURE = Path(__file__).parents[1] / f"unit/fixtures/debian-{oracle.OS}/cib.xml"
# Objects that are added to the fixture; each affects what the scheduler does
MORE = """<configuration>
<resources>
 <template id="model" class="ocf" provider="pacemaker" type="Dummy"><utilization id="u"><nvpair id="u-c" name="cpu" value="3"/>
  </utilization></template>
 <primitive id="made" template="model"><meta_attributes id="made-m"><nvpair id="made-p" name="priority" value="9"/>
  </meta_attributes></primitive>
 <primitive id="ruled" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="ruled-a" score="2">
  <rule id="ruled-r" score="INFINITY"><date_expression id="ruled-d" operation="gt" start="2020-01-01"/></rule>
  <nvpair id="ruled-1" name="target-role" value="Stopped"/></meta_attributes>
  <meta_attributes id="ruled-b" score="1"><nvpair id="ruled-2" name="target-role" value="Started"/></meta_attributes></primitive>
</resources>
<constraints>
 <rsc_location id="more" rsc-pattern="^(made|alone)$" node="node2" score="INFINITY"/>
 <rsc_location id="ruled-l" rsc="other"><rule id="more-r" score="-INFINITY"><expression id="more-e" attribute="#uname"
  operation="eq" value="node1"/></rule></rsc_location>
</constraints></configuration>"""


def simulated(xml):
    """What the scheduler would do with a document: its output lines, sorted, because their order follows the resources."""
    command = ["sh", "-c", 'printf %s "$1" | crm_simulate --xml-pipe --simulate', "sh", xml]
    done = subprocess.run(
        [oracle.LAB, "exec", "node1", *command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


def online(text):
    """The fixture with a cluster whose nodes are online and do not run anything yet."""
    root = ElementTree.fromstring(text)
    root.set("have-quorum", "1")
    states = [
        {
            "id": number,
            "uname": f"node{number}",
            "in_ccm": "true",
            "crmd": "online",
            "join": "member",
            "expected": "member",
        }
        for number in "12"
    ]
    root.find("status")[:] = [ElementTree.Element("node_state", each) for each in states]
    return ElementTree.tostring(root, encoding="unicode")


def with_more(text):
    root = ElementTree.fromstring(online(text))
    for section in ElementTree.fromstring(MORE):
        root.find(f"configuration/{section.tag}").extend(section)
    return ElementTree.tostring(root, encoding="unicode")


@pytest.mark.parametrize("change", [online, with_more], ids=["as pcs wrote it", "with more"])
def test_scheduler_does_the_same_with_the_rebuilt_configuration(change):
    original = Cib(change(FIXTURE.read_text(encoding="utf-8")))
    assert export.whole(original)[1] == []
    built = Cib(original.xml())
    for section in built.configuration:
        for each in list(section) if section.tag not in ("crm_config", "nodes") else ():
            built.remove(each)
    wanted = wanted_document(export.document(original, with_secrets=True))
    planner.plan(built, wanted, None, exact=True)
    does = simulated(original.xml())
    assert any("Start" in line or "start" in line for line in does)
    assert simulated(built.xml()) == does
