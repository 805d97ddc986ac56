"""One trend in detail: how a series changed, and when its target is met."""

from math import isfinite
from typing import Final

from childstats.analyses.report import Report, figure_ids
from childstats.analyses.trend import Outlook, Prospect, Trend, prospect_of, trend_of
from childstats.analyses.trend_words import pace_in_words, signed_change
from childstats.blocks import Sentences
from childstats.language import mark
from childstats.text.number import Kind

OUTLOOKS: Final = {
    Outlook.TOO_FEW_YEARS: mark(
        "When the target will be met is not projected: too few comparable years."
    ),
    Outlook.NEVER: mark(
        "If the pace of {first} to {last} ({pace} a year) went on, the target would not be met: "
        "the line leads away from it."
    ),
    Outlook.TOO_FAR: mark(
        "If the pace of {first} to {last} ({pace} a year) went on, the target would be further "
        "away than the series is long; a year is therefore not given."
    ),
    Outlook.PASSED: mark(
        "If the pace of {first} to {last} ({pace} a year) went on in a straight line, the target "
        "was met in {year} (95% interval: {low} to {high}); no comparable figure shows whether it "
        "was."
    ),
    Outlook.PROJECTED: mark(
        "If the pace of {first} to {last} ({pace} a year) went on in a straight line, the target "
        "would be met in {year} (95% interval: {low} to {high}). Nothing says that it will go on."
    ),
}


def trend_sentences(report: Report, indicator: str) -> Sentences:
    """Return how one series changed, what is not joined to it, and when a target is met.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.

    Returns
    -------
    Sentences
        Empty where nothing is published for the area.
    """
    trend = trend_of(report, indicator)
    if not trend.rows:
        return Sentences([])
    sentences = [
        _stopped(report, indicator, trend),
        _change(report, trend),
        _outlook(report, prospect_of(report, indicator, trend.rows), trend),
    ]
    return Sentences([s for s in sentences if s], figure_ids(trend.rows))


def _stopped(report: Report, indicator: str, trend: Trend) -> str:
    """Return which years the trend leaves out, because a break parts them from it."""
    inside = {o.time_period for o in trend.rows}
    outside = [o for o in report.series(indicator) if o.time_period not in inside]
    if not outside:
        return ""
    return report.t.say(
        "The trend covers {first} to {last}. {years}: on the other side of a break, not joined to "
        "it.",
        first=str(min(inside)),
        last=str(max(inside)),
        years=report.t.join([str(o.time_period) for o in outside]),
    )


def _change(report: Report, trend: Trend) -> str:
    if trend.change is None:
        return ""
    t = report.t
    first, last = trend.years
    return t.say(
        "Average change a year, {first} to {last} ({count} figures): {change}.",
        count=report.count(len(trend.rows), of=trend.rows),
        first=str(first),
        last=str(last),
        change=pace_in_words(report, trend),
    )


def _outlook(report: Report, prospect: Prospect, trend: Trend) -> str:
    t = report.t
    message = OUTLOOKS.get(prospect.outlook)
    if message is None:
        return ""
    formula, of = "projection_to_target.annual_change", trend.rows
    if trend.relative:  # a rate: its unit is that of the values
        pace = report.number(Kind.DIFFERENCE, prospect.pace, formula, of, digits=1, sign=True).value
    else:
        points = signed_change(report, prospect.pace, formula, of, relative=False).value
        pace = t.say("{number} points", number=points)
    return t.say(
        message,
        first=str(trend.rows[0].time_period),
        last=str(trend.rows[-1].time_period),
        pace=pace,
        year=_year(report, prospect.year),
        low=_year(report, prospect.low),
        high=_year(report, prospect.high),
    )


def _year(report: Report, year: float) -> str:
    """Return a projected year; inf is never, -inf already met."""
    if isfinite(year):
        return str(int(year))
    return report.t.say("never") if year > 0 else report.t.say("already met")
