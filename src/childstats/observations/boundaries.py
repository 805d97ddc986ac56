"""Boundaries: counts on units before a change of areas, added up to the units after it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from childstats.catalogue.areas import AreaChange, days_of
from childstats.codes import ObsStatus, UnitMeasure
from childstats.observations.table import (
    COLUMNS,
    COMPUTED_DECIMALS,
    KEY,
    Observation,
    Row,
    observations_of,
)

COUNTED: Final = (UnitMeasure.PERSONS.value, UnitMeasure.NUMBER.value)
"""Units whose values add up."""
COUNT_LIMITS: Final = ("obs_value", "obs_low", "obs_high")
COUNTS: Final = ("numerator", "denominator")
USABLE: Final = ("A", "B", "E", "P")
"""Statuses of members that may be added up; the others are missing, hidden or not believed."""
REBASED: Final = ":rebased/"
"""Stands in the id of a figure that was added up here."""
WEIGHT_TOLERANCE: Final = 1e-9

Weights = Mapping[tuple[str, str], float]
"""The share of an old unit, by (old_area, new_area), that went into a new one."""
Key = dict[str, Any]
Member = tuple[str, bool, Observation]
"""Code of an old unit, whether it was split, and its observation."""


class Rebased(NamedTuple):
    """Observations on the units of one day.

    Attributes
    ----------
    observations
        Columns `COLUMNS`; sums have the status ``B``, or ``E`` where a weight was used.
    left_out
        What could not be added up: columns `KEY` and ``reason``, one row a new unit, or a member
        where no unit is known.
    """

    observations: pd.DataFrame
    left_out: pd.DataFrame


def rebased_to(
    observations: pd.DataFrame,
    area_changes: Sequence[AreaChange],
    day: date | str,
    *,
    weights: Weights | None = None,
) -> Rebased:
    """Add observations on units before changes of areas up to the units that exist on a day.

    Parameters
    ----------
    observations
        Columns `COLUMNS`. A code alone means its bearer at the end of the period; a later bearer
        of a code may stand as ``code@valid_from``, as in the catalogue.
    area_changes
        What areas became.
    day
        The day, whose units are wanted; changes that took effect later are not applied.
    weights
        For splits: the declared share of each old unit that went into each new one. The shares
        of an old unit add up to 1.

    Returns
    -------
    Rebased
        Observations of periods that ended before a change are added up over its members, values
        and printed limits alike. A share is the sum of its numerators over the sum of its
        denominators, never a mean of shares. All others are returned as they are. Of a code that
        was used again, the later bearer stands as ``code@valid_from``.

    Raises
    ------
    ValueError
        If an observation is on units that did not exist yet on `day`: a sum is not divided into
        its members. If the weights of a unit are not 0 or more, or do not add up to 1.

    Notes
    -----
    A sum is made only of all members: where one is missing, hidden, not believed or from another
    source, the new unit is left out, with the reason. So is a rate that is published without its
    counts, and a unit of which a part only is known (a split) without declared weights.

    Examples
    --------
    >>> from childstats.catalogue.areas import AreaChange
    >>> changes = [AreaChange(old, "02", "2025-07-01", "whole", "a law") for old in ("01", "02")]
    >>> row = dict.fromkeys(COLUMNS, "_T") | {
    ...     "indicator": "at_risk", "time_period": 2024, "unit_measure": "PS", "obs_status": "A",
    ...     "source_id": "s", "numerator": None, "denominator": None}
    >>> rows = [row | {"ref_area": a, "figure_id": f"s:{a}"} | dict.fromkeys(COUNT_LIMITS, value)
    ...         for a, value in (("01", 4.0), ("02", 9.0))]
    >>> found = rebased_to(pd.DataFrame(rows), changes, "2025-07-01").observations
    >>> found[["ref_area", "obs_value", "obs_status"]].values.tolist()
    [['02@2025-07-01', 13.0, 'B']]
    """
    last = day.isoformat() if isinstance(day, date) else day
    applied = [change for change in area_changes if change.valid_from <= last]
    again = {c.old_area for c in area_changes} & {c.new_area for c in area_changes}
    table = observations[COLUMNS].assign(ref_area=observations["ref_area"].astype(object))
    _refuse_later(table, area_changes, last)
    _check_weights(applied, weights or {})
    left_out: list[pd.DataFrame] = []
    for moment in sorted({change.valid_from for change in applied}):
        step = _Step([c for c in applied if c.valid_from == moment], again, weights or {})
        table, without = step.applied_to(table)
        left_out.append(without)
    empty = pd.DataFrame(columns=[*KEY, "reason"])
    return Rebased(table, pd.concat(left_out, ignore_index=True) if left_out else empty)


def is_rebased(row: Row) -> bool:
    """Return whether an observation was added up from units before a change of areas."""
    return REBASED in row.figure_id


class _Step:
    """The changes of one day."""

    def __init__(self, changes: Sequence[AreaChange], again: set[str], weights: Weights) -> None:
        self.day = changes[0].valid_from
        self.weights = weights
        self.named = {
            c.new_area: f"{c.new_area}@{self.day}" if c.new_area in again else c.new_area
            for c in changes
        }
        self.into: dict[str, list[AreaChange]] = {}
        self.members: dict[str, set[str]] = {}
        for change in changes:
            self.into.setdefault(change.old_area, []).append(change)
            self.members.setdefault(change.new_area, set()).add(change.old_area)

    def applied_to(self, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a table on the units after the changes, and what had to be left out."""
        ended = table["time_period"].map(lambda p: days_of(p)[1] < self.day).astype(bool)
        parted = table["ref_area"].str.partition("@")
        moves = ended & parted[0].isin(self.into) & (parted[2] < self.day)
        stays = table[~moves].copy()
        began = ~ended[~moves] & stays["ref_area"].isin(self.named)
        stays.loc[began, "ref_area"] = stays.loc[began, "ref_area"].map(self.named)
        made, without = [], []
        for row, members in self._groups(observations_of(table[moves])):
            reason = self._refusal(row["ref_area"], members)
            key = {**row, "ref_area": self.named[row["ref_area"]]}
            if reason:
                without.append({**key, "reason": reason})
            else:
                made.append(self._sum(key, row["ref_area"], members))
        sums = pd.DataFrame(made, columns=COLUMNS)
        whole = pd.concat([stays, sums.astype(_types(stays))], ignore_index=True) if made else stays
        return whole.reset_index(drop=True), pd.DataFrame(without, columns=[*KEY, "reason"])

    def _groups(self, rows: list[Observation]) -> Iterator[tuple[Key, list[Member]]]:
        """Return the key of each sum, by the code of its new unit, and its members."""
        groups: dict[tuple[Any, ...], list[Member]] = {}
        for row in rows:
            code = row.ref_area.partition("@")[0]
            for change in self.into[code]:
                key = (change.new_area, *row.key[1:])
                groups.setdefault(key, []).append((code, change.kind == "split", row))
        for key, members in groups.items():
            yield dict(zip(KEY, key, strict=True)), members

    def _refusal(self, new_area: str, members: list[Member]) -> str:
        """Return why some members do not add up to their new unit; "" where they do."""
        absent = sorted(self.members[new_area] - {code for code, _, _ in members})
        if absent:
            return f"no figure of {', '.join(absent)}"
        unusable = sorted(code for code, _, row in members if not _is_usable(row))
        if unusable:
            return f"no usable figure of {', '.join(unusable)}"
        sources = sorted({row.source_id for _, _, row in members})
        if len(sources) > 1:
            return f"its members are from {', '.join(sources)}"
        split = sorted(c for c, is_split, _ in members if is_split)
        undeclared = [code for code in split if (code, new_area) not in self.weights]
        if undeclared:
            return f"{', '.join(undeclared)} was split; declare the weights of its parts"
        if not all(row.unit_measure in COUNTED or _has_counts(row) for _, _, row in members):
            return "a rate without its counts; rates are not averaged"
        return ""

    def _sum(self, key: Key, new_area: str, members: list[Member]) -> dict[str, Any]:
        weights = [self.weights[c, new_area] if is_split else 1.0 for c, is_split, _ in members]
        rows = [row for _, _, row in members]
        first = rows[0]
        is_count = first.unit_measure in COUNTED
        added = {
            name: sum(
                weight * getattr(row, name) for weight, row in zip(weights, rows, strict=True)
            )
            for name in (COUNT_LIMITS if is_count else COUNTS)
        }
        if not is_count:
            share = added["numerator"] / added["denominator"]
            added |= dict.fromkeys(COUNT_LIMITS, share)
        groups = "-".join(str(key[name]) for name in KEY[1:])
        is_exact = all(weight == 1 for weight in weights)
        return {
            **dict.fromkeys(COLUMNS, np.nan),
            **key,
            **added,
            "decimals": 0 if is_count or added["obs_value"] in {0, 1} else COMPUTED_DECIMALS,
            "unit_measure": first.unit_measure,
            "obs_status": (ObsStatus.BREAK if is_exact else ObsStatus.ESTIMATED).value,
            "source_id": first.source_id,
            "locator": " + ".join(dict.fromkeys(row.locator for row in rows)),
            "figure_id": f"{first.source_id}{REBASED}{key['ref_area']}-{groups}",
        }


