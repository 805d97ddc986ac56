"""Published figures: each printed number typed, with its origin."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from childstats.errors import FigureError, SourceError
from childstats.figures.figure import Figure
from childstats.figures.parse import parse_figure
from childstats.sources.reading import PrintedRow
from childstats.sources.source import Source

MISSING_MARKS = {"..", "...", "…"}
"""What statistics offices print where they have no figure; never read as a number."""
COUNT_UNITS = {"persons": 1, "number": 1, "thousand_persons": 1000}
"""Units of a column of counts, and what one of it is."""
UNITS = {"percent", "per_1000", "unclear", *COUNT_UNITS}


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A printed row with its number read.

    Attributes
    ----------
    row
        The row as transcribed.
    figure
        The number as printed; None where the source prints only the two counts, or does not
        say what it is a number of.
    numerator, denominator
        The counts printed beside a percentage, or inside a fraction; else None.
    bounds
        The interval that the source prints, in the unit of the figure; else None.
    """

    row: PrintedRow
    figure: Figure | None
    numerator: int | None
    denominator: int | None
    bounds: tuple[float, float] | None = None

    @property
    def figure_id(self) -> str:
        """The figure's name in every table and report: source and place."""
        return f"{self.row.source_id}:{self.row.place}"


def publish(source: Source, row: PrintedRow) -> PublishedFigure:
    """Read the number of one printed row in its source's number format.

    Parameters
    ----------
    source
        The row's source; its language decides the number format.
    row
        One printed row.

    Returns
    -------
    PublishedFigure
        The row with its number, interval and counts.

    Raises
    ------
    SourceError
        If the number is unreadable, its unit unknown, or a printed count not a whole number;
        the message names file and line.
    """
    if row.unit and row.unit not in UNITS:
        raise SourceError(
            f"unknown unit {row.unit!r} in {row.where}; use one of {', '.join(sorted(UNITS))}"
        )
    unit = row.unit if row.unit in {"percent", "per_1000", "thousand_persons"} else None
    try:
        readable = row.text and row.unit != "unclear" and row.text not in MISSING_MARKS
        figure = parse_figure(row.text, language=source.language, unit=unit) if readable else None
        counts = [
            parse_figure(text, language=source.language)
            for text in (row.numerator_text, row.denominator_text)
            if text
        ]
        bounds = _bounds(row, source.language, unit)
    except FigureError as error:
        raise SourceError(f"{error} in {row.where}") from None
    if figure and figure.unit and row.unit and figure.unit != row.unit:
        raise SourceError(
            f"figure {row.text!r} says {figure.unit}, its column says {row.unit} in {row.where}; "
            "correct one"
        )
    for count in counts:
        if not count.is_exact:
            raise SourceError(f"count {count.text!r} in {row.where} is not a whole number")
    if counts:
        numerator = int(counts[0].value) if len(counts) == 2 else None
        denominator = int(counts[-1].value)
        if not denominator:
            raise SourceError(f"denominator 0 in {row.where}; leave both counts empty")
        return PublishedFigure(row, figure, numerator, denominator, bounds)
    if figure is None:
        return PublishedFigure(row, None, None, None)
    return PublishedFigure(row, figure, figure.numerator, figure.denominator, bounds)


def _bounds(row: PrintedRow, language: str, unit: str | None) -> tuple[float, float] | None:
    if not row.lower_text:
        return None
    lower, upper = (
        parse_figure(text, language=language, unit=unit).value
        for text in (row.lower_text, row.upper_text)
    )
    return lower, upper


COLUMNS = (
    "figure_id",
    "source_id",
    "where",
    "locator",
    "indicator",
    "ref_area",
    "time_period",
    "sex",
    "residence",
    "age",
    "wealth_quintile",
    "text",
    "unit",
    "qualifier",
    "value",
    "low",
    "high",
    "numerator_text",
    "denominator_text",
    "numerator",
    "denominator",
    "lower_text",
    "upper_text",
    "lower",
    "upper",
    "obs_status",
    "acknowledges",
    "note_en",
    "note_vi",
)


def figures_table(published: Iterable[PublishedFigure]) -> pd.DataFrame:
    """Return published figures as a table, one a row, values in the printed unit.

    Parameters
    ----------
    published
        Figures in any order.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, ordered by source and place. ``numerator`` and ``denominator`` are
        nullable integers; ``value``, ``low``, ``high`` are missing where only counts are printed.
    """
    ordered = sorted(published, key=lambda p: (p.row.source_id, _natural(p.row.place)))
    records = []
    for p in ordered:
        record = {name: getattr(p.row, name) for name in COLUMNS if hasattr(p.row, name)}
        records.append(
            record
            | {
                "figure_id": p.figure_id,
                "unit": p.row.unit or (p.figure.unit if p.figure else "") or "number",
                "qualifier": p.figure.qualifier.value if p.figure else "",
                "value": p.figure.value if p.figure else None,
                "low": p.figure.low if p.figure else None,
                "high": p.figure.high if p.figure else None,
                "numerator": p.numerator,
                "denominator": p.denominator,
                "lower": p.bounds[0] if p.bounds else None,
                "upper": p.bounds[1] if p.bounds else None,
            }
        )
    table = pd.DataFrame.from_records(records, columns=list(COLUMNS))
    return table.astype(
        {"numerator": "Int64", "denominator": "Int64", "value": "float64"}
        | dict.fromkeys(["low", "high", "lower", "upper"], "float64")
    )


def _natural(place: str) -> list[tuple[int, str]]:
    """Return a sort key by which line 10 comes after line 9."""
    parts = re.findall(r"[0-9]+|[^0-9]+", place)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
