"""When a target is met if the line goes on, and how fast it would have to go."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.annual_change import FittedLine, fitted_line, student_quantile
from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import (
    FloatArray,
    checked_between,
    checked_choice,
    checked_confidence_level,
)
from childstats.statistics.series import BoolArray, usable_series, with_missing


class Projection(NamedTuple):
    """The period in which a straight line meets a target.

    Attributes
    ----------
    value, low, high
        Period (a year with decimals) in which the target is met, and its confidence limits: inf
        is never at this pace, -inf is met already and not first within the periods used.
    annual_change
        Change of the line per unit of the periods, in the unit of the values.
    needed_annual_change
        Change per unit of the periods that leads from the line at the last period used to the
        target by the period asked for: 0 where the line meets it already, nan where none was
        asked for.
    periods_used, first_period_used
        Number of periods used, and the earliest; nan where none is.
    broken_at
        Period of the last break, at which the line begins; nan where there is none.
    """

    value: np.float64 | FloatArray
    low: np.float64 | FloatArray
    high: np.float64 | FloatArray
    annual_change: np.float64 | FloatArray
    needed_annual_change: np.float64 | FloatArray
    periods_used: np.int64 | NDArray[np.int64]
    first_period_used: np.float64 | FloatArray
    broken_at: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def projection_to_target(
    values: ArrayLike,
    periods: ArrayLike,
    target: ArrayLike,
    *,
    polarity: str | None = None,
    by: float | None = None,
    confidence_level: ArrayLike = 0.95,
    obs_status: ArrayLike | None = None,
) -> Projection:
    r"""Project in which year a value meets its target if it goes on along a straight line.

    Parameters
    ----------
    values
        One value for each period, finite, any unit; periods along the last axis. nan marks a
        missing year.
    periods
        Years of the last axis, in any order and with any gaps; a year may simply be absent.
    target
        The value to be met, in the same unit; broadcasts with the leading axes.
    polarity
        ``"higher"`` where the target is met at or above it, ``"lower"`` where at or below it.
        Where left out, the target is to be met from the side on which the line begins.
    by
        Period by which the target is to be met, after the last one used; only for
        `needed_annual_change`.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the leading axes.
    obs_status
        SDMX status letters, a shape that broadcasts to that of the values. A break (``B``) leaves
        only the years from the last one on; D, F, L, M, O, Q and U are as if absent.

    Returns
    -------
    Projection
        Period, limits and changes in the shape of the leading axes, with what was used. With fewer
        than two years used they are not defined: nan.

    Raises
    ------
    ValueError
        If a value or target is not finite, if `periods` do not fit, if `by` is not after the last
        period used, if a status or `polarity` is unknown, or if `confidence_level` is not between
        0 and 1.

    Notes
    -----
    The line is fitted by least squares: ȳ + b (t - t̄) with residual standard deviation s, n years
    and D = Σ (t - t̄)². It meets the target g at t̄ + (g - ȳ) / b. The limits are those of Fieller:
    the periods at which the confidence band of the line meets the target, which solve

    .. math:: (b u - g + \bar y)^2 = q^2 s^2 \left(\frac{1}{n} + \frac{u^2}{D}\right),
              \qquad u = t - \bar t

    with q the quantile of Student's t with n - 2 degrees of freedom. Low is where the favourable
    edge of the band meets the target, high where the other edge does.

    Edge: what does not meet the target at the last period used and never rises to it is inf: the
    line if it leads away from the target, and its other edge (high) if the slope is not
    significant. What meets the target then, and did not first do so within the periods used, is
    -inf, since the line says nothing of earlier times. Two years give no error: low is -inf and
    high inf.

    The interval is that of the line, not of a single later year, and it holds only if the future
    goes on as the past did; it does not know that coverage cannot pass 100 %. Do not publish it
    for fewer than five years, or for a target further away than the series is long.

    References
    ----------
    Fieller EC (1954). Some problems in interval estimation. Journal of the Royal Statistical
    Society B 16:175-185.

    Draper NR, Smith H (1998). Applied regression analysis. 3rd edition. New York: Wiley, section
    3.2 (inverse regression).

    Graybill FA, Iyer HK (1994). Regression analysis: concepts and applications. Belmont: Duxbury,
    chapter 6.

    Examples
    --------
    Weight of crystals grown for 2 to 28 hours: 5 g are reached after 9.93 (8.65 to 11.05) hours at
    90 % (Graybill and Iyer 1994, p. 434, as the tests of R's investr repeat it):

    >>> from childstats.statistics import projection_to_target
    >>> grams = [0.08, 1.12, 4.43, 4.98, 4.92, 7.18, 5.57, 8.40, 8.81, 10.81, 11.16, 10.12,
    ...          13.12, 15.04]
    >>> growth = projection_to_target(grams, range(2, 30, 2), 5, confidence_level=0.9)
    >>> print("{:.2f} ({:.2f} to {:.2f})".format(*growth[:3]))
    9.93 (8.65 to 11.05)

    Coverage rising by 2 points a year from 80 % reaches 95 % in 2022.5; from 88 % in 2019 it needs
    (95 - 88) / 2 = 3.5 points a year to be there by 2021:

    >>> line = projection_to_target([80, 82, 84, 86, 88], range(2015, 2020), 95, by=2021)
    >>> print(f"{line.value:.1f}, {line.needed_annual_change:.1f} a year")
    2022.5, 3.5 a year
    """
    if polarity is not None:
        checked_choice("polarity", polarity, ("higher", "lower"))
    given, (y,) = with_missing(values)
    y = checked_between("values", y)
    series = usable_series(periods, given, obs_status)
    line = fitted_line(y, series)
    reach = student_quantile(series.number, checked_confidence_level(confidence_level))
    last = np.where(series.used, series.years, -np.inf).max(axis=-1, initial=-np.inf)
    first, last, gap, slope, reach, *shape = np.broadcast_arrays(
        series.first - line.middle,
        np.where(series.number >= 2, last, np.nan) - line.middle,
        checked_between("target", target) - line.level,
        line.slope,
        reach * line.residual,
        line.spread,
        np.maximum(series.number, 1),
    )
    sign = _sign(polarity, slope * first, gap)
    band = _Band(sign * slope, sign * gap, reach, *shape)
    meetings = [_meeting(band, side, first, last) for side in (0, 1, -1)]
    value, low, high = (np.asarray(line.middle + meeting) for meeting in meetings)
    return Projection(
        value[()],
        low[()],
        high[()],
        line.slope[()],
        _needed(line, gap, sign, last, by)[()],
        series.number[()],
        series.first[()],
        series.broken_at[()],
    )


class _Band(NamedTuple):
    """A line b u to rise to the height d at a distance u from its middle, and its error."""

    slope: FloatArray
    gap: FloatArray
    reach: FloatArray
    spread: FloatArray
    number: NDArray[np.int64]


def _sign(polarity: str | None, beginning: FloatArray, gap: FloatArray) -> FloatArray:
    if polarity is not None:
        return np.full(gap.shape, 1.0 if polarity == "higher" else -1.0)
    return np.where(beginning <= gap, 1.0, -1.0)


def _meeting(band: _Band, side: int, first: FloatArray, last: FloatArray) -> FloatArray:
    """Return where the line (side 0) or an edge of its band rises to the gap, for good or now."""
    height = np.sqrt(1 / band.number + last**2 / band.spread)
    with np.errstate(invalid="ignore"):
        met = band.slope * last + side * band.reach * height >= band.gap
    rise, only = _rise(band, side)
    known = np.isfinite(rise) & (only | (met == (rise <= last)))
    where = np.where(known, np.where(rise < first, -np.inf, rise), np.where(met, -np.inf, np.inf))
    if side:
        where = np.where(band.number == 2, -side * np.inf, where)
    return np.where(np.isnan(last), np.nan, where)


def _rise(band: _Band, side: int) -> tuple[FloatArray, BoolArray]:
    """Return where the line or edge rises through the gap, and whether it meets it only there."""
    b, d, error = band.slope, band.gap, band.reach**2
    with np.errstate(divide="ignore", invalid="ignore"):
        line = np.where(b > 0, d / b, np.nan)
        if side == 0:
            return line, np.isfinite(line)
        # Both edges meet the gap where square u² - 2 b d u + constant = 0.
        square, constant = b**2 - error / band.spread, d**2 - error / band.number
        root = np.sqrt(
            error * (b**2 / band.number + d**2 / band.spread - error / (band.number * band.spread))
        )
        stable = b * d + np.where(b * d < 0, -root, root)
        roots = np.sort(np.stack([stable / square, constant / stable]), axis=0)
    # A significant slope carries the favourable edge there first and the other last. Otherwise
    # both meetings are the favourable edge's if the target is above the mean, else the other's.
    first_is_low = np.where(square >= 0, side > 0, side < 0)
    rises = np.where(square >= 0, b > 0, side * d > 0)
    edge = np.where(rises, np.where(first_is_low, roots[0], roots[1]), np.nan)
    return np.where(error > 0, edge, line), (square >= 0) | (error == 0)


def _needed(
    line: FittedLine, gap: FloatArray, sign: FloatArray, last: FloatArray, by: float | None
) -> FloatArray:
    if by is None:
        return np.full(gap.shape, np.nan)
    left = float(checked_between("by", by)) - line.middle - last
    if (left <= 0).any():
        raise ValueError(f"by must be after the last period used; got {by:.15g}")
    short = gap - line.slope * last
    return np.where(sign * short <= 0, 0.0, short / left)
