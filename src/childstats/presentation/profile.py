"""The annual profile: one area in one year, by the three levels of child protection."""

from math import ceil, floor
from textwrap import fill

from childstats.codes import Level, ObsStatus, Uncertainty, UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.findings import Row
from childstats.observations.table import printed_digits
from childstats.presentation.blocks import Chart, Column, Group, Sentences, Table
from childstats.presentation.brief import LEVELS, shares_reached
from childstats.presentation.charts import Bar, draw_bars
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.wording import (
    lowered,
    percent_range,
    printed_range,
    share_of_whole,
    value_in_words,
)
from childstats.statistics.proportions import proportion
from childstats.statistics.rates import rate

LEVEL_NAMES = {
    Level.PREVENTION: mark("Prevention"),
    Level.SUPPORT: mark("Support"),
    Level.INTERVENTION: mark("Intervention"),
}


def table_levels(report: Report, *, comparator_areas: list[str]) -> Table:
    """Return every figure of the year by level: value, uncertainty, comparison, source.

    Parameters
    ----------
    report
        The report.
    comparator_areas
        Areas to compare with, in order of preference.

    Returns
    -------
    Table
        One row an indicator, grouped by level.
    """
    t = report.t
    rows: list[tuple[str, ...] | Group] = []
    used: list[Row] = []
    for level in LEVELS:
        held = [
            o
            for indicator in report.workspace.catalogue.indicators.values()
            if indicator.level is level
            and (o := report.observation(indicator.indicator)) is not None
        ]
        if held:
            rows.append(Group(t.say(LEVEL_NAMES[level])))
        for o in held:
            rows.append(
                (
                    report.indicator_name(o["indicator"]),
                    _value_and_share(report, o),
                    _uncertainty(report, o),
                    _comparison(report, o, comparator_areas),
                    report.cite(o["figure_id"]),
                )
            )
        used += held
    return Table(
        title=t.say("The year by level of child protection"),
        columns=[
            Column(t.say("Indicator"), width=3.2),
            Column(t.say("Value"), width=2.1),
            Column(t.say("Uncertainty"), width=2.2),
            Column(t.say("Comparison"), width=2.9),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        notes=[
            t.say(
                "“Rounding” is the range of values that would be printed the same way. “95% CI” "
                "is a confidence interval: what chance alone could have changed. It is given for "
                "events, such as cases and operations, not for a full count at one moment."
            )
        ],
        figure_ids=figure_ids(used),
    )


def _value_and_share(report: Report, o: Row) -> str:
    share = share_of_whole(report, o)
    if share is None:
        return value_in_words(report, o)
    return report.t.say(
        "{count} ({share} of {whole})",
        count=value_in_words(report, o),
        share=percent_range(report, share),
        whole=lowered(report.indicator_name(report.indicator(o["indicator"]).denominator)),
    )


def _uncertainty(report: Report, o: Row) -> str:
    t = report.t
    indicator = report.indicator(o["indicator"])
    if indicator.uncertainty is Uncertainty.STOCHASTIC and indicator.denominator:
        whole = report.observation(indicator.denominator)
        if whole is not None and o["obs_low"] == o["obs_high"]:
            share = proportion(o["obs_value"], whole["obs_value"])
            return t.say("95% CI of the share: {range}", range=percent_range(report, share))
    if indicator.uncertainty is Uncertainty.STOCHASTIC and o["unit_measure"] == UnitMeasure.NUMBER:
        cases = rate(o["obs_value"], 1, per=1)
        return t.say(
            "95% CI: {range}",
            range=t.span(
                t.decimal(float(cases.low), digits=1), t.decimal(float(cases.high), digits=1)
            ),
        )
    if _gives_one_count(report, o):
        return t.say("exact count")
    printed = printed_range(report, o)
    return t.say("rounding: {range}", range=printed) if printed else t.say("exact count")


def _gives_one_count(report: Report, o: Row) -> bool:
    """Return whether only one whole count of a known whole is printed as this percentage."""
    whole_id = report.indicator(o["indicator"]).denominator
    whole = report.observation(whole_id) if whole_id else None
    if whole is None or o["unit_measure"] != UnitMeasure.PROPORTION:
        return False
    exact = whole["obs_low"] == whole["obs_high"]
    counts = [whole["obs_value"] * o[end] for end in ("obs_low", "obs_high")]
    return bool(exact) and ceil(round(counts[0], 9)) == floor(round(counts[1], 9))


def _comparison(report: Report, o: Row, comparator_areas: list[str]) -> str:
    """Return how the figure compares with the first area, or else year, that may be compared."""
    t = report.t
    here = share_of_whole(report, o) or _interval(o)
    is_share = o["unit_measure"] == UnitMeasure.PROPORTION or share_of_whole(report, o) is not None
    for area in comparator_areas:
        other = report.observation(o["indicator"], ref_area=area)
        if other is None or not is_share:
            continue
        there = share_of_whole(report, other) or _interval(other)
        return t.say(
            _relation(here, there),
            area=report.area_name(area),
            share=percent_range(report, there),
            cite=report.cite(other["figure_id"]),
        )
    earlier = [p for p in report.series(o["indicator"]) if p["time_period"] < report.time_period]
    if earlier and o["obs_status"] == ObsStatus.BREAK:
        return t.say(
            "{year}: {value}, not comparable {cite}",
            year=str(earlier[-1]["time_period"]),
            value=value_in_words(report, earlier[-1]),
            cite=report.cite(earlier[-1]["figure_id"]),
        )
    if earlier:
        return t.say(
            "{year}: {value} {cite}",
            year=str(earlier[-1]["time_period"]),
            value=value_in_words(report, earlier[-1]),
            cite=report.cite(earlier[-1]["figure_id"]),
        )
    return t.say("no comparable figure found")


def _relation(here: Interval, there: Interval) -> str:
    if here.overlaps(there):
        return mark("the same, as far as rounding shows, as {area}: {share} {cite}")
    if here.low > there.high:
        return mark("higher than {area}: {share} {cite}")
    return mark("lower than {area}: {share} {cite}")


def plot_shares(report: Report) -> Chart:
    """Return the year's shares as bars, lowest first, with the range that the print allows.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Chart
        Every share of the year of which more is better.

    Raises
    ------
    ValueError
        If the year has no such share.
    """
    t = report.t
    shares = shares_reached(report)
    bars = [
        Bar(
            label=fill(report.indicator_name(o["indicator"]), 44),
            value=o["obs_value"],
            low=o["obs_low"],
            high=o["obs_high"],
            written=t.percent(o["obs_value"], digits=printed_digits(o)),
        )
        for o in shares
    ]
    area = report.area_name(report.ref_area)
    values = t.join(
        [
            f"{report.indicator_name(o['indicator'])} {b.written}"
            for o, b in zip(shares, bars, strict=True)
        ]
    )
    return Chart(
        title=t.say("How far each service reaches"),
        caption=t.say(
            "Share reached, per cent, {area}, {period}; the black mark is the range that the "
            "printed digits allow {cite}.",
            area=area,
            period=str(report.time_period),
            cite=report.cite(*figure_ids(shares)),
        ),
        alt=t.say(
            "Bar chart of shares reached in {area}, {period}, from lowest to highest: {values}.",
            area=area,
            period=str(report.time_period),
            values=values,
        ),
        svg=draw_bars(bars, t=t, axis=t.say("Share reached")),
        figure_ids=figure_ids(shares),
    )


def table_last_published(report: Report, *, comparator_areas: list[str]) -> Table:
    """Return, for what the year's sources do not give, the last year with all areas published.

    Parameters
    ----------
    report
        The report.
    comparator_areas
        Areas beside the report's own, one column each.

    Returns
    -------
    Table
        One row an indicator of a rate or share whose last common year is before the report's.
    """
    t = report.t
    areas = [report.ref_area, *comparator_areas]
    rows: list[tuple[str, ...]] = []
    used: list[Row] = []
    for indicator in report.workspace.catalogue.indicators:
        by_year = [{o["time_period"]: o for o in report.series(indicator, area)} for area in areas]
        common = set(by_year[0]).intersection(*by_year[1:])
        countlike = report.indicator(indicator).unit_measure in {
            UnitMeasure.PERSONS,
            UnitMeasure.NUMBER,
        }
        if not common or countlike or max(common) == report.time_period:
            continue
        year = max(common)
        held = [years[year] for years in by_year]
        provisional = any(o["obs_status"] == ObsStatus.PROVISIONAL for o in held)
        shown = t.say("{year} (provisional)", year=str(year)) if provisional else str(year)
        rows.append(
            (
                report.indicator_name(indicator),
                shown,
                *(
                    t.value(o["obs_value"], o["unit_measure"], digits=printed_digits(o))
                    for o in held
                ),
                report.cite(*figure_ids(held)),
            )
        )
        used += held
    return Table(
        title=t.say("Last year published for all of these areas"),
        columns=[
            Column(t.say("Indicator"), width=3),
            Column(t.say("Year"), width=1.5),
            *(Column(report.area_name(area), "right", width=1.4) for area in areas),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        notes=[t.say("Mortality: deaths per 1,000 live births.")],
        figure_ids=figure_ids(used),
    )


def sentences_held_back(report: Report) -> Sentences:
    """Return what must not be compared or plotted for the report's area, and why.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Sentences
        One a finding.
    """
    found = [f for f in report.workspace.rows.checks(report.ref_area) if f["verdict"] == "warning"]
    return Sentences(
        [f"{f[f'message_{report.t.code}']} {report.cite(*f['figure_ids'].split())}" for f in found]
        or [report.t.say("No figure had to be held back.")],
        [figure_id for f in found for figure_id in f["figure_ids"].split()],
    )


def table_definitions(report: Report, *, ids: list[str] | None = None) -> Table:
    """Return the definitions of the indicators that the area has a figure of in the year.

    Parameters
    ----------
    report
        The report.
    ids
        Indicators to define instead.

    Returns
    -------
    Table
        Name and definition, in the order of the catalogue.
    """
    t = report.t
    wanted = ids or [
        i for i in report.workspace.catalogue.indicators if report.observation(i) is not None
    ]
    return Table(
        title=t.say("Definitions"),
        columns=[Column(t.say("Indicator"), width=1), Column(t.say("What is counted"), width=1.8)],
        rows=[
            (
                report.indicator_name(i),
                t.pick(en=report.indicator(i).definition_en, vi=report.indicator(i).definition_vi),
            )
            for i in wanted
        ],
    )


def _interval(o: Row) -> Interval:
    return Interval(o["obs_low"], o["obs_high"])
