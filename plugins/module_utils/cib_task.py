# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run of a module that changes the CIB: common arguments, and the task that plan/ and transaction.py carry out."""

from __future__ import annotations

from .base.errors import BadInput
from .live.backend import agents_of, backend_of
from .run import HaModule, finish

# Documented in the doc fragment hacluster.pcs.cib
CIB_ARGUMENTS = {
    "cib_file": {"type": "path"},
    "wait": {"type": "int", "default": 0},
    "allow_no_quorum": {"type": "bool", "default": False},
    "preview": {"type": "bool", "default": True},
    "disruption": {"type": "str", "choices": ["allow", "moves", "forbid"], "default": "allow"},
    "disruption_except": {"type": "list", "elements": "str", "default": []},
    "rollback": {"type": "bool", "default": False},
    "mode": {"type": "str", "choices": ["merged", "replaced"], "default": "merged"},
}

# The common arguments of modules for a single object with an id
OBJECT_ARGUMENTS = {
    "id": {"type": "str", "required": True, "aliases": ["name"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "force": {"type": "bool", "default": False},
    "description": {"type": "str"},
    "meta": {"type": "raw"},
}

# The arguments for a primitive: a resource or a fence device
PRIMITIVE_ARGUMENTS = dict(
    OBJECT_ARGUMENTS,
    agent={"type": "str"},
    params={"type": "raw"},
    operations={"type": "list", "elements": "dict"},
)


class CibTask:
    """A run of a module that changes the CIB.

    :ivar params: the parameters of the module.
    :ivar check: whether it only predicts (check mode).
    :ivar backend: the cluster or the file that it works on; see live/cluster.py.
    :ivar agents: a live.agents.Agents.
    """

    def __init__(self, module, monitor):
        """:param monitor: whether the runtime state is needed as well."""
        self.params, self.check = module.params, module.check_mode
        self.backend = backend_of(module.params["cib_file"], module.check_mode)
        # The query runs while further modules are imported
        self.backend.look_ahead(monitor)
        self.agents = agents_of(self.backend)

    def apply(self, wanted, then=None, sections=(), expected=None, cib=None, **other):
        """Read, plan, commit and settle.

        :param wanted: Cib -> the list of Wanted of the task.
        :param then: Cib -> None; edits it after all wanted objects have been written.
        :param sections: the sections of the document in which all other objects are removed.
        :param expected: changes outside the configuration, for the preview; see planner.Plan.expect().
        :param cib: the Cib, if it has just been read.
        :param other: fields of transaction.Settings that override the parameters.
        :returns: changed, diff, commands and warnings.
        """
        from .objects.context import Options
        from .plan import planner

        params = self.params
        options = Options(**{name: params[name] for name in Options._fields if name in params})
        exact = params["mode"] != "merged"

        def make_plan(cib):
            plan = planner.plan(cib, wanted(cib), self.agents, exact, options, then, sections)
            if expected:
                plan.expect(expected)
            return plan

        plan = make_plan(cib or self.backend.read())
        if not plan.changed and not plan.expected:
            return planner.unchanged(plan.warnings)
        from . import transaction

        settings = {name: params[name] for name in transaction.Settings._fields if name in params}
        settings.update({"check": self.check, "force": options.force, **other})
        return transaction.carry_out(self.backend, plan, make_plan, transaction.Settings(**settings))


def run_cib_module(argument_spec, work, monitor=False, **options):
    """Run a module that changes the CIB, from parsing its arguments to returning its result.

    :param argument_spec: the module's own arguments; the common ones are added.
    :param work: CibTask -> the result.
    :param monitor: whether `work` needs the runtime state.
    :param options: further options of AnsibleModule, such as required_if.
    """
    module = HaModule(argument_spec=dict(CIB_ARGUMENTS, **argument_spec), **options)

    def result():
        _refuse_ineffective(module.params)
        task = CibTask(module, monitor)
        outcome = work(task)
        return {**outcome, "warnings": [task.backend.warning, *outcome["warnings"]]}

    finish(module, result)


def _refuse_ineffective(params):
    """Refuse options that would have no effect."""
    if params["rollback"] and not params["wait"]:
        raise BadInput("rollback: requires wait, because failures show only after the cluster has settled")
    if params["rollback"] and params["cib_file"]:
        raise BadInput("rollback: cannot be combined with cib_file")
    if params["disruption_except"] and params["disruption"] == "allow":
        raise BadInput("disruption_except: requires disruption: forbid or disruption: moves")
