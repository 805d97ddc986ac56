"""Numbers of observations in words: with their printed digits, their hedge and their range."""

from math import inf
from typing import Any, Final

from childstats.analyses.report import Report
from childstats.analyses.rounded import (
    DECIMALS,
    digits_of_ratio,
    is_small,
    share_digits,
    share_ends,
)
from childstats.analyses.writing import PRINT, Of, is_count
from childstats.codes import ObsStatus, UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import NBSP
from childstats.observations.findings import shown_decimals
from childstats.observations.table import Observation
from childstats.statistics.estimate import Estimate
from childstats.text.number import Kind

LEAST_P: Final = 0.001
"""A smaller one is printed as below this."""


def value_in_words(report: Report, o: Observation) -> str:
    """Return an observation's value with the printed digits and hedge: ``about 68,000``."""
    t = report.t
    number = report.plain(o)
    if o.numerator is None:
        return number
    counts = t.say("{numerator} of {denominator}", **report.counts_of(o))
    return f"{number} ({counts})"


def with_unit(report: Report, o: Observation, written: str) -> str:
    """Return a written value, a rate with the unit that its name does not say."""
    if o.unit_measure != UnitMeasure.DEATHS_PER_1000_BIRTHS:
        return written
    return report.t.say(
        "{value} per {births} live births", value=written, births=report.count(1000, "constant")
    )


def brief_value(report: Report, o: Observation) -> str:
    """Return a value as briefly as a table cell wants it: a count as its share where it has one."""
    share = share_of_whole(report, o)
    if share is not None:
        return share_in_words(report, o, share)
    return report.plain(o)


def year_in_words(report: Report, o: Observation) -> str:
    """Return an observation's period, marked where the value is provisional."""
    period = report.t.period(o.time_period)
    if o.obs_status == ObsStatus.PROVISIONAL:
        return report.t.say("{year} (provisional)", year=period)
    return period


def printed_range(report: Report, o: Observation) -> str:
    """Return the range that the print allows; "" if exact.

    It has one decimal more than printed, unless the area is small: its limits are whole per cent.
    """
    if o.obs_low == o.obs_high:
        return ""
    digits = share_digits(report, o) if is_small(report, o) else shown_decimals(o) + 1
    return range_of(report, Interval(o.obs_low, o.obs_high), o, PRINT, digits=digits)


def range_of(
    report: Report, interval: Interval, o: Observation, formula: str, *, digits: int
) -> str:
    """Return an interval of an observation in its unit."""
    unit = o.unit_measure
    if is_count(unit):
        return report.limits(Kind.COUNT, interval.low, interval.high, formula, [o])
    if unit != UnitMeasure.PROPORTION:
        return report.limits(Kind.RATE, *interval, formula, [o], digits=digits)
    return report.limits(Kind.SHARE, *interval, formula, [o], digits=digits, percent=True, most=inf)


def percent_range(
    report: Report,
    interval: Interval | Estimate,
    formula: str,
    of: Of,
    *,
    digits: int = DECIMALS,
    **arguments: Any,
) -> str:
    """Return an interval of proportions as percentages; whole ones enclose it."""
    ends = Interval(float(interval.low), float(interval.high))
    ends = ends if digits else share_ends(ends, digits)
    return report.limits(Kind.SHARE, *ends, formula, of, digits=digits, percent=True, **arguments)


def whole_of(report: Report, o: Observation) -> Observation | None:
    """Return the whole that a figure is part of, for the same area and year, if published."""
    whole = report.indicator(o.indicator).denominator
    if not whole:
        return None
    return report.observation(whole, ref_area=o.ref_area, time_period=o.time_period)


def share_of_whole(report: Report, o: Observation) -> Interval | None:
    """Return a count as an interval of proportions of the whole it belongs to, if published.

    The whole is the indicator's ``denominator`` for the same area and year; a whole that the
    checks hold back is not divided by. A part is not more than its whole: what an open whole
    leaves unlimited ends at 1. None, too, where the whole is 0 or the prints leave everything open.
    """
    whole = None if o.unit_measure == UnitMeasure.PROPORTION else whole_of(report, o)
    if whole is None:
        return None
    low, high = Interval(o.obs_low, o.obs_high).divided_by(Interval(whole.obs_low, whole.obs_high))
    return Interval(low, min(high, 1.0)) if low <= 1 and (low, min(high, 1.0)) != (0, 1) else None


def share_in_words(report: Report, o: Observation, share: Interval) -> str:
    """Return the share that a count is of its whole, in words where only its low end is known."""
    digits, of = share_digits(report, o), [o, whole_of(report, o)]
    if share.low < share.high == 1:  # as far as the whole is open
        ends = share if digits else share_ends(share, digits)
        low = report.share(ends.low, "share_of.low", of, digits=digits)
        return report.t.say("at least {number}", number=low)
    return percent_range(report, share, "share_of", of, digits=digits)


def ratio_range(report: Report, ratio: Interval, formula: str, of: Of) -> str:
    """Return an interval of ratios, with a third decimal where two would make it look a point."""
    return report.limits(Kind.RATIO, *ratio, formula, of, digits=digits_of_ratio(ratio))


def ratio_in_brief(report: Report, ratio: Interval, formula: str, of: Of) -> str:
    """Return a ratio for the first page: one decimal where its whole range rounds to it."""
    of = list(of)
    low, high = (report.t.decimal(end, digits=1) for end in ratio)
    if low == high:
        number = report.number(Kind.RATIO, ratio.low, f"{formula}.low", of, digits=1).value
        return report.t.say("about {number}", number=number)
    return ratio_range(report, ratio, formula, of)


def capitalised(text: str) -> str:
    """Return text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """Return text with its first letter in lower case, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def p_value_in_words(report: Report, p_value: float, formula: str, of: Of) -> str:
    """Return ``p = 0.017``, or ``p < 0.001``."""
    digits = 3 if p_value < 0.1 else 2
    relation, shown, name = "=", p_value, f"{formula}.p_value"
    if p_value < LEAST_P:
        relation, shown, name = "<", LEAST_P, f"{name}.below"
    number = report.number(Kind.P_VALUE, shown, name, of, digits=digits).value
    return f"p{NBSP}{relation}{NBSP}{number}"
