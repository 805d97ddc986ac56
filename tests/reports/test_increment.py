"""What stands is not built again, what changed is, and the bytes never depend on which it was."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from childstats.cli import main
from childstats.errors import BuildError
from childstats.reports.build import BuiltReport, Options, build, plan
from childstats.reports.limits import Limits

NOTEBOOKS = ("annual_profile", "coverage_trends", "risk_ratios", "data_quality")
EVERY = set(NOTEBOOKS)


@pytest.fixture
def root(copied: Path) -> Path:
    """Return a workspace whose edition has four reports, one a notebook; nothing is built."""
    _four_reports(copied)
    return copied


def _four_reports(folder: Path) -> None:
    toml = folder / "childstats.toml"
    head = toml.read_text(encoding="utf-8").split("[[report]]")[0]
    values = 'ref_area = ["VN-71"]\ntime_period = [2025]\nlanguage = ["en"]\n'
    reports = [f'[[report]]\nnotebook = "{name}"\n{values}' for name in NOTEBOOKS]
    toml.write_text(head + "\n".join(reports), encoding="utf-8")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace as `root`, built, that no test changes."""
    made = tmp_path_factory.mktemp("once") / "workspace"
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, made / name)
    shutil.copy(ROOT / "childstats.toml", made)
    _four_reports(made)
    assert set(_built(made)) == EVERY
    return made


@pytest.fixture
def standing(once: Path, tmp_path: Path) -> Path:
    """Return a workspace as `root` in which everything stands."""
    return Path(shutil.copytree(once, tmp_path / "standing"))


def _built(root: Path, **options: object) -> dict[str, str]:
    """Build and return why each report was built that was."""
    reports = build(root, options=Options(**options))
    return {_notebook(r.file): r.why for r in reports if r.why}


def _notebook(file: str) -> str:
    return file.split("-2025-")[1].partition(".")[0].replace("-", "_")


def _files(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("reports", "data/processed")
        for path in sorted((root / name).rglob("*"))
        if path.is_file()
    }


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


