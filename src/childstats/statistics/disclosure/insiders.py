"""What a contributor knows more: that a hidden count of 1 is his own."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from childstats.statistics.disclosure.protection import Protection, Rules
from childstats.statistics.disclosure.ranges import BoolArray, Ranges, solved
from childstats.statistics.disclosure.rounding import INSIDER_WIDTH
from childstats.statistics.disclosure.system import IntArray, System
from childstats.statistics.estimate import FloatArray


class InsiderRange(NamedTuple):
    """The range of a hidden count for the contributor who can narrow it most.

    Attributes
    ----------
    insider
        Column of the cell of count 1 that he is.
    low, high
        Smallest and largest count that he can believe.
    """

    insider: int
    low: float
    high: float


def insider_ranges(
    ranges: Ranges,
    truth: FloatArray,
    hidden: BoolArray,
    person: IntArray,
    largest_hidden: int | None,
) -> dict[int, InsiderRange]:
    """Find hidden counts that the contributor to another hidden count of 1 can work out.

    Parameters
    ----------
    ranges
        The ranges of a block.
    truth
        True counts of its cells.
    hidden
        Which of them are hidden.
    person
        Who is behind each count of 1; see `contributors`.
    largest_hidden
        Counts from 1 to this are guarded; None guards every hidden count.

    Returns
    -------
    dict
        Column of each count that some contributor knows, with his range.
    """
    small = truth <= (np.inf if largest_hidden is None else largest_hidden)
    system = ranges.system
    nothing = np.zeros(truth.size, dtype=bool)
    guarded = hidden & small & (truth > 0)
    rules = Rules(system.low, system.high, nothing, guarded, INSIDER_WIDTH, singletons=True)
    search = Protection(system, truth, rules, np.array(hidden), person, np.ones(truth.size))
    for table in ranges.tables:
        search.note(table)
    search.rules = rules._replace(minimum_width=0)
    search.settle()
    found: dict[int, InsiderRange] = {}
    while pairs := [pair for pair in search.unmet() if pair[0] not in found]:
        for cell, insider in pairs:
            if cell in found or search.free(cell, insider):
                continue
            low, high = _range_given(system, insider, cell, truth, search)
            if high - low < INSIDER_WIDTH:
                found[cell] = InsiderRange(insider, low, high)
    return found


def _range_given(
    system: System, insider: int, cell: int, truth: FloatArray, search: Protection
) -> tuple[float, float]:
    """Return a cell's range where one count is 1, by letting all cells move."""
    low, high = np.array(system.low), np.array(system.high)
    low[insider] = high[insider] = 1
    given = replace(system, low=low, high=high)
    ends = [float(truth[cell])]
    for sign in (1.0, -1.0):
        objective = np.zeros(len(truth))
        objective[cell] = sign
        table, _ = solved(given, objective)
        if table is not None and system.holds(np.round(table)):
            ends.append(float(np.round(table[cell])))
            search.note(np.round(table))
    return min(ends), max(ends)


def columns_of(found: dict[int, InsiderRange], block: IntArray) -> dict[int, InsiderRange]:
    """Return ranges of a block by the columns of the whole system.

    Parameters
    ----------
    found
        Ranges by column of the block.
    block
        Column of the whole system of each column of the block.

    Returns
    -------
    dict
        The same ranges.
    """
    return {
        int(block[cell]): InsiderRange(int(block[some.insider]), some.low, some.high)
        for cell, some in found.items()
    }
