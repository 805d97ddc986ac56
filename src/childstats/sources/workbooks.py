"""One visible sheet of an ``.xlsx`` workbook as text, and what of it cannot be seen."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from childstats.errors import SourceError, nearest
from childstats.sources.decoding import clean_text, from_abc_font
from childstats.sources.mapping import folded
from childstats.sources.reading import ReceivedFile
from childstats.sources.workbook_safety import PIECE, checked_workbook

CELLS_LIMIT: Final = 20_000_000
"""Largest rectangle of cells that is opened; one cell far away makes a rectangle of a billion."""
PERCENT_FORMATS: Final = (9, 10)
"""Excel's built-in number formats ``0%`` and ``0.00%`` (ECMA-376 part 1, 18.8.30)."""
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b([^<>]*)>")
_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>")
_FAR: Final = re.compile(rb"""\br\s*=\s*["']\s*(?:([A-Za-z]{2,})[0-9]|[A-Za-z]*([0-9]{5,}))""")
_FAR_BOTH: Final = re.compile(rb"""\br\s*=\s*["']\s*[A-Za-z]{2,}([0-9]{5,})""")
"""Places beyond Z9999, wherever they are written: a row, a cell, in either quotes."""
_ERROR: Final = re.compile(rb"""<(?:\w+:)?c\b([^<>]*\bt\s*=\s*["']e["'][^<>]*)>""")
_VALUE: Final = re.compile(rb"\bv>([^<]*)<")
_NOT_COMPUTED: Final = re.compile(
    rb"<(?:\w+:)?c\b([^<>/]*)>\s{0,9}<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s{0,9}(?:<(?:\w+:)?v\s{0,9}/>|<(?:\w+:)?v>\s{0,9}</(?:\w+:)?v>)?\s{0,9}</(?:\w+:)?c>"
)
_ATTRIBUTE: Final = re.compile(rb"""\b(\w+)\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as text.

    Attributes
    ----------
    name
        Its name.
    rows
        Cells from A1 on, every row equally long, every cell text in the source's number format.
    hidden_rows, hidden_columns
        Positions, from 0, of those that a reader of the workbook does not see.
    merged
        First row, first column, last row and last column of merged cells, from 0.
    notes
        What was fixed, and which sheets were not read.
    """

    name: str
    rows: list[list[str]]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merged: tuple[tuple[int, int, int, int], ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Markup:
    """What the XML of a sheet says and the cells' values do not; positions from 0."""

    hidden_rows: set[int]
    hidden_columns: set[int]
    percent: set[tuple[int, int]]
    errors: dict[tuple[int, int], str]


def open_sheet(path: Path, declared: ReceivedFile, *, where: str) -> Sheet:
    """Return one sheet of a workbook as text.

    Parameters
    ----------
    path
        An ``.xlsx`` file.
    declared
        The sheet's name, empty for the only visible one; the encoding of ABC fonts; the source's
        number format, in which numbers are written.
    where
        Source and file, for the message.

    Returns
    -------
    Sheet
        A number is written with the digits that Excel keeps (15), without thousands separator;
        a percentage as one; a date as 2024-01-31; an error as ``#N/A``.

    Raises
    ------
    SourceError
        If the file is not a safe workbook, there is no such visible sheet, it has a cell too far
        away, or a formula whose result was never computed.
    """
    checked_workbook(path, where)
    try:
        with zipfile.ZipFile(path) as archive:
            sheets, links = _sheet_parts(archive)
            styles = _percent_styles(archive)
            workbook = CalamineWorkbook.from_path(str(path))
            name, notes = _chosen(workbook, declared.sheet, where)
            part = links[sheets[name]]
            with archive.open(part) as stream:
                markup = _markup(stream, styles, f"{where} sheet {name!r}")
        sheet = workbook.get_sheet_by_name(name)
        values = sheet.to_python(skip_empty_area=False)
        merged = tuple((*a, *b) for a, b in sheet.merged_cell_ranges or ())
    except (CalamineError, ElementTree.ParseError, KeyError, ValueError, OSError) as error:
        raise SourceError(
            f"{where} is a damaged workbook ({type(error).__name__}); save it anew"
        ) from None
    rows = [
        [
            _text(value, declared.language, (r, c) in markup.percent)
            if (r, c) not in markup.errors
            else markup.errors[r, c]
            for c, value in enumerate(cells)
        ]
        for r, cells in enumerate(values)
    ]
    rows, fixes = _cleaned(rows, declared.encoding, f"{where} sheet {name!r}")
    return Sheet(
        name,
        rows,
        frozenset(markup.hidden_rows),
        frozenset(markup.hidden_columns),
        merged,
        (*notes, *fixes),
    )


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, positions from 0.

    Examples
    --------
    >>> cell_name(0, 0), cell_name(6, 27)
    ('A1', 'AB7')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def number_text(value: float, language: str, *, percent: bool = False) -> str:
    """Return a number cell as its sheet shows it, without thousands separator.

    Parameters
    ----------
    value
        The number.
    language
        Number format, ``vi`` (decimal comma) or ``en``.
    percent
        Whether the cell's format multiplies by 100 and adds the sign.

    Examples
    --------
    >>> number_text(34.400000000000006, "vi"), number_text(0.955, "en", percent=True)
    ('34,4', '95.5%')
    """
    exact = Decimal(f"{value:.15g}") * (100 if percent else 1)
    text = f"{exact.normalize():f}" + ("%" if percent else "")
    return text.replace(".", ",") if language == "vi" else text


def _chosen(workbook: CalamineWorkbook, wanted: str, where: str) -> tuple[str, list[str]]:
    """Return the sheet to read, and notes on the hidden ones."""
    sheets = {s.name: s.visible == SheetVisibleEnum.Visible for s in workbook.sheets_metadata}
    visible = [name for name, is_visible in sheets.items() if is_visible]
    hidden = [name for name in sheets if name not in visible]
    listed = ", ".join(repr(name) for name in visible)
    if wanted in hidden:
        raise SourceError(f"sheet {wanted!r} of {where} is hidden; unhide it if it is to be read")
    if wanted and wanted not in visible:
        raise SourceError(
            f"no sheet {wanted!r} in {where}{nearest(wanted, visible)}; it has {listed}"
        )
    if not wanted and len(visible) != 1:
        raise SourceError(f"{where} has sheets {listed}; name one as sheet in [file]")
    return wanted or visible[0], [f"sheet {n!r} of {where} is hidden and not read" for n in hidden]


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], dict[str, str]]:
    """Return the link of each sheet by its name, and the part of each link."""
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    names = {s.attrib["name"]: s.attrib[_LINK] for s in workbook.iter(f"{_MAIN}sheet")}
    targets = {link.attrib["Id"]: link.attrib["Target"] for link in links}
    parts = {
        key: target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        for key, target in targets.items()
    }
    return names, parts


