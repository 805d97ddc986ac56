"""What is known of a source: its kind, its date, how it came here, and cells it lost."""

import re
from enum import StrEnum
from typing import Final

from childstats.analyses.report import Report
from childstats.blocks import Column, Sentences, Table
from childstats.figures.published import PublishedFigure
from childstats.language import mark
from childstats.observations.table import records
from childstats.sources.periods import MONTHS
from childstats.sources.source import Source

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


DATED: Final = {
    DateBasis.FILE: mark("file of {date}"),
    DateBasis.INFERRED: mark("about {date}"),
}
"""How a date is told that the source does not print."""
_YEAR: Final = r"(?:19|20)[0-9]{2}\b"
_ABOUT: Final = (
    *("about", "around", "circa", "early", "mid", "late", "after", "before"),
    *("khoảng", "chừng", "(?<!nói )đầu", "giữa", "cuối", "trước", "sau"),
)
_IN_A_DATE: Final = (
    *("in", "the", "of", "end", "beginning", "spring", "summer", "autumn", "winter"),
    *(name for month in MONTHS for name in (month, month[:3])),
    *("năm", "tháng", "ngày", "[0-9]{1,2}"),
)
_INFERRED: Final = re.compile(
    rf"""
      (?:^|[;,(][ ]?) (?:undated|inferred|not[ ]known|không[ ](?:rõ|ghi)[ ]ngày|suy[ ]ra)\b
    | \b(?:item|article|page|document|report|source|it)[ ]is[ ]undated\b
    | \b(?:{"|".join(_ABOUT).replace(" ", "[ ]")})[ -]
      (?:(?:{"|".join(_IN_A_DATE)})[ ]|[0-9]{{1,2}}/){{0,6}}{_YEAR}
    | {_YEAR}[ ](?:or[ ](?:later|earlier)|hoặc[ ](?:sau|trước)[ ]đó|trở[ ]đi)\b
    | \b(?:day|month|year|date)s?\b[^;.,]*\b(?:not[ ]known|inferred)\b
    | \b(?:day|month|year)(?:[ ]and[ ]\w+)?[ ](?:is[ ]|are[ ])?not[ ](?:printed|stated)\b
    | \b(?:ngày|tháng|năm)\b[^;.,]*\b(?:không[ ](?:rõ|ghi)|suy[ ]ra)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Words that cast doubt on a date, where they speak of one: not “after the foreword”."""
_OF_THE_FILE: Final = re.compile(
    rf"""
      \bdownload(?:ed)?\b[^;.]*{_YEAR}
    | \bfile[ ](?:was[ ])?(?:generated|made|saved|kept)\b
    | \b(?:day|date|time)[ ]of[ ]the[ ](?:file|download|last[ ]update|(?:mirror's[ ])?commit)\b
    | \bpublication[ ]date[ ]not[ ]printed\b
    | \b(?:ngày|thời[ ]điểm)[ ](?:tạo[ ]tệp|tải[ ]về|cập[ ]nhật[ ]lần[ ]cuối)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MIRROR: Final = re.compile(r"\bmirror ([\w.-]+/[\w.-]+)@[0-9a-f]{7,40}\b")
_BARE: Final = re.compile(r"[\d., ]+")
_MACHINE_TRANSLATION: Final = re.compile(
    r"(?<!\bno )(?<!\bnot a )(?<!\bnot )\bmachine translation\b", re.IGNORECASE
)


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


def name_with_unit(report: Report, f: PublishedFigure, name: str) -> str:
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
    if f.unit not in UNITS or not _BARE.fullmatch(f.text):
        return name
    return f"{name} ({report.t.say(UNITS[f.unit])})"


def dated(report: Report, source: Source) -> str:
    """Return when a source was published, and how that is known where it is not printed.

    Parameters
    ----------
    report
        The report.
    source
        The source.

    Returns
    -------
    str
        Such as ``about January 2026``, or ``file of 23 July 2025`` where only the date of the
        file is known.
    """
    t = report.t
    if not source.date_published:
        return t.say("undated")
    day = t.published(source.date_published)
    basis = date_basis(source)
    return day if basis is DateBasis.PRINTED else t.say(DATED[basis], date=day)


def came_by(report: Report, source: Source) -> str:
    """Return how a source came here where it is not the publisher's own text, else "".

    Parameters
    ----------
    report
        The report.
    source
        The source.

    Returns
    -------
    str
        A mirror, or a machine translation.
    """
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
        return Sentences(
            [t.say("No cell of a publisher's file as received had to be set aside.")],
            role="nothing",
        )
    notes = []
    if len(cells) > MOST_CELLS:
        left = report.count(len(cells) - MOST_CELLS, "cells_left_out")
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
