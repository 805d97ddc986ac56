"""Which published counts force the ends of a hidden count, from the dual of its programme."""

from typing import Any, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import vstack

from childstats.statistics.disclosure.cells import cell_label
from childstats.statistics.disclosure.ranges import ENDLESS
from childstats.statistics.disclosure.system import TOLERANCE, System

_ENDS: Final = (("low", 1.0), ("high", -1.0))


def derivation(system: System, number: int) -> str:
    """Return how a reader works out the ends of a count.

    Parameters
    ----------
    system
        Everything that is published, not narrowed.
    number
        Column of the cell.

    Returns
    -------
    str
        Such as ``low: 13 (ref_area=A) - 10 (ref_area=A sex=M)``: the sum of published counts
        times their dual multipliers that is the end of the linear programme. Ends that follow
        only because counts are whole are named as that.
    """
    part, at = _connected(system, number)
    return "; ".join(f"{end}: {_combination(part, at, s)}" for end, s in _ENDS)


def _connected(system: System, number: int) -> tuple[System, int]:
    """Return the statements that tie a cell to others, through cells that are not certain."""
    reached, rows, wave = {number}, np.zeros(0, dtype=int), [number]
    while wave:
        rows = np.union1d(rows, system.by_cell[:, wave].nonzero()[0])
        found = set(system.matrix[rows].nonzero()[1].tolist()) - reached
        reached |= found
        wave = [cell for cell in found if system.low[cell] < system.high[cell]]
    columns = np.array(sorted(reached))
    part = System(
        tuple(system.cells[column] for column in columns),
        system.matrix[rows][:, columns],
        system.row_low[rows],
        system.row_high[rows],
        system.low[columns],
        system.high[columns],
        tuple(system.labels[row] for row in rows),
    )
    return part, int(np.searchsorted(columns, number))


def _combination(system: System, at: int, sign: float) -> str:
    objective = np.zeros(len(system.cells))
    objective[at] = sign
    equal = system.row_low == system.row_high
    below = np.flatnonzero(~equal & np.isfinite(system.row_high))
    above = np.flatnonzero(~equal & np.isfinite(system.row_low))
    equal = np.flatnonzero(equal)
    at_most: Any = vstack([system.matrix[below], -system.matrix[above]])
    sums: Any = system.matrix[equal]
    bounds: Any = np.column_stack([system.low, np.minimum(system.high, ENDLESS)])
    result = linprog(
        objective,
        A_ub=at_most,
        b_ub=np.concatenate([system.row_high[below], -system.row_low[above]]),
        A_eq=sums,
        b_eq=system.row_low[equal],
        bounds=bounds,
        method="highs-ds",
    )
    if result.status != 0:
        return "no linear derivation"
    by_cell = sign * (result.lower.marginals + result.upper.marginals)
    value = np.where(result.lower.marginals != 0, system.low, system.high)
    terms = [
        _term(multiplier, limit, cell_label(cell), system.low[c] == system.high[c])
        for c, (multiplier, limit, cell) in enumerate(
            zip(by_cell, value, system.cells, strict=True)
        )
        if abs(multiplier) > TOLERANCE and (limit != 0 or system.low[c] < system.high[c])
    ]
    terms.sort(key=lambda term: term[0])
    for row, multiplier in zip([*below, *above], result.ineqlin.marginals, strict=True):
        if abs(multiplier) > TOLERANCE:
            terms.append(f"with {system.labels[row]}")
    return " ".join(terms).removeprefix("+ ") or "0"


def _term(multiplier: float, limit: float, label: str, certain: bool) -> str:
    times = "" if abs(abs(multiplier) - 1) < TOLERANCE else f"{abs(multiplier):.4g} × "
    sign = "+" if multiplier > 0 else "-"
    return f"{sign} {times}{limit:g} ({label}{'' if certain else ', its limit'})"
