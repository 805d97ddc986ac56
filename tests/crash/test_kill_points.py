"""A build that is killed, has no room or loses power at any call leaves whole files only."""

import errno
import os
import shutil
from pathlib import Path

import pytest
from faults import GROWING, Unsynced, calls_of, dies_at, full_from, watched
from tiny_editions import Tiny, published, tiny_workspace

from childstats.errors import BuildError
from childstats.reports import flipping

ONE: dict = {"notebooks": ("profile",), "languages": ("en",)}
OLD, NEW = Tiny("old", **ONE), Tiny("new", edition_id="second", **ONE)
WAYS = ("exchange", "journal")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return how an edition takes another one's place: in one call, or by a journal.

    A journal serves where folders cannot be exchanged and, as here, files not be linked.
    """
    if request.param == "journal":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "not on this disk")

        monkeypatch.setattr(flipping, "exchange", refuse)
        monkeypatch.setattr(os, "link", refuse)
    return request.param


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing wait for the disk; that it was asked for is noted all the same."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with an edition in place, and a file of the user's own."""
    folder = tiny_workspace(tmp_path_factory.mktemp("old") / "workspace")
    OLD.build(folder)
    (folder / "reports" / "own.txt").write_text("mine", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def new(old: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what an undisturbed run publishes."""
    folder = shutil.copytree(old, tmp_path_factory.mktemp("new") / "workspace")
    NEW.build(folder)
    return published(folder)


def _first(way: str, calls: list[str]) -> int:
    """Return the first call to try; until files are staged, both ways make the same calls."""
    return 1 if way == "exchange" else calls.index("link")


def _reports(files: dict[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in files.items() if name.startswith("reports/")}


def test_killed_at_any_call_every_file_is_whole_and_a_plain_run_ends_the_same(
    way: str, old: Path, new: dict[str, str], tmp_path: Path
) -> None:
    before = published(old)
    assert {"reports/own.txt", "reports/editions/first/manifest.json"} <= set(new)
    counted = shutil.copytree(old, tmp_path / "counted")
    calls = calls_of(lambda: NEW.build(counted))
    points, mixed, completed = len(calls), 0, 0
    for number in range(_first(way, calls), points + 1):
        folder = Path(shutil.copytree(old, tmp_path / str(number)))
        assert dies_at(number, lambda folder=folder: NEW.build(folder))
        after = published(folder)
        waiting = {name for name in after if ".incoming-" in name}
        torn = {
            name
            for name, digest in after.items()
            if digest not in {before.get(name), new.get(name)} and name not in waiting
        }
        assert torn == set(), number
        at_once = [_reports(files) for files in (before, new)]
        mixed += _reports(after) not in at_once
        if flipping.recover(folder):  # as the next run does first
            completed += 1
            assert published(folder) == new, number
        NEW.build(folder)
        assert published(folder) == new, number
        shutil.rmtree(folder)
    folder = shutil.copytree(old, tmp_path / "last")
    assert not dies_at(points + 1, lambda: NEW.build(folder))
    assert points > 120
    assert (mixed, completed) == (0, 0) if way == "exchange" else min(mixed, completed) > 5


def test_a_disk_that_is_full_from_any_call_on_keeps_the_old_files(
    way: str, old: Path, new: dict[str, str], tmp_path: Path
) -> None:
    counted = shutil.copytree(old, tmp_path / "counted")
    before = published(old)
    points = _first(way, [c for c in calls_of(lambda: NEW.build(counted)) if c in GROWING])
    while True:
        points += 3
        folder = Path(shutil.copytree(old, tmp_path / str(points)))
        with full_from(points) as refused:
            try:
                NEW.build(folder)
            except BuildError as error:
                assert str(error).startswith("No space left: need about ")  # noqa: PT017  # in a loop
                assert f" MB in {folder}; " in str(error)  # noqa: PT017  # as above
        if not refused:
            break
        after = published(folder)
        assert not [name for name in after if ".incoming-" in name]
        if way == "exchange":
            assert _reports(after) in [_reports(before), _reports(new)], (points, refused)
        NEW.build(folder)
        assert published(folder) == new
        shutil.rmtree(folder)
    assert points > 50
    assert published(folder) == new


def test_nothing_gets_its_name_before_the_disk_has_it(way: str, old: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(old, tmp_path / "workspace"))
    unsynced = Unsynced(folder, at_once=way == "exchange")
    with watched(unsynced):
        NEW.build(folder)
    assert unsynced.moved > 15
