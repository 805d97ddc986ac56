"""From figures to observations: each in the unit of its indicator, or refused with a reason."""

import math
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.catalogue.catalogue import Catalogue
from childstats.coded import filled, looked_up, relabelled
from childstats.codes import TOTAL, ObsStatus, UnitMeasure
from childstats.errors import CatalogueError, SourceError
from childstats.figures.published import COUNT_UNITS, without_refused
from childstats.observations.table import (
    COLUMNS,
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


def observe(
    figures: pd.DataFrame, catalogue: Catalogue, sources: Mapping[str, Source]
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
        If a figure of our own transcription has an unknown period or code, a unit that does not
        fit its indicator, or a value above its maximum.
    """
    table = _in_our_units(figures, catalogue)
    table, quarantined = without_refused(table, first_refusals(table, _rules(table)), sources)
    is_held = table["value"].notna() | table["numerator"].notna()
    held = table if is_held.all() else table[is_held]
    is_share = (held["unit_measure"] == UnitMeasure.PROPORTION).to_numpy()
    observed = held.assign(
        time_period=held["period"],
        precedence=looked_up(held["source_id"], lambda s: sources[s].precedence, int),
        **{name: held[name].where(is_share) for name in ("numerator", "denominator")},
    )
    return in_order(observed[[*COLUMNS, "where", "precedence"]], catalogue), quarantined


def _in_our_units(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return figures with their observation beside them; nan where the unit does not fit."""
    indicator = figures["indicator"]
    unit_measure = relabelled(indicator, lambda i: catalogue.indicator(i).unit_measure.value)
    has_counts = figures["numerator"].notna().to_numpy()
    only_counts = has_counts & figures["value"].isna().to_numpy()
    scale = _scale(unit_measure, figures["unit"], only_counts)
    is_share = has_counts & (unit_measure == UnitMeasure.PROPORTION).to_numpy()
    share = (figures["numerator"] / figures["denominator"]).to_numpy(float, na_value=np.nan)
    return figures.assign(
        period=looked_up(figures["time_period"], _period, object),
        area_fault=_area_faults(figures, catalogue),
        unit_measure=unit_measure,
        scale=np.where(is_share, 1.0, scale),
        minimum=looked_up(indicator, lambda i: catalogue.indicator(i).minimum, float),
        maximum=looked_up(indicator, lambda i: catalogue.indicator(i).maximum, float),
        **{
            f"obs_{name}": np.where(is_share, share, _scaled(figures[name].to_numpy(), scale))
            for name in ("value", "low", "high")
        },
        **{name: _scaled(figures[name].to_numpy(), scale) for name in _BOUNDS},
        age=filled(figures["age"], relabelled(indicator, lambda i: catalogue.indicator(i).age)),
        **{name: relabelled(figures[name], lambda code: code or TOTAL) for name in GROUP_CODES},
        obs_status=relabelled(figures["obs_status"], lambda s: s or ObsStatus.NORMAL.value),
    )


def _scale(
    unit_measure: "pd.Series[Any]", unit: "pd.Series[Any]", only_counts: NDArray[np.bool_]
) -> FloatArray:
    """Return the factor from print to observation; nan where the unit does not fit."""
    factors = np.array(
        [
            [CONVERSIONS.get((measure, printed), math.nan) for printed in unit.cat.categories]
            + [CONVERSIONS.get((measure, "proportion"), math.nan)]
            for measure in unit_measure.cat.categories
        ]
    ).reshape(len(unit_measure.cat.categories), -1)
    # two counts and no number: a share, whatever the indicator
    column = np.where(only_counts, factors.shape[1] - 1, unit.cat.codes)
    return factors[unit_measure.cat.codes, column]


def _scaled(numbers: FloatArray, scale: FloatArray) -> FloatArray:
    """Return numbers in our unit: 95.5 per cent is 0.955, and not 0.9550000000000001."""
    scaled = numbers * scale
    small, large = scale < 1, scale > 1
    scaled[small] = scaled[small].round(12)
    scaled[large] = scaled[large].round(6)
    return scaled


def _area_faults(figures: pd.DataFrame, catalogue: Catalogue) -> NDArray[np.object_]:
    """Return why an area cannot have a figure of its period, "" where it can."""
    for ref_area in figures["ref_area"].unique():
        if ref_area not in catalogue.areas:
            catalogue.area(ref_area)  # raises: a code that nobody knows is no row's fault alone
    areas, periods = figures["ref_area"], figures["time_period"]
    pairs, distinct = pd.factorize(
        areas.cat.codes.astype(np.int64) * len(periods.cat.categories) + periods.cat.codes
    )
    faults = []
    for pair in distinct:
        area, period = divmod(int(pair), len(periods.cat.categories))
        faults.append(
            _area_fault(catalogue, areas.cat.categories[area], periods.cat.categories[period])
        )
    return np.array(faults, dtype=object)[pairs]


def _area_fault(catalogue: Catalogue, ref_area: str, text: str) -> str:
    period = _period(text)
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


def _rules(table: pd.DataFrame) -> list[Rule]:
    """Return what an observation must not break, with what is said about it."""
    statuses, codes = list(ObsStatus), {name: c[1:] for name, c in GROUP_CODES.items()}
    has_number = table["value"].notna() | table["numerator"].notna()
    return [
        (
            table["period"].isna(),
            lambda f: f"unreadable time_period {f['time_period']!r}; write 2025 or 2024-01/P9M",
        ),
        (table["area_fault"] != "", lambda f: str(f["area_fault"])),
        (
            ~table["obs_status"].isin(statuses),
            lambda f: f"unknown obs_status {f['obs_status']!r}; use one of {', '.join(statuses)}",
        ),
        *(
            (
                ~table[name].isin(known),
                lambda f, name=name, known=known: (
                    f"unknown {name} {f[name]!r}; use one of {', '.join(known)}"
                ),
            )
            for name, known in codes.items()
        ),
        (
            has_number & table["scale"].isna(),
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
    ]


def _unit_of(f: "pd.Series[Any]") -> str:
    return "proportion" if pd.isna(f["value"]) else str(f["unit"])
