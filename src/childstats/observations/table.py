"""The observation table: tidy, SDMX-shaped, one row a key, every value with its origin."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.catalogue.areas import days_of
from childstats.catalogue.catalogue import Catalogue
from childstats.coded import looked_up
from childstats.codes import TOTAL
from childstats.errors import CatalogueError, SourceError
from childstats.figures.published import PublishedFigure
from childstats.sources.source import Source

FloatArray: TypeAlias = NDArray[np.float64]
Cells: TypeAlias = dict[str, tuple[NDArray[Any], list[Any] | None]]
"""Columns by name: the values, or codes and the labels that they count."""
KEY: Final = [
    "ref_area",
    "time_period",
    "indicator",
    "sex",
    "age",
    "residence",
    "wealth_quintile",
]


class Observation(NamedTuple):
    """One observation: a row of the observation table, missing cells as None.

    Attributes
    ----------
    ref_area, time_period, indicator, sex, age, residence, wealth_quintile
        Its key. A period is a year as int, or SDMX text such as ``2024-Q1``.
    obs_value, obs_low, obs_high
        Value and printed interval; None of an observation that is not shown.
    decimals, printed_low, printed_high
        The digits that were printed, and the ends of a printed range.
    lower_bound, upper_bound
        The publisher's confidence interval.
    numerator, denominator
        Counts of a share.
    unit_measure, obs_status, source_id, locator, figure_id
        SDMX unit and status, and the origin.
    where, precedence
        File and line, and the rank of the source, where several sources are held of one key.
    """

    ref_area: str
    time_period: Any
    indicator: str
    sex: str
    age: str
    residence: str
    wealth_quintile: str
    obs_value: Any
    obs_low: Any
    obs_high: Any
    decimals: Any
    printed_low: Any
    printed_high: Any
    lower_bound: Any
    upper_bound: Any
    numerator: Any
    denominator: Any
    unit_measure: str
    obs_status: str
    source_id: str
    locator: str
    figure_id: str
    where: str = ""
    precedence: int = 0

    @classmethod
    def of(cls, row: "Observation | Mapping[str, Any]") -> "Observation":
        """Return an observation as it is, or of a row of the observation table by column name."""
        if isinstance(row, cls):
            return row
        assert not isinstance(row, tuple)
        cells: dict[str, Any] = dict.fromkeys(COLUMNS)
        cells |= {
            name: None if pd.isna(row[name]) else row[name] for name in COLUMNS if name in row
        }
        return cls(**cells)

    @property
    def key(self) -> tuple[Any, ...]:
        """What no two preferred observations share."""
        return self[: len(KEY)]


COLUMNS: Final = [name for name in Observation._fields if name not in {"where", "precedence"}]
Row: TypeAlias = Observation | PublishedFigure
"""An observation, or the figure that it was read of."""
PERIOD: Final = re.compile(
    r"\d{4}(?:-(?:0[1-9]|1[0-2]))?/P[1-9]\d*[YM]|\d{4}-(?:Q[1-4]|S[12]|W(?:0[1-9]|[1-4]\d|5[0-3])|0[1-9]|1[0-2])",
    re.ASCII,
)
YEAR: Final = re.compile(r"(?:19|20)\d{2}", re.ASCII)

COMPUTED_DECIMALS: Final = 1
"""Decimals of a percentage that is computed from counts; all and none have no decimals."""
GROUP_CODES: Final = {
    "sex": ("", TOTAL, "F", "M"),
    "residence": ("", TOTAL, "R", "U"),
    "wealth_quintile": ("", TOTAL, "Q1", "Q2", "Q3", "Q4", "Q5"),
}
"""SDMX codes of the groups that a figure may be limited to; empty is the total."""
_RANKED: Final = ("indicator", "ref_area")
"""Columns that the catalogue orders."""
LARGEST_CODE: Final = 2**40
"""Codes above this are numbered anew, so that the next column's fit into 64 bits."""
SHARE_SCALES: Final = {"percent": 100, "per_1000": 1000, "proportion": 1}
"""What a printed share is divided by to be a proportion."""


