"""A commune among the communes of its province: a funnel in place of a league table."""

from typing import Final, NamedTuple

import numpy as np
from pandas import DataFrame

from childstats.analyses.estimates import compare_with_benchmark, proportion
from childstats.analyses.report import Report
from childstats.analyses.wording import lowered
from childstats.blocks import Chart, Sentences, data_of_funnel
from childstats.charts import funnel
from childstats.codes import UnitMeasure
from childstats.observations.policy import SMALL_LEVELS
from childstats.observations.table import Observation
from childstats.statistics.benchmarks import BenchmarkVerdict
from childstats.text.claim import Word

FEWEST_EXPECTED: Final = 5
"""Expected number of the rarer outcome below which a year of a commune says little by itself.

The usual limit for a normal approximation to a count; where half of the communes are below it,
years are taken together.
"""
MOST_YEARS: Final = 3
FEWEST_AREAS: Final = 5
"""Communes below which there is no funnel."""
ALPHA: Final = 0.05
WORDS: Final = {
    BenchmarkVerdict.HIGHER: Word.ABOVE,
    BenchmarkVerdict.LOWER: Word.BELOW,
    BenchmarkVerdict.SIMILAR: Word.NO_CLEAR_DIFFERENCE,
}


class Dot(NamedTuple):
    """One commune: its name, printed counts, whether it is the report's own, what is published."""

    label: str
    cases: int
    total: int
    own: bool
    rows: tuple[Observation, ...] = ()

    @property
    def share(self) -> float:
        """Its share."""
        return self.cases / self.total


class Funnel(NamedTuple):
    """Communes of one province in one or several years.

    Attributes
    ----------
    areas
        Key of each commune that is drawn.
    dots
        The same, with their printed counts.
    benchmark
        Share of the province in the same years.
    years
        The years, taken together.
    left_out
        How many communes have a hidden or no number in one of the years.
    rows
        The observations.
    few
        Whether so few children are expected that years would have to be taken together.
    """

    areas: list[str]
    dots: list[Dot]
    benchmark: float
    years: list[int]
    left_out: int
    rows: list[Observation]
    few: bool = False


def plot_funnel(report: Report, indicator: str) -> Chart | None:
    """Draw the communes of the province around its share, with the limits of chance.

    Parameters
    ----------
    report
        The report.
    indicator
        A share that is published with its counts.

    Returns
    -------
    Chart or None
        None for a province or country, and where too few communes are shown.
    """
    found = communes_of(report, indicator)
    if found is None:
        return None
    t = report.t
    province = report.workspace.catalogue.parent(report.ref_area)
    name, years = report.indicator_name(indicator), _years(report, found)
    title = t.say("{name}: the communes", name=name)
    own = next(dot for dot in found.dots if dot.own)
    alt = t.say(
        "Funnel chart of {name} for {count} communes of {province}, {years}; {area}: {share}.",
        name=lowered(name),
        count=report.count(len(found.dots), "areas", found.rows[:-1]),
        province=report.area_name(province),
        years=years,
        area=own.label,
        share=_share(report, own),
    )
    caption = t.say(
        "{name}, per cent, by number of children; {province}, {years}. Line: the province. Solid "
        "curves: limits that chance alone passes in 5% of communes; dashed: in 0.2%. {cite}",
        name=name,
        province=report.area_name(province),
        years=years,
        cite=report.cite(*(row.figure_id for row in found.rows)),
    )
    frame = DataFrame(found.dots).drop(columns="rows")
    plotted = funnel.plot(
        frame,
        benchmark=found.benchmark,
        named=report.area_name(province),
        measure=t.say("Per cent"),
        sizes=t.say("Children"),
        language=t,
    )
    return Chart(
        plotted,
        title=title,
        caption=caption,
        alt=alt,
        figure_ids=[row.figure_id for row in found.rows],
        data=data_of_funnel(
            frame,
            others=t.say("other communes"),
            written=[_share(report, dot) for dot in found.dots],
        ),
    )


