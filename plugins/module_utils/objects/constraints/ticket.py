# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ticket constraints: resources that may run only on a site that has been granted a ticket."""

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
        """Refuse invalid keys and values."""
        super().check(spec)
        ticket = spec.get("ticket")
        if ticket is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", ticket):
            raise BadInput(f"ticket: {ticket!r} is not a valid ticket name; use only letters, digits, _ and -")

    def implied(self, get):
        """A resource that loses its ticket is stopped, or demoted (Pacemaker: rsc_ticket_new)."""
        return {"loss-policy": "demote" if values.role(get("rsc-role") or "") == "promoted" else "stop"}

    def new_id(self, texts):
        """The id that pcs would choose."""
        return "-".join(["ticket", texts["ticket"], texts["rsc"], *filter(None, [texts.get("rsc-role")])])

    def about(self, get):
        """The ticket, the resource and its role."""
        return get("ticket"), get("rsc"), values.role(get("rsc-role") or "")

    def about_sets(self, get, sets):
        """The ticket, the resources and their roles."""
        return get("ticket"), super().about_sets(get, sets)
