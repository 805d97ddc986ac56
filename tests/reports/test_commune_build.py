"""Communes from end to end: built, searched for a number that must not be there, and refused."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from childstats.cli import main
from childstats.errors import BuildError, EditionError
from childstats.observations.workspace import open_workspace
from childstats.reports import survey
from childstats.reports.build import Options, build
from childstats.reports.commune_example import FIRST, SECOND, synthetic_counts
from childstats.reports.new_workspace import new_workspace

ONE_AT_A_TIME = Options(jobs=1)
CANARY = "48164"  # printed 48,165, which stands for 48,163 to 48,167
COMMUNES = ("03127", "03151")
EDITION = """\
[edition]
id = "communes"
date = 2026-03-31
synthetic = true

[[report]]
notebook = "annual_profile"
ref_area = ["03127"]
time_period = [2025]
language = ["en"]
comparator_areas = ["VN-71"]
prevention = ["full_immunisation_under_1", "birth_registration_under_5"]
support = ["special_circumstances", "at_risk"]
intervention = ["abuse_cases"]

[[report]]
notebook = "coverage_trends"
ref_area = ["03127"]
time_period = [2025]
language = ["vi"]

[[report]]
notebook = "data_quality"
ref_area = ["03127"]
time_period = [2025]
language = ["en"]
"""


def few_communes(folder: Path) -> Path:
    """Make the example with a few areas of one year, one of which has the canary."""
    new_workspace(folder, example="communes")
    shutil.copytree(folder / "second-edition" / "data", folder / "data", dirs_exist_ok=True)
    shutil.rmtree(folder / "second-edition")
    shutil.rmtree(folder / "data" / "raw" / FIRST)
    figures = folder / "data" / "raw" / SECOND / "figures.csv"
    header, *lines = figures.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split(",")[2] in COMMUNES]
    at = next(i for i, line in enumerate(kept) if ",at_risk,03127," in line)
    cells = kept[at].split(",")
    kept[at] = ",".join([CANARY if cell == cells[6] and n == 6 else cell
                         for n, cell in enumerate(cells)])  # fmt: skip
    kept[at] = kept[at].removesuffix(",,") + f",It was {CANARY}.,Là {CANARY}."
    kept.append(f"row 9,at_risk,VN-71,2025,,,{int(CANARY) + 60000},persons,,,,,,")
    figures.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    (folder / "childstats.toml").write_text(EDITION, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of a few communes, built."""
    folder = few_communes(tmp_path_factory.mktemp("communes") / "workspace")
    build(folder, options=ONE_AT_A_TIME)
    return folder


