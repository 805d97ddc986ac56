"""SDMX-CSV is read in each of its forms, and every observation is accounted for."""

import csv
import io
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.errors import SourceError
from childstats.sources.readers.sdmx_csv import read_sdmx_csv
from childstats.sources.reading import Reading, ReceivedFile

SAMPLE = ROOT.parent / "shared" / "samples" / "unicef_sdmx" / "CME_MRY0T4_all_2020.csv"
AREAS = {"VNM": "VNM", "Lao PDR": "LAO"}
INDICATORS = {
    "CME_MRY0T4": "under_five_mortality",
    "Infant mortality rate": "infant_mortality_rate",
}
HEADER = "DATAFLOW,REF_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,LOWER_BOUND,UPPER_BOUND,OBS_STATUS"
ROW = "UNICEF:CME(1.0),VNM,CME_MRY0T4,_T,2020,20.90,18.98,23.24,A"


def read(folder: Path, *lines: str, **declared) -> Reading:
    path = folder / "cme.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    options = {"areas": AREAS, "indicators": INDICATORS} | declared
    return read_sdmx_csv(path, ReceivedFile(path.name, "sdmx_csv", **options), source_id="s")


def test_codes_alone_as_in_version_1(tmp_path: Path) -> None:
    reading = read(tmp_path, HEADER, ROW, ROW.replace("_T", "F").replace("20.90", "17.0416747196"))
    total, girls = reading.rows
    assert (total.indicator, total.ref_area, total.time_period) == (
        *("under_five_mortality", "VNM"),
        "2020",
    )
    assert (total.text, total.lower_text, total.upper_text) == ("20.90", "18.98", "23.24")
    assert (total.obs_status, total.sex, girls.sex, girls.text) == ("A", "", "F", "17.0416747196")
    assert (total.place, total.where, total.locator) == (
        *("2", "s/cme.csv line 2, OBS_VALUE"),
        "row 2, OBS_VALUE",
    )


def test_codes_alone_as_in_version_2(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,INDICATOR,AGE,TIME_PERIOD,OBS_VALUE",
        "dataflow,UNICEF:CME(1.0.0),I,VNM,CME_MRY0T4,_T,2020-Q1,20.9",
        "dataflow,UNICEF:CME(1.0.0),D,VNM,CME_MRY0T4,_T,2020,20.9",
    )
    (row,) = reading.rows
    assert (row.time_period, row.text) == ("2020-Q1", "20.9")
    (deleted,) = reading.quarantined
    assert (deleted.where, deleted.value) == ("s/cme.csv line 3, OBS_VALUE", "20.9")
    assert "deletes an observation" in deleted.rule


def test_labels_in_columns_that_differ_by_case(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "REF_AREA,Geographic area,INDICATOR,Indicator,SEX,Sex,TIME_PERIOD,OBS_VALUE",
        "LAO,Lao PDR,CME_MRY0,Infant mortality rate,M,Male,2020,38.1",
    )
    (row,) = reading.rows
    assert (row.ref_area, row.indicator, row.sex) == ("LAO", "infant_mortality_rate", "M")


def test_labels_behind_the_codes(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "DATAFLOW,REF_AREA:Geographic area,INDICATOR:Indicator,SEX:Sex,TIME_PERIOD:Time period,"
        "OBS_VALUE:Observation Value,UNIT_MEASURE:Unit of measure,OBS_STATUS:Observation Status",
        '"UNICEF:CME(1.0): Child Mortality",VNM: Viet Nam,CME_MRY0T4: Under-five mortality rate,'
        'F: Female,2020,17.04,"D_PER_1000_B: Deaths per 1,000 live births",A: Normal value',
    )
    (row,) = reading.rows
    assert (row.ref_area, row.sex, row.text, row.unit, row.obs_status) == (
        *("VNM", "F", "17.04"),
        *("per_1000", "A"),
    )


def test_label_columns_that_end_in_label(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "REF_AREA,INDICATOR,URBANISATION,TIME_PERIOD,OBS_VALUE,REF_AREA_LABEL",
        "LAO,CME_MRY0T4,RUR,2020,41,Lao PDR",
    )
    (row,) = reading.rows
    assert (row.ref_area, row.residence) == ("LAO", "R")


def test_groups_of_ours_and_groups_that_are_mapped(tmp_path: Path) -> None:
    header = "REF_AREA,INDICATOR,AGE,RESIDENCE,WEALTH_QUINTILE,TIME_PERIOD,OBS_VALUE"
    rows = ["VNM,CME_MRY0T4,Y0T4,R,Q1,2020,41", "VNM,CME_MRY0T4,M0T11,_T,B20,2020,42"]
    groups = {"AGE=Y0T4": {}, "M0T11": {"age": "M0T11"}}
    reading = read(tmp_path, header, *rows, groups=groups)
    (row,) = reading.rows
    assert (row.age, row.residence, row.wealth_quintile) == ("", "R", "Q1")
    assert "unknown group 'B20' of WEALTH_QUINTILE" in reading.quarantined[0].rule
    reading = read(tmp_path, header, *rows, groups=groups | {"B20": {"wealth_quintile": "Q1"}})
    assert [r.age for r in reading.rows] == ["", "M0T11"]


