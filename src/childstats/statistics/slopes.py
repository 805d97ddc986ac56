"""Trends that no single year can sway: Theil and Sen's slope, Mann and Kendall's test."""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import (
    FloatArray,
    checked_between,
    checked_confidence_level,
    two_sided_quantile,
)
from childstats.statistics.series import BoolArray, UsableSeries, usable_series, with_missing

# 20! is the largest factorial that a 64-bit integer holds.
EXACT_MOST_PERIODS: Final = 20


class TheilSen(NamedTuple):
    """The median slope of a series and its interval.

    Attributes
    ----------
    value, low, high
        Slope and confidence limits, in the unit of the values per unit of the periods.
    periods_used, first_period_used
        Number of periods used, and the earliest; nan where none is.
    broken_at
        Period of the last break, at which the trend begins; nan where there is none.
    """

    value: np.float64 | FloatArray
    low: np.float64 | FloatArray
    high: np.float64 | FloatArray
    periods_used: np.int64 | NDArray[np.int64]
    first_period_used: np.float64 | FloatArray
    broken_at: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


class MannKendall(NamedTuple):
    """The evidence that a series tends upward or downward.

    Attributes
    ----------
    tau
        Kendall's tau-b between values and years, from -1 to 1.
    s
        Pairs of years in which the later value is higher, less those in which it is lower.
    p_value
        Two-sided p-value.
    exact
        True where the p-value is exact, False where it is normal.
    periods_used, first_period_used
        Number of periods used, and the earliest; nan where none is.
    broken_at
        Period of the last break, at which the trend begins; nan where there is none.
    """

    tau: np.float64 | FloatArray
    s: np.float64 | FloatArray
    p_value: np.float64 | FloatArray
    exact: np.bool_ | NDArray[np.bool_]
    periods_used: np.int64 | NDArray[np.int64]
    first_period_used: np.float64 | FloatArray
    broken_at: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def theil_sen(
    values: ArrayLike,
    periods: ArrayLike,
    *,
    confidence_level: ArrayLike = 0.95,
    obs_status: ArrayLike | None = None,
) -> TheilSen:
    r"""Estimate a yearly change as the median of the slopes between all pairs of years.

    Parameters
    ----------
    values
        One value for each period, finite, any unit; periods along the last axis. nan marks a
        missing year.
    periods
        Years of the last axis, in any order and with any gaps; a year may simply be absent.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the leading axes.
    obs_status
        SDMX status letters, a shape that broadcasts to that of the values. A break (``B``) leaves
        only the years from the last one on; D, F, L, M, O, Q and U are as if absent.

    Returns
    -------
    TheilSen
        Slope and limits in the shape of the leading axes, with what was used. With fewer than two
        years used they are not defined: nan.

    Raises
    ------
    ValueError
        If a value is not finite, if `periods` do not fit, if a status is unknown, or if
        `confidence_level` is not between 0 and 1.

    Notes
    -----
    The value is the median of (y_j - y_i) / (t_j - t_i) over all M pairs of years, each divided by
    its own distance in time. With C = z √v, where v is the variance of Kendall's S corrected for
    ties (see `mann_kendall`), the limits are the slopes whose rank from below and from above is
    (M - C) / 2, rounded.

    Edge: where that rank is 0 or less the data cannot bound the slope, and low is -inf and high
    inf; at 95 % that is so with fewer than five years. SciPy's ``theilslopes`` gives the extreme
    slopes there, an interval that does not hold its level.

    Use it for short series with an odd year in them. Up to 29 % of the years may be wrong without
    carrying the slope away.

    References
    ----------
    Sen PK (1968). Estimates of the regression coefficient based on Kendall's tau. Journal of the
    American Statistical Association 63:1379-1389.

    Hollander M, Wolfe DA, Chicken E (2014). Nonparametric statistical methods. 3rd edition.
    Hoboken: Wiley, chapter 9.

    Examples
    --------
    Effect of cloud seeding in five years (Hollander and Wolfe, example 9.1):

    >>> from childstats.statistics import theil_sen
    >>> seeding = theil_sen([1.26, 1.27, 1.12, 1.16, 1.03], [1, 2, 3, 4, 5])
    >>> print(f"{seeding.value:.5f} ({seeding.low:.2f} to {seeding.high:.2f})")
    -0.05625 (-0.15 to 0.04)
    """
    given, (y,) = with_missing(values)
    y = checked_between("values", y)
    series = usable_series(periods, given, obs_status)
    first, second = np.triu_indices(y.shape[-1], k=1)
    paired = series.used[..., first] & series.used[..., second]
    slopes = (y[..., second] - y[..., first]) / (series.years[second] - series.years[first])
    slopes = np.sort(np.where(paired, slopes, np.inf), axis=-1)
    pairs = paired.sum(axis=-1)
    half_width = np.sqrt(_variance_of_s(_tie_sizes(y, series), series))
    level = checked_confidence_level(confidence_level)
    slopes, pairs, half_width = _broadcast_leading(slopes, pairs, half_width, level.shape)
    half_width = half_width * two_sided_quantile(level)
    middle = _ranked(slopes, np.maximum(pairs - 1, 0) // 2, pairs) + _ranked(
        slopes, pairs // 2, pairs
    )
    place = np.round((pairs - half_width) / 2) - 1
    low, high = _ranked(slopes, place, pairs), _ranked(slopes, pairs - 1 - place, pairs)
    undefined = pairs == 0
    return TheilSen(
        np.where(undefined, np.nan, middle / 2)[()],
        np.where(undefined, np.nan, low)[()],
        np.where(undefined, np.nan, high)[()],
        series.number[()],
        series.first[()],
        series.broken_at[()],
    )


