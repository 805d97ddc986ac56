"""A proportion with its confidence interval."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv

from childstats.statistics.estimate import (
    Estimate,
    FloatArray,
    checked_cases,
    checked_confidence_level,
    checked_method,
    estimate_from,
    two_sided_quantile,
)
from childstats.statistics.mid_p import proportion_mid_p_limits
from childstats.statistics.roots import BLOCK

Limits: TypeAlias = tuple[FloatArray, FloatArray]
LimitsOfCounts: TypeAlias = Callable[[FloatArray, FloatArray, FloatArray], Limits]


def proportion(
    cases: ArrayLike,
    total: ArrayLike,
    *,
    confidence_level: ArrayLike = 0.95,
    method: str = "wilson",
) -> Estimate:
    r"""Estimate a proportion, such as coverage among eligible children, with its interval.

    Parameters
    ----------
    cases
        Number of people with the outcome, whole, 0 to `total`; any shape.
    total
        Number of people, whole, 1 or more; a shape that broadcasts with `cases`.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too, so
        ``[[0.95], [0.998]]`` gives both intervals of every area.
    method
        ``"wilson"``, ``"clopper_pearson"``, ``"mid_p"``, ``"jeffreys"`` or ``"agresti_coull"``.

    Returns
    -------
    Estimate
        Value, low and high as proportions in [0, 1] (not percent), of the broadcast shape.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if `cases` exceeds `total`, if `total`
        is 0, if `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    With x cases of n, value p = x / n, z the normal quantile and a = 1 - `confidence_level`:

    wilson
        .. math:: \frac{2x + z^2 \pm z \sqrt{z^2 + 4x(1 - p)}}{2(n + z^2)}

        Edge: low is exactly 0 when x = 0, high exactly 1 when x = n.
    clopper_pearson
        From the a/2 quantile of Beta(x, n - x + 1) to the 1 - a/2 quantile of
        Beta(x + 1, n - x). Edge: low is 0 when x = 0, high is 1 when x = n, and the other
        limit keeps its tail of a/2.
    mid_p
        Clopper and Pearson's condition with half the probability of x in each tail:
        P(X > x) + P(X = x) / 2 is a/2 at low, P(X < x) + P(X = x) / 2 is a/2 at high. Edge: low
        is 0 when x = 0, high 1 when x = n; for x = 0, high is 1 - a**(1/n).
    jeffreys
        The a/2 and 1 - a/2 quantiles of Beta(x + 1/2, n - x + 1/2). Edge, by the convention of
        Brown, Cai and DasGupta (2001): low is 0 when x = 0 and high is 1 when x = n, while the
        other limit stays the quantile with a/2 (not a) in its tail. Their further change at
        x = 1 and x = n - 1 ("modified Jeffreys") is not made.
    agresti_coull
        .. math:: \tilde p \pm z \sqrt{\tilde p (1 - \tilde p) / \tilde n}, \quad
                  \tilde n = n + z^2, \quad \tilde p = (x + z^2 / 2) / \tilde n

        Edge: a limit beyond 0 or 1 is moved to 0 or 1. It adds z**2 / 2 to each side at every
        level, not the "two successes and two failures" that round this at 95 %.

    Mid-P, Jeffreys and Agresti-Coull are not centred on the value: at levels far below the usual
    ones (say 0.1) and few cases their interval can miss it. Wilson and Clopper-Pearson always
    hold it.

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 22:209-212.

    Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the
    case of the binomial. Biometrika 26:404-413.

    Lancaster HO (1961). Significance tests in discrete distributions. J Am Stat Assoc
    56:223-234 (mid-P).

    Agresti A, Coull BA (1998). Approximate is better than "exact" for interval estimation of
    binomial proportions. Am Stat 52:119-126.

    Brown LD, Cai TT, DasGupta A (2001). Interval estimation for a binomial proportion.
    Stat Sci 16:101-133.

    Newcombe RG (1998). Two-sided confidence intervals for the single proportion: comparison of
    seven methods. Stat Med 17:857-872.

    Examples
    --------
    Newcombe's (1998) examples 81/263 and 0/20, method 3 (Wilson):

    >>> from childstats.statistics import proportion
    >>> print("{:.4f} ({:.4f} to {:.4f})".format(*proportion(81, 263)))
    0.3080 (0.2553 to 0.3662)
    >>> print("{:.4f} ({:.4f} to {:.4f})".format(*proportion(0, 20)))
    0.0000 (0.0000 to 0.1611)

    His 15/148 and 1/29, method 6 (mid-P):

    >>> for cases, total in ((15, 148), (1, 29)):
    ...     estimate = proportion(cases, total, method="mid_p")
    ...     print("{:.4f} ({:.4f} to {:.4f})".format(*estimate))
    0.1014 (0.0601 to 0.1581)
    0.0345 (0.0017 to 0.1585)
    """
    limits = _LIMITS[checked_method(method, _LIMITS)]
    x, n = checked_cases("cases", cases, "total", total)
    level = checked_confidence_level(confidence_level)
    whole = level.ndim > 0 or method == "mid_p"  # mid-P makes its own blocks, of distinct rows
    low, high = limits(x, n, level) if whole else _in_blocks(limits, x, n, level)
    return estimate_from(x / n, low, high)


def _in_blocks(
    limits: LimitsOfCounts, cases: FloatArray, total: FloatArray, level: FloatArray
) -> Limits:
    """Return limits at one level, in blocks that stay in the processor's cache."""
    x, n = np.ravel(cases), np.ravel(total)
    low, high = np.empty_like(x), np.empty_like(x)
    for start in range(0, x.size, BLOCK):
        block = slice(start, start + BLOCK)
        low[block], high[block] = limits(x[block], n[block], level)
    return low.reshape(cases.shape), high.reshape(cases.shape)


def wilson_limits(cases: FloatArray, total: FloatArray, confidence_level: FloatArray) -> Limits:
    """Return the Wilson limits of checked counts; Newcombe's risk difference is built on them.

    Parameters
    ----------
    cases, total, confidence_level
        Checked arrays whose shapes broadcast.

    Returns
    -------
    tuple of ndarray
        Lower and upper limits.
    """
    z = two_sided_quantile(confidence_level)
    squared = z**2
    centre = cases + squared / 2
    spread = z * np.sqrt(squared / 4 + cases * (total - cases) / total)
    divisor = total + squared
    # √z² is exactly z in floating point, so low needs no rule to be exactly 0 for no cases.
    low = (centre - spread) / divisor
    high = np.where(cases == total, 1.0, (centre + spread) / divisor)
    return low, high


def _clopper_pearson_limits(
    cases: FloatArray, total: FloatArray, confidence_level: FloatArray
) -> Limits:
    tail = (1 - confidence_level) / 2
    others = total - cases
    low = betaincinv(np.maximum(cases, 1), others + 1, tail)
    high = betainccinv(cases + 1, np.maximum(others, 1), tail)
    return np.where(cases == 0, 0.0, low), np.where(others == 0, 1.0, high)


def _jeffreys_limits(cases: FloatArray, total: FloatArray, confidence_level: FloatArray) -> Limits:
    tail = (1 - confidence_level) / 2
    others = total - cases
    low = betaincinv(cases + 0.5, others + 0.5, tail)
    high = betainccinv(cases + 0.5, others + 0.5, tail)
    return np.where(cases == 0, 0.0, low), np.where(others == 0, 1.0, high)


def _agresti_coull_limits(
    cases: FloatArray, total: FloatArray, confidence_level: FloatArray
) -> Limits:
    z = two_sided_quantile(confidence_level)
    enlarged_total = total + z**2
    centre = (cases + z**2 / 2) / enlarged_total
    spread = z * np.sqrt(centre * (1 - centre) / enlarged_total)
    return np.maximum(centre - spread, 0.0), np.minimum(centre + spread, 1.0)


_LIMITS: dict[str, LimitsOfCounts] = {
    "wilson": wilson_limits,
    "clopper_pearson": _clopper_pearson_limits,
    "mid_p": proportion_mid_p_limits,
    "jeffreys": _jeffreys_limits,
    "agresti_coull": _agresti_coull_limits,
}
