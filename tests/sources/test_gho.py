"""Files of WHO's Global Health Observatory are read in each of their layouts."""

import csv
import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources.readers.gho import printed_interval
from childstats.sources.readers.gho_csv import read_gho_csv
from childstats.sources.readers.gho_json import read_gho_json
from childstats.sources.reading import Reading, ReceivedFile

SAMPLE = ROOT.parent / "shared" / "samples" / "who_gho" / "MDG_0000000007.csv"
AREAS = {"VNM": "VNM", "WPR": "WPR", "Lao PDR": "LAO"}
ATHENA = (
    '"GHO","PUBLISHSTATE","YEAR","REGION","WORLDBANKINCOMEGROUP","COUNTRY","SEX",'
    '"Display Value","Numeric","Low","High","Comments"\r\n'
)
VNM = (
    '"M7","PUBLISHED","2016","WPR","","VNM","BTSX","21.6 [18.6-25.8]","21.57","18.6","25.8",""\r\n'
)


def read(folder: Path, text: str, **declared) -> Reading:
    path = folder / "gho.csv"
    path.write_text(text, encoding="utf-8", newline="")
    options = {"indicator": "u5", "areas": AREAS} | declared
    return read_gho_csv(path, ReceivedFile(path.name, "gho_csv", **options), source_id="s")


@pytest.mark.parametrize(
    ("display", "beside", "expected"),
    [
        ("21.6 [18.6-25.8]", {"value": "21.57", "low": "1"}, ("21.6", "18.6", "25.8")),
        ("10.01 [6.29–13.74]", {}, ("10.01", "6.29", "13.74")),
        ("-0.4 [-1.2 - -0.1]", {}, ("-0.4", "-1.2", "-0.1")),
        ("1 234 [1 000-1 500]", {}, ("1 234", "1 000", "1 500")),
        ("<0.1 [<0.1-0.2]", {}, ("<0.1", "<0.1", "0.2")),
        ("21.6", {"value": "21.57", "low": "18.6"}, ("21.6", "18.6", "")),
        ("", {"value": "21.57"}, ("21.57", "", "")),
        ("No data", {}, ("", "", "")),
        ("21.6 [18.6]", {}, ("21.6 [18.6]", "", "")),
    ],
)
def test_what_is_displayed_is_taken_apart(display, beside, expected) -> None:
    assert printed_interval(display, **beside) == expected


def test_athena_with_codes(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        ATHENA
        + VNM
        + VNM.replace("BTSX", "MLE").replace("21.6 [18.6-25.8]", "24.0")
        + VNM.replace('"VNM"', '""').replace("BTSX", "").replace('"21.6', '"22.0'),
    )
    both, boys, region = reading.rows
    assert (both.text, both.lower_text, both.upper_text) == ("21.6", "18.6", "25.8")
    assert (boys.text, boys.lower_text, boys.upper_text, boys.sex) == ("24.0", "18.6", "25.8", "M")
    assert (region.ref_area, region.text) == ("WPR", "22.0")
    assert (both.time_period, both.locator) == ("2016", "row 2, Display Value")


def test_an_aggregate_of_region_and_income_is_neither(tmp_path: Path) -> None:
    row = VNM.replace('"","VNM"', '"WB_LMI",""')
    (cell,) = read(tmp_path, ATHENA + row).quarantined
    assert "unknown area 'WPR and WB_LMI'" in cell.rule


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("VNM", "THA"), "unknown area 'THA'"),
        (("BTSX", "AGE5"), "unknown group 'AGE5' of SEX; map it in [file.groups]"),
        (("2016", "2010-2016"), "unreadable period '2010-2016'"),
        (("PUBLISHED", "VOID"), "publish state 'VOID'"),
    ],
)
def test_a_row_that_cannot_be_used_is_kept(tmp_path: Path, change, rule) -> None:
    reading = read(tmp_path, ATHENA + VNM + VNM.replace(*change))
    (cell,) = reading.quarantined
    assert rule in cell.rule
    assert (cell.where, cell.value) == ("s/gho.csv line 3, Display Value", "21.6")
    assert (reading.seen, len(reading.rows)) == (2, 1)


def test_athena_with_codes_and_names_and_tags(tmp_path: Path) -> None:
    header = (
        "GHO (CODE),GHO (DISPLAY),GHO (URL),PUBLISHSTATE (CODE),YEAR (DISPLAY),REGION (CODE),"
        "COUNTRY (CODE),COUNTRY (DISPLAY),RESIDENCEAREATYPE (CODE),RESIDENCEAREATYPE (DISPLAY),"
        "Display Value,Numeric,Low,High,StdErr,Comments\n"
    )
    tags = "#indicator+code,#indicator+name,,,#date+year,,#country+code,,,,#v,#n,#l,#h,,\n"
    row = "M7,Under-five,http://x,PUBLISHED,2016,WPR,LAO,Lao PDR,RUR,Rural,60 [50-70],60,,,,"
    reading = read(tmp_path, header + tags + row, indicators={"M7": "u5"}, indicator="")
    (read_row,) = reading.rows
    assert reading.seen == 1
    assert (read_row.ref_area, read_row.residence, read_row.text) == ("LAO", "R", "60")
    other = header.replace("Display Value", "Value")
    assert read(tmp_path, other + row).rows[0].lower_text == "50"


