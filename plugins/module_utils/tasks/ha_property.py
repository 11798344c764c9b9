# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_property."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plan.document import wanted_document

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects.settings import defaults, properties  # noqa: F401

SECTIONS = ("properties", "resource_defaults", "operation_defaults")


def run(task):
    """The result of ha_property."""
    return task.apply(lambda _cib: wanted_document({section: task.params[section] for section in SECTIONS}))
