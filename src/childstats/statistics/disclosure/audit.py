"""What an outsider can still believe about every hidden count, given all that is published."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from childstats.codes import TOTAL
from childstats.statistics.disclosure.cells import (
    Cell,
    Parents,
    Tables,
    cell_label,
    is_kept,
    margins_of,
    named_tables,
)
from childstats.statistics.disclosure.derivation import derivation
from childstats.statistics.disclosure.hierarchies import check_dimensions
from childstats.statistics.disclosure.insiders import (
    InsiderRange,
    columns_of,
    insider_ranges,
)
from childstats.statistics.disclosure.published import Published, published_cells
from childstats.statistics.disclosure.ranges import ENDLESS, BoolArray, Ranges
from childstats.statistics.disclosure.rounding import MINIMUM_WIDTH
from childstats.statistics.disclosure.system import (
    ContradictionError,
    Statement,
    System,
    blocks_of,
    contributors,
    narrowed,
    system_of,
)
from childstats.statistics.estimate import FloatArray

MOST_DERIVATIONS: Final = 20
"""Failing cells, the narrowest first, whose derivation is worked out."""
RESULT_COLUMNS: Final = (
    "tables",
    "low",
    "high",
    "width",
    "proven",
    "insider",
    "insider_low",
    "insider_high",
    "verdict",
    "derivation",
)


def audit(
    tables: Tables,
    *,
    dimensions: Sequence[str] | None = None,
    parents: Parents | None = None,
    statements: Sequence[Statement] = (),
    counts: Tables | None = None,
    minimum_width: int = MINIMUM_WIDTH,
    largest_hidden: int | None = None,
    keep: Sequence[Mapping[str, str]] = (),
    exact: bool = True,
) -> pd.DataFrame:
    """Find the smallest and largest count that an outsider can believe for each hidden cell.

    Parameters
    ----------
    tables
        Everything that is published together, by name: tables that share cells or margins,
        previous editions, tables on old and new boundaries. Tidy, with dimensions as columns
        (``_T`` for a total), the printed count in ``obs_value``, status ``Q`` where it is hidden,
        and where a print stands for several counts these in ``obs_low`` and ``obs_high``.
    dimensions
        Columns that are dimensions; all but ``obs_…`` unless given.
    parents
        For each dimension each code to the code that it is part of: commune to province, or a
        unit before a merge to the unit after it.
    statements
        Further published facts; see `share_statements`. A cell is a sorted tuple of dimension and
        code, without totals: ``(("ref_area", "03127"), ("sex", "F"))``.
    counts
        The true counts, in tables of the same dimensions. Given, each contributor to a hidden
        count of 1 attacks too: he knows that it is 1.
    minimum_width
        Policy: high less low must be at least this.
    largest_hidden
        Policy: counts from 1 to this must not be shown; and only these are guarded against
        contributors. None: not checked, and all hidden counts are guarded.
    keep
        Policy: cells that may be shown whatever their count, as in `suppress`.
    exact
        Whether each range is wanted to its ends. False stops where it is as wide as the policy
        asks, which is many times faster for large tables.

    Returns
    -------
    DataFrame
        One row for each hidden cell, in sorted order, after those that are shown although they
        must not be: its codes; ``tables`` that list it; ``low`` and ``high`` (counts; infinite
        where there is no largest); ``width``; ``proven``, false where the solver's branchings ran
        out, so that the range may be wider; the contributor (``insider``) who can narrow it most
        and his range, where `counts` are given; ``verdict``, ``pass`` or ``fail``; and for the 20
        narrowest that fail the ``derivation``, the published counts that force its ends.

    Raises
    ------
    ValueError
        If a table or statement is not of this form, or what is published cannot all be true.

    Notes
    -----
    Each table is a set of linear statements on unknown whole numbers: every print bounds its
    cell, and parts add up to their total. What is certain is taken out, single statements narrow
    the rest, and the cells that are left fall into blocks that share no statement. In each block
    mixed-integer programmes (HiGHS) find whole tables that agree with everything; each table
    shows its counts to be believable, so that few programmes settle many cells.

    A reader is assumed to know that rows which are not listed beside their total are zero.

    References
    ----------
    Hundepool A, et al. (2012). Statistical disclosure control. Wiley, chapter 4 (feasibility
    intervals of suppressed cells).

    Fischetti M, Salazar JJ (2001). Solving the cell suppression problem on tabular data with
    linear constraints. Manage Sci 47:1008-1027 (the attacker's problems).

    Examples
    --------
    A row of two hidden counts is safe by itself, but not beside its columns:

    >>> import pandas as pd
    >>> from childstats.statistics.disclosure import audit
    >>> areas, sexes = ["A", "A", "A", "_T", "_T"], ["F", "M", "_T", "F", "M"]
    >>> table = pd.DataFrame({
    ...     "ref_area": areas, "sex": sexes,
    ...     "obs_value": [None, None, 13, 3, 10], "obs_status": ["Q", "Q", "A", "A", "A"],
    ... })
    >>> found = audit(table)
    >>> found["verdict"].to_list(), found["low"].to_list(), found["high"].to_list()
    (['fail', 'fail'], [3.0, 10.0], [3.0, 10.0])
    >>> found["derivation"][0]
    'low: 3 (sex=F); high: 3 (sex=F)'
    """
    named = named_tables(tables)
    check_dimensions(named, dimensions, parents or {}, keep)
    seen = published_cells(named, dimensions)
    start = system_of(seen.known, margins_of(seen.by_table, parents or {}), statements)
    attack = _Attack(_truth(counts, dimensions, start), largest_hidden)
    enough = np.inf if exact else float(minimum_width)
    low, high, proven, insiders = _ranges(start, seen, enough, attack)
    rows = _shown_small(seen, largest_hidden, keep)
    column = {cell: number for number, cell in enumerate(start.cells)}
    totals = dict.fromkeys(_dimensions(seen), TOTAL)
    for cell in seen.hidden:
        number = column[cell]
        row = _row(totals, seen, cell, low[number], high[number])
        row["proven"] = bool(proven[number])
        known = insiders.get(number)
        if known is not None:
            row["insider"] = cell_label(start.cells[known.insider])
            row["insider_low"], row["insider_high"] = known.low, known.high
        elif row["width"] >= minimum_width:
            row["verdict"] = "pass"
        rows.append(row)
    result = pd.DataFrame(rows, columns=[*_dimensions(seen), *RESULT_COLUMNS])
    return _with_derivations(result, start, seen)


def _ranges(
    start: System, seen: Published, enough: float, attack: "_Attack"
) -> tuple[FloatArray, FloatArray, BoolArray, dict[int, InsiderRange]]:
    """Return the ends of every cell, whether they are exact, and the worst insider of each."""
    system = narrowed(start)
    low, high = np.array(system.low), np.array(system.high)
    proven = np.ones(len(low), dtype=bool)
    hidden_cells = set(seen.hidden)
    hidden = np.array([cell in hidden_cells for cell in system.cells], dtype=bool)
    insiders: dict[int, InsiderRange] = {}
    person = None if attack.truth is None else contributors(start, attack.truth)
    for block in blocks_of(system):
        if not hidden[block].any():
            continue
        ranges = Ranges(system.part(block, system.low))
        ranges.find(hidden[block], enough)
        low[block], high[block], proven[block] = ranges.seen_low, ranges.seen_high, ranges.proven
        if attack.truth is not None and person is not None:
            found = insider_ranges(
                ranges, attack.truth[block], hidden[block], person[block], attack.largest_hidden
            )
            insiders |= columns_of(found, block)
    return low, np.where(high >= ENDLESS / 2, np.inf, high), proven, insiders


class _Attack(NamedTuple):
    truth: FloatArray | None
    largest_hidden: int | None


def _truth(
    counts: Tables | None, dimensions: Sequence[str] | None, start: System
) -> FloatArray | None:
    """Return the true count of each cell of a system."""
    if counts is None:
        return None
    known = published_cells(named_tables(counts), dimensions).known
    missing = [cell for cell in start.cells if cell not in known or np.isinf(known[cell][1])]
    if missing:
        raise ValueError(f"counts has no count of {cell_label(missing[0])}")
    truth = np.array([known[cell][0] for cell in start.cells])
    if not start.holds(truth):
        raise ContradictionError("counts do not agree with what is published in tables")
    return truth


def _dimensions(seen: Published) -> list[str]:
    """Return the dimensions of all cells, in the order of their names."""
    return sorted({dimension for cell in seen.known for dimension, _ in cell})


def _row(
    totals: Mapping[str, str], seen: Published, cell: Cell, low: float, high: float
) -> dict[str, Any]:
    return {
        **totals,
        **dict(cell),
        "tables": ", ".join(seen.where[cell]),
        "low": low,
        "high": high,
        "width": high - low,
        "proven": True,
        "insider": "",
        "insider_low": np.nan,
        "insider_high": np.nan,
        "verdict": "fail",
        "derivation": "",
    }


def _shown_small(
    seen: Published, largest_hidden: int | None, keep: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return a failing row for each count that the policy hides and a table shows."""
    hidden = set(seen.hidden)
    totals = dict.fromkeys(_dimensions(seen), TOTAL)
    return [
        _row(totals, seen, cell, low, high)
        | {"derivation": f"shown in {', '.join(seen.where[cell])}"}
        for cell, (low, high) in sorted(seen.known.items())
        if largest_hidden is not None
        and cell not in hidden
        and 1 <= low <= high <= largest_hidden
        and not is_kept(cell, keep)
    ]


def _with_derivations(result: pd.DataFrame, start: System, seen: Published) -> pd.DataFrame:
    """Fill in the derivation of the narrowest failing cells."""
    failing = result[(result["verdict"] == "fail") & (result["derivation"] == "")]
    column = {cell: number for number, cell in enumerate(start.cells)}
    for index in failing["width"].sort_values(kind="stable").index[:MOST_DERIVATIONS]:
        codes = result.loc[index, _dimensions(seen)]
        cell = tuple((str(d), str(code)) for d, code in codes.items() if code != TOTAL)
        result.loc[index, "derivation"] = derivation(start, column[cell])
    return result
