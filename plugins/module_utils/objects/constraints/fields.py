# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the attributes of constraints can be: how a value is checked, written, read and compared."""

from __future__ import annotations

from ...base import values
from ...base.errors import BadInput


class Name:
    """A name, such as the id of a resource."""

    given = str

    def wrong(self, value):
        """The rest of a sentence about a value that cannot be one; None if it can."""
        return None if value else "must not be empty"

    def text(self, cib, value):
        """A value as the CIB holds it."""
        return values.text(value)

    def read(self, text):
        """A text of the CIB as a specification gives it."""
        return text

    def same(self, one, other):
        """Whether two texts mean the same. Names are not read: a resource may be called `on`."""
        return one == other


class Score(Name):
    """A whole number, INFINITY or -INFINITY."""

    given = (str, int)
    same = staticmethod(values.same)

    def wrong(self, value):
        return None if values.is_score(value) else f"{value!r} is no score; it is a whole number, INFINITY or -INFINITY"


class Flag(Name):
    """True or false."""

    given = (bool, str, int)
    same = staticmethod(values.same)

    def wrong(self, value):
        return f"{value!r} is neither true nor false" if values.boolean(values.text(value)) is None else None

    def text(self, cib, value):
        return values.text(values.boolean(values.text(value)))

    def read(self, text):
        read = values.boolean(text)
        return text if read is None else read


class Choice(Name):
    """One of some words, in any case."""

    def __init__(self, *words):
        self._words = {word.lower(): word for word in words}

    def wrong(self, value):
        return None if value.lower() in self._words else f"{value!r} is none of {', '.join(self._words.values())}"

    def text(self, cib, value):
        return self._words[value.lower()]

    def same(self, one, other):
        return one.lower() == other.lower()


class Role(Choice):
    """A role, by its old or its new name; the schema says which of them is written."""

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
    """Refuse values that cannot be what their keys say.

    :param fields: key -> (attribute, field).
    :raises BadInput: naming the key, after `where`.
    """
    wrong = {key: field.wrong(spec[key]) for key, (_attribute, field) in fields.items() if spec.get(key) is not None}
    sentences = [f"{where}{key}: {sentence}" for key, sentence in wrong.items() if sentence]
    if sentences:
        raise BadInput(*sentences)


def texts(fields, cib, spec):
    """The given values as attributes of the CIB: attribute -> text, None for what is given as None."""
    return {
        attribute: None if spec[key] is None else field.text(cib, spec[key])
        for key, (attribute, field) in fields.items()
        if key in spec
    }


def read(fields, element):
    """The attributes of an element as values: key -> value; what is not there is left out."""
    return {
        key: field.read(element.get(attribute))
        for key, (attribute, field) in fields.items()
        if element.get(attribute) is not None
    }


def write(fields, cib, element, wanted, implied=None):
    """Set attributes that differ in meaning.

    :param wanted: attribute -> text, or None to remove it.
    :param implied: attribute -> what the cluster takes it for where it is not there.
    """
    by_attribute = dict(fields.values())
    implied = implied or {}
    for attribute, text in wanted.items():
        is_now, shall_be = (each or implied.get(attribute) for each in (element.get(attribute), text))
        if is_now is None or shall_be is None or not by_attribute[attribute].same(is_now, shall_be):
            cib.set(element, attribute, text)
