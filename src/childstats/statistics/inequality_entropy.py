"""How unequally an indicator is shared out, by its share against the population's (entropy)."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from childstats.statistics.estimate import Estimate, FloatArray, checked_positive
from childstats.statistics.intervals import normal_interval
from childstats.statistics.subgroups import Subgroups, checked_subgroups


def theil_index(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    per: ArrayLike = 1,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the Theil index (WHO: TI).

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
        What the result is multiplied by: WHO prints it with 1,000. Broadcasts with the result.
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
    With shares p, mean m, r = y / m, g the gradient and H the matrix of second derivatives:

    .. math:: T = \sum_j p_j r_j \log r_j \pm z \sqrt{\sum_j g_j^2 s_j^2 +
              \frac{1}{2} \sum_{jk} H_{jk}^2 s_j^2 s_k^2}

    .. math:: g_j = \frac{p_j}{m} (\log r_j - T), \quad
              H_{jk} = 1_{j=k} \frac{p_j}{m y_j} -
              \frac{p_j p_k}{m^2} (1 + \log r_j - T + \log r_k - T)

    The first term is the delta method (HD*Calc: Taylor series), the second what it leaves out;
    it keeps the interval open where subgroups are equal. healthequal 1.0.1 multiplies the value
    by 1,000 but not the standard error, so that its interval is a thousand times too narrow.

    Edges: a subgroup at 0 adds nothing to the value; if its standard error is not 0 the slope
    there is infinite and the interval is 0 to inf, which says nothing. A lower limit below 0 is
    moved to 0. Where every subgroup is at 0 the index is 0/0: value 0, interval 0 to inf.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Ahn J, Harper S, Yu M, Feuer EJ, Liu B, Luta G (2018). Variance estimation and confidence
    intervals for 11 commonly used health disparity measures. JCO Clin Cancer Inform 2:1-19.

    Examples
    --------
    The 25 subgroups of healthequal's test-ti.R (R 4.2.2, ``set.seed(123)``), which expects 5.036:

    >>> from childstats.statistics import theil_index
    >>> print("{:.3f}".format(theil_index(
    ...     [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74,
    ...      84, 55, 69, 60],
    ...     population=[832, 931, 1468, 1021, 1039, 1515, 1138, 620, 794, 866, 1367, 1108, 1120,
    ...                 1033, 833, 1536, 1149, 410, 1210, 858, 680, 935, 692, 781, 812],
    ...     per=1_000).value))
    5.036
    """
    groups = checked_subgroups(estimates, population, standard_errors, low=0.0)
    mean = groups.mean
    divisor = np.where(mean > 0, mean, 1.0)
    relative = groups.estimates / divisor[..., np.newaxis]
    # xlogy is 0 at 0; adding 1 - r, whose weighted mean is 0, makes every term 0 or more.
    terms = groups.shares * (xlogy(relative, relative) + 1 - relative)
    value = np.where(mean > 0, np.maximum(terms.sum(axis=-1), 0.0), 0.0)
    variance = _theil_variance(groups, divisor, relative, value)
    if variance is not None:
        variance = np.where(mean > 0, variance, np.inf)
    return normal_interval(
        value, variance, confidence_level, least=0.0, per=checked_positive("per", per)
    )


