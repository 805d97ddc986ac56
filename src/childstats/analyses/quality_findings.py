"""What the checks found, said once for each series: repeated findings are one sentence."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from childstats.analyses.quality import CHECK_NAMES, nothing_held
from childstats.analyses.report import Report
from childstats.blocks import Column, Group, Sentences, Table
from childstats.codes import Verdict
from childstats.language import mark
from childstats.observations.agreement import (
    figures_fit_together,
    numerator_is_within_its_denominator,
    printed_share_agrees_with_its_counts,
    share_of_population_is_plausible,
)
from childstats.observations.checks import CHECKS
from childstats.observations.comparability import (
    definition_is_the_series_own,
    jump_of_many_areas_is_one_of_all,
    period_is_a_whole_year,
    target_population_is_steady,
    unit_does_not_slip,
    unit_is_clear,
    year_on_year_change_is_explained,
)
from childstats.observations.editions import (
    editions_agree,
    look_alikes_are_kept_apart,
    sources_agree,
)
from childstats.observations.findings import Check, Finding
from childstats.observations.printing import unit_fits_the_whole

HEADINGS: Final[dict[tuple[Check, Verdict], str]] = {
    (printed_share_agrees_with_its_counts, Verdict.WARNING): mark(
        "The printed percentage does not follow from its counts; the counts are used"
    ),
    (numerator_is_within_its_denominator, Verdict.NOTE): mark(
        "Coverage above 100%, kept as reported"
    ),
    (numerator_is_within_its_denominator, Verdict.WARNING): mark(
        "Coverage far above 100%; not used"
    ),
    (target_population_is_steady, Verdict.NOTE): mark(
        "The number of children counted against jumped, and coverage may have with it"
    ),
    (share_of_population_is_plausible, Verdict.WARNING): mark("Probably a misprint; not used"),
    (figures_fit_together, Verdict.NOTE): mark("Figures that cannot all be true"),
    (period_is_a_whole_year, Verdict.WARNING): mark(
        "Not of one calendar year; kept apart from yearly figures"
    ),
    (unit_fits_the_whole, Verdict.WARNING): mark(
        "The unit of the heading is probably wrong; not used"
    ),
    (unit_does_not_slip, Verdict.WARNING): mark(
        "About a thousand times its series, or a thousandth; not used"
    ),
    (year_on_year_change_is_explained, Verdict.NOTE): mark(
        "Large changes with a known reason; the years stay joined"
    ),
    (year_on_year_change_is_explained, Verdict.WARNING): mark(
        "Large changes for which no source used here gives the reason; the years are not joined "
        "or compared"
    ),
    (jump_of_many_areas_is_one_of_all, Verdict.WARNING): mark(
        "Other areas of the same source jump between these years without a reason; the years are "
        "not joined or compared"
    ),
    (unit_is_clear, Verdict.WARNING): mark("Not clear what it is a number of; not used"),
    (definition_is_the_series_own, Verdict.WARNING): mark(
        "Another definition than that of its series; kept apart"
    ),
    (look_alikes_are_kept_apart, Verdict.NOTE): mark(
        "Two definitions that are easily mixed up, and differ; never joined, subtracted or divided"
    ),
    (editions_agree, Verdict.NOTE): mark(
        "Revised from edition to edition; one edition is used, and none is joined to another"
    ),
    (sources_agree, Verdict.NOTE): mark(
        "Two sources differ; the one that takes precedence is used"
    ),
}
"""What the findings of a check have in common, and what follows from it."""

IN_TABLES_OF_THEIR_OWN: Final = (sources_agree, editions_agree)
"""On the report's area, see `childstats.analyses.vintages`."""


@dataclass(frozen=True, slots=True)
class SeriesFinding:
    """Findings of one check that are one sentence.

    Attributes
    ----------
    name
        The series that they are about.
    text
        What was found.
    figure_ids
        The figures that were held against each other.
    """

    name: str
    text: str
    figure_ids: Sequence[str] = field(default_factory=list)


Briefly: TypeAlias = Callable[[Report, list[Finding]], Iterable[SeriesFinding]]


