"""Whole columns of a publisher's file collected at once: what is said once a word, not a row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.coded import coded_from, constant, filled, relabelled
from childstats.codes import ObsStatus
from childstats.numbered import numbered
from childstats.sources.readers.collected import Collected
from childstats.sources.reading import PRINTED

Codes = NDArray[np.int64]
_ABOUT: Final = ("indicator", "unit", "sex", "age", "residence", "wealth_quintile")
"""What `about` may decide, by field of `PrintedRow`."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """What each row says of one thing, in one or more columns.

    Attributes
    ----------
    codes
        Which of the distinct spellings each row has.
    spellings
        Code and name as the file spells them, in the order in which they appear in the file.
    """

    codes: Codes
    spellings: Sequence[tuple[Any, ...]]


def spelled_in(columns: Sequence["pd.Series[Any]"]) -> Spelled:
    """Return the distinct rows of coded columns."""
    parts = [
        Spelled(column.cat.codes.to_numpy().astype(np.int64), column.cat.categories.tolist())
        for column in columns
    ]
    return together(parts)


def together(parts: Sequence[Spelled]) -> Spelled:
    """Return the distinct combinations of several things; a spelling holds one of each."""
    codes = np.zeros(len(parts[0].codes), dtype=np.int64)
    for part in parts:
        codes = pd.factorize(codes * max(len(part.spellings), 1) + part.codes)[0]
    first = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    held = [[part.spellings[code] for code in part.codes[first]] for part in parts]
    return Spelled(codes, list(zip(*held, strict=True)))


def melted(columns: Sequence["pd.Series[Any]"]) -> "pd.Series[Any]":
    """Return the cells of coded columns row by row, as one column."""
    words = list(dict.fromkeys(word for c in columns for word in c.cat.categories.tolist()))
    number = {word: code for code, word in enumerate(words)}
    codes = [
        np.array([number[word] for word in c.cat.categories.tolist()], dtype=np.int64)[c.cat.codes]
        for c in columns
    ]
    return coded_from(np.column_stack(codes).ravel(), words)


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns of a table of one figure a row.

    Attributes
    ----------
    places, at, locators
        Of each figure: for its id, for messages (after the file's name), and for a person.
    areas, periods
        As spelled; the period first.
    about
        Everything else that a row says of its figure, as spelled.
    text, lower, upper
        As printed.
    """

    places: "pd.Series[Any]"
    at: "pd.Series[Any]"
    locators: "pd.Series[Any]"
    areas: Spelled
    periods: Spelled
    about: Spelled
    text: "pd.Series[Any]"
    lower: "pd.Series[Any] | None" = None
    upper: "pd.Series[Any] | None" = None


def of_lines(lines: Codes, heading: str) -> dict[str, "pd.Series[Any]"]:
    """Return places, at and locators of a table of one figure a line."""
    return {
        "places": numbered("", lines),
        "at": numbered("line ", lines, f", {heading}"),
        "locators": numbered("row ", lines, f", {heading}"),
    }


def add_columns(
    cells: Collected,
    fields: Fields,
    said: Callable[[tuple[Any, ...]], Mapping[str, Any]],
    period_of: Callable[[tuple[Any, ...]], str | None],
) -> None:
    """Account for every row of a table.

    Parameters
    ----------
    cells
        Where they are collected.
    fields
        The columns.
    said
        What a spelling of ``about`` says: the arguments of `Collected.add` that it decides.
    period_of
        A period as spelled, in SDMX form; None when it cannot be read.
    """
    outcomes = [cells.outcome(**said(spelling)) for spelling in fields.about.spellings]
    periods = [period_of(spelling) for spelling in fields.periods.spellings]
    areas = [cells.area(names) for names in fields.areas.spellings]
    about, area, period = fields.about.codes, fields.areas.codes, fields.periods.codes
    unmapped = np.array([o.unmapped for o in outcomes], dtype=bool)[about]
    unmapped |= np.array([a is None for a in areas], dtype=bool)[area]
    broken = np.array([o.broken for o in outcomes], dtype=bool)[about]
    broken |= np.array([p is None for p in periods], dtype=bool)[period]
    left_out = unmapped & cells.declared.only_mapped
    good = ~unmapped & ~broken
    for row in np.flatnonzero(~good & ~left_out).tolist():
        cells.add(
            place=str(fields.places.iloc[row]),
            at=str(fields.at.iloc[row]),
            locator="",
            text=str(fields.text.iloc[row]),
            areas=fields.areas.spellings[area[row]],
            period=periods[period[row]],
            period_text=fields.periods.spellings[period[row]][0],
            **said(fields.about.spellings[about[row]]),
        )
    kept = np.flatnonzero(good)
    parts = {
        name: coded_from(about[kept], [o.cells.get(name, "") for o in outcomes])
        for name in (*_ABOUT, "obs_status")
    }
    text = _taken(fields.text, kept)
    blank = relabelled(text, lambda t: "" if t else ObsStatus.MISSING.value)
    empty = constant("", text.index)
    ready = {
        **parts,
        "source_id": constant(cells.source_id, text.index),
        "place": _taken(fields.places, kept),
        "where": f"{cells.where} " + _taken(fields.at, kept),
        "locator": _taken(fields.locators, kept),
        "ref_area": coded_from(area[kept], [code or "" for code in areas]),
        "time_period": coded_from(period[kept], [code or "" for code in periods]),
        "text": text,
        "obs_status": filled(parts["obs_status"], blank),
    }
    for name, column in (("lower_text", fields.lower), ("upper_text", fields.upper)):
        if column is not None:
            ready[name] = _taken(column, kept)
    printed = pd.DataFrame({name: ready.get(name, empty) for name in PRINTED})
    cells.add_table(printed, left_out=int(left_out.sum()))


def _taken(column: "pd.Series[Any]", rows: NDArray[np.intp]) -> "pd.Series[Any]":
    return column.iloc[rows].reset_index(drop=True)
