"""DHIS2's tables: one value a row, or a column for each combination of what heads it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.coded import relabelled
from childstats.errors import SourceError
from childstats.numbered import numbered
from childstats.sources.mapping import folded
from childstats.sources.periods import sdmx_period
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.collected_columns import (
    Fields,
    Spelled,
    add_columns,
    melted,
    spelled_in,
    together,
)
from childstats.sources.readers.dhis2 import Columns, Names

MAX_WORDS: Final = 30
"""A longer heading of the table layout is not taken apart."""


def add_table(
    cells: Collected,
    columns: Columns,
    numbers: NDArray[np.int64],
    table: Sequence["pd.Series[Any]"],
    names: Names,
    *,
    word: str,
) -> None:
    """Account for every figure of a table.

    Parameters
    ----------
    cells
        Where they are collected.
    columns
        What each column is.
    numbers
        Of the rows.
    table
        Its columns, texts as codes.
    names
        What the answer says about its ids.
    word
        What a row's number counts: ``line`` or ``row``.

    Raises
    ------
    SourceError
        If the file has no unit, period or indicator and none is declared.
    """
    fixed = _fixed(cells, columns, names)
    free = [d for d in ("dx", "pe", "ou", "co") if d not in columns.dimensions]
    said = {
        column: {} if columns.long else _taken_apart(heading, free, cells, names)
        for column, heading in columns.values.items()
    }
    for column, heading in columns.values.items():
        if said[column] is None:
            rule = f"heading {heading!r} cannot be taken apart"
            for number, text in zip(numbers.tolist(), table[column], strict=True):
                cells.set_aside(f"{word} {number}, {heading}", text, rule)
    shown = {column: {**fixed, **of} for column, of in said.items() if of is not None}
    if not shown or not len(numbers):
        return
    things = _things(columns, table, shown, len(numbers))
    known = {d: _known(thing, d, names) for d, thing in things.items()}
    at = _at(columns, numbers, list(shown), word)
    nothing = _of_columns([()], len(numbers), 1, len(shown))
    told = [d for d in ("dx", "co", "ao") if d in known]
    groups = [_of_rows(spelled_in([table[c]]), len(shown)) for c in columns.groups.values()]
    ambiguous = [
        Spelled(thing.codes, [(names.ambiguous(s[0], d),) for s in thing.spellings])
        for d, thing in things.items()
        if d != "pe" and any(names.ambiguous(s[0], d) for s in thing.spellings)
    ]
    filters = _filters(columns, names)

    def about(spelling: tuple[Any, ...]) -> Mapping[str, Any]:
        rest = iter(spelling[1:])
        of = {d: next(rest) for d in told}
        further = [(names.items.get(d, d), names.of(next(rest)[0], d)) for d in columns.groups]
        return {
            "indicators": of.get("dx", ()),
            "groups": [*((d, of[d]) for d in ("co", "ao") if d in of), *further, *filters],
            "broken": next((why for (why,) in rest if why), ""),
        }

    periods = things.get("pe", _of_columns([("",)], len(numbers), 1, len(shown)))
    fields = Fields(
        _places(columns, numbers, list(shown)),
        at,
        _locators(at, things, names),
        areas=known.get("ou", nothing),
        periods=periods,
        about=together([nothing, *(known[d] for d in told), *groups, *ambiguous]),
        text=melted([relabelled(table[c], str.strip) for c in shown]),
    )
    add_columns(cells, fields, about, lambda spelling: _period(spelling, names))


def _things(
    columns: Columns,
    table: Sequence["pd.Series[Any]"],
    shown: Mapping[int, Mapping[str, str]],
    size: int,
) -> dict[str, Spelled]:
    """Return what every figure says of each dimension, in its row or in its column's heading."""
    things = {
        d: _of_rows(spelled_in([table[c] for c in at]), len(shown))
        for d, at in columns.dimensions.items()
    }
    for d in dict.fromkeys(d for of in shown.values() for d in of if d not in things):
        things[d] = _of_columns([(of.get(d, ""),) for of in shown.values()], size, len(shown), 1)
    return things


def _known(thing: Spelled, dimension: str, names: Names) -> Spelled:
    """Return ids and names instead of a cell, with what other columns of the dimension say."""
    spellings = [(*names.of(first, dimension), *rest) for first, *rest in thing.spellings]
    return Spelled(thing.codes, spellings)


def _of_rows(spelled: Spelled, width: int) -> Spelled:
    return Spelled(np.repeat(spelled.codes, width), spelled.spellings)


