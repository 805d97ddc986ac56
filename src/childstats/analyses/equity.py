"""Gaps between groups of children: which groups are published, and WHO's measures of their gap.

An interval of a measure rests on the published confidence intervals of the groups, on bounds that
a publisher prints without a level, or only on the printed digits; which one is always said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import ndtri

from childstats.analyses.estimates import difference, ratio
from childstats.analyses.report import GROUPS, HELD_BACK, Report
from childstats.analyses.writing import is_count
from childstats.codes import TOTAL, Uncertainty
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.findings import shown_decimals
from childstats.observations.table import Observation
from childstats.precision import rounded
from childstats.statistics.estimate import Estimate

FIFTH_OF_CHILDREN: Final = (0.1, 0.35)
"""Least and largest part of the children who live in one fifth of the households by wealth."""
SAMPLE_LEVEL: Final = 0.95
"""Level of the intervals that household surveys publish; the source of each says so."""

ETHNIC: Final = {
    "ethnicity=minority": mark("ethnic minorities"),
    "ethnicity=majority": mark("majority"),
}
"""Subpopulations of the catalogue that are one ethnic group of another indicator's children."""


class Dimension(StrEnum):
    """What the groups differ in."""

    WEALTH = "wealth"
    ETHNICITY = "ethnicity"
    RESIDENCE = "residence"
    SEX = "sex"


DIMENSION_NAMES: Final = {
    Dimension.WEALTH: mark("wealth of the household"),
    Dimension.ETHNICITY: mark("ethnic group"),
    Dimension.RESIDENCE: mark("place of residence"),
    Dimension.SEX: mark("sex"),
}
COLUMN: Final = {
    Dimension.WEALTH: "wealth_quintile",
    Dimension.RESIDENCE: "residence",
    Dimension.SEX: "sex",
}
CODES: Final = {
    Dimension.WEALTH: ("Q1", "Q2", "Q3", "Q4", "Q5"),
    Dimension.RESIDENCE: ("R", "U"),
    Dimension.SEX: ("M", "F"),
}
"""Groups in the order from the usually worse off; sex has no order."""
CODE_NAMES: Final = GROUPS | {"M": mark("boys"), "F": mark("girls")}