def funnel_sentences(report: Report, indicator: str) -> Sentences | None:
    """Say how a commune stands among the communes of its province, all compared at once.

    Parameters
    ----------
    report
        The report.
    indicator
        A share that is published with its counts.

    Returns
    -------
    Sentences or None
        None for a province or country. How many communes differ by more than chance, by Holm's
        adjustment; what was taken together, and what is not drawn.
    """
    if not report.is_small:
        return None
    t, name = report.t, report.indicator_name(indicator)
    found = communes_of(report, indicator)
    if found is None:
        return Sentences(
            [
                t.say(
                    "{name}: too few communes have a number that can be shown; they are not "
                    "compared.",
                    name=name,
                )
            ],
            role="nothing",
        )
    verdicts = compare_with_benchmark(
        [dot.cases for dot in found.dots],
        [dot.total for dot in found.dots],
        found.benchmark,
        kind="proportion",
        polarity="none",
        adjustment="holm",
    ).at_95
    by_area = dict(zip(found.areas, np.atleast_1d(verdicts).tolist(), strict=True))
    province = report.area_name(report.workspace.catalogue.parent(report.ref_area))
    differing = sum(verdict is not BenchmarkVerdict.SIMILAR for verdict in by_area.values())
    _claim(report, indicator, found, by_area[report.ref_area], differing)
    said = {
        "name": name,
        "area": report.area_name(report.ref_area),
        "province": province,
        "years": _years(report, found),
    }
    messages = {
        BenchmarkVerdict.SIMILAR: t.say(
            "{name}: no clear difference between {area} and {province} as a whole, {years}.", **said
        ),
        BenchmarkVerdict.HIGHER: t.say("{name}: {area} is above {province}, {years}.", **said),
        BenchmarkVerdict.LOWER: t.say("{name}: {area} is below {province}, {years}.", **said),
    }
    sentences = [
        messages[by_area[report.ref_area]],
        t.say(
            "Communes that differ from it by more than chance, when all {count} are compared at "
            "once (Holm's adjustment, 5%): {differing}. They are not ranked: an order would be "
            "mostly chance.",
            count=report.count(len(by_area), "areas", found.rows[:-1]),
            differing=report.count(differing, "compare_with_benchmark.differing", found.rows),
        ),
    ]
    if len(found.years) > 1:
        sentences.append(
            t.say(
                "The years {years} are taken together, since one year of a commune has too few "
                "children.",
                years=_years(report, found),
            )
        )
    elif found.few:
        sentences.append(
            t.say(
                "One year of a commune has too few children to show more than large differences, "
                "and there is no earlier year to take together with it."
            )
        )
    if found.left_out:
        sentences.append(
            t.say(
                "Communes that are not drawn, since a number is hidden or not held: {count}.",
                count=report.count(found.left_out, "areas_left_out", found.rows),
            )
        )
    return Sentences(sentences, [row.figure_id for row in found.rows])


def _claim(
    report: Report, indicator: str, found: Funnel, verdict: BenchmarkVerdict, differing: int
) -> None:
    """Keep the verdict on the report's commune with the interval at the level of Holm's step."""
    own = next(dot for dot in found.dots if dot.own)
    steps = len(found.dots) - differing + (verdict is not BenchmarkVerdict.SIMILAR)
    limits = proportion(own.cases, own.total, confidence_level=1 - ALPHA / steps)
    said = ("among", indicator, report.ref_area, *found.years)
    ends = (float(limits.low), float(limits.high))
    report.claim(said, WORDS[verdict], *ends, found.benchmark)


def _share(report: Report, dot: Dot) -> str:
    return report.share(dot.share, "share_of_sums", dot.rows)


def communes_of(report: Report, indicator: str) -> Funnel | None:
    """Return the communes of the report's province; None where there are too few, or it is none."""
    areas = report.workspace.catalogue.areas
    own = areas[report.ref_area]
    known = report.indicator(indicator)
    if own.level not in SMALL_LEVELS or known.unit_measure is not UnitMeasure.PROPORTION:
        return None
    alike = [
        key
        for key, area in areas.items()
        if (area.level, area.parent, area.valid_from) == (own.level, own.parent, own.valid_from)
    ]
    this = _taken_together(report, indicator, alike, [report.time_period])
    if this is None:
        return None
    rarer = min(this.benchmark, 1 - this.benchmark)
    if np.median([dot.total for dot in this.dots]) * rarer >= FEWEST_EXPECTED:
        return this
    earlier = [o.time_period for o in report.series(indicator)][-MOST_YEARS:]
    return (_taken_together(report, indicator, alike, earlier) or this)._replace(few=True)


def _taken_together(
    report: Report, indicator: str, alike: list[str], years: list[int]
) -> Funnel | None:
    """Return the funnel of some years; None where the own commune or the province has a gap."""
    held = {area: _counts(report, indicator, area, years) for area in alike}
    whole = _counts(report, indicator, report.workspace.catalogue.parent(report.ref_area), years)
    drawn = {area: rows for area, rows in held.items() if rows}
    if report.ref_area not in drawn or not whole or len(drawn) < FEWEST_AREAS:
        return None
    dots = [
        Dot(report.area_name(area), *_added(rows), area == report.ref_area, tuple(rows))
        for area, rows in drawn.items()
    ]
    cases, total = _added(whole)
    rows = [row for several in (*drawn.values(), whole) for row in several]
    return Funnel(list(drawn), dots, cases / total, years, len(held) - len(drawn), rows)


def _counts(report: Report, indicator: str, area: str, years: list[int]) -> list[Observation]:
    """Return an area's observations with counts in all of some years; none if one is missing."""
    by_year = {o.time_period: o for o in report.series(indicator, area)}
    rows = [by_year[year] for year in years if year in by_year]
    whole = len(rows) == len(years) and all(o.numerator is not None and o.denominator for o in rows)
    return rows if whole else []


def _added(rows: list[Observation]) -> tuple[int, int]:
    """Return the sums of numerators and denominators, the first at most the second."""
    cases, total = (
        int(sum(getattr(o, name) for o in rows)) for name in ("numerator", "denominator")
    )
    return min(cases, total), total


def _years(report: Report, found: Funnel) -> str:
    return report.t.span(str(min(found.years)), str(max(found.years)))