def test_another_dimension_is_read_for_its_total_only(tmp_path: Path) -> None:
    header = "REF_AREA,INDICATOR,MOTHER_EDU,TIME_PERIOD,OBS_VALUE,DATA_SOURCE"
    rows = ["VNM,CME_MRY0T4,_T,2020,41,MICS 2020", "VNM,CME_MRY0T4,NONE,2020,60,MICS 2020"]
    reading = read(tmp_path, header, *rows)
    assert [row.text for row in reading.rows] == ["41"]
    assert "unknown group 'NONE' of MOTHER_EDU" in reading.quarantined[0].rule
    reading = read(tmp_path, header, *rows, only_mapped=True)
    assert (len(reading.rows), reading.left_out, reading.quarantined) == (1, 1, ())


def test_two_groups_of_one_dimension_contradict(tmp_path: Path) -> None:
    header = "REF_AREA,INDICATOR,SEX,HEAD_SEX,TIME_PERIOD,OBS_VALUE"
    rows = ["VNM,CME_MRY0T4,F,F,2020,41", "VNM,CME_MRY0T4,F,M,2020,42"]
    groups = {"HEAD_SEX=F": {"sex": "F"}, "HEAD_SEX=M": {"sex": "M"}}
    reading = read(tmp_path, header, *rows, groups=groups)
    assert [row.text for row in reading.rows] == ["41"]
    assert reading.quarantined[0].rule == "two groups of sex, F and M of HEAD_SEX"


@pytest.mark.parametrize(
    ("cells", "declared", "unit", "rule"),
    [
        ("PCNT,0", {}, "percent", ""),
        ("PS,3", {}, "thousand_persons", ""),
        ("PS,6", {}, "", r"multiplied by 10^6, which is not read"),
        ("D_PER_1000_B,", {"unit": "percent"}, "", "says per_1000, source.toml says percent"),
        ("D_PER_100000,0", {}, "", "unknown unit 'D_PER_100000'; declare unit in [file]"),
        ("XYZ,0", {"units": {"under_five_mortality": "per_1000"}, "unit": "x"}, "per_1000", ""),
    ],
)
def test_units_and_multipliers(tmp_path: Path, cells, declared, unit, rule) -> None:
    header = "REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULTIPLIER"
    reading = read(tmp_path, header, f"VNM,CME_MRY0T4,2020,41,{cells}", **declared)
    assert [row.unit for row in reading.rows] == ([] if rule else [unit])
    assert all(rule in cell.rule for cell in reading.quarantined)
    assert len(reading.quarantined) == bool(rule)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("VNM", "VNN"), "unknown area 'VNN'; nearest are VNM"),
        (("CME_MRY0T4", "CME_X"), "unknown indicator 'CME_X'; map it in [file.indicators]"),
        (("2020", "2015-2020"), "unreadable period '2015-2020'"),
        (("2020", "2563"), "unreadable period '2563'"),
        ((",A", ",Z9"), "unknown status 'Z9'"),
        (("_T", "OTHER"), "unknown group 'OTHER' of SEX"),
    ],
)
def test_a_broken_row_is_kept_with_the_rule(tmp_path: Path, change, rule) -> None:
    reading = read(tmp_path, HEADER, ROW, ROW.replace(*change))
    (cell,) = reading.quarantined
    assert rule in cell.rule
    assert (cell.where, cell.value) == ("s/cme.csv line 3, OBS_VALUE", "20.90")
    assert (reading.seen, len(reading.rows)) == (2, 1)


