"""Delimited text to columns: the shape of every line proved, then parsed by pandas.

Whether every line has as many cells as the header, and whether quotes stand where they may, is read
from the positions of separators, line ends and quotes, a vector operation each. What pandas would
silently complete, cut or join is refused with its line.
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from childstats.errors import SourceError, nearest
from childstats.sources.decoding import MEGABYTE
from childstats.sources.mapping import folded

if TYPE_CHECKING:
    from pandas._typing import ReadCsvBuffer

SEPARATORS: Final = ";\t,"
"""Looked for in the header; of two, the more frequent one, and a semicolon before a comma."""
_NEWLINE, _QUOTE = ord("\n"), ord('"')
_LAST: Final = "\U0010ffff"
"""No character, and sorted behind every text: a column that has it is one of texts."""
SAMPLE: Final = 20_000
"""How many rows are looked at to see in which columns nearly every cell is another."""
PIECE: Final = 1 << 18
"""How many bytes are looked through at once: what fits into a processor's own memory."""
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Delimited:
    """The columns of a delimited file that are asked for.

    Attributes
    ----------
    headings
        All headings of the file, in its order.
    columns
        Every column asked for, by its heading, one cell a line, texts as codes.
    cells
        Every column that was read, by its position.
    first_line
        Line of the file in which the first row stands; the others follow it, one each.
    words
        The header and every distinct cell of the file, a line each, where all columns were read.
    """

    headings: tuple[str, ...]
    columns: Mapping[str, "pd.Series[Any]"]
    cells: Mapping[int, "pd.Series[Any]"]
    first_line: int
    words: str


def read_delimited(
    raw: bytes,
    *,
    wanted: Collection[str] | None,
    title_rows: int,
    where: str,
    whole: bool = False,
) -> Delimited:
    """Return columns of a delimited text.

    Parameters
    ----------
    raw
        The file in UTF-8: a header line, one line a row, separated by comma, semicolon or tab.
    wanted
        Headings of the columns to return, spaces and case do not count; None for columns that are
        looked up by position, whatever their headings.
    title_rows
        Lines above the header.
    where
        Source and file, for messages.
    whole
        Whether all columns are read, and ``words`` is filled.

    Raises
    ------
    SourceError
        If a heading is missing, empty or there twice, there is no row, a line has too few or too
        many cells, a line end stands in a cell, a quote where none may be, or U+10FFFF anywhere.
    UnicodeDecodeError
        If a part that is read is not UTF-8.
    """
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = _skipped(raw, title_rows)
    end = raw.find(b"\n", start) + 1
    header = raw[start : end or len(raw)].decode().removesuffix("\n")
    if not header.strip():
        raise SourceError(f"no header in {where} line {title_rows + 1}; see title_rows in [file]")
    separator = max(SEPARATORS, key=lambda s: (header.count(s), -SEPARATORS.index(s)))
    if not _is_even(raw, start, ord(separator), header.count(separator)):
        _refuse_shape(raw[start:], ord(separator), title_rows + 1, where)
    try:
        headings = _headings(header, separator)
    except csv.Error as error:
        raise SourceError(f"unreadable header in {where} line {title_rows + 1}: {error}") from None
    at = f"{where} line {title_rows + 1}"
    positions = {} if wanted is None else find_headings(headings, wanted, at)
    if not end or (not raw[end : end + MEGABYTE].strip() and not raw[end:].strip()):
        raise SourceError(f"no rows below the header of {where}; export it again")
    if (place := raw.find(_LAST.encode())) >= 0:
        line = raw.count(b"\n", 0, place) + 1
        raise SourceError(f"U+10FFFF, which is no letter, in {where} line {line}; export it again")
    asked = range(len(headings)) if whole else sorted(set(positions.values()))
    table = _coded_columns(raw, end, separator, len(headings), asked)
    titles = raw[:end].decode()
    words = (
        [titles, *(word for c in asked for word in table[c].cat.categories.tolist())]
        if whole
        else []
    )
    columns = {name: table[position] for name, position in positions.items()}
    return Delimited(headings, columns, table, title_rows + 2, "\n".join(words))


