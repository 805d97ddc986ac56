"""Cells of tables with margins: how they are named, and which cells add up to which."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import pandas as pd

from childstats.codes import TOTAL

Cell: TypeAlias = tuple[tuple[str, str], ...]
"""Dimension and code of each dimension that is not at its total, sorted.

Two tables share a cell where they give it the same codes: ``(("sex", "F"),)`` is the girls' margin
of a table by area and sex and of a table by sex and age alike.
"""
Parents: TypeAlias = Mapping[str, Mapping[str, str]]
"""For each dimension its hierarchy, each code to the code that it is part of."""
Tables: TypeAlias = pd.DataFrame | Sequence[pd.DataFrame] | Mapping[str, pd.DataFrame]

NOT_DIMENSIONS: Final = ("obs_value", "obs_status", "obs_low", "obs_high")


class Margin(NamedTuple):
    """One sum that readers can form.

    Attributes
    ----------
    parent
        The total.
    children
        Its parts.
    complete
        Whether the parts reach the total. Otherwise others may exist that are not listed, so that
        the parts are at most the total.
    label
        Where it stands: table and dimension.
    """

    parent: Cell
    children: tuple[Cell, ...]
    complete: bool
    label: str


def named_tables(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the tables by name; without names they are ``table 1``, ``table 2``, and so on.

    Parameters
    ----------
    tables
        One table, several, or several by name.

    Returns
    -------
    dict
        Name to table.

    Raises
    ------
    ValueError
        If there is none, or one has no column ``obs_value``.
    """
    if isinstance(tables, pd.DataFrame):
        named = {"table 1": tables}
    elif isinstance(tables, Mapping):
        named = {str(name): table for name, table in tables.items()}
    else:
        named = {f"table {number}": table for number, table in enumerate(tables, start=1)}
    if not named:
        raise ValueError("tables is empty; give at least one table")
    for name, table in named.items():
        if "obs_value" not in table.columns:
            raise ValueError(f"tables[{name!r}] has no column 'obs_value' with the counts")
    return named


def cells_of(name: str, table: pd.DataFrame, dimensions: Sequence[str] | None) -> list[Cell]:
    """Return the cell of each row of a table.

    Parameters
    ----------
    name
        The table's name, for messages.
    table
        Dimensions as columns; ``_T`` or a missing code is the total of a dimension.
    dimensions
        The columns that are dimensions; all but ``obs_…`` unless given. A table need not have
        them all: it is at the total of those it lacks.

    Returns
    -------
    list of tuple
        As many as rows.

    Raises
    ------
    ValueError
        If two rows are the same cell.
    """
    columns = [
        column
        for column in (table.columns if dimensions is None else dimensions)
        if column in table.columns and column not in NOT_DIMENSIONS
    ]
    codes = [table[column].astype(object).where(table[column].notna(), TOTAL) for column in columns]
    rows: Iterable[tuple[object, ...]] = zip(*codes, strict=True) if codes else ((),) * len(table)
    cells = [
        tuple(sorted((d, str(c)) for d, c in zip(columns, row, strict=True) if str(c) != TOTAL))
        for row in rows
    ]
    seen: set[Cell] = set()
    for number, cell in enumerate(cells):
        if cell in seen:
            raise ValueError(f"tables[{name!r}] row {number} repeats the cell {cell_label(cell)}")
        seen.add(cell)
    return cells


def cell_label(cell: Cell) -> str:
    """Return a cell's codes as text, such as ``ref_area=03127 sex=F``; ``total`` for none."""
    return " ".join(f"{dimension}={code}" for dimension, code in cell) or "total"


def is_kept(cell: Cell, keep: Sequence[Mapping[str, str]]) -> bool:
    """Return whether a cell is one of those that are shown exactly whatever their count.

    Parameters
    ----------
    cell
        A cell.
    keep
        Codes that cells must have; ``_T`` asks for the total of a dimension.

    Returns
    -------
    bool
        True if all codes of one entry agree.
    """
    codes = dict(cell)
    return any(
        all(codes.get(d, TOTAL) == str(code) for d, code in wanted.items()) for wanted in keep
    )


def parent_of(cell: Cell, dimension: str, parents: Parents) -> Cell | None:
    """Return the cell that a cell is part of along one dimension.

    Parameters
    ----------
    cell
        A cell.
    dimension
        The dimension to sum over.
    parents
        Hierarchies; a code that is not in one is part of the total.

    Returns
    -------
    tuple or None
        None where the cell is at the dimension's total already.
    """
    codes = dict(cell)
    if dimension not in codes:
        return None
    above = parents.get(dimension, {}).get(codes[dimension], TOTAL)
    if above == TOTAL:
        del codes[dimension]
    else:
        codes[dimension] = str(above)
    return tuple(sorted(codes.items()))


def margins_of(tables: Mapping[str, Sequence[Cell]], parents: Parents) -> list[Margin]:
    """Return every sum that the cells of some tables allow.

    Parameters
    ----------
    tables
        The cells of each table by its name.
    parents
        Hierarchies, such as commune to province or old unit to new unit.

    Returns
    -------
    list of Margin
        Each once. Where parts and total stand in one table, rows that are not there count as
        zero: the outsider who assumes that knows most. Where the total stands in another table,
        the parts are complete if no table lists, and no hierarchy names, a further part.
    """
    everywhere = {cell for cells in tables.values() for cell in cells}
    family = _families(everywhere, parents)
    found: dict[tuple[Cell, tuple[Cell, ...]], Margin] = {}
    for name, cells in tables.items():
        here = set(cells)
        for dimension in sorted({d for cell in cells for d, _ in cell}):
            parts: dict[Cell, list[Cell]] = defaultdict(list)
            for cell in cells:
                above = parent_of(cell, dimension, parents)
                if above is not None and above in everywhere:
                    parts[above].append(cell)
            for above, children in parts.items():
                codes = {dict(cell)[dimension] for cell in children}
                whole = above in here or codes >= family[dimension, dict(above).get(dimension)]
                margin = Margin(above, tuple(children), whole, f"{name}, sum over {dimension}")
                found.setdefault((above, tuple(sorted(children))), margin)
    return list(found.values())


def _families(cells: Iterable[Cell], parents: Parents) -> dict[tuple[str, str | None], set[str]]:
    """Return for each dimension and code (None for the total) the codes that are part of it."""
    family: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for dimension, above in parents.items():
        for code, parent in above.items():
            family[dimension, None if parent == TOTAL else str(parent)].add(str(code))
    for cell in cells:
        for dimension, code in cell:
            if code not in parents.get(dimension, {}):
                family[dimension, None].add(code)
    return family
