# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import kit
import pytest
import yaml
from ansible_collections.hacluster.pcs.plugins.module_utils.plan import diff
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=12) | st.sampled_from(
    [
        "yes",
        "NO",
        "null",
        "~",
        "1",
        "1.5",
        "1e3",
        "0x1f",
        "12:30",
        "60s",
        "-INFINITY",
        "192.0.2.1",
        "a: b",
        "a:",
        "# a",
        "-",
    ]
    + [
        "2020-01-01",
        "=",
        "<<",
        "!a",
        "&a",
        "*a",
        "{a}",
        "[a]",
        "",
        " a ",
        "a#b",
        "ocf:heartbeat:IPaddr2",
        "/dev/sda",
        "y",
    ]
)
STRUCTURES = st.recursive(
    TEXTS | st.booleans() | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(bool), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abc"), STRUCTURES, min_size=1))
def test_diff_is_valid_yaml(structure):
    assert yaml.safe_load(diff.of({}, structure)["after"]) == structure


def test_diff_is_readable_yaml():
    after = {"resources": [{"id": "a", "agent": "ocf:heartbeat:IPaddr2", "params": {"ip": "192.0.2.80", "x": ""}}]}
    result = diff.of({}, after)
    assert result["before"] == ""
    assert result["after"].splitlines() == [
        "resources:",
        "  - id: a",
        "    agent: ocf:heartbeat:IPaddr2",
        "    params:",
        "      ip: 192.0.2.80",
        '      x: ""',
    ]


@pytest.mark.parametrize(
    "password, shown",
    [("stored-secret", None), ("new-secret", "******** (changed)"), (None, "")],
    ids=["the same", "another", "removed"],
)
def test_secrets_are_masked_in_diff(cib, password, shown):
    params = {"password": password, "lanplus": 0}
    plan = kit.lay(cib, kit.want("stonith", id="fence-node1", agent="fence_ipmilan", params=params))
    result = diff.of(plan.document("before"), plan.document("after"))
    assert "secret" not in str(result)
    assert 'password: "********"\n' in result["before"]
    expected = "" if shown == "" else f'password: "{shown or "********"}"\n'
    assert expected in result["after"]
    assert ("password" in result["after"]) == (shown != "")


def test_secrets_of_removed_resource_are_masked_in_diff(cib):
    plan = kit.lay(
        cib, kit.want("stonith", "absent", id="fence-node1"), kit.want("stonith", "absent", id="fence-node2")
    )
    result = diff.of(plan.document("before"), plan.document("after"))
    assert result["before"].count("********") == 2
    assert "secret" not in str(result)
