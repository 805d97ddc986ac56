"""Which counts a printed share or interval lets a reader work out, and what it states of them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from childstats.statistics.disclosure.cells import Cell
from childstats.statistics.disclosure.system import Statement
from childstats.statistics.proportions import proportion

PRINT_TOLERANCE: Final = 1e-9
"""Half-way cases count as printed either way; this is relative to the printed unit."""


def counts_allowed(
    total: int,
    *,
    decimals: int,
    share: float | None = None,
    low: float | None = None,
    high: float | None = None,
    scale: float = 100,
    confidence_level: float = 0.95,
    method: str = "wilson",
) -> NDArray[np.int64]:
    """Return the counts that give a printed share, interval or both.

    Parameters
    ----------
    total
        Number of people, 1 or more, known to the reader.
    decimals
        Decimals of the print, 0 or more.
    share
        The share as printed, in units of 1 / `scale`.
    low, high
        The confidence limits as printed, in the same units.
    scale
        100 for percent, 1000 for per 1,000.
    confidence_level, method
        Of the interval; see `proportion`.

    Returns
    -------
    ndarray
        Counts from 0 to `total`, increasing. One count alone has been given away.

    Raises
    ------
    ValueError
        If nothing printed is given, `total` is below 1 or `decimals` negative.

    Examples
    --------
    Of 612 children 0.49 % can only be 3, while 0 % can be 0 to 3; the upper limit of the Wilson
    interval gives 3 away too:

    >>> from childstats.statistics.disclosure import counts_allowed
    >>> counts_allowed(612, decimals=2, share=0.49).tolist()
    [3]
    >>> counts_allowed(612, decimals=0, share=0).tolist()
    [0, 1, 2, 3]
    >>> counts_allowed(612, decimals=1, high=1.4).tolist()
    [3]
    """
    if total < 1:
        raise ValueError(f"total is {total}; it must be 1 or more")
    if decimals < 0:
        raise ValueError(f"decimals is {decimals}; it must be 0 or more")
    if share is None and low is None and high is None:
        raise ValueError("give a printed share, low or high")
    counts = np.arange(total + 1)
    estimate = proportion(counts, total, confidence_level=confidence_level, method=method)
    half = (0.5 + PRINT_TOLERANCE) * 10.0**-decimals
    allowed = np.ones(len(counts), dtype=bool)
    for printed, exact in ((share, estimate.value), (low, estimate.low), (high, estimate.high)):
        if printed is not None:
            allowed &= np.abs(np.asarray(exact) * scale - printed) <= half
    return counts[allowed].astype(np.int64)


def share_statements(
    part: Cell,
    whole: Cell,
    *,
    share: float,
    decimals: int,
    scale: float = 100,
    label: str = "share",
) -> list[Statement]:
    """Return what a printed share states of its two counts, for `audit`.

    Parameters
    ----------
    part, whole
        Cells of the count above and below the line; neither needs to be shown.
    share
        The share as printed, in units of 1 / `scale`.
    decimals
        Decimals of the print, 0 or more.
    scale
        100 for percent, 1000 for per 1,000.
    label
        Where it is printed.

    Returns
    -------
    list of Statement
        Part is at least (share less half a unit) of the whole, and at most (share and half a
        unit).

    Raises
    ------
    ValueError
        If `decimals` is negative.

    Examples
    --------
    >>> from childstats.statistics.disclosure import share_statements
    >>> few, all_ = (("status", "zero_dose"),), ()
    >>> for statement in share_statements(few, all_, share=0.49, decimals=2):
    ...     print({len(cell): round(c, 6) for cell, c in statement.cells.items()}, statement.high)
    {1: 1.0, 0: -0.00485} inf
    {1: 1.0, 0: -0.00495} 0.0
    """
    if decimals < 0:
        raise ValueError(f"decimals is {decimals}; it must be 0 or more")
    half = 0.5 * 10.0**-decimals
    least, most = (share - half) / scale, (share + half) / scale
    return [
        Statement({part: 1.0, whole: -least}, 0.0, np.inf, f"{label} {share:.{decimals}f}"),
        Statement({part: 1.0, whole: -most}, -np.inf, 0.0, f"{label} {share:.{decimals}f}"),
    ]
