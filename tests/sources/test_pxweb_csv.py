"""A PX-Web export is read as received, and every cell of it is accounted for."""

import csv
from pathlib import Path

import pytest
from conftest import ROOT, SOURCE_TOML

from childstats.errors import SourceError
from childstats.observations.table import records
from childstats.observations.workspace import open_workspace
from childstats.sources.readers.pxweb_csv import read_pxweb_csv
from childstats.sources.reading import Reading, ReceivedFile

SAMPLES = ROOT.parent / "shared" / "samples" / "gso_pxweb_csv"
AREAS = {
    "WHOLE COUNTRY": "VNM",
    "Northern midlands and mountain areas": "VN-NMM",
    "Dien Bien": "VN-71",
    "Lai Chau": "VN-01",
    "Son La": "VN-05",
}
HEAD = '"A title"\r\n\r\n"Cities, provincies";"2014";"2015";"Prel. 2016"\r\n'
ROWS = '" WHOLE  COUNTRY";14.9;14.7;14.5\r\n"Dien Bien";34.4;..;33.2\r\n"Ha Tay";20.6;..;..\r\n'


def read(path: Path, text: str, **declared) -> Reading:
    path.write_text(text, encoding="utf-8-sig", newline="")
    options = {"indicator": "infant_mortality_rate", "unit": "per_1000", "areas": AREAS} | declared
    return read_pxweb_csv(path, ReceivedFile(path.name, "pxweb_csv", **options), source_id="s")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rates.csv"


def test_every_cell_is_a_figure_or_quarantined(path: Path) -> None:
    reading = read(path, HEAD + ROWS)
    assert (reading.seen, len(reading.rows), len(reading.quarantined)) == (9, 6, 3)
    first, last = reading.rows[0], reading.rows[-1]
    assert (first.ref_area, first.time_period, first.text) == ("VNM", "2014", "14.9")
    assert (first.place, first.where) == ("4.1", "s/rates.csv line 4, 2014")
    assert (last.ref_area, last.time_period, last.obs_status) == ("VN-71", "2016", "P")
    assert last.locator == "row Dien Bien, column Prel. 2016"
    assert reading.rows[4].text == ".."


def test_an_area_that_is_not_mapped_is_quarantined_with_the_nearest(path: Path) -> None:
    reading = read(path, HEAD + '"Dien Bein";1;2;3\r\n')
    assert not reading.rows
    assert "unknown area 'Dien Bein'; nearest are Dien Bien" in reading.quarantined[0].rule
    assert (reading.quarantined[1].where, reading.quarantined[1].value) == (
        "s/rates.csv line 4, 2015",
        "2",
    )


def test_areas_that_are_not_asked_for_are_left_out_and_counted(path: Path) -> None:
    reading = read(path, HEAD + ROWS, only_mapped=True)
    assert (len(reading.rows), len(reading.quarantined), reading.left_out) == (6, 0, 3)


@pytest.mark.parametrize(
    ("heading", "sex", "residence", "year", "status"),
    [
        ("Male 1995", "M", "", "1995", ""),
        ("Total Prel. 2016", "", "", "2016", "P"),
        ("Pre. 2016", "", "", "2016", "P"),
        ("Sơ bộ 2016", "", "", "2016", "P"),
        ("Urban 2010", "", "U", "2010", ""),
    ],
)
def test_headings_carry_group_year_and_status(path, heading, sex, residence, year, status) -> None:
    (row,) = read(path, f'"T"\n\n"A";"{heading}"\n"Son La";1.5\n').rows
    assert (row.sex, row.residence, row.time_period, row.obs_status) == (
        *(sex, residence),
        *(year, status),
    )


def test_a_column_without_a_year_and_a_cell_too_many_are_quarantined(path: Path) -> None:
    reading = read(path, '"T"\n\n"A";"2015";"Rank"\n"Son La";1.5;7;9\n')
    assert [q.value for q in reading.quarantined] == ["7", "9"]
    assert {q.rule for q in reading.quarantined} == {"no such heading"}


@pytest.mark.parametrize(
    ("content", "declared", "message"),
    [
        ("only a title\n", {}, "no header of years in s/rates.csv"),
        ("x" * 200_000, {}, "unreadable s/rates.csv: field larger than field limit"),
        ('"A";"2015";"2016"\n"Son La";1.5\n', {}, "2 cells instead of 3 in s/rates.csv line 2"),
        (
            *('"A";"2015";"Prel. 2016";"2016"\n"Son La";1;2;3\n', {}),
            "columns 3 and 4 of s/rates.csv line 1 are both 'Prel. 2016'; remove or rename one",
        ),
        (HEAD + ROWS, {"indicator": ""}, "names no indicator for rates.csv"),
    ],
)
def test_a_file_that_is_no_such_export_is_refused(path, content, declared, message) -> None:
    with pytest.raises(SourceError, match=message):
        read(path, content, **declared)
    path.write_bytes(b"\xff\x00")
    with pytest.raises(SourceError, match=r"rates\.csv is not UTF-8 \(byte 0\)"):
        read_pxweb_csv(path, ReceivedFile("rates.csv", "pxweb_csv", "i"), source_id="s")


