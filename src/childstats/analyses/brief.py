"""The year in brief: three to five computed sentences; one without its figures is left out."""

from math import inf
from typing import Final

from childstats.analyses.areas import comparators
from childstats.analyses.cascade import last_held, screening, screening_sentence
from childstats.analyses.estimates import rate
from childstats.analyses.profile import latest
from childstats.analyses.profile_cells import value_and_share
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.spine import last_common
from childstats.analyses.standing import (
    Standing,
    against_area,
    by_print,
    earlier_than,
    is_unexplained,
    since,
)
from childstats.analyses.targets import TargetVerdict, target_in_words, target_met
from childstats.analyses.wording import (
    brief_value,
    ratio_in_brief,
    share_in_words,
    share_of_whole,
    value_in_words,
    whole_of,
    year_in_words,
)
from childstats.blocks import Sentences
from childstats.codes import Level
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.table import Observation
from childstats.statistics.benchmarks import BenchmarkVerdict
from childstats.text.claim import Word
from childstats.text.number import Kind

ABUSE_RATE_PER = 100_000
FEWEST = 3
"""Sentences that the year in brief has at least, filled up with single figures."""
MOST = 5
NONE_HELD = mark("No figure on children in {area} up to {year} is held.")
ANY_HELD = mark(
    "The figures on children in {area} up to {year} are too few for sentences; "
    "the tables show them."
)

UNEXPLAINED: Final = {
    Word.ABOVE: mark(", up from {value} in {year}, for which no source here gives a reason"),
    Word.BELOW: mark(", down from {value} in {year}, for which no source here gives a reason"),
}
SINCE: Final = {
    BenchmarkVerdict.HIGHER: mark(", up from {value} in {year}"),
    BenchmarkVerdict.LOWER: mark(", down from {value} in {year}"),
    BenchmarkVerdict.SIMILAR: mark(", not clearly other than {value} in {year}"),
}
AGAINST = {
    BenchmarkVerdict.BETTER: mark("better than {area}, {value}"),
    BenchmarkVerdict.WORSE: mark("worse than {area}, {value}"),
    BenchmarkVerdict.SIMILAR: mark("no clear difference from {area}, {value}"),
    BenchmarkVerdict.HIGHER: mark("higher than {area}, {value}"),
    BenchmarkVerdict.LOWER: mark("lower than {area}, {value}"),
}
BY_PRINT: Final = {
    Word.ABOVE: mark("above {areas}"),
    Word.BELOW: mark("below {areas}"),
    Word.NO_CLEAR_DIFFERENCE: mark("printed like {areas}"),
}
LAST_SHARED: Final = mark(", the last year of which others are held too")


def profile_sentences(report: Report, *, comparator_areas: list[str] | None = None) -> Sentences:
    """Return the year in a few computed sentences, most important first.

    Parameters
    ----------
    report
        The report.
    comparator_areas
        Areas to compare with; the last is the widest, usually the country. Derived from the
        report's area unless given.

    Returns
    -------
    Sentences
        Three to five where the sources publish enough; a sentence whose figure is missing is
        left out.
    """
    used: list[Observation | None] = []
    areas = comparators(report) if comparator_areas is None else comparator_areas
    found = [
        _vulnerable_sentence(report, areas, used),
        _targets_sentence(report, used),
        _survival_sentence(report, areas, used),
        _screening_sentence(report, used),
        _abuse_sentence(report, used),
    ]
    sentences = [sentence for sentence in found if sentence]
    if len(sentences) < FEWEST:
        sentences += _single_sentences(report, used)[: FEWEST - len(sentences)]
    if not sentences:
        said = report.t.say(
            ANY_HELD if _holds_any(report) else NONE_HELD,
            area=report.area_name(report.ref_area),
            year=str(report.time_period),
        )
        return Sentences([said], role="nothing")
    return Sentences(sentences[:MOST], figure_ids(used), role="bottom_line")


def _holds_any(report: Report) -> bool:
    return any(latest(report, name) for name in report.workspace.catalogue.indicators)


