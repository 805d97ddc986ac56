"""Rows in = rows out + quarantined + left out, for every source; and what was fixed is told."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import SOURCE_TOML

from childstats.cli import main
from childstats.errors import SourceError
from childstats.observations.processed import processed_files
from childstats.observations.table import records
from childstats.observations.workspace import open_workspace
from childstats.sources.readers import reader_of
from childstats.sources.reading import PRINTED, Reading, ReceivedFile

TIDY = """
[file]
name = "t.csv"
layout = "tidy"
indicator = "at_risk"
unit = "persons"
only_mapped = true
columns = {ref_area = "A", time_period = "T", text = "V"}
areas = {"Dien Bien" = "VN-71"}
"""
OWN = {"indicator": "at_risk", "text": "1", "unit": "persons"}


def received(small, data: str, *own: dict[str, str], file: str = TIDY):
    root = small(*own or ({**OWN, "time_period": "2022"},)).root
    folder = root / "data" / "raw" / "received"
    folder.mkdir()
    (folder / "t.csv").write_text(data, encoding="utf-8")
    (folder / "source.toml").write_text(SOURCE_TOML + file, encoding="utf-8")
    return open_workspace(root)


def rows(*lines: str) -> str:
    return "\n".join(["A,T,V", *lines]) + "\n"


BROKEN = (
    *("Dien Bien,2024,12", "Elsewhere,2024,1", "Elsewhere,2023,2", "Dien Bien,2567,3"),
    # quarantined by the reader, by the reading of numbers, and by the units and bounds
    *("Dien Bien,2021,1.2.3", "Dien Bien,2027,4"),
)


def test_every_row_is_read_or_quarantined_or_left_out(small) -> None:
    workspace = received(small, rows(*BROKEN))
    (account,) = (a for a in records(workspace.accounts) if a["source_id"] == "received")
    assert (account["seen"], account["left_out"]) == (len(BROKEN), 2)
    assert (account["read"], account["quarantined"]) == (1, 3)
    for a in records(workspace.accounts):
        assert a["seen"] == a["read"] + a["quarantined"] + a["left_out"]
    used = workspace.observations["source_id"] == "received"
    assert used.sum() == account["read"]
    assert (workspace.quarantined["source_id"] == "received").sum() == account["quarantined"]


def test_a_name_that_only_quarantined_rows_have_is_not_looked_up(small) -> None:
    file = TIDY.replace('indicator = "at_risk"', 'indicators = {"Rủi ro" = "at_risk"}')
    file = file.replace("only_mapped = true\n", "").replace("{ref", '{indicator = "I", ref')
    data = "I,A,T,V\nRủi ro,Dien Bien,2024,12\nKhác,Dien Bien,2024,13\nRủi ro,Nowhere,2024,1\n"
    workspace = received(small, data, file=file)
    assert (workspace.observations["source_id"] == "received").sum() == 1
    assert len(workspace.quarantined) == 2


def test_the_accounts_are_published_with_the_data(small) -> None:
    files = processed_files(received(small, rows(*BROKEN)))
    table = files["readings.csv"].splitlines()
    assert table[0] == "source_id,file,seen,read,quarantined,left_out,notes"
    assert table[2].startswith("received,t.csv,6,1,3,2,")
    package = json.loads(files["datapackage.json"])
    (listed,) = (r for r in package["resources"] if r["path"] == "readings.csv")
    types = {field["name"]: field["type"] for field in listed["schema"]["fields"]}
    assert types["seen"] == "integer"
    assert types["notes"] == "string"


def test_cleaning_tells_what_was_fixed(small) -> None:
    workspace = received(small, rows("Dien\u00a0Bien,2024,12"))
    outcome = CliRunner().invoke(main, ["clean", "--workspace", str(workspace.root)])
    assert outcome.exit_code == 0
    note = "1 invisible letters or odd spaces in received/t.csv were made plain"
    assert f"note: {note}" in outcome.stderr.splitlines()
    text = (workspace.root / "data" / "processed" / "readings.csv").read_text(encoding="utf-8")
    assert note in text


@pytest.mark.parametrize(
    ("period", "year"), [("2027", "2027"), ("2026-10/P6M", "2027"), ("2027-Q1", "2027")]
)
def test_fault_57_a_period_after_the_edition_is_quarantined(small, period, year) -> None:
    workspace = received(small, rows(f"Dien Bien,{period},12", "Dien Bien,2026,13"))
    (cell,) = records(workspace.quarantined)
    assert cell["rule"] == (
        f"time_period {period!r} is after 2026, the year of the edition; correct the period"
    )
    assert cell["where"] == "received/t.csv line 2"
    assert year not in set(workspace.observations["time_period"].astype(str))


def test_fault_57_in_a_transcription_of_our_own_it_is_refused(small) -> None:
    workspace = small({**OWN, "time_period": "2027"})
    with pytest.raises(SourceError, match=r"'2027' is after 2026, the year of the edition in a-so"):
        assert len(workspace.observations)


@pytest.mark.parametrize("period", ["20225", "2568", "2024-2025"])
def test_fault_57_what_is_no_year_is_quarantined(small, period) -> None:
    (cell,) = records(received(small, rows(f"Dien Bien,{period},12", BROKEN[0])).quarantined)
    assert cell["rule"].startswith(f"{period!r} ")


def test_fault_58_what_repeats_another_figure_counts_once_and_is_told(small) -> None:
    workspace = received(small, rows(*["Dien Bien,2024,12"] * 3, "Dien Bien,2023,12"))
    used = workspace.observations[workspace.observations["source_id"] == "received"]
    assert used["figure_id"].tolist() == ["received:5", "received:2"]
    (account,) = (a for a in records(workspace.accounts) if a["source_id"] == "received")
    assert account["notes"] == "2 figures only repeat another, and count once"
    assert account["read"] == 4


def test_fault_59_two_values_of_one_thing_are_refused_and_both_named(small) -> None:
    workspace = received(small, rows("Dien Bien,2024,12", "Dien Bien,2023,1", "Dien Bien,2024,13"))
    with pytest.raises(SourceError, match=r"t\.csv line 2 and received/t\.csv line 4 print diff"):
        assert len(workspace.observations)


ODD = "\u00a0"
NAME = f"x{ODD}y"
WORLD_BANK = {"indicator": {"id": "A", "value": "a"}, "country": {"id": "XY", "value": NAME}}
HEADERS = [{"name": name} for name in ("dx", "pe", "ou", "value")]
DIMENSIONS = {
    "id": ["a", "t"],
    "a": {"category": {"index": {"0": 0}, "label": {"0": NAME}}},
    "t": {"category": {"index": {"0": 0}, "label": {"0": "2024"}}},
}
GHO = {"IndicatorCode": "A", "SpatialDim": NAME, "TimeDim": 2024, "Value": "1"}
ANSWERS = {
    "gho_json": {"value": [GHO]},
    "worldbank_json": [
        {"page": 1, "pages": 1, "total": 1},
        [WORLD_BANK | {"date": "2024", "value": 1}],
    ],
    "dhis2_json": {"headers": HEADERS, "rows": [["A", "2024", NAME, "1"]]},
    "pxweb_jsonstat": {"dataset": {"dimension": DIMENSIONS, "value": [1]}},
}
FILES = {layout: json.dumps(answer, ensure_ascii=False) for layout, answer in ANSWERS.items()} | {
    "tidy": f"A,V\n{NAME},1\n",
    "sdmx_csv": f"REF_AREA,TIME_PERIOD,OBS_VALUE\n{NAME},2024,1\n",
    "gho_csv": f"GHO,YEAR,COUNTRY,Display Value\nA,2024,{NAME},1\n",
    "worldbank_csv": f"Country Name,Country Code,2024\n{NAME},XY,1\n",
    "dhis2_csv": f"Data,Period,Organisation unit,Value\nA,2024,{NAME},1\n",
    "pxweb_csv": f'"t"\n\n"";"2024"\n"{NAME}";1\n',
}


@pytest.mark.parametrize("layout", FILES)
def test_every_reader_of_text_passes_on_what_was_fixed(tmp_path, layout) -> None:
    path = tmp_path / "f"
    path.write_text(FILES[layout], encoding="utf-8")
    own = {"columns": {"ref_area": "A", "text": "V"}, "time_period": "2024"}
    declared = ReceivedFile(
        *(path.name, layout, "at_risk"),
        areas={"x y": "VN-71"},
        **(own if layout == "tidy" else {}),
    )
    reading = reader_of(layout)(path, declared, source_id="s")
    assert "1 invisible letters or odd spaces in s/f were made plain" in reading.notes
    assert [row.ref_area for row in reading.rows] == ["VN-71"]


def test_a_reading_whose_cells_do_not_add_up_is_refused() -> None:
    with pytest.raises(SourceError, match="3 cells were read, but 2 accounted for"):
        Reading(pd.DataFrame(columns=list(PRINTED)), (), 2, 3)


def test_a_file_without_figures_is_told(small):
    empty = """
[file]
name = "t.csv"
layout = "sdmx_csv"
indicator = "at_risk"
"""
    workspace = received(small, "REF_AREA,TIME_PERIOD,OBS_VALUE\n", file=empty)
    told = dict(zip(workspace.accounts["source_id"], workspace.accounts["notes"], strict=True))
    assert told["received"] == "received holds no figures; ask for the file again if it should"
    assert told["a-source"] == ""
