"""Which years of a series a trend may use: those observed since its last break."""

import math
import reprlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.codes import ObsStatus
from childstats.statistics.estimate import FloatArray

# What a trend joins: normal, estimated and provisional figures, and the first one of a break.
# Forecasts, suppressed and missing figures, and those held back (D, U) are as if absent.
JOINED: Final = (ObsStatus.NORMAL, ObsStatus.BREAK, ObsStatus.ESTIMATED, ObsStatus.PROVISIONAL)

BoolArray = NDArray[np.bool_]


class UsableSeries(NamedTuple):
    """The part of one or more series that a trend may use.

    Attributes
    ----------
    years
        The periods as numbers, one per place of the last axis.
    used
        True for each figure that is observed and not before the last break; shape (…, years).
    number
        Number of figures used in each series; shape of the leading axes, as the next two.
    first
        Earliest period used; nan where none is.
    broken_at
        Period of the last break; nan where there is none.
    """

    years: FloatArray
    used: BoolArray
    number: NDArray[np.int64]
    first: FloatArray
    broken_at: FloatArray

    def latest(self, most: int) -> "UsableSeries":
        """Return the series cut to the latest periods used.

        Parameters
        ----------
        most
            Number of periods to keep at most.

        Returns
        -------
        UsableSeries
            The same series with at most `most` figures used.
        """
        if self.used.shape[-1] <= most:
            return self
        ranked = np.where(self.used, self.years, -np.inf)
        place = ranked.shape[-1] - most
        earliest = np.sort(ranked, axis=-1)[..., place, None]
        return _series(self.years, self.used & (self.years >= earliest), self.broken_at)

    def only(self, numbers: FloatArray) -> FloatArray:
        """Return numbers of shape (…, years) with 0 wherever the series is not used.

        Parameters
        ----------
        numbers
            One number per figure; nan is allowed where it is not used.

        Returns
        -------
        ndarray
            A copy that sums over the last axis may run over.
        """
        return np.where(self.used, numbers, 0.0)


def usable_series(
    periods: ArrayLike, observed: BoolArray, obs_status: ArrayLike | Sequence[str] | None
) -> UsableSeries:
    """Select what a trend may use: observed figures from the last break on.

    Parameters
    ----------
    periods
        Years (or other moments) of the last axis, in any order, finite and without repetition.
    observed
        True for each figure that is a number; shape (…, years), at least one axis.
    obs_status
        SDMX letters of `ObsStatus`, a shape that broadcasts to that of `observed`, or None.

    Returns
    -------
    UsableSeries
        The figures used and where they begin. A break (``B``) counts by its period, also where
        its own figure is missing.

    Raises
    ------
    ValueError
        If `periods` are not finite numbers in one dimension, repeat or differ in number from the
        figures, or if a status is unknown or their shape does not fit.
    """
    years = checked_periods(periods, observed)
    broken_at = np.full(observed.shape[:-1], np.nan)
    used = observed
    if obs_status is not None:
        status = _checked_status(obs_status, observed.shape)
        breaks = np.where(status == ObsStatus.BREAK, years, -np.inf).max(axis=-1)
        broken_at = np.where(np.isfinite(breaks), breaks, np.nan)
        used = observed & np.isin(status, JOINED) & (years >= breaks[..., None])
    return _series(years, used, broken_at)


def checked_periods(periods: ArrayLike, observed: BoolArray) -> FloatArray:
    """Return periods as floats, or refuse those that do not name each figure's moment once.

    Parameters
    ----------
    periods
        Years (or other moments), finite and without repetition.
    observed
        An array whose last axis the periods name.

    Returns
    -------
    ndarray
        The periods, one dimension.

    Raises
    ------
    ValueError
        If `periods` are not finite numbers in one dimension, repeat or differ in number from the
        figures.
    """
    years = np.asarray(periods)
    if observed.ndim == 0 or years.ndim != 1 or years.shape[0] != observed.shape[-1]:
        figures = observed.shape[-1] if observed.ndim else "a single number"
        raise ValueError(
            f"periods must be one for each figure of the last axis; got shape {years.shape} "
            f"for {figures}"
        )
    if years.dtype.kind not in "iuf" or not np.isfinite(years).all():
        raise ValueError(f"periods must be finite numbers; got {reprlib.repr(periods)}")
    unique, first = np.unique(years, return_index=True)
    if unique.size < years.size:
        index = int(np.setdiff1d(np.arange(years.size), first)[0])
        raise ValueError(f"periods must not repeat; got {years[index]:.15g} again at index {index}")
    return years.astype(np.float64)


def with_missing(*numbers: ArrayLike) -> tuple[BoolArray, tuple[FloatArray, ...]]:
    """Return where all numbers are given, and the numbers with nan replaced by 1.

    Parameters
    ----------
    numbers
        Arrays of shapes that broadcast; nan in one of them makes the figure missing.

    Returns
    -------
    tuple of ndarray and tuple of ndarray
        The mask of the broadcast shape, and the arrays in it. What is no number (text, None)
        passes through, for the checks of the caller to refuse.
    """
    arrays = np.broadcast_arrays(*numbers)
    given = np.ones(arrays[0].shape, dtype=bool)
    for array in arrays:
        if array.dtype.kind == "f":
            given &= ~np.isnan(array)
    return given, tuple(np.where(given, array, np.ones((), array.dtype)) for array in arrays)


def whole_scores(years: FloatArray) -> NDArray[np.int64] | None:
    """Return years as the smallest whole numbers from 0 that keep their distances.

    Parameters
    ----------
    years
        Periods, one dimension, at least one.

    Returns
    -------
    ndarray or None
        Whole scores; None where the periods are not whole numbers of months.
    """
    months = (years - years.min()) * 12
    if not np.allclose(months, np.round(months), rtol=0, atol=1e-6):
        return None
    scores = np.round(months).astype(np.int64)
    step = max(math.gcd(*scores.tolist()), 1)
    return np.asarray(scores // step, dtype=np.int64)


def _series(years: FloatArray, used: BoolArray, broken_at: FloatArray) -> UsableSeries:
    first = np.where(used, years, np.inf).min(axis=-1, initial=np.inf)
    first = np.where(np.isfinite(first), first, np.nan)
    return UsableSeries(years, used, used.sum(axis=-1), first, broken_at)


def _checked_status(
    obs_status: ArrayLike | Sequence[str], shape: tuple[int, ...]
) -> NDArray[np.str_]:
    status = np.asarray(obs_status).astype(str)
    unknown = ~np.isin(status, list(ObsStatus))
    if unknown.any():
        index = tuple(int(i) for i in np.argwhere(unknown)[0])
        where = f" at index {index[0] if len(index) == 1 else index}" if index else ""
        raise ValueError(
            f"obs_status must be one of {', '.join(ObsStatus)}; got '{status[index]}'{where}"
        )
    try:
        return np.broadcast_to(status, shape)
    except ValueError:
        raise ValueError(
            f"obs_status must fit the figures, shape {shape}; got shape {status.shape}"
        ) from None
