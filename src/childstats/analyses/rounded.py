"""What is worked out of small areas' counts: no finer and no surer than rounding leaves it."""

from collections.abc import Sequence
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

from childstats.figures.figure import Interval
from childstats.observations.policy import SMALL_LEVELS, Rule
from childstats.observations.table import Observation
from childstats.precision import rounded
from childstats.statistics.disclosure.rounding import counts_behind, percent_decimals

if TYPE_CHECKING:
    from childstats.analyses.report import Report

DECIMALS: Final = 1
"""Of a percentage that is worked out, where nothing forbids it."""
TOLERANCE: Final = 1e-9
CHANCE: Final = 0.02
"""A narrower confidence interval of ratios is written with a third decimal."""
MOST_DIGITS: Final = 5


class CountsBehind(NamedTuple):
    """Smallest and largest numerator and denominator that a printed share stands for."""

    cases: tuple[int, int]
    total: tuple[int, int]


def is_small(report: "Report", o: Observation) -> bool:
    """Return whether an observation is of an area below the province."""
    return report.workspace.catalogue.areas[o.ref_area].level in SMALL_LEVELS


def share_digits(report: "Report", o: Observation) -> int:
    """Return the decimals of a percentage that is worked out of an observation.

    Parameters
    ----------
    report
        The report.
    o
        A share, or a count of a known whole.

    Returns
    -------
    int
        One; of a small area none unless the printed denominator is 4,000 or more.
    """
    if not is_small(report, o):
        return DECIMALS
    whole = o.denominator
    if whole is None:
        name = report.indicator(o.indicator).denominator
        of_it = (
            report.observation(name, ref_area=o.ref_area, time_period=o.time_period)
            if name
            else None
        )
        whole = of_it.obs_value if of_it else None
    return int(percent_decimals(round(whole))) if whole else 0


def digits_of(report: "Report", total: float) -> int:
    """Return the decimals of a share of a number of people, in a report on any area."""
    return int(percent_decimals(round(total))) if report.is_small else DECIMALS


def share_ends(interval: Interval, digits: int) -> Interval:
    """Return an interval of proportions that holds another and ends at printed percentages.

    Parameters
    ----------
    interval
        Proportions.
    digits
        Decimals of a percentage.

    Returns
    -------
    Interval
        The lower end rounded down, the upper up.
    """
    unit = 100 * 10**digits
    return Interval(
        floor(interval.low * unit + TOLERANCE) / unit, ceil(interval.high * unit - TOLERANCE) / unit
    )


def consistent_digits(points: Sequence[Sequence[float]], digits: int) -> tuple[int, int]:
    """Return the decimals of values and of their differences with which a reader gets the same.

    Parameters
    ----------
    points
        Value, other value and their difference, in the unit that is printed.
    digits
        Decimals of both where that suffices; else the values have more.

    Returns
    -------
    tuple of int
        Of the values, and of the differences.

    Examples
    --------
    >>> consistent_digits([(82.44, 83.82, -1.38)], 1), consistent_digits([(9.44, 8.06, 1.38)], 1)
    ((1, 1), (2, 1))
    """
    for more in range(MOST_DIGITS):
        shown = ([round(rounded(part), digits + more) for part in three[:2]] for three in points)
        differences = (round(three[2], digits) for three in points)
        pairs = zip(shown, differences, strict=True)
        half = 0.5 * 10**-digits + TOLERANCE
        if all(abs(this - other - between) <= half for (this, other), between in pairs):
            return digits + more, digits
    return digits + MOST_DIGITS, digits


def digits_of_ratio(*limits: tuple[float, float], narrow: float = 0.05) -> int:
    """Return the decimals of a ratio that tell its limits from each other and from 1.

    Parameters
    ----------
    limits
        Pairs of limits.
    narrow
        A narrower interval is written with a third decimal.

    Examples
    --------
    >>> digits_of_ratio((0.84, 1.21)), digits_of_ratio((0.91, 0.93)), digits_of_ratio((0.8, 0.998))
    (2, 3, 3)
    """
    widths = [high - low for low, high in limits if low < high]
    digits = 3 if widths and min(widths) < narrow else 2
    ends = [rounded(end) for pair in limits for end in pair if isfinite(end)]
    while digits < MOST_DIGITS and any(end != 1 and round(end, digits) == 1 for end in ends):
        digits += 1
    return digits


def counts_of_share(report: "Report", o: Observation) -> CountsBehind:
    """Return the counts that the printed counts of a share stand for.

    Parameters
    ----------
    report
        The report.
    o
        A share with its counts.

    Returns
    -------
    CountsBehind
        The printed counts themselves unless the area is small and its counts are rounded.
    """
    protection = report.workspace.protection
    counts = (int(o.numerator), int(o.denominator))
    if protection is None or not is_small(report, o):
        return CountsBehind(*((n, n) for n in counts))
    rule = protection.policy.rule(o.indicator, report.workspace.catalogue)
    if rule is not Rule.ROUND:
        return CountsBehind(*((n, n) for n in counts))
    cases, total = ((int(low), int(high)) for low, high in map(counts_behind, counts))
    return CountsBehind(cases, total)


def share_behind(counts: CountsBehind) -> Interval:
    """Return what a share can be, given what its counts can be; a point where they are exact."""
    low, high = counts.cases[0] / counts.total[1], counts.cases[1] / counts.total[0]
    return Interval(low, min(high, max(low, 1.0)))
