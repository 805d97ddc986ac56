"""How much better the whole would be if every subgroup did as well as a reference."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.estimate import Estimate, checked_positive
from childstats.statistics.intervals import normal_interval
from childstats.statistics.subgroups import (
    Subgroups,
    best_subgroup,
    checked_order,
    checked_reference,
    checked_subgroups,
    indicator_of,
    of_subgroup,
)


def population_attributable_risk(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    order: ArrayLike | None = None,
    reference: int | None = None,
    polarity: str = "higher",
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate by how much the average would change at the level of a reference (WHO: PAR).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis, any unit.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    order
        For an ordered dimension: place of each subgroup, lowest for the most disadvantaged;
        the most advantaged becomes the reference.
    reference
        Index of the reference subgroup. With neither `order` nor `reference` the best subgroup
        that has any people is the reference.
    polarity
        ``"higher"`` if a high estimate is favourable, ``"lower"`` if a low one is.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high in the unit of the estimates, without the last axis: positive where
        the average would rise, negative where it would fall.

    Raises
    ------
    ValueError
        If a number is not finite, a population or standard error is negative, the population of
        a row is 0, there are fewer than two subgroups, `order` has ties, `reference` is not an
        index, both are given, or `polarity` is unknown.

    Notes
    -----
    With shares p and mean m = sum of p y, and reference r:

    .. math:: y_r - m \pm z \sqrt{\sum_j (1_{j=r} - p_j)^2 s_j^2}

    The interval is exact for independent normal estimates and known shares. It takes the best
    subgroup as chosen beforehand. Edges: equal subgroups give 0 with an interval around it;
    where the reference is worse than the average the sign says so (HEAT prints 0 instead).

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1;
    its corrected results, 19:6969.

    Examples
    --------
    Births attended by skilled personnel, Indonesia 2017, poorest to richest fifth, printed as
    7.6 by Schlotheuber and Hosseinpoor (2022, corrected):

    >>> from childstats.statistics import population_attributable_risk
    >>> percent = [75.60530, 91.01997, 96.03959, 97.04223, 99.22405]
    >>> births = [2072.436, 2112.204, 1983.059, 2052.124, 1884.510]
    >>> errors = [1.5996131, 1.1351504, 0.6461946, 0.5676206, 0.2237683]
    >>> print("{:.1f} ({:.1f} to {:.1f})".format(*population_attributable_risk(
    ...     percent, population=births, standard_errors=errors, order=[1, 2, 3, 4, 5])))
    7.6 (6.7 to 8.6)
    """
    groups = checked_subgroups(estimates, population, standard_errors)
    index = _reference_of(groups, order, reference, polarity)
    value = of_subgroup(groups.estimates, index) - groups.mean
    gradient = indicator_of(index, groups.estimates.shape) - groups.shares
    return normal_interval(value, groups.linear_variance(gradient), confidence_level)


def population_attributable_fraction(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    order: ArrayLike | None = None,
    reference: int | None = None,
    polarity: str = "higher",
    per: ArrayLike = 1,
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate that change relative to the average (WHO: PAF).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, 0 or more, subgroups along the last axis.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    order
        For an ordered dimension: place of each subgroup, lowest for the most disadvantaged;
        the most advantaged becomes the reference.
    reference
        Index of the reference subgroup. With neither `order` nor `reference` the best subgroup
        that has any people is the reference.
    polarity
        ``"higher"`` if a high estimate is favourable, ``"lower"`` if a low one is.
    per
        What the result is multiplied by: WHO prints it with 100. Broadcasts with the result.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high, times `per`, without the last axis; never below -`per`.

    Raises
    ------
    ValueError
        If a number is negative or not finite, the population of a row is 0, there are fewer
        than two subgroups, `order` has ties, `reference` is not an index, both are given, `per`
        is not above 0, or `polarity` is unknown.

    Notes
    -----
    With shares p, mean m and reference r, by the delta method:

    .. math:: \frac{y_r}{m} - 1 \pm \frac{z}{m}
              \sqrt{\sum_j \left(1_{j=r} - \frac{y_r p_j}{m}\right)^2 s_j^2}

    Edges: a limit below -1 is moved to -1 (the reference is at 0, all of the average would
    go). Where every subgroup is at 0 the fraction is 0/0: value 0, as for equal subgroups, and
    the interval -1 to inf, which says nothing.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1;
    its corrected results, 19:6969.

    Examples
    --------
    Births attended by skilled personnel, Indonesia 2017, poorest to richest fifth, printed as
    8.3 by Schlotheuber and Hosseinpoor (2022, corrected):

    >>> from childstats.statistics import population_attributable_fraction
    >>> percent = [75.60530, 91.01997, 96.03959, 97.04223, 99.22405]
    >>> births = [2072.436, 2112.204, 1983.059, 2052.124, 1884.510]
    >>> errors = [1.5996131, 1.1351504, 0.6461946, 0.5676206, 0.2237683]
    >>> print("{:.1f} ({:.1f} to {:.1f})".format(*population_attributable_fraction(
    ...     percent, population=births, standard_errors=errors, order=[1, 2, 3, 4, 5], per=100)))
    8.3 (7.2 to 9.4)
    """
    groups = checked_subgroups(estimates, population, standard_errors, low=0.0)
    index = _reference_of(groups, order, reference, polarity)
    mean = groups.mean
    known = mean > 0
    divisor = np.where(known, mean, 1.0)
    relative = of_subgroup(groups.estimates, index) / divisor
    gradient = indicator_of(index, groups.estimates.shape)
    gradient = (gradient - relative[..., np.newaxis] * groups.shares) / divisor[..., np.newaxis]
    variance = groups.linear_variance(gradient)
    if variance is not None:
        variance = np.where(known, variance, np.inf)
    value = np.where(known, relative - 1, np.where(relative > 0, np.inf, 0.0))
    return normal_interval(
        value, variance, confidence_level, least=-1.0, per=checked_positive("per", per)
    )


def _reference_of(
    groups: Subgroups, order: ArrayLike | None, reference: int | None, polarity: str
) -> NDArray[np.intp] | int:
    best = best_subgroup(groups, polarity)
    if order is not None and reference is not None:
        raise ValueError("give order or reference, not both")
    if order is not None:
        places = checked_order(order, groups.estimates.shape)
        return np.asarray(np.argmax(places, axis=-1), dtype=np.intp)
    if reference is not None:
        return checked_reference(reference, groups.estimates.shape[-1])
    return best
