"""One indicator over the years: an area and its comparators as a chart and as a table."""

from collections.abc import Mapping
from typing import Final

from pandas import DataFrame

from childstats.analyses.areas import country_of, wider_areas
from childstats.analyses.hidden import HIDDEN, is_hidden, legend_of_marks, rounding_note
from childstats.analyses.report import Report, figure_ids
from childstats.analyses.rounded import share_digits
from childstats.analyses.targets import target_in_digits
from childstats.analyses.trend import apart, has_confidence_interval, interval_of
from childstats.analyses.wording import lowered
from childstats.blocks import Chart, Column, Sentences, Table, data_of_lines
from childstats.charts import lines
from childstats.codes import ObsStatus, UnitMeasure
from childstats.language import mark
from childstats.observations.boundaries import is_rebased
from childstats.observations.table import Observation
from childstats.text.documents import target_source
from childstats.text.number import Kind

STATUS_MARKS: Final[Mapping[str, str]] = {
    ObsStatus.PROVISIONAL: mark("(p)"),
    ObsStatus.BREAK: mark("(b)"),
    ObsStatus.ESTIMATED: mark("(e)"),
}
MERGED_MARK = mark("(m)")
"""Of a year before a change of areas, added up to the area after it."""
HIDDEN_SHARE = 0.03
"""A range below this share of the values' own range is hidden by its mark."""


def plot_series(
    report: Report, indicator: str, *, areas: list[str] | None = None
) -> Chart | Sentences:
    """Return one indicator over the years, a line an area.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    areas
        One to four areas; the first is the one that the text speaks of. The report's own and
        those that contain it unless given.

    Returns
    -------
    Chart or Sentences
        With a gap at missing years, a dashed line at breaks, hollow marks for provisional
        values, the target, and the confidence interval or the range of the print at each mark.
        A sentence where nothing is published for the first area.
    """
    areas = [report.ref_area, *wider_areas(report)] if areas is None else areas
    held = series_of(report, indicator, areas)
    if not held:
        return nothing_published(report, indicator)
    return _chart(report, report.indicator_name(indicator), indicator, held)


def plot_indicators(
    report: Report, indicators: list[str], *, ref_area: str | None = None
) -> Chart | Sentences:
    """Return several indicators of one area over the years, a line an indicator.

    Parameters
    ----------
    report
        The report.
    indicators
        One to four ids of one unit.
    ref_area
        The area; the country unless given.

    Returns
    -------
    Chart or Sentences
        As `plot_series`; a sentence where nothing is published.
    """
    ref_area = ref_area or country_of(report)
    held = {i: rows for i in indicators if (rows := report.series(i, ref_area))}
    if not held:
        return nothing_published(report, indicators[0])
    title = report.t.say("{area}: coverage by vaccine", area=report.area_name(ref_area))
    return _chart(report, title, next(iter(held)), held)


def nothing_published(report: Report, indicator: str) -> Sentences:
    """Return a sentence that says so."""
    return Sentences(
        [
            report.t.say(
                "{name}: nothing comparable is held for {area}.",
                name=report.indicator_name(indicator),
                area=report.area_name(report.ref_area),
            )
        ],
        role="nothing",
    )


def series_of(report: Report, indicator: str, areas: list[str]) -> dict[str, list[Observation]]:
    """Return the series of each area, from the year on in which the first area has one."""
    own = report.series(indicator, areas[0])
    if not own:
        return {}
    held = {area: report.series(indicator, area) for area in dict.fromkeys(areas)}
    start = own[0].time_period
    since = {area: [o for o in rows if o.time_period >= start] for area, rows in held.items()}
    return {area: rows for area, rows in since.items() if rows}


