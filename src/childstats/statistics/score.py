"""Score tests that compare two proportions, and the limits that they do not reject.

With x1 of n1 and x2 of n2, and p1, p2 the most likely risks under a hypothetical difference or
ratio, the score test divides the discrepancy S between estimate and hypothesis by its standard
error, the square root of V(p1, p2). A confidence limit is where the score S / √V reaches z.

Corrected for skewness, with M the third central moment of S, the limit is where
S / √V - (z² - 1) M / (6 V√V) reaches z. Solved for z, the corrected score is
2 (S + W) / (√V + √(V + 4 W (S + W))) with W = M / (6 V).
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from childstats.statistics.estimate import FloatArray
from childstats.statistics.roots import TINY, Rows, first_not_rejected, in_blocks
from childstats.statistics.two_groups import TwoGroups

Moments: TypeAlias = tuple[FloatArray, FloatArray | None]

# Log ratios beyond this are not searched: counts below 2**53 cannot lead there at any level
# whose normal quantile is between 1e-16 and 8.3, which is all that floats distinguish from 0 and 1.
LARGEST_LOG_RATIO = float(np.log(1e60))

# The search starts this much farther out than the simplest interval, which is usually too short.
OVERSHOOT = 1.2


class ScoreTest(NamedTuple):
    """What a score test adds to S / √V.

    Attributes
    ----------
    unbiased
        Whether to multiply the variance by N / (N - 1): Miettinen and Nurminen do, Mee and
        Koopman not.
    skewed
        Whether to correct the score for skewness, as Gart and Nam do; Laud does both.
    """

    unbiased: bool
    skewed: bool = False


def lower_difference(groups: TwoGroups, z: FloatArray, test: ScoreTest) -> FloatArray:
    """Return the smallest difference p1 - p2 that the score test does not reject.

    Parameters
    ----------
    groups
        Checked counts of the two groups, of one shape.
    z
        Normal quantiles, of the same shape.
    test
        The corrections to make.

    Returns
    -------
    ndarray
        Lower limits in [-1, 1]. The upper limit is minus the lower limit of the swapped groups.
    """
    return in_blocks(partial(_lower_difference, test), *groups, z)


def _lower_difference(test: ScoreTest, *counts_and_z: FloatArray) -> FloatArray:
    *counts, z = counts_and_z
    groups = TwoGroups(*counts)

    def statistic(rows: Rows, difference: FloatArray) -> FloatArray:
        some = TwoGroups(*rows)
        discrepancy = some.x1 / some.n1 - some.x2 / some.n2 - difference
        moments = _moments_at_difference(some, difference, test)
        return _tested(discrepancy, moments, _inflation(some, test))

    risk1, risk2 = groups.x1 / groups.n1, groups.x2 / groups.n2
    near, scale = risk1 - risk2, risk1 + risk2
    search = np.full_like(near, -1.0), near, scale
    risk1, risk2, total1, total2 = _smoothed(groups)
    spread = np.sqrt(risk1 * (1 - risk1) / total1 + risk2 * (1 - risk2) / total2)
    guess = near - OVERSHOOT * z * spread
    return first_not_rejected(statistic, groups, search, z, guess)


def lower_ratio(groups: TwoGroups, z: FloatArray, test: ScoreTest) -> FloatArray:
    """Return the smallest ratio p1 / p2 that the score test does not reject.

    Parameters
    ----------
    groups
        Checked counts of the two groups, of one shape.
    z
        Normal quantiles, of the same shape.
    test
        The corrections to make.

    Returns
    -------
    ndarray
        Lower limits, 0 or more; exactly 0 when x1 is 0 and where no ratio is rejected. The upper
        limit is the inverse of the lower limit of the swapped groups.
    """
    return in_blocks(partial(_lower_ratio, test), *groups, z)


def _lower_ratio(test: ScoreTest, *counts_and_z: FloatArray) -> FloatArray:
    def statistic(rows: Rows, log_ratio: FloatArray) -> FloatArray:
        risk1, risk2, inflation, *counts = rows
        weight = np.exp(log_ratio / 2)
        discrepancy = risk1 / weight - risk2 * weight
        return _tested(discrepancy, _moments_at_ratio(counts, weight, test), inflation)

    *table, z = counts_and_z
    groups = TwoGroups(*table)
    x1, n1, x2, n2 = groups
    finite = (x1 > 0) & (x2 > 0)
    log_value = np.log(np.where(finite, x1, 1.0) / n1) - np.log(np.where(finite, x2, 1.0) / n2)
    near = np.where(finite, log_value, np.where(x1 > 0, LARGEST_LOG_RATIO, -LARGEST_LOG_RATIO))
    far = np.full_like(near, -LARGEST_LOG_RATIO)
    risk1, risk2, total1, total2 = _smoothed(groups)
    spread = np.sqrt((1 - risk1) / (risk1 * total1) + (1 - risk2) / (risk2 * total2))
    guess = np.log(risk1 / risk2) - OVERSHOOT * z * spread
    search = far, near, np.ones_like(near)
    counts = (n1 + x2, x1 + n2, 4 * (n1 - x1) * (n2 - x2), 2 * (x1 + x2), n1, n2)
    rows = (x1 / n1, x2 / n2, _inflation(groups, test), *counts)
    limit = first_not_rejected(statistic, rows, search, z, guess)
    return np.where(limit > far, np.exp(limit), 0.0)


def lower_odds_ratio(table: TwoGroups, z: FloatArray) -> FloatArray:
    """Return the smallest odds ratio that Miettinen and Nurminen's score test does not reject.

    Parameters
    ----------
    table
        Counts in which the cases of both groups together are at most either group, which keeps
        every expected count free of cancellation.
    z
        Normal quantiles, of the same shape.

    Returns
    -------
    ndarray
        Lower limits, 0 or more; exactly 0 when x1 is 0. The upper limit is the inverse of the
        lower limit of the swapped groups.
    """
    return in_blocks(_lower_odds_ratio, *table, z)


def _lower_odds_ratio(*counts_and_z: FloatArray) -> FloatArray:
    *counts, z = counts_and_z
    table = TwoGroups(*counts)

    def statistic(rows: Rows, log_ratio: FloatArray) -> FloatArray:
        some = TwoGroups(*rows)
        surplus, variance = surplus_at_odds_ratio(some, np.exp(log_ratio))
        total = some.n1 + some.n2
        return _score(surplus, variance * (total / (total - 1)))

    x1, n1, x2, n2 = table
    finite = (x1 > 0) & (x2 > 0)
    odds1 = np.where(finite, x1, 1.0) / np.where(finite, n1 - x1, 1.0)
    odds2 = np.where(finite, x2, 1.0) / np.where(finite, n2 - x2, 1.0)
    infinite = np.where(x1 > 0, LARGEST_LOG_RATIO, -LARGEST_LOG_RATIO)
    near = np.where(finite, np.log(odds1) - np.log(odds2), infinite)
    far = np.full_like(near, -LARGEST_LOG_RATIO)
    guess = smoothed_log_odds_ratio(table, -OVERSHOOT * z)
    search = far, near, np.ones_like(near)
    limit = first_not_rejected(statistic, table, search, z, guess)
    return np.where(limit > far, np.exp(limit), 0.0)


def surplus_at_odds_ratio(table: TwoGroups, ratio: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return x1 less its expectation, and its variance, at an odds ratio, all totals given.

    Of the quadratics for exposed and reference cases the smaller roots are taken, with one
    discriminant written as a sum of positive terms; the other cells follow by adding.

    Parameters
    ----------
    table
        Counts in which the cases of both groups together are at most either group.
    ratio
        Odds ratios above 0, of the same shape.

    Returns
    -------
    tuple of ndarray
        The surplus, and 1 over the sum of the inverses of all four expected cells.
    """
    x1, n1, x2, n2 = table
    cases = x1 + x2
    linear = cases * (n1 + n2 - cases) + n1 * n2
    root = np.sqrt((ratio * (n1 - cases)) ** 2 + 2 * ratio * linear + (n2 - cases) ** 2)
    a = 2 * ratio * cases * n1 / (ratio * (cases + n1) + (n2 - cases) + root)
    c = 2 * cases * n2 / (ratio * (n1 - cases) + (cases + n2) + root)
    b, d = (n1 - cases) + c, (n2 - cases) + a
    surplus = np.where(a < c, x1 - a, c - x2)  # equal but for the rounding of the larger cell
    return surplus, a * b * c * d / np.maximum(a * c * (b + d) + b * d * (a + c), TINY)