def mean_log_deviation(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    per: ArrayLike = 1,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the mean log deviation (WHO: MLD).

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
        What the result is multiplied by: WHO prints it with 1,000. Broadcasts with the result.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high in [0, inf], times `per`, without the last axis.

    Raises
    ------
    ValueError
        If a number is negative or not finite, the population of a row is 0, there are fewer
        than two subgroups, or `per` is not above 0.

    Notes
    -----
    With shares p, mean m, g the gradient and H the matrix of second derivatives:

    .. math:: M = -\sum_j p_j \log \frac{y_j}{m} \pm z \sqrt{\sum_j g_j^2 s_j^2 +
              \frac{1}{2} \sum_{jk} H_{jk}^2 s_j^2 s_k^2}

    .. math:: g_j = \frac{p_j}{m} - \frac{p_j}{y_j}, \quad
              H_{jk} = 1_{j=k} \frac{p_j}{y_j^2} - \frac{p_j p_k}{m^2}

    The first term is the delta method, the second what it leaves out, as in `theil_index`; the
    remark there on healthequal's interval holds here too.

    Edges: where a subgroup with people is at 0 the value is inf and the interval 0 to inf,
    which says nothing: use another measure. A lower limit below 0 is moved to 0. Where every
    subgroup is at 0 the deviation is 0/0: value 0, as for equal subgroups, interval 0 to inf.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1.

    Ahn J, Harper S, Yu M, Feuer EJ, Liu B, Luta G (2018). Variance estimation and confidence
    intervals for 11 commonly used health disparity measures. JCO Clin Cancer Inform 2:1-19.

    Examples
    --------
    The 25 subgroups of healthequal's test-mld.R (R 4.2.2, ``set.seed(123)``), which expects
    5.052:

    >>> from childstats.statistics import mean_log_deviation
    >>> print("{:.3f}".format(mean_log_deviation(
    ...     [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74,
    ...      84, 55, 69, 60],
    ...     population=[832, 931, 1468, 1021, 1039, 1515, 1138, 620, 794, 866, 1367, 1108, 1120,
    ...                 1033, 833, 1536, 1149, 410, 1210, 858, 680, 935, 692, 781, 812],
    ...     per=1_000).value))
    5.052
    """
    groups = checked_subgroups(estimates, population, standard_errors, low=0.0)
    mean = groups.mean
    counted = groups.shares > 0
    none_at_zero = np.all((groups.estimates > 0) | ~counted, axis=-1)
    divisor = np.where(mean > 0, mean, 1.0)
    relative = groups.estimates / divisor[..., np.newaxis]
    relative = np.where(counted & none_at_zero[..., np.newaxis], relative, 1.0)
    terms = groups.shares * (relative - 1 - np.log(relative))
    value = np.where(none_at_zero, np.maximum(terms.sum(axis=-1), 0.0), np.inf)
    value = np.where(mean > 0, value, 0.0)
    variance = _log_deviation_variance(groups, divisor, relative)
    if variance is not None:
        variance = np.where(none_at_zero & (mean > 0), variance, np.inf)
    return normal_interval(
        value, variance, confidence_level, least=0.0, per=checked_positive("per", per)
    )


def _theil_variance(
    groups: Subgroups, mean: FloatArray, relative: FloatArray, value: FloatArray
) -> FloatArray | None:
    if groups.variances is None:
        return None
    p = groups.shares
    s2 = groups.variances / mean[..., np.newaxis] ** 2
    uncertain = (p > 0) & (s2 > 0)
    r = np.where(uncertain & (relative > 0), relative, 1.0)
    excess = np.log(r) - value[..., np.newaxis]
    first = np.sum((p * excess) ** 2 * s2, axis=-1)
    # The double sum of q q' (1 + a + a')² opened up, its diagonal put right afterwards.
    q = p**2 * s2
    zeroth, once, twice = (np.sum(q * excess**power, axis=-1) for power in (0, 1, 2))
    double = zeroth**2 + 4 * zeroth * once + 2 * zeroth * twice + 2 * once**2
    diagonal = q * (1 + 2 * excess)
    double = np.maximum(double - np.sum(diagonal**2, axis=-1), 0.0)
    second = double + np.sum((p * s2 / r - diagonal) ** 2, axis=-1)
    at_zero = np.any(uncertain & (relative == 0), axis=-1)
    return np.where(at_zero, np.inf, first + second / 2)


def _log_deviation_variance(
    groups: Subgroups, mean: FloatArray, relative: FloatArray
) -> FloatArray | None:
    if groups.variances is None:
        return None
    p = groups.shares
    s2 = groups.variances / mean[..., np.newaxis] ** 2
    first = np.sum((p * (1 - 1 / relative)) ** 2 * s2, axis=-1)
    q = p**2 * s2
    double = np.maximum(q.sum(axis=-1) ** 2 - np.sum(q**2, axis=-1), 0.0)
    second = double + np.sum((p * s2 / relative**2 - q) ** 2, axis=-1)
    return np.asarray(first + second / 2)
