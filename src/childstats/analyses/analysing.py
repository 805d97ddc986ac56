"""The analyses that a notebook calls, each with its report; they return results."""

from collections.abc import Collection, Sequence
from typing import Final

from childstats.analyses import results
from childstats.analyses.quality_result import Quality
from childstats.analyses.report import Report
from childstats.analyses.stratified import stratify_by_area, stratify_by_year
from childstats.errors import EditionError

STRATA: Final = ("year", "area")


def trends(
    report: Report, indicators: list[str], *, areas: list[str] | None = None
) -> results.Trends:
    """Return the series of some indicators.

    Parameters
    ----------
    report
        The report.
    indicators
        Their ids.
    areas
        Areas, the report's own first; the report's and those around it unless given.

    Returns
    -------
    Trends
        Its frame has a row an observation up to the report's year, with `verdict` the direction of
        its series and `joined` whether the year is part of the longest comparable run.

    Raises
    ------
    EditionError
        If `indicators` or `areas` is no list.
    CatalogueError
        If an indicator or area is unknown.
    """
    return results.Trends(report, indicators, areas)


def doses(
    report: Report, first_dose: str, last_dose: str, *, ref_area: str | None = None
) -> results.DropOut:
    """Return the children without a first dose, and those who had it and not the last.

    Parameters
    ----------
    report
        The report.
    first_dose, last_dose
        Shares with their counts.
    ref_area
        The area; the country unless given.

    Returns
    -------
    DropOut
        Its frame has two rows a year: the first dose and the last.
    """
    return results.DropOut(report, first_dose, last_dose, ref_area)


def comparisons(
    report: Report,
    *,
    reference_areas: list[str] | None = None,
    national_indicators: Sequence[str] = (),
    exposed_periods: list[int] | None = None,
    reference_periods: list[int] | None = None,
) -> results.Comparisons:
    """Return the report's area against others, and the country against itself in other years.

    Parameters
    ----------
    report
        The report.
    reference_areas
        Areas to compare with; the area's siblings and those around it unless given.
    national_indicators
        Shares of the country that are compared between two years.
    exposed_periods, reference_periods
        The year of each that is compared, and that it is compared with; derived unless given.

    Returns
    -------
    Comparisons
        Its frame has a row a comparison: the ratio with its limits, the difference, the verdict.
    """
    return results.Comparisons(
        report,
        reference_areas=reference_areas,
        national_indicators=national_indicators,
        exposed_periods=exposed_periods,
        reference_periods=reference_periods,
    )


def strata(
    report: Report,
    indicator: str,
    *,
    by: str = "year",
    reference_area: str | None = None,
    areas: list[str] | None = None,
    periods: list[int] | None = None,
) -> results.Strata:
    """Return one comparison in each of several years, or the same two years in several areas.

    Parameters
    ----------
    report
        The report.
    indicator
        A share with its counts of events.
    by
        ``"year"``: the area against `reference_area` in each year. ``"area"``: the last year
        against the first in each of `areas`.
    reference_area
        Area to compare with; the nearest around the report's unless given.
    areas
        Areas besides the report's; its siblings unless given.
    periods
        First and last year; derived unless given.

    Returns
    -------
    Strata
        Its frame has a row a stratum: the ratio with its 95 % limits.

    Raises
    ------
    EditionError
        If `by` is neither.
    """
    if by not in STRATA:
        raise EditionError(f"by is {by!r}; use one of {', '.join(STRATA)}")
    if by == "year":
        found = stratify_by_year(report, indicator, reference_area=reference_area, periods=periods)
    else:
        found = stratify_by_area(report, indicator, areas=areas, periods=periods)
    return results.Strata(report, found)


def profile(
    report: Report, headline: Collection[str] = (), *, areas: list[str] | None = None
) -> results.Profile:
    """Return the last figure of each indicator, against other areas.

    Parameters
    ----------
    report
        The report.
    headline
        Indicators that the first table shows.
    areas
        Areas to compare with; derived unless given.

    Returns
    -------
    Profile
        Its frame has a row for each indicator and area that it is compared with.
    """
    return results.Profile(report, headline, areas)


def screening(report: Report) -> results.Screening:
    """Return what is held on children in special circumstances, from screening to surgery.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Screening
        Its frame has a row a figure, the newest of each indicator first.
    """
    return results.Screening(report)


def funnel(report: Report, indicator: str) -> results.Funnel:
    """Return a commune among the communes of its province.

    Parameters
    ----------
    report
        The report, of a commune; of any other area the result is empty.
    indicator
        A share with its counts.

    Returns
    -------
    Funnel
        Its frame has a row a commune and year.
    """
    return results.Funnel(report, indicator)


def equity(report: Report, indicators: list[str]) -> results.Equity:
    """Return the gaps between groups of children.

    Parameters
    ----------
    report
        The report.
    indicators
        Shares and rates that are published by sex, residence, wealth or ethnic group.

    Returns
    -------
    Equity
        Its frame has a row a group, with its dimension and what its interval rests on.
    """
    return results.Equity(report, indicators)


def surveys(report: Report, estimate: str, *, ref_area: str | None = None) -> results.Surveys:
    """Return surveys beside what was reported and estimated.

    Parameters
    ----------
    report
        The report.
    estimate
        Indicator of the estimate.
    ref_area
        The area; the country unless given.

    Returns
    -------
    Surveys
        Its frame has a row a figure; `kind` is survey, reported or estimate.
    """
    return results.Surveys(report, estimate, ref_area)


def quality(report: Report) -> Quality:
    """Return how good the figures of the report's area are: what the checks found.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    Quality
        Its frame has a row an observation up to the report's year, with its findings.
    """
    return Quality(report)


def held_back(report: Report, ids: list[str] | None = None) -> results.HeldBack:
    """Return what is published of the area and not used.

    Parameters
    ----------
    report
        The report.
    ids
        Only these indicators; all unless given.

    Returns
    -------
    HeldBack
        Its frame has a row an observation, with its status.
    """
    return results.HeldBack(report, ids or ())
