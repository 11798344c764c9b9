# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules: parse the text form that pcs accepts and shows, and build it from the parts of a <rule>.

    #uname eq node1 and (date gt 2026-01-01 or date-spec weekdays=6-7)

`and` and `or` have the same precedence and are read from left to right. Values with spaces or parentheses are quoted.
The syntax is that of `pcs constraint location rule` and `pcs resource defaults set create` (pcs 0.10.8 to 0.12.0).
"""

from __future__ import annotations

import datetime
import re
from collections import namedtuple

from ..base import values
from ..base.errors import BadInput, instead

TAG = "rule"

# An element of a rule in the CIB, without ids; `children` are Nodes
Node = namedtuple("Node", ("tag", "attributes", "children"))

# The kinds of expressions, and their names in messages
NODE, DATE, RESOURCE, OPERATION = "expression", "date_expression", "rsc_expression", "op_expression"
CALLED = {
    NODE: "a node attribute",
    DATE: "a date",
    RESOURCE: "resource STANDARD:PROVIDER:TYPE",
    OPERATION: "op NAME",
}

_COMPARISONS = ("eq", "ne", "lt", "lte", "gt", "gte")
_DEFINED = ("defined", "not_defined")
_TYPES = {
    "string": (r".*", "a string"),
    "integer": (r"[+-]?[0-9]+", "a whole number"),
    "number": (r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", "a number"),
    "version": (r"[0-9]+(\.[0-9]+)*", "a version such as 1.2.3"),
}
DURATION = {name: (1, None) for name in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")}
# name -> (least, greatest) (Pacemaker Explained: date specifications)
DATE_SPEC = {
    "years": (0, None),
    "weekyears": (0, None),
    "months": (1, 12),
    "weeks": (1, 53),
    "yeardays": (1, 366),
    "monthdays": (1, 31),
    "weekdays": (1, 7),
    "hours": (0, 23),
    "minutes": (0, 59),
    "seconds": (0, 59),
}
# A calendar date, week date or ordinal date, and a time (ISO 8601)
_ISO_DATE = r"([0-9]{4})-?(?:([0-9]{2})-?([0-9]{2})|W([0-9]{2})-?([0-9])|([0-9]{3}))"
_ISO_TIME = r"([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2}))?)?\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_DATE_HINT = "write it like 2026-01-31 or 2026-01-31T18:00:00Z"


def parse(text, allowed=tuple(CALLED)):
    """Parse the text of a rule into a Node.

    :param allowed: the kinds of expressions that are allowed in this rule.
    :raises BadInput: with the problem and the position of the character.
    """
    if not isinstance(text, str) or not text.strip():
        raise BadInput("must be a string such as '#uname eq node1 and date gt 2026-01-01'")
    words = _Words(text)
    node = _expressions(words, allowed)
    if words.peek() is not None:
        raise words.wrong("is unexpected; expected 'and' or 'or'")
    return node if node.tag == TAG else Node(TAG, {"boolean-op": "and"}, [node])


def node_names(text):
    """The node names in a text: the values that it compares with #uname."""
    return list(_node_names(parse(text)))


def _is_defined(node):
    return node.attributes.get("operation") in _DEFINED


def text_of(node):
    """The text of a Node."""
    if node.tag == TAG:
        parts = [f"({text_of(part)})" if part.tag == TAG else text_of(part) for part in node.children]
        return f" {node.attributes['boolean-op']} ".join(parts)
    if node.tag == NODE:
        words = {name: _word(value) for name, value in node.attributes.items()}
        if words["attribute"].lower() == "date" and words["operation"] in ("gt", "lt") and "type" not in words:
            words["attribute"] = '"date"'  # without quotes it would be read as a date expression
        order = ("operation", "attribute") if _is_defined(node) else ("attribute", "operation", "type", "value")
        return " ".join(words[name] for name in order if name in words)
    if node.tag == DATE:
        return _date_text(node)
    if node.tag == RESOURCE:
        return "resource " + ":".join(node.attributes.get(name, "") for name in ("class", "provider", "type"))
    interval = f" interval={node.attributes['interval']}" if "interval" in node.attributes else ""
    return f"op {_word(node.attributes['name'])}{interval}"


