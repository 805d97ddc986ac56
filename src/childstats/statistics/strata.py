"""Mantel-Haenszel: one ratio or difference over several strata, and whether the strata agree."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.estimate import (
    FloatArray,
    checked_cases,
    checked_choice,
    checked_confidence_level,
    two_sided_quantile,
)
from childstats.statistics.homogeneity import breslow_day, cochran_q
from childstats.statistics.two_groups import TwoGroups

Parts: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]


class PooledEstimate(NamedTuple):
    """One estimate over all strata, with the test whether they share it.

    Attributes
    ----------
    value, low, high
        The pooled ratio or difference and its confidence limits.
    statistic, degrees_of_freedom, p_value
        The test of homogeneity: chi-squared, informative strata less one, and the chance of so
        large a chi-squared if all strata share the value. 0, 0 and 1 where there is nothing to
        compare.
    """

    value: np.float64 | FloatArray
    low: np.float64 | FloatArray
    high: np.float64 | FloatArray
    statistic: np.float64 | FloatArray
    degrees_of_freedom: np.float64 | FloatArray
    p_value: np.float64 | FloatArray


def mantel_haenszel(
    *,
    exposed_cases: ArrayLike,
    exposed_total: ArrayLike,
    reference_cases: ArrayLike,
    reference_total: ArrayLike,
    measure: str,
    axis: int = -1,
    homogeneity: str | None = None,
    confidence_level: ArrayLike = 0.95,
) -> PooledEstimate:
    r"""Pool a ratio or difference of two groups over strata, such as provinces or age groups.

    Parameters
    ----------
    exposed_cases, reference_cases
        Number of people with the outcome in each group and stratum, whole, 0 to the total.
    exposed_total, reference_total
        Number of people in each group and stratum, whole, 0 or more. All four broadcast.
    measure
        ``"risk_ratio"``, ``"risk_difference"`` or ``"odds_ratio"``.
    axis
        The axis of the strata; it disappears from the result.
    homogeneity
        ``"cochran_q"`` for any measure or ``"breslow_day"`` for odds ratios, which is their
        default.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the result.

    Returns
    -------
    PooledEstimate
        Ratios in [0, inf] or differences in [-1, 1], and the test; never nan.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if cases exceed their total, if there is
        no such axis, if `confidence_level` is not between 0 and 1, if `measure` or `homogeneity`
        is unknown, or if Breslow and Day's test is asked of another measure than odds ratios.

    Notes
    -----
    In each stratum, with a of n1 exposed and c of n2 reference people cases, b and d not,
    N = n1 + n2 and m = a + c; sums run over strata, z is the normal quantile:

    risk_ratio
        .. math:: \frac{R}{S} = \frac{\sum a n_2/N}{\sum c n_1/N}, \quad
                  \exp\left(\log\frac RS \pm z \sqrt{\frac{\sum (n_1 n_2 m - a c N)/N^2}{R S}}
                  \right)
    risk_difference
        .. math:: D = \frac{\sum (a n_2 - c n_1)/N}{\sum n_1 n_2/N}, \quad D \pm z
                  \frac{\sqrt{\sum (a b n_2^3 + c d n_1^3)/(n_1 n_2 N^2)}}{\sum n_1 n_2/N}
    odds_ratio
        With R = Σ a d / N, S = Σ b c / N, P = (a + d) / N and Q = (b + c) / N,

        .. math:: \frac RS, \quad \exp\left(\log\frac RS \pm z \sqrt{
                  \frac{\sum P\,ad/N}{2R^2} + \frac{\sum (P\,bc + Q\,ad)/N}{2RS} +
                  \frac{\sum Q\,bc/N}{2S^2}}\right)
    cochran_q
        Σ (each stratum's estimate - the pooled one)² / variance, ratios on the log scale. One
        half is added to all cells of a stratum with an empty one.
    breslow_day
        Σ (a - A)² / V with A and V the expected a and its variance at the pooled odds ratio, less
        Tarone's (Σ a - A)² / Σ V.

    Edges: a stratum without exposed or without reference people contributes nothing, and one in
    which nobody or everybody is a case is left out of the tests. Where R or S is 0 a ratio is 0
    or inf and its interval 0 to inf, the limit of a formula that then says nothing. Where both
    are, or no stratum has both groups, nothing is known: the value is set to 1 (a difference to
    0) as a placeholder, with the interval 0 to inf (-1 to 1). Limits of a difference beyond -1 or
    1 are moved there. One informative stratum has nothing to differ from: its p-value is 1.

    The interval assumes one common value. Where the test finds the strata different, print the
    strata instead.

    References
    ----------
    Mantel N, Haenszel W (1959). Statistical aspects of the analysis of data from retrospective
    studies of disease. J Natl Cancer Inst 22:719-748.

    Greenland S, Robins JM (1985). Estimation of a common effect parameter from sparse follow-up
    data. Biometrics 41:55-68.

    Robins J, Breslow N, Greenland S (1986). Estimators of the Mantel-Haenszel variance consistent
    in both sparse data and large-strata limiting models. Biometrics 42:311-323.

    Tarone RE (1985). On heterogeneity tests based on efficient scores. Biometrika 72:91-95.

    Cochran WG (1954). The combination of estimates from different experiments. Biometrics
    10:101-129.

    Examples
    --------
    Admission of men against women to Berkeley's six largest departments in 1973 (Bickel, Hammel
    and O'Connell 1975; R's ``mantelhaen.test(UCBAdmissions)`` prints 0.9046968, 0.7719074 to
    1.0603298). Departments differ:

    >>> from childstats.statistics import mantel_haenszel
    >>> admission = mantel_haenszel(
    ...     exposed_cases=[512, 353, 120, 138, 53, 22],
    ...     exposed_total=[825, 560, 325, 417, 191, 373],
    ...     reference_cases=[89, 17, 202, 131, 94, 24],
    ...     reference_total=[108, 25, 593, 375, 393, 341],
    ...     measure="odds_ratio")
    >>> print("{:.7f} ({:.7f} to {:.7f})".format(*admission[:3]))
    0.9046968 (0.7719074 to 1.0603298)
    >>> print("{:.2f} on {:.0f}, p = {:.4f}".format(*admission[3:]))
    18.83 on 5, p = 0.0021
    """
    pooled = _POOLED[checked_choice("measure", measure, _POOLED)]
    chosen = homogeneity or ("breslow_day" if measure == "odds_ratio" else "cochran_q")
    checked_choice("homogeneity test", chosen, ("cochran_q", "breslow_day"))
    if chosen == "breslow_day" and measure != "odds_ratio":
        raise ValueError(f"breslow_day tests odds ratios, not {measure}; choose cochran_q")
    strata = _checked_strata(
        *checked_cases(
            "exposed_cases", exposed_cases, "exposed_total", exposed_total, total_at_least=0
        ),
        *checked_cases(
            "reference_cases", reference_cases, "reference_total", reference_total, total_at_least=0
        ),
        axis=axis,
    )
    z = two_sided_quantile(checked_confidence_level(confidence_level))
    value, low, high = pooled(strata, z)
    if chosen == "breslow_day":
        test = breslow_day(strata, value)
    else:
        test = cochran_q(strata, measure, value)
    parts = np.broadcast_arrays(value, low, high, *test)
    return PooledEstimate(*(part[()] for part in parts))


def _checked_strata(*counts: FloatArray, axis: int) -> TwoGroups:
    """Return counts with the strata on the last axis; a stratum with one empty group is emptied."""
    broadcast = np.broadcast_arrays(*(np.atleast_1d(count) for count in counts))
    dimensions = broadcast[0].ndim
    if not -dimensions <= axis < dimensions:
        raise ValueError(f"axis must be one of the {dimensions} there are; got {axis}")
    x1, n1, x2, n2 = (np.moveaxis(count, axis, -1) for count in broadcast)
    both = (n1 > 0) & (n2 > 0)
    return TwoGroups(*(np.where(both, count, 0.0) for count in (x1, n1, x2, n2)))


def _risk_ratio(strata: TwoGroups, z: FloatArray) -> Parts:
    x1, n1, x2, n2 = strata
    total = np.maximum(n1 + n2, 1)
    exposed, reference = (x1 * n2 / total).sum(-1), (x2 * n1 / total).sum(-1)
    spread = ((n1 * n2 * (x1 + x2) - x1 * x2 * total) / total**2).sum(-1)
    estimable = (exposed > 0) & (reference > 0)
    variance = np.divide(spread, exposed * reference, out=np.zeros_like(spread), where=estimable)
    return _ratio_parts(exposed, reference, z * np.sqrt(variance))


def _odds_ratio(strata: TwoGroups, z: FloatArray) -> Parts:
    x1, n1, x2, n2 = strata
    total = np.maximum(n1 + n2, 1)
    a, b, c, d = x1, n1 - x1, x2, n2 - x2
    for_more, for_less = a * d / total, b * c / total
    alike, unlike = (a + d) / total, (b + c) / total
    more, less = for_more.sum(-1), for_less.sum(-1)
    estimable = (more > 0) & (less > 0)
    r, s = np.where(estimable, more, 1.0), np.where(estimable, less, 1.0)
    variance = (alike * for_more).sum(-1) / (2 * r**2)
    variance += (alike * for_less + unlike * for_more).sum(-1) / (2 * r * s)
    variance += (unlike * for_less).sum(-1) / (2 * s**2)
    return _ratio_parts(more, less, z * np.sqrt(variance))


def _ratio_parts(dividend: FloatArray, divisor: FloatArray, log_spread: FloatArray) -> Parts:
    value = np.where(dividend > 0, np.inf, np.where(divisor > 0, 0.0, 1.0))
    estimable = (dividend > 0) & (divisor > 0)
    np.divide(dividend, divisor, out=value, where=estimable)
    finite, factor = np.where(estimable, value, 1.0), np.exp(np.where(estimable, log_spread, 0.0))
    low = np.where(estimable, finite / factor, 0.0)
    return value, low, np.where(estimable, finite * factor, np.inf)


def _risk_difference(strata: TwoGroups, z: FloatArray) -> Parts:
    x1, n1, x2, n2 = strata
    total = np.maximum(n1 + n2, 1)
    weight = (n1 * n2 / total).sum(-1)
    known = weight > 0
    divisor = np.where(known, weight, 1.0)
    people1, people2 = np.maximum(n1, 1), np.maximum(n2, 1)
    variance = x1 * (n1 - x1) / people1 * (n2 / total) ** 2
    variance += x2 * (n2 - x2) / people2 * (n1 / total) ** 2
    value = ((x1 * n2 - x2 * n1) / total).sum(-1) / divisor
    spread = np.where(known, z * np.sqrt(variance.sum(-1)) / divisor, 1.0)
    return value, np.maximum(value - spread, -1.0), np.minimum(value + spread, 1.0)


_POOLED: dict[str, Callable[[TwoGroups, FloatArray], Parts]] = {
    "risk_ratio": _risk_ratio,
    "risk_difference": _risk_difference,
    "odds_ratio": _odds_ratio,
}
