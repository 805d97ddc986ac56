"""One ratio over several years or provinces, and whether these agree on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from childstats.analyses.against import may_be_compared
from childstats.analyses.areas import (
    NoReference,
    reference_of,
    siblings,
    stratum_periods,
    wider_areas,
)
from childstats.analyses.estimates import mantel_haenszel, risk_ratio
from childstats.analyses.report import Report
from childstats.analyses.trend import has_confidence_interval
from childstats.errors import EditionError
from childstats.observations.table import Observation
from childstats.statistics.estimate import Estimate
from childstats.statistics.strata import PooledEstimate

LEAST_STRATA: Final = 2


@dataclass(frozen=True, slots=True)
class Stratum:
    """One year or province of a stratified comparison.

    Attributes
    ----------
    label
        Its name.
    exposed, reference
        Cases and total of each.
    ratio
        Risk ratio with its 95 % interval (Miettinen-Nurminen).
    observations
        What it rests on.
    """

    label: str
    exposed: tuple[int, int]
    reference: tuple[int, int]
    ratio: Estimate
    observations: tuple[Observation, Observation]


@dataclass(frozen=True, slots=True)
class Stratified:
    """A comparison over strata.

    Attributes
    ----------
    indicator
        What is compared.
    exposed_label, reference_label
        Who is compared.
    kind
        ``years`` or ``provinces``: what the strata are.
    strata
        In order; fewer than two where too little is published.
    rest
        Whether the reference is what remains of a wider area.
    pooled
        Mantel and Haenszel's ratio with the test whether the strata agree; None with fewer than
        two strata.
    """

    indicator: str
    exposed_label: str
    reference_label: str
    kind: str
    strata: Sequence[Stratum]
    pooled: PooledEstimate | None
    rest: bool = False


def stratify_by_year(
    report: Report,
    indicator: str,
    *,
    reference_area: str | None = None,
    periods: Sequence[int] | None = None,
) -> Stratified:
    """Return the report's area against another, year by year.

    Parameters
    ----------
    report
        The report.
    indicator
        Counts of events.
    reference_area
        Area to compare with; where it contains the report's own, the rest of it. The nearest
        area that contains the report's own unless given.
    periods
        First and last year; those of the figures of both areas unless given.

    Returns
    -------
    Stratified
        The years in which both published counts that the guard lets pass; none of the country.

    Raises
    ------
    EditionError
        If the years are not first and last, or the area is compared with itself or a part.
    CatalogueError
        If the indicator or area is unknown.
    """
    report.indicator(indicator)
    asked = reference_area or next(iter(wider_areas(report)), None)
    if asked is None:
        return Stratified(indicator, report.area_name(report.ref_area), "–", "years", (), None)
    reference_area = report.area_key(asked)
    if report.workspace.catalogue.is_or_contains(report.ref_area, reference_area):
        raise EditionError(
            f"stratum_reference {asked!r} is the report's own area {report.ref_area!r} or "
            "part of it; choose another one"
        )
    first, last = _two(periods or stratum_periods(report, indicator, [reference_area]))
    pairs = [
        (str(here.time_period), here, there)
        for here in report.series(indicator)
        if first <= here.time_period <= last
        and (
            there := report.observation(
                indicator, ref_area=reference_area, time_period=here.time_period
            )
        )
    ]
    strata = _strata(report, pairs)
    contains = report.workspace.catalogue.contains(reference_area, report.ref_area)
    name = report.area_name(reference_area)
    return Stratified(
        indicator,
        report.area_name(report.ref_area),
        report.t.say("the rest of {area}", area=name) if contains else name,
        "years",
        strata,
        _pool(strata),
        rest=contains,
    )


def stratify_by_area(
    report: Report,
    indicator: str,
    *,
    areas: Sequence[str] | None = None,
    periods: Sequence[int] | None = None,
) -> Stratified:
    """Return a year against an earlier one, area by area.

    Parameters
    ----------
    report
        The report.
    indicator
        Counts of events.
    areas
        Areas beside the report's own; those that contain it or lie in it are passed over. The
        area's siblings unless given.
    periods
        Earlier and later year; the first and last that it shares with one of them unless given.

    Returns
    -------
    Stratified
        The areas that published counts in both years that the guard lets pass; none where the
        report's own did not.

    Raises
    ------
    EditionError
        If the years are not first and last, or one of the areas contains another.
    CatalogueError
        If the indicator or an area is unknown.
    """
    report.indicator(indicator)
    catalogue = report.workspace.catalogue
    own = report.ref_area
    others = [
        area
        for area in dict.fromkeys(
            map(report.area_key, siblings(report) if areas is None else areas)
        )
        if not (catalogue.is_or_contains(own, area) or catalogue.contains(area, own))
    ]
    for outer, inner in permutations(others, 2):
        if catalogue.contains(outer, inner):
            raise EditionError(
                f"{inner!r} is part of {outer!r}: they cannot be two strata; leave one out"
            )
    first, last = _two(periods or stratum_periods(report, indicator, others))
    pairs = []
    for area in (own, *others):
        later, earlier = (
            report.observation(indicator, ref_area=area, time_period=year) for year in (last, first)
        )
        if later is not None and earlier is not None:
            pairs.append((report.area_name(area), later, earlier))
    strata = _strata(report, pairs)
    if not any(s.observations[0].ref_area == own for s in strata):
        strata = []
    return Stratified(indicator, str(last), str(first), "provinces", strata, _pool(strata))


def _two(periods: Sequence[int]) -> tuple[int, int]:
    if len(periods) != 2 or periods[0] >= periods[1]:
        raise EditionError(f"stratum_periods {list(periods)}: give a first and a later year")
    return periods[0], periods[1]


def _strata(report: Report, pairs: Sequence[tuple[str, Observation, Observation]]) -> list[Stratum]:
    strata = []
    for label, here, there in pairs:
        if not all(has_confidence_interval(report, o) for o in (here, there)):
            continue
        if not may_be_compared(report, here, there):
            continue
        other = reference_of(report, here, there)
        if isinstance(other, NoReference):
            continue
        exposed = (here.numerator, here.denominator)
        reference = (other.cases, other.total)
        ratio = risk_ratio(
            exposed_cases=exposed[0],
            exposed_total=exposed[1],
            reference_cases=reference[0],
            reference_total=reference[1],
        )
        strata.append(Stratum(label, exposed, reference, ratio, (here, there)))
    return strata


def _pool(strata: Sequence[Stratum]) -> PooledEstimate | None:
    if len(strata) < LEAST_STRATA:
        return None
    return mantel_haenszel(
        exposed_cases=[s.exposed[0] for s in strata],
        exposed_total=[s.exposed[1] for s in strata],
        reference_cases=[s.reference[0] for s in strata],
        reference_total=[s.reference[1] for s in strata],
        measure="risk_ratio",
    )
