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
    fits_its_total,
    gap_years,
    gaps,
)
from childstats.analyses.equity_report import BASES, DOUBT, group_value, nothing_published
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.wording import brief_value, capitalised, lowered
from childstats.blocks import Chart, ChartData, Sentences, series_of_rows
from childstats.charts import bars, dumbbell
from childstats.charts.palette import DARK_BLUE
from childstats.codes import UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import mark

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
        labels=[report.indicator_name(gap.indicator) for gap in shares],
    )


def plot_gap_years(report: Report, indicator: str) -> Chart | Sentences:
    """Return the gaps of one share or rate over the years and dimensions as dumbbells.

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
        labels=[capitalised(report.t.say(DIMENSION_NAMES[gap.dimension])) for gap in found],
    )


def _dumbbells(
    report: Report, found: Sequence[Gap], *, title: str, labels: Sequence[str]
) -> Chart | Sentences:
    t = report.t
    if not found:
        return Sentences([nothing_published(report)], role="nothing")
    frame = DataFrame(
        [
            {
                "label": _marked(report, gap, label),
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
    percent, measure = _unit(report, found[0])
    plotted = dumbbell.plot(frame, measure=measure, heads=heads, percent=percent, language=t)
    return Chart(
        plotted,
        title=title,
        caption=_caption(report, found, report.cite(*used)),
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


def _unit(report: Report, gap: Gap) -> tuple[bool, str]:
    """Return whether a gap is one of shares, and what its axis measures."""
    percent = report.indicator(gap.indicator).unit_measure is UnitMeasure.PROPORTION
    measure = mark("Per cent of children") if percent else mark("Deaths per 1,000 live births")
    return percent, report.t.say(measure)


def _caption(report: Report, found: Sequence[Gap], cite: str) -> str:
    """Return measure, area and years of a chart of gaps, and what of it is drawn means."""
    t = report.t
    years = [gap.time_period for gap in found]
    bases = {gap.basis for gap in found}
    drawn = bases - {Basis.PRINT}
    if not drawn:
        message = mark("{measure}, {area}, {period}. No interval is published {cite}.")
    elif Basis.PRINT in bases:
        message = mark(
            "{measure}, {area}, {period}. Black strokes: {basis}; a mark without one has none "
            "{cite}."
        )
    else:
        message = mark("{measure}, {area}, {period}. Black strokes: {basis} {cite}.")
    caption = t.say(
        message,
        measure=_unit(report, found[0])[1],
        area=report.area_name(report.ref_area),
        period=t.span(str(min(years)), str(max(years))),
        basis=" / ".join(lowered(t.say(BASES[basis])) for basis in Basis if basis in drawn),
        cite=cite,
    )
    doubtful = any(not fits_its_total(report, gap) for gap in found)
    return f"{caption} {t.say(DOUBT)}" if doubtful else caption


def _marked(report: Report, gap: Gap, label: str) -> str:
    """Return a label, marked where the groups cannot have their total."""
    return label if fits_its_total(report, gap) else f"{label} ‡"


def _drawn(gap: Gap, group: Subgroup) -> Interval:
    """Return the interval that is drawn of a group: the published one, else its value alone."""
    if gap.basis is Basis.PRINT:
        return Interval(group.value, group.value)
    return Interval(group.low, group.high)


def _mark(report: Report, gap: Gap, group: Subgroup) -> dict[str, object]:
    """Return a group's value, published interval and words, by the end of a column's name."""
    low, high = _drawn(gap, group)
    return {
        "": group.value,
        "_low": low,
        "_high": high,
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
    """Return the wealth groups of one share or rate with their intervals, poorest first.

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
                "label": _marked(report, gap, capitalised(group.name)),
                "value": group.value,
                "low": _drawn(gap, group).low,
                "high": _drawn(gap, group).high,
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
    percent, measure = _unit(report, gap)
    plotted = bars.plot(frame, measure=measure, percent=percent, language=t)
    return Chart(
        plotted,
        title=title,
        caption=_caption(report, [gap], report.cite(*used)),
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
            percent=percent,
        ),
    )
