"""One way to read what is public of a group of counts, together with the true ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from math import inf, nan
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from childstats.observations.extents import Key
from childstats.observations.group_audit import by_codes, few_of, loosened, tie_key
from childstats.observations.linked import Few, Group, Version
from childstats.observations.policy import SMALL_LEVELS
from childstats.observations.prints import (
    HIDDEN,
    SMALL,
    Print,
    is_small,
    may_be_small,
    printed,
    told_by,
)
from childstats.observations.ties import Line, Tie, Ties
from childstats.statistics.disclosure.cells import Cell
from childstats.statistics.disclosure.pattern import Pattern, pattern_of, some_counts
from childstats.statistics.disclosure.ranges import BoolArray
from childstats.statistics.disclosure.system import System, system_of
from childstats.statistics.estimate import FloatArray

if TYPE_CHECKING:
    from childstats.observations.hiding import Hiding

MOST_PASSES: Final = 6
"""Attempts at the totals that nobody lists, from what they are made of."""
FEW: Final = 2
"""Counts of a sum that are hidden in one attempt."""
UNSEEN: Final = Print(nan, HIDDEN, 0.0, inf)
UNSEEN_SMALL: Final = Print(nan, HIDDEN, *SMALL)
Limits: TypeAlias = tuple[float, float]
Outcome: TypeAlias = tuple[dict[Key, Print], dict[str, Limits]]


class Reading:
    """One way to read what is public, with the true counts."""

    def __init__(self, hiding: "Hiding", own: frozenset[Key], version: Version) -> None:
        self._hiding, self._version = hiding, version
        self.notes: list[str] = []
        self.knowledge: dict[str, str] = {}
        self._broken: list[Line] = []
        names = hiding.where.ties(hiding.group, version, _nobody)
        self._told = _told(hiding.group, names)
        of = names.of
        large = {of[key] for key in hiding.counts if key not in own}
        self._hideable = {of[key] for key in own} - large
        exactly, twofold = self._true_counts(names)
        self._loosened: frozenset[str] | None = None
        self.untied: set[str] = set()
        self._margins = names.margins
        self._sums: dict[str, float] = {}
        for _ in range(MOST_PASSES):  # with all sums that codes promise, but those that cannot be
            self.notes, self.knowledge, self._broken = [], {}, []
            before, self._sums = self._sums, {}
            self._truth = exactly | before
            self._ties = hiding.where.ties(hiding.group, version, self._judge)
            listed = {*self._told, *(of[key] for key in hiding.counts)}
            self._lost = self._hidden_before() - listed
            self._few = frozenset(self._lost) if version.few is Few.ALL else frozenset()
            self.untied = (self._without_ties() | twofold) & self._hideable
            if any(number > before.get(name, -1) for name, number in self._sums.items()):
                self._forget()
                continue
            if self._loosened is not None or not self._ties.left.keys() - self._truth.keys():
                break
            self._loosened = self._found_loose()
            self._forget()
        self.notes += [f"{name} is counted twice, and otherwise" for name in sorted(twofold)]
        if version.few is Few.MOST:
            system = self._system(self.untied)
            tried = (few_of(system, known, frozenset(self._lost)) for known in self._known())
            self._few = next((found for found in tried if found is not None), frozenset())
        self.counts = self._some_counts()

    def _forget(self) -> None:
        """Forget what was derived from other ties."""
        for name in ("_names", "_shown", "_guarded", "_hedged", "_rests_of_hedged"):
            self.__dict__.pop(name, None)

    def _true_counts(self, names: Ties) -> tuple[dict[str, float], set[str]]:
        """Return the counts that are known exactly, and those that are counted twice."""
        several: dict[str, set[float]] = defaultdict(set)
        for key, name in names.of.items():
            count = self._hiding.counts.get(key)
            if count is not None and count.low == count.high:
                several[name].add(count.value)
        twofold = {name for name, values in several.items() if len(values) > 1}
        told = {name: self._told.get(name, (0.0, inf)) for name in several}
        known = {
            name: min(values)
            for name, values in several.items()
            if len(values) == 1 and told[name][0] <= min(values) <= told[name][1]
        }
        exactly = {name: low for name, (low, high) in self._told.items() if low == high}
        return {n: value for n, value in exactly.items() if n not in several} | known, twofold

    def _judge(
        self, total: str, parts: Sequence[str], rest: str, *, covered: bool, further: bool = False
    ) -> Tie:
        truth = self._truth
        if total in self._margins and covered and all(part in truth for part in parts):
            # nobody lists it: it is as many as any of its parts together
            together = max(self._sums.get(total, 0.0), sum(truth[part] for part in parts))
            self._sums[total] = together
            truth[total] = max(truth.get(total, 0.0), together)
        if total not in truth or not all(part in truth for part in parts):
            by_code = by_codes(tie_key(total, parts), self._loosened, covered=covered)
            return Tie.AT_MOST if further else by_code
        left = truth[total] - sum(truth[part] for part in parts)
        if further and not is_small(left):
            return Tie.AT_MOST
        tie = Tie.BROKEN if left < 0 else Tie.EQUAL if left == 0 else Tie.REST
        if tie is Tie.REST and rest:
            truth[rest] = left
        if tie is Tie.BROKEN:
            self._broken.append(Line(total, tuple(parts), ""))
        self.knowledge[tie_key(total, parts)] = tie.value
        return tie

    def _hidden_before(self) -> set[str]:
        """Return the names of all counts of earlier editions."""
        ties = self._ties
        before = self._hiding.group.before
        return {ties.old.get((r.edition, r.key)) or ties.of[r.key] for r in before}

    def _without_ties(self) -> set[str]:
        """Return what cannot be tied: parts that are more than their total, and overlaps."""
        found = set(self._ties.crossing)
        among = {
            (line.total, line.parts) for line in self._ties.lines if line.dimension == "people"
        }
        for line in self._broken:
            both = (line.total, *line.parts)
            if (line.total, line.parts) in among and not any(
                is_small(self._truth[n]) for n in both
            ):
                continue  # a coverage above 100 %: a smaller whole leaves nobody over
            found |= {line.total, *line.parts}
            self.notes.append(f"{line.total} is less than its parts, and not shown with them")
        for name in sorted(self._ties.crossing & self._hideable):
            self.notes.append(f"{name} overlaps others and is not shown")
        return found

    @cached_property
    def _names(self) -> list[str]:
        named = {cell[0][1] for s in self._ties.statements for cell in s.cells}
        return sorted(named | {self._ties.of[key] for key in self._hiding.counts})

    def _are(self, names: Iterable[str]) -> BoolArray:
        chosen = set(names)
        return np.array([name in chosen for name in self._names], dtype=bool)

    @cached_property
    def _guarded(self) -> set[str]:
        """Small counts: printed ones, and what parts leave of a total."""
        found = {n for n in self._hideable if is_small(self._truth.get(n, nan))}
        found |= self._hedged & self._hideable | self._rests_of_hedged
        return found | {
            rest
            for rest, line in self._ties.rests.items()
            if is_small(self._truth.get(rest, nan)) and self._is_of_small(line)
        }

    @cached_property
    def _hedged(self) -> set[str]:
        """Counts that their sources do not give exactly, and let be small."""
        return {
            self._ties.of[key]
            for key, count in self._hiding.counts.items()
            if count.low < count.high and may_be_small(count)
        }

    @cached_property
    def _rests_of_hedged(self) -> set[str]:
        """What parts leave of a total, where one of them is hedged and few may be left."""
        counts = self._hiding.counts.items()
        hedged = {self._ties.of[key] for key, count in counts if count.low < count.high}
        at = {name: number for number, name in enumerate(self._names)}
        shown, found = self._shown, set()
        for rest, line in self._ties.rests.items() if hedged else ():
            total, parts = at[line.total], [at[part] for part in line.parts]
            least = shown.low[total] - sum(shown.high[part] for part in parts)
            most = shown.high[total] - sum(shown.low[part] for part in parts)
            is_one = not hedged.isdisjoint({line.total, *line.parts}) and rest not in self._truth
            if is_one and least <= SMALL[1] and most >= 1 and self._is_of_small(line):
                found.add(rest)
        return found

    def _is_of_small(self, line: Line) -> bool:
        """Return whether what parts leave of a total is of small areas."""
        if line.total in self._of_small_areas:
            return True
        if line.dimension == "areas" and not self._of_small_areas.isdisjoint(line.parts):
            return True
        above = self._ties.rests.get(line.total)
        return above is not None and (above.dimension == "areas" or self._is_of_small(above))

    @cached_property
    def _of_small_areas(self) -> set[str]:
        """Return the names of all counts of small areas, listed in any edition or by none."""
        where = self._hiding.where
        small = {
            leaf
            for area, known in where.catalogue.areas.items()
            if known.level in SMALL_LEVELS
            for leaf in where.leaves[area]
        }
        return {name for box, name in self._ties.names.items() if box.areas <= small}

    @cached_property
    def _shown(self) -> System:
        """What is known where all is shown that may be."""
        limits: dict[str, Limits] = dict(self._told)
        for key, name in self._ties.of.items():
            if key in self._hiding.counts:
                own = printed(self._hiding.counts[key])
                low, high = limits.get(name, (0.0, inf))
                both = max(low, own.low), min(high, own.high)
                limits[name] = both if both[0] <= both[1] else (0.0, inf)
        known: dict[Cell, Limits] = {
            (("cell", name),): limits.get(name, (0.0, inf)) for name in self._names
        }
        return system_of(known, [], self._ties.statements)

    def _system(self, must_hide: set[str]) -> System:
        """Return what is known where some counts are hidden."""
        hidden = self._are((must_hide | self._guarded) - set(self._told))
        low = np.where(hidden, 0.0, self._shown.low)
        high = np.where(hidden, inf, self._shown.high)
        few = self._are(self._few)
        low, high = np.where(few, SMALL[0], low), np.where(few, SMALL[1], high)
        return replace(self._shown, low=low, high=high)

    def _known(self) -> list[FloatArray]:
        """Return the true counts; and without those that cannot be tied, which may not be true."""
        truth = np.array([self._truth.get(name, nan) for name in self._names], dtype=float)
        return [truth, np.where(self._are(self.untied), nan, truth)] if self.untied else [truth]

    def _some_counts(self) -> FloatArray | None:
        """Return counts that agree with all that is public and known; None if none do."""
        system = self._system(self.untied)
        tried = (some_counts(system, known) for known in self._known())
        return next((found for found in tried if found is not None), None)

    def _found_loose(self) -> frozenset[str] | None:
        """Return the sums that cannot be, though their parts are all by their codes."""
        system = self._system(self.untied)
        tried = (loosened(self._ties, system, known) for known in self._known())
        return next((found for found in tried if found is not None), None)

    @property
    def is_guessed(self) -> bool:
        """Whether a pattern that is safe for the true counts must be audited for other readings."""
        everything = all(name in self._truth for name in self._names)
        return bool(self._hiding.group.before or self.notes or self._ties.left) or not everything

    def pattern(self, must_hide: set[str]) -> Pattern | str:
        """Return which counts are hidden, or the name of one that cannot be protected."""
        assert self.counts is not None  # else it is not asked
        fixed = self._are(self._told)
        few = (self.counts >= SMALL[0]) & (self.counts <= SMALL[1])
        guarded = self._are(self._guarded | self._lost) & ~fixed
        hide = (self._are(must_hide) & ~fixed) | (guarded & ~few)
        try:
            return pattern_of(
                self._system(must_hide),
                self.counts,
                small=guarded & few,
                must_hide=hide & ~(guarded & few),
                may_hide=self._are(self._hideable) & ~fixed,
                rounded=np.ones(len(self._names), dtype=bool),
            )
        except ValueError as error:
            return str(error).partition("cell=")[2].partition(" cannot be protected")[0]

    def outcome(self, pattern: Pattern, must_hide: set[str]) -> Outcome:
        """Return what is printed with a pattern of hidden counts."""
        limits = {
            name: (float(pattern.low[number]), float(pattern.high[number]))
            for number, name in enumerate(self._names)
            if pattern.hidden[number]
        }
        prints = {}
        for key, count in self._hiding.counts.items():
            name = self._ties.of[key]
            prints[key] = printed(count)
            if name in limits:
                prints[key] = Print(nan, HIDDEN, *limits[name])
            elif name in must_hide or (name in self._hideable and may_be_small(count)):
                prints[key] = UNSEEN  # an earlier edition has shown it; it is not shown again
        rests = {
            n: limits[n] for n in sorted(self._guarded) if n in self._ties.rests and n in limits
        }
        return prints, rests

    def near(self, wrong: set[str], must_hide: set[str]) -> set[str]:
        """Return a few counts to hide besides, from the sums in which others are known."""
        open_ = self._hideable - must_hide - set(self._told)
        found: set[str] = set()
        for name in sorted(wrong):
            above = self._ties.rests.get(name)
            for line in self._ties.lines:
                if {name, above.total if above else name} & {line.total, *line.parts}:
                    left = {line.total, *line.parts} & (open_ - found)
                    found |= set(sorted(left, key=lambda n: (self._truth.get(n, inf), n))[:FEW])
        return found or open_


def _told(group: Group, ties: Ties) -> dict[str, Limits]:
    """Return what earlier editions tell of the counts that they showed."""
    told: dict[str, Limits] = {}
    for r in group.before:
        if r.value is not None:
            name = ties.old.get((r.edition, r.key)) or ties.of[r.key]
            low, high = told.get(name, (0.0, inf))
            least, most = told_by(r)
            told[name] = max(low, least), min(high, most)
    return told


def _nobody(
    total: str, parts: Sequence[str], rest: str, *, covered: bool, further: bool = False
) -> Tie:
    """Judge nothing, where only names are wanted."""
    return Tie.AT_MOST
