# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base.errors import HaError
from ansible_collections.hacluster.pcs.plugins.module_utils.live.property_metadata import PropertyMetadata

SYSTEMS = pytest.mark.parametrize("system", [*kit.SYSTEMS, "debian-sid"])  # the last one has Pacemaker 3.0.3


def metadata(system):
    return PropertyMetadata(kit.properties(system))


@SYSTEMS
@pytest.mark.parametrize(
    "name, value",
    [
        ("no-quorum-policy", "freeze"),
        ("stonith-enabled", "off"),
        ("stonith-action", "reboot"),
        ("batch-limit", "-1"),
        ("node-health-red", "-INFINITY"),
        ("cluster-ipc-limit", "500"),
        ("load-threshold", "75.5%"),
        ("cluster-recheck-interval", "PT5M"),
        ("stonith-timeout", "90"),
        ("stonith-watchdog-timeout", "-1"),
        ("placement-strategy", "utilization"),
        ("cluster-name", "any text"),
    ],
)
def test_valid_property_value_is_accepted(system, name, value):
    known = metadata(system)
    assert name in known and known.unknown(name) is None
    assert known.wrong(name, value) is None


@SYSTEMS
@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("no-quorum-policy", "halt", "no-quorum-policy: must be one of stop, freeze, ignore, demote,"),
        ("stonith-enabled", "maybe", "stonith-enabled: must be true or false, not 'maybe'"),
        ("stonith-action", "reset", "stonith-action: must be one of reboot, off"),
        ("batch-limit", "1.5", "batch-limit: must be a whole number, INFINITY or -INFINITY, not '1.5'"),
        ("load-threshold", "80", "load-threshold: must be a percentage such as 80%, not '80'"),
        ("stonith-timeout", "soon", "stonith-timeout: must be a time such as 20s or 1min, not 'soon'"),
        ("stonith-watchdog-timeout", "-1s", "stonith-watchdog-timeout: must be a time"),
        ("node-health-strategy", "", "node-health-strategy: must be one of none, migrate-on-red, only-green, "),
        ("maintenance-mode", "", "maintenance-mode: must be true or false, not ''"),
    ],
)
def test_invalid_property_value_is_reported(system, name, value, sentence):
    assert metadata(system).wrong(name, value).startswith(sentence)


def test_newer_property_types():
    """crm_attribute --list-options of Pacemaker 2.1.8 and later has finer types."""
    parameters = "".join(
        f'<parameter name="{kind}"><content type="{kind}"/></parameter>'
        for kind in ("score", "nonnegative_integer", "duration", "timeout", "epoch_time")
    )
    known = PropertyMetadata([f"<resource-agent><parameters>{parameters}</parameters></resource-agent>"])
    assert known.wrong("score", "INFINITY") is known.wrong("duration", "1h") is known.wrong("epoch_time", "x") is None
    assert known.wrong("nonnegative_integer", "0") and known.wrong("timeout", "x") and known.wrong("score", "x")


@SYSTEMS
@pytest.mark.parametrize(
    "name, end",
    [
        ("no-quorum-polcy", "no property 'no-quorum-polcy'; did you mean 'no-quorum-policy'?"),
        ("Stonith-Enabled", "no property 'Stonith-Enabled'; did you mean 'stonith-enabled'?"),
        ("zzz", "no property 'zzz'"),
    ],
)
def test_unknown_property_is_reported(system, name, end):
    assert metadata(system).unknown(name) == f"this version of Pacemaker has {end}"
    assert metadata(system).wrong(name, "x") is None


def test_properties_depend_on_pacemaker_version():
    known = {system: metadata(system) for system in ("debian-11", "debian-13", "debian-sid")}
    assert [name for name in known if "node-pending-timeout" in known[name]] == ["debian-13", "debian-sid"]
    assert [name for name in known if "fencing-enabled" in known[name]] == ["debian-sid"]


def test_malformed_property_metadata_is_an_error():
    with pytest.raises(HaError, match="is not well-formed XML"):
        PropertyMetadata(["no"])
