"""Workbooks: the names of their sheets, and a sheet's cells as text."""

import unicodedata
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from childstats.errors import SourceError


def sheet_names(path: Path, where: str) -> dict[str, bool]:
    """Return the names of a workbook's sheets in order, and whether each is visible."""
    return {
        sheet.name: sheet.visible == SheetVisibleEnum.Visible
        for sheet in _opened(path, where).sheets_metadata
    }


def sheet_rows(path: Path, sheet: str, where: str) -> list[list[str]]:
    """Return a sheet's rows from its first row and column on, every cell as text.

    Parameters
    ----------
    path
        The workbook: .xlsx, .xls or .ods.
    sheet
        Its name.
    where
        Source and file, for messages.

    Returns
    -------
    list of list of str
        A whole number without decimals, as Excel shows it; an empty cell is "".

    Raises
    ------
    SourceError
        If the file is no such workbook.
    """
    rows = _opened(path, where).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in rows]


def _opened(path: Path, where: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(path)
    except CalamineError as error:
        raise SourceError(
            f"{where} is no workbook that opens ({error}); save it as .xlsx"
        ) from None


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).strip()
