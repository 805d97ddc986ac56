"""Coverage and survival over the years: one indicator, an area and its comparators."""

from textwrap import fill

from childstats.codes import ObsStatus, Uncertainty, UnitMeasure
from childstats.language import mark
from childstats.observations.comparability import year_on_year_change_is_explained
from childstats.observations.findings import Row
from childstats.observations.table import printed_digits
from childstats.presentation.blocks import Chart, Column, Sentences, Table
from childstats.presentation.charts import Point, Series, draw_lines
from childstats.presentation.report import Report, figure_ids
from childstats.presentation.wording import percent_range, value_in_words
from childstats.statistics.proportions import proportion

STATUS_MARKS = {
    ObsStatus.PROVISIONAL: mark("(p)"),
    ObsStatus.BREAK: mark("(b)"),
    ObsStatus.ESTIMATED: mark("(e)"),
}


def plot_series(report: Report, indicator: str, *, areas: list[str]) -> Chart:
    """Return one indicator over the years, a line an area.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    areas
        One to four areas; the first is the one that the text speaks of.

    Returns
    -------
    Chart
        With a gap at missing years, a dashed line at breaks, hollow marks for provisional
        values, and the confidence interval or the printed precision at each mark.
    """
    t = report.t
    held = _published(report, indicator, areas)
    unit = report.indicator(indicator).unit_measure
    percent = unit is UnitMeasure.PROPORTION
    used = figure_ids([o for rows in held.values() for o in rows])
    years = sorted({o["time_period"] for rows in held.values() for o in rows})
    name = report.indicator_name(indicator)
    measure = t.say("Per cent") if percent else t.say("Deaths per 1,000 live births")
    caption = t.say(
        "{name}, {measure}, {first} to {last}. {marks} {cite}",
        name=name,
        measure=measure[:1].lower() + measure[1:],
        first=str(years[0]),
        last=str(years[-1]),
        marks=_explained_marks(report, indicator, held),
        cite=report.cite(*used),
    )
    return Chart(
        title=name,
        caption=caption,
        alt=_alt(report, name, held),
        svg=draw_lines(
            [
                Series(fill(report.area_name(area), 18), [_point(report, o) for o in rows])
                for area, rows in held.items()
            ],
            t=t,
            axis=measure,
            percent=percent,
        ),
        figure_ids=used,
    )


def _published(report: Report, indicator: str, areas: list[str]) -> dict[str, list[Row]]:
    """Return the series of each area, from the year on in which the first area has one."""
    held = {area: report.series(indicator, area) for area in areas}
    start = held[areas[0]][0]["time_period"] if held[areas[0]] else 0
    since = {area: [o for o in rows if o["time_period"] >= start] for area, rows in held.items()}
    return {area: rows for area, rows in since.items() if rows}


def _point(report: Report, o: Row) -> Point:
    low, high = o["obs_low"], o["obs_high"]
    if _has_confidence_interval(report, o):
        share = proportion(o["numerator"], o["denominator"])
        low, high = float(share.low), float(share.high)
    return Point(
        year=o["time_period"],
        value=o["obs_value"],
        low=low,
        high=high,
        after_break=o["obs_status"] == ObsStatus.BREAK,
        provisional=o["obs_status"] == ObsStatus.PROVISIONAL,
    )


def _has_confidence_interval(report: Report, o: Row) -> bool:
    stochastic = report.indicator(o["indicator"]).uncertainty is Uncertainty.STOCHASTIC
    return stochastic and o["numerator"] is not None


def _explained_marks(report: Report, indicator: str, held: dict[str, list[Row]]) -> str:
    """Say what the marks that this chart has mean, and only those."""
    t = report.t
    rows = [o for rows in held.values() for o in rows]
    statuses = {o["obs_status"] for o in rows}
    parts = [
        t.say("Vertical strokes: 95% confidence interval.")
        if any(_has_confidence_interval(report, o) for o in rows)
        else t.say("Vertical strokes: range of rounding.")
    ]
    years = [o["time_period"] for o in next(iter(held.values()))]
    if len(years) < years[-1] - years[0] + 1:
        parts.append(t.say("A year without a figure is a gap."))
    if ObsStatus.PROVISIONAL in statuses:
        parts.append(t.say("Hollow: provisional."))
    if ObsStatus.BREAK in statuses:
        parts.append(t.say("Dashed line: break, not comparable across it."))
    return " ".join(parts)


def _alt(report: Report, name: str, held: dict[str, list[Row]]) -> str:
    t = report.t
    parts = []
    for area, rows in held.items():
        first, last = rows[0], rows[-1]
        parts.append(
            t.say(
                "{area}: {first} in {first_year}, {last} in {last_year}",
                area=report.area_name(area),
                first=_plain(report, first),
                first_year=str(first["time_period"]),
                last=_plain(report, last),
                last_year=str(last["time_period"]),
            )
        )
    return t.say("Line chart of: {name}. {series}.", name=name, series="; ".join(parts))


def _plain(report: Report, o: Row) -> str:
    return report.t.value(o["obs_value"], o["unit_measure"], digits=printed_digits(o))