def mann_kendall(
    values: ArrayLike,
    periods: ArrayLike | None = None,
    *,
    obs_status: ArrayLike | None = None,
) -> MannKendall:
    r"""Test whether a series tends upward or downward, whatever the shape of the tendency.

    Parameters
    ----------
    values
        One value for each period, finite, any unit; periods along the last axis. nan marks a
        missing year.
    periods
        Years of the last axis, in any order and with any gaps; in the order given where left out.
    obs_status
        SDMX status letters, a shape that broadcasts to that of the values. A break (``B``) leaves
        only the years from the last one on; D, F, L, M, O, Q and U are as if absent.

    Returns
    -------
    MannKendall
        Tau, S and p-value in the shape of the leading axes, with what was used. With fewer than
        two years used they are not defined: nan.

    Raises
    ------
    ValueError
        If a value is not finite, if `periods` do not fit, or if a status is unknown.

    Notes
    -----
    .. math:: S = \sum_{i < j} \operatorname{sgn}(y_j - y_i), \qquad
              v = \frac{n (n - 1)(2 n + 5) - \sum_g t_g (t_g - 1)(2 t_g + 5)}{18}

    with n years and t_g of them sharing the value g. Tau-b is S / √(P (P - Q)) with P = n (n - 1)
    / 2 pairs of which Q are tied.

    Up to 20 years the p-value is exact, ties included: the share of all orders of the same values
    whose S is at least as far from 0, from the coefficients of the Gaussian multinomial. Beyond,
    it is normal with variance v and continuity correction, z = (|S| - 1) / √v.

    Edge: where all values are equal tau and S are 0 and the p-value is 1. With three years the
    smallest possible p-value is 1/3, with five 1/60: few years can prove little.

    The size of the changes does not count, nor do the gaps between years; `theil_sen` gives the
    size. Values must not depend on each other from year to year.

    References
    ----------
    Mann HB (1945). Nonparametric tests against trend. Econometrica 13:245-259.

    Kendall MG (1975). Rank correlation methods. 4th edition. London: Griffin, chapters 4 and 5.

    Examples
    --------
    Effect of cloud seeding in five years (Hollander and Wolfe, example 9.1); of the 120 orders of
    five values 14 decline as much as this, 14 / 120 = 0.117:

    >>> from childstats.statistics import mann_kendall
    >>> seeding = mann_kendall([1.26, 1.27, 1.12, 1.16, 1.03])
    >>> print(f"S {seeding.s:.0f}, tau {seeding.tau:.1f}, half of p {seeding.p_value / 2:.3f}")
    S -6, tau -0.6, half of p 0.117
    """
    given, (y,) = with_missing(values)
    y = checked_between("values", y)
    years = np.arange(y.shape[-1] if y.ndim else 0) if periods is None else periods
    series = usable_series(years, given, obs_status)
    first, second = np.triu_indices(y.shape[-1], k=1)
    paired = series.used[..., first] & series.used[..., second]
    signs = np.sign(y[..., second] - y[..., first]) * np.sign(
        series.years[second] - series.years[first]
    )
    s = np.where(paired, signs, 0.0).sum(axis=-1)
    ties = _tie_sizes(y, series)
    untied = paired.sum(axis=-1) - (ties - series.used).sum(axis=-1) / 2
    tau = s / np.maximum(np.sqrt(paired.sum(axis=-1) * untied), 1.0)
    deviation = np.maximum(np.sqrt(_variance_of_s(ties, series)), 1.0)
    p_value = np.asarray(2 * ndtr(-np.maximum(np.abs(s) - 1, 0) / deviation))
    enough = series.number >= 2
    exact = np.asarray(enough & (series.number <= EXACT_MOST_PERIODS))
    for row in np.argwhere(exact):
        place = tuple(row)
        p_value[place] = _exact_p_value(int(s[place]), y[place][series.used[place]])
    return MannKendall(
        np.where(enough, tau, np.nan)[()],
        np.where(enough, s, np.nan)[()],
        np.where(enough, p_value, np.nan)[()],
        exact[()],
        series.number[()],
        series.first[()],
        series.broken_at[()],
    )