def test_an_observation_without_value_is_missing(tmp_path: Path) -> None:
    (row,) = read(tmp_path, HEADER, "D,VNM,CME_MRY0T4,_T,2020,,,,").rows
    assert (row.text, row.obs_status) == ("", "O")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a,b", "1,2"], r"no header in s/cme\.csv that makes it SDMX-CSV"),
        ([HEADER.replace("OBS_VALUE,", ""), ROW], "no header in"),
        ([HEADER, ROW + ",more"], r"10 cells instead of 9 in s/cme\.csv line 2"),
        ([HEADER + ",SEX", ROW + ",F"], "columns 4 and 10 of s/cme.csv are both 'SEX'"),
        ([HEADER + ",SEX:Sex", ROW + ",F"], "column 'SEX' is in s/cme.csv twice"),
        ([HEADER + ",", ROW + ",x"], "column 10 has no heading"),
        (["Note," + HEADER, "x," + ROW], "column 'Note' of .* is neither an SDMX id nor the label"),
        ([HEADER, ROW + ',"x"y'], "unreadable s/cme.csv line 2"),
        ([HEADER, ROW, '"never closed'], "unreadable s/cme.csv line 3"),
        ([HEADER, ROW + "\0\n" + ROW], "NUL byte inside s/cme.csv line 2"),
        ([""], "no header in"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, lines, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(tmp_path, *lines)


def test_several_indicators_must_be_mapped(tmp_path: Path) -> None:
    rows = [ROW, ROW.replace("CME_MRY0T4", "CME_MRM0")]
    message = "several indicators, 'CME_MRY0T4' and 'CME_MRM0'; map them"
    with pytest.raises(SourceError, match=message):
        read(tmp_path, HEADER, *rows, indicators={}, indicator="under_five_mortality")
    with pytest.raises(SourceError, match=r"names no indicator for cme\.csv; give indicator"):
        read(tmp_path, HEADER, *rows, indicators={})
    assert len(read(tmp_path, HEADER, ROW, indicators={}, indicator="x").rows) == 1


def test_semicolons_and_an_embedded_line_break(tmp_path: Path) -> None:
    header = "REF_AREA;INDICATOR;TIME_PERIOD;OBS_VALUE;COUNTRY_NOTES"
    first = 'VNM;CME_MRY0T4;2020;41;"two\nlines; and more"'
    rows = read(tmp_path, header, first, "VNM;CME_MRY0T4;2021;40;").rows
    assert [(row.place, row.text) for row in rows] == [("2", "41"), ("4", "40")]


def test_hostile_text_stays_text_in_one_line(tmp_path: Path) -> None:
    evil = "=cmd|'/c calc'!A1 \x1b[31m"
    reading = read(tmp_path, HEADER, ROW.replace("VNM", f'"{evil}\n{evil}"'))
    (cell,) = reading.quarantined
    assert "\n" not in cell.rule
    assert "\x1b" not in cell.rule


def test_ever_new_and_very_long_names_do_not_hang(tmp_path: Path) -> None:
    header = "REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE"
    rows = [f"province number {n:05d},CME_MRY0T4,2020,1" for n in range(3_000)]
    areas = {f"province number {n}x": "VNM" for n in range(300)}
    reading = read(tmp_path, header, *rows, "x" * 100_000 + ",CME_MRY0T4,2020,1", areas=areas)
    assert len(reading.quarantined) == 3_001
    assert "nearest are" in reading.quarantined[0].rule
    assert "nearest are" not in reading.quarantined[2_999].rule
    assert len(reading.quarantined[-1].rule) < 200


CODES = st.sampled_from(["VNM", "LAO", "Lao PDR", "XXX", " vnm ", ""])
ROWS = st.lists(
    st.tuples(
        CODES,
        st.sampled_from(["CME_MRY0T4", "OTHER"]),
        st.sampled_from(["_T", "F", "Q", ""]),
        st.sampled_from(["2020", "2020-01", "20225", "x"]),
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(rows=ROWS, only_mapped=st.booleans())
def test_every_row_of_any_file_is_accounted_for(tmp_path_factory, rows, only_mapped) -> None:
    with io.StringIO(newline="") as out:
        header = ("REF_AREA", "INDICATOR", "SEX", "TIME_PERIOD", "OBS_VALUE")
        csv.writer(out).writerows([header, *rows])
        reading = read(
            tmp_path_factory.mktemp("f"),
            out.getvalue().removesuffix("\r\n"),
            only_mapped=only_mapped,
        )
    mapped = [
        row
        for row in rows
        if row[0] in {"VNM", " vnm ", "Lao PDR"} and row[1] == "CME_MRY0T4" and row[2] != "Q"
    ]
    assert reading.seen == len(rows)
    assert len(reading.rows) == sum(row[3] in {"2020", "2020-01"} for row in mapped)
    assert reading.left_out == (len(rows) - len(mapped) if only_mapped else 0)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the publishers' files are not beside the project")
def test_unicefs_own_file() -> None:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as csv_file:
        published = list(csv.DictReader(csv_file))
    areas = {"VNM": "VNM", "Africa (WHO regions)": "AFRO"}
    declared = ReceivedFile(
        SAMPLE.name, "sdmx_csv", areas=areas, indicators={"CME_MRY0T4": "u5"}, unit="per_1000"
    )
    reading = read_sdmx_csv(SAMPLE, declared, source_id="s")
    assert (reading.seen, len(reading.rows)) == (len(published), 6)
    for row in reading.rows:
        line = published[int(row.place) - 2]
        assert {"VNM": "VNM", "WHO_AFRO": "AFRO"}[line["REF_AREA"]] == row.ref_area
        assert (row.text, row.lower_text, row.upper_text, row.obs_status) == (
            *(line["OBS_VALUE"], line["LOWER_BOUND"], line["UPPER_BOUND"]),
            line["OBS_STATUS"],
        )
        assert (row.sex or "_T", row.unit) == (line["SEX"], "per_1000")
    every = {line["REF_AREA"]: line["REF_AREA"] for line in published}
    everything = ReceivedFile(SAMPLE.name, "sdmx_csv", areas=every, indicator="u5")
    assert len(read_sdmx_csv(SAMPLE, everything, source_id="s").rows) == len(published)