def _percent_styles(archive: zipfile.ZipFile) -> set[bytes]:
    """Return the numbers of the cell styles that show a percentage."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    percent = set(PERCENT_FORMATS)
    for entry in styles.iter(f"{_MAIN}numFmt"):
        if "%" in re.sub(r'"[^"]*"|\\.', "", entry.attrib["formatCode"]):
            percent.add(int(entry.attrib["numFmtId"]))
    formats = styles.find(f"{_MAIN}cellXfs")
    return {
        str(number).encode()
        for number, style in enumerate(formats if formats is not None else ())
        if int(style.attrib.get("numFmtId", 0)) in percent
    }


def _markup(stream: IO[bytes], percent_styles: set[bytes], where: str) -> _Markup:
    """Return hidden rows and columns, percentages and errors of a sheet; refuse traps."""
    found = _Markup(set(), set(), set(), {})
    last_row, last_column, rows = 0, 26, 0
    for piece in _pieces(stream):
        for match in _ROW.finditer(piece):
            rows += 1
            row = dict(_ATTRIBUTE.findall(match[1]))
            last_row = max(last_row + 1, int(row.get(b"r", 0)))
            if row.get(b"hidden") in {b"1", b"true"}:
                found.hidden_rows.add(last_row - 1)
        for match in _COLUMN.finditer(piece):
            column = dict(_ATTRIBUTE.findall(match[1]))
            if column.get(b"hidden") in {b"1", b"true"}:
                last = min(int(column[b"max"]), 16_384)
                found.hidden_columns |= set(range(int(column[b"min"]) - 1, last))
        far_columns, far_rows = zip(*_FAR.findall(piece) or [(b"", b"")], strict=True)
        last_column = max(last_column, *map(_column, set(far_columns)))
        far_rows = (*filter(None, far_rows), *_FAR_BOTH.findall(piece))
        last_row = max(last_row, *map(int, far_rows)) if far_rows else last_row
        if last_row * last_column > CELLS_LIMIT:
            raise SourceError(
                f"{where} reaches to {cell_name(last_row - 1, last_column - 1)}; "
                "delete the empty rows and columns beyond the table"
            )
        if match_formula := _NOT_COMPUTED.search(piece):
            cell = dict(_ATTRIBUTE.findall(match_formula[1])).get(b"r", b"?").decode()
            raise SourceError(
                f"cell {cell} of {where} has a formula that was never computed; "
                "open the workbook in a spreadsheet program and save it"
            )
        found.errors |= _errors(piece)
        if percent_styles:
            for match in _CELL.finditer(piece):
                cell_attributes = dict(_ATTRIBUTE.findall(match[1]))
                place = _place(cell_attributes.get(b"r", b""))
                if place and cell_attributes.get(b"s") in percent_styles:
                    found.percent.add(place)
    return found


def _errors(piece: bytes) -> dict[tuple[int, int], str]:
    """Return what the cells with an error show."""
    errors = {}
    end = 0
    for match in _ERROR.finditer(piece):
        end = piece.find(b"c>", match.end()) if end < match.end() else end
        if end < 0:
            break
        value = _VALUE.search(piece, match.end(), end)
        place = _place(dict(_ATTRIBUTE.findall(match[1])).get(b"r", b""))
        if value and place:
            errors[place] = value[1].decode("utf-8", errors="replace")
    return errors


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML of a sheet in pieces that end with a row."""
    kept = b""
    while piece := stream.read(PIECE):
        kept += piece
        end = kept.rfind(b"row>") + len(b"row>")
        if end >= len(b"row>"):
            yield kept[:end]
            kept = kept[end:]
    yield kept