class Basis(StrEnum):
    """What the interval of a gap rests on."""

    SAMPLE = "sample"
    """95 % confidence intervals of the groups."""
    BOUNDS = "bounds"
    """Bounds that the publisher prints without saying their level."""
    PRINT = "print"
    """The printed digits only; chance is not known."""


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One group of children.

    Attributes
    ----------
    name
        In the report's language.
    row
        Its observation.
    low, high
        Its interval: published, else what the print allows.
    """

    name: str
    row: Observation
    low: float
    high: float

    @property
    def value(self) -> float:
        """Its published value."""
        return float(self.row.obs_value)

    @property
    def standard_error(self) -> float:
        """Half the width of its interval at 95 % in standard errors, as if it were symmetric."""
        return (self.high - self.low) / (2 * float(ndtri((1 + SAMPLE_LEVEL) / 2)))


@dataclass(frozen=True, slots=True)
class Gap:
    """The groups of one indicator in one year along one dimension.

    Attributes
    ----------
    indicator, dimension, time_period
        What, along which dimension, when.
    groups
        Two or more that share nobody, from the usually worse off; as published for sex.
    basis
        What an interval of their gap rests on.
    polarity
        ``higher`` or ``lower``: which is better.
    """

    indicator: str
    dimension: Dimension
    time_period: int
    groups: Sequence[Subgroup]
    basis: Basis
    polarity: str

    @property
    def ends(self) -> tuple[Subgroup, Subgroup]:
        """The group that stands worse and the one that stands better.

        For wealth and residence the two ends of the order, whichever stands better; for sex and
        ethnicity the worse and the better value.
        """
        first, last = self.groups[0], self.groups[-1]
        if self.dimension in {Dimension.WEALTH, Dimension.RESIDENCE}:
            return first, last
        worse_first = (first.value <= last.value) == (self.polarity == "higher")
        return (first, last) if worse_first else (last, first)


def gaps(report: Report, indicators: Sequence[str]) -> list[Gap]:
    """Return for each indicator and dimension the last year in which groups are published.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids; an indicator of one ethnic group belongs to the one it is part of.

    Returns
    -------
    list of Gap
        In the order of the indicators, then of `Dimension`.
    """
    found = []
    for indicator in indicators:
        for dimension in Dimension:
            years = gap_years(report, indicator, dimension)
            if years:
                found.append(years[-1])
    return found


def gap_years(report: Report, indicator: str, dimension: Dimension) -> list[Gap]:
    """Return one gap a year, up to the report's year, in which two groups or more are published.

    Parameters
    ----------
    report
        The report.
    indicator, dimension
        What, along which dimension.

    Returns
    -------
    list of Gap
        In order of year; none of counts, nor where neither more nor less is better.
    """
    known = report.indicator(indicator)
    if known.polarity == "none" or is_count(known.unit_measure):
        return []
    return [
        _gap(report, indicator, dimension, named)
        for named in _by_year(report, indicator, dimension)
        if len(named) >= 2
    ]


def lone_groups(report: Report, indicator: str) -> list[Observation]:
    """Return the figures of groups whose counterpart is not published for the same year.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.

    Returns
    -------
    list of Observation
        In the order of `Dimension`, then of year.
    """
    return [
        named[0][1]
        for dimension in Dimension
        for named in _by_year(report, indicator, dimension)
        if len(named) == 1
    ]


def _by_year(
    report: Report, indicator: str, dimension: Dimension
) -> list[list[tuple[str, Observation]]]:
    """Return the published groups of each year up to the report's."""
    rows = (
        _ethnic_rows(report, indicator)
        if dimension is Dimension.ETHNICITY
        else _group_rows(report, indicator, dimension)
    )
    found: dict[int, list[tuple[str, Observation]]] = {}
    for name, o in rows:
        if o.time_period <= report.time_period:
            found.setdefault(o.time_period, []).append((name, o))
    return [found[year] for year in sorted(found)]


def _group_rows(
    report: Report, indicator: str, dimension: Dimension
) -> list[tuple[str, Observation]]:
    """Return the figures of one dimension's groups, everybody in the other dimensions."""
    column = COLUMN[dimension]
    others = [name for name in COLUMN.values() if name != column]
    held = {
        (o.time_period, getattr(o, column)): o
        for o in report.workspace.rows.observations(report.ref_area)
        if o.indicator == indicator
        and o.obs_status not in HELD_BACK
        and isinstance(o.time_period, int)
        and getattr(o, column) != TOTAL
        and all(getattr(o, name) == TOTAL for name in others)
    }
    return [
        (report.t.say(CODE_NAMES[code]), held[year, code])
        for year in sorted({year for year, _ in held})
        for code in CODES[dimension]
        if (year, code) in held
    ]


def _ethnic_rows(report: Report, indicator: str) -> list[tuple[str, Observation]]:
    """Return the figures of indicators of one ethnic group's children with this definition."""
    definition = report.indicator(indicator).comparability
    return [
        (report.t.say(name), o)
        for subpopulation, name in ETHNIC.items()
        for other in report.workspace.catalogue.indicators.values()
        if other.comparability == definition and other.subpopulation == subpopulation
        for o in report.series(other.indicator)
    ]


def _gap(
    report: Report, indicator: str, dimension: Dimension, named: list[tuple[str, Observation]]
) -> Gap:
    rows = [o for _, o in named]
    bounded = all(o.lower_bound is not None and o.upper_bound is not None for o in rows)
    ends = ("lower_bound", "upper_bound") if bounded else ("obs_low", "obs_high")
    sample = report.indicator(indicator).uncertainty is Uncertainty.SAMPLE
    basis = (Basis.SAMPLE if sample else Basis.BOUNDS) if bounded else Basis.PRINT
    return Gap(
        indicator=indicator,
        dimension=dimension,
        time_period=rows[0].time_period,
        groups=[Subgroup(name, o, *(float(getattr(o, end)) for end in ends)) for name, o in named],
        basis=basis,
        polarity=report.indicator(indicator).polarity,
    )


