"""The back of a report: every figure as printed, how precise it is, and where it is printed."""

import re
from collections.abc import Sequence
from typing import Final

from childstats.analyses.provenance import KINDS, came_by, dated, name_with_unit
from childstats.analyses.report import Report
from childstats.analyses.wording import capitalised
from childstats.blocks import Column, Group, Table
from childstats.figures.grammar import ROUNDED_UNITS
from childstats.figures.published import PublishedFigure
from childstats.observations.processed import as_printed
from childstats.precision import magnitude
from childstats.text.number import Kind
from childstats.text.places import place_in_words

MOST_LINES: Final = 2**63
"""More than any file has: what has no line of its own comes last."""
PRECISION: Final = 2
"""Where the column of the precision stands, if it does."""
LONG_PRINT: Final = 100
"""A longer print, of many years, takes a wider column."""
SMALLEST_SHOWN: Final = 0.0005
"""A printed precision below this is machine output, not a statement."""
MOST_DIGITS: Final = 4
"""Decimals of a range beyond which a printed number is machine output."""


def table_evidence(
    report: Report, *, all_of_the_area: bool = False, precision: bool = False
) -> Table:
    """Return every figure cited so far as printed, under its source, with its place there.

    Parameters
    ----------
    report
        The report.
    all_of_the_area
        Whether every figure that is held on the report's area is listed too, cited or not.
    precision
        Whether the table says how precise each print is.

    Returns
    -------
    Table
        Grouped by source in the order of their numbers: publisher, title, kind, date, address.
        In each, one row a figure or series in the order of the places; every year of a series.
    """
    t = report.t
    if all_of_the_area:
        report.cite(*(f.figure_id for f in report.figures_held()))
    held: dict[str, list[PublishedFigure]] = {}
    for figure_id in report.cited_figures:
        f = report.figure(figure_id)
        held.setdefault(f.source_id, []).append(f)
    rows: list[tuple[str, ...] | Group] = []
    for number, source_id in enumerate(report.cited_sources, start=1):
        rows.append(Group(f"[{number}] {_source(report, source_id)}"))
        series = sorted(_series(held[source_id]), key=lambda group: _order(group[0]))
        rows += [_row(report, group, precision=precision) for group in series]
    longest = max((len(row[1]) for row in rows if isinstance(row, tuple)), default=0)
    columns = [
        Column(t.say("Figure"), width=4.3),
        Column(t.say("As printed"), width=3.4 if longest > LONG_PRINT else 2.2),
        Column(t.say("Precision"), width=1.5),
        Column(t.say("Place in the source"), width=3.3),
    ]
    notes = [t.say("As printed: with the thousands and decimal signs of the source.")]
    if precision:
        notes.append(
            t.say(
                "Precision: how far the true value may lie from the print, or between which "
                "values, in the printed unit; an exact count stands for itself."
            )
        )
        by_machine = t.say("machine digits")
        if any(by_machine in row[PRECISION] for row in rows if isinstance(row, tuple)):
            notes.append(
                t.say("Machine digits: the file has decimals that were computed, not counted.")
            )
    else:
        del columns[PRECISION]
    return Table(
        title=t.say("Sources and where each number is printed"),
        columns=columns,
        rows=rows,
        notes=notes,
        figure_ids=list(report.cited_figures),
        compact=True,
    )


def _source(report: Report, source_id: str) -> str:
    source = report.workspace.sources[source_id]
    t = report.t
    parts = [
        t.pick(en=source.publisher_en, vi=source.publisher),
        source.title,
        f"{capitalised(t.say(KINDS[source.kind]))}, {dated(report, source)}",
        came_by(report, source),
    ]
    return f"{'. '.join(filter(None, parts))}.\n{source.address}"


def _series(figures: Sequence[PublishedFigure]) -> list[list[PublishedFigure]]:
    """Group the years of one series: one place but for the year."""
    groups: dict[tuple[str, ...], list[PublishedFigure]] = {}
    for f in figures:
        place = _in_year(f, "")
        own = f.figure_id if place == f.locator else ""
        key = ("indicator", "ref_area", "sex", "residence", "wealth_quintile", "age", "unit")
        groups.setdefault(
            (*(getattr(f, name) for name in key), _without_mark(place), own), []
        ).append(f)
    return [sorted(group, key=lambda f: str(f.time_period)) for group in groups.values()]


