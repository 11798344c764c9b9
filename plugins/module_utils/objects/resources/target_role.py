# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a resource shall run: the meta attribute target-role, set and taken back as pcs enable and disable do."""

from __future__ import annotations

from ...base import values
from ...base.cib import WRAPPERS
from ...base.errors import BadInput
from .. import attributes

NAME = "target-role"
STOPPED = "Stopped"
_META = "meta_attributes"


def check_state(state, meta):
    """Refuse a task whose state says whether something shall run, and whose meta attributes say it, too.

    :raises BadInput: naming the field.
    """
    if NAME in attributes.names("meta", meta):
        raise BadInput(f"meta: {NAME} is what the state {state} says already; leave it out")


def of(element):
    """The target-role of a resource; None without one."""
    return next((pair.get("value") for pair in attributes.runtime_pairs(element, NAME)), None)


def set_to(cib, element, value):
    """Give one resource a target-role, or take it away with None."""
    pairs = attributes.runtime_pairs(element, NAME)
    for pair in pairs:
        if value is None:
            cib.remove(pair)
        else:
            cib.set(pair, "value", value)
    if not pairs:
        attributes.write(cib, element, _META, {NAME: value}, index=0)


def stop(cib, element):
    """Let a resource be stopped; all that is in it stops too."""
    set_to(cib, element, STOPPED)


def start(cib, element):
    """Let a resource run: nothing says of it, of what it wraps or of the clone or bundle around it that it be stopped."""
    concerned = [element, *(each for each in element if each.tag in ("primitive", "group") and _is_wrapper(element))]
    parent = cib.parent(element)
    concerned += [parent] if _is_wrapper(parent) else []
    for each in concerned:
        if is_stopped(each):
            set_to(cib, each, None)


def is_stopped(element):
    """Whether a resource itself is meant to be stopped."""
    role = of(element)
    return role is not None and values.role(role) == "stopped"


def stopped_containers(cib, element):
    """The ids of what is around a resource and is meant to be stopped, and so keeps it from running."""
    return [each.get("id") for each in cib.containers(element) if is_stopped(each)]


def _is_wrapper(element):
    return element.tag in WRAPPERS
