"""Two proportions compared: their ratio and their difference, with confidence intervals."""

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.estimate import (
    Estimate,
    FloatArray,
    checked_method,
    estimate_from,
    two_sided_quantile,
)
from childstats.statistics.proportions import Limits, wilson_limits
from childstats.statistics.score import ScoreTest, lower_difference, lower_ratio
from childstats.statistics.two_groups import TwoGroups, checked_groups

_SCORE_TESTS = {
    "koopman": ScoreTest(unbiased=False),
    "mee": ScoreTest(unbiased=False),
    "miettinen_nurminen": ScoreTest(unbiased=True),
    "scas": ScoreTest(unbiased=True, skewed=True),
}


def risk_ratio(
    *,
    exposed_cases: ArrayLike,
    exposed_total: ArrayLike,
    reference_cases: ArrayLike,
    reference_total: ArrayLike,
    confidence_level: ArrayLike = 0.95,
    method: str = "miettinen_nurminen",
) -> Estimate:
    r"""Estimate the ratio of the exposed group's risk to the reference group's.

    Parameters
    ----------
    exposed_cases, reference_cases
        Number of people with the outcome in each group, whole, 0 to the group's total.
    exposed_total, reference_total
        Number of people in each group, whole, 1 or more. All arguments broadcast.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        ``"miettinen_nurminen"``, ``"koopman"``, ``"scas"`` or ``"katz"``.

    Returns
    -------
    Estimate
        Value, low and high as ratios in [0, inf], of the broadcast shape; never nan.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if cases exceed their total, if a total
        is 0, if `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    With x1 of n1 exposed and x2 of n2 reference, value = (x1 / n1) / (x2 / n2), z the normal
    quantile and N = n1 + n2:

    koopman
        All ratios t for which

        .. math:: \frac{(x_1/n_1 - t\,x_2/n_2)^2}
                  {p_1(1-p_1)/n_1 + t^2 p_2(1-p_2)/n_2} \le z^2,

        p1 = t p2 being the most likely risks with that ratio.
    miettinen_nurminen
        The same with the denominator multiplied by N / (N - 1).
    scas
        Miettinen and Nurminen's, corrected for skewness so that each side errs equally often:
        with V their denominator and S the difference squared above, all t for which

        .. math:: \left| \frac{S}{\sqrt V} - \frac{(z^2 - 1)\,M}{6 V^{3/2}} \right| \le z, \quad
                  M = \frac{p_1 q_1 (q_1 - p_1)}{n_1^2} - t^3 \frac{p_2 q_2 (q_2 - p_2)}{n_2^2}

    katz
        .. math:: \exp\left(\log \text{value} \pm z
                  \sqrt{1/x_1 - 1/n_1 + 1/x_2 - 1/n_2}\right)

    Edges:

    - x1 = 0 < x2: value and low are 0. The score methods give a finite high; Katz gives inf,
      the limit of its formula, which then says nothing.
    - x2 = 0 < x1: value and high are inf. The score methods give a positive low; Katz gives 0.
    - x1 = x2 = 0: the ratio is 0/0 and undefined; no ratio is excluded, so the interval is 0 to
      inf. The value is set to 1 because a value is never nan here and 1 is the only number whose
      inverse is itself, so that exchanging the groups still inverts the estimate. It is a
      placeholder, not evidence of equality: print the interval, or "not estimable".
    - x1 = n1 and x2 = n2: value 1. The score intervals are proper; Katz collapses to 1 to 1.
    - SCAS rejects no ratio, however small, where z² exceeds about 1 + 6 x1, such as for one case
      at 99.8 %: low is then 0, and likewise high inf where z² exceeds about 1 + 6 x2.
    - SCAS is not centred on the value: at levels far below the usual ones the limit that would
      pass the value is set to it.

    References
    ----------
    Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Stat Med 4:213-226;
    example 6, p. 217.

    Koopman PAR (1984). Confidence intervals for the ratio of two binomial proportions.
    Biometrics 40:513-517; example, p. 517.

    Laud PJ (2017). Equal-tailed confidence intervals for comparison of rates. Pharm Stat
    16:334-348; corrigendum (2018) 17:290-293. Without N / (N - 1): Gart JJ, Nam J (1988).
    Approximate interval estimation of the ratio of binomial parameters: a review and corrections
    for skewness. Biometrics 44:323-338.

    Katz D, Baptista J, Azen SP, Pike MC (1978). Obtaining confidence intervals for the risk ratio
    in cohort studies. Biometrics 34:469-474.

    Examples
    --------
    10/10 against 20/20 (Miettinen and Nurminen 1985, p. 217) and 36/40 against 16/80
    (Koopman 1984, p. 517):

    >>> from childstats.statistics import risk_ratio
    >>> print("{:.2f} ({:.2f} to {:.2f})".format(*risk_ratio(
    ...     exposed_cases=10, exposed_total=10, reference_cases=20, reference_total=20)))
    1.00 (0.72 to 1.20)
    >>> print("{:.2f} ({:.2f} to {:.2f})".format(*risk_ratio(
    ...     exposed_cases=36, exposed_total=40, reference_cases=16, reference_total=80,
    ...     method="koopman")))
    4.50 (2.94 to 7.15)
    """
    checked_method(method, ("miettinen_nurminen", "koopman", "scas", "katz"))
    groups, level = checked_groups(
        exposed_cases=exposed_cases,
        exposed_total=exposed_total,
        reference_cases=reference_cases,
        reference_total=reference_total,
        confidence_level=confidence_level,
    )
    x1, n1, x2, n2 = groups
    z = two_sided_quantile(level)
    value = np.where(x1 == 0, np.where(x2 == 0, 1.0, 0.0), np.inf)
    np.divide(x1 * n2, x2 * n1, out=value, where=(x1 > 0) & (x2 > 0))
    if method == "katz":
        low, high = _katz_limits(groups, z, value)
    else:
        test = _SCORE_TESTS[method]
        low = np.minimum(lower_ratio(groups, z, test), value)
        inverse = lower_ratio(groups.exchanged(), z, test)
        high = np.divide(1.0, inverse, out=np.full_like(inverse, np.inf), where=inverse > 0)
        high = np.maximum(high, value)
    return estimate_from(value, low, high)


