# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a resource is to run: sets and removes the meta attribute target-role as pcs enable and disable do."""

from __future__ import annotations

from ...base import values
from ...base.cib import WRAPPERS
from ...base.errors import BadInput
from .. import attributes

NAME = "target-role"
STOPPED = "Stopped"
_META = "meta_attributes"


def check_state(state, meta):
    """Refuse a task that sets target-role by its state and also in the meta attributes.

    :raises BadInput: with a message that names the field.
    """
    if NAME in attributes.names("meta", meta):
        raise BadInput(f"meta: {NAME} cannot be combined with state: {state}, which sets it; omit it")


def of(element):
    """The target-role of a resource; None if it has none."""
    return next((pair.get("value") for pair in attributes.runtime_pairs(element, NAME)), None)


def set_to(cib, element, value):
    """Set the target-role of one resource, or remove it with None."""
    pairs = attributes.runtime_pairs(element, NAME)
    for pair in pairs:
        if value is None:
            cib.remove(pair)
        else:
            cib.set(pair, "value", value)
    if not pairs:
        attributes.write(cib, element, _META, {NAME: value}, index=0)


def stop(cib, element):
    """Make the cluster stop a resource, including its members."""
    set_to(cib, element, STOPPED)


def start(cib, element):
    """Allow a resource to run: remove target-role Stopped from it, its member, and its clone or bundle."""
    affected = [element, *(each for each in element if each.tag in ("primitive", "group") and _is_wrapper(element))]
    parent = cib.parent(element)
    affected += [parent] if _is_wrapper(parent) else []
    for each in affected:
        if is_stopped(each):
            set_to(cib, each, None)


def is_stopped(element):
    """Whether the target-role of a resource itself is Stopped."""
    role = of(element)
    return role is not None and values.role(role) == "stopped"


def stopped_containers(cib, element):
    """The ids of the containers of a resource with target-role Stopped, which prevent it from running."""
    return [each.get("id") for each in cib.containers(element) if is_stopped(each)]


def _is_wrapper(element):
    return element.tag in WRAPPERS
