"""CSV as publishers send it: a header that is found, not assumed, and no ragged row."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.coded import coded, relabelled, which
from childstats.errors import SourceError
from childstats.sources.decoding import LINE_LIMIT, needs_no_cleaning, plain_bytes
from childstats.sources.delimited import Delimited, read_delimited
from childstats.sources.mapping import folded
from childstats.sources.readers.collected import Collected

DELIMITERS: Final = ",;\t"
"""RFC 4180's comma, and what spreadsheets set to another language write instead."""
MAX_TITLES: Final = 100
"""How many lines are looked at for a header before a file is read row by row."""


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


@dataclass(frozen=True, slots=True)
class CsvColumns:
    """A table of columns, texts as codes.

    Attributes
    ----------
    header
        Headings, outer and doubled spaces taken away; no two alike.
    lines
        Line of the file where each row begins.
    cells
        A column a heading, outer spaces taken away.
    """

    header: tuple[str, ...]
    lines: NDArray[np.int64]
    cells: tuple["pd.Series[Any]", ...]


def csv_columns(
    path: Path,
    cells: Collected,
    *,
    is_header: Callable[[Sequence[str]], bool],
    kind: str,
    footers: tuple[str, ...] = (),
    footer_rows: int = 0,
) -> CsvColumns:
    """Read the columns of a CSV file, as `csv_table` reads its rows.

    Parameters
    ----------
    path
        The file.
    cells
        Where they are collected; it keeps what was fixed in the file.
    is_header, kind, footers, footer_rows
        As for `csv_table`.

    Raises
    ------
    SourceError
        As `csv_table`.
    """
    found = _plain_columns(path, cells, is_header)
    if found is None:
        text = cells.text_of(path, in_lines=True)
        table = csv_table(
            text,
            cells.where,
            is_header=is_header,
            kind=kind,
            footers=footers,
            footer_rows=footer_rows,
        )
        lines = np.array([line for line, _ in table.rows], dtype=np.int64)
        columns = [[row[i].strip() for _, row in table.rows] for i in range(len(table.header))]
        return CsvColumns(table.header, lines, tuple(coded(column) for column in columns))
    columns_of = [found.cells[i] for i in range(len(found.headings))]
    filled = np.zeros(len(columns_of[0]), dtype=bool)
    for column in columns_of:
        filled |= which(column, lambda text: bool(text.strip()))
        if filled.all():
            break
    kept = np.flatnonzero(filled)
    kept = kept[: len(kept) - min(footer_rows, len(kept))]
    if footers:
        notes = np.flatnonzero(which(columns_of[0], lambda text: text.startswith(footers)))
        kept = kept[kept < notes.min(initial=len(filled))]
    if len(kept) < len(filled):
        columns_of = [column.take(kept).reset_index(drop=True) for column in columns_of]
    stripped = tuple(relabelled(column, str.strip) for column in columns_of)
    return CsvColumns(found.headings, found.first_line + kept, stripped)


def _plain_columns(
    path: Path, cells: Collected, is_header: Callable[[Sequence[str]], bool]
) -> Delimited | None:
    """Return the columns of a file in which nothing is odd; None leaves it to `csv_table`."""
    raw = plain_bytes(path, encoding=cells.declared.encoding, where=cells.where)
    if raw is None:
        return None
    try:
        head = raw[: 2 * LINE_LIMIT].decode(errors="ignore").splitlines()[:MAX_TITLES]
        records = (_clean(next(csv.reader([line], delimiter=_delimiter(line)))) for line in head)
        start, header = next((i, cells) for i, cells in enumerate(records) if is_header(cells))
        if "" in header or len(set(header)) < len(header):
            return None
        found = read_delimited(raw, wanted=None, title_rows=start, where=cells.where, whole=True)
    except (SourceError, UnicodeDecodeError, csv.Error, StopIteration):
        return None
    return found if needs_no_cleaning(found.words) else None


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


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
    delimiter = _delimiter(head)
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
