"""Comparison with a benchmark: better, similar or worse than chance allows."""

from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, pdtr, pdtrc
from scipy.stats import false_discovery_control

from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import (
    FloatArray,
    checked_between,
    checked_cases,
    checked_choice,
    checked_counts,
    checked_positive,
    rounded_each,
)

# About two and three standard deviations: Spiegelhalter (2005) and Fingertips.
COMPARISON_LEVELS: Final = (0.95, 0.998)

KINDS: Final = ("proportion", "rate", "ratio")

# As in the catalogue of indicators.
POLARITIES: Final = ("higher", "lower", "none")


class BenchmarkVerdict(StrEnum):
    """How an area compares with its benchmark."""

    BETTER = "better"
    SIMILAR = "similar"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"


class BenchmarkComparison(NamedTuple):
    """How areas compare with their benchmark at two levels of confidence.

    Attributes
    ----------
    at_95, at_998
        A `BenchmarkVerdict` at 95 and at 99.8 % confidence, or an object array of them.
    p_value
        Two-sided p-value against the benchmark, adjusted where that was asked for.
    """

    at_95: BenchmarkVerdict | NDArray[np.object_]
    at_998: BenchmarkVerdict | NDArray[np.object_]
    p_value: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def compare_with_benchmark(
    count: ArrayLike,
    denominator: ArrayLike,
    benchmark: ArrayLike,
    *,
    kind: str,
    polarity: str,
    per: ArrayLike = 1,
    adjustment: str = "none",
) -> BenchmarkComparison:
    r"""Say whether areas are better than, similar to or worse than a benchmark.

    Parameters
    ----------
    count
        Cases (for a proportion) or events of each area, whole, 0 or more; any shape.
    denominator
        People (whole, 1 or more) for a proportion, exposure for a rate, expected events for a
        ratio (above 0); broadcasts.
    benchmark
        The proportion, rate or ratio to compare with, known without error, such as the national
        figure or a target; broadcasts.
    kind
        ``"proportion"``, ``"rate"`` or ``"ratio"``.
    polarity
        ``"higher"`` if higher is better, ``"lower"`` if lower is better, ``"none"`` if neither:
        the verdict is then higher or lower.
    per
        Units of exposure to which a rate refers; broadcasts. 1 for the other kinds.
    adjustment
        ``"none"``, ``"holm"`` or ``"benjamini_hochberg"`` over all comparisons of the call.

    Returns
    -------
    BenchmarkComparison
        Verdicts and p-values of the broadcast shape.

    Raises
    ------
    ValueError
        If a count or denominator does not fit its kind, if a benchmark is negative or a proportion
        above 1, if `per` is not a finite number above 0, or if `kind`, `polarity` or `adjustment`
        is unknown.

    Notes
    -----
    proportion
        The score test, z = (x / n - π) / √(π (1 - π) / n): its verdict at a level is whether the
        Wilson interval of that level excludes π. Edge: at a benchmark of 0 (or 1) any count other
        than 0 (or n) has p-value 0.
    rate, ratio
        The exact Poisson test, twice the smaller of P(X ≤ x) and P(X ≥ x), at most 1: its verdict
        is whether Garwood's interval excludes the benchmark. Edge: at a benchmark of 0 any event
        has p-value 0, and none has 1.

    The verdict at 95 % is similar unless the p-value is below 0.05, at 99.8 % unless below 0.002.
    Of 130 districts that are all like the province six or seven differ at 95 %. Holm's adjustment
    bounds the chance of any such error, Benjamini and Hochberg's the share of errors among the
    districts found to differ.

    The benchmark must have the same definition, age group and denominator, which this function
    cannot see. If the area is a large part of the benchmark it pulls it towards itself, and the
    test is cautious. For a standardised rate or any other estimate with an interval take
    `compare_interval_with_benchmark`.

    References
    ----------
    Office for Health Improvement and Disparities. Fingertips public health technical guidance:
    Comparisons. https://fingertips.phe.org.uk/static-reports/public-health-technical-guidance/

    Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6:65-70.

    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. Journal of the Royal
    Statistical Society B 57:289-300.

    Examples
    --------
    Three of the primary care trusts that Fingertips' funnel tool compares with 80.642448 % and
    marks as high at 99.8 %, high at 95 % and not significant (test data of the R package
    PHEindicatormethods, testdata_funnel_prop_inputs.csv: New Forest, West Norfolk, South
    Gloucestershire; cases rounded to whole people):

    >>> from childstats.statistics import compare_with_benchmark
    >>> trusts = compare_with_benchmark(
    ...     [35_078, 26_789, 50_051],
    ...     [41_980, 33_012, 61_921],
    ...     0.80642448,
    ...     kind="proportion",
    ...     polarity="higher",
    ... )
    >>> print(*trusts.at_95), print(*trusts.at_998)
    better better similar
    better similar similar
    (None, None)
    """
    checked_choice("kind", kind, KINDS)
    checked_choice("polarity", polarity, POLARITIES)
    checked_choice("adjustment", adjustment, ("none", "holm", "benjamini_hochberg"))
    if kind == "proportion":
        x, n = checked_cases("count", count, "denominator", denominator)
    else:
        x, n = checked_counts("count", count), checked_positive("denominator", denominator)
    x, n, centre, unit = np.broadcast_arrays(
        x, n, checked_benchmark(benchmark, kind), checked_positive("per", per)
    )
    expected = n * centre / unit
    p_value = _score_p_value(x, n, centre) if kind == "proportion" else _exact_p_value(x, expected)
    if adjustment == "holm":
        p_value = _holm(p_value)
    elif adjustment == "benjamini_hochberg" and p_value.size:
        p_value = false_discovery_control(p_value, axis=None).reshape(p_value.shape)
    decisive, side = rounded_each(p_value), np.sign(rounded_each((x - expected) / n))
    at_95, at_998 = (
        _verdict(np.where(decisive < rounded_each(1 - level), side, 0.0), polarity)
        for level in COMPARISON_LEVELS
    )
    return BenchmarkComparison(at_95[()], at_998[()], p_value[()])


