"""Inequality along an ordered dimension: the two ends of the line through all subgroups."""

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.estimate import Estimate, checked_choice
from childstats.statistics.gradient import Ends, linear_ends, logistic_ends
from childstats.statistics.intervals import log_interval, normal_interval
from childstats.statistics.subgroups import Subgroups, checked_subgroups, midpoint_ranks

MODELS = ("logit", "linear")


def slope_index_of_inequality(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    order: ArrayLike | None = None,
    model: str = "logit",
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the absolute gap between the two ends of an ordered dimension (WHO: SII).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis: proportions in [0, 1] for the
        logistic model, any unit for the linear one.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    order
        Place of each subgroup, from the most disadvantaged (lowest) to the most advantaged; no
        two alike. None: they stand in that order.
    model
        ``"logit"`` for proportions, ``"linear"`` for anything else.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high in the unit of the estimates, without the last axis: fitted value
        at rank 1 minus fitted value at rank 0, positive where the advantaged have more.

    Raises
    ------
    ValueError
        If a number is not finite, an estimate of the logistic model is not in [0, 1], a
        population or standard error is negative, the population of a row is 0, there are fewer
        than two subgroups, `order` has ties, or `model` is unknown.

    Notes
    -----
    Each subgroup with share p stands at rank X, the share of everybody below its middle. A
    line is fitted to the estimates over X, each subgroup weighing its share: by least squares,
    or as logit(y) = a + b X by maximum likelihood (Newton). With f the fitted value,

    .. math:: SII = f(1) - f(0) \pm z \sqrt{\sum_j
              \left(\frac{\partial SII}{\partial y_j}\right)^2 s_j^2}.

    The derivatives are exact: for the linear model p (X - 1/2) / sum of p (X - 1/2)²; for the
    logistic one by the implicit function theorem, with H the information matrix,

    .. math:: \frac{\partial (a, b)}{\partial y_j} = H^{-1} p_j (1, X_j)^T.

    Edges, logistic model: equal subgroups give 0, also at 0 and 100 %, where the interval is
    that of the linear model (the limit). Where everybody with the outcome ranks above everybody
    without it, at most one subgroup being mixed (0, 0, 40 and 100 %, but also 50, 100 and
    100 %), the likelihood climbs towards a step and the value is 1 (or -1): the interval is then
    -1 to 1, which says nothing; prefer the linear model. Limits stay in [-1, 1]. Both models:
    where one subgroup holds the whole population there is no line, the value is 0 and the
    interval the whole range.

    WHO's healthequal 1.0.1 weighs subgroups by the square of their size in the logistic model,
    because it gives the sizes twice, and takes its interval from the scatter about the line.
    It prints 31.6 and HEAT 31.6 for the example below, where shares as weights give 31.7.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1;
    its corrected results, 19:6969.

    Mackenbach JP, Kunst AE (1997). Measuring the magnitude of socio-economic inequalities in
    health: an overview of available measures. Soc Sci Med 44:757-771.

    Examples
    --------
    Births attended by skilled personnel, Indonesia 2017, poorest to richest fifth; Schlotheuber
    and Hosseinpoor (2022, corrected) print 31.6 percentage points, see the note on weights:

    >>> from childstats.statistics import slope_index_of_inequality
    >>> share = [0.7560530, 0.9101997, 0.9603959, 0.9704223, 0.9922405]
    >>> births = [2072.436, 2112.204, 1983.059, 2052.124, 1884.510]
    >>> errors = [0.015996131, 0.011351504, 0.006461946, 0.005676206, 0.002237683]
    >>> print("{:.3f} ({:.3f} to {:.3f})".format(*slope_index_of_inequality(
    ...     share, population=births, standard_errors=errors)))
    0.317 (0.271 to 0.362)
    """
    checked_choice("model", model, MODELS)
    groups = _checked(estimates, population, standard_errors, model)
    ends = _ends(groups, order, model)
    variance = groups.linear_variance(ends.high_gradient - ends.low_gradient)
    if variance is not None:
        variance = np.where(ends.defined, variance, np.inf)
    bound = 1.0 if model == "logit" else np.inf
    return normal_interval(
        ends.high - ends.low, variance, confidence_level, least=-bound, most=bound
    )


def relative_index_of_inequality(
    estimates: ArrayLike,
    *,
    population: ArrayLike,
    standard_errors: ArrayLike | None = None,
    order: ArrayLike | None = None,
    model: str = "logit",
    confidence_level: ArrayLike = 0.95,
) -> Estimate:
    r"""Estimate the relative gap between the two ends of an ordered dimension (WHO: RII).

    Parameters
    ----------
    estimates
        Estimate of each subgroup, subgroups along the last axis: proportions in [0, 1] for the
        logistic model, 0 or more for the linear one.
    population
        Size or share of each subgroup, 0 or more, not all 0; broadcasts.
    standard_errors
        Standard error of each estimate, 0 or more; broadcasts. None: no interval is asked for,
        and low and high are nan.
    order
        Place of each subgroup, from the most disadvantaged (lowest) to the most advantaged; no
        two alike. None: they stand in that order.
    model
        ``"logit"`` for proportions, ``"linear"`` for anything else.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    Estimate
        Value, low and high in [0, inf], without the last axis: fitted value at rank 1 over
        fitted value at rank 0, above 1 where the advantaged have more.

    Raises
    ------
    ValueError
        If a number is negative or not finite, an estimate of the logistic model is above 1, the
        population of a row is 0, there are fewer than two subgroups, `order` has ties, or
        `model` is unknown.

    Notes
    -----
    With the line f of `slope_index_of_inequality`, by the delta method on the logarithm:

    .. math:: \frac{f(1)}{f(0)} \exp\left(\pm z \sqrt{\sum_j \left(
              \frac{1}{f(1)} \frac{\partial f(1)}{\partial y_j} -
              \frac{1}{f(0)} \frac{\partial f(0)}{\partial y_j}\right)^2 s_j^2}\right)

    This is the ratio that WHO and Mackenbach and Kunst use; Pamuk's index, the slope over the
    mean, is another one.

    Edges: an end that the straight line puts at 0 or below counts as 0 (the logistic line never
    does so, except as a step). Then the value is 0, inf, or 1 where both ends are 0 (a
    placeholder, as in `risk_ratio`), and the interval 0 to inf, which says nothing. So it is
    where one subgroup holds the whole population, with value 1.

    References
    ----------
    Schlotheuber A, Hosseinpoor AR (2022). Summary measures of health inequality: a review of
    existing measures and their application. Int J Environ Res Public Health 19:3697, Table A1;
    its corrected results, 19:6969.

    Mackenbach JP, Kunst AE (1997). Measuring the magnitude of socio-economic inequalities in
    health: an overview of available measures. Soc Sci Med 44:757-771.

    Examples
    --------
    Births attended by skilled personnel, Indonesia 2017, poorest to richest fifth, printed as
    1.5 by Schlotheuber and Hosseinpoor (2022, corrected):

    >>> from childstats.statistics import relative_index_of_inequality
    >>> share = [0.7560530, 0.9101997, 0.9603959, 0.9704223, 0.9922405]
    >>> births = [2072.436, 2112.204, 1983.059, 2052.124, 1884.510]
    >>> errors = [0.015996131, 0.011351504, 0.006461946, 0.005676206, 0.002237683]
    >>> print("{:.1f} ({:.1f} to {:.1f})".format(*relative_index_of_inequality(
    ...     share, population=births, standard_errors=errors)))
    1.5 (1.4 to 1.6)
    """
    checked_choice("model", model, MODELS)
    groups = _checked(estimates, population, standard_errors, model, low=0.0)
    ends = _ends(groups, order, model)
    low, high = ends.low, ends.high
    positive = (low > 0) & (high > 0)
    value = np.where(high > 0, np.inf, np.where(low > 0, 0.0, 1.0))
    np.divide(high, low, out=value, where=positive)
    high_part = ends.high_gradient / np.where(positive, high, 1.0)[..., np.newaxis]
    low_part = ends.low_gradient / np.where(positive, low, 1.0)[..., np.newaxis]
    variance = groups.linear_variance(high_part - low_part)
    if variance is not None:
        variance = np.where(ends.defined & positive, variance, np.inf)
    return log_interval(value, variance, confidence_level)


def _checked(
    estimates: ArrayLike,
    population: ArrayLike,
    standard_errors: ArrayLike | None,
    model: str,
    low: float = -np.inf,
) -> Subgroups:
    if model == "linear":
        return checked_subgroups(estimates, population, standard_errors, low=low)
    return checked_subgroups(estimates, population, standard_errors, low=0.0, high=1.0)


def _ends(groups: Subgroups, order: ArrayLike | None, model: str) -> Ends:
    ranks = midpoint_ranks(groups.shares, order)
    line = linear_ends if model == "linear" else logistic_ends
    return line(groups.estimates, groups.shares, ranks)
