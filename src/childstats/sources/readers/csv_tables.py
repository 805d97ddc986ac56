"""CSV as publishers send it: a header that is found, not assumed, and no ragged row."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from childstats.errors import SourceError
from childstats.sources.mapping import folded

DELIMITERS: Final = ",;\t"
"""RFC 4180's comma, and what spreadsheets set to another language write instead."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table of cells as text.

    Attributes
    ----------
    header
        Headings, outer and doubled spaces taken away; no two alike.
    rows
        Line of the file where the row begins, and as many cells as headings; no blank rows.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def csv_table(
    text: str,
    where: str,
    *,
    is_header: Callable[[Sequence[str]], bool],
    kind: str,
    footers: tuple[str, ...] = (),
    footer_rows: int = 0,
) -> CsvTable:
    """Read the table of a CSV file.

    Parameters
    ----------
    text
        Content of the file.
    where
        Source and file, for messages.
    is_header
        Whether a row (folded) is the header; rows above it are titles.
    kind
        What the file should be, for the message when it has no such header.
    footers
        How the notes below the table begin; nothing from the first of them on is a row.
    footer_rows
        How many rows below the last figure to take away.

    Returns
    -------
    CsvTable
        Every row below the header that is not blank.

    Raises
    ------
    SourceError
        If there is no header, a heading is there twice or missing over cells that are not empty,
        a row has more or fewer cells than the header, a quote is not closed, or a byte is NUL.
    """
    records = _records(text, where)
    start = next((i for i, (_, cells) in enumerate(records) if is_header(_clean(cells))), None)
    if start is None:
        raise SourceError(f"no header in {where} that makes it {kind}; check the file and layout")
    below = records[start + 1 : len(records) - footer_rows]
    rows = list(takewhile(lambda record: not record[1][0].startswith(footers or "\0"), below))
    header = _clean(records[start][1])
    width = len(header)
    if not header[-1] and rows and all(len(cells) == width - 1 for _, cells in rows):
        header.pop()
        width -= 1
    for line, cells in rows:
        if len(cells) != width:
            raise SourceError(
                f"{len(cells)} cells instead of {width} in {where} line {line}; "
                "put a text that holds the separator in double quotes"
            )
    while (
        header and not header[-1] and not any(cells[len(header) - 1].strip() for _, cells in rows)
    ):
        header.pop()
    for column, heading in enumerate(header, start=1):
        if not heading:
            raise SourceError(f"column {column} has no heading in {where}; name or remove it")
        if header.index(heading) != column - 1:
            raise SourceError(
                f"columns {header.index(heading) + 1} and {column} of {where} are both "
                f"{heading!r}; remove or rename one"
            )
    return CsvTable(tuple(header), tuple((line, cells[: len(header)]) for line, cells in rows))


def has(*headings: str) -> Callable[[Sequence[str]], bool]:
    """Return a test for a header that holds all these headings, in any order and case."""
    wanted = {heading.casefold() for heading in headings}
    return lambda cells: wanted <= {cell.casefold() for cell in cells}


def _clean(cells: Sequence[str]) -> list[str]:
    return [folded(cell.removeprefix("\ufeff")) for cell in cells]


def _records(text: str, where: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with the line on which it begins."""
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceError(f"NUL byte in {where} line {line}; ask for the file again")
    head = "".join(text.splitlines(keepends=True)[:6])
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(f"unreadable {where} line {begins}: {error}; check the quotes") from None
    return records
