"""Our own layout: ``figures.csv``, one printed figure a row, transcribed by hand."""

import csv
import io
import unicodedata
from pathlib import Path

from childstats.errors import SourceError, nearest
from childstats.sources.reading import PrintedRow

HEADER = (
    "locator",
    "indicator",
    "ref_area",
    "time_period",
    "sex",
    "residence",
    "text",
    "unit",
    "numerator_text",
    "denominator_text",
    "obs_status",
    "acknowledges",
    "note_en",
    "note_vi",
)
OPTIONAL = ("age", "wealth_quintile", "lower_text", "upper_text")
"""Columns that a file may leave out; absent is empty."""


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
        If the file is not UTF-8, has no rows, a wrong header, a ragged row, an empty locator,
        indicator, area or period, a numerator without a denominator or half an interval.
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
                    source_id=source_id,
                    place=str(line),
                    where=f"{where} line {line}",
                    **dict(zip(header, clean, strict=True)),
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
    known = (*HEADER, *OPTIONAL)
    for name in header:
        if name not in known:
            raise SourceError(f"unknown column {name!r} in {where}{nearest(name, known)}")
        if header.count(name) > 1:
            raise SourceError(f"column {name!r} appears twice in {where}; remove one")
    missing = [name for name in HEADER if name not in header]
    if missing:
        names = ", ".join(map(repr, missing))
        s, them = ("s", "them") if len(missing) > 1 else ("", "it")
        raise SourceError(f"missing column{s} {names} in {where}; add {them}, empty if need be")


def _validate_row(row: PrintedRow) -> None:
    for name in ("locator", "indicator", "ref_area", "time_period"):
        if not getattr(row, name):
            raise SourceError(f"empty {name} in {row.where}; every figure needs one")
    if not row.text and not (row.numerator_text and row.denominator_text):
        raise SourceError(f"empty text in {row.where}; transcribe the figure as printed")
    if row.numerator_text and not row.denominator_text:
        raise SourceError(f"numerator without denominator in {row.where}; give both")
    if bool(row.lower_text) != bool(row.upper_text):
        raise SourceError(f"one end of the interval is empty in {row.where}; give both")
