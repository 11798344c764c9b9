# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of ha_stonith: manages a fence device, enables or disables it, and verifies that it reaches its targets."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from ..base import values
from ..base.errors import BadInput, nearest
from ..objects.registry import kind_in, wanted_object
from ..objects.resources import target_role

if TYPE_CHECKING:  # never imported here, but Ansible copies to the node what import statements name
    from ..objects import shipped  # noqa: F401

_DEVICES = "resources//primitive[@class='stonith']"
# The parameters that describe a device in addition to its agent
_DESCRIBING = ("params", "meta", "operations", "description")


def run(task):
    """Bring the fence device of a task to the given state; with `verify`, check first that it can reach its targets.

    :param task: a cib_task.CibTask with the parameters of ha_stonith.
    :returns: the result of the module: changed, diff, commands, warnings, and verified if requested.
    """
    params, warnings, verified = task.params, [], []
    _check_parameters(params)
    if params["verify"]:
        from . import stonith_verify

        # If the task has to plan again, only changed devices are verified again
        statuses = lru_cache(maxsize=None)(partial(stonith_verify.statuses, task.agents))

    def wanted(cib):
        warnings[:] = _warn_about_last_device(cib, params)
        described = params["agent"] or params["state"] == "absent"
        return [wanted_object(kind_in("stonith"), dict(params, state=_presence(params)))] if described else []

    def then(cib):
        if params["state"] in _SWITCHES:
            _SWITCHES[params["state"]](cib, _existing(cib, params["id"]))
        if params["verify"]:
            verified[:] = statuses(*stonith_verify.in_use(cib, _existing(cib, params["id"])))

    outcome = task.apply(wanted, then)
    outcome["warnings"] += warnings
    return {**outcome, "verified": verified} if params["verify"] else outcome


def _check_parameters(params):
    """Refuse parameters that cannot be combined with the state or with each other."""
    state = params["state"]
    described = [key for key in _DESCRIBING if params[key] is not None]
    if state in _SWITCHES:
        target_role.check_state(state, params["meta"])
        if described and not params["agent"]:
            raise BadInput(f"{described[0]}: also requires agent")
    if params["verify"] and state in ("absent", "disabled"):
        raise BadInput(f"verify: cannot be combined with state: {state}")
    if params["verify"] and params["cib_file"]:
        raise BadInput("verify: cannot be combined with cib_file")


def _presence(params):
    return "absent" if params["state"] == "absent" else "present"


def _existing(cib, device_id):
    """The element of an existing fence device.

    :raises BadInput: if there is no such device.
    """
    element = kind_in("stonith").find(cib, {"id": device_id})
    if element is None:
        known = [each.get("id") for each in cib.configuration.iterfind(_DEVICES)]
        raise BadInput(f"id: there is no fence device {device_id!r}{nearest(device_id, known)}")
    return element


def _disable(cib, element):
    if not target_role.is_stopped(element):
        target_role.stop(cib, element)


_SWITCHES = {"enabled": target_role.start, "disabled": _disable}


def _warn_about_last_device(cib, params):
    """A list with a warning if a task removes or disables the last enabled device of a cluster that relies on it.

    :raises BadInput: with the same sentence, unless the user forces it.
    """
    state = params["state"]
    enabled = [each.get("id") for each in cib.configuration.iterfind(_DEVICES) if not target_role.is_stopped(each)]
    if state not in ("absent", "disabled") or enabled != [params["id"]] or not _relies_on_devices(cib):
        return []
    sentence = (
        f"state: {params['id']} is the last enabled fence device, and without one the cluster cannot recover the"
        " resources of a lost node"
    )
    if not params["force"]:
        how = "; the device is then not stopped first" if state == "absent" else ""
        raise BadInput(
            f"{sentence}. Create another one first, or set stonith-enabled to false (use force: true to accept it"
            f" anyway{how})"
        )
    return [sentence]


def _relies_on_devices(cib):
    """Whether a cluster uses fencing, and not only watchdogs."""
    properties = kind_in("properties").all_pairs(cib)
    by_either_name = {name.replace("fencing-", "stonith-"): value for name, value in properties.items()}
    is_enabled = values.boolean(by_either_name.get("stonith-enabled", "")) is not False
    watchdog = values.milliseconds(by_either_name.get("stonith-watchdog-timeout", "0")) != 0
    return is_enabled and not (watchdog and values.boolean(properties.get("have-watchdog", "")))
