"""Score tests that compare two proportions, and the limits that they do not reject.

With x1 of n1 and x2 of n2, and p1, p2 the most likely risks under a hypothetical difference or
ratio, the score test divides the discrepancy S between estimate and hypothesis by its standard
error, the square root of V(p1, p2). A confidence limit is where S² / V reaches z².
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from childstats.statistics.estimate import FloatArray
from childstats.statistics.two_groups import TwoGroups

Point: TypeAlias = tuple[FloatArray, FloatArray]

# Log ratios beyond this are not searched: counts below 2**53 cannot lead there at any level
# whose normal quantile is between 1e-16 and 8.3, which is all that floats distinguish from 0 and 1.
LARGEST_LOG_RATIO = float(np.log(1e60))

MOST_ITERATIONS = 200
TINY = 1e-100


def lower_difference(groups: TwoGroups, z: FloatArray, *, unbiased: bool) -> FloatArray:
    """Return the smallest difference p1 - p2 that the score test does not reject.

    Parameters
    ----------
    groups
        Checked counts of the two groups, of one shape.
    z
        Normal quantiles, of the same shape.
    unbiased
        Whether to multiply the variance by N / (N - 1): Miettinen and Nurminen do, Mee not.

    Returns
    -------
    ndarray
        Lower limits in [-1, 1]. The upper limit is minus the lower limit of the swapped groups.
    """

    def statistic(some: TwoGroups, difference: FloatArray) -> FloatArray:
        discrepancy = some.x1 / some.n1 - some.x2 / some.n2 - difference
        variance = _variance_at_difference(some, difference)
        return _share(discrepancy, _inflation(some, unbiased) * variance)

    risk1, risk2 = groups.x1 / groups.n1, groups.x2 / groups.n2
    near, scale = risk1 - risk2, risk1 + risk2
    return _first_not_rejected(statistic, groups, (np.full_like(near, -1.0), near, scale), z)


def lower_ratio(groups: TwoGroups, z: FloatArray, *, unbiased: bool) -> FloatArray:
    """Return the smallest ratio p1 / p2 that the score test does not reject.

    Parameters
    ----------
    groups
        Checked counts of the two groups, of one shape.
    z
        Normal quantiles, of the same shape.
    unbiased
        Whether to multiply the variance by N / (N - 1): Miettinen and Nurminen do, Koopman not.

    Returns
    -------
    ndarray
        Lower limits, 0 or more; exactly 0 when x1 is 0. The upper limit is the inverse of the
        lower limit of the swapped groups.
    """

    def statistic(some: TwoGroups, log_ratio: FloatArray) -> FloatArray:
        ratio = np.exp(log_ratio)
        discrepancy = (some.x1 / some.n1 - ratio * (some.x2 / some.n2)) / np.sqrt(ratio)
        variance = _variance_at_ratio(some, ratio)
        return _share(discrepancy, _inflation(some, unbiased) * variance)

    x1, n1, x2, n2 = groups
    finite = (x1 > 0) & (x2 > 0)
    log_value = np.log(np.where(finite, x1, 1.0) / n1) - np.log(np.where(finite, x2, 1.0) / n2)
    near = np.where(finite, log_value, np.where(x1 > 0, LARGEST_LOG_RATIO, -LARGEST_LOG_RATIO))
    search = np.full_like(near, -LARGEST_LOG_RATIO), near, np.ones_like(near)
    limit = np.exp(_first_not_rejected(statistic, groups, search, z))
    return np.where(x1 == 0, 0.0, limit)


def _inflation(groups: TwoGroups, unbiased: bool) -> FloatArray:
    total = groups.n1 + groups.n2
    return total / (total - 1) if unbiased else np.ones_like(total)


def _variance_at_difference(groups: TwoGroups, difference: FloatArray) -> FloatArray:
    """Return the variance of x1/n1 - x2/n2 at the most likely risks with p1 - p2 = difference.

    The lower risk is the middle root of the cubic of Miettinen and Nurminen (1985).
    Their trigonometric root loses its digits where two roots are small (few cases in large
    totals), so only the largest root is taken from it, and the other two from Viète's formulas.
    Cases and non-cases are exchanged where cases are the majority, which keeps that root large.
    """
    x1, n1, x2, n2 = groups
    majority = x1 + x2 > (n1 + n2) / 2
    x1, n1, x2, n2 = (
        np.where(majority, n2 - x2, x1),
        np.where(majority, n2, n1),
        np.where(majority, n1 - x1, x2),
        np.where(majority, n1, n2),
    )
    x, n = np.where(difference < 0, x1, x2), np.where(difference < 0, n1, n2)
    gap, cases, total = np.abs(difference), x1 + x2, n1 + n2
    c2 = ((total + n) * gap - total - cases) / total
    c1 = ((n * gap - total - 2 * x) * gap + cases) / total
    c0 = x * gap * (1 - gap) / total

    q = np.maximum(c2**2 - 3 * c1, 0) / 9
    r = (2 * c2**3 - 9 * c2 * c1 + 27 * c0) / 54
    cosine = np.clip(-r / np.maximum(q**1.5, TINY), -1, 1)
    largest = 2 * np.sqrt(q) * np.cos(np.arccos(cosine) / 3) - c2 / 3
    largest = np.maximum(largest, TINY)

    product = c0 / largest  # minus the product of the two smaller roots
    half_sum = (c1 + product) / largest / 2
    lower = np.minimum(half_sum + np.sqrt(half_sum**2 + product), 1 - gap)
    upper = lower + gap
    variance: FloatArray = lower * (1 - lower) / n + upper * (1 - upper) / (total - n)
    return variance


def _variance_at_ratio(groups: TwoGroups, ratio: FloatArray) -> FloatArray:
    """Return the variance of (x1/n1 - ratio x2/n2) / √ratio at the most likely p1 = ratio p2.

    p2 is the smaller root of A p² - B p + C with A = N ratio, B = a ratio + b, C = x1 + x2. The
    discriminant B² - 4AC equals (a ratio - b)² + 4 ratio (n1 - x1)(n2 - x2): nothing cancels.
    """
    x1, n1, x2, n2 = groups
    a, b = n1 + x2, x1 + n2
    root = np.sqrt((a * ratio - b) ** 2 + 4 * ratio * (n1 - x1) * (n2 - x2))
    p2 = 2 * (x1 + x2) / (a * ratio + b + root)
    p1 = ratio * p2
    variance: FloatArray = p2 * (1 - p1) / n1 + p1 * (1 - p2) / n2
    return variance


def _share(discrepancy: FloatArray, variance: FloatArray) -> FloatArray:
    """Return ±S² / (S² + V): as increasing as the score S / √V, but bounded, and 0 for 0/0."""
    whole = discrepancy**2 + variance
    signed = discrepancy * np.abs(discrepancy)
    return np.where(whole > 0, signed / np.where(whole > 0, whole, 1.0), 0.0)


def _first_not_rejected(
    statistic: Callable[[TwoGroups, FloatArray], FloatArray],
    groups: TwoGroups,
    search: tuple[FloatArray, FloatArray, FloatArray],
    z: FloatArray,
) -> FloatArray:
    """Return where a falling statistic reaches its critical value.

    The search runs between far and near; its third part is the scale to whose rounding error the
    limit is found when it lies near 0. Chandrupatla's (1997, Adv Eng Softw 28:145-149) bracketing
    on whole arrays: inverse quadratic interpolation where it is safe, else bisection; rows that
    have converged drop out. Where all is rejected the answer is near.
    """
    far, near, scale = search
    critical = z**2 / (1 + z**2)
    x1, f1 = near, statistic(groups, near) - critical
    x2, f2 = far, statistic(groups, far) - critical
    limit = np.array(near)
    unfinished = f1 <= 0
    rows = np.arange(near.size).reshape(near.shape)
    step: FloatArray = np.full_like(near, 0.5)
    for _ in range(MOST_ITERATIONS):
        if not unfinished.any():
            break
        groups, rows = groups.where(unfinished), rows[unfinished]
        critical, scale, step = critical[unfinished], scale[unfinished], step[unfinished]
        x1, f1, x2, f2 = x1[unfinished], f1[unfinished], x2[unfinished], f2[unfinished]
        x = x1 + step * (x2 - x1)
        f = statistic(groups, x) - critical
        same = (f > 0) == (f1 > 0)
        x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
        x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
        x1, f1 = x, f
        limit.flat[rows] = x1
        width = np.abs(x2 - x1)
        precision = np.finfo(np.float64).eps * (2 * np.abs(x1) + scale) + TINY
        unfinished = width > 2 * precision
        smallest = np.minimum(precision / np.maximum(width, TINY), 0.5)
        step = np.clip(_interpolated((x1, f1), (x2, f2), (x3, f3)), smallest, 1 - smallest)
    return limit


def _interpolated(newest: Point, opposite: Point, older: Point) -> FloatArray:
    """Return the step from newest to opposite: inverse quadratic where it is safe, else 1/2."""
    (x1, f1), (x2, f2), (x3, f3) = newest, opposite, older
    with np.errstate(all="ignore"):  # 0/0 fails both comparisons and so becomes a bisection
        xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        quadratic = f1 / (f2 - f1) * (f3 / (f2 - f3))
        quadratic += (x3 - x1) / (x2 - x1) * (f1 / (f3 - f1)) * (f2 / (f3 - f2))
    return np.where(safe, quadratic, 0.5)