def absolute_gap(gap: Gap) -> Estimate:
    """Return by how much the worse end falls short of the better one (WHO: difference).

    Parameters
    ----------
    gap
        Groups of one indicator.

    Returns
    -------
    Estimate
        In the unit of the indicator, positive where the worse end is behind; its limits are a
        95 % confidence interval, or what bounds or print allow, as the gap's basis says.
    """
    worse, better = gap.ends
    if gap.basis is Basis.SAMPLE:
        return difference(
            [worse.value, better.value],
            standard_errors=[worse.standard_error, better.standard_error],
            order=[1, 2],
            polarity=gap.polarity,
        )
    value = difference([worse.value, better.value], order=[1, 2], polarity=gap.polarity).value
    above, below = (better, worse) if gap.polarity == "higher" else (worse, better)
    low, high = above.low - below.high, above.high - below.low
    return Estimate(value, np.float64(rounded(low)), np.float64(rounded(high)))


def relative_gap(gap: Gap) -> Estimate:
    """Return how many times the higher end is the lower one, as WHO's ratio has it.

    Parameters
    ----------
    gap
        Groups of one indicator.

    Returns
    -------
    Estimate
        Above 1 where the worse end is behind; limits as of `absolute_gap`.
    """
    worse, better = gap.ends
    if gap.basis is Basis.SAMPLE:
        return ratio(
            [worse.value, better.value],
            standard_errors=[worse.standard_error, better.standard_error],
            order=[1, 2],
            polarity=gap.polarity,
        )
    value = ratio([worse.value, better.value], order=[1, 2], polarity=gap.polarity).value
    above, below = (better, worse) if gap.polarity == "higher" else (worse, better)
    limits = Interval(above.low, above.high).divided_by(Interval(below.low, below.high))
    return Estimate(value, *(np.float64(rounded(end)) for end in limits))


def digits_of_gap(gap: Gap) -> int:
    """Return the decimals with which a gap is that of the printed values."""
    return max(1, *(shown_decimals(group.row) for group in gap.ends))


def fits_its_total(report: Report, gap: Gap) -> bool:
    """Return whether the groups of a gap can have the total that is held of the same children.

    Parameters
    ----------
    report
        The report.
    gap
        Groups of one indicator.

    Returns
    -------
    bool
        False where the total of the same year and source lies outside of all its groups; of
        wealth fifths also where no weights of `FIFTH_OF_CHILDREN` give it, taking those that are
        not held as between the others. True where no such total is held.
    """
    total = report.observation(gap.indicator, time_period=gap.time_period)
    if total is None or {g.row.source_id for g in gap.groups} != {total.source_id}:
        return True
    prints = [Interval(group.row.obs_low, group.row.obs_high) for group in gap.groups]
    low, high = min(p.low for p in prints), max(p.high for p in prints)
    if gap.dimension is Dimension.WEALTH:
        between = [Interval(low, high)] * (len(CODES[Dimension.WEALTH]) - len(prints))
        lows, highs = zip(*prints, *between, strict=True)
        low, high = _weighted(lows, 1), _weighted(highs, -1)
    return bool(low <= total.obs_high and total.obs_low <= high)


def _weighted(values: Sequence[float], sign: int) -> float:
    """Return the least (sign 1) or largest (-1) mean that the weights of fifths allow."""
    least, most = FIFTH_OF_CHILDREN
    left, mean = 1.0 - least * len(values), least * sum(values)
    for value in sorted(values, reverse=sign < 0):
        more = min(left, most - least)
        mean, left = mean + more * value, left - more
    return mean
