"""The equity report's charts."""

from collections.abc import Sequence
from typing import Final

from pandas import DataFrame

from childstats.analyses.equity import (
    DIMENSION_NAMES,
    Basis,
    Dimension,
    Gap,
    Subgroup,
    gap_years,
    gaps,
)
from childstats.analyses.equity_report import BASES, group_value, nothing_published
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.wording import brief_value, capitalised, lowered
from childstats.blocks import Chart, ChartData, Sentences, series_of_rows
from childstats.charts import bars, dumbbell
from childstats.charts.palette import DARK_BLUE
from childstats.codes import UnitMeasure

WHO: Final = ("first", "second")
"""Columns of the two ends of a gap."""


def plot_gaps(report: Report, indicators: Sequence[str]) -> Chart | Sentences:
    """Return the gaps of the shares as dumbbells, one row a gap.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids; those that are no shares are left to `plot_gap_years`.

    Returns
    -------
    Chart or Sentences
        From 0, each end with its interval; a sentence where there is none.
    """
    shares = [
        gap
        for gap in gaps(report, indicators)
        if report.indicator(gap.indicator).unit_measure is UnitMeasure.PROPORTION
    ]
    return _dumbbells(
        report,
        shares,
        title=report.t.say("Gaps between groups of children"),
        axis=report.t.say("Per cent of children"),
        labels=[report.indicator_name(gap.indicator) for gap in shares],
    )


def plot_gap_years(report: Report, indicator: str) -> Chart | Sentences:
    """Return the gaps of one rate over the years and dimensions as dumbbells.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.

    Returns
    -------
    Chart or Sentences
        One row a dimension and year; a sentence where there is none.
    """
    found = [gap for dimension in Dimension for gap in gap_years(report, indicator, dimension)]
    return _dumbbells(
        report,
        found,
        title=report.indicator_name(indicator),
        axis=report.t.say("Deaths per 1,000 live births"),
        labels=[capitalised(report.t.say(DIMENSION_NAMES[gap.dimension])) for gap in found],
    )


def _dumbbells(
    report: Report, found: Sequence[Gap], *, title: str, axis: str, labels: Sequence[str]
) -> Chart | Sentences:
    t = report.t
    if not found:
        return Sentences([nothing_published(report)], role="nothing")
    frame = DataFrame(
        [
            {
                "label": label,
                **{
                    f"{who}{end}": value
                    for who, group in zip(WHO, gap.ends, strict=True)
                    for end, value in _mark(report, gap, group).items()
                },
            }
            for label, gap in zip(_told_apart(report, found, labels), found, strict=True)
        ]
    )
    heads = (t.say("Group"), t.say("Compared with"))
    alt = t.say(
        "Dumbbell chart, {title}, {area}: {rows}.",
        title=title,
        area=report.area_name(report.ref_area),
        rows="; ".join(
            f"{row['label']}: {row['first_written']}, {row['second_written']}"
            for row in frame.to_dict("records")
        ),
    )
    used = figure_ids([group.row for gap in found for group in gap.ends])
    percent = report.indicator(found[0].indicator).unit_measure is UnitMeasure.PROPORTION
    plotted = dumbbell.plot(frame, measure=axis, heads=heads, percent=percent, language=t)
    return Chart(
        plotted,
        title=title,
        caption=t.say(
            "{axis}, {area}, {first} to {last}. Black strokes: published interval; a mark without "
            "one has none {cite}.",
            axis=axis,
            area=report.area_name(report.ref_area),
            first=str(min(gap.time_period for gap in found)),
            last=str(max(gap.time_period for gap in found)),
            cite=report.cite(*used),
        ),
        alt=alt,
        figure_ids=used,
        data=ChartData(
            kind="dumbbell",
            series=[
                series_of_rows(head, frame, who, written=list(frame[f"{who}_written"]))
                for who, head in zip(WHO, heads, strict=True)
            ],
            y_from_zero=True,
            colours=[colour for _, colour in dumbbell.MARKS],
            percent=percent,
        ),
    )


def _mark(report: Report, gap: Gap, group: Subgroup) -> dict[str, object]:
    """Return a group's value, published interval and words, by the end of a column's name."""
    is_open = gap.basis is not Basis.PRINT
    return {
        "": group.value,
        "_low": group.low if is_open else group.value,
        "_high": group.high if is_open else group.value,
        "_written": f"{group.name} {brief_value(report, group.row)}",
    }


def _told_apart(report: Report, found: Sequence[Gap], labels: Sequence[str]) -> list[str]:
    """Return the name of each row: with its year, and by what it is split where that is needed."""
    t = report.t
    named = [
        t.say("{name}, {period}", name=label, period=str(gap.time_period))
        for gap, label in zip(found, labels, strict=True)
    ]
    split = [lowered(t.say(DIMENSION_NAMES[gap.dimension])) for gap in found]
    groups = [" / ".join(group.name for group in gap.ends) for gap in found]
    for further in (split, groups):
        named = [
            f"{name} ({more})" if named.count(name) > 1 else name
            for name, more in zip(named, further, strict=True)
        ]
    return named


def plot_groups(report: Report, indicator: str) -> Chart | Sentences:
    """Return the wealth groups of one share with their intervals, poorest first.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.

    Returns
    -------
    Chart or Sentences
        A sentence where no year has two wealth groups.
    """
    t = report.t
    found = gap_years(report, indicator, Dimension.WEALTH)
    if not found:
        return Sentences([nothing_published(report)], role="nothing")
    gap = found[-1]
    frame = DataFrame(
        [
            {
                "label": capitalised(group.name),
                "value": group.value,
                "low": group.low,
                "high": group.high,
                "written": group_value(report, group),
            }
            for group in gap.groups
        ]
    )
    title = t.say("{name} by wealth", name=report.indicator_name(indicator))
    alt = t.say(
        "Chart of {name} by wealth, {area}, {period}: {values}.",
        name=report.indicator_name(indicator),
        area=report.area_name(report.ref_area),
        period=str(gap.time_period),
        values="; ".join(f"{row['label']} {row['written']}" for row in frame.to_dict("records")),
    )
    used = figure_ids([group.row for group in gap.groups])
    plotted = bars.plot(frame, measure=t.say("Per cent of children"), percent=True, language=t)
    return Chart(
        plotted,
        title=title,
        caption=t.say(
            "Per cent of children, {area}, {period}. Black strokes: {basis} {cite}.",
            area=report.area_name(report.ref_area),
            period=str(gap.time_period),
            basis=lowered(t.say(BASES[gap.basis])),
            cite=report.cite(*used),
        ),
        alt=alt,
        figure_ids=used,
        data=ChartData(
            kind="bars",
            series=[
                series_of_rows(
                    report.indicator_name(indicator), frame, written=list(frame["written"])
                )
            ],
            y_from_zero=True,
            colours=[DARK_BLUE],
            percent=True,
        ),
    )