def smoothed_log_odds_ratio(table: TwoGroups, z: FloatArray) -> FloatArray:
    """Return the log odds ratio plus z standard errors, one half being added to each cell.

    Parameters
    ----------
    table
        Checked counts of the two groups, of one shape.
    z
        How many standard errors to add, of the same shape.

    Returns
    -------
    ndarray
        Finite numbers near which the search for a limit can start.
    """
    x1, n1, x2, n2 = table
    a, b, c, d = x1 + 0.5, n1 - x1 + 0.5, x2 + 0.5, n2 - x2 + 0.5
    guess: FloatArray = np.log(a * d / (b * c)) + z * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return guess


def _smoothed(groups: TwoGroups) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return risks strictly between 0 and 1, half a case and half a non-case being added."""
    x1, n1, x2, n2 = groups
    return (x1 + 0.5) / (n1 + 1), (x2 + 0.5) / (n2 + 1), n1 + 1, n2 + 1


def _moments_at_difference(groups: TwoGroups, difference: FloatArray, test: ScoreTest) -> Moments:
    """Return variance and third moment of x1/n1 - x2/n2 at the likeliest p1 - p2 = difference.

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
    lower_part, upper_part = lower * (1 - lower) / n, upper * (1 - upper) / (total - n)
    if not test.skewed:
        return lower_part + upper_part, None
    third = upper_part * (1 - 2 * upper) / (total - n) - lower_part * (1 - 2 * lower) / n
    return lower_part + upper_part, np.where(difference < 0, -third, third)


