"""A PX-Web JSON-stat answer is read as received, digit for digit."""

import csv
import json
from pathlib import Path

import pytest
from conftest import ROOT

from childstats.errors import SourceError
from childstats.sources.readers.pxweb_jsonstat import read_pxweb_jsonstat
from childstats.sources.reading import Reading, ReceivedFile

SAMPLE = ROOT.parent / "shared" / "samples" / "gso_pxweb_jsonstat" / "E02.03-07.json"
AREAS = {
    "WHOLE COUNTRY": "VNM",
    "Northern midlands and mountain areas": "VN-NMM",
    "Dien Bien": "VN-71",
    "Lai Chau": "VN-01",
    "Son La": "VN-05",
}


def _category(*labels: str) -> dict:
    return {
        "category": {
            "index": {str(i): i for i in range(len(labels))},
            "label": {str(i): label for i, label in enumerate(labels)},
        }
    }


def _answer(values: str, *, areas: tuple[str, ...] = (" WHOLE COUNTRY", "Ha Tay")) -> str:
    dimension = {
        "Provinces": _category(*areas),
        "Population": _category("Total", "Male"),
        "Year": _category("2023", "Prel. 2024"),
        "id": ["Provinces", "Population", "Year"],
        "size": [len(areas), 2, 2],
    }
    content = json.dumps({"dataset": {"dimension": dimension, "value": "VALUES"}})
    return content.replace('"VALUES"', f"[{values}]")


def _read(path: Path, text: str, **declared) -> Reading:
    path.write_bytes(text.encode("utf-8"))
    options = {"indicator": "population", "unit": "thousand_persons", "areas": AREAS} | declared
    file = ReceivedFile(path.name, "pxweb_jsonstat", **options)
    return read_pxweb_jsonstat(path, file, source_id="s")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.json"


VALUES = "87067.266999999993, 10.50, 5, null, 1, 2, 3, 4"


@pytest.mark.parametrize("end", ["", "\0", "\0\0"])
def test_numbers_keep_the_digits_that_the_file_spells(path: Path, end: str) -> None:
    reading = _read(path, _answer(VALUES) + end)
    assert (reading.seen, len(reading.rows), len(reading.quarantined)) == (8, 4, 4)
    assert [row.text for row in reading.rows] == ["87067.266999999993", "10.50", "5", ""]
    assert [row.obs_status for row in reading.rows] == ["", "P", "", "P"]
    assert [row.sex for row in reading.rows] == ["", "", "M", "M"]
    assert [row.time_period for row in reading.rows] == ["2023", "2024", "2023", "2024"]
    assert reading.rows[1].locator == "row WHOLE COUNTRY, column Total Prel. 2024"
    assert (reading.rows[1].place, reading.rows[1].where) == ("value/1", "s/people.json value 1")
    assert "unknown area 'Ha Tay'" in reading.quarantined[0].rule


def test_areas_that_are_not_asked_for_are_left_out_and_counted(path: Path) -> None:
    reading = _read(path, _answer(VALUES), only_mapped=True)
    assert (len(reading.rows), len(reading.quarantined), reading.left_out) == (4, 0, 4)


def test_labels_follow_the_index_and_not_the_order_of_the_file(path: Path) -> None:
    answer = json.loads(_answer(VALUES))
    category = answer["dataset"]["dimension"]["Provinces"]["category"]
    category["index"] = {"1": 1, "0": 0}
    rows = _read(path, json.dumps(answer)).rows
    assert {row.ref_area for row in rows} == {"VNM"}
    assert rows[1].text == "10.5"


def test_values_by_place_leave_out_those_that_are_null(path: Path) -> None:
    answer = json.loads(_answer(VALUES))
    values = answer["dataset"]["value"]
    held = {str(place): value for place, value in enumerate(values) if value is not None}
    answer["dataset"]["value"] = held
    assert [row.text for row in _read(path, json.dumps(answer)).rows][2:] == ["5", ""]
    answer["dataset"]["value"] = held | {"8": 1}
    with pytest.raises(SourceError, match="has 9 values, its dimensions ask for 8"):
        _read(path, json.dumps(answer))


def test_sizes_that_are_not_those_of_the_labels_are_refused(path: Path) -> None:
    answer = json.loads(_answer(VALUES))
    answer["dataset"]["dimension"]["size"] = [1, 1, 8]
    with pytest.raises(SourceError, match="has dimensions of other sizes than it says"):
        _read(path, json.dumps(answer))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is no JSON-stat answer"),
        ("{", "is not whole JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ("{}", "is no JSON-stat answer"),
        (_answer("1, 2, 3"), "has 3 values, its dimensions ask for 8"),
        (_answer(VALUES).replace(f"[{VALUES}]", "null"), "has no values, its dimensions ask for 8"),
    ],
)
def test_what_is_no_such_answer_is_refused(path: Path, content: str, message: str) -> None:
    with pytest.raises(SourceError, match=f"s/people.json {message}"):
        _read(path, content)
    with pytest.raises(SourceError, match=r"names no indicator for people\.json"):
        _read(path, _answer(VALUES), indicator="")


@pytest.mark.skipif(not SAMPLE.exists(), reason="the publishers' files are not beside the project")
def test_the_transcription_is_what_the_publishers_file_prints() -> None:
    declared = ReceivedFile(
        SAMPLE.name, "pxweb_jsonstat", "population", areas=AREAS, only_mapped=True
    )
    received = read_pxweb_jsonstat(SAMPLE, declared, source_id="s")
    assert received.seen == 71 * 5 * 30
    totals = {
        (row.ref_area, row.time_period): (row.text, row.obs_status)
        for row in received.rows
        if not row.sex and not row.residence
    }
    file = ROOT / "data" / "raw" / "nso-population-2025" / "figures.csv"
    with file.open(encoding="utf-8", newline="") as csv_file:
        ours = [r for r in csv.DictReader(csv_file) if r["ref_area"] in AREAS.values()]
    assert len(ours) == 105
    for row in ours:
        assert totals[row["ref_area"], row["time_period"]] == (row["text"], row["obs_status"])
