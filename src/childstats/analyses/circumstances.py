"""Children in special circumstances and at risk: what is published, and which way it went."""

from typing import Final

from childstats.analyses.hidden import is_hidden
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.standing import earlier_than, since
from childstats.analyses.wording import (
    brief_value,
    lowered,
    share_in_words,
    share_of_whole,
    value_in_words,
    whole_of,
)
from childstats.blocks import (
    Column,
    Group,
    Sentences,
    Table,
)
from childstats.codes import Level, ObsStatus, UnitMeasure
from childstats.language import mark
from childstats.observations.guard import comparable
from childstats.observations.table import Observation, is_total
from childstats.statistics.benchmarks import BenchmarkVerdict

CHANGED: Final = {
    BenchmarkVerdict.SIMILAR: mark(
        "{name}: {now} of {whole} in {year} and {before} in {earlier}, the same share as far as "
        "the print shows {cite}."
    ),
    BenchmarkVerdict.HIGHER: mark(
        "{name}: a larger share than before, {now} of {whole} in {year} after {before} in "
        "{earlier}; it can mean more need or better finding {cite}."
    ),
    BenchmarkVerdict.LOWER: mark(
        "{name}: a smaller share than before, {now} of {whole} in {year} after {before} in "
        "{earlier}; it can mean less need or less finding {cite}."
    ),
}


def table_circumstances(report: Report) -> Table | Sentences:
    """Return every count of the support level, of all periods, with its share of all children.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table or Sentences
        Grouped by indicator, newest first; the last column says what may not be compared, and
        why. A sentence where nothing is published.
    """
    t = report.t
    rows: list[tuple[str, ...] | Group] = []
    used: list[Observation] = []
    for indicator, held in support(report).items():
        rows.append(Group(report.indicator_name(indicator)))
        for o in held:
            share = share_of_whole(report, o)
            rows.append(
                (
                    t.period(o.time_period),
                    value_in_words(report, o),
                    share_in_words(report, o, share) if share else "–",
                    _remark(report, o),
                    report.cite(o.figure_id),
                )
            )
        used += held
    if not rows:
        return Sentences(
            [
                t.say(
                    "No such figure is held for {area} up to {year}.",
                    area=report.area_name(report.ref_area),
                    year=str(report.time_period),
                )
            ],
            role="nothing",
        )
    return Table(
        title=t.say("Children in special circumstances, at risk and supported"),
        columns=[
            Column(t.say("Period"), width=1.3),
            Column(t.say("Children"), "right", width=1.2),
            Column(t.say("Share of the whole"), "right", width=1.4),
            Column(t.say("What to keep in mind"), width=4.6),
            Column(t.say("Source"), width=0.7),
        ],
        rows=rows,
        notes=[
            t.say(
                "Share: of all children under 16, or of the wider group that the "
                "definition names, where that number is held for the same year and is "
                "believed."
            )
        ],
        figure_ids=figure_ids(used),
    )


def support(report: Report) -> dict[str, list[Observation]]:
    """Return the counts of the support level up to the report's year, newest first."""
    catalogue = report.workspace.catalogue
    found: dict[str, list[Observation]] = {}
    for o in report.workspace.rows.observations(report.ref_area):
        indicator = catalogue.indicator(o.indicator)
        if (
            indicator.level is Level.SUPPORT
            and indicator.unit_measure is UnitMeasure.PERSONS
            and report.is_in_time(o)
            and o.obs_status != ObsStatus.LOW_RELIABILITY
            and is_total(o, catalogue)
        ):
            found.setdefault(indicator.indicator, []).append(o)
    return {
        indicator: sorted(rows, key=lambda o: str(o.time_period), reverse=True)
        for indicator, rows in found.items()
    }


def _remark(report: Report, o: Observation) -> str:
    """Return why a figure is not comparable with the one before, else its source's note."""
    if isinstance(o.time_period, int):
        earlier = earlier_than(report, o)
        reasons = comparable(report.workspace, earlier[-1], o) if earlier else []
        if reasons:
            return report.t.say(
                "Not comparable with {year}: {reasons}",
                year=str(earlier[-1].time_period),
                reasons=lowered(" ".join(reason.said(report.t) for reason in reasons)),
            )
    note = report.figure(o.figure_id).note(report.t.code)
    return note or "–"


def sentences_circumstances(report: Report) -> Sentences:
    """Return how many children there are in each group, which way it went, and what is not known.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Sentences
        What the table that follows shows, in words.
    """
    t = report.t
    held = support(report)
    used: list[Observation] = []
    sentences = []
    for rows in held.values():
        now = next((o for o in rows if o.time_period == report.time_period), None)
        standing = since(report, now) if now is not None else None
        if now is None or standing is None or standing.verdict is None:
            continue
        pair = [now, standing.other]
        whole = whole_of(report, now)
        if whole is None or None in [share_of_whole(report, o) for o in pair]:
            continue
        used += [*pair, whole]
        sentences.append(
            t.say(
                CHANGED[standing.verdict],
                name=report.indicator_name(now.indicator),
                whole=lowered(report.indicator_name(whole.indicator)),
                now=brief_value(report, now),
                before=brief_value(report, standing.other),
                year=str(now.time_period),
                earlier=str(standing.other.time_period),
                cite=report.cite(*figure_ids(pair)),
            )
        )
    unseen = [
        i.indicator
        for i in report.workspace.catalogue.indicators.values()
        if i.level is Level.SUPPORT
        and i.unit_measure is UnitMeasure.PERSONS
        and report.observation(i.indicator) is None
        and i.denominator in {"children_under_16", "special_circumstances"}
    ]
    hidden = [report.indicator_name(i) for i in unseen if is_hidden(report, i)]
    missing = [report.indicator_name(i) for i in unseen if not is_hidden(report, i)]
    if hidden:
        sentences.append(
            t.say(
                "Hidden for {area} in {year}, so that no child can be recognised: {names}.",
                area=report.area_name(report.ref_area),
                year=str(report.time_period),
                names="; ".join(lowered(name) for name in hidden),
            )
        )
    if missing:
        sentences.append(
            t.say(
                "Not in the sources used here for {area} in {year}: {names}.",
                area=report.area_name(report.ref_area),
                year=str(report.time_period),
                names="; ".join(lowered(name) for name in missing),
            )
        )
    if held and not _has_groups(report):
        sentences.append(
            t.say("None of these numbers is held by sex, age, residence or ethnic group.")
        )
    return Sentences(sentences, figure_ids(used))


def _has_groups(report: Report) -> bool:
    """Return whether any figure of the support level is about a group of the area's children."""
    catalogue = report.workspace.catalogue
    return any(
        not is_total(o, catalogue)
        for o in report.workspace.rows.observations(report.ref_area)
        if catalogue.indicator(o.indicator).level is Level.SUPPORT
    )
