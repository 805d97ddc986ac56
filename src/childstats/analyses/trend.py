"""What a series of one area did over the years: its direction by a test, its pace, its outlook."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import inf, isfinite
from typing import Final

from childstats.analyses.denominators import tells_direction
from childstats.analyses.estimates import (
    average_annual_change,
    projection_to_target,
    proportion,
    theil_sen,
)
from childstats.analyses.report import Report
from childstats.analyses.targets import TargetVerdict, target_met
from childstats.analyses.verdicts import Direction, change_verdict
from childstats.codes import ObsStatus, Uncertainty, UnitMeasure
from childstats.observations.boundaries import is_rebased
from childstats.observations.guard import Ground, comparable
from childstats.observations.table import Observation
from childstats.statistics.estimate import Estimate
from childstats.statistics.recent_trend import RECENT_PERIODS

LEAST_YEARS: Final = RECENT_PERIODS
"""Fewer years give no direction, pace or outlook: five in any order prove little already."""
CHANGE_DIGITS: Final = 3
"""Decimals of a yearly change as a proportion: it is printed as per cent or points with one."""


@dataclass(frozen=True, slots=True)
class Trend:
    """What can be said of the longest run of comparable years.

    Attributes
    ----------
    rows
        The run, in order of year.
    direction
        That of `change` with the digits that are printed.
    change
        Average change a year with its 95 % interval, None with fewer than five years: of a share
        Theil and Sen's slope as a proportion, of a rate the relative change by regression, None
        where a rate of 0 has none.
    relative
        Whether the change is relative to the value.
    """

    rows: Sequence[Observation]
    direction: Direction
    change: Estimate | None
    relative: bool

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        years = [o.time_period for o in self.rows]
        return (years[0], years[-1]) if years else (0, 0)


class Outlook(StrEnum):
    """What may be said of the year in which a target is met."""

    NO_TARGET = "no target"
    TOO_FEW_YEARS = "too few years"
    MET = "met"
    NEVER = "never"
    """The line leads away from the target."""
    TOO_FAR = "too far"
    """Further away than the series is long."""
    PASSED = "passed"
    """In a year that is over by the report's, without a figure to show it."""
    PROJECTED = "projected"


@dataclass(frozen=True, slots=True)
class Prospect:
    """The outlook on an indicator's target.

    Attributes
    ----------
    outlook
        Its kind; only `PASSED` and `PROJECTED` ones are told with their year.
    year, low, high
        Year in which the straight line meets the target and its 95 % limits; inf is never.
    pace
        Change of the line a year, in the unit of the values.
    """

    outlook: Outlook
    year: float = inf
    low: float = inf
    high: float = inf
    pace: float = 0.0


def has_confidence_interval(report: Report, o: Observation) -> bool:
    """Return whether an observation has counts of events, so that chance can be reckoned."""
    stochastic = report.indicator(o.indicator).uncertainty is Uncertainty.STOCHASTIC
    return stochastic and o.numerator is not None


def interval_of(report: Report, o: Observation) -> tuple[float, float]:
    """Return the confidence limits (Wilson) where there are counts of events, else the print's."""
    if has_confidence_interval(report, o):
        share = proportion(o.numerator, o.denominator)
        return float(share.low), float(share.high)
    return o.obs_low, o.obs_high


def unbroken(report: Report, rows: Sequence[Observation]) -> list[Observation]:
    """Return the longest run of years that may be joined; of two equally long, the later.

    Parameters
    ----------
    report
        The report.
    rows
        Observations of one series in order of year.

    Returns
    -------
    list of dict
        A run ends at a break, and where the territory changed.
    """
    if not rows:
        return []
    runs = [[rows[0]]]
    for before, after in pairwise(rows):
        if apart(report, before, after):
            runs.append([])
        runs[-1].append(after)
    return max(reversed(runs), key=len)


def apart(report: Report, before: Observation, after: Observation) -> bool:
    """Return whether two neighbours of a series must not be joined."""
    if after.obs_status == ObsStatus.BREAK and not is_rebased(after):
        return True
    reasons = comparable(report.workspace, before, after)
    return bool({reason.ground for reason in reasons} & {Ground.BREAK, Ground.BORDERS})


def trend_of(report: Report, indicator: str, *, ref_area: str | None = None) -> Trend:
    """Return what the longest run of comparable years did.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    ref_area
        The report's own unless given.

    Returns
    -------
    Trend
        With no rows where nothing is published.
    """
    rows = unbroken(report, report.series(indicator, ref_area))
    relative = report.indicator(indicator).unit_measure is not UnitMeasure.PROPORTION
    years = [o.time_period for o in rows]
    if len(rows) < LEAST_YEARS:
        return Trend(rows, Direction.UNKNOWN, None, relative)
    values = [o.obs_value for o in rows]
    change = average_annual_change(values, years) if relative else theil_sen(values, years)
    if not isfinite(change.value):
        return Trend(rows, Direction.UNCLEAR, None, relative)
    low, high = (round(float(end), CHANGE_DIGITS) for end in (change.low, change.high))
    direction = change_verdict(low, high)
    census = report.indicator(indicator).uncertainty is Uncertainty.CENSUS
    told = direction is Direction.UNCLEAR or not census or tells_direction(rows[0], rows[-1])
    return Trend(
        rows,
        direction if told else Direction.DENOMINATOR,
        Estimate(change.value, change.low, change.high),
        relative,
    )


def prospect_of(report: Report, indicator: str, rows: Sequence[Observation]) -> Prospect:
    """Return when a straight line through a run of years meets the indicator's target.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    rows
        A run of comparable years, see `unbroken`.

    Returns
    -------
    Prospect
        A year only where there are at least five, and only if it is no further away than the
        series is long (see the notes of `projection_to_target`).
    """
    known = report.indicator(indicator)
    if known.target is None:
        return Prospect(Outlook.NO_TARGET)
    if not rows or target_met(report, rows[-1]) in {TargetVerdict.MET, TargetVerdict.ALREADY}:
        return Prospect(Outlook.MET)
    if len(rows) < LEAST_YEARS:
        return Prospect(Outlook.TOO_FEW_YEARS)
    years = [o.time_period for o in rows]
    line = projection_to_target(
        [o.obs_value for o in rows], years, known.target, polarity=known.polarity
    )
    met = float(line.value)
    if met <= years[-1]:
        outlook = Outlook.MET
    elif met == inf:
        outlook = Outlook.NEVER
    else:
        near = met - years[-1] <= years[-1] - years[0]
        outlook = Outlook.PROJECTED if near else Outlook.TOO_FAR
        if near and met < report.time_period:
            outlook = Outlook.PASSED
    return Prospect(outlook, met, float(line.low), float(line.high), float(line.annual_change))
