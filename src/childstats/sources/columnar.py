"""The declared columns of a tidy table, of whatever file they are in: words, not yet codes."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from childstats.errors import SourceError
from childstats.sources.decoding import read_text
from childstats.sources.delimited import as_words, find_headings, read_delimited
from childstats.sources.mapping import folded
from childstats.sources.reading import ReceivedFile
from childstats.sources.workbooks import open_sheet

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Table:
    """The declared columns, however they were stored.

    Attributes
    ----------
    cells
        Field of `PrintedRow` to its column, of equal length.
    headings
        Field to the heading of its column.
    rows
        Number of each row as the file counts it, from 1.
    where, row_word
        Source, file and sheet, and what a row is called there: ``line`` or ``row``.
    hidden
        Which rows a reader of the workbook does not see.
    notes
        What was fixed or not read.
    """

    cells: Mapping[str, "pd.Series[str]"]
    headings: Mapping[str, str]
    rows: npt.NDArray[np.int64]
    where: str
    row_word: str
    hidden: npt.NDArray[np.bool_]
    notes: tuple[str, ...]


def open_table(path: Path, declared: ReceivedFile, *, few: Collection[str], where: str) -> Table:
    """Return the declared columns of delimited text or of a workbook.

    Parameters
    ----------
    path
        The file.
    declared
        Its columns, encoding or sheet, and how many rows stand above and below the table.
    few
        Fields in which the same words come back; their columns are categories.
    where
        Source and file, for messages.

    Returns
    -------
    Table
        Without empty rows and the footer.

    Raises
    ------
    SourceError
        If the file cannot be read, or has no row.
    """
    with path.open("rb") as file:
        start = file.read(4)
    is_workbook = start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    is_workbook |= path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}
    table = (_from_workbook if is_workbook else _from_text)(path, declared, few, where)
    return _kept(table, declared.footer_rows)


def _from_text(path: Path, declared: ReceivedFile, few: Collection[str], where: str) -> Table:
    decoded = read_text(path, encoding=declared.encoding, where=where, in_lines=True)
    found = read_delimited(
        decoded.text,
        wanted=set(declared.columns.values()),
        few=[heading for name, heading in declared.columns.items() if name in few],
        title_rows=declared.title_rows,
        where=where,
    )
    cells = {name: found.columns[heading] for name, heading in declared.columns.items()}
    size = len(next(iter(cells.values())))
    rows = np.arange(found.first_line, found.first_line + size)
    notes = (*decoded.notes, *_unread(found.headings, declared, where))
    return Table(cells, declared.columns, rows, where, "line", rows < 0, notes)


def _from_workbook(path: Path, declared: ReceivedFile, few: Collection[str], where: str) -> Table:
    sheet = open_sheet(path, declared, where=where)
    where = f"{where} sheet {sheet.name!r}"
    top = declared.title_rows
    if len(sheet.rows) < top + 2:
        raise SourceError(f"no rows below the header of {where}; see title_rows in [file]")
    headings = sheet.rows[top]
    positions = find_headings(headings, set(declared.columns.values()), f"{where} row {top + 1}")
    for heading, position in positions.items():
        if position in sheet.hidden_columns:
            raise SourceError(f"column {heading!r} of {where} is hidden; unhide it")
    if any(first <= top <= last for first, _, last, _ in sheet.merged):
        raise SourceError(f"merged cells in the header of {where}; write every heading in its cell")
    body = sheet.rows[top + 1 :]
    cells: dict[str, pd.Series[str]] = {}
    for name, heading in declared.columns.items():
        column: pd.Series[str] = pd.Series([r[positions[heading]] for r in body], dtype=object)
        cells[name] = as_words(column) if name in few else column
    rows = np.arange(top + 2, top + 2 + len(body))
    hidden = np.isin(rows - 1, sorted(sheet.hidden_rows))
    notes = (*sheet.notes, *_unread(headings, declared, where))
    return Table(cells, declared.columns, rows, where, "row", hidden, notes)


def _unread(headings: Iterable[str], declared: ReceivedFile, where: str) -> list[str]:
    asked = {folded(heading).casefold() for heading in declared.columns.values()}
    unread = [repr(heading) for heading in headings if heading and heading.casefold() not in asked]
    return [f"columns of {where} that were not read: {', '.join(unread)}"] if unread else []


def _kept(table: Table, footer_rows: int) -> Table:
    """Return the table without empty rows and the declared rows of the footer."""
    empty = np.ones(len(table.rows), dtype=bool)
    for column in table.cells.values():
        if not empty.any():
            break
        empty &= is_blank(column)
    kept = np.flatnonzero(~empty)
    kept = kept[: len(kept) - min(footer_rows, len(kept))]
    if not len(kept):
        raise SourceError(f"no figures in {table.where}; export it again, or see footer_rows")
    if len(kept) == len(table.rows):
        return table
    cells = {name: column.iloc[kept] for name, column in table.cells.items()}
    return replace(table, cells=cells, rows=table.rows[kept], hidden=table.hidden[kept])


def is_blank(column: "pd.Series[str]") -> npt.NDArray[np.bool_]:
    """Return which cells are empty or hold nothing but spaces."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        blank = np.array([not text.strip() for text in column.cat.categories], dtype=bool)
        return np.asarray(blank[column.cat.codes], dtype=bool)
    return np.fromiter((not text or text.isspace() for text in column), bool, len(column))


def by_word(
    column: "pd.Series[str]", meaning: Callable[[str], tuple[str, ...]]
) -> tuple[Texts, ...]:
    """Return what each word of a column means, one array a part of the meaning."""
    words = [folded(word) for word in column.cat.categories]
    parts = zip(*(meaning(word) for word in words), strict=True)
    return tuple(np.array(part, dtype=object)[column.cat.codes] for part in parts)


def texts(column: "pd.Series[str]") -> Texts:
    """Return a column as texts without outer spaces."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        (words,) = by_word(column, lambda word: (word,))
        return words
    return np.array([text.strip() for text in column], dtype=object)


def filled(text: str, size: int) -> Texts:
    """Return one text, `size` times."""
    return np.full(size, text, dtype=object)