def _date_text(node):
    operation = node.attributes["operation"]
    start, end = (node.attributes.get(name, "") for name in ("start", "end"))
    parts = [f"{name}={value}" for child in node.children for name, value in sorted(child.attributes.items())]
    if operation == "date_spec":
        return " ".join(["date-spec", *parts])
    if operation != "in_range":
        return f"date {operation} {start or end}"
    return " ".join(["date in_range", *([start] if start else []), "to", *(["duration", *parts] if parts else [end])])


def _word(word):
    """A word, quoted if necessary."""
    if word and word.lower() not in ("and", "or") and not re.search(r"[\s()]", word) and word[0] not in "\"'":
        return word
    return f"'{word}'" if '"' in word else f'"{word}"'


def meaning_of(node, type_of=str):
    """The meaning of a Node, for comparison: redundant nesting, order and default values make no difference."""
    if node.tag == TAG:
        operator, meanings = node.attributes["boolean-op"], set()
        for part in node.children:
            inner = meaning_of(part, type_of)
            meanings.update(inner[1] if inner[0] == operator else [inner])
        return next(iter(meanings)) if len(meanings) == 1 else (operator, frozenset(meanings))
    attributes = dict(node.attributes)
    if attributes.get("type") == "string" and attributes["operation"] in ("eq", "ne"):
        del attributes["type"]
    if "type" in attributes and node.tag == NODE:
        attributes["type"] = type_of(attributes["type"])
    if "interval" in attributes:
        attributes["interval"] = values.milliseconds(attributes["interval"])
    for name in {"start", "end"} & set(attributes):
        attributes[name] = _datetime(attributes[name]) or attributes[name]
    return node.tag, frozenset(attributes.items()), frozenset(meaning_of(child, type_of) for child in node.children)


def _node_names(node):
    if node.tag == NODE and node.attributes["attribute"] == "#uname" and node.attributes["operation"] in ("eq", "ne"):
        yield node.attributes["value"]
    for child in node.children:
        yield from _node_names(child)


# --- parsing


class _Words:
    """The words of a text with their positions, taken one after the other.

    :ivar place: how many words have been taken.
    """

    def __init__(self, text):
        self._text = values.text(text)
        self._words = []  # (word, whether it is quoted, position of its first character)
        for match in re.finditer(r"""\s*(?:"([^"]*)"|'([^']*)'|([()])|([^\s()]+))""", text):
            kind = match.lastindex
            self._words.append((match.group(kind), kind < 3, match.start(kind) + 1))
            if kind == 4 and match.group(kind)[0] in "\"'":
                raise self.wrong("has no closing quote", place=len(self._words) - 1)
        self.place = 0

    def peek(self, ahead=0):
        """An upcoming word in lower case; '' for a quoted word, None at the end."""
        place = self.place + ahead
        if place >= len(self._words):
            return None
        word, quoted, _character = self._words[place]
        return "" if quoted else word.lower()

    def take(self, what):
        """Take the next word; `what` describes the expected word in messages."""
        if self.peek() in (None, "(", ")"):
            raise self.wrong(f"is unexpected; expected {what}", what)
        self.place += 1
        return self._words[self.place - 1][0]

    def took(self, *words):
        """Whether the next word is one of these; if so, it is taken."""
        found = self.peek() in words
        self.place += found
        return found

    def wrong(self, why, missing="something", place=None):
        """A BadInput about the next word or that at `place`; at the end of the text, about what is missing."""
        place = self.place if place is None else place
        if place >= len(self._words):
            return BadInput(f"{missing} is missing at the end, character {len(self._text) + 1} of: {self._text}")
        word, _quoted, character = self._words[place]
        return BadInput(f"{word!r} at character {character} {why}: {self._text}")


