# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cluster properties, set and removed."""

from __future__ import annotations

from oracle import Case, dummies, want

THREE = "property set batch-limit=5 stonith-enabled=false no-quorum-policy=freeze"


def properties(**pairs):
    """The Want of properties."""
    return want("properties", **{name.replace("_", "-"): value for name, value in pairs.items()})


CASES = [
    Case("first", "property set no-quorum-policy=freeze", properties(no_quorum_policy="freeze")),
    Case("several", THREE, properties(batch_limit=5, stonith_enabled=False, no_quorum_policy="freeze")),
    Case(
        "several-in-another-order",
        "property set stonith-enabled=false batch-limit=5",
        properties(stonith_enabled=False, batch_limit=5),
    ),
    Case("added", "property set enable-acl=true", properties(enable_acl=True), start=THREE),
    Case(
        "changed-added-removed",
        "property set stonith-enabled=true migration-limit=3 batch-limit=",
        properties(stonith_enabled=True, migration_limit=3, batch_limit=None),
        start=THREE,
    ),
    Case(
        "one-reset",
        "property unset batch-limit",
        properties(batch_limit=None),
        start=THREE,
    ),
    Case(
        "last-reset",
        "property unset batch-limit",
        properties(batch_limit=None),
        start="property set batch-limit=5",
    ),
    Case(
        "all-reset",
        "property unset batch-limit no-quorum-policy stonith-enabled",
        properties(),
        start=THREE,
        exact=True,
    ),
    Case(
        "with-a-long-name",
        "property set cluster-recheck-interval=5min",
        properties(cluster_recheck_interval="5min"),
        start=THREE,
        debian=("12", "13"),  # pcs 0.10 puts the complete name into the id
    ),
    Case("unknown", "property set --force site=north", properties(site="north"), start=THREE),
    Case(
        "where-the-id-of-the-pair-is-taken",
        "property set batch-limit=5",
        properties(batch_limit=5),
        start=dummies("cib-bootstrap-options-batch-limit"),
        debian=("12", "13"),  # pcs 0.10 does not check
    ),
]
