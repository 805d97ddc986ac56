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
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import share_digits
from childstats.analyses.standing import (
    Standing,
    Sureness,
    against_area,
    earlier_than,
    is_unexplained,
    since,
    spread,
)
from childstats.analyses.tables import MISSING, without_rare_column
from childstats.analyses.targets import HEDGED, target_in_words
from childstats.analyses.wording import (
    brief_value,
    percent_range,
    printed_range,
    range_of,
    share_in_words,
    share_of_whole,
    value_in_words,
    whole_of,
    with_unit,
    year_in_words,
)
from childstats.blocks import Column, Group, Sentences, Table
from childstats.codes import Level, UnitMeasure
from childstats.figures.figure import Interval
from childstats.language import mark
from childstats.observations.findings import Row, shown_decimals
from childstats.statistics.benchmarks import BenchmarkVerdict
from childstats.text.documents import target_source
from childstats.text.number import Kind

LEVEL_NAMES: Final = {
    Level.PREVENTION: mark("Prevention"),
    Level.SUPPORT: mark("Support"),
    Level.INTERVENTION: mark("Intervention"),
}
"""The three levels of provincial child protection, in the order in which they act."""

AGAINST_AREA: Final = {
    BenchmarkVerdict.BETTER: mark("better than {area}: {value} {cite}"),
    BenchmarkVerdict.WORSE: mark("worse than {area}: {value} {cite}"),
    BenchmarkVerdict.SIMILAR: mark("no clear difference from {area}: {value} {cite}"),
    BenchmarkVerdict.HIGHER: mark("higher than {area}: {value} {cite}"),
    BenchmarkVerdict.LOWER: mark("lower than {area}: {value} {cite}"),
}
SINCE: Final = {
    BenchmarkVerdict.HIGHER: mark("rose from {value} ({year}) {cite}"),
    BenchmarkVerdict.LOWER: mark("fell from {value} ({year}) {cite}"),
    BenchmarkVerdict.SIMILAR: mark("no clear change from {value} ({year}) {cite}"),
    None: mark("{value} ({year}), not tested {cite}"),
}
FELL: Final = mark("fell from {value} ({year}); no source here says why {cite}")
ROSE: Final = mark("rose from {value} ({year}); no source here says why {cite}")
"""A large change is said: it is neither joined nor tested, since the definitions may differ."""
SAID: Final = 2
"""Place of the column of change, comparison and target."""


def latest(report: Report, indicator: str) -> Row | None:
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
    used: list[Row | None] = []
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
    report: Report, o: Row, comparator_areas: list[str], used: list[Row | None]
) -> tuple[str, ...]:
    t = report.t
    name = report.indicator_name(o["indicator"])
    if o["time_period"] != report.time_period:
        name = t.say("{name}, {period}", name=name, period=year_in_words(report, o))
    standings = [s for area in comparator_areas if (s := against_area(report, o, area))]
    before = since(report, o)
    used += [o, *(s.other for s in standings), *([before.other] if before else [])]
    return (
        name,
        with_unit(report, o, value_and_share(report, o)),
        _said(report, o, before, standings, used),
        report.cite(o["figure_id"]),
    )


def _hidden_row(report: Report, indicator: str) -> tuple[str, ...]:
    """Return the row of an indicator whose value of the report's year is not shown."""
    name = report.t.say(
        "{name}, {period}", name=report.indicator_name(indicator), period=str(report.time_period)
    )
    return (name, HIDDEN, MISSING, INAPPLICABLE)


def value_and_share(report: Report, o: Row) -> str:
    """Return a value, its share of its whole, and the interval of chance or of the print."""
    share = share_of_whole(report, o)
    parts = [share_in_words(report, o, share)] if share is not None else []
    parts += filter(None, [_interval(report, o)])
    written = value_in_words(report, o)
    return f"{written} ({'; '.join(parts)})" if parts else written


def _interval(report: Report, o: Row) -> str:
    """Return the interval around a figure, "" around a full count and a print without a hedge."""
    t = report.t
    around = spread(report, o)
    interval = Interval(around.low, around.high)
    is_share = around.of_share or o["unit_measure"] == UnitMeasure.PROPORTION
    if around.sureness is Sureness.CHANCE:
        formula = "proportion" if is_share else "rate"
        of = [o, whole_of(report, o)] if around.of_share else [o]
        if is_share:
            digits = share_digits(report, o)
            written = percent_range(report, interval, formula, of, digits=digits)
        else:
            written = report.limits(Kind.RATE, *interval, formula, of, digits=1)
        return t.say("95% CI {range}", range=written)
    if around.sureness is Sureness.PUBLISHED:
        written = range_of(report, interval, o, "bounds", digits=shown_decimals(o))
        return t.say("published {range}", range=written)
    is_hedged = report.figure(o["figure_id"])["qualifier"] in HEDGED
    return t.say("printed {range}", range=printed_range(report, o)) if is_hedged else ""


def _said(
    report: Report,
    o: Row,
    before: Standing | None,
    standings: list[Standing],
    used: list[Row | None],
) -> str:
    """Return change, comparison and target of a figure, a line each; a dash where there is none."""
    target = target_in_words(report, o)
    lines = [
        change_in_words(report, o, before, used),
        _compared(report, standings),
        "" if target == MISSING else report.t.say("target {target}", target=target),
    ]
    return "\n".join(filter(None, lines)) or MISSING


def _compared(report: Report, standings: list[Standing]) -> str:
    tested = [
        report.t.say(
            AGAINST_AREA[s.verdict],
            area=report.area_name(s.other["ref_area"]),
            value=brief_value(report, s.other),
            cite=report.cite(s.other["figure_id"]),
        )
        for s in standings
        if s.verdict is not None
    ]
    others = [s.other for s in standings if s.verdict is None]
    if others:
        tested.append(
            report.t.say(
                "not tested: {others} {cite}",
                others="; ".join(
                    f"{report.area_name(o['ref_area'])} {brief_value(report, o)}" for o in others
                ),
                cite=report.cite(*figure_ids(others)),
            )
        )
    return "; ".join(tested)


def change_in_words(report: Report, o: Row, before: Standing | None, used: list[Row | None]) -> str:
    """Return the change, or the earlier figure with which there is no comparison; "" of neither."""
    if before is not None:
        other, message = before.other, SINCE[before.verdict]
    else:
        earlier = earlier_than(report, o)
        if not earlier:
            return ""
        other, message = earlier[-1], mark("{value} ({year}), not comparable {cite}")
        if is_unexplained(report, other, o):
            message = FELL if o["obs_value"] < other["obs_value"] else ROSE
    used.append(other)
    # "fell from 1% to 2%" needs its count
    coarse = share_digits(report, other) == 0 or message in {FELL, ROSE}
    return report.t.say(
        message,
        value=value_and_share(report, other) if coarse else brief_value(report, other),
        year=str(other["time_period"]),
        cite=report.cite(other["figure_id"]),
    )


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
            "nor an interval are published, so a difference may be chance."
        ),
    ]


def _targets(report: Report, used: list[Row | None]) -> list[str]:
    sources = {
        target_source(report.t, source)
        for o in used
        if o is not None and (source := report.indicator(o["indicator"]).target_source)
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
