"""Our own layout: ``figures.csv``, one printed figure a row, transcribed by hand."""

import csv
import io
import unicodedata
from dataclasses import dataclass, fields
from pathlib import Path

from childstats.errors import SourceError, nearest


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of a source, nothing interpreted.

    Attributes
    ----------
    source_id, line
        Folder of the source and line in its ``figures.csv``.
    locator
        Where in the source the figure is printed: paragraph, page, sheet and cell.
    indicator, ref_area, time_period, sex, residence
        What the figure is about, as codes; empty `sex` or `residence` is the total.
    text, unit
        The figure as printed, and the unit that its column or heading gives.
    numerator_text, denominator_text
        The counts as printed, where the source prints them beside the percentage.
    obs_status
        Status that the source gives (P for provisional); empty is normal.
    acknowledges
        Names of checks, separated by spaces, whose finding the note of this row explains.
    note_en, note_vi
        What a reader of the figure should know, in both languages.
    """

    source_id: str
    line: int
    locator: str
    indicator: str
    ref_area: str
    time_period: str
    sex: str
    residence: str
    text: str
    unit: str
    numerator_text: str
    denominator_text: str
    obs_status: str
    acknowledges: str
    note_en: str
    note_vi: str

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return f"{self.source_id}/figures.csv line {self.line}"


HEADER = tuple(f.name for f in fields(PrintedRow) if f.name not in {"source_id", "line"})


def read_transcription(path: Path) -> list[PrintedRow]:
    """Read the rows of a transcribed ``figures.csv``.

    Parameters
    ----------
    path
        ``data/raw/<source_id>/figures.csv``; UTF-8, comma, one header line.

    Returns
    -------
    list of PrintedRow
        In the order of the file, cells stripped and in NFC.

    Raises
    ------
    SourceError
        If the file is not UTF-8, has no rows, a wrong header, a ragged row or an empty
        locator, indicator, area or period.
    """
    source_id = path.parent.name
    where = f"{source_id}/{path.name}"
    rows: list[PrintedRow] = []
    try:
        # decoded whole, so that the byte in the message is counted from the file's beginning
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
        with io.StringIO(text, newline="") as csv_file:
            reader = csv.reader(csv_file, strict=True)
            header = tuple(next(reader, ()))
            _validate_header(header, where)
            for cells in reader:
                line = reader.line_num
                if len(cells) != len(header):
                    raise SourceError(
                        f"{len(cells)} cells instead of {len(header)} in {where} line {line}; "
                        "put a text that holds a comma in double quotes"
                    )
                clean = (unicodedata.normalize("NFC", cell).strip() for cell in cells)
                row = PrintedRow(
                    source_id=source_id, line=line, **dict(zip(header, clean, strict=True))
                )
                _validate_row(row)
                rows.append(row)
    except UnicodeDecodeError as error:
        raise SourceError(f"{where} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except csv.Error as error:
        raise SourceError(f"unreadable {where}: {error}; check the quotes") from None
    if not rows:
        raise SourceError(f"no figures in {where}; add a row or remove the folder {source_id}")
    return rows


def _validate_header(header: tuple[str, ...], where: str) -> None:
    for name in header:
        if name not in HEADER:
            raise SourceError(f"unknown column {name!r} in {where}{nearest(name, HEADER)}")
        if header.count(name) > 1:
            raise SourceError(f"column {name!r} appears twice in {where}; remove one")
    for name in HEADER:
        if name not in header:
            raise SourceError(f"missing column {name!r} in {where}; add it, empty if need be")


def _validate_row(row: PrintedRow) -> None:
    for name in ("locator", "indicator", "ref_area", "time_period"):
        if not getattr(row, name):
            raise SourceError(f"empty {name} in {row.where}; every figure needs one")
    if not row.text and not (row.numerator_text and row.denominator_text):
        raise SourceError(f"empty text in {row.where}; transcribe the figure as printed")
    if bool(row.numerator_text) != bool(row.denominator_text):
        raise SourceError(f"one of numerator and denominator is empty in {row.where}; give both")
