# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every module calls in main(): hides secrets, handles errors and warnings, and returns the result."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

from .base import secrets
from .base.errors import HaError


class HaModule(AnsibleModule):
    """An AnsibleModule that keeps secret parameters of agents out of its log and its result."""

    _hidden = False

    def __init__(self, **options):
        super().__init__(supports_check_mode=True, **options)
        self._hide_secrets()

    def log(self, msg, log_args=None):
        """Log a message. The invocation is logged before this object is ready, so secrets are collected here as well.

        The separate fields for systemd's journal (`log_args`) repeat the message without masking, so they are left out.
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


def finish(module, work):
    """Do the work of a module and exit with its result. This is the only place that turns exceptions into failed tasks.

    :param module: an AnsibleModule.
    :param work: () -> the result; its `warnings`, a list of sentences or None, become those of the task.
    """
    try:
        result = work()
    except HaError as error:
        module.fail_json(msg=str(error), **error.facts)
    except PermissionError as error:
        module.fail_json(msg=f"{error.filename} is not accessible to this user; use become: true")
    for warning in filter(None, result.pop("warnings", ())):
        module.warn(warning)
    module.exit_json(**result)
