"""The gate: what an outsider can work out from all that would be published, before it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from childstats.codes import ObsStatus, UnitMeasure
from childstats.errors import BuildError
from childstats.observations.policy import Rule, small_areas
from childstats.observations.small_counts import DIMENSIONS, Block, Print, cells_behind
from childstats.observations.small_prints import printed_row
from childstats.observations.table import records
from childstats.reports.released import Release
from childstats.statistics.disclosure.audit import audit
from childstats.statistics.disclosure.cells import Cell, cell_label
from childstats.statistics.disclosure.rounding import (
    LARGEST_HIDDEN,
    MINIMUM_WIDTH,
    counts_behind,
)
from childstats.statistics.disclosure.system import ContradictionError

if TYPE_CHECKING:
    from childstats.observations.workspace import Workspace

UNKNOWN: Final = ObsStatus.MISSING.value
HIDDEN: Final = ObsStatus.SUPPRESSED.value
SHOWN: Final = ObsStatus.NORMAL.value
COUNTS: Final = ("obs_value", "numerator", "denominator")
TOLERANCE: Final = 1e-6
"""Figures and observations are both rounded to six digits."""
GUARDED: Final = (Rule.ROUND, Rule.THRESHOLD)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Audited:
    """The outcome of the audit of an edition.

    Attributes
    ----------
    summary
        Policy and result, as they are stored with the edition.
    release
        What the edition publishes of small areas.
    """

    summary: Mapping[str, Any]
    release: Release


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
    hidden, narrowest, notes = 0, np.inf, []
    blocks = [_release(block, shown) for block in protection.blocks]
    for block in protection.blocks:
        tables = {block.name: _table(block, shown)}
        before = {
            f"{release.edition}: {of_it['indicator']} {of_it['period']}": _table_before(
                of_it, block
            )
            for release in earlier
            for of_it in release.blocks
            if _is_about(of_it, block)
        }
        found, note = _audit(block, tables, before)
        notes += [text for text in (block.note and f"{block.name}: {block.note}", note) if text]
        failed = found[found["verdict"] == "fail"].sort_values("width", kind="stable")
        if len(failed):
            raise BuildError(_message(block, failed))
        hidden += len(found)
        narrowest = min(narrowest, found["width"].min()) if len(found) else narrowest
    summary = {
        "policy": protection.policy.to_json(),
        "audit": {
            "verdict": "pass",
            "tables": len(blocks),
            "cells": sum(len(block.prints) for block in protection.blocks),
            "hidden": hidden,
            "minimum_width": MINIMUM_WIDTH,
            "narrowest_width": None if np.isinf(narrowest) else float(narrowest),
            "earlier_editions": [release.edition for release in earlier],
            "notes": notes,
        },
    }
    return Audited(summary, Release(edition, blocks))


class _Shown:
    """What the tables of a workspace show of the cells of small areas."""

    def __init__(self, workspace: "Workspace") -> None:
        self._catalogue = workspace.catalogue
        protection = workspace.protection
        policy = protection.policy if protection else None
        small = small_areas(workspace.catalogue)
        self._figures = [f for f in records(workspace.figures) if f["ref_area"] in small]
        self._rows = [o for o in records(workspace.observations) if o["ref_area"] in small]
        names = {row["indicator"] for row in (*self._rows, *self._figures)}
        self.rules = {name: policy.rule(name, workspace.catalogue) for name in names if policy}
        self.values: dict[tuple[str, Cell], float] = {}
        for row in self._rows:
            if self.rules[row["indicator"]] in GUARDED:
                for column, cell in cells_behind(row, workspace.catalogue).items():
                    if row[column] is not None:
                        self.values[row["indicator"], cell] = row[column]

    def faults(self) -> Iterator[str]:
        """Yield what is shown in another form than its rule allows."""
        observed = {row["figure_id"]: row for row in self._rows}
        for row in self._rows:
            rule, name = self.rules[row["indicator"]], _named(row)
            if rule is Rule.NOT_PUBLISHED and any(row[c] is not None for c in COUNTS):
                yield f"{name} is shown in observations, and is not to be published"
            elif rule in GUARDED and row["obs_value"] is not None:
                yield from self._wrong_form(row, rule)
        for f in self._figures:
            o = observed.get(f["figure_id"])
            if self.rules[f["indicator"]] is Rule.EXACT:
                continue
            if f["value"] is None and any(letter.isdigit() for letter in f["text"]):
                yield f"{_named(f)} is hidden and printed in figures"
            if f["value"] is not None and (o is None or not _same(f, o)):
                yield f"{_named(f)} is printed in figures otherwise than in observations"

    def _wrong_form(self, row: Row, rule: Rule) -> Iterator[str]:
        cells = cells_behind(row, self._catalogue)
        if any(row[column] is None for column in cells):
            yield f"{_named(row)} is a share without counts"
            return
        prints = {column: _print(row[column], rule) for column in cells}
        for printed in prints.values():
            if rule is Rule.ROUND and printed.value and printed.low == printed.high:
                yield f"{_named(row)} is {printed.value:g}, and not rounded"
        allowed = printed_row(row, prints)
        for name in ("obs_value", "obs_low", "obs_high"):
            if not np.isclose(row[name], allowed[name], rtol=0, atol=1e-9):
                yield f"{_named(row)} has {name} in another form than its printed counts allow"


def _print(value: float, rule: Rule) -> Print:
    """Return what a reader knows a printed count to stand for."""
    if rule is Rule.ROUND:
        try:
            low, high = counts_behind(value)
        except ValueError:
            return Print(value, SHOWN, value, value)  # not rounded: it is known exactly
        return Print(value, SHOWN, float(low), float(high))
    return Print(value, SHOWN, value, value)


def _cell(block: Block, cell: Cell) -> tuple[str, Cell]:
    return block.indicator, tuple(code for code in cell if code[0] != "set")


def _seen(block: Block, cell: Cell, shown: _Shown) -> Print:
    """Return what is published of a cell, whatever should be."""
    meant = block.prints[cell]
    if cell in block.own:
        value = shown.values.get(_cell(block, cell))
        if value is not None:
            return _print(value, block.rule)
        return meant if meant.hidden else Print(np.nan, UNKNOWN, 0.0, np.inf)
    if dict(cell)["ref_area"] in block.kept or meant.hidden:
        return meant
    return Print(np.nan, UNKNOWN, 0.0, np.inf)


def _table(block: Block, shown: _Shown) -> pd.DataFrame:
    cells = sorted(block.prints)
    return _frame(cells, [_seen(block, cell, shown) for cell in cells])


def _frame(cells: Sequence[Cell], prints: Sequence[Print]) -> pd.DataFrame:
    codes = [{**dict.fromkeys(DIMENSIONS, "_T"), **dict(cell)} for cell in cells]
    table = pd.DataFrame(codes, columns=list(DIMENSIONS))
    columns = ("obs_value", "obs_status", "obs_low", "obs_high")
    return table.assign(**{name: [p[i] for p in prints] for i, name in enumerate(columns)})


def _release(block: Block, shown: _Shown) -> dict[str, Any]:
    """Return what is published of a block; which hidden cell is a small count is not told."""
    rows = []
    for cell in sorted(block.prints):
        seen = _seen(block, cell, shown)
        rows.append([list(cell), None if np.isnan(seen.value) else seen.value, seen.status])
    return {
        "indicator": block.indicator,
        "period": block.period,
        "rule": block.rule.value,
        "kept": list(block.kept),
        "rows": rows,
    }


def _table_before(before: Mapping[str, Any], block: Block) -> pd.DataFrame:
    """Return the table of an earlier edition; what is hidden now was hidden if it was not shown."""
    cells, prints = [], []
    for codes, value, status in before["rows"]:
        cell = tuple((str(d), str(code)) for d, code in codes)
        now = block.prints.get(cell)
        is_exact = dict(cell)["ref_area"] in before["kept"]
        cells.append(cell)
        if value is None:
            still = HIDDEN if now is not None and now.hidden else status
            prints.append(Print(np.nan, still, 0.0, np.inf))
        elif is_exact:
            prints.append(Print(value, SHOWN, value, value))
        else:
            prints.append(_print(value, Rule(before["rule"])))
    return _frame(cells, prints)


def _is_about(before: Mapping[str, Any], block: Block) -> bool:
    periods = {dict(cell)["time_period"] for cell in block.prints}
    return before["indicator"] == block.indicator and before["period"] in periods


def _audit(
    block: Block, tables: Mapping[str, pd.DataFrame], before: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, str]:
    """Return the audit of a block with earlier editions, and what of these does not fit to it."""
    rules: dict[str, Any] = {
        "parents": block.parents,
        "largest_hidden": LARGEST_HIDDEN,
        "keep": [{"ref_area": area} for area in block.kept],
        "exact": False,
    }
    try:
        return audit({**tables, **before}, **rules), ""
    except ContradictionError:
        if not before:
            raise
        note = f"{block.name}: revised since {', '.join(before)}, and audited without them"
        return audit(dict(tables), **rules), note


def _message(block: Block, failed: pd.DataFrame) -> str:
    first = failed.iloc[0]
    codes = [(d, first[d]) for d in DIMENSIONS if d in failed.columns and first[d] != "_T"]
    more = f" ({len(failed) - 1} more in this table)" if len(failed) > 1 else ""
    return (
        f"disclosure: {block.indicator}, {cell_label(tuple(codes))} can be worked out from "
        f"{first['tables']}: {first['derivation'] or 'its limits are too narrow'}{more}; "
        "nothing was published; hide more in [disclosure], or restore what was changed"
    )


def _named(row: Mapping[str, Any]) -> str:
    groups = (row[name] for name in ("sex", "residence", "wealth_quintile"))
    group = " ".join(code for code in groups if code not in {"", "_T"})
    return " ".join(
        filter(None, [row["indicator"], row["ref_area"], str(row["time_period"]), group])
    )


def _same(f: Mapping[str, Any], o: Mapping[str, Any]) -> bool:
    """Return whether a figure prints what its observation shows."""
    if o["obs_value"] is None:
        return False
    is_share = o["unit_measure"] == UnitMeasure.PROPORTION
    scale = 100 if is_share else 1
    pairs = [(f[name], scale * o[f"obs_{name}"]) for name in ("value", "low", "high")]
    if is_share:
        pairs += [(f[name], o[name]) for name in ("numerator", "denominator")]
    return all(a is not None and b is not None and abs(a - b) < TOLERANCE for a, b in pairs)