def _is_usable(row: Observation) -> bool:
    return row.obs_value is not None and row.obs_status in USABLE


def _has_counts(row: Observation) -> bool:
    return row.numerator is not None and row.denominator is not None


def _types(table: pd.DataFrame) -> dict[str, Any]:
    """Return the types of the columns of numbers; the others take texts of any kind."""
    return {
        str(name): kind
        for name, kind in table.dtypes.items()
        if pd.api.types.is_numeric_dtype(kind) and name != "time_period"
    }


def _refuse_later(table: pd.DataFrame, changes: Sequence[AreaChange], last: str) -> None:
    """Refuse observations on units that a change after the day has made."""
    later = {c.new_area: c.valid_from for c in changes if c.valid_from > last}
    for area, period in zip(table["ref_area"], table["time_period"], strict=True):
        code, _, since = area.partition("@")
        began = later.get(code, "9999")
        if since > last or (not since and began <= days_of(period)[1]):
            raise ValueError(
                f"observations: {code} in {period} is on the borders since {since or began}; a sum "
                f"is not divided into the units of {last}: take a later day, or the old figures"
            )


def _check_weights(changes: Sequence[AreaChange], weights: Weights) -> None:
    for old in dict.fromkeys(c.old_area for c in changes if c.kind == "split"):
        parts = [weights.get((old, c.new_area)) for c in changes if c.old_area == old]
        given = [part for part in parts if part is not None]
        if not given:
            continue
        if min(given) < 0 or len(given) < len(parts) or abs(sum(given) - 1) > WEIGHT_TOLERANCE:
            raise ValueError(
                f"weights: the shares of {old} are {given} for {len(parts)} parts; give each part "
                "a share of 0 or more that add up to 1"
            )
