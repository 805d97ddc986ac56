"""Checks: whether the figures agree with each other and may be compared.

Each check is a function whose name and first line say what should hold. It yields findings, whose
``obs_status`` keeps a figure that fails from being plotted, ranked or joined into a trend.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from math import log10
from statistics import median
from typing import Final

import pandas as pd

from childstats.codes import ObsStatus, UnitMeasure, Verdict
from childstats.figures.figure import Figure, Interval, Qualifier
from childstats.figures.parse import parse_figure
from childstats.observations.findings import (
    Check,
    Finding,
    Held,
    Row,
    finding_on,
    written_count,
    written_name,
    written_note,
    written_percent,
    written_period,
    written_publisher,
    written_value,
)
from childstats.observations.table import KEY, SHARE_SCALES, is_year, records

YEARLY_CHANGE_FACTOR: Final = 1.25
"""A value that changes by more than a quarter a year is not joined to its series unexplained.

The smallest of the documented breaks in the national immunisation series (94 to 75 per cent in
2018, a two-month stock-out) is a change by this factor; ordinary years stay below 1.23.
"""
SHARE_OF_POPULATION_TOLERANCE: Final = 0.25
"""Relative distance from the median of the other years at which a share is not believed.

The age structure of a province moves by about 1 % of itself a year; a quarter is a misprint or
another definition.
"""
IMPLIED_POPULATION_TOLERANCE: Final = 0.05
"""Relative distance between implied and last published population that growth can explain."""


def printed_share_agrees_with_its_counts(held: Held) -> Iterator[Finding]:
    """A percentage printed beside its two counts is those counts, to its printed digits."""
    agreeing: dict[tuple[str, str], list[Row]] = {}
    for f in records(held.figures.dropna(subset=["denominator"])):
        stated = _stated_share(f, held.sources[f["source_id"]].language)
        if stated is None:
            continue
        counted = f["numerator"] / f["denominator"]
        scale = SHARE_SCALES[str(stated.unit)]
        # not capped at 100: 1,503,646 of 1,500,113 is rightly printed as 100
        rounded = stated.qualifier is Qualifier.ROUNDED
        high = 2 * stated.value - stated.low if rounded else stated.high
        if stated.low <= scale * counted <= high:
            agreeing.setdefault((f["ref_area"], f["indicator"]), []).append(f)
            continue
        yield finding_on(
            printed_share_agrees_with_its_counts,
            Verdict.WARNING,
            [f],
            "{printed} is printed, but {numerator} of {denominator} is {percent}; "
            "the counts are used.",
            printed=written_percent(stated.value / scale, digits=_decimals(stated, scale)),
            numerator=written_count(f["numerator"]),
            denominator=written_count(f["denominator"]),
            percent=written_percent(counted),
        )
    for rows in agreeing.values():
        yield finding_on(
            printed_share_agrees_with_its_counts,
            Verdict.PASS,
            rows[::-1],
            "Every percentage that is printed beside its counts agrees with them "
            "(number checked: {count}).",
            count=written_count(len(rows)),
        )


_STATED_SHARE: Final = re.compile(r"\(([0-9.,]+)\s?%\)")


def _decimals(stated: Figure, scale: int) -> int:
    return max(0, round(-log10(2 * (stated.value - stated.low) * 100 / scale or 1)))


def _stated_share(f: Row, language: str) -> Figure | None:
    """Return the share that a source prints beside counts."""
    in_brackets = _STATED_SHARE.search(f["text"])
    if in_brackets is None and not (f["numerator_text"] and f["text"]):
        return None
    if in_brackets:
        return parse_figure(in_brackets[1], language=language, unit="percent")
    if f["unit"] not in SHARE_SCALES:
        return None
    return parse_figure(f["text"], language=language, unit=f["unit"])


def part_is_within_its_total(held: Held) -> Iterator[Finding]:
    """A part is not larger than the whole it is counted from."""
    for part in records(held.observations):
        indicator = held.catalogue.indicator(part["indicator"])
        if not indicator.denominator or indicator.unit_measure is UnitMeasure.PROPORTION:
            continue
        total = held.beside(part, indicator.denominator)
        if total is None:
            continue
        fits = part["obs_low"] <= total["obs_high"]
        yield finding_on(
            part_is_within_its_total,
            Verdict.PASS if fits else Verdict.WARNING,
            [part, total],
            "{part} ({part_value}) is not more than its whole: {total} ({total_value})."
            if fits
            else "{part} ({part_value}) is more than its whole: {total} ({total_value}); "
            "it is not used.",
            obs_status="" if fits else ObsStatus.LOW_RELIABILITY,
            part=written_name(held, part),
            part_value=written_value(part),
            total=written_name(held, total),
            total_value=written_value(total),
        )


def numerator_is_within_its_denominator(held: Held) -> Iterator[Finding]:
    """Coverage above 100 % means that the denominator, an estimate, is too low."""
    counted = held.observations.dropna(subset=["denominator"])
    for o in records(counted[counted["obs_value"] > 1]):
        yield finding_on(
            numerator_is_within_its_denominator,
            Verdict.NOTE,
            [o],
            "{numerator} children were reported vaccinated of an estimated {denominator}: "
            "{percent}. The number of children was estimated too low; the value is kept as "
            "reported, not cut to 100.",
            numerator=written_count(o["numerator"]),
            denominator=written_count(o["denominator"]),
            percent=written_percent(o["obs_value"]),
        )


def share_of_population_is_plausible(held: Held) -> Iterator[Finding]:
    """Children are about the same share of a province's people in every year."""
    shares: list[tuple[float, list[Row]]] = []
    for children in records(held.observations):
        if children["indicator"] != "children_under_16" or not is_year(children["time_period"]):
            continue
        people = held.beside(children, "population")
        stated = held.beside(children, "children_under_16_share")
        if people is not None:
            shares.append((children["obs_value"] / people["obs_value"], [children, people]))
        elif stated is not None:
            shares.append((stated["obs_value"], [children, stated]))
    for share, rows in shares:
        area = rows[0]["ref_area"]
        others = [s for s, r in shares if r is not rows and r[0]["ref_area"] == area]
        if len(others) < 2:
            continue
        usual = median(others)
        # among all years, itself included: a single misprint does not move the median
        plausible = abs(share / median([share, *others]) - 1) <= SHARE_OF_POPULATION_TOLERANCE
        yield finding_on(
            share_of_population_is_plausible,
            Verdict.PASS if plausible else Verdict.WARNING,
            rows,
            "{count} children under 16 are {share} of the population; in the other years in "
            "hand the share is about {usual}."
            if plausible
            else "{count} children under 16 would be {share} of the population; in the other "
            "years in hand the share is about {usual}. This is probably a misprint: the figure "
            "is not plotted, compared or divided by.",
            obs_status="" if plausible else ObsStatus.LOW_RELIABILITY,
            count=written_count(rows[0]["obs_value"]),
            share=written_percent(share),
            usual=written_percent(usual),
        )


