"""Small counts: the cells behind observations of small areas, and what may be printed of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import numpy as np

from childstats.catalogue.catalogue import Catalogue
from childstats.codes import TOTAL
from childstats.observations.boundaries import COUNTED
from childstats.observations.extents import IN, Key
from childstats.observations.group_audit import Knowledge
from childstats.observations.hiding import Hiding
from childstats.observations.ledger import Remembered
from childstats.observations.linked import Group, Map
from childstats.observations.policy import SMALL_LEVELS, Rule
from childstats.observations.prints import (
    HIDDEN,
    Count,
    Print,
    least_of,
    most_of,
    printed,
    told_by,
)
from childstats.observations.table import GROUP_CODES, Observation
from childstats.statistics.disclosure.cells import Cell

UNKNOWN_CODE = "a code of it is not known, so that it is tied to nothing and not shown"
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
    tied
        False where the counts can be tied to nothing; they are all hidden.
    """

    name: str
    rules: Mapping[str, Rule]
    prints: Mapping[Key, Print]
    own: frozenset[Key]
    knowledge: Knowledge
    rests: Mapping[str, tuple[float, float]]
    contradicted: tuple[str, ...] = ()
    note: str = ""
    tied: bool = True


def cells_behind(row: Observation, catalogue: Catalogue) -> dict[str, Cell]:
    """Return the cells that an observation prints.

    Parameters
    ----------
    row
        An observation.
    catalogue
        Definitions; they say which age group is the total.

    Returns
    -------
    dict
        Column of the observation to cell: its value for a count, numerator and denominator for a
        share.
    """
    age = TOTAL if row.age == catalogue.indicator(row.indicator).age else row.age
    codes = {
        "ref_area": row.ref_area,
        "time_period": str(row.time_period),
        **{name: getattr(row, name) for name in GROUP_CODES},
    }
    whole = {d: str(c) for d, c in codes.items() if c != TOTAL}
    if age != TOTAL or row.age != catalogue.indicator(row.indicator).age:
        whole["age"] = row.age
    cell = tuple(sorted(whole.items()))
    if row.unit_measure in COUNTED:
        return {"obs_value": cell}
    return {"numerator": tuple(sorted((*cell, ("part", IN)))), "denominator": cell}


def counts_of(
    rows: Iterable[Observation], catalogue: Catalogue, rules: Mapping[str, Rule]
) -> dict[Key, Count]:
    """Return the true counts behind observations: counts, or shares with their counts."""
    found = {}
    for row in rows:
        large = catalogue.areas[row.ref_area].level not in SMALL_LEVELS
        rule = Rule.EXACT if large else rules[row.indicator]
        for column, cell in cells_behind(row, catalogue).items():
            value = float(np.rint(getattr(row, column)))
            low = high = value
            if column == "obs_value" and row.obs_low != row.obs_high:
                low, high = least_of(row.obs_low), most_of(row.obs_high)
                low, high = (low, high) if low <= high else (value, value)
            found[row.indicator, cell] = Count(value, low, high, rule)
    return found


def blocks_of_rows(
    rows: Sequence[Observation],
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
    untied = _at_odds(counts, where)
    untied |= dict.fromkeys((k for k in counts if where.place(k) is None), UNKNOWN_CODE)
    tied = {key: count for key, count in counts.items() if key not in untied}
    revised, contradicted = conflicts(
        {key: printed(count) for key, count in tied.items()}, before, corrected
    )
    found = []
    for group in where.groups(tied, before, revised):
        mine = {key: tied[key] for key in group.keys}
        if all(count.rule is Rule.EXACT for count in mine.values()):
            if mine:  # what is shown exactly is remembered, and held against what comes later
                found.append(_exact_block(mine))
        else:
            against = tuple(name for name, key in contradicted if key in mine)
            found.append(_block(group, where, mine, against))
    for key in sorted(untied):
        if counts[key].rule is not Rule.EXACT:
            prints = {key: Print(nan, HIDDEN, 0.0, inf)}
            rule = {key[0]: counts[key].rule}
            own = frozenset({key})
            found.append(Block(_name(key), rule, prints, own, {}, {}, (), untied[key], tied=False))
    return found


def _block(
    group: Group, where: Map, counts: Mapping[Key, Count], contradicted: tuple[str, ...]
) -> Block:
    own = frozenset(key for key, count in counts.items() if count.rule is not Rule.EXACT)
    hiding = Hiding(group, where, counts)
    prints, rests = hiding.prints(own, hide_all=bool(contradicted))
    return Block(
        _name(min(own)),
        {key[0]: counts[key].rule for key in sorted(own)},
        prints,
        own,
        hiding.knowledge,
        rests,
        contradicted,
        "; ".join(dict.fromkeys(hiding.notes)),
    )


def _exact_block(counts: Mapping[Key, Count]) -> Block:
    prints = {key: printed(count) for key, count in counts.items()}
    return Block(_name(min(counts)), {}, prints, frozenset(), {}, {})


def _at_odds(counts: Mapping[Key, Count], where: Map) -> dict[Key, str]:
    """Return the counts beside shares that are not those published by themselves, and why."""
    same: dict[Any, list[Key]] = {}
    for key in counts:
        place = where.place(key)
        if place is not None:
            same.setdefault(place, []).append(key)
    found = {}
    for place, keys in same.items():
        own = [key for key in keys if key[0] == place.people]
        for key in keys:
            if own and key not in own and counts[key].value != counts[own[0]].value:
                found[key] = f"it is not the count of {place.people} beside it, and not shown"
    return found


def _name(key: Key) -> str:
    return f"{key[0]} {dict(key[1])['time_period']}"


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
