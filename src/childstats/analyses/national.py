"""The country's long series: its large changes with their reasons, zero-dose and drop-out."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from childstats.analyses.areas import country_of
from childstats.analyses.coverage import nothing_published
from childstats.analyses.estimates import drop_out, zero_dose
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.surveys import related
from childstats.blocks import Column, Sentences, Table
from childstats.observations.comparability import (
    target_population_is_steady,
    year_on_year_change_is_explained,
)
from childstats.observations.table import Observation
from childstats.statistics.coverage import CountedShare
from childstats.text.number import Kind

YEARS_SHOWN: Final = 8
CANNOT_BE: Final = "–*"
"""In place of children who would be fewer than none."""
"""Years of the table of zero-dose and drop-out: what fits on a page."""


def table_changes(
    report: Report, indicator: str, *, ref_area: str | None = None
) -> Table | Sentences:
    """Return the large yearly changes of one indicator, each with its reason or without one.

    Parameters
    ----------
    report
        The report.
    indicator, ref_area
        Whose changes.

    Returns
    -------
    Table or Sentences
        What the checks of yearly changes and of target populations found, in order of year; a
        fall and the recovery from it in one row. A sentence where they found nothing.
    """
    ref_area = ref_area or country_of(report)
    t = report.t
    chains = _chains(report, _findings(report, indicator, ref_area))
    rows = [
        (
            ", ".join(f"{report.plain(o)} ({o.time_period})" for o in chain),
            reason,
            report.cite(*figure_ids(chain)),
        )
        for chain, reason in chains
    ]
    years = [int(chain[0].time_period) for chain, _ in chains]
    used = [o for chain, _ in chains for o in chain]
    reported = related(report, indicator).get("reported", indicator)
    for before, after, written in _target_populations(report, reported, ref_area):
        years.append(int(before.time_period))
        used += [before, after]
        ids = figure_ids([before, after])
        due = [(report.counts_of(o)["denominator"], o.time_period) for o in (before, after)]
        numbers = [f"{count} ({year})" for count, year in due]
        span = t.say("children due: {numbers}", numbers=", ".join(numbers))
        rows.append((span, written, report.cite(*ids)))
    rows = [row for _, row in sorted(zip(years, rows, strict=True), key=lambda pair: pair[0])]
    if not rows:
        return Sentences([t.say("No yearly change was larger than a quarter.")], role="nothing")
    return Table(
        title=t.say("Large changes and their reasons"),
        columns=[
            Column(t.say("Change"), width=3.15),
            Column(t.say("Reason"), width=6.05),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        figure_ids=figure_ids(used),
    )


def _findings(
    report: Report, indicator: str, ref_area: str
) -> list[tuple[Observation, Observation]]:
    """Return the pairs of years, earlier first, whose change was found large."""
    by_id = {o.figure_id: o for o in report.series(indicator, ref_area)}
    pairs = []
    for f in report.workspace.rows.checks(ref_area):
        if f.check != year_on_year_change_is_explained.__name__:
            continue
        if f.indicator != indicator:
            continue
        after, before = (by_id.get(i) for i in f.figure_ids.split()[:2])
        if before is not None and after is not None:
            pairs.append((before, after))
    return pairs


def _chains(
    report: Report, pairs: list[tuple[Observation, Observation]]
) -> list[tuple[list[Observation], str]]:
    """Join a change and the next year's change back, if they have one reason."""
    chains: list[tuple[list[Observation], str]] = []
    for before, after in pairs:
        reason = _reason(report, after) or _reason(report, before)
        if chains and chains[-1][0][-1] is before and chains[-1][1] == reason:
            chains[-1][0].append(after)
        else:
            chains.append(([before, after], reason))
    return [(chain, reason or _no_reason(report)) for chain, reason in chains]


def _reason(report: Report, o: Observation) -> str:
    """Return a figure's note where it acknowledges the check of yearly changes."""
    figure = report.figure(o.figure_id)
    if year_on_year_change_is_explained.__name__ not in figure.acknowledges.split():
        return ""
    return figure.note(report.t.code)


def _no_reason(report: Report) -> str:
    return report.t.say(
        "No source used here gives the reason. The years are not joined or compared."
    )


def _target_populations(
    report: Report, reported: str, ref_area: str
) -> list[tuple[Observation, Observation, str]]:
    """Return the jumps of the number of children that reported coverage is counted against."""
    by_id = {o.figure_id: o for o in report.series(reported, ref_area)}
    found = []
    for f in report.workspace.rows.checks(ref_area):
        if f.check != target_population_is_steady.__name__:
            continue
        pair = [o for i in f.figure_ids.split() if (o := by_id.get(i)) is not None]
        if len(pair) == 2:
            before, after = sorted(pair, key=lambda o: int(o.time_period))
            written = report.t.say(
                "The reported number of children due changed by {change}; no source here says why. "
                "Reported coverage changes with it.",
                change=report.number(
                    Kind.CHANGE,
                    after.denominator / before.denominator - 1,
                    "change_of_denominator",
                    [before, after],
                    digits=1,
                    percent=True,
                ).value,
            )
            found.append((before, after, written))
    return found


def doses(
    report: Report, first_dose: str, last_dose: str, *, ref_area: str | None = None
) -> list[tuple[Observation, Observation]]:
    """Return the years whose first and last doses were both reported as counts.

    Parameters
    ----------
    report
        The report.
    first_dose, last_dose
        Indicators of reported coverage.
    ref_area
        The area; the country unless given.

    Returns
    -------
    list of tuple
        First and last dose, in order of year.
    """
    ref_area = ref_area or country_of(report)
    lasts = {
        o.time_period: o for o in report.series(last_dose, ref_area) if o.numerator is not None
    }
    return [
        (o, lasts[o.time_period])
        for o in report.series(first_dose, ref_area)
        if o.numerator and o.time_period in lasts
    ]


