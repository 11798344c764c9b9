# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Primitives: single resources run by an agent; and the templates that they can be based on."""

from __future__ import annotations

from functools import partial

from ...base.errors import BadInput, check_all, nearest
from .. import attributes
from ..checks import PAIRS
from ..kind import Kind
from . import placement

_STANDARDS = ("ocf", "systemd", "service", "lsb")
# The sets of pairs: key of the specification -> element, in the order pcs writes them
_SETS = {"params": "instance_attributes", "meta": "meta_attributes", "utilization": "utilization"}
# The attributes that define the agent of a primitive
_DEFINITION = ("class", "provider", "type", "template")


class Primitive(Kind):
    """A primitive resource; its keys are the options of the module ha_resource."""

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
        """Refuse invalid keys and values, and contradictory definitions or placements."""
        check_all([partial(super().check, spec), partial(self._check_definition, spec)])
        placement.check(spec)

    def _check_definition(self, spec):
        agents = [key for key in ("agent", "template") if key in self.keys]
        if sum(spec.get(key) not in (None, "") for key in agents) != 1:
            required = "exactly one of agent and template is" if len(agents) > 1 else "is"
            raise BadInput(f"{agents[0]}: {required} required")

    def check_value(self, key, value):
        """Refuse invalid agent names, sets and operations."""
        if key == "agent" and value:
            self.check_agent(value)
        if key in _SETS:
            attributes.check(key, value)
        if key == "utilization":
            attributes.check_whole_numbers(key, value)
        if key == "operations":
            from . import operations

            operations.check(value)

    def check_agent(self, agent):
        """Refuse an agent name that is not complete."""
        parts = agent.split(":")
        if parts[0] not in _STANDARDS or len(parts) != (3 if parts[0] == "ocf" else 2) or not all(parts):
            raise BadInput(
                f"agent: {agent!r} is not the full name of a resource agent; write it like ocf:heartbeat:IPaddr2 or"
                " systemd:nginx"
            )

    def claims(self, spec):
        """Its id, and its membership in a group, clone or bundle."""
        return [*super().claims(spec), *placement.claims(spec)]

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
        }
        spec = {key: value for key, value in spec.items() if value}
        from . import operations

        found = operations.read(element)
        # A specification without the key means the operations that the agent recommends
        return {**spec, "operations": found} if found or "agent" in spec else spec

    @staticmethod
    def agent_of(element):
        """The agent as written in a specification: ocf:heartbeat:IPaddr2, systemd:nginx; '' if a template is used."""
        return ":".join(filter(None, (element.get("class"), element.get("provider"), element.get("type"))))

    @staticmethod
    def metadata_name(agent):
        """The agent as crm_resource writes it."""
        return agent

    def write(self, context, spec, element):
        """Create or change the primitive. The agent's metadata is queried only if something differs."""
        definition = self._definition(spec)
        is_new = element is None
        if is_new:
            parent = context.cib.section("resources")
            element = context.cib.add(parent, self.tag, {"id": spec["id"], **definition})
        elif definition != {name: element.get(name) for name in _DEFINITION if element.get(name)}:
            self._replace_agent(context, spec, element, definition)
            is_new = True
        self._write_settings(context, spec, element, is_new)
        return element

    def completion(self, spec):
        """After the group, clone or bundle that it belongs to has been written."""
        return placement.completion(spec) or super().completion(spec)

    def complete(self, context, spec, element):
        """Put the primitive into its group, clone or bundle, and check that its unique parameters are unique."""
        placement.place(context, spec, element)
        for metadata, changed in context.notes("unique parameters").pop(spec["id"], ()):
            for sentence in _clashes(context, element, metadata, changed):
                context.complain(f"params: {sentence}")

    def remove(self, context, element):
        """Remove the primitive, with the constraints and other references to it."""
        from .. import references

        references.remove_resource(context.cib, element)

    def _definition(self, spec):
        """The attributes of the element that define the agent."""
        if spec.get("template"):
            return {"template": spec["template"]}
        standard, *provider, agent_type = self.metadata_name(spec["agent"]).split(":")
        return {"class": standard, **({"provider": provider[0]} if provider else {}), "type": agent_type}

    @staticmethod
    def _default_operations(context, spec, metadata):
        """The operations that pcs adds to the given ones of a new resource; none if a template provides them."""
        if spec.get("template") or (context.exact and spec.get("operations") is not None):
            return ()
        only_monitor = spec.get("default_operations") is False
        return metadata.default_operations(only_monitor) if metadata else ({"name": "monitor"},)

    def _replace_agent(self, context, spec, element, definition):
        """Replace the agent. Parameters and operations are removed; references, position and the rest are kept."""
        cib = context.cib
        if not context.options.force_recreate:
            old, new = (self._agent_name(each) for each in (self.read(element), spec))
            raise BadInput(
                f"agent: {spec['id']!r} already exists with {old}, not {new}; use force_recreate: true to stop it,"
                " remove it and create it again in the same place"
            )
        for each in [*element.findall(_SETS["params"]), *element.findall("operations")]:
            cib.remove(each)
        for name in _DEFINITION:
            cib.set(element, name, definition.get(name))
        users = cib.configuration.iterfind(f"resources//*[@template='{spec['id']}']")
        context.recreated |= {each.get("id") for each in ([element] if self.tag == "primitive" else users)}

    @staticmethod
    def _agent_name(spec):
        return f"the template {spec['template']}" if spec.get("template") else f"the agent {spec['agent']}"

    def _write_settings(self, context, spec, element, is_new):
        """Write the given settings into an element whose agent has been written.

        :param is_new: whether the element has no parameters and operations for this agent yet.
        """
        cib, exact = context.cib, context.exact
        params, names = attributes.all_pairs(element, _SETS["params"]), _operation_names(element)
        context.describe(element, spec)
        given = {key: {} if spec.get(key) is None else spec[key] for key in _SETS}
        # pcs sorts the pairs when it creates a resource, and keeps their given order when it changes one
        write = partial(attributes.write, cib, element, exact=exact, arrange=sorted if is_new else list)
        write(_SETS["params"], given["params"], same=attributes.exactly, index=0 if is_new else None)
        write(_SETS["meta"], given["meta"], kept=context.kept(attributes.RUNTIME_META))
        self._write_operations(context, spec, element, is_new)
        attributes.write(cib, element, _SETS["utilization"], given["utilization"], exact=exact)
        self._validate(context, spec, element, None if is_new else params, names)

    def _write_operations(self, context, spec, element, is_new):
        given = spec.get("operations")
        if given is None and not (is_new or context.exact):
            return
        from . import operations

        if is_new:
            defaults = self._default_operations(context, spec, self._metadata(context, spec))
            operations.create(context.cib, element, given or (), defaults)
            return
        if given is None and context.exact:
            metadata = self._metadata(context, spec)
            given = self._default_operations(context, spec, metadata) if metadata else None
        if given is not None:
            operations.update(context.cib, element, given, context.exact)

    def _validate(self, context, spec, element, old_params, old_operations):
        """Validate new settings against the agent's metadata, which is queried only if there are any.

        :param old_params: the previous parameters, None for a new primitive.
        :param old_operations: the names of the previous operations.
        """
        own = attributes.all_pairs(element, _SETS["params"])
        before, added = old_params or {}, _operation_names(element) - old_operations
        if own == old_params and not added:
            return
        metadata = self._metadata(context, spec)
        if metadata is None:
            return
        changed = {name: value for name, value in own.items() if before.get(name) != value}
        wrong = [metadata.unknown(set(changed) - set(before)), *metadata.wrong_types(changed)]
        if self.tag == "primitive" and (old_params is None or set(before) - set(own)):
            wrong.append(metadata.missing({**self._inherited(context.cib, spec), **own}))
        for sentence in filter(None, wrong):
            context.complain(f"params: {sentence}")
        unknown = metadata.unknown_action(added)
        if unknown:
            context.complain(f"operations: {unknown}")
        context.warnings += [f"{spec['id']}: {each}" for each in metadata.deprecated(set(changed) - set(before))]
        context.notes("unique parameters").setdefault(spec["id"], []).append((metadata, changed))

    def _metadata(self, context, spec):
        """The metadata of the agent, which may be the template's; None if it cannot be queried."""
        if spec.get("template"):
            template = context.cib.find(spec["template"])
            if template is None or template.tag != Template.tag:
                known = [each.get("id") for each in context.cib.configuration.iterfind("resources/template")]
                raise BadInput(f"template: there is no template {spec['template']!r}{nearest(spec['template'], known)}")
            agent = self.agent_of(template)
        else:
            agent = self.metadata_name(spec["agent"])
        return context.metadata(agent)

    @staticmethod
    def _inherited(cib, spec):
        """The parameters inherited from the template."""
        return attributes.all_pairs(cib.find(spec["template"]), _SETS["params"]) if spec.get("template") else {}


