"""What an outsider can believe of the hidden counts of one group, in every way to read it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, nan
from typing import Any, Final

import numpy as np
import pandas as pd

from childstats.observations.extents import Key
from childstats.observations.linked import Few, Group, Map
from childstats.observations.prints import HIDDEN, SHOWN, SMALL, UNKNOWN, Print, told_by
from childstats.observations.ties import Tie, Ties
from childstats.statistics.disclosure.audit import audit
from childstats.statistics.disclosure.cells import Cell
from childstats.statistics.disclosure.pattern import least_counts, least_excess
from childstats.statistics.disclosure.rounding import LARGEST_HIDDEN
from childstats.statistics.disclosure.system import ContradictionError, System, system_of
from childstats.statistics.estimate import FloatArray

LEAST_LEFT: Final = 1e-6
"""What is less is the solver's error."""
Knowledge = Mapping[str, str]


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

    def __call__(
        self, total: str, parts: Sequence[str], rest: str, *, covered: bool, further: bool = False
    ) -> Tie:
        """Return how parts are to a total."""
        key = tie_key(total, parts)
        known = self.knowledge.get(key)
        if further and not known:
            return Tie.AT_MOST
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


def lost_in(group: Group, ties: Ties) -> frozenset[str]:
    """Return the names of counts that only earlier editions list, and have hidden."""
    shown = {r.key for r in group.before if r.value is not None}
    listed = {ties.of[key] for key in {*group.keys, *shown} if key in ties.of}
    return frozenset(
        name
        for r in group.before
        if r.value is None
        and (name := ties.old.get((r.edition, r.key)) or ties.of[r.key]) not in listed
    )


def few_of(system: System, known: FloatArray, lost: frozenset[str]) -> frozenset[str] | None:
    """Return as many lost counts as can be 1 to 7 while all sums hold; None if none can be told.

    Parameters
    ----------
    system
        What ties the counts, with the limits of each.
    known
        True counts, nan where none is known.
    lost
        Names of counts that only earlier editions list, and have hidden.
    """
    names = [cell[0][1] for cell in system.cells]
    chosen = np.array([name in lost for name in names])
    over = least_excess(system, known, chosen, float(LARGEST_HIDDEN))
    if over is None:
        return None
    return frozenset(n for n, e in zip(names, over, strict=True) if n in lost and e <= LEAST_LEFT)


def tables_of(
    group: Group,
    ties: Ties,
    prints: Mapping[Key, Print],
    rests: Mapping[str, tuple[float, float]],
    few: frozenset[str] = frozenset(),
) -> dict[str, pd.DataFrame]:
    """Return what a reader sees of a group, as tables; `few` he takes to be 1 to 7."""
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
        elif name in few:
            low, high = SMALL
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
    # who trusts the codes takes parts for all of their total though they are known to leave some
    for version, own in product(group.versions, (knowledge, {})):
        ties = where.ties(group, version, Recalled(own, None))
        lost = lost_in(group, ties)
        few = lost if version.few is Few.ALL else frozenset()
        if ties.left and (own is not knowledge or ties.left.keys() - rests.keys()):
            tables = tables_of(group, ties, prints, {}, few)
            limits = _limits(tables)
            system = system_of(limits, [], ties.statements)
            loose = loosened(ties, system, np.full(len(limits), nan))
            if loose is None:
                continue  # it cannot be read in this way
            ties = where.ties(group, version, Recalled(own, loose))
        known = {name: rests[name] for name in sorted(rests) if name in ties.rests}
        if version.few is Few.MOST:
            limits = _limits(tables_of(group, ties, prints, known))
            system = system_of(limits, [], ties.statements)
            most = few_of(system, np.full(len(limits), nan), lost)
            if most is None:
                continue
            few = most
        tables = tables_of(group, ties, prints, known, few)
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
