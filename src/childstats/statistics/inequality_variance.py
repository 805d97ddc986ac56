"""How far subgroups lie from the average: variance, standard deviation and their relative form."""

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.estimate import Estimate, FloatArray, checked_positive
from childstats.statistics.intervals import normal_interval, root_interval
from childstats.statistics.subgroups import Subgroups, checked_subgroups


def between_group_variance(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the variance of subgroups about their mean (WHO: between-group variance, BGV).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high, 0 or more, in the squared unit of the estimates, without the last
        axis.

    Raises
    ------
    ValueError
        If a number is not finite, a population or standard error is negative, the population of
        a row is 0, or there are fewer than two subgroups.

    Notes
    -----
    With shares p, mean m, and V the diagonal matrix of squared standard errors, the value is a
    quadratic form y' A y with A = diag(p) - p p', whose variance under normality is exact:

    .. math:: \sum_j p_j (y_j - m)^2 \pm z
              \sqrt{4 y^T A V A y + 2 \operatorname{tr}(A V A V)}

    The second term keeps the interval open where subgroups are equal; the delta method alone
    would close it. Edges: a lower limit below 0 is moved to 0. Chance alone makes subgroups
    differ, so the value is too high on average, by the sum of p (1 - p) s².

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Ahn J, Harper S, Yu M, Feuer EJ, Liu B, Luta G (2018). Variance estimation and confidence
    intervals for 11 commonly used health disparity measures. JCO Clin Cancer Inform 2:1-19.

    Examples
    --------
    The 25 subgroups of healthequal's test-bgv.R (R 4.2.2, ``set.seed(123)``), which expects
    46.198326 with standard error 17.134647:

    >>> from childstats.statistics import between_group_variance
    >>> value, low, high = between_group_variance(
    ...     [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74,
    ...      84, 55, 69, 60],
    ...     population=[832, 931, 1468, 1021, 1039, 1515, 1138, 620, 794, 866, 1367, 1108, 1120,
    ...                 1033, 833, 1536, 1149, 410, 1210, 858, 680, 935, 692, 781, 812],
    ...     standard_errors=[5, 3, 3, 3, 4, 9, 2, 2, 2, 5, 5, 7, 5, 6, 4, 5, 6, 6, 9, 4, 3, 4, 1,
    ...                      3, 7])
    >>> print(f"{value:.6f}, standard error {(high - value) / 1.959964:.5f}")
    46.198326, standard error 17.13465
    """
    groups = checked_subgroups(estimates, population, standard_errors)
    return normal_interval(
        _variance(groups), _variance_of_variance(groups), confidence_level, least=0.0
    )


def between_group_standard_deviation(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the standard deviation of subgroups about their mean (WHO: BGSD).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
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
        a row is 0, or there are fewer than two subgroups.

    Notes
    -----
    The square roots of `between_group_variance` and of its limits. WHO simulates this interval;
    this one is the same at every run. Edges: as there; equal subgroups give 0 with an open
    interval.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Examples
    --------
    The 25 subgroups of healthequal's test-bgsd.R (R 4.2.2, ``set.seed(123)``), which expects
    6.7969351:

    >>> from childstats.statistics import between_group_standard_deviation
    >>> print("{:.5f}".format(between_group_standard_deviation(
    ...     [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74,
    ...      84, 55, 69, 60],
    ...     population=[832, 931, 1468, 1021, 1039, 1515, 1138, 620, 794, 866, 1367, 1108, 1120,
    ...                 1033, 833, 1536, 1149, 410, 1210, 858, 680, 935, 692, 781, 812]).value))
    6.79694
    """
    groups = checked_subgroups(estimates, population, standard_errors)
    squared = normal_interval(
        _variance(groups), _variance_of_variance(groups), confidence_level, least=0.0
    )
    return root_interval(squared)


def coefficient_of_variation(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    per: ArrayLike = 1,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the standard deviation of subgroups relative to their mean (WHO: COV).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, 0 or more, subgroups along the last axis.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
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
        If a number is negative or not finite, the population of a row is 0, there are fewer
        than two subgroups, or `per` is not above 0.

    Notes
    -----
    With B the `between_group_variance`, m the mean and shares p, the limits are the roots of

    .. math:: \frac{B}{m^2} \pm \frac{z}{m^2} \sqrt{\sum_j p_j^2
              \left(2 (y_j - m) - \frac{2B}{m}\right)^2 s_j^2 + 2 \operatorname{tr}(A V A V)}

    with the trace of `between_group_variance`: the delta method with the exact variance of B.
    WHO simulates this interval.

    Edges: a lower limit below 0 is moved to 0. Where every subgroup is at 0 the coefficient is
    0/0: value 0, as for equal subgroups, and the interval 0 to inf, which says nothing.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Examples
    --------
    The 25 subgroups of healthequal's test-bgv.R (R 4.2.2, ``set.seed(123)``), whose between-group
    variance is 46.198326 and whose mean is 84 - 16.293155, by its tests of BGV and PAR:

    >>> from childstats.statistics import coefficient_of_variation
    >>> print("{:.4f}, {:.4f}".format(100 * 46.198326**0.5 / (84 - 16.293155),
    ...     coefficient_of_variation(
    ...     [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74,
    ...      84, 55, 69, 60],
    ...     population=[832, 931, 1468, 1021, 1039, 1515, 1138, 620, 794, 866, 1367, 1108, 1120,
    ...                 1033, 833, 1536, 1149, 410, 1210, 858, 680, 935, 692, 781, 812],
    ...     per=100).value))
    10.0388, 10.0388
    """
    unit = checked_positive("per", per)
    groups = checked_subgroups(estimates, population, standard_errors, low=0.0)
    mean = groups.mean
    known = mean > 0
    divisor = np.where(known, mean, 1.0)
    between = _variance(groups)
    relative = 2 * between / divisor
    gradient = _gradient(groups) - relative[..., np.newaxis] * groups.shares
    variance = groups.linear_variance(gradient)
    if variance is not None:
        variance = np.where(known, (variance + _second_order(groups)) / divisor**4, np.inf)
    squared = normal_interval(between / divisor**2, variance, confidence_level, least=0.0)
    return root_interval(squared, unit)


def _variance(groups: Subgroups) -> FloatArray:
    deviations = groups.estimates - groups.mean[..., np.newaxis]
    return np.asarray(np.sum(groups.shares * deviations**2, axis=-1))


def _variance_of_variance(groups: Subgroups) -> FloatArray | None:
    variance = groups.linear_variance(_gradient(groups))
    return None if variance is None else variance + _second_order(groups)


def _gradient(groups: Subgroups) -> FloatArray:
    return 2 * groups.shares * (groups.estimates - groups.mean[..., np.newaxis])


def _second_order(groups: Subgroups) -> FloatArray:
    """Return 2 tr(AVAV): all products of p p', less its diagonal, plus the diagonal of A."""
    p = groups.shares
    s2 = np.zeros_like(p) if groups.variances is None else groups.variances
    outer = np.sum(p**2 * s2, axis=-1) ** 2 - np.sum((p**2 * s2) ** 2, axis=-1)
    diagonal = np.sum((p * (1 - p) * s2) ** 2, axis=-1)
    return np.asarray(2 * (np.maximum(outer, 0.0) + diagonal))