def _chart(report: Report, title: str, indicator: str, held: dict[str, list[Observation]]) -> Chart:
    t = report.t
    known = report.indicator(indicator)
    percent = known.unit_measure is UnitMeasure.PROPORTION
    used = figure_ids([o for rows in held.values() for o in rows])
    years = sorted({o.time_period for rows in held.values() for o in rows})
    frame = DataFrame(
        [
            {"series": _label(report, key), **point}
            for key, rows in held.items()
            for point in _points(report, rows)
        ]
    )
    target = None
    if known.target is not None:
        target = (known.target, _target_label(report, indicator))
    measure = t.say("Per cent") if percent else t.say("Deaths per 1,000 live births")
    caption = t.say(
        "{name}, {measure}, {first} to {last}. {marks} {cite}",
        name=title,
        measure=lowered(measure),
        first=str(years[0]),
        last=str(years[-1]),
        marks=_explained_marks(
            report, frame, percent=percent, target=target_source(t, known.target_source)
        ),
        cite=report.cite(*used),
    )
    return Chart(
        lines.plot(frame, measure=measure, percent=percent, target=target, language=t),
        title=title,
        caption=caption,
        alt=_alt(report, title, held),
        figure_ids=used,
        data=data_of_lines(frame, percent=percent),
    )


def _label(report: Report, key: str) -> str:
    """Return the name of an area, or of an indicator without what stands in brackets."""
    if key in report.workspace.catalogue.areas:
        return report.area_name(key)
    return report.indicator_name(key).partition(" (")[0]


def _target_label(report: Report, indicator: str) -> str:
    known = report.indicator(indicator)
    return report.t.say(
        "target {target} ({year})",
        target=target_in_digits(report, indicator),
        year=str(known.target_year),
    )


def _points(report: Report, rows: list[Observation]) -> list[dict[str, object]]:
    points: list[dict[str, object]] = []
    for i, o in enumerate(rows):
        low, high = interval_of(report, o)
        points.append(
            {
                "year": o.time_period,
                "value": o.obs_value,
                "low": low,
                "high": high,
                "written": _with_interval(report, o),
                "after_break": i > 0 and apart(report, rows[i - 1], o),
                "after_merger": i > 0 and is_rebased(rows[i - 1]) and not is_rebased(o),
                "provisional": o.obs_status == ObsStatus.PROVISIONAL,
                "is_sampling": has_confidence_interval(report, o),
            }
        )
    return points


def _with_interval(report: Report, o: Observation) -> str:
    """Return a value as it is printed, with its confidence interval if it has one."""
    limits = _limits(report, o)
    return f"{report.plain(o)} ({limits})" if limits else report.plain(o)


def _explained_marks(report: Report, frame: DataFrame, *, percent: bool, target: str) -> str:
    """Say what the marks that this chart has mean, and only those."""
    t = report.t
    parts = []
    if frame["after_merger"].any():
        parts.append(t.say("Dotted upright: before it, figures of merged units are added up."))
    if frame["is_sampling"].any():
        parts.append(t.say("Strokes with caps: 95% confidence interval."))
    elif (frame["high"] - frame["low"]).max() <= HIDDEN_SHARE * _extent(frame, percent):
        parts.append(t.say("The range of rounding is smaller than the marks."))
    else:
        parts.append(t.say("Pale bars: range of rounding."))
    if _has_gap(frame):
        parts.append(t.say("A year without a figure is a gap."))
    if frame["provisional"].any():
        parts.append(t.say("Hollow: provisional."))
    if frame["after_break"].any():
        parts.append(t.say("Dashed line: break, not comparable across it."))
    if target:
        parts.append(t.say("Dotted line: target ({source}).", source=target_source(t, target)))
    if percent:
        parts.append(t.say("The axis does not begin at 0."))
    return " ".join(parts)


def _has_gap(frame: DataFrame) -> bool:
    """Return whether the first series has no figure of a year within it."""
    years = frame.loc[frame["series"] == frame["series"].iloc[0], "year"]
    return bool(len(years) < years.max() - years.min() + 1)


def _extent(frame: DataFrame, percent: bool) -> float:
    """Return the length of the axis: that of other values than shares begins at 0."""
    return float(frame["high"].max() - (frame["low"].min() if percent else 0.0))


def _alt(report: Report, name: str, held: dict[str, list[Observation]]) -> str:
    t = report.t
    parts = []
    for key, rows in held.items():
        first, last = rows[0], rows[-1]
        parts.append(
            t.say(
                "{area}: {first} in {first_year}, {last} in {last_year}",
                area=_label(report, key),
                first=report.plain(first),
                first_year=str(first.time_period),
                last=report.plain(last),
                last_year=str(last.time_period),
            )
        )
    return t.say("Line chart of: {name}. {series}.", name=name, series="; ".join(parts))


