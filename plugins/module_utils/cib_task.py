# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run of a module that changes the CIB: its common arguments, and the task that plan/ and transaction.py carry out."""

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

# What the modules of one object with an id share
OBJECT_ARGUMENTS = {
    "id": {"type": "str", "required": True, "aliases": ["name"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "force": {"type": "bool", "default": False},
    "description": {"type": "str"},
    "meta": {"type": "raw"},
}

# A primitive: a resource or a fence device
PRIMITIVE_ARGUMENTS = dict(
    OBJECT_ARGUMENTS,
    agent={"type": "str"},
    params={"type": "raw"},
    operations={"type": "list", "elements": "dict"},
)


class CibTask:
    """One run of a module that changes the CIB.

    :ivar params: the parameters of the module.
    :ivar check: whether it only predicts.
    :ivar backend: the cluster or the file it works on; see live/cluster.py.
    :ivar agents: an live.agents.Agents.
    """

    def __init__(self, module, monitor):
        """:param monitor: whether the runtime state is wanted, too."""
        self.params, self.check = module.params, module.check_mode
        self.backend = backend_of(module)
        # The cluster answers while the rest of the engine is imported
        self.backend.look_ahead(monitor)
        self.agents = agents_of(self.backend)

    def apply(self, wanted, then=None, sections=(), besides=None, cib=None, **other):
        """Read, plan, commit and settle.

        :param wanted: Cib -> the list of Wanted that the task asks for.
        :param then: Cib -> None; edits it further.
        :param sections: the sections of the document that hold nothing but what is wanted.
        :param besides: what the task does beside changing the configuration, for the preview; see planner.Plan.expect().
        :param cib: the Cib to plan on, if it has just been read.
        :param other: fields of transaction.Settings that are not what the parameters say.
        :returns: changed, diff, commands and warnings.
        """
        from .objects.context import Options
        from .plan import planner

        params = self.params
        options = Options(**{name: params[name] for name in Options._fields if name in params})
        exact = params["mode"] != "merged"

        def make_plan(cib):
            plan = planner.plan(cib, wanted(cib), self.agents, exact, options, then, sections)
            if besides:
                plan.expect(besides)
            return plan

        plan = make_plan(cib or self.backend.read())
        if not plan.changed and not plan.expected:
            return {"changed": False, "diff": {"before": "", "after": ""}, "commands": [], "warnings": plan.warnings}
        from . import transaction

        settings = {name: params[name] for name in transaction.Settings._fields if name in params}
        settings.update({"check": self.check, "force": options.force, **other})
        return transaction.carry_out(self.backend, plan, make_plan, transaction.Settings(**settings))


def run_cib_module(argument_spec, work, monitor=False, **options):
    """The whole run of a module that changes the CIB.

    :param argument_spec: the module's own arguments; the common ones are added.
    :param work: CibTask -> the result.
    :param monitor: whether `work` wants the runtime state.
    :param options: further options of AnsibleModule, such as required_if.
    """
    module = HaModule(argument_spec=dict(CIB_ARGUMENTS, **argument_spec), **options)

    def result():
        _refuse_in_vain(module.params)
        task = CibTask(module, monitor)
        outcome = work(task)
        return {**outcome, "warnings": [task.backend.warning, *outcome["warnings"]]}

    finish(module, result)


def _refuse_in_vain(params):
    """Options that could not do what they are for."""
    if params["rollback"] and not params["wait"]:
        raise BadInput(
            "rollback: whether to roll back shows when the cluster has settled; give wait a number of seconds"
        )
    if params["rollback"] and params["cib_file"]:
        raise BadInput("rollback: a file does not run anything that could fail; leave it out")
    if params["disruption_except"] and params["disruption"] == "allow":
        raise BadInput("disruption_except: is about disruption: forbid or moves; give one of them, or leave it out")
