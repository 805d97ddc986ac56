"""Sources with what was taken from each and where it stands: for reports of many figures."""

from collections.abc import Sequence

from childstats.observations.findings import Row
from childstats.presentation.blocks import Column, Table
from childstats.presentation.report import Report


def table_places(report: Report) -> Table:
    """Return the sources cited so far with the figures taken from each and their places.

    `Report.table_origins` gives a row to each figure or series; a report of long series and many
    pairs would fill pages with it. ``childstats trace`` gives the place of any single number.

    Parameters
    ----------
    report
        The report, at its end.

    Returns
    -------
    Table
        One row a source, in the order of the numbers in the text.
    """
    t = report.t
    groups: dict[str, dict[str, list[Row]]] = {}
    for figure_id in report.cited_figures:
        f = report.figure(figure_id)
        groups.setdefault(f["source_id"], {}).setdefault(f["indicator"], []).append(f)
    listed = report.table_sources().rows
    rows = []
    for row, by_indicator in zip(listed, groups.values(), strict=True):
        number, publisher, title, published, address = row if isinstance(row, tuple) else ()
        taken = "; ".join(_taken(report, figures) for figures in by_indicator.values())
        rows.append((number, f"{publisher}: {title} ({published})", taken, address))
    return Table(
        title=t.say("Sources, and where each figure is printed in them"),
        columns=[
            Column(t.say("No."), width=0.4),
            Column(t.say("Source"), width=4),
            Column(t.say("Figure and place in the source"), width=4.4),
            Column(t.say("Address"), width=2.3),
        ],
        rows=rows,
        notes=[
            t.say(
                "Of several figures the first place is named; the data beside this report give the "
                "place of each."
            )
        ],
        figure_ids=list(report.cited_figures),
        compact=True,
    )


def _taken(report: Report, figures: Sequence[Row]) -> str:
    """Return indicator, years, and the first place, which names the area too."""
    first = min(figures, key=lambda f: int(f["figure_id"].partition(":")[2]))
    more = " …" if len({report.locator(f) for f in figures}) > 1 else ""
    name = report.indicator_name(first["indicator"])
    return f"{name}, {_years(report, figures)}: {report.locator(first)}{more}"


def _years(report: Report, figures: Sequence[Row]) -> str:
    periods = sorted({str(f["time_period"]) for f in figures})
    if len(periods) > 1 and all(period.isdigit() for period in periods):
        return f"{periods[0]}–{periods[-1]}"
    return ", ".join(report.t.period(period) for period in periods)
