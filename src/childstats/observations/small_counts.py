"""Small counts: the cells behind observations of small areas, and what may be printed of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, nan
from typing import Any, Final

import numpy as np

from childstats.catalogue.catalogue import Catalogue
from childstats.codes import TOTAL
from childstats.observations.boundaries import COUNTED
from childstats.observations.extents import IN, Key
from childstats.observations.ledger import Remembered
from childstats.observations.linked import (
    HIDDEN,
    SHOWN,
    Group,
    Knowledge,
    Map,
    Print,
    Version,
    audited_group,
    is_small,
    stands_for,
    tie_key,
    told_by,
)
from childstats.observations.policy import SMALL_LEVELS, Rule
from childstats.observations.table import GROUP_CODES
from childstats.observations.ties import Line, Tie, Ties
from childstats.statistics.disclosure.cells import Cell
from childstats.statistics.disclosure.pattern import pattern_of, some_counts
from childstats.statistics.disclosure.rounding import LARGEST_HIDDEN, rounded_count
from childstats.statistics.disclosure.system import system_of

MOST_ROUNDS: Final = 12
"""Attempts at hiding a few more before all that is tied is hidden."""
FEW: Final = 2
"""Counts of a sum that are hidden in one attempt."""
NOTHING: Final = "nothing is shown, since a count of it cannot be protected"
Correction = tuple[str, str, str]
"""Indicator, area and period of a count that is declared to be corrected."""


@dataclass(frozen=True)
class Block:
    """Counts that are tied to each other.

    Attributes
    ----------
    name
        Its first indicator and period, for messages.
    rules
        The rule of each indicator.
    prints
        What is printed of each count.
    own
        Those of small areas; the others are shown exactly.
    knowledge
        How parts were found to be to their totals.
    rests
        What parts leave of a total and must not be known, with what a reader knows of it.
    contradicted
        Counts that an earlier edition printed otherwise, without a declared correction.
    note
        Why nothing is shown of it, or what of it is tied to no total; usually empty.
    """

    name: str
    rules: Mapping[str, Rule]
    prints: Mapping[Key, Print]
    own: frozenset[Key]
    knowledge: Knowledge
    rests: Mapping[str, tuple[float, float]]
    contradicted: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A true count.

    Attributes
    ----------
    value
        The number.
    low, high
        What its source lets it be, of a large area.
    rule
        How it is printed; ``exact`` above the communes.
    """

    value: float
    low: float
    high: float
    rule: Rule


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
    }
    whole = {d: str(c) for d, c in codes.items() if c != TOTAL}
    if age != TOTAL or row["age"] != catalogue.indicator(row["indicator"]).age:
        whole["age"] = row["age"]
    cell = tuple(sorted(whole.items()))
    if row["unit_measure"] in COUNTED:
        return {"obs_value": cell}
    return {"numerator": tuple(sorted((*cell, ("part", IN)))), "denominator": cell}


def counts_of(
    rows: Iterable[Mapping[str, Any]], catalogue: Catalogue, rules: Mapping[str, Rule]
) -> dict[Key, Count]:
    """Return the true counts behind observations: counts, or shares with their counts."""
    found = {}
    for row in rows:
        large = catalogue.areas[row["ref_area"]].level not in SMALL_LEVELS
        for column, cell in cells_behind(row, catalogue).items():
            value = float(np.rint(row[column]))
            low = high = value
            if large and column == "obs_value":
                low, high = float(np.ceil(row["obs_low"])), float(np.floor(row["obs_high"]))
                low, high = min(low, value), max(high, value)
            rule = Rule.EXACT if large else rules[row["indicator"]]
            found[row["indicator"], cell] = Count(value, low, high, rule)
    return found


def blocks_of_rows(
    rows: Sequence[Mapping[str, Any]],
    catalogue: Catalogue,
    rules: Mapping[str, Rule],
    before: Sequence[Remembered] = (),
    corrected: frozenset[Correction] = frozenset(),
) -> list[Block]:
    """Return what may be printed of the counts behind observations.

    Parameters
    ----------
    rows
        Observations of small areas and of the areas above them: counts, or shares with counts.
    catalogue
        Definitions and areas.
    rules
        The rule of each indicator: ``round``, ``threshold`` or ``exact``.
    before
        What earlier editions have published.
    corrected
        Counts that are declared to be other ones than before.

    Returns
    -------
    list of Block
        What can be tied to nothing, or only to what contradicts it, is not shown, and the block
        says so.
    """
    counts = counts_of(rows, catalogue, rules)
    where = Map(catalogue)
    printed = {key: _printed(c) for key, c in counts.items()}
    revised, contradicted = conflicts(printed, before, corrected)
    found = []
    for group in where.groups(counts, before, revised):
        if any(counts[key].rule is not Rule.EXACT for key in group.keys):
            mine = {key: counts[key] for key in group.keys}
            against = [name for name, key in contradicted if key in mine]
            found.append(_Hiding(group, where, mine).block(tuple(against)))
    lost = {k: c for k, c in counts.items() if where.place(k) is None and c.rule is not Rule.EXACT}
    for key in sorted(lost):
        nothing = Print(nan, HIDDEN, 0.0, inf)
        name = f"{key[0]} {dict(key[1])['time_period']}"
        note = "a code of it is not known, so that it is tied to nothing and not shown"
        rule = {key[0]: lost[key].rule}
        found.append(Block(name, rule, {key: nothing}, frozenset({key}), {}, {}, (), note))
    return found


