"""The committed reports are what the sources give, to the byte, and nothing half-built is kept."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from committed import committed_files, processors
from conftest import ROOT
from pypdf import PdfReader

from childstats.errors import BuildError, InputError
from childstats.reports.build import build
from childstats.reports.children import Child, ChildDiedError
from childstats.reports.publishing import put


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def committed() -> dict[str, bytes]:
    """Return the published files of the commit, whatever a build has made of the tree since."""
    files = committed_files()
    if not files:
        pytest.skip("no published files here: the sdist has none")
    return files


def _one_report(root: Path, notebook: str = "data_quality", *, languages: str = '["en"]') -> None:
    toml = root / "childstats.toml"
    head = toml.read_text(encoding="utf-8").split("[[report]]")[0]
    values = f'ref_area = ["VN-71"]\ntime_period = [2025]\nlanguage = {languages}'
    report = f'notebook = "{notebook}"\n{values}'
    toml.write_text(f"{head}[[report]]\n{report}\n", encoding="utf-8")


def test_a_rebuild_elsewhere_gives_the_committed_files_to_the_byte(
    copied: Path, monkeypatch: pytest.MonkeyPatch, committed: dict[str, bytes]
) -> None:
    monkeypatch.setenv("TZ", "America/St_Johns")
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("HOME", str(copied / "home"))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    built = build(copied)
    assert len(built) == 10
    assert processors.differing(processors.files_of(copied), committed) == []


def test_a_processor_without_newer_instructions_gives_the_committed_files_to_the_byte(
    tmp_path: Path, committed: dict[str, bytes]
) -> None:
    built = processors.built_plainly(ROOT, tmp_path)
    assert processors.differing(built, committed) == []


def test_what_is_committed_is_compared_and_not_what_lies_in_the_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build rewrites the tree; that it agrees with itself proves nothing."""
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    clone = tmp_path / "clone"
    for name in ("reports/a.csv", "reports/data/b.csv", "data/processed/c.csv"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("committed\n", encoding="utf-8")
    assert processors.committed_files(clone) is None
    author = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=clone, check=True)
    (clone / "reports" / "a.csv").write_text("rebuilt\n", encoding="utf-8")
    (clone / "reports" / "data" / "b.csv").unlink()
    (clone / "reports" / "new.csv").write_text("rebuilt\n", encoding="utf-8")
    found = processors.committed_files(clone)
    assert set(found.values()) == {b"committed\n"}
    differing = processors.differing(processors.files_of(clone), found)
    assert differing == ["reports/a.csv", "reports/data/b.csv", "reports/new.csv"]
    assert processors.committed_files(clone / "reports") is None  # a folder of somebody's clone
    shutil.rmtree(clone / ".git" / "refs")
    with pytest.raises(subprocess.CalledProcessError):  # a clone that git refuses is no sdist
        processors.committed_files(clone)


def test_newer_instruction_sets_are_switched_off() -> None:
    ask = (
        "from numpy._core import _multiarray_umath as u;"
        "print(*sorted(n for n in u.__cpu_dispatch__ if u.__cpu_features__.get(n)))"
    )
    as_it_is = {name: value for name, value in os.environ.items() if name != processors.SWITCH}
    older = {**os.environ, **processors.plain_processor()}
    for environment, used in ((as_it_is, processors.features()), (older, [])):
        told = subprocess.run(
            [sys.executable, "-c", ask], env=environment, check=True, capture_output=True, text=True
        )
        assert told.stdout.split() == used


@pytest.mark.parametrize(
    ("environment", "umask", "options"),
    [
        ({"TZ": "UTC", "LANG": "C", "PYTHONHASHSEED": "0"}, 0o022, ["--jobs", "1"]),
        ({"TZ": "Asia/Ho_Chi_Minh", "LANG": "vi_VN.UTF-8", "PYTHONHASHSEED": "1"}, 0o077, []),
        ({"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"}, 0o002, ["--jobs", "2"]),
        pytest.param(
            {"CLOCK": "400 days"},
            0o022,
            [],
            marks=pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is missing"),
        ),
    ],
    ids=["UTC", "Vietnam", "Kiritimati, Turkish", "400 days on"],
)
def test_the_bytes_do_not_depend_on_who_builds_where_and_when(
    tmp_path: Path,
    copied: Path,
    environment: dict,
    umask: int,
    options: list[str],
    committed: dict[str, bytes],
) -> None:
    _one_report(copied, "data_quality", languages='["vi", "en"]')
    settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "nobody"), **environment}
    clock = settings.pop("CLOCK", "")
    command = [sys.executable, "-m", "childstats", "build", "--workspace", str(copied), *options]
    command = ["faketime", clock, *command] if clock else command
    subprocess.run(command, env=settings, check=True, capture_output=True, umask=umask)
    built, known = (
        {n: c for n, c in files.items() if "data-quality" in n or n.startswith("data/")}
        for files in (processors.files_of(copied), committed)
    )
    assert sum(name.startswith("reports/") for name in built) == 2 * 11
    assert processors.differing(built, known) == []


