# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Primitives: one resource, run by one agent; and the templates that primitives can be made from."""

from __future__ import annotations

from functools import partial

from .. import values
from ..errors import BadInput, nearest
from . import attributes, operations, placement, references
from .kind import PAIRS, Kind

_STANDARDS = ("ocf", "systemd", "service", "lsb")
# The sets of pairs: key of the specification -> element, in the order pcs writes them
_SETS = {"params": "instance_attributes", "meta": "meta_attributes", "utilization": "utilization"}
# What says which agent runs a primitive
_DEFINITION = ("class", "provider", "type", "template")


class Primitive(Kind):
    """A resource with the keys of the module ha_resource."""

    section = "resources"
    what = "resource"
    tag = "primitive"
    keys = {
        "id": str,
        "agent": str,
        "template": str,
        "params": PAIRS,
        "meta": PAIRS,
        "operations": list,
        "default_operations": bool,
        "utilization": PAIRS,
        "description": str,
        **placement.KEYS,
    }
    required = ("id",)

    def check(self, spec):
        """Refuse wrong keys, ids, agent names, sets and operations."""
        super().check(spec)
        agents = [key for key in ("agent", "template") if key in self.keys]
        if sum(spec.get(key) is not None for key in agents) != 1:
            raise BadInput(f"{agents[0]}: is required" + (", or a template, not both" if len(agents) > 1 else ""))
        if spec.get("agent") is not None:
            self.check_agent(spec["agent"])
        for key in _SETS:
            attributes.check(key, spec.get(key))
        for name, value in attributes.given(spec.get("utilization")).items():
            if values.score(values.text(value)) is None:
                raise BadInput(f"utilization: {name} must be a whole number, not {value!r}")
        operations.check(spec.get("operations") or [])
        placement.check(spec)

    def check_agent(self, agent):
        """Refuse a name that is not written in full."""
        parts = agent.split(":")
        if parts[0] not in _STANDARDS or len(parts) != (3 if parts[0] == "ocf" else 2) or not all(parts):
            raise BadInput(
                f"agent: {agent!r} is not the full name of a resource agent; write it like ocf:heartbeat:IPaddr2 or"
                " systemd:nginx"
            )

    def is_ours(self, element):
        """Whether an element is of this kind."""
        return element.tag == self.tag and element.get("class") != "stonith"

    def read(self, element):
        """{id, agent or template, description, params, meta, utilization, operations}."""
        spec = {
            "id": element.get("id"),
            "agent": self.agent_of(element),
            "template": element.get("template"),
            "description": element.get("description"),
            **{key: attributes.read(element, tag) for key, tag in _SETS.items()},
            "operations": operations.read(element),
        }
        return {key: value for key, value in spec.items() if value}

    @staticmethod
    def agent_of(element):
        """The agent as it is written in a specification: ocf:heartbeat:IPaddr2, systemd:nginx; '' with a template."""
        return ":".join(filter(None, (element.get("class"), element.get("provider"), element.get("type"))))

    @staticmethod
    def metadata_name(agent):
        """The agent as crm_resource names it."""
        return agent

    def write(self, context, spec, element):
        """Create or change the primitive; the agent is asked only where something differs."""
        if element is None:
            element = self._create(context, spec, context.cib.section("resources"))
        elif self._definition(spec) == {name: element.get(name) for name in _DEFINITION if element.get(name)}:
            self._update(context, spec, element)
        else:
            element = self._recreate(context, spec, element)
        return element

    def complete(self, context, spec):
        """Put the primitive where it belongs."""
        placement.place(context, spec, context.cib.resource(spec["id"]))

    def remove(self, context, element):
        """Take the primitive out, with the constraints and other references to it."""
        references.remove_resource(context.cib, element)

    def _definition(self, spec):
        """The attributes of the element that name the agent."""
        if spec.get("template") is not None:
            return {"template": spec["template"]}
        standard, *provider, agent_type = self.metadata_name(spec["agent"]).split(":")
        return {"class": standard, **({"provider": provider[0]} if provider else {}), "type": agent_type}

    def _create(self, context, spec, parent, index=None):
        cib, metadata = context.cib, self._metadata(context, spec)
        element = cib.add(parent, self.tag, {"id": spec["id"], **self._definition(spec)}, index)
        if spec.get("description"):
            cib.set(element, "description", spec["description"])
        attributes.write(cib, element, _SETS["params"], spec.get("params") or {}, same=attributes.exactly)
        attributes.write(cib, element, _SETS["meta"], spec.get("meta") or {})
        operations.create(cib, element, spec.get("operations") or (), self._default_operations(context, spec, metadata))
        attributes.write(cib, element, _SETS["utilization"], spec.get("utilization") or {})
        self._validate(context, spec, element, None, set())
        return element

    @staticmethod
    def _default_operations(context, spec, metadata):
        """What pcs adds to the given operations of a new resource; where a template is used, it is the template's part."""
        if spec.get("template") is not None or (context.exact and spec.get("operations") is not None):
            return ()
        only_monitor = spec.get("default_operations") is False
        return metadata.default_operations(only_monitor) if metadata else ({"name": "monitor"},)

    def _recreate(self, context, spec, element):
        """Another agent in place of the old one: what the old agent does not share goes, references and place stay."""
        cib = context.cib
        old, new = (self._agent_name(each) for each in (self.read(element), spec))
        if not context.options.force_recreate:
            raise BadInput(
                f"agent: {spec['id']!r} exists with {old}, not {new}. With force_recreate: true it is stopped, removed and"
                " created again in its place"
            )
        spec = _with_kept(spec, self._kept(context, element))
        parent, index = cib.parent(element), cib.index(element)
        cib.remove(element)
        context.recreated.add(spec["id"])
        return self._create(context, spec, parent, index)

    def _kept(self, context, element):
        """What a resource keeps when it gets another agent: what an operator set, and all that is no agent's."""
        spec = self.read(element)
        if context.exact:
            meta = attributes.all_pairs(element, _SETS["meta"])
            return {"meta": {name: meta[name] for name in attributes.RUNTIME_META if name in meta}}
        return {key: spec[key] for key in ("description", "meta", "utilization") if key in spec}

    @staticmethod
    def _agent_name(spec):
        return f"the template {spec['template']}" if spec.get("template") else f"the agent {spec['agent']}"

    def _update(self, context, spec, element):
        cib, exact = context.cib, context.exact
        params, names = attributes.all_pairs(element, _SETS["params"]), operations.names(element)
        if spec.get("description") is not None or exact:
            cib.set(element, "description", spec.get("description") or None)
        write = partial(attributes.write, cib, element, exact=exact, arrange=list)
        write(_SETS["params"], spec.get("params") or {}, same=attributes.exactly)
        write(_SETS["meta"], spec.get("meta") or {}, kept=attributes.RUNTIME_META)
        attributes.write(cib, element, _SETS["utilization"], spec.get("utilization") or {}, exact=exact)
        given = spec.get("operations")
        if given is None and exact:
            metadata = self._metadata(context, spec)
            given = self._default_operations(context, spec, metadata) if metadata else None
        if given is not None:
            operations.update(cib, element, given, exact)
        self._validate(context, spec, element, params, names)

    def _validate(self, context, spec, element, old_params, old_operations):
        """Hold what is new in an element against the agent's metadata; it is not asked where nothing is.

        :param old_params: the pairs before, None for a new primitive.
        """
        own = attributes.all_pairs(element, _SETS["params"])
        before, added = old_params or {}, operations.names(element) - old_operations
        if own == old_params and not added:
            return
        metadata = self._metadata(context, spec)
        if metadata is None:
            return
        inherited = self._inherited(context.cib, spec)
        changed = {name: value for name, value in own.items() if before.get(name) != value}
        wrong = [metadata.unknown(set(changed) - set(before)), *metadata.wrong_types(changed)]
        if old_params is None or set(before) - set(own):
            wrong.append(metadata.missing({**inherited, **own}) if self.tag == "primitive" else None)
        wrong += _clashes(context.cib, element, metadata, changed)
        for sentence in filter(None, wrong):
            context.complain(f"params: {sentence}")
        unknown = metadata.unknown_action(added)
        if unknown:
            context.complain(f"operations: {unknown}")
        context.warnings += [f"{spec['id']}: {each}" for each in metadata.deprecated(set(changed) - set(before))]

    def _metadata(self, context, spec):
        """The metadata of the agent, or of the template's; None where it cannot be asked."""
        if spec.get("template") is not None:
            template = context.cib.find(spec["template"])
            if template is None or template.tag != Template.tag:
                known = [each.get("id") for each in context.cib.configuration.iterfind("resources/template")]
                raise BadInput(f"template: there is no template {spec['template']!r}{nearest(spec['template'], known)}")
            agent = self.agent_of(template)
        else:
            agent = self.metadata_name(spec["agent"])
        try:
            return context.agents.get(agent)
        except BadInput as error:
            context.complain(str(error))
            return None

    @staticmethod
    def _inherited(cib, spec):
        """The parameters that the template has."""
        return attributes.all_pairs(cib.find(spec["template"]), _SETS["params"]) if spec.get("template") else {}


