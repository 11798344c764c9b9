# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which parameters are secret, and how they are shown instead."""

from __future__ import annotations

import re
import shlex

MASK = "********"
# What stands for a secret in an export; fed back, it means what is stored
PLACEHOLDER = "<secret>"

# password, snmp_priv_passwd, secret_key, apikey, community, hexadecimal_kg ...
_SECRET = re.compile(r"passw|passphrase|secret|token|credential|apikey|community|(^|_)(key|kg|pass)$", re.IGNORECASE)
# passwd_script, token_file, passwd_method, check_passwd_use_empty: about a secret, not one
_PLAIN = "utilization"  # numbers, whatever they are of
_ABOUT = re.compile(r"_(script|file|method|empty)$", re.IGNORECASE)


def is_secret(name):
    """Whether the value of a parameter of this name must not show."""
    return bool(_SECRET.search(name)) and not _ABOUT.search(name)


def _in_options(text):
    """The values of secret variables of the environment in the options of a container: -e DB_PASSWORD=VALUE."""
    found = re.findall(r"(?:^|\s)(?:-e|--env)[ =]([^\s=]+)=(\"[^\"]*\"|'[^']*'|\S+)", text) if "=" in text else ()
    return {value for name, value in found if is_secret(name)}


def values_in(value, secret=False):
    """Every value, as text, that stands under a secret name in a nested structure of parameters."""
    if isinstance(value, dict):
        items = [(name, item) for name, item in value.items() if name != _PLAIN]
        return {each for name, item in items for each in values_in(item, secret or is_secret(str(name)))}
    if isinstance(value, list):
        return {each for item in value for each in values_in(item, secret)}
    if isinstance(value, str) and not secret:
        return _in_options(value)
    return {str(value)} if secret and value not in (None, "", PLACEHOLDER) and not isinstance(value, bool) else set()


def hidden(text, values):
    """A text that somebody else wrote without these values, as they are and as Python and shells quote them."""
    forms = {form for value in values for form in (value, repr(value)[1:-1], shlex.quote(value))}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def masked(value, known=None, secret=False, mask=MASK):
    """The same structure with the values under secret names masked.

    :param known: where given, secret values that are not among these are marked as changed.
    :param mask: what is shown instead.
    """
    if isinstance(value, dict):
        return {
            name: item if name == _PLAIN else masked(item, known, secret or is_secret(str(name)), mask)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [masked(item, known, secret, mask) for item in value]
    if isinstance(value, str) and not secret:
        for each in _in_options(value):
            value = value.replace(each, mask)
    if not secret or value in (None, ""):
        return value
    return mask if known is None or str(value) in known else f"{mask} (changed)"