CHANGES = {
    "a figure of the area": (
        *("data/raw/dbp-2026-01/figures.csv", "95.5%", "95.6%"),
        *(EVERY, "figures changed that it reads"),
    ),
    "a figure of an area that one report does not read": (
        *("data/raw/sonla-2025-06/figures.csv", "over 382,000", "over 383,000"),
        *({"annual_profile", "risk_ratios", "data_quality"}, "figures changed that it reads"),
    ),
    "a definition": (
        *("data/catalogue/indicators.csv", "under 16", "below 16"),
        *(EVERY, "the catalogue changed"),
    ),
    "the provenance of a source": (
        *("data/raw/dbp-2026-01/source.toml", "publisher_en = \"", "publisher_en = \"The "),
        *(EVERY, "the provenance of a source changed"),
    ),
    "the prose of a notebook": (
        *("notebooks/coverage_trends.ipynb", "## ", "## So "),
        *({"coverage_trends", "data_quality"}, ""),
    ),
    "the day of the edition": (
        *("childstats.toml", "2026-12-01", "2026-12-02"),
        *(EVERY, "the edition's date is another"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_is_built_again_and_nothing_else(what: str, standing: Path, tmp_path) -> None:
    name, old, new, expected, reason = CHANGES[what]
    before = _files(standing)
    _edit(standing / name, old, new)
    planned = {_notebook(p.job.file_name): p.why for p in plan(standing) if p.why}
    built = _built(standing)
    assert built == planned
    assert set(built) == expected
    assert all(reason in why for why in built.values())
    after = _files(standing)
    shutil.rmtree(standing / ".childstats")
    assert set(_built(standing)) == EVERY
    assert _files(standing) == after
    changed = {_notebook(n) for n in after if n.endswith(".pdf") and after[n] != before[n]}
    assert changed
    assert changed <= set(built)


def test_the_tables_held_in_memory_are_those_of_the_files_at_the_time(standing: Path) -> None:
    for old, new in (("95.5%", "95.6%"), ("95.6%", "95.7%")):
        _edit(standing / "data/raw/dbp-2026-01/figures.csv", old, new)
        assert set(_built(standing)) == EVERY
    held = _files(standing)
    shutil.rmtree(standing / ".childstats")
    command = [sys.executable, "-m", "childstats", "build", "--workspace", standing]
    subprocess.run(command, check=True, capture_output=True)
    assert _files(standing) == held


def test_what_did_not_change_is_not_built_again(standing: Path) -> None:
    before = _files(standing)
    for path in standing.rglob("*"):
        os.utime(path, (1, 1))
    assert _built(standing) == {}
    assert _files(standing) == before
    shutil.copytree(standing, standing.parent / "elsewhere")
    assert _built(standing.parent / "elsewhere") == {}


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7 cut", None], ids=["empty", "cut", "gone"])
def test_a_damaged_file_is_built_again(standing: Path, damage: bytes | None) -> None:
    before = _files(standing)
    report = standing / "reports" / "vn-71-2025-risk-ratios.en.pdf"
    report.unlink() if damage is None else report.write_bytes(damage)
    assert _built(standing) == {"risk_ratios": "its file is missing or damaged"}
    assert _files(standing) == before


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"reports": 3}', b'{"reports": {"x": {"format": 0}}}'],
    ids=["empty", "cut", "a list", "another kind", "another version"],
)
def test_damaged_notes_are_as_good_as_none(standing: Path, damage: bytes) -> None:
    before = _files(standing)
    (standing / ".childstats" / "state.json").write_bytes(damage)
    assert set(_built(standing)) == EVERY
    assert _files(standing) == before


def test_a_damaged_manifest_or_page_or_table_is_written_again(standing: Path) -> None:
    before = _files(standing)
    for name in ("reports/manifest.json", "reports/index.html", "data/processed/checks.csv"):
        (standing / name).write_text("damaged", encoding="utf-8")
        assert _built(standing) == {}
        assert _files(standing) == before


def test_the_bytes_do_not_depend_on_how_many_are_built_at_a_time(root: Path) -> None:
    found = []
    for options in ({"jobs": 1}, {"jobs": 4}, {"fork": False}):
        shutil.rmtree(root / ".childstats", ignore_errors=True)
        assert set(_built(root, **options)) == EVERY
        found.append(_files(root))
    assert found[0] == found[1] == found[2]


def test_what_was_finished_beside_a_failure_is_published_and_not_built_again(root: Path) -> None:
    notebook = root / "notebooks" / "risk_ratios.ipynb"
    good = notebook.read_text(encoding="utf-8")
    notebook.write_text(good.replace("report.end()", "1 / 0"), encoding="utf-8")
    with pytest.raises(BuildError, match=r"risk-ratios.*raised ZeroDivisionError"):
        build(root)
    assert {_notebook(p.name) for p in (root / "reports").glob("*.pdf")} == EVERY - {"risk_ratios"}
    notebook.write_text(good, encoding="utf-8")
    built = set(_built(root))
    assert built == {"risk_ratios", "data_quality"}  # which reads whatever lies in notebooks/


def test_every_failure_is_counted_and_the_others_are_finished(root: Path) -> None:
    for name in ("risk_ratios", "coverage_trends"):
        _edit(root / "notebooks" / f"{name}.ipynb", "report.end()", "1 / 0")
    with pytest.raises(BuildError, match=r"raised ZeroDivisionError.* \(1 more reports failed\)"):
        build(root, options=Options(jobs=2))
    assert len(list((root / ".childstats" / "built").glob("*.pdf"))) == 2


def test_a_notebook_killed_once_is_tried_again_and_twice_is_refused(root: Path) -> None:
    kill = "import os, pathlib as p; f = p.Path('../tried'); n = f.exists(); f.touch(); "
    _edit(root / "notebooks" / "risk_ratios.ipynb", "report.end()",
          kill + "n or os.kill(os.getpid(), 9)\\nreport.end()")  # fmt: skip
    assert set(_built(root)) == EVERY
    _edit(root / "notebooks" / "risk_ratios.ipynb", "n or os.kill", "os.kill")
    with pytest.raises(BuildError, match=r"risk-ratios.*: the kernel of risk_ratios\.ipynb died"):
        build(root)


def test_a_cell_that_never_ends_fails_with_its_own_number(root: Path) -> None:
    _edit(root / "notebooks" / "risk_ratios.ipynb", "report.end()", "while True: pass")
    cells = json.loads((root / "notebooks" / "risk_ratios.ipynb").read_text("utf-8"))["cells"]
    said = rf"cell {len(cells)} of risk_ratios\.ipynb ran longer than 5 s"
    with pytest.raises(BuildError, match=said):
        build(root, options=Options(limits=Limits(cell_seconds=5)))


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("open('/etc/hostname'.replace('etc', 'home')) if 0 else None", ""),
        ("open('../data/raw/dbp-2026-01/figures.csv').close()", "figures changed that it reads"),
        ("open('../own.txt').close()", "it reads files of which nobody takes note"),
    ],
    ids=["no file", "an input", "a file of nobody's"],
)
def test_a_file_that_a_notebook_opens_is_noted(root: Path, cell: str, why: str) -> None:
    (root / "own.txt").write_text("1", encoding="utf-8")
    _edit(root / "notebooks" / "coverage_trends.ipynb", "report.end()", cell + "\\nreport.end()")
    _built(root)
    _edit(root / "data/raw/sonla-2025-06/figures.csv", "over 382,000", "over 383,000")
    assert _built(root).get("coverage_trends", "") == why