def conflicts(
    prints: Mapping[Key, Print],
    before: Iterable[Remembered],
    corrected: frozenset[Correction],
) -> tuple[set[tuple[str, Key]], list[tuple[str, Key]]]:
    """Return which earlier prints are corrected now, and which contradict what is printed now.

    Parameters
    ----------
    prints
        What is, or would be, printed of this edition's counts.
    before
        What earlier editions have published.
    corrected
        Counts that are declared to be other ones than before.

    Returns
    -------
    tuple
        Edition and count; and a description and the count.
    """
    revised, contradicted = set(), []
    for r in before:
        now = prints.get(r.key)
        if now is None or r.value is None or now.hidden:
            continue
        low, high = told_by(r)
        if low <= now.high and now.low <= high:
            continue
        codes = dict(r.key[1])
        area = codes["ref_area"].partition("@")[0]
        if (r.key[0], area, codes["time_period"]) in corrected:
            revised.add((r.edition, r.key))
        else:
            name = " ".join((r.key[0], *(f"{d}={c}" for d, c in r.key[1])))
            contradicted.append((f"{name} (in {r.edition})", r.key))
    return revised, contradicted


def printed_of(blocks: Iterable[Block]) -> dict[Key, Print]:
    """Return what is printed of the cells of observations of small areas."""
    return {key: block.prints[key] for block in blocks for key in block.own}


def _printed(count: Count) -> Print:
    """Return what is printed of a count that is shown."""
    if count.rule is Rule.ROUND:
        return stands_for(float(rounded_count(count.value)), Rule.ROUND) if count.value == 0 or count.value > LARGEST_HIDDEN else Print(count.value, SHOWN, 1.0, float(LARGEST_HIDDEN))  # fmt: skip
    return Print(count.value, SHOWN, count.low, count.high)


