"""Checks of agreement: whether figures that speak of the same thing can all be true."""

import re
from collections.abc import Iterator
from functools import lru_cache
from math import isnan, log10
from statistics import median
from typing import Final

from childstats.codes import ObsStatus, UnitMeasure, Verdict
from childstats.figures.arithmetic import implied_count
from childstats.figures.figure import Figure, Interval, Qualifier
from childstats.figures.parse import parse_figure
from childstats.figures.published import PublishedFigure
from childstats.language import Language
from childstats.observations.constraints import (
    Product,
    Relation,
    Sum,
    contradiction,
    names_in,
)
from childstats.observations.findings import (
    COUNTED,
    Finding,
    Held,
    Written,
    finding_on,
    hedged,
    reach,
    written_count,
    written_name,
    written_named_values,
    written_percent,
    written_percents,
    written_span,
    written_value,
    written_values,
)
from childstats.observations.printing import thousandfold_of
from childstats.observations.table import SHARE_SCALES, Observation, is_total, is_year
from childstats.precision import rounded

SHARE_OF_POPULATION_TOLERANCE: Final = 0.25
"""Relative distance from the median of the other years at which a share is not believed.

The age structure of a province moves by about 1 % of itself a year; a quarter is a misprint or
another definition.
"""
IMPLIED_POPULATION_TOLERANCE: Final = 0.05
"""Relative distance between implied and last published population that growth can explain."""
PARTS: Final = {"sex": ("M", "F"), "residence": ("U", "R")}
"""Groups that together are everybody."""
MOST_COVERAGE: Final = 1.5
"""No estimate of children due was ever a third too low; more is a count of something else."""


