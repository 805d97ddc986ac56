"""The counts that an area is compared with: of another area, or of the rest of a wider one."""

from dataclasses import dataclass

from childstats.analyses.report import Report
from childstats.analyses.rounded import CountsBehind, counts_of_share
from childstats.language import mark
from childstats.observations.findings import Row


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


def reference_of(report: Report, here: Row, there: Row) -> Reference | NoReference:
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
            return NoReference(report.t.say(message, area=report.area_name(o["ref_area"])))
    name = report.area_name(there["ref_area"])
    whole = Reference(
        name, there["numerator"], there["denominator"], counts_of_share(report, there)
    )
    if not report.workspace.catalogue.contains(there["ref_area"], here["ref_area"]):
        return whole
    rest = Reference(
        report.t.say("the rest of {area}", area=name),
        whole.cases - here["numerator"],
        whole.total - here["denominator"],
        _less(whole.behind, counts_of_share(report, here)),
    )
    message = _no_rest(rest)
    if message:
        part = report.area_name(here["ref_area"])
        return NoReference(report.t.say(message, area=name, part=part))
    return rest


def _no_counts(o: Row) -> str:
    if o["numerator"] is None or not o["denominator"]:
        return _NO_COUNTS
    return _NO_SHARE if o["numerator"] > o["denominator"] else ""


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
