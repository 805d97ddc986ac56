"""Where figures come from: each as printed with its precision, and what is known of its source."""

import re
from enum import StrEnum
from itertools import takewhile
from math import ceil, log10
from typing import Final

from childstats.language import mark
from childstats.observations.findings import Row
from childstats.observations.table import records
from childstats.presentation.blocks import Column, Sentences, Table
from childstats.presentation.report import Report, as_printed
from childstats.presentation.wording import capitalised
from childstats.sources.source import Source

SMALLEST_SHOWN: Final = 0.0005
"""A printed precision below this is machine output, not a statement."""
MOST_CELLS: Final = 15
"""As many quarantined cells are listed; the others are in the data."""

KINDS: Final = {
    "official_statistics": mark("official statistics"),
    "administrative": mark("administrative report"),
    "survey": mark("survey"),
    "international_estimate": mark("international estimate"),
    "press": mark("press"),
}
"""What a source is, as readers know it."""


UNITS: Final = {
    "percent": mark("per cent"),
    "per_1000": mark("per 1,000"),
    "thousand_persons": mark("thousand persons"),
}
"""Units that a column of bare numbers does not say, as readers know them."""


class DateBasis(StrEnum):
    """How the date of a source is known."""

    PRINTED = "printed"
    FILE = "file"
    INFERRED = "inferred"


BASIS_MARKS: Final = {
    DateBasis.PRINTED: "",
    DateBasis.FILE: mark("(f)"),
    DateBasis.INFERRED: mark("(i)"),
}
"""How the basis of a date is marked in a narrow column."""
_INFERRED: Final = re.compile(
    r"\b(?:undated|about|inferred|not known|early|after|or later|month not printed)\b"
)
_OF_THE_FILE: Final = re.compile(
    r"\b(?:download\w*|file|commit|last update|publication date not printed)\b"
)
_MIRROR: Final = re.compile(r"\bmirror ([\w.-]+/[\w.-]+)@[0-9a-f]{7,40}\b")
_BARE: Final = re.compile(r"[\d., ]+")
_MACHINE_TRANSLATION: Final = re.compile(r"\bmachine translation\b", re.IGNORECASE)


def date_basis(source: Source) -> DateBasis:
    """Return how the date of a source is known, from its ``date_published_note``.

    Parameters
    ----------
    source
        The source.

    Returns
    -------
    DateBasis
        Printed where there is no note, or one that casts no doubt.
    """
    note = source.date_published_note
    if _INFERRED.search(note):
        return DateBasis.INFERRED
    return DateBasis.FILE if _OF_THE_FILE.search(note) else DateBasis.PRINTED


def mirror_of(source: Source) -> str:
    """Return the repository that a source's figures were read from, else "".

    Parameters
    ----------
    source
        The source; its ``note`` names a mirror as ``owner/name@commit``.

    Returns
    -------
    str
        Such as ``choisy/gso``.
    """
    found = _MIRROR.search(source.note)
    return found[1] if found else ""


def table_area_figures(report: Report) -> Table:
    """Return every figure on the report's area as printed, with its precision and its origin.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        In the order of the catalogue; figures of one kind, precision and place in one row.
    """
    t = report.t
    figures = report.workspace.figures
    here = records(figures[figures["ref_area"] == report.ref_area])
    order = {name: i for i, name in enumerate(report.workspace.catalogue.indicators)}
    groups: dict[tuple[str, ...], list[Row]] = {}
    for f in sorted(here, key=lambda f: (order[f["indicator"]], str(f["time_period"]))):
        names = ("indicator", "source_id", "age", "wealth_quintile", "unit")
        groups.setdefault(tuple(f[name] for name in names), []).append(f)
    merged: dict[tuple[str, str, str], list[str]] = {}
    for group in groups.values():
        cited = report.cite(*(f["figure_id"] for f in group))
        prints = "; ".join(_period_and_print(report, f) for f in group)
        name = name_with_unit(report, group[0], report.indicator_name(group[0]["indicator"]))
        alike = (name, _precision(report, group), _place(report, group))
        merged.setdefault(alike, []).append(f"{prints} {cited}")
    rows = [
        (name, "; ".join(prints), precision, place)
        for (name, precision, place), prints in merged.items()
    ]
    return Table(
        title=t.say("Every figure and where it is printed"),
        columns=[
            Column(t.say("Figure"), width=2.8),
            Column(t.say("Period, print and source"), width=3.8),
            Column(t.say("Precision"), width=1.5),
            Column(t.say("Place in the source"), width=2.1),
        ],
        rows=rows,
        notes=[
            t.say(
                "Prints are quoted with the thousands and decimal signs of their source. "
                "Precision: how far the true value may lie from the print, or between which "
                "values, in the printed unit; an exact count stands for itself."
            )
        ],
        figure_ids=[f["figure_id"] for group in groups.values() for f in group],
    )


