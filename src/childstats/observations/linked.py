"""One system of counts: those of this edition and of all before, hidden until none can be known."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, isnan, nan
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from childstats.catalogue.catalogue import Catalogue
from childstats.codes import ObsStatus
from childstats.observations.extents import (
    Key,
    Place,
    leaves_of,
    parts_of_wholes,
    place_of,
)
from childstats.observations.ledger import Remembered
from childstats.observations.nesting import groups_of
from childstats.observations.policy import Rule
from childstats.observations.ties import Tie, Ties
from childstats.statistics.disclosure.audit import audit
from childstats.statistics.disclosure.cells import Cell
from childstats.statistics.disclosure.pattern import least_counts
from childstats.statistics.disclosure.rounding import LARGEST_HIDDEN, counts_behind
from childstats.statistics.disclosure.system import ContradictionError, System, system_of
from childstats.statistics.estimate import FloatArray

HIDDEN: Final = ObsStatus.SUPPRESSED.value
SHOWN: Final = ObsStatus.NORMAL.value
UNKNOWN: Final = ObsStatus.MISSING.value
LEAST_LEFT: Final = 1e-6
"""What is less is the solver's error."""
Knowledge = Mapping[str, str]


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
        return self.status == HIDDEN


def stands_for(value: float, rule: Rule) -> Print:
    """Return what a reader knows a printed count to stand for."""
    if rule is Rule.ROUND:
        try:
            low, high = counts_behind(value)
        except ValueError:
            return Print(value, SHOWN, value, value)  # not rounded: it is known exactly
        return Print(value, SHOWN, float(low), float(high))
    return Print(value, SHOWN, value, value)


def told_by(remembered: Remembered) -> tuple[float, float]:
    """Return the smallest and largest count that an earlier edition lets a reader believe."""
    if remembered.value is None:
        return 0.0, inf
    printed = stands_for(remembered.value, remembered.rule)
    return printed.low, printed.high


class Version(NamedTuple):
    """How an attacker may read earlier editions.

    Attributes
    ----------
    wide
        Whatever overlaps a corrected count is another count before the correction.
    small
        What an earlier edition has hidden, and this one does not list, is 1 to 7.
    """

    wide: bool = True
    small: bool = True


@dataclass(frozen=True)
class Group:
    """Printed counts that are tied to each other, with what earlier editions printed of them.

    Attributes
    ----------
    keys
        Counts of this edition.
    before
        Counts of earlier editions.
    revised
        Which of those are known to have been corrected since, and stand for themselves.
    """

    keys: tuple[Key, ...]
    before: tuple[Remembered, ...]
    revised: frozenset[tuple[str, Key]] = frozenset()

    @property
    def versions(self) -> list[Version]:
        """The ways to read it, in which an attacker might; the boldest first."""
        known = set(self.keys)
        either = (True, False)
        wide = either if self.revised else (True,)
        small = either if any(r.key not in known for r in self.before) else (True,)
        return [Version(w, few) for w in wide for few in small]


