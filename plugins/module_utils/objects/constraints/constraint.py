# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all constraints share: what they are about, how they are found by that, and how they are edited in place."""

from __future__ import annotations

from ...base.cib import RESOURCES, WRAPPERS, children
from ...base.errors import BadInput, nearest
from ..kind import Kind
from . import fields, resource_sets

# What a constraint cannot be without; as null it is as if it were not given
_LASTING = frozenset(("resource", "pattern", "with", "node", "score", "ticket", "first", "then"))
# What a constraint may name; a tag stands for what it marks, a template for what is made from it
_CONSTRAINABLE = RESOURCES | {"tag", "template"}


class Constraint(Kind):
    """A constraint, which names its resources itself or in resource sets.

    :cvar tag: its element.
    :cvar naming: key -> (attribute, field) of the form without sets.
    :cvar common: the same of both forms.
    :cvar required_keys: the keys that a new one without sets needs.
    """

    section = "constraints"
    tag = None
    naming, common = {}, {}
    required_keys = ()

    def __init__(self):
        self.fields = {**self.naming, **self.common}
        self.keys = {"type": str, "id": str, **self.given_keys(), "sets": list}
        self.what = f"{self.type} constraint"
        self._attributes = {"id", *(attribute for attribute, _field in self.fields.values())}
        # Those that name resources: attribute -> (key, field)
        self._resources = {
            attribute: (key, field)
            for key, (attribute, field) in self.naming.items()
            if field in (fields.RESOURCE, fields.PATTERN)
        }

    def given_keys(self):
        """key -> type of what a specification gives beside the type, the id and the sets."""
        return {key: field.given for key, (_attribute, field) in self.fields.items()}

    def flat(self, spec, element=None):
        """What a specification gives as values of `fields`; `element` is the constraint if it is there."""
        given = {key: spec[key] for key in self.fields if key in spec}
        return {key: value for key, value in given.items() if value is not None or key not in _LASTING}

    def kept(self, element):
        """key -> value that has to be given with others so that it stays what it is; `element` is a constraint."""
        return {}

    def default(self, flat):
        """attribute -> text of what a new constraint, or one given exactly, has where nothing is given."""
        return {}

    def implied(self, get):
        """attribute -> what the cluster takes it for where it is not there (Pacemaker Explained)."""
        return {}

    def new_id(self, texts):
        """The id that pcs gives to a new constraint without sets: `texts` are its attributes."""
        raise NotImplementedError

    def about(self, get):
        """What tells a constraint without sets from the others of its type: a tuple; `get` is attribute -> text."""
        raise NotImplementedError

    # What a kind does

    def check(self, spec):
        """Refuse wrong keys and values."""
        super().check(spec)
        flat = self.flat(spec)
        fields.check(self.fields, flat)
        if spec.get("sets") is not None:
            resource_sets.check(spec["sets"])
            for key in self.naming:
                if flat.get(key) is not None:
                    raise BadInput(f"{key}: the sets name the resources; leave one of both out")
        if not spec.get("id"):
            self.check_required(flat, spec)

    def check_absent(self, spec):
        """One without an id is found by what it is about, so that has to be right."""
        if spec.get("id"):
            self.check_id(spec["id"])
        else:
            self.check(spec)

    def check_required(self, flat, spec):
        """Refuse a specification that does not say what a new constraint needs."""
        for key in self.required_keys:
            if flat.get(key) is None and not (spec.get("sets") and key in self.naming):
                raise BadInput(f"{key}: is required")

    def find_all(self, cib, spec):
        """The constraint with this id, or without an id all that are about the same."""
        if not spec.get("id"):
            return _index(cib).find(self, self.about_spec(cib, spec))
        return super().find_all(cib, spec)

    def find(self, cib, spec):
        """The constraint with this id, or without an id the first that is about the same."""
        if not spec.get("id"):
            return next(iter(self.find_all(cib, spec)), None)
        element = cib.find(spec["id"])
        if element is not None and element.tag != self.tag:
            raise BadInput(
                f"id: {spec['id']!r} is already the id of a {element.tag}, not of a constraint of type {self.type}"
            )
        return element

    def is_ours(self, element):
        """Whether an element is a constraint of this type, and all that is in it can be given."""
        return element.tag == self.tag and set(element.keys()) <= self._attributes and self.are_known(element)

    def are_known(self, element):
        """Whether all that is in the children of an element can be given."""
        return self.are_sets(children(element))

    @staticmethod
    def are_sets(elements):
        """Whether elements are resource sets that can be given."""
        return all(each.tag == resource_sets.TAG and resource_sets.is_known(each) for each in elements)

    def read(self, element):
        """The specification."""
        sets = resource_sets.read(element)
        head = {"type": self.type, "id": element.get("id")}
        return {**head, **fields.read(self.fields, element), **({"sets": sets} if sets else {})}

    def write(self, context, spec, element):
        """Create the constraint, or edit it in place: it keeps its id."""
        cib = context.cib
        if element is not None and not self.is_ours(element):
            raise BadInput(
                f"id: {element.get('id')!r} holds what only its XML can say, such as several rules or a lifetime;"
                " remove it by its id with state: absent and give it another"
            )
        index = _index(cib)
        index.catch_up(self)
        edits, was = cib.edits, {} if element is None else dict(element.attrib)
        before = None if element is None else self.about_element(cib, element)
        self.check_fits(context, spec, element)
        element = self._write_attributes(context, spec, element)
        self.write_rest(context, spec, element, was)
        index.note(self, element)
        if cib.edits != edits:
            context.notes("constraints")[element] = before
        return element

    def complete(self, context, spec, element):
        """A second constraint that is about the same is not made; one that is there already is reported."""
        about = self.about_element(context.cib, element)
        others = [each.get("id") for each in _index(context.cib).find(self, about) if each is not element]
        if not others:
            return
        sentence = f"id: {' and '.join(map(repr, others))} {'is' if len(others) == 1 else 'are'} about the same"
        if context.notes("constraints").get(element, about) == about:
            context.warnings.append(
                f"{sentence} as {element.get('id')!r}; remove what is not wanted by its id with state: absent"
            )
        else:
            context.complain(f"{sentence}; change that instead, or leave out the id")

    def _write_attributes(self, context, spec, element):
        """The attributes and sets; what belongs to the form that is not wanted any more goes."""
        cib, sets, flat = context.cib, spec.get("sets"), self.flat(spec, element)
        was_there = element is not None
        if was_there and not context.exact:
            flat = {**{key: value for key, value in self.kept(element).items() if key not in flat}, **flat}
        texts = fields.texts(self.fields, cib, flat)
        if not was_there or context.exact or self._gets_ends(flat, element):
            self.check_required(flat, spec)
        if not was_there or context.exact:
            texts = {**self.default(flat), **{name: text for name, text in texts.items() if text is not None}}
            if was_there:
                texts = {**dict.fromkeys(self._attributes - {"id"} - self.untouched(element)), **texts}
            else:
                element = self._new(cib, spec, texts)
        names = {attribute for attribute, _field in self.naming.values()}
        if sets is not None:
            for name in names:
                cib.set(element, name, None)
            texts = {name: text for name, text in texts.items() if name not in names}
            resource_sets.write(cib, element, sets, context.exact)
        elif any(texts.get(name) for name in self._resources):
            for each in element.findall(resource_sets.TAG):
                cib.remove(each)
        implied = self.implied({**element.attrib, **texts}.get) if was_there else {}
        fields.write(self.fields, cib, element, texts, implied)
        return element

    def _gets_ends(self, flat, element):
        """Whether a constraint with sets gets resources of its own instead."""
        return element.find(resource_sets.TAG) is not None and any(
            flat.get(key) for key, _field in self._resources.values()
        )

    def untouched(self, element):
        """The attributes that are written elsewhere."""
        return set()

    def _new(self, cib, spec, texts):
        sets = spec.get("sets")
        wanted_id = f"{self.type}_set_{resource_sets.part_of_id(sets)}" if sets else self.new_id(texts)
        return cib.add(cib.section("constraints"), self.tag, {"id": spec.get("id") or cib.fresh_id(wanted_id)})

    def write_rest(self, context, spec, element, was):
        """What is left to write of a constraint; `was` is its attributes before."""

    def about_spec(self, cib, spec):
        """What a whole specification is about."""
        if spec.get("sets"):
            return self.about_sets(spec.get, spec["sets"])
        flat = self.flat(spec)
        return self.about({**self.default(flat), **fields.texts(self.fields, cib, flat)}.get)

    def about_element(self, cib, element):
        """The same of an element."""
        sets = resource_sets.read(element)
        return self.about_sets(element.get, sets) if sets else self.about(element.get)

    def about_sets(self, get, sets):
        """What a constraint with these sets is about: the resources, in their roles."""
        return resource_sets.about(sets, "role", "Started")

    def check_fits(self, context, spec, element):
        """Refuse resources that are not there, and new mentions of what is in a clone or bundle."""
        flat = self.flat(spec, element)
        has_sets = element is not None and spec.get("sets") is None and element.find(resource_sets.TAG) is not None
        if has_sets and not self._gets_ends(flat, element):
            for key in self.naming:
                if flat.get(key) is not None:
                    raise BadInput(f"{key}: the sets of {element.get('id')!r} name the resources; leave it out")
        keys = [key for key, field in self._resources.values() if field is fields.RESOURCE and flat.get(key)]
        named = [(key, flat[key]) for key in keys]
        sets = enumerate(resource_sets.members(spec.get("sets") or []))
        named += [(f"sets[{number}].resources", one) for number, each in sets for one in each]
        known = set() if element is None else {element.get(name) for name in self._resources}
        if element is not None:
            known.update(one for each in resource_sets.members_of(element) for one in each)
        for key, resource_id in named:
            if resource_id not in known:
                _check_resource(context, key, resource_id)


