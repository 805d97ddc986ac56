"""The observation table: tidy, SDMX-shaped, one row a key, every value with its origin."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from childstats.catalogue.catalogue import Catalogue, Indicator
from childstats.codes import TOTAL, ObsStatus, UnitMeasure
from childstats.errors import CatalogueError, SourceError
from childstats.figures.published import COUNT_UNITS
from childstats.sources.source import Source

KEY: Final = [
    "ref_area",
    "time_period",
    "indicator",
    "sex",
    "age",
    "residence",
    "wealth_quintile",
]
COLUMNS: Final = [
    *KEY,
    "obs_value",
    "obs_low",
    "obs_high",
    "lower_bound",
    "upper_bound",
    "numerator",
    "denominator",
    "unit_measure",
    "obs_status",
    "source_id",
    "locator",
    "figure_id",
]
PERIOD: Final = re.compile(
    r"\d{4}(?:-(?:0[1-9]|1[0-2]))?/P[1-9]\d*[YM]|\d{4}-(?:Q[1-4]|S[12]|0[1-9]|1[0-2])", re.ASCII
)
YEAR: Final = re.compile(r"(?:19|20)\d{2}", re.ASCII)

COMPUTED_DIGITS: Final = 1
"""Decimals of a percentage that is computed from counts."""
GROUP_CODES: Final = {
    "sex": ("", TOTAL, "F", "M"),
    "residence": ("", TOTAL, "R", "U"),
    "wealth_quintile": ("", TOTAL, "Q1", "Q2", "Q3", "Q4", "Q5"),
}
"""SDMX codes of the groups that a figure may be limited to; empty is the total."""
PRINTED_VALUES: Final = (
    ("obs_value", "value"),
    ("obs_low", "low"),
    ("obs_high", "high"),
    ("lower_bound", "lower"),
    ("upper_bound", "upper"),
)
"""Columns of the observation table, and those of the figures that they come from."""
SHARE_SCALES: Final = {"percent": 100, "per_1000": 1000, "proportion": 1}
"""What a printed share is divided by to be a proportion."""


def is_year(period: object) -> bool:
    """Return whether a period is a whole calendar year."""
    return isinstance(period, int)


def is_total(o: Mapping[str, Any]) -> bool:
    """Return whether an observation is about everybody, not one sex, residence or quintile."""
    return all(o[name] == TOTAL for name in GROUP_CODES)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as dictionaries, missing cells as None.

    For the places that speak about single figures; arithmetic stays on columns.
    """
    objects = table.astype(object)
    return objects.where(objects.notna(), None).to_dict("records")  # type: ignore[return-value]


def printed_digits(o: Mapping[str, Any]) -> int:
    """Return how many decimals an observation was printed with, in the unit that readers see.

    Parameters
    ----------
    o
        One observation by column name.

    Returns
    -------
    int
        0 for ``96%``, 2 for ``99.42%``; 1 for a share that is computed from counts.
    """
    scale = {UnitMeasure.PROPORTION: 100, UnitMeasure.DEATHS_PER_1000_BIRTHS: 1}.get(
        o["unit_measure"], 0
    )
    width = (o["obs_high"] - o["obs_low"]) * scale
    if not width:
        return COMPUTED_DIGITS if scale and o["obs_value"] not in {0, 1} else 0
    return max(0, round(-math.log10(width)))


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
    if PERIOD.fullmatch(text):
        return text
    raise SourceError(f"unreadable time_period {text!r} in {where}; write 2025 or 2024-01/P9M")


def observe(
    figures: pd.DataFrame, catalogue: Catalogue, sources: Mapping[str, Source]
) -> pd.DataFrame:
    """Map published figures to candidate observations, in the units used inside.

    Parameters
    ----------
    figures
        Table of `childstats.figures.published.figures_table`.
    catalogue
        Definitions; they fix each indicator's unit and age group.
    sources
        Sources by id.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, ``precedence`` and ``where``; proportions in [0, 1], counts in ones,
        mortality per 1,000 births.
        A figure whose unit the source leaves unclear, or a missing mark, is no observation. Keys
        may repeat: two sources may print the same thing (see `prefer`).

    Raises
    ------
    SourceError
        If an area, indicator, period or code is unknown, or a unit does not fit its indicator.
    """
    rows = []
    for f in records(figures):
        where = f["where"]
        indicator = catalogue.indicator(f["indicator"])
        period = time_period(f["time_period"], where)
        try:
            catalogue.area(f["ref_area"], period)
        except CatalogueError as error:
            raise CatalogueError(f"{error} (in {where})") from None
        status = f["obs_status"] or ObsStatus.NORMAL.value
        if status not in list(ObsStatus):
            raise SourceError(
                f"unknown obs_status {status!r} in {where}; use one of {', '.join(ObsStatus)}"
            )
        for name, known in GROUP_CODES.items():
            if f[name] not in known:
                raise SourceError(
                    f"unknown {name} {f[name]!r} in {where}; use one of {', '.join(known[1:])}"
                )
        if f["value"] is None and f["denominator"] is None:
            continue
        values = _values(f, indicator, where)
        rows.append(
            {
                "ref_area": f["ref_area"],
                "time_period": period,
                "indicator": f["indicator"],
                "sex": f["sex"] or TOTAL,
                "age": f["age"] or indicator.age,
                "residence": f["residence"] or TOTAL,
                "wealth_quintile": f["wealth_quintile"] or TOTAL,
                **values,
                "unit_measure": indicator.unit_measure.value,
                "obs_status": status,
                "source_id": f["source_id"],
                "locator": f["locator"],
                "figure_id": f["figure_id"],
                "where": where,
            }
        )
    table = pd.DataFrame.from_records(rows, columns=[*COLUMNS, "where"]).astype(
        {"numerator": "Int64", "denominator": "Int64"}
        | dict.fromkeys(["obs_value", "obs_low", "obs_high", "lower_bound", "upper_bound"], float)
    )
    precedence = table["source_id"].map(lambda s: sources[s].precedence)
    return _sorted(table.assign(precedence=precedence), catalogue)


