"""What is published, as linear statements on whole numbers, and what follows from their limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from childstats.statistics.disclosure.cells import Cell, Margin, cell_label
from childstats.statistics.estimate import FloatArray

TOLERANCE: Final = 1e-7
"""By how much a sum of printed shares may miss its limit, relative to its size."""
MOST_ROUNDS: Final = 100
"""Rounds of narrowing; each is valid, so that stopping early only leaves more to the solver."""

IntArray = NDArray[np.int64]


class Statement(NamedTuple):
    """One published fact: low <= sum of coefficient times count <= high.

    Attributes
    ----------
    cells
        Coefficient of each cell.
    low, high
        Limits of the sum; infinite where there is none.
    label
        Where it is published.
    """

    cells: Mapping[Cell, float]
    low: float
    high: float
    label: str


class ContradictionError(ValueError):
    """What is published cannot all be true."""


@dataclass(frozen=True)
class System:
    """Statements on the counts of some cells.

    Attributes
    ----------
    cells
        The cells; each is one column.
    matrix
        Coefficients, one row a statement.
    row_low, row_high
        Limits of each row.
    low, high
        Limits of each count by itself; infinite where there is none.
    labels
        Where each row is published.
    """

    cells: tuple[Cell, ...]
    matrix: csr_array
    row_low: FloatArray
    row_high: FloatArray
    low: FloatArray
    high: FloatArray
    labels: tuple[str, ...]

    @cached_property
    def by_cell(self) -> csc_array:
        """The coefficients by cell."""
        return self.matrix.tocsc()

    def part(self, columns: IntArray, at: FloatArray) -> "System":
        """Return the system in which only some cells may move and the others stay at a value.

        Parameters
        ----------
        columns
            Columns that may move, increasing.
        at
            Value of every cell of the whole system; those in `columns` are not used.

        Returns
        -------
        System
            Rows that none of the columns is in are left out.
        """
        others = np.array(at)
        others[columns] = 0
        chosen = self.by_cell[:, columns].tocsr()
        rows = np.flatnonzero(np.diff(chosen.indptr))
        used = self.matrix[rows] @ others
        return System(
            tuple(self.cells[column] for column in columns),
            csr_array(chosen[rows]),
            self.row_low[rows] - used,
            self.row_high[rows] - used,
            self.low[columns],
            self.high[columns],
            tuple(self.labels[row] for row in rows),
        )

    def holds(self, counts: FloatArray) -> bool:
        """Return whether some whole counts agree with every limit.

        Parameters
        ----------
        counts
            One number a cell.

        Returns
        -------
        bool
            True if all statements hold, but for the rounding error of their coefficients.
        """
        sums = self.matrix @ counts
        slack = TOLERANCE * (1 + abs(self.matrix) @ np.abs(counts))
        return bool(
            (counts >= self.low).all()
            and (counts <= self.high).all()
            and (sums >= self.row_low - slack).all()
            and (sums <= self.row_high + slack).all()
        )


def system_of(
    known: Mapping[Cell, tuple[float, float]],
    margins: Sequence[Margin],
    statements: Sequence[Statement] = (),
) -> System:
    """Build the system of some cells, their sums and further statements.

    Parameters
    ----------
    known
        Limits of each cell by itself.
    margins
        Which cells add up to which.
    statements
        Further published facts.

    Returns
    -------
    System
        Cells in sorted order, so that the result does not depend on the order of rows.

    Raises
    ------
    ValueError
        If a statement names a cell that no table has.
    """
    cells = tuple(sorted(known))
    column = {cell: number for number, cell in enumerate(cells)}
    rows: list[Statement] = [
        Statement(
            {**dict.fromkeys(margin.children, 1.0), margin.parent: -1.0},
            0.0 if margin.complete else -np.inf,
            0.0,
            f"{margin.label}: parts of {cell_label(margin.parent)}",
        )
        for margin in margins
    ]
    for number, statement in enumerate(statements):
        for cell in statement.cells:
            if cell not in column:
                raise ValueError(
                    f"statements[{number}] is about the cell {cell_label(cell)}, "
                    "which is in no table; name cells by dimension and code, sorted"
                )
        rows.append(statement)
    entries = [
        (row, column[cell], coefficient)
        for row, statement in enumerate(rows)
        for cell, coefficient in statement.cells.items()
    ]
    at_row, at_column, values = np.array(entries, dtype=float).reshape(-1, 3).T
    limits = np.array([known[cell] for cell in cells], dtype=float).reshape(-1, 2)
    return System(
        cells,
        csr_array(
            (values, (at_row.astype(int), at_column.astype(int))), shape=(len(rows), len(cells))
        ),
        np.array([row.low for row in rows], dtype=float),
        np.array([row.high for row in rows], dtype=float),
        limits[:, 0],
        limits[:, 1],
        tuple(row.label for row in rows),
    )


def narrowed(system: System) -> System:
    """Return the system with each count's own limits moved in as far as single statements allow.

    Each statement bounds each of its cells, given the limits of the others; repeated until
    nothing moves. Counts are whole, so limits are moved to whole numbers.

    Parameters
    ----------
    system
        Any system.

    Returns
    -------
    System
        The same statements with narrower limits; the same tables agree with it.

    Raises
    ------
    ContradictionError
        If no count is left for some cell.
    """
    entries = system.matrix.tocoo()
    row, column, a = entries.row, entries.col, entries.data
    low, high = np.ceil(system.low - TOLERANCE), np.floor(system.high + TOLERANCE)
    _refuse_empty(system, low, high)
    for _ in range(MOST_ROUNDS):
        smallest = np.where(a > 0, a * low[column], a * high[column])
        largest = np.where(a > 0, a * high[column], a * low[column])
        at_most = system.row_high[row] - _sum_of_others(row, smallest)
        at_least = system.row_low[row] - _sum_of_others(row, largest)
        new_low, new_high = np.array(low), np.array(high)
        bound = np.where(a > 0, at_least, at_most) / a
        np.maximum.at(new_low, column, np.ceil(bound - TOLERANCE * (1 + np.abs(bound))))
        bound = np.where(a > 0, at_most, at_least) / a
        np.minimum.at(new_high, column, np.floor(bound + TOLERANCE * (1 + np.abs(bound))))
        _refuse_empty(system, new_low, new_high)
        if (new_low == low).all() and (new_high == high).all():
            break
        low, high = new_low, new_high
    return replace(system, low=low, high=high)


def blocks_of(system: System) -> list[IntArray]:
    """Return the groups of cells that can move independently of each other.

    Parameters
    ----------
    system
        A narrowed system.

    Returns
    -------
    list of ndarray
        Columns whose count is not yet certain, in groups that share no statement.
    """
    free = np.flatnonzero(system.low < system.high)
    touching = abs(system.matrix[:, free])
    count, label = connected_components(touching.T @ touching, directed=False)
    return [free[label == number] for number in range(count)]


def contributors(system: System, truth: FloatArray) -> IntArray:
    """Return which counts of 1 are one and the same person's.

    Parameters
    ----------
    system
        Statements; those that say that parts add up to a total are used.
    truth
        True counts.

    Returns
    -------
    ndarray
        A number for each cell. Two cells with a count of 1 have the same number where one is
        part of the other, or both of a third with a count of 1.
    """
    single = np.flatnonzero(truth == 1)
    matrix = system.matrix[:, single].tocsr()
    parents = csr_array(matrix < 0)
    children = csr_array(matrix > 0)
    sums = (system.row_high == 0) & (np.asarray((system.matrix < 0).sum(axis=1)).ravel() == 1)
    rows = np.flatnonzero(sums)
    edges = children[rows].astype(int).T @ parents[rows].astype(int)
    _, label = connected_components(edges, directed=False)
    person = np.arange(truth.size)
    person[single] = truth.size + label
    return person


def _sum_of_others(row: NDArray[np.int32], terms: FloatArray) -> FloatArray:
    """Return for each term the sum of the other terms of its row; infinite if one of them is."""
    endless = ~np.isfinite(terms)
    finite = np.where(endless, 0.0, terms)
    others = np.bincount(row, finite)[row] - finite
    others_endless = np.bincount(row, endless)[row] - endless
    sign = terms[endless][:1]
    return np.where(others_endless > 0, sign if sign.size else 0.0, others)


def _refuse_empty(system: System, low: FloatArray, high: FloatArray) -> None:
    empty = np.flatnonzero(low > high)
    if empty.size:
        cell = system.cells[empty[0]]
        rows = system.by_cell[:, [empty[0]]].nonzero()[0]
        where = "; ".join(system.labels[row] for row in rows) or "its own limits"
        raise ContradictionError(
            f"what is published about {cell_label(cell)} cannot all be true ({where}); "
            "check the counts, or list the missing rows, or leave the total out"
        )