def compare_interval_with_benchmark(
    low: ArrayLike, high: ArrayLike, benchmark: ArrayLike, *, polarity: str
) -> BenchmarkVerdict | NDArray[np.object_]:
    """Say whether an interval lies above, across or below a benchmark.

    Parameters
    ----------
    low, high
        Limits of an interval of any statistic at any level, low at most high, inf allowed; any
        shapes that broadcast.
    benchmark
        The value to compare with, in the same unit, finite and known without error; broadcasts.
    polarity
        ``"higher"`` if higher is better, ``"lower"`` if lower is better, ``"none"`` if neither:
        the verdict is then higher or lower.

    Returns
    -------
    BenchmarkVerdict or ndarray
        Similar where the interval holds the benchmark or touches it, to the digits that are
        published (`childstats.precision.DIGITS`).

    Raises
    ------
    ValueError
        If a limit is nan, low exceeds high, a benchmark is not finite, or `polarity` is unknown.

    Examples
    --------
    Years of healthy life of boys born in 2009-2011 in the first four regions of England, whose
    interval Fingertips compares with England's 63.02647 (indicator 90362, as the README of R's
    fingertipsR prints it: worse, worse, worse, similar):

    >>> from childstats.statistics import compare_interval_with_benchmark
    >>> low = [59.19049, 60.39880, 60.38649, 62.07083]
    >>> high = [60.23179, 61.12544, 61.29417, 63.13332]
    >>> print(*compare_interval_with_benchmark(low, high, 63.02647, polarity="higher"))
    worse worse worse similar
    """
    checked_choice("polarity", polarity, POLARITIES)
    lower, upper, centre = np.broadcast_arrays(
        np.asarray(low, dtype=np.float64),
        np.asarray(high, dtype=np.float64),
        checked_between("benchmark", benchmark),
    )
    wrong = ~(lower <= upper)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = f" at index {index[0] if len(index) == 1 else index}" if index else ""
        raise ValueError(
            f"low must be a number not above high; got {lower[index]:.15g} and "
            f"{upper[index]:.15g}{where}"
        )
    lower, upper, centre = (rounded_each(part) for part in (lower, upper, centre))
    side = (lower > centre).astype(np.float64) - (upper < centre)
    verdict: BenchmarkVerdict | NDArray[np.object_] = _verdict(side, polarity)[()]
    return verdict


def checked_benchmark(benchmark: ArrayLike, kind: str) -> FloatArray:
    """Return benchmarks as floats, or refuse those that their kind cannot have.

    Parameters
    ----------
    benchmark
        Proportions, rates or ratios, any shape.
    kind
        A checked kind.

    Returns
    -------
    ndarray
        The benchmarks, in the shape given.

    Raises
    ------
    ValueError
        If one is negative or not finite, or a proportion above 1.
    """
    centre = checked_between("benchmark", benchmark, low=0)
    if kind == "proportion" and (centre > 1).any():
        index = tuple(int(i) for i in np.argwhere(centre > 1)[0])
        where = f" at index {index[0] if len(index) == 1 else index}" if index else ""
        raise ValueError(
            f"benchmark must be a proportion, 0 to 1 (0.95, not 95); got "
            f"{centre[index]:.15g}{where}"
        )
    return centre


def _score_p_value(cases: FloatArray, total: FloatArray, centre: FloatArray) -> FloatArray:
    distance = np.abs(cases / total - centre)
    error = np.sqrt(centre * (1 - centre) / total)
    certain = np.where(cases == total * centre, 1.0, 0.0)
    return np.where(
        error > 0, np.minimum(2 * ndtr(-distance / np.where(error > 0, error, 1.0)), 1), certain
    )


def _exact_p_value(events: FloatArray, expected: FloatArray) -> FloatArray:
    above = np.where(events > 0, pdtrc(np.maximum(events - 1, 0), expected), 1.0)
    return np.asarray(np.minimum(2 * np.minimum(pdtr(events, expected), above), 1.0))


def _holm(p_value: FloatArray) -> FloatArray:
    order = np.argsort(p_value, axis=None)
    scaled = p_value.ravel()[order] * np.arange(p_value.size, 0, -1)
    adjusted = np.empty(p_value.size)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1)
    return adjusted.reshape(p_value.shape)


def _verdict(side: FloatArray, polarity: str) -> NDArray[Any]:
    above, below = {
        "higher": (BenchmarkVerdict.BETTER, BenchmarkVerdict.WORSE),
        "lower": (BenchmarkVerdict.WORSE, BenchmarkVerdict.BETTER),
        "none": (BenchmarkVerdict.HIGHER, BenchmarkVerdict.LOWER),
    }[polarity]
    # Looked up, since NumPy turns a member of a StrEnum that it fills in into plain text.
    verdicts = np.array([BenchmarkVerdict.SIMILAR, above, below], dtype=object)
    return verdicts[side.astype(int), ...]
