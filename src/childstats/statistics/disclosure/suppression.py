"""Hide small counts, and what would give them away, in tables that are published together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from childstats.codes import TOTAL, ObsStatus
from childstats.statistics.disclosure.audit import audit
from childstats.statistics.disclosure.cells import (
    Cell,
    Parents,
    Tables,
    is_kept,
    margins_of,
    named_tables,
)
from childstats.statistics.disclosure.hierarchies import check_dimensions, with_totals
from childstats.statistics.disclosure.optimum import fewest_cells
from childstats.statistics.disclosure.protection import Protection, Rules
from childstats.statistics.disclosure.published import published_cells
from childstats.statistics.disclosure.ranges import BoolArray
from childstats.statistics.disclosure.rounding import (
    LARGEST_HIDDEN,
    MINIMUM_WIDTH,
    ROUNDING_BASE,
    counts_behind,
    rounded_count,
)
from childstats.statistics.disclosure.system import (
    System,
    blocks_of,
    contributors,
    system_of,
)
from childstats.statistics.estimate import FloatArray, checked_counts, checked_method

METHODS: Final = ("round", "threshold")
ZEROS: Final = ("publish", "secondary", "hide")
TOTALS: Final = ("given", "add")
LARGEST_REPEATED: Final = 100
"""Cells up to which the search is made in several ways."""
LARGEST_OPTIMUM: Final = 60
"""Cells up to which the fewest cells are worked out for comparison."""


@dataclass(frozen=True)
class Suppression:
    """Tables as they may be published, and what was hidden.

    Attributes
    ----------
    tables
        The tables by name, in the order given: ``obs_value`` as printed, missing where hidden;
        ``obs_status`` ``Q`` where hidden; ``obs_low`` and ``obs_high``, the counts that a reader
        knows the print to stand for, which are for `audit` and are not themselves printed.
    cells
        One row for each cell: its codes and ``status``: ``published``, ``primary`` (a small
        count) or ``secondary`` (hidden to protect others). No counts.
    primary, secondary
        Numbers of cells of the last two.
    optimum
        Fewest secondary cells with which the policy holds; None where it was not worked out.
    audit
        The audit of `tables`, with contributors.
    """

    tables: dict[str, pd.DataFrame]
    cells: pd.DataFrame
    primary: int
    secondary: int
    optimum: int | None
    audit: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """The table, where there is one only."""
        (table,) = self.tables.values()
        return table


def suppress(
    tables: Tables,
    *,
    method: str = "round",
    dimensions: Sequence[str] | None = None,
    parents: Parents | None = None,
    keep: Sequence[Mapping[str, str]] = (),
    largest_hidden: int = LARGEST_HIDDEN,
    zeros: str = "publish",
    minimum_width: int = MINIMUM_WIDTH,
    singletons: bool = True,
    totals: str = "given",
) -> Suppression:
    """Hide the small counts of tables, and as few others as keep them from being worked out.

    Parameters
    ----------
    tables
        The true counts: one tidy table or several that are published together. Dimensions are
        columns, ``_T`` is the total of a dimension, ``obs_value`` the count (whole, 0 or more).
        Cells with the same codes in two tables are one cell.
    method
        ``"round"``: counts from 1 to `largest_hidden` are hidden, all others, totals too, are
        rounded to the nearest 5 each on its own. ``"threshold"``: the same counts are hidden and
        all others shown exactly; so more of them have to be hidden.
    dimensions
        Columns that are dimensions; all but ``obs_…`` unless given. Others are kept as they are.
    parents
        For each dimension each code to the code that it is part of, such as commune to province.
    keep
        Cells to be shown exactly whatever their count, each by codes: ``{"ref_area": "11"}`` is
        every cell of the province, ``{"ref_area": "11", "sex": "_T"}`` its total alone.
    largest_hidden
        Largest count that is hidden; ``"round"`` is a rule for 7 only.
    zeros
        ``"publish"``: zeros are always shown. ``"secondary"``: they may be hidden to protect
        others. ``"hide"``: they are hidden as small counts are.
    minimum_width
        High less low that must remain believable for each hidden count.
    singletons
        Whether a contributor who knows his own count of 1 must not work out another small count.
    totals
        ``"given"``: only totals that are rows of a table are published, and so can give a count
        away. ``"add"``: the tables hold the finest cells alone, and the totals of all dimensions
        and hierarchies are formed here and published with them.

    Returns
    -------
    Suppression
        Deterministic: the same for the same counts, whatever the order of rows.

    Raises
    ------
    ValueError
        If an argument is not of this form, parts do not add up to their total, or some count
        cannot be protected.

    Notes
    -----
    Each hidden cell needs another table that agrees with all that is shown and differs there by
    `minimum_width`. The table that changes the fewest shown cells is found by a mixed-integer
    programme over the cells near it; what it changes is hidden too. Afterwards each secondary
    cell is shown again if all others stay protected. So no cell is hidden needlessly, though
    others might do with fewer; for a table of up to 60 cells the fewest are found and taken.

    Rounding nearly always protects by itself, but not always: two counts of 7 beside a total that
    is printed 15 are 6 or 7 each. Then totals are hidden, too.

    References
    ----------
    NHS Digital (2018). Disclosure control methodology for Hospital Episode Statistics and
    Emergency Care Data Set; see `childstats.statistics.disclosure.rounding`.

    Kelly JP, Golden BL, Assad AA (1992). Cell suppression: disclosure protection for sensitive
    tabular data. Networks 22:397-417 (protection by the cheapest change of the table).

    Examples
    --------
    >>> import pandas as pd
    >>> from childstats.statistics.disclosure import suppress
    >>> areas, sexes = ["A", "B", "_T"], ["F", "M", "_T"]
    >>> table = pd.DataFrame({
    ...     "ref_area": [area for area in areas for _ in sexes],
    ...     "sex": sexes * 3,
    ...     "obs_value": [3, 40, 43, 21, 12, 33, 24, 52, 76],
    ... })
    >>> suppress(table).table["obs_value"].to_list()
    [nan, 40.0, 45.0, 20.0, 10.0, 35.0, 25.0, 50.0, 75.0]
    >>> hidden = suppress(table, method="threshold", largest_hidden=4)
    >>> hidden.table["obs_value"].to_list()
    [nan, nan, 43.0, nan, nan, 33.0, 24.0, 52.0, 76.0]
    >>> hidden.primary, hidden.secondary, hidden.optimum
    (1, 3, 3)
    """
    _check_arguments(method, zeros, largest_hidden, totals)
    named = named_tables(tables)
    check_dimensions(named, dimensions, parents or {}, keep)
    counted = {
        name: table.drop(columns=["obs_status", "obs_low", "obs_high"], errors="ignore")
        for name, table in named.items()
    }
    _check_counts(counted)
    if totals == "add":
        counted = {
            name: with_totals(name, table, dimensions, parents or {})
            for name, table in counted.items()
        }
    seen = published_cells(counted, dimensions)
    margins = margins_of(seen.by_table, parents or {})
    exact = system_of(seen.known, margins)
    truth = np.array(exact.low)
    _check_sums(exact, truth)
    kept = np.array([is_kept(cell, keep) for cell in exact.cells], dtype=bool)
    primary = ~kept & (truth >= (zeros != "hide")) & (truth <= largest_hidden)
    low, high = _limits_if_hidden(truth, primary, method, zeros)
    may_hide = ~kept & ~primary & ((truth > 0) | (zeros != "publish"))
    rules = Rules(low, high, may_hide, primary, minimum_width, singletons)
    shown = exact if method == "threshold" else _rounded(exact, kept | primary)
    protection = protected_pattern(shown, truth, rules, primary)
    optimum = None
    if method == "threshold" and len(truth) <= LARGEST_OPTIMUM:
        fewest = fewest_cells(protection, primary)
        optimum = None if fewest is None else int((fewest & ~primary).sum())
        if fewest is not None and fewest.sum() < protection.hidden.sum():
            protection = protection.with_pattern(fewest)
    published = {
        name: _published(table, seen.by_table[name], protection, shown)
        for name, table in counted.items()
    }
    checked = audit(
        published,
        dimensions=dimensions,
        parents=parents,
        counts=counted if singletons else None,
        minimum_width=minimum_width,
        largest_hidden=largest_hidden,
        keep=keep,
        exact=False,
    )
    return Suppression(
        published,
        _statuses(exact.cells, primary, protection.hidden),
        int(primary.sum()),
        int((protection.hidden & ~primary).sum()),
        optimum,
        checked,
    )


def _check_arguments(method: str, zeros: str, largest_hidden: int, totals: str) -> None:
    checked_method(method, METHODS)
    if zeros not in ZEROS:
        raise ValueError(f"zeros is {zeros!r}; it must be one of {', '.join(ZEROS)}")
    if totals not in TOTALS:
        raise ValueError(f"totals is {totals!r}; it must be one of {', '.join(TOTALS)}")
    if largest_hidden < 0:
        raise ValueError(f"largest_hidden is {largest_hidden}; it must be 0 or more")
    if method == "round" and largest_hidden != LARGEST_HIDDEN:
        raise ValueError(
            f"largest_hidden is {largest_hidden}; rounding to {ROUNDING_BASE} is a rule for "
            f"{LARGEST_HIDDEN}: use method='threshold' for another"
        )


def _check_counts(tables: Mapping[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        checked_counts(f"tables[{name!r}]['obs_value']", table["obs_value"].to_numpy(dtype=float))


def _check_sums(exact: System, truth: FloatArray) -> None:
    sums = exact.matrix @ truth
    wrong = np.flatnonzero((sums < exact.row_low) | (sums > exact.row_high))
    if wrong.size:
        row = wrong[0]
        raise ValueError(
            f"{exact.labels[row]} add up to {abs(sums[row]):g} "
            f"{'more' if sums[row] > 0 else 'less'} than it; correct the counts, list all parts "
            "with their total, or name the hierarchy in parents"
        )


def _limits_if_hidden(
    truth: FloatArray, primary: BoolArray, method: str, zeros: str
) -> tuple[FloatArray, FloatArray]:
    """Return what the mark of a hidden cell tells.

    Where zeros are always shown a hidden count is 1 or more. With rounding a reader is assumed to
    take a small count for one, though the mark does not tell it from others that are hidden.
    """
    least = 1.0 if zeros == "publish" else 0.0
    low, high = np.full(truth.size, least), np.full(truth.size, np.inf)
    if method == "round":
        high[primary] = LARGEST_HIDDEN
    return low, high


def _rounded(exact: System, exactly: BoolArray) -> System:
    """Return the system in which cells are known only as their rounded counts."""
    low, high = np.array(exact.low), np.array(exact.high)
    low[~exactly], high[~exactly] = counts_behind(rounded_count(exact.low[~exactly]))
    return replace(exact, low=low, high=high)


def protected_pattern(
    shown: System, truth: FloatArray, rules: Rules, primary: BoolArray
) -> Protection:
    """Return a good pattern of hidden cells, found block by block.

    Cells that are exact and stay so, such as kept totals, part the others into blocks.
    """
    # Of two cells that serve as well the smaller count is hidden.
    weight = 1 + np.log1p(truth) / np.log1p(truth.max(initial=0) + 1)
    person = contributors(shown, truth)
    whole = Protection(shown, truth, rules, primary.copy(), person, weight)
    hideable = rules.may_hide | primary
    loose = replace(
        shown,
        low=np.where(hideable, np.minimum(shown.low, rules.low), shown.low),
        high=np.where(hideable, np.maximum(shown.high, rules.high), shown.high),
    )
    hidden = primary.copy()
    for block in blocks_of(loose):
        if primary[block].any():
            hidden[block] = _best_way(whole.part(block)).hidden
    return whole.with_pattern(hidden)


def _best_way(start: Protection) -> Protection:
    """Return the pattern of the fewest cells among those of a few ways to search."""
    alike = np.ones(start.truth.size)
    ways = [(start.weight, False), (alike, False), (start.weight, True), (alike, True)]
    found = []
    for weight, backwards in ways if start.truth.size <= LARGEST_REPEATED else ways[:1]:
        trial = replace(start, hidden=start.hidden.copy(), weight=weight, backwards=backwards)
        trial.complete()
        trial.prune()
        found.append(trial)
        if trial.hidden.sum() == start.hidden.sum():
            break
    return min(found, key=lambda trial: int(trial.hidden.sum()))


def _published(
    table: pd.DataFrame, cells: Sequence[Cell], protection: Protection, shown: System
) -> pd.DataFrame:
    """Return a table as it is printed."""
    column = {cell: number for number, cell in enumerate(shown.cells)}
    at = np.array([column[cell] for cell in cells], dtype=int)
    hidden = protection.hidden[at]
    printed = np.where(shown.low == shown.high, shown.low, rounded_count(protection.truth))[at]
    return table.assign(
        obs_value=np.where(hidden, np.nan, printed),
        obs_status=np.where(hidden, ObsStatus.SUPPRESSED.value, ObsStatus.NORMAL.value),
        obs_low=protection.low[at],
        obs_high=protection.high[at],
    )


def _statuses(cells: Sequence[Cell], primary: BoolArray, hidden: BoolArray) -> pd.DataFrame:
    dimensions = sorted({dimension for cell in cells for dimension, _ in cell})
    codes = [[dict(cell).get(dimension, TOTAL) for dimension in dimensions] for cell in cells]
    status = np.where(primary, "primary", np.where(hidden, "secondary", "published"))
    return pd.DataFrame(codes, columns=dimensions).assign(status=status)
