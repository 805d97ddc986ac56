"""A provincial workbook as officers keep it: titles, two rows of headings, subtotals, remarks."""

from pathlib import Path
from textwrap import dedent

import openpyxl
import pytest
from conftest import SOURCE_TOML
from hypothesis import given
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources.readers import commune_workbook
from childstats.sources.readers.commune_workbook import read_commune_workbook
from childstats.sources.reading import Reading, ReceivedFile
from childstats.sources.source import read_source

DECLARED = {
    "title_rows": 2,
    "header_rows": 2,
    "time_period": "2025",
    "unit": "persons",
    "language": "vi",
    "columns": {"ref_area": "Mã xã"},
    "subtotals": ("Cộng cụm 1", "Toàn tỉnh"),
    "indicators": {"Tổng số trẻ em": "children", "Trẻ em đặc biệt": "special"},
    "groups": {"Nam": {"sex": "M"}, "Nữ": {"sex": "F"}},
    "areas": {"03127": "03127", "03130": "03130", "03133": "03133"},
}
ROWS = [
    ["BÁO CÁO TÌNH HÌNH TRẺ EM NĂM 2025"],
    ["(Đơn vị: người)"],
    ["STT", "Mã xã", "Tên xã", "Tổng số trẻ em", None, "Trẻ em đặc biệt", None],
    [None, None, None, "Nam", "Nữ", "Nam", "Nữ"],
    [1, 3127, "Mường Nhé", "1.204", 1187, 31, "27"],
    [2, "03130", "Nậm Kè", "1 002", 998, 12, None],
    [None, None, "Cộng cụm 1", 2206, 2185, 43, 27],
    ["II", "Cụm 2"],
    [3, "03133", "Quảng Lâm", 700, 650, "…", "-"],
    [None, None, "Toàn tỉnh", 2906, 2835, 43, 27],
    ["(1) Số liệu đến 31/12/2025"],
]


def merge(sheet) -> None:
    for cells in ("A1:G1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3"):
        sheet.merge_cells(cells)


def read(path: Path, rows=ROWS, change=merge, **other) -> Reading:
    book = openpyxl.Workbook()
    book.active.title = "Biểu 1"
    for cells in rows:
        book.active.append(cells)
    change(book.active)
    book.save(path)
    declared = ReceivedFile(path.name, "commune_workbook", **(DECLARED | other))
    return read_commune_workbook(path, declared, source_id="s")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "xa.xlsx"


def test_fault_38_titles_merged_headings_subtotals_and_remarks_are_told_apart(path) -> None:
    reading = read(path)
    assert (reading.seen, len(reading.rows), reading.left_out) == (5 * 4, 3 * 4, 2 * 4)
    assert reading.quarantined == ()
    found = {(r.ref_area, r.indicator, r.sex): r.text for r in reading.rows}
    assert found == {
        ("03127", "children", "M"): "1.204",
        ("03127", "children", "F"): "1187",
        ("03127", "special", "M"): "31",
        ("03127", "special", "F"): "27",
        ("03130", "children", "M"): "1 002",
        ("03130", "children", "F"): "998",
        ("03130", "special", "M"): "12",
        ("03130", "special", "F"): "",
        ("03133", "children", "M"): "700",
        ("03133", "children", "F"): "650",
        ("03133", "special", "M"): "…",
        ("03133", "special", "F"): "-",
    }
    assert {row.obs_status for row in reading.rows if not row.text} == {""}
    assert reading.notes == (
        "area '3127' had lost its zeros and was read as '03127'",
        f"rows of s/xa.xlsx sheet 'Biểu 1' without figures: 'II Cụm 2', {ROWS[-1][0]!r}",
    )


def test_a_figure_says_its_cell(path) -> None:
    row = read(path).rows[1]
    assert (row.place, row.locator) == ("Biểu 1!E5", "sheet Biểu 1, cell E5")
    assert row.where == "s/xa.xlsx sheet 'Biểu 1' cell E5"
    assert (row.time_period, row.unit) == ("2025", "persons")


def test_fault_38_headings_are_repeated_without_a_merge_only_over_two_rows(path) -> None:
    unmerged = read(path, change=lambda sheet: None)
    assert len(unmerged.rows) == 12
    with pytest.raises(SourceError, match=r"heading 'Tổng số trẻ em' of .* write header_rows = 2"):
        read(path, header_rows=1)


def test_years_and_groups_may_stand_in_either_row(path) -> None:
    rows = [
        ["Tên xã", "Năm 2024", None, "Sơ bộ 2025", None],
        [None, "Chung", "Nữ", "Chung", "Nữ"],
        ["Mường Nhé", 4, 2, 6, 3],
    ]
    reading = read(
        path,
        rows,
        change=lambda sheet: None,
        title_rows=0,
        time_period="",
        indicator="special",
        columns={"ref_area": "Tên xã"},
        groups={"Chung": {}, "Nữ": {"sex": "F"}},
        areas={"Mường Nhé": "03127"},
    )
    assert [(r.time_period, r.sex, r.obs_status, r.text) for r in reading.rows] == [
        ("2024", "", "", "4"),
        ("2024", "F", "", "2"),
        ("2025", "", "P", "6"),
        ("2025", "F", "P", "3"),
    ]


@pytest.mark.parametrize("name", ["Cộng cụm 1", "Toàn tỉnh"])
def test_fault_38_a_subtotal_that_is_not_declared_is_refused(path, name) -> None:
    others = tuple(other for other in DECLARED["subtotals"] if other != name)
    number = {"Cộng cụm 1": 7, "Toàn tỉnh": 10}[name]
    wanted = rf"row {number} of .*\('{name}'\) is the sum of the rows above it; declare subtotals"
    with pytest.raises(SourceError, match=wanted):
        read(path, subtotals=others)


