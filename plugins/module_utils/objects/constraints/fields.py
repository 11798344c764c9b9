# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The types of constraint attributes: how their values are checked, written, read and compared."""

from __future__ import annotations

from ...base import values
from ...base.errors import BadInput


class Name:
    """A name, such as the id of a resource."""

    given = str

    def wrong(self, value):
        """The rest of a message about an invalid value; None if it is valid."""
        return None if value else "must not be empty"

    def text(self, cib, value):
        """The text of a value in the CIB."""
        return values.text(value)

    def read(self, text):
        """The value in a specification for a text in the CIB."""
        return text

    def same(self, one, other):
        """Whether two texts mean the same. Names are not interpreted: a resource may be called `on`."""
        return one == other


class Score(Name):
    """A whole number, INFINITY or -INFINITY."""

    given = (str, int)
    same = staticmethod(values.same)

    def wrong(self, value):
        if values.is_score(value):
            return None
        return f"{value!r} is not a score; a score is a whole number, INFINITY or -INFINITY"


class Flag(Name):
    """True or false."""

    given = (bool, str, int)
    same = staticmethod(values.same)

    def wrong(self, value):
        return f"must be true or false, not {value!r}" if values.boolean(values.text(value)) is None else None

    def text(self, cib, value):
        return values.text(values.boolean(values.text(value)))

    def read(self, text):
        read = values.boolean(text)
        return text if read is None else read


class Choice(Name):
    """One of several words, in upper or lower case."""

    def __init__(self, *words):
        self._words = {word.lower(): word for word in words}

    def wrong(self, value):
        if value.lower() in self._words:
            return None
        return f"must be one of {', '.join(self._words.values())}, not {value!r}"

    def text(self, cib, value):
        return self._words[value.lower()]

    def same(self, one, other):
        return one.lower() == other.lower()


class Role(Choice):
    """A role, by its old or new name; the schema decides which one is written."""

    def __init__(self):
        super().__init__("Started", "Stopped", "Promoted", "Unpromoted")

    def wrong(self, value):
        return super().wrong(values.role(value) or value)

    def text(self, cib, value):
        return cib.role(super().text(cib, values.role(value)))

    def same(self, one, other):
        return values.role(one) == values.role(other)


NAME, RESOURCE, PATTERN, SCORE, FLAG, ROLE = Name(), Name(), Name(), Score(), Flag(), Role()
ACTION = Choice("start", "stop", "promote", "demote")
KIND = Choice("Mandatory", "Optional", "Serialize")


def check(fields, spec, where=""):
    """Refuse values that are invalid for their keys.

    :param fields: key -> (attribute, field).
    :raises BadInput: with sentences that begin with `where` and the key.
    """
    wrong = {key: field.wrong(spec[key]) for key, (_attribute, field) in fields.items() if spec.get(key) is not None}
    sentences = [f"{where}{key}: {sentence}" for key, sentence in wrong.items() if sentence]
    if sentences:
        raise BadInput(*sentences)


def texts(fields, cib, spec):
    """The given values as attributes of the CIB: attribute -> text, or None for a value given as None."""
    return {
        attribute: None if spec[key] is None else field.text(cib, spec[key])
        for key, (attribute, field) in fields.items()
        if key in spec
    }


def read(fields, element):
    """The values of an element: key -> value, without missing attributes."""
    return {
        key: field.read(element.get(attribute))
        for key, (attribute, field) in fields.items()
        if element.get(attribute) is not None
    }


def write(fields, cib, element, wanted, implied=None):
    """Set the attributes whose meaning differs.

    :param wanted: attribute -> text, or None to remove it.
    :param implied: attribute -> the value that the cluster assumes if it is missing.
    """
    by_attribute = dict(fields.values())
    implied = implied or {}
    for attribute, text in wanted.items():
        present, desired = (each or implied.get(attribute) for each in (element.get(attribute), text))
        if present is None or desired is None or not by_attribute[attribute].same(present, desired):
            cib.set(element, attribute, text)
