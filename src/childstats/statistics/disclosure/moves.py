"""Other tables that agree with all that is shown: one for a single cell, or one for many."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from childstats.statistics.disclosure.ranges import ENDLESS, MOST_NODES
from childstats.statistics.disclosure.system import IntArray, System
from childstats.statistics.estimate import FloatArray

OTHERS: Final = 0.2
"""What it costs to move a cell that nobody asked to move, against 1 for one that somebody did."""
GAP_TOGETHER: Final = 0.05
NODES_TOGETHER: Final = 20
"""Where a search for many cells stops: it need not move as many as can be."""


@dataclass
class Move:
    """A table that agrees with all that is shown: which cells are not at their true count.

    Attributes
    ----------
    cost
        What hiding the shown cells that it changes costs.
    there
        The counts that are not the true ones, by column.
    agrees
        Whether it agrees with what is shown now.
    """

    cost: float
    there: dict[int, float]
    agrees: bool = True


class Goal(NamedTuple):
    """Where one cell is to be: at a count or above it (sign 1), or below it (sign -1)."""

    cell: int
    sign: float
    target: float


def cheapest_move(
    system: System,
    truth: FloatArray,
    region: IntArray,
    goal: Goal,
    *,
    own: tuple[FloatArray, FloatArray],
    weight: FloatArray,
) -> Move | None:
    """Move the cells of a region so that one reaches a goal and few shown cells change.

    Parameters
    ----------
    system
        Statements, with the limits of each cell were it hidden where it may be.
    truth
        True counts.
    region
        Columns of the cells that may move, increasing.
    goal
        What is to be reached.
    own
        Smallest and largest count of each cell as it is shown now.
    weight
        What leaving these limits, and so hiding the cell, costs.

    Returns
    -------
    Move or None
        None where no table of the region reaches the goal, or none was found in time.
    """
    part = system.part(region, truth)
    size = len(region)
    low, high = np.array(part.low), np.minimum(part.high, ENDLESS)
    at = int(np.searchsorted(region, goal.cell))
    (low if goal.sign > 0 else high)[at] = goal.target
    own_low, own_high = own[0][region], np.minimum(own[1][region], 2 * ENDLESS)
    # One more variable for each shown cell: by how much it leaves what it is shown to be.
    loose = np.flatnonzero((low < own_low) | (high > own_high))
    left = eye_array(size, format="csr")[loose]
    rows = []
    if part.matrix.shape[0]:
        sums = hstack([part.matrix, csr_array((part.matrix.shape[0], loose.size))])
        rows.append(LinearConstraint(sums, part.row_low, part.row_high))
    if loose.size:
        one = eye_array(loose.size, format="csr")
        rows += [
            LinearConstraint(hstack([left, one]), own_low[loose], np.inf),
            LinearConstraint(hstack([left, -one]), -np.inf, own_high[loose]),
        ]
    result = milp(
        np.concatenate([np.zeros(size), weight[region][loose]]),
        integrality=np.concatenate([np.ones(size), np.zeros(loose.size)]),
        bounds=Bounds(
            np.concatenate([low, np.zeros(loose.size)]),
            np.concatenate([high, np.full(loose.size, ENDLESS)]),
        ),
        constraints=rows,
        options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES},
    )
    if result.x is None:
        return None
    table = np.round(result.x[:size])
    whole = np.array(truth)
    whole[region] = table
    if not system.holds(whole):
        return None
    outside = (table < own_low) | (table > own_high)
    return Move(float(weight[region][outside].sum()), where_not(whole, truth))


def moved_together(
    system: System, truth: FloatArray, wishes: FloatArray, farthest: FloatArray
) -> list[FloatArray]:
    """Return tables in which many cells are moved at once and few others are.

    Parameters
    ----------
    system
        Statements, with the limits of each cell as it is shown now.
    truth
        True counts, which agree.
    wishes
        1 for a cell to be raised, -1 for one to be lowered, 0 for all others.
    farthest
        By how much each cell may move at most; 0 keeps it at its true count.

    Returns
    -------
    list of ndarray
        None, one or two tables that agree: the one found, and its mirror image about the truth.
    """
    up = np.minimum(system.high - truth, farthest)
    down = np.minimum(truth - system.low, farthest)
    # To go up and down again is no move: it costs what it brings.
    cost = np.concatenate([np.where(wishes == 0, OTHERS, -s * wishes) for s in (1, -1)])
    sums = system.matrix @ truth
    result = milp(
        cost,
        integrality=np.ones(cost.size, dtype=np.int64),
        bounds=Bounds(0, np.concatenate([up, down])),
        constraints=(
            LinearConstraint(
                hstack([system.matrix, -system.matrix]),
                system.row_low - sums,
                system.row_high - sums,
            )
            if system.matrix.shape[0]
            else ()
        ),
        options={"mip_rel_gap": GAP_TOGETHER, "node_limit": NODES_TOGETHER},
    )
    if result.x is None:
        return []
    raised, lowered = np.round(result.x).reshape(2, -1)
    change = raised - lowered
    both = (truth + change, truth - change) if change.any() else ()
    return [table for table in both if system.holds(table)]


def where_not(table: FloatArray, truth: FloatArray) -> dict[int, float]:
    """Return the counts that are not the true ones, by column.

    Parameters
    ----------
    table, truth
        One count a cell.

    Returns
    -------
    dict
        Column to count.
    """
    return {int(cell): float(table[cell]) for cell in np.flatnonzero(table != truth)}
