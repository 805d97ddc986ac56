"""The accessible workbook beside a report: its tables as sheets, every text only text."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from warnings import catch_warnings

import pandas as pd
from gptables import Cover, GPTable, gptheme, produce_workbook

from childstats.language import Language
from childstats.reports.chart_table import chart_table
from childstats.reports.data_files import OBSERVATION_COLUMNS
from childstats.reports.document import Document, heading_text
from childstats.reports.pages import SYNTHETIC

TEXT_ONLY: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
NOTHING: Final = "[x]"
"""Stands for a dash: a screen reader does not say a cell of signs alone."""
LONGEST_CELL: Final = 32_767
"""Letters in a cell, the limit of the format."""


def workbook(
    document: Document, observations: Sequence[Mapping[str, Any]], *, edition_date: date | None
) -> bytes:
    """Return a report's tables, its charts' data and its observations as a workbook.

    Parameters
    ----------
    document
        The report.
    observations
        As `childstats.reports.data_files.observation_rows` returns them.
    edition_date
        The day that stands on the report; the clock is not read.

    Returns
    -------
    bytes
        An ``.xlsx`` file after the guidance of the UK Government Analysis Function: a cover, a
        list of the sheets, one table a sheet.
    """
    t = document.language
    title = _plain(document.front_matter["title"])
    sheets = dict(_sheets(document, t))
    if observations:
        sheets[t.say("Observations")] = _sheet(
            t.say("What the report rests on, with interval, status, method and origin"),
            "observations",
            pd.DataFrame(
                [[_value(o[c]) for c in OBSERVATION_COLUMNS] for o in observations],
                columns=list(OBSERVATION_COLUMNS),
                dtype=object,
            ),
            (),
            t,
        )
    edition = [t.say("Edition of {date}", date=t.date(edition_date))] if edition_date else []
    if document.front_matter.get("synthetic"):
        edition = [t.say(SYNTHETIC), *edition]
    written = BytesIO()
    with catch_warnings(action="ignore"):  # of no notes, and of pandas
        book = produce_workbook(
            filename=written,  # XlsxWriter takes a buffer as well
            sheets=sheets,
            theme=gptheme,
            cover=Cover(
                title=title,
                intro=[
                    *edition,
                    t.say("Every sheet holds one table. Cells hold the texts of the report."),
                    t.say("{mark} stands where there is nothing to show.", mark=NOTHING),
                ],
                cover_label=t.say("Cover"),
            ),
            contentsheet_label=t.say("Contents"),
            contentsheet_options={
                "title": t.say("Contents"),
                "instructions": t.say("This sheet holds one table."),
                "column_names": [t.say("Sheet"), t.say("What it holds")],
            },
            workbook_options=dict(TEXT_ONLY),
        )
    day = edition_date or date(1970, 1, 1)
    book.set_properties({
        "title": title,
        "author": "childstats",
        "created": datetime(day.year, day.month, day.day),  # no zone in the format
    })  # fmt: skip
    book.close()
    return written.getvalue()


def _sheets(document: Document, t: Language) -> Any:
    heading, number = "", 0
    for block in document.blocks:
        if block["type"] == "heading":
            heading = heading_text(block)
        shown = chart_table(block, t) if block["type"] == "chart" else block
        if shown is None or shown["type"] != "table" or not shown["columns"]:
            continue
        number += 1
        title = block["title"] or heading or t.say("Table {number}", number=str(number))
        notes = [*shown["notes"], *filter(None, [block.get("caption")])]
        name = f"table_{number}"
        label = t.say("Table {number}", number=str(number))
        yield label, _sheet(_plain(title), name, _frame(shown, t), notes, t)


def _frame(block: Mapping[str, Any], t: Language) -> pd.DataFrame:
    """Return a table block as texts; the groups of its rows become a first column."""
    labels = [_plain(column["label"]) for column in block["columns"]]
    grouped = any("group" in row for row in block["rows"])
    group, rows = "", []
    for row in block["rows"]:
        if "group" in row:
            group = row["group"]
        else:
            rows.append([*([group] if grouped else []), *row["cells"]])
    heads = [*([t.say("Group")] if grouped else []), *labels]
    named = [head or t.say("Row") for head in heads]
    unique = [h if named.count(h) == 1 else f"{h} ({i})" for i, h in enumerate(named, start=1)]
    rows = rows or [[""] * len(heads)]  # gptables refuses a table without rows
    cells = [[_plain(c) if _is_said(c) else NOTHING for c in row] for row in rows]
    return pd.DataFrame(cells, columns=unique, dtype=object)


def _is_said(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _sheet(
    title: str, name: str, table: pd.DataFrame, notes: Sequence[str], t: Language
) -> GPTable:
    return GPTable(
        table=table,
        table_name=name,
        title=title,
        subtitles=[_plain(note) for note in notes],
        instructions=t.say("This sheet holds one table."),
    )


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _plain(value) if _is_said(value) or not value else NOTHING
    return value


def _plain(text: str) -> str:
    """Return a text as a cell can hold it; gptables reads notes and links out of some signs."""
    kept = "".join(c for c in text if c >= " " or c == "\n")
    return kept.replace("$$", "$\u2060$").replace("](", "]\u2060(")[:LONGEST_CELL]
