"""Fingertips' rule for a recent trend: five points, and no single one decides it."""

from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import (
    FloatArray,
    checked_between,
    checked_positive,
    rounded_each,
)
from childstats.statistics.series import BoolArray, UsableSeries, usable_series, with_missing

# Fingertips public health technical guidance, "Trend markers".
RECENT_PERIODS: Final = 5
# The 99.8 % quantile of chi-squared with one degree of freedom is 9.54953570608324.
SIGNIFICANT_CHI_SQUARED: Final = 9.5495


class TrendVerdict(StrEnum):
    """What the rule says of a series."""

    INCREASING = "increasing"
    DECREASING = "decreasing"
    NO_SIGNIFICANT_CHANGE = "no significant change"
    CANNOT_BE_CALCULATED = "cannot be calculated"
    """Fewer than five usable years since the last break."""


# No significant change at 0, then an increase, no calculation, and (at -1) a decrease.
VERDICTS: Final = (
    TrendVerdict.NO_SIGNIFICANT_CHANGE,
    TrendVerdict.INCREASING,
    TrendVerdict.CANNOT_BE_CALCULATED,
    TrendVerdict.DECREASING,
)


class RecentTrend(NamedTuple):
    """The recent trend of a series.

    Attributes
    ----------
    verdict
        A `TrendVerdict`, or an object array of them.
    slope
        Weighted change per unit of the periods (per year); nan where it cannot be calculated.
    chi_squared
        Squared slope over its variance, one degree of freedom; nan likewise.
    periods_used, first_period_used
        Number of periods used, five where it can be calculated, and the earliest.
    broken_at
        Period of the last break, before which nothing is used; nan where there is none.
    """

    verdict: TrendVerdict | NDArray[np.object_]
    slope: np.float64 | FloatArray
    chi_squared: np.float64 | FloatArray
    periods_used: np.int64 | NDArray[np.int64]
    first_period_used: np.float64 | FloatArray
    broken_at: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def recent_trend(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    periods: ArrayLike | None = None,
    *,
    obs_status: ArrayLike | None = None,
) -> RecentTrend:
    r"""Say whether the latest five estimates increase, decrease or do neither clearly.

    Parameters
    ----------
    estimates
        One estimate for each period, finite, any unit; periods along the last axis. nan marks a
        missing year.
    standard_errors
        Standard error of each estimate in its unit, above 0; broadcasts. Fingertips takes the
        width of the 95 % interval / 3.92, which is above 0 also at 0 and 100 % if the interval is
        Wilson's. nan marks a missing year.
    periods
        Years of the last axis, in any order and with any gaps; equally spaced where not given.
    obs_status
        SDMX status letters, a shape that broadcasts to that of the estimates. A break (``B``)
        leaves only the years from the last one on; D, F, L, M, O, Q and U are as if absent.

    Returns
    -------
    RecentTrend
        The verdict, slope and statistic in the shape of the leading axes, with what was used.

    Raises
    ------
    ValueError
        If an estimate is not finite, a standard error not a finite number above 0, if `periods` do
        not fit, or if a status is unknown.

    Notes
    -----
    A line through the latest five usable years, weighted by w = 1 / SE²:

    .. math:: b = \frac{\sum w (t - \bar t)\, y}{\sum w (t - \bar t)^2}, \qquad
              \chi^2 = b^2 \sum w (t - \bar t)^2

    with t̄ the weighted mean. The trend is called increasing or decreasing if χ² > 9.5495
    (p < 0.002) and leaving out each of the five years in turn leaves the sign of b as it is.
    Otherwise there is no significant change. Edge: with fewer than five usable years it cannot be
    calculated. The years may be unequally spaced, which the guidance allows and Fingertips itself
    does not do.

    Estimates must be independent: not rolling averages of overlapping years. Whether an increase
    is good is the indicator's polarity, not this function's.

    References
    ----------
    Office for Health Improvement and Disparities. Fingertips public health technical guidance:
    Trend markers. https://fingertips.phe.org.uk/static-reports/public-health-technical-guidance/

    Examples
    --------
    Preventable sight loss, England, per 100,000 (Fingertips indicator 41203, which it shows as
    increasing):

    >>> import numpy as np
    >>> from childstats.statistics import recent_trend
    >>> low = np.array([2.7841, 1.8085, 2.6113, 2.7225, 2.8616])
    >>> high = np.array([3.0919, 2.058, 2.9082, 3.0237, 3.1683])
    >>> loss = recent_trend(
    ...     [2.935, 1.93028, 2.7567, 2.8701, 3.0121], (high - low) / 3.92, range(2020, 2025)
    ... )
    >>> print(f"{loss.verdict}, chi-squared {loss.chi_squared:.1f}")
    increasing, chi-squared 33.5
    """
    given, (value, error) = with_missing(estimates, standard_errors)
    value = checked_between("estimates", value)
    error = checked_positive("standard_errors", error)
    years = np.arange(value.shape[-1] if value.ndim else 0) if periods is None else periods
    series = usable_series(years, given, obs_status).latest(RECENT_PERIODS)
    weight = series.only(error**-2.0)
    slope, chi_squared = _weighted_slope(value, weight, series)
    direction, same = _direction(slope, value, series), np.ones(slope.shape, dtype=bool)
    for left_out in range(weight.shape[-1]):
        kept = weight.copy()
        kept[..., left_out] = 0.0
        # A year that is not used changes nothing by being left out.
        without = _weighted_slope(value, kept, series)[0]
        same &= _direction(without, value, series) == direction
    enough = series.number == RECENT_PERIODS
    significant = same & (rounded_each(chi_squared) > SIGNIFICANT_CHI_SQUARED)
    verdict = _verdict(direction, enough, significant)
    return RecentTrend(
        verdict[()],
        np.where(enough, slope, np.nan)[()],
        np.where(enough, chi_squared, np.nan)[()],
        series.number[()],
        series.first[()],
        series.broken_at[()],
    )


def _weighted_slope(
    value: FloatArray, weight: FloatArray, series: UsableSeries
) -> tuple[FloatArray, FloatArray]:
    all_weight = weight.sum(axis=-1, keepdims=True)
    mean = (weight * series.years).sum(axis=-1, keepdims=True) / np.where(
        all_weight > 0, all_weight, 1.0
    )
    distance = series.years - mean
    spread = (weight * distance**2).sum(axis=-1)
    slope = (weight * distance * value).sum(axis=-1) / np.where(spread > 0, spread, np.nan)
    return slope, slope**2 * spread


def _direction(slope: FloatArray, value: FloatArray, series: UsableSeries) -> FloatArray:
    """Return the sign of a slope; 0 where it is no more than rounding error of the values."""
    largest = np.where(series.used, np.abs(value), 0.0).max(axis=-1, initial=0.0)
    return np.sign(rounded_each(slope / np.where(largest > 0, largest, 1.0)))


def _verdict(direction: FloatArray, enough: BoolArray, significant: BoolArray) -> NDArray[Any]:
    # Looked up, since NumPy turns a member of a StrEnum that it fills in into plain text.
    change = np.where(significant, direction, 0)
    place = np.where(enough, change, 2).astype(int)
    return np.array(VERDICTS, dtype=object)[place, ...]