def test_athena_with_one_dimension_a_row_as_hdx_hands_it_on(tmp_path: Path) -> None:
    header = (
        "GHO (CODE),GHO (DISPLAY),GHO (URL),YEAR (DISPLAY),STARTYEAR,ENDYEAR,REGION (CODE),"
        "REGION (DISPLAY),COUNTRY (CODE),COUNTRY (DISPLAY),DIMENSION (TYPE),DIMENSION (CODE),"
        "DIMENSION (NAME),Numeric,Value,Low,High\n"
    )
    row = (
        "M7,U5MR,,2016,2016,2016,WPR,W. Pacific,VNM,Viet Nam,{},21.57,21.6 [18.6-25.8],18.6,25.8\n"
    )
    girls = row.format("SEX,SEX_FMLE,Female")
    poorest = row.format("WEALTHQUINTILE,WEALTHQUINTILE_WQ1,Quintile 1 (Poorest)")
    other = row.format("EDUCATIONLEVEL,EDUCATIONLEVEL_NONE,No education")
    reading = read(tmp_path, header + girls + poorest + other)
    assert [(r.sex, r.wealth_quintile, r.text) for r in reading.rows] == [
        ("F", "", "21.6"),
        ("", "Q1", "21.6"),
    ]
    assert "unknown group 'EDUCATIONLEVEL_NONE' of DIMENSION" in reading.quarantined[0].rule


DOWNLOAD = (
    "IndicatorCode,Indicator,ValueType,ParentLocationCode,ParentLocation,Location type,"
    "SpatialDimValueCode,Location,Period type,Period,IsLatestYear,Dim1 type,Dim1,Dim1ValueCode,"
    "Dim2 type,Dim2,Dim2ValueCode,FactValueNumericPrefix,FactValueNumeric,FactValueUoM,"
    "FactValueNumericLow,FactValueNumericHigh,Value,Language,DateModified\n"
)
LINE = (
    "M7,U5MR,numeric,WPR,Western Pacific,Country,VNM,Viet Nam,Year,2020,true,Sex,Female,SEX_FMLE,"
    "Age,5-14,AGE_5,,17.041,,15.3,18.9,17.0 [15.3-18.9],EN,2024-01-01\n"
)