class Template(Primitive):
    """What primitives have in common: they name it instead of an agent."""

    section = "templates"
    what = "template"
    tag = "template"
    keys = {key: type_ for key, type_ in Primitive.keys.items() if key not in ("template", *placement.KEYS)}

    def complete(self, context, spec):
        """A template is nowhere else."""

    def remove(self, context, element):
        """Take the template out.

        :raises BadInput: where primitives are made from it.
        """
        users = [
            each.get("id")
            for each in context.cib.configuration.iterfind("resources//primitive")
            if each.get("template") == element.get("id")
        ]
        if users:
            raise BadInput(f"id: the template {element.get('id')!r} is used by {', '.join(users)}; remove these first")
        references.remove_resource(context.cib, element)


def _with_kept(spec, kept):
    """A specification with what is kept laid under it."""
    spec = dict(spec)
    for key, value in kept.items():
        if isinstance(value, dict) and isinstance(spec.get(key) or {}, dict):
            spec[key] = {**value, **(spec.get(key) or {})}
        else:
            spec.setdefault(key, value)
    return spec


def _clashes(cib, element, metadata, changed):
    """A sentence for each parameter that must be unique and that another resource of this agent has already."""
    own = attributes.all_pairs(element, _SETS["params"])
    rivals = [
        (other.get("id"), attributes.all_pairs(other, _SETS["params"]))
        for other in cib.configuration.iterfind(f"resources//{element.tag}")
        if other is not element and all(other.get(name) == element.get(name) for name in _DEFINITION)
    ]
    for group in metadata.unique_groups():
        if not set(group) & set(changed) or not any(own.get(name) for name in group):
            continue
        for rival, pairs in rivals:
            if all(pairs.get(name) == own.get(name) for name in group):
                yield f"{', '.join(group)}: must differ between resources of {metadata.agent}; {rival!r} has the same"