def _place(name: bytes) -> tuple[int, int] | None:
    match = re.fullmatch(rb"([A-Z]{1,3})([0-9]{1,7})", name)
    return (int(match[2]) - 1, _column(match[1]) - 1) if match else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _text(value: object, language: str, percent: bool) -> str:
    """Return a cell's value as its sheet shows it."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int() | float():
            return number_text(value, language, percent=percent)
        case datetime():
            return (value.date() if value.time() == time.min else value).isoformat()
        case date():
            return value.isoformat()
    return str(value)


def _cleaned(
    rows: list[list[str]], encoding: str, where: str
) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the cells without what cannot be seen, and what was fixed."""
    odd = {cell for cells in rows for cell in cells if not cell.isascii()}
    meant = {cell: from_abc_font(cell) if encoding == "tcvn3" else cell for cell in odd}
    notes = clean_text("\n".join(sorted(set(meant.values()))), where=where).notes
    clean = {cell: clean_text(text, where=where).text for cell, text in meant.items()}
    quoted = sum(cell.startswith("'") for cells in rows for cell in cells)
    if quoted:
        notes = (*notes, f"an apostrophe before {quoted} cells of {where} was taken away")
    return [[folded(clean.get(c, c).removeprefix("'")) for c in cells] for cells in rows], notes