def _moments_at_ratio(counts: Sequence[FloatArray], weight: FloatArray, test: ScoreTest) -> Moments:
    """Return variance and third moment of (x1/n1 - ratio x2/n2) / √ratio at the likeliest p1/p2.

    p2 is the smaller root of A p² - B p + C with A = N ratio, B = a ratio + b, C = x1 + x2. The
    discriminant B² - 4AC equals (a ratio - b)² + 4 ratio (n1 - x1)(n2 - x2): nothing cancels.
    """
    a, b, others, twice_cases, n1, n2 = counts
    ratio = weight * weight
    a_ratio = a * ratio
    p2 = twice_cases / (a_ratio + b + np.sqrt((a_ratio - b) ** 2 + ratio * others))
    p1 = ratio * p2
    part1, part2 = p2 * (1 - p1) / n1, p1 * (1 - p2) / n2
    if not test.skewed:
        return part1 + part2, None
    third = part1 * (1 - 2 * p1) / (n1 * weight) - part2 * (1 - 2 * p2) * weight / n2
    return part1 + part2, third


def _inflation(groups: TwoGroups, test: ScoreTest) -> FloatArray:
    total = groups.n1 + groups.n2
    return total / (total - 1) if test.unbiased else np.ones_like(total)


def _tested(discrepancy: FloatArray, moments: Moments, inflation: FloatArray) -> FloatArray:
    """Return the score, corrected for skewness where the third moment is given."""
    variance, third = moments[0] * inflation, moments[1]
    if third is None:
        return _score(discrepancy, variance)
    shift = third / np.maximum(6 * variance, TINY**2)
    shifted = discrepancy + shift
    root = np.sqrt(variance) + np.sqrt(np.maximum(variance + 4 * shift * shifted, 0))
    corrected: FloatArray = 2 * shifted / np.maximum(root, TINY)
    return corrected


def _score(discrepancy: FloatArray, variance: FloatArray) -> FloatArray:
    """Return S / √V: far beyond any quantile where only V is 0, and 0 for 0/0."""
    score: FloatArray = discrepancy / np.sqrt(np.maximum(variance, TINY**2))
    return score