def is_year(period: object) -> bool:
    """Return whether a period is a whole calendar year."""
    return isinstance(period, int)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as dictionaries, missing cells as None.

    For the places that speak about single figures; arithmetic stays on columns.
    """
    return rows_of(cells_of(table), slice(None))


def cells_of(table: pd.DataFrame) -> Cells:
    """Return a table's columns as `rows_of` takes them: no cell is copied."""
    cells: Cells = {}
    for name in table.columns:
        values = table[name].array
        if isinstance(values, pd.Categorical):
            cells[name] = values.codes, [*values.categories.tolist(), None]  # −1 is missing
        else:
            kind = None if isinstance(values.dtype, np.dtype) else object
            cells[name] = table[name].to_numpy(dtype=kind), None
    return cells


def observations_of(table: pd.DataFrame) -> list[Observation]:
    """Return the observations of a table with the columns `COLUMNS`."""
    return observed_rows(cells_of(table), slice(None))


def observed_rows(cells: Cells, at: Any) -> list[Observation]:
    """Return some observations of a table, see `rows_of`."""
    return [Observation(**row) for row in rows_of(cells, at)]


def published_in(table: pd.DataFrame) -> list[PublishedFigure]:
    """Return the figures of a table of published figures."""
    return [PublishedFigure(**row) for row in records(table)]


def rows_of(cells: Cells, at: Any) -> list[dict[str, Any]]:
    """Return some rows of a table as dictionaries, missing cells as None.

    Parameters
    ----------
    cells
        Result of `cells_of`.
    at
        Which rows, as an index of an array.
    """
    columns = []
    for values, labels in cells.values():
        part = values[at]
        if labels is not None:
            columns.append([labels[code] for code in part.tolist()])
        elif part.dtype.kind in "biu":
            columns.append(part.tolist())
        else:
            gone = pd.isna(part).tolist()
            columns.append([None if g else v for v, g in zip(part.tolist(), gone, strict=True)])
    return [dict(zip(cells, row, strict=True)) for row in zip(*columns, strict=True)]


def time_period(text: str, where: str) -> int | str:
    """Return a period as it stands in the table: a year as int, anything else as SDMX text.

    Parameters
    ----------
    text
        ``2025``, ``2024-01/P9M`` (nine months from January 2024), ``2024-Q1``.
    where
        File and line, for the message.

    Raises
    ------
    SourceError
        If it is no such period.
    """
    if YEAR.fullmatch(text):
        return int(text)
    with suppress(CatalogueError):  # beyond the calendar, or no week of its year
        if PERIOD.fullmatch(text) and days_of(text):
            return text
    raise SourceError(f"unreadable time_period {text!r} in {where}; write 2025 or 2024-01/P9M")


def prefer(candidates: pd.DataFrame, sources: Mapping[str, Source]) -> pd.DataFrame:
    """Keep one observation a key: that of the source with the lowest precedence number.

    Parameters
    ----------
    candidates
        Result of `observe`.
    sources
        Sources by id.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, unique in `KEY`. Of editions of one office of equal precedence the
        later is kept; where one prints two values its first is, and a check says so.

    Raises
    ------
    SourceError
        If two figures of equal precedence differ for one key, other than editions of one office:
        which one is used must be declared, not left to chance.
    """
    key = _codes(candidates, KEY)
    if pd.Index(key).is_unique:
        return candidates.drop(columns=["precedence", "where"]).reset_index(drop=True)
    precedence = candidates["precedence"].to_numpy()
    source_id = candidates["source_id"]
    days = sorted({source.date_published for source in sources.values()}, reverse=True)
    age = looked_up(source_id, lambda s: days.index(sources[s].date_published), int).to_numpy()
    office = looked_up(source_id, lambda s: sources[s].office, object).to_numpy()
    # last, the candidate of each key with the lowest number; ties keep the order of the table
    ranked = np.lexsort((np.where(office == "", 0, age), precedence, key))
    first = np.r_[True, np.diff(key[ranked]) != 0] if len(ranked) else np.zeros(0, dtype=bool)
    best = ranked[first]
    chosen = best[np.cumsum(first) - 1]
    value = candidates["obs_value"].to_numpy()
    differs = (precedence[ranked] == precedence[chosen]) & (value[ranked] != value[chosen])
    differs &= (office[ranked] != office[chosen]) | (office[ranked] == "")
    if differs.any():
        at = np.flatnonzero(differs)[0]
        where = candidates["where"]
        raise SourceError(
            f"{where.iloc[chosen[at]]} and {where.iloc[ranked[at]]} print different values for the "
            "same thing; give their sources different precedence in source.toml"
        )
    kept = candidates.iloc[np.sort(best)]
    return kept.drop(columns=["precedence", "where"]).reset_index(drop=True)


