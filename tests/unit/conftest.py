# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings and fixtures of the unit tests; what the tests build with is in kit.py."""

from __future__ import annotations

import hypothesis
import pytest

hypothesis.settings.register_profile("unit", max_examples=60, deadline=None, database=None)
hypothesis.settings.load_profile("unit")


@pytest.fixture
def cib():
    """What pcs wrote on Debian 12: groups, clones, fence devices, constraints of all kinds, sets, tags, levels."""
    # Not at the top: pytest loads this file before pytest-ansible has set up the import of collections
    import kit

    return kit.cib()
