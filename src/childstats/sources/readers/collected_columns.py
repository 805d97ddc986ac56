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
    spellings: Sequence[tuple[str, ...]]


def spelled_in(columns: Sequence["pd.Series[Any]"]) -> Spelled:
    """Return the distinct rows of coded columns."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes = codes * len(column.cat.categories) + column.cat.codes.to_numpy()
        codes = pd.factorize(codes)[0] if len(columns) > 2 else codes
    rows, distinct = pd.factorize(codes)
    first = np.zeros(len(distinct), dtype=np.intp)
    first[rows[::-1]] = np.arange(len(rows))[::-1]
    return Spelled(rows, list(zip(*(column.take(first) for column in columns), strict=True)))


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns of a table of one figure a row.

    Attributes
    ----------
    lines
        Line of each row.
    heading
        That of the figures, for places.
    areas, periods
        As spelled; the period first.
    about
        Everything else that a row says of its figure, as spelled.
    text, lower, upper
        As printed.
    """

    lines: NDArray[np.int64]
    heading: str
    areas: Spelled
    periods: Spelled
    about: Spelled
    text: "pd.Series[Any]"
    lower: "pd.Series[Any] | None" = None
    upper: "pd.Series[Any] | None" = None


def add_columns(
    cells: Collected,
    fields: Fields,
    said: Callable[[tuple[str, ...]], Mapping[str, Any]],
    period_of: Callable[[str], str | None],
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
        A period in SDMX form, None when it cannot be read.
    """
    outcomes = [cells.outcome(**said(spelling)) for spelling in fields.about.spellings]
    periods = [period_of(spelling[0]) for spelling in fields.periods.spellings]
    areas = [cells.area(names) for names in fields.areas.spellings]
    about, area, period = fields.about.codes, fields.areas.codes, fields.periods.codes
    unmapped = np.array([o.unmapped for o in outcomes], dtype=bool)[about]
    unmapped |= np.array([a is None for a in areas], dtype=bool)[area]
    broken = np.array([o.broken for o in outcomes], dtype=bool)[about]
    broken |= np.array([p is None for p in periods], dtype=bool)[period]
    left_out = unmapped & cells.declared.only_mapped
    good = ~unmapped & ~broken
    for row in np.flatnonzero(~good & ~left_out).tolist():
        line = int(fields.lines[row])
        spelling = fields.periods.spellings[period[row]][0]
        cells.add(
            place=str(line),
            at=f"line {line}, {fields.heading}",
            locator="",
            text=str(fields.text.iloc[row]),
            areas=fields.areas.spellings[area[row]],
            period=period_of(spelling),
            period_text=spelling,
            **said(fields.about.spellings[about[row]]),
        )
    kept = np.flatnonzero(good)
    parts = {
        name: coded_from(about[kept], [o.cells.get(name, "") for o in outcomes])
        for name in (*_ABOUT, "obs_status")
    }
    text = fields.text.iloc[kept].reset_index(drop=True)
    blank = relabelled(text, lambda t: "" if t else ObsStatus.MISSING.value)
    lines, empty = fields.lines[kept], constant("", text.index)
    ready = {
        **parts,
        "source_id": constant(cells.source_id, text.index),
        "place": numbered("", lines),
        "where": numbered(f"{cells.where} line ", lines, f", {fields.heading}"),
        "locator": numbered("row ", lines, f", {fields.heading}"),
        "ref_area": coded_from(area[kept], [code or "" for code in areas]),
        "time_period": coded_from(period[kept], [code or "" for code in periods]),
        "text": text,
        "obs_status": filled(parts["obs_status"], blank),
    }
    for name, column in (("lower_text", fields.lower), ("upper_text", fields.upper)):
        if column is not None:
            ready[name] = column.iloc[kept].reset_index(drop=True)
    printed = pd.DataFrame({name: ready.get(name, empty) for name in PRINTED})
    cells.add_table(printed, left_out=int(left_out.sum()))