class Template(Primitive):
    """A template: common settings of primitives, which refer to it instead of an agent."""

    section = "templates"
    what = "template"
    tag = "template"
    keys = {key: type_ for key, type_ in Primitive.keys.items() if key not in ("template", *placement.KEYS)}

    def remove(self, context, element):
        """Remove the template.

        :raises BadInput: if primitives use it.
        """
        users = [
            each.get("id")
            for each in context.cib.configuration.iterfind("resources//primitive")
            if each.get("template") == element.get("id")
        ]
        if users:
            raise BadInput(f"id: the template {element.get('id')!r} is used by {', '.join(users)}; remove them first")
        from .. import references

        references.remove_resource(context.cib, element)


def _clashes(context, element, metadata, changed):
    """A message for each group of unique parameters whose values another resource of this agent already has."""
    own = attributes.all_pairs(element, _SETS["params"])
    rivals = [
        (other.get("id"), attributes.all_pairs(other, _SETS["params"]))
        for other in context.cib.configuration.iterfind(f"resources//{element.tag}")
        if other is not element and other not in context.leaving
        if all(other.get(name) == element.get(name) for name in _DEFINITION)
    ]
    for group in metadata.unique_groups():
        if not set(group) & set(changed) or not any(own.get(name) for name in group):
            continue
        for rival, pairs in rivals:
            if all(pairs.get(name) == own.get(name) for name in group):
                yield f"{', '.join(group)}: must be unique among resources of {metadata.agent}; {rival!r} has the same"


def _operation_names(element):
    """The names of the operations of a primitive."""
    return {op.get("name") for op in element.iterfind("operations/op")}
