# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..objects.registry import kind_in, wanted_object

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects.constraints import colocation, location, order, ticket  # noqa: F401
    from ..objects.settings import acl_role, acl_user, tag  # noqa: F401


def run(task):
    """The result of ha_tag."""
    return task.apply(lambda _cib: [wanted_object(kind_in("tags"), task.params)])