def _shares(first: Observation, last: Observation) -> tuple[CountedShare, CountedShare]:
    missed = zero_dose(first.numerator, first.denominator)
    return missed, drop_out(first.numerator, last.numerator)


def table_drop_out(
    report: Report, first_dose: str, last_dose: str, *, ref_area: str | None = None
) -> Table | Sentences:
    """Return children without a first dose, and those who did not go on to the last one.

    Parameters
    ----------
    report
        The report.
    first_dose, last_dose
        Indicators of reported coverage, such as DTP1 and DTP3.
    ref_area
        The area; the country unless given.

    Returns
    -------
    Table or Sentences
        The latest years in which both were reported as counts, a column each; a sentence where
        there are none.
    """
    ref_area = ref_area or country_of(report)
    t = report.t
    pairs = doses(report, first_dose, last_dose, ref_area=ref_area)[-YEARS_SHOWN:]
    if not pairs:
        return nothing_published(report, first_dose)
    found = [_shares(*pair) for pair in pairs]
    missed = [
        _written(report, z, "zero_dose", [first])
        for (first, _), (z, _) in zip(pairs, found, strict=True)
    ]
    lost = [
        _written(report, d, "drop_out", pair) for pair, (_, d) in zip(pairs, found, strict=True)
    ]
    rows = [
        (t.say("Children due"), *(report.counts_of(first)["denominator"] for first, _ in pairs)),
        (t.say("Without a first dose"), *(children for children, _ in missed)),
        (t.say("… per cent of those due"), *(share for _, share in missed)),
        (t.say("First but no third dose"), *(children for children, _ in lost)),
        (t.say("… per cent of those with a first"), *(share for _, share in lost)),
    ]
    notes = [
        t.say(
            "Complete counts as reported, without a sampling interval; the number of children due "
            "is an estimate of the country."
        )
    ]
    if any(d.impossible for _, d in found):
        notes.append(
            t.say(
                "–*: more third doses than first ones. The two counts are then of different "
                "children; it does not mean that no child was lost."
            )
        )
    if any(z.impossible for z, _ in found):
        notes.append(t.say("–*: more first doses than children due."))
    return Table(
        title=t.say("Zero-dose children and drop-out, as reported"),
        columns=[
            Column(t.say("Children"), width=2.9),
            *(Column(str(first.time_period), "right") for first, _ in pairs),
        ],
        rows=rows,
        notes=notes,
        figure_ids=figure_ids([o for pair in pairs for o in pair]),
    )


def _written(
    report: Report, share: CountedShare, formula: str, of: Sequence[Observation]
) -> tuple[str, str]:
    """Return how many children that is, and their share."""
    if share.impossible:
        return CANNOT_BE, CANNOT_BE
    children = report.count(int(share.children), f"{formula}.children", of)
    return children, report.share(float(share.value), formula, of)


def drop_out_sentences(
    report: Report, first_dose: str, last_dose: str, *, ref_area: str | None = None
) -> Sentences:
    """Return the worst and the latest year for children without a first dose, in words.

    Parameters
    ----------
    report
        The report.
    first_dose, last_dose, ref_area
        As for `table_drop_out`.

    Returns
    -------
    Sentences
        Empty where no year has both counts.
    """
    ref_area = ref_area or country_of(report)
    t = report.t
    pairs = doses(report, first_dose, last_dose, ref_area=ref_area)
    if not pairs:
        return Sentences([])
    missed = [(zero_dose(o.numerator, o.denominator), o) for o, _ in pairs]
    counted = [found for found in missed if not found[0].impossible]
    worst, latest = max(counted, key=lambda c: float(c[0].value), default=None), missed[-1]
    sentences = []
    if worst:
        sentences.append(
            t.say(
                "In {year}, {count} children, {share} of those due, had no first dose: the largest "
                "share of the {years} years reported {cite}.",
                **_said(report, worst),
                years=report.count(len(pairs), "years", [o for pair in pairs for o in pair]),
            )
        )
    if latest[0].impossible:
        sentences.append(
            t.say(
                "In the latest year reported, {year}, there were more first doses than children "
                "due: who had none cannot be told {cite}.",
                year=str(latest[1].time_period),
                cite=report.cite(latest[1].figure_id),
            )
        )
    elif latest is not worst:
        sentences.append(
            t.say(
                "In the latest year reported, {year}, it was {count} children, {share} {cite}.",
                **_said(report, latest),
            )
        )
    more = [o for first, o in pairs if o.numerator > first.numerator]
    if more:
        sentences.append(
            t.say(
                "In {count} of the {years} years more third doses than first ones were reported "
                "({which}): drop-out cannot be judged from the reports of those years {cite}.",
                count=report.count(len(more), of=more),
                years=report.count(len(pairs), "years", [o for pair in pairs for o in pair]),
                which=_runs([o.time_period for o in more]),
                cite=report.cite(*figure_ids(more)),
            )
        )
    return Sentences(sentences, figure_ids([o for pair in pairs for o in pair]))


def _said(report: Report, found: tuple[CountedShare, Observation]) -> dict[str, str]:
    share, o = found
    children, written = _written(report, share, "zero_dose", [o])
    return {
        "year": str(o.time_period),
        "count": children,
        "share": written,
        "cite": report.cite(o.figure_id),
    }


def _runs(years: list[int]) -> str:
    """Return years with neighbours drawn together: ``2003–2006, 2008``."""
    runs = [[years[0], years[0]]]
    for before, after in pairwise(years):
        if after == before + 1:
            runs[-1][1] = after
        else:
            runs.append([after, after])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
