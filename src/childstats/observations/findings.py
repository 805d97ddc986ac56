"""Findings: what a check found, said in both languages, and what it does to an observation."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any, Final

import pandas as pd

from childstats.catalogue.catalogue import Catalogue
from childstats.codes import ObsStatus, UnitMeasure, Verdict
from childstats.figures.figure import Interval, Qualifier
from childstats.figures.published import PublishedFigure
from childstats.language import Language, mark
from childstats.observations.table import (
    COMPUTED_DECIMALS,
    Observation,
    Row,
    observations_of,
    published_in,
    time_period,
    yearly_rows,
)
from childstats.sources.source import Source

COUNTED: Final = {UnitMeasure.PERSONS, UnitMeasure.NUMBER}
"""Units of whole things."""
HEDGED: Final[Mapping[str, str]] = {
    Qualifier.ABOUT: mark("about {number}"),
    Qualifier.OVER: mark("over {number}"),
    Qualifier.NEARLY: mark("nearly {number}"),
    Qualifier.UP_TO: mark("up to {number}"),
    Qualifier.BELOW: mark("less than {number}"),
}
"""How a source hedges a number, in words."""
MOST_DECIMALS: Final = 3
"""A number with more was printed by a machine, and nobody measured them."""
ROWS_AT_A_TIME: Final = 50_000
"""Figures, candidates and observations that a part of the checks holds as rows, 1 kB each."""
_BESIDE = ("ref_area", "time_period", "sex", "residence", "wealth_quintile")


@dataclass(frozen=True)
class Held:
    """All that is held, as checks see it.

    Attributes
    ----------
    figures
        Published figures, as printed.
    candidates
        Every observation, several sources a key, with ``precedence``.
    observations
        The preferred observation of each key.
    catalogue, sources
        Definitions and provenance.
    """

    figures: pd.DataFrame
    candidates: pd.DataFrame
    observations: pd.DataFrame
    catalogue: Catalogue
    sources: Mapping[str, Source]

    @cached_property
    def figure_rows(self) -> "list[PublishedFigure]":
        """Rows of `figures`."""
        return published_in(self.figures)

    @cached_property
    def candidate_rows(self) -> list[Observation]:
        """Rows of `candidates`."""
        return observations_of(self.candidates)

    @cached_property
    def rows(self) -> list[Observation]:
        """Rows of `observations`."""
        return observations_of(self.observations)

    def found(self, check: "Check") -> "list[Finding]":
        """Return what a check finds; it runs once, whoever asks."""
        if check not in self._found:
            self._found[check] = list(check(self))
        return self._found[check]

    def remember(self, found: "Mapping[Check, list[Finding]]") -> None:
        """Keep what checks found in parts of this, see `by_area`."""
        self._found.update({check: list(findings) for check, findings in found.items()})

    @cached_property
    def _found(self) -> "dict[Check, list[Finding]]":
        return {}

    @cached_property
    def used(self) -> set[str]:
        """Ids of the figures that are the preferred ones."""
        return {o.figure_id for o in self.rows}

    def by_area(self) -> "Iterator[Held]":
        """Yield the same in parts, each all that is held of some areas, in the order of the tables.

        So a check that looks at one area at a time holds few rows in memory, however many
        areas there are.
        """
        tables = (self.figures, self.candidates, self.observations)
        counted = [table["ref_area"].value_counts(sort=False) for table in tables]
        sizes = pd.concat(counted).groupby(level=0, sort=False, observed=True).sum()
        part_of = (sizes.cumsum() - 1) // ROWS_AT_A_TIME
        placed = [table["ref_area"].map(part_of).to_numpy(dtype=float) for table in tables]
        for part in part_of.unique():
            figures, candidates, observations = (
                table[at == part] for table, at in zip(tables, placed, strict=True)
            )
            yield Held(figures, candidates, observations, self.catalogue, self.sources)

    def beside(self, row: Observation, indicator: str) -> Observation | None:
        """Return the observation of another indicator for the same area, period and group."""
        return self._by_key.get((indicator, *(getattr(row, name) for name in _BESIDE)))

    def same_source(self, row: Observation, **group: Any) -> Observation | None:
        """Return what the same source says of another group for the same area and period."""
        return self._by_source.get((row.source_id, *row._replace(**group).key))

    @cached_property
    def _by_source(self) -> dict[tuple[Any, ...], Observation]:
        return {(o.source_id, *o.key): o for o in self.candidate_rows}

    @cached_property
    def _by_key(self) -> dict[tuple[Any, ...], Observation]:
        return {
            (o.indicator, *(getattr(o, name) for name in _BESIDE)): o
            for o in self.rows
            if o.age == self.catalogue.indicator(o.indicator).age
        }

    def of_indicator(self, indicator: str) -> list[Observation]:
        """Return every preferred observation of one indicator."""
        return self._by_indicator.get(indicator, [])

    @cached_property
    def _by_indicator(self) -> "dict[str, list[Observation]]":
        found: dict[str, list[Observation]] = {}
        for o in self.rows:
            found.setdefault(o.indicator, []).append(o)
        return found

    @cached_property
    def yearly(self) -> Mapping[tuple[str, str], list[Observation]]:
        """Totals of whole years by indicator and area."""
        return yearly_rows(self.rows, self.catalogue)

    @cached_property
    def figure(self) -> Mapping[str, PublishedFigure]:
        """Published figures by id."""
        return {f.figure_id: f for f in self.figure_rows}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found for one area, indicator and period.

    Attributes
    ----------
    check
        Name of the check.
    verdict
        Pass, note or warning.
    ref_area, indicator, time_period
        What it is about.
    obs_status
        Status that the finding gives to the observation; "" leaves it.
    figure_ids
        The figures that were held against each other, separated by spaces.
    message_en, message_vi
        What a reader should know.
    """

    check: str
    verdict: Verdict
    ref_area: str
    indicator: str
    time_period: int | str
    obs_status: str
    figure_ids: str
    message_en: str
    message_vi: str

    def message(self, language: str) -> str:
        """Return what a reader should know, in a language."""
        return {"en": self.message_en, "vi": self.message_vi}[language]


