"""What changed since the last edition, as the last section of a report."""

from typing import Final

from childstats.analyses.report import GROUPS, Report
from childstats.blocks import Column, Group, Sentences, Table
from childstats.codes import ChangeKind
from childstats.language import mark
from childstats.observations.changes import Change
from childstats.observations.table import COMPUTED_DECIMALS, Observation
from childstats.text.change_words import KINDS

REASONS: Final = {
    "transcription": mark("transcribed wrongly before"),
    "publisher": mark("corrected by its publisher"),
    "definition": mark("its definition was read wrongly before"),
    "another_source": mark("another source takes precedence"),
    "status": mark("its status is another"),
    "": mark("no reason stated"),
}
MOST_NAMED: Final = 3
"""As many corrections are named on the first page."""


def table_since_last_edition(report: Report) -> Table | Sentences:
    """Return what changed of a report's figures since the last edition.

    Parameters
    ----------
    report
        The report, when everything else has been said and cited.

    Returns
    -------
    Table or Sentences
        A row a change: corrected, revised, new, removed. A sentence where nothing changed or
        there is no earlier edition. A table with corrections carries the notice for page one.
    """
    t = report.t
    previous = report.workspace.previous
    if previous is None:
        return Sentences([t.say("This is the first edition.")], role="nothing")
    before = t.date(previous.day)
    found = _of_report(report)
    if not found:
        return Sentences(
            [t.say("No figure of this report changed since the edition of {date}.", date=before)]
        )
    rows: list[tuple[str, ...] | Group] = []
    for kind, words in KINDS.items():
        of_kind = [change for change in found if change.kind is kind]
        if of_kind:
            rows += [Group(t.say(words)), *(_row(report, change) for change in of_kind)]
    corrected = [change for change in found if change.kind is ChangeKind.CORRECTED]
    return Table(
        title=t.say("Changes since the edition of {date}", date=before),
        columns=[
            Column(t.say("Figure"), width=3.4),
            Column(t.say("Before"), "right", 1.3),
            Column(t.say("Now"), "right", 1.3),
            Column(t.say("Why"), width=2.4),
        ],
        rows=rows,
        figure_ids=[change.now.figure_id for change in found if change.now],
        notice=_notice(report, corrected) if corrected else "",
    )


def _of_report(report: Report) -> list[Change]:
    """Return the changes of what the report cites, and of what it would have cited."""
    cited = set(report.cited_figures)
    rows = [report.figure(figure_id) for figure_id in cited]
    series = {(row.indicator, row.ref_area) for row in rows}
    return [
        change
        for change in report.workspace.changes
        if (change.now.figure_id in cited if change.now else False)
        or (change.now is None and (change.row.indicator, change.row.ref_area) in series)
    ]


def _notice(report: Report, corrected: list[Change]) -> str:
    t = report.t
    previous = report.workspace.previous
    assert previous is not None  # corrections are of something
    named = [
        f"{_name(report, c)}: {_value(report, c.before)} → {_value(report, c.now)}"
        for c in corrected
    ]
    more = len(named) - MOST_NAMED
    listed = named[:MOST_NAMED]
    if more > 0:
        listed.append(t.say("{count} more", count=report.count(more, "changes")))
    return t.say(
        "Correction of {today}. The edition of {date} is put right: {listed}. See the last "
        "section. The earlier file: {address}",
        today=t.date(previous.present_day),
        date=t.date(previous.day),
        listed="; ".join(listed),
        address=f"editions/{previous.edition_id}/",
    )


def _row(report: Report, change: Change) -> tuple[str, ...]:
    t = report.t
    why = t.pick(en=change.note_en, vi=change.note_vi)
    if not why and change.kind in {ChangeKind.CORRECTED, ChangeKind.REVISED}:
        why = t.say(REASONS[change.reason])
    return _name(report, change), _value(report, change.before), _value(report, change.now), why


def _name(report: Report, change: Change) -> str:
    row = change.row
    period = str(row.time_period)
    known = row.indicator in report.workspace.catalogue.indicators
    name = report.indicator_name(row.indicator) if known else row.indicator
    groups = [report.t.say(GROUPS[code]) for code in (row.sex, row.residence) if code in GROUPS]
    area = row.ref_area
    if area in report.workspace.catalogue.areas:
        area = report.area_name(area)
    written = report.t.period(int(period) if period.isdigit() else period)
    return ", ".join([name, *groups, area, written])


def _value(report: Report, row: Observation | None) -> str:
    if row is None or row.obs_value is None or row.obs_value != row.obs_value:
        return "–"
    if row.decimals is None:  # of an edition that did not say how it was printed
        row = row._replace(decimals=COMPUTED_DECIMALS)
    return report.printed(row, formula="edition")
