"""Delimited text to columns: the shape of every line proved, then parsed by pandas.

Whether every line has as many cells as the header, and whether quotes stand where they may, is read
from the positions of separators, line ends and quotes, a vector operation each. What pandas would
silently complete, cut or join is refused with its line.
"""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from childstats.errors import SourceError, nearest
from childstats.sources.mapping import folded

SEPARATORS: Final = ";\t,"
"""Looked for in the header; of two, the more frequent one, and a semicolon before a comma."""
_NEWLINE, _QUOTE = ord("\n"), ord('"')
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Delimited:
    """The columns of a delimited file that are asked for.

    Attributes
    ----------
    headings
        All headings of the file, in its order.
    columns
        Every column asked for, by its heading, one cell a line.
    first_line
        Line of the file in which the first row stands; the others follow it, one each.
    """

    headings: tuple[str, ...]
    columns: Mapping[str, "pd.Series[str]"]
    first_line: int


def read_delimited(
    text: str, *, wanted: Collection[str], few: Collection[str], title_rows: int, where: str
) -> Delimited:
    """Return columns of a delimited text.

    Parameters
    ----------
    text
        The file: a header line, one line a row, separated by comma, semicolon or tab.
    wanted
        Headings of the columns to return; spaces and case do not count.
    few
        Those of them in which the same words come back, returned as categories.
    title_rows
        Lines above the header.
    where
        Source and file, for messages.

    Raises
    ------
    SourceError
        If a heading is missing, empty or there twice, there is no row, a line has too few or too
        many cells, a line end stands in a cell, or a quote where none may be.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = text.encode("utf-8")
    start = _skipped(raw, title_rows)
    header = raw[start:].split(b"\n", 1)[0].decode()
    if not header.strip():
        raise SourceError(f"no header in {where} line {title_rows + 1}; see title_rows in [file]")
    separator = max(SEPARATORS, key=lambda s: (header.count(s), -SEPARATORS.index(s)))
    _refuse_shape(raw[start:], ord(separator), title_rows + 1, where)
    try:
        headings = _headings(header, separator)
    except csv.Error as error:
        raise SourceError(f"unreadable header in {where} line {title_rows + 1}: {error}") from None
    positions = find_headings(headings, wanted, f"{where} line {title_rows + 1}")
    end = raw.find(b"\n", start) + 1
    if not end or not raw[end:].strip():
        raise SourceError(f"no rows below the header of {where}; export it again")
    table = pd.read_csv(
        io.BytesIO(raw[end:]),
        sep=separator,
        header=None,
        names=range(len(headings)),
        usecols=sorted(set(positions.values())),
        dtype=object,
        na_filter=False,
        index_col=False,
        skip_blank_lines=False,
        encoding="utf-8",
    )
    columns = {
        name: as_words(table[position]) if name in few else table[position]
        for name, position in positions.items()
    }
    return Delimited(headings, columns, title_rows + 2)


def as_words(column: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column as categories, each word kept once and as it is spelled."""
    codes, words = pd.factorize(column.to_numpy(dtype=object))
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(words, dtype=object)))


def find_headings(headings: Collection[str], wanted: Collection[str], where: str) -> dict[str, int]:
    """Return the position of every heading that is asked for.

    Raises
    ------
    SourceError
        If one is missing, or any heading is there twice.
    """
    keys = [heading.casefold() for heading in headings]
    for name in wanted:
        if folded(name).casefold() not in keys:
            known = ", ".join(repr(heading) for heading in headings if heading)
            hint = nearest(folded(name), headings)
            raise SourceError(f"no column {name!r} in {where}{hint}; it has {known}")
    positions: dict[str, int] = {}
    for position, (key, heading) in enumerate(zip(keys, headings, strict=True)):
        if key and key in positions:
            raise SourceError(
                f"heading {heading!r} in {where} is that of columns {positions[key] + 1} and "
                f"{position + 1}; rename one"
            )
        positions[key] = position
    return {name: positions[folded(name).casefold()] for name in wanted}


def _skipped(raw: bytes, rows: int) -> int:
    start = 0
    for _ in range(rows):
        start = raw.find(b"\n", start) + 1 or len(raw)
    return start


def _headings(header: str, separator: str) -> tuple[str, ...]:
    (cells,) = csv.reader([header], delimiter=separator)
    return tuple(folded(cell) for cell in cells)


def _refuse_shape(raw: bytes, separator: int, first_line: int, where: str) -> None:
    """Refuse lines of unequal length, line ends in cells and misplaced quotes."""
    letters = np.frombuffer(raw, dtype=np.uint8)
    ends = np.flatnonzero(letters == _NEWLINE)
    cuts = np.flatnonzero(letters == separator)
    if b'"' in raw:
        quotes = np.flatnonzero(letters == _QUOTE)
        fault = _misplaced_quote(letters, quotes, separator, ends)
        if fault:
            line = first_line + int(np.searchsorted(ends, fault[0]))
            raise SourceError(f"{fault[1]} in {where} line {line}; {fault[2]}")
        cuts = cuts[np.searchsorted(quotes, cuts) % 2 == 0]
    if not raw.endswith(b"\n"):
        ends = np.append(ends, len(raw))
    starts = np.concatenate(([0], ends[:-1] + 1))
    cells = np.diff(np.searchsorted(cuts, ends), prepend=0) + 1
    unequal = np.flatnonzero((cells != cells[0]) & (ends > starts))
    if len(unequal):
        line = int(unequal[0])
        raise SourceError(
            f"{cells[line]} cells instead of {cells[0]} in {where} line {first_line + line}; "
            "put a text that holds the separator in double quotes"
        )


def _misplaced_quote(
    letters: npt.NDArray[np.uint8], quotes: Positions, separator: int, ends: Positions
) -> tuple[int, str, str] | None:
    """Return the position of a quote that neither opens nor closes a cell, or of a line end in one.

    With it, what it is and what to do.
    """
    padded = np.concatenate(([_NEWLINE], letters, [_NEWLINE]))
    edges = [separator, _NEWLINE]
    opening, closing = quotes[::2], quotes[1::2]
    # a doubled quote inside a cell closes it and opens it again at once
    opens = np.isin(padded[opening], edges) | np.isin(opening - 1, closing)
    closes = np.isin(padded[closing + 2], edges) | np.isin(closing + 1, opening)
    stray = np.concatenate((opening[~opens], closing[~closes]))
    if len(quotes) % 2:
        stray = np.append(stray, quotes[-1])
    if len(stray):
        return int(stray.min()), "stray double quote", "double it, or take it out"
    inside = ends[np.searchsorted(quotes, ends) % 2 == 1]
    return (int(inside[0]), "a line end inside a cell", "take it out") if len(inside) else None