def table_series(
    report: Report, indicator: str, *, areas: list[str] | None = None
) -> Table | Sentences:
    """Return the values that `plot_series` draws, a row an area, a column a year.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    areas
        One row each; as `plot_series`.

    Returns
    -------
    Table or Sentences
        Values with their status, the source numbers in the last column; a sentence where
        nothing is published for the first area.
    """
    t = report.t
    areas = [report.ref_area, *wider_areas(report)] if areas is None else areas
    held = series_of(report, indicator, areas)
    if not held:
        return nothing_published(report, indicator)
    years = sorted({o.time_period for rows in held.values() for o in rows})
    marks = {year: _status_of_all(held, year) for year in years}
    rows, some_hidden = [], False
    for area, observed in held.items():
        by_year = {o.time_period: o for o in observed}
        cells = [
            _cell(report, by_year[y], in_heading=bool(marks[y]))
            if y in by_year
            else HIDDEN
            if is_hidden(report, indicator, ref_area=area, time_period=y)
            else t.say("n/p")
            for y in years
        ]
        some_hidden = some_hidden or HIDDEN in cells
        rows.append((report.area_name(area), *cells, report.cite(*figure_ids(observed))))
        if any(has_confidence_interval(report, o) for o in observed):
            limits = [_limits(report, by_year[y]) if y in by_year else "" for y in years]
            rows.append((t.say("… 95% CI"), *limits, ""))
    return Table(
        title=t.say("{name}: the values", name=report.indicator_name(indicator)),
        columns=[
            Column(t.say("Area"), width=2.3 if len(years) < 8 else 3.6),
            *(Column(_heading(report, year, marks[year]), "right") for year in years),
            Column(t.say("Source"), width=0.9 if len(years) < 8 else 1.3),
        ],
        rows=rows,
        notes=[
            *_table_notes(report, held, len(years)),
            *([legend_of_marks(report)] if some_hidden else []),
            *rounding_note(report),
        ],
        figure_ids=figure_ids([o for observed in held.values() for o in observed]),
    )


def _table_notes(report: Report, held: dict[str, list[Observation]], years: int) -> list[str]:
    t = report.t
    observed = [o for rows in held.values() for o in rows]
    statuses = {o.obs_status for o in observed if not is_rebased(o)}
    legend = {
        ObsStatus.PROVISIONAL: t.say("(p) provisional"),
        ObsStatus.BREAK: t.say("(b) break: not comparable with the years before"),
        ObsStatus.ESTIMATED: t.say("(e) estimate"),
    }
    notes = [text for status, text in legend.items() if status in statuses]
    if any(is_rebased(o) for o in observed):
        notes.append(t.say("(m) added up from the units before the change of areas"))
    if any(len(rows) < years for rows in held.values()):
        notes.append(t.say("n/p: not in the sources used here for this area and year"))
    if any(has_confidence_interval(report, o) for o in observed):
        notes.append(t.say("95% CI: confidence interval (Wilson), per cent"))
    return ["; ".join(notes) + "."] if notes else []


def _status_of_all(held: dict[str, list[Observation]], year: int) -> str:
    """Return the mark that all figures of a year share, to stand in its heading; else ""."""
    marks = {_mark(o) for rows in held.values() for o in rows if o.time_period == year}
    return marks.pop() if len(marks) == 1 else ""


def _mark(o: Observation) -> str:
    return MERGED_MARK if is_rebased(o) else STATUS_MARKS.get(o.obs_status, "")


def _heading(report: Report, year: int, status: str) -> str:
    return f"{year} {report.t.say(status)}" if status else str(year)


def _cell(report: Report, o: Observation, *, in_heading: bool) -> str:
    written = report.plain(o)
    status = "" if in_heading else _mark(o)
    return f"{written} {report.t.say(status)}" if status else written


def _limits(report: Report, o: Observation) -> str:
    """Return confidence limits as they fit a narrow column: ``56.0–59.8``."""
    if not has_confidence_interval(report, o):
        return ""
    digits = share_digits(report, o)
    low, high = (
        report.number(Kind.SHARE, end, f"proportion.{name}", [o], digits=digits, percent=True).value
        for name, end in zip(("low", "high"), interval_of(report, o), strict=True)
    )
    return f"{low.removesuffix('%')}–{high.removesuffix('%')}"
