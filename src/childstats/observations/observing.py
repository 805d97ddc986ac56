"""From figures to observations: each in the unit of its indicator, or refused with a reason."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.catalogue.areas import days_of
from childstats.catalogue.catalogue import Catalogue
from childstats.coded import filled, looked_up, relabelled, which
from childstats.codes import TOTAL, ObsStatus, UnitMeasure
from childstats.errors import CatalogueError, SourceError
from childstats.figures.figure import Qualifier
from childstats.figures.published import COUNT_UNITS, without_refused
from childstats.observations.table import (
    COLUMNS,
    COMPUTED_DECIMALS,
    GROUP_CODES,
    SHARE_SCALES,
    in_order,
    time_period,
)
from childstats.sources.reading import Quarantined, Rule, first_refusals
from childstats.sources.source import Source

FloatArray: TypeAlias = NDArray[np.float64]
CONVERSIONS: Final = {
    **{(UnitMeasure.PROPORTION.value, unit): 1 / by for unit, by in SHARE_SCALES.items()},
    (UnitMeasure.DEATHS_PER_1000_BIRTHS.value, "per_1000"): 1.0,
    **{
        (measure.value, unit): float(ones)
        for measure in (UnitMeasure.PERSONS, UnitMeasure.NUMBER)
        for unit, ones in COUNT_UNITS.items()
    },
}
"""Unit of an observation and unit of a print, to the factor from print to observation."""
_BOUNDS: Final = ("lower_bound", "upper_bound")
_COUNTS: Final = ("numerator", "denominator")
_PRINTED: Final = ("printed_low", "printed_high")
_BOTH_WAYS: Final = {Qualifier.ROUNDED, Qualifier.ABOUT, Qualifier.RANGE}
"""Prints whose true value may lie to either side."""
_READ_IN: Final = {UnitMeasure.PROPORTION: 100.0, UnitMeasure.DEATHS_PER_1000_BIRTHS: 1.0}
"""What an observation is multiplied by where it is printed with decimals; counts have none."""


def observe(
    figures: pd.DataFrame,
    catalogue: Catalogue,
    sources: Mapping[str, Source],
    *,
    last_year: int | None = None,
) -> tuple[pd.DataFrame, list[Quarantined]]:
    """Map published figures to candidate observations, in the units used inside.

    Parameters
    ----------
    figures
        Published figures, columns `childstats.figures.published.COLUMNS`.
    catalogue
        Definitions; they fix each indicator's unit and age group.
    sources
        Sources by id.
    last_year
        The year of the edition: what ends later has not happened yet, and is no figure; None for
        no such limit.

    Returns
    -------
    tuple of DataFrame and list of Quarantined
        Columns `COLUMNS`, ``precedence`` and ``where``; proportions in [0, 1], counts in ones,
        mortality per 1,000 births. A figure whose unit the source leaves unclear, or a missing
        mark, is no observation. Keys may repeat: two sources may print the same thing (see
        `prefer`). And the figures of publishers' files that break a rule.

    Raises
    ------
    CatalogueError
        If an area or indicator is unknown.
    SourceError
        If a figure of our own transcription has an unknown period or code, a period that is still
        to come, a unit that does not fit its indicator, or a value above its maximum.
    """
    table = _in_our_units(figures, catalogue)
    table, quarantined = without_refused(
        table, first_refusals(table, _rules(table, last_year)), sources
    )
    is_held = table["has_number"].to_numpy()
    held = table if is_held.all() else table[is_held]
    is_share = which(held["unit_measure"], lambda u: u == UnitMeasure.PROPORTION)
    observed = held.assign(
        time_period=held["period"],
        precedence=looked_up(held["source_id"], lambda s: sources[s].precedence, int),
    )
    if not is_share.all():
        for name in _COUNTS:
            observed[name] = observed[name].where(is_share)
    return in_order(observed[[*COLUMNS, "where", "precedence"]], catalogue), quarantined


def _in_our_units(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return figures with their observation beside them; nan where the unit does not fit."""
    for name, kind in (("indicator", "indicator"), ("ref_area", "area")):
        catalogue.refuse_unknown(kind, figures[name].unique(), partial(_first_place, figures, name))
    indicator = figures["indicator"]
    unit_measure = relabelled(indicator, lambda i: catalogue.indicator(i).unit_measure.value)
    has_counts = figures["numerator"].notna().to_numpy()
    is_printed = figures["value"].notna().to_numpy()
    scale = _scale(unit_measure, figures["unit"], has_counts & ~is_printed)
    is_share = has_counts & which(unit_measure, lambda u: u == UnitMeasure.PROPORTION)
    counts = (figures[name].to_numpy(float, na_value=np.nan) for name in _COUNTS)
    share = np.divide(*counts)
    maximum = looked_up(indicator, lambda i: catalogue.indicator(i).maximum, float).to_numpy()
    numbers = {
        "value": figures["value"].to_numpy(),
        "low": figures["low"].to_numpy(),
        "high": np.minimum(_high(figures, maximum), _most(figures["value"], maximum / scale)),
    }
    return figures.assign(
        period=looked_up(figures["time_period"], _period, object),
        area_fault=_area_faults(figures, catalogue),
        has_number=has_counts | is_printed,
        unit_measure=unit_measure,
        scale=np.where(is_share, 1.0, scale),
        minimum=looked_up(indicator, lambda i: catalogue.indicator(i).minimum, float),
        maximum=maximum,
        **{
            f"obs_{name}": np.where(is_share, share, _scaled(printed, scale))
            for name, printed in numbers.items()
        },
        decimals=_decimals(figures["decimals"], unit_measure, scale, is_share, share),
        **{
            name: np.where(is_share, np.nan, _scaled(figures[name].to_numpy(), scale))
            for name in _PRINTED
        },
        **{name: _scaled(figures[name].to_numpy(), scale) for name in _BOUNDS},
        age=filled(figures["age"], relabelled(indicator, lambda i: catalogue.indicator(i).age)),
        **{name: relabelled(figures[name], lambda code: code or TOTAL) for name in GROUP_CODES},
        obs_status=relabelled(figures["obs_status"], lambda s: s or ObsStatus.NORMAL.value),
    )