def _values(f: Mapping[str, Any], indicator: Indicator, where: str) -> dict[str, Any]:
    """Return value, interval and counts of one figure in the indicator's unit."""
    numerator, denominator = f["numerator"], f["denominator"]
    unit = str(f["unit"])
    if numerator is not None and indicator.unit_measure is UnitMeasure.PROPORTION:
        share = numerator / denominator
        _refuse_above(share, indicator, where)
        return {
            "obs_value": share,
            "obs_low": share,
            "obs_high": share,
            "numerator": numerator,
            "denominator": denominator,
            "lower_bound": None,
            "upper_bound": None,
        }
    if f["value"] is None:
        unit = "proportion"  # two counts and no number: a share, whatever the indicator
    match indicator.unit_measure:
        case UnitMeasure.PROPORTION if unit in SHARE_SCALES:
            divisor, factor = SHARE_SCALES[unit], 1
        case UnitMeasure.DEATHS_PER_1000_BIRTHS if unit == "per_1000":
            divisor, factor = 1, 1
        case UnitMeasure.PERSONS | UnitMeasure.NUMBER if unit in COUNT_UNITS:
            divisor, factor = 1, COUNT_UNITS[unit]
        case _:
            raise SourceError(
                f"unit {unit!r} of {f['text']!r} does not fit {indicator.indicator} "
                f"({indicator.unit_measure}) in {where}; correct the unit or the indicator"
            )
    # through the decimal text, so that 95.5 per cent is 0.955 and not 0.9550000000000001
    scaled = {
        name: float(Decimal(repr(f[printed])) * factor / divisor)
        for name, printed in PRINTED_VALUES
        if f[printed] is not None
    }
    _refuse_above(scaled["obs_value"], indicator, where)
    return {
        "lower_bound": None,
        "upper_bound": None,
        **scaled,
        "numerator": None,
        "denominator": denominator if indicator.unit_measure is UnitMeasure.PROPORTION else None,
    }


def _refuse_above(value: float, indicator: Indicator, where: str) -> None:
    if indicator.maximum is not None and value > indicator.maximum:
        raise SourceError(
            f"{indicator.indicator} is {value:g} in {where}, above its maximum "
            f"{indicator.maximum:g}; correct the figure or the catalogue"
        )


def prefer(candidates: pd.DataFrame) -> pd.DataFrame:
    """Keep one observation a key: that of the source with the lowest precedence number.

    Parameters
    ----------
    candidates
        Result of `observe`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, unique in `KEY`.

    Raises
    ------
    SourceError
        If two figures of equal precedence differ for one key: which one is used must be
        declared, not left to chance.
    """
    ranked = candidates.sort_values("precedence", kind="stable")
    best = ranked.groupby(KEY, sort=False)["precedence"].transform("min")
    contenders = ranked[ranked["precedence"] == best]
    differs = contenders.groupby(KEY, sort=False)["obs_value"].transform("nunique") > 1
    if differs.any():
        first, second = contenders.loc[differs, "where"].head(2)
        raise SourceError(
            f"{first} and {second} print different values for the same thing; "
            "give their sources different precedence in source.toml"
        )
    kept = contenders.drop_duplicates(KEY)
    return kept.sort_index().drop(columns=["precedence", "where"]).reset_index(drop=True)


def _sorted(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Order by catalogue, then period; the same input in any order gives the same bytes."""
    rank = {name: i for i, name in enumerate([*catalogue.indicators, *catalogue.areas])}
    order = pd.DataFrame(
        {
            "indicator": table["indicator"].map(rank),
            "ref_area": table["ref_area"].map(rank),
            **{name: table[name] for name in ("sex", "residence", "age", "wealth_quintile")},
            "time_period": table["time_period"].astype(str),
            "figure_id": table["figure_id"],
        }
    )
    return table.loc[order.sort_values(list(order.columns)).index].reset_index(drop=True)


def yearly_series(observations: pd.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the totals of whole years by indicator and area.

    Parameters
    ----------
    observations
        The observation table.

    Returns
    -------
    dict
        (indicator, ref_area) to observations in order of year.
    """
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for o in records(observations):
        if is_year(o["time_period"]) and is_total(o):
            found.setdefault((o["indicator"], o["ref_area"]), []).append(o)
    return {key: sorted(rows, key=lambda o: o["time_period"]) for key, rows in found.items()}
