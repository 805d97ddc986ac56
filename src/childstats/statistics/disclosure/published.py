"""What tables say about their cells, as a reader sees it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from childstats.codes import ObsStatus
from childstats.statistics.disclosure.cells import Cell, cell_label, cells_of
from childstats.statistics.disclosure.system import ContradictionError


class Published(NamedTuple):
    """Everything that some tables say about single cells.

    Attributes
    ----------
    known
        Smallest and largest count that each cell can have by its own print.
    hidden
        Cells that no table shows, in sorted order.
    where
        Names of the tables that list each cell.
    by_table
        The cells of each table, in the order of its rows.
    """

    known: dict[Cell, tuple[float, float]]
    hidden: tuple[Cell, ...]
    where: dict[Cell, list[str]]
    by_table: dict[str, list[Cell]]


def published_cells(
    tables: Mapping[str, pd.DataFrame], dimensions: Sequence[str] | None
) -> Published:
    """Read what some tables say about each of their cells.

    Parameters
    ----------
    tables
        Tables by name: dimensions, ``obs_value``, and where there are any ``obs_status``,
        ``obs_low`` and ``obs_high``. Status ``Q`` is hidden, ``M`` cannot exist (zero), a missing
        value of another status is unknown but not hidden. A printed count stands for itself
        unless ``obs_low`` and ``obs_high`` say what it stands for; a hidden one for 0 or more.
    dimensions
        Columns that are dimensions, or None for all.

    Returns
    -------
    Published
        A cell of several tables has the limits that all of them leave.

    Raises
    ------
    ValueError
        If a count is negative, or a row is there twice.
    ContradictionError
        If two tables say of one cell what cannot both be true.
    """
    known: dict[Cell, tuple[float, float]] = {}
    where: dict[Cell, list[str]] = {}
    by_table: dict[str, list[Cell]] = {}
    shown: set[Cell] = set()
    hidden: set[Cell] = set()
    for name, table in tables.items():
        by_table[name] = cells_of(name, table, dimensions)
        low, high, is_hidden = _limits(name, table)
        for number, cell in enumerate(by_table[name]):
            least, most = known.get(cell, (0.0, np.inf))
            limits = max(least, float(low.iloc[number])), min(most, float(high.iloc[number]))
            if limits[0] > limits[1]:
                raise ContradictionError(
                    f"{name} and {', '.join(where.get(cell, [name]))} contradict each other about "
                    f"{cell_label(cell)}; a revised count is another cell: give it a dimension"
                )
            known[cell] = limits
            where.setdefault(cell, []).append(name)
            (hidden if is_hidden.iloc[number] else shown).add(cell)
    return Published(known, tuple(sorted(hidden - shown)), where, by_table)


def _limits(
    name: str, table: pd.DataFrame
) -> tuple["pd.Series[float]", "pd.Series[float]", "pd.Series[bool]"]:
    """Return what each row's print lets the count be, and whether the count is hidden."""
    value = pd.to_numeric(table["obs_value"]).astype(float).reset_index(drop=True)
    if (value < 0).any():
        number = int(np.flatnonzero(value < 0)[0])
        raise ValueError(f"tables[{name!r}] row {number} has the count {value[number]:g}")
    status = pd.Series(ObsStatus.NORMAL.value, index=value.index, dtype=object)
    if "obs_status" in table.columns:
        status = table["obs_status"].astype(object).reset_index(drop=True)
    is_hidden = status == ObsStatus.SUPPRESSED.value
    value = value.mask(status == ObsStatus.CANNOT_EXIST.value, 0.0).mask(is_hidden)
    low, high = value.fillna(0.0), value.fillna(np.inf)
    if "obs_low" in table.columns:
        printed = pd.to_numeric(table["obs_low"]).astype(float).reset_index(drop=True)
        low = printed.fillna(low)
    if "obs_high" in table.columns:
        printed = pd.to_numeric(table["obs_high"]).astype(float).reset_index(drop=True)
        high = printed.fillna(high)
    return low.apply(np.ceil), high.apply(np.floor), is_hidden