def _first_place(figures: pd.DataFrame, name: str, code: str) -> str:
    """Return where a code stands first."""
    return str(figures["where"].array[int((figures[name] == code).to_numpy().argmax())])


def _scale(
    unit_measure: "pd.Series[Any]", unit: "pd.Series[Any]", only_counts: NDArray[np.bool_]
) -> FloatArray:
    """Return the factor from print to observation; nan where the unit does not fit."""
    factors = np.array(
        [
            [
                CONVERSIONS.get((measure, printed), math.nan)
                for printed in unit.cat.categories.tolist()
            ]
            + [CONVERSIONS.get((measure, "proportion"), math.nan)]
            for measure in unit_measure.cat.categories.tolist()
        ]
    ).reshape(len(unit_measure.cat.categories), -1)
    # two counts and no number: a share, whatever the indicator
    column = np.where(only_counts, factors.shape[1] - 1, unit.cat.codes)
    return factors[unit_measure.cat.codes, column]


def _high(figures: pd.DataFrame, maximum: FloatArray) -> FloatArray:
    """Return the high ends of prints, of a percentage of 100 beyond it where that is possible."""
    high = figures["high"].to_numpy(float)
    ends = which(figures["unit"], lambda u: u == "percent") & (high == SHARE_SCALES["percent"])
    ends &= which(figures["qualifier"], lambda q: q in _BOTH_WAYS) & np.isnan(maximum)
    if not ends.any():
        return high
    first, last = (figures[name].fillna(figures["value"]).to_numpy() for name in _PRINTED)
    return np.where(ends, last + (first - figures["low"].to_numpy()), high)


def _most(value: "pd.Series[Any]", maximum: FloatArray) -> FloatArray:
    """Return the highest end of each print: the maximum of its indicator, where there is one."""
    return np.where(np.isnan(maximum), np.inf, np.fmax(maximum, value.to_numpy(float)))


def _decimals(
    printed: "pd.Series[Any]",
    unit_measure: "pd.Series[Any]",
    scale: FloatArray,
    is_share: NDArray[np.bool_],
    share: FloatArray,
) -> Any:
    """Return the decimals of observations as readers see them, of computed shares our own."""
    read_in = looked_up(unit_measure, lambda u: _READ_IN.get(UnitMeasure(u), math.nan), float)
    moved = printed.to_numpy(float, na_value=np.nan) - np.log10(scale * read_in).round()
    computed = np.where((share == 0) | (share == 1), 0, COMPUTED_DECIMALS)
    is_count = np.isnan(read_in) & printed.notna().to_numpy()
    decimals = np.where(is_share, computed, np.where(is_count, 0, np.maximum(moved, 0)))
    return pd.array(decimals, dtype="Int64")


