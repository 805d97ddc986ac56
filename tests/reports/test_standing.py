"""The quick answer: only a build with nothing to do gets one, whatever is in its way."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from childstats.reports.sealed import sealed
from childstats.reports.standing import NOTES, STATE, answer, inputs_digest

LINE = "1 reports, 3 pages, in reports/; 0 of them built now"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a workspace that was built, as far as its notes and files say."""
    root = tmp_path / "workspace"
    for folder in ("data/catalogue", "data/raw/a", "notebooks", "reports/editions/old", NOTES):
        (root / folder).mkdir(parents=True)
    for name in ("childstats.toml", "data/raw/a/figures.csv", "notebooks/n.ipynb", "reports/r.pdf",
                 "reports/editions/old/manifest.json"):  # fmt: skip
        (root / name).write_text(name, encoding="utf-8")
    _note(root)
    return root


def _note(root: Path, **others: object) -> None:
    pdf = hashlib.sha256((root / "reports/r.pdf").read_bytes()).hexdigest()
    state = {
        "inputs": inputs_digest(str(root)),
        "published": {"reports/r.pdf": pdf},
        "order": ["r.pdf"],
        "reports": {"r.pdf": {"entry": {"pages": 3}}},
    }
    (root / NOTES / STATE).write_bytes(sealed(state | others))


def _answer(root: Path) -> str:
    return answer(["build", "--workspace", str(root)])


def test_a_build_with_nothing_to_do_is_answered_from_any_folder_inside(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace / "data" / "raw")
    assert answer(["build"]) == LINE
    assert _answer(workspace / "notebooks") == LINE
    for path in workspace.rglob("*"):
        os.utime(path, (1, 1))
    assert answer(["build"]) == LINE


@pytest.mark.parametrize("words", [[], ["plan"], ["build", "--jobs", "1"], ["--help"]], ids=str)
def test_another_command_gets_no_answer(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(workspace)
    assert answer(words) == ""


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
    _note(workspace)
    assert inputs_digest(str(workspace)) == ""
    assert _answer(workspace) == ""


@pytest.mark.parametrize(
    "others", [{"inputs": ""}, {"order": []}, {"order": 3}, {"published": 3}, {"reports": {}}]
)
def test_notes_of_a_failure_or_of_another_kind_give_no_answer(
    workspace: Path, others: dict[str, object]
) -> None:
    _note(workspace, **others)
    assert _answer(workspace) == ""


def test_damaged_or_missing_notes_give_no_answer(workspace: Path) -> None:
    state = workspace / NOTES / STATE
    state.write_bytes(state.read_bytes().replace(b'"pages": 3', b'"pages": 4'))
    assert _answer(workspace) == ""
    shutil.rmtree(workspace / NOTES)
    assert _answer(workspace) == ""
    assert answer(["build", "--workspace", "/"]) == ""


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
