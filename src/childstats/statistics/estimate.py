"""An estimate with its confidence interval, and the checks that all statistics share."""

import reprlib
from collections.abc import Collection
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from childstats.precision import DIGITS
from childstats.statistics.brief import brief_repr

if TYPE_CHECKING:
    import pandas as pd

FloatArray: TypeAlias = NDArray[np.float64]
_POWERS_OF_TEN: Final = np.array([float(f"1e{power}") for power in range(DIGITS + 1)])


class Estimate(NamedTuple):
    """A value and the limits of its confidence interval.

    Attributes
    ----------
    value, low, high
        The estimate and its lower and upper confidence limit, in the unit of the statistic.
        Arrays of the shape to which the arguments broadcast; a NumPy float where all are single.
    """

    value: np.float64 | FloatArray
    low: np.float64 | FloatArray
    high: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)

    def to_frame(self, index: Any = None) -> "pd.DataFrame":
        """Return the estimate as a DataFrame with columns `value`, `low` and `high`.

        Parameters
        ----------
        index
            Index of its rows; numbered from 0 unless given. Estimates of columns of a table have
            the table's.
        """
        import pandas as pd  # noqa: PLC0415  # not needed to estimate

        columns = {name: np.atleast_1d(part) for name, part in zip(self._fields, self, strict=True)}
        return pd.DataFrame(columns, index=index)


def estimate_from(value: FloatArray, low: FloatArray, high: FloatArray) -> Estimate:
    """Return an `Estimate`, with each 0-dimensional array turned into a NumPy float.

    Parameters
    ----------
    value, low, high
        Arrays whose shapes broadcast.

    Returns
    -------
    Estimate
        The three arrays, broadcast to one shape, or three NumPy floats.
    """
    shape = np.broadcast_shapes(np.shape(value), np.shape(low), np.shape(high))
    parts = (
        part if np.shape(part) == shape else np.broadcast_to(part, shape).copy()
        for part in (value, low, high)
    )
    return Estimate(*(part[()] for part in parts))


def rounded_each(numbers: ArrayLike) -> FloatArray:
    """Return numbers as they are compared with a limit: `childstats.precision.rounded` of each.

    Parameters
    ----------
    numbers
        Any shape, inf and nan allowed.

    Returns
    -------
    ndarray
        In the shape given. By exact operations alone, which give the same on every processor.
    """
    array = np.asarray(numbers, dtype=np.float64)
    whole_digits = np.searchsorted(_POWERS_OF_TEN, np.abs(array), side="right")
    unit = _POWERS_OF_TEN[DIGITS - np.minimum(whole_digits, DIGITS)]
    return np.where(whole_digits <= DIGITS, np.rint(array * unit) / unit + 0.0, array)


def checked_counts(name: str, counts: ArrayLike, *, at_least: int = 0) -> FloatArray:
    """Return counts as floats, or refuse those that are not whole numbers.

    Parameters
    ----------
    name
        What the caller calls this argument; the message repeats it.
    counts
        Numbers of people or events, any shape.
    at_least
        Smallest count allowed: 0 for cases, 1 for a total.

    Returns
    -------
    ndarray
        The counts, in the shape given.

    Raises
    ------
    ValueError
        If a count is negative (or 0 where `at_least` is 1), not finite or not whole.
    """
    array = _numbers(name, counts)
    whole = array >= at_least
    if array.dtype.kind == "f":
        whole &= np.isfinite(array) & (np.floor(array) == array)
    _refuse(name, array, ~whole, f"must be a whole number, {at_least} or more")
    return array.astype(np.float64)


def checked_cases(
    cases_name: str,
    cases: ArrayLike,
    total_name: str,
    total: ArrayLike,
    *,
    total_at_least: int = 1,
) -> tuple[FloatArray, FloatArray]:
    """Return cases and the total they belong to as floats of one shape, or refuse them.

    Parameters
    ----------
    cases_name, total_name
        What the caller calls the two arguments; the message repeats them.
    cases, total
        Numbers of people with the outcome and of all people, shapes that broadcast.
    total_at_least
        Smallest total allowed: 1, or 0 where an empty group contributes nothing.

    Returns
    -------
    tuple of ndarray
        Cases and total, broadcast to one shape.

    Raises
    ------
    ValueError
        If one is not a whole number, cases are negative or exceed the total, or the total is
        smaller than allowed.
    """
    counted, counted_total = np.broadcast_arrays(
        checked_counts(cases_name, cases),
        checked_counts(total_name, total, at_least=total_at_least),
    )
    _refuse(
        cases_name, counted, counted > counted_total, f"must not exceed {total_name}", counted_total
    )
    return counted, counted_total