def _tie_sizes(y: FloatArray, series: UsableSeries) -> NDArray[np.int64]:
    """Return how many used values equal each used value, itself included; 0 where unused."""
    both: BoolArray = series.used[..., :, None] & series.used[..., None, :]
    sizes: NDArray[np.int64] = ((y[..., :, None] == y[..., None, :]) & both).sum(axis=-1)
    return sizes


def _variance_of_s(ties: NDArray[np.int64], series: UsableSeries) -> FloatArray:
    # Each of t tied values adds a t-th of its group's t (t - 1)(2 t + 5).
    n = series.number
    tied = np.where(ties > 0, (ties - 1) * (2 * ties + 5), 0).sum(axis=-1)
    return np.asarray((n * (n - 1) * (2 * n + 5) - tied) / 18)


def _broadcast_leading(
    slopes: FloatArray, pairs: NDArray[np.int64], half_width: FloatArray, shape: tuple[int, ...]
) -> tuple[FloatArray, NDArray[np.int64], FloatArray]:
    leading = np.broadcast_shapes(pairs.shape, shape)
    return (
        np.broadcast_to(slopes, (*leading, slopes.shape[-1])),
        np.broadcast_to(pairs, leading),
        np.broadcast_to(half_width, leading),
    )


def _ranked(
    slopes: FloatArray, index: FloatArray | NDArray[np.int64], pairs: NDArray[np.int64]
) -> FloatArray:
    """Return the slope at an index of each sorted row; infinite where there is none."""
    padded = np.concatenate([slopes, np.full((*slopes.shape[:-1], 1), np.inf)], axis=-1)
    place = np.clip(index, 0, slopes.shape[-1]).astype(np.int64)
    chosen = np.take_along_axis(padded, place[..., None], axis=-1)[..., 0]
    return np.where(index < 0, -np.inf, np.where(index >= pairs, np.inf, chosen))


def _exact_p_value(s: int, values: FloatArray) -> np.float64:
    """Return the share of the orders of these values whose S is at least as far from 0."""
    orders = _orders_by_inversions(tuple(sorted(np.unique(values, return_counts=True)[1].tolist())))
    possible = orders.size - 1 - 2 * np.arange(orders.size)
    return np.float64(orders[np.abs(possible) >= abs(s)].sum() / orders.sum())


@cache
def _orders_by_inversions(sizes: tuple[int, ...]) -> NDArray[np.int64]:
    """Return how many orders of values tied in groups of these sizes have 0, 1, … inversions.

    It is the coefficient of q^k in (1 - q)…(1 - q^n) / ((1 - q)…(1 - q^t) for each group of t).
    With as many pairs untied as the last place says, S is that number less twice the inversions.
    """
    n = sum(sizes)
    untied = (n * (n - 1) - sum(size * (size - 1) for size in sizes)) // 2
    orders = np.zeros(untied + 1, dtype=np.int64)
    orders[0] = 1
    for power in range(1, min(n, untied) + 1):
        orders[power:] -= orders[:-power].copy()
    for size in sizes:
        for power in range(1, size + 1):
            for k in range(power, untied + 1):
                orders[k] += orders[k - power]
    return orders
