"""WHO/UNICEF immunisation workbooks are read in both generations of their layout."""

from itertools import zip_longest
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources.readers.wuenic import read_wuenic
from childstats.sources.reading import Reading, ReceivedFile

SAMPLE = ROOT.parent / "shared" / "samples" / "wuenic" / "wuenic_2024rev_data_wuenic.xlsx"
AREAS = {"VNM": "VNM", "Lao PDR": "LAO", "Global": "W"}
INDICATORS = {"DTP3": "dtp3", "BCG": "bcg", "DTP3 unvaccinated": "zero_dose"}
WIDE = ["unicef_region", "iso3", "country", "vaccine", 2024, 2023, 2022]
DTP3 = [WIDE, ["EAPR", "VNM", "Viet Nam", "DTP3", 97, 80, None]]
REGIONAL = [
    ["region", "vaccine", "year", "coverage", "vaccinated", "unvaccinated", "target"],
    ["Global", "DTP3", 2024, 85, "108,944,000", "19,932,000", "128,876,000"],
]


def workbook(path: Path, sheets: dict[str, list[list]], *, hidden: str = "") -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    book.save(path)


def read(folder: Path, sheets: dict[str, list[list]], *, hidden: str = "", **declared) -> Reading:
    path = folder / "wuenic.xlsx"
    workbook(path, sheets, hidden=hidden)
    options = {"areas": AREAS, "indicators": INDICATORS} | declared
    return read_wuenic(path, ReceivedFile(path.name, "wuenic", **options), source_id="s")


def test_a_sheet_a_vaccine_with_years_descending(tmp_path: Path) -> None:
    padded = [*DTP3, *([None] * 7 for _ in range(20))]
    units = {"dtp3": "percent", "zero_dose": "persons"}
    reading = read(tmp_path, {"DTP3": padded, "regional_global": REGIONAL}, units=units)
    newest, second, blank, world, unvaccinated = reading.rows
    assert (newest.text, newest.time_period, newest.unit) == ("97", "2024", "percent")
    assert (second.text, second.time_period) == ("80", "2023")
    assert (blank.text, blank.obs_status, blank.time_period) == ("", "O", "2022")
    assert (newest.place, newest.locator) == ("DTP3!E2", "sheet DTP3, row VNM, column 2024")
    assert newest.where == "s/wuenic.xlsx sheet DTP3 row 2, 2024"
    assert (world.text, world.ref_area, world.indicator) == ("85", "W", "dtp3")
    assert (unvaccinated.text, unvaccinated.unit) == ("19,932,000", "persons")
    assert unvaccinated.locator == "sheet regional_global, row Global 2024, column unvaccinated"
    rules = [cell.rule.split(";")[0] for cell in reading.quarantined]
    assert rules == ["unknown indicator 'DTP3 vaccinated'", "unknown indicator 'DTP3 target'"]
    assert reading.seen == 3 + 4


def test_the_layout_until_2019(tmp_path: Path) -> None:
    header = ["Region", "ISO_code", "Cname", "Vaccine", 2018, 2017]
    rows = [
        header,
        ["WPRO", "VNM", "Viet Nam", "BCG", 95, 95],
        ["WPRO", "LAO", "Lao PDR", "BCG", 85],
    ]
    reading = read(tmp_path, {"ReadMe": [["Estimates of July 2019"]], "BCG": rows})
    assert [(r.ref_area, r.time_period, r.text) for r in reading.rows] == [
        ("VNM", "2018", "95"),
        ("VNM", "2017", "95"),
        ("LAO", "2018", "85"),
        ("LAO", "2017", ""),
    ]
    assert reading.seen == 4


def test_a_sheet_without_a_vaccine_column_is_named_for_it(tmp_path: Path) -> None:
    rows = [["iso3", "country", 2024], ["VNM", "Viet Nam", 97]]
    assert read(tmp_path, {"DTP3": rows}).rows[0].indicator == "dtp3"


