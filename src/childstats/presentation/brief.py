"""The year in brief: a few computed sentences, each left out where its figures are missing."""

from childstats.codes import Level, UnitMeasure
from childstats.observations.findings import Row
from childstats.presentation.blocks import Sentences
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.wording import (
    capitalised,
    lowered,
    percent_range,
    ratio_in_brief,
    share_of_whole,
    value_in_words,
)
from childstats.statistics.proportions import proportion
from childstats.statistics.rates import rate

ABUSE_RATE_PER = 100_000
LEVELS = (Level.PREVENTION, Level.SUPPORT, Level.INTERVENTION)
"""The three levels of provincial child protection, in the order in which they act."""


def profile_sentences(report: Report, *, comparator_areas: list[str]) -> Sentences:
    """Return the year in a few computed sentences, most important first.

    Parameters
    ----------
    report
        The report.
    comparator_areas
        Areas to compare with, the first that has a comparable figure is named.

    Returns
    -------
    Sentences
        Only what the sources publish; a sentence whose figure is missing is left out.
    """
    used: list[Row | None] = []
    sentences = [
        sentence
        for sentence in (
            _children_sentence(report, used),
            _special_circumstances_sentence(report, comparator_areas, used),
            _at_risk_sentence(report, used),
            _immunisation_sentence(report, used),
            _lowest_share_sentence(report, used),
            _surgery_sentence(report, used),
            _abuse_sentence(report, used),
        )
        if sentence
    ]
    return Sentences(sentences, figure_ids(used), role="bottom_line")


def _children_sentence(report: Report, used: list[Row | None]) -> str | None:
    children = report.observation("children_under_16")
    share = report.observation("children_under_16_share")
    if children is None or share is None:
        return None
    used += [children, share]
    return report.t.say(
        "{count} children under 16 lived in {area} in {period}: {share} of the population {cite}.",
        count=value_in_words(report, children),
        area=report.area_name(report.ref_area),
        period=str(report.time_period),
        share=value_in_words(report, share),
        cite=report.cite(children["figure_id"], share["figure_id"]),
    )


def _special_circumstances_sentence(
    report: Report, comparator_areas: list[str], used: list[Row | None]
) -> str | None:
    here = report.observation("special_circumstances")
    share = share_of_whole(report, here) if here else None
    if here is None or share is None:
        return None
    used += [here, report.observation("children_under_16")]
    sentence = report.t.say(
        "{count} of them, {share}, were in special circumstances {cite}.",
        count=value_in_words(report, here),
        share=percent_range(report, share),
        cite=report.cite(here["figure_id"]),
    )
    for area in comparator_areas:
        there = report.observation("special_circumstances", ref_area=area)
        other = share_of_whole(report, there) if there else None
        if there is None or other is None or share.overlaps(other):
            continue
        used += [there, report.observation("children_under_16", ref_area=area)]
        ratio = share.divided_by(other)
        return report.t.say(
            "{sentence} That is {ratio} times the share in {other_area} ({other_share}) {cite}.",
            sentence=sentence,
            ratio=ratio_in_brief(report, ratio),
            other_area=report.area_name(area),
            other_share=percent_range(report, other),
            cite=report.cite(there["figure_id"]),
        )
    return sentence


def _at_risk_sentence(report: Report, used: list[Row | None]) -> str | None:
    at_risk = report.observation("at_risk")
    share = share_of_whole(report, at_risk) if at_risk else None
    if at_risk is None or share is None:
        return None
    used += [at_risk, report.observation("children_under_16")]
    return report.t.say(
        "{count} children, {share} of all, were at risk of falling into special circumstances; "
        "the range is what the rounded count allows {cite}.",
        count=capitalised(value_in_words(report, at_risk)),
        share=percent_range(report, share),
        cite=report.cite(at_risk["figure_id"]),
    )


def _immunisation_sentence(report: Report, used: list[Row | None]) -> str | None:
    under_1 = report.observation("full_immunisation_under_1")
    under_5 = report.observation("full_immunisation_under_5")
    if under_1 is None or under_5 is None:
        return None
    used += [under_1, under_5]
    return report.t.say(
        "{under_1} of children under 1 had every vaccine counted for their age, and {under_5} of "
        "children under 5 had all 12; these are two measures and cannot be ranked {cite}.",
        under_1=value_in_words(report, under_1),
        under_5=value_in_words(report, under_5),
        cite=report.cite(under_1["figure_id"], under_5["figure_id"]),
    )


def _lowest_share_sentence(report: Report, used: list[Row | None]) -> str | None:
    shares = shares_reached(report)
    if not shares:
        return None
    lowest = shares[0]
    used.append(lowest)
    return report.t.say(
        "Furthest from 100%: {name}, {value} {cite}.",
        name=lowered(report.indicator_name(lowest["indicator"])),
        value=value_in_words(report, lowest),
        cite=report.cite(lowest["figure_id"]),
    )


def _surgery_sentence(report: Report, used: list[Row | None]) -> str | None:
    screened = report.observation("disability_screened")
    operated = report.observation("disability_operated")
    if screened is None or operated is None:
        return None
    used += [screened, operated]
    share = proportion(operated["obs_value"], screened["obs_value"])
    return report.t.say(
        "{screened} children with disabilities were screened and {operated} of them had free "
        "surgery: {share} (95% confidence interval {interval}). Not every child who is screened "
        "needs surgery {cite}.",
        screened=report.t.count(screened["obs_value"]),
        operated=report.t.count(operated["obs_value"]),
        share=report.t.percent(float(share.value), digits=1),
        interval=percent_range(report, share),
        cite=report.cite(screened["figure_id"], operated["figure_id"]),
    )


def _abuse_sentence(report: Report, used: list[Row | None]) -> str | None:
    cases = report.observation("abuse_cases")
    children = report.observation("children_under_16")
    if cases is None or children is None:
        return None
    used += [cases, children]
    per_children = rate(cases["obs_value"], children["obs_value"], per=ABUSE_RATE_PER)
    return report.t.say(
        "{count} cases of abuse of children were recorded, {rate} for every {per} children (95% "
        "confidence interval {low} to {high}); cases that nobody reported are not in this "
        "number {cite}.",
        count=report.t.count(cases["obs_value"]),
        rate=report.t.decimal(float(per_children.value), digits=1),
        per=report.t.count(ABUSE_RATE_PER),
        low=report.t.decimal(float(per_children.low), digits=1),
        high=report.t.decimal(float(per_children.high), digits=1),
        cite=report.cite(cases["figure_id"]),
    )


def shares_reached(report: Report) -> list[Row]:
    """Return the year's shares of something that every child should have, lowest first."""
    rows = [
        o
        for indicator in report.workspace.catalogue.indicators.values()
        if indicator.level in LEVELS
        and indicator.unit_measure is UnitMeasure.PROPORTION
        and indicator.polarity == "higher"
        and (o := report.observation(indicator.indicator)) is not None
    ]
    return sorted(rows, key=lambda o: float(o["obs_value"]))
