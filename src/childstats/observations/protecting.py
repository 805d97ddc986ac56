"""Protecting small areas: what is read of the sources becomes what may be seen, once, for all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from childstats.catalogue.catalogue import Catalogue
from childstats.coded import coded
from childstats.codes import UnitMeasure
from childstats.errors import CatalogueError
from childstats.observations.boundaries import COUNTED, is_rebased, rebased_to
from childstats.observations.contents import AsRead
from childstats.observations.ledger import Release, remembered_in
from childstats.observations.policy import Policy, Rule, small_areas
from childstats.observations.prints import Print
from childstats.observations.redacting import redacted_figures, without_number, without_numbers
from childstats.observations.small_counts import (
    Block,
    Correction,
    blocks_of_rows,
    cells_behind,
    printed_of,
)
from childstats.observations.small_prints import printed_row, unpublished
from childstats.observations.table import COLUMNS, KEY, Observation, in_order, observations_of
from childstats.sources.reading import Quarantined, Reading
from childstats.statistics.disclosure.cells import Cell

COUNTS = ("numerator", "denominator")


@dataclass(frozen=True)
class Protection:
    """What was done to the observations of small areas; holds no count that is not shown.

    Attributes
    ----------
    policy
        The rules.
    blocks
        The cells with what is printed of them.
    left_out
        What could not be added up to the units after a change of areas.
    sources
        Ids of the sources that have, or may have, figures of small areas.
    corrected
        Counts that are declared to be other ones than an earlier edition printed.
    """

    policy: Policy
    blocks: tuple[Block, ...]
    left_out: pd.DataFrame
    sources: frozenset[str]
    corrected: frozenset[Correction] = frozenset()


class Before(NamedTuple):
    """What earlier editions have published, and which counts of them were corrected since."""

    releases: Sequence[Release] = ()
    corrected: frozenset[Correction] = frozenset()


@dataclass(frozen=True)
class Protected:
    """Contents of a workspace with small areas, as they may be seen.

    Attributes
    ----------
    readings
        The rows of small areas without their numbers.
    figures
        Figures of small areas as they may be printed, and the sums over changes of areas.
    candidates, preferred
        Observations that have a value; of a small area one a key.
    hidden
        Observations whose value is not shown, status ``Q``.
    refused
        Cells that cannot be used, without numbers where they may be of small areas.
    protection
        What was done.
    """

    readings: Mapping[str, Reading]
    figures: pd.DataFrame
    candidates: pd.DataFrame
    preferred: pd.DataFrame
    hidden: pd.DataFrame
    refused: list[Quarantined]
    protection: Protection


def protected(
    contents: AsRead,
    policy: Policy,
    kept: tuple[Block, ...] | None = None,
    before: Before = Before(),  # noqa: B008  # immutable
) -> Protected:
    """Return what may be seen of a workspace with figures of areas below the province.

    Parameters
    ----------
    contents
        What is read of the sources; nothing else may hold it afterwards.
    policy
        The rules.
    kept
        What was worked out before from the same, if anything.
    before
        What is public already.

    Returns
    -------
    Protected
        Province and above as they are. Figures on units before a change of areas are added up
        first; then counts, and shares from their counts, follow their rules. A rate without
        counts is not shown, and of two sources for one thing only the one that is preferred.

    Raises
    ------
    InputError
        If a source, a figure or the catalogue cannot be used.
    """
    readings, catalogue, sources = contents.readings, contents.catalogue, contents.sources
    read = _Keyed(readings, catalogue, sources, contents.last_year)
    small = small_areas(catalogue)
    rows = observations_of(read.preferred)
    large = [row for row in rows if row.ref_area not in small]
    own, left_out = _with_sums([r for r in rows if r.ref_area in small], catalogue)
    rules = {name: policy.rule(name, catalogue) for name in {row.indicator for row in own}}
    blocks = kept if kept is not None else _blocks(large, own, rules, catalogue, before)
    seen = _Seen(own, rules, printed_of(blocks), catalogue)
    shown = [seen.of(row) for row in own]
    visible = [row for row in shown if has_value(row)]
    hidden = [row for row in shown if not has_value(row)]
    local = {i for i, reading in readings.items() if _may_be_local(reading, small)}
    return Protected(
        readings={i: without_numbers(r, small) if i in local else r for i, r in readings.items()},
        figures=redacted_figures(read.figures, shown, small, sources),
        candidates=_table(
            [
                *(row for row in observations_of(read.candidates) if row.ref_area not in small),
                *(row._replace(where=row.locator, precedence=0) for row in visible),
            ],
            [*COLUMNS, "where", "precedence"],
            catalogue,
        ),
        preferred=_table([*large, *visible], COLUMNS, catalogue),
        hidden=_table(hidden, COLUMNS, catalogue),
        refused=[without_number(c) if c.source_id in local else c for c in read.refused],
        protection=Protection(policy, blocks, left_out, frozenset(local), before.corrected),
    )


def _blocks(
    large: list[Observation],
    own: list[Observation],
    rules: Mapping[str, Rule],
    catalogue: Catalogue,
    before: Before,
) -> tuple[Block, ...]:
    """Return the cells behind the observations that are guarded, and behind those above them."""
    above = set().union(*(catalogue.above(row.ref_area) for row in own))
    rows = [
        *(r for r in large if r.ref_area in above and has_counts(r)),
        *(r for r in own if rules[r.indicator] is not Rule.NOT_PUBLISHED and has_counts(r)),
    ]
    remembered = list(remembered_in(before.releases))
    return tuple(blocks_of_rows(rows, catalogue, rules, remembered, before.corrected))


class _Keyed(AsRead):
    """Contents in which a later bearer of a code stands as ``code@valid_from``."""

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every published figure, areas as keys of the catalogue."""
        figures = self._published[0]
        area, period = (figures[name].astype(object) for name in ("ref_area", "time_period"))
        keys = {pair: self._key(*pair) for pair in set(zip(area, period, strict=True))}
        named = [keys[pair] for pair in zip(area, period, strict=True)]
        return figures.assign(ref_area=coded(named))

    def _key(self, ref_area: str, period: str) -> str:
        try:
            return self.catalogue.key(ref_area, period)
        except CatalogueError:
            return ref_area  # it is refused where it is observed


