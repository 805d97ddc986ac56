"""The smallest and largest value of each count over all whole-number tables that agree."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from childstats.statistics.disclosure.system import (
    TOLERANCE,
    ContradictionError,
    IntArray,
    System,
)
from childstats.statistics.estimate import FloatArray

ENDLESS: Final = 1e7
"""Stands for infinity in the solver; a count that reaches half of it has no largest value."""
MOST_NODES: Final = 5_000
"""Branchings for one count. Where they run out, the range found so far is reported."""
PARTNERS: Final = 3
"""Cells of each statement that may make up for a change."""
LARGEST_EXCHANGE: Final = 120
"""Cells that may take part in one exchange."""
SEED: Final = 20260701

BoolArray = NDArray[np.bool_]


@dataclass
class Ranges:
    """Ranges of the counts of one block, with tables that prove them.

    Attributes
    ----------
    system
        The block's statements.
    seen_low, seen_high
        Smallest and largest count in the tables found so far: whole, and agreeing with all.
    least, most
        Limits that no table can pass.
    proven
        Whether both ends of a range are exact; false where branchings ran out.
    tables
        The tables found.
    """

    system: System
    seen_low: FloatArray = field(init=False)
    seen_high: FloatArray = field(init=False)
    least: FloatArray = field(init=False)
    most: FloatArray = field(init=False)
    proven: BoolArray = field(init=False)
    tables: list[FloatArray] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        size = len(self.system.cells)
        self.seen_low, self.seen_high = np.full(size, np.inf), np.full(size, -np.inf)
        self.proven = np.ones(size, dtype=bool)
        self.least, self.most = np.array(self.system.low), np.array(self.system.high)

    def add(self, table: FloatArray) -> None:
        """Take note of a table; one that does not agree is ignored.

        Parameters
        ----------
        table
            One count a cell.
        """
        whole = np.round(table) + 0.0
        if self.system.holds(whole):
            self.tables.append(whole)
            np.minimum(self.seen_low, whole, out=self.seen_low)
            np.maximum(self.seen_high, whole, out=self.seen_high)

    def open_sides(self, wanted: BoolArray, enough: float) -> tuple[BoolArray, BoolArray]:
        """Return for which cells the lower and for which the upper end is still to be found.

        Parameters
        ----------
        wanted
            Cells of interest.
        enough
            Width from which a range need not be known exactly.

        Returns
        -------
        tuple of ndarray
            Two masks.
        """
        wanted = wanted & ~(self.seen_high - self.seen_low >= enough)
        return wanted & (self.seen_low > self.least), wanted & (self.seen_high < self.most)

    def find(self, wanted: BoolArray, enough: float = np.inf) -> None:
        """Find the ranges of some cells.

        Parameters
        ----------
        wanted
            Cells of interest.
        enough
            Width from which a range need not be known exactly; infinite for all ends.

        Raises
        ------
        ContradictionError
            If no whole-number table agrees with everything that is published.
        """
        self._find_many(wanted, enough)
        while True:
            low_open, high_open = self.open_sides(wanted, enough)
            if not (low_open.any() or high_open.any()):
                return
            number = int(np.flatnonzero(low_open | high_open)[0])
            sign = 1.0 if low_open[number] else -1.0
            base = self._find_end(number, sign)
            if base is not None:
                self._find_neighbours(number, sign, base, wanted, enough)

    def _find_many(self, wanted: BoolArray, enough: float) -> None:
        """Move many cells at once to their ends, half of them up, as long as that pays."""
        chance = np.random.default_rng(SEED)
        failures = 0
        while failures < 3:
            low_open, high_open = self.open_sides(wanted, enough)
            left = int(low_open.sum() + high_open.sum())
            if not left and self.tables:
                return
            side = np.where(chance.random(len(wanted)) < 0.5, 1.0, -1.0)
            objective = np.where(low_open & high_open, side, low_open * 1.0 - high_open * 1.0)
            table, _ = solved(self.system, objective, gap=0.01)
            if table is not None:
                self.add(table)
            after_low, after_high = self.open_sides(wanted, enough)
            gain = left - int(after_low.sum() + after_high.sum())
            failures = failures + 1 if gain < 2 else 0

    def _find_end(self, number: int, sign: float) -> FloatArray | None:
        """Find one end of one cell: the lower for sign 1, the upper for sign -1."""
        objective = np.zeros(len(self.system.cells))
        objective[number] = sign
        table, bound = solved(self.system, objective)
        if table is not None:
            self.add(table)
        if sign > 0:
            exact = self.seen_low[number] <= np.ceil(bound - TOLERANCE)
            self.least[number] = self.seen_low[number]
        else:
            exact = self.seen_high[number] >= np.floor(TOLERANCE - bound)
            self.most[number] = self.seen_high[number]
        self.proven[number] &= bool(exact)
        return table

    def _find_neighbours(
        self, number: int, sign: float, base: FloatArray, wanted: BoolArray, enough: float
    ) -> None:
        """Find the same end of cells that share a statement with a cell, from its table.

        A table in which one cell is at its end is often one exchange away from one in which its
        neighbour is, and an exchange lets few cells move.
        """
        rows = self.system.matrix[self.system.by_cell[:, [number]].nonzero()[0]]
        for other in np.unique(rows.nonzero()[1]):
            sides = self.open_sides(wanted, enough)
            if not sides[0 if sign > 0 else 1][other]:
                continue
            few = exchange_partners(self.system, int(other), -sign, base)
            objective = np.zeros(len(few))
            objective[np.searchsorted(few, other)] = sign
            moved, _ = solved(self.system.part(few, base), objective)
            if moved is not None:
                table = np.array(base)
                table[few] = moved
                self.add(table)


def exchange_partners(
    system: System,
    number: int,
    direction: float,
    table: FloatArray,
    eager: BoolArray | None = None,
    *,
    breadth: int = PARTNERS,
    most: int = LARGEST_EXCHANGE,
) -> IntArray:
    """Return cells that can make up for a change of one cell, those with most room first.

    Parameters
    ----------
    system
        Statements on the counts.
    number
        Column of the cell that is to change.
    direction
        1 to raise it, -1 to lower it.
    table
        Counts that agree with the system.
    eager
        Cells to be preferred to all others.
    breadth
        Partners taken from each statement.
    most
        Largest number of cells.

    Returns
    -------
    ndarray
        Columns, `number` among them, increasing.
    """
    by_cell = system.by_cell
    chosen, wave = {number: direction}, [number]
    best: dict[tuple[int, float], list[tuple[int, float]]] = {}
    while wave and len(chosen) < most:
        following = []
        for cell in wave:
            entries = slice(by_cell.indptr[cell], by_cell.indptr[cell + 1])
            for row, own in zip(by_cell.indices[entries], by_cell.data[entries], strict=True):
                key = int(row), float(np.sign(own)) * chosen[cell]
                if key not in best:
                    best[key] = _partners(system, key, table, eager, breadth + 1)
                for other, towards in best[key]:
                    if other not in chosen:
                        chosen[other] = towards
                        following.append(other)
        wave = following
    return np.array(sorted(chosen))


def _partners(
    system: System,
    excess: tuple[int, float],
    table: FloatArray,
    eager: BoolArray | None,
    most: int,
) -> list[tuple[int, float]]:
    """Return the cells of a statement that can undo an excess of its sum, and their direction."""
    row, side = excess
    span = slice(system.matrix.indptr[row], system.matrix.indptr[row + 1])
    cells = system.matrix.indices[span]
    towards = -np.sign(system.matrix.data[span]) * side
    room = np.where(
        towards > 0, system.high[cells] - table[cells], table[cells] - system.low[cells]
    )
    if eager is not None:
        room = np.where(eager[cells] & (room > 0), np.inf, room)
    order = np.argsort(-room, kind="stable")[:most]
    order = order[room[order] > 0]
    return list(zip(cells[order].tolist(), towards[order].tolist(), strict=True))


def solved(
    system: System, objective: FloatArray, *, gap: float = 0.0
) -> tuple[FloatArray | None, float]:
    """Minimise a sum over all whole-number tables that agree with a system.

    Parameters
    ----------
    system
        Statements on the counts.
    objective
        Coefficient of each count.
    gap
        Relative distance from the smallest sum at which to stop.

    Returns
    -------
    tuple of ndarray or None and float
        The table found, None if branchings ran out first, and a sum that no table is below.

    Raises
    ------
    ContradictionError
        If no table agrees.
    """
    high = np.minimum(system.high, np.maximum(ENDLESS, system.low))
    result = milp(
        objective,
        integrality=np.ones(len(objective), dtype=np.int64),
        bounds=Bounds(system.low, high),
        constraints=(
            LinearConstraint(system.matrix, system.row_low, system.row_high)
            if system.matrix.shape[0]
            else ()
        ),
        options={"mip_rel_gap": gap, "node_limit": MOST_NODES},
    )
    if result.status == 2:
        raise ContradictionError(
            "what is published cannot all be true: no whole-number table agrees with it; "
            f"it is about {len(system.cells)} cells, the first {system.cells[0]}"
        )
    bound = result.mip_dual_bound
    return result.x, -np.inf if bound is None else float(bound)
