"""Checks of comparability: whether figures may be joined into a series or held side by side."""

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import Final

from childstats.catalogue.areas import days_of
from childstats.codes import ObsStatus, Uncertainty, UnitMeasure, Verdict
from childstats.figures.published import UNCLEAR, PublishedFigure
from childstats.observations.agreement import (
    numerator_is_within_its_denominator,
    share_of_population_is_plausible,
)
from childstats.observations.boundaries import is_rebased
from childstats.observations.findings import (
    COUNTED,
    Check,
    Finding,
    Held,
    finding_on,
    written_count,
    written_hedged,
    written_name,
    written_names,
    written_note,
    written_percent,
    written_period,
    written_ratio,
    written_value,
)
from childstats.observations.policy import SMALL_LEVELS
from childstats.observations.table import Observation, is_year, observations_of, yearly_rows

YEARLY_CHANGE_FACTOR: Final = 1.25
"""A value that changes by more than a quarter a year is not joined to its series unexplained.

The smallest of the documented breaks in the national immunisation series (94 to 75 per cent in
2018, a two-month stock-out) is a change by this factor; ordinary years stay below 1.23.
"""
SHARED_JUMP: Final = 0.1
"""Of a source's areas.

Of the 70 areas of the statistics office's table of infant mortality (2018), 13 change by more than
a quarter between 2008 and 2009, and none between any two later years.
"""
UNIT_SLIPS: Final = (1000, 100, 1 / 100, 1 / 1000)
"""Thousands for ones, per cent for shares, and the other way round."""
SLIP_REACH: Final = 2.5
"""A value within this factor of a thousand (or hundred) times the usual one has slipped.

Real series change by less than ten between years, and these windows begin at forty.
"""

RATE_SLIPS: Final = (100, 10, 1 / 10, 1 / 100)
"""A rate per 1,000 that is printed per 100, per 10,000 or per 100,000, and the other way round."""
RATE_SLIP_REACH: Final = 1.6
"""As `SLIP_REACH`; mortality falls by less than six times in the longest series."""
CHANCE: Final = 1.96
"""Standard errors by which two years of a small area may differ without a reason (95 %)."""
TARGET_POPULATION_CHANGE: Final = 0.1
"""Births change by a few per cent a year; a tenth is another way of estimating them.

Viet Nam's reported target population fell by 10.6 % in 2022.
"""


def period_is_a_whole_year(held: Held) -> Iterator[Finding]:
    """Events of part of a year are not compared with a full year."""
    for o in held.rows:
        if is_year(o.time_period) or held.catalogue.indicator(o.indicator).nature != "flow":
            continue
        yield finding_on(
            period_is_a_whole_year,
            Verdict.WARNING,
            [o],
            "{name}: {value} is for {period}, not for one calendar year; it is not plotted with "
            "yearly figures or compared with them.",
            name=written_name(held, o),
            value=written_value(o),
            period=written_period(o),
        )


def part_of_a_year_is_within_the_year(held: Held) -> Iterator[Finding]:
    """Events of part of a year are not more than those of the year they lie in."""
    for part in held.rows:
        if part.unit_measure not in COUNTED or is_year(part.time_period):
            continue
        if held.catalogue.indicator(part.indicator).nature != "flow":
            continue
        first, last = days_of(part.time_period)
        year = held.beside(part._replace(time_period=int(first[:4])), part.indicator)
        if year is None or first[:4] != last[:4]:
            continue
        fits = part.obs_low <= year.obs_high
        yield finding_on(
            part_of_a_year_is_within_the_year,
            Verdict.PASS if fits else Verdict.WARNING,
            [part, year],
            "{name}: {part} in {period}, {year} in the whole year {in_year}."
            if fits
            else "{name}: {part} in {period} is more than {year} in the whole year {in_year}; one "
            "of the two is wrong or counts something else.",
            obs_status="" if fits else ObsStatus.LOW_RELIABILITY,
            name=written_name(held, part),
            part=written_value(part),
            period=written_period(part),
            year=written_value(year),
            in_year=first[:4],
        )


