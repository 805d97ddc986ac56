"""Numbers of observations in words: with their printed digits, their hedge and their range."""

import re
from math import ceil, floor, isinf

from childstats.codes import ObsStatus, UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import NBSP
from childstats.observations.findings import Row, hedged_value
from childstats.observations.table import printed_digits
from childstats.presentation.report import Report
from childstats.presentation.rounded import DECIMALS, is_small, share_digits, share_ends
from childstats.statistics.estimate import Estimate


def value_in_words(report: Report, o: Row) -> str:
    """Return an observation's value with the printed digits and hedge: ``about 68,000``."""
    t = report.t
    number = hedged_value(t, o, report.figure(o["figure_id"]))
    if o["numerator"] is None:
        return number
    counts = t.say(
        "{numerator} of {denominator}",
        numerator=t.count(o["numerator"]),
        denominator=t.count(o["denominator"]),
    )
    return f"{number} ({counts})"


def brief_value(report: Report, o: Row) -> str:
    """Return a value as briefly as a table cell wants it: a count as its share where it has one."""
    share = share_of_whole(report, o)
    if share is not None:
        return percent_range(report, share, digits=share_digits(report, o))
    return hedged_value(report.t, o, report.figure(o["figure_id"]))


def year_in_words(report: Report, o: Row) -> str:
    """Return an observation's period, marked where the value is provisional."""
    period = report.t.period(o["time_period"])
    if o["obs_status"] == ObsStatus.PROVISIONAL:
        return report.t.say("{year} (provisional)", year=period)
    return period


def printed_range(report: Report, o: Row) -> str:
    """Return the range that the print allows; "" if exact.

    It has one decimal more than printed, unless the area is small: its limits are whole per cent.
    """
    if o["obs_low"] == o["obs_high"]:
        return ""
    digits = share_digits(report, o) if is_small(report, o) else printed_digits(o) + 1
    return proportion_range(report, Interval(o["obs_low"], o["obs_high"]), o, digits=digits)


def proportion_range(report: Report, interval: Interval, o: Row, *, digits: int) -> str:
    """Return an interval in the unit of an observation."""
    t = report.t
    return t.span(
        t.value(interval.low, o["unit_measure"], digits=digits),
        t.value(interval.high, o["unit_measure"], digits=digits),
    )


def percent_range(report: Report, interval: Interval | Estimate, *, digits: int = DECIMALS) -> str:
    """Return an interval of proportions as percentages; whole ones enclose it."""
    ends = Interval(float(interval.low), float(interval.high))
    ends = ends if digits else share_ends(ends, digits)
    return report.t.span(*(report.t.percent(end, digits=digits) for end in ends))


def only_counts(report: Report, o: Row) -> tuple[int, int] | None:
    """Return count and known whole where only one whole count is printed as this percentage."""
    whole_id = report.indicator(o["indicator"]).denominator
    if not whole_id or o["unit_measure"] != UnitMeasure.PROPORTION or o["numerator"] is not None:
        return None
    whole = report.observation(whole_id, ref_area=o["ref_area"], time_period=o["time_period"])
    if whole is None or whole["obs_low"] != whole["obs_high"]:
        return None
    low, high = (whole["obs_value"] * o[end] for end in ("obs_low", "obs_high"))
    first, last = ceil(round(low, 9)), floor(round(high, 9))
    return (first, int(whole["obs_value"])) if first == last else None


def share_of_whole(report: Report, o: Row) -> Interval | None:
    """Return a count as an interval of proportions of the whole it belongs to, if published.

    The whole is the indicator's ``denominator`` for the same area and year; a whole that the
    checks hold back is not divided by.
    """
    whole_id = report.indicator(o["indicator"]).denominator
    if not whole_id or o["unit_measure"] == UnitMeasure.PROPORTION:
        return None
    whole = report.observation(whole_id, ref_area=o["ref_area"], time_period=o["time_period"])
    if whole is None:
        return None
    return Interval(o["obs_low"], o["obs_high"]).divided_by(
        Interval(whole["obs_low"], whole["obs_high"])
    )


def ratio_range(report: Report, ratio: Interval) -> str:
    """Return an interval of ratios, with a third decimal where two would make it look a point."""
    t = report.t
    digits = ratio_digits(ratio)
    if isinf(ratio.high):
        return t.say("{number} or more", number=t.decimal(ratio.low, digits=digits))
    return t.span(t.decimal(ratio.low, digits=digits), t.decimal(ratio.high, digits=digits))


def ratio_digits(ratio: Interval) -> int:
    """Return the decimals of a ratio and its range, which are the same."""
    return 3 if ratio.high - ratio.low < 0.05 else 2


def ratio_in_brief(report: Report, ratio: Interval) -> str:
    """Return a ratio for the first page: one decimal where its whole range rounds to it."""
    t = report.t
    if isinf(ratio.high):
        return ratio_range(report, ratio)
    low, high = (t.decimal(end, digits=1) for end in ratio)
    return t.say("about {number}", number=low) if low == high else ratio_range(report, ratio)


def capitalised(text: str) -> str:
    """Return text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """Return text with its first letter in lower case, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def p_value_in_words(report: Report, p_value: float) -> str:
    """Return ``p = 0.017``, or ``p < 0.001``."""
    if p_value < 0.001:
        return f"p{NBSP}<{NBSP}{report.t.decimal(0.001, digits=3)}"
    return f"p{NBSP}={NBSP}{report.t.decimal(p_value, digits=3 if p_value < 0.1 else 2)}"


def without_brackets(name: str) -> str:
    """Return an indicator's name without how it was measured, which stands in brackets."""
    return re.sub(r" \([^()]*\)$", "", name)
