"""What is published is what one snapshot of all inputs gives; nothing else is ever up to date."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_editions import Tiny, published, tiny_workspace

from childstats.errors import BuildError, InputError
from childstats.reports import snapshot
from childstats.reports.snapshot import outdated, software_digest, take_snapshot

EDITION = Tiny("x")


@pytest.fixture
def folder(once: Path, tmp_path: Path) -> Path:
    """Return a workspace with an edition, and one before it, in which nothing is to be done."""
    return Path(shutil.copytree(once, tmp_path / "workspace"))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return such a workspace that no test changes."""
    made = tiny_workspace(tmp_path_factory.mktemp("once") / "workspace")
    for name in ("data/raw/a", "data/catalogue", "notebooks"):
        (made / name).mkdir(parents=True)
        (made / name / "file.csv").write_text("1", encoding="utf-8")
    Tiny("old", edition_id="before").build(made)
    EDITION.build(made)
    return made


def _built(folder: Path) -> list[str]:
    said: list[str] = []
    EDITION.build(folder, said.append)
    return said


def test_an_edition_that_is_up_to_date_is_not_built_wherever_it_lies(folder: Path) -> None:
    before = published(folder)
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    assert _built(folder) == ["4 reports, 12 pages, in reports/; 0 of them built now"]
    elsewhere = Path(shutil.copytree(folder, folder.parent / "elsewhere"))
    assert not outdated(elsewhere)
    assert published(folder) == published(elsewhere) == before
    shutil.rmtree(elsewhere / ".childstats")
    assert outdated(elsewhere), "nobody knows what it was made from"


INPUTS = (
    *("childstats.toml", "data/raw/a/file.csv", "data/catalogue/file.csv", "notebooks/file.csv"),
    *("reports/editions/before/manifest.json", "reports/editions/before/data/observations.csv"),
)


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("change", ["another byte", "gone", "another name", "one more"])
def test_whatever_input_is_another_the_edition_is_built(
    folder: Path, name: str, change: str
) -> None:
    path = folder / name
    match change:
        case "another byte":
            path.write_bytes(path.read_bytes() + b"#")
        case "gone" if name != "childstats.toml":
            path.unlink()
        case "another name" if name != "childstats.toml":
            path.rename(path.with_name("other.csv"))
        case _ if name.startswith(("data", "notebooks")):
            path.with_name("more.csv").touch()
        case _:
            return
    assert outdated(folder)


PUBLISHED = (
    *("manifest.json", "SHA256SUMS", "index.html", "changes.json", "data/observations.csv"),
    *("vn-71-2025-trends.en.pdf", "thumbnails/vn-71-2025-trends.en.png"),
    *("../data/processed/checks.csv", "../data/processed/datapackage.json"),
)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("content", [b"", b"cut", None], ids=["empty", "another", "gone"])
def test_a_published_file_that_is_another_is_built_again(
    folder: Path, name: str, content: bytes | None
) -> None:
    before, path = published(folder), folder / "reports" / name
    path.unlink() if content is None else path.write_bytes(content)
    assert outdated(folder)
    assert _built(folder)[-1].endswith("; 4 of them built now")
    assert published(folder) == before


def test_a_damaged_file_of_an_earlier_edition_is_named_until_it_is_restored(folder: Path) -> None:
    name = "reports/editions/before/vn-71-2025-trends.en.pdf"
    known = (folder / name).read_bytes()
    (folder / name).write_bytes(b"damaged")
    for _ in range(2):
        said = f"warning: {name} is not the file that was published; restore it from a copy"
        assert said in _built(folder)
    (folder / name).write_bytes(known)
    _built(folder)
    assert not outdated(folder)


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"inputs": 3}', b"\xff", b"[" * 100_000])
def test_a_damaged_note_is_as_good_as_none(folder: Path, damage: bytes) -> None:
    (folder / ".childstats" / "built.json").write_bytes(damage)
    assert outdated(folder)
    assert _built(folder)[-1].endswith("; 4 of them built now")
    assert not outdated(folder)


