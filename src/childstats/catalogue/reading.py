"""Read the catalogue's CSV files: strict columns, every fault named with file and line."""

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from childstats.errors import CatalogueError

FORMULA_SIGNS = ("=", "+", "-", "@")
"""A name that begins with one of these is a formula to a spreadsheet."""
UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys, and the marks that turn the direction of writing."""
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,80}", re.ASCII)


def read_rows(path: Path, row_type: type[Any]) -> list[tuple[str, dict[str, str]]]:
    """Read one file of the catalogue.

    Parameters
    ----------
    path
        The file, UTF-8 with or without BOM.
    row_type
        Dataclass whose fields are the columns.

    Returns
    -------
    list of (str, dict)
        File and line in words, and the cells by column name, stripped.

    Raises
    ------
    CatalogueError
        If the file is missing, no UTF-8 CSV, or has other columns or a ragged row.
    """
    names = [f.name for f in fields(row_type)]
    try:
        with path.open(encoding="utf-8-sig", newline="") as csv_file:
            reader = csv.DictReader(csv_file, strict=True)
            if sorted(reader.fieldnames or ()) != sorted(names):
                raise CatalogueError(
                    f"columns of {path.name} are {', '.join(reader.fieldnames or ())}; "
                    f"expected {', '.join(names)}"
                )
            rows = []
            for row in reader:
                where = f"{path.name} line {reader.line_num}"
                if None in row or None in row.values():
                    raise CatalogueError(f"wrong number of cells in {where}; expected {len(names)}")
                _refuse_unseen(row, where)
                rows.append((where, {name: row[name].strip() for name in names}))
            return rows
    except FileNotFoundError:
        raise CatalogueError(f"missing file data/catalogue/{path.name}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"unreadable {path.name}: {error}; save it as UTF-8 CSV") from None


def _refuse_unseen(row: dict[str, str], where: str) -> None:
    for name, cell in row.items():
        if found := UNSEEN.search(cell):
            raise CatalogueError(
                f"{name} in {where} holds a control character ({found[0]!a}); take it out"
            )


def refuse_code(row: dict[str, str], name: str, known: Sequence[str], where: str) -> None:
    """Refuse a cell that is none of the known codes."""
    if row[name] not in known:
        raise CatalogueError(
            f"unknown {name} {row[name]!r} in {where}; use one of {', '.join(known)}"
        )


def refuse_name(row: dict[str, str], name: str, where: str) -> None:
    """Refuse an empty name, or one that a spreadsheet would read as a formula."""
    if not row[name] or row[name].startswith(FORMULA_SIGNS):
        raise CatalogueError(f"{name} {row[name]!r} in {where} is no name; begin it with a letter")


def refuse_day(row: dict[str, str], name: str, where: str) -> None:
    """Refuse a cell that is neither empty nor a day such as 2025-07-01."""
    try:
        read = date.fromisoformat(row[name]).isoformat() if row[name] else ""
    except ValueError:
        read = None
    if read != row[name]:
        raise CatalogueError(f"{name} {row[name]!r} in {where} is no day; write 2025-07-01")


def number(row: dict[str, str], name: str) -> float | None:
    """Return a cell as a finite number, None where it is empty; ValueError if it is neither."""
    if not row[name]:
        return None
    value = float(row[name])
    if not math.isfinite(value):
        raise ValueError(f"{row[name]!r} is no {name}")
    return value