class _Rows:
    """The rows of a file for pandas' parser, after one that no column takes for numbers."""

    def __init__(self, first: bytes, raw: bytes, start: int) -> None:
        self._first = first
        self._rest = memoryview(raw)
        self._at = start

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        if self._first:
            piece, self._first = self._first, b""
            return piece
        piece = self._rest[self._at : self._at + size].tobytes()
        self._at += len(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        """Exist, which makes it a file for pandas."""
        raise NotImplementedError


def _coded_columns(
    raw: bytes, start: int, separator: str, width: int, asked: Collection[int]
) -> dict[int, "pd.Series[Any]"]:
    """Return columns by position, each cell as it is spelled: 095 and 95.50 stay what they are."""
    options: dict[str, Any] = {
        **{"sep": separator, "header": None, "names": range(width), "na_filter": False},
        **{"index_col": False, "skip_blank_lines": False, "encoding": "utf-8"},
        **{"usecols": None if len(asked) == width else list(asked), "low_memory": False},
    }
    # pandas sorts the words of a category, which takes long where nearly every cell is another
    sample = pd.read_csv(_stream(raw, start), nrows=SAMPLE, dtype=object, **options)
    many = {c for c in asked if sample[c].nunique() > SAMPLE / 2}
    kinds = {c: "object" if c in many else "category" for c in asked}
    first = separator.join([_LAST] * width).encode() + b"\n"
    table = pd.read_csv(_stream(raw, start, first), dtype=kinds, **options)
    return {c: as_words(table[c].iloc[1:]) if c in many else _without_last(table[c]) for c in asked}


def _stream(raw: bytes, start: int, first: bytes = b"") -> "ReadCsvBuffer[bytes]":
    return cast("ReadCsvBuffer[bytes]", _Rows(first, raw, start))


def _without_last(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column without its first row, which alone has its last word."""
    words, codes = column.cat.categories, column.cat.codes.to_numpy()
    kind = pd.CategoricalDtype(words[:-1])
    return pd.Series(pd.Categorical.from_codes(codes[1:], dtype=kind, validate=False))


def as_words(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of texts as codes, words in the order of the column."""
    codes, words = pd.factorize(column.to_numpy(dtype=object))
    kind = pd.CategoricalDtype(pd.Index(words, dtype=object))
    return pd.Series(pd.Categorical.from_codes(codes, dtype=kind, validate=False))


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


def _is_even(raw: bytes, start: int, separator: int, cuts_a_line: int) -> bool:
    """Return whether every line is plainly as long as the first: no quotes, no empty lines."""
    if b'"' in raw or not cuts_a_line or not raw.endswith(b"\n"):
        return False
    while start < len(raw):
        end = raw.rfind(b"\n", start, start + PIECE) + 1
        if not end:
            return False
        letters = np.frombuffer(raw, dtype=np.uint8, count=end - start, offset=start)
        ends = np.flatnonzero(letters == _NEWLINE)
        cuts = np.flatnonzero(letters == separator)
        if len(cuts) != cuts_a_line * len(ends):
            return False
        first, last = cuts[::cuts_a_line], cuts[cuts_a_line - 1 :: cuts_a_line]
        if (last > ends).any() or (first[1:] < ends[:-1]).any():
            return False
        start = end
    return True


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
    opening, closing = quotes[::2], quotes[1::2]
    opens = (opening == 0) | _is_edge(letters[opening - 1], separator)
    at_end = closing == len(letters) - 1
    closes = at_end | _is_edge(letters[np.where(at_end, 0, closing + 1)], separator)
    # a doubled quote inside a cell closes it and opens it again at once
    doubled = closing[: len(opening) - 1] + 1 == opening[1:]
    opens[1:] |= doubled
    closes[: len(doubled)] |= doubled
    stray = np.concatenate((opening[~opens], closing[~closes]))
    if len(quotes) % 2:
        stray = np.append(stray, quotes[-1])
    if len(stray):
        return int(stray.min()), "stray double quote", "double it, or take it out"
    inside = ends[np.searchsorted(quotes, ends) % 2 == 1]
    return (int(inside[0]), "a line end inside a cell", "take it out") if len(inside) else None


def _is_edge(letters: npt.NDArray[np.uint8], separator: int) -> npt.NDArray[np.bool_]:
    """Return which letters may stand beside the quotes of a cell."""
    return np.asarray((letters == separator) | (letters == _NEWLINE))