def name_with_unit(report: Report, f: Row, name: str) -> str:
    """Return the name of a figure, with its unit where the print is a bare number.

    Parameters
    ----------
    report
        The report.
    f
        The figure.
    name
        Its name.

    Returns
    -------
    str
        Such as ``Average population (thousand persons)``.
    """
    if f["unit"] not in UNITS or not _BARE.fullmatch(f["text"]):
        return name
    return f"{name} ({report.t.say(UNITS[f['unit']])})"


def _period_and_print(report: Report, f: Row) -> str:
    period = str(f["time_period"])
    written = report.t.period(int(period) if period.isdigit() else period)
    return f"{', '.join([written, *report.groups(f)])}: {as_printed(f)}"


def _place(report: Report, group: list[Row]) -> str:
    """Return the place of a group of figures: years as a span, or what their places share."""
    years = [str(f["time_period"]) for f in group]
    places = [report.locator(f) for f in group]
    if len(set(places)) == 1:
        return places[0]
    if len({p.replace(y, "") for p, y in zip(places[:-1], years[:-1], strict=True)}) == 1:
        return places[0].replace(years[0], f"{years[0]}–{years[-1]}")
    parts = zip(*(place.split(", ") for place in places), strict=False)
    shared = [part[0] for part in takewhile(lambda part: len(set(part)) == 1, parts)]
    return ", ".join(shared) or "; ".join(dict.fromkeys(places))


def _precision(report: Report, group: list[Row]) -> str:
    """Return how precise the figures of a group are, in the printed unit."""
    t = report.t
    if any(f["unit"] == "unclear" for f in group):
        return t.say("not clear what it is a number of")
    if all(f["value"] is None for f in group):
        return t.say("share of two exact counts")
    rounded = [f for f in group if f["low"] != f["high"]]
    if not rounded:
        return t.say("exact count")
    if len(group) == 1 and not _is_symmetric(group[0]):
        return report.read_as(group[0])
    halves = sorted({_half_width(f) for f in rounded})
    written = [_written_half(report, half) for half in (halves[0], halves[-1])]
    return t.span(*written)


def _half_width(f: Row) -> float:
    return float(f"{(f['high'] - f['low']) / 2:.1g}")


def _is_symmetric(f: Row) -> bool:
    return bool(abs((f["low"] + f["high"]) / 2 - f["value"]) < (f["high"] - f["low"]) / 10)


def _written_half(report: Report, half: float) -> str:
    if half < SMALLEST_SHOWN:
        return report.t.say("machine digits")
    return f"±{report.t.decimal(half, digits=max(0, ceil(-log10(half))))}"


def table_source_notes(report: Report) -> Table:
    """Return the sources cited so far, with what is known of their dates and of how they came.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        One row a source, in the order of their numbers.
    """
    t = report.t
    rows = []
    for number, source in enumerate(
        (report.workspace.sources[i] for i in report.cited_sources), start=1
    ):
        date = source.date_published or t.say("undated")
        mark_of_basis = BASIS_MARKS[date_basis(source)]
        dated = f"{date} {t.say(mark_of_basis)}" if mark_of_basis else date
        kind = capitalised(t.say(KINDS[source.kind]))
        named = f"{t.pick(en=source.publisher_en, vi=source.publisher)}: {source.title}"
        rows.append(
            (
                f"[{number}]",
                ". ".join(filter(None, [named, f"{kind}, {dated}", _read_from(report, source)])),
                source.address,
            )
        )
    return Table(
        title=t.say("Sources"),
        columns=[
            Column(t.say("No."), width=0.6),
            Column(t.say("Publisher, title, kind and date"), width=9),
            Column(t.say("Address"), width=2.7),
        ],
        rows=rows,
        notes=[
            t.say(
                "(i) date inferred, or not known to the day; (f) date of the file, not of the "
                "publication. The data hold a note on each source."
            ),
        ],
    )


def _read_from(report: Report, source: Source) -> str:
    mirror = mirror_of(source)
    if mirror:
        return report.t.say("Mirror: {name}", name=mirror)
    if _MACHINE_TRANSLATION.search(source.note):
        return report.t.say("Machine translation")
    return ""


def table_quarantined(report: Report) -> Table | Sentences:
    """Return the cells of files as received that cannot be used, with the rule they break.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table or Sentences
        One row a cell, the first ones where they are many; a sentence where there are none.
    """
    t = report.t
    cells = records(report.workspace.quarantined)
    if not cells:
        return Sentences([t.say("No cell of a publisher's file as received had to be set aside.")])
    notes = []
    if len(cells) > MOST_CELLS:
        left = t.count(len(cells) - MOST_CELLS)
        notes = [t.say("And {number} more, in data/processed/quarantined.csv.", number=left)]
    return Table(
        title=t.say("Cells set aside"),
        columns=[
            Column(t.say("Source and place in it"), width=2.5),
            Column(t.say("As received"), width=1.5),
            Column(t.say("Rule (in the program's words)"), width=4),
        ],
        rows=[(str(c["where"]), str(c["value"]), str(c["rule"])) for c in cells[:MOST_CELLS]],
        notes=notes,
    )
