"""Statistics of figures that are known only as printed: chance and rounding kept apart."""

import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.figures.arithmetic import implied_count
from childstats.figures.figure import Figure
from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import Estimate, FloatArray

# Their limits collapse or vanish at 0 and 100 %: see tests/statistics/test_printed.py.
METHODS_NOT_MONOTONE = ("wald", "katz", "woolf", "scas")


class PrintedCount(NamedTuple):
    """A count that a print leaves open.

    Attributes
    ----------
    low, high
        Smallest and largest count that gives the print; whole numbers, any shape.
    nearest
        The count nearest to the printed value, between the two.
    """

    low: ArrayLike
    nearest: ArrayLike
    high: ArrayLike

    def __repr__(self) -> str:
        return brief_repr(self)


class PrintedEstimate(NamedTuple):
    """An estimate from printed figures: what chance could change, and what rounding hides.

    Attributes
    ----------
    value, low, high
        The estimate and its confidence limits at the nearest counts: chance.
    value_low, value_high
        Smallest and largest value over all counts that the prints allow: rounding.
    envelope_low, envelope_high
        Smallest lower and largest upper confidence limit over all those counts: both.
    """

    value: np.float64 | FloatArray
    low: np.float64 | FloatArray
    high: np.float64 | FloatArray
    value_low: np.float64 | FloatArray
    value_high: np.float64 | FloatArray
    envelope_low: np.float64 | FloatArray
    envelope_high: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def printed_count(share: Figure, total: Figure) -> PrintedCount:
    """Return the counts that a printed percentage of an exact total allows.

    Parameters
    ----------
    share
        A percentage of the total; unit ``percent``.
    total
        The exact count that the percentage is of.

    Returns
    -------
    PrintedCount
        Lowest and highest whole count that gives the print, and the one nearest to the printed
        value (of two equally near the even one).

    Raises
    ------
    ValueError
        If `share` is not a percentage, `total` is not an exact count, or no count gives this
        print.

    Examples
    --------
    96 % of 430 schools is 411 to 414 schools; 0.96 × 430 = 412.8:

    >>> from childstats import parse_figure
    >>> printed_count(parse_figure("96%", language="en"), parse_figure("430", language="en"))
    PrintedCount(low=411, nearest=413, high=414)
    """
    low, high = (math.trunc(end) for end in implied_count(share, total))
    if low > high:
        raise ValueError(f"no whole count out of {total.text!r} is printed as {share.text!r}")
    nearest = round(share.value * total.value / 100)
    return PrintedCount(low, min(max(nearest, low), high), high)


def printed_envelope(
    statistic: Callable[..., Estimate],
    *,
    confidence_level: ArrayLike = 0.95,
    method: str | None = None,
    **counts: ArrayLike | PrintedCount,
) -> PrintedEstimate:
    """Estimate a statistic of printed counts: the interval, and apart from it the envelope.

    Parameters
    ----------
    statistic
        A statistic that rises or falls with each count, and so do its limits: `proportion`,
        `risk_ratio`, `risk_difference` or `odds_ratio`.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts.
    method
        Method of the statistic, not one of `METHODS_NOT_MONOTONE`; None for its default.
    **counts
        The counts of the statistic by their names, each a `PrintedCount` where the print leaves
        it open and a number or an array where it does not. All broadcast.

    Returns
    -------
    PrintedEstimate
        Value and limits at the nearest counts, and the smallest and largest value and limits
        over all counts allowed, in the unit of the statistic.

    Raises
    ------
    ValueError
        If the ends and the nearest of a `PrintedCount` are out of order, if `method` is one of
        `METHODS_NOT_MONOTONE`, or if `statistic` refuses a count (not whole, negative, above its
        total).

    Notes
    -----
    The value and both limits of these statistics change in one direction with each count, so
    that the smallest and largest lie at the corners, where every open count is at one of its
    ends. The one exception, the ratio 0/0, whose value is a placeholder, is such a corner too.
    `tests/statistics/test_printed.py` compares with every allowed count. The limits of Wald,
    Katz and Woolf turn round near 0 and 100 %, where they collapse or say nothing, those of SCAS
    with one or two people at 99.8 %: they are refused.

    The envelope is not a confidence interval at any level: rounding has no probability. Print
    the interval and the range of the value next to each other, and the envelope only to show
    that a conclusion does not depend on the rounding.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test. Soc Psychol Personal Sci 8:363-369 (the counts
    that a printed percentage allows).

    Examples
    --------
    96 % of 430 schools against 36 of 45:

    >>> from childstats.statistics import PrintedCount, printed_envelope, risk_ratio
    >>> schools = printed_envelope(
    ...     risk_ratio, exposed_cases=PrintedCount(411, 413, 414), exposed_total=430,
    ...     reference_cases=36, reference_total=45)
    >>> print("{:.3f} ({:.3f} to {:.3f})".format(*schools[:3]))
    1.201 (1.075 to 1.453)
    >>> print("rounding {:.3f} to {:.3f}, both {:.3f} to {:.3f}".format(*schools[3:]))
    rounding 1.195 to 1.203, both 1.070 to 1.456
    """
    if method in METHODS_NOT_MONOTONE:
        raise ValueError(
            f"method {method!r} has limits that turn round near 0 and 100 %, so the ends of a "
            "print do not bound them; choose another method"
        )
    options = {} if method is None else {"method": method}
    ends: list[list[ArrayLike]] = []
    nearest: dict[str, ArrayLike] = {}
    for name, count in counts.items():
        if isinstance(count, PrintedCount):
            low, nearest[name], high = _in_sequence(name, count)
            ends.append([low, high])
        else:
            ends.append([count])
            nearest[name] = count

    def estimate(*choice: ArrayLike) -> Estimate:
        chosen = dict(zip(counts, choice, strict=True))
        return statistic(**chosen, confidence_level=confidence_level, **options)

    corners = [estimate(*corner) for corner in itertools.product(*ends)]
    values, lows, highs = (np.stack(parts) for parts in zip(*corners, strict=True))
    return PrintedEstimate(
        *estimate(*nearest.values()),
        values.min(axis=0)[()],
        values.max(axis=0)[()],
        lows.min(axis=0)[()],
        highs.max(axis=0)[()],
    )


def _in_sequence(name: str, count: PrintedCount) -> tuple[NDArray[Any], ...]:
    low, nearest, high = np.broadcast_arrays(*count)
    wrong = ~((low <= nearest) & (nearest <= high))
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        found = ", ".join(f"{part[index].item():.15g}" for part in (low, nearest, high))
        where = f" at index {index[0] if len(index) == 1 else index}" if index else ""
        raise ValueError(f"{name} must be low, nearest, high in that order; got {found}{where}")
    return low, nearest, high
