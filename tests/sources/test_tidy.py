"""A tidy table: every row is a figure, left out, or quarantined with the reason."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources.periods import no_period, period_of
from childstats.sources.readers.tidy import read_tidy
from childstats.sources.reading import Reading, ReceivedFile

AREAS = {"Điện Biên": "VN-71", "Lai Châu": "VN-01", "03127": "03127"}
DECLARED = {
    "indicator": "at_risk",
    "unit": "persons",
    "columns": {"ref_area": "Tỉnh", "time_period": "Năm", "sex": "Giới", "text": "Giá trị"},
    "areas": AREAS,
    "groups": {"Nam": {"sex": "M"}, "Nữ": {"sex": "F"}, "Chung": {}},
}
HEAD = "Tỉnh,Năm,Giới,Giá trị\n"
GOOD = HEAD + 'Điện Biên,2024,Nam,"1,204"\nLai Châu,2025,Chung,88\n'


def declare(name: str, **other) -> ReceivedFile:
    return ReceivedFile(name, "tidy", **(DECLARED | other))


def read(path: Path, content: str | bytes, **other) -> Reading:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_tidy(path, declare(path.name, **other), source_id="s")


def read_sheet(path: Path, rows: list[list], change=lambda sheet: None, **other) -> Reading:
    book = openpyxl.Workbook()
    book.active.title = "Biểu 1"
    for cells in rows:
        book.active.append(cells)
    change(book.active)
    book.save(path)
    return read_tidy(path, declare(path.name, **other), source_id="s")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    return tmp_path / "t.xlsx"


def test_every_row_is_a_figure_with_its_origin(path) -> None:
    reading = read(path, GOOD)
    assert (reading.seen, len(reading.rows), reading.quarantined, reading.notes) == (2, 2, (), ())
    first, last = reading.rows
    assert (first.ref_area, first.time_period, first.sex, first.text) == (
        *("VN-71", "2024"),
        *("M", "1,204"),
    )
    assert (first.place, first.where, first.locator) == ("2", "s/t.csv line 2", "line 2")
    assert (last.ref_area, last.sex, last.unit, last.indicator) == (
        "VN-01",
        "",
        "persons",
        "at_risk",
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found(path, separator, end) -> None:
    lines = ["Tỉnh|Năm|Giới|Giá trị", "Điện Biên|2024|Nam|12", "", "Lai Châu|2025|Nữ|34"]
    reading = read(path, end.join(lines).replace("|", separator).encode())
    assert [(row.place, row.text) for row in reading.rows] == [("2", "12"), ("4", "34")]


def test_every_declared_column_is_read(path) -> None:
    columns = {
        **{"ref_area": "A", "time_period": "T", "indicator": "I", "text": "V"},
        **{"numerator_text": "N", "denominator_text": "D", "lower_text": "L", "upper_text": "H"},
        **{"obs_status": "S", "note_vi": "G", "age": "Tuổi", "unit": "U"},
    }
    row = "Điện Biên,2024,Tử vong,80%,36,45,70,90,P,ghi chú,Y0T4,percent\n"
    (found,) = read(
        path,
        ",".join(columns.values()) + "\n" + row,
        columns=columns,
        indicator="",
        unit="",
        indicators={"tử  vong": "imr"},
    ).rows
    assert (found.indicator, found.text, found.numerator_text) == ("imr", "80%", "36")
    assert (found.denominator_text, found.lower_text, found.upper_text) == ("45", "70", "90")
    assert (found.obs_status, found.note_vi, found.age) == ("P", "ghi chú", "Y0T4")
    assert found.unit == "percent"


def test_a_missing_figure_stays_and_half_a_fraction_does_not(path) -> None:
    columns = {"ref_area": "A", "text": "V", "numerator_text": "N", "denominator_text": "D"}
    content = "A,V,N,D\nĐiện Biên,,,\nLai Châu,,36,\nLai Châu,,36,45\n"
    reading = read(path, content, columns=columns, time_period="2025", groups={})
    assert [(row.text, row.obs_status) for row in reading.rows] == [("", ""), ("", "")]
    assert "numerator and denominator is empty" in reading.quarantined[0].rule


def test_fault_34_eth_for_d_is_read_and_noted(path) -> None:
    reading = read(path, HEAD + "Ðiện Biên,2024,,5\n")
    assert reading.rows[0].ref_area == "VN-71"
    assert reading.notes == ("'Ðiện Biên' has ð (eth) and was read with đ",)


def test_fault_35_odd_spaces_are_made_plain_and_counted(path) -> None:
    reading = read(path, HEAD + "Điện\u00a0Biên,2024,,1\u202f204\n")
    assert (reading.rows[0].ref_area, reading.rows[0].text) == ("VN-71", "1 204")
    assert reading.notes == ("2 invisible letters or odd spaces in s/t.csv were made plain",)


def test_fault_36_a_heading_that_is_there_twice_is_refused_with_both_columns(path) -> None:
    wanted = "heading 'năm' in s/t.csv line 1 is that of columns 2 and 4; rename one"
    with pytest.raises(SourceError, match=wanted):
        read(path, "Tỉnh,Năm,Giới,năm,Giá trị\nĐiện Biên,2024,,2025,1\n")


def test_fault_37_columns_may_change_places_and_new_ones_are_named(path) -> None:
    reading = read(path, "Hạng,Giá trị,Giới,Năm,Tỉnh\n1,88,Nam,2024,Điện Biên\n")
    assert (reading.rows[0].text, reading.rows[0].ref_area) == ("88", "VN-71")
    assert reading.notes == ("columns of s/t.csv that were not read: 'Hạng'",)


def test_fault_37_a_missing_or_renamed_column_is_refused_with_the_nearest(path) -> None:
    with pytest.raises(SourceError, match=r"no column 'Giá trị' in .*did you mean 'Giá trì'\?\)"):
        read(path, "Tỉnh,Năm,Giới,Giá trì\nĐiện Biên,2024,,1\n")


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("20225", "no day|as Excel counts it|no period"),
        ("2568", "looks like a Buddhist year, 2025; write that"),
        ("2024-2025", "is a school year, no calendar year; write 2024-09/P9M"),
        ("2024-25", "is a school year"),
        ("45292", "is the day 2024-01-01 as Excel counts it"),
        ("2024-01-31", "is a day; write its year as a number, or 2024-01"),
        ("2024.0", "is no period; write 2025"),
        ("２０２４", "is no period"),
        ("", "empty period"),
    ],
)
def test_fault_57_what_is_no_year_is_quarantined_with_what_it_looks_like(
    path, period, said
) -> None:
    reading = read(path, HEAD + f"Điện Biên,{period},,1\nLai Châu,2025,,2\n")
    (broken,) = reading.quarantined
    assert len(reading.rows) == 1
    assert (broken.where, broken.value) == ("s/t.csv line 2, column 'Năm'", period)
    assert any(part in broken.rule for part in said.split("|"))


def test_fault_57_a_preliminary_year_keeps_its_mark() -> None:
    assert period_of("Sơ bộ 2024") == period_of("Prel. 2024") == ("2024", "P")
    assert period_of("Năm 2024") == ("2024", "")
    assert period_of("2024-Q1") == ("2024-Q1", "")
    assert period_of("1899") is None
    assert no_period("2024-2029") == "'2024-2029' is no period; write 2025 or 2024-01/P9M"


def test_fault_61_an_unknown_area_is_quarantined_with_the_nearest(path) -> None:
    reading = read(path, HEAD + "Điện Biện,2024,Nam,7\n,2024,Nam,8\n")
    unknown, empty = reading.quarantined
    assert "unknown area 'Điện Biện'; nearest are Điện Biên" in unknown.rule
    assert (unknown.where, unknown.value) == ("s/t.csv line 2, column 'Tỉnh'", "Điện Biện")
    assert empty.rule == "empty area; every figure needs one"


def test_fault_39_a_code_that_lost_its_zeros_is_restored_and_noted(path) -> None:
    reading = read(path, HEAD + "3127,2024,,5\n")
    assert reading.rows[0].ref_area == "03127"
    assert reading.notes == ("area '3127' had lost its leading zeros and was read as '03127'",)
    kept = read(path, HEAD + "00127,2024,,5\n", areas={})
    assert kept.rows[0].ref_area == "00127"


def test_areas_and_indicators_that_are_not_asked_for_are_left_out_and_counted(path) -> None:
    columns = DECLARED["columns"] | {"indicator": "Chỉ tiêu"}
    head = "Tỉnh,Năm,Giới,Giá trị,Chỉ tiêu\n"
    rows = (
        "Hà Nội,2024,,1,b\nLai Châu,2024,,2,a\nLai Châu,24,,3,b\n,2024,,4,b\nLai Châu,2024,,5,b\n"
    )
    options = {"columns": columns, "indicator": "", "indicators": {"b": "at_risk"}}
    reading = read(path, head + rows, **options, only_mapped=True)
    assert (len(reading.rows), len(reading.quarantined), reading.left_out) == (1, 2, 2)
    reading = read(path, head + rows, **options)
    assert [q.rule.split(" ")[1] for q in reading.quarantined] == [
        *("area", "indicator"),
        *("is", "area;"),
    ]


def test_an_unknown_group_and_two_columns_that_disagree_are_quarantined(path) -> None:
    columns = DECLARED["columns"] | {"residence": "Nơi"}
    groups = {"Nam": {"sex": "M"}, "Nữ nông thôn": {"sex": "F", "residence": "R"}}
    rows = ("Nam,1,Nữ nông thôn", "trẻ,2,U", "F,3,Nữ nông thôn")
    content = "\n".join(("Tỉnh,Năm,Giới,Giá trị,Nơi", *(f"Điện Biên,2024,{row}" for row in rows)))
    reading = read(path, content, columns=columns, groups=groups)
    assert [(row.sex, row.residence) for row in reading.rows] == [("F", "R")]
    assert [q.rule for q in reading.quarantined] == [
        "two columns give another sex; correct one",
        "unknown sex 'trẻ'; map it in [file.groups]",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", HEAD, HEAD + "\n\n", HEAD + ",,,\n", "\ufeff"])
def test_fault_53_a_file_without_a_row_is_refused(path, content) -> None:
    with pytest.raises(SourceError, match=r"no rows|no header in s/t.csv line 1|no figures"):
        read(path, content)


def test_fault_54_one_long_line_is_refused(path) -> None:
    with pytest.raises(SourceError, match=r"unreadable header in s/t.csv line 1: field larger"):
        read(path, "x" * 200_000 + "\n1\n")
    with pytest.raises(SourceError, match=r"s/t.csv line 3 is longer than 1 MB; it is no table"):
        read(path, GOOD.replace("88", "8" * 1_000_001))
    long_file = HEAD + "Lai Châu,2025,,1\n" * 60_000
    assert read(path, long_file.replace("\n", "\r")).seen == 60_000


def test_fault_53_one_row_is_enough(path) -> None:
    assert read(path, HEAD + "Lai Châu,2025,,1").seen == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Điện Biên,2024,,1\nLai Châu,2025,1\n", "3 cells instead of 4 in s/t.csv line 3"),
        ("Điện Biên,2024,,1\nLai Châu,2025,,1,204\n", "5 cells instead of 4 in s/t.csv line 3"),
        # one line too short and one too long have the right number of cells together
        ("a,b,c\na,b,c,d,e\n", "3 cells instead of 4 in s/t.csv line 2"),
        ('"Điện Biên",2024,"",12"4\n', "stray double quote in s/t.csv line 2"),
        ('Lai Châu,2024,,5\n"Điện "Biên",2024,,"1"\n', "stray double quote in s/t.csv line 3"),
        ('Lai Châu,2024,,5\n"Điện Biên,2024,,1\n', "stray double quote in s/t.csv line 3"),
        ('Lai Châu,2024,,5\n"Điện\nBiên",2024,,1\n', "a line end inside a cell in s/t.csv line 3"),
    ],
)
def test_fault_55_a_broken_line_is_refused_with_its_number(path, rows, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(path, HEAD + rows)


def test_fault_55_quotes_where_they_may_be_are_read(path) -> None:
    rows = '"Điện Biên","2024","","a ""b"", c"\n"Lai Châu",2025,"",""""\n'
    assert [row.text for row in read(path, HEAD + rows).rows] == ['a "b", c', '"']


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"header_rows": 2}, "header_rows of a tidy table in s/source.toml must be 1"),
        ({"columns": {"text": "x"}}, "need ref_area and text"),
        ({"indicator": ""}, "needs indicator, either its own or in columns"),
        ({"time_period": "2025"}, "needs time_period, either its own or in columns"),
        ({"columns": DECLARED["columns"] | {"where": "x"}}, "where in columns .* is not read"),
    ],
)
def test_a_declaration_that_leaves_something_open_is_refused(path, other, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(path, GOOD, **other)


ROWS = [
    ["Tỉnh", "Năm", "Giới", "Giá trị"],
    ["Điện Biên", 2024, "Nam", 1204],
    [3127, 2025, None, "5"],
]


def test_a_sheet_is_read_as_a_text_file_is(xlsx) -> None:
    first, last = read_sheet(xlsx, ROWS).rows
    assert (first.time_period, first.text, first.sex) == ("2024", "1204", "M")
    assert (first.place, first.where) == ("2", "s/t.xlsx sheet 'Biểu 1' row 2")
    assert (last.ref_area, last.text) == ("03127", "5")


def test_fault_39_days_and_apostrophes_in_cells_are_noticed(xlsx) -> None:
    def change(sheet) -> None:
        sheet["B2"].number_format = "yyyy"  # 2024 days after 1900: a year formatted as a day
        sheet["D3"] = "'1.204"

    reading = read_sheet(xlsx, ROWS, change, language="vi")
    assert reading.rows[0].text == "1.204"
    assert "1905-07-16' is a day" in reading.quarantined[0].rule
    assert any("apostrophe before 1 cells" in note for note in reading.notes)


def test_fault_38_hidden_rows_are_quarantined_and_hidden_columns_refused(xlsx) -> None:
    reading = read_sheet(xlsx, ROWS, lambda s: setattr(s.row_dimensions[2], "hidden", True))
    assert [q.rule for q in reading.quarantined] == ["hidden row; unhide it, or delete it"]
    with pytest.raises(SourceError, match=r"column 'Năm' of .* is hidden; unhide it"):
        read_sheet(xlsx, ROWS, lambda s: setattr(s.column_dimensions["B"], "hidden", True))
    with pytest.raises(SourceError, match="merged cells in the header"):
        read_sheet(xlsx, [*ROWS[:1], *ROWS], lambda s: s.merge_cells("E1:F1"))


WORDS = st.sampled_from(["Điện Biên", "Lai Châu", "Hà Nội", "3127", ""])
PERIODS = st.sampled_from(["2024", "2025", "2568", "", "x"])
GROUPS = st.sampled_from(["Nam", "M", "?", ""])
ROW = st.tuples(WORDS, PERIODS, GROUPS, st.sampled_from(["1", "", "x", "1 2"]))


@given(st.lists(ROW, min_size=1, max_size=12), st.booleans(), st.integers(0, 2))
def test_rows_in_are_figures_quarantined_and_left_out(
    tmp_path_factory, rows, only_mapped, blank
) -> None:
    path = tmp_path_factory.getbasetemp() / "random.csv"
    lines = [",".join(cells) for cells in rows] + [",,,"] * blank
    filled = sum(any(cells) for cells in rows)
    if not filled:
        return
    reading = read(path, HEAD + "\n".join(lines), only_mapped=only_mapped)
    assert reading.seen == filled
    assert len(reading.rows) + len(reading.quarantined) + reading.left_out == filled
    assert only_mapped or not reading.left_out
    good = [r for r in rows if r[0] not in ("Hà Nội", "") and r[1][:2] == "20" and r[2] != "?"]
    assert [row.text for row in reading.rows] == [cells[3] for cells in good]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(tmp_path_factory, raw) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz-tidy.csv"
    for content in (raw, HEAD.encode() + raw, GOOD.encode() + raw):
        try:
            reading = read(path, content)
        except SourceError:
            continue
        assert reading.seen == len(reading.rows) + len(reading.quarantined)
