"""Choose further cells to hide until no hidden count can be worked out, and no more than needed."""

from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from childstats.statistics.disclosure.cells import cell_label
from childstats.statistics.disclosure.moves import (
    Goal,
    Move,
    cheapest_move,
    moved_together,
    where_not,
)
from childstats.statistics.disclosure.ranges import (
    LARGEST_EXCHANGE,
    PARTNERS,
    SEED,
    BoolArray,
    exchange_partners,
)
from childstats.statistics.disclosure.rounding import INSIDER_WIDTH
from childstats.statistics.disclosure.system import IntArray, System, narrowed
from childstats.statistics.estimate import FloatArray

REGIONS: Final = ((2, 40), (PARTNERS, LARGEST_EXCHANGE), (8, 500))
"""Partners from each statement and cells of a search, before all cells are let move."""
LARGEST_WHOLE: Final = 2_000
"""Cells from which all are no longer let move only to show one again."""
NOBODY: Final = -1
FEWEST_TOGETHER: Final = 4
FRUITLESS: Final = 3
"""A search for many cells pays from 4 of them; after 3 that did not, each has its own."""


class Rules(NamedTuple):
    """What hiding a cell means.

    Attributes
    ----------
    low, high
        Limits that a reader knows of each cell when it is hidden.
    may_hide
        Cells that may be hidden to protect others.
    guarded
        Cells that contributors must not work out; a contributor is one of them with a count of 1.
    minimum_width
        High less low that must remain for a reader.
    singletons
        Whether to guard against contributors.
    """

    low: FloatArray
    high: FloatArray
    may_hide: BoolArray
    guarded: BoolArray
    minimum_width: int
    singletons: bool


