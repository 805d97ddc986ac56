"""The trends of a report in words: the bottom line, the table of all, and each in detail."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

from childstats.analyses.against import standing_in_words, tested_against
from childstats.analyses.areas import wider_areas
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import share_digits
from childstats.analyses.targets import target_in_digits, target_sentence
from childstats.analyses.trend import (
    CHANGE_DIGITS,
    Trend,
    has_confidence_interval,
    interval_of,
    trend_of,
)
from childstats.analyses.verdicts import Direction
from childstats.analyses.wording import value_in_words, with_unit
from childstats.blocks import Column, Sentences, Table
from childstats.codes import UnitMeasure
from childstats.language import mark
from childstats.observations.table import Observation
from childstats.text.claim import Word
from childstats.text.number import Kind, Written

SENTENCES: Final = {
    Direction.ROSE: mark("It rose from {start} in {first} to {end} in {last}."),
    Direction.FELL: mark("It fell from {start} in {first} to {end} in {last}."),
    Direction.UNCLEAR: mark("From {first} to {last} there was no clear change."),
    Direction.DENOMINATOR: mark(
        "From {first} to {last} the share and the number that it counts went opposite ways, since "
        "the number due changed; no direction is told."
    ),
    Direction.UNKNOWN: mark("There are too few comparable years for a trend."),
}
WORDS: Final = {
    Direction.ROSE: Word.ABOVE,
    Direction.FELL: Word.BELOW,
    Direction.UNCLEAR: Word.NO_CLEAR_DIFFERENCE,
}
CELLS: Final = {
    Direction.ROSE: mark("rose, {first} to {last}"),
    Direction.FELL: mark("fell, {first} to {last}"),
    Direction.UNCLEAR: mark("no clear change, {first} to {last}"),
    Direction.DENOMINATOR: mark("not told: the number due changed, {first} to {last}"),
    Direction.UNKNOWN: mark("too few comparable years"),
}


def per_births(report: Report, indicators: Iterable[str]) -> list[str]:
    """Return a note on the unit of rates, where one of the indicators is a rate."""
    units = {report.indicator(i).unit_measure for i in indicators}
    if UnitMeasure.DEATHS_PER_1000_BIRTHS not in units:
        return []
    return [report.t.say("Rates: deaths per 1,000 live births.")]


def coverage_sentences(
    report: Report, indicators: list[str], *, comparator_areas: list[str] | None = None
) -> Sentences:
    """Return for each indicator where the area stands and which way it went.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids, most important first.
    comparator_areas
        Areas to stand against in the last year that all have; those that contain the report's
        own unless given.

    Returns
    -------
    Sentences
        One an indicator that is published for the area.
    """
    sentences, used = [], []
    areas = wider_areas(report) if comparator_areas is None else comparator_areas
    for indicator in indicators:
        series = report.series(indicator)
        if not series:
            continue
        last, trend = series[-1], trend_of(report, indicator)
        compared = _compared(report, indicator, areas)
        standing = _standing(report, compared)
        cited = [last, *trend.rows[:1], *trend.rows[-1:], *(compared if standing else [])]
        used += cited
        value = with_unit(report, last, value_in_words(report, last))
        where = f"{report.area_name(report.ref_area)}, {last.time_period}"
        parts = [
            f"{report.indicator_name(indicator)}, {where}: {value}.",
            target_sentence(report, last),
            direction_in_words(report, trend),
            standing,
        ]
        written = " ".join(part for part in parts if part)
        sentences.append(f"{written} {report.cite(*figure_ids(cited))}")
    if not sentences:
        return Sentences([_nothing(report)], role="nothing")
    return Sentences(sentences, figure_ids(used), role="bottom_line")


def _nothing(report: Report) -> str:
    return report.t.say(
        "None of these series is held for {area}.", area=report.area_name(report.ref_area)
    )


def _compared(report: Report, indicator: str, areas: list[str]) -> list[Observation]:
    """Return other areas' observations of the last year that they share with the report's own."""
    for here in reversed(report.series(indicator)):
        beside = [
            o
            for area in areas
            if area != report.ref_area
            and (o := report.observation(indicator, ref_area=area, time_period=here.time_period))
        ]
        if beside:
            return beside
    return []


def _standing(report: Report, compared: list[Observation]) -> str:
    """Return where the area stood against others, "" where counts for a test are missing."""
    if not compared:
        return ""
    year = compared[0].time_period
    here = report.observation(compared[0].indicator, time_period=year)
    areas = [o.ref_area for o in compared]
    tested = tested_against(report, here, areas) if here else []
    if not tested:
        return ""
    return report.t.say(
        "In {year} it was {standing}.", year=str(year), standing=standing_in_words(report, tested)
    )


def direction_in_words(report: Report, trend: Trend) -> str:
    """Return the sentence whose verb the test supports, for the years that it covers."""
    by_year = {o.time_period: o for o in trend.rows}
    first, last = trend.years
    if trend.change is not None and trend.direction in WORDS:
        low, high = (round(float(end), CHANGE_DIGITS) for end in trend.change[1:])
        of, area = trend.rows[0].indicator, trend.rows[0].ref_area
        report.claim(("trend", of, area, first, last), WORDS[trend.direction], low, high)
    return report.t.say(
        SENTENCES[trend.direction],
        first=str(first),
        last=str(last),
        start=report.plain(by_year[first]) if first in by_year else "",
        end=report.plain(by_year[last]) if last in by_year else "",
    )


def pace_in_words(report: Report, trend: Trend) -> str:
    """Return the average change a year, in points of a share or per cent of a rate."""
    if trend.change is None or not isfinite(trend.change.value):
        return "–"
    value, low, high = (float(part) for part in trend.change)
    limits = {"low": low, "high": high} if isfinite(low) and isfinite(high) else {}
    formula = "average_annual_change" if trend.relative else "theil_sen"
    written = signed_change(report, value, formula, trend.rows, trend.relative, **limits)
    points = written.value
    if not trend.relative:
        points = report.t.say("{number} points", number=points)
    return f"{points} ({report.t.span(written.low, written.high)})" if limits else points


def signed_change(
    report: Report,
    change: float,
    formula: str,
    of: Sequence[Observation],
    relative: bool,
    **limits: float,
) -> Written:
    """Return a yearly change with its sign: per cent of the value, or percentage points."""
    kind = Kind.CHANGE if relative else Kind.DIFFERENCE
    return report.number(kind, change, formula, of, digits=1, percent=True, sign=True, **limits)


def table_trends(
    report: Report, indicators: list[str], *, comparator_areas: list[str] | None = None
) -> Table | Sentences:
    """Return all series at one glance, a row an indicator.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids, in order.
    comparator_areas
        Areas whose value of the same year stands beside it; as `coverage_sentences`.

    Returns
    -------
    Table or Sentences
        Latest value with its interval, comparators, target, yearly change and direction; a
        sentence where none is published.
    """
    t = report.t
    rows, used = [], []
    areas = wider_areas(report) if comparator_areas is None else comparator_areas
    for indicator in indicators:
        series = report.series(indicator)
        if not series:
            continue
        last, trend = series[-1], trend_of(report, indicator)
        compared = _compared(report, indicator, areas)
        used += [last, *trend.rows, *compared]
        known = report.indicator(indicator)
        target = "–"
        if known.target is not None:
            target = f"{target_in_digits(report, indicator)} ({known.target_year})"
        rows.append(
            (
                report.indicator_name(indicator),
                _latest(report, last),
                _beside(report, last, compared),
                target,
                pace_in_words(report, trend),
                t.say(CELLS[trend.direction], first=str(trend.years[0]), last=str(trend.years[1])),
                report.cite(*figure_ids([last, *trend.rows, *compared])),
            )
        )
    if not rows:
        return Sentences([_nothing(report)], role="nothing")
    return Table(
        title=t.say("All series at a glance"),
        columns=[
            Column(t.say("Indicator"), width=2.3),
            Column(t.say("Latest"), width=1.9),
            Column(t.say("Same year elsewhere"), width=2.5),
            Column(t.say("Target"), width=1),
            Column(t.say("Change a year"), width=1.9),
            Column(t.say("Direction"), width=1.7),
            Column(t.say("Source"), width=0.9),
        ],
        rows=rows,
        notes=[
            t.say(
                "Latest: in brackets the 95% confidence interval where counts are held. "
                "Change a year: average over the longest run without a break and its 95% interval; "
                "percentage points for shares (Theil–Sen), per cent of the value for rates "
                "(regression). Direction: rose or fell where that interval does not hold 0. "
                "Elsewhere: where no counts are held, chance cannot be judged and nothing is "
                "called higher."
            ),
            *per_births(report, indicators),
        ],
        figure_ids=figure_ids(used),
    )


def _latest(report: Report, o: Observation) -> str:
    t = report.t
    written = report.plain(o)
    if has_confidence_interval(report, o):
        (low, high), digits = interval_of(report, o), share_digits(report, o)
        written = t.say(
            "{value} ({low} to {high})",
            value=written,
            low=report.share(low, "proportion.low", [o], digits=digits).removesuffix("%"),
            high=report.share(high, "proportion.high", [o], digits=digits),
        )
    return f"{written}, {o.time_period}"


def _beside(report: Report, last: Observation, compared: list[Observation]) -> str:
    """Return the values of other areas with their year, and the area's own of another year."""
    if not compared:
        return "–"
    year = compared[0].time_period
    own = [report.observation(last.indicator, time_period=year)] if year != last.time_period else []
    written = [f"{report.area_name(o.ref_area)} {report.plain(o)}" for o in (*own, *compared) if o]
    return f"{'; '.join(written)} ({year})"
