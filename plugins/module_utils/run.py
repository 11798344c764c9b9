# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all modules share: their common arguments, the one `except`, the result, and that secrets do not show."""

from __future__ import annotations

from contextlib import contextmanager

from ansible.module_utils.basic import AnsibleModule

from .base import secrets
from .base.errors import BadInput, HaError
from .live import cluster
from .objects.registry import Wanted

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


class HaModule(AnsibleModule):
    """An AnsibleModule that keeps secret parameters of agents out of its log and its result."""

    _hidden = False

    def __init__(self, **options):
        super().__init__(supports_check_mode=True, **options)
        self._hide_secrets()

    def log(self, msg, log_args=None):
        """Log a message. The invocation is logged before this object is ready, so secrets are looked for here too.

        The separate fields that systemd's journal takes (`log_args`) repeat the message unmasked: they are left out.
        """
        self._hide_secrets()
        for secret in self.no_log_values:
            # The invocation is logged as Python writes it, with backslashes and quotes escaped
            msg = msg.replace(repr(secret)[1:-1], secrets.MASK)
        super().log(msg)

    def _hide_secrets(self):
        if not self._hidden:
            self.no_log_values.update(secrets.values_in(self.params))
            self._hidden = True


@contextmanager
def failures_reported(module):
    """The one place where what went wrong becomes a failed task."""
    try:
        yield
    except HaError as error:
        module.fail_json(msg=str(error), **error.facts)
    except PermissionError as error:
        module.fail_json(msg=f"{error.filename} is not for this user; use become: true")


class CibTask:
    """One run of a module that changes the CIB.

    :ivar params: the parameters of the module.
    :ivar check: whether it only predicts.
    :ivar backend: the cluster or the file it works on.
    :ivar agents: an agents.Agents.
    """

    def __init__(self, module, monitor):
        """:param monitor: whether the runtime state is wanted, too."""
        self.params, self.check = module.params, module.check_mode
        self.backend = _backend(module)
        self.backend.look_ahead(monitor)
        # The cluster answers while the rest of the engine is imported
        self.agents = _agents(self.backend)

    def apply(self, wanted, then=None, sections=(), besides=None, **other):
        """Read, plan, commit and settle.

        :param wanted: Cib -> the list of Wanted that the task asks for.
        :param then: Cib -> None; edits it further.
        :param sections: the sections of the document that hold nothing but what is wanted.
        :param besides: what the task does beside changing the configuration, for the preview; see planner.Plan.expect().
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

        plan = make_plan(self.backend.read())
        if not plan.changed and not plan.expected:
            return {"changed": False, "diff": {"before": "", "after": ""}, "commands": [], "warnings": plan.warnings}
        from . import transaction

        settings = {name: params[name] for name in transaction.Settings._fields if name in params}
        settings.update({"check": self.check, "force": options.force, **other})
        return transaction.carry_out(self.backend, plan, make_plan, transaction.Settings(**settings))


def run_cib_module(argument_spec, wanted=None, work=None, monitor=False, **options):
    """The whole run of a module that changes the CIB.

    :param argument_spec: the module's own arguments; the common ones are added.
    :param wanted: (parameters, Cib) -> the list of Wanted they ask for.
    :param work: CibTask -> the result, for a module that does more than bring what is wanted.
    :param monitor: whether `work` wants the runtime state.
    :param options: further options of AnsibleModule, such as required_if.
    """
    module = HaModule(argument_spec=dict(CIB_ARGUMENTS, **argument_spec), **options)
    with failures_reported(module):
        _refuse_in_vain(module.params)
        task = CibTask(module, monitor)
        outcome = work(task) if work else task.apply(lambda cib: wanted(module.params, cib))
    for warning in [task.backend.warning, *outcome.pop("warnings")]:
        if warning:
            module.warn(warning)
    module.exit_json(**outcome)


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


def run_info_module(argument_spec):
    """The whole run of a module that only reads.

    :param argument_spec: the module's own arguments, a gather_subset among them.
    """
    module = HaModule(argument_spec={"cib_file": {"type": "path"}, **argument_spec})
    with failures_reported(module):
        path = module.params["cib_file"]
        backend = cluster.CibFile(path) if path else cluster.LiveCluster()
        backend.look_ahead()
        from .tasks import ha_info as info

        params = module.params
        facts = info.gathered(backend.read(), _agents(backend), params["gather_subset"], params["include_secrets"])
    module.exit_json(changed=False, **facts)


def wanted_object(kind, params):
    """The Wanted of a module that is about one object of a kind: its parameters are the specification."""
    spec = {key: params[key] for key in kind.keys if params.get(key) is not None}
    return Wanted(kind, spec, params["state"], "")


def _agents(backend):
    from .live import agents

    read_metadata = cluster.agent_metadata if backend.can_run_agents else None
    return agents.Agents(read_metadata, cluster.agents_like, cluster.property_metadata, cluster.fencer_metadata)


def _backend(module):
    if module.params["cib_file"]:
        return cluster.CibFile(module.params["cib_file"])
    return cluster.CheckModeCluster() if module.check_mode else cluster.LiveCluster()
