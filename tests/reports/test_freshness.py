"""A copy of an edition goes online with a mark of its build; the edition itself has none."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT
from written_editions import write_edition

from childstats.cli import main
from childstats.errors import EditionError
from childstats.reports.compared import compare
from childstats.reports.freshness import last_build, stage

BUILT = datetime(2026, 11, 25, 2, 31, 7, 99, tzinfo=timezone(timedelta(hours=7)))


def content_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


@pytest.fixture
def reports(tmp_path):
    return write_edition(tmp_path / "reports", ("at_risk", "5", "a"), a_pdf="%PDF")


def test_a_staged_copy_is_marked_and_the_edition_is_not(reports, tmp_path):
    before = content_of(reports)
    folder = stage(reports, tmp_path / "site", now=BUILT, revision="0123abc")
    assert content_of(reports) == before
    staged = content_of(folder)
    changed = {name for name in staged if staged[name] != before.get(name)}
    assert changed == {"freshness.json", "index.html", "index.en.html"}
    assert "Last successful build: 24 November 2026, 19:31 UTC" in staged["index.en.html"].decode()
    assert "ngày 24 tháng 11 năm 2026, 19:31 UTC</p>\n</header>" in staged["index.html"].decode()
    mark = json.loads(staged["freshness.json"])
    assert mark == {"built": "2026-11-24T19:31:07+00:00", "revision": "0123abc"}
    assert last_build(folder) == datetime(2026, 11, 24, 19, 31, 7, tzinfo=UTC)
    checked = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(checked, cwd=folder, check=True)


def test_staging_again_replaces_and_leaves_nothing_behind(reports, tmp_path):
    stage(reports, tmp_path / "site", now=BUILT)
    write_edition(reports, ("at_risk", "6", "a"))
    (reports / "a.pdf").unlink()
    stage(reports, tmp_path / "site", now=BUILT)
    assert not (tmp_path / "site" / "a.pdf").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["reports", "site"]


def test_what_is_staged_stays_when_the_new_one_cannot_take_its_place(
    reports, tmp_path, monkeypatch
):
    folder = stage(reports, tmp_path / "site", now=BUILT)
    before = content_of(folder)
    rename = Path.rename

    def refuse(path, target):
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(KeyboardInterrupt):
        stage(reports, folder, now=BUILT + timedelta(days=1))
    assert content_of(folder) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["reports", "site"]


def test_a_folder_of_somebody_else_is_left_alone(reports, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EditionError, match="site holds no staged edition; name an empty"):
        stage(reports, tmp_path / "site", now=BUILT)
    assert [p.name for p in (tmp_path / "site").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", "%PDF, changed", "a.pdf is not the file that SHA256SUMS lists; build the"),
        ("a.pdf", None, "a.pdf is missing; build the edition again"),
        ("SHA256SUMS", None, "no SHA256SUMS in .*; build the edition first"),
        ("SHA256SUMS", f"{'0' * 64}  ../x\n", "'../x' in .* leads out of the folder"),
    ],
)
def test_an_edition_that_is_not_whole_goes_nowhere(reports, tmp_path, name, content, message):
    if content is None:
        (reports / name).unlink()
    else:
        (reports / name).write_text(content, encoding="utf-8")
    with pytest.raises(EditionError, match=message):
        stage(reports, tmp_path / "site", now=BUILT)
    assert [p.name for p in tmp_path.iterdir()] == ["reports"]


def test_a_page_without_a_place_for_the_mark_is_refused(tmp_path):
    reports = write_edition(tmp_path / "reports", index_html="<html></html>")
    with pytest.raises(EditionError, match=r"index.html has no header for the mark"):
        stage(reports, tmp_path / "site", now=BUILT)


def test_the_same_edition_is_the_same_also_when_it_was_staged(reports, tmp_path):
    site = stage(reports, tmp_path / "site", now=BUILT)
    for published in (reports, site):
        said, differs = compare(published, reports, root=tmp_path)
        assert (differs, "the same to the byte" in said) == (False, True)


def test_a_comparison_names_files_and_numbers(reports, tmp_path):
    rows = [("at_risk", "6", "a"), ("play_spots", "0.8", "b|*")]
    built = write_edition(tmp_path / "built", *rows, b_pdf="%PDF")
    said, differs = compare(reports, built, root=tmp_path)
    assert differs
    assert "Files changed: 1\n\n- `data/observations.csv`\n" in said
    assert "Files new: 1\n\n- `b.pdf`\n" in said
    assert "Files removed: 1\n\n- `a.pdf`\n" in said
    assert "Numbers: 1 corrected, 1 new." in said
    assert r"| corrected | VN-05 | 2025 | at\_risk |  | 5 | 6 |  |" in said
    assert r"| new | VN-05 | 2025 | play\_spots |  |  | 0.8 |  |" in said


def test_a_long_list_is_cut_and_says_by_how_much(reports, tmp_path):
    many = {f"n{number}_txt": "x" for number in range(60)}
    built = write_edition(tmp_path / "built", ("at_risk", "5", "a"), a_pdf="%PDF", **many)
    said, _ = compare(reports, built, root=tmp_path)
    assert "Files new: 60" in said
    assert "- and 10 more" in said


def test_the_commands_of_the_night(reports, tmp_path):
    (tmp_path / "childstats.toml").write_text("", encoding="utf-8")
    run = CliRunner().invoke
    in_workspace = ["--workspace", str(tmp_path)]
    assert run(main, ["stage", str(tmp_path / "site"), *in_workspace]).exit_code == 0
    assert abs(datetime.now(UTC) - last_build(tmp_path / "site")) < timedelta(hours=1)
    told = run(main, ["compare", str(tmp_path / "site"), *in_workspace])
    assert (told.exit_code, "the same to the byte" in told.stdout) == (0, True)
    write_edition(reports, ("at_risk", "6", "a"))
    told = run(main, ["compare", str(tmp_path / "site"), "--title", "A | B", *in_workspace])
    assert (told.exit_code, told.stdout.splitlines()[0]) == (1, r"## A \| B")
    assert run(main, ["compare", str(tmp_path / "site" / "data"), *in_workspace]).exit_code == 2


def test_a_staged_copy_lies_elsewhere_and_a_link_to_it_stays(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="stage into a folder elsewhere"):
        stage(ROOT / "reports", ROOT / "reports" / "x", now=datetime.now(UTC))
    assert not (ROOT / "reports" / "x").exists()
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    stage(ROOT / "reports", tmp_path / "link", now=datetime.now(UTC))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


def test_a_file_of_ones_own_in_a_staged_folder_is_not_deleted(reports, tmp_path):
    folder = stage(reports, tmp_path / "site", now=BUILT)
    (folder / "own.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(EditionError, match=r"own\.txt is no staged file"):
        stage(reports, folder, now=BUILT)
    assert (folder / "own.txt").read_text(encoding="utf-8") == "kept"


def test_everyone_may_read_what_is_staged_whatever_the_builder_may(reports, tmp_path):
    (reports / "a.pdf").chmod(0o600)
    before = os.umask(0o077)
    try:
        folder = stage(reports, tmp_path / "site", now=BUILT)
    finally:
        os.umask(before)
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in (folder, *folder.rglob("*")))