@dataclass
class Protection:
    """A pattern of hidden cells that is being completed.

    Attributes
    ----------
    shown
        Statements, with the limits of each cell when it is shown.
    truth
        The true counts.
    rules
        What hiding means.
    hidden
        Which cells are hidden; starts with those that must be.
    person
        Who is behind each count of 1; see `contributors`.
    weight
        What hiding each cell costs.
    backwards
        Whether to protect the last cells first.
    """

    shown: System
    truth: FloatArray
    rules: Rules
    hidden: BoolArray
    person: IntArray
    weight: FloatArray
    backwards: bool = False
    moves: list[Move] = field(init=False, default_factory=list)
    moving: dict[int, list[Move]] = field(init=False, default_factory=dict)
    low: FloatArray = field(init=False)
    high: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.low = np.where(self.hidden, self.rules.low, self.shown.low)
        self.high = np.where(self.hidden, self.rules.high, self.shown.high)

    def settle(self) -> None:
        """Find tables that each protect many cells, without hiding more, as long as that pays."""
        chance = np.random.default_rng(SEED)
        size = self.truth.size
        failures, unmet = 0, self.unmet()
        while failures < FRUITLESS and len(unmet) >= FEWEST_TOGETHER:
            wishes = np.zeros(size)
            wishes[[cell for cell, _ in unmet]] = 1
            wishes[chance.random(size) < 0.5] *= -1
            farthest = np.full(size, max(self.rules.minimum_width, INSIDER_WIDTH), dtype=float)
            known = np.array(sorted({one for _, one in unmet if one != NOBODY}), dtype=np.int64)
            farthest[known[chance.random(known.size) < 0.5]] = 0
            shown = replace(self.shown, low=self.low, high=self.high)
            for table in moved_together(shown, self.truth, wishes, farthest):
                self.note(table)
            before, unmet = len(unmet), self.unmet()
            paid = before - len(unmet) >= FEWEST_TOGETHER
            failures = 0 if paid else failures + 1

    def complete(self) -> None:
        """Hide cells until every hidden count is protected.

        Raises
        ------
        ValueError
            If a count cannot be protected by hiding the cells that may be hidden.
        """
        self.settle()
        while unmet := self.unmet():
            for cell, insider in reversed(unmet) if self.backwards else unmet:
                self._protect(cell, insider)
            self.settle()

    def with_pattern(self, hidden: BoolArray) -> "Protection":
        """Return the same problem with another pattern of hidden cells.

        Parameters
        ----------
        hidden
            Which cells are hidden.

        Returns
        -------
        Protection
            Without the tables found for this pattern.
        """
        return Protection(
            self.shown, self.truth, self.rules, np.array(hidden), self.person, self.weight
        )

    def part(self, columns: IntArray) -> "Protection":
        """Return the problem of some cells that share no statement with others that can move.

        Parameters
        ----------
        columns
            Columns of the cells, increasing.

        Returns
        -------
        Protection
            Its columns are numbered anew.
        """
        rules = self.rules._replace(
            low=self.rules.low[columns],
            high=self.rules.high[columns],
            may_hide=self.rules.may_hide[columns],
            guarded=self.rules.guarded[columns],
        )
        return Protection(
            self.shown.part(columns, self.truth),
            self.truth[columns],
            rules,
            self.hidden[columns],
            self.person[columns],
            self.weight[columns],
        )

    def prune(self) -> None:
        """Show again, the largest counts first, each cell that the others do not need hidden."""
        chosen = [
            cell
            for cell in np.argsort(-self.truth, kind="stable")
            if self.hidden[cell] and self.rules.may_hide[cell]
        ]
        pruned = True
        while pruned:
            pruned = False
            for cell in chosen:
                if self.hidden[cell] and self._can_show(int(cell)):
                    pruned = True

    def unmet(self) -> list[tuple[int, int]]:
        """Return the hidden cells that the tables found so far leave too narrow.

        Returns
        -------
        list of tuple
            Column, and the column of the contributor from whom it is not safe (-1: any reader).
        """
        difference = self._differences()
        up = difference.max(axis=0).toarray() if difference.shape[0] else np.zeros(self.truth.size)
        down = difference.min(axis=0).toarray() if difference.shape[0] else 0 * up
        narrow = self.hidden & (np.maximum(up, 0) - np.minimum(down, 0) < self._widths())
        unmet = [(int(cell), NOBODY) for cell in np.flatnonzero(narrow)]
        if unmet or not self.rules.singletons:
            return unmet
        ones = np.ones(difference.nnz)
        moved = csr_array((ones, difference.indices, difference.indptr), shape=difference.shape)
        guarded = np.flatnonzero(self.hidden & self.rules.guarded)
        insiders = guarded[self.truth[guarded] == 1]
        alone = np.bincount(difference.indices, minlength=self.truth.size)[guarded]
        together = (moved[:, insiders].T @ moved[:, guarded]).tocoo()
        never = np.flatnonzero(alone == 0)
        by = np.concatenate([together.row, np.repeat(np.arange(insiders.size), never.size)])
        of = np.concatenate([together.col, np.tile(never, insiders.size)])
        counts = np.concatenate([together.data, np.zeros(insiders.size * never.size)])
        only = counts == alone[of]
        for insider, cell in zip(insiders[by[only]], guarded[of[only]], strict=True):
            if self.person[insider] != self.person[cell]:
                unmet.append((int(cell), int(insider)))
        return sorted(unmet)

    def note(self, table: FloatArray) -> None:
        """Take note of a table that agrees with all that is shown.

        Parameters
        ----------
        table
            One count a cell.
        """
        self._add(Move(0.0, where_not(table, self.truth)))

    def _add(self, move: Move) -> None:
        self.moves.append(move)
        for cell in move.there:
            self.moving.setdefault(cell, []).append(move)

    def _differences(self) -> csr_array:
        """Return the tables found that agree with what is shown now, less the true one."""
        agreeing = [move.there for move in self.moves if move.agrees]
        rows = np.repeat(np.arange(len(agreeing)), [len(there) for there in agreeing])
        columns = np.array([cell for there in agreeing for cell in there], dtype=np.int64)
        counts = np.array([count for there in agreeing for count in there.values()], dtype=float)
        shape = len(agreeing), self.truth.size
        return csr_array((counts - self.truth[columns], (rows, columns)), shape=shape)

    def _seen(self, cell: int, insider: int) -> tuple[float, float]:
        """Return the range of a cell over the tables found; an insider knows that his is 1."""
        low = high = float(self.truth[cell])
        for move in self.moving.get(cell, ()):
            if move.agrees and insider not in move.there:
                low, high = min(low, move.there[cell]), max(high, move.there[cell])
        return low, high

    def _protect(self, cell: int, insider: int) -> None:
        wanted = self._wanted(cell, insider)
        while True:
            low, high = self._seen(cell, insider)
            if high - low >= wanted:
                return
            move = self._cheapest(cell, insider, low + wanted, high - wanted) or self._cheapest(
                cell, insider, high + 1, low - 1
            )
            if move is None:
                whom = "a reader" if insider == NOBODY else "the contributor to a count of 1"
                raise ValueError(
                    f"{cell_label(self.shown.cells[cell])} cannot be protected from {whom}: too "
                    "few cells may be hidden; keep fewer totals exact, or publish the total alone"
                )
            for other, count in move.there.items():
                if not self.low[other] <= count <= self.high[other]:
                    self._set(other, hidden=True)
            self._add(move)

    def _wanted(self, cell: int, insider: int) -> float:
        width = self.rules.minimum_width if insider == NOBODY else INSIDER_WIDTH
        return float(min(width, self.rules.high[cell] - self.rules.low[cell]))

    def _set(self, cell: int, *, hidden: bool) -> None:
        self.hidden[cell] = hidden
        limits = self.rules if hidden else self.shown
        self.low[cell], self.high[cell] = limits.low[cell], limits.high[cell]
        for move in self.moving.get(cell, ()):
            move.agrees = all(self.low[c] <= n <= self.high[c] for c, n in move.there.items())

    def _cheapest(self, cell: int, insider: int, above: float, below: float) -> Move | None:
        up = self._move(cell, insider, 1.0, above, hide=True)
        if up is not None and up.cost == 0:
            return up
        down = self._move(cell, insider, -1.0, below, hide=True)
        possible = [move for move in (up, down) if move is not None]
        return min(possible, key=lambda move: move.cost, default=None)

    def _can_show(self, cell: int) -> bool:
        """Show a cell if all others stay protected without hiding more."""
        self._set(cell, hidden=False)
        if self._is_open():
            self._set(cell, hidden=True)
            return False
        while unmet := self.unmet():
            for other, insider in unmet:
                if not self.free(other, insider):
                    self._set(cell, hidden=True)
                    return False
        return True

    def _is_open(self) -> bool:
        """Return whether single statements already leave some hidden cell too narrow."""
        known = narrowed(replace(self.shown, low=self.low, high=self.high))
        return bool((self.hidden & (known.high - known.low < self._widths())).any())

    def _widths(self) -> FloatArray:
        """Return the width that each cell must have for any reader when it is hidden."""
        return np.minimum(self.rules.minimum_width, self.rules.high - self.rules.low)

    def free(self, cell: int, insider: int) -> bool:
        """Find tables that protect a cell without hiding more; return whether there are any."""
        wanted = self._wanted(cell, insider)
        while True:
            low, high = self._seen(cell, insider)
            if high - low >= wanted:
                return True
            move = (
                self._move(cell, insider, 1.0, low + wanted, hide=False)
                or self._move(cell, insider, -1.0, high - wanted, hide=False)
                or self._move(cell, insider, 1.0, high + 1, hide=False)
                or self._move(cell, insider, -1.0, low - 1, hide=False)
            )
            if move is None:
                return False
            self._add(move)

    def _move(
        self, cell: int, insider: int, sign: float, target: float, *, hide: bool
    ) -> Move | None:
        """Return the cheapest table in which a cell is at a target or beyond, if there is one.

        Small groups of cells are tried first; a larger one only if more would have to be hidden.
        """
        loose = hide & self.rules.may_hide & ~self.hidden
        low = np.where(loose, np.minimum(self.low, self.rules.low), self.low)
        high = np.where(loose, np.maximum(self.high, self.rules.high), self.high)
        if insider != NOBODY:
            low[insider] = high[insider] = self.truth[insider]
        if not low[cell] <= target <= high[cell]:
            return None
        system = replace(self.shown, low=low, high=high)
        size = self.truth.size
        best: Move | None = None
        for breadth, most in (*REGIONS, (size, size)):
            whole = most == size
            if best is not None and (best.cost == 0 or whole):
                break
            if whole and not hide and size > LARGEST_WHOLE:
                break
            region = exchange_partners(
                system, cell, sign, self.truth, self.hidden, breadth=breadth, most=most
            )
            found = cheapest_move(
                system,
                self.truth,
                region,
                Goal(cell, sign, target),
                own=(self.low, self.high),
                weight=self.weight,
            )
            if found is not None and (best is None or found.cost < best.cost):
                best = found
        return best
