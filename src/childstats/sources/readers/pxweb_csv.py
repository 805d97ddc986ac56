"""PX-Web's export "CSV, semicolon, with heading": a title, a blank line, one row an area."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from childstats.errors import SourceError
from childstats.sources.decoding import read_text
from childstats.sources.mapping import folded, matched, unknown_area
from childstats.sources.reading import PrintedRow, Quarantined, Reading, ReceivedFile

YEAR_HEADING: Final = re.compile(r"(?:(.*?) )??((?:Prel?\.|Sơ bộ) )?((?:19|20)[0-9]{2})")
"""``2015``, ``Prel. 2016``, ``Male 2016``: a group, a mark of preliminary, a year."""
GROUPS: Final = {
    "": ("", ""),
    "total": ("", ""),
    "male": ("M", ""),
    "female": ("F", ""),
    "urban": ("", "U"),
    "rural": ("", "R"),
}
"""Dimensions that are flattened into the headings, as sex and residence."""


def read_pxweb_csv(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a PX-Web CSV export as received.

    Parameters
    ----------
    path
        The file: UTF-8 with or without BOM, semicolons, a title line, a blank line, a header of
        years.
    declared
        Its indicator and unit, and the publisher's area names to codes.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a cell; areas that are not mapped are quarantined, or left out if so declared.

    Raises
    ------
    SourceError
        If the file is not UTF-8 or has no such header, a year of one group is there twice, a row
        is short, or no indicator is declared.
    """
    where = f"{source_id}/{path.name}"
    if not declared.indicator:
        raise SourceError(f"[file] of {source_id}/source.toml names no indicator for {path.name}")
    text = read_text(path, encoding=declared.encoding, where=where)
    try:
        lines = list(csv.reader(io.StringIO(text.text, newline=""), delimiter=";"))
    except csv.Error as error:
        raise SourceError(f"unreadable {where}: {error}; export it again") from None
    start = next((i for i, cells in enumerate(lines) if len(cells) > 1), None)
    if start is None:
        raise SourceError(f"no header of years in {where}; is it a PX-Web export with heading?")
    headings = [heading_of(cell) for cell in lines[start][1:]]
    _refuse_alike(headings, lines[start], f"{where} line {start + 1}")
    rows: list[PrintedRow] = []
    quarantined: list[Quarantined] = []
    left_out = seen = 0
    for number, cells in enumerate(lines[start + 1 :], start=start + 2):
        if not any(cell.strip() for cell in cells):
            continue
        if 1 < len(cells) < len(lines[start]):
            raise SourceError(
                f"{len(cells)} cells instead of {len(lines[start])} in {where} line {number}; "
                "export it again"
            )
        seen += len(cells) - 1
        area = matched(cells[0], declared.areas)
        if area is None and declared.only_mapped:
            left_out += len(cells) - 1
            continue
        for column, cell in enumerate(cells[1:], start=1):
            heading = headings[column - 1] if column <= len(headings) else None
            title = folded(lines[start][column]) if column <= len(headings) else f"column {column}"
            place = f"{where} line {number}, {title}"
            if area is None or heading is None:
                rule = unknown_area(cells[0], declared.areas) if area is None else "no such heading"
                quarantined.append(Quarantined(source_id, place, cell, rule))
                continue
            sex, residence, year, status = heading
            rows.append(
                PrintedRow(
                    source_id=source_id,
                    place=f"{number}.{column}",
                    where=place,
                    locator=f"row {folded(cells[0])}, column {title}",
                    indicator=declared.indicator,
                    ref_area=area,
                    time_period=year,
                    text=cell.strip(),
                    sex=sex,
                    residence=residence,
                    unit=declared.unit,
                    obs_status=status,
                )
            )
    return Reading.of(rows, quarantined, left_out=left_out, seen=seen, notes=text.notes)


def _refuse_alike(
    headings: Sequence[tuple[str, str, str, str] | None], cells: Sequence[str], where: str
) -> None:
    """Refuse two columns of one group and year."""
    seen: dict[tuple[str, str, str], int] = {}
    for column, heading in enumerate(headings, start=1):
        if heading is None:
            continue
        other = seen.setdefault(heading[:3], column)
        if other != column:
            raise SourceError(
                f"columns {other + 1} and {column + 1} of {where} are both "
                f"{folded(cells[other])!r}; remove or rename one"
            )


def heading_of(cell: str) -> tuple[str, str, str, str] | None:
    """Return sex, residence, year and status of a column; None when it is no such heading."""
    match = YEAR_HEADING.fullmatch(folded(cell))
    group = GROUPS.get((match[1] or "").casefold()) if match else None
    if match is None or group is None:
        return None
    return (*group, match[3], "P" if match[2] else "")