@dataclass
class _Hiding:
    """The counts of a group while it is found out which must be hidden."""

    group: Group
    where: Map
    counts: Mapping[Key, Count]
    truth: dict[str, float] = field(default_factory=dict)
    knowledge: dict[str, str] = field(default_factory=dict)
    broken: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def block(self, contradicted: tuple[str, ...]) -> Block:
        """Return the group as it may be printed."""
        own = frozenset(k for k, c in self.counts.items() if c.rule is not Rule.EXACT)
        first = min(own)
        prints, rests = self._prints(own, hide_all=bool(contradicted))
        return Block(
            f"{first[0]} {dict(first[1])['time_period']}",
            {key[0]: self.counts[key].rule for key in sorted(self.counts) if key in own},
            prints,
            own,
            self.knowledge,
            rests,
            contradicted,
            "; ".join(dict.fromkeys(self.notes)),
        )

    def _prints(
        self, own: frozenset[Key], *, hide_all: bool
    ) -> tuple[dict[Key, Print], dict[str, tuple[float, float]]]:
        version = self.group.versions[0]
        ties = self._ties(version)
        hideable = {ties.of[key] for key in own}
        hideable -= {ties.of[key] for key in self.counts if key not in own}
        must_hide = (self._untied(ties) | self.twofold) & hideable
        asked = 0
        while not hide_all:
            done = self._pattern(ties, hideable, must_hide)
            if isinstance(done, str):
                wrong = {done}
            else:
                wrong = self._given_away(done)
                if not wrong:
                    return done
            more = self._near(ties, wrong, hideable - must_hide)
            asked += 1
            if not more or asked > MOST_ROUNDS:
                break
            must_hide |= more
        self.notes.append(NOTHING)
        nothing = Print(nan, HIDDEN, 0.0, inf)
        prints = {key: nothing if ties.of[key] in hideable else self._shown(key) for key in self.counts}  # fmt: skip
        return prints, {}

    def _ties(self, version: Version) -> Ties:
        """Return what ties the counts, and note how they are to each other."""
        self.twofold: set[str] = set()
        known: dict[str, float] = {}
        self.truth = known

        def judge(total: str, parts: Sequence[str], rest: str, *, covered: bool) -> Tie:
            tie = self._judged(total, parts, rest, strict=version.strict and covered)
            self.knowledge[tie_key(total, parts)] = tie.value
            if tie is Tie.BROKEN:
                self.broken.append(Line(total, tuple(parts), ""))
            return tie

        # names first: they do not depend on how counts are tied
        names = self.where.ties(self.group, version, _nobody)
        several: dict[str, set[float]] = defaultdict(set)
        for key, name in names.of.items():
            if key in self.counts and self.counts[key].low == self.counts[key].high:
                several[name].add(self.counts[key].value)
        told = self._told(names)
        for name, values in several.items():
            value = min(values)
            low, high = told.get(name, (0.0, inf))
            if len(values) == 1 and low <= value <= high:
                known[name] = value
            elif len(values) > 1:
                self.twofold.add(name)
                self.notes.append(f"{name} is counted twice, and otherwise")
        return self.where.ties(self.group, version, judge)

    def _told(self, ties: Ties) -> dict[str, tuple[float, float]]:
        """Return what earlier editions tell of counts."""
        told: dict[str, tuple[float, float]] = {}
        for r in self.group.before:
            name = ties.old.get((r.edition, r.key)) or ties.of[r.key]
            low, high = told.get(name, (0.0, inf))
            least, most = told_by(r)
            if r.value is not None:
                told[name] = max(low, least), min(high, most)
        return told

    def _judged(self, total: str, parts: Sequence[str], rest: str, *, strict: bool) -> Tie:
        if total not in self.truth or not all(part in self.truth for part in parts):
            return Tie.EQUAL if strict else Tie.AT_MOST
        left = self.truth[total] - sum(self.truth[part] for part in parts)
        if left < 0:
            return Tie.BROKEN
        if left == 0:
            return Tie.EQUAL
        if rest:
            self.truth[rest] = left
            return Tie.REST
        return Tie.AT_MOST

    def _untied(self, ties: Ties) -> set[str]:
        """Return what cannot be tied: parts that are more than their total, and overlaps."""
        found = set(ties.crossing)
        for line in self.broken:
            found |= {line.total, *line.parts}
            self.notes.append(f"{line.total} is less than its parts, and not shown with them")
        self.notes += [f"{name} overlaps others and is not shown" for name in sorted(ties.crossing)]
        return found

    def _shown(self, key: Key) -> Print:
        return _printed(self.counts[key])

    def _pattern(
        self, ties: Ties, hideable: set[str], must_hide: set[str]
    ) -> tuple[dict[Key, Print], dict[str, tuple[float, float]]] | str:
        """Return what may be printed, or the name of a count that cannot be protected."""
        told = self._told(ties)
        limits: dict[str, tuple[float, float]] = {}
        for key, name in ties.of.items():
            if key not in self.counts:
                continue
            printed = self._shown(key)
            low, high = limits.get(name, told.get(name, (0.0, inf)))
            both = max(low, printed.low), min(high, printed.high)
            limits[name] = both if both[0] <= both[1] else (0.0, inf)
        named = {cell[0][1] for s in ties.statements for cell in s.cells} | set(limits)
        known = {
            (("cell", name),): limits.get(name, told.get(name, (0.0, inf))) for name in sorted(named)
        }
        lost = self._lost(ties) - set(told)
        known |= {(("cell", name),): (1.0, float(LARGEST_HIDDEN)) for name in lost}
        system = system_of(known, [], ties.statements)
        names = [cell[0][1] for cell in system.cells]
        low, high = system.low.copy(), system.high.copy()
        fixed = np.array([name in told for name in names], dtype=bool)
        mine = np.array([name in hideable for name in names], dtype=bool)
        guarded = self._guarded(ties, hideable)
        hide = np.array([name in must_hide for name in names], dtype=bool) & ~fixed
        truth = np.array([self.truth.get(name, nan) for name in names], dtype=float)
        free = hide | np.array([n in guarded and n not in told for n in names], dtype=bool)
        low[free], high[free] = 0.0, inf
        loose = type(system)(system.cells, system.matrix, system.row_low, system.row_high, low, high, system.labels)  # fmt: skip
        some = some_counts(loose, truth)
        if some is None and lost:
            larger = np.array([name in lost for name in names], dtype=bool)
            low[larger], high[larger] = 0.0, inf
            loose = type(system)(system.cells, system.matrix, system.row_low, system.row_high, low, high, system.labels)  # fmt: skip
            some = some_counts(loose, truth)
        if some is None:  # what cannot be tied is not believed either
            some = some_counts(loose, np.where(hide, nan, truth))
        if some is None:
            return "; ".join(sorted(must_hide)) or min(ties.of.values())
        gone = np.array([name in lost for name in names], dtype=bool)
        small = np.array([name in guarded for name in names], dtype=bool) & ~fixed | gone
        hide |= gone & ~((some >= 1) & (some <= LARGEST_HIDDEN))
        hide |= small & ~((some >= 1) & (some <= LARGEST_HIDDEN)) & mine
        small &= (some >= 1) & (some <= LARGEST_HIDDEN)
        try:
            done = pattern_of(
                loose,
                some,
                small=small,
                must_hide=hide & ~small,
                may_hide=mine & ~fixed,
                rounded=np.ones(len(names), dtype=bool),
            )
        except ValueError as error:
            return str(error).partition("cell=")[2].partition(" cannot be protected")[0]
        at = {name: number for number, name in enumerate(names)}
        prints = {}
        for key, name in ties.of.items():
            if key not in self.counts:
                continue
            prints[key] = self._shown(key)
            # what an earlier edition has shown of a small count is not shown again
            small_now = name in hideable and is_small(self.truth.get(name, nan))
            if done.hidden[at[name]] or name in must_hide or small_now:
                prints[key] = Print(nan, HIDDEN, float(done.low[at[name]]), float(done.high[at[name]]))  # fmt: skip
                if not done.hidden[at[name]]:
                    prints[key] = Print(nan, HIDDEN, 0.0, inf)
        kept = {
            name: (float(done.low[at[name]]), float(done.high[at[name]]))
            for name in guarded
            if name in ties.rests and done.hidden[at[name]]
        }
        return prints, kept

    def _lost(self, ties: Ties) -> set[str]:
        """Return what an earlier edition has hidden and this one does not list."""
        named = {ties.old.get((r.edition, r.key)) or ties.of[r.key] for r in self.group.before}
        return named - {ties.of[key] for key in self.counts}

    def _guarded(self, ties: Ties, hideable: set[str]) -> set[str]:
        """Return the small counts: printed ones, and what parts leave of a total."""
        found = {name for name in hideable if is_small(self.truth.get(name, nan))}
        for rest, line in ties.rests.items():
            if not is_small(self.truth.get(rest, nan)):
                continue
            small_total = line.total in hideable or line.total in found
            of_areas = line.dimension == "areas" and any(part in hideable for part in line.parts)
            if small_total or of_areas or self._is_small_rest(ties, line, hideable):
                found.add(rest)
        return found

    def _is_small_rest(self, ties: Ties, line: Line, hideable: set[str]) -> bool:
        """Return whether a remainder is one of a remainder of small areas."""
        while line.total in ties.rests:
            line = ties.rests[line.total]
            if line.total in hideable or line.dimension == "areas":
                return True
        return False

    def _given_away(
        self, done: tuple[dict[Key, Print], dict[str, tuple[float, float]]]
    ) -> set[str]:
        """Return the hidden counts that earlier editions, or what cannot be tied, give away."""
        if not self.group.before and not self.notes and not self._is_guessed():
            return set()
        exact = {dict(k[1])["ref_area"] for k, c in self.counts.items() if self._is_large(k)}
        exact |= {k[0] for k, c in self.counts.items() if c.rule is Rule.EXACT and not self._is_large(k)}  # fmt: skip
        found = audited_group(self.group, self.where, done[0], self.knowledge, done[1], exact)
        if found is None:
            return set(map(str, done[0]))
        return set(found.loc[found["verdict"] == "fail", "cell"])

    def _is_large(self, key: Key) -> bool:
        area = self.where.catalogue.areas[dict(key[1])["ref_area"]]
        return area.level not in SMALL_LEVELS

    def _is_guessed(self) -> bool:
        """Return whether some count that the system needs is not known."""
        return any(tie == Tie.AT_MOST.value for tie in self.knowledge.values())

    def _near(self, ties: Ties, wrong: set[str], open_: set[str]) -> set[str]:
        """Return a few counts to hide besides, from the sums in which others are known."""
        found: set[str] = set()
        beside = {rest: line.total for rest, line in ties.rests.items()}
        for name in sorted(wrong):
            whose = beside.get(name, name)
            for line in ties.lines:
                if whose == line.total or whose in line.parts or name in line.parts:
                    at = sorted(
                        {line.total, *line.parts} & (open_ - found),
                        key=lambda n: (self.truth.get(n, inf), n),
                    )
                    found |= set(at[:FEW])
        return found or (open_ if wrong else set())


def _nobody(total: str, parts: Sequence[str], rest: str, *, covered: bool) -> Tie:
    return Tie.AT_MOST


__all__ = [
    "Block",
    "Count",
    "Knowledge",
    "Print",
    "blocks_of_rows",
    "cells_behind",
    "conflicts",
    "printed_of",
]
