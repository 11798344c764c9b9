# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook plan.yml, which does not need a cluster."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import kit
import pytest

COLLECTIONS = pathlib.Path(__file__).parents[3] / ".cache/tree"
# Use the ansible-playbook next to this Python, however the tests are started
ENVIRONMENT = dict(
    os.environ,
    ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
    PATH=f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
)
SAME = {"properties": {"no-quorum-policy": "stop"}}
OTHER = {"properties": {"no-quorum-policy": "freeze"}}
WRONG = {"properties": {"no-quorum-policy": "freeze"}, "tags": [{"id": "t", "members": ["nothing"]}]}


def plan(tmp_path, document, **variables):
    """(exit code, output) of the playbook."""
    path = tmp_path / "cib.xml"
    path.write_text(kit.fixture("cib"), encoding="utf-8")
    variables = {"ha_plan_cib": str(path), "ha_config_document": document, **variables}
    command = ["ansible-playbook", "hacluster.pcs.plan", "-e", json.dumps(variables)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert path.read_text(encoding="utf-8") == kit.fixture("cib")
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "document, variables, code, sentence",
    [
        (SAME, {"ha_plan_fail_on": "changes"}, 0, "changed=0"),
        (OTHER, {}, 0, "+  no-quorum-policy: freeze"),
        (OTHER, {"ha_plan_fail_on": "changes"}, 2, "The document would change the configuration."),
        (WRONG, {}, 2, "tags[0].members: there is no resource 'nothing'"),
        (SAME, {"ha_plan_fail_on": "everything"}, 2, "it must be changes or disruption"),
    ],
)
def test_exit_code_depends_on_predicted_changes(tmp_path, document, variables, code, sentence):
    found, output = plan(tmp_path, document, **variables)
    assert found == code, output
    assert sentence in output