def table_series(report: Report, indicator: str, *, areas: list[str]) -> Table:
    """Return the values that `plot_series` draws, a row a year, a column an area.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    areas
        One column each.

    Returns
    -------
    Table
        Values with their status, the source numbers in the last column.
    """
    t = report.t
    held = {
        area: {o["time_period"]: o for o in rows}
        for area, rows in _published(report, indicator, areas).items()
    }
    years = sorted({year for by_year in held.values() for year in by_year})
    rows = []
    for year in years:
        observed = [by_year.get(year) for by_year in held.values()]
        cells = [_cell(report, o) if o else t.say("n/p") for o in observed]
        rows.append((str(year), *cells, report.cite(*figure_ids(observed))))
    has_interval = any(
        _has_confidence_interval(report, o) for by_year in held.values() for o in by_year.values()
    )
    marks = {o["obs_status"] for by_year in held.values() for o in by_year.values()}
    legend = {
        ObsStatus.PROVISIONAL: t.say("(p) provisional"),
        ObsStatus.BREAK: t.say("(b) break: not comparable with the years before"),
        ObsStatus.ESTIMATED: t.say("(e) estimate"),
    }
    notes = [text for status, text in legend.items() if status in marks]
    if any(len(by_year) < len(years) for by_year in held.values()):
        notes.append(t.say("n/p: not published for this area and year"))
    if has_interval:
        notes.append(t.say("in brackets: 95% confidence interval (Wilson)"))
    return Table(
        title=t.say("{name}: the values", name=report.indicator_name(indicator)),
        columns=[
            Column(t.say("Year"), width=0.7),
            *(Column(report.area_name(area), "right", width=2) for area in held),
            Column(t.say("Source"), width=0.8),
        ],
        rows=rows,
        notes=["; ".join(notes) + "."] if notes else [],
        figure_ids=figure_ids([o for by_year in held.values() for o in by_year.values()]),
    )


def _cell(report: Report, o: Row) -> str:
    t = report.t
    written = _plain(report, o)
    if _has_confidence_interval(report, o):
        share = proportion(o["numerator"], o["denominator"])
        written = f"{written} ({percent_range(report, share)})"
    status = STATUS_MARKS.get(o["obs_status"])
    return f"{written} {t.say(status)}" if status else written


def coverage_sentences(
    report: Report, indicators: list[str], *, comparator_areas: list[str]
) -> Sentences:
    """Return for each indicator where the area stands and which way it went.

    Parameters
    ----------
    report
        The report.
    indicators
        Ids, most important first.
    comparator_areas
        Areas to stand against in the last comparable year.

    Returns
    -------
    Sentences
        One an indicator that is published for the area.
    """
    sentences, used = [], []
    for indicator in indicators:
        rows = _unbroken(report.series(indicator))
        if len(rows) < 2:
            continue
        first, last = rows[0], rows[-1]
        used += [first, last]
        values = sorted(rows, key=lambda o: float(o["obs_value"]))
        sentence = report.t.say(
            _direction(report, rows),
            name=report.indicator_name(indicator),
            area=report.area_name(report.ref_area),
            first=value_in_words(report, first),
            first_year=str(first["time_period"]),
            last=value_in_words(report, last),
            last_year=str(last["time_period"]),
            lowest=_plain(report, values[0]),
            highest=_plain(report, values[-1]),
        )
        others = [
            (area, o)
            for area in comparator_areas
            if (o := report.observation(indicator, ref_area=area, time_period=last["time_period"]))
        ]
        used += [o for _, o in others]
        if others:
            sentence += " " + report.t.say(
                "In the same year: {others}.",
                others=report.t.join(
                    [f"{report.area_name(area)} {_plain(report, o)}" for area, o in others]
                ),
            )
        cited = figure_ids([first, last, *(o for _, o in others)])
        sentences.append(f"{sentence} {report.cite(*cited)}")
    return Sentences(sentences, figure_ids(used), role="bottom_line")


def change_sentences(report: Report, indicator: str, *, ref_area: str) -> Sentences:
    """Return the large yearly changes of one indicator, each with its reason or without one.

    Parameters
    ----------
    report
        The report.
    indicator, ref_area
        Whose changes.

    Returns
    -------
    Sentences
        What the check of yearly changes found, in order of year.
    """
    found = [
        f
        for f in report.workspace.rows.checks(ref_area)
        if f["check"] == year_on_year_change_is_explained.__name__
        and f["indicator"] == indicator
        and f["time_period"] <= report.time_period
    ]
    ids = [figure_id for f in found for figure_id in f["figure_ids"].split()]
    return Sentences(
        [f"{f[f'message_{report.t.code}']} {report.cite(*f['figure_ids'].split())}" for f in found]
        or [report.t.say("No yearly change was larger than a quarter.")],
        ids,
    )


def _unbroken(rows: list[Row]) -> list[Row]:
    """Return the longest run of years without a break; of two equally long, the later."""
    runs: list[list[Row]] = [[]]
    for o in rows:
        if o["obs_status"] == ObsStatus.BREAK and runs[-1]:
            runs.append([])
        runs[-1].append(o)
    return max(reversed(runs), key=len)


def _direction(report: Report, rows: list[Row]) -> str:
    """Return the sentence whose verb the intervals of first and last value support."""
    first, last = rows[0], rows[-1]
    if not _has_confidence_interval(report, first):
        return mark(
            "{name}, {area}: {first} ({first_year}), {last} ({last_year}). No interval was "
            "published, so how much of this is chance cannot be said."
        )
    ends = sorted([first["obs_value"], last["obs_value"]])
    if not all(ends[0] <= o["obs_value"] <= ends[1] for o in rows):
        return mark(
            "{name}, {area}: between {lowest} and {highest} from {first_year} to {last_year}, with "
            "no steady direction; {last} in the last year."
        )
    before = proportion(first["numerator"], first["denominator"])
    after = proportion(last["numerator"], last["denominator"])
    if before.high < after.low:
        return mark("{name}, {area}: rose from {first} ({first_year}) to {last} ({last_year}).")
    if after.high < before.low:
        return mark("{name}, {area}: fell from {first} ({first_year}) to {last} ({last_year}).")
    return mark(
        "{name}, {area}: {first} ({first_year}) and {last} ({last_year}) cannot be told apart."
    )