def test_shards_together_build_the_edition_and_the_last_publishes(root: Path) -> None:
    seen: list[BuiltReport] = []

    def watch(reports, total):
        for report in reports:
            seen.append(report)
            yield report

    for number in (2, 3):
        assert build(root, options=Options(shard=(number, 3)), progress=watch) == []
    assert not (root / "reports").exists()
    assert len(seen) == 2
    assert len(build(root, options=Options(shard=(1, 3)), progress=watch)) == 4
    assert {_notebook(r.file) for r in seen} == EVERY
    sharded = _files(root)
    shutil.rmtree(root / ".childstats")
    _built(root)
    assert _files(root) == sharded


def test_the_command_says_what_it_built_and_what_stood(root: Path) -> None:
    def said(*words: str) -> list[str]:
        result = CliRunner().invoke(main, [*words, "--workspace", str(root)])
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    first = said("build", "--jobs", "2")
    assert "vn-71-2025-risk-ratios.en.pdf: it was not built here before" in first
    assert first[-1].endswith("; 4 of them built now")
    assert said("build")[-1].endswith("; 0 of them built now")
    assert {line.split("  ")[1] for line in said("plan")} == {"stands"}
    refused = CliRunner().invoke(main, ["build", "--shard", "3/2", "--workspace", str(root)])
    assert refused.exit_code == 2
    assert "'3/2'; write such as 2/8" in refused.output


def test_finding_nothing_to_do_imports_none_of_the_heavy_parts(standing: Path) -> None:
    code = (
        "import sys; from childstats.cli import main\n"
        f"main(['build', '--workspace', {str(standing)!r}], standalone_mode=False)\n"
        "print(sorted({'numpy', 'pandas', 'nbformat', 'papermill', 'typst', 'babel', 'tqdm',"
        " 'jinja2', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "0 of them built now" in done.stdout


def test_no_report_can_show_what_no_fingerprint_holds() -> None:
    for path in (ROOT / "src" / "childstats" / "presentation").glob("*.py"):
        assert "sha256" not in path.read_text(encoding="utf-8"), path.name
