# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alerts and their recipients, created, changed and removed."""

from __future__ import annotations

from oracle import Case, want

MADE = "alert create path=/bin/a id=a description=old options b=1 a=2 meta timeout=15s timestamp-format=%s"
TOLD = f"""{MADE}
alert recipient add a value=x options o=1
alert recipient add a value=y id=own description=second meta timeout=5s"""


def alert(path="/bin/a", **spec):
    """The Want of the alert a."""
    return want("alerts", id="a", path=path, **spec)


def alert_with_recipients(*recipients):
    """The Want of the alert a with these recipients."""
    return alert(recipients=list(recipients))


CASES = [
    Case("made", "alert create path=/bin/a id=a", alert()),
    Case(
        "made-with-everything",
        MADE,
        alert(description="old", options={"b": 1, "a": 2}, meta={"timeout": "15s", "timestamp-format": "%s"}),
    ),
    Case("second", "alert create path=/bin/b id=b", want("alerts", id="b", path="/bin/b"), start=MADE),
    Case("path", "alert update a path=/bin/b", alert("/bin/b"), start=TOLD),
    Case("description", "alert update a description=new", alert(description="new"), start=TOLD),
    Case("description-removed", "alert update a description=", alert(description=""), start=TOLD),
    Case("options", "alert update a options c=3 b= a=4", alert(options={"c": 3, "b": None, "a": 4}), start=TOLD),
    Case(
        "options-emptied-and-meta-added",
        "alert update a options x= meta timeout=1s",
        alert(options={"x": None}, meta={"timeout": "1s"}),
        start="alert create path=/bin/a id=a options x=1\nalert recipient add a value=x",
    ),
    Case("recipient", "alert recipient add a value=x", alert_with_recipients({"value": "x"}), start=MADE),
    Case(
        "recipients",
        "alert recipient add a value=x\nalert recipient add a value=y\nalert recipient add a value=z id=own",
        alert_with_recipients({"value": "x"}, {"value": "y"}, {"id": "own", "value": "z"}),
        start=MADE,
    ),
    Case(
        "recipient-with-everything",
        "alert recipient add a value=z description=d options p=1 o=2 meta timeout=1s",
        alert_with_recipients(
            {"value": "z", "description": "d", "options": {"p": 1, "o": 2}, "meta": {"timeout": "1s"}}
        ),
        start=TOLD,
    ),
    Case(
        "recipient-of-the-same-value",
        "alert recipient add a value=x --force",
        alert_with_recipients({"id": "a-recipient", "value": "x"}, {"id": "a-recipient-1", "value": "x"}),
        start=TOLD,
    ),
    Case(
        "recipient-changed",
        "alert recipient update a-recipient description=first options o= q=2 meta timeout=9s",
        alert_with_recipients(
            {"value": "x", "options": {"o": None, "q": 2}, "meta": {"timeout": "9s"}, "description": "first"}
        ),
        start=TOLD,
    ),
    Case(
        "recipient-value",
        "alert recipient update own value=z",
        alert_with_recipients({"id": "own", "value": "z"}),
        start=TOLD,
    ),
    Case(
        "recipient-removed",
        "alert recipient remove own",
        alert(
            description="old",
            options={"b": 1, "a": 2},
            meta={"timeout": "15s", "timestamp-format": "%s"},
            recipients=[{"value": "x", "options": {"o": 1}}],
        ),
        start=TOLD,
        exact=True,
    ),
    Case("removed", "alert remove a", want("alerts", "absent", id="a"), start=f"{TOLD}\nalert create path=/bin/b id=b"),
    Case("last-removed", "alert remove a", want("alerts", "absent", id="a"), start=TOLD),
]
