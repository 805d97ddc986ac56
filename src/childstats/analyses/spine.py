"""The benchmark chart: every indicator that may be held against the country, on one spine."""

from math import nan
from typing import Any, Final

from pandas import DataFrame

from childstats.analyses.report import Report, figure_ids
from childstats.analyses.standing import Standing, against_area, counterpart, spread
from childstats.analyses.wording import brief_value
from childstats.blocks import Chart, ChartData, ChartSeries, Sentences, series_of_rows
from childstats.charts import spine
from childstats.codes import Level
from childstats.language import mark
from childstats.observations.policy import SMALL_LEVELS
from childstats.observations.table import Observation
from childstats.statistics.benchmarks import BenchmarkVerdict

VERDICTS: Final = {
    BenchmarkVerdict.BETTER: mark("better"),
    BenchmarkVerdict.WORSE: mark("worse"),
    BenchmarkVerdict.SIMILAR: mark("no clear difference"),
}
WHO: Final = ("area", "region", "country")
ENDS: Final = ("", "_low", "_high")


def last_common(
    report: Report, indicator: str, ref_area: str
) -> tuple[Observation, Standing] | None:
    """Return the area's last figure that may be held against another area, with that figure.

    Parameters
    ----------
    report
        The report.
    indicator
        Its id.
    ref_area
        The other area.

    Returns
    -------
    tuple of Observation and Standing, or None
        None where no year has both.
    """
    for o in reversed(report.series(indicator)):
        standing = against_area(report, o, ref_area)
        if standing is not None:
            return o, standing
    return None


def plot_benchmarks(report: Report) -> Chart | Sentences:
    """Return every indicator with a figure of area and country, held against the country.

    Parameters
    ----------
    report
        The report; the region is the area that its own is part of, if that is not the country.

    Returns
    -------
    Chart or Sentences
        One row an indicator of which more, or less, is better, for the last year that both
        publish; a sentence where there is none.
    """
    t = report.t
    areas = report.workspace.catalogue.areas
    country = next(a.ref_area for a in areas.values() if not a.parent)
    parent = report.workspace.catalogue.parent(report.ref_area)
    if report.is_small:
        country = parent  # a commune is held against its province
    region = parent if parent != country else ""
    if report.ref_area == country:
        return Sentences(
            [
                t.say(
                    "{area} is the whole country: there is no wider area to hold it against.",
                    area=report.area_name(country),
                )
            ],
            role="nothing",
        )
    found = [
        (o, standing)
        for indicator in report.workspace.catalogue.indicators.values()
        if indicator.polarity != "none"
        and indicator.level is not Level.CONTEXT
        and (pair := last_common(report, indicator.indicator, country)) is not None
        for o, standing in [pair]
    ]
    if not found:
        return Sentences(
            [
                t.say(
                    "No indicator of {area} may be compared with {country}.",
                    area=report.area_name(report.ref_area),
                    country=report.area_name(country),
                )
            ],
            role="nothing",
        )
    regional = [counterpart(report, o, region) if region else None for o, _ in found]
    region = region if any(regional) else ""  # nothing of it is published beside the area's
    rows = [
        _spine_row(report, o, standing, there)
        for (o, standing), there in zip(found, regional, strict=True)
    ]
    used = [o for pair in zip(found, regional, strict=True) for o in _figures(*pair)]
    names = [report.area_name(a) if a else "" for a in (report.ref_area, region, country)]
    title = t.say("Compared with the region and the country")
    alt = t.say(
        "Benchmark chart of {area} against {country}: {rows}.",
        area=names[0],
        country=names[2],
        rows="; ".join(_heard(report, row, names) for row in rows),
    )
    frame = DataFrame(rows)
    heads = [names[0], t.say("Region") if region else "", t.say("Country"), t.say("Test")]
    return Chart(
        spine.plot(frame, heads=heads, ends=(t.say("worse"), t.say("better"))),
        title=title,
        caption=t.say(
            "Each row has its own scale: the line is {country}, the right is better. Region: "
            "{region}. Grey: from the worst to the best area that is held, a stroke for each. "
            "Black: interval. Test: {area} against the rest of {country}; –: not tested, since "
            "neither counts nor an interval are held {cite}.",
            area=names[0],
            region=names[1] or "–",
            country=names[2],
            cite=report.cite(*figure_ids(used)),
        ),
        alt=alt,
        figure_ids=figure_ids(used),
        data=ChartData(
            kind="spine",
            series=[
                _series(frame, name, who, i)
                for i, (who, name) in enumerate(zip(WHO, names, strict=True))
                if name
            ],
            y_from_zero=False,
            colours=[colour for (_, colour), name in zip(spine.MARKS, names, strict=True) if name],
        ),
    )