def checked_positive(name: str, numbers: ArrayLike) -> FloatArray:
    """Return numbers as floats, or refuse those that are not finite and above 0.

    Parameters
    ----------
    name
        What the caller calls this argument; the message repeats it.
    numbers
        An exposure or a multiplier, any shape.

    Returns
    -------
    ndarray
        The numbers, in the shape given.

    Raises
    ------
    ValueError
        If a number is 0, negative or not finite.
    """
    array = _numbers(name, numbers)
    _refuse(name, array, ~(np.isfinite(array) & (array > 0)), "must be a finite number above 0")
    return array.astype(np.float64)


def checked_between(
    name: str, numbers: ArrayLike, *, low: float = -np.inf, high: float = np.inf
) -> FloatArray:
    """Return numbers as floats, or refuse those that are not finite or lie beyond two bounds.

    Parameters
    ----------
    name
        What the caller calls this argument; the message repeats it.
    numbers
        Estimates, standard errors or sizes, any shape.
    low, high
        Smallest and largest number allowed, both included.

    Returns
    -------
    ndarray
        The numbers, in the shape given.

    Raises
    ------
    ValueError
        If a number is not finite, below `low` or above `high`.
    """
    array = _numbers(name, numbers)
    rule = "must be a finite number"
    if np.isfinite(high):
        rule = f"must lie between {low:g} and {high:g}"
    elif np.isfinite(low):
        rule = f"must be a finite number, {low:g} or more"
    allowed = np.isfinite(array) & (array >= low) & (array <= high)
    _refuse(name, array, ~allowed, rule)
    return array.astype(np.float64)


def checked_confidence_level(confidence_level: ArrayLike) -> FloatArray:
    """Return confidence levels as floats, or refuse those outside the open interval from 0 to 1.

    Parameters
    ----------
    confidence_level
        Levels as proportions (0.95, not 95), any shape.

    Returns
    -------
    ndarray
        The levels, in the shape given.

    Raises
    ------
    ValueError
        If a level is not a number strictly between 0 and 1.
    """
    array = _numbers("confidence_level", confidence_level)
    inside = (array > 0) & (array < 1)
    _refuse("confidence_level", array, ~inside, "must lie between 0 and 1, such as 0.95")
    return array.astype(np.float64)


def checked_method(method: str, methods: Collection[str]) -> str:
    """Return the name of a method, or refuse one that the statistic does not have.

    Parameters
    ----------
    method
        The name asked for.
    methods
        The names there are.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    ValueError
        If the name is not among `methods`.
    """
    return checked_choice("method", method, methods)


def checked_choice(name: str, choice: str, choices: Collection[str]) -> str:
    """Return a word, or refuse one that is not among those an argument may be.

    Parameters
    ----------
    name
        What the caller calls this argument; the message repeats it.
    choice
        The word given.
    choices
        The words there are.

    Returns
    -------
    str
        The same word.

    Raises
    ------
    ValueError
        If the word is not among `choices`.
    """
    if choice not in choices:
        raise ValueError(f"unknown {name} {choice!r}; choose one of {', '.join(choices)}")
    return choice


def two_sided_quantile(confidence_level: FloatArray) -> FloatArray:
    """Return the normal quantile z of a two-sided interval: 1.96 for 0.95.

    Parameters
    ----------
    confidence_level
        Checked levels, any shape.

    Returns
    -------
    ndarray
        The quantiles, all at least 0, in the shape given.
    """
    return np.asarray(-ndtri((1 - confidence_level) / 2), dtype=np.float64)


def _numbers(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        array = np.asarray(values)
        if array.dtype.kind in "iuf":
            return array
        single = np.asarray(values, dtype=object)
    except ValueError:  # NumPy's message for ragged lists names no argument
        raise ValueError(
            f"{name} must be numbers in rows of one length; got {reprlib.repr(values)}"
        ) from None
    for index, number in np.ndenumerate(single):
        if not _fits(number):
            raise ValueError(f"{name} must be numbers; got {reprlib.repr(number)}{_place(index)}")
    return single.astype(np.float64)


def _fits(value: object) -> bool:
    """Return whether a value is a number, not true or false, and one that a float can hold."""
    if isinstance(value, int):
        return not isinstance(value, bool) and value.bit_length() < 1024
    return isinstance(value, Real)


def _refuse(
    name: str,
    array: NDArray[Any],
    offending: NDArray[np.bool_],
    rule: str,
    limit: NDArray[Any] | None = None,
) -> None:
    if not offending.any():
        return
    index = tuple(int(i) for i in np.argwhere(offending)[0])
    found = f"{array[index].item():.15g}"
    if limit is not None:
        found += f" of {limit[index].item():.15g}"
    raise ValueError(f"{name} {rule}; got {found}{_place(index)}")


def _place(index: tuple[int, ...]) -> str:
    return f" at index {index[0] if len(index) == 1 else index}" if index else ""