def _expressions(words, allowed):
    """Read expressions up to the end or a closing parenthesis, nesting the preceding ones if the operator changes."""
    operator, parts = None, [_expression(words, allowed)]
    while words.peek() in ("and", "or"):
        following = words.take("and").lower()
        if operator not in (None, following):
            parts = [Node(TAG, {"boolean-op": operator}, parts)]
        operator = following
        parts.append(_expression(words, allowed))
    return parts[0] if operator is None else Node(TAG, {"boolean-op": operator}, parts)


def _expression(words, allowed):
    if words.took("("):
        node = _expressions(words, allowed)
        if not words.took(")"):
            raise words.wrong("is unexpected; expected ')'", "')'")
        return node
    start = words.place
    node = _reader(words)(words)
    if node.tag not in allowed:
        known = " or ".join(CALLED[tag] for tag in allowed)
        raise words.wrong(f"tests {CALLED[node.tag]}, but a rule here can only test {known}", place=start)
    return node


def _reader(words):
    """The function that reads the next expression."""
    first, then = words.peek(), words.peek(1)
    if first == "date" and then == "in_range":
        return _date_range
    # `date gt integer 5` tests a node attribute that is called date
    if first == "date" and then in ("gt", "lt") and not (words.peek(2) in _TYPES and _is_value(words.peek(3))):
        return _date
    if then not in _COMPARISONS:
        readers = {
            "date-spec": _date_spec,
            "resource": _resource,
            "op": _operation,
            **dict.fromkeys(_DEFINED, _defined),
        }
        if first in readers:
            return readers[first]
    return _comparison


def _is_value(word):
    return word not in (None, "(", ")", "and", "or")


def _comparison(words):
    if words.peek() in ("and", "or") and words.peek(1) not in _COMPARISONS:
        raise words.wrong("is unexpected; expected an expression")
    attribute = words.take("an expression")
    if words.peek() not in _COMPARISONS:
        known = f"one of {', '.join(_COMPARISONS)}"
        raise words.wrong(f"is not a comparison; use {known}", known)
    attributes = {"attribute": attribute, "operation": words.take("a comparison").lower()}
    if words.peek() in _TYPES and _is_value(words.peek(1)):
        attributes["type"] = words.take("a type").lower()
    attributes["value"] = words.take("a value")
    pattern, called = _TYPES[attributes.get("type", "string")]
    if not re.fullmatch(pattern, attributes["value"], re.DOTALL):
        raise words.wrong(f"is not {called}", place=words.place - 1)
    return Node(NODE, attributes, [])


def _defined(words):
    operation = words.take("defined").lower()
    return Node(NODE, {"attribute": words.take("the name of an attribute"), "operation": operation}, [])


def _date(words):
    words.take("date")
    operation = words.take("gt or lt").lower()
    return Node(DATE, {"operation": operation, "start" if operation == "gt" else "end": _moment(words)}, [])


def _date_range(words):
    words.take("date")
    attributes, duration = {"operation": words.take("in_range").lower()}, []
    start = words.place
    if words.peek() != "to":
        attributes["start"] = _moment(words)
    if not words.took("to"):
        raise words.wrong("is unexpected; expected 'to'", "'to'")
    if words.peek() == "duration":
        if "start" not in attributes:
            raise words.wrong("requires a start date: in_range DATE to duration days=1")
        words.take("duration")
        duration.append(Node("duration", _named_numbers(words, DURATION, ranges=False), []))
    else:
        attributes["end"] = _moment(words)
    if _is_before(attributes.get("end"), attributes.get("start")):
        raise words.wrong("is not before the end of the range", place=start)
    return Node(DATE, attributes, duration)


def _date_spec(words):
    words.take("date-spec")
    return Node(DATE, {"operation": "date_spec"}, [Node("date_spec", _named_numbers(words, DATE_SPEC), [])])


