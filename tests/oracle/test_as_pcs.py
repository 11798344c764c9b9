# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The real pcs is the oracle: pcs and the collection write the same document, including ids and order.

Needs the lab of the Debian version in $HA_LAB_OS (default 12) with the packages installed, but no running cluster.
"""

from __future__ import annotations

import difflib

import differences
import oracle
import pytest
from cases import (
    acls,
    alerts,
    bundles,
    clones,
    constraints,
    defaults,
    groups,
    nodes,
    primitives,
    properties,
    removal,
    states,
    stonith,
    stonith_levels,
    tags,
)

# The pcs of Debian 12 is between those of 11 and 13
pytestmark = pytest.mark.only_on("11", "13")

TABLES = (
    *(properties, defaults, nodes, primitives, groups, clones, bundles, stonith, stonith_levels, tags, constraints),
    *(alerts, acls, removal, states),
)
ALL = [
    pytest.param(case, id=f"{table.__name__.rpartition('.')[2]}-{case.name}")
    for table in TABLES
    for case in table.CASES
    if oracle.OS in case.debian
]


@pytest.fixture(scope="module")
def node(request):
    """(the agents' metadata, case -> the node's answer); one request for all selected cases."""
    cases = [item.callspec.params["case"] for item in request.session.items if "case" in item.fixturenames]
    answer = oracle.ask(cases)
    return answer["metadata"], dict(zip(cases, answer["cases"]))


@pytest.mark.parametrize("case", ALL)
def test_collection_writes_the_same_document_as_pcs(case, node, request):
    metadata, answers = node
    answer = answers[case]
    assert not answer["failed"], answer["failed"]
    documents = oracle.write(answer["start"], case, metadata), answer["end"]
    ours, theirs = (list(map(differences.with_operator, oracle.lines(each))) for each in documents)
    theirs = differences.intended(request.node.callspec.id, theirs)
    if ours != theirs:
        # Not an assertion, because pytest would add its own long explanation
        pytest.fail("\n".join(difflib.unified_diff(theirs, ours, "pcs", "ours", lineterm="", n=4)), pytrace=False)


def test_intended_differences_refer_to_existing_cases():
    assert differences.LINES.keys() <= {param.id for param in ALL}
