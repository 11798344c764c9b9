# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rooms of module_utils: each imports only from rooms below it (CONTRIBUTING.md has the drawing)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MODULE_UTILS = Path(__file__).parents[4] / "plugins/module_utils"
FILES = sorted(MODULE_UTILS.rglob("*.py"))

# From top to bottom
ROOMS = (
    *("cib_task", "run", "tasks", "transaction", "membership", "plan", "corosync"),
    *("objects", "live", "base"),
)
# These do no input or output, so they may import only what does none either
PURE = {"plan": {"plan", "objects", "base"}, "objects": {"objects", "base"}, "base": {"base"}}
OUTSIDE = {"subprocess", "socket", "shutil", "tempfile", "os", "fcntl", "urllib"}
LONGEST = 450


def room(path):
    """The room of a file: its folder below module_utils, or itself."""
    first = path.relative_to(MODULE_UTILS).parts[0]
    return first.removesuffix(".py")


def imports(path):
    """(room, None) for each import from module_utils in a file, (None, module) for every other import."""
    package = path.relative_to(MODULE_UTILS).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((None, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield None, node.module.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            target = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            names = [target] if node.module else [[*target[:-1], alias.name] for alias in node.names]
            yield from ((each[0], None) for each in names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(MODULE_UTILS)))
def test_room_imports_only_from_rooms_below(path):
    own = ROOMS.index(room(path))
    above = {each for each, _outside in imports(path) if each and ROOMS.index(each) < own}
    assert not above, f"{room(path)} is below {', '.join(sorted(above))}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(MODULE_UTILS)))
def test_pure_rooms_import_no_input_or_output(path):
    allowed = PURE.get(room(path))
    if allowed:
        found = list(imports(path))
        assert {each for each, _outside in found if each} <= allowed
        assert not {outside for _each, outside in found} & OUTSIDE


def test_only_one_file_starts_processes():
    found = {str(path.relative_to(MODULE_UTILS)) for path in FILES if (None, "subprocess") in imports(path)}
    assert found == {"live/commands.py"}


def test_no_file_exceeds_line_limit():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {str(path): length for path, length in lengths.items() if length > LONGEST}