def _vulnerable_sentence(
    report: Report, comparator_areas: list[str], used: list[Observation | None]
) -> str | None:
    """Return children, those in special circumstances, and those at risk."""
    t = report.t
    children = report.observation("children_under_16")
    if children is None:
        return None
    used.append(children)
    cited = [children]
    sentence = t.say(
        "{area} had {count} children under 16 in {year}",
        area=report.area_name(report.ref_area),
        count=value_in_words(report, children),
        year=str(report.time_period),
    )
    special = report.observation("special_circumstances")
    share = share_of_whole(report, special) if special else None
    if special is not None and share is not None:
        cited.append(special)
        sentence = t.say(
            "{sentence}; {number} of them ({share}) were in special circumstances{change}"
            "{comparison}, where a higher share can mean more need or better finding",
            sentence=sentence,
            change=_changed(report, special, cited),
            number=value_in_words(report, special),
            share=share_in_words(report, special, share),
            comparison=_times_elsewhere(report, special, comparator_areas, cited),
        )
    at_risk = report.observation("at_risk")
    share = share_of_whole(report, at_risk) if at_risk else None
    if at_risk is not None and share is not None:
        cited.append(at_risk)
        sentence = t.say(
            "{sentence}; {number} ({share}) were at risk of falling into them{change}",
            sentence=sentence,
            change=_changed(report, at_risk, cited),
            number=value_in_words(report, at_risk),
            share=share_in_words(report, at_risk, share),
        )
    used += cited
    return t.say("{sentence} {cite}.", sentence=sentence, cite=report.cite(*figure_ids(cited)))


def _changed(report: Report, o: Observation, cited: list[Observation]) -> str:
    """Return the change of a figure as part of a sentence; "" where it has none."""
    before, earlier = since(report, o), earlier_than(report, o)
    if before is not None:
        other, message = before.other, before.verdict and SINCE.get(before.verdict)
    elif earlier and is_unexplained(report, earlier[-1], o):
        other = earlier[-1]
        message = UNEXPLAINED.get(by_print(report, o, other))
    else:
        return ""
    if message is None:
        return ""
    cited.append(other)
    said = value_and_share if message in UNEXPLAINED.values() else brief_value
    return report.t.say(message, value=said(report, other), year=str(other.time_period))


def _times_elsewhere(
    report: Report, here: Observation, comparator_areas: list[str], cited: list[Observation]
) -> str:
    """Return how many times the share of the first area with a higher or lower one it is."""
    for area in comparator_areas:
        standing = against_area(report, here, area)
        if standing is None or standing.verdict in {None, BenchmarkVerdict.SIMILAR}:
            continue
        share, other = share_of_whole(report, here), share_of_whole(report, standing.other)
        if share is None or other is None or not other.high:
            continue
        cited.append(standing.other)
        ratio = share.divided_by(other)
        if share.low < share.high == 1:  # as far as the whole is open: no limit of its own
            ratio = Interval(ratio.low, inf)
        return report.t.say(
            ", {ratio} times the share in {area} ({share})",
            ratio=ratio_in_brief(
                report,
                ratio,
                "ratio_of_shares.printed",
                [here, standing.other, whole_of(report, here), whole_of(report, standing.other)],
            ),
            area=report.area_name(area),
            share=share_in_words(report, standing.other, other),
        )
    return ""


def _targets_sentence(report: Report, used: list[Observation | None]) -> str | None:
    held = [
        o
        for indicator in report.workspace.catalogue.indicators
        if (o := report.observation(indicator)) is not None
        and target_met(report, o) not in {None, TargetVerdict.TOO_OLD}
    ]
    if not held:
        return None
    used += held
    return report.t.say(
        "{targets} {cite}.",
        targets=". ".join(
            report.t.say(
                "{name}: {value}; target {target}",
                name=report.indicator_name(o.indicator),
                value=brief_value(report, o),
                target=target_in_words(report, o),
            )
            for o in held
        ),
        cite=report.cite(*figure_ids(held)),
    )


