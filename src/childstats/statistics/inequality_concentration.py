"""How far an indicator is concentrated among the advantaged or the disadvantaged."""

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.estimate import Estimate, checked_positive
from childstats.statistics.intervals import normal_interval
from childstats.statistics.subgroups import checked_subgroups, midpoint_ranks


def concentration_index(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    order: ArrayLike | None = None,
    relative: bool = False,
    per: ArrayLike = 1,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the absolute or relative concentration index (WHO: ACI, RCI).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit; 0 or more if
        `relative`.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    order
        Place of each subgroup, from the most disadvantaged (lowest) to the most advantaged; no
        two alike. None: they stand in that order.
    relative
        False for the absolute index, True for the relative one, which is divided by the mean.
    per
        What the result is multiplied by: WHO prints the relative index with 100. Broadcasts.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high, times `per`, without the last axis: positive where the advantaged
        have more. The relative index lies between -1 and 1 times `per`.

    Raises
    ------
    ValueError
        If a number is not finite, a population or standard error (or an estimate of a relative
        index) is negative, the population of a row is 0, there are fewer than two subgroups,
        `order` has ties, or `per` is not above 0.

    Notes
    -----
    With shares p, mean m and X the share of everybody below the middle of the subgroup:

    .. math:: ACI = \sum_j p_j (2 X_j - 1) y_j \pm
              z \sqrt{\sum_j p_j^2 (2 X_j - 1)^2 s_j^2}

    .. math:: RCI = \frac{ACI}{m} \pm \frac{z}{m}
              \sqrt{\sum_j p_j^2 (2 X_j - 1 - RCI)^2 s_j^2}

    The first interval is exact for independent normal estimates and known shares, the second
    is the delta method (HD*Calc: Taylor series). WHO's healthequal takes its interval from the
    scatter of the subgroups about a regression line; that answers another question (how
    straight the gradient is) and is wider or narrower than chance alone.

    Edges: equal subgroups give 0. A relative limit beyond -1 or 1 is moved there. Where every
    subgroup is at 0 the relative index is 0/0: value 0, as for equal subgroups, and the
    interval -1 to 1, which says nothing.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1;
    its corrected results, 19:6969.

    Yu M, Liu B, Li Y, Zou ZJ, Breen N (2019). Statistical inferences of extended concentration
    indices for directly standardized rates. Stat Med 38:62-73.

    Examples
    --------
    Births attended by skilled personnel, Indonesia 2017, poorest to richest fifth, printed as
    4.3 (3.7 to 4.9) and 4.7 by Schlotheuber and Hosseinpoor (2022, corrected):

    >>> from childstats.statistics import concentration_index
    >>> percent = [75.60530, 91.01997, 96.03959, 97.04223, 99.22405]
    >>> births = [2072.436, 2112.204, 1983.059, 2052.124, 1884.510]
    >>> errors = [1.5996131, 1.1351504, 0.6461946, 0.5676206, 0.2237683]
    >>> print("{:.1f} ({:.1f} to {:.1f})".format(*concentration_index(
    ...     percent, population=births, standard_errors=errors)))
    4.3 (3.7 to 4.9)
    >>> print("{:.1f} ({:.1f} to {:.1f})".format(*concentration_index(
    ...     percent, population=births, standard_errors=errors, relative=True, per=100)))
    4.7 (4.1 to 5.3)
    """
    unit = checked_positive("per", per)
    groups = checked_subgroups(
        estimates, population, standard_errors, low=0.0 if relative else -np.inf
    )
    gradient = groups.shares * (2 * midpoint_ranks(groups.shares, order) - 1)
    mean = groups.mean
    # The gradient adds up to 0, so differences from the mean give 0 exactly for equal subgroups.
    value = np.sum(gradient * (groups.estimates - mean[..., np.newaxis]), axis=-1)
    if not relative:
        return normal_interval(value, groups.linear_variance(gradient), confidence_level, per=unit)
    divisor = np.where(mean > 0, mean, 1.0)
    value = value / divisor
    gradient = (gradient - value[..., np.newaxis] * groups.shares) / divisor[..., np.newaxis]
    variance = groups.linear_variance(gradient)
    if variance is not None:
        variance = np.where(mean > 0, variance, np.inf)
    return normal_interval(value, variance, confidence_level, least=-1.0, most=1.0, per=unit)
