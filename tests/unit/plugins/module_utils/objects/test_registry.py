# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.objects import registry


@pytest.mark.parametrize("section", registry.SECTIONS)
def test_every_kind_is_found_by_the_tag_of_its_element(section):
    names = registry.CONSTRAINTS if section == "constraints" else (section,)
    found = {name for names in registry._BY_TAG.values() for name in names}
    assert found >= set(names)


def test_every_kind_is_shipped_with_tasks_that_can_change_all_kinds():
    from ansible_collections.hacluster.pcs.plugins.module_utils.objects import shipped

    files = {
        file.rpartition(".")[2]
        for file, _class in (*filter(None, registry._KINDS.values()), *registry._CONSTRAINTS.values())
    }
    assert files <= set(dir(shipped))