def _resource(words):
    words.take("resource")
    parts = words.take("STANDARD:PROVIDER:TYPE").split(":")
    if len(parts) != 3 or not any(parts):
        raise words.wrong(
            "is not STANDARD:PROVIDER:TYPE; a part may be empty, but both colons are required", place=words.place - 1
        )
    return Node(RESOURCE, {name: part for name, part in zip(("class", "provider", "type"), parts) if part}, [])


def _operation(words):
    words.take("op")
    attributes = {"name": words.take("the name of an operation")}
    if (words.peek() or "").startswith("interval="):
        attributes["interval"] = words.take("interval").partition("=")[2]
        if values.milliseconds(attributes["interval"]) is None:
            raise words.wrong("is not a valid time; write it like interval=10s", place=words.place - 1)
    return Node(OPERATION, attributes, [])


def _moment(words):
    """Take a date; the result has a T before the time, as pcs writes it."""
    moment = with_t(words.take("a date"))
    if _datetime(moment) is None:
        raise words.wrong(f"is not a valid date; {_DATE_HINT}", place=words.place - 1)
    return moment


def with_t(date):
    """A date as pcs writes it: without spaces, a T before the time."""
    return re.sub(r"\s+", "T", re.sub(r"\s*([TZ:.+-])\s*", r"\1", date.strip()), count=1)


def _datetime(text):
    """The datetime in an ISO 8601 text, with its time zone if it has one; None if it is not a date."""
    date, _separator, time = text.partition("T")
    found, clock = re.fullmatch(_ISO_DATE, date), re.fullmatch(_ISO_TIME, time or "00")
    if not found or not clock:
        return None
    year, month, day, week, weekday, yearday = found.groups()
    hour, minute, second, zone = clock.groups()
    try:
        if month:
            moment = datetime.datetime(int(year), int(month), int(day))
        elif week:
            moment = datetime.datetime.strptime(f"{year} {week} {weekday}", "%G %V %u")
        else:
            moment = datetime.datetime.strptime(f"{year} {yearday}", "%Y %j")
        moment = moment.replace(hour=int(hour), minute=int(minute or 0), second=int(second or 0))
        return moment.replace(tzinfo=_zone(zone)) if zone else moment
    except ValueError:
        return None


def _zone(text):
    if text == "Z":
        return datetime.timezone.utc
    hours, minutes = int(text[1:3]), int(text[-2:]) if len(text) > 3 else 0
    offset = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-offset if text[0] == "-" else offset)


def _is_before(end, start):
    """Whether a range ends before it starts, if its dates can be compared."""
    moments = [_datetime(each) for each in (start, end) if each is not None]
    if len(moments) < 2 or (moments[0].tzinfo is None) != (moments[1].tzinfo is None):
        return False
    return moments[1] <= moments[0]


def _named_numbers(words, known, ranges=True):
    """Take NAME=NUMBER words, and NAME=FROM-TO if `ranges` is true; `known` is name -> (least, greatest)."""
    found = {}
    while "=" in (words.peek() or ""):
        name, _separator, value = words.take("NAME=NUMBER").partition("=")
        place = words.place - 1
        if name not in known:
            raise words.wrong(f"is not known here{instead(name, known)}", place=place)
        if name in found:
            raise words.wrong("is given twice", place=place)
        if not _is_in(value, *known[name], ranges):
            least, greatest = known[name]
            limits = f"from {least} to {greatest}" if greatest is not None else f"at least {least}"
            raise words.wrong(f"must be a number{' or a range such as 1-5' if ranges else ''}, {limits}", place=place)
        found[name] = value
    if not found:
        raise words.wrong(f"is unexpected; expected one of {'=, '.join(known)}=", f"one of {'=, '.join(known)}=")
    return found


def _is_in(value, least, greatest, ranges):
    match = re.fullmatch(r"([0-9]+)(?:-([0-9]+))?" if ranges else r"([0-9]+)()", value)
    if not match:
        return False
    numbers = [int(number) for number in match.groups() if number]
    is_within = all(least <= number and (greatest is None or number <= greatest) for number in numbers)
    return is_within and (len(numbers) == 1 or numbers[0] < numbers[1])
