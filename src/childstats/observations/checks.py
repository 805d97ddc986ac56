"""Checks: whether the figures agree with each other and may be compared.

Each check is a function whose name and first docstring line say what should hold. It yields
findings; a finding's ``obs_status`` is written into the observation table, so that a figure that
fails is never silently plotted, ranked or joined into a trend.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

import pandas as pd

from childstats.catalogue.catalogue import Catalogue
from childstats.codes import ObsStatus, UnitMeasure, Verdict
from childstats.figures.figure import Interval
from childstats.figures.parse import parse_figure
from childstats.language import Language
from childstats.observations.table import KEY, is_year, printed_digits, records, series
from childstats.sources.source import Source

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


@dataclass(frozen=True, slots=True)
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


Row = Mapping[str, Any]
"""One figure or observation: a table's row by column name."""
Check = Callable[[Held], Iterator[Finding]]
Written = Callable[[Language], str]
"""A value that is yet to be written in a language."""


def _finding(
    check: Check,
    verdict: Verdict,
    rows: list[Row],
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
        ref_area=rows[0]["ref_area"],
        indicator=rows[0]["indicator"],
        time_period=rows[0]["time_period"],
        obs_status=obs_status,
        figure_ids=" ".join(row["figure_id"] for row in rows),
        message_en=said("en"),
        message_vi=said("vi"),
    )


def _count(number: float) -> Written:
    return lambda t: t.count(number)


def _percent(proportion: float, digits: int = 1) -> Written:
    return lambda t: t.percent(proportion, digits=digits)


def _value(o: Row) -> Written:
    return lambda t: t.value(o["obs_value"], o["unit_measure"], digits=printed_digits(o))


def _name(held: Held, row: Row) -> Written:
    known = held.catalogue.indicator(row["indicator"])
    return lambda t: t.pick(en=known.name_en, vi=known.name_vi)


def _period(row: Row) -> Written:
    return lambda t: t.period(row["time_period"])


def _publisher(held: Held, row: Row) -> Written:
    source = held.sources[row["source_id"]]
    return lambda t: t.pick(en=source.publisher_en, vi=source.publisher)


def _note(figure: Row) -> Written:
    return lambda t: str(figure[f"note_{t.code}"])


def printed_share_agrees_with_its_counts(held: Held) -> Iterator[Finding]:
    """A percentage printed beside its two counts is those counts, to its printed digits."""
    agreeing: dict[tuple[str, str], list[Row]] = {}
    for f in records(held.figures.dropna(subset=["denominator"])):
        stated = _stated_share(f, held.sources[f["source_id"]].language)
        if stated is None:
            continue
        counted = f["numerator"] / f["denominator"]
        if stated.low <= 100 * counted <= stated.high:
            agreeing.setdefault((f["ref_area"], f["indicator"]), []).append(f)
            continue
        yield _finding(
            printed_share_agrees_with_its_counts,
            Verdict.WARNING,
            [f],
            "{printed} is printed, but {numerator} of {denominator} is {percent}; "
            "the counts are used.",
            printed=_percent(stated.low / 200 + stated.high / 200, digits=0),
            numerator=_count(f["numerator"]),
            denominator=_count(f["denominator"]),
            percent=_percent(counted),
        )
    for rows in agreeing.values():
        yield _finding(
            printed_share_agrees_with_its_counts,
            Verdict.PASS,
            rows[::-1],
            "Every percentage that is printed beside its counts agrees with them "
            "(number checked: {count}).",
            count=_count(len(rows)),
        )


_STATED_SHARE: Final = re.compile(r"\(([0-9.,]+) ?%\)")


def _stated_share(f: Row, language: str) -> Interval | None:
    """Return the percentage that a source prints beside counts, half a unit either way."""
    in_brackets = _STATED_SHARE.search(f["text"])
    if in_brackets is None and not (f["numerator_text"] and f["text"]):
        return None
    printed = in_brackets[1] if in_brackets else f["text"].rstrip("% ")
    figure = parse_figure(printed, language=language, unit="percent")
    half = figure.value - figure.low
    # not capped at 100: 1,503,646 of 1,500,113 is rightly printed as 100
    return Interval(figure.low, figure.value + half)


