# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Primitives: one resource, run by one agent."""

from __future__ import annotations

from ..errors import BadInput
from . import attributes, operations, references
from .kind import Kind

_STANDARDS = ("ocf", "systemd", "service", "lsb")


class Primitive(Kind):
    """A resource with the keys of the module ha_resource."""

    section = "resources"
    what = "resource"
    keys = {"id": str, "agent": str, "params": dict, "meta": dict, "operations": list, "description": str}
    required = ("id", "agent")

    def check(self, spec):
        """Refuse wrong keys, ids, agent names and operations."""
        super().check(spec)
        self.check_agent(spec["agent"])
        operations.check(spec.get("operations") or [])

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
        return element.tag == "primitive" and element.get("class") != "stonith"

    def read(self, element):
        """{id, agent, description, params, meta, operations}."""
        spec = {
            "id": element.get("id"),
            "agent": self.agent_of(element),
            "description": element.get("description"),
            "params": attributes.read(element, "instance_attributes"),
            "meta": attributes.read(element, "meta_attributes"),
            "operations": operations.read(element),
        }
        return {key: value for key, value in spec.items() if value}

    @staticmethod
    def agent_of(element):
        """The agent as it is written in a specification: ocf:heartbeat:IPaddr2, systemd:nginx."""
        return ":".join(filter(None, (element.get("class"), element.get("provider"), element.get("type"))))

    @staticmethod
    def metadata_name(agent):
        """The agent as crm_resource names it."""
        return agent

    def write(self, context, spec, element):
        """Create or change the primitive; the agent is asked only where something differs."""
        if element is None:
            return self._create(context, spec)
        if self.agent_of(element) != spec["agent"]:
            raise BadInput(
                f"agent: {spec['id']!r} exists with the agent {self.agent_of(element)}, which cannot be changed in place;"
                " remove it first (state: absent) or use another id"
            )
        self._update(context, spec, element)
        return element

    def remove(self, context, element):
        """Take the primitive out, with the constraints and other references to it."""
        references.remove_resource(context.cib, element)

    def _create(self, context, spec):
        cib, params = context.cib, _given(spec.get("params"))
        metadata = self._validated(context, spec, params)
        element = cib.add(cib.section("resources"), "primitive", self._agent_attributes(spec))
        if spec.get("description"):
            cib.set(element, "description", spec["description"])
        attributes.write(cib, element, "instance_attributes", params)
        attributes.write(cib, element, "meta_attributes", _given(spec.get("meta")))
        given = spec.get("operations")
        if context.exact and given is not None:
            defaults = ()
        else:
            defaults = metadata.default_operations() if metadata else ({"name": "monitor"},)
        operations.create(cib, element, given or (), defaults)
        return element

    def _validated(self, context, spec, params):
        """The agent's metadata, after the names of a new primitive's parameters were held against it."""
        metadata = context.agents.get(self.metadata_name(spec["agent"]))
        wrong = metadata and (metadata.unknown(params) or metadata.missing(params))
        if wrong:
            raise BadInput(f"params: {wrong}")
        return metadata

    def _update(self, context, spec, element):
        cib, params = context.cib, spec.get("params") or {}
        self._validate_update(context, spec, element, params)
        if spec.get("description") is not None or context.exact:
            cib.set(element, "description", spec.get("description") or None)
        attributes.write(
            cib, element, "instance_attributes", params, same=attributes.exactly, exact=context.exact, index=0
        )
        attributes.write(
            cib,
            element,
            "meta_attributes",
            spec.get("meta") or {},
            exact=context.exact,
            kept=attributes.RUNTIME_META,
        )
        given = spec.get("operations")
        if given is None and context.exact:
            metadata = context.agents.get(self.metadata_name(spec["agent"]))
            given = metadata.default_operations() if metadata else None
        if given is not None:
            operations.update(cib, element, given, context.exact)

    def _validate_update(self, context, spec, element, params):
        """Hold the names that come and go against the agent's metadata; it is not asked where the names stay."""
        present = attributes.names(element, "instance_attributes")
        given = set(_given(params))
        going = (present - given) if context.exact else (present & set(params)) - given
        if given <= present and not going:
            return
        metadata = context.agents.get(self.metadata_name(spec["agent"]))
        if metadata:
            wrong = metadata.unknown(given - present) or (going and metadata.missing(present - going | given))
            if wrong:
                raise BadInput(f"params: {wrong}")

    def _agent_attributes(self, spec):
        standard, *provider, agent_type = self.metadata_name(spec["agent"]).split(":")
        attributes_ = {"id": spec["id"], "class": standard, "type": agent_type}
        if provider:
            attributes_["provider"] = provider[0]
        return attributes_


def _given(pairs):
    """The pairs that have a value: None means that there shall be none."""
    return {name: value for name, value in (pairs or {}).items() if value is not None}
