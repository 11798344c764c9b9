# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every module that changes the configuration shares."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of module_utils/module.py's CIB_ARGUMENTS and of what these modules return."""

    DOCUMENTATION = r"""
options:
  mode:
    description:
      - How much of an object is enforced.
      - V(merged) enforces what is given and leaves the rest alone, inside the object too. A value of V(null) removes one
        parameter, attribute or property; an empty string is a value.
      - V(replaced) makes the object exactly what is given. What an operator sets at run time (the meta attributes
        C(target-role), C(is-managed) and C(maintenance), standby and maintenance of a node) and what the cluster itself keeps are
        still left alone.
    type: str
    choices: [merged, replaced]
    default: merged
  cib_file:
    description:
      - Work on this file, saved with C(cibadmin --query), instead of the live cluster. It must exist. It is written in one
        step and its version is raised as the cluster would.
      - Neither a cluster nor root is needed; agents are validated only where they are installed.
    type: path
  wait:
    description:
      - Seconds to wait after a change until the cluster has nothing left to do. Then the task fails if a resource that it
        touched, or that was to be started or moved because of it, has failed, is blocked or does not run.
      - With V(0) the task ends when the configuration is committed.
    type: int
    default: 0
  allow_no_quorum:
    description:
      - Commit in a part of the cluster that has no quorum too. Such a change is lost when the other part wins.
    type: bool
    default: false
  preview:
    description:
      - Ask the cluster's own scheduler what it will do because of the change, and return it as RV(impact) and
        RV(impact_summary); C(--diff) shows it under the diff. Nothing is asked when nothing changes.
      - Which instance of a promotable clone is promoted after its first start cannot be foreseen; its agent decides that then.
    type: bool
    default: true
  disruption:
    description:
      - With V(forbid) the task fails before anything is changed, in check mode too, if the change would stop, restart, move,
        migrate or demote a resource that runs, or fence a node.
      - With V(moves) it fails so only if a resource that runs would run nowhere any more, or be promoted nowhere. One that
        moves or restarts is interrupted all the same. Fence devices do not count, a node can use them where they do not run.
    type: str
    choices: [allow, moves, forbid]
    default: allow
  disruption_except:
    description: With O(disruption) not V(allow), the ids of resources that may be interrupted, with all that is in them.
    type: list
    elements: str
    default: []
  rollback:
    description:
      - When the cluster does not settle within O(wait), take back what this task changed, and fail. What somebody else changed
        meanwhile stays; if that is in the way, the message says so.
    type: bool
    default: false
notes:
  - Works from any node of the cluster, also from several at once. The change is one patch that Pacemaker accepts only if the
    configuration is still the one that was read, so no change of anybody else is overwritten.
  - In check mode on a node that belongs to no cluster yet, the prediction starts from an empty configuration.
"""
