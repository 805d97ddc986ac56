"""Workbooks: the names of their sheets, and a sheet's cells as text."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from childstats.errors import SourceError


def sheet_names(path: Path, where: str) -> dict[str, bool]:
    """Return the names of a workbook's sheets in order, and whether each is visible."""
    with _refusing(where):
        sheets = CalamineWorkbook.from_path(path).sheets_metadata
    return {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in sheets}


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
    with _refusing(where):
        book = CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in rows]


@contextmanager
def _refusing(where: str) -> Iterator[None]:
    """Refuse a file on which the parser fails; on a cut .xls it panics, which is no Exception."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        said = " ".join(str(error).split())
        raise SourceError(f"{where} is no workbook that opens ({said}); save it as .xlsx") from None


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).strip()
