# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.hacluster.pcs.plugins.module_utils.live import commands
from ansible_collections.hacluster.pcs.plugins.module_utils.membership import execute


def test_errors_are_extracted_from_pcs_output():
    errors = "Password: Error: node1: Username and/or password is incorrect\nError: Unable to communicate with node2\n"
    assert execute.errors_of(commands.Result(("pcs",), 1, "", errors)) == (
        "node1: Username and/or password is incorrect; Unable to communicate with node2"
    )
    assert execute.errors_of(commands.Result(("pcs",), 1, "", "")) == "pcs exited with 1 and printed nothing"
