"""The World Bank's JSON and CSV are read as received, and every cell is accounted for."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources.readers.worldbank_csv import read_worldbank_csv
from childstats.sources.readers.worldbank_json import read_worldbank_json
from childstats.sources.reading import Reading, ReceivedFile

AREAS = {"VNM": "VNM", "World": "W"}
HEAD = {"page": 1, "pages": 1, "per_page": "1000", "total": 2, "lastupdated": "2024-05-30"}
ROW = {
    "indicator": {"id": "SP.POP.TOTL", "value": "Population, total"},
    "country": {"id": "VN", "value": "Viet Nam"},
    "countryiso3code": "VNM",
    "date": "2022",
    "value": 98186856,
    "unit": "",
    "obs_status": "",
    "decimal": 0,
}


def read_json(folder: Path, content: object, **declared) -> Reading:
    path = folder / "wb.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    options = {"indicator": "population", "areas": AREAS} | declared
    received = ReceivedFile(path.name, "worldbank_json", **options)
    return read_worldbank_json(path, received, source_id="s")


def test_an_answer_with_a_null(tmp_path: Path) -> None:
    reading = read_json(tmp_path, [HEAD, [ROW, ROW | {"date": "2023", "value": None}]])
    known, missing = reading.rows
    assert (known.ref_area, known.time_period, known.text) == ("VNM", "2022", "98186856")
    assert (missing.text, missing.obs_status) == ("", "O")
    assert (known.place, known.where) == ("1/0/value", "s/wb.json row 0")
    assert known.locator == "SP.POP.TOTL, VNM, 2022 (row 0)"


def test_names_status_periods_and_digits(tmp_path: Path) -> None:
    aggregate = ROW | {
        "countryiso3code": "",
        "country": {"id": "1W", "value": "World"},
        "date": "2020Q1",
        "obs_status": "F",
    }
    text = json.dumps([HEAD, [aggregate, ROW]]).replace("98186856", "98.1860")
    world, _ = read_json(tmp_path, text, indicator="", indicators={"Population, total": "pop"}).rows
    assert (world.ref_area, world.time_period, world.obs_status) == ("W", "2020-Q1", "F")
    assert (world.text, world.indicator) == ("98.1860", "pop")


def test_no_rows_and_rows_that_cannot_be_used(tmp_path: Path) -> None:
    assert read_json(tmp_path, [HEAD | {"total": 0}, None]).seen == 0
    odd = [ROW | {"countryiso3code": "THA", "country": None}, ROW | {"date": "2566"}]
    rules = [cell.rule for cell in read_json(tmp_path, [HEAD, odd]).quarantined]
    assert rules[0].startswith("unknown area 'THA'")
    assert rules[1].startswith("unreadable period '2566'")


ERROR = [{"message": [{"id": "120", "key": "Invalid value", "value": "The\nvalue is not valid"}]}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (ERROR, "holds an error of the World Bank's API: 'The value is not valid'"),
        ([{"message": "x"}], "API: 'x'"),
        ([HEAD | {"pages": 3, "total": 6}, [ROW, ROW]], "page 1 of 3, 2 of 6 rows; ask for all"),
        ([HEAD, [ROW]], "1 of 2 rows; ask for all with per_page=2"),
        ([HEAD], "is no answer of the World Bank's API"),
        ({"a": 1}, "is no answer of the World Bank's API"),
        ([HEAD | {"total": 1}, [1]], "is not a list of World Bank rows"),
        ([HEAD | {"total": 1}, [{"date": "2020"}]], "row 0 of s/wb.json has no indicator"),
        (json.dumps([HEAD, [ROW]])[:-9], "is not whole JSON"),
        (json.dumps([HEAD, [ROW, ROW]]).replace("98186856", "Infinity"), "Infinity stands for"),
        (
            [HEAD, [ROW, ROW | {"indicator": {"id": "B", "value": ""}}]],
            "several indicators, 'SP.POP.TOTL' and 'B'",
        ),
    ],
)
def test_an_answer_that_is_none_or_a_part_is_refused(tmp_path: Path, content, message) -> None:
    with pytest.raises(SourceError, match=re.escape(message)):
        read_json(tmp_path, content)


BULK = (
    '"Data Source","World Development Indicators",\r\n\r\n"Last Updated Date","2024-05-30",\r\n\r\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","1960","1961",\r\n'
    '"Viet Nam","VNM","Population, total","SP.POP.TOTL","32718461","",\r\n'
    '"Aruba","ABW","Population, total","SP.POP.TOTL","54608","55811",\r\n'
)


def read_csv(folder: Path, text: str, **declared) -> Reading:
    path = folder / "wb.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    options = {"indicator": "population", "areas": AREAS} | declared
    received = ReceivedFile(path.name, "worldbank_csv", **options)
    return read_worldbank_csv(path, received, source_id="s")


def test_the_bulk_download(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, BULK)
    first, second = reading.rows
    assert (first.text, first.time_period, first.obs_status) == ("32718461", "1960", "")
    assert (second.text, second.time_period, second.obs_status) == ("", "1961", "O")
    assert (first.place, first.where) == ("6.5", "s/wb.csv line 6, 1960")
    assert first.locator == "row VNM, column 1960"
    assert (reading.seen, len(reading.quarantined)) == (4, 2)
    assert read_csv(tmp_path, BULK, only_mapped=True).left_out == 2


def test_databanks_csv(tmp_path: Path) -> None:
    text = (
        "Series Name,Series Code,Country Name,Country Code,1990 [YR1990],1991 [YR1991]\n"
        '"Population, total",SP.POP.TOTL,Viet Nam,VNM,66912613,..\n\n\n'
        "Data from database: World Development Indicators\nLast Updated: 06/28/2024\n"
    )
    reading = read_csv(tmp_path, text, indicators={"SP.POP.TOTL": "pop"}, indicator="")
    assert [(r.time_period, r.text) for r in reading.rows] == [("1990", "66912613"), ("1991", "..")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("Country Code", "Code"), "no header in s/wb.csv that makes it a CSV download"),
        (('"1961",\r', '"1960",\r'), "columns 5 and 6 of s/wb.csv are both '1960'"),
        (('"54608",', ""), "6 cells instead of 7 in s/wb.csv line 7"),
        (('"55811",', '"55811","x"'), "column 7 has no heading"),
        (('"SP.POP.TOTL","54608"', '"B","54608"'), "several indicators, 'SP.POP.TOTL' and 'B'"),
    ],
)
def test_a_broken_csv_is_refused(tmp_path: Path, change, message) -> None:
    assert change[0] in BULK
    with pytest.raises(SourceError, match=message):
        read_csv(tmp_path, BULK.replace(*change))


def test_only_the_header_may_end_in_a_comma_if_no_row_does(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, BULK.replace('"",\r', '""\r').replace('"55811",', '"55811"'))
    assert [row.text for row in reading.rows] == ["32718461", ""]


def test_a_column_that_is_no_period_is_quarantined(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, BULK.replace('"1961"', '"Rank"'), only_mapped=True)
    (cell,) = reading.quarantined
    assert "unreadable period 'Rank'" in cell.rule


def test_a_cell_of_what_is_no_letter_is_read_as_it_stands(tmp_path: Path) -> None:
    text = "Country Name,Country Code,Indicator Code,1960,1961,x\nname,VNM,P,\U0010ffff,,7\n"
    reading = read_csv(tmp_path, text, only_mapped=False)
    assert [row.text for row in reading.rows] == ["\U0010ffff", ""]


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["VNM", "ABW", ""]),
            st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=6),
            st.sampled_from(["", "1", "2.50"]),
        ),
        max_size=8,
    ),
    only_mapped=st.booleans(),
)
def test_every_cell_is_accounted_for(tmp_path_factory, rows, only_mapped) -> None:
    with io.StringIO(newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Country Name", "Country Code", "Indicator Code", "1960", "1961", "x"])
        writer.writerows(["name", code, "P", first, second, "7"] for code, first, second in rows)
        text = out.getvalue()
    reading = read_csv(tmp_path_factory.mktemp("f"), text, only_mapped=only_mapped)
    mapped = sum(code == "VNM" for code, _, _ in rows)
    assert reading.seen == 3 * len(rows)
    assert len(reading.rows) == 2 * mapped
    assert reading.left_out == (3 * (len(rows) - mapped) if only_mapped else 0)


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "countryiso3code": st.sampled_from(["VNM", "ABW", ""]),
                "date": st.sampled_from(["2020", "2020M01", "never"]),
                "value": st.none()
                | st.integers()
                | st.floats(allow_nan=False, allow_infinity=False),
            }
        ),
        max_size=8,
    ),
    only_mapped=st.booleans(),
)
def test_every_row_of_an_answer_is_accounted_for(tmp_path_factory, rows, only_mapped) -> None:
    answer = [HEAD | {"total": len(rows)}, [ROW | {"country": None} | row for row in rows]]
    reading = read_json(tmp_path_factory.mktemp("f"), answer, only_mapped=only_mapped)
    mapped = [row for row in rows if row["countryiso3code"] == "VNM"]
    good = [row for row in mapped if row["date"] != "never"]
    assert reading.seen == len(rows)
    assert [row.text for row in reading.rows] == [
        "" if row["value"] is None else json.dumps(row["value"]) for row in good
    ]
    assert reading.left_out == (len(rows) - len(mapped) if only_mapped else 0)
