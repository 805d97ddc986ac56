"""How far subgroups lie, on average, from the best, from the mean and from a reference."""

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.deviations import MeanDeviation, mean_deviation
from childstats.statistics.estimate import Estimate, FloatArray, checked_positive
from childstats.statistics.intervals import normal_interval
from childstats.statistics.subgroups import (
    Subgroups,
    best_subgroup,
    checked_reference,
    checked_subgroups,
    indicator_of,
)


def mean_difference_from_best(
    estimates: ArrayLike,
    *,
    population: ArrayLike | None = None,
    standard_errors: ArrayLike | None = None,
    polarity: str = "higher",
    weighted: bool = True,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the mean absolute difference from the best subgroup (WHO: MDBW, MDBU).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts. Needed if `weighted`.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    polarity
        ``"higher"`` if a high estimate is favourable, ``"lower"`` if a low one is.
    weighted
        Whether differences weigh by population (True) or all the same (False).
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high, 0 or more, in the unit of the estimates, without the last axis.

    Raises
    ------
    ValueError
        If a number is not finite, a population or standard error is negative, the population of
        a row is 0 or, with `weighted`, not given, there are fewer than two subgroups, or
        `polarity` is unknown.

    Notes
    -----
    With weights v (population shares p, or 1 / J for J subgroups) and b the best subgroup that
    has any people: the sum of v |y - y_b|, with the interval of `mean_difference_from_mean`.

    Edges: the best subgroup is taken as chosen beforehand, which makes the value too large and
    the interval too narrow where subgroups are many and small. Weighted by population the value
    is the absolute `population_attributable_risk`.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Examples
    --------
    The 25 subgroups of healthequal's test-mdbu.R (R 4.2.2, ``set.seed(123)``), which expects
    16.360001:

    >>> from childstats.statistics import mean_difference_from_best
    >>> print("{:.2f}".format(mean_difference_from_best(
    ...     [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74,
    ...      84, 55, 69, 60], weighted=False).value))
    16.36
    """
    groups = _checked(estimates, population, standard_errors, weighted=weighted)
    anchor = indicator_of(best_subgroup(groups, polarity), groups.estimates.shape)
    return _estimate(groups, _deviation(groups, anchor, weighted=weighted), confidence_level)


def mean_difference_from_mean(
    estimates: ArrayLike,
    *,
    population: ArrayLike | None = None,
    standard_errors: ArrayLike | None = None,
    weighted: bool = True,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the mean absolute difference from the average (WHO: MDMW, MDMU).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts. Needed if `weighted`.
        The average weighs by it in either case; without it all subgroups weigh the same.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    weighted
        Whether differences weigh by population (True) or all the same (False).
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high, 0 or more, in the unit of the estimates, without the last axis.

    Raises
    ------
    ValueError
        If a number is not finite, a population or standard error is negative, the population of
        a row is 0 or, with `weighted`, not given, or there are fewer than two subgroups.

    Notes
    -----
    With weights v (population shares p, or 1 / J for J subgroups), mean m, deviations d = y - m
    and C the covariance of two deviations (t a standard deviation):

    .. math:: \sum_j v_j |d_j| \pm z \sqrt{\sum_{jk} v_j v_k \left(e_j e_k C_{jk} +
              2 f_j f_k \frac{C_{jk}^2}{t_j t_k}\right)}, \quad
              e_j = \operatorname{erf} \frac{d_j}{t_j \sqrt 2}, \quad
              f_j = \frac{1}{\sqrt{2 \pi}} \exp \frac{-d_j^2}{2 t_j^2}

    These are the first two terms in the powers of the correlation of the covariance of |d|
    under normality. Far from 0, e is the sign of d and f is 0, which is the delta method; the
    absolute value has no derivative at 0, where that method fails. WHO simulates this interval.

    Edges: equal subgroups give 0 with an open interval. A lower limit below 0 is moved to 0.
    Chance alone makes subgroups differ, so the value is too high on average.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Leone FC, Nelson LS, Nottingham RB (1961). The folded normal distribution.
    Technometrics 3:543-550.

    Examples
    --------
    The 25 subgroups of healthequal's test-mdmw.R and test-mdmu.R (R 4.2.2, ``set.seed(123)``),
    which expect 5.8348689 and 5.891726:

    >>> from childstats.statistics import mean_difference_from_mean
    >>> for weighted in (True, False):
    ...     print("{:.4f}".format(mean_difference_from_mean(
    ...         [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61,
    ...          74, 84, 55, 69, 60],
    ...         population=[832, 931, 1468, 1021, 1039, 1515, 1138, 620, 794, 866, 1367, 1108,
    ...                     1120, 1033, 833, 1536, 1149, 410, 1210, 858, 680, 935, 692, 781, 812],
    ...         weighted=weighted).value))
    5.8349
    5.8917
    """
    groups = _checked(estimates, population, standard_errors, weighted=weighted)
    return _estimate(groups, _deviation(groups, groups.shares, weighted=weighted), confidence_level)


def mean_difference_from_reference(
    estimates: ArrayLike,
    *,
    reference: int,
    population: ArrayLike | None = None,
    standard_errors: ArrayLike | None = None,
    weighted: bool = True,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the mean absolute difference from a reference subgroup (WHO: MDRW, MDRU).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit.
    reference
        Index of the reference subgroup, 0 for the first.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts. Needed if `weighted`.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    weighted
        Whether differences weigh by population (True) or all the same (False).
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high, 0 or more, in the unit of the estimates, without the last axis.

    Raises
    ------
    ValueError
        If a number is not finite, a population or standard error is negative, the population of
        a row is 0 or, with `weighted`, not given, there are fewer than two subgroups, or
        `reference` is not an index.

    Notes
    -----
    With weights v (population shares p, or 1 / J for J subgroups) and r the reference: the sum
    of v |y - y_r|, with the interval and the edges of `mean_difference_from_mean`.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Examples
    --------
    The 25 subgroups of healthequal's test-mdru.R (R 4.2.2, ``set.seed(123)``), which expects
    7.2399998 from the fourteenth:

    >>> from childstats.statistics import mean_difference_from_reference
    >>> print("{:.2f}".format(mean_difference_from_reference(
    ...     [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74,
    ...      84, 55, 69, 60], reference=13, weighted=False).value))
    7.24
    """
    groups = _checked(estimates, population, standard_errors, weighted=weighted)
    index = checked_reference(reference, groups.estimates.shape[-1])
    anchor = indicator_of(index, groups.estimates.shape)
    return _estimate(groups, _deviation(groups, anchor, weighted=weighted), confidence_level)


def index_of_disparity(
    estimates: ArrayLike,
    *,
    population: ArrayLike | None = None,
    standard_errors: ArrayLike | None = None,
    weighted: bool = True,
    per: ArrayLike = 1,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the mean absolute difference relative to the average (WHO: IDISW, IDISU).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, 0 or more, subgroups along the last axis.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts. Needed if `weighted`.
        The average weighs by it in either case; without it all subgroups weigh the same.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    weighted
        Whether differences weigh by population (True) or all the same (False).
    per
        What the result is multiplied by: WHO prints it with 100. Broadcasts with the result.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high, 0 or more, times `per`, without the last axis.

    Raises
    ------
    ValueError
        If a number is negative or not finite, the population of a row is 0 or, with `weighted`,
        not given, there are fewer than two subgroups, or `per` is not above 0.

    Notes
    -----
    With D the `mean_difference_from_mean` and m the mean: D / m, and by the delta method an
    interval with gradient (g - p D / m) / m and second-order part S / m², g and S being those of
    D.

    Edges: equal subgroups give 0 with an open interval. A lower limit below 0 is moved to 0.
    Where every subgroup is at 0 the index is 0/0: value 0, as for equal subgroups, and the
    interval 0 to inf, which says nothing.

    References
    ----------
    Pearcy JN, Keppel KG (2002). A summary measure of health disparity. Public Health Rep
    117:273-280.

    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Examples
    --------
    Gonorrhoea in five groups in the United States, 2007 and 2010, per 100,000; Sex Transm Dis
    2017;44:513-518, Table 2, prints 133.0 and 134.1, weighted 114.8 and 112.1:

    >>> from childstats.statistics import index_of_disparity
    >>> people = [200e6, 40e6, 55e6, 20e6, 3e6]
    >>> rates = [[27.0, 515.2, 52.9, 14.5, 82.8], [23.4, 426.2, 47.9, 14.4, 107.4]]
    >>> for weighted in (False, True):
    ...     print("{:.1f} {:.1f}".format(*index_of_disparity(
    ...         rates, population=people, weighted=weighted, per=100).value))
    133.0 134.1
    114.8 112.1
    """
    unit = checked_positive("per", per)
    groups = _checked(estimates, population, standard_errors, weighted=weighted, low=0.0)
    deviation = _deviation(groups, groups.shares, weighted=weighted)
    mean = groups.mean
    divisor = np.where(mean > 0, mean, 1.0)
    value = deviation.value / divisor
    gradient = deviation.gradient - value[..., np.newaxis] * groups.shares
    variance = groups.linear_variance(gradient)
    if variance is not None:
        variance = np.where(mean > 0, (variance + deviation.second) / divisor**2, np.inf)
    return normal_interval(value, variance, confidence_level, least=0.0, per=unit)


def _checked(
    estimates: ArrayLike,
    population: ArrayLike | None,
    standard_errors: ArrayLike | None,
    *,
    weighted: bool,
    low: float = -np.inf,
) -> Subgroups:
    if weighted and population is None:
        raise ValueError("population must be given to weigh by it; or set weighted=False")
    return checked_subgroups(estimates, population, standard_errors, low=low)


def _deviation(groups: Subgroups, anchor: FloatArray, *, weighted: bool) -> MeanDeviation:
    equal = np.full_like(groups.shares, 1 / groups.shares.shape[-1])
    return mean_deviation(groups, groups.shares if weighted else equal, anchor)


def _estimate(groups: Subgroups, deviation: MeanDeviation, confidence_level: ArrayLike) -> Estimate:
    variance = groups.linear_variance(deviation.gradient)
    if variance is not None:
        variance = variance + deviation.second
    return normal_interval(deviation.value, variance, confidence_level, least=0.0)
