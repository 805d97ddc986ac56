"""The odds ratio given all four totals: its most likely value and its exact limits."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from childstats.statistics.estimate import FloatArray, two_sided_quantile
from childstats.statistics.roots import Rows, first_not_rejected
from childstats.statistics.score import OVERSHOOT, smoothed_log_odds_ratio
from childstats.statistics.two_groups import TwoGroups

# Counts below 2**53 and levels that floats distinguish from 1 stay within e**±111.
LARGEST_LOG_ODDS_RATIO = 150.0

# Probabilities in memory at a time (2 MB), unless one table alone has more.
CELLS = 2**18


def conditional_estimates(
    table: TwoGroups, confidence_level: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the conditional odds ratio and its exact limits.

    Given the totals of groups and outcomes, the number of exposed cases follows Fisher's
    noncentral hypergeometric distribution, whose probabilities are listed in full: memory and time
    grow with the number of cases, which therefore must be the smallest total.

    Parameters
    ----------
    table
        Counts in which the cases of both groups together are at most either group.
    confidence_level
        Checked levels of the same shape.

    Returns
    -------
    tuple of ndarray
        The most likely ratios, and lower and upper limits with half of 1 - level in each tail.
    """
    flat, level = TwoGroups(*(np.ravel(count) for count in table)), np.ravel(confidence_level)
    cases = flat.x1 + flat.x2
    estimates = np.empty((3, cases.size))
    for rows in _portions(cases):
        some = TwoGroups(*(count[rows] for count in flat))
        estimates[:, rows] = _estimates_of(some, level[rows])
    value, low, high = estimates.reshape(3, *np.shape(confidence_level))
    return value, low, high


def _portions(cases: FloatArray) -> Iterator[NDArray[np.intp]]:
    """Yield the rows in portions of like size whose lists of probabilities fit into `CELLS`."""
    descending = np.argsort(-cases, kind="stable")
    start = 0
    while start < cases.size:
        longest = int(cases[descending[start]]) + 1
        stop = start + max(1, CELLS // longest)
        yield descending[start:stop]
        start = stop


def _estimates_of(table: TwoGroups, level: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    weights, x, cases = _log_weights(table), table.x1, table.x1 + table.x2
    count = np.arange(weights.shape[1])

    def chances(places: NDArray[np.intp], log_ratio: FloatArray) -> FloatArray:
        terms = weights[places] + count * log_ratio[:, None]
        terms = np.exp(terms - terms.max(axis=1, keepdims=True))
        shares: FloatArray = terms / terms.sum(axis=1, keepdims=True)
        return shares

    def surplus(rows: Rows, log_ratio: FloatArray) -> FloatArray:
        (places,) = rows
        return x[places] - chances(places, log_ratio) @ count

    def at_least(rows: Rows, log_ratio: FloatArray) -> FloatArray:
        (places,) = rows
        return _surprise(chances(places, log_ratio), count >= x[places, None])

    def at_most(rows: Rows, log_ratio: FloatArray) -> FloatArray:
        (places,) = rows
        return _surprise(chances(places, log_ratio), count <= x[places, None])

    rows, one = (np.arange(x.size),), np.ones_like(x)
    bottom, top = -LARGEST_LOG_ODDS_RATIO * one, LARGEST_LOG_ODDS_RATIO * one
    reach, surprise = OVERSHOOT * two_sided_quantile(level), -np.log((1 - level) / 2)
    guesses = [smoothed_log_odds_ratio(table, side * reach) for side in (-0.1, -1, 1)]
    value = first_not_rejected(surplus, rows, (bottom, top, one), 0 * one, guesses[0])
    low = first_not_rejected(at_least, rows, (bottom, top, one), surprise, guesses[1])
    high = first_not_rejected(at_most, rows, (top, bottom, one), surprise, guesses[2])
    none, everyone = x == 0, x == cases
    value = np.where(none & everyone, 0.0, np.where(everyone, np.inf, value))
    value = np.where(none & ~everyone, 0.0, np.exp(value))
    return value, np.where(none, 0.0, np.exp(low)), np.where(everyone, np.inf, np.exp(high))


def _surprise(chances: FloatArray, counted: NDArray[np.bool_]) -> FloatArray:
    """Return minus the logarithm of the chance of what is counted."""
    chance = np.where(counted, chances, 0.0).sum(axis=1)
    surprise: FloatArray = -np.log(np.maximum(chance, np.finfo(np.float64).tiny))
    return surprise


def _log_weights(table: TwoGroups) -> FloatArray:
    """Return log C(n1, k) C(n2, m - k) up to a constant for k = 0…m, -inf beyond each row's m.

    Summed from the ratio of each weight to the one before it, which keeps all digits in totals
    of any size; logarithms of factorials would lose as many as the totals have.
    """
    x1, n1, x2, n2 = (count[:, None] for count in table)
    cases = x1 + x2
    k = np.arange(1, int(cases.max(initial=0)) + 1)
    inside = k <= cases
    favourable = (n1 - k + 1) * (cases - k + 1)
    ratio = np.where(inside, favourable / (k * (n2 - cases + k)), 1.0)
    weights = np.zeros((cases.size, k.size + 1))
    np.cumsum(np.log(ratio), axis=1, out=weights[:, 1:])
    weights[:, 1:][~inside] = -np.inf
    return weights
