"""The rows of a source become figures; what a received file cannot give is kept with its reason."""

from dataclasses import replace

import pytest
from conftest import SOURCE_TOML, SmallWorkspace

from childstats.errors import SourceError
from childstats.figures.published import COLUMNS, publish
from childstats.observations.table import records
from childstats.sources.reading import PrintedRow, Reading, ReceivedFile
from childstats.sources.source import Source

SOURCE = Source(
    source_id="s",
    publisher="P",
    publisher_en="P",
    title="T",
    address="https://example.org",
    date_published="2026",
    date_published_note="",
    date_accessed="2026-11-25",
    language="en",
    licence="x",
    kind="press",
    precedence=1,
    note="",
    sha256="",
)
RECEIVED = replace(SOURCE, file=ReceivedFile("f.csv", "tidy"))


def rows(*cells: dict[str, str]) -> Reading:
    printed = [
        PrintedRow(
            *("s", str(n), f"s/f.csv line {n}", "page 1", "at_risk", "VN-71", "2025"),
            **({"text": ""} | cell),
        )
        for n, cell in enumerate(cells, start=2)
    ]
    return Reading.of(printed, seen=len(printed))


def published(source: Source, *cells: dict[str, str]) -> list[dict[str, object]]:
    table, quarantined = publish(source, rows(*cells))
    assert not quarantined
    assert tuple(table.columns) == COLUMNS
    return records(table)


def test_each_row_is_read_in_its_own_unit_and_keeps_its_place_in_the_file():
    texts = [("96", "percent"), ("430", ""), ("33", "per_1000"), ("97", "percent"), ("36/45", "")]
    figures = published(SOURCE, *({"text": text, "unit": unit} for text, unit in texts))
    assert [(f["text"], f["unit"], f["low"]) for f in figures] == [
        ("96", "percent", 96 - 0.5),
        ("430", "number", 430),
        ("33", "per_1000", 33 - 0.5),
        ("97", "percent", 97 - 0.5),
        ("36/45", "proportion", 0.8),
    ]
    assert [f["figure_id"] for f in figures] == ["s:2", "s:3", "s:4", "s:5", "s:6"]


def test_a_mark_is_a_figure_without_a_number_and_its_status_is_the_marks():
    source = replace(SOURCE, missing={"-": "zero", "N/A": "M", "x": "Q"})
    figures = published(source, *({"text": text} for text in ("-", "N/A", "x", "..", "5")))
    assert [(f["value"], f["obs_status"]) for f in figures] == [
        (0, ""),
        (None, "M"),
        (None, "Q"),
        (None, "O"),
        (5, ""),
    ]
    assert [f["text"] for f in figures] == ["-", "N/A", "x", "..", "5"]


def test_the_status_that_a_row_gives_wins_over_that_in_its_text():
    told = {"text": "Prel. 14.5", "obs_status": "E"}
    (plain, estimated) = published(SOURCE, {"text": "Prel. 14.5"}, told)
    assert (plain["obs_status"], estimated["obs_status"]) == ("P", "E")


def test_an_interval_stands_in_its_own_cells_or_in_brackets_and_the_cells_win():
    cells = {"text": "21.6 [18.6-25.8]", "lower_text": "18.61", "upper_text": "25.79"}
    (both, brackets) = published(SOURCE, cells, {"text": "21.6 [18.6-25.8]"})
    assert (both["lower_bound"], both["upper_bound"]) == (18.61, 25.79)
    assert (brackets["lower_bound"], brackets["upper_bound"]) == (18.6, 25.8)


def test_a_denominator_alone_is_the_number_asked():
    cell = {"text": "78.5", "unit": "percent", "denominator_text": "1,205"}
    (figure,) = published(SOURCE, cell)
    assert (figure["value"], figure["numerator"], figure["denominator"]) == (78.5, None, 1_205)


REFUSED = [
    ({"text": "5", "unit": "heads"}, "unknown unit 'heads'"),
    ({"text": "12,3,4"}, "unreadable figure '12,3,4'"),
    ({"text": "95%", "unit": "persons"}, "'95%' says percent, its column says persons"),
    ({"numerator_text": "3.6", "denominator_text": "45"}, "count '3.6' is not a whole number"),
    ({"numerator_text": "36", "denominator_text": "abc"}, "count 'abc' is not a whole number"),
    ({"numerator_text": "36", "denominator_text": "0"}, "denominator 0"),
    ({"text": "5", "lower_text": "6", "upper_text": "7"}, "interval 6 to 7 does not hold '5'"),
]


@pytest.mark.parametrize(("cell", "reason"), REFUSED)
def test_our_own_row_that_cannot_be_read_stops_and_a_publishers_is_quarantined(cell, reason):
    with pytest.raises(SourceError, match=rf"{reason}.* in s/f\.csv line 3"):
        publish(SOURCE, rows({"text": "430"}, cell))
    table, (quarantined,) = publish(RECEIVED, rows({"text": "430"}, cell, {"text": "431"}))
    assert list(table["value"]) == [430, 431]
    assert (quarantined.where, quarantined.value) == ("s/f.csv line 3", cell.get("text", ""))
    assert reason in quarantined.rule


def test_a_source_declares_what_its_marks_mean(small: SmallWorkspace):
    figures = {"indicator": "abuse_cases", "time_period": "2025"}
    workspace = small(figures | {"text": "-"}, toml=SOURCE_TOML + 'missing = { "-" = "zero" }\n')
    assert list(workspace.observations["obs_value"]) == [0]
    for wrong in ('{ "-" = "nil" }', '"zero"'):
        with pytest.raises(
            SourceError, match=r"missing in a-source/source\.toml is .* one of zero"
        ):
            _ = small(figures, toml=SOURCE_TOML + f"missing = {wrong}\n").sources


def test_a_missing_number_is_neither_provisional_nor_an_estimate_but_missing():
    told = [("..", "P"), ("", "E"), ("..", "L"), ("14.5", "P")]
    figures = published(SOURCE, *({"text": text, "obs_status": status} for text, status in told))
    assert [f["obs_status"] for f in figures] == ["O", "O", "L", "P"]
