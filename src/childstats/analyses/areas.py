"""What a report is compared with, derived from its area and year, and the rest of wider areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from childstats.analyses.rounded import CountsBehind, counts_of_share
from childstats.language import mark
from childstats.observations.policy import SMALL_LEVELS
from childstats.observations.table import Observation
from childstats.observations.workspace import Workspace

if TYPE_CHECKING:
    from childstats.analyses.report import Report

MOST_SIBLINGS: Final = 3


class About(Protocol):
    """A report: its area, year and figures."""

    workspace: Workspace
    ref_area: str
    time_period: int

    def series(self, indicator: str, ref_area: str | None = None) -> list[Observation]:
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
    elsewhere = {o.time_period for area in others for o in report.series(indicator, area)}
    years = [y for o in report.series(indicator) if (y := o.time_period) in elsewhere]
    return (years[0], years[-1]) if len(years) > 1 else (report.time_period - 1, report.time_period)


@dataclass(frozen=True, slots=True)
class Reference:
    """Counts to compare an area's with; nobody is counted on both sides.

    Attributes
    ----------
    label
        The other area, or the rest of it where it contains the first.
    cases, total
        Its numerator and denominator: 0 or more cases of at least one.
    behind
        What the two can be, as far as the prints are rounded.
    """

    label: str
    cases: int
    total: int
    behind: CountsBehind


@dataclass(frozen=True, slots=True)
class NoReference:
    """Why there are no counts to compare with.

    Attributes
    ----------
    reason
        A sentence in the report's language.
    """

    reason: str


def reference_of(
    report: "Report", here: Observation, there: Observation
) -> Reference | NoReference:
    """Return what an area's counts are compared with: another area, or the rest of a wider one.

    Parameters
    ----------
    report
        The report.
    here
        A share of an area.
    there
        The same share of another area or, for a comparison in time, of the same.

    Returns
    -------
    Reference or NoReference
        Where the second area contains the first, what remains of its counts. No reference where
        a count is not published, where there are more cases than people, and where the wider
        area's counts, or what they can be behind their rounding, leave no rest.
    """
    for o in (here, there):
        message = _no_counts(o)
        if message:
            return NoReference(report.t.say(message, area=report.area_name(o.ref_area)))
    name = report.area_name(there.ref_area)
    whole = Reference(name, there.numerator, there.denominator, counts_of_share(report, there))
    if not report.workspace.catalogue.contains(there.ref_area, here.ref_area):
        return whole
    rest = Reference(
        report.t.say("the rest of {area}", area=name),
        whole.cases - here.numerator,
        whole.total - here.denominator,
        _less(whole.behind, counts_of_share(report, here)),
    )
    message = _no_rest(rest)
    if message:
        part = report.area_name(here.ref_area)
        return NoReference(report.t.say(message, area=name, part=part))
    return rest


def _no_counts(o: Observation) -> str:
    if o.numerator is None or not o.denominator:
        return _NO_COUNTS
    return _NO_SHARE if o.numerator > o.denominator else ""


def _no_rest(rest: Reference) -> str:
    if rest.cases < 0 or rest.total <= 0:
        return _NO_REST
    if rest.cases > rest.total:
        return _TOO_MANY
    return _UNSURE if rest.behind.total[0] <= 0 else ""


_NO_COUNTS = mark("No counts are held for {area}.")
_NO_SHARE = mark("The count for {area} is larger than the number it is divided by.")
_NO_REST = mark(
    "The counts published for {area} are not larger than those for {part}, which is part of it; "
    "they leave no rest to compare with."
)
_TOO_MANY = mark(
    "The counts published for {area} less those for {part}, which is part of it, leave more cases "
    "than people."
)
_UNSURE = mark(
    "The counts published for {area} and for {part}, which is part of it, are rounded so far that "
    "they may leave no rest to compare with."
)


def _less(whole: CountsBehind, part: CountsBehind) -> CountsBehind:
    """Return what is left of a whole, at least nobody."""
    (low, high), (least, most) = (
        (max(w[0] - p[1], 0), w[1] - p[0]) for w, p in zip(whole, part, strict=True)
    )
    return CountsBehind((low, high), (least, most))