class _Index:
    """The constraints by what they are about, type by type; made anew when something else has edited the document."""

    def __init__(self, cib):
        self._cib = cib
        self._edits, self._found = cib.edits, {}

    def catch_up(self, kind):
        """Take in the constraints of a type; moves and bans of operators stay out."""
        if self._edits != self._cib.edits:
            self._edits, self._found = self._cib.edits, {}
        if kind.type not in self._found:
            self._found[kind.type] = {}
            for element in self._cib.configuration.iterfind(f"constraints/{kind.tag}"):
                if kind.is_ours(element) and not element.get("id", "").startswith("cli-"):
                    self.note(kind, element)

    def find(self, kind, about):
        """The elements of a type that are about this."""
        self.catch_up(kind)
        found = self._found[kind.type].get(about, ())
        return [
            each
            for each in found
            if self._cib.find(each.get("id")) is each and kind.about_element(self._cib, each) == about
        ]

    def note(self, kind, element):
        """Take in an element that has just been written."""
        found = self._found[kind.type].setdefault(kind.about_element(self._cib, element), [])
        if element not in found:
            found.append(element)
        self._edits = self._cib.edits


def _index(cib):
    if "constraints" not in cib.indexes:
        cib.indexes["constraints"] = _Index(cib)
    return cib.indexes["constraints"]


def _check_resource(context, key, resource_id):
    cib = context.cib
    found = cib.resource(resource_id, _CONSTRAINABLE)
    if found is None:
        raise BadInput(
            f"{key}: there is no resource {resource_id!r}{nearest(resource_id, cib.resource_ids(_CONSTRAINABLE))}"
        )
    wrapper = next((each for each in cib.containers(found) if each.tag in WRAPPERS), None)
    if wrapper is not None and found.tag not in WRAPPERS:
        context.complain(f"{key}: {resource_id!r} is in the {wrapper.tag} {wrapper.get('id')!r}; name that instead")