def part_is_within_its_total(held: Held) -> Iterator[Finding]:
    """A part is not larger than the whole it is counted from."""
    for part in records(held.observations):
        indicator = held.catalogue.indicator(part["indicator"])
        if not indicator.denominator or indicator.unit_measure is UnitMeasure.PROPORTION:
            continue
        total = _beside(held.observations, part, indicator.denominator)
        if total is None:
            continue
        fits = part["obs_low"] <= total["obs_high"]
        yield _finding(
            part_is_within_its_total,
            Verdict.PASS if fits else Verdict.WARNING,
            [part, total],
            "{part} ({part_value}) is not more than its whole: {total} ({total_value})."
            if fits
            else "{part} ({part_value}) is more than its whole: {total} ({total_value}); "
            "it is not used.",
            obs_status="" if fits else ObsStatus.LOW_RELIABILITY,
            part=_name(held, part),
            part_value=_value(part),
            total=_name(held, total),
            total_value=_value(total),
        )


def numerator_is_within_its_denominator(held: Held) -> Iterator[Finding]:
    """Coverage above 100 % means that the denominator, an estimate, is too low."""
    counted = held.observations.dropna(subset=["denominator"])
    for o in records(counted[counted["obs_value"] > 1]):
        yield _finding(
            numerator_is_within_its_denominator,
            Verdict.NOTE,
            [o],
            "{numerator} children were reported vaccinated of an estimated {denominator}: "
            "{percent}. The number of children was estimated too low; the value is kept as "
            "reported, not cut to 100.",
            numerator=_count(o["numerator"]),
            denominator=_count(o["denominator"]),
            percent=_percent(o["obs_value"]),
        )


def share_of_population_is_plausible(held: Held) -> Iterator[Finding]:
    """Children are about the same share of a province's people in every year."""
    shares: list[tuple[float, list[Row]]] = []
    for children in records(held.observations):
        if children["indicator"] != "children_under_16" or not is_year(children["time_period"]):
            continue
        people = _beside(held.observations, children, "population")
        stated = _beside(held.observations, children, "children_under_16_share")
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
        plausible = abs(share / usual - 1) <= SHARE_OF_POPULATION_TOLERANCE
        yield _finding(
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
            count=_count(rows[0]["obs_value"]),
            share=_percent(share),
            usual=_percent(usual),
        )


def implied_population_is_near_the_published(held: Held) -> Iterator[Finding]:
    """A count of children and its printed share imply a population near the published one."""
    for share in records(held.observations):
        if share["indicator"] != "children_under_16_share":
            continue
        children = _beside(held.observations, share, "children_under_16")
        known = series(held.observations, indicator="population", ref_area=share["ref_area"])
        known = known[known["time_period"] <= share["time_period"]]
        if children is None or known.empty:
            continue
        last = records(known)[-1]
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
        yield _finding(
            implied_population_is_near_the_published,
            Verdict.PASS if near else Verdict.WARNING,
            [share, children, last],
            "{count} children at {share} imply {low} to {high} people; the last published "
            "population, of {year}, is {people}."
            if near
            else "{count} children at {share} imply {low} to {high} people, too far from the "
            "last published population, of {year}: {people}.",
            count=_count(children["obs_value"]),
            share=_percent(share["obs_value"]),
            low=_count(implied.low),
            high=_count(implied.high),
            year=str(last["time_period"]),
            people=_count(people),
        )


def period_is_a_whole_year(held: Held) -> Iterator[Finding]:
    """Events of part of a year are not compared with a full year."""
    for o in records(held.observations):
        if is_year(o["time_period"]) or held.catalogue.indicator(o["indicator"]).nature != "flow":
            continue
        yield _finding(
            period_is_a_whole_year,
            Verdict.WARNING,
            [o],
            "{name}: {value} is for {period}, not for one calendar year; it is not plotted with "
            "yearly figures or compared with them.",
            name=_name(held, o),
            value=_value(o),
            period=_period(o),
        )


def year_on_year_change_is_explained(held: Held) -> Iterator[Finding]:
    """A value does not change by more than a quarter a year without a source saying why."""
    misprints = {
        finding.figure_ids.split()[0]
        for finding in share_of_population_is_plausible(held)
        if finding.verdict is Verdict.WARNING
    }
    pairs = held.observations[["indicator", "ref_area"]].drop_duplicates()
    for pair in records(pairs):
        rows = records(
            series(held.observations, indicator=pair["indicator"], ref_area=pair["ref_area"])
        )
        believed = [o for o in rows if o["figure_id"] not in misprints and o["obs_value"] > 0]
        for before, after in pairwise(believed):
            years = after["time_period"] - before["time_period"]
            change = after["obs_value"] / before["obs_value"]
            if max(change, 1 / change) <= YEARLY_CHANGE_FACTOR**years:
                continue
            note = _acknowledgement(held, year_on_year_change_is_explained, [after, before])
            yield _finding(
                year_on_year_change_is_explained,
                Verdict.NOTE if note else Verdict.WARNING,
                [after, before],
                "{name}: {before} in {year_before}, {after} in {year_after}. {note}"
                if note
                else "{name}: {before} in {year_before}, {after} in {year_after}. None of the "
                "sources says why: it may be a real change, another definition or a misprint. "
                "The two years are not joined or compared.",
                obs_status="" if note else ObsStatus.BREAK,
                name=_name(held, after),
                before=_value(before),
                year_before=str(before["time_period"]),
                after=_value(after),
                year_after=str(after["time_period"]),
                note=_note(note) if note else "",
            )


