"""Tests whether strata share one ratio or difference."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from childstats.statistics.estimate import FloatArray
from childstats.statistics.score import surplus_at_odds_ratio
from childstats.statistics.two_groups import TwoGroups

Test: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]


def cochran_q(strata: TwoGroups, measure: str, pooled: FloatArray) -> Test:
    """Return Cochran's Q of the strata around their pooled estimate.

    Parameters
    ----------
    strata
        Checked counts with the strata on the last axis; a stratum without people is empty.
    measure
        ``"risk_ratio"``, ``"risk_difference"`` or ``"odds_ratio"``; ratios are compared by their
        logarithms.
    pooled
        The pooled estimate, without the axis of the strata.

    Returns
    -------
    tuple of ndarray
        Q, degrees of freedom and p-value. All strata of one kind, none or all of whose people are
        cases, and a pooled ratio of 0 or inf, leave nothing to compare: 0, 0 and 1.
    """
    informative = _informative(strata)
    x1, n1, x2, n2 = strata
    empty = (x1 == 0) | (x1 == n1) | (x2 == 0) | (x2 == n2)
    a, b, c, d = (
        np.where(informative, np.where(empty, cell + 0.5, cell), 1.0)
        for cell in (x1, n1 - x1, x2, n2 - x2)
    )
    if measure == "risk_difference":
        each = a / (a + b) - c / (c + d)
        variance = a * b / (a + b) ** 3 + c * d / (c + d) ** 3
        centre, comparable = pooled, np.ones_like(pooled, dtype=np.bool_)
    else:
        comparable = (pooled > 0) & np.isfinite(pooled)
        centre = np.log(np.where(comparable, pooled, 1.0))
        each, variance = np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d
        if measure == "risk_ratio":
            each = np.log(a / (a + b)) - np.log(c / (c + d))
            variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    terms = np.where(informative, (each - centre[..., None]) ** 2 / variance, 0.0)
    return _tested(terms.sum(-1), informative, comparable)


def breslow_day(strata: TwoGroups, pooled: FloatArray) -> Test:
    """Return Breslow and Day's test of equal odds ratios with Tarone's correction.

    Parameters
    ----------
    strata
        Checked counts with the strata on the last axis; a stratum without people is empty.
    pooled
        The pooled odds ratio, without the axis of the strata.

    Returns
    -------
    tuple of ndarray
        Chi-squared, degrees of freedom and p-value. A pooled ratio of 0 or inf is also each
        stratum's, so nothing is left to compare: 0, 0 and 1.
    """
    informative = _informative(strata)
    comparable = (pooled > 0) & np.isfinite(pooled)
    table = strata.with_fewest_cases()
    # A stratum that says nothing stands as one of two people without cases: nothing is expected.
    x1, n1, x2, n2 = (
        np.where(informative, count, people)
        for count, people in zip(table, (0.0, 1.0, 0.0, 1.0), strict=True)
    )
    ratio = np.where(comparable, pooled, 1.0)[..., None]
    surplus, variance = surplus_at_odds_ratio(TwoGroups(x1, n1, x2, n2), ratio)
    terms = np.divide(surplus**2, variance, out=np.zeros_like(variance), where=informative)
    overall = np.where(informative, variance, 0.0).sum(-1)
    correction = surplus.sum(-1) ** 2 / np.where(overall > 0, overall, 1.0)
    return _tested(np.maximum(terms.sum(-1) - correction, 0.0), informative, comparable)


def _informative(strata: TwoGroups) -> NDArray[np.bool_]:
    cases = strata.x1 + strata.x2
    return (cases > 0) & (cases < strata.n1 + strata.n2)


def _tested(
    statistic: FloatArray, informative: NDArray[np.bool_], comparable: NDArray[np.bool_]
) -> Test:
    freedom = np.where(comparable, np.maximum(informative.sum(-1) - 1.0, 0.0), 0.0)
    testable = freedom > 0
    statistic = np.where(testable, statistic, 0.0)
    p_value = np.where(testable, chdtrc(np.maximum(freedom, 1), statistic), 1.0)
    return statistic, freedom, p_value
