# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which parameters are secret, and how their values are masked."""

from __future__ import annotations

import re
import shlex

MASK = "********"
# Replaces a secret in an export; when it is given as input, it refers to the stored value
PLACEHOLDER = "<secret>"

# password, snmp_priv_passwd, secret_key, apikey, community, hexadecimal_kg ...
_SECRET = re.compile(r"passw|passphrase|secret|token|credential|apikey|community|(^|_)(key|kg|pass)$", re.IGNORECASE)
_NUMBERS = "utilization"  # holds only numbers, so its names are never secret
# passwd_script, token_file, passwd_method, check_passwd_use_empty: these describe a secret but do not contain it
_NOT_SECRET = re.compile(r"_(script|file|method|empty)$", re.IGNORECASE)


def is_secret(name):
    """Whether the value of a parameter with this name must be hidden."""
    return bool(_SECRET.search(name)) and not _NOT_SECRET.search(name)


def _secrets_in_options(text):
    """The values of secret environment variables in the options of a container: -e DB_PASSWORD=VALUE."""
    found = re.findall(r"(?:^|\s)(?:-e|--env)[ =]([^\s=]+)=(\"[^\"]*\"|'[^']*'|\S+)", text) if "=" in text else ()
    return {value for name, value in found if is_secret(name)}


def values_in(value, secret=False):
    """The values under secret names in a nested structure of parameters: a set of texts."""
    if isinstance(value, dict):
        items = [(name, item) for name, item in value.items() if name != _NUMBERS]
        return {each for name, item in items for each in values_in(item, secret or is_secret(str(name)))}
    if isinstance(value, list):
        return {each for item in value for each in values_in(item, secret)}
    if isinstance(value, str) and not secret:
        return _secrets_in_options(value)
    return {str(value)} if secret and value not in (None, "", PLACEHOLDER) and not isinstance(value, bool) else set()


def hidden(text, values):
    """A text from outside, such as command output, with these values masked, even if quoted for Python or a shell."""
    forms = {form for value in values for form in (value, repr(value)[1:-1], shlex.quote(value))}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def masked(value, known=None, secret=False, mask=MASK):
    """A copy of a structure in which the values under secret names are masked.

    :param known: if given, secret values that are not in this collection are marked as changed.
    :param mask: the text shown instead of a value.
    """
    if isinstance(value, dict):
        return {
            name: item if name == _NUMBERS else masked(item, known, secret or is_secret(str(name)), mask)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [masked(item, known, secret, mask) for item in value]
    if isinstance(value, str) and not secret:
        for each in _secrets_in_options(value):
            value = value.replace(each, mask)
    if not secret or value in (None, ""):
        return value
    return mask if known is None or str(value) in known else f"{mask} (changed)"