Check = Callable[[Held], Iterator[Finding]]
Written = Callable[[Language], str]
"""A value that is yet to be written in a language."""


def finding_on(
    check: Check,
    verdict: Verdict,
    rows: Sequence[Row],
    message: str,
    *,
    obs_status: str = "",
    **values: Written | str,
) -> Finding:
    """Return a finding about the first of `rows`, its message said in both languages."""

    def said(code: str) -> str:
        t = Language(code)
        written = {k: v if isinstance(v, str) else v(t) for k, v in values.items()}
        return t.say(message, **written).strip()

    return Finding(
        check=check.__name__,
        verdict=verdict,
        ref_area=rows[0].ref_area,
        indicator=rows[0].indicator,
        time_period=time_period(str(rows[0].time_period), rows[0].figure_id),
        obs_status=obs_status,
        figure_ids=" ".join(row.figure_id for row in rows),
        message_en=said("en"),
        message_vi=said("vi"),
    )


def reach(o: Observation) -> Interval:
    """Return the printed interval; a whole count reaches half a unit to either side."""
    half = 0.5 if o.unit_measure in COUNTED and o.obs_low == o.obs_high else 0.0
    return Interval(o.obs_low - half, o.obs_high + half)


def written_count(number: float) -> Written:
    """Write a whole number."""
    return lambda t: t.count(number)


def written_percent(proportion: float, digits: int = 1) -> Written:
    """Write a proportion as a percentage."""
    return lambda t: t.percent(proportion, digits=digits)


def shown_decimals(o: Observation) -> int:
    """Return the decimals with which an observation is shown: as printed, unless by a machine."""
    decimals = int(o.decimals)
    return decimals if decimals <= MOST_DECIMALS else COMPUTED_DECIMALS


def printed_value(t: Language, o: Observation) -> str:
    """Return an observation's value in its unit as it is printed: its digits, or its range."""
    unit, digits = o.unit_measure, shown_decimals(o)
    ends = _printed_ends(o)
    if ends is None:
        return t.value(o.obs_value, unit, digits=digits)
    return t.values(*ends, unit, digits=digits)


def _printed_ends(o: Observation) -> Interval | None:
    """Return the ends of a printed range; None where one number is printed."""
    low, high = o.printed_low, o.printed_high
    return None if low is None or isnan(low) else Interval(low, high)


