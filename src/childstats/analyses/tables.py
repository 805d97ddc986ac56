"""What tables of an analysis share: columns that hardly say anything are left out."""

from collections.abc import Sequence
from typing import Final

from childstats.analyses.hidden import INAPPLICABLE
from childstats.analyses.report import Report
from childstats.blocks import Column, Group

MISSING: Final = "–"
"""There is nothing to say in a cell."""
Rows = Sequence[tuple[str, ...] | Group]


def with_columns_in_use(
    report: Report, columns: Sequence[Column], rows: Rows
) -> tuple[list[Column], list[tuple[str, ...] | Group], list[str]]:
    """Return a table without the columns that have nothing to say in most rows.

    Parameters
    ----------
    report
        The report.
    columns
        The first names the row; it and the last, of sources, stay.
    rows
        Cells, `MISSING` where there is nothing to say.

    Returns
    -------
    columns, rows
        Those that stay.
    notes
        What the cells of the others say, a line a column.
    """
    cells = [row for row in rows if isinstance(row, tuple)]
    said = [
        [row for row in cells if row[i] not in {MISSING, INAPPLICABLE}] for i in range(len(columns))
    ]
    last = len(columns) - 1
    kept = [i for i in range(len(columns)) if i in {0, last} or 2 * len(said[i]) > len(cells)]
    notes = [
        f"{columns[i].label}: {'; '.join(f'{row[0]}: {row[i]}' for row in said[i])}."
        for i in range(1, last)
        if i not in kept and said[i]
    ]
    shown = [tuple(row[i] for i in kept) if isinstance(row, tuple) else row for row in rows]
    return [columns[i] for i in kept], shown, notes