def table_findings(report: Report) -> Table | Sentences:
    """Return what the checks found on the area beyond "holds", one row a series.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table or Sentences
        Grouped by what follows from the finding, the gravest first. Conflicts and revisions
        stand in `table_conflicts` and `table_editions` instead. A sentence where no figure is held.
    """
    if not report.figures_held():
        return nothing_held(report)
    found = _found(report, [report.ref_area])
    listed = {key: rows for key, rows in found.items() if key[0] not in IN_TABLES_OF_THEIR_OWN}
    rows, used = _in_full(report, listed)
    return _table(report, [report.ref_area], rows, used)


def _in_full(
    report: Report, found: dict[tuple[Check, Verdict], list[Finding]]
) -> tuple[list[tuple[str, ...] | Group], list[str]]:
    """Return a row for each series, and the figures that they rest on."""
    rows: list[tuple[str, ...] | Group] = []
    used: list[str] = []
    for (check, verdict), findings in found.items():
        rows.append(Group(_heading(report, check, verdict)))
        for one in BRIEFLY.get(check, _each_in_its_words)(report, findings):
            used += one.figure_ids
            rows.append((one.name, one.text, report.cite(*one.figure_ids)))
    return rows, used


def _found(report: Report, areas: Sequence[str]) -> dict[tuple[Check, Verdict], list[Finding]]:
    """Return the findings on areas that do not pass, by check, the gravest first."""
    by_name: dict[tuple[str, str], list[Finding]] = {}
    for f in (f for area in areas for f in report.findings(area)):
        by_name.setdefault((f.check, f.verdict), []).append(f)
    return {
        (check, verdict): by_name[check.__name__, verdict.value]
        for verdict in (Verdict.WARNING, Verdict.NOTE)
        for check in CHECKS
        if (check.__name__, verdict.value) in by_name
    }


def _table(
    report: Report,
    areas: Sequence[str],
    rows: list[tuple[str, ...] | Group],
    used: Sequence[str],
    notes: Sequence[str] = (),
) -> Table:
    t = report.t
    names = t.join([report.area_name(area) for area in areas])
    if not rows:
        rows = [(names, t.say("The checks have no objection."), "")]
    return Table(
        title=t.say("What the checks found on {areas}", areas=names),
        columns=[
            Column(t.say("Series"), width=3.1),
            Column(t.say("Finding"), width=4.9),
            Column(t.say("Source"), width=0.9),
        ],
        rows=rows,
        notes=notes,
        figure_ids=list(dict.fromkeys(used)),
    )


def table_findings_above(report: Report) -> Table | Sentences:
    """Return what the checks found on the areas that contain the report's.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table or Sentences
        Findings that hold a figure back one row a series, as in `table_findings`; the others
        counted. A sentence where no other area contains the report's.
    """
    t = report.t
    catalogue = report.workspace.catalogue
    above, area = [], catalogue.parent(report.ref_area)
    while area:
        above.append(area)
        area = catalogue.parent(area)
    if not above:
        said = t.say("No other area contains {area}.", area=report.area_name(report.ref_area))
        return Sentences([said], role="nothing")
    found = _found(report, above)
    grave = {key: rows for key, rows in found.items() if key[1] is Verdict.WARNING}
    rows, used = _in_full(report, grave)
    others = sum(len(findings) for key, findings in found.items() if key not in grave)
    count = report.count(others, "findings", areas=above, verdict=Verdict.NOTE.value)
    notes = [
        t.say(
            "Findings that are worth knowing and hold nothing back: {count}; they stand in "
            "data/processed/checks.csv.",
            count=count,
        )
    ]
    return _table(report, above, rows, used, notes)


def _heading(report: Report, check: Check, verdict: Verdict) -> str:
    heading = HEADINGS.get((check, verdict))
    if heading:
        return report.t.say(heading)
    name = report.t.say(CHECK_NAMES[check])
    return report.t.say("Does not hold: {check}", check=name)


def _each_in_its_words(report: Report, found: list[Finding]) -> Iterable[SeriesFinding]:
    for f in found:
        message = f.message(report.t.code)
        name = f"{report.indicator_name(f.indicator)}, {report.t.period(f.time_period)}"
        yield SeriesFinding(name, message.removeprefix(f"{name}: "), _ids(f))