def repeats(candidates: pd.DataFrame) -> dict[str, int]:
    """Return how many figures of each source only repeat another of it, value and all.

    Parameters
    ----------
    candidates
        Result of `observe`.

    Returns
    -------
    dict
        Source to number; sources without any are left out.
    """
    alike = _codes(candidates, [*KEY, "source_id", "obs_value"])
    again = candidates["source_id"][pd.Series(alike).duplicated().to_numpy()]
    return {str(source): int(count) for source, count in again.value_counts().items() if count}


def _codes(table: pd.DataFrame, names: Sequence[str]) -> NDArray[np.int64]:
    """Return one number a row, equal where all named columns are."""
    codes = np.zeros(len(table), dtype=np.int64)
    for name in names:
        column, distinct = codes_of(table[name])
        codes = codes * max(len(distinct), 1) + column
        if codes.max(initial=0) > LARGEST_CODE:
            codes, _ = pd.factorize(codes)
    return codes


def codes_of(column: "pd.Series[Any]") -> tuple[NDArray[np.integer[Any]], Sequence[Any]]:
    """Return one number a row, and what each number stands for."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), column.cat.categories.tolist()
    codes, distinct = pd.factorize(column)
    return codes, distinct.tolist()


def in_order(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return observations in the order of the catalogue, then of groups and periods.

    Parameters
    ----------
    table
        Observations, keys may repeat.
    catalogue
        Definitions, which give the order of indicators and areas.

    Returns
    -------
    DataFrame
        The same rows; the same observations in any order give the same table.
    """
    rank = {name: i for i, name in enumerate([*catalogue.indicators, *catalogue.areas])}
    order = np.zeros(len(table), dtype=np.int64)
    for name in ("indicator", "ref_area", "sex", "residence", "age", "wealth_quintile", "period"):
        codes, distinct = codes_of(table["time_period" if name == "period" else name])
        labels = [rank.get(d, 0) if name in _RANKED else str(d) for d in distinct]
        places = np.argsort(np.argsort(np.array(labels, dtype=object), kind="stable"))
        order = order * max(len(distinct), 1) + places[codes]
    if (np.diff(order) > 0).all():  # as many publishers' files are
        return table.reset_index(drop=True)
    places = np.argsort(order)
    ranked = order[places]
    alike = ranked[1:] == ranked[:-1]
    if alike.any():
        repeated = np.zeros(len(table), dtype=bool)
        repeated[places[np.r_[alike, False] | np.r_[False, alike]]] = True
        ids = np.zeros(len(table), dtype=np.int64)
        ids[repeated] = pd.factorize(table.loc[repeated, "figure_id"].to_numpy(), sort=True)[0]
        places = np.lexsort((ids, order))
    return table.take(places).reset_index(drop=True)


def is_total(o: Observation, catalogue: Catalogue) -> bool:
    """Return whether an observation is about everybody its indicator is about, not a group."""
    groups = all(getattr(o, name) == TOTAL for name in GROUP_CODES)
    return groups and o.age == catalogue.indicator(o.indicator).age


def yearly_series(
    observations: pd.DataFrame, catalogue: Catalogue
) -> dict[tuple[str, str], list[Observation]]:
    """Return the totals of whole years by indicator and area.

    Parameters
    ----------
    observations
        The observation table.
    catalogue
        Definitions; they say which age group is the total.

    Returns
    -------
    dict
        (indicator, ref_area) to observations in order of year.
    """
    return yearly_rows(observations_of(observations), catalogue)


def yearly_rows(
    rows: Iterable[Observation], catalogue: Catalogue
) -> dict[tuple[str, str], list[Observation]]:
    """Return what `yearly_series` does, from rows of the observation table."""
    found: dict[tuple[str, str], list[Observation]] = {}
    for o in rows:
        if is_year(o.time_period) and is_total(o, catalogue):
            found.setdefault((o.indicator, o.ref_area), []).append(o)
    return {key: sorted(rows, key=lambda o: o.time_period) for key, rows in found.items()}
