"""The data beside a report: complete, traceable, valid, and readable by others."""

import csv
import json
import re
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import frictionless
import openpyxl
import pytest
from conftest import ROOT
from report_documents import document

from childstats.observations.processed import processed_files
from childstats.observations.workspace import Workspace
from childstats.reports import data_files
from childstats.reports.data_files import NOT_USED, observation_rows, sdmx_rows
from childstats.reports.document import Document
from childstats.reports.spreadsheet import workbook

DAY = date(2026, 11, 24)
REPORTS = ROOT / "reports"
PACKAGES = sorted((REPORTS / "data").glob("*.datapackage.json"))


def _resting_on(*figure_ids: str, language: str = "en") -> Document:
    block = {"type": "list", "sentences": ["s"], "figure_ids": list(figure_ids)}
    return document("Report", block, language=language)


def test_a_row_has_value_interval_status_method_and_origin(workspace: Workspace) -> None:
    (row,) = observation_rows(_resting_on("dbp-2026-01:4"), workspace)
    assert (row["ref_area"], row["indicator"], row["time_period"]) == (
        "VN-71",
        "full_immunisation_under_1",
        2025,
    )
    assert row["obs_value"] == pytest.approx(0.955)
    assert (row["obs_low"], row["obs_high"]) == (pytest.approx(0.9545), pytest.approx(0.9555))
    assert (row["obs_status"], row["method"], row["printed"]) == ("B", "as printed", "95.5%")
    assert row["locator"] == "paragraph 4"
    assert row["source_sha256"] == workspace.sources["dbp-2026-01"].sha256


def test_names_are_in_the_reports_language(workspace: Workspace) -> None:
    en, vi = (
        observation_rows(_resting_on("dbp-2026-01:4", language=code), workspace)[0]
        for code in ("en", "vi")
    )
    assert en["indicator_name"] == "Children under 1 fully vaccinated"
    assert vi["indicator_name"] == "Trẻ em dưới 1 tuổi được tiêm chủng đầy đủ"
    assert en["obs_value"] == vi["obs_value"]


def test_a_figure_that_is_not_used_keeps_its_print_and_has_no_number(workspace: Workspace) -> None:
    observed = set(workspace.observations["figure_id"])
    unused = next(i for i in workspace.figures["figure_id"] if i not in observed)
    (row,) = observation_rows(_resting_on(unused), workspace)
    assert (row["method"], row["obs_value"], row["obs_low"]) == (NOT_USED, None, None)
    assert row["printed"]
    assert sdmx_rows([row]) == []


def test_numbers_are_written_whole_and_formulas_are_not_begun() -> None:
    rows = [{"a": 208222.0, "b": 0.1}, {"a": None, "b": "-"}, {"a": "=1", "b": "+0.3 points (−1)"}]
    made = data_files.as_csv(["a", "b"], rows).decode("utf-8")
    assert made == "a,b\n208222,0.1\n,-\n'=1,+0.3 points (−1)\n"


def test_a_negative_number_stays_a_number() -> None:
    rows = [{"a": -3.0, "b": "-x"}, {"a": -0.25, "b": "-3"}]
    made = data_files.as_csv(["a", "b"], rows).decode("utf-8")
    assert made == "a,b\n-3,'-x\n-0.25,-3\n"


def test_every_cell_of_a_table_and_mark_of_a_chart_is_there() -> None:
    made = document("text")
    assert [tuple(row.values()) for row in data_files.table_rows(made)] == [
        (1, "text", "text", "text", "a cell", "a cell"),
        (1, "text", "text", "a cell", "a cell", "text"),
    ]
    marks = [tuple(row.values()) for row in data_files.chart_rows(made)]
    assert marks == [
        (1, "text", "text", "text", "text", 1.0, None, None, ""),
        (1, "text", "text", "text", "a cell", 2.0, None, None, ""),
    ]


def test_every_report_has_a_package() -> None:
    assert [p.name.split(".")[0] for p in PACKAGES] == [
        p.name.split(".")[0] for p in sorted(REPORTS.glob("*.pdf"))
    ]


@pytest.mark.parametrize("path", PACKAGES, ids=lambda p: p.name.split(".data")[0])
def test_a_package_is_valid_and_describes_its_files(path: Path) -> None:
    found = frictionless.validate(str(path))
    assert found.valid, found.flatten(["fieldName", "note"])
    package = json.loads(path.read_text(encoding="utf-8"))
    names = ["observations", "tables", "charts", "sdmx", "numbers"]
    assert [r["name"] for r in package["resources"]] == names


@pytest.mark.parametrize("path", PACKAGES, ids=lambda p: p.name.split(".data")[0])
def test_every_row_of_the_observations_names_its_place_in_its_source(path: Path) -> None:
    table = path.with_name(path.name.replace("datapackage.json", "observations.csv"))
    rows = list(csv.DictReader(StringIO(table.read_text(encoding="utf-8"))))
    assert rows
    for row in rows:
        assert all(row[name] for name in ("publisher", "title", "locator", "source_sha256"))
        assert bool(row["obs_value"]) == (row["method"] != NOT_USED) or row["obs_status"] in "LMOQ"


