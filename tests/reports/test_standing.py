"""The quick answer: only a build with nothing to do gets one, whatever is in its way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces_noted import LINE, note, noted_workspace

from childstats.reports.standing import answer, inputs_digest
from childstats.reports.unchanged import NOTES, STATE, asked_for


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a workspace that was built, as far as its notes and files say."""
    return noted_workspace(tmp_path / "workspace")


def _answer(root: Path) -> str:
    found = asked_for(["build", "--workspace", str(root)])
    return answer(found) if found else ""


def test_a_build_with_nothing_to_do_is_answered_from_any_folder_inside(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace / "data" / "raw")
    assert asked_for(["build"]) == str(workspace)
    assert _answer(workspace / "notebooks") == LINE
    for path in workspace.rglob("*"):
        os.utime(path, (1, 1))
    assert _answer(workspace) == LINE


@pytest.mark.parametrize("words", [[], ["plan"], ["build", "--jobs", "1"], ["--help"]], ids=str)
def test_another_command_gets_no_answer(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(workspace)
    assert asked_for(words) == ""


@pytest.mark.parametrize(
    "name",
    ["childstats.toml", "data/raw/a/figures.csv", "notebooks/n.ipynb", "reports/r.pdf",
     "reports/editions/old/manifest.json"],
)  # fmt: skip
def test_a_file_that_is_another_or_gone_or_no_plain_file_is_looked_into(
    workspace: Path, name: str
) -> None:
    path = workspace / name
    known = path.read_bytes()
    path.write_bytes(known + b" ")
    assert _answer(workspace) == ""
    path.unlink()
    assert _answer(workspace) == ""
    os.mkfifo(path)
    assert _answer(workspace) == ""
    path.unlink()
    path.write_bytes(known)
    assert _answer(workspace) == LINE


def test_a_file_more_or_under_another_name_is_looked_into(workspace: Path) -> None:
    (workspace / "data/raw/a/b.csv").write_bytes(b"")
    assert _answer(workspace) == ""
    (workspace / "data/raw/a/b.csv").unlink()
    (workspace / "notebooks/n.ipynb").rename(workspace / "notebooks/m.ipynb")
    assert _answer(workspace) == ""


def test_what_lies_behind_a_link_is_looked_into(workspace: Path) -> None:
    (workspace / "elsewhere").mkdir()
    (workspace / "data/raw/linked").symlink_to(workspace / "elsewhere")
    note(workspace)
    assert inputs_digest(str(workspace)) == ""
    assert _answer(workspace) == ""


@pytest.mark.parametrize(
    "others", [{"inputs": ""}, {"order": []}, {"order": 3}, {"published": 3}, {"reports": {}}]
)
def test_notes_of_a_failure_or_of_another_kind_give_no_answer(
    workspace: Path, others: dict[str, object]
) -> None:
    note(workspace, **others)
    assert _answer(workspace) == ""


def test_damaged_or_missing_notes_give_no_answer(workspace: Path) -> None:
    state = workspace / NOTES / STATE
    state.write_bytes(state.read_bytes().replace(b'"pages": 3', b'"pages": 4'))
    assert _answer(workspace) == ""
    shutil.rmtree(workspace / NOTES)
    assert _answer(workspace) == ""
    assert asked_for(["build", "--workspace", "/"]) == ""


def test_the_command_says_it_before_the_command_line_is_loaded(workspace: Path) -> None:
    code = (
        "import sys; sys.argv = ['childstats', 'build']\n"
        "from childstats.__main__ import main; main()\n"
        "print(sorted({'click', 'pathlib', 'dataclasses', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=workspace
    )
    assert done.stdout.splitlines() == [LINE, "[]"]