def implied_population_is_near_the_published(held: Held) -> Iterator[Finding]:
    """A count of children and its printed share imply a population near the published one."""
    for share in records(held.observations):
        if share["indicator"] != "children_under_16_share":
            continue
        children = held.beside(share, "children_under_16")
        known = [
            o
            for o in held.yearly.get(("population", share["ref_area"]), [])
            if o["time_period"] <= int(str(share["time_period"])[:4])
        ]
        if children is None or not known:
            continue
        last = known[-1]
        people = last["obs_value"]
        implied = Interval(children["obs_low"], children["obs_high"]).divided_by(
            Interval(share["obs_low"], share["obs_high"])
        )
        near = implied.overlaps(
            Interval(
                people * (1 - IMPLIED_POPULATION_TOLERANCE),
                people * (1 + IMPLIED_POPULATION_TOLERANCE),
            )
        )
        yield finding_on(
            implied_population_is_near_the_published,
            Verdict.PASS if near else Verdict.WARNING,
            [share, children, last],
            "{count} children at {share} imply {low} to {high} people; the last published "
            "population, of {year}, is {people}."
            if near
            else "{count} children at {share} imply {low} to {high} people, too far from the "
            "last published population, of {year}: {people}.",
            count=written_count(children["obs_value"]),
            share=written_percent(share["obs_value"]),
            low=written_count(implied.low),
            high=written_count(implied.high),
            year=str(last["time_period"]),
            people=written_count(people),
        )


def period_is_a_whole_year(held: Held) -> Iterator[Finding]:
    """Events of part of a year are not compared with a full year."""
    for o in records(held.observations):
        if is_year(o["time_period"]) or held.catalogue.indicator(o["indicator"]).nature != "flow":
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