def target_population_is_steady(held: Held) -> Iterator[Finding]:
    """The number of children that coverage is counted against changes by less than a tenth."""
    jumps: dict[tuple[object, ...], list[tuple[Observation, Observation]]] = {}
    for (indicator, _), rows in held.yearly.items():
        if held.catalogue.indicator(indicator).uncertainty is not Uncertainty.CENSUS:
            continue
        counted = [o for o in rows if o.numerator is not None]
        for before, after in pairwise(counted):
            years = after.time_period - before.time_period
            change = after.denominator / before.denominator - 1
            if years == 1 and abs(change) >= TARGET_POPULATION_CHANGE:
                counts = (before.denominator, after.denominator)
                key = (after.ref_area, after.time_period, counts)
                jumps.setdefault(key, []).append((before, after))
    for pairs in jumps.values():
        previous, last = pairs[0]
        yield finding_on(
            target_population_is_steady,
            Verdict.NOTE,
            [o for pair in pairs for o in pair[::-1]],
            "The number of children that coverage is counted against went from {before} in "
            "{year_before} to {after} in {year_after} ({change}). A change in coverage between "
            "the two years is partly one of this number: {names}.",
            before=written_count(previous.denominator),
            year_before=str(previous.time_period),
            after=written_count(last.denominator),
            year_after=str(last.time_period),
            change=written_percent(last.denominator / previous.denominator - 1),
            names=written_names(held, [after for _, after in pairs]),
        )


def year_on_year_change_is_explained(held: Held) -> Iterator[Finding]:
    """A value does not change by more than a quarter a year without a source saying why."""
    misprints = {
        finding.figure_ids.split()[0]
        for check in (
            numerator_is_within_its_denominator,
            share_of_population_is_plausible,
            unit_does_not_slip,
        )
        for finding in held.found(check)
        if finding.verdict is Verdict.WARNING
    }
    for rows in held.yearly.values():
        believed = [
            o
            for o in rows
            if o.figure_id not in misprints
            and o.obs_status != ObsStatus.DEFINITION_DIFFERS
            and o.obs_value > 0
        ]
        for before, after in pairwise(believed):
            years = after.time_period - before.time_period
            change = after.obs_value / before.obs_value
            if max(change, 1 / change) <= YEARLY_CHANGE_FACTOR**years:
                continue
            if is_rebased(after) or _may_be_chance(held, before, after):
                continue  # of sums the members have findings of their own
            note = _acknowledgement(held, year_on_year_change_is_explained, [after, before])
            yield finding_on(
                year_on_year_change_is_explained,
                Verdict.NOTE if note else Verdict.WARNING,
                [after, before],
                "{name}: {before} in {year_before}, {after} in {year_after}. {note}"
                if note
                else "{name}: {before} in {year_before}, {after} in {year_after}. No source "
                "used here gives the reason; the definitions may differ. The two years "
                "are not joined or tested.",
                obs_status="" if note else ObsStatus.BREAK,
                name=written_name(held, after),
                before=written_hedged(held, before),
                year_before=str(before.time_period),
                after=written_hedged(held, after),
                year_after=str(after.time_period),
                note=written_note(note) if note else "",
            )


def jump_of_many_areas_is_one_of_all(held: Held) -> Iterator[Finding]:
    """Where a tenth of a source's areas jump between two years unexplained, none is joined there.

    What moved them, such as another way of asking, may have moved the others too, by less.
    """
    areas = held.catalogue.areas
    jumped = {
        tuple(f.figure_ids.split())
        for f in held.found(year_on_year_change_is_explained)
        if f.verdict is Verdict.WARNING and areas[f.ref_area].level not in SMALL_LEVELS
    }
    names = {held.figure[after].indicator for after, _ in jumped}
    some = held.observations[held.observations["indicator"].isin(names)]
    pairs: dict[tuple[object, ...], list[tuple[Observation, Observation]]] = {}
    for rows in yearly_rows(observations_of(some), held.catalogue).values():
        for before, after in pairwise(rows):
            is_rate = after.unit_measure not in COUNTED and not is_rebased(after)
            if is_rate and before.source_id == after.source_id:
                names_of = ("indicator", "source_id", "time_period")
                key = (*(getattr(before, name) for name in names_of), after.time_period)
                pairs.setdefault(key, []).append((before, after))
    for of_areas in pairs.values():
        found = [p for p in of_areas if (p[1].figure_id, p[0].figure_id) in jumped]
        if not found or len(found) < SHARED_JUMP * len(of_areas):
            continue
        for before, after in of_areas:
            if (before, after) in found:
                continue
            yield finding_on(
                jump_of_many_areas_is_one_of_all,
                Verdict.WARNING,
                [after, before],
                "{name}: {before} in {year_before}, {after} in {year_after}. Between these years "
                "the same source has changes of more than a quarter in other areas, and no source "
                "used here gives the reason. The two years are not joined or tested in any area.",
                obs_status=ObsStatus.BREAK,
                name=written_name(held, after),
                before=written_hedged(held, before),
                year_before=str(before.time_period),
                after=written_hedged(held, after),
                year_after=str(after.time_period),
            )