def test_a_reading_that_loses_a_cell_is_refused() -> None:
    with pytest.raises(SourceError, match="3 cells were read, but 2 accounted for"):
        Reading.of((), left_out=2, seen=3)


TRANSCRIBED = {
    "gso-immunisation-2018": "Percentage of children under 1 year old immunized fully caccinations",
    "gso-infant-mortality-2018": "Infant mortality rate",
    "gso-under-five-mortality-2018": "Under five mortality rate",
}


@pytest.mark.skipif(not SAMPLES.exists(), reason="the publishers' files are not beside the project")
@pytest.mark.parametrize("source_id", TRANSCRIBED)
def test_the_transcription_is_what_the_publishers_file_prints(source_id: str) -> None:
    path = SAMPLES / f"{TRANSCRIBED[source_id]} by province.csv"
    declared = ReceivedFile(path.name, "pxweb_csv", "x", areas=AREAS, only_mapped=True)
    received = read_pxweb_csv(path, declared, source_id=source_id)
    file = ROOT / "data" / "raw" / source_id / "figures.csv"
    with file.open(encoding="utf-8", newline="") as csv_file:
        ours = {
            (r["ref_area"], r["time_period"]): r
            for r in csv.DictReader(csv_file)
            if r["ref_area"] in AREAS.values()
        }
    assert len(ours) == len(received.rows)
    for row in received.rows:
        mine = ours[row.ref_area, row.time_period]
        assert (mine["text"], mine["obs_status"]) == (row.text, row.obs_status)


def _workspace(small, content: str, file: str):
    workspace = small(
        {"indicator": "at_risk", "time_period": "2025", "text": "68,000", "unit": "persons"}
    )
    folder = workspace.root / "data" / "raw" / "px"
    folder.mkdir()
    (folder / "rates.csv").write_text(content, encoding="utf-8", newline="")
    (folder / "source.toml").write_text(SOURCE_TOML + file, encoding="utf-8")
    return open_workspace(workspace.root)


FILE = """
[file]
name = "rates.csv"
layout = "pxweb_csv"
indicator = "infant_mortality_rate"
unit = "per_1000"
only_mapped = true
areas = {"Dien Bien" = "VN-71", "WHOLE COUNTRY" = "VNM"}
"""


def test_a_received_file_becomes_observations_and_its_broken_cells_are_kept(small) -> None:
    workspace = _workspace(small, HEAD + ROWS.replace("34.4", "34.4x"), FILE)
    held = [o for o in records(workspace.observations) if o["source_id"] == "px"]
    found = {(o["ref_area"], o["time_period"]): o["obs_value"] for o in held}
    assert found == {
        ("VNM", 2014): 14.9,
        ("VNM", 2015): 14.7,
        ("VNM", 2016): 14.5,
        ("VN-71", 2016): 33.2,
    }
    (broken,) = records(workspace.quarantined)
    assert (broken["where"], broken["value"]) == ("px/rates.csv line 5, 2014", "34.4x")
    assert "unreadable figure '34.4x'" in broken["rule"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("pxweb_csv", "pxweb"),
            "and a layout of .*pxweb_csv, pxweb_jsonstat",
        ),
        (('"rates.csv"', '"../rates.csv"'), "needs a name without a folder"),
        (("only_mapped", "only_maped"), "unknown field 'only_maped' .*did you mean 'only_mapped'"),
        (
            ("only_mapped = true", 'encoding = "latin-1"'),
            "encoding in .* is 'latin-1'; use one of utf-8, .*, windows-1258, tcvn3",
        ),
        (("only_mapped = true", "title_rows = -1"), "title_rows in .* is -1; .* number from 0"),
        (("only_mapped = true", "header_rows = 0"), "header_rows in .* is 0; .* number from 1"),
        (("only_mapped = true", 'language = "vi"'), "unknown field 'language'"),
        (("= true", "= 1"), "only_mapped in .* is 1; write a bool"),
        (('"rates.csv"', '"absent.csv"'), "missing file px/absent.csv"),
    ],
)
def test_a_wrong_declaration_is_refused(small, change, message) -> None:
    workspace = _workspace(small, HEAD + ROWS, FILE.replace(*change))
    with pytest.raises(SourceError, match=message):
        _ = workspace.sources