def year_on_year_change_is_explained(held: Held) -> Iterator[Finding]:
    """A value does not change by more than a quarter a year without a source saying why."""
    misprints = {
        finding.figure_ids.split()[0]
        for finding in share_of_population_is_plausible(held)
        if finding.verdict is Verdict.WARNING
    }
    for rows in held.yearly.values():
        believed = [
            o
            for o in rows
            if o["figure_id"] not in misprints
            and o["obs_status"] != ObsStatus.DEFINITION_DIFFERS
            and o["obs_value"] > 0
        ]
        for before, after in pairwise(believed):
            years = after["time_period"] - before["time_period"]
            change = after["obs_value"] / before["obs_value"]
            if max(change, 1 / change) <= YEARLY_CHANGE_FACTOR**years:
                continue
            note = _acknowledgement(held, year_on_year_change_is_explained, [after, before])
            yield finding_on(
                year_on_year_change_is_explained,
                Verdict.NOTE if note else Verdict.WARNING,
                [after, before],
                "{name}: {before} in {year_before}, {after} in {year_after}. {note}"
                if note
                else "{name}: {before} in {year_before}, {after} in {year_after}. None of the "
                "sources says why: it may be a real change, another definition or a misprint. "
                "The two years are not joined or compared.",
                obs_status="" if note else ObsStatus.BREAK,
                name=written_name(held, after),
                before=written_value(before),
                year_before=str(before["time_period"]),
                after=written_value(after),
                year_after=str(after["time_period"]),
                note=written_note(note) if note else "",
            )


def unit_is_clear(held: Held) -> Iterator[Finding]:
    """A figure says what it is a number of."""
    for f in records(held.figures[held.figures["unit"] == "unclear"]):
        yield finding_on(
            unit_is_clear,
            Verdict.WARNING,
            [f],
            "“{text}” does not say what it is a number of; it is listed but not used. {note}",
            text=f["text"],
            note=written_note(f),
        )


def definition_is_the_series_own(held: Held) -> Iterator[Finding]:
    """A figure under another definition, or after a break, is not joined to the series."""
    declared = held.figures["obs_status"].isin(
        [ObsStatus.DEFINITION_DIFFERS.value, ObsStatus.BREAK.value]
    )
    for f in records(held.figures[declared]):
        yield finding_on(
            definition_is_the_series_own,
            Verdict.WARNING,
            [f],
            "{name}: “{text}” is not joined to the other figures. {note}",
            name=written_name(held, f),
            text=f["text"],
            note=written_note(f),
        )


def sources_agree(held: Held) -> Iterator[Finding]:
    """Two sources that print the same thing print values that can both be true."""
    same_thing: dict[tuple[object, ...], list[Row]] = {}
    for o in records(held.candidates):
        same_thing.setdefault(tuple(o[name] for name in KEY), []).append(o)
    for rows in same_thing.values():
        used, *others = sorted(rows, key=lambda o: int(o["precedence"]))
        for other in others:
            agree = _reach(used).overlaps(_reach(other))
            yield finding_on(
                sources_agree,
                Verdict.PASS if agree else Verdict.NOTE,
                [used, other],
                "{name}: {used} ({source_used}) and {other} ({source_other}) can both be true."
                if agree
                else "{name}: {used} ({source_used}) is used; {other} ({source_other}) differs.",
                name=written_name(held, used),
                used=written_value(used),
                other=written_value(other),
                source_used=written_publisher(held, used),
                source_other=written_publisher(held, other),
            )


CHECKS: Final[tuple[Check, ...]] = (
    printed_share_agrees_with_its_counts,
    part_is_within_its_total,
    numerator_is_within_its_denominator,
    share_of_population_is_plausible,
    implied_population_is_near_the_published,
    period_is_a_whole_year,
    year_on_year_change_is_explained,
    unit_is_clear,
    definition_is_the_series_own,
    sources_agree,
)


def run_checks(held: Held) -> pd.DataFrame:
    """Run every check.

    Parameters
    ----------
    held
        All that is held.

    Returns
    -------
    DataFrame
        One finding a row, columns as in `Finding`, in the order of `CHECKS`, then of the
        catalogue and the period.
    """
    indicators, areas = (list(known) for known in (held.catalogue.indicators, held.catalogue.areas))
    findings = [
        finding
        for check in CHECKS
        for finding in sorted(
            check(held),
            key=lambda f: (
                indicators.index(f.indicator),
                areas.index(f.ref_area),
                str(f.time_period),
            ),
        )
    ]
    names = list(Finding.__dataclass_fields__)
    return pd.DataFrame(
        [[getattr(finding, name) for name in names] for finding in findings], columns=names
    ).astype({"time_period": object})


def _acknowledgement(held: Held, check: Check, rows: list[Row]) -> Row | None:
    """Return the first figure among `rows` whose note explains what `check` found."""
    for row in rows:
        figure = held.figure[row["figure_id"]]
        if check.__name__ in figure["acknowledges"].split():
            return figure
    return None


def _reach(o: Row) -> Interval:
    """Return the printed interval; a whole count reaches half a unit to either side."""
    counted = o["unit_measure"] in {UnitMeasure.PERSONS, UnitMeasure.NUMBER}
    half = 0.5 if counted and o["obs_low"] == o["obs_high"] else 0.0
    return Interval(o["obs_low"] - half, o["obs_high"] + half)
