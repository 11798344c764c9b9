# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cluster properties: the pairs of the first cluster_property_set."""

from __future__ import annotations

import re

from ...base import values
from ...base.errors import BadInput
from .. import attributes
from ..checks import refuse_boolean_actions
from ..kind import Section

_SET = "cluster_property_set"
SET_ID = "cib-bootstrap-options"
_NAME = r"[A-Za-z0-9_.:#@/-]+"

# Properties that the cluster maintains and users must not set (pcs: lib/cluster_property.py)
OF_THE_CLUSTER = ("cluster-infrastructure", "cluster-name", "dc-version", "have-watchdog", "last-lrm-refresh")
# Set by operators at run time
_RUNTIME = frozenset(("maintenance-mode", "stop-all-resources"))
# Old name -> the name since Pacemaker 3.0.2, which still reads the old ones (lib/common/options.c)
_RENAMED = {
    "fence-reaction": "fencing-reaction",
    "stop-orphan-actions": "cancel-removed-actions",
    "stop-orphan-resources": "stop-removed-resources",
    **{
        f"stonith-{option}": f"fencing-{option}"
        for option in ("action", "enabled", "max-attempts", "timeout", "watchdog-timeout")
    },
}
_OTHER_NAME = {**_RENAMED, **{new: old for old, new in _RENAMED.items()}}
_WATCHDOG_TIMEOUTS = ("stonith-watchdog-timeout", "fencing-watchdog-timeout")


class Properties(Section):
    """The only object is the mapping of all properties."""

    section = "properties"
    tag = "crm_config"

    def check(self, spec):
        """Refuse invalid property names, such as an unrendered template expression."""
        for name in spec:
            if not re.fullmatch(_NAME, str(name)):
                raise BadInput(f"{name!r} is not a valid property name; use only letters, digits, - _ . : # @ /")
            if name in _RENAMED and _RENAMED[name] in spec:
                raise BadInput(f"{name} and {_RENAMED[name]} are the same property; set only one of them")
        refuse_boolean_actions(spec)

    def all_pairs(self, cib):
        """name -> value of all properties, including those that the cluster maintains."""
        section = cib.configuration.find(self.tag)
        return {} if section is None else _pairs(section)

    def read(self, element):
        """name -> value, without the properties that the cluster maintains."""
        return {name: value for name, value in _pairs(element).items() if name not in OF_THE_CLUSTER}

    def removable(self, context, element):
        """The number of properties that would be removed if none were given."""
        return len(self.read(element).keys() - context.kept(_RUNTIME))

    def write(self, context, spec, element):
        """Set the given properties, remove those given as None.

        :raises BadInput: for properties that the cluster maintains, and for those that Pacemaker does not accept.
        """
        present = _pairs(element)
        wanted = {
            stored: value
            for name, value in attributes.texts(spec).items()
            for stored in _stored_names(context, name, value, present)
        }
        _validate(context, wanted, present)
        kept = context.kept(_RUNTIME).union(OF_THE_CLUSTER)
        attributes.write(
            context.cib, element, _SET, wanted, exact=context.exact, kept=kept, set_id=SET_ID, arrange=list
        )
        return element


def _pairs(section):
    # The set with this id has precedence over others (Pacemaker: CIB_OPTIONS_FIRST)
    found = attributes.chosen(section, _SET, SET_ID)
    return {} if found is None else attributes.pairs(found)


def _stored_names(context, name, value, present):
    """The names under which a property is stored; for a new property, the name that this Pacemaker knows."""
    names = (name, _OTHER_NAME.get(name, name))
    found = [each for each in dict.fromkeys(names) if each in present]
    if found or value is None or names[0] == names[1]:
        return found or [name]
    metadata = context.property_metadata()
    return [names[1] if metadata and name not in metadata and names[1] in metadata else name]


def _validate(context, wanted, present):
    """Validate changed values against the metadata of this Pacemaker, which is queried only if anything changes."""
    changed = {name: value for name, value in wanted.items() if _differs(present.get(name), value)}
    for name in OF_THE_CLUSTER:
        if name in changed:
            raise BadInput(f"{name}: is maintained by the cluster and cannot be changed; omit it")
    new = {name: value for name, value in changed.items() if value is not None}
    metadata = context.property_metadata() if new else None
    for name, value in new.items():
        wrong = [metadata.wrong(name, value), name not in present and metadata.unknown(name)] if metadata else []
        for sentence in filter(None, [*wrong, _watchdog_missing(name, value, present)]):
            context.complain(sentence)


def _differs(present, wanted):
    return present != wanted if None in (present, wanted) else not values.same(present, wanted)


def _watchdog_missing(name, value, present):
    """A message if nodes without SBD would have to rely on it, because Pacemaker would stop there; otherwise None."""
    if name not in _WATCHDOG_TIMEOUTS or values.milliseconds(value) == 0 or present.get("have-watchdog") != "false":
        return None
    return f"{name}: with this value, Pacemaker stops on nodes where SBD is not running; set up SBD first"