def test_whos_long_export(tmp_path: Path) -> None:
    header = [
        *("GROUP", "CODE", "NAME", "YEAR", "ANTIGEN", "ANTIGEN_DESCRIPTION"),
        *("COVERAGE_CATEGORY", "TARGET_NUMBER", "DOSES", "COVERAGE"),
    ]
    rows = [
        header,
        ["COUNTRIES", "VNM", "Viet Nam", 2023, "DTPCV3", "DTP, 3rd dose", "WUENIC", None, None, 80],
        ["COUNTRIES", "VNM", "Viet Nam", 2023, "DTPCV3", "", "OFFICIAL", 1500000, 1210500, 80.7],
        ["Exported: 2024-07-15"],
    ]
    indicators = {"DTPCV3": "dtp3", "DTPCV3 OFFICIAL": "dtp3_official"}
    reading = read(tmp_path, {"Data": rows}, indicators=indicators, only_mapped=True)
    estimate, official = reading.rows
    assert (estimate.indicator, estimate.text, estimate.time_period) == ("dtp3", "80", "2023")
    assert (official.indicator, official.text) == ("dtp3_official", "80.7")
    assert (reading.seen, reading.left_out) == (6, 4)


def test_hidden_and_other_sheets_are_named(tmp_path: Path) -> None:
    sheets = {"DTP3": DTP3, "Working": DTP3, "Colours": [["red"], ["blue"]]}
    reading = read(tmp_path, sheets, hidden="Working")
    assert [(cell.where, cell.rule) for cell in reading.quarantined] == [
        ("s/wuenic.xlsx sheet Working", "the sheet is hidden; name it in sheet to read it"),
        ("s/wuenic.xlsx sheet Colours", "no header with area, vaccine and years"),
    ]
    assert (reading.seen, len(reading.rows)) == (5, 3)
    assert read(tmp_path, sheets, hidden="Working", sheet="Working").seen == 3
    assert read(tmp_path, sheets, hidden="Working", only_mapped=True).left_out == 2


@pytest.mark.parametrize(
    ("change", "value", "rule"),
    [
        (1, "THA", "unknown area 'THA'"),
        (3, "DTP9", "unknown indicator 'DTP9'"),
    ],
)
def test_a_row_that_is_not_mapped_is_kept(tmp_path: Path, change, value, rule) -> None:
    row = [*DTP3[1]]
    row[change] = value
    if change == 1:
        row[2] = "Thailand"
    reading = read(tmp_path, {"DTP3": [*DTP3, row]})
    assert (len(reading.rows), len(reading.quarantined)) == (3, 3)
    assert all(rule in cell.rule for cell in reading.quarantined)
    assert reading.quarantined[0].where == "s/wuenic.xlsx sheet DTP3 row 3, 2024"


def test_a_column_that_is_no_year_and_one_without_heading_are_kept(tmp_path: Path) -> None:
    rows = [[*WIDE, 20221, None], [*DTP3[1], 55, 56]]
    reading = read(tmp_path, {"DTP3": rows})
    assert [(c.value, c.rule.split(";")[0]) for c in reading.quarantined] == [
        ("55", "unreadable period '20221'"),
        ("56", "unreadable period ''"),
    ]


