"""Small counts: the cells behind observations of small areas, and what may be printed of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from childstats.catalogue.areas import days_of
from childstats.catalogue.catalogue import Catalogue
from childstats.codes import TOTAL, ObsStatus
from childstats.observations.boundaries import COUNTED
from childstats.observations.policy import SMALL_LEVELS, Rule
from childstats.observations.table import GROUP_CODES
from childstats.statistics.disclosure.cells import Cell, Parents, parent_of
from childstats.statistics.disclosure.suppression import suppress

IN, OUT = "in", "out"
"""Codes of the dimension ``part``: those that a share counts, and the rest of its whole."""
GROUPS: Final = (*GROUP_CODES, "age", "part")
"""Dimensions over which there may be totals, besides period and area."""
DIMENSIONS: Final = ("ref_area", "time_period", *GROUPS, "set")
PAIRS: Final = {"sex": {"F", "M"}, "residence": {"U", "R"}, "part": {IN, OUT}}
"""Dimensions of two codes: what the one leaves of the total is the other."""


class Print(NamedTuple):
    """What is printed of a cell.

    Attributes
    ----------
    value
        The count, nan where it is hidden.
    status
        ``A`` or ``Q``.
    low, high
        The counts that a reader knows it to stand for; of a hidden cell, as an attacker.
    """

    value: float
    status: str
    low: float
    high: float

    @property
    def hidden(self) -> bool:
        """Whether no count is printed."""
        return self.status == ObsStatus.SUPPRESSED.value


@dataclass(frozen=True)
class Block:
    """Cells of one indicator that are tied to each other.

    Attributes
    ----------
    indicator
        Its id.
    period
        The period, or the longest of several of which the others are part.
    rule
        Its rule.
    prints
        What is printed of each cell.
    parents
        Hierarchies of areas and periods.
    own
        Cells that are observations; the others are what these leave of their totals.
    kept
        Areas that are shown exactly.
    note
        Why nothing is shown of it, or what of it is tied to no total; usually empty.
    """

    indicator: str
    period: str
    rule: Rule
    prints: Mapping[Cell, Print]
    parents: Parents
    own: frozenset[Cell]
    kept: tuple[str, ...]
    note: str = ""

    @property
    def name(self) -> str:
        """Its name in messages."""
        return f"{self.indicator} {self.period}"


@dataclass
class _Counts:
    """True counts of cells while they are tied to each other."""

    values: dict[Cell, float]
    parents: dict[str, dict[str, str]]
    kept: tuple[str, ...]
    notes: list[str] = field(default_factory=list)


def cells_behind(row: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Cell]:
    """Return the cells that an observation prints.

    Parameters
    ----------
    row
        An observation, by column name.
    catalogue
        Definitions; they say which age group is the total.

    Returns
    -------
    dict
        Column of the observation to cell: its value for a count, numerator and denominator for a
        share.
    """
    age = TOTAL if row["age"] == catalogue.indicator(row["indicator"]).age else row["age"]
    codes = {
        "ref_area": row["ref_area"],
        "time_period": str(row["time_period"]),
        **{name: row[name] for name in GROUP_CODES},
        "age": age,
    }
    whole = tuple(sorted((d, str(c)) for d, c in codes.items() if c != TOTAL))
    if row["unit_measure"] in COUNTED:
        return {"obs_value": whole}
    return {"numerator": tuple(sorted((*whole, ("part", IN)))), "denominator": whole}


def blocks_of_rows(
    rows: Sequence[Mapping[str, Any]],
    catalogue: Catalogue,
    rules: Mapping[str, Rule],
) -> list[Block]:
    """Return what may be printed of the counts behind observations.

    Parameters
    ----------
    rows
        Observations of small areas and of the areas above them: counts, or shares with counts.
    catalogue
        Definitions and areas.
    rules
        The rule of each indicator: ``round`` or ``threshold``.

    Returns
    -------
    list of Block
        By indicator and period. Where the parts of a total are more than it, as when two sources
        count otherwise, they are not tied to it, and the block says so.
    """
    above = _above(catalogue)
    by_indicator: dict[str, dict[Cell, float]] = defaultdict(dict)
    for row in rows:
        for column, cell in cells_behind(row, catalogue).items():
            by_indicator[row["indicator"]][cell] = float(np.rint(row[column]))
    found = []
    for indicator, counts in by_indicator.items():
        is_flow = catalogue.indicator(indicator).nature == "flow"
        spans = _periods_above({_period(cell) for cell in counts} if is_flow else set())
        for period, cells in _by_root(counts, spans).items():
            parents = {"ref_area": _areas_above(cells, above), "time_period": spans}
            kept = sorted(_area(c) for c in cells if _is_large(c, catalogue))
            tied = _Counts(cells, parents, tuple(dict.fromkeys(kept)))
            found.append(_block(indicator, period, rules[indicator], tied, set(cells)))
    return found


def _block(indicator: str, period: str, rule: Rule, counts: _Counts, listed: set[Cell]) -> Block:
    own = {cell for cell in listed if _area(cell) not in counts.kept}
    _tie(counts)
    cells = sorted(counts.values)
    codes = [{**dict.fromkeys(DIMENSIONS, TOTAL), **dict(cell)} for cell in cells]
    table = pd.DataFrame(codes, columns=list(DIMENSIONS))
    table = table.assign(obs_value=[counts.values[cell] for cell in cells])
    note = "; ".join(dict.fromkeys(counts.notes))
    try:
        done = suppress(
            table,
            method=rule.value,
            parents=counts.parents,
            keep=[{"ref_area": area} for area in counts.kept],
        ).table
    except ValueError:
        prints = {cell: Print(np.nan, ObsStatus.SUPPRESSED.value, 0.0, np.inf) for cell in own}
        note = "nothing is shown, since a count of it cannot be protected"
        return Block(indicator, period, rule, prints, counts.parents, frozenset(own), (), note)
    columns = ("obs_value", "obs_status", "obs_low", "obs_high")
    prints = {
        cell: Print(*printed)
        for cell, printed in zip(cells, zip(*(done[c] for c in columns), strict=True), strict=True)
    }
    unlinked = {_unlinked(cell): cell for cell in prints}
    own_cells = frozenset(unlinked[cell] for cell in own)
    return Block(indicator, period, rule, prints, counts.parents, own_cells, counts.kept, note)


def printed_of(blocks: Iterable[Block]) -> dict[tuple[str, Cell], Print]:
    """Return what is printed of the cells of observations, by indicator and cell."""
    return {
        (block.indicator, _unlinked(cell)): block.prints[cell]
        for block in blocks
        for cell in block.own
    }


def _unlinked(cell: Cell) -> Cell:
    """Return a cell without the mark that ties it to no total."""
    return tuple(code for code in cell if code[0] != "set")


def _tie(counts: _Counts) -> None:
    """Add to each total the part that no cell lists; untie the parts that are more than it."""
    for dimension in (*GROUPS, "time_period", "ref_area"):
        listed: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in counts.values:
            total = parent_of(cell, dimension, counts.parents)
            if total is not None and total in counts.values:
                listed[total].append(cell)
        left = {
            total: counts.values[total] - sum(counts.values[part] for part in parts)
            for total, parts in listed.items()
        }
        if min(left.values(), default=0) < 0:
            _untie(counts, dimension)
            continue
        for total, parts in listed.items():
            if left[total] > 0:
                codes = sorted(dict(part)[dimension] for part in parts)
                rest = _rest(counts, dimension, codes, dict(total).get(dimension))
                own = dict(total) | {dimension: rest}
                counts.values[tuple(sorted(own.items()))] = left[total]


def _rest(counts: _Counts, dimension: str, codes: Sequence[str], total: str | None) -> str:
    """Return the code of what some parts leave of their total."""
    pair = PAIRS.get(dimension, set())
    if len(pair) == 2 and len(codes) == 1 and codes[0] in pair:
        return (pair - set(codes)).pop()
    rest = f"rest of {total or TOTAL} without {' '.join(codes)}"
    if total is not None:
        counts.parents[dimension][rest] = total
    return rest


def _untie(counts: _Counts, dimension: str) -> None:
    counts.notes.append(f"parts by {dimension} are more than their total, and not tied to it")
    if dimension == "ref_area":
        counts.values = {c: v for c, v in counts.values.items() if _area(c) not in counts.kept}
    elif dimension == "time_period":
        counts.parents["time_period"] = {}
    else:
        counts.values = {
            tuple(sorted((*cell, ("set", dimension)))) if dimension in dict(cell) else cell: value
            for cell, value in counts.values.items()
        }


def _area(cell: Cell) -> str:
    return dict(cell)["ref_area"]


def _period(cell: Cell) -> str:
    return dict(cell)["time_period"]


def _is_large(cell: Cell, catalogue: Catalogue) -> bool:
    return catalogue.areas[_area(cell)].level not in SMALL_LEVELS


def _above(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return for each small area what it is part of: the unit after a merge, then its parent."""
    key = {(a.ref_area, a.valid_from): key for key, a in catalogue.areas.items()}
    above: dict[str, list[str]] = {}
    for code, area in catalogue.areas.items():
        if area.level in SMALL_LEVELS:
            above[code] = [area.parent]
    for change in catalogue.area_changes:
        into = key.get((change.new_area, change.valid_from), change.new_area)
        if change.kind == "whole" and change.old_area in above and change.old_area != into:
            above[change.old_area].insert(0, into)
    return above


def _areas_above(cells: Iterable[Cell], above: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return for each area of some cells the nearest area above it that is in them too."""
    here = {_area(cell) for cell in cells}
    return {
        area: next((a for a in above[area] if a in here), above[area][-1])
        for area in sorted(here)
        if area in above
    }


def _periods_above(periods: Iterable[str]) -> dict[str, str]:
    """Return for each period the shortest other one that contains it."""
    days = {p: tuple(date.fromisoformat(day) for day in days_of(p)) for p in sorted(periods)}
    found = {}
    for period, (first, last) in days.items():
        around = [
            (until - since, other)
            for other, (since, until) in days.items()
            if since <= first and last <= until and (since, until) != (first, last)
        ]
        if around:
            found[period] = min(around)[1]
    return found


def _by_root(
    counts: Mapping[Cell, float], spans: Mapping[str, str]
) -> dict[str, dict[Cell, float]]:
    """Return cells by the longest period that theirs is part of."""
    found: dict[str, dict[Cell, float]] = defaultdict(dict)
    for cell, count in counts.items():
        root = _period(cell)
        while root in spans:
            root = spans[root]
        found[root][cell] = count
    return {root: found[root] for root in sorted(found)}
