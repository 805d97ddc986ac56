"""GHO's CSV: Athena's, with codes or with codes and names, and today's download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.coded import constant, filled, relabelled_as, which
from childstats.sources.periods import sdmx_period
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.collected_columns import (
    Fields,
    Spelled,
    add_columns,
    of_lines,
    spelled_in,
)
from childstats.sources.readers.csv_tables import CsvColumns, csv_columns, has
from childstats.sources.readers.gho import KNOWN, printed_interval
from childstats.sources.reading import Reading, ReceivedFile


@dataclass(frozen=True, slots=True)
class _Form:
    """The headings of one generation of the layout.

    Attributes
    ----------
    marks
        Headings by which it is known.
    indicators, display, value, low, high, period
        Where these stand; of several headings for a display the first that the file has.
    areas
        Levels of area from the most to the least detailed, each its code and names; a row of an
        aggregate leaves the more detailed ones empty.
    notes
        Headings that are no dimension; a heading that begins with one of them neither.
    """

    marks: tuple[str, ...]
    indicators: tuple[str, ...]
    display: tuple[str, ...]
    value: str
    low: str
    high: str
    period: tuple[str, ...]
    areas: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


_ATHENA_LEVELS: Final = ("COUNTRY", "REGION", "UNREGION", "MGHEREG", "WORLDBANKINCOMEGROUP")
_ATHENA_NOTES: Final = (
    *("GHO", "PUBLISHSTATE", "YEAR", "STARTYEAR", "ENDYEAR", "DATASOURCE", "DISPLAY VALUE"),
    *("VALUE", "NUMERIC", "LOW", "HIGH", "STDERR", "STDDEV", "COMMENTS", "DIMENSION (TYPE)"),
)
_CODES: Final = _Form(
    marks=("GHO", "YEAR", "Display Value"),
    indicators=("GHO",),
    display=("Display Value",),
    value="Numeric",
    low="Low",
    high="High",
    period=("YEAR",),
    areas=tuple((level,) for level in _ATHENA_LEVELS),
    notes=_ATHENA_NOTES,
)
_NAMES: Final = _Form(
    marks=("GHO (CODE)", "YEAR (DISPLAY)", "Numeric"),
    indicators=("GHO (CODE)", "GHO (DISPLAY)"),
    display=("Display Value", "Value"),
    value="Numeric",
    low="Low",
    high="High",
    period=("YEAR (DISPLAY)", "YEAR (CODE)"),
    areas=tuple((f"{level} (CODE)", f"{level} (DISPLAY)") for level in _ATHENA_LEVELS),
    notes=_ATHENA_NOTES,
)
_DOWNLOAD: Final = _Form(
    marks=("Indicator", "Location", "Period", "Value"),
    indicators=("IndicatorCode", "Indicator"),
    display=("Value",),
    value="FactValueNumeric",
    low="FactValueNumericLow",
    high="FactValueNumericHigh",
    period=("Period",),
    areas=(("SpatialDimValueCode", "Location"),),
    notes=(),
)
_FORMS: Final = (_NAMES, _CODES, _DOWNLOAD)
_DOWNLOAD_GROUPS: Final = ("Dim1", "Dim2", "Dim3")
_STATES: Final = ("PUBLISHSTATE", "PUBLISHSTATE (CODE)")


def read_gho_csv(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a CSV file of WHO's Global Health Observatory as received.

    Parameters
    ----------
    path
        The file: Athena's with columns GHO, YEAR, COUNTRY, "Display Value"; Athena's with
        "GHO (CODE)" and "GHO (DISPLAY)", also as HDX hands it on, with a row of tags below the
        header; or the download with IndicatorCode, SpatialDimValueCode, Period, Value.
    declared
        The publisher's areas and indicators, by code or name, to ours; ages and other groups.
        An aggregate has no COUNTRY: its area is its region or income group.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a figure, as displayed, with the interval as displayed; without a display the
        number beside it. "No data" is a row without text, status M.

    Raises
    ------
    SourceError
        If the file is not text, none of the three, has a ragged row, or holds several indicators
        that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id, known=KNOWN)
    table = csv_columns(
        path,
        cells,
        is_header=lambda header: any(has(*form.marks)(header) for form in _FORMS),
        kind="CSV of the Global Health Observatory",
        footer_rows=declared.footer_rows,
    )
    form = next(form for form in _FORMS if has(*form.marks)(table.header))
    heading = next((name for name in form.display if name in table.header), form.value)
    groups = _groups_of(form, table.header)
    kept = np.flatnonzero(~_tags(table))
    held = dict(zip(table.header, table.cells, strict=True))
    column = {n: c.take(kept).reset_index(drop=True) for n, c in held.items()}
    empty = constant("", pd.RangeIndex(len(kept)))

    def spelled(names: Sequence[str]) -> Spelled:
        return spelled_in([column[n] for n in names if n in column] or [empty])

    def first_given(spelling: tuple[str, ...]) -> tuple[str, ...]:
        return (next(filter(None, spelling), ""),)

    levels = [[name for name in names if name in column] for names in form.areas]
    areas = spelled([name for names in levels for name in names])
    periods = spelled(form.period)
    told = [name for name in form.indicators if name in column]
    states = [name for name in _STATES if name in column]
    grouped = [name for names in groups.values() for name in names]
    text, lower, upper = _printed(
        column[heading], *(column.get(name, empty) for name in (form.value, form.low, form.high))
    )

    def said(spelling: tuple[str, ...]) -> Mapping[str, Any]:
        rest = iter(spelling)
        return {
            "indicators": [next(rest) for _ in told],
            "groups": [(name, [next(rest) for _ in names]) for name, names in groups.items()],
            "broken": _unpublished(next(filter(None, rest), "")),
        }

    fields = Fields(
        **of_lines(table.lines[kept], heading),
        areas=Spelled(areas.codes, [_area(levels, spelling) for spelling in areas.spellings]),
        periods=Spelled(periods.codes, [first_given(s) for s in periods.spellings]),
        about=spelled([*told, *grouped, *states]),
        text=text,
        lower=lower,
        upper=upper,
    )
    add_columns(cells, fields, said, lambda period: sdmx_period(period[0]))
    return cells.reading()


def _tags(table: CsvColumns) -> NDArray[np.bool_]:
    """Return which rows hold nothing but tags, as HDX puts them below the header."""
    tags = np.ones(len(table.lines), dtype=bool)
    for column in table.cells:
        if not tags.any():
            break
        tags &= which(column, lambda text: not text or text.startswith("#"))
    return tags


def _printed(
    display: "pd.Series[Any]", *beside: "pd.Series[Any]"
) -> tuple["pd.Series[Any]", "pd.Series[Any]", "pd.Series[Any]"]:
    """Return figure, low and high of each row, as `printed_interval` does of one."""
    parts = [printed_interval(text) for text in display.cat.categories.tolist()]
    text, low, high = (relabelled_as(display, [part[i] for part in parts]) for i in range(3))
    return filled(text, beside[0]), filled(low, beside[1]), filled(high, beside[2])


def _area(levels: Sequence[Sequence[str]], spelling: Sequence[str]) -> tuple[str, ...]:
    """Return code and name of a row's area; a country comes before what it is part of."""
    rest = iter(spelling)
    named = [[name for name in [next(rest) for _ in names] if name] for names in levels if names]
    detailed = bool(levels[0] and named and named[0])
    given = [names for names in named if names]
    if not given:
        return ()
    if detailed or len(given) == 1:
        return tuple(given[0])
    return (" and ".join(names[0] for names in given),)


def _groups_of(form: _Form, header: Sequence[str]) -> dict[str, list[str]]:
    """Return each dimension that the form does not know, and where its code and name stand."""
    if form is _DOWNLOAD:
        return {
            name: [n for n in (f"{name}ValueCode", name) if n in header]
            for name in _DOWNLOAD_GROUPS
            if name in header
        }
    used = {name for names in form.areas for name in names} | set(_ATHENA_LEVELS)
    groups: dict[str, list[str]] = {}
    for name in header:
        dimension = name.partition(" (")[0]
        note = name.upper() in form.notes or dimension.upper() in form.notes
        if not note and name not in used and dimension not in used and "(URL)" not in name:
            groups.setdefault(dimension, []).append(name)
    return groups


def _unpublished(state: str) -> str:
    if (state or "PUBLISHED").upper() == "PUBLISHED":
        return ""
    return f"publish state {state!r}; only published figures are read"
