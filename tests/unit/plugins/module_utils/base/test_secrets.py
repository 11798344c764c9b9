# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base import secrets
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "name",
    ["password", "passwd", "Password", "passphrase", "snmp_priv_passwd", "check_passwd", "secret_key", "api_key"]
    + ["key", "token", "token_secret", "credentials"],
)
def test_secret_names_are_recognized(name):
    assert secrets.is_secret(name)


@pytest.mark.parametrize(
    "name", ["password_script", "passwd_script", "snmp_priv_passwd_script", "ip", "keyfile", "monkey", "username"]
)
def test_other_names_are_not_secret(name):
    assert not secrets.is_secret(name)


NESTED = {
    "ip": "192.0.2.1",
    "password": "old",
    "sets": [{"values": {"api_key": "k", "user": "u"}}],
    "token": ["a", "b"],
    "passwd": "",
    "secret": None,
}


def test_values_in_finds_nested_secrets():
    assert secrets.values_in(NESTED) == {"old", "k", "a", "b"}
    assert secrets.values_in({"password": 1234, "secret": True}) == {"1234"}


@pytest.mark.parametrize("form", ["{}", "-p {}!", "'it'\"'\"'s a \\n pw'", "{!r}"])
def test_hidden_masks_plain_and_quoted_secrets(form):
    secret = "it's a \\n pw"
    assert "pw" not in secrets.hidden(f"failed: {form.format(secret)}, a", {secret, "it"})
    assert secrets.hidden("failed: it", set()) == "failed: it"


def test_masked_replaces_nested_secrets():
    assert secrets.masked(NESTED) == {
        "ip": "192.0.2.1",
        "password": "********",
        "sets": [{"values": {"api_key": "********", "user": "u"}}],
        "token": ["********", "********"],
        "passwd": "",
        "secret": None,
    }


def test_changed_secret_is_marked():
    assert secrets.masked({"password": "new", "key": "old"}, {"old"}) == {
        "password": "******** (changed)",
        "key": "********",
    }


NAMES = st.sampled_from(["ip", "password", "values", "api_key", "list"])
STRUCTURES = st.recursive(
    st.text("xyz", min_size=3, max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
)


@given(st.dictionaries(NAMES, STRUCTURES, max_size=4))
def test_masked_structure_contains_no_secret(structure):
    assert secrets.values_in(secrets.masked(structure)) <= {secrets.MASK}