def unit_is_clear(held: Held) -> Iterator[Finding]:
    """A figure says what it is a number of."""
    for f in records(held.figures[held.figures["unit"] == "unclear"]):
        yield _finding(
            unit_is_clear,
            Verdict.WARNING,
            [f],
            "“{text}” does not say what it is a number of; it is listed but not used. {note}",
            text=f["text"],
            note=_note(f),
        )


def definition_is_the_series_own(held: Held) -> Iterator[Finding]:
    """A figure under another definition, or after a break, is not joined to the series."""
    declared = held.figures["obs_status"].isin(
        [ObsStatus.DEFINITION_DIFFERS.value, ObsStatus.BREAK.value]
    )
    for f in records(held.figures[declared]):
        yield _finding(
            definition_is_the_series_own,
            Verdict.WARNING,
            [f],
            "{name}: “{text}” is not joined to the other figures. {note}",
            name=_name(held, f),
            text=f["text"],
            note=_note(f),
        )


def sources_agree(held: Held) -> Iterator[Finding]:
    """Two sources that print the same thing print values that can both be true."""
    for _, same in held.candidates.groupby(KEY, sort=False):
        used, *others = records(same.sort_values("precedence", kind="stable"))
        for other in others:
            agree = _reach(used).overlaps(_reach(other))
            yield _finding(
                sources_agree,
                Verdict.PASS if agree else Verdict.NOTE,
                [used, other],
                "{name}: {used} ({source_used}) and {other} ({source_other}) can both be true."
                if agree
                else "{name}: {used} ({source_used}) is used; {other} ({source_other}) differs.",
                name=_name(held, used),
                used=_value(used),
                other=_value(other),
                source_used=_publisher(held, used),
                source_other=_publisher(held, other),
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
        One finding a row, columns as in `Finding`, in the order of `CHECKS`.
    """
    findings = [finding for check in CHECKS for finding in check(held)]
    names = list(Finding.__dataclass_fields__)
    return pd.DataFrame(
        [[getattr(finding, name) for name in names] for finding in findings], columns=names
    ).astype({"time_period": object})


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
    effects: dict[tuple[Any, ...], str] = {}
    for finding in records(findings[findings["obs_status"] != ""]):
        key = (finding["ref_area"], finding["indicator"], finding["time_period"])
        if effects.get(key) != ObsStatus.LOW_RELIABILITY:
            effects[key] = finding["obs_status"]
    statuses = [
        str(effects.get((o["ref_area"], o["indicator"], o["time_period"]), o["obs_status"]))
        for o in records(observations)
    ]
    return observations.assign(obs_status=statuses)


def _beside(observations: pd.DataFrame, row: Row, indicator: str) -> Row | None:
    """Return the observation of another indicator for the same area, period and group."""
    same = observations[
        (observations["indicator"] == indicator)
        & (observations["ref_area"] == row["ref_area"])
        & (observations["time_period"] == row["time_period"])
        & (observations["sex"] == row["sex"])
        & (observations["residence"] == row["residence"])
    ]
    return next(iter(records(same)), None)


def _acknowledgement(held: Held, check: Check, rows: list[Row]) -> Row | None:
    """Return the first figure among `rows` whose note explains what `check` found."""
    for row in rows:
        (figure,) = records(held.figures[held.figures["figure_id"] == row["figure_id"]])
        if check.__name__ in figure["acknowledges"].split():
            return figure
    return None


def _reach(o: Row) -> Interval:
    """Return the printed interval; a whole count reaches half a unit to either side."""
    half = 0.5 if o["obs_low"] == o["obs_high"] and o["obs_value"] > 1 else 0.0
    return Interval(o["obs_low"] - half, o["obs_high"] + half)
