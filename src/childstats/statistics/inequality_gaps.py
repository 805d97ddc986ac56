"""Inequality between two subgroups: their difference and their ratio."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.estimate import Estimate, FloatArray
from childstats.statistics.intervals import log_interval, normal_interval
from childstats.statistics.subgroups import (
    checked_order,
    checked_polarity,
    checked_reference,
    checked_subgroups,
    of_subgroup,
)


def difference(
    estimates: ArrayLike,
    *,
    standard_errors: ArrayLike | None = None,
    order: ArrayLike | None = None,
    reference: int | None = None,
    polarity: str = "higher",
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the absolute gap between two subgroups (WHO: difference, D).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    order
        For an ordered dimension such as wealth: place of each subgroup, from the most
        disadvantaged (lowest) to the most advantaged; no two alike. None: no order.
    reference
        For a dimension without order: index of the reference subgroup, if there is one.
    polarity
        ``"higher"`` if a high estimate is favourable, ``"lower"`` if a low one is.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high in the unit of the estimates, without the last axis. A positive
        value is a disadvantage of the disadvantaged, of the reference's worst counterpart, or,
        with neither order nor reference, the range.

    Raises
    ------
    ValueError
        If an estimate or standard error is not finite, an error is negative, there are fewer
        than two subgroups, `order` has ties, `reference` is not an index, both are given, or
        `polarity` is unknown.

    Notes
    -----
    Which two subgroups A and B are compared, after WHO:

    ================= ====================== ======================
    dimension         polarity higher        polarity lower
    ================= ====================== ======================
    ordered           most advantaged minus  most disadvantaged minus
                      most disadvantaged     most advantaged
    with a reference  reference minus lowest highest minus reference
    otherwise         highest minus lowest   highest minus lowest
    ================= ====================== ======================

    .. math:: y_A - y_B \pm z \sqrt{s_A^2 + s_B^2}

    Edges: equal subgroups give 0 with an open interval; a reference that is itself the lowest
    (or highest) gives 0 to 0. At 0 and 100 % survey software prints a standard error of 0,
    which makes the interval too narrow; where counts are known use `risk_difference`. Highest
    and lowest are taken as chosen beforehand, which makes the interval of a range too narrow
    and its value too large where subgroups are many and small.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1;
    its corrected results, 19:6969.

    Ahn J, Harper S, Yu M, Feuer EJ, Liu B, Luta G (2018). Variance estimation and confidence
    intervals for 11 commonly used health disparity measures. JCO Clin Cancer Inform 2:1-19.

    Examples
    --------
    Births attended by skilled personnel, Indonesia 2017, poorest to richest fifth, printed as
    23.6 (20.5 to 26.8) by Schlotheuber and Hosseinpoor (2022, corrected):

    >>> from childstats.statistics import difference
    >>> percent = [75.60530, 91.01997, 96.03959, 97.04223, 99.22405]
    >>> errors = [1.5996131, 1.1351504, 0.6461946, 0.5676206, 0.2237683]
    >>> print("{:.1f} ({:.1f} to {:.1f})".format(*difference(
    ...     percent, standard_errors=errors, order=[1, 2, 3, 4, 5])))
    23.6 (20.5 to 26.8)
    """
    groups = checked_subgroups(estimates, None, standard_errors)
    a, b = _compared(groups.estimates, order, reference, polarity)
    value = of_subgroup(groups.estimates, a) - of_subgroup(groups.estimates, b)
    variance = None
    if groups.variances is not None:
        variance = of_subgroup(groups.variances, a) + of_subgroup(groups.variances, b)
        variance = np.where(a == b, 0.0, variance)
    return normal_interval(value, variance, confidence_level)