def _series(frame: DataFrame, name: str, who: str, i: int) -> ChartSeries:
    """Return the marks of the area, the region or the country, whose marks are the spine."""
    places = frame if who in frame else frame.assign(**{f"{who}{end}": 0.0 for end in ENDS})
    return series_of_rows(name, places, who, written=[cells[i] for cells in frame["written"]])


def _heard(report: Report, row: dict[str, Any], names: list[str]) -> str:
    """Return a row as it is read aloud: each value after its area's name, then the test."""
    *values, test = row["written"]
    named = [f"{name} {value}" for name, value in zip(names, values, strict=True) if value]
    test = report.t.say("not tested") if test == "–" else test
    return f"{row['label']}: {', '.join([*named, test])}"


def _figures(
    pair: tuple[Observation, Standing], regional: Observation | None
) -> list[Observation | None]:
    return [pair[0], pair[1].other, regional]


def _of_level(report: Report, ref_area: str) -> list[str]:
    """Return the areas of an area's level, of communes those of the same province.

    Provinces are held against provinces only, and a commune against its province, whose communes
    give the scale; those of all other provinces are neither shown nor read.
    """
    catalogue = report.workspace.catalogue
    own = catalogue.areas[ref_area]
    alike = [area for area, known in catalogue.areas.items() if known.level == own.level]
    if own.level not in SMALL_LEVELS:
        return alike
    siblings = (area for area in alike if catalogue.areas[area].parent == own.parent)
    within = catalogue.parent(ref_area)
    return [area for area in siblings if catalogue.parent(area) == within]


def _spine_row(
    report: Report, o: Observation, standing: Standing, regional: Observation | None
) -> dict[str, Any]:
    """Place a row on a scale of its own: 0 is the country, 1 or −1 the furthest area."""
    t = report.t
    centre = float(standing.other.obs_value)
    sign = 1 if report.indicator(o.indicator).polarity == "higher" else -1
    others = [
        float(row.obs_value)
        for area in _of_level(report, o.ref_area)
        if area not in {o.ref_area, standing.other.ref_area}
        and (regional is None or area != regional.ref_area)
        and (row := counterpart(report, o, area)) is not None
    ]
    values = [float(o.obs_value), *others, *([regional.obs_value] if regional else [])]
    reach = max(abs(value - centre) for value in values) or 1.0

    def place(who: str, row: Observation | None) -> dict[str, float]:
        if row is None:
            return dict.fromkeys([f"{who}{end}" for end in ENDS], nan)
        around = spread(report, row)
        low, high = sorted(sign * (end - centre) / reach for end in (around.low, around.high))
        value = sign * (float(row.obs_value) - centre) / reach
        return {who: value, f"{who}_low": low, f"{who}_high": high}

    return {
        "label": t.say(
            "{name}, {period}",
            name=report.indicator_name(o.indicator),
            period=str(o.time_period),
        ),
        **place("area", o),
        **place("region", regional),
        "others": [sign * (value - centre) / reach for value in others],
        "written": [
            *(brief_value(report, row) if row else "" for row in (o, regional, standing.other)),
            t.say(VERDICTS[standing.verdict]) if standing.verdict else "–",
        ],
    }
