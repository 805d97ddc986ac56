"""Data quality at a glance: how many figures there are, how precise, how checked, how used."""

from collections.abc import Collection, Sequence
from typing import Final

from childstats.analyses.provenance import DateBasis, date_basis
from childstats.analyses.report import Report
from childstats.blocks import Column, Group, Sentences, Table
from childstats.codes import ObsStatus, Verdict
from childstats.figures.figure import Qualifier
from childstats.figures.published import UNCLEAR, PublishedFigure
from childstats.language import mark
from childstats.observations import agreement, comparability, editions, printing
from childstats.observations.checks import CHECKS
from childstats.observations.findings import Check

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
USED: Final = mark("figures used in comparisons and trends")
OTHER_DEFINITION: Final = mark("kept apart: another definition")
OTHER_PERIOD: Final = mark("kept apart: not of one calendar year")
PROBABLY_WRONG: Final = mark("not used: probably wrong")
SUPERSEDED: Final = mark("not used: another source of the same figure takes precedence")
NOT_CLEAR: Final = mark("not used: not clear what it is a number of")
USES: Final = (USED, OTHER_DEFINITION, OTHER_PERIOD, PROBABLY_WRONG, SUPERSEDED, NOT_CLEAR)
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
    figures = report.figures_held()
    if not figures:
        return nothing_held(report)
    area = report.area_name(report.ref_area)
    undated = [f for f in figures if not _prints_its_date(report, f)]
    warnings = report.findings(verdict=Verdict.WARNING)
    sentences = [
        t.say(
            "Figures on {area} up to {year} that are held: {here}. Sources that they come from: "
            "{sources}; those of them that do not print their date: {undated}.",
            here=report.count(len(figures), of=figures),
            area=area,
            year=str(report.time_period),
            sources=report.count(len({f.source_id for f in figures}), "sources", figures),
            undated=report.count(len({f.source_id for f in undated}), "sources", undated),
        ),
        t.say(
            "They were compared with each other by {checks} checks. Checks that keep a figure on "
            "{area} back or apart: {grave}; their findings: {warnings}.",
            checks=report.count(len(CHECKS), "checks"),
            area=area,
            grave=report.count(
                len({f.check for f in warnings}), "checks.failed", verdict=Verdict.WARNING.value
            ),
            warnings=report.count(len(warnings), "findings", verdict=Verdict.WARNING.value),
        ),
    ]
    hedged = [f for f in figures if f.qualifier in HEDGED]
    if hedged:
        sentences.append(
            t.say(
                "Figures that are printed with a word such as about, over or nearly, and read as "
                "ranges: {hedged}.",
                hedged=report.count(len(hedged), of=hedged),
            )
        )
    return Sentences(sentences, role="bottom_line")


def nothing_held(report: Report) -> Sentences:
    """Return that no figure on the report's area is held up to its year."""
    said = report.t.say(
        "No figure on {area} up to {year} is held.",
        area=report.area_name(report.ref_area),
        year=str(report.time_period),
    )
    return Sentences([said], role="nothing")


def _prints_its_date(report: Report, f: PublishedFigure) -> bool:
    source = report.workspace.sources[f.source_id]
    return bool(source.date_published) and date_basis(source) is DateBasis.PRINTED


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
    figures = report.figures_held()
    precision = {
        mark("held figures"): figures,
        mark("of them exact counts"): _printed(figures, {Qualifier.EXACT}),
        mark("rounded to their last printed digit"): _printed(figures, {Qualifier.ROUNDED}),
        mark("printed with a word such as about, over or nearly"): _printed(figures, HEDGED),
        mark("printed as two counts, the share computed"): [
            f for f in figures if f.value is None and f.numerator is not None
        ],
    }
    groups = {mark("Precision"): precision, mark("Use"): uses(report)}
    rows: list[tuple[str, ...] | Group] = []
    for group, counted in groups.items():
        rows.append(Group(t.say(group)))
        rows += [
            (t.say(n), report.count(len(some), of=some)) for n, some in counted.items() if some
        ]
    return Table(
        title=t.say("The figures on {area} in numbers", area=report.area_name(report.ref_area)),
        columns=[Column(t.say("What is counted"), width=5), Column(t.say("Number"), "right")],
        rows=rows if figures else [(t.say("held figures"), report.count(0))],
    )


def _printed(
    figures: Sequence[PublishedFigure], qualifiers: Collection[str]
) -> list[PublishedFigure]:
    return [f for f in figures if f.qualifier in qualifiers]


def uses(report: Report) -> dict[str, list[PublishedFigure]]:
    """Return what becomes of each figure on the report's area up to its year.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    dict
        A message to the figures of which it is true; each is in one.
    """
    figures = report.figures_held()
    observed = {o.figure_id: o for o in report.workspace.rows.observations(report.ref_area)}
    warnings = report.findings(verdict=Verdict.WARNING)
    apart = {(f.check, str(f.figure_ids).split()[0]) for f in warnings}
    definition, period = (
        check.__name__
        for check in (
            comparability.definition_is_the_series_own,
            comparability.period_is_a_whole_year,
        )
    )
    found: dict[str, list[PublishedFigure]] = {use: [] for use in USES}
    for f in figures:
        o = observed.get(f.figure_id)
        if f.unit == UNCLEAR:
            use = NOT_CLEAR
        elif (definition, f.figure_id) in apart:
            use = OTHER_DEFINITION
        elif (period, f.figure_id) in apart:
            use = OTHER_PERIOD
        elif o is None:
            use = SUPERSEDED
        else:
            use = PROBABLY_WRONG if o.obs_status == ObsStatus.LOW_RELIABILITY else USED
        found[use].append(f)
    return found


def table_checks(report: Report) -> Table:
    """Return each check with its verdict and the number of its findings on the area.

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
    found = report.findings()
    rows = []
    for check in CHECKS:
        of_it = [f for f in found if f.check == check.__name__]
        counts = {v: sum(f.verdict == v for f in of_it) for v in VERDICT_NAMES}
        gravest = next((v for v in VERDICT_NAMES if counts[v]), None)
        cells = [
            report.count(counts[v], "findings", check=check.__name__, verdict=v.value)
            for v in reversed(VERDICT_NAMES)
        ]
        said = t.say(VERDICT_NAMES[gravest]) if gravest else t.say("nothing found")
        rows.append((t.say(CHECK_NAMES[check]), said, *cells))
    return Table(
        title=t.say("What was checked"),
        columns=[
            Column(t.say("What should hold"), width=4.6),
            Column(report.area_name(report.ref_area), width=2.1),
            Column(t.say("Holds"), "right", width=0.7),
            Column(t.say("Worth knowing"), "right", width=0.9),
            Column(t.say("Not used or apart"), "right", width=1.1),
        ],
        rows=rows,
        notes=[
            t.say(
                "The verdict is the gravest of the check's findings on the area, and the numbers "
                "count these. Nothing found: the check had no objection, or nothing to compare."
            )
        ],
    )
