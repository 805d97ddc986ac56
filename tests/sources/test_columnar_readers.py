"""What is read by whole columns is read as if every row stood alone in its file."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.errors import FigureError
from childstats.figures.parse import parse_figure
from childstats.sources.readers import reader_of
from childstats.sources.reading import PrintedRow, Reading, ReceivedFile

AREAS = {"VNM": "VNM", "LAO": "LAO", "WPR": "WPR", "Bo": "VN-71"}
INDICATORS = {"MDG_7": "under_five_mortality_rate", "SP.X": "population", "Anc one": "at_risk"}
GROUPS = {"Rich": {"wealth_quintile": "Q5"}}
NUMBERS = st.sampled_from(["", "21.6", "7", "1.50", "-"])
AREA = st.sampled_from(["VNM", "LAO", "XXX", ""])
GHO = (
    ["GHO", "PUBLISHSTATE", "YEAR", "REGION", "COUNTRY", "SEX", "Display Value"],
    ["Numeric", "Low", "High", "Comments"],
)
GHO_ROW = st.tuples(
    *(st.sampled_from(["MDG_7", "MDG_X"]), st.sampled_from(["PUBLISHED", "DRAFT", ""])),
    *(st.sampled_from(["2010", "2011", "19x"]), st.sampled_from(["", "WPR"]), AREA),
    st.sampled_from(["MLE", "BTSX", "", "Rich", "odd"]),
    st.sampled_from(["21.6 [18.6-25.8]", "21.6", "No data", "", "21.6 [ -2]", "<1 [<1–2]"]),
    *(NUMBERS, NUMBERS, NUMBERS, st.just("with, comma")),
)
BULK = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", "2019", "x", "2020"]
BULK_ROW = st.tuples(
    *(st.just("Name"), AREA, st.just("n"), st.sampled_from(["SP.X", "SP.Z"])),
    *(NUMBERS, NUMBERS, NUMBERS),
)
LONG = ["Data", "Period", "Organisation unit", "Category option combo", "Sex", "Value"]
LONG_ROW = st.tuples(
    *(st.sampled_from(["Anc one", "?"]), st.sampled_from(["201601", "2016", "Q"])),
    *(st.sampled_from(["Bo", "zz", ""]), st.sampled_from(["default", "", "odd"])),
    *(st.sampled_from(["Male", "", "Rich"]), NUMBERS),
)
PIVOT = ["organisationunitid", "organisationunitname", "Anc one 2016", "what", "Anc one May 2017"]
PIVOT_ROW = st.tuples(st.just("id"), st.sampled_from(["Bo", "zz"]), NUMBERS, NUMBERS, NUMBERS)
LAYOUTS = {
    "gho_csv": (GHO[0] + GHO[1], GHO_ROW, 1),
    "worldbank_csv": (BULK, BULK_ROW, 3),
    "dhis2_csv": (LONG, LONG_ROW, 1),
    "dhis2_csv pivot": (PIVOT, PIVOT_ROW, 3),
}


def read(layout: str, rows: list[tuple[str, ...]], *, only_mapped: bool = False) -> Reading:
    header = LAYOUTS[layout][0]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    name = layout.partition(" ")[0]
    options = {"areas": AREAS, "indicators": INDICATORS, "groups": GROUPS}
    declared = ReceivedFile("t.csv", name, only_mapped=only_mapped, unit="percent", **options)
    with TemporaryDirectory() as folder:
        path = Path(folder) / declared.name
        path.write_text(text.getvalue(), encoding="utf-8")
        return reader_of(name)(path, declared, source_id="s")


def placed(row: PrintedRow) -> PrintedRow:
    return replace(row, place="", where="", locator=row.locator.partition(",")[2])


@pytest.mark.parametrize("only_mapped", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=15)
@given(st.data())
def test_a_file_is_read_as_its_rows_alone_are(layout, only_mapped, data) -> None:
    _, row, figures = LAYOUTS[layout]
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    whole = read(layout, rows, only_mapped=only_mapped)
    alone = [read(layout, [one], only_mapped=only_mapped) for one in rows]
    assert whole.seen == figures * len(rows)
    assert whole.left_out == sum(part.left_out for part in alone)
    assert [placed(r) for r in whole.rows] == [placed(r) for part in alone for r in part.rows]
    assert sorted((q.value, q.rule) for q in whole.quarantined) == sorted(
        (q.value, q.rule) for part in alone for q in part.quarantined
    )
    lines = {r.where.split("line ")[1].split(",")[0] for r in whole.rows}
    assert lines <= {str(line) for line in range(2, len(rows) + 2)}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_header_alone_gives_nothing(layout) -> None:
    reading = read(layout, [])
    assert (reading.seen, reading.rows, reading.quarantined) == (0, (), ())


def test_tags_alone_give_nothing() -> None:
    tags = ("#indicator", "", "#date", "", "#country", "", "#value", "", "", "", "")
    assert read("gho_csv", [tags]).seen == 0


def test_headings_of_the_bulk_download_are_known_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "wb.csv"
    path.write_text("COUNTRY NAME,COUNTRY CODE,2020\nViet Nam,VNM,97\n", encoding="utf-8")
    declared = ReceivedFile(path.name, "worldbank_csv", indicator="population", areas=AREAS)
    (row,) = reader_of("worldbank_csv")(path, declared, source_id="s").rows
    assert (row.ref_area, row.time_period, row.text) == ("VNM", "2020", "97")


def test_notes_below_a_table_end_it_when_they_are_as_wide_as_the_table(tmp_path: Path) -> None:
    lines = ["Country Name,Country Code,2019", "Viet Nam,VNM,96", "Last Updated: 1,,", "Lao,LAO,7"]
    path = tmp_path / "wb.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    declared = ReceivedFile(path.name, "worldbank_csv", indicator="population", areas=AREAS)
    assert [r.text for r in reader_of("worldbank_csv")(path, declared, source_id="s").rows] == [
        "96"
    ]


@pytest.mark.parametrize("display", ["21.6 [ -2]", "21.6 [2- ]", "21.6 [-]", "21.6 []"])
def test_an_interval_with_a_blank_end_stays_with_its_figure_to_be_refused(display) -> None:
    row = ("MDG_7", "PUBLISHED", "2010", "", "VNM", "BTSX", display, "21.6", "", "", "")
    (read_row,) = read("gho_csv", [row]).rows
    assert (read_row.text, read_row.lower_text, read_row.upper_text) == (display, "", "")
    with pytest.raises(FigureError):
        parse_figure(read_row.text, language="en")
