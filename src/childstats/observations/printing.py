"""Checks of how figures are printed: number format, unit and scale of a whole column."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from childstats.codes import ObsStatus, UnitMeasure, Verdict
from childstats.errors import FigureError
from childstats.figures.parse import parse_figure
from childstats.figures.published import COUNT_UNITS
from childstats.observations.findings import (
    Finding,
    Held,
    finding_on,
    written_count,
    written_indicator,
    written_name,
    written_period,
    written_ratio,
    written_value,
)
from childstats.observations.table import Observation, published_in

FEWEST_IN_COLUMN: Final = 3
"""One or two small percentages may be true; a column of them that never passes 1 is proportions."""
OTHER_FORMAT: Final = {"en": "vi", "vi": "en"}
THOUSAND: Final = 1000


def percentages_are_not_proportions(held: Held) -> Iterator[Finding]:
    """Percentages of a column go beyond 1 somewhere; if they never do, they are proportions."""
    for column in _columns(held, units={"percent"}):
        language = held.sources[column["source_id"].iloc[0]].language
        beyond = column.loc[column["value"] > 1, "text"]
        if any(_says_no_unit(text, language) for text in beyond.unique()):
            continue
        alone = [f for f in published_in(column) if _says_no_unit(f.text, language)]
        if len(alone) < FEWEST_IN_COLUMN or not any(f.value for f in alone):
            continue  # all zero is zero in either unit
        for f in alone:
            yield finding_on(
                percentages_are_not_proportions,
                Verdict.WARNING,
                [f],
                "{name}: all {count} values of the column are 1 or less, though it is said to be "
                "in per cent; “{text}” looks like a proportion. It is not used; state the unit as "
                "proportion, or correct the figures.",
                obs_status=ObsStatus.LOW_RELIABILITY,
                name=written_name(held, f),
                count=written_count(len(alone)),
                text=f.text,
            )


def counts_are_whole_in_the_declared_format(held: Held) -> Iterator[Finding]:
    """People, schools and cases are whole numbers; where they are not, the marks are misread."""
    for figures in _columns(held, units={name for name, one in COUNT_UNITS.items() if one == 1}):
        # of a range its ends: the middle of 10-15 need not be whole
        ends = (figures[end].fillna(figures["value"]) for end in ("printed_low", "printed_high"))
        is_whole = np.logical_and.reduce([end % 1 == 0 for end in ends])
        if is_whole.all():
            continue
        column = published_in(figures)
        language = held.sources[column[0].source_id].language
        broken = published_in(figures[~is_whole])
        other = OTHER_FORMAT[language]
        readable = [f for f in column if _whole_in(f.text, other)]
        for f in broken:
            yield finding_on(
                counts_are_whole_in_the_declared_format,
                Verdict.WARNING,
                [f],
                "{name}: “{text}” is no whole number in the number format “{declared}” of its "
                "source; in the format “{other}”, {readable} of the {all} figures of the column "
                "are. It is not used; correct the language of the source.",
                obs_status=ObsStatus.LOW_RELIABILITY,
                name=written_name(held, f),
                text=f.text,
                declared=language,
                other=other,
                readable=written_count(len(readable)),
                all=written_count(len(column)),
            )


def unit_fits_the_whole(held: Held) -> Iterator[Finding]:
    """Parts are not a hundred times their whole, as when a heading says thousand by mistake."""
    for part in held.rows:
        whole = thousandfold_of(held, part)
        if whole is None:
            continue
        yield finding_on(
            unit_fits_the_whole,
            Verdict.WARNING,
            [part, whole],
            "{name}, {period}: {value} would be {times} times its whole, {whole_name} "
            "({whole_value}); a thousandth of it fits, so the heading of its unit is probably "
            "wrong. The figure is not used.",
            obs_status=ObsStatus.LOW_RELIABILITY,
            name=written_name(held, part),
            period=written_period(part),
            value=written_value(part),
            times=written_ratio(part.obs_value / whole.obs_value),
            whole_name=written_indicator(held, whole.indicator),
            whole_value=written_value(whole),
        )


def thousandfold_of(held: Held, part: Observation) -> Observation | None:
    """Return the whole of which a count is a part only if it is divided by a thousand.

    Parameters
    ----------
    held
        All that is held.
    part
        An observation.

    Returns
    -------
    mapping or None
        The observation of its whole; None where it fits as it is, or does not fit either way.
    """
    indicator = held.catalogue.indicator(part.indicator)
    if not indicator.denominator or indicator.unit_measure is UnitMeasure.PROPORTION:
        return None
    whole = held.beside(part, indicator.denominator)
    if whole is None or not whole.obs_value:
        return None
    times = part.obs_value / whole.obs_value
    return whole if THOUSAND / 100 < times <= THOUSAND else None


def _columns(held: Held, *, units: set[str]) -> Iterator[pd.DataFrame]:
    """Yield the figures of each source and indicator that are in one of the units."""
    printed = held.figures[held.figures["unit"].isin(units) & held.figures["value"].notna()]
    columns = printed.groupby(["source_id", "indicator"], sort=False, observed=True)
    yield from (column for _, column in columns)


def _says_no_unit(text: str, language: str) -> bool:
    """Return whether the print itself, without its column, is a bare number."""
    try:
        return parse_figure(text, language=language).unit is None
    except FigureError:
        return False


def _whole_in(text: str, language: str) -> bool:
    try:
        value = parse_figure(text, language=language).value
    except FigureError:
        return False
    return value == int(value)
