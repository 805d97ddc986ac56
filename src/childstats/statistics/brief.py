"""Results of statistics as an analyst reads them at the prompt: names and a few digits."""

from typing import Any, Final

import numpy as np

DIGITS: Final = 6
"""Significant digits shown; the values keep all of theirs."""
MOST_SHOWN: Final = 6
"""As many values of an array are shown before it is shortened."""


def brief_repr(result: tuple[Any, ...]) -> str:
    """Return a named tuple in one line, without the types of its numbers.

    Parameters
    ----------
    result
        A named tuple of numbers, words and arrays.

    Returns
    -------
    str
        Such as ``Estimate(value=0.955, low=0.95, high=0.96)``.

    Examples
    --------
    >>> from childstats.statistics.estimate import Estimate
    >>> Estimate(np.float64(1 / 3), np.float64(0.25), np.array([0.5, np.nan]))
    Estimate(value=0.333333, low=0.25, high=[0.5, nan])
    """
    names = getattr(result, "_fields", ())
    written = (f"{name}={_written(value)}" for name, value in zip(names, result, strict=True))
    return f"{type(result).__name__}({', '.join(written)})"


def _written(value: object) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        return np.array2string(
            value,
            separator=", ",
            threshold=MOST_SHOWN,
            edgeitems=MOST_SHOWN // 2,
            formatter={"all": _written},
        ).replace("\n", "")
    if isinstance(value, np.ndarray | np.generic):
        return _written(value.item())
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    return str(value) if isinstance(value, str | int) else repr(value)