def printed_share_agrees_with_its_counts(held: Held) -> Iterator[Finding]:
    """A percentage printed beside its two counts is those counts, to its printed digits."""
    agreeing: dict[tuple[str, str], list[PublishedFigure]] = {}
    for f in held.figure_rows:
        if f.numerator is None:
            continue
        stated = _stated_share(f, held.sources[f.source_id].language)
        if stated is None or isnan(stated.value):  # a missing mark beside counts says nothing
            continue
        counted = f.numerator / f.denominator
        scale = SHARE_SCALES[str(stated.unit)]
        # not capped at 100: 1,503,646 of 1,500,113 is rightly printed as 100
        is_rounded = stated.qualifier in {Qualifier.ROUNDED, Qualifier.ABOUT}
        high = 2 * stated.value - stated.low if is_rounded else stated.high
        if rounded(stated.low) <= rounded(scale * counted) <= rounded(high):
            agreeing.setdefault((f.ref_area, f.indicator), []).append(f)
            continue
        yield finding_on(
            printed_share_agrees_with_its_counts,
            Verdict.WARNING,
            [f],
            "{name}: {printed} is printed, but {numerator} of {denominator} is {percent}; "
            "the counts are used."
            if counted <= MOST_COVERAGE
            else "{name}: {printed} is printed, but the counts beside it are {numerator} of "
            "{denominator}, which cannot be of the same children; the figure is not used.",
            name=written_name(held, f),
            printed=_written_share(stated, scale),
            numerator=written_count(f.numerator),
            denominator=written_count(f.denominator),
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


def _written_share(stated: Figure, scale: int) -> Written:
    """Write a share as it is printed, in per cent."""
    digits = max(0, (stated.decimals or 0) + round(log10(scale / 100)))

    def said(t: Language) -> str:
        low, high = stated.printed_low, stated.printed_high
        if low is None or high is None:
            number = t.percent(stated.value / scale, digits=digits)
            return hedged(t, number, stated.qualifier, is_wide=False)
        number = t.values(low / scale, high / scale, UnitMeasure.PROPORTION, digits=digits)
        return hedged(t, number, stated.qualifier, is_wide=stated.low < low or stated.high > high)

    return said


def _stated_share(f: PublishedFigure, language: str) -> Figure | None:
    """Return the share that a source prints beside counts."""
    in_brackets = _STATED_SHARE.search(f.text)
    if in_brackets is None and not (f.numerator_text and f.text):
        return None
    if in_brackets:
        return _parsed(in_brackets[1], language, "percent")
    if f.unit not in SHARE_SCALES:
        return None
    return _parsed(f.text, language, f.unit)


@lru_cache(maxsize=10_000)
def _parsed(text: str, language: str, unit: str) -> Figure:
    """Return a printed share; of a thousand areas most print one that another prints, too."""
    return parse_figure(text, language=language, unit=unit)


def parts_add_up_to_their_total(held: Held) -> Iterator[Finding]:
    """Boys and girls, or town and country, add up to all, as far as their digits show."""
    for total in held.candidate_rows:
        if not is_total(total, held.catalogue) or total.unit_measure not in COUNTED:
            continue
        for dimension, codes in PARTS.items():
            parts = [held.same_source(total, **{dimension: code}) for code in codes]
            if None in parts:
                continue
            rows = [part for part in parts if part is not None]
            low = sum(reach(part).low for part in rows)
            high = sum(reach(part).high for part in rows)
            adds_up = Interval(low, high).overlaps(reach(total))
            yield finding_on(
                parts_add_up_to_their_total,
                Verdict.PASS if adds_up else Verdict.WARNING,
                [total, *rows],
                "{name}: {parts} add up to {total}."
                if adds_up
                else "{name}: {parts} add up to {sum}, not to {total}.",
                name=written_name(held, total),
                parts=written_values(rows),
                sum=written_count(sum(o.obs_value for o in rows)),
                total=written_value(total),
            )


def share_gives_a_whole_count(held: Held) -> Iterator[Finding]:
    """A printed percentage of a known number of cases, schools or children is a whole count."""
    for share in held.rows:
        indicator = held.catalogue.indicator(share.indicator)
        whole = held.beside(share, indicator.denominator) if indicator.denominator else None
        figure = held.figure[share.figure_id]
        printed_alone = figure.unit == "percent" and not figure.numerator_text
        if whole is None or not printed_alone or whole.obs_low != whole.obs_high:
            continue
        if indicator.numerator or whole.obs_value != int(whole.obs_value):
            continue  # the count is published too: other checks hold it
        source = held.sources[share.source_id]
        counts = implied_count(
            parse_figure(figure.text, language=source.language, unit="percent"),
            parse_figure(str(int(whole.obs_value)), language="en"),
        )
        exists = counts.low <= counts.high
        yield finding_on(
            share_gives_a_whole_count,
            Verdict.PASS if exists else Verdict.WARNING,
            [share, whole],
            "{name}: {share} of {whole} is {counts}."
            if exists
            else "{name}: no whole number out of {whole} is {share}.",
            name=written_name(held, share),
            share=written_value(share),
            whole=written_count(whole.obs_value),
            counts=written_span(counts.low, counts.high),
        )


def part_is_within_its_total(held: Held) -> Iterator[Finding]:
    """A part is not larger than the whole it is counted from."""
    for part in held.rows:
        indicator = held.catalogue.indicator(part.indicator)
        if not indicator.denominator or indicator.unit_measure is UnitMeasure.PROPORTION:
            continue
        total = held.beside(part, indicator.denominator)
        if total is None or thousandfold_of(held, part) is not None:
            continue  # of a mistaken unit: see `unit_fits_the_whole`
        fits = part.obs_low <= total.obs_high
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


def is_of_other_children(o: Observation) -> bool:
    """Return whether a share of counts is so high that they cannot be of the same children."""
    counted = o.denominator is not None and o.obs_value is not None
    return counted and o.obs_value > MOST_COVERAGE


def numerator_is_within_its_denominator(held: Held) -> Iterator[Finding]:
    """Coverage above 100 % means that the denominator, an estimate, is too low."""
    for o in held.rows:
        if o.denominator is None or o.obs_value is None or o.obs_value <= 1:
            continue
        believed = not is_of_other_children(o)
        yield finding_on(
            numerator_is_within_its_denominator,
            Verdict.NOTE if believed else Verdict.WARNING,
            [o],
            "{numerator} children were reported vaccinated of an estimated {denominator}: "
            "{percent}. The number of children may have been estimated too low; the value is "
            "kept as reported, not cut to 100."
            if believed
            else "{numerator} children were reported vaccinated of an estimated {denominator}. "
            "The two numbers cannot be of the same children; the figure is not used.",
            obs_status="" if believed else ObsStatus.LOW_RELIABILITY,
            numerator=written_count(o.numerator),
            denominator=written_count(o.denominator),
            percent=written_percent(o.obs_value),
        )


def share_of_population_is_plausible(held: Held) -> Iterator[Finding]:
    """Children are about the same share of a province's people in every year."""
    by_area: dict[str, list[tuple[float, list[Observation]]]] = {}
    for children in held.rows:
        if children.indicator != "children_under_16" or not is_year(children.time_period):
            continue
        people = held.beside(children, "population")
        stated = held.beside(children, "children_under_16_share")
        shares = by_area.setdefault(children.ref_area, [])
        if people is not None and people.obs_value:
            shares.append((children.obs_value / people.obs_value, [children, people]))
        elif stated is not None:
            shares.append((stated.obs_value, [children, stated]))
    for shares, (share, rows) in ((found, one) for found in by_area.values() for one in found):
        others = [s for s, r in shares if r is not rows]
        # among all years, itself included: a single misprint does not move the median
        usual = median([share, *others])
        if len(others) < 2 or not usual:
            continue
        plausible = abs(share / usual - 1) <= SHARE_OF_POPULATION_TOLERANCE
        yield finding_on(
            share_of_population_is_plausible,
            Verdict.PASS if plausible else Verdict.WARNING,
            rows,
            "{count} children under 16 are {share} of the population; in the other years the share "
            "is {usual}."
            if plausible
            else "{count} children under 16 would be {share} of the population; in the other "
            "years the share is {usual}. This is probably a misprint: the figure is not plotted, "
            "compared or used as a denominator.",
            obs_status="" if plausible else ObsStatus.LOW_RELIABILITY,
            count=written_value(rows[0]),
            share=written_percent(share),
            usual=written_percents(min(others), max(others)),
        )


def implied_population_is_near_the_published(held: Held) -> Iterator[Finding]:
    """A count of children and its printed share imply a population near the published one."""
    for share in held.rows:
        if share.indicator != "children_under_16_share":
            continue
        children = held.beside(share, "children_under_16")
        known = [
            o
            for o in held.yearly.get(("population", share.ref_area), [])
            if o.time_period <= int(str(share.time_period)[:4])
        ]
        if children is None or not known or not share.obs_low:
            continue  # nothing is said of the people where the share may be 0
        last = known[-1]
        people = last.obs_value
        implied = Interval(children.obs_low, children.obs_high).divided_by(
            Interval(share.obs_low, share.obs_high)
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
            count=written_value(children),
            share=written_value(share),
            low=written_count(implied.low),
            high=written_count(implied.high),
            year=str(last.time_period),
            people=written_value(last),
        )


def figures_fit_together(held: Held) -> Iterator[Finding]:
    """All figures of one area and period, with their wholes and shares, can be true at once."""
    groups: dict[tuple[object, ...], dict[str, Observation]] = {}
    for o in held.rows:
        if is_total(o, held.catalogue) and thousandfold_of(held, o) is None:
            groups.setdefault((o.ref_area, o.time_period), {})[o.indicator] = o
    relations = _relations(held)
    for figures in groups.values():
        used = [r for r in relations if sum(name in figures for name in names_in(r)) > 1]
        joined = {name for r in used for name in names_in(r) if name in figures}
        if len(used) < 2:
            continue
        known = {name: reach(figures[name]) for name in figures if name in joined}
        clash = contradiction(known, used)
        rows = [figures[name] for name in (clash or known)]
        yield finding_on(
            figures_fit_together,
            Verdict.NOTE if clash else Verdict.PASS,
            rows,
            "These cannot all be true: {figures}."
            if clash
            else "These can all be true at once: {figures}.",
            figures=written_named_values(held, rows),
        )


def _relations(held: Held) -> list[Relation]:
    """Return what the catalogue says about wholes: share times whole, or part plus the rest."""
    found: list[Relation] = []
    for i in held.catalogue.indicators.values():
        if i.numerator and i.denominator:
            found.append(Product(i.numerator, i.indicator, i.denominator))
        elif i.denominator and i.unit_measure in COUNTED:
            found.append(Sum(i.denominator, (i.indicator, f"the rest, without {i.indicator}")))
    return found
