"""DHIS2's analytics are read long and as tables, JSON and CSV; every value is accounted for."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources.readers.dhis2_csv import read_dhis2_csv
from childstats.sources.readers.dhis2_json import read_dhis2_json
from childstats.sources.reading import Reading, ReceivedFile

SAMPLES = ROOT.parent / "shared" / "samples" / "dhis2"
AREAS = {"Điện Biên": "VN-71", "ouLaiChau01": "VN-01"}
INDICATORS = {"ANC 1st visit": "anc1", "dxAnc4visit": "anc4"}
ITEMS = {
    "dx": "Data",
    "pe": "Period",
    "ou": "Organisation unit",
    "dxAnc1visit": "ANC 1st visit",
    "dxAnc4visit": "ANC 4th visit",
    "ouDienBien1": "Điện Biên",
    "ouLaiChau01": "Lai Châu",
    "202401": "January 2024",
    "2024Q1": "January - March 2024",
}


def header(name: str, title: str, *, meta: bool = True) -> dict[str, object]:
    return {"name": name, "column": title, "valueType": "TEXT", "hidden": False, "meta": meta}


LONG = [header("dx", "Data"), header("pe", "Period"), header("ou", "Organisation unit")]
VALUE = header("value", "Value", meta=False)


def answer(headers: list, rows: list[list], **dimensions: list[str]) -> dict[str, object]:
    return {
        "headers": headers,
        "metaData": {
            "items": {code: {"name": name} for code, name in ITEMS.items()},
            "dimensions": dimensions,
        },
        "rows": rows,
        "height": len(rows),
        "width": len(headers),
    }


def read(folder: Path, content: object, **declared) -> Reading:
    path = folder / "dhis2.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    options = {"areas": AREAS, "indicators": INDICATORS} | declared
    return read_dhis2_json(path, ReceivedFile(path.name, "dhis2_json", **options), source_id="s")


def read_csv(folder: Path, text: str, **declared) -> Reading:
    path = folder / "dhis2.csv"
    path.write_text(text, encoding="utf-8", newline="")
    options = {"areas": AREAS, "indicators": INDICATORS} | declared
    return read_dhis2_csv(path, ReceivedFile(path.name, "dhis2_csv", **options), source_id="s")


def test_ids_and_names_in_the_long_layout(tmp_path: Path) -> None:
    rows = [
        ["dxAnc1visit", "202401", "ouDienBien1", "362.50"],
        ["ANC 4th visit", "January - March 2024", "Lai Châu", 7],
    ]
    ids = {"dx": ["dxAnc1visit", "dxAnc4visit"], "pe": ["202401", "2024Q1"]}
    reading = read(tmp_path, answer([*LONG, VALUE], rows, **ids, ou=["ouDienBien1", "ouLaiChau01"]))
    first, second = reading.rows
    assert (first.indicator, first.ref_area, first.time_period, first.text) == (
        *("anc1", "VN-71"),
        *("2024-01", "362.50"),
    )
    assert (second.indicator, second.ref_area, second.time_period, second.text) == (
        *("anc4", "VN-01"),
        *("2024-Q1", "7"),
    )
    assert (first.place, first.where) == ("1", "s/dhis2.json row 1, Value")
    assert first.locator == "row 1, Value (ANC 1st visit, Điện Biên, January 2024)"


def test_what_the_answer_is_filtered_by_is_that_of_every_value(tmp_path: Path) -> None:
    content = answer(
        [LONG[0], VALUE],
        [["dxAnc1visit", "3"]],
        dx=["dxAnc1visit"],
        pe=["2024"],
        ou=["ouLaiChau01"],
    )
    (row,) = read(tmp_path, content).rows
    assert (row.ref_area, row.time_period) == ("VN-01", "2024")
    content["metaData"]["dimensions"]["ou"].append("ouDienBien1")
    (cell,) = read(tmp_path, content).quarantined
    assert "unknown area 'Lai Châu and Điện Biên'" in cell.rule
    (both,) = read(tmp_path, content, areas={"Lai Châu and Điện Biên": "VN-NW"}).rows
    assert both.ref_area == "VN-NW"


def test_a_filter_by_another_dimension_is_a_group(tmp_path: Path) -> None:
    content = answer(
        [*LONG, VALUE], [["dxAnc1visit", "2024", "ouLaiChau01", "3"]], SH885jaRe0o=["oRuralUnits"]
    )
    content["metaData"]["items"] |= {"oRuralUnits": {"name": "Rural"}}
    assert "unknown group 'Rural' of SH885jaRe0o" in read(tmp_path, content).quarantined[0].rule
    (row,) = read(tmp_path, content, groups={"Rural": {"residence": "R"}}).rows
    assert row.residence == "R"


def test_category_option_combinations_are_groups(tmp_path: Path) -> None:
    co = header("co", "Category option combo")
    rows = [
        ["dxAnc1visit", name, "2024", "ouLaiChau01", text]
        for name, text in (("default", "9"), ("Female", "5"), ("Outreach", "4"))
    ]
    content = answer([LONG[0], co, *LONG[1:], VALUE], rows)
    reading = read(tmp_path, content, groups={"Female": {"sex": "F"}})
    assert [(row.sex, row.text) for row in reading.rows] == [("", "9"), ("F", "5")]
    assert "unknown group 'Outreach' of co" in reading.quarantined[0].rule


def test_an_empty_answer_has_no_figures(tmp_path: Path) -> None:
    reading = read(tmp_path, answer([*LONG, VALUE], []))
    assert (reading.seen, reading.rows, reading.quarantined) == (0, (), ())


TABLE = [
    header("Organisation unit ID", "organisationunitid"),
    header("Organisation unit", "organisationunitname"),
    header("Organisation unit description", "organisationunitdescription"),
    header("ANC 1st visit January 2024", "ANC 1st visit January 2024", meta=False),
    header("ANC 4th visit January 2024", "ANC 4th visit January 2024", meta=False),
    header("Malaria January 2024", "Malaria January 2024", meta=False),
]


def test_the_table_layout(tmp_path: Path) -> None:
    rows = [
        ["ouLaiChau01", "Lai Châu", "", "12", "", "1"],
        ["ouDienBien1", "Điện Biên", "", 34.0, 5, None],
    ]
    content = answer(TABLE, rows, dx=["dxAnc1visit", "dxAnc4visit"], pe=["202401"])
    reading = read(tmp_path, content)
    assert [(r.indicator, r.ref_area, r.time_period, r.text) for r in reading.rows] == [
        ("anc1", "VN-01", "2024-01", "12"),
        ("anc4", "VN-01", "2024-01", ""),
        ("anc1", "VN-71", "2024-01", "34.0"),
        ("anc4", "VN-71", "2024-01", "5"),
    ]
    assert reading.rows[1].obs_status == "O"
    assert reading.rows[0].place == "1.4"
    assert {cell.rule for cell in reading.quarantined} == {
        "heading 'Malaria January 2024' cannot be taken apart"
    }
    assert read(tmp_path, content, only_mapped=True).left_out == 2


def test_two_units_of_one_name_are_never_chosen_between(tmp_path: Path) -> None:
    content = answer(
        [*LONG, VALUE], [["dxAnc1visit", "2024", "Tân Lập", "3"]], ou=["ouTanLap001", "ouTanLap002"]
    )
    for code in ("ouTanLap001", "ouTanLap002"):
        content["metaData"]["items"][code] = {"name": "Tân Lập"}
    (cell,) = read(tmp_path, content, areas={"Tân Lập": "VN-X"}).quarantined
    assert "'Tân Lập' is the name of ouTanLap001 and ouTanLap002; ask for ids" in cell.rule


def test_metadata_before_version_2_27(tmp_path: Path) -> None:
    content = answer([*LONG, VALUE], [["dxAnc1visit", "202401", "ouDienBien1", "3"]])
    content["metaData"] = {"names": ITEMS, "ou": ["ouDienBien1"], "pe": ["202401"]}
    assert read(tmp_path, content).rows[0].ref_area == "VN-71"


@pytest.mark.parametrize(
    ("period", "read_as"),
    [
        ("2024", "2024"),
        ("202412", "2024-12"),
        ("2024Q4", "2024-Q4"),
        ("2024S2", "2024-S2"),
        ("2024W5", "2024-W05"),
        ("2024W53", "2024-W53"),
        ("Tháng 3 2024", "2024-03"),
        ("2024Oct", None),
        ("20240131", None),
        ("2024W54", None),
        ("2024BiW1", None),
        ("202413", None),
        ("２０２４", None),
        ("2567", None),
        ("", None),
    ],
)
def test_periods(tmp_path: Path, period, read_as) -> None:
    content = answer([*LONG, VALUE], [["dxAnc1visit", period, "ouLaiChau01", "3"]])
    reading = read(tmp_path, content)
    assert [row.time_period for row in reading.rows] == ([read_as] if read_as else [])
    assert [cell.rule.split(";")[0] for cell in reading.quarantined] == (
        [] if read_as else [f"unreadable period {period!r}"]
    )


GOOD = answer([*LONG, VALUE], [["dxAnc1visit", "2024", "ouLaiChau01", "3"]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"status": "ERROR", "message": "no\ndimension"}, "but the error 'no dimension'"),
        ([], "s/dhis2.json is no answer of DHIS2's analytics; check file and layout"),
        (GOOD | {"height": 84}, "has 1 rows and says 84; ask for it again"),
        (GOOD | {"rows": [["a"]]}, "1 cells instead of 4 in s/dhis2.json row 1"),
        (GOOD | {"rows": {}}, "rows of s/dhis2.json is not a list of lists"),
        (GOOD | {"headers": [*LONG, LONG[0]]}, "column 'dx' is twice in s/dhis2.json"),
        (GOOD | {"headers": [header(x, x) for x in "abcd"]}, "neither a column value nor"),
        (json.dumps(GOOD)[:-2], "is not whole JSON"),
        (json.dumps(GOOD).replace('"3"', "NaN"), "NaN stands for a number"),
    ],
)
def test_a_broken_answer_is_refused(tmp_path: Path, content, message) -> None:
    with pytest.raises(SourceError, match=re.escape(message)):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "head", ["Data,Period,Organisation unit,Value", "dx,pe,ou,value", '"ou","Value","dx","pe"']
)
def test_csv_long_with_ids_or_names(tmp_path: Path, head: str) -> None:
    cells = {"dx": "ANC 1st visit", "pe": "202401", "ou": "ouLaiChau01", "value": "9"}
    order = ("ou", "value", "dx", "pe") if head.startswith('"') else ("dx", "pe", "ou", "value")
    reading = read_csv(tmp_path, f"{head}\n" + ",".join(cells[name] for name in order) + "\n")
    (row,) = reading.rows
    assert (row.indicator, row.ref_area, row.time_period, row.text) == (
        *("anc1", "VN-01"),
        *("2024-01", "9"),
    )
    assert row.where == "s/dhis2.csv line 2, Value"


def test_csv_with_the_counts_beside_and_constants(tmp_path: Path) -> None:
    text = "Organisation unit,Value,Numerator,Denominator\nĐiện Biên,9.5,19,200\n"
    declared = {"indicator": "anc1", "indicators": {}, "time_period": "2024"}
    (row,) = read_csv(tmp_path, text, **declared).rows
    assert (row.indicator, row.time_period, row.text) == ("anc1", "2024", "9.5")
    with pytest.raises(SourceError, match="has no column pe; ask for pe as"):
        read_csv(tmp_path, text, indicator="anc1", indicators={})
    with pytest.raises(SourceError, match="has no column dx; ask for dx as"):
        read_csv(tmp_path, text, time_period="2024")


def test_csv_of_data_values(tmp_path: Path) -> None:
    text = (
        '"dataelement","period","orgunit","categoryoptioncombo","attributeoptioncombo","value",'
        '"storedby","lastupdated","comment","followup"\n'
        '"dxAnc4visit","202401","ouLaiChau01","HllvX50cXC0","HllvX50cXC0","12","a","b","c","false"\n'
    )
    (row,) = read_csv(tmp_path, text, groups={"HllvX50cXC0": {}}).rows
    assert (row.indicator, row.text) == ("anc4", "12")


def test_csv_in_the_table_layout(tmp_path: Path) -> None:
    text = (
        '"orgunitlevel1","organisationunitid","organisationunitname","organisationunitcode",'
        '"organisationunitdescription","ANC 1st visit January 2024","ANC 1st visit 2024 Female",'
        '"Total"\n"Việt Nam","ouLaiChau01","Lai Châu","301","","12","5","17"\n'
        '"Việt Nam","ou000000001","Điện Biên","301","","1","2","3"\n'
    )
    reading = read_csv(tmp_path, text, groups={"Female": {"sex": "F"}})
    assert [(r.ref_area, r.time_period, r.sex, r.text) for r in reading.rows] == [
        ("VN-01", "2024-01", "", "12"),
        ("VN-01", "2024", "F", "5"),
        ("VN-71", "2024-01", "", "1"),
        ("VN-71", "2024", "F", "2"),
    ]
    assert [cell.value for cell in reading.quarantined] == ["17", "3"]


def test_a_further_dimension_in_the_rows_of_a_table_is_a_group(tmp_path: Path) -> None:
    text = (
        "organisationunitid,organisationunitname,SH885jaRe0oid,SH885jaRe0oname,SH885jaRe0ocode,"
        "SH885jaRe0odescription,ANC 1st visit 2024\n"
        "ouLaiChau01,Lai Châu,oRuralUnits,Rural,,,7\nouLaiChau01,Lai Châu,oUrbanUnits,Urban,,,5\n"
    )
    reading = read_csv(tmp_path, text, groups={"Rural": {"residence": "R"}})
    assert [(row.residence, row.text) for row in reading.rows] == [("R", "7")]
    (cell,) = reading.quarantined
    assert "unknown group 'Urban' of SH885jaRe0o" in cell.rule


def test_a_heading_that_can_be_read_in_two_ways_is_not_read(tmp_path: Path) -> None:
    text = "organisationunitname,ANC 2024 2023\nĐiện Biên,4\n"
    indicators = {"ANC 2024": "a", "ANC": "b", "2024": "c"}
    reading = read_csv(tmp_path, text, indicators=indicators)
    assert [row.indicator for row in reading.rows] == ["a"]
    text = "dataname,2024 2023\nANC,4\n"
    reading = read_csv(tmp_path, text, indicators=indicators, areas={"2024": "A", "2023": "B"})
    assert "heading '2024 2023' cannot be taken apart" in reading.quarantined[0].rule


def test_a_very_long_heading_does_not_hang(tmp_path: Path) -> None:
    text = f"organisationunitname,{'2024 ' * 20_000}\nĐiện Biên,4\n"
    assert len(read_csv(tmp_path, text).quarantined) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("GHO,YEAR,COUNTRY\nx,2020,VNM\n", "no header in s/dhis2.csv that makes it CSV of DHIS2"),
        ("dx,pe,ou,value\na,2024,b\n", "3 cells instead of 4 in s/dhis2.csv line 2"),
        ("dx,pe,ou,ou,value\na,2024,b,b,1\n", "columns 3 and 4 of s/dhis2.csv are both 'ou'"),
    ],
)
def test_a_broken_csv_is_refused(tmp_path: Path, text, message) -> None:
    with pytest.raises(SourceError, match=message):
        read_csv(tmp_path, text)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ANC 1st visit", "dxAnc4visit", "Other", ""]),
        st.sampled_from(["2024", "202401", "2024W5", "never"]),
        st.sampled_from(["Điện Biên", "ouLaiChau01", "Sơn La"]),
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=6),
    ),
    max_size=10,
)


@settings(max_examples=60)
@given(rows=ROWS, only_mapped=st.booleans())
def test_every_value_is_accounted_for(tmp_path_factory, rows, only_mapped) -> None:
    folder = tmp_path_factory.mktemp("f")
    with io.StringIO(newline="") as out:
        csv.writer(out).writerows([("dx", "pe", "ou", "value"), *rows])
        text = out.getvalue()
    mapped = [row for row in rows if row[0] in INDICATORS and row[2] != "Sơn La"]
    figures = sum(row[1] != "never" for row in mapped)
    content = answer([*LONG, VALUE], [list(row) for row in rows])
    for reading in (
        read_csv(folder, text, only_mapped=only_mapped),
        read(folder, content, only_mapped=only_mapped),
    ):
        assert (reading.seen, len(reading.rows)) == (len(rows), figures)
        assert reading.left_out == (len(rows) - len(mapped) if only_mapped else 0)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the publishers' files are not beside the project")
def test_a_servers_own_answers() -> None:
    path = SAMPLES / "analytics.json-2e4572.body.json"
    published = json.loads(path.read_text(encoding="utf-8"))
    french = {item["name"]: code for code, item in published["metaData"]["items"].items()}
    names = {row[0]: row[0] for row in published["rows"]}
    declared = ReceivedFile(
        path.name, "dhis2_json", areas={"Sierra Leone": "SLE"}, indicators=names
    )
    reading = read_dhis2_json(path, declared, source_id="s")
    assert (reading.seen, len(reading.rows)) == (84, len(published["rows"]))
    for row, (data, month, text) in zip(reading.rows, published["rows"], strict=True):
        assert (row.indicator, row.text, row.ref_area) == (data, text, "SLE")
        assert row.time_period.replace("-", "") == french[month]
    by_name = {"ANC 1st visit Fixed": "anc1", "fbfJHSPpUQD.PT59n8BQbqM": "anc1_outreach"}
    few = ReceivedFile(path.name, "dhis2_json", areas={"ImspTQPwCqd": "SLE"}, indicators=by_name)
    assert len(read_dhis2_json(path, few, source_id="s").rows) == 24
    empty = SAMPLES / "analytics.json-8305c9.body.json"
    nothing = ReceivedFile(empty.name, "dhis2_json", indicator="x")
    assert read_dhis2_json(empty, nothing, source_id="s").seen == 0
