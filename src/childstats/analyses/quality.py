"""Data quality at a glance: how many figures there are, how precise, how checked, how used."""

from collections.abc import Sequence
from typing import Final

from childstats.analyses.provenance import DateBasis, date_basis
from childstats.analyses.report import Report
from childstats.blocks import Column, Group, Sentences, Table
from childstats.codes import ObsStatus, Verdict
from childstats.figures.figure import Qualifier
from childstats.language import mark
from childstats.observations import agreement, comparability, editions, printing
from childstats.observations.checks import CHECKS
from childstats.observations.findings import Check, Row
from childstats.observations.table import records

CHECK_NAMES: Final[dict[Check, str]] = {
    agreement.printed_share_agrees_with_its_counts: mark(
        "A percentage printed beside its counts agrees with them"
    ),
    agreement.share_gives_a_whole_count: mark("A percentage of a known number is a whole count"),
    agreement.parts_add_up_to_their_total: mark("Parts add up to their total"),
    agreement.part_is_within_its_total: mark("A part is not larger than its whole"),
    agreement.numerator_is_within_its_denominator: mark("Coverage is not above 100%"),
    comparability.target_population_is_steady: mark(
        "The number of children that coverage is counted against is steady"
    ),
    agreement.share_of_population_is_plausible: mark(
        "Children are about the same share of the people every year"
    ),
    agreement.implied_population_is_near_the_published: mark(
        "Count and percentage imply a population near the published one"
    ),
    agreement.figures_fit_together: mark("All figures of a year can be true at once"),
    comparability.period_is_a_whole_year: mark("Events are counted over a whole year"),
    comparability.part_of_a_year_is_within_the_year: mark(
        "Events of part of a year are not more than those of the year"
    ),
    printing.counts_are_whole_in_the_declared_format: mark(
        "Counts are whole numbers in the number format of their source"
    ),
    printing.percentages_are_not_proportions: mark("Percentages are not proportions"),
    printing.unit_fits_the_whole: mark("The unit of a part fits its whole"),
    comparability.year_on_year_change_is_explained: mark(
        "A change by a factor above 1.25 a year is explained"
    ),
    comparability.jump_of_many_areas_is_one_of_all: mark(
        "A change without a reason in many areas of a source breaks the series of all of them"
    ),
    comparability.unit_does_not_slip: mark("A series keeps its unit"),
    comparability.unit_is_clear: mark("A figure says what it is a number of"),
    comparability.definition_is_the_series_own: mark("A figure has the definition of its series"),
    editions.look_alikes_are_kept_apart: mark("Look-alike figures are kept apart"),
    editions.editions_agree: mark("Editions of one office agree"),
    editions.sources_agree: mark("Sources that print the same thing agree"),
}
"""Each check as readers know it."""

VERDICT_NAMES: Final = {
    Verdict.WARNING: mark("not used or apart"),
    Verdict.NOTE: mark("worth knowing"),
    Verdict.PASS: mark("holds"),
}
"""Verdicts as readers know them, the gravest first."""
HEDGED: Final = {
    Qualifier.ABOUT,
    Qualifier.OVER,
    Qualifier.NEARLY,
    Qualifier.UP_TO,
    Qualifier.BELOW,
    Qualifier.RANGE,
}


def quality_sentences(report: Report) -> Sentences:
    """Return how many figures there are, from where, and how many were held back.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Sentences
        The bottom line of the data-quality report.
    """
    t = report.t
    figures = _figures_here(report)
    area = report.area_name(report.ref_area)
    by_verdict = _verdicts(report)
    grave = sum(v is Verdict.WARNING for v in by_verdict.values())
    sentences = [
        t.say(
            "{here} published figures on {area} are held, from {sources} sources; {inferred} of "
            "these sources do not print the date that is given for them.",
            here=t.count(len(figures)),
            area=area,
            sources=t.count(len({f["source_id"] for f in figures})),
            inferred=t.count(len(_sources_with(report, figures, DateBasis.INFERRED))),
        ),
        t.say(
            "{checks} checks held them against each other: on {area}, {grave} of the checks keep "
            "a figure back or apart (findings: {warnings}), and the others do not.",
            checks=t.count(len(CHECKS)),
            area=area,
            grave=t.count(grave),
            warnings=t.count(len(_findings_here(report, Verdict.WARNING))),
        ),
    ]
    hedged = sum(f["qualifier"] in HEDGED for f in figures)
    if hedged:
        sentences.append(
            t.say(
                "{hedged} of the figures are printed with a word such as about, over or nearly; "
                "they are read as ranges.",
                hedged=t.count(hedged),
            )
        )
    return Sentences(sentences, role="bottom_line")


def table_quality(report: Report) -> Table:
    """Return the quality of the area's figures in numbers: precision and use.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        One row a number, in groups.
    """
    t = report.t
    figures = _figures_here(report)
    return Table(
        title=t.say("The figures on {area} in numbers", area=report.area_name(report.ref_area)),
        columns=[Column(t.say("What is counted"), width=5), Column(t.say("Number"), "right")],
        rows=[
            *_precision_rows(report, figures),
            *_use_rows(report, figures),
        ],
    )


