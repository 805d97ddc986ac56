"""The Cochran-Armitage test for a linear trend in a proportion, asymptotic or exact."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc
from scipy.stats import binom

from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import FloatArray, checked_cases, checked_method
from childstats.statistics.series import UsableSeries, usable_series, whole_scores, with_missing

# Cochran (1954), p. 420: chi-squared needs expected counts of 5 or more in at least four fifths
# of the cells and of 1 or more in all.
SMALL_EXPECTED: Final = 5
LEAST_EXPECTED: Final = 1
MOST_SMALL_CELLS: Final = 0.2

# Cells of the table of the exact distribution: about a second of work, and 320 megabytes.
AUTO_MOST_CELLS: Final = 500_000
EXACT_MOST_CELLS: Final = 20_000_000


class TrendTest(NamedTuple):
    """A linear trend in a proportion and the evidence for it.

    Attributes
    ----------
    slope
        Change of the proportion per unit of the periods (per year), weighted by the totals.
    chi_squared
        Cochran-Armitage statistic, one degree of freedom.
    p_value
        Two-sided p-value.
    exact
        True where the p-value is exact, False where it is asymptotic.
    periods_used, first_period_used
        Number of periods used, and the earliest; nan where none is.
    broken_at
        Period of the last break, at which the trend begins; nan where there is none.
    """

    slope: np.float64 | FloatArray
    chi_squared: np.float64 | FloatArray
    p_value: np.float64 | FloatArray
    exact: np.bool_ | NDArray[np.bool_]
    periods_used: np.int64 | NDArray[np.int64]
    first_period_used: np.float64 | FloatArray
    broken_at: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def trend_test(
    cases: ArrayLike,
    total: ArrayLike,
    periods: ArrayLike,
    *,
    method: str = "auto",
    obs_status: ArrayLike | None = None,
) -> TrendTest:
    r"""Test whether a proportion changes linearly over the years.

    Parameters
    ----------
    cases
        Number of people with the outcome in each period, whole, 0 to `total`; periods along the
        last axis. nan marks a missing year.
    total
        Number of people in each period, whole, 1 or more; broadcasts. nan marks a missing year.
    periods
        Years of the last axis, in any order and with any gaps; a year may simply be absent.
    method
        ``"auto"``, ``"asymptotic"`` or ``"exact"``.
    obs_status
        SDMX status letters, a shape that broadcasts to that of the counts. A break (``B``) leaves
        only the years from the last one on; D, F, L, M, O, Q and U are as if absent.

    Returns
    -------
    TrendTest
        Slope, statistic and p-value in the shape of the leading axes, with what was used. With
        fewer than two years used, slope, statistic and p-value are not defined: nan.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if cases exceed their total or a total is
        0, if `periods` do not fit, if a status or `method` is unknown, or if the exact
        distribution is asked for and periods are not whole months or counts are too large for it.

    Notes
    -----
    With x of n people in year t, N = Σ n, p = Σ x / N and t̄ = Σ n t / N:

    .. math:: b = \frac{\sum (t - \bar t)\, x}{\sum n (t - \bar t)^2}, \qquad
              \chi^2 = \frac{b^2 \sum n (t - \bar t)^2}{p (1 - p)}

    asymptotic
        The p-value of χ² with one degree of freedom, as R's ``prop.trend.test``. Edge: where all
        or none are cases there is no trend to see: slope 0, χ² 0, p-value 1 (R: an error).
    exact
        Given the totals and Σ x, the probability of all outcomes whose Σ t x lies at least as far
        from its expectation t̄ Σ x as the one observed. It never exceeds its nominal level. With
        700 cases in ten years it takes half a minute, with 200 half a second.
    auto
        Exact where the table is sparse by Cochran's rule (an expected count under 1, or more than
        a fifth of them under 5, counting cases and non-cases of each year) and small enough to
        finish in about a second; asymptotic elsewhere.

    The test sees a linear trend only; a rise and fall may leave no trace. It takes people as
    independent: survey estimates with a design effect belong into `recent_trend`.

    References
    ----------
    Armitage P (1955). Tests for linear trends in proportions and frequencies. Biometrics
    11:375-386.

    Cochran WG (1954). Some methods for strengthening the common chi-squared tests. Biometrics
    10:417-451.

    Williams DA (1988). Tests for differences between several small proportions. Applied
    Statistics 37:421-434.

    Examples
    --------
    Smokers among lung patients in four studies (Fleiss 1981, p. 139, the example of R's
    ``prop.trend.test``):

    >>> from childstats.statistics import trend_test
    >>> smokers = trend_test([83, 90, 129, 70], [86, 93, 136, 82], [1, 2, 3, 4])
    >>> print(f"{smokers.chi_squared:.4f} {smokers.p_value:.6f}")
    8.2249 0.004132
    """
    checked_method(method, ("auto", "asymptotic", "exact"))
    given, (counted, people) = with_missing(cases, total)
    x, n = checked_cases("cases", counted, "total", people)
    series = usable_series(periods, given, obs_status)
    x, n = series.only(x), series.only(n)
    slope, chi_squared = linear_trend(x, n, series)
    p_value = np.asarray(chdtrc(1, chi_squared))
    exact = _exact_wanted(method, x, n, series)
    for row in np.argwhere(exact):
        place, used = tuple(row), series.used[tuple(row)]
        scores = whole_scores(series.years[used])
        p_value[place] = _exact_p_value(x[place][used], n[place][used], scores)
    return TrendTest(
        slope[()],
        chi_squared[()],
        p_value[()],
        exact[()],
        series.number[()],
        series.first[()],
        series.broken_at[()],
    )


def linear_trend(
    cases: FloatArray, total: FloatArray, series: UsableSeries
) -> tuple[FloatArray, FloatArray]:
    """Return the weighted slope of a proportion and its Cochran-Armitage statistic.

    Parameters
    ----------
    cases, total
        Checked counts of shape (…, years), 0 where the series is not used.
    series
        What is used.

    Returns
    -------
    tuple of ndarray
        Slope and chi-squared in the shape of the leading axes; nan with fewer than two years.
    """
    people = np.maximum(total.sum(axis=-1), 1)
    share = cases.sum(axis=-1) / people
    distance = series.years - ((total * series.years).sum(axis=-1) / people)[..., None]
    spread = (total * distance**2).sum(axis=-1)
    enough, varied = series.number >= 2, (share > 0) & (share < 1)
    slope = (distance * cases).sum(axis=-1) / np.where(enough, spread, np.nan)
    slope = np.where(enough & ~varied, 0.0, slope)
    chi_squared = slope**2 * spread / np.where(varied, share * (1 - share), 1.0)
    return slope, chi_squared


def exact_distribution(
    total: FloatArray, cases: int, scores: NDArray[np.int64]
) -> tuple[NDArray[np.int64], FloatArray]:
    """Return the distribution of the sum of scores over cases, given all totals.

    Parameters
    ----------
    total
        People of each group, one dimension.
    cases
        Cases of all groups together.
    scores
        Whole score of each group, 0 or more.

    Returns
    -------
    tuple of ndarray
        The possible sums from 0 on, and their probabilities.
    """
    # Independent binomials at any one probability have this distribution given their sum.
    probability = cases / total.sum()
    span = cases * int(scores.max())
    reached = np.zeros((cases + 1, span + 1))
    reached[0, 0] = 1.0
    for people, score in zip(total, scores, strict=True):
        most = int(min(people, cases))
        chances = binom.pmf(np.arange(most + 1), people, probability)
        added = chances[0] * reached
        for extra in np.flatnonzero(chances[1:]) + 1:
            shift = extra * int(score)
            added[extra:, shift:] += chances[extra] * reached[:-extra, : span + 1 - shift]
        reached = added
    return np.arange(span + 1), reached[cases] / reached[cases].sum()


def _exact_p_value(
    cases: FloatArray, total: FloatArray, scores: NDArray[np.int64] | None
) -> np.float64:
    if scores is None:
        raise ValueError("periods must be whole years or months for method 'exact'")
    if cases.sum() * 2 > total.sum():
        cases = total - cases
    number, people = int(cases.sum()), int(total.sum())
    if _table_cells(number, scores) > EXACT_MOST_CELLS:
        raise ValueError(
            f"cases are too many for method 'exact': {number} over {scores.max()} steps of time; "
            "use 'asymptotic'"
        )
    sums, probabilities = exact_distribution(total, number, scores)
    # In whole numbers, so that outcomes exactly as far from the expectation count as such.
    expected = number * int((total * scores).sum())
    extreme = np.abs(people * sums - expected) >= abs(
        people * int((cases * scores).sum()) - expected
    )
    return np.float64(min(probabilities[extreme].sum(), 1.0))


def _table_cells(cases: int, scores: NDArray[np.int64]) -> int:
    return (cases + 1) * (cases * int(scores.max()) + 1)


def _exact_wanted(
    method: str, cases: FloatArray, total: FloatArray, series: UsableSeries
) -> NDArray[np.bool_]:
    enough = np.asarray(series.number >= 2)
    if method != "auto":
        return np.asarray(enough & (method == "exact"))
    wanted = np.asarray(enough & _sparse(cases, total, series))
    for row in np.argwhere(wanted):
        place, used = tuple(row), series.used[tuple(row)]
        scores = whole_scores(series.years[used])
        number = min(cases[place].sum(), total[place].sum() - cases[place].sum())
        small = scores is not None and _table_cells(int(number), scores) <= AUTO_MOST_CELLS
        wanted[place] = small
    return wanted


def _sparse(cases: FloatArray, total: FloatArray, series: UsableSeries) -> NDArray[np.bool_]:
    share = cases.sum(axis=-1) / np.maximum(total.sum(axis=-1), 1)
    expected = np.stack([total * share[..., None], total * (1 - share[..., None])], axis=-1)
    used = series.used[..., None]
    least = np.where(used, expected, np.inf).min(axis=(-2, -1), initial=np.inf)
    small = (used & (expected < SMALL_EXPECTED)).sum(axis=(-2, -1))
    sparse = (least < LEAST_EXPECTED) | (small > MOST_SMALL_CELLS * 2 * series.number)
    return np.asarray(sparse)
