"""The gate: what an outsider can work out from all that would be published, before it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from childstats.codes import UnitMeasure
from childstats.errors import BuildError
from childstats.figures.published import PublishedFigure
from childstats.observations.extents import Key
from childstats.observations.group_audit import audited_group
from childstats.observations.ledger import Release, remembered_in
from childstats.observations.linked import Map
from childstats.observations.policy import SMALL_LEVELS, Rule, small_areas
from childstats.observations.prints import UNKNOWN, Print, hedged, stands_for
from childstats.observations.small_counts import Block, cells_behind, conflicts
from childstats.observations.small_prints import printed_row
from childstats.observations.table import Observation, Row, observations_of, published_in
from childstats.statistics.disclosure.rounding import MINIMUM_WIDTH

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace

COUNTS: Final = ("obs_value", "numerator", "denominator")
TOLERANCE: Final = 1e-6
"""Figures and observations are both rounded to six digits."""
GUARDED: Final = (Rule.ROUND, Rule.THRESHOLD)
MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Audited:
    """The outcome of the audit of an edition.

    Attributes
    ----------
    summary
        Policy and result, as they are stored with the edition.
    release
        What the edition publishes of small areas.
    notes
        What could not be tied or protected, for the analyst alone: it tells hidden counts apart.
    """

    summary: Mapping[str, Any]
    release: Release
    notes: tuple[str, ...] = ()


def audited(workspace: "Workspace", edition: str, earlier: Sequence[Release] = ()) -> Audited:
    """Audit all that an edition publishes of small areas, together with earlier editions.

    Parameters
    ----------
    workspace
        A workspace with small areas. What its tables show is audited, not what they should show.
    edition
        Id and date of the edition.
    earlier
        What is public already.

    Returns
    -------
    Audited
        What to store with the edition.

    Raises
    ------
    BuildError
        If something is shown that the policy hides, or a hidden count can be worked out too
        narrowly; the message names the cell, the tables and the derivation.
    """
    protection = workspace.protection
    if protection is None:
        raise ValueError("workspace has no areas below the province; there is nothing to audit")
    shown = _Shown(workspace)
    for fault in shown.faults():
        raise BuildError(f"disclosure: {fault}; nothing was published")
    for block in protection.blocks:
        if block.contradicted:
            raise BuildError(_contradiction(block.contradicted))
    prints = {key: _seen(b, key, shown) for b in protection.blocks for key in b.prints}
    before = list(remembered_in(earlier))
    revised, contradicted = conflicts(prints, before, protection.corrected)
    if contradicted:
        raise BuildError(_contradiction([name for name, _ in contradicted]))
    knowledge = {tie: how for b in protection.blocks for tie, how in b.knowledge.items()}
    rests = {name: limits for b in protection.blocks for name, limits in b.rests.items()}
    exact = {a for a, area in workspace.catalogue.areas.items() if area.level not in SMALL_LEVELS}
    exact |= {name for name, rule in shown.rules.items() if rule is Rule.EXACT}
    where = Map(workspace.catalogue)
    tied = [key for block in protection.blocks if block.tied for key in block.prints]
    for group in where.groups(tied, before, revised):
        if not any(prints[k].hidden for k in group.keys) and not any(
            r.value is None for r in group.before
        ):
            continue  # nothing of it was ever hidden
        found = audited_group(group, where, prints, knowledge, rests, exact=exact)
        if found is None:
            raise BuildError(_contradiction([_label(key) for key in group.keys]))
        failed = found[found["verdict"] == "fail"].sort_values("width", kind="stable")
        if len(failed):
            raise BuildError(_message(failed))
    blocks = _release(protection.blocks, prints, exact)
    summary = {
        "policy": protection.policy.to_json(),
        "audit": {
            "verdict": "pass",
            "tables": len(blocks),
            "cells": len(prints),
            "hidden": sum(said.hidden for said in prints.values()),
            "minimum_width": MINIMUM_WIDTH,
            "earlier_editions": [release.edition for release in earlier],
            "notes": list(_corrected(revised)),
        },
    }
    notes = tuple(f"{b.name}: {b.note}" for b in protection.blocks if b.note)
    return Audited(summary, Release(edition, blocks), notes)


class _Shown:
    """What the tables of a workspace show of the cells of small areas."""

    def __init__(self, workspace: "Workspace") -> None:
        self._catalogue = workspace.catalogue
        protection = workspace.protection
        policy = protection.policy if protection else None
        small = small_areas(workspace.catalogue)
        self._figures = [f for f in published_in(workspace.figures) if f.ref_area in small]
        self._rows = [o for o in observations_of(workspace.observations) if o.ref_area in small]
        names = {row.indicator for rows in (self._rows, self._figures) for row in rows}
        self.rules = {name: policy.rule(name, workspace.catalogue) for name in names if policy}
        self.prints: dict[Key, Print] = {}
        for row in self._rows:
            if self.rules[row.indicator] in GUARDED:
                for column, cell in cells_behind(row, workspace.catalogue).items():
                    if getattr(row, column) is not None:
                        print_ = _print(row, column, self.rules[row.indicator])
                        self.prints[row.indicator, cell] = print_

    def faults(self) -> Iterator[str]:
        """Yield what is shown in another form than its rule allows."""
        observed = {row.figure_id: row for row in self._rows}
        for row in self._rows:
            rule, name = self.rules[row.indicator], _named(row)
            if rule is Rule.NOT_PUBLISHED and any(getattr(row, c) is not None for c in COUNTS):
                yield f"{name} is shown in observations, and is not to be published"
            elif rule in GUARDED and row.obs_value is not None:
                yield from self._wrong_form(row, rule)
        for f in self._figures:
            o = observed.get(f.figure_id)
            if self.rules[f.indicator] is Rule.EXACT:
                continue
            if f.value is None and any(letter.isdigit() for letter in f.text):
                yield f"{_named(f)} is hidden and printed in figures"
            if f.value is not None and (o is None or not _same(f, o)):
                yield f"{_named(f)} is printed in figures otherwise than in observations"

    def _wrong_form(self, row: Observation, rule: Rule) -> Iterator[str]:
        cells = cells_behind(row, self._catalogue)
        if any(getattr(row, column) is None for column in cells):
            yield f"{_named(row)} is a share without counts"
            return
        prints = {column: _print(row, column, rule) for column in cells}
        for printed in prints.values():
            exactly = stands_for(printed.value, rule)
            if rule is Rule.ROUND and printed.value and exactly.low == exactly.high:
                yield f"{_named(row)} is {printed.value:g}, and not rounded"
        allowed = printed_row(row, prints)
        for name in ("obs_value", "obs_low", "obs_high"):
            if not np.isclose(getattr(row, name), getattr(allowed, name), rtol=0, atol=1e-9):
                yield f"{_named(row)} has {name} in another form than its printed counts allow"


def _print(row: Observation, column: str, rule: Rule) -> Print:
    """Return what a column of an observation prints: a count alone may be hedged."""
    value = float(getattr(row, column))
    exactly = stands_for(value, rule)
    low, high = row.obs_low, row.obs_high
    if column != "obs_value" or (low, high) == (exactly.low, exactly.high):
        return exactly
    return hedged(value, low, high, rule)


def _seen(block: Block, key: Key, shown: _Shown) -> Print:
    """Return what is published of a count, whatever should be."""
    meant = block.prints[key]
    if key not in block.own:
        return meant
    if key in shown.prints:
        return shown.prints[key]
    return meant if meant.hidden else Print(np.nan, UNKNOWN, 0.0, np.inf)


def _release(
    blocks: Sequence[Block], prints: Mapping[Key, Print], exact: set[str]
) -> list[dict[str, Any]]:
    """Return what is published; which hidden cell is a small count is not told."""
    rules = {name: rule for block in blocks for name, rule in block.rules.items()}
    tables: dict[tuple[str, str], list[Key]] = {}
    for key in sorted(prints):
        tables.setdefault((key[0], dict(key[1])["time_period"]), []).append(key)
    return [
        {
            "indicator": indicator,
            "period": period,
            "rule": rules.get(indicator, Rule.EXACT).value,
            "kept": sorted({dict(key[1])["ref_area"] for key in keys} & exact),
            "rows": [
                [
                    list(key[1]),
                    None if np.isnan(prints[key].value) else prints[key].value,
                    prints[key].status,
                    *_ends(prints[key], _rule_of(key, rules, exact)),
                ]
                for key in keys
            ],
        }
        for (indicator, period), keys in tables.items()
    ]


def _rule_of(key: Key, rules: Mapping[str, Rule], exact: set[str]) -> Rule:
    """Return the rule that a count is printed by: of large areas, exactly."""
    is_exact = dict(key[1])["ref_area"] in exact
    return Rule.EXACT if is_exact else rules.get(key[0], Rule.EXACT)


def _ends(said: Print, rule: Rule) -> list[float | None]:
    """Return the range of a count that its source hedges, as it is written; else nothing."""
    exactly = stands_for(said.value, rule)
    if np.isnan(said.value) or (said.low, said.high) == (exactly.low, exactly.high):
        return []
    return [said.low, None if np.isinf(said.high) else said.high]


def _corrected(revised: set[tuple[str, Key]]) -> Iterator[str]:
    """Yield a note on each edition of which counts were corrected; older reports show those."""
    for edition in sorted({edition for edition, _ in revised}):
        names = sorted(_label(key) for of, key in revised if of == edition)
        yield (
            f"{'; '.join(names)}: corrected since {edition}, and audited without them being the "
            "same counts"
        )


def _label(key: Key) -> str:
    return " ".join((key[0], *(f"{d}={code}" for d, code in key[1])))


def _contradiction(names: Sequence[str]) -> str:
    """Return the message about counts that earlier editions printed otherwise."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return (
        "disclosure: earlier editions and this one contradict each other about "
        f"{'; '.join(names[:MOST_NAMED])}{more}; nothing was published; if counts were corrected, "
        "name each in data/catalogue/corrections.csv, otherwise restore what was changed"
    )