def test_another_library_python_or_package_builds_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Path(shutil.copytree(snapshot.PACKAGE, tmp_path / "childstats"))
    known = software_digest()
    monkeypatch.setattr(snapshot, "PACKAGE", library)
    assert software_digest() == known
    (library / "errors.py").write_bytes((library / "errors.py").read_bytes() + b"\n")
    assert software_digest() != known
    assert outdated(folder) == "childstats, Python or an installed package changed"
    monkeypatch.undo()
    assert not outdated(folder)
    installed = tmp_path / "site" / "pandas-0.1.dist-info"
    installed.mkdir(parents=True)
    monkeypatch.syspath_prepend(installed.parent)
    with_one_more = software_digest()
    (installed / "RECORD").write_text("pandas/a.py,sha256=other,1\n", encoding="utf-8")
    assert len({known, with_one_more, software_digest()}) == 3
    monkeypatch.setattr("sys.version", "4.0")
    assert software_digest() not in {known, with_one_more}


class Meddling(Tiny):
    """An edition during whose build something happens to the workspace or the snapshot."""

    def __init__(self, text: str, act: Callable[[Path], None]) -> None:
        super().__init__(text)
        self._act = act

    def finished(self, jobs, day, options):
        for number, outcome in enumerate(super().finished(jobs, day, options)):
            if number == 1:
                self._act(jobs[0].notebook.parents[1])
            yield outcome


def test_what_is_put_back_before_the_end_was_never_seen(folder: Path) -> None:
    figures, seen = folder / "data/raw/a/file.csv", []

    def act(root: Path) -> None:
        figures.write_text("2", encoding="utf-8")
        seen.append((root / "data/raw/a/file.csv").read_text("utf-8"))
        figures.write_text("1", encoding="utf-8")

    said: list[str] = []
    Meddling("y", act).build(folder, said.append)
    assert seen == ["1"]
    assert said[-1] == "4 reports, 12 pages, in reports/; 4 of them built now"
    assert not outdated(folder)


def test_the_last_line_says_what_changed_meanwhile_and_the_next_build_builds(folder: Path) -> None:
    figures = folder / "data/raw/a/file.csv"
    said: list[str] = []
    Meddling("y", lambda _: figures.write_text("2", encoding="utf-8") and None).build(
        folder, said.append
    )
    assert said[-1] == (
        "4 reports, 12 pages, in reports/; 4 of them built now; the workspace changed meanwhile "
        "(data/raw/a/file.csv): this edition is that of the beginning, build again"
    )
    assert outdated(folder)
    assert Tiny("y").build(folder)[0].built
    assert not outdated(folder)


def _write(root: Path) -> None:
    path = root / "data/raw/a/file.csv"
    path.chmod(0o644)
    path.write_text("2", encoding="utf-8")


def _remove(root: Path) -> None:
    (root / "data/raw/a").chmod(0o755)
    (root / "data/raw/a/file.csv").unlink()


def _add(root: Path) -> None:
    (root / "notebooks").chmod(0o755)
    (root / "notebooks" / "more.csv").touch()


def _keep_times(root: Path) -> None:
    path = root / "data/raw/a/file.csv"
    before = path.stat()
    _write(root)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    ("act", "name"),
    [(_write, "data/raw/a/file.csv"), (_remove, "data/raw/a/file.csv"),
     (_add, "notebooks/more.csv"), (_keep_times, "data/raw/a/file.csv")],
)  # fmt: skip
def test_a_notebook_that_changes_its_inputs_fails_the_build_by_name(
    folder: Path, act: Callable[[Path], None], name: str
) -> None:
    before = published(folder)
    named = rf"^{name} changed while profile\.ipynb ran; a notebook may not change its inputs"
    with pytest.raises(BuildError, match=named):
        Meddling("y", act).build(folder)
    assert published(folder) == before
    assert outdated(folder)


def test_a_change_that_leaves_no_trace_in_the_system_is_found_by_content(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot.Snapshot, "times", lambda self: {})
    with pytest.raises(BuildError, match=r"^data/raw/a/file\.csv changed while the notebooks ran"):
        Meddling("y", _write).build(folder)


def test_a_snapshot_is_read_only_and_holds_no_other_file(folder: Path, tmp_path: Path) -> None:
    (folder / "notebooks" / ".ipynb_checkpoints").mkdir()
    (folder / "notebooks" / ".ipynb_checkpoints" / "a.ipynb").touch()
    (folder / "own.txt").touch()
    taken = take_snapshot(folder, tmp_path / "snapshot")
    assert set(taken.files) == {*INPUTS, "reports/editions/before/SHA256SUMS"}
    assert taken.changed() == taken.changed_at_origin() == []
    for path in (taken.root, *taken.root.rglob("*")):
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    there = {str(p.relative_to(taken.root)) for p in taken.root.rglob("*") if p.is_file()}
    assert there == {*taken.files, "reports/manifest.json"}


