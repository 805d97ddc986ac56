"""The annual profile's tables: what is known, how sure it is, and what it is compared with."""

from collections.abc import Collection
from typing import Final

from childstats.analyses.areas import comparators
from childstats.analyses.hidden import (
    HIDDEN,
    INAPPLICABLE,
    is_hidden,
    legend_of_marks,
    rounding_note,
)
from childstats.analyses.profile_cells import said_in_cell, value_and_share
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.standing import (
    against_area,
    since,
)
from childstats.analyses.tables import MISSING, without_rare_column
from childstats.analyses.wording import (
    with_unit,
    year_in_words,
)
from childstats.blocks import Column, Group, Sentences, Table
from childstats.codes import Level
from childstats.language import mark
from childstats.observations.table import Observation
from childstats.text.documents import target_source

LEVEL_NAMES: Final = {
    Level.PREVENTION: mark("Prevention"),
    Level.SUPPORT: mark("Support"),
    Level.INTERVENTION: mark("Intervention"),
}
"""The three levels of provincial child protection, in the order in which they act."""

SAID: Final = 2
"""Place of the column of change, comparison and target."""


def latest(report: Report, indicator: str) -> Observation | None:
    """Return the area's last yearly figure of an indicator that may be used, else None."""
    rows = report.series(indicator)
    return rows[-1] if rows else None


def table_levels(
    report: Report,
    *,
    comparator_areas: list[str] | None = None,
    indicators: Collection[str] = (),
    without: Collection[str] = (),
) -> Table | Sentences:
    """Return the last figure of each indicator by level, with all that it is compared with.

    Parameters
    ----------
    report
        The report.
    comparator_areas
        Areas to compare with; derived from the report's area unless given.
    indicators, without
        Only these, or all but these.

    Returns
    -------
    Table or Sentences
        One row an indicator that is held for the area, grouped by level; under chosen
        indicators the notes only point to the table of the others. A sentence where none is.
    """
    t = report.t
    rows: list[tuple[str, ...] | Group] = []
    used: list[Observation | None] = []
    some_hidden = False
    areas = comparators(report) if comparator_areas is None else comparator_areas
    for level, name in LEVEL_NAMES.items():
        held = [
            o
            for indicator in report.workspace.catalogue.indicators.values()
            if indicator.level is level
            and indicator.indicator not in without
            and (not indicators or indicator.indicator in indicators)
            and (o := latest(report, indicator.indicator)) is not None
        ]
        hidden = [
            indicator.indicator
            for indicator in report.workspace.catalogue.indicators.values()
            if indicator.level is level
            and indicator.indicator not in without
            and (not indicators or indicator.indicator in indicators)
            and is_hidden(report, indicator.indicator)
        ]
        if held or hidden:
            rows.append(Group(t.say(name)))
        rows += [_row(report, o, areas, used) for o in held]
        rows += [_hidden_row(report, indicator) for indicator in hidden]
        some_hidden = some_hidden or bool(hidden)
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
    columns, rows, moved = without_rare_column(
        [
            Column(t.say("Indicator"), width=2.7),
            Column(t.say("Value"), width=2.2),
            Column(t.say("Change, comparison and target"), width=4.4),
            Column(t.say("Source"), width=0.8),
        ],
        rows,
        SAID,
    )
    return Table(
        title=t.say("Headline figures") if indicators else t.say("The other figures"),
        columns=columns,
        rows=rows,
        notes=[
            *moved,
            *([legend_of_marks(report)] if some_hidden else []),
            *rounding_note(report),
            *([_pointer(report)] if indicators else _notes(report)),
            *_targets(report, used),
        ],
        figure_ids=figure_ids(used),
    )


def _row(
    report: Report, o: Observation, comparator_areas: list[str], used: list[Observation | None]
) -> tuple[str, ...]:
    t = report.t
    name = report.indicator_name(o.indicator)
    if o.time_period != report.time_period:
        name = t.say("{name}, {period}", name=name, period=year_in_words(report, o))
    standings = [s for area in comparator_areas if (s := against_area(report, o, area))]
    before = since(report, o)
    used += [o, *(s.other for s in standings), *([before.other] if before else [])]
    return (
        name,
        with_unit(report, o, value_and_share(report, o)),
        said_in_cell(report, o, before, standings, used),
        report.cite(o.figure_id),
    )


def _hidden_row(report: Report, indicator: str) -> tuple[str, ...]:
    """Return the row of an indicator whose value of the report's year is not shown."""
    name = report.t.say(
        "{name}, {period}", name=report.indicator_name(indicator), period=str(report.time_period)
    )
    return (name, HIDDEN, MISSING, INAPPLICABLE)


def _pointer(report: Report) -> str:
    return report.t.say(
        "How intervals and words are to be read stands under the table of the other figures."
    )


def _notes(report: Report) -> list[str]:
    t = report.t
    return [
        t.say(
            "“95% CI”: what chance alone could have changed; for events, not for a full count. "
            "“Printed”: the range of values that would be printed the same way."
        ),
        t.say(
            "Better, worse, higher, rose and met follow from these. “Not tested”: neither counts "
            "nor an interval are held, so a difference may be chance."
        ),
    ]


def _targets(report: Report, used: list[Observation | None]) -> list[str]:
    sources = {
        target_source(report.t, source)
        for o in used
        if o is not None and (source := report.indicator(o.indicator).target_source)
    }
    if not sources:
        return []
    return [
        report.t.say(
            "Targets: {documents}. They are set for the whole country.",
            documents="; ".join(sorted(sources)),
        )
    ]


def table_definitions(report: Report, *, ids: list[str] | None = None) -> Table:
    """Return the definitions of the indicators that the report shows.

    Parameters
    ----------
    report
        The report.
    ids
        Indicators to define instead.

    Returns
    -------
    Table
        Name and definition, in the order of the catalogue, in small letters.
    """
    t = report.t
    wanted = ids or [
        i.indicator
        for i in report.workspace.catalogue.indicators.values()
        if (i.level in LEVEL_NAMES and latest(report, i.indicator) is not None)
        or report.observation(i.indicator) is not None
    ]
    return Table(
        title=t.say("Definitions"),
        columns=[Column(t.say("Indicator"), width=1), Column(t.say("What is counted"), width=1.7)],
        rows=[
            (
                report.indicator_name(i),
                t.pick(en=report.indicator(i).definition_en, vi=report.indicator(i).definition_vi),
            )
            for i in wanted
        ],
        compact=True,
    )