def test_the_workbook_has_a_cover_a_list_and_a_table_a_sheet(workspace: Workspace) -> None:
    made = _resting_on("dbp-2026-01:4")
    rows = observation_rows(made, workspace)
    book = openpyxl.load_workbook(BytesIO(workbook(made, rows, edition_date=DAY)))
    assert book.sheetnames == ["Cover", "Contents", "Table 1", "Table 2", "Observations"]
    assert book.properties.created.date() == DAY
    assert book.properties.title == "Report"
    assert all(len(sheet.tables) == 1 for sheet in book.worksheets[1:])
    values = [cell.value for cell in book["Observations"][5]]
    assert 0.955 in values or 0.955 in [c.value for r in book["Observations"] for c in r]


def test_the_workbook_leads_to_its_sheets_and_has_no_column_that_fills_the_screen() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(document("x" * 300), [], edition_date=DAY)))
    contents = book.worksheets[1]
    links = [row[0].hyperlink.location for row in contents.iter_rows(min_row=4)]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[2:]]
    assert all(
        10 <= dimension.width <= 61
        for sheet in book.worksheets[1:]
        for dimension in sheet.column_dimensions.values()
    )


def test_headings_of_a_table_that_differ_in_case_alone_are_numbered() -> None:
    made = workbook(document("Year", other="YEAR"), [], edition_date=DAY)
    (table,) = openpyxl.load_workbook(BytesIO(made))["Table 1"].tables.values()
    assert [column.name for column in table.tableColumns] == ["Group", "Year (2)", "YEAR (3)"]


def test_the_same_report_gives_the_same_workbook(workspace: Workspace) -> None:
    made = _resting_on("dbp-2026-01:4")
    rows = observation_rows(made, workspace)
    assert workbook(made, rows, edition_date=DAY) == workbook(made, rows, edition_date=DAY)


NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")
PUBLISHED = [*(ROOT / "data" / "processed").glob("*.*"), *sorted(REPORTS.rglob("*.[cj]s*"))]


def too_long(text, printed=""):
    """Return whether a number has more digits than are published; a longer print keeps its own."""
    digits = text.partition("e")[0].lstrip("-").replace(".", "").strip("0")
    longest = max((len(re.sub(r"\D", "", n)) for n in re.findall(r"[\d.,]+", printed)), default=0)
    return len(digits) > 12 and longest <= 12


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda p: p.name)
def test_no_computed_number_is_published_with_more_than_twelve_digits(path: Path) -> None:
    """A reader with a ruler: asks the files alone, and nothing that wrote them."""
    if path.suffix == ".json":
        long = []
        json.loads(path.read_text(encoding="utf-8"), parse_float=long.append)
        assert [number for number in long if too_long(number)] == []
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            printed = row.get("printed") or row.get("PRINTED") or ""
            told = {c: t for c, t in row.items() if t and NUMBER.fullmatch(t) and "rinted" not in c}
            told = {c: t for c, t in told.items() if c not in {"text", "PRINTED", "locator"}}
            assert {c: t for c, t in told.items() if too_long(t, printed)} == {}


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.xlsx")), ids=lambda p: p.name)
def test_no_workbook_holds_more_digits_either(path: Path) -> None:
    for sheet in openpyxl.load_workbook(BytesIO(path.read_bytes()), read_only=True).worksheets:
        for row in sheet.iter_rows(values_only=True):
            printed = " ".join(cell for cell in row if isinstance(cell, str))
            numbers = [repr(cell) for cell in row if isinstance(cell, float)]
            assert [n for n in numbers if too_long(n, printed)] == []


def test_a_print_of_many_digits_is_published_with_them(workspace: Workspace) -> None:
    long = "nso-population-2025:102"
    (row,) = observation_rows(_resting_on(long), workspace)
    assert (row["printed"], row["obs_value"]) == ("97582.693682080848", 97582693.682081)
    files = processed_files(workspace)
    (seen,) = (r for r in csv.DictReader(StringIO(files["figures.csv"])) if r["figure_id"] == long)
    assert (seen["printed"], seen["value"]) == ("97582.693682080848", "97582.69368208085")
    (seen,) = (
        r for r in csv.DictReader(StringIO(files["observations.csv"])) if r["figure_id"] == long
    )
    assert (seen["printed"], seen["obs_value"]) == ("97582.693682080848", "97582693.682081")
    csv_row = data_files.as_csv(["printed", "obs_value"], [row]).decode().splitlines()[1]
    assert csv_row == "97582.693682080848,97582693.682081"
    assert data_files.as_csv(["obs_value"], [row]).decode().splitlines()[1] == "97582693.6821"


def test_a_share_of_two_counts_is_published_with_twelve_digits(workspace: Workspace) -> None:
    share = "dbp-2026-education:3"
    (row,) = observation_rows(_resting_on(share), workspace)
    assert row["printed"].startswith("382 out of 463 (82.51%)")
    assert row["obs_value"] == 0.82505399568  # 382 / 463 = 0.825053995680345...
    text = processed_files(workspace)["observations.csv"]
    (seen,) = (r for r in csv.DictReader(StringIO(text)) if r["figure_id"] == share)
    assert seen["obs_value"] == "0.82505399568"
    assert sdmx_rows([row])[0]["OBS_VALUE"] == 0.82505399568
