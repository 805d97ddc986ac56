"""WHO/UNICEF estimates of immunisation coverage: a sheet a vaccine, or one long table."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from childstats.errors import SourceError
from childstats.sources.mapping import folded
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.periods import sdmx_period
from childstats.sources.readers.sheets import sheet_names, sheet_rows
from childstats.sources.reading import Reading, ReceivedFile

AREA_CODES: Final = ("iso3", "iso_code", "code")
AREA_NAMES: Final = ("country", "cname", "name")
AGGREGATES: Final = ("region", "group")
"""Headings of the regional sheet's areas; in a sheet of countries, what they belong to."""
VACCINES: Final = ("vaccine", "antigen")
YEARS: Final = ("year",)
CATEGORIES: Final = ("coverage_category",)
DESCRIPTIONS: Final = frozenset({*AREA_CODES, *AREA_NAMES, *AGGREGATES, *VACCINES})
MEASURES: Final = ("coverage", "vaccinated", "unvaccinated", "target", "target_number", "doses")
ESTIMATES: Final = ("", "WUENIC")
"""Coverage categories of the estimates themselves; others are official or administrative."""
NOTES: Final = frozenset({"readme", "read me", "notes", "note", "about", "cover", "contents"})
"""Sheets of prose, in lower case."""
HEADER_ROWS: Final = 20
"""How far down a header is looked for."""


def read_wuenic(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a WHO/UNICEF immunisation workbook as received.

    Parameters
    ----------
    path
        The workbook. Either a sheet a vaccine with a row a country (``iso3``, ``country``,
        ``vaccine``; up to 2019 ``ISO_code``, ``Cname``, ``Vaccine``) and a column a year in any
        order; or a long table: the regional sheet (``region``, ``vaccine``, ``year``, ``coverage``,
        ``vaccinated``, ``unvaccinated``, ``target``) and WHO's export (``CODE``, ``NAME``,
        ``YEAR``, ``ANTIGEN``, ``COVERAGE_CATEGORY``, ``COVERAGE``, …).
    declared
        Areas by ISO 3166 code or name; indicators by vaccine, such as ``DTP3``, counts with their
        column, such as ``DTP3 unvaccinated``, other categories with theirs, such as ``DTPCV3
        OFFICIAL``. ``sheet`` reads one sheet only.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a cell; a blank, which is no estimate, is a row without text, status M. A sheet
        that is hidden or has no such header is quarantined as one, or left out if so declared.

    Raises
    ------
    SourceError
        If the file is no workbook, has no such sheet, a heading is there twice, or there are
        several vaccines that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id)
    sheets = sheet_names(path, cells.where)
    if declared.sheet and declared.sheet not in sheets:
        raise SourceError(
            f"no sheet {declared.sheet!r} in {cells.where}; it has {', '.join(sheets)}"
        )
    read = 0
    for sheet, visible in sheets.items():
        wanted = sheet == declared.sheet if declared.sheet else True
        if not wanted or folded(sheet).casefold() in NOTES:
            continue
        if not visible and not declared.sheet:
            cells.set_aside(
                f"sheet {sheet}", "", "the sheet is hidden; name it in sheet to read it"
            )
            continue
        rows = sheet_rows(path, sheet, cells.where)
        start = next((i for i, row in enumerate(rows[:HEADER_ROWS]) if _is_header(row)), None)
        if start is None:
            cells.set_aside(f"sheet {sheet}", "", "no header with area, vaccine and years")
            continue
        read += 1
        _read_sheet(cells, sheet, rows, start)
    if not read:
        raise SourceError(
            f"no sheet of {cells.where} has a header with area, vaccine and years; "
            "is it a WHO/UNICEF immunisation workbook?"
        )
    return cells.reading()


def _is_header(row: Sequence[str]) -> bool:
    names = {cell.strip().casefold() for cell in row}
    if not names & {*AREA_CODES, *AGGREGATES}:
        return False
    return {*YEARS, "coverage"} <= names or any(sdmx_period(cell) for cell in row)


def _read_sheet(cells: Collected, sheet: str, rows: Sequence[Sequence[str]], start: int) -> None:
    """Account for every cell of a sheet below its header that may hold a figure."""
    width = max(len(row) for row in rows[start:])
    table = [[*row, *[""] * (width - len(row))] for row in rows[start:]]
    header = [folded(cell) for cell in table[0]]
    at: dict[str, int] = {}
    for column, heading in enumerate(header):
        if heading and at.setdefault(heading.casefold(), column) != column:
            raise SourceError(f"column {heading!r} is twice in {cells.where} sheet {sheet}")
    long = "year" in at
    figures = [c for c, heading in enumerate(header) if _may_hold_figures(heading, table, c, long)]
    for number, row in enumerate(table[1:], start=start + 2):
        cell = _reader(row, at)
        given = any(row[column] for column in figures)
        area = (cell(AREA_CODES), cell(AREA_NAMES)) if _has(at, AREA_CODES) else (cell(AGGREGATES),)
        if not given and not (any(area) and cell(VACCINES)):
            continue
        vaccine = cell(VACCINES) or ("" if _has(at, VACCINES) else sheet)
        for column in figures:
            heading = header[column]
            year = cell(YEARS) if long else heading
            measure = heading if long else ""
            cells.add(
                place=f"{sheet}!{column_letters(column)}{number}",
                at=f"sheet {sheet} row {number}, {heading or column_letters(column)}",
                locator=_locator(sheet, next(filter(None, area), ""), year, measure),
                text=row[column],
                areas=area,
                indicators=_indicators(vaccine, cell(CATEGORIES), measure),
                period=sdmx_period(year),
                period_text=year,
            )


def _may_hold_figures(
    heading: str, table: Sequence[Sequence[str]], column: int, long: bool
) -> bool:
    """Return whether a column holds figures; in a wide sheet, every one that is not known."""
    name = heading.casefold()
    if long:
        return name in MEASURES
    if not name:
        return any(row[column] for row in table)
    return name not in DESCRIPTIONS and not name.endswith("region")


def _reader(row: Sequence[str], at: Mapping[str, int]) -> Callable[[Sequence[str]], str]:
    """Return a function from a heading's spellings to the row's cell, "" if there is none."""

    def cell(spellings: Sequence[str]) -> str:
        return next((row[at[name]].strip() for name in spellings if name in at), "")

    return cell


def _has(at: Mapping[str, int], spellings: Sequence[str]) -> bool:
    return any(name in at for name in spellings)


def _indicators(vaccine: str, category: str, measure: str) -> tuple[str, ...]:
    """Return what a figure may be mapped by: vaccine, category if not the estimate, column."""
    category = "" if category.upper() in ESTIMATES else category
    measure = "" if measure.casefold() == "coverage" else measure
    return (" ".join(part for part in (vaccine, category, measure) if part),)


def _locator(sheet: str, area: str, year: str, measure: str) -> str:
    if measure:
        return f"sheet {sheet}, row {area} {year}, column {measure}"
    return f"sheet {sheet}, row {area}, column {year}"


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
