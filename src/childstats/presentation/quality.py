"""Data quality: what was held against what, what was found, and where each figure is printed."""

from typing import Final

from childstats.codes import Verdict
from childstats.language import mark
from childstats.observations import agreement, comparability, editions, printing
from childstats.observations.checks import CHECKS
from childstats.observations.findings import Check
from childstats.observations.table import records
from childstats.presentation.blocks import Column, Sentences, Table
from childstats.presentation.report import Report

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
    comparability.unit_does_not_slip: mark("A series keeps its unit"),
    comparability.unit_is_clear: mark("A figure says what it is a number of"),
    comparability.definition_is_the_series_own: mark("A figure has the definition of its series"),
    editions.look_alikes_are_kept_apart: mark("Look-alike figures are kept apart"),
    editions.editions_agree: mark("Editions of one office agree"),
    editions.sources_agree: mark("Sources that print the same thing agree"),
}
"""Each check as readers know it."""


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
    figures = report.workspace.figures
    here = figures[figures["ref_area"] == report.ref_area]
    found = report.workspace.checks
    warnings = found[(found["verdict"] == Verdict.WARNING) & (found["ref_area"] == report.ref_area)]
    hedged = here[~here["qualifier"].isin(["exact", "rounded", ""])]
    return Sentences(
        [
            t.say(
                "{figures} published figures from {sources} sources are held, {here} of them on "
                "{area}.",
                figures=t.count(len(figures)),
                sources=t.count(len(report.workspace.sources)),
                here=t.count(len(here)),
                area=report.area_name(report.ref_area),
            ),
            t.say(
                "{checks} checks compared them with each other; by {warnings} of their findings on "
                "{area} a figure is not used or stands apart from others, and each is listed "
                "below.",
                checks=t.count(len(CHECKS)),
                warnings=t.count(len(warnings)),
                area=report.area_name(report.ref_area),
            ),
            t.say(
                "{hedged} figures on {area} are printed with a word such as about, over or nearly; "
                "they are read as ranges.",
                hedged=t.count(len(hedged)),
                area=report.area_name(report.ref_area),
            ),
        ],
        role="bottom_line",
    )


def table_checks(report: Report) -> Table:
    """Return each check with the number of its findings, over all areas.

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
    return Table(
        title=t.say("What was checked, all areas"),
        columns=[
            Column(t.say("What should hold"), width=4),
            Column(t.say("Holds"), "right"),
            Column(t.say("Worth knowing"), "right"),
            Column(t.say("Not used or apart"), "right"),
        ],
        rows=[
            (
                t.say(CHECK_NAMES[check]),
                *(
                    t.count(int(counted.get((check.__name__, verdict.value), 0)))
                    for verdict in (Verdict.PASS, Verdict.NOTE, Verdict.WARNING)
                ),
            )
            for check in CHECKS
        ],
    )


def table_findings(report: Report) -> Table:
    """Return what the checks found beyond "holds", for the report's area and the country.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        One row a finding.
    """
    t = report.t
    verdicts = {Verdict.NOTE: mark("worth knowing"), Verdict.WARNING: mark("not used or apart")}
    catalogue = report.workspace.catalogue
    rows, used = [], []
    for f in records(report.workspace.checks):
        if f["verdict"] == Verdict.PASS or not catalogue.contains(f["ref_area"], report.ref_area):
            continue
        ids = f["figure_ids"].split()
        used += ids
        rows.append(
            (
                f"{report.area_name(f['ref_area'])}, {t.period(f['time_period'])}",
                f[f"message_{t.code}"],
                t.say(verdicts[Verdict(f["verdict"])]),
                report.cite(*ids),
            )
        )
    return Table(
        title=t.say("What the checks found"),
        columns=[
            Column(t.say("Area and period"), width=1.3),
            Column(t.say("Finding"), width=5),
            Column(t.say("Verdict"), width=1.1),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        figure_ids=used,
    )


def table_area_origins(report: Report) -> Table:
    """Return where every figure on the report's area is printed.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        One row a figure, in the order of the catalogue.
    """
    figures = report.workspace.figures
    order = {name: i for i, name in enumerate(report.workspace.catalogue.indicators)}
    here = figures[figures["ref_area"] == report.ref_area]
    ranked = here.assign(rank=here["indicator"].map(order)).sort_values(
        ["rank", "time_period", "figure_id"]
    )
    return report.table_origins(ranked["figure_id"])


def sentences_not_published(report: Report) -> Sentences:
    """Return the indicators of which the year has no figure for the area, others of its kind do.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Sentences
        One sentence, or that all are published.
    """
    t = report.t
    level = report.workspace.catalogue.area(report.ref_area).level
    areas = {a.ref_area for a in report.workspace.catalogue.areas.values() if a.level == level}
    figures = report.workspace.figures
    published_somewhere = set(figures.loc[figures["ref_area"].isin(areas), "indicator"])
    missing = [
        report.indicator_name(i)
        for i in report.workspace.catalogue.indicators
        if i in published_somewhere and report.observation(i) is None
    ]
    if not missing:
        return Sentences([t.say("Every indicator of the catalogue was published.")])
    return Sentences(
        [
            t.say(
                "No figure on {area} for {period} was found, or none that may be used, of: "
                "{names}.",
                area=report.area_name(report.ref_area),
                period=str(report.time_period),
                names="; ".join(missing),
            )
        ]
    )