def test_the_download(tmp_path: Path) -> None:
    reading = read(tmp_path, DOWNLOAD + LINE, groups={"5-14": {"age": "Y5T14"}})
    (row,) = reading.rows
    assert (row.text, row.lower_text, row.upper_text) == ("17.0", "15.3", "18.9")
    assert (row.sex, row.age, row.locator) == ("F", "Y5T14", "row 2, Value")
    assert "unknown group 'AGE_5' of Dim2" in read(tmp_path, DOWNLOAD + LINE).quarantined[0].rule


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Data,Period,Value\nx,2020,1\n", "no header in .* Global Health Observatory"),
        (
            ATHENA + VNM.replace('"25.8",""', '"25.8"'),
            r"11 cells instead of 12 in s/gho.csv line 2",
        ),
        (ATHENA.replace('"SEX"', '"YEAR"') + VNM, "columns 3 and 7 of s/gho.csv are both 'YEAR'"),
        (ATHENA + VNM + VNM.replace("M7", "M8"), "several indicators, 'M7' and 'M8'"),
    ],
)
def test_a_csv_that_is_broken_is_refused(tmp_path: Path, text, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(tmp_path, text)


OBSERVATION = {
    "Id": 1,
    "IndicatorCode": "M7",
    "SpatialDimType": "COUNTRY",
    "SpatialDim": "VNM",
    "TimeDimType": "YEAR",
    "TimeDim": 2020,
    "Dim1Type": "SEX",
    "Dim1": "SEX_FMLE",
    "Dim2Type": None,
    "Dim2": None,
    "Value": "17.0 [15.3-18.9]",
    "NumericValue": 17.04167,
    "Low": 15.32605,
    "High": 18.98657,
}


def read_json(folder: Path, content: object, **declared) -> Reading:
    path = folder / "gho.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    options = {"indicator": "u5", "areas": AREAS} | declared
    return read_gho_json(path, ReceivedFile(path.name, "gho_json", **options), source_id="s")


def test_odata_as_displayed_and_as_numbers(tmp_path: Path) -> None:
    numbers = OBSERVATION | {"Value": None, "Dim1": None, "TimeDim": 2021}
    girls, all_ = read_json(tmp_path, {"value": [OBSERVATION, numbers]}).rows
    assert (girls.text, girls.lower_text, girls.sex, girls.time_period) == (
        *("17.0", "15.3"),
        *("F", "2020"),
    )
    assert (all_.text, all_.lower_text, all_.upper_text) == ("17.04167", "15.32605", "18.98657")
    assert (girls.place, girls.where) == ("value/0", "s/gho.json value 0")
    assert girls.locator == "M7, VNM, 2020 (value 0)"


def test_odata_digits_are_those_of_the_file(tmp_path: Path) -> None:
    text = json.dumps({"value": [OBSERVATION | {"Value": None}]}).replace("17.04167", "17.0400")
    assert read_json(tmp_path, text).rows[0].text == "17.0400"


def test_odata_without_values_and_with_broken_ones(tmp_path: Path) -> None:
    assert read_json(tmp_path, {"value": []}).seen == 0
    odd = [{"SpatialDim": "THA"}, {"TimeDim": None}, {"Dim2": "AGE_5"}, {"Value": [1]}]
    reading = read_json(tmp_path, {"value": [OBSERVATION | change for change in odd]})
    rules = [cell.rule for cell in reading.quarantined]
    assert [rule.split(";")[0] for rule in rules] == [
        "unknown area 'THA'",
        "unreadable period ''",
        "unknown group 'AGE_5' of Dim2",
    ]
    assert [row.text for row in reading.rows] == ['["1"]']


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"error": {"message": "no\nsuch indicator"}}, "but the error 'no such indicator'"),
        ([1], "is no answer of GHO's OData interface; it has no list value"),
        ({"value": [1]}, "is not a list of GHO observations"),
        ({"value": [{"SpatialDim": "VNM"}]}, "value 0 of s/gho.json has no IndicatorCode"),
        ({"value": [], "@odata.nextLink": "x"}, "goes on at @odata.nextLink"),
        ('{"value": [{"NumericValue": NaN}]}', "NaN stands for a number in s/gho.json"),
        ('{"value": [{"NumericValue": -Infinity}]}', "-Infinity stands for a number"),
        ('{"value": [{"Low": 1, "Low": 2}]}', "field 'Low' is there twice in s/gho.json"),
        ('{"value": [{"Low": 1', "is not whole JSON"),
        ('{"value": ["\\ud800"]}', "half a character"),
        ("[" * 100_000, "is nested too deeply"),
        ("", "is not whole JSON"),
    ],
)
def test_an_answer_that_is_none_is_refused(tmp_path: Path, content, message) -> None:
    with pytest.raises(SourceError, match=re.escape(message)):
        read_json(tmp_path, content)


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "IndicatorCode": st.just("M7"),
                "SpatialDim": st.sampled_from(["VNM", "THA", None]),
                "TimeDim": st.sampled_from([2020, "2020", 20225, None]),
                "Dim1": st.sampled_from(["SEX_BTSX", "SEX_FMLE", "OTHER", None]),
                "Value": st.text() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
            }
        ),
        max_size=8,
    ),
    only_mapped=st.booleans(),
)
def test_every_observation_is_accounted_for(tmp_path_factory, rows, only_mapped) -> None:
    folder = tmp_path_factory.mktemp("f")
    reading = read_json(folder, {"value": rows}, only_mapped=only_mapped)
    mapped = [r for r in rows if r["SpatialDim"] == "VNM" and r["Dim1"] != "OTHER"]
    assert reading.seen == len(rows)
    assert len(reading.rows) == sum(row["TimeDim"] in {2020, "2020"} for row in mapped)
    assert reading.left_out == (len(rows) - len(mapped) if only_mapped else 0)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the publishers' files are not beside the project")
def test_whos_own_file() -> None:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as csv_file:
        published = list(csv.DictReader(csv_file))
    levels = ("COUNTRY", "REGION", "WORLDBANKINCOMEGROUP")
    areas = {code: code for line in published for level in levels if (code := line[level])}
    declared = ReceivedFile(SAMPLE.name, "gho_csv", areas=areas, indicator="u5")
    reading = read_gho_csv(SAMPLE, declared, source_id="s")
    assert (reading.seen, len(reading.rows)) == (len(published), len(published))
    for row, line in zip(reading.rows, published, strict=True):
        assert row.ref_area == next(line[level] for level in levels if line[level])
        shown = f"{row.text} [{row.lower_text}-{row.upper_text}]" if row.lower_text else row.text
        assert (shown, row.time_period) == (line["Display Value"], line["YEAR"])
    few = ReceivedFile(SAMPLE.name, "gho_csv", areas=AREAS, indicator="u5", only_mapped=True)
    left = read_gho_csv(SAMPLE, few, source_id="s")
    assert len(left.rows) == sum(
        line["COUNTRY"] == "VNM" or (not line["COUNTRY"] and line["REGION"] == "WPR")
        for line in published
    )
    assert left.left_out == len(published) - len(left.rows)
