# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options and notes shared by all modules that change the configuration."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents CIB_ARGUMENTS of module_utils and how these modules work."""

    DOCUMENTATION = r"""
options:
  mode:
    description:
      - How strictly the given objects are enforced.
      - V(merged) enforces what is given and leaves everything else unchanged, also inside the object. A value of V(null) removes
        a parameter, attribute or property; an empty string is a regular value.
      - V(replaced) makes the object match exactly what is given. What an operator sets at run time (the meta attributes
        C(target-role), C(is-managed) and C(maintenance), and standby and maintenance of a node) and what the cluster itself
        maintains are still left unchanged.
    type: str
    choices: [merged, replaced]
    default: merged
  cib_file:
    description:
      - Work on this file, saved with C(cibadmin --query), instead of the live cluster. The file must exist. It is replaced
        atomically, and its version is increased as the cluster would do it.
      - This requires neither a cluster nor root privileges. Agents are validated only if they are installed.
    type: path
  wait:
    description:
      - Seconds to wait after a change until the cluster has finished all its actions. The task then fails if a resource that it
        changed, or that should have been started or moved because of the change, has failed, is blocked or is not running.
      - With V(0), the task ends as soon as the configuration is committed.
    type: int
    default: 0
  allow_no_quorum:
    description:
      - Commit the change even in a partition of the cluster that does not have quorum. Such a change is lost if the other
        partition wins.
    type: bool
    default: false
  preview:
    description:
      - Ask the cluster's scheduler what the cluster will do because of the change, and return the answer as RV(impact) and
        RV(impact_summary). C(--diff) shows it below the diff. The scheduler is not asked if nothing changes.
      - The preview cannot predict which instance of a promotable clone is promoted after its first start, because the agent
        decides this at that time.
    type: bool
    default: true
  disruption:
    description:
      - With V(forbid), the task fails before it changes anything, also in check mode, if the change would stop, restart, move,
        migrate or demote a running resource, or fence a node.
      - With V(moves), the task fails only if a running resource could not run anywhere, or could not be promoted anywhere, after
        the change. A resource that moves or restarts is still interrupted. Fence devices are not considered, because a node can
        use them wherever they run.
    type: str
    choices: [allow, moves, forbid]
    default: allow
  disruption_except:
    description:
      - The ids of resources that may be interrupted although O(disruption) is V(moves) or V(forbid). This includes all resources
        that they contain.
    type: list
    elements: str
    default: []
  rollback:
    description:
      - If the cluster does not settle within O(wait), undo what this task changed and fail. Changes that somebody else made in the
        meantime are kept; if they prevent the rollback, the error message says so.
    type: bool
    default: false
notes:
  - The task can run on any node of the cluster, also on several nodes at once. The change is one patch, which Pacemaker accepts
    only if the configuration has not changed since it was read, so changes made by others are never overwritten.
  - In check mode on a node that does not belong to a cluster yet, the prediction starts from an empty configuration.
"""
