"""What is held and what is not: the indicators of the catalogue for one area and year."""

from collections.abc import Mapping

from childstats.analyses.hidden import is_hidden
from childstats.analyses.report import Report
from childstats.blocks import Column, Table
from childstats.language import mark

USED = mark("Held for {period} and used")
HELD = mark("Held for {period}, but not used or kept apart")
UNSHOWN = mark("Known for {period} and hidden, so that no child can be recognised")
EARLIER = mark("Held for earlier years (the latest year in brackets)")
OTHER_PERIODS = mark("Held only for parts of a year, or for several years together")
GROUPS_ONLY = mark("Held only for groups, or in a form that is not used")
LIKE_AREAS = mark("Held for an area of the same level and not for {area}")
ELSEWHERE = mark("Held for areas of other levels only")
NOWHERE = mark("In the catalogue, with no figure up to {period}")
STATES = (LIKE_AREAS, EARLIER, OTHER_PERIODS, GROUPS_ONLY, HELD, UNSHOWN, NOWHERE, ELSEWHERE, USED)
"""In the order of the report, what is missed most first."""


def table_publication(report: Report) -> Table:
    """Return how far figures of the catalogue's indicators are held for the area and year.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Table
        One row a state, with the number of indicators and their names; every indicator of the
        catalogue is in one of them.
    """
    t = report.t
    by_state: dict[str, list[str]] = {}
    areas_of = _areas_of(report)
    for indicator in report.workspace.catalogue.indicators:
        state, name = (
            (UNSHOWN, report.indicator_name(indicator))
            if is_hidden(report, indicator)
            else _state(report, indicator, areas_of)
        )
        by_state.setdefault(state, []).append(name)
    area, period = report.area_name(report.ref_area), str(report.time_period)
    total = len(report.workspace.catalogue.indicators)
    return Table(
        title=t.say("What is held on {area}, and what is not", area=area),
        columns=[
            Column(t.say("State"), width=2.2),
            Column(t.say("Indicators"), "right", width=0.9),
            Column(t.say("Which"), width=5.5),
        ],
        rows=[
            (
                t.say(state, area=area, period=period),
                report.count(len(by_state[state]), "indicators", state=STATES.index(state)),
                t.say("They stand in the table of sources, below.")
                if state == USED
                else "; ".join(by_state[state]),
            )
            for state in STATES
            if state in by_state
        ],
        notes=[
            t.say(
                "The catalogue defines {total} indicators.",
                total=report.count(total, "indicators"),
            )
        ],
    )


def _areas_of(report: Report) -> dict[str, set[str]]:
    """Return the areas of which a figure of each indicator is held up to the report's year."""
    figures = report.workspace.figures
    known = [p for p in figures["time_period"].unique() if report.holds(p)]
    held = figures[figures["time_period"].isin(known)]
    pairs = held[["indicator", "ref_area"]].drop_duplicates()
    found: dict[str, set[str]] = {}
    for indicator, area in zip(pairs["indicator"], pairs["ref_area"], strict=True):
        found.setdefault(indicator, set()).add(area)
    return found


def _state(report: Report, indicator: str, areas_of: Mapping[str, set[str]]) -> tuple[str, str]:
    """Return the state of one indicator and its name, with what else is known in brackets."""
    name = report.indicator_name(indicator)
    if report.observation(indicator) is not None:
        return USED, name
    here = [f for f in report.figures_held() if f.indicator == indicator]
    whole = [f for f in here if not report.groups(f)]
    if any(str(f.time_period) == str(report.time_period) for f in whole):
        return HELD, name
    earlier = [o.time_period for o in report.series(indicator)]
    if earlier:
        return EARLIER, f"{name} ({max(earlier)})"
    if here:
        parts = all(not str(f.time_period).isdigit() for f in here)
        return (OTHER_PERIODS if parts else GROUPS_ONLY), name
    areas = report.workspace.catalogue.areas
    levels = {areas[a].level for a in areas_of.get(indicator, ())}
    if not levels:
        return NOWHERE, name
    return (LIKE_AREAS if areas[report.ref_area].level in levels else ELSEWHERE), name