def text_of(path: Path) -> str:
    """Return all text of a file; of a PDF its words, its metadata and its alternative texts."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())
    if path.suffix != ".pdf":
        return path.read_bytes().decode("utf-8", errors="replace")
    reader = PdfReader(path)
    objects = (reader.get_object(n) for n in range(1, len(reader.xref[0]) or 1))
    said = [str(o) for o in objects if isinstance(o, dict)]
    return "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), *said])


def test_the_canary_is_in_no_file_but_its_source(built: Path) -> None:
    files = [p for p in built.rglob("*") if p.is_file() and "raw" not in p.parts]
    texts = {p.relative_to(built).as_posix(): text_of(p) for p in files}
    spellings = (CANARY, "48,164", "48.164")
    assert {n for n, text in texts.items() if any(s in text for s in spellings)} == set()
    seen = {
        n.rpartition(".")[2] for n, text in texts.items() if "48,165" in text or "48165" in text
    }
    # the search finds what is printed
    assert {"pdf", "html", "md", "xlsx", "csv", "json"} <= seen
    assert {"manifest.json", "disclosure.json", "index.html", "changes.json"} <= {
        Path(n).name for n in texts
    }
    assert ".childstats/built.json" in texts


def test_every_page_and_file_says_that_the_figures_are_made_up(built: Path) -> None:
    for pdf in (built / "reports").glob("*.pdf"):
        mark = ", 2025 · " + ("SỐ LIỆU GIẢ LẬP" if ".vi." in pdf.name else "MADE-UP FIGURES")
        for page in PdfReader(pdf).pages:
            assert mark in page.extract_text()
    files = [p for p in built.rglob("*") if p.is_file() and {"data", "reports"} & set(p.parts)]
    said = "made-up figures", "số liệu giả lập", '"synthetic": true', '"synthetic":true'
    unmarked = {
        path.name
        for path in files
        if "raw" not in path.parts
        and "catalogue" not in path.parts
        and not any(words in text_of(path).casefold() for words in said)
    }
    # checksums alone, pictures of a page that is marked, and tables without rows
    without_rows = {
        path.name
        for path in files
        if path.suffix == ".csv" and text_of(path).count("\n") == 1
        if text_of(path).endswith(",synthetic\n")
    }
    assert {name for name in unmarked if not name.endswith(".png")} - without_rows == {"SHA256SUMS"}


def test_the_result_stands_with_the_edition(built: Path) -> None:
    manifest = json.loads((built / "reports" / "manifest.json").read_text(encoding="utf-8"))
    stored = json.loads((built / "reports" / "disclosure.json").read_text(encoding="utf-8"))
    assert manifest["disclosure"]["verdict"] == stored["audit"]["verdict"] == "pass"
    assert stored["audit"]["hidden"] == manifest["disclosure"]["hidden"] > 0
    assert stored["policy"] == {"commune": "round", "indicators": {}}
    assert stored["earlier"] == []


def test_what_was_built_stands(built: Path) -> None:
    again = build(built, options=ONE_AT_A_TIME)
    assert [report.built for report in again] == [False] * 3


def test_a_hidden_count_that_is_shown_again_fails_the_build(built: Path, tmp_path: Path,
                                                            monkeypatch) -> None:  # fmt: skip
    folder = tmp_path / "workspace"
    shutil.copytree(built, folder)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    edition = (folder / "childstats.toml").read_text(encoding="utf-8")
    (folder / "childstats.toml").write_text(
        edition.replace("2026-03-31", "2026-04-30"), encoding="utf-8"
    )
    opening = survey.open_workspace

    def showing(path):
        opened = opening(path)
        table = opened.observations.astype({"obs_status": object})
        row = table.index[(table["indicator"] == "abuse_cases") & (table["obs_status"] == "Q")][0]
        table.loc[row, ["obs_value", "obs_low", "obs_high"]] = 2.0
        vars(opened)["_observations"] = table
        return opened

    monkeypatch.setattr(survey, "open_workspace", showing)
    with pytest.raises(BuildError, match="abuse_cases 03127@2025-07-01 2025 is shown"):
        build(folder, options=Options(jobs=1, fork=False))
    after = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    changed = {p.name for p in before.keys() | after.keys() if before.get(p) != after.get(p)}
    assert changed == {"childstats.toml"}


def test_an_edition_that_cannot_be_found_again_is_refused(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(built, folder)
    (folder / "reports" / "disclosure.json").unlink()
    result = CliRunner().invoke(main, ["build", "--workspace", str(folder)])
    assert result.exit_code == 1
    assert "reports/disclosure.json is missing or changed" in result.output


def test_a_bad_policy_is_one_line_and_exit_code_2(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(built, folder)
    with (folder / "childstats.toml").open("a", encoding="utf-8") as file:
        file.write('\n[disclosure]\ncommune = "hide"\n')
    result = CliRunner().invoke(main, ["build", "--workspace", str(folder)])
    assert result.exit_code == 2
    assert result.output.strip().endswith("use one of round, threshold, not_published")
    assert "commune in [disclosure] of childstats.toml is 'hide'" in result.output


def test_the_example_is_always_the_same_and_adds_up(tmp_path: Path) -> None:
    folder = new_workspace(tmp_path / "one", example="communes")
    other = new_workspace(tmp_path / "two", example="communes")
    for path in (p for p in folder.rglob("*") if p.is_file()):
        assert path.read_bytes() == (other / path.relative_to(folder)).read_bytes()
    catalogue = open_workspace(folder).catalogue
    counts = synthetic_counts(catalogue)
    assert len([1 for area, year in counts if year == 2024]) == 129 + 1
    assert len([1 for area, year in counts if year == 2025]) == 45 + 1
    key = ("abuse_cases", "", "text")
    small = [c[key] for (area, year), c in counts.items() if year == 2025 and area != "VN-71"]
    assert sum(small) == counts["VN-71", 2025][key]
    assert sum(1 <= count <= 7 for count in small) > 20


def test_an_unknown_example_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="no example 'comunes'; use one of communes"):
        new_workspace(tmp_path / "x", example="comunes")


def test_no_published_checksum_tells_a_hidden_count(built: Path, tmp_path: Path) -> None:
    found = []
    for number in ("2", "3"):
        folder = tmp_path / number
        shutil.copytree(built, folder, ignore=shutil.ignore_patterns("reports", ".childstats"))
        figures = folder / "data" / "raw" / SECOND / "figures.csv"
        lines = figures.read_text(encoding="utf-8").splitlines()
        at = next(i for i, line in enumerate(lines) if ",abuse_cases,03151," in line)
        cells = lines[at].split(",")
        lines[at] = ",".join([*cells[:6], number, *cells[7:]])
        figures.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found.append(survey.take_survey(str(folder), str(folder / "work" / "processed")))
    one, other = found
    assert (one.inputs, one.sources) == (other.inputs, other.sources)
    assert one.release[0] == other.release[0]
