"""The back of a report: its sources, and in each the place of every number that was used."""

from collections.abc import Iterator
from itertools import groupby

from childstats.observations.findings import Row
from childstats.presentation.blocks import Column, Table
from childstats.presentation.report import Report, as_printed
from childstats.presentation.wording import lowered


def table_evidence(report: Report) -> Table:
    """Return the sources cited so far with the place of every figure cited from them.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        One row a source, in the order of their numbers, in small letters; figures as printed.
        The years of one series stand together.
    """
    t = report.t
    rows = []
    for number, source_id in enumerate(report.cited_sources, start=1):
        source = report.workspace.sources[source_id]
        figures = [report.figure(i) for i in report.cited_figures if i.startswith(f"{source_id}:")]
        rows.append(
            (
                f"[{number}]",
                t.say(
                    "{publisher}. {title}. {date}.",
                    publisher=t.pick(en=source.publisher_en, vi=source.publisher),
                    title=source.title,
                    date=report.source_date(source_id),
                )
                + f"\n{source.address}",
                "; ".join(_places(report, figures)),
            )
        )
    return Table(
        title=t.say("Sources and where each number is printed"),
        columns=[
            Column(t.say("No."), width=0.5),
            Column(t.say("Publisher, title, date"), width=3.2),
            Column(t.say("Place in the source: number as printed, indicator"), width=6),
        ],
        rows=rows,
        figure_ids=list(report.cited_figures),
        compact=True,
    )


def _places(report: Report, figures: list[Row]) -> Iterator[str]:
    """Say for each place of a source what is printed there, in the order of the source."""
    ordered = sorted(report.series_of(figures), key=lambda group: _line(group[0]))
    for place, groups in groupby(ordered, key=lambda group: _place(report, group)):
        numbers = [
            report.t.say("{text} ({name})", text=_texts(group), name=_subject(report, group))
            for group in groups
        ]
        yield f"{place}: {', '.join(numbers)}"


def _line(f: Row) -> int:
    return int(f["figure_id"].rpartition(":")[2])


def _place(report: Report, group: list[Row]) -> str:
    place = report.locator(group[0])
    if len(group) == 1:
        return place
    return place.replace(group[0]["time_period"], _years(group))


def _years(group: list[Row]) -> str:
    return f"{group[0]['time_period']}–{group[-1]['time_period']}"


def _texts(group: list[Row]) -> str:
    first = as_printed(group[0])
    return first if len(group) == 1 else f"{first} … {as_printed(group[-1])}"


def _subject(report: Report, group: list[Row]) -> str:
    """Return what figures are about, with area and period where they are not the report's."""
    f = group[0]
    parts = [lowered(report.name_and_group(f))]
    if f["ref_area"] != report.ref_area:
        parts.append(report.area_name(f["ref_area"]))
    if len(group) > 1:
        parts.append(_years(group))
    elif f["time_period"] != str(report.time_period):
        parts.append(report.t.period(f["time_period"]))
    return ", ".join(parts)
