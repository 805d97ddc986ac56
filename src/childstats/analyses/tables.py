"""What tables of an analysis share: a column that hardly says anything is left out."""

from collections.abc import Sequence
from typing import Final

from childstats.blocks import Column, Group

MISSING: Final = "–"
"""There is nothing to say in a cell."""
Rows = Sequence[tuple[str, ...] | Group]


def without_rare_column(
    columns: Sequence[Column], rows: Rows, place: int
) -> tuple[list[Column], list[tuple[str, ...] | Group], list[str]]:
    """Return a table without a column that has nothing to say in most rows.

    Parameters
    ----------
    columns
        The first names the row.
    rows
        Cells, `MISSING` where there is nothing to say.
    place
        Of the column.

    Returns
    -------
    columns, rows
        As given where most rows have something to say there.
    notes
        What the few cells of a column say that was left out, a line each.
    """
    cells = [row for row in rows if isinstance(row, tuple)]
    said = [row for row in cells if row[place] != MISSING]
    if 2 * len(said) > len(cells):
        return list(columns), list(rows), []
    shown = [row[:place] + row[place + 1 :] if isinstance(row, tuple) else row for row in rows]
    notes = [f"{row[0]}: {'; '.join(row[place].splitlines())}." for row in said]
    return [column for i, column in enumerate(columns) if i != place], shown, notes
