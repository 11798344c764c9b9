# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ha_config does: the configuration document as a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.errors import BadInput
from ..plan.document import given_sections, wanted_document

if TYPE_CHECKING:  # never imported here; Ansible ships what import statements name
    from ..objects import shipped  # noqa: F401


def run(task):
    """Bring the cluster to what the document in `config` says.

    :param task: a module.CibTask.
    :returns: what CibTask.apply() returns, and the invocation without the document.
    :raises BadInput: for a document that is wrong by itself, and for a purge that would do nothing.
    """
    document, overridden = task.params["config"], task.params["mode"] == "overridden"
    if task.params["purge"] and not overridden:
        raise BadInput("purge: is about mode: overridden; give that too, or leave it out")
    sections = [section for section, _content in given_sections(document)] if overridden else ()
    outcome = task.apply(lambda _cib: wanted_document(document), sections=sections)
    # Ansible would return all parameters, too: with 1,000 resources that is a seventh of the time of the whole task
    shown = {name: value for name, value in task.params.items() if name != "config"}
    return {**outcome, "invocation": {"module_args": shown}}
