"""Two proportions compared by the ratio of their odds, with confidence intervals."""

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.conditional import conditional_estimates
from childstats.statistics.estimate import (
    Estimate,
    FloatArray,
    checked_method,
    estimate_from,
    two_sided_quantile,
)
from childstats.statistics.proportions import Limits
from childstats.statistics.score import lower_odds_ratio
from childstats.statistics.two_groups import TwoGroups, checked_groups


def odds_ratio(
    *,
    exposed_cases: ArrayLike,
    exposed_total: ArrayLike,
    reference_cases: ArrayLike,
    reference_total: ArrayLike,
    confidence_level: ArrayLike = 0.95,
    method: str = "miettinen_nurminen",
) -> Estimate:
    r"""Estimate the ratio of the exposed group's odds of the outcome to the reference group's.

    Parameters
    ----------
    exposed_cases, reference_cases
        Number of people with the outcome in each group, whole, 0 to the group's total.
    exposed_total, reference_total
        Number of people in each group, whole, 1 or more. All arguments broadcast.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        ``"miettinen_nurminen"``, ``"exact"`` (conditional) or ``"woolf"``.

    Returns
    -------
    Estimate
        Value, low and high as ratios in [0, inf], of the broadcast shape; never nan. With
        ``"exact"`` the value is the conditional one, a little nearer to 1 than the quotient of
        the odds, as in R's ``fisher.test``.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if cases exceed their total, if a total
        is 0, if `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    With a of n1 exposed and c of n2 reference people cases, b and d not, N = n1 + n2 and z the
    normal quantile; value = a d / (b c) except for ``"exact"``:

    miettinen_nurminen
        All ratios for which

        .. math:: (a - A)^2 \left(\frac1A + \frac1B + \frac1C + \frac1D\right) \frac{N - 1}{N}
                  \le z^2,

        A, B, C, D being the table with that ratio and the totals of the one seen.
    exact
        Given all totals a follows Fisher's noncentral hypergeometric distribution. Value is the
        most likely ratio, the limits are those with P(at least a) and P(at most a) half of 1 -
        `confidence_level`. Time and memory grow with the smallest of the four totals, a second
        and 100 MB at a million; the other totals cost nothing.
    woolf
        .. math:: \exp\left(\log \text{value} \pm z \sqrt{1/a + 1/b + 1/c + 1/d}\right)

    Edges:

    - a or d is 0, b and c are not: value and low are 0, high is finite; Woolf gives 0 to inf.
    - b or c is 0, a and d are not: value and high are inf, low is positive; Woolf gives 0 to inf.
    - No cases at all, or nothing but cases: nothing is known of the ratio; the interval is 0 to
      inf, and the value is set to 1 as a placeholder, as `risk_ratio` does.

    References
    ----------
    Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Stat Med 4:213-226.

    Cornfield J (1956). A statistical problem arising from retrospective studies. Proc 3rd Berkeley
    Symp 4:135-148 (exact limits).

    Woolf B (1955). On estimating the relation between blood group and disease. Ann Hum Genet
    19:251-253.

    Fagerland MW, Newcombe RG (2013). Confidence intervals for odds ratio and relative risk based
    on the inverse hyperbolic sine transformation. Stat Med 32:2823-2836.

    Examples
    --------
    24/73 against 53/65 and 29/55 against 11/11 (Fagerland and Newcombe 2013, who print 0.050 to
    0.245 and 0 to 0.417), and Fisher's twins, 10 of 13 against 2 of 17. (R's ``fisher.test``
    prints 21.30533, 2.753438 to 300.682787, because its root finder stops at four digits.)

    >>> from childstats.statistics import odds_ratio
    >>> asthma = odds_ratio(exposed_cases=[24, 29], exposed_total=[73, 55],
    ...                     reference_cases=[53, 11], reference_total=[65, 11])
    >>> for row in zip(*asthma):
    ...     print("{:.3f} ({:.3f} to {:.3f})".format(*row))
    0.111 (0.050 to 0.245)
    0.000 (0.000 to 0.417)
    >>> print("{:.5f} ({:.6f} to {:.6f})".format(*odds_ratio(
    ...     exposed_cases=10, exposed_total=13, reference_cases=2, reference_total=17,
    ...     method="exact")))
    21.30532 (2.753383 to 301.462338)
    """
    checked_method(method, ("miettinen_nurminen", "exact", "woolf"))
    groups, level = checked_groups(
        exposed_cases=exposed_cases,
        exposed_total=exposed_total,
        reference_cases=reference_cases,
        reference_total=reference_total,
        confidence_level=confidence_level,
    )
    table = groups.with_fewest_cases()
    unknown = table.x1 + table.x2 == 0
    if method == "exact":
        value, low, high = conditional_estimates(table, level)
    else:
        value = _quotient_of_odds(table)
        limits = _woolf_limits if method == "woolf" else _score_limits
        low, high = limits(table, two_sided_quantile(level))
    value = np.where(unknown, 1.0, value)
    low, high = np.where(unknown, 0.0, low), np.where(unknown, np.inf, high)
    return estimate_from(value, np.minimum(low, value), np.maximum(high, value))


def _quotient_of_odds(table: TwoGroups) -> FloatArray:
    a, b, c, d = table.x1, table.n1 - table.x1, table.x2, table.n2 - table.x2
    infinite = np.full_like(a, np.inf)
    return np.divide(a * d, b * c, out=infinite, where=b * c > 0)


def _score_limits(table: TwoGroups, z: FloatArray) -> Limits:
    inverse = lower_odds_ratio(table.exchanged(), z)
    infinite = np.full_like(inverse, np.inf)
    return lower_odds_ratio(table, z), np.divide(1.0, inverse, out=infinite, where=inverse > 0)


def _woolf_limits(table: TwoGroups, z: FloatArray) -> Limits:
    cells = (table.x1, table.n1 - table.x1, table.x2, table.n2 - table.x2)
    estimable = np.logical_and.reduce([cell > 0 for cell in cells])
    a, b, c, d = (np.where(estimable, cell, 1.0) for cell in cells)
    factor = np.exp(z * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    value = a * d / (b * c)
    return np.where(estimable, value / factor, 0.0), np.where(estimable, value * factor, np.inf)