def test_the_edition_that_is_about_to_be_kept_is_in_the_snapshot_as_it_will_be(
    folder: Path, tmp_path: Path
) -> None:
    text = (folder / "childstats.toml").read_text("utf-8").replace('"first"', '"third"')
    (folder / "childstats.toml").write_text(text, encoding="utf-8")
    before = take_snapshot(folder, tmp_path / "before").digest
    Tiny("x", edition_id="third").build(folder)
    (folder / "childstats.toml").write_text(text, encoding="utf-8")
    assert (folder / "reports/editions/first/manifest.json").is_file()
    assert take_snapshot(folder, tmp_path / "after").digest == before


def test_files_that_do_not_cease_to_change_are_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = snapshot._copied

    def late(path: Path, target: Path) -> str:
        found = copied(path, target)
        if path.name == "file.csv":
            path.write_bytes(path.read_bytes() + b"1")
        return found

    monkeypatch.setattr(snapshot, "_copied", late)
    with pytest.raises(InputError, match="change faster than they can be copied"):
        take_snapshot(folder, tmp_path / "snapshot")
    assert not (tmp_path / "snapshot").exists()


def test_a_file_that_changes_while_it_is_copied_is_copied_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied, left = snapshot._copied, [1]

    def late(path: Path, target: Path) -> str:
        found = copied(path, target)
        if path.name == "file.csv" and left:
            left.pop()
            path.write_bytes(b"whole")
        return found

    monkeypatch.setattr(snapshot, "_copied", late)
    taken = take_snapshot(folder, tmp_path / "snapshot")
    assert taken.changed_at_origin() == []


@pytest.mark.parametrize("lost", ["manifest.json", "SHA256SUMS"])
def test_an_edition_that_cannot_be_named_is_not_replaced_by_another(
    folder: Path, lost: str
) -> None:
    (folder / "reports" / lost).unlink()
    before = published(folder)
    with pytest.raises(BuildError, match="nobody knows which edition stands there; restore it"):
        Tiny("y", edition_id="another").build(folder)
    assert published(folder) == before
    EDITION.build(folder)
    assert not outdated(folder), "the same edition is only built again"


def test_a_name_of_an_edition_that_is_kept_is_not_given_again(folder: Path) -> None:
    before = published(folder)
    with pytest.raises(InputError, match="edition 'before' is kept in reports/editions already"):
        Tiny("y", edition_id="before").build(folder)
    (folder / "reports" / "editions" / "first").mkdir()
    with pytest.raises(BuildError, match="reports/editions/first is there, where 'first' is to be"):
        Tiny("y", edition_id="another").build(folder)
    assert published(folder) == before


@pytest.mark.parametrize("damage", ["file and list", "list gone", "gone", "renamed"])
def test_an_earlier_edition_that_is_not_as_it_was_is_named_every_time(
    folder: Path, damage: str
) -> None:
    kept = folder / "reports" / "editions" / "before"
    match damage:
        case "file and list":
            (kept / "SHA256SUMS").write_text("", encoding="utf-8")
            (kept / "index.html").write_text("another", encoding="utf-8")
        case "list gone":
            (kept / "SHA256SUMS").unlink()
        case "gone":
            shutil.rmtree(kept)
        case _:
            kept.rename(kept.with_name("renamed"))
    for _ in range(2):
        said = _built(folder)
        assert any(line.startswith("warning: reports/editions/before/SHA256SUMS") for line in said)
    assert outdated(folder)


@pytest.mark.parametrize("note", ['{"inputs": "", "software": "", "published": {"a\\u0000": ""}}',
                                  '{"published": {}}', '{"published": 3}'])  # fmt: skip
def test_a_note_that_vouches_for_nothing_is_as_good_as_none(folder: Path, note: str) -> None:
    (folder / ".childstats" / "built.json").write_text(note, encoding="utf-8")
    assert outdated(folder)
    assert _built(folder)[-1].endswith("; 4 of them built now")


def test_a_workspace_below_a_folder_of_checkpoints_has_inputs(folder: Path, tmp_path: Path) -> None:
    below = tmp_path / ".ipynb_checkpoints" / "workspace"
    shutil.copytree(folder, below)
    assert set(INPUTS) <= set(snapshot.inputs_of(below))


def test_a_snapshot_without_an_edition_file_is_none(folder: Path, tmp_path: Path) -> None:
    (folder / "childstats.toml").unlink()
    with pytest.raises(InputError, match="change faster"):
        take_snapshot(folder, tmp_path / "snapshot")
