# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_config: applies a configuration document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.errors import BadInput
from ..plan.document import given_sections, wanted_document

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects import shipped  # noqa: F401


def run(task):
    """Apply the document in `config` to the cluster.

    :param task: a cib_task.CibTask.
    :returns: the result of CibTask.apply(), and the invocation without the document.
    :raises BadInput: for an invalid document, and for purge without mode: overridden.
    """
    document, overridden = task.params["config"], task.params["mode"] == "overridden"
    if task.params["purge"] and not overridden:
        raise BadInput("purge: requires mode: overridden")
    sections = [section for section, _content in given_sections(document)] if overridden else ()
    outcome = task.apply(lambda _cib: wanted_document(document), sections=sections)
    # Ansible would return all parameters as well: with 1,000 resources that takes a seventh of the task's run time
    shown = {name: value for name, value in task.params.items() if name != "config"}
    return {**outcome, "invocation": {"module_args": shown}}
