"""Where the figures of a report of many years are printed, a row for each series."""

from collections.abc import Iterable

from childstats.observations.findings import Row
from childstats.presentation.blocks import Column, Table
from childstats.presentation.report import Report


def table_places(report: Report) -> Table:
    """Return where the figures that the report has cited are printed, a row a source and series.

    `Report.table_origins` gives a row to each figure or year; reports of long series would fill
    pages with it. `childstats trace` gives the place of any single number.

    Parameters
    ----------
    report
        The report, at its end.

    Returns
    -------
    Table
        Indicator, areas, years, and the first and last place in the source.
    """
    t = report.t
    groups: dict[tuple[str, str], list[Row]] = {}
    for figure_id in report.cited_figures:
        f = report.figure(figure_id)
        groups.setdefault((f["indicator"], f["source_id"]), []).append(f)
    order = list(report.workspace.catalogue.indicators)
    rows = []
    for (indicator, _), figures in sorted(groups.items(), key=lambda g: order.index(g[0][0])):
        areas = dict.fromkeys(report.area_name(f["ref_area"]) for f in figures)
        first, last = figures[0], max(figures, key=lambda f: int(f["figure_id"].split(":")[1]))
        places = dict.fromkeys(report.locator(f) for f in (first, last))
        rows.append(
            (
                report.indicator_name(indicator),
                t.join(list(areas)),
                _years(report, figures),
                f"{report.cite(first['figure_id'])} {' … '.join(places)}",
            )
        )
    return Table(
        title=t.say("Where each figure is printed"),
        columns=[
            Column(t.say("Figure"), width=3),
            Column(t.say("Area"), width=2.6),
            Column(t.say("Years"), width=1.1),
            Column(t.say("Source and place in it"), width=3.6),
        ],
        rows=rows,
        notes=[
            t.say(
                "The first and the last place of each series; the data beside this report give "
                "the place of every number."
            )
        ],
        figure_ids=list(report.cited_figures),
    )


def _years(report: Report, figures: Iterable[Row]) -> str:
    periods = sorted({str(f["time_period"]) for f in figures})
    if all(period.isdigit() for period in periods) and len(periods) > 1:
        return f"{periods[0]}–{periods[-1]}"
    return "; ".join(report.t.period(int(p) if p.isdigit() else p) for p in periods)
