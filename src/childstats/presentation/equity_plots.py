"""The equity report's charts."""

from collections.abc import Sequence
from textwrap import fill
from typing import Final

from childstats.codes import UnitMeasure
from childstats.presentation.blocks import Chart, ChartData, Sentences
from childstats.presentation.charts_equity import (
    END_MARKS,
    GapRow,
    Mark,
    draw_dumbbell,
    draw_groups,
)
from childstats.presentation.drawing import series_of_rows
from childstats.presentation.equity import DIMENSION_NAMES, Dimension, Gap, gap_years, gaps
from childstats.presentation.equity_report import BASES, group_value, nothing_published
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.theme import DARK_BLUE
from childstats.presentation.wording import brief_value, capitalised, lowered

NAME_WIDTH: Final = 30


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
    rows = [
        GapRow(
            fill(t.say("{name}, {period}", name=label, period=str(gap.time_period)), NAME_WIDTH),
            *(
                Mark(
                    group.value,
                    group.low,
                    group.high,
                    f"{fill(group.name, 18)}\n{brief_value(report, group.row)}",
                )
                for group in gap.ends
            ),
        )
        for gap, label in zip(found, labels, strict=True)
    ]
    heads = (t.say("Group"), t.say("Held against"))
    alt = t.say(
        "Dumbbell chart, {title}, {area}: {rows}.",
        title=title,
        area=report.area_name(report.ref_area),
        rows="; ".join(
            f"{row.label}: {row.worse.written}, {row.better.written}".replace("\n", " ")
            for row in rows
        ),
    )
    used = figure_ids([group.row for gap in found for group in gap.ends])
    percent = report.indicator(found[0].indicator).unit_measure is UnitMeasure.PROPORTION
    return Chart(
        title=title,
        caption=t.say(
            "{axis}, {area}, {first} to {last}. Black strokes: published interval, or the range of "
            "the printed digits, which is narrower than the mark {cite}.",
            axis=axis,
            area=report.area_name(report.ref_area),
            first=str(min(gap.time_period for gap in found)),
            last=str(max(gap.time_period for gap in found)),
            cite=report.cite(*used),
        ),
        alt=alt,
        svg=draw_dumbbell(rows, t=t, axis=axis, heads=heads, percent=percent),
        figure_ids=used,
        data=ChartData(
            kind="dumbbell",
            title=title,
            alt=alt,
            series=[
                series_of_rows(head, [(row.label, (m.value, m.low, m.high)) for row, m in marked])
                for head, marked in zip(
                    heads,
                    ([(r, r.worse) for r in rows], [(r, r.better) for r in rows]),
                    strict=True,
                )
            ],
            y_from_zero=True,
            colours=[colour for _, colour in END_MARKS],
            percent=percent,
        ),
    )


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
    marks = [
        (
            capitalised(group.name),
            Mark(group.value, group.low, group.high, group_value(report, group)),
        )
        for group in gap.groups
    ]
    title = t.say("{name} by wealth", name=report.indicator_name(indicator))
    alt = t.say(
        "Chart of {name} by wealth, {area}, {period}: {values}.",
        name=report.indicator_name(indicator),
        area=report.area_name(report.ref_area),
        period=str(gap.time_period),
        values="; ".join(f"{name} {mark_.written}" for name, mark_ in marks),
    )
    used = figure_ids([group.row for group in gap.groups])
    return Chart(
        title=title,
        caption=t.say(
            "Per cent of children, {area}, {period}. Black strokes: {basis} {cite}.",
            area=report.area_name(report.ref_area),
            period=str(gap.time_period),
            basis=lowered(t.say(BASES[gap.basis])),
            cite=report.cite(*used),
        ),
        alt=alt,
        svg=draw_groups(marks, t=t, axis=t.say("Per cent of children")),
        figure_ids=used,
        data=ChartData(
            kind="dots",
            title=title,
            alt=alt,
            series=[
                series_of_rows(
                    report.indicator_name(indicator),
                    [(name, (m.value, m.low, m.high)) for name, m in marks],
                )
            ],
            y_from_zero=True,
            colours=[DARK_BLUE],
            percent=True,
        ),
    )