def test_the_manifest_lists_every_report_as_it_is() -> None:
    folder = ROOT / "reports"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    hashes = _hashes(folder)
    for report in manifest["reports"]:
        assert report["sha256"] == hashes[report["file"]]
        assert report["bytes"] == (folder / report["file"]).stat().st_size < 500_000
        assert report["pages"] == len(PdfReader(folder / report["file"]).pages)
    listed = {
        name: file for report in manifest["reports"] for name, file in report["files"].items()
    }
    assert all(hashes[name] == file["sha256"] for name, file in listed.items())
    assert set(hashes) - set(listed) == {
        *("index.html", "index.en.html", "manifest.json", "SHA256SUMS", "changes.json"),
        "data/observations.csv",
    }


def test_a_failing_report_leaves_the_last_edition_in_place(copied: Path) -> None:
    _one_report(copied)
    (copied / "reports").mkdir()
    (copied / "reports" / "manifest.json").write_text("old", encoding="utf-8")
    notebook = copied / "notebooks" / "data_quality.ipynb"
    text = notebook.read_text(encoding="utf-8").replace("report.end()", "report.stop()")
    notebook.write_text(text, encoding="utf-8")
    with pytest.raises(BuildError, match="raised AttributeError"):
        build(copied)
    assert _hashes(copied / "reports").keys() == {"manifest.json"}
    assert (copied / "reports" / "manifest.json").read_text(encoding="utf-8") == "old"


def test_a_report_that_cannot_be_typeset_names_notebook_and_cell(copied: Path) -> None:
    _one_report(copied)
    notebook = copied / "notebooks" / "data_quality.ipynb"
    text = notebook.read_text(encoding="utf-8")
    assert text.count("## Sources and where each number") == 1
    skipped = text.replace("## Sources and where", "#### Sources and where")
    notebook.write_text(skipped, encoding="utf-8")
    cells = json.loads(text)["cells"]
    number = 1 + next(
        i for i, c in enumerate(cells) if "## Sources and where" in "".join(c["source"])
    )
    with pytest.raises(BuildError, match=rf"data_quality\.ipynb: .*: cell {number}: the heading"):
        build(copied)
    assert not (copied / "reports").exists()


def test_a_process_that_dies_while_it_reads_is_told_in_one_line(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(*_: object) -> None:
        raise ChildDiedError

    monkeypatch.setattr(Child, "receive", died)
    with pytest.raises(BuildError, match=r"^the process that reads the workspace died.*--no-fork"):
        build(copied)
    assert not (copied / "reports").exists()


def test_a_refused_source_writes_nothing(copied: Path) -> None:
    figures = copied / "data" / "raw" / "dbp-2026-01" / "figures.csv"
    text = figures.read_text(encoding="utf-8").replace("95.5%", "95.5.5%")
    figures.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"'95\.5\.5%'.* in dbp-2026-01/figures\.csv line 4"):
        build(copied)
    assert not (copied / "data" / "processed").exists()
    assert not (copied / "reports").exists()


def test_a_report_that_the_edition_no_longer_names_is_removed(copied: Path) -> None:
    _one_report(copied)
    old = copied / "reports" / "vn-71-2024-data-quality.en.pdf"
    own = copied / "reports" / "readme.txt"
    put({old.name: b"old", own.name: b"mine"}, old.parent)
    about = {"edition": "dien-bien-2025", "date": "2026-11-24", "reports": [{"file": old.name}]}
    (old.parent / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    (old.parent / "SHA256SUMS").touch()
    build(copied)
    assert not old.exists()
    assert own.exists()
    assert (old.parent / "vn-71-2025-data-quality.en.pdf").exists()