def risk_difference(
    *,
    exposed_cases: ArrayLike,
    exposed_total: ArrayLike,
    reference_cases: ArrayLike,
    reference_total: ArrayLike,
    confidence_level: ArrayLike = 0.95,
    method: str = "miettinen_nurminen",
) -> Estimate:
    r"""Estimate the exposed group's risk minus the reference group's.

    Parameters
    ----------
    exposed_cases, reference_cases
        Number of people with the outcome in each group, whole, 0 to the group's total.
    exposed_total, reference_total
        Number of people in each group, whole, 1 or more. All arguments broadcast.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        ``"miettinen_nurminen"``, ``"mee"``, ``"scas"``, ``"newcombe"`` or ``"wald"``.

    Returns
    -------
    Estimate
        Value, low and high as differences of proportions in [-1, 1] (0.05 is 5 percentage
        points), of the broadcast shape.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if cases exceed their total, if a total
        is 0, if `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    With x1 of n1 exposed and x2 of n2 reference, value D = x1 / n1 - x2 / n2, z the normal
    quantile and N = n1 + n2:

    mee
        All differences d for which

        .. math:: \frac{(D - d)^2}{p_1(1-p_1)/n_1 + p_2(1-p_2)/n_2} \le z^2,

        p1 = p2 + d being the most likely risks with that difference.
    miettinen_nurminen
        The same with the denominator multiplied by N / (N - 1).
    scas
        Miettinen and Nurminen's, corrected for skewness so that each side errs equally often:
        with V their denominator, all d for which

        .. math:: \left| \frac{D - d}{\sqrt V} - \frac{(z^2 - 1)\,M}{6 V^{3/2}} \right| \le z, \quad
                  M = \frac{p_1 q_1 (q_1 - p_1)}{n_1^2} - \frac{p_2 q_2 (q_2 - p_2)}{n_2^2}

    newcombe
        With (l, u) the Wilson limits of each proportion,

        .. math:: D - \sqrt{(x_1/n_1 - l_1)^2 + (u_2 - x_2/n_2)^2} \text{ to }
                  D + \sqrt{(u_1 - x_1/n_1)^2 + (x_2/n_2 - l_2)^2}
    wald
        .. math:: D \pm z \sqrt{\frac{x_1(n_1-x_1)}{n_1^3} + \frac{x_2(n_2-x_2)}{n_2^3}}

    Edges: all but Wald give proper intervals at 0 and 100 % in either group or both, and touch -1
    or 1 only when D does; SCAS also where D is one person away and the level above 99 %. SCAS is
    not centred on D: at levels far below the usual ones the limit that would pass D is set to D.
    Wald has zero width where both groups are at 0 or 100 %, and a Wald limit beyond -1 or 1 is
    moved there, as in R's ``prop.test``.

    References
    ----------
    Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Stat Med 4:213-226.

    Mee RW (1984). Confidence bounds for the difference between two probabilities.
    Biometrics 40:1175-1176.

    Newcombe RG (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 17:873-890; Table II, p. 877.

    Laud PJ (2017). Equal-tailed confidence intervals for comparison of rates. Pharm Stat
    16:334-348; corrigendum (2018) 17:290-293.

    Examples
    --------
    5/56 against 0/29 (Newcombe 1998, Table II, column d, and for SCAS the manual of R's ratesci):

    >>> from childstats.statistics import risk_difference
    >>> for method in ("miettinen_nurminen", "mee", "newcombe", "scas"):
    ...     print("{:.4f} ({:.4f} to {:.4f})".format(*risk_difference(
    ...         exposed_cases=5, exposed_total=56, reference_cases=0, reference_total=29,
    ...         method=method)))
    0.0893 (-0.0326 to 0.1933)
    0.0893 (-0.0313 to 0.1926)
    0.0893 (-0.0381 to 0.1926)
    0.0893 (-0.0186 to 0.1867)
    """
    checked_method(method, ("miettinen_nurminen", "mee", "scas", "newcombe", "wald"))
    groups, level = checked_groups(
        exposed_cases=exposed_cases,
        exposed_total=exposed_total,
        reference_cases=reference_cases,
        reference_total=reference_total,
        confidence_level=confidence_level,
    )
    x1, n1, x2, n2 = groups
    z = two_sided_quantile(level)
    value = x1 / n1 - x2 / n2
    if method == "newcombe":
        low, high = _newcombe_limits(groups, level)
    elif method == "wald":
        spread = z * np.sqrt(x1 * (n1 - x1) / n1**3 + x2 * (n2 - x2) / n2**3)
        low, high = np.maximum(value - spread, -1.0), np.minimum(value + spread, 1.0)
    else:
        test = _SCORE_TESTS[method]
        low = lower_difference(groups, z, test)
        high = -lower_difference(groups.exchanged(), z, test)
    return estimate_from(value, low, high)


def _katz_limits(groups: TwoGroups, z: FloatArray, value: FloatArray) -> Limits:
    x1, n1, x2, n2 = groups
    estimable = (x1 > 0) & (x2 > 0)
    x1, x2 = np.where(estimable, x1, 1.0), np.where(estimable, x2, 1.0)
    factor = np.exp(z * np.sqrt((n1 - x1) / (x1 * n1) + (n2 - x2) / (x2 * n2)))
    finite = np.where(estimable, value, 1.0)
    return np.where(estimable, finite / factor, 0.0), np.where(estimable, finite * factor, np.inf)


def _newcombe_limits(groups: TwoGroups, level: FloatArray) -> Limits:
    x1, n1, x2, n2 = groups
    p1, p2 = x1 / n1, x2 / n2
    low1, high1 = wilson_limits(x1, n1, level)
    low2, high2 = wilson_limits(x2, n2, level)
    value = p1 - p2
    return value - np.hypot(p1 - low1, high2 - p2), value + np.hypot(high1 - p1, p2 - low2)