def ratio(
    estimates: ArrayLike,
    *,
    standard_errors: ArrayLike | None = None,
    order: ArrayLike | None = None,
    reference: int | None = None,
    polarity: str = "higher",
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the relative gap between two subgroups (WHO: ratio, R).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, 0 or more, subgroups along the last axis.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    order
        For an ordered dimension such as wealth: place of each subgroup, from the most
        disadvantaged (lowest) to the most advantaged; no two alike. None: no order.
    reference
        For a dimension without order: index of the reference subgroup, if there is one.
    polarity
        ``"higher"`` if a high estimate is favourable, ``"lower"`` if a low one is.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high in [0, inf], without the last axis; above 1 where `difference` is
        above 0.

    Raises
    ------
    ValueError
        If an estimate or standard error is negative or not finite, there are fewer than two
        subgroups, `order` has ties, `reference` is not an index, both are given, or `polarity`
        is unknown.

    Notes
    -----
    The two subgroups are those of `difference`.

    .. math:: \frac{y_A}{y_B} \exp\left(\pm z \sqrt{s_A^2 / y_A^2 + s_B^2 / y_B^2}\right)

    Edges: a subgroup at 0 has no logarithm, so the interval is 0 to inf, which says nothing;
    the value is 0, inf, or 1 where both are 0 (a placeholder, as in `risk_ratio`). Where counts
    are known use `risk_ratio`, whose interval is proper at 0 and 100 %.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1;
    its corrected results, 19:6969.

    Ahn J, Harper S, Yu M, Feuer EJ, Liu B, Luta G (2018). Variance estimation and confidence
    intervals for 11 commonly used health disparity measures. JCO Clin Cancer Inform 2:1-19.

    Examples
    --------
    Births attended by skilled personnel in Aceh and in the province with the lowest share: the
    help of WHO's healthequal 1.0.1 prints 1.481696 (1.191918 to 1.841924):

    >>> from childstats.statistics import ratio
    >>> print("{:.4f} ({:.4f} to {:.4f})".format(*ratio(
    ...     [95.11784, 64.19526], standard_errors=[1.538443, 7.051855], reference=0)))
    1.4817 (1.1919 to 1.8419)
    """
    groups = checked_subgroups(estimates, None, standard_errors, low=0.0)
    a, b = _compared(groups.estimates, order, reference, polarity)
    top, bottom = of_subgroup(groups.estimates, a), of_subgroup(groups.estimates, b)
    value = np.where(top == 0, np.where(bottom == 0, 1.0, 0.0), np.inf)
    positive = (top > 0) & (bottom > 0)
    np.divide(top, bottom, out=value, where=positive)
    variance = None
    if groups.variances is not None:
        squares = np.where(groups.estimates > 0, groups.estimates, 1.0) ** 2
        relative = groups.variances / squares
        variance = of_subgroup(relative, a) + of_subgroup(relative, b)
        variance = np.where(positive, np.where(a == b, 0.0, variance), np.inf)
    return log_interval(value, variance, confidence_level)


def _compared(
    estimates: FloatArray, order: ArrayLike | None, reference: int | None, polarity: str
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    higher = checked_polarity(polarity) == "higher"
    if order is not None and reference is not None:
        raise ValueError("give order or reference, not both")
    if order is not None:
        places = checked_order(order, estimates.shape)
        first, last = np.argmin(places, axis=-1), np.argmax(places, axis=-1)
        return (last, first) if higher else (first, last)
    if reference is None:
        # The first of equal highest and the last of equal lowest are never the same subgroup.
        last = estimates.shape[-1] - 1
        lowest = last - np.argmin(estimates[..., ::-1], axis=-1)
        return np.asarray(np.argmax(estimates, axis=-1), dtype=np.intp), lowest
    index = np.full(estimates.shape[:-1], checked_reference(reference, estimates.shape[-1]))
    other = _extreme_besides(estimates, index, highest=not higher)
    return (index, other) if higher else (other, index)


def _extreme_besides(
    estimates: FloatArray, index: NDArray[np.intp], *, highest: bool
) -> NDArray[np.intp]:
    """Return the highest or lowest subgroup, the given one only if it lies beyond all others."""
    values = -estimates if highest else estimates
    chosen = np.arange(estimates.shape[-1]) == index[..., np.newaxis]
    other = np.argmin(np.where(chosen, np.inf, values), axis=-1)
    beyond = of_subgroup(values, index) < of_subgroup(values, other)
    return np.where(beyond, index, other)