@dataclass(frozen=True)
class Map:
    """The catalogue as what contains what."""

    catalogue: Catalogue
    places: dict[Key, Place | None] = field(default_factory=dict, compare=False)

    @cached_property
    def leaves(self) -> dict[str, frozenset[str]]:
        """What each area is made of."""
        return leaves_of(self.catalogue)

    @cached_property
    def wholes(self) -> dict[str, set[str]]:
        """For each kind of people those that contain it."""
        return parts_of_wholes(self.catalogue)

    def place(self, key: Key) -> Place | None:
        """Return what a printed count covers."""
        if key not in self.places:
            self.places[key] = place_of(key, self.catalogue)
        return self.places[key]

    def groups(
        self, keys: Iterable[Key], before: Iterable[Remembered], revised: set[tuple[str, Key]]
    ) -> list[Group]:
        """Return counts in groups that nothing ties to each other."""
        of_now = set(keys)
        by_key: dict[Key, list[Remembered]] = {}
        for r in before:
            by_key.setdefault(r.key, []).append(r)
        placed = {k: p for k in {*of_now, *by_key} if (p := self.place(k)) is not None}
        return [
            Group(
                tuple(k for k in group if k in of_now),
                tuple(r for k in group for r in by_key.get(k, ())),
                frozenset(pair for pair in revised if pair[1] in group_keys),
            )
            for group in groups_of(placed, self.wholes)
            for group_keys in [set(group)]
        ]

    def ties(self, group: Group, version: Version, judge: Any) -> Ties:
        """Return what ties the counts of a group."""
        now = set(group.keys)
        old = {(r.edition, r.key) for r in group.before if (r.edition, r.key) in group.revised}
        if version.wide and old:
            corrected = [(edition, self.placed(key)) for edition, key in old]
            old |= {
                (r.edition, r.key)
                for r in group.before
                if any(r.edition == e and self._meet(self.placed(r.key), p) for e, p in corrected)
            }
        now |= {r.key for r in group.before if (r.edition, r.key) not in old}
        return Ties(
            {key: self.placed(key) for key in now},
            self.leaves,
            self.wholes,
            judge,
            {pair: self.placed(pair[1]) for pair in old},
        )

    def placed(self, key: Key) -> Place:
        """Return what a printed count of a group covers."""
        place = self.place(key)
        assert place is not None  # groups hold no others
        return place

    def _meet(self, a: Place, b: Place) -> bool:
        return (
            a.people == b.people
            and a.days[0] < b.days[1]
            and b.days[0] < a.days[1]
            and a.age[0] < b.age[1]
            and b.age[0] < a.age[1]
            and all(x & y for x, y in zip(a.groups, b.groups, strict=True))
            and bool(self.leaves[a.area] & self.leaves[b.area])
        )


