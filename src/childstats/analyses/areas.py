"""What a report is compared with, derived from its area and year where nobody names it."""

from collections.abc import Sequence
from typing import Final, Protocol

from childstats.observations.findings import Row
from childstats.observations.policy import SMALL_LEVELS
from childstats.observations.workspace import Workspace

MOST_SIBLINGS: Final = 3


class About(Protocol):
    """A report: its area, year and figures."""

    workspace: Workspace
    ref_area: str
    time_period: int

    def series(self, indicator: str, ref_area: str | None = None) -> list[Row]:
        """Return the yearly observations up to the report's year that may be shown."""


def siblings(report: About) -> list[str]:
    """Return areas of the same level within the same wider area of which figures are held.

    Parameters
    ----------
    report
        The report; of a commune's area none are returned.

    Returns
    -------
    list of str
        At most `MOST_SIBLINGS`, the nearest in the order of the catalogue first: offices list
        areas beside their neighbours.
    """
    catalogue = report.workspace.catalogue
    own = catalogue.areas[report.ref_area]
    if own.level in SMALL_LEVELS or not own.parent:
        return []
    places = {key: place for place, key in enumerate(catalogue.areas)}
    found = [
        key
        for key, area in catalogue.areas.items()
        if key != report.ref_area
        and (area.level, area.parent) == (own.level, own.parent)
        and report.workspace.yearly(key)
    ]
    found.sort(key=lambda key: abs(places[key] - places[report.ref_area]))
    return found[:MOST_SIBLINGS]


def wider_areas(report: About) -> list[str]:
    """Return the areas that contain the report's, the country last."""
    catalogue, found = report.workspace.catalogue, []
    key = catalogue.parent(report.ref_area)
    while key:
        found.append(key)
        key = catalogue.parent(key)
    return found


def comparators(report: About) -> list[str]:
    """Return the nearest sibling with figures, then the areas that contain the report's."""
    return [*siblings(report)[:1], *wider_areas(report)]


def country_of(report: About) -> str:
    """Return the area that has no wider one around it."""
    return (wider_areas(report) or [report.ref_area])[-1]


def stratum_periods(report: About, indicator: str, others: Sequence[str]) -> tuple[int, int]:
    """Return the first and last year of the area's figures that one of other areas has too.

    Parameters
    ----------
    report
        The report.
    indicator
        Counts of events.
    others
        Areas to compare with.

    Returns
    -------
    tuple of int
        The report's own and the one before, of which no figures are, with fewer than two years.
    """
    elsewhere = {o["time_period"] for area in others for o in report.series(indicator, area)}
    years = [y for o in report.series(indicator) if (y := o["time_period"]) in elsewhere]
    return (years[0], years[-1]) if len(years) > 1 else (report.time_period - 1, report.time_period)
