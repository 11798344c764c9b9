# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all constraints have in common: they are identified by what they constrain, and edited in place."""

from __future__ import annotations

from ...base.cib import RESOURCES, WRAPPERS, children
from ...base.errors import BadInput, nearest
from ..kind import Kind
from . import fields, resource_sets

# Keys whose value cannot be removed from a constraint: null is treated like a missing key
_NOT_REMOVABLE = frozenset(("resource", "pattern", "with", "node", "score", "ticket", "first", "then"))
# What a constraint may refer to; a tag means all its members, a template all resources made from it
_CONSTRAINABLE = RESOURCES | {"tag", "template"}


class Constraint(Kind):
    """A constraint, which names its resources in its own attributes or in resource sets.

    :cvar tag: the tag of its element.
    :cvar naming: key -> (attribute, field) in constraints without sets.
    :cvar common: key -> (attribute, field) in constraints with and without sets.
    :cvar required_keys: the keys that a new constraint without sets requires.
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
        # The attributes that refer to resources: attribute -> (key, field)
        self._resources = {
            attribute: (key, field)
            for key, (attribute, field) in self.naming.items()
            if field in (fields.RESOURCE, fields.PATTERN)
        }

    def given_keys(self):
        """key -> type of the keys of a specification, except the type, the id and the sets."""
        return {key: field.given for key, (_attribute, field) in self.fields.items()}

    def flat(self, spec, element=None):
        """The values in a specification by the keys of `fields`; `element` is the existing constraint, if any."""
        given = {key: spec[key] for key in self.fields if key in spec}
        return {key: value for key, value in given.items() if value is not None or key not in _NOT_REMOVABLE}

    def kept(self, element):
        """key -> value that must be written with other changes so that its effect in `element` stays the same."""
        return {}

    def default(self, flat):
        """attribute -> text of the defaults for a new constraint, or one in an exact context."""
        return {}

    def implied(self, get):
        """attribute -> the value that the cluster assumes if it is missing (Pacemaker Explained)."""
        return {}

    def new_id(self, texts):
        """The id that pcs gives to a new constraint without sets; `texts` are its attributes."""
        raise NotImplementedError

    def about(self, get):
        """A tuple that identifies a constraint without sets among those of its type; `get` is attribute -> text."""
        raise NotImplementedError

    # The methods of Kind

    def check(self, spec):
        """Refuse invalid keys and values."""
        super().check(spec)
        flat = self.flat(spec)
        fields.check(self.fields, flat)
        if spec.get("sets") is not None:
            resource_sets.check(spec["sets"])
            for key in self.naming:
                if flat.get(key) is not None:
                    raise BadInput(f"{key}: cannot be combined with sets, which name the resources")
        if not spec.get("id"):
            self.check_required(flat, spec)

    def check_absent(self, spec):
        """Without an id, a constraint is found by what it constrains, so that must be valid."""
        if spec.get("id"):
            self.check_id(spec["id"])
        else:
            self.check(spec)

    def check_required(self, flat, spec):
        """Refuse a specification without the keys that a new constraint requires."""
        for key in self.required_keys:
            if flat.get(key) is None and not (spec.get("sets") and key in self.naming):
                raise BadInput(f"{key}: is required")

    def find_all(self, cib, spec):
        """The constraint with this id, or without an id all constraints with the same identity (see about())."""
        if not spec.get("id"):
            return _index(cib).find(self, self.about_spec(cib, spec))
        return super().find_all(cib, spec)

    def find(self, cib, spec):
        """The constraint with this id, or without an id the first one with the same identity (see about())."""
        if not spec.get("id"):
            return next(iter(self.find_all(cib, spec)), None)
        element = cib.find(spec["id"])
        if element is not None and element.tag != self.tag:
            raise BadInput(
                f"id: {spec['id']!r} is already the id of a {element.tag}, not of a constraint of type {self.type}"
            )
        return element

    def is_ours(self, element):
        """Whether an element is a constraint of this type that a specification can express completely."""
        return element.tag == self.tag and set(element.keys()) <= self._attributes and self.are_known(element)

    def are_known(self, element):
        """Whether a specification can express all children of an element."""
        return self.are_sets(children(element))

    @staticmethod
    def are_sets(elements):
        """Whether elements are resource sets that a specification can express."""
        return all(each.tag == resource_sets.TAG and resource_sets.is_known(each) for each in elements)

    def read(self, element):
        """The specification of a constraint."""
        sets = resource_sets.read(element)
        head = {"type": self.type, "id": element.get("id")}
        return {**head, **fields.read(self.fields, element), **({"sets": sets} if sets else {})}

    def write(self, context, spec, element):
        """Create the constraint, or edit it in place: it keeps its id."""
        cib = context.cib
        if element is not None and not self.is_ours(element):
            raise BadInput(
                f"id: {element.get('id')!r} has content that cannot be expressed here, such as several rules or a"
                " lifetime; remove it by its id with state: absent, or use another id"
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
        """Refuse to create a second constraint with the same identity; warn about one that already exists."""
        about = self.about_element(context.cib, element)
        others = [each.get("id") for each in _index(context.cib).find(self, about) if each is not element]
        if not others:
            return
        already_defines = "already defines" if len(others) == 1 else "already define"
        sentence = f"id: {' and '.join(map(repr, others))} {already_defines} the same constraint"
        if context.notes("constraints").get(element, about) == about:
            context.warnings.append(
                f"{sentence} as {element.get('id')!r}; remove those you do not need by id with state: absent"
            )
        else:
            context.complain(f"{sentence}; change that one instead, or omit the id")

    def _write_attributes(self, context, spec, element):
        """Write the attributes and sets; when a constraint changes to sets or back, the other form is removed."""
        cib, sets, flat = context.cib, spec.get("sets"), self.flat(spec, element)
        existed = element is not None
        if existed and not context.exact:
            flat = {**{key: value for key, value in self.kept(element).items() if key not in flat}, **flat}
        texts = fields.texts(self.fields, cib, flat)
        if not existed or context.exact or self._replaces_sets(flat, element):
            self.check_required(flat, spec)
        if not existed or context.exact:
            texts = {**self.default(flat), **{name: text for name, text in texts.items() if text is not None}}
            if existed:
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
        implied = self.implied({**element.attrib, **texts}.get) if existed else {}
        fields.write(self.fields, cib, element, texts, implied)
        return element

    def _replaces_sets(self, flat, element):
        """Whether a constraint with sets is changed to one that names its resources itself."""
        return element.find(resource_sets.TAG) is not None and any(
            flat.get(key) for key, _field in self._resources.values()
        )

    def untouched(self, element):
        """The attributes that write_rest() writes."""
        return set()

    def _new(self, cib, spec, texts):
        sets = spec.get("sets")
        wanted_id = f"{self.type}_set_{resource_sets.part_of_id(sets)}" if sets else self.new_id(texts)
        return cib.add(cib.section("constraints"), self.tag, {"id": spec.get("id") or cib.fresh_id(wanted_id)})

    def write_rest(self, context, spec, element, was):
        """Write the rest of a constraint; `was` are its previous attributes."""

    def about_spec(self, cib, spec):
        """The identity of a complete specification; see about()."""
        if spec.get("sets"):
            return self.about_sets(spec.get, spec["sets"])
        flat = self.flat(spec)
        return self.about({**self.default(flat), **fields.texts(self.fields, cib, flat)}.get)

    def about_element(self, cib, element):
        """The identity of an element."""
        sets = resource_sets.read(element)
        return self.about_sets(element.get, sets) if sets else self.about(element.get)

    def about_sets(self, get, sets):
        """The identity of a constraint with these sets: the resources and their roles."""
        return resource_sets.about(sets, "role", "Started")

    def check_fits(self, context, spec, element):
        """Refuse resources that do not exist, and new references to members of a clone or bundle."""
        flat = self.flat(spec, element)
        has_sets = element is not None and spec.get("sets") is None and element.find(resource_sets.TAG) is not None
        if has_sets and not self._replaces_sets(flat, element):
            for key in self.naming:
                if flat.get(key) is not None:
                    raise BadInput(f"{key}: cannot be combined with the sets of {element.get('id')!r}; omit it")
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
    """An index of each type's constraints by identity; rebuilt if anything else has edited the document."""

    def __init__(self, cib):
        self._cib = cib
        self._edits, self._found = cib.edits, {}

    def catch_up(self, kind):
        """Index the constraints of a type, without moves and bans of operators."""
        if self._edits != self._cib.edits:
            self._edits, self._found = self._cib.edits, {}
        if kind.type not in self._found:
            self._found[kind.type] = {}
            for element in self._cib.configuration.iterfind(f"constraints/{kind.tag}"):
                if kind.is_ours(element) and not element.get("id", "").startswith("cli-"):
                    self.note(kind, element)

    def find(self, kind, about):
        """The elements of a type with this identity."""
        self.catch_up(kind)
        found = self._found[kind.type].get(about, ())
        return [
            each
            for each in found
            if self._cib.find(each.get("id")) is each and kind.about_element(self._cib, each) == about
        ]

    def note(self, kind, element):
        """Index an element that has just been written."""
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
        context.complain(f"{key}: {resource_id!r} is in the {wrapper.tag} {wrapper.get('id')!r}; use that id instead")
