# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alerts: programs that the cluster runs when something happens, once for each recipient."""

from __future__ import annotations

from ...base import values
from ...base.cib import children
from ...base.errors import BadInput, nearest
from .. import attributes, items, references
from ..checks import PAIRS, check_keys
from ..kind import Kind

# The kinds of events that can be selected: select_nodes ... (schema alerts-2.10)
_SELECTABLE = ("nodes", "fencing", "resources", "attributes")
_PREFIX = "select_"
_NAMES = "select_attributes"
# The sets of pairs: key of the specification -> element, in the order pcs writes them; how to compare their values
_SETS = {"options": "instance_attributes", "meta": "meta_attributes"}
_SAME = {"options": attributes.exactly, "meta": values.same}
_COMMON = {"id": str, "description": str, "options": PAIRS, "meta": PAIRS}
_RECIPIENT_KEYS = {**_COMMON, "value": str}


class Alert(Kind):
    """An alert with its recipients."""

    section = "alerts"
    what = "alert"
    keys = {**_COMMON, "path": str, "select": list, _NAMES: list, "recipients": list}
    required = ("id", "path")

    def check(self, spec):
        """Refuse invalid keys, sets, selections and recipients."""
        super().check(spec)
        _check_sets(spec)
        _check_select(spec)
        items.check("recipients", spec.get("recipients"), _check_recipient)
        _check_distinct(spec.get("recipients") or ())

    def is_ours(self, element):
        """Whether an element is an alert."""
        return element.tag == "alert"

    def read(self, element):
        """{id, path, description, options, meta, select, select_attributes, recipients}."""
        spec = {
            "id": element.get("id"),
            "path": element.get("path"),
            **_read_common(element),
            "select": _selected(element),
            _NAMES: [each.get("name") for each in element.iterfind(f"select/{_NAMES}/attribute")],
            "recipients": [_read_recipient(each) for each in element.iterfind("recipient")],
        }
        return {key: value for key, value in spec.items() if value}

    def write(self, context, spec, element):
        """Create or change the alert and its recipients."""
        cib = context.cib
        if element is None:
            element = cib.add(cib.section("alerts"), "alert", {"id": spec["id"]})
        cib.set(element, "path", spec["path"])
        _write_common(context, spec, element)
        if spec.get("select") is not None or context.exact:
            _write_select(context, spec, element)
        if spec.get("recipients") is not None or context.exact:
            _write_recipients(context, spec.get("recipients") or (), element)
        return element

    def remove(self, context, element):
        """Remove the alert and the permissions that refer to it."""
        references.remove(context.cib, element)


def _check_sets(spec):
    for key in _SETS:
        attributes.check(key, spec.get(key))


def _check_select(spec):
    select, names = spec.get("select") or (), spec.get(_NAMES)
    for each in select:
        if each not in _SELECTABLE:
            known = nearest(str(each), _SELECTABLE)
            raise BadInput(f"select: each item must be one of {', '.join(_SELECTABLE)}, not {each!r}{known}")
    if names and "attributes" not in select:
        raise BadInput(f"{_NAMES}: requires attributes in select")
    for name in names or ():
        if not isinstance(name, str) or not name:
            raise BadInput(f"{_NAMES}: {name!r} is not the name of an attribute")


def _check_recipient(recipient):
    check_keys(recipient, _RECIPIENT_KEYS, ("value",))
    _check_sets(recipient)


def _check_distinct(recipients):
    """Refuse a value that is given twice, unless the recipients have different ids."""
    seen = {}
    for number, recipient in enumerate(recipients):
        value = recipient["value"]
        other = seen.setdefault(value, number)
        if other != number and not (recipient.get("id") and recipients[other].get("id")):
            raise BadInput(f"recipients[{number}].value: {value!r} is already given in recipients[{other}]")


def _read_common(element):
    """{description, options, meta}."""
    sets = {key: attributes.read(element, tag) for key, tag in _SETS.items()}
    return {"description": element.get("description"), **sets}


def _read_recipient(element):
    spec = {"id": element.get("id"), "value": element.get("value"), **_read_common(element)}
    return {key: value for key, value in spec.items() if value}


def _write_common(context, spec, element):
    """Write the description and the sets of an alert or a recipient; pcs puts new sets first."""
    cib, exact = context.cib, context.exact
    context.describe(element, spec)
    for key, tag in _SETS.items():
        wanted = {} if spec.get(key) is None else spec[key]
        attributes.write(cib, element, tag, wanted, same=_SAME[key], exact=exact, index=0)


def _selected(alert):
    """The selected kinds of events, in document order; [] if the alert has no selection."""
    select = alert.find("select")
    return [] if select is None else [each.tag[len(_PREFIX) :] for each in children(select)]


def _write_select(context, spec, alert):
    """Write exactly the given kinds of events. Attribute names are kept unless names are given or the mode is exact."""
    cib, wanted, present = context.cib, spec.get("select") or (), _selected(alert)
    select = alert.find("select")
    if not wanted:
        if present:
            cib.remove(select)
        return
    if select is None:
        select = cib.add(alert, "select")
    for each in present:
        if each not in wanted:
            cib.remove(select.find(_PREFIX + each))
    for each in wanted:
        if select.find(_PREFIX + each) is None:
            cib.add(select, _PREFIX + each)
    names = spec.get(_NAMES)
    if "attributes" in wanted and (names is not None or context.exact):
        _write_names(cib, alert.get("id"), select.find(_NAMES), names or ())


def _write_names(cib, alert_id, parent, wanted):
    present = {each.get("name"): each for each in parent.iterfind("attribute")}
    for name, element in present.items():
        if name not in wanted:
            cib.remove(element)
    for name in dict.fromkeys(wanted):
        if name not in present:
            cib.add(parent, "attribute", {"id": cib.fresh_id(f"{alert_id}-{_NAMES}-{name}"), "name": name})


def _write_recipients(context, wanted, alert):
    found = items.write(
        context.cib,
        alert,
        "recipient",
        "recipients",
        wanted,
        same=lambda element, recipient: element.get("value") == recipient["value"],
        usual_id=lambda _recipient: f"{alert.get('id')}-recipient",
        exact=context.exact,
    )
    for number, (recipient, element) in enumerate(zip(wanted, found)):
        with items.at(f"recipients[{number}]"):
            if element.get("value") != recipient["value"]:
                _refuse_duplicate(context, alert, recipient["value"], found)
                context.cib.set(element, "value", recipient["value"])
            _write_common(context, recipient, element)


def _refuse_duplicate(context, alert, value, found):
    """Refuse a value that another recipient already has, as pcs does: every alert would be sent to it twice."""
    for other in alert.iterfind("recipient"):
        if other.get("value") == value and other not in found:
            context.complain(f"value: {value!r} is already the value of the recipient {other.get('id')!r}; use that id")