def tie_key(total: str, parts: Sequence[str]) -> str:
    """Return a short name of a sum."""
    return hashlib.sha256("\n".join((total, *parts)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Recalled:
    """A judge who knows what was found with the true counts, and of others what codes say.

    Attributes
    ----------
    knowledge
        How parts were found to be to their totals.
    loosened
        Sums that cannot be; None: any may leave something.
    """

    knowledge: Knowledge
    loosened: frozenset[str] | None

    def __call__(self, total: str, parts: Sequence[str], rest: str, *, covered: bool) -> Tie:
        """Return how parts are to a total."""
        key = tie_key(total, parts)
        known = self.knowledge.get(key)
        return Tie(known) if known else by_codes(key, self.loosened, covered=covered)


def by_codes(key: str, loosened: frozenset[str] | None, *, covered: bool) -> Tie:
    """Return how parts are to a total as far as codes say: all of it, unless that cannot be."""
    is_loose = loosened is None or key in loosened
    return Tie.EQUAL if covered and not is_loose else Tie.REST


def loosened(ties: Ties, system: System, known: FloatArray) -> frozenset[str] | None:
    """Return the fewest sums that cannot be, though their parts are all by their codes.

    Parameters
    ----------
    ties
        What ties counts where any sum may leave something.
    system
        The same as statements, with the limits of each count.
    known
        True counts, nan where none is known.

    Returns
    -------
    frozenset or None
        Short names of sums (`tie_key`); None where the rest cannot be true either.
    """
    names = [cell[0][1] for cell in system.cells]
    cost = np.array([float(name in ties.left) for name in names])
    least = least_counts(system, known, cost)
    if least is None:
        return None
    return frozenset(
        tie_key(*ties.left[name])
        for name, number in zip(names, least, strict=True)
        if name in ties.left and number > LEAST_LEFT
    )


def tables_of(
    group: Group,
    ties: Ties,
    prints: Mapping[Key, Print],
    rests: Mapping[str, tuple[float, float]],
    *,
    small: bool,
) -> dict[str, pd.DataFrame]:
    """Return what a reader sees of a group, as tables for the audit."""
    seen: dict[str, dict[str, Print]] = {}

    def note(table: str, name: str, said: Print) -> None:
        rows = seen.setdefault(table, {})
        was = rows.get(name)
        if was is not None:  # two indicators print one count
            told = said if was.status != SHOWN else was
            said = told._replace(low=max(was.low, said.low), high=min(was.high, said.high))
        rows[name] = said

    for key in group.keys:
        note(f"{key[0]} {dict(key[1])['time_period']}", ties.of[key], prints[key])
    for r in group.before:
        name = ties.old.get((r.edition, r.key)) or ties.of[r.key]
        low, high = told_by(r)
        mine = prints.get(r.key) if name == ties.of.get(r.key) else None
        # what is hidden now was hidden if it was not shown
        status = SHOWN if r.value is not None else HIDDEN
        if mine is not None and r.value is None and not mine.hidden:
            status = UNKNOWN
        elif mine is None and r.value is None and small:
            low, high = 1.0, float(LARGEST_HIDDEN)
        note(r.table, name, Print(nan if r.value is None else r.value, status, low, high))
    for name, (low, high) in rests.items():
        note("what parts leave", name, Print(nan, HIDDEN, low, high))
    named = {name for rows in seen.values() for name in rows}
    others = {cell[0][1] for s in ties.statements for cell in s.cells} - named
    for name in sorted(others):
        note("not published", name, Print(nan, UNKNOWN, 0.0, inf))
    return {
        table: pd.DataFrame(
            [[name, *said] for name, said in rows.items()],
            columns=["cell", "obs_value", "obs_status", "obs_low", "obs_high"],
        )
        for table, rows in seen.items()
    }


def audited_group(
    group: Group,
    where: Map,
    prints: Mapping[Key, Print],
    knowledge: Knowledge,
    rests: Mapping[str, tuple[float, float]],
    *,
    exact: set[str],
) -> pd.DataFrame | None:
    """Return what an outsider can believe of the hidden counts of a group, read in every way.

    Parameters
    ----------
    group
        The counts.
    where
        What contains what.
    prints
        What is printed of this edition's counts.
    knowledge
        How parts were found to be to their totals.
    rests
        What parts leave of a total and must not be known, with what a reader knows of it.
    exact
        Areas that are shown exactly, and indicators that count no people.

    Returns
    -------
    DataFrame or None
        As of `audit`; None where what is published cannot all be true in any way.
    """
    found, asked = [], []
    for version in group.versions:
        ties = where.ties(group, version, Recalled(knowledge, None))
        if ties.left.keys() - rests.keys():
            tables = tables_of(group, ties, prints, {}, small=version.small)
            limits = _limits(tables)
            system = system_of(limits, [], ties.statements)
            loose = loosened(ties, system, np.full(len(limits), nan))
            if loose is None:
                continue  # it cannot be read in this way
            ties = where.ties(group, version, Recalled(knowledge, loose))
        known = {name: rests[name] for name in sorted(rests) if name in ties.rests}
        tables = tables_of(group, ties, prints, known, small=version.small)
        question = (ties.statements, ties.old, {n: t.to_csv() for n, t in tables.items()})
        if question in asked:
            continue  # both ways of reading are one
        asked.append(question)
        printed = [*ties.of.items(), *((key, name) for (_, key), name in ties.old.items())]
        kept = [
            {"cell": name} for key, name in printed if {key[0], dict(key[1])["ref_area"]} & exact
        ]
        rules: dict[str, Any] = {"largest_hidden": LARGEST_HIDDEN, "keep": kept, "exact": False}
        try:
            found.append(audit(tables, statements=ties.statements, **rules))
        except ContradictionError:
            continue  # it cannot be read in this way
    if not found:
        return None
    together = pd.concat(found, ignore_index=True)
    # what can only be 0 tells of no child
    together.loc[together["high"] == 0, "verdict"] = "pass"
    worst = together.sort_values(["verdict", "width"], kind="stable")
    return worst.drop_duplicates("cell").sort_values("cell").reset_index(drop=True)


def _limits(tables: Mapping[str, pd.DataFrame]) -> dict[Cell, tuple[float, float]]:
    """Return what tables say of each count by itself."""
    found: dict[Cell, tuple[float, float]] = {}
    for table in tables.values():
        for name, low, high in zip(table["cell"], table["obs_low"], table["obs_high"], strict=True):
            least, most = found.get((("cell", name),), (0.0, inf))
            found[("cell", name),] = max(least, low), min(most, high)
    return found


def is_small(value: float) -> bool:
    """Return whether a count is one that must be hidden."""
    return not isnan(value) and 1 <= value <= LARGEST_HIDDEN
