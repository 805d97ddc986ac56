"""The quickest answer: only where every file was compared once and then left alone."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from workspaces_noted import LINE, noted_workspace

from childstats.reports import standing, unchanged
from childstats.reports.unchanged import NOTES, SEEN, STATE, Watch

PDF = "reports/r.pdf"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a workspace whose files were compared, and had been left alone before."""
    root = noted_workspace(tmp_path / "workspace")
    monkeypatch.setattr(unchanged, "LONG_AGO", -(10**9))  # as if all files were older
    assert standing.answer(str(root)) == LINE
    return root


def _quick(root: Path) -> str:
    return unchanged.answer(str(root))


def test_files_that_were_compared_and_left_alone_are_not_read_again(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "nothing_to_do", None)
    assert _quick(workspace) == LINE


def _edit_and_put_the_time_back(path: Path) -> None:
    before = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _put_a_copy_in_its_place(path: Path) -> None:
    shutil.copy2(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


def _make_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _link_to_itself_elsewhere(path: Path) -> None:
    elsewhere = path.rename(path.parents[2] / "elsewhere")
    path.symlink_to(elsewhere)


@pytest.mark.parametrize(
    "touch",
    [
        _edit_and_put_the_time_back,
        _put_a_copy_in_its_place,
        _make_a_pipe,
        _link_to_itself_elsewhere,
        Path.touch,
        Path.unlink,
        lambda path: path.rename(path.with_suffix(".new")),
        lambda path: path.with_suffix(".more").write_bytes(b""),
    ],
    ids=["edit", "copy", "pipe", "link", "touch", "remove", "rename", "add"],
)
@pytest.mark.parametrize(
    "name",
    ["data/raw/a/figures.csv", "notebooks/n.ipynb", PDF, "reports/editions/old/manifest.json"],
)
def test_whatever_happens_to_a_file_is_looked_into(
    workspace: Path, name: str, touch: Callable[[Path], object]
) -> None:
    touch(workspace / name)
    assert _quick(workspace) == ""


@pytest.mark.parametrize("name", ["childstats.toml", f"{NOTES}/{STATE}"])
def test_so_is_the_edition_and_what_is_noted_of_it(workspace: Path, name: str) -> None:
    (workspace / name).touch()
    assert _quick(workspace) == ""


def test_a_touched_file_is_compared_once_and_then_left_alone(workspace: Path) -> None:
    (workspace / PDF).touch()
    assert _quick(workspace) == ""
    assert standing.answer(str(workspace)) == LINE
    assert _quick(workspace) == LINE


def test_another_package_or_another_python_is_looked_into(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "distributions", lambda: ("Python 3.99", "pandas-9"))
    assert _quick(workspace) == ""


def test_nothing_is_noted_of_a_file_that_changed_a_moment_ago(tmp_path: Path) -> None:
    root = noted_workspace(tmp_path / "workspace")
    assert standing.answer(str(root)) == LINE
    assert not (root / NOTES / SEEN).exists()


def test_a_file_that_changes_while_it_is_compared_is_looked_into(workspace: Path) -> None:
    watch = Watch(str(workspace))
    _edit_and_put_the_time_back(workspace / PDF)
    watch.found(LINE)
    assert _quick(workspace) == ""


def test_what_was_found_wanting_is_not_noted(workspace: Path) -> None:
    (workspace / PDF).write_bytes(b"another")
    assert standing.answer(str(workspace)) == ""
    assert _quick(workspace) == ""
    assert sorted(path.name for path in (workspace / NOTES).iterdir()) == [SEEN, STATE]


@pytest.mark.parametrize("at", [0, 20, 200, -200, -1])
def test_a_damaged_note_is_not_believed(workspace: Path, at: int) -> None:
    note = workspace / NOTES / SEEN
    content = bytearray(note.read_bytes())
    content[at] ^= 1
    note.write_bytes(content)
    assert _quick(workspace) == ""


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe", LINE.encode(), f"{LINE}\n\n{LINE}".encode()]
)
def test_neither_is_half_a_note(workspace: Path, content: bytes) -> None:
    (workspace / NOTES / SEEN).write_bytes(content)
    assert _quick(workspace) == ""


def test_where_the_system_does_not_say_when_a_file_changed_contents_are_compared(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(os, "name", "nt")
        assert _quick(workspace) == ""


def test_a_note_that_cannot_be_written_changes_no_answer(workspace: Path) -> None:
    (workspace / NOTES / SEEN).unlink()
    (workspace / NOTES / SEEN).mkdir()
    assert standing.answer(str(workspace)) == LINE
    assert _quick(workspace) == ""


def test_the_answer_loads_neither_checksums_nor_notes(workspace: Path) -> None:
    code = (
        "import sys; sys.argv = ['childstats', 'build']\n"
        "from childstats.__main__ import main; main()\n"
        "print(sorted({'click', 'hashlib', 'json', 'pathlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=workspace
    )
    assert done.stdout.splitlines() == [LINE, "[]"]
