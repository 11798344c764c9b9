# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_stonith_level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..objects.registry import kind_in, wanted_object

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects.resources import stonith_level  # noqa: F401


def run(task):
    """The result of ha_stonith_level."""
    return task.apply(lambda _cib: [wanted_object(kind_in("stonith_levels"), task.params)])