def _message(failed: pd.DataFrame) -> str:
    first = failed.iloc[0]
    more = f" ({len(failed) - 1} more in this table)" if len(failed) > 1 else ""
    indicator, _, cell = str(first["cell"]).partition(" ")
    sums = str(first["derivation"]).replace("cell=", "").replace(f"({indicator} ", "(")
    derivation = sums or "its limits are too narrow"
    return (
        f"disclosure: {indicator}, {cell} can be worked out from {first['tables']}: {derivation}"
        f"{more}; nothing was published; hide more in [disclosure], or restore what was changed"
    )


def _named(row: Row) -> str:
    groups = (row.sex, row.residence, row.wealth_quintile)
    group = " ".join(code for code in groups if code not in {"", "_T"})
    return " ".join(filter(None, [row.indicator, row.ref_area, str(row.time_period), group]))


def _same(f: PublishedFigure, o: Observation) -> bool:
    """Return whether a figure prints what its observation shows."""
    if o.obs_value is None:
        return False
    is_share = o.unit_measure == UnitMeasure.PROPORTION
    scale = 100 if is_share else 1
    pairs = [
        (getattr(f, name), scale * getattr(o, f"obs_{name}")) for name in ("value", "low", "high")
    ]
    if is_share:
        pairs += [(getattr(f, name), getattr(o, name)) for name in ("numerator", "denominator")]
    return all(a is not None and b is not None and abs(a - b) < TOLERANCE for a, b in pairs)