class _Seen:
    """What may be seen of each observation of a small area."""

    def __init__(
        self,
        rows: Iterable[Observation],
        rules: Mapping[str, Rule],
        prints: Mapping[tuple[str, Cell], Print],
        catalogue: Catalogue,
    ) -> None:
        self._rules, self._prints, self._catalogue = rules, prints, catalogue
        self._keys = {row.key: row for row in rows}

    def of(self, row: Observation) -> Observation:
        """Return an observation as it may be seen."""
        rule = self._rules[row.indicator]
        if rule is Rule.EXACT:
            return row
        beside = self._beside(row)
        if rule is Rule.NOT_PUBLISHED or any(p.hidden for p in beside.values()):
            return unpublished(row)
        if has_counts(row):
            cells = cells_behind(row, self._catalogue)
            return printed_row(row, {c: self._prints[row.indicator, cells[c]] for c in cells})
        if len(beside) == len(COUNTS) and rule is Rule.ROUND:
            return printed_row(row, beside)
        return unpublished(row)

    def _beside(self, row: Observation) -> dict[str, Print]:
        """Return what is printed of the indicators that are a share's numerator and denominator."""
        if row.unit_measure != UnitMeasure.PROPORTION:
            return {}
        known = self._catalogue.indicator(row.indicator)
        found = {}
        for column in COUNTS:
            name = getattr(known, column)
            age = self._catalogue.indicator(name).age if name else ""
            other = self._keys.get(row._replace(indicator=name, age=age).key)
            if other is not None and other.unit_measure in COUNTED:
                (cell,) = cells_behind(other, self._catalogue).values()
                if (name, cell) in self._prints:
                    found[column] = self._prints[name, cell]
        return found


def has_value(row: Observation) -> bool:
    """Return whether the value of an observation is shown."""
    return bool(pd.notna(row.obs_value))


def has_counts(row: Observation) -> bool:
    """Return whether an observation is a count, or a share with its counts."""
    return row.unit_measure in COUNTED or not any(map(pd.isna, (row.numerator, row.denominator)))


def _with_sums(
    rows: list[Observation], catalogue: Catalogue
) -> tuple[list[Observation], pd.DataFrame]:
    """Return observations and, besides, their sums over changes of areas."""
    days = [change.valid_from for change in catalogue.area_changes]
    if not rows or not days:
        return rows, pd.DataFrame(columns=[*KEY, "reason"])
    found, left_out = rebased_to(
        pd.DataFrame(rows, columns=Observation._fields), catalogue.area_changes, max(days)
    )
    taken = {row.key for row in rows}
    sums = (row for row in observations_of(found) if is_rebased(row))
    return [*rows, *(s for s in sums if s.key not in taken)], left_out


def _may_be_local(reading: Reading, small: set[str]) -> bool:
    """Return whether a source has figures of small areas, or none that can be used."""
    areas = reading.printed["ref_area"].cat.categories
    return not len(reading.printed) or any(area in small for area in areas)


def _table(rows: list[Observation], columns: list[str], catalogue: Catalogue) -> pd.DataFrame:
    """Return observations as a table, in the order of the catalogue."""
    table = pd.DataFrame(rows, columns=Observation._fields)[columns]
    numbers = ("obs_value", "obs_low", "obs_high", "lower_bound", "upper_bound")
    printed = ("printed_low", "printed_high")
    table = table.astype(dict.fromkeys((*numbers, *printed), float) | {"decimals": "Int64"})
    for name in COUNTS:
        counts = table[name].astype(float)
        table[name] = counts.astype("Int64") if (counts.dropna() % 1 == 0).all() else counts
    texts = [c for c in columns if table[c].dtype == object and c not in {"time_period", *COUNTS}]
    table = table.assign(**{name: coded(table[name]) for name in texts if name != "locator"})
    return in_order(table, catalogue) if len(table) else table