def _survival_sentence(
    report: Report, comparator_areas: list[str], used: list[Observation | None]
) -> str | None:
    """Return the infant mortality of the last year, if possible one that others publish too."""
    t = report.t
    pairs = [
        pair
        for area in reversed(comparator_areas)
        if (pair := last_common(report, "infant_mortality_rate", area)) is not None
    ]
    o = pairs[0][0] if pairs else latest(report, "infant_mortality_rate")
    if o is None:
        return None
    same_year = [standing for row, standing in pairs if row.time_period == o.time_period]
    rows = [o, *(standing.other for standing in same_year)]
    used += rows
    newest = latest(report, "infant_mortality_rate")
    is_newest = newest is None or newest.figure_id == o.figure_id
    return t.say(
        "{value} of every 1,000 children born alive in {area} died before their first birthday in "
        "{year}{held}{comparisons} {cite}.",
        value=brief_value(report, o),
        area=report.area_name(report.ref_area),
        year=year_in_words(report, o),
        held=last_held(report, o) if is_newest else t.say(LAST_SHARED),
        comparisons=_beside(report, o, same_year),
        cite=report.cite(*figure_ids(rows)),
    )


def _beside(report: Report, o: Observation, standings: list[Standing]) -> str:
    """Return how a figure compares with others; by the prints where there is no test."""
    t = report.t
    tested: list[str] = []
    printed: dict[Word, list[str]] = {word: [] for word in BY_PRINT}
    for standing in standings:
        other = standing.other
        name, value = report.area_name(other.ref_area), brief_value(report, other)
        if standing.verdict is not None:
            tested.append(t.say(AGAINST[standing.verdict], area=name, value=value))
        else:
            printed[by_print(report, o, other)].append(f"{name} ({value})")
    parts = [t.say(BY_PRINT[word], areas=t.join(areas)) for word, areas in printed.items() if areas]
    if parts:
        parts[-1] += t.say("; no interval was printed, so that chance cannot be judged")
    said = ", ".join([*tested, *parts])
    return f": {said}" if said else ""


def _screening_sentence(report: Report, used: list[Observation | None]) -> str | None:
    found = screening(report)
    if found is not None:
        used += found[:2]
    return screening_sentence(report)


def _abuse_sentence(report: Report, used: list[Observation | None]) -> str | None:
    cases = report.observation("abuse_cases")
    children = report.observation("children_under_16")
    if cases is None or children is None or cases.obs_low != cases.obs_high:
        return None
    if not children.obs_value:
        return None  # no rate per nobody
    t = report.t
    used += [cases, children]
    if children.obs_low != children.obs_high:
        return t.say(
            "{count} cases of child abuse were recorded; cases that nobody reported are not among "
            "them {cite}.",
            count=report.plain(cases),
            cite=report.cite(cases.figure_id),
        )
    per_children = rate(cases.obs_value, children.obs_value, per=ABUSE_RATE_PER)
    return t.say(
        "{count} cases of child abuse were recorded, {value} for every {per} children (95% CI "
        "{low} to {high}); cases that nobody reported are not among them {cite}.",
        count=report.plain(cases),
        per=report.count(ABUSE_RATE_PER, "constant"),
        **report.number(
            *(Kind.RATE, per_children.value, "rate", [cases, children]),
            low=per_children.low,
            high=per_children.high,
            digits=1,
            per=ABUSE_RATE_PER,
        )._asdict(),
        cite=report.cite(cases.figure_id),
    )


def _single_sentences(report: Report, used: list[Observation | None]) -> list[str]:
    """Return single figures on children for an area with few: newest first, with their change."""
    said = {o.indicator for o in used if o is not None}
    held = [
        o
        for indicator in report.workspace.catalogue.indicators.values()
        if indicator.level is not Level.CONTEXT
        and (indicator.polarity != "none" or indicator.level is Level.SUPPORT)
        and indicator.indicator not in said
        and (o := latest(report, indicator.indicator)) is not None
    ]
    held.sort(key=lambda o: -int(o.time_period))
    sentences = []
    for o in held[:FEWEST]:
        cited = [o]
        change = _changed(report, o, cited)
        used += cited
        sentences.append(
            report.t.say(
                "{name}: {value} in {year}{held}{change} {cite}.",
                name=report.indicator_name(o.indicator),
                value=value_in_words(report, o),
                year=year_in_words(report, o),
                held=last_held(report, o),
                change=change,
                cite=report.cite(*figure_ids(cited)),
            )
        )
    return sentences