def written_value(o: Observation) -> Written:
    """Write an observation's value as it is printed."""
    return lambda t: printed_value(t, o)


def hedged_value(t: Language, o: Observation, figure: PublishedFigure) -> str:
    """Return an observation's value as it is printed, with the hedge of its figure."""
    number = printed_value(t, o)
    if o.numerator is not None:
        return number
    ends = _printed_ends(o)
    limits = Interval(o.obs_low, o.obs_high)
    return hedged(t, number, figure.qualifier, is_wide=_is_wider(limits, ends))


def _is_wider(limits: Interval, ends: Interval | None) -> bool:
    """Return whether a printed range was hedged, so that its limits lie beyond its ends."""
    return ends is not None and (limits.low < ends.low or limits.high > ends.high)


def hedged(t: Language, number: str, qualifier: str, *, is_wide: bool) -> str:
    """Return a written number with its hedge; a range wider than its ends was printed as about."""
    hedge = HEDGED.get(Qualifier.ABOUT if is_wide else qualifier)
    return t.say(hedge, number=number) if hedge else number


def written_hedged(held: Held, o: Observation) -> Written:
    """Write an observation's value as its source hedges it."""
    return lambda t: hedged_value(t, o, held.figure[o.figure_id])


def written_values(rows: Sequence[Observation]) -> Written:
    """Write the values of observations as an enumeration."""
    return lambda t: t.join([written_value(o)(t) for o in rows])


def written_named_values(held: Held, rows: Sequence[Observation]) -> Written:
    """Write observations with their names and values, one after the other."""
    return lambda t: "; ".join(f"{written_name(held, o)(t)} {written_value(o)(t)}" for o in rows)


def written_percents(low: float, high: float) -> Written:
    """Write two proportions as a range of percentages."""
    return lambda t: t.span(t.percent(low, digits=1), t.percent(high, digits=1))


def written_ratio(ratio: float) -> Written:
    """Write a ratio: whole when it is 1 or more, with three decimals when it is less."""
    return lambda t: t.decimal(ratio, digits=0 if ratio >= 1 else 3)


def written_span(low: float, high: float) -> Written:
    """Write two whole numbers as a range."""
    return lambda t: t.span(t.count(low), t.count(high))


def written_name(held: Held, row: Row) -> Written:
    """Write the name of a row's indicator."""
    return written_indicator(held, row.indicator)


def written_indicator(held: Held, indicator: str) -> Written:
    """Write the name of an indicator."""
    known = held.catalogue.indicator(indicator)
    return lambda t: t.pick(en=known.name_en, vi=known.name_vi)


def written_names(held: Held, rows: Sequence[Row]) -> Written:
    """Write the names of several rows' indicators, one after the other."""
    return lambda t: "; ".join(written_name(held, row)(t) for row in rows)


def written_period(row: Row) -> Written:
    """Write a row's period."""
    return lambda t: t.period(row.time_period)


def written_publisher(held: Held, row: Row) -> Written:
    """Write the publisher of a row's source."""
    source = held.sources[row.source_id]
    return lambda t: t.pick(en=source.publisher_en, vi=source.publisher)


def written_note(figure: PublishedFigure) -> Written:
    """Write a figure's note."""
    return lambda t: figure.note(t.code)


def apply_findings(observations: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Write the status that the findings give into the observation table.

    Parameters
    ----------
    observations
        The preferred observations.
    findings
        Result of `run_checks`.

    Returns
    -------
    DataFrame
        A copy with ``obs_status`` changed; low reliability wins over a break.
    """
    effects: dict[str, str] = {}
    telling = findings[findings["obs_status"] != ""]
    for figure_ids, status in zip(telling["figure_ids"], telling["obs_status"], strict=True):
        key = figure_ids.split()[0]
        if effects.get(key) != ObsStatus.LOW_RELIABILITY:
            effects[key] = status
    now = zip(observations["figure_id"], observations["obs_status"], strict=True)
    statuses = [
        status if status == ObsStatus.DEFINITION_DIFFERS else str(effects.get(figure_id, status))
        for figure_id, status in now
    ]
    return observations.assign(obs_status=statuses)