def _changes(report: Report, found: list[Finding]) -> Iterable[SeriesFinding]:
    """Say the changes of one series, or those with one reason, as one chain of values."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for f in found:
        notes = {report.figure(i).note(report.t.code) for i in _ids(f)} - {None, ""}
        reason = "; ".join(sorted(notes)) if f.verdict == Verdict.NOTE else ""
        grouped.setdefault((f.indicator, reason), []).append(f)
    for (indicator, reason), findings in grouped.items():
        pairs = [_ids(f)[::-1] for f in findings]
        chain = [_with_year(report, pairs[0][0])]
        for k, (_, after) in enumerate(pairs):
            if k and pairs[k][0] != pairs[k - 1][1]:
                chain[-1] += ";"
                chain.append(_with_year(report, pairs[k][0]))
            chain.append(_with_year(report, after))
        text = ", ".join(chain).replace(";,", ";")
        name = report.indicator_name(indicator)
        yield SeriesFinding(name, f"{text}. {reason}".strip(), _all_ids(findings))


def _part_years(report: Report, found: list[Finding]) -> Iterable[SeriesFinding]:
    for f in found:
        written = f"{report.t.period(f.time_period)}: {_value(report, _ids(f)[0])}"
        yield SeriesFinding(report.indicator_name(f.indicator), written, _ids(f))


def _slips(report: Report, found: list[Finding]) -> Iterable[SeriesFinding]:
    for findings in _by_indicator(found).values():
        text = ", ".join(_with_year(report, _ids(f)[0]) for f in findings)
        name = report.indicator_name(findings[0].indicator)
        yield SeriesFinding(name, text, _all_ids(findings))


def _definitions(report: Report, found: list[Finding]) -> Iterable[SeriesFinding]:
    """Say the figures that bear the same note together."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for f in found:
        note = report.figure(_ids(f)[0]).note(report.t.code)
        grouped.setdefault((report.t.period(f.time_period), note), []).append(f)
    for (period, note), findings in grouped.items():
        names = [report.indicator_name(f.indicator) for f in findings]
        prints = [f"“{report.figure(_ids(f)[0]).text}”" for f in findings]
        if len(findings) == 1:
            yield SeriesFinding(names[0], f"{period}: {prints[0]}. {note}", _ids(findings[0]))
            continue
        of = [_ids(f)[0] for f in findings]
        number = report.t.say("{count} series", count=report.count(len(findings), of=of))
        listed = "; ".join(f"{name} {text}" for name, text in zip(names, prints, strict=True))
        yield SeriesFinding(number, f"{period}: {listed}. {note}", _all_ids(findings))


def _look_alikes(report: Report, found: list[Finding]) -> Iterable[SeriesFinding]:
    t = report.t
    for f in found:
        both = zip(_ids(f)[::2], _ids(f)[1::2], strict=True)
        pairs = [pair for pair in both if report.is_in_time(report.figure(pair[0]))]
        this, that = (report.figure(i).indicator for i in pairs[0])
        examples = "; ".join(
            t.say(
                "{this} and {that} in {period}",
                this=_value(report, one),
                that=_value(report, other),
                period=t.period(report.observed(one).time_period),
            )
            for one, other in pairs
        )
        name = f"{report.indicator_name(this)} / {report.indicator_name(that)}"
        yield SeriesFinding(name, f"{examples}.", [i for pair in pairs for i in pair])


BRIEFLY: Final[dict[Check, Briefly]] = {
    year_on_year_change_is_explained: _changes,
    jump_of_many_areas_is_one_of_all: _changes,
    period_is_a_whole_year: _part_years,
    unit_does_not_slip: _slips,
    definition_is_the_series_own: _definitions,
    look_alikes_are_kept_apart: _look_alikes,
}
"""Checks whose findings repeat; every other finding is said in its own words."""


def _by_indicator(found: list[Finding]) -> dict[str, list[Finding]]:
    grouped: dict[str, list[Finding]] = {}
    for f in found:
        grouped.setdefault(f.indicator, []).append(f)
    return grouped


def _ids(f: Finding) -> list[str]:
    return f.figure_ids.split()


def _all_ids(findings: list[Finding]) -> list[str]:
    return list(dict.fromkeys(i for f in findings for i in _ids(f)))


def _value(report: Report, figure_id: str) -> str:
    return report.plain(report.observed(figure_id))


def _with_year(report: Report, figure_id: str) -> str:
    year = report.t.period(report.observed(figure_id).time_period)
    return f"{_value(report, figure_id)} ({year})"