def _scaled(numbers: FloatArray, scale: FloatArray) -> FloatArray:
    """Return numbers in our unit: 95.5 per cent is 0.955, and not 0.9550000000000001."""
    scaled = numbers * scale
    small, large = scale < 1, scale > 1
    if small.all():
        return scaled.round(12)
    scaled[small] = scaled[small].round(12)
    scaled[large] = scaled[large].round(6)
    return scaled


def _area_faults(figures: pd.DataFrame, catalogue: Catalogue) -> "pd.Series[Any]":
    """Return why an area cannot have a figure of its period, "" where it can; as codes."""
    areas, periods = figures["ref_area"], figures["time_period"]
    pairs, distinct = pd.factorize(
        areas.cat.codes.to_numpy(np.int64) * len(periods.cat.categories)
        + periods.cat.codes.to_numpy()
    )
    known_areas = areas.cat.categories.tolist()
    known_periods = [_period(text) for text in periods.cat.categories.tolist()]
    faults, said = np.zeros(len(distinct), dtype=np.intp), {"": 0}
    for place, pair in enumerate(distinct.tolist()):
        area, period = divmod(pair, len(known_periods))
        fault = _area_fault(catalogue, known_areas[area], known_periods[period])
        if fault:
            faults[place] = said.setdefault(fault, len(said))
    return pd.Series(pd.Categorical.from_codes(faults[pairs], categories=pd.Index(list(said))))


def _area_fault(catalogue: Catalogue, ref_area: str, period: int | str | None) -> str:
    try:
        if period is not None:
            catalogue.area(ref_area, period)
    except CatalogueError as error:
        return str(error)
    return ""


def _period(text: str) -> int | str | None:
    try:
        return time_period(text, "")
    except SourceError:
        return None


def _year_of(text: str) -> int:
    """Return the year in which a period ends, 0 where it is no period."""
    period = _period(text)
    return 0 if period is None else int(days_of(period)[1][:4])


def _rules(table: pd.DataFrame, last_year: int | None) -> list[Rule]:
    """Return what an observation must not break, with what is said about it."""
    statuses, codes = list(ObsStatus), {name: c[1:] for name, c in GROUP_CODES.items()}
    return [
        (
            which(table["time_period"], lambda text: _period(text) is None),
            lambda f: f"unreadable time_period {f['time_period']!r}; write 2025 or 2024-01/P9M",
        ),
        (
            which(
                table["time_period"], lambda t: last_year is not None and _year_of(t) > last_year
            ),
            lambda f: (
                f"time_period {f['time_period']!r} is after {last_year}, the year of the edition; "
                "correct the period"
            ),
        ),
        (which(table["area_fault"], bool), lambda f: str(f["area_fault"])),
        (
            which(table["obs_status"], lambda s: s not in statuses),
            lambda f: f"unknown obs_status {f['obs_status']!r}; use one of {', '.join(statuses)}",
        ),
        *(
            (
                ~which(table[name], known.__contains__),
                lambda f, name=name, known=known: (
                    f"unknown {name} {f[name]!r}; use one of {', '.join(known)}"
                ),
            )
            for name, known in codes.items()
        ),
        (
            table["has_number"] & table["scale"].isna(),
            lambda f: (
                f"unit {_unit_of(f)!r} of {f['text']!r} does not fit {f['indicator']} "
                f"({f['unit_measure']}); correct the unit or the indicator"
            ),
        ),
        (
            table["obs_value"] < table["minimum"],
            lambda f: (
                f"{f['indicator']} is {f['obs_value']:g}, below its minimum "
                f"{f['minimum']:g}; correct the figure or the catalogue"
            ),
        ),
        (
            table["obs_value"] > table["maximum"],
            lambda f: (
                f"{f['indicator']} is {f['obs_value']:g}, above its maximum "
                f"{f['maximum']:g}; correct the figure or the catalogue"
            ),
        ),
        (
            (table["printed_high"] > table["maximum"])
            | (
                which(table["qualifier"], lambda q: q == Qualifier.OVER)
                & (table["obs_value"] >= table["maximum"])
            ),
            lambda f: (
                f"{f['text']!r} goes beyond the maximum {f['maximum']:g} of {f['indicator']}; "
                "correct the figure or the catalogue"
            ),
        ),
    ]


def _unit_of(f: "pd.Series[Any]") -> str:
    return "proportion" if pd.isna(f["value"]) else str(f["unit"])
