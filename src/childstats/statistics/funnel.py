"""Funnel limits: how far chance alone carries a unit of a given size from the benchmark."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import binom, poisson

from childstats.statistics.benchmarks import (
    COMPARISON_LEVELS,
    KINDS,
    checked_benchmark,
)
from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import (
    FloatArray,
    checked_choice,
    checked_counts,
    checked_method,
    checked_positive,
    two_sided_quantile,
)

# From so many events on SciPy's quantiles of the Poisson distribution give out (nan at 1e11); those
# of the normal distribution are then one or two events away.
MOST_EXACT_EVENTS = 1e10


class FunnelLimits(NamedTuple):
    """Control limits around a benchmark.

    Attributes
    ----------
    low_95, high_95
        Limits that chance alone passes in 5 % of the units.
    low_998, high_998
        Limits that chance alone passes in 0.2 % of the units.
    """

    low_95: np.float64 | FloatArray
    high_95: np.float64 | FloatArray
    low_998: np.float64 | FloatArray
    high_998: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def funnel_limits(
    denominator: ArrayLike,
    benchmark: ArrayLike,
    *,
    kind: str,
    per: ArrayLike = 1,
    method: str = "exact",
) -> FunnelLimits:
    r"""Return the limits between which a unit of this size lies if it is like the benchmark.

    Parameters
    ----------
    denominator
        Size of each unit: people (whole, 1 or more) for a proportion, exposure for a rate,
        expected events for a ratio (above 0); any shape.
    benchmark
        The proportion, rate or ratio of all units, or a target; broadcasts.
    kind
        ``"proportion"``, ``"rate"`` or ``"ratio"``.
    per
        Units of exposure to which a rate refers; broadcasts. 1 for the other kinds.
    method
        ``"exact"`` or ``"score"``.

    Returns
    -------
    FunnelLimits
        95 and 99.8 % limits in the unit of the benchmark, of the broadcast shape.

    Raises
    ------
    ValueError
        If a denominator does not fit its kind, if a benchmark is negative or a proportion above 1,
        if `per` is not a finite number above 0, or if `kind` or `method` is unknown.

    Notes
    -----
    With n people at the benchmark π the count is binomial; with e = exposure × benchmark / `per`
    (or expected × benchmark) it is Poisson.

    exact
        For a tail probability p the smallest count r with P(X ≤ r) > p, moved down by the share
        (P(X ≤ r) - p) / P(X = r) of one event, as Spiegelhalter does to make the funnel smooth.
        A unit is flagged above when P(X ≤ x) passes 1 - p, so its upper limit is up to one event
        lower than that of `compare_with_benchmark`, which counts x itself as extreme. From 10**10
        expected events on, rates and ratios have score limits, which are one or two events away.
    score
        π ± z √(π (1 - π) / n) or, divided by exposure, e ± z √e. For proportions it is where the
        Wilson interval touches the benchmark, and what Fingertips draws.

    Edge: limits stay within 0 and 1 for a proportion, and above 0 for the others. At a benchmark
    of 0 both limits are 0, at a proportion of 1 both are 1.

    Draw it instead of a league table. If far more units than 1 in 20 lie outside, they differ by
    more than chance and the limits are too narrow (overdispersion), which this function does not
    correct.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in
    Medicine 24:1185-1202, appendix A.

    Examples
    --------
    Fingertips' funnel of 80.642448 % at 20 and at 1,008 people (test data of the R package
    PHEindicatormethods, testdata_funnel_prop_outputs.csv):

    >>> from childstats.statistics import funnel_limits
    >>> limits = funnel_limits([20, 1_008], 0.80642448, kind="proportion", method="score")
    >>> for row in zip(*limits):
    ...     print("{:.4%} to {:.4%}, {:.4%} to {:.4%}".format(*row))
    63.3267% to 97.9582%, 53.3412% to 100.0000%
    78.2034% to 83.0815%, 76.7968% to 84.4881%
    """
    checked_choice("kind", kind, KINDS)
    checked_method(method, ("exact", "score"))
    size, centre, unit = np.broadcast_arrays(
        checked_counts("denominator", denominator, at_least=1)
        if kind == "proportion"
        else checked_positive("denominator", denominator),
        checked_benchmark(benchmark, kind),
        checked_positive("per", per),
    )
    expected = size * centre / unit
    limits = []
    for level in COMPARISON_LEVELS:
        if method == "score":
            unexplained = 1 - centre if kind == "proportion" else 1.0
            reach = two_sided_quantile(np.asarray(level)) * np.sqrt(expected * unexplained)
            counts = [expected - reach, expected + reach]
        else:
            tail = (1 - level) / 2
            counts = [_interpolated(size, expected, kind, p) for p in (tail, 1 - tail)]
        most = size if kind == "proportion" else np.inf
        limits += [np.asarray(np.clip(count, 0, most) * unit / size)[()] for count in counts]
    return FunnelLimits(*limits)


def _interpolated(size: FloatArray, expected: FloatArray, kind: str, tail: float) -> FloatArray:
    count = (
        binom(size, expected / size)
        if kind == "proportion"
        else poisson(np.minimum(expected, MOST_EXACT_EVENTS))
    )
    smallest = count.ppf(tail)
    chance = count.pmf(smallest)
    excess = count.cdf(smallest) - tail
    moved = smallest - excess / np.where(chance > 0, chance, 1.0)
    # A benchmark of 0 or 1 leaves one possible count, and nothing to smooth.
    moved = np.where(chance < 1, moved, smallest)
    if kind == "proportion":
        return moved
    return np.where(expected < MOST_EXACT_EVENTS, moved, expected + ndtri(tail) * np.sqrt(expected))