def _of_columns(spellings: Sequence[tuple[Any, ...]], size: int, width: int, times: int) -> Spelled:
    return Spelled(np.tile(np.arange(width), size * times), spellings)


def _period(spelling: tuple[str, ...], names: Names) -> str | None:
    texts = (*names.of(spelling[0], "pe"), *spelling[1:])
    return next((period for text in texts if (period := sdmx_period(text))), None)


def _places(columns: Columns, numbers: NDArray[np.int64], shown: Sequence[int]) -> "pd.Series[Any]":
    if columns.long:
        return numbered("", numbers)
    lines = numbers.tolist()
    return pd.Series([f"{line}.{column + 1}" for line in lines for column in shown], dtype=object)


def _at(
    columns: Columns, numbers: NDArray[np.int64], shown: Sequence[int], word: str
) -> "pd.Series[Any]":
    headings = [columns.values[column] for column in shown]
    if columns.long:
        return numbered(f"{word} ", numbers, f", {headings[0]}")
    lines = numbers.tolist()
    return pd.Series([f"{word} {line}, {h}" for line in lines for h in headings], dtype=object)


def _locators(
    at: "pd.Series[Any]", things: Mapping[str, Spelled], names: Names
) -> "pd.Series[Any]":
    """Return each figure's place, with what it is about by name where the answer has one."""
    told = together([things[d] for d in ("dx", "ou", "pe") if d in things])
    words = [
        ", ".join(names.items.get(s[0], s[0]) for s in parts if s[0]) for parts in told.spellings
    ]
    codes = told.codes.tolist()
    return pd.Series([f"{a} ({words[c]})" for a, c in zip(at, codes, strict=True)], dtype=object)


def _fixed(cells: Collected, columns: Columns, names: Names) -> dict[str, str]:
    """Return what all figures share: the answer's filter, or what is declared.

    A filter of several units or periods makes their sum, by the name "Bo and Bombali".
    """
    declared = cells.declared
    areas = list(declared.areas)
    constants = {"pe": declared.time_period, "ou": areas[0] if len(areas) == 1 else ""}
    fixed = {}
    for dimension in ("dx", "pe", "ou"):
        if dimension in columns.dimensions:
            continue
        ids = names.dimensions.get(dimension, ())
        several = " and ".join(names.items.get(code, code) for code in ids)
        constant = constants.get(dimension, "")
        filtered = ids[0] if len(ids) == 1 else several
        if constant or filtered:
            fixed[dimension] = constant if constant and len(ids) != 1 else filtered
        elif columns.long and not (dimension == "dx" and declared.indicator):
            raise SourceError(
                f"{cells.where} has no column {dimension}; ask for {dimension} as a dimension, or "
                "declare what all its figures share in [file]"
            )
    return fixed


def _filters(columns: Columns, names: Names) -> list[tuple[str, Sequence[str]]]:
    """Return the further dimensions that an answer was filtered by, each with its groups."""
    shown = {*columns.dimensions, *columns.groups, "dx", "pe", "ou", "co"}
    return [
        (names.items.get(d, d), (" and ".join(names.items.get(i, i) for i in ids),))
        for d, ids in names.dimensions.items()
        if d not in shown and ids
    ]


def _taken_apart(
    heading: str, free: Sequence[str], cells: Collected, names: Names
) -> dict[str, str] | None:
    """Return the dimensions that a heading of the table layout names; None if not exactly one way.

    A heading is the names of its dimensions with a space between, in the order asked for:
    ``ANC 1st visit January 2016``.
    """
    words = folded(heading).split(" ")
    if len(words) > MAX_WORDS:
        return None
    found = list(_ways(tuple(words), tuple(free), cells, names))
    return found[0] if len(found) == 1 else None


def _ways(
    words: tuple[str, ...], free: tuple[str, ...], cells: Collected, names: Names
) -> Iterator[dict[str, str]]:
    if not words:
        yield {}
        return
    for end in range(1, len(words) + 1):
        piece = " ".join(words[:end])
        for dimension in free:
            if _is_of(piece, dimension, cells, names):
                rest = tuple(d for d in free if d != dimension)
                for way in _ways(words[end:], rest, cells, names):
                    yield {dimension: piece, **way}


def _is_of(piece: str, dimension: str, cells: Collected, names: Names) -> bool:
    if names.has(piece, dimension):
        return True
    if dimension == "pe":
        return sdmx_period(piece) is not None
    if dimension == "co":
        return cells.knows_group(piece)
    return cells.knows({"dx": "indicators", "ou": "areas"}[dimension], piece)
