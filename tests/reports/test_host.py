"""The host: what the first child reads reaches the host, and a child that fails stops nobody."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from childstats.errors import EditionError
from childstats.observations import workspace
from childstats.reports.children import Child
from childstats.reports.host import _Read
from childstats.reports.limits import Limits

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")


@pytest.fixture
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> dict[Path, object]:
    """Forget what this process holds, for one test."""
    held: dict[Path, object] = {}
    monkeypatch.setattr(workspace, "_in_memory", held)
    return held


def _from_child(work: Callable[[_Read], object]) -> None:
    read = _Read()
    if not os.fork():
        work(read)
        os._exit(0)
    read.take_over()
    os.wait()


def test_what_a_child_reads_is_held_without_reading_it_again(
    nothing_held: dict[Path, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    _from_child(lambda read: read.hand_over(str(ROOT)))
    assert list(nothing_held) == [ROOT]
    monkeypatch.setattr(workspace.Workspace, "_read", None)
    taken = workspace.open_workspace(ROOT / "notebooks")
    assert taken.rows.observations("VN-71")


def test_the_tables_are_those_that_the_host_would_have_read(
    nothing_held: dict[Path, object],
) -> None:
    _from_child(lambda read: read.hand_over(str(ROOT)))
    taken = workspace.open_workspace(ROOT)
    nothing_held.clear()
    own = workspace.open_workspace(ROOT)
    assert taken is not own
    for table in ("figures", "observations", "checks"):
        assert getattr(taken, table).equals(getattr(own, table))
    assert taken.changes == own.changes
    assert taken.catalogue == own.catalogue


@pytest.mark.parametrize(
    "work",
    [
        lambda read: None,
        lambda read: os._exit(9),
        lambda read: read.hand_over("/nowhere"),
        lambda read: read._file.write(b"half"),
    ],
    ids=["says nothing", "dies", "reads nothing", "dies while it writes"],
)
def test_a_child_that_reads_nothing_is_not_waited_for(
    nothing_held: dict[Path, object], work: Callable[[_Read], object]
) -> None:
    _from_child(work)
    assert nothing_held == {}


def test_a_workspace_that_changes_after_it_was_read_is_read_again(
    nothing_held: dict[Path, object], tmp_path: Path
) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    for name in ("data", "notebooks", "childstats.toml"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, root / name)
    _from_child(lambda read: read.hand_over(str(root)))
    assert workspace.open_workspace(root) is nothing_held[root][1]
    (root / "childstats.toml").touch()
    assert workspace.open_workspace(root) is not nothing_held[root][1]


def test_every_child_after_the_first_begins_with_the_workspace_in_memory() -> None:
    module = "__import__('childstats.observations.workspace', fromlist=['held'])"
    held = f"[str(w.root) for _, w in {module}._in_memory.values()]"
    limits = Limits()
    with Child("builtins:len", "abc", limits=limits, workspace=ROOT, reads_only=True) as first:
        assert first.receive() == ("result", 3)
    with Child("builtins:eval", held, limits=limits) as second:
        assert str(ROOT) in second.receive()[1]


def test_a_held_workspace_that_is_gone_is_refused_in_words(
    nothing_held: dict[Path, object], tmp_path: Path
) -> None:
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    edition = shutil.copyfile(ROOT / "childstats.toml", tmp_path / "childstats.toml")
    workspace.hold(tmp_path)
    edition.unlink()
    with pytest.raises(EditionError, match=r"no childstats\.toml in"):
        workspace.open_workspace(tmp_path)
