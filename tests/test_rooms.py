"""Data flows one way: a module imports only from rooms to its left."""

import ast
import re
from pathlib import Path

import pytest

import childstats

PACKAGE = Path(childstats.__file__).parent
ROOMS = [
    "sources",
    "figures",
    "catalogue",
    "statistics",
    "observations",
    "text",
    "charts",
    "blocks",
    "analyses",
    "reports",
    "cli",
]
ROOT_MODULES = {
    *("coded", "codes", "errors", "folders", "intake", "language", "numbered", "precision"),
}
"""At the root, to the left of every room."""
FIRST_ROOM = ROOMS[0]


def _room(module: str) -> str:
    """Return the room of ``childstats.figures.parse``: figures."""
    return module.split(".")[1] if "." in module else ""


def _imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return [name for name in found if name.split(".")[0] == "childstats"]


MODULES = sorted(
    path.relative_to(PACKAGE.parent).with_suffix("")
    for path in PACKAGE.rglob("*.py")
    if path.parent != PACKAGE or path.stem in {*ROOT_MODULES, "cli"}
)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_from_rooms_to_its_left(module: Path) -> None:
    room = module.parts[1]
    known = ["", *ROOMS[: ROOMS.index(room) + 1]] if room in ROOMS else [""]
    for name in _imports(PACKAGE.parent / module.with_suffix(".py")):
        imported = _room(name)
        assert imported in known or imported in ROOT_MODULES, f"{module} imports {name}"


def test_every_folder_is_a_known_room() -> None:
    folders = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert folders <= set(ROOMS)


def test_no_analysis_writes_a_number_without_a_receipt() -> None:
    """Numbers are written by `analyses/writing.py` alone; the others ask it to."""
    writes = re.compile(r"\bt\.(?:count|decimal|percent|values?)\(|\b(?:hedged|printed)_value\(")
    found = {
        path.name: writes.findall(path.read_text(encoding="utf-8"))
        for path in (PACKAGE / "analyses").glob("*.py")
        if path.name != "writing.py"
    }
    found["wording.py"].remove("t.decimal(")  # looks whether two limits read the same
    assert not {name: calls for name, calls in found.items() if calls}


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    lengths = {
        p.name: len(p.read_text(encoding="utf-8").splitlines()) for p in PACKAGE.rglob("*.py")
    }
    assert {name: n for name, n in lengths.items() if n > 400} == {}