def _may_be_chance(held: Held, before: Observation, after: Observation) -> bool:
    """Return whether two years of a small area differ by no more than chance brings about."""
    if held.catalogue.areas[after.ref_area].level not in SMALL_LEVELS:
        return False
    first, second = before.obs_value, after.obs_value
    if after.unit_measure in COUNTED:
        return bool(abs(second - first) <= CHANCE * sqrt(first + second))
    wholes = [before.denominator, after.denominator]
    if None in wholes:
        return False
    pooled = min(1.0, (first * wholes[0] + second * wholes[1]) / sum(wholes))
    spread = sqrt(pooled * (1 - pooled) * sum(1 / whole for whole in wholes))
    return bool(abs(second - first) <= CHANCE * spread)


def unit_does_not_slip(held: Held) -> Iterator[Finding]:
    """A series does not change by a thousand or a hundred at once, as when its unit is mistaken."""
    for rows in held.yearly.values():
        usual = median(o.obs_value for o in rows)
        for o in rows:
            if not usual or not o.obs_value:
                continue
            slip = _slip(o.obs_value / usual, o.unit_measure)
            if slip is None:
                continue
            yield finding_on(
                unit_does_not_slip,
                Verdict.WARNING,
                [o],
                "{name}, {year}: {value} is about {times} times the usual value of the series; its "
                "unit was probably mistaken. The figure is not plotted, compared or used as a "
                "denominator.",
                obs_status=ObsStatus.LOW_RELIABILITY,
                name=written_name(held, o),
                year=str(o.time_period),
                value=written_value(o),
                times=written_ratio(slip),
            )


def _slip(ratio: float, unit_measure: str) -> float | None:
    """Return the power of ten that a ratio is near, if it is one that units are mistaken by."""
    if unit_measure == UnitMeasure.DEATHS_PER_1000_BIRTHS:
        tenth = (s for s in RATE_SLIPS if 1 / RATE_SLIP_REACH <= ratio / s <= RATE_SLIP_REACH)
        return next(tenth, None)
    return next((s for s in UNIT_SLIPS if 1 / SLIP_REACH <= ratio / s <= SLIP_REACH), None)


def unit_is_clear(held: Held) -> Iterator[Finding]:
    """A figure says what it is a number of."""
    for f in held.figure_rows:
        if f.unit != UNCLEAR:
            continue
        yield finding_on(
            unit_is_clear,
            Verdict.WARNING,
            [f],
            "“{text}” does not say what it is a number of; it is listed but not used. {note}",
            text=f.text,
            note=written_note(f),
        )


def definition_is_the_series_own(held: Held) -> Iterator[Finding]:
    """A figure under another definition, or after a break, is not joined to the series."""
    for f in held.figure_rows:
        if f.obs_status not in {ObsStatus.DEFINITION_DIFFERS, ObsStatus.BREAK}:
            continue
        if is_rebased(f):
            continue  # added up to the new borders, and so of one territory
        yield finding_on(
            definition_is_the_series_own,
            Verdict.WARNING,
            [f],
            "{name}: “{text}” is not joined to the other figures. {note}",
            name=written_name(held, f),
            text=f.text,
            note=written_note(f),
        )


def _acknowledgement(held: Held, check: Check, rows: list[Observation]) -> PublishedFigure | None:
    """Return the first figure among `rows` whose note explains what `check` found."""
    for row in rows:
        figure = held.figure[row.figure_id]
        if check.__name__ in figure.acknowledges.split():
            return figure
    return None
