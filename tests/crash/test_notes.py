"""Notes and files that are damaged, of another version or gone are made again."""

import json
import shutil
from pathlib import Path

import pytest
from tiny_editions import Tiny, published, tiny_workspace

from childstats.errors import BuildError
from childstats.observations import workspace
from childstats.reports import plan
from childstats.reports.plan import read_state
from childstats.reports.sealed import sealed, unsealed

EDITION = Tiny("x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace in which everything stands."""
    made = tiny_workspace(tmp_path / "workspace")
    EDITION.build(made)
    assert not any(report.why for report in EDITION.build(made))
    return made


def _state(folder: Path) -> Path:
    return folder / ".childstats" / "state.json"


def test_a_sealed_note_is_read_back_and_no_other_byte_is_believed() -> None:
    value = {"a": [1, 0.1, "Điện Biên", None], "b": {"c": True}}
    content = sealed(value)
    assert unsealed(content) == value
    for at in range(len(content)):
        for bit in (0, 3, 7):
            flipped = bytes([*content[:at], content[at] ^ 1 << bit, *content[at + 1 :]])
            try:
                assert unsealed(flipped) == value, flipped
            except ValueError:
                continue
            assert json.loads(flipped) == json.loads(content), "only what means nothing may change"


DAMAGES = {
    "a bit flipped": lambda content: content.replace(b'"pages": 3', b'"pages": 2', 1),
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "another kind": lambda content: b"[]",
    "no UTF-8": lambda content: b"\xff" + content,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_notes_are_put_aside_with_a_warning(folder: Path, damage: str) -> None:
    before, path = published(folder), _state(folder)
    damaged = DAMAGES[damage](path.read_bytes())
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    said: list[str] = []
    assert all(report.why for report in EDITION.build(folder, said.append))
    assert said[0] == (
        "warning: .childstats/state.json is damaged and was put aside; what it noted is built again"
    )
    assert published(folder) == before
    assert read_state(folder).damaged == ()


def test_a_damaged_note_of_one_report_costs_that_report_only(tmp_path: Path) -> None:
    folder = tiny_workspace(tmp_path / "workspace")
    with pytest.raises(BuildError):
        Tiny("x", failing=("profile", "vn-71-2025-trends.vi.pdf")).build(folder)
    kept = folder / ".childstats" / "built" / "vn-71-2025-trends.en.pdf.json"
    assert kept.is_file()
    kept.write_bytes(kept.read_bytes()[:-1])
    said: list[str] = []
    EDITION.build(folder, said.append)
    assert said[0].startswith(f"warning: .childstats/built/{kept.name} is damaged")


def test_notes_of_another_version_are_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert plan.FORMAT == 3
    monkeypatch.setattr(plan, "FORMAT", 4)
    said: list[str] = []
    assert all(report.why for report in EDITION.build(folder, said.append))
    assert not [line for line in said if "warning" in line]


@pytest.mark.parametrize("content", [b"", b"cut", None], ids=["empty", "another", "gone"])
def test_a_published_file_that_is_not_as_noted_is_built_again(
    folder: Path, content: bytes | None
) -> None:
    before = published(folder)
    page = folder / "reports" / "vn-71-2025-trends.en.html"
    page.unlink() if content is None else page.write_bytes(content)
    why = {report.file: report.why for report in EDITION.build(folder)}
    assert why.pop("vn-71-2025-trends.en.pdf") == "its file is missing or damaged"
    assert not any(why.values())
    assert published(folder) == before


def test_notes_deleted_while_a_build_runs_end_in_one_line_or_are_made_anew(
    folder: Path, tmp_path: Path
) -> None:
    class Deleting(Tiny):
        """Loses its notes after the first report."""

        def finished(self, jobs, day, options):
            for number, outcome in enumerate(super().finished(jobs, day, options)):
                yield outcome
                if number == 0:
                    shutil.rmtree(folder / ".childstats")

    before = published(folder)
    with pytest.raises(BuildError, match="was built and is gone; is another build running"):
        Deleting("y").build(folder)
    reports = {n: d for n, d in before.items() if n.startswith("reports/")}
    assert {n: d for n, d in published(folder).items() if n.startswith("reports/")} == reports
    Tiny("y").build(folder)
    assert (folder / "reports" / "vn-71-2025-trends.en.html").read_bytes().endswith(b"y")


@pytest.mark.parametrize("changed", ["childstats.toml", "reports/editions/a/manifest.json"])
def test_a_workspace_in_memory_is_read_again_when_policy_or_edition_before_change(
    small, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "_in_memory", {})
    root = small({"text": "430", "indicator": "abuse_cases", "time_period": "2025"}).root
    workspace.hold(root)
    held = workspace.open_workspace(root)
    assert workspace.open_workspace(root) is held
    (root / changed).parent.mkdir(parents=True, exist_ok=True)
    with (root / changed).open("a", encoding="utf-8") as file:
        file.write("# changed")
    assert workspace.open_workspace(root) is not held


def test_a_journal_that_is_damaged_is_not_followed(folder: Path) -> None:
    before = published(folder)
    journal = folder / ".childstats" / "journal.json"
    content = sealed({"move": [], "remove": ["index.html"]})
    journal.write_bytes(content.replace(b"index.html", b"index.htmk"))
    EDITION.build(folder)
    assert published(folder) == before
    assert not journal.exists()
