"""What every reader gives back: printed rows, and every cell that it could not use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np
import pandas as pd

from childstats.coded import coded
from childstats.errors import SourceError


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One figure of a source, nothing interpreted.

    Attributes
    ----------
    source_id, place
        Folder of the source, and the figure's place in its file: a line, ``DTP3!AL180``,
        ``dataset/value/812``.
    where
        The same in words, for messages: ``dbp-2026-01/figures.csv line 4``.
    locator
        Where in the source the figure is printed: paragraph, page, sheet and cell.
    indicator, ref_area, time_period, sex, age, residence, wealth_quintile
        What the figure is about, as codes; an empty group is the total, an empty `age` that of
        the indicator.
    text, unit
        The figure as printed, and the unit that its column or heading gives.
    numerator_text, denominator_text
        The counts as printed, where the source prints them beside the percentage. A denominator
        alone is the number asked in a survey, of which the percentage is a weighted share.
    lower_text, upper_text
        The interval as printed, where the source prints one.
    obs_status
        Status that the source gives (P for provisional); empty is normal.
    acknowledges
        Names of checks, separated by spaces, whose finding the note of this row explains.
    note_en, note_vi
        What a reader of the figure should know, in both languages.
    """

    source_id: str
    place: str
    where: str
    locator: str
    indicator: str
    ref_area: str
    time_period: str
    text: str
    sex: str = ""
    residence: str = ""
    unit: str = ""
    numerator_text: str = ""
    denominator_text: str = ""
    lower_text: str = ""
    upper_text: str = ""
    obs_status: str = ""
    acknowledges: str = ""
    note_en: str = ""
    note_vi: str = ""
    age: str = ""
    wealth_quintile: str = ""


PRINTED: Final = tuple(f.name for f in fields(PrintedRow))
"""Columns of a table of printed rows, every cell text."""
AS_TEXT: Final = ("place", "where", "locator", "text")
"""Columns of which nearly every cell is another text; the rest is kept as codes."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row or cell of a source that cannot be used, kept with the reason.

    Attributes
    ----------
    source_id, where
        Folder, and file, sheet, row and column in words.
    value
        The cell as it stands.
    rule
        What it breaks, and what to do.
    """

    source_id: str
    where: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The outcome of reading one file; nothing in it is lost silently.

    Attributes
    ----------
    printed
        The figures: columns `PRINTED`, every cell text; all but `AS_TEXT` as codes
        (`childstats.coded`).
    quarantined
        The cells that cannot be used.
    left_out
        How many cells ``source.toml`` does not ask for: other areas, other indicators.
    seen
        How many cells that may hold a figure the file has.
    notes
        What was fixed in one way, and what of the file was not read, a sentence each.

    Raises
    ------
    SourceError
        If the cells seen are not the sum of the other three.
    """

    printed: pd.DataFrame
    quarantined: tuple[Quarantined, ...]
    left_out: int
    seen: int
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        accounted = len(self.printed) + len(self.quarantined) + self.left_out
        if accounted != self.seen:
            raise SourceError(f"{self.seen} cells were read, but {accounted} accounted for")

    @classmethod
    def of(
        cls,
        rows: Sequence[PrintedRow],
        quarantined: Iterable[Quarantined] = (),
        *,
        left_out: int = 0,
        seen: int,
        notes: Iterable[str] = (),
    ) -> "Reading":
        """Return the reading of a file that was read row by row."""
        cells = {name: [getattr(row, name) for row in rows] for name in PRINTED}
        printed = pd.DataFrame(
            {
                name: pd.Series(texts, dtype=object) if name in AS_TEXT else coded(texts)
                for name, texts in cells.items()
            }
        )
        return cls(printed, tuple(quarantined), left_out, seen, tuple(notes))

    @property
    def rows(self) -> tuple[PrintedRow, ...]:
        """The figures one by one, for the places that speak about single figures."""
        return tuple(
            PrintedRow(*cells) for cells in self.printed.itertuples(index=False, name=None)
        )


Rule = tuple["pd.Series[bool]", Callable[["pd.Series[str]"], str]]
"""Which rows break a rule, and what is said about one of them."""


def first_refusals(table: pd.DataFrame, rules: Iterable[Rule]) -> "pd.Series[str]":
    """Return for each row of a table what is said by the first rule that it breaks.

    Parameters
    ----------
    table
        Any rows; only those that break a rule are looked at one by one.
    rules
        In order.

    Returns
    -------
    Series of str
        "" for a row that breaks none.
    """
    refusals = pd.Series("", index=table.index, dtype=object)
    unbroken = np.ones(len(table), dtype=bool)
    for broken, say in rules:
        for row in np.flatnonzero(np.asarray(broken) & unbroken).tolist():
            refusals.iloc[row] = say(table.iloc[row])
            unbroken[row] = False
    return refusals


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """The ``[file]`` table of ``source.toml``: a publisher's file as received, and how to read it.

    Attributes
    ----------
    name
        File name inside the source's folder.
    layout
        The reader, a module of `childstats.sources.readers`.
    encoding
        One of `childstats.sources.decoding.ENCODINGS`; empty where the file's first bytes tell,
        or it is UTF-8.
    sheet
        The sheet of a workbook; empty for its only visible one.
    indicator, unit, time_period
        What all figures share, in a file that has no column for it.
    title_rows, header_rows, footer_rows
        Rows above the header, rows of the header (two when groups stand above years), and rows
        below the last figure.
    only_mapped
        Leave out (and count) areas and indicators that are not mapped, instead of quarantining
        them.
    areas, indicators
        The publisher's names or codes, to ours.
    groups
        The publisher's word for a group to its dimensions: ``{"Poorest" = {wealth_quintile =
        "Q1"}}``; an empty table is the total.
    columns
        For each field of `PrintedRow` that the file holds, its column's heading.
    subtotals
        Names of rows that repeat the rows above them as a sum; they are left out and counted.
    units
        Unit by our indicator, in a file whose indicators differ in it; `unit` is for the others.
    language
        The source's number format, ``vi`` or ``en``, not declared again in ``[file]``: the cells
        of a workbook are numbers without a format, and become text in this one.
    """

    name: str
    layout: str
    indicator: str = ""
    unit: str = ""
    encoding: str = ""
    sheet: str = ""
    time_period: str = ""
    title_rows: int = 0
    header_rows: int = 1
    footer_rows: int = 0
    only_mapped: bool = False
    areas: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    subtotals: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
