"""Whether a figure reaches a target: the one rule, for every report."""

from enum import StrEnum
from typing import Final

from childstats.precision import rounded

OLDEST: Final = 3
"""A figure that is more years older than the report, or than the document, judges nothing."""


class TargetVerdict(StrEnum):
    """What a figure says of a target."""

    MET = "met"
    NOT_MET = "not met"
    ALREADY = "already there"
    """A figure of an earlier year reaches it."""
    NOT_YET = "not yet there"
    """A figure of an earlier year does not."""
    TOO_OLD = "too old"
    CANNOT_BE_TOLD = "cannot be told"
    """The target lies inside the interval."""


def target_verdict(
    low: float,
    high: float,
    year: int,
    *,
    target: float,
    target_year: int,
    polarity: str,
    report_year: int,
    document_year: int,
    open_above: bool = False,
) -> TargetVerdict:
    """Return what a figure says of a target.

    Parameters
    ----------
    low, high
        The figure's interval, in the unit of the target.
    year
        Of the figure.
    target, target_year
        Value and year of the target.
    polarity
        ``higher`` or ``lower``: which is better.
    report_year
        Year up to which the report speaks.
    document_year
        Year of the document that sets the target: what was long before it was not measured by it.
    open_above
        Whether the figure is below `high` for sure, as "less than 97 %" is.

    Returns
    -------
    TargetVerdict
        Met or not from a figure of the target's year or later, of an earlier one only how it was
        then, of one more than `OLDEST` years before report or document nothing. An interval that
        only touches the target from the good side reaches it.
    """
    if year < target_year and max(report_year, document_year) - year > OLDEST:
        return TargetVerdict.TOO_OLD
    sign = 1 if polarity == "higher" else -1
    worst, best = sorted(rounded(sign * (end - target)) for end in (low, high))
    if worst >= 0:
        return TargetVerdict.MET if year >= target_year else TargetVerdict.ALREADY
    if best < 0 or (best == 0 and sign > 0 and open_above):
        return TargetVerdict.NOT_MET if year >= target_year else TargetVerdict.NOT_YET
    return TargetVerdict.CANNOT_BE_TOLD
