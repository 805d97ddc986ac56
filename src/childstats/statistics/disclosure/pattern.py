"""Hide small counts among cells that any statements tie, not only the margins of one table."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import eye_array, hstack

from childstats.statistics.disclosure.protection import Rules
from childstats.statistics.disclosure.ranges import ENDLESS, BoolArray
from childstats.statistics.disclosure.rounding import LARGEST_HIDDEN, MINIMUM_WIDTH
from childstats.statistics.disclosure.suppression import protected_pattern
from childstats.statistics.disclosure.system import ContradictionError, System, narrowed
from childstats.statistics.estimate import FloatArray


class Pattern(NamedTuple):
    """Which cells are hidden, and what a reader knows of each.

    Attributes
    ----------
    hidden
        Small counts, those that had to be hidden for another reason, and those that protect them.
    low, high
        Limits that a reader knows of each cell by itself.
    """

    hidden: BoolArray
    low: FloatArray
    high: FloatArray


def pattern_of(
    shown: System,
    truth: FloatArray,
    *,
    small: BoolArray,
    must_hide: BoolArray,
    may_hide: BoolArray,
    rounded: BoolArray,
    minimum_width: int = MINIMUM_WIDTH,
) -> Pattern:
    """Hide cells until no hidden count can be worked out, and no more than needed.

    Parameters
    ----------
    shown
        The statements, with the limits of each cell when it is shown; of a cell that is never
        printed, what is known of it anyway.
    truth
        One count a cell; all agree with the statements.
    small
        Small counts, which are hidden and guarded against contributors too.
    must_hide
        Further cells that are hidden.
    may_hide
        Cells that may be hidden to protect others.
    rounded
        Cells of which a reader takes a hidden small count for one of 1 to 7.
    minimum_width
        High less low that must remain believable.

    Returns
    -------
    Pattern
        Deterministic.

    Raises
    ------
    ValueError
        If some count cannot be protected.
    """
    low = np.where(must_hide & (truth == 0), 0.0, 1.0)
    high = np.where(small & rounded, float(LARGEST_HIDDEN), np.inf)
    primary = small | must_hide
    rules = Rules(low, high, may_hide & ~primary & (truth > 0), small, minimum_width, True)
    found = protected_pattern(shown, truth, rules, primary)
    return Pattern(found.hidden, found.low, found.high)


def least_counts(system: System, known: FloatArray, cost: FloatArray) -> FloatArray | None:
    """Return numbers, whole or not, that agree with all statements at the least cost.

    Parameters
    ----------
    system
        Statements, with the limits of each cell.
    known
        The true counts; nan where it is not known.
    cost
        Of one in each cell.

    Returns
    -------
    ndarray or None
        None where no numbers agree.
    """
    given = ~np.isnan(known)
    low, high = np.where(given, known, system.low), np.where(given, known, system.high)
    if (low > high).any():
        return None
    found = milp(
        cost,
        bounds=Bounds(low, high),
        constraints=LinearConstraint(system.matrix, system.row_low, system.row_high),
    )
    return found.x


def least_excess(
    system: System, known: FloatArray, chosen: BoolArray, most: float
) -> FloatArray | None:
    """Return by how much some cells must exceed a limit, together as little as can be.

    Parameters
    ----------
    system
        Statements, with the limits of each cell.
    known
        The true counts; nan where it is not known.
    chosen
        The cells.
    most
        The limit, in the unit of the counts.

    Returns
    -------
    ndarray or None
        For each cell what is above the limit, 0 for those not chosen; None where no numbers agree.
    """
    given = ~np.isnan(known)
    low, high = np.where(given, known, system.low), np.where(given, known, system.high)
    if (low > high).any():
        return None
    number = len(known)
    within = LinearConstraint(
        hstack([eye_array(number), -eye_array(number)]), -np.inf, np.where(chosen, most, np.inf)
    )
    statements = LinearConstraint(
        hstack([system.matrix, 0 * system.matrix]), system.row_low, system.row_high
    )
    found = milp(
        np.concatenate([np.zeros(number), chosen.astype(float)]),
        bounds=Bounds(np.concatenate([low, np.zeros(number)]), np.concatenate([high, high])),
        constraints=[statements, within],
    )
    return None if found.x is None else np.where(chosen, found.x[number:], 0.0)


def some_counts(system: System, known: FloatArray) -> FloatArray | None:
    """Return whole counts that agree with all statements, those that are known among them.

    Parameters
    ----------
    system
        Statements, with the limits of each cell.
    known
        The true counts; nan where it is not known.

    Returns
    -------
    ndarray or None
        None where none agree.
    """
    given = ~np.isnan(known)
    low = np.where(given, known, system.low)
    high = np.where(given, known, system.high)
    try:
        start = narrowed(replace(system, low=low, high=high))
    except ContradictionError:
        return None
    if (start.low == start.high).all():
        return start.low if start.holds(start.low) else None
    found = milp(
        np.where(given, 0.0, 1.0),
        integrality=np.ones(len(known), dtype=int),
        bounds=Bounds(start.low, np.minimum(start.high, ENDLESS)),
        constraints=LinearConstraint(start.matrix, start.row_low, start.row_high),
    )
    if found.x is None:
        return None
    counts: FloatArray = np.round(found.x) + 0.0
    return counts if system.holds(counts) else None
