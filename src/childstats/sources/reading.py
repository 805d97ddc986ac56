"""What every reader gives back: printed rows, and every cell that it could not use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    indicator, ref_area, time_period, sex, residence
        What the figure is about, as codes; empty `sex` or `residence` is the total.
    text, unit
        The figure as printed, and the unit that its column or heading gives.
    numerator_text, denominator_text
        The counts as printed, where the source prints them beside the percentage.
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


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of reading one file; nothing in it is lost silently.

    Attributes
    ----------
    rows
        The figures.
    quarantined
        The cells that cannot be used.
    left_out
        How many cells ``source.toml`` does not ask for: other areas, other indicators.
    seen
        How many cells that may hold a figure the file has.

    Raises
    ------
    SourceError
        If the cells seen are not the sum of the other three.
    """

    rows: tuple[PrintedRow, ...]
    quarantined: tuple[Quarantined, ...]
    left_out: int
    seen: int

    def __post_init__(self) -> None:
        accounted = len(self.rows) + len(self.quarantined) + self.left_out
        if accounted != self.seen:
            raise SourceError(f"{self.seen} cells were read, but {accounted} accounted for")


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """The ``[file]`` table of ``source.toml``: a publisher's file as received, and how to read it.

    Attributes
    ----------
    name
        File name inside the source's folder.
    layout
        The reader, a module of `childstats.sources.readers`.
    indicator, unit
        What a file of one indicator holds.
    only_mapped
        Leave out (and count) areas that are not mapped, instead of quarantining them.
    areas
        The publisher's names or codes, to ours.
    """

    name: str
    layout: str
    indicator: str = ""
    unit: str = ""
    only_mapped: bool = False
    areas: Mapping[str, str] = field(default_factory=dict)
