"""The fewest further cells with which every hidden count is protected, for small tables."""

from itertools import product
from typing import Any, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from childstats.statistics.disclosure.protection import NOBODY, Protection
from childstats.statistics.disclosure.ranges import BoolArray
from childstats.statistics.disclosure.rounding import INSIDER_WIDTH
from childstats.statistics.disclosure.system import TOLERANCE
from childstats.statistics.estimate import FloatArray

MOST_CUTS: Final = 2_000
"""Inequalities after which the search for the optimum is given up."""


def fewest_cells(protection: Protection, primary: BoolArray) -> BoolArray | None:
    """Return the pattern of the fewest cells in which every hidden count is protected.

    Parameters
    ----------
    protection
        A complete pattern; its rules are those that the optimum keeps.
    primary
        Cells that are hidden in any case.

    Returns
    -------
    ndarray or None
        Which cells are hidden; of several such patterns one of small counts. None if it was not
        found within `MOST_CUTS` inequalities.

    Notes
    -----
    A 0/1 programme with one variable z for each cell, 1 where it is hidden. For a pattern that
    leaves some count too narrow, the dual of the attacker's two linear programmes gives an
    inequality in z that every good pattern keeps (Fischetti and Salazar 2001), and this one not.
    A pattern that only whole numbers betray is excluded by itself.

    References
    ----------
    Fischetti M, Salazar JJ (2001). Solving the cell suppression problem on tabular data with
    linear constraints. Manage Sci 47:1008-1027.
    """
    size = protection.truth.size
    free = protection.rules.may_hide
    low, high = primary.astype(float), (primary | free).astype(float)
    cuts: list[FloatArray] = []
    limits: list[float] = []
    while len(cuts) < MOST_CUTS:
        result = milp(
            free * (1 + 1e-4 * protection.weight),
            integrality=np.ones(size, dtype=np.int64),
            bounds=Bounds(low, high),
            constraints=(
                LinearConstraint(np.array(cuts), np.array(limits), np.inf) if cuts else ()
            ),
            options={"mip_rel_gap": 0.0},
        )
        if result.x is None:
            return None
        hidden = result.x > 0.5
        found = _cuts(protection, hidden, primary)
        if not found:
            if _is_protected(protection, hidden):
                return hidden
            other = np.where(hidden & ~primary, -1.0, np.where(free & ~hidden, 1.0, 0.0))
            found = [(other, 1.0 - float((hidden & ~primary).sum()))]
        cuts += [cut for cut, _ in found]
        limits += [limit for _, limit in found]
    return None


def _is_protected(protection: Protection, hidden: BoolArray) -> bool:
    """Return whether a pattern is good by whole-number tables, which decide."""
    trial = protection.with_pattern(hidden)
    while unmet := trial.unmet():
        if not all(trial.free(cell, insider) for cell, insider in unmet):
            return False
    return True


def _cuts(
    protection: Protection, hidden: BoolArray, primary: BoolArray
) -> list[tuple[FloatArray, float]]:
    """Return an inequality for each cell that a pattern leaves too narrow."""
    rules, found = protection.rules, []
    for cell in np.flatnonzero(hidden):
        wanted = min(rules.minimum_width, rules.high[cell] - rules.low[cell])
        cut = _cut(protection, hidden, int(cell), NOBODY, float(wanted))
        if cut is not None and not primary[cell]:
            # A secondary cell needs its width only where it is hidden.
            cut[0][cell] -= wanted
            cut = cut[0], cut[1] - wanted
        if cut is not None:
            found.append(cut)
    guarded = np.flatnonzero(rules.guarded & rules.singletons)
    for insider, cell in product(guarded[protection.truth[guarded] == 1], guarded):
        if protection.person[insider] != protection.person[cell] and not found:
            cut = _cut(protection, hidden, int(cell), int(insider), float(INSIDER_WIDTH))
            if cut is not None:
                found.append(cut)
    return found


def _cut(
    protection: Protection, hidden: BoolArray, cell: int, insider: int, wanted: float
) -> tuple[FloatArray, float] | None:
    """Return an inequality that each pattern with a wide range keeps; None if it is wide here.

    Its coefficients say how much hiding each cell can widen the range at most.
    """
    truth, rules, system = protection.truth, protection.rules, protection.shown
    reach = float(truth.sum()) + wanted
    down = np.minimum(truth - rules.low, reach)
    up = np.minimum(rules.high - truth, reach)
    open_ = np.array(hidden, dtype=float)
    if insider != NOBODY:
        open_[insider] = 0
    complete = system.row_low == system.row_high
    equal, below = np.flatnonzero(complete), np.flatnonzero(~complete)
    room = system.row_high[below] - system.matrix[below] @ truth
    sums: Any = system.matrix[equal]
    limits: Any = system.matrix[below]
    width, constant, cut = 0.0, 0.0, np.zeros(truth.size)
    for sign in (1.0, -1.0):
        objective = np.zeros(truth.size)
        objective[cell] = sign
        bounds: Any = np.column_stack([-down * open_, up * open_])
        result = linprog(
            objective,
            A_eq=sums,
            b_eq=np.zeros(len(equal)),
            A_ub=limits,
            b_ub=room,
            bounds=bounds,
            method="highs-ds",
        )
        width -= float(result.fun or 0.0)
        constant -= float(result.ineqlin.marginals @ room)
        cut += result.lower.marginals * down - result.upper.marginals * up
    if insider != NOBODY:
        cut[insider] = 0
    if width >= wanted - TOLERANCE:
        return None
    needed = wanted - constant
    return np.minimum(cut, needed), needed
