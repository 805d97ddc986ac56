"""Comparisons that suggest themselves but would not be fair, each with the guard's reason."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from childstats.analyses.against import last_common
from childstats.analyses.areas import NoReference, reference_of, siblings
from childstats.analyses.report import HELD_BACK, Report, figure_ids
from childstats.analyses.trend import apart
from childstats.analyses.wording import value_in_words
from childstats.blocks import Column, Sentences, Table
from childstats.observations.guard import Ground, comparable
from childstats.observations.table import Observation, is_total, is_year


def table_refused(
    report: Report, *, reference_areas: Sequence[str] | None = None
) -> Table | Sentences:
    """Return the comparisons that suggest themselves but would not be fair, with the reason.

    Parameters
    ----------
    report
        The report.
    reference_areas
        Areas whose figures a hurried reader would hold beside those of the report's area; its
        siblings unless given.

    Returns
    -------
    Table or Sentences
        Indicators that are easily mistaken for each other, counts of areas of unequal size, parts
        of a year against a year, years before and after a break, and counts of a wider area that
        leave no rest.
    """
    t = report.t
    asked = siblings(report) if reference_areas is None else reference_areas
    others = [a for a in dict.fromkeys(asked) if a != report.ref_area]
    rows, used, seen = [], [], set()
    pairs = (
        *_look_alikes(report, others),
        *_counts(report, others),
        *_part_years(report),
        *_breaks(report),
    )
    for this, that, why_not in (
        *((this, that, _reasons(report, this, that, ground)) for this, that, ground in pairs),
        *_without_rest(report),
    ):
        key = frozenset([this.figure_id, that.figure_id])
        if not why_not or key in seen:
            continue
        seen.add(key)
        used += [this, that]
        rows.append(
            (
                _named(report, this),
                _named(report, that),
                why_not,
                report.cite(this.figure_id, that.figure_id),
            )
        )
    if not rows:
        said = t.say("Nothing that could be mistaken is held.")
        return Sentences([said], role="nothing")
    return Table(
        title=t.say("Comparisons that were refused"),
        columns=[
            Column(t.say("This"), width=2.3),
            Column(t.say("against this"), width=2.3),
            Column(t.say("Why not"), width=4.2),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        figure_ids=figure_ids(used),
    )


Pair = tuple[Observation, Observation, Ground]


def _look_alikes(report: Report, others: Sequence[str]) -> Iterator[Pair]:
    for known in report.workspace.catalogue.indicators.values():
        if not known.resembles:
            continue
        that = _latest(report, known.resembles, report.ref_area)
        for area in (report.ref_area, *others):
            this = _latest(report, known.indicator, area)
            if this is not None and that is not None:
                yield this, that, Ground.DEFINITION
                break


def _counts(report: Report, others: Sequence[str]) -> Iterator[Pair]:
    """Yield counts of two areas, which depend on how many people live there."""
    for known in report.workspace.catalogue.indicators.values():
        if known.level.value == "context":
            continue
        for area in others:
            there = {o.time_period: o for o in report.series(known.indicator, area)}
            common = [o for o in report.series(known.indicator) if o.time_period in there]
            if common:
                yield common[-1], there[common[-1].time_period], Ground.SIZE


def _without_rest(report: Report) -> Iterator[tuple[Observation, Observation, str]]:
    """Yield counts of the report's area and a wider one that leave no rest, with the reason."""
    catalogue = report.workspace.catalogue
    above = catalogue.above(report.ref_area)
    for known in catalogue.indicators.values():
        for area in (a for a in catalogue.areas if a in above):
            pair = last_common(report, known.indicator, area)
            if pair is None or None in {o.numerator for o in pair}:
                continue
            found = reference_of(report, *pair)
            if isinstance(found, NoReference):
                yield *pair, found.reason


def _part_years(report: Report) -> Iterator[Pair]:
    for o in _own(report):
        if is_year(o.time_period):
            continue
        whole = report.series(o.indicator)
        if whole:
            yield o, whole[-1], Ground.DURATION


def _breaks(report: Report) -> Iterator[Pair]:
    for indicator in report.workspace.catalogue.indicators:
        for before, after in pairwise(report.series(indicator)):
            if apart(report, before, after):
                yield after, before, Ground.BREAK


def _own(report: Report) -> list[Observation]:
    catalogue = report.workspace.catalogue
    return [
        o
        for o in report.workspace.rows.observations(report.ref_area)
        if report.is_in_time(o) and o.obs_status not in HELD_BACK and is_total(o, catalogue)
    ]


def _latest(report: Report, indicator: str, area: str) -> Observation | None:
    """Return the last figure of any period and status: what a hurried reader would compare."""
    rows = [
        o
        for o in report.workspace.rows.observations(area)
        if o.indicator == indicator and report.is_in_time(o)
    ]
    return max(rows, key=lambda o: str(o.time_period), default=None)


def _named(report: Report, o: Observation) -> str:
    t = report.t
    return t.say(
        "{name}, {area}, {period}: {value}",
        name=report.indicator_name(o.indicator),
        area=report.area_name(o.ref_area),
        period=t.period(o.time_period),
        value=value_in_words(report, o),
    )


def _reasons(report: Report, this: Observation, that: Observation, ground: Ground) -> str:
    """Return the sentences of one ground on which two observations must not be compared."""
    found = comparable(report.workspace, this, that)
    return " ".join(reason.said(report.t) for reason in found if reason.ground is ground)
