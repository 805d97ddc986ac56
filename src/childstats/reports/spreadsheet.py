"""The accessible workbook beside a report: its tables as sheets, every text only text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from childstats.language import Language
from childstats.reports.chart_table import chart_table
from childstats.reports.data_files import OBSERVATION_COLUMNS
from childstats.reports.document import Document, heading_text
from childstats.reports.pages import SYNTHETIC

SETTINGS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
NOTHING: Final = "[x]"
"""Stands for a dash: a screen reader does not say a cell of signs alone."""
LONGEST_CELL: Final = 32_767
"""Letters in a cell, the limit of the format."""
LONGEST_HEAD: Final = 250
"""Letters of a table's heading, a little below the limit of the format."""
NARROWEST: Final = 10
WIDEST: Final = 60
"""Letters across a column; longer texts are wrapped."""
COVER_WIDTH: Final = 90


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet: its only table, the table's name in the file, and what stands above it."""

    label: str
    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """Formats of a workbook."""

    title: Format
    line: Format
    text: Format
    head: Format
    link: Format


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
        list of the sheets, one table a sheet, marked as a table, its title in the first cell.
    """
    t = document.language
    title = _plain(document.front_matter["title"])
    sheets = [*_sheets(document, t), *_observation_sheet(observations, t)]
    contents = _Sheet(
        t.say("Contents"),
        "contents_table",
        t.say("Contents"),
        [t.say("Sheet"), t.say("What it holds")],
        [[sheet.label, sheet.title] for sheet in sheets],
    )
    day = edition_date or date(1970, 1, 1)
    written = BytesIO()
    with Workbook(written, SETTINGS) as book:
        look = _look(book)
        cover = book.add_worksheet(t.say("Cover"))
        cover.set_column(0, 0, COVER_WIDTH)
        cover.write_string(0, 0, title, look.title)
        for row, line in enumerate(_about(document, edition_date), start=1):
            cover.write_string(row, 0, line, look.text)
        for sheet in (contents, *sheets):
            _write(book, sheet, look, t)
        book.set_properties({
            "title": title,
            "author": "childstats",
            "created": datetime(day.year, day.month, day.day),  # no zone in the format
        })  # fmt: skip
    return written.getvalue()


def _about(document: Document, edition_date: date | None) -> list[str]:
    """Return what the cover says."""
    t = document.language
    return [
        *([t.say(SYNTHETIC)] if document.front_matter.get("synthetic") else []),
        *([t.say("Edition of {date}", date=t.date(edition_date))] if edition_date else []),
        t.say("Every sheet holds one table. Cells hold the texts of the report."),
        t.say("{mark} stands where there is nothing to show.", mark=NOTHING),
    ]


def _look(book: Workbook) -> _Look:
    def letters(size: int, **more: Any) -> Format:
        return book.add_format({"font_name": "Arial", "font_size": size, **more})

    cell = {"text_wrap": True, "valign": "top"}
    return _Look(
        title=letters(16, bold=True),
        line=letters(12),
        text=letters(12, **cell),
        head=letters(12, bold=True, bottom=1, **cell),
        link=letters(12, font_color="#0000FF", underline=True, **cell),
    )


def _write(book: Workbook, sheet: _Sheet, look: _Look, t: Language) -> None:
    page = book.add_worksheet(sheet.label)
    page.write_string(0, 0, sheet.title, look.title)
    lines = [*sheet.notes, t.say("This sheet holds one table.")]
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line, look.line)
    top = 1 + len(lines)
    columns = [{"header": head, "header_format": look.head} for head in sheet.heads]
    page.add_table(
        top, 0, top + max(1, len(sheet.rows)), len(sheet.heads) - 1,
        {"name": sheet.name, "columns": columns, "autofilter": False, "style": None},
    )  # fmt: skip
    for row, cells in enumerate(sheet.rows, start=top + 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, cell, look.text)
            elif cell is not None:
                page.write_number(row, column, cell, look.text)
        if sheet.name == "contents_table":
            page.write_url(row, 0, f"internal:'{cells[0]}'!A1", look.link, cells[0])
    for column, head in enumerate(sheet.heads):
        texts = [head, *(str(cells[column]) for cells in sheet.rows)]
        longest = max(len(line) for text in texts for line in text.split("\n"))
        page.set_column(column, column, min(max(longest + 2, NARROWEST), WIDEST))


def _sheets(document: Document, t: Language) -> Iterator[_Sheet]:
    heading, number = "", 0
    for block in document.blocks:
        if block["type"] == "heading":
            heading = heading_text(block)
        shown = chart_table(block, t) if block["type"] == "chart" else block
        if shown is None or shown["type"] != "table" or not shown["columns"]:
            continue
        number += 1
        label = t.say("Table {number}", number=str(number))
        notes = [*shown["notes"], *filter(None, [block.get("caption")])]
        heads, rows = _heads_and_rows(shown, t)
        yield _Sheet(
            label,
            f"table_{number}",
            _plain(block["title"] or heading or label),
            heads,
            rows,
            [_plain(note) for note in notes],
        )


def _observation_sheet(observations: Sequence[Mapping[str, Any]], t: Language) -> Iterator[_Sheet]:
    if observations:
        yield _Sheet(
            t.say("Observations"),
            "observations",
            t.say("What the report rests on, with interval, status, method and origin"),
            list(OBSERVATION_COLUMNS),
            [[_value(o[column]) for column in OBSERVATION_COLUMNS] for o in observations],
        )


def _heads_and_rows(block: Mapping[str, Any], t: Language) -> tuple[list[str], list[list[str]]]:
    """Return a table block as texts; the groups of its rows become a first column."""
    labels = [_plain(column["label"])[:LONGEST_HEAD] for column in block["columns"]]
    grouped = any("group" in row for row in block["rows"])
    group, rows = "", []
    for row in block["rows"]:
        if "group" in row:
            group = row["group"]
        else:
            rows.append([*([group] if grouped else []), *row["cells"]])
    named = [head or t.say("Row") for head in [*([t.say("Group")] if grouped else []), *labels]]
    known = [head.casefold() for head in named]  # a table's headings differ in more than case
    heads = [
        head if known.count(head.casefold()) == 1 else f"{head} ({i})"
        for i, head in enumerate(named, start=1)
    ]
    return heads, [[_plain(c) if _is_said(c) else NOTHING for c in row] for row in rows]


def _is_said(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _plain(value) if _is_said(value) or not value else NOTHING
    return value


def _plain(text: str) -> str:
    """Return a text as a cell can hold it."""
    return "".join(c for c in text if c >= " " or c == "\n")[:LONGEST_CELL]
