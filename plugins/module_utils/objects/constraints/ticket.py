# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ticket constraints: what may run only on a site that has been granted a ticket."""

from __future__ import annotations

import re

from ...base import values
from ...base.errors import BadInput
from .constraint import Constraint
from .fields import NAME, RESOURCE, ROLE, Choice


class Ticket(Constraint):
    """Resources that need a ticket."""

    type = "ticket"
    tag = "rsc_ticket"
    naming = {"resource": ("rsc", RESOURCE), "role": ("rsc-role", ROLE)}
    common = {"ticket": ("ticket", NAME), "loss_policy": ("loss-policy", Choice("stop", "demote", "fence", "freeze"))}
    required_keys = ("ticket", "resource")

    def check(self, spec):
        """Refuse wrong keys and values."""
        super().check(spec)
        ticket = spec.get("ticket")
        if ticket is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", ticket):
            raise BadInput(f"ticket: {ticket!r} is no name of a ticket; it has letters, digits, _ and -")

    def implied(self, get):
        """What needs the ticket is stopped, or demoted (Pacemaker: rsc_ticket_new)."""
        return {"loss-policy": "demote" if values.role(get("rsc-role") or "") == "promoted" else "stop"}

    def new_id(self, texts):
        """As pcs names it."""
        return "-".join(["ticket", texts["ticket"], texts["rsc"], *filter(None, [texts.get("rsc-role")])])

    def about(self, get):
        """The ticket, and the resource in its role."""
        return get("ticket"), get("rsc"), values.role(get("rsc-role") or "")

    def about_sets(self, get, sets):
        """The ticket, and the resources in their roles."""
        return get("ticket"), super().about_sets(get, sets)