def _without_mark(place: str) -> str:
    """Return a place without the mark of a provisional column, which is of the same series."""
    return re.sub(r"(?:Sơ bộ - )?\bPrel?\. ", "", place)


def _order(f: PublishedFigure) -> tuple[object, ...]:
    """Return the order of places as a reader counts: paragraph 4 before paragraph 10."""
    parts = re.split(r"(\d+)", _in_year(f, ""))
    place = [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
    line = f.figure_id.partition(":")[2]
    return place, int(line) if line.isdigit() else MOST_LINES


def _row(report: Report, group: list[PublishedFigure], *, precision: bool) -> tuple[str, ...]:
    cells = [_subject(report, group), _prints(report, group), _place(report, group)]
    if precision:
        cells.insert(PRECISION, _precision(report, group))
    return tuple(cells)


def _subject(report: Report, group: list[PublishedFigure]) -> str:
    """Return what figures are about, with area and period where they are not the report's."""
    f = group[0]
    parts = [name_with_unit(report, f, report.name_and_group(f))]
    if f.ref_area != report.ref_area:
        parts.append(report.area_name(f.ref_area))
    if len(group) == 1 and f.time_period != str(report.time_period):
        parts.append(report.t.period(f.time_period))
    return ", ".join(parts)


def _prints(report: Report, group: list[PublishedFigure]) -> str:
    if len(group) == 1:
        return as_printed(group[0])
    return "; ".join(f"{report.t.period(f.time_period)}: {as_printed(f)}" for f in group)


def _place(report: Report, group: list[PublishedFigure]) -> str:
    first, last = (f.time_period for f in (group[0], group[-1]))
    years = first if len(group) == 1 else f"{first}–{last}"
    return place_in_words(report.t, _in_year(group[0], years))


def _in_year(f: PublishedFigure, year: str) -> str:
    """Return the place of a figure with its year, which stands last, written otherwise."""
    parts = re.split(rf"(?<![0-9]){re.escape(f.time_period)}(?![0-9])", f.locator)
    last = parts.pop()
    return f.time_period.join(parts) + year + last if parts else last


def _precision(report: Report, group: list[PublishedFigure]) -> str:
    """Return how precise the figures of a group are, in the printed unit."""
    t = report.t
    if any(f.unit == "unclear" for f in group):
        return t.say("not clear what it is a number of")
    if all(f.value is None for f in group):
        return t.say("share of two exact counts")
    rounded = [f for f in group if f.low != f.high]
    if not rounded:
        return t.say("exact count")
    if len(group) == 1 and not (_is_symmetric(group[0]) and group[0].printed_low is None):
        return _range(report, group[0])
    halves = sorted({_half_width(f) for f in rounded})
    return t.span(*(_written_half(report, half, group) for half in (halves[0], halves[-1])))


def _range(report: Report, f: PublishedFigure) -> str:
    """Return a figure's range in its printed unit, with a decimal more where it was rounded."""
    digits = f.decimals
    if f.unit in ROUNDED_UNITS and f.low != f.printed_low:
        digits += 1
    if digits > MOST_DIGITS:
        return report.t.say("machine digits")
    return report.limits(Kind.INDEX, f.low, f.high, "print.in_unit", [f], digits=digits)


def _half_width(f: PublishedFigure) -> float:
    return float(f"{(f.high - f.low) / 2:.1g}")


def _is_symmetric(f: PublishedFigure) -> bool:
    return bool(abs((f.low + f.high) / 2 - f.value) < (f.high - f.low) / 10)


def _written_half(report: Report, half: float, group: Sequence[PublishedFigure]) -> str:
    if half < SMALLEST_SHOWN:
        return report.t.say("machine digits")
    digits = max(0, -magnitude(half))
    return f"±{report.number(Kind.INDEX, half, 'print.half_width', group, digits=digits).value}"
