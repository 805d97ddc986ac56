"""Transcribed rows: nothing is interpreted, and each fault is named with its line."""

import re
import unicodedata

import pytest

from childstats.errors import SourceError
from childstats.sources.readers.transcription import read_transcription

HEADER = (
    "locator,indicator,ref_area,time_period,sex,residence,text,unit,"
    "numerator_text,denominator_text,obs_status,acknowledges,note_en,note_vi"
)
ROW = 'paragraph 1,at_risk,VN-71,2025,F,R,"68,000",persons,,,P,a_check,A note,Một ghi chú'
COUNTS = "page 2,play_spots,VN-71,2025,,,,,36,45,,,,"


@pytest.fixture
def write(tmp_path):
    """Return a function that writes lines as one source's figures and returns their path."""
    path = tmp_path / "a-source" / "figures.csv"
    path.parent.mkdir()

    def write(*lines, before=b"", ends="\n"):
        path.write_bytes(before + "".join(line + ends for line in lines).encode("utf-8"))
        return path

    return write


def changed(cell, to="", row=ROW):
    assert cell in row
    return row.replace(cell, to, 1)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_row_keeps_every_cell_as_printed_with_its_line(write, ends):
    first, second = read_transcription(write(HEADER, ROW, COUNTS, ends=ends))
    assert (first.source_id, first.place, first.where) == (
        *("a-source", "2"),
        "a-source/figures.csv line 2",
    )
    assert (first.locator, first.indicator, first.ref_area) == ("paragraph 1", "at_risk", "VN-71")
    assert (first.time_period, first.sex, first.residence) == ("2025", "F", "R")
    assert (first.text, first.unit) == ("68,000", "persons")
    assert (first.obs_status, first.acknowledges) == ("P", "a_check")
    assert (first.note_en, first.note_vi) == ("A note", "Một ghi chú")
    assert (second.place, second.text) == ("3", "")
    assert (second.numerator_text, second.denominator_text) == ("36", "45")


def test_the_order_of_the_columns_is_free(write):
    names, cells = HEADER.split(","), COUNTS.split(",")
    (row,) = read_transcription(write(",".join(names[::-1]), ",".join(cells[::-1])))
    assert (row.locator, row.numerator_text, row.denominator_text) == ("page 2", "36", "45")


def test_cells_are_stripped_and_composed_and_a_byte_order_mark_is_left_out(write):
    decomposed = unicodedata.normalize("NFD", changed("paragraph 1", "  đoạn 1\u00a0"))
    assert decomposed != unicodedata.normalize("NFC", decomposed)
    (row,) = read_transcription(write(HEADER, decomposed, before=b"\xef\xbb\xbf"))
    assert (row.locator, row.note_vi) == ("đoạn 1", "Một ghi chú")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            changed("residence", "residnce", HEADER),
            r"unknown column 'residnce' in a-source/figures.csv \(did you mean 'residence'\?\)",
        ),
        (changed("unit", "", HEADER), "unknown column '' in a-source/figures.csv"),
        (changed("unit", "text", HEADER), "column 'text' appears twice in a-.*csv; remove one"),
        *(
            (
                ",".join(name for name in HEADER.split(",") if name != missing),
                f"missing column '{missing}' in a-source/figures.csv; add it, empty if need be",
            )
            for missing in HEADER.split(",")
        ),
        (HEADER.upper(), "unknown column 'LOCATOR' in a-source/figures.csv"),
    ],
)
def test_a_wrong_header_is_refused(write, header, message):
    with pytest.raises(SourceError, match=message):
        read_transcription(write(header, ROW))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (changed('"68,000"', "68,000"), "15 cells instead of 14 in {line}; put a text that holds"),
        (changed(",Một ghi chú"), "13 cells instead of 14 in {line}; put a text that holds a com"),
        ("", "0 cells instead of 14 in {line}"),
        (changed("paragraph 1"), "empty locator in {line}; every figure needs one"),
        (changed("paragraph 1", "  "), "empty locator in {line}; every figure needs one"),
        (changed("at_risk"), "empty indicator in {line}; every figure needs one"),
        (changed("VN-71"), "empty ref_area in {line}; every figure needs one"),
        (changed("2025"), "empty time_period in {line}; every figure needs one"),
        (changed('"68,000"'), "empty text in {line}; transcribe the figure as printed"),
        (changed("36", row=COUNTS), "empty text in {line}; transcribe the figure as printed"),
        (changed(",,,P", ",36,,P"), "numerator without denominator in {line}; give both"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(write, row, message):
    wanted = message.format(line="a-source/figures.csv line 4")
    with pytest.raises(SourceError, match=wanted):
        read_transcription(write(HEADER, ROW, COUNTS, row, ROW))


@pytest.mark.parametrize("cell", ['"A note', '"A" note'])
def test_a_quote_out_of_place_is_not_guessed_at(write, cell):
    with pytest.raises(SourceError, match=r"unreadable a-source/figures.csv: .*; check the q"):
        read_transcription(write(HEADER, changed("A note", cell)))


@pytest.mark.parametrize("lines", [(), ("",)])
def test_an_empty_file_lacks_its_columns(write, lines):
    with pytest.raises(SourceError, match=r"missing columns 'locator', 'indicator', ") as told:
        read_transcription(write(*lines))
    assert str(told.value).endswith("'note_vi' in a-source/figures.csv; add them, empty if need be")


def test_a_header_alone_holds_no_figures(write):
    wanted = "no figures in a-source/figures.csv; add a row or remove the folder a-source"
    with pytest.raises(SourceError, match=wanted):
        read_transcription(write(HEADER))


@pytest.mark.parametrize("encoding", ["cp1258", "latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_refused(write, encoding):
    path = write(HEADER, ROW)
    text = changed("Một ghi chú", "Điện Biên é", ROW)
    with path.open("ab") as csv_file:
        csv_file.write(text.encode(encoding, "replace"))
    with pytest.raises(SourceError, match=r"a-source/figures.csv is not UTF-8.*; save it as"):
        read_transcription(path)


@pytest.mark.parametrize("rows", [1, 500])
def test_the_byte_that_is_not_utf_8_is_counted_from_the_beginning_of_the_file(write, rows):
    path = write(HEADER, *[ROW] * rows)
    broken = path.read_bytes() + b"\xff\n"
    path.write_bytes(broken)
    at = re.escape(f"(byte {broken.index(bytes([255]))})")
    with pytest.raises(SourceError, match=f"a-source/figures.csv is not UTF-8 {at}"):
        read_transcription(path)


GROUPS = ("age", "wealth_quintile", "lower_text", "upper_text")


def test_the_columns_of_surveys_may_be_there_or_not(write):
    header = ",".join((HEADER, *GROUPS))
    (row,) = read_transcription(write(header, f"{ROW},M12T23,Q1,31.3,46.4"))
    assert [getattr(row, name) for name in GROUPS] == ["M12T23", "Q1", "31.3", "46.4"]
    (without,) = read_transcription(write(HEADER, ROW))
    assert [getattr(without, name) for name in GROUPS] == [""] * 4


def test_a_denominator_alone_is_the_number_asked(write):
    (row,) = read_transcription(write(HEADER, changed(",,,P", ",,329,P")))
    assert (row.numerator_text, row.denominator_text) == ("", "329")


def test_half_an_interval_is_refused(write):
    path = write(",".join((HEADER, *GROUPS)), f"{ROW},,,31.3,")
    with pytest.raises(SourceError, match=r"one end of the interval is empty in .* line 2"):
        read_transcription(path)
