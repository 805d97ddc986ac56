"""Coverage, zero-dose children and drop-out: counts of children over those who were due."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.estimate import (
    Estimate,
    FloatArray,
    checked_confidence_level,
    checked_counts,
)
from childstats.statistics.proportions import proportion


class CountedShare(NamedTuple):
    """Children counted over those who were due, with a mark where the two contradict each other.

    Attributes
    ----------
    value, low, high
        The share and its confidence limits as proportions (not percent).
    children
        The number of children in the share.
    impossible
        True where more children are counted than were due. The numerator and the denominator then
        describe different children, so the share is kept as it is and its interval says nothing.
    """

    value: np.float64 | FloatArray
    low: np.float64 | FloatArray
    high: np.float64 | FloatArray
    children: np.float64 | FloatArray
    impossible: np.bool_ | NDArray[np.bool_]


def coverage(
    vaccinated: ArrayLike,
    eligible: ArrayLike,
    *,
    confidence_level: ArrayLike = 0.95,
    method: str = "wilson",
) -> CountedShare:
    """Return vaccinated children over eligible children, above 100 % too.

    Parameters
    ----------
    vaccinated
        Number of children who received the dose, whole, 0 or more; it may exceed `eligible`.
    eligible
        Number of children who were due, whole, 1 or more. All arguments broadcast.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        A method of `proportion`.

    Returns
    -------
    CountedShare
        Coverage, its interval, the vaccinated, and where they exceed the eligible.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if `eligible` is 0, if
        `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    Above 100 % the count is not a part of the whole: children came from elsewhere, doses were
    counted twice, or the target population is too small. Such coverage is kept, never cut to
    100 %, and marked `impossible`. No sampling interval is defined for it; low and high are 0 and
    inf, which says nothing, and a report prints none.

    The interval is for children as a sample. Where all of them were counted it shows how far
    chance alone could move the figure, not errors of counting, which are usually larger.

    References
    ----------
    World Health Organization (2018). Analysis and use of health facility data: guidance for
    immunization programme managers. Working document, February 2018. Geneva: WHO.

    Examples
    --------
    In 2023, of 129 million infants 108 million had three doses against diphtheria, tetanus and
    pertussis, "84 %" (WHO and UNICEF estimates, July 2024). More doses than children are kept:

    >>> from childstats.statistics import coverage
    >>> print("{:.1%}".format(coverage(108_000_000, 129_000_000).value))
    83.7%
    >>> outreach = coverage([412, 436], 430)
    >>> outreach.value.round(3).tolist(), outreach.impossible.tolist()
    ([0.958, 1.014], [False, True])
    """
    counted, due = _checked("vaccinated", vaccinated, "eligible", eligible)
    share = _share_of(counted, due, confidence_level, method)
    return _marked(share, counted, counted > due)


def zero_dose(
    first_dose: ArrayLike,
    eligible: ArrayLike,
    *,
    confidence_level: ArrayLike = 0.95,
    method: str = "wilson",
) -> CountedShare:
    """Return the eligible children who did not receive the first dose (DTP1), and their share.

    Parameters
    ----------
    first_dose
        Number of children who received it, whole, 0 or more; it may exceed `eligible`.
    eligible
        Number of children who were due, whole, 1 or more. All arguments broadcast.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        A method of `proportion`.

    Returns
    -------
    CountedShare
        The share without a dose, its interval, their number, and where it is below 0.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if `eligible` is 0, if
        `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    One minus the coverage of the first dose. Where more children had it than were due, share and
    number are negative; they are kept and marked `impossible`, and the interval is -inf to 1.

    References
    ----------
    World Health Organization (2020). Immunization Agenda 2030: a global strategy to leave no one
    behind. Geneva: WHO (zero-dose children: those who lack the first dose of DTP).

    Examples
    --------
    In 2023, of 129 million infants 114.5 million had a first dose; "14.5 million" had none (WHO
    and UNICEF estimates, July 2024):

    >>> from childstats.statistics import zero_dose
    >>> missed = zero_dose(114_500_000, 129_000_000)
    >>> print("{:,.0f} children, {:.1%}".format(missed.children, missed.value))
    14,500,000 children, 11.2%
    """
    counted, due = _checked("first_dose", first_dose, "eligible", eligible)
    return _left_over(counted, due, confidence_level, method)


def drop_out(
    first_dose: ArrayLike,
    last_dose: ArrayLike,
    *,
    confidence_level: ArrayLike = 0.95,
    method: str = "wilson",
) -> CountedShare:
    """Return the share of children with a first dose who did not receive the last.

    Parameters
    ----------
    first_dose
        Number of children who received the first dose, such as DTP1, whole, 1 or more.
    last_dose
        Number who received the last, such as DTP3, whole, 0 or more; it may exceed `first_dose`.
        All arguments broadcast.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        A method of `proportion`.

    Returns
    -------
    CountedShare
        (first - last) / first, its interval, the number who dropped out, and where it is below 0.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if `first_dose` is 0, if
        `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    The interval takes those with the last dose as a part of those with the first, which holds
    for children followed up and roughly for doses counted in one year. Where the last outnumber
    the first, drop-out is negative; it is kept and marked `impossible`, and the interval is -inf
    to 1. A negative drop-out says that the counts are of different children, not that none was
    lost.

    References
    ----------
    World Health Organization (2018). Analysis and use of health facility data: guidance for
    immunization programme managers. Working document, February 2018. Geneva: WHO.

    Examples
    --------
    In 2023 108 million of 114.5 million infants with a first dose had the third; "6.5 million" had
    not (WHO and UNICEF estimates, July 2024):

    >>> from childstats.statistics import drop_out
    >>> lost = drop_out(114_500_000, 108_000_000)
    >>> print("{:,.0f} children, {:.1%}".format(lost.children, lost.value))
    6,500,000 children, 5.7%
    """
    last, first = _checked("last_dose", last_dose, "first_dose", first_dose)
    return _left_over(last, first, confidence_level, method)


def _checked(
    counted_name: str, counted: ArrayLike, due_name: str, due: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    part, whole = np.broadcast_arrays(
        checked_counts(counted_name, counted), checked_counts(due_name, due, at_least=1)
    )
    return part, whole


def _left_over(
    counted: FloatArray, due: FloatArray, confidence_level: ArrayLike, method: str
) -> CountedShare:
    missing, impossible = due - counted, counted > due
    share = _share_of(np.where(impossible, 0.0, missing), due, confidence_level, method)
    kept = Estimate(
        np.where(impossible, missing / due, share.value),
        np.where(impossible, -np.inf, share.low),
        np.where(impossible, 1.0, share.high),
    )
    return _marked(kept, missing, impossible)


def _share_of(
    counted: FloatArray, due: FloatArray, confidence_level: ArrayLike, method: str
) -> Estimate:
    level = checked_confidence_level(confidence_level)
    within = np.minimum(counted, due)
    share = proportion(within, due, confidence_level=level, method=method)
    above = counted > due
    return Estimate(
        np.where(above, counted / due, share.value),
        np.where(above, 0.0, share.low),
        np.where(above, np.inf, share.high),
    )


def _marked(share: Estimate, children: FloatArray, impossible: NDArray[np.bool_]) -> CountedShare:
    parts = np.broadcast_arrays(*share, children, impossible)
    return CountedShare(*(part[()] for part in parts))