@pytest.mark.parametrize(
    ("sheets", "declared", "message"),
    [
        ({"A": [["x", "y"], [1, 2]]}, {}, "no sheet of s/wuenic.xlsx has a header"),
        ({"DTP3": DTP3}, {"sheet": "DTP4"}, "no sheet 'DTP4' in s/wuenic.xlsx; it has DTP3"),
        ({"DTP3": [[*WIDE, 2024], DTP3[1]]}, {}, "column '2024' is twice in s/wuenic.xlsx sheet"),
        (
            {"DTP3": DTP3, "BCG": [WIDE, ["EAPR", "VNM", "Viet Nam", "BCG", 1, 1, 1]]},
            {"indicators": {}, "indicator": "dtp3"},
            "several indicators, 'DTP3' and 'BCG'",
        ),
    ],
)
def test_a_broken_workbook_is_refused(tmp_path: Path, sheets, declared, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(tmp_path, sheets, **declared)


@pytest.mark.parametrize(
    "content", [b"", b"iso3,2024\nVNM,97\n", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0"]
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wuenic.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"s/wuenic\.xlsx is no workbook that opens"):
        read_wuenic(path, ReceivedFile(path.name, "wuenic", indicator="x"), source_id="s")


def test_a_workbook_on_which_the_parser_gives_up_is_refused(tmp_path: Path, monkeypatch) -> None:
    class PanicException(BaseException):
        """As python-calamine 0.9.1 raises on a .xls that is cut off in a record."""

    def panic(_: Path) -> None:
        raise PanicException("range start index 116 out of range")

    monkeypatch.setattr("childstats.sources.readers.sheets.CalamineWorkbook.from_path", panic)
    with pytest.raises(SourceError, match=r"no workbook that opens \(range start index 116"):
        read(tmp_path, {"DTP3": DTP3})


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["VNM", "THA", None]),
            st.sampled_from(["DTP3", "OTHER"]),
            st.lists(st.none() | st.integers(0, 99), min_size=3, max_size=3),
        ),
        max_size=6,
    ),
    only_mapped=st.booleans(),
)
def test_every_cell_is_accounted_for(tmp_path_factory, rows, only_mapped) -> None:
    table = [WIDE, *(["R", code, None, vaccine, *values] for code, vaccine, values in rows)]
    reading = read(tmp_path_factory.mktemp("f"), {"DTP3": table}, only_mapped=only_mapped)
    # a row without area and figure is padding
    seen = [r for r in rows if r[0] or any(v is not None for v in r[2])]
    mapped = sum(code == "VNM" and vaccine == "DTP3" for code, vaccine, _ in seen)
    assert reading.seen == 3 * len(seen)
    assert len(reading.rows) == 3 * mapped
    assert reading.left_out == (3 * (len(seen) - mapped) if only_mapped else 0)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the publishers' files are not beside the project")
def test_the_2024_revision_itself() -> None:
    book = openpyxl.load_workbook(SAMPLE, read_only=True, data_only=True)
    cells = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    countries = {name: rows for name, rows in cells.items() if name != "regional_global"}
    filled = {name: [r for r in rows if len(r) > 1 and r[1]] for name, rows in countries.items()}
    regional = [row for row in cells["regional_global"] if row and row[0]]
    expected = sum(45 * (len(rows) - 1) for rows in filled.values()) + 4 * (len(regional) - 1)
    declared = ReceivedFile(
        SAMPLE.name,
        "wuenic",
        areas={"VNM": "VNM", "Global": "W"},
        indicators={name: name.lower() for name in countries} | {"DTP3 target": "target"},
        only_mapped=True,
    )
    reading = read_wuenic(SAMPLE, declared, source_id="s")
    assert reading.seen == expected
    assert reading.quarantined == ()
    found = {(r.indicator, r.ref_area, r.time_period): r for r in reading.rows}
    assert len(found) == len(reading.rows)
    for name, rows in filled.items():
        for row in rows[1:]:
            if row[1] == "VNM":
                for year, value in zip_longest(rows[0][4:], row[4:]):
                    text = found[name.lower(), "VNM", str(year)].text
                    assert text == ("" if value is None else f"{value:g}")
    world = {(row[1], f"{row[2]:g}"): row for row in regional[1:] if row[0] == "Global"}
    assert found["dtp3", "W", "2024"].text == f"{world['DTP3', '2024'][3]:g}"
    assert found["target", "W", "2024"].text == world["DTP3", "2024"][6]
    assert found["target", "W", "2024"].text.count(",") == 2
