# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_constraint. Its options are those of all types of constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.errors import BadInput
from ..objects.registry import CONSTRAINTS, kind_in, wanted_object

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects.constraints import colocation, location, order, ticket  # noqa: F401

# The options of one or more types, in addition to the type, the id and the state
OPTIONS = {
    "resource": {"type": "str"},
    "pattern": {"type": "str"},
    "node": {"type": "str"},
    "rule": {"type": "str"},
    "prefers": {"type": "list", "elements": "str"},
    "avoids": {"type": "list", "elements": "str"},
    "score": {"type": "str"},
    "score_attribute": {"type": "str"},
    "role": {"type": "str"},
    "discovery": {"type": "str", "choices": ["always", "exclusive", "never"]},
    "first": {"type": "raw"},
    "then": {"type": "raw"},
    "kind": {"type": "str", "choices": ["Mandatory", "Optional", "Serialize"]},
    "symmetrical": {"type": "bool"},
    "require_all": {"type": "bool"},
    "with": {"type": "str"},
    "with_role": {"type": "str"},
    "influence": {"type": "bool"},
    "node_attribute": {"type": "str"},
    "ticket": {"type": "str"},
    "loss_policy": {"type": "str", "choices": ["stop", "demote", "fence", "freeze"]},
    "sets": {"type": "list", "elements": "dict"},
}


def run(task):
    """The result of ha_constraint."""
    return task.apply(lambda cib: wanted(task.params, cib))


def wanted(params, cib):
    """A list with the one Wanted of the task.

    :param params: the options of the task; the default type is that of the constraint with this id, or location.
    :raises BadInput: for options that this type does not have.
    """
    type_ = params["type"] or _type_of(cib.find(params["id"])) or "location"
    kind = kind_in("constraints", type_)
    for option in OPTIONS:
        if params[option] is not None and option not in kind.keys:
            types = [each for each in CONSTRAINTS if option in kind_in("constraints", each).keys]
            raise BadInput(f"{option}: cannot be combined with type: {type_}, only with {' or '.join(types)}")
    return [wanted_object(kind, params)]


def _type_of(element):
    """The type of the constraint in an element; None if the element is not a constraint."""
    if element is None:
        return None
    return next((each for each in CONSTRAINTS if kind_in("constraints", each).tag == element.tag), None)
