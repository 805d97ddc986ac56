"""Workbooks: a hostile or foreign one is refused, and of a good one nothing hidden is read."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources import workbook_safety, workbooks
from childstats.sources.reading import ReceivedFile
from childstats.sources.workbooks import number_text, open_sheet

ACROSS_TWO_PIECES = b"".join(b"%x" % n**9 for n in range(200_000))[: workbook_safety.PIECE - 4] + (
    b"<!DOCTYPE x>"
)
"""A declaration that begins in one piece of a part and ends in the next."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "w.xlsx"


def book(path: Path, cells: dict[str, object]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = "Biểu"
    for name, value in cells.items():
        made.active[name] = value
    made.save(path)
    return made


def rewrite(path: Path, part: str, change) -> None:
    """Change the bytes of one part of the archive; a new part starts empty."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def sheet(path: Path, **declared) -> workbooks.Sheet:
    return open_sheet(path, ReceivedFile(path.name, "tidy", **declared), where="s/w.xlsx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "is no .xlsx workbook, but a PDF file; save it as one"),
        (b"\r\n<html><table>", "but a web page or XML file"),
        ("Tỉnh,Năm".encode(), "is no .xlsx workbook; save it as one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"Excel 97-2003 \(.xls\); save it"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + b"\0" * 600
            + "EncryptedPackage".encode("utf-16-le"),
            "needs a password; save it without one",
        ),
        (b"PK\x03\x04 and then nothing", "is a damaged workbook"),
    ],
)
def test_fault_56_another_format_is_named(path, content, message) -> None:
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        sheet(path)


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("xl/vbaProject.bin", b"x", "holds macros; save it as .xlsx"),
        ("content.xml", b"<x/>", "is an OpenDocument file; save it as .xlsx"),
        ("xl/workbook.bin", b"x", r"is a binary workbook \(.xlsb\)"),
        ("xl/embeddings/other.xlsx", b"PK", r"holds another file \(xl/embeddings/other.xlsx\)"),
        ("xl/a.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "declares a document type in"),
        ("xl/a.xml", ACROSS_TWO_PIECES, "declares a document"),
        ("xl/a.xml", "<x/>".encode("utf-16"), r"has XML in UTF-16 \(xl/a.xml\)"),
        ("xl/a.bin", b"\0" * 3_000_000, "unpacks to 3 MB from 0.0 MB, which no honest workbook"),
    ],
)
def test_fault_56_what_a_workbook_must_not_hold_is_refused(path, part, content, message) -> None:
    book(path, {"A1": 1})
    rewrite(path, part, lambda _: content)
    with pytest.raises(SourceError, match=message):
        sheet(path)


def test_fault_56_a_workbook_with_macros_under_another_name_is_refused(path) -> None:
    book(path, {"A1": 1})
    rewrite(path, "[Content_Types].xml", lambda raw: raw.replace(b"sheet.main", b"macroEnabled"))
    with pytest.raises(SourceError, match="holds macros"):
        sheet(path)


def test_fault_56_an_entity_bomb_in_the_sheet_is_refused(path) -> None:
    book(path, {"A1": 1})
    bomb = b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    rewrite(path, "xl/worksheets/sheet1.xml", lambda raw: bomb + raw)
    with pytest.raises(SourceError, match=r"document type in xl/worksheets/sheet1.xml"):
        sheet(path)


def test_fault_56_a_bomb_is_refused_before_it_is_unpacked(path) -> None:
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        for number in range(4):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * 60_000_000)
    path.write_bytes(zeros.getvalue())
    tracemalloc.start()
    with pytest.raises(SourceError, match=r"unpacks to 240 MB from 0.2 MB"):
        sheet(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_fault_56_a_list_of_endless_sheets_is_not_read(path, monkeypatch) -> None:
    book(path, {"A1": 1})
    entry = b'<sheet name="a" sheetId="1" r:id="rId1"/>'
    rewrite(
        path, "xl/workbook.xml", lambda part: part.replace(b"<sheets>", b"<sheets>" + entry * 7000)
    )
    monkeypatch.setattr(workbooks, "_sheet_parts", lambda archive: pytest.fail("read"))
    with pytest.raises(SourceError, match="lists thousands of sheets; copy the figures into a new"):
        sheet(path)


def test_fault_56_the_sum_of_the_parts_has_a_limit_of_its_own(path, monkeypatch) -> None:
    book(path, {"A1": 1})
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(workbook_safety, "UNPACKED_LIMIT", size)
    assert sheet(path).rows == [["1"]]
    monkeypatch.setattr(workbook_safety, "UNPACKED_LIMIT", size - 1)
    with pytest.raises(SourceError, match="which no honest workbook does"):
        sheet(path)


def test_fault_56_a_directory_that_lies_about_sizes_is_noticed(path) -> None:
    book(path, {"A1": "x" * 100})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    raw = path.read_bytes()
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (size - 50).to_bytes(4, "little")))
    with pytest.raises(SourceError, match="is a damaged workbook"):
        sheet(path)


def test_fault_56_a_cell_far_away_is_refused(path) -> None:
    book(path, {"A1": 1, "XFD1048576": 2})
    with pytest.raises(SourceError, match=r"sheet 'Biểu' reaches to XFD1048576; delete the empty"):
        sheet(path)


@pytest.mark.parametrize(
    ("row", "cell", "last"),
    [
        (b'r="1"', b'r="A1048576"', "Z1048576"),
        (b'r="1"', b"r = 'xfd99999'", "XFD99999"),
        (b'x="&gt;" r="1048576"', b"", "Z1048576"),
        (b'r="1"', b'y=">" r="ZZZ100000"', "ZZZ100000"),
    ],
)
def test_fault_56_a_place_far_away_is_found_however_it_is_written(path, row, cell, last) -> None:
    book(path, {"A1": 1})
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda raw: raw.replace(b'<row r="1"', b"<row " + row).replace(b'r="A1"', cell),
    )
    with pytest.raises(SourceError, match=f"reaches to {last}; delete the empty"):
        sheet(path)


@pytest.mark.parametrize(
    "flood", [b"<c" * 400_000, b'<c r="A9"><f>1</f>' + b" " * 900_000, b'<c t="e">' * 90_000]
)
def test_fault_56_markup_made_to_be_searched_for_ever_is_soon_refused(flood) -> None:
    found = workbooks._markup(io.BytesIO(flood), {b"1"}, "s/w.xlsx")
    assert (found.errors, found.percent) == ({}, set())


def test_fault_38_hidden_sheets_are_not_read_and_said(path) -> None:
    made = book(path, {"A1": "a"})
    made.create_sheet("Cũ").sheet_state = "hidden"
    made.create_sheet("Nháp").sheet_state = "veryHidden"
    made.save(path)
    found = sheet(path)
    assert (found.name, found.rows) == ("Biểu", [["a"]])
    assert found.notes == (
        "sheet 'Cũ' of s/w.xlsx is hidden and not read",
        "sheet 'Nháp' of s/w.xlsx is hidden and not read",
    )
    with pytest.raises(SourceError, match=r"sheet 'Cũ' of s/w.xlsx is hidden; unhide it"):
        sheet(path, sheet="Cũ")
    with pytest.raises(SourceError, match=r"no sheet 'Biêu' .*did you mean 'Biểu'.*it has 'Biểu'"):
        sheet(path, sheet="Biêu")
    made["Cũ"].sheet_state = "visible"
    made.save(path)
    with pytest.raises(SourceError, match="has sheets 'Biểu', 'Cũ'; name one as sheet"):
        sheet(path)


def test_fault_38_hidden_and_merged_cells_are_told(path) -> None:
    made = book(path, {"A1": "a", "C4": "b"})
    made.active.row_dimensions[3].hidden = True
    made.active.column_dimensions["B"].hidden = True
    made.active.merge_cells("A1:C2")
    made.save(path)
    found = sheet(path)
    assert (found.hidden_rows, found.hidden_columns) == ({2}, {1})
    assert found.merged == ((0, 0, 1, 2),)
    assert found.rows[3] == ["", "", "b"]


@pytest.mark.parametrize(
    ("value", "number_format", "english", "vietnamese"),
    [
        (34.4, "General", "34.4", "34,4"),
        (0.1 + 0.2, "General", "0.3", "0,3"),
        (34.400000000000006, "General", "34.4", "34,4"),
        (68000, "#,##0", "68000", "68000"),
        (1e15, "General", "1000000000000000", "1000000000000000"),
        (0.955, "0.0%", "95.5%", "95,5%"),
        (1, "0%", "100%", "100%"),
        (0.5, '0.0"%"', "0.5", "0,5"),
        (True, "General", "TRUE", "TRUE"),
        ("1.204", "@", "1.204", "1.204"),
    ],
)
def test_fault_39_a_number_is_what_the_sheet_shows(
    path, value, number_format, english, vietnamese
) -> None:
    made = book(path, {"A1": value})
    made.active["A1"].number_format = number_format
    made.save(path)
    assert sheet(path, language="en").rows == [[english]]
    assert sheet(path, language="vi").rows == [[vietnamese]]


def test_a_formula_without_result_is_refused_and_an_error_is_text(path) -> None:
    book(path, {"A1": "=1+1", "B2": 3})
    with pytest.raises(SourceError, match=r"cell A1 of .* has a formula that was never computed"):
        sheet(path)
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda raw: (
            raw.replace(b"<v></v>", b"<v>2</v>")
            .replace(b"<v/>", b"<v>2</v>")
            .replace(b'<c r="B2" t="n"><v>3</v>', b'<c r="B2" t="e"><f>A9</f><v>#REF!</v>')
        ),
    )
    assert sheet(path).rows == [["2", ""], ["", "#REF!"]]


def test_fault_31_letters_of_an_abc_font_in_cells(path) -> None:
    book(path, {"A1": "§iÖn Biªn", "A2": "M­êng NhÐ"})
    with pytest.raises(SourceError, match=r"letters of tcvn3 .*write encoding = \"tcvn3\""):
        sheet(path)
    assert sheet(path, encoding="tcvn3").rows == [["Điện Biên"], ["Mường Nhé"]]


def test_fault_35_odd_spaces_and_line_ends_in_cells(path) -> None:
    book(path, {"A1": "Trẻ em\n dưới\u00a016", "B1": "1\u200b204"})
    found = sheet(path)
    assert found.rows == [["Trẻ em dưới 16", "1204"]]
    assert found.notes == (
        "2 invisible letters or odd spaces in s/w.xlsx sheet 'Biểu' were made plain",
    )


@given(st.data())
def test_a_damaged_workbook_is_refused_and_never_a_traceback(tmp_path_factory, data) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.xlsx"
    book(path, {"A1": "Tỉnh", "B1": 2025, "A2": 0.5, "B2": 1})
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, 10**6)) % len(raw)] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del raw[data.draw(st.integers(0, 10**6)) % len(raw) :]
    path.write_bytes(raw)
    try:
        assert len(sheet(path).rows) == 2
    except SourceError:
        return


PARTS = (
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
)


@given(st.sampled_from(PARTS), st.data())
def test_damaged_xml_is_read_or_refused_and_never_a_traceback(tmp_path_factory, part, data) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz-xml.xlsx"
    book(path, {"A1": "Tỉnh", "B1": 2025, "A2": 0.5})

    def change(raw: bytes) -> bytes:
        start = data.draw(st.integers(0, 10**6)) % len(raw)
        end = start + data.draw(st.integers(0, 20))
        return raw[:start] + data.draw(st.binary(max_size=6)) + raw[end:]

    rewrite(path, part, change)
    try:
        found = sheet(path)
    except SourceError:
        return
    assert all(isinstance(cell, str) for cells in found.rows for cell in cells)


def test_a_number_of_fifteen_digits_is_written_in_full() -> None:
    assert number_text(123456789012345, "vi") == "123456789012345"
    assert number_text(0.000001, "vi") == "0,000001"