def test_fault_61_a_row_of_no_known_area_is_quarantined_cell_by_cell(path) -> None:
    rows = [*ROWS[:6], [4, "03139", "Nậm Vì", 5, 6, 7, 8]]
    reading = read(path, rows)
    assert [q.value for q in reading.quarantined] == ["5", "6", "7", "8"]
    assert reading.quarantined[0].where == (
        "s/xa.xlsx sheet 'Biểu 1' cell D7, Tổng số trẻ em / Nam"
    )
    assert "unknown area '03139'; nearest are 03133, 03130" in reading.quarantined[0].rule
    assert read(path, rows, only_mapped=True).left_out == 4


def test_fault_62_one_name_for_two_rows_is_refused(path) -> None:
    rows = [*ROWS[:4], [1, "a", "Mường Nhé", 9, 9, 9, 9], [2, "b", "Mường Nhé", 1, 2, 3, 4]]
    with pytest.raises(SourceError, match=r"rows 5 and 6 of .* are both 'Mường Nhé' \(03127\)"):
        read(path, rows, columns={"ref_area": "Tên xã"}, areas={"Mường Nhé": "03127"})


def test_fault_38_hidden_and_merged_cells_are_quarantined(path) -> None:
    def change(sheet) -> None:
        merge(sheet)
        sheet.row_dimensions[5].hidden = True
        sheet.column_dimensions["G"].hidden = True
        sheet.merge_cells("D6:E6")

    reading = read(path, change=change)
    rules = {q.where.split("cell ")[1][:2]: q.rule.split(";")[0] for q in reading.quarantined}
    hidden, merged = "hidden cell", "merged cells"
    assert rules == {
        **{"D5": hidden, "E5": hidden, "F5": hidden, "G5": hidden},
        **{"D6": merged, "E6": merged, "G6": hidden, "G9": hidden},
    }
    assert len(reading.rows) == 12 - 8


def test_fault_37_a_heading_that_is_not_declared_is_quarantined(path) -> None:
    reading = read(path, indicators={"Tổng số trẻ em": "children"})
    assert [q.value for q in reading.quarantined] == ["31", "27", "12", "", "…", "-"]
    assert "heading 'Trẻ em đặc biệt / Nam'; declare it" in reading.quarantined[0].rule
    assert read(path, indicators={"Tổng số trẻ em": "children"}, only_mapped=True).left_out == 14


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"title_rows": 0}, r"no column 'Mã xã' in .* row 1; it has 'BÁO CÁO"),
        ({"title_rows": 40}, r"no rows below the headings"),
        ({"header_rows": 3}, "header_rows in .* must be 1 or 2"),
        ({"columns": {}}, "need ref_area, and may have note_vi"),
        ({"columns": {"ref_area": "Mã xã", "sex": "x"}}, "not sex"),
        ({"columns": {"ref_area": "Mã số"}}, "no column 'Mã số' in .*did you mean 'Mã xã'"),
        ({"indicators": {}}, r"no heading of .* found 'STT', .*; see title_rows"),
        ({"time_period": ""}, "no heading of .* is an indicator, group or year"),
        ({"footer_rows": 40}, "no heading|no figures"),
    ],
)
def test_a_declaration_that_does_not_fit_is_refused(path, other, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(path, **other)


def test_fault_36_a_heading_that_is_there_twice_is_refused(path) -> None:
    rows = [list(row) for row in ROWS]
    rows[3][4] = "Nam"
    with pytest.raises(SourceError, match=r"'Tổng số trẻ em / Nam' .* columns 4 and 5; rename"):
        read(path, rows)


CELL = st.sampled_from([None, 1, "2", "x", "…", 0.5])
AREA = st.sampled_from(["03127", 3130, "99999", "Toàn tỉnh", None])


@given(st.lists(st.tuples(AREA, CELL, CELL, CELL, CELL), max_size=8), st.booleans())
def test_cells_in_are_figures_quarantined_and_left_out(tmp_path_factory, rows, only_mapped) -> None:
    path = tmp_path_factory.getbasetemp() / "random.xlsx"
    known = {area: cells for area, *cells in rows}
    body = [[None, area, "tên", *cells] for area, cells in known.items()]
    refused = ""
    try:
        reading = read(path, [*ROWS[:4], *body, ROWS[8]], only_mapped=only_mapped)
    except SourceError as error:
        refused = str(error)
    if refused:
        assert "is the sum of the rows above it" in refused
        assert not only_mapped
        return
    assert reading.seen == len(reading.rows) + len(reading.quarantined) + reading.left_out
    mapped = 1 + ("03127" in known) + (3130 in known)
    assert len(reading.rows) == 4 * mapped
    assert reading.left_out >= 4 * ("Toàn tỉnh" in known and any(known["Toàn tỉnh"]))


def test_the_declaration_in_the_module_is_one(tmp_path) -> None:
    example = commune_workbook.__doc__.split("is declared as ::")[1].split("\n\nEvery")[0]
    folder = tmp_path / "a-source"
    folder.mkdir()
    (folder / "source.toml").write_text(SOURCE_TOML + dedent(example), encoding="utf-8")
    (folder / "tre-em-xa-2025.xlsx").touch()
    declared = read_source(folder).file
    assert (declared.layout, declared.header_rows) == ("commune_workbook", 2)
    assert declared.groups == DECLARED["groups"]
    assert declared.language == "en"