def _precision_rows(report: Report, figures: Sequence[Row]) -> list[tuple[str, ...] | Group]:
    t = report.t
    qualifiers = [f["qualifier"] for f in figures]
    counts_only = sum(f["value"] is None and f["numerator"] is not None for f in figures)
    unclear = sum(f["unit"] == "unclear" for f in figures)
    return [
        Group(t.say("Precision")),
        (t.say("published figures"), t.count(len(figures))),
        (t.say("of them exact counts"), t.count(qualifiers.count(Qualifier.EXACT))),
        (
            t.say("rounded to their last printed digit"),
            t.count(qualifiers.count(Qualifier.ROUNDED)),
        ),
        (
            t.say("printed with a word such as about, over or nearly"),
            t.count(sum(q in HEDGED for q in qualifiers)),
        ),
        (t.say("printed as two counts, the share computed"), t.count(counts_only)),
        (t.say("without saying what they are a number of"), t.count(unclear)),
    ]


def _use_rows(report: Report, figures: Sequence[Row]) -> list[tuple[str, ...] | Group]:
    t = report.t
    observations = report.workspace.observations
    here = observations[observations["ref_area"] == report.ref_area]
    statuses = here["obs_status"].tolist()
    apart = statuses.count(ObsStatus.DEFINITION_DIFFERS)
    unused = statuses.count(ObsStatus.LOW_RELIABILITY)
    held = set(here["figure_id"])
    left = [f for f in figures if f["figure_id"] not in held]
    unclear = sum(f["unit"] == "unclear" for f in left)
    other = len(left) - unclear
    return [
        Group(t.say("Use")),
        (t.say("figures used in comparisons and trends"), t.count(len(here) - apart - unused)),
        (t.say("kept apart: another definition"), t.count(apart)),
        (t.say("not used: probably wrong"), t.count(unused)),
        (
            t.say("not used: another source of the same figure takes precedence"),
            t.count(other),
        ),
        (t.say("not used: not clear what it is a number of"), t.count(unclear)),
    ]


def table_checks(report: Report) -> Table:
    """Return each check with its verdict on the area, and its findings over all areas.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        One row a check.
    """
    t = report.t
    found = report.workspace.checks
    counted = found.groupby(["check", "verdict"]).size()
    by_verdict = _verdicts(report)
    return Table(
        title=t.say("What was checked"),
        columns=[
            Column(t.say("What should hold"), width=4.6),
            Column(report.area_name(report.ref_area), width=2.1),
            Column(t.say("Holds"), "right", width=0.7),
            Column(t.say("Worth knowing"), "right", width=0.9),
            Column(t.say("Not used or apart"), "right", width=1.1),
        ],
        rows=[
            (
                t.say(CHECK_NAMES[check]),
                _verdict_name(report, check, by_verdict),
                *(
                    t.count(int(counted.get((check.__name__, verdict.value), 0)))
                    for verdict in (Verdict.PASS, Verdict.NOTE, Verdict.WARNING)
                ),
            )
            for check in CHECKS
        ],
        notes=[
            t.say(
                "The verdict is the gravest of the check's findings on the area. Nothing found: "
                "the check had no objection, or nothing to compare. The numbers count the findings "
                "over all areas."
            )
        ],
    )


def _verdict_name(report: Report, check: Check, by_verdict: dict[Check, Verdict]) -> str:
    has_findings = any(f["check"] == check.__name__ for f in _findings_here(report))
    if not has_findings:
        return report.t.say("nothing found")
    return report.t.say(VERDICT_NAMES[by_verdict[check]])


def _verdicts(report: Report) -> dict[Check, Verdict]:
    """Return the gravest verdict of each check on the report's area; pass where it found none."""
    found: dict[str, set[str]] = {}
    for f in _findings_here(report):
        found.setdefault(f["check"], set()).add(f["verdict"])
    return {
        check: next((v for v in VERDICT_NAMES if v in found.get(check.__name__, ())), Verdict.PASS)
        for check in CHECKS
    }


def _findings_here(report: Report, verdict: Verdict | None = None) -> list[Row]:
    checks = report.workspace.checks
    here = checks[checks["ref_area"] == report.ref_area]
    return [f for f in records(here) if verdict is None or f["verdict"] == verdict]


def _figures_here(report: Report) -> list[Row]:
    figures = report.workspace.figures
    return list(records(figures[figures["ref_area"] == report.ref_area]))


def _sources_with(report: Report, figures: Sequence[Row], basis: DateBasis) -> set[str]:
    """Return the sources of figures whose date is known in one way."""
    sources = report.workspace.sources
    return {f["source_id"] for f in figures if date_basis(sources[f["source_id"]]) is basis}
