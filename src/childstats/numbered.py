"""Columns of texts that end in a number, such as ``line 2``, kept as numbers.

A million rows of a table have a million places, of which a few are ever looked at. They are spelled
when they are.
"""

import builtins
from collections.abc import Sequence
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray, ExtensionDtype, register_extension_dtype

STEP: Final = 2**40
"""Codes of the second beginning start here; numbers are smaller."""
MISSING: Final = -1


@register_extension_dtype
class NumberedDtype(ExtensionDtype):
    """Texts that end in a number."""

    name = "numbered"
    type = str
    kind = "O"
    na_value = np.nan

    @classmethod
    def construct_array_type(cls) -> "builtins.type[NumberedArray]":
        """Return the array of this type."""
        return NumberedArray


class NumberedArray(ExtensionArray):
    """Texts that end in a number.

    Parameters
    ----------
    beginnings
        What the texts begin with, each once.
    codes
        The number of each text, plus `STEP` times the position of its beginning; or `MISSING`.
    """

    def __init__(self, beginnings: tuple[str, ...], codes: NDArray[np.int64]) -> None:
        self.beginnings: Final = beginnings
        self.codes: Final = codes

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> Self:
        if isinstance(scalars, cls):
            return scalars.copy() if copy else scalars
        raise TypeError("texts are not numbered by their look; use childstats.numbered.numbered")

    @property
    def dtype(self) -> NumberedDtype:
        """Type of the column."""
        return NumberedDtype()

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return self.codes.nbytes

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.codes)

    def __getitem__(self, item: Any) -> Any:
        """Return one text, or a part of the column."""
        found = self.codes[pd.api.indexers.check_array_indexer(self, item)]
        return self._of(found) if isinstance(found, np.ndarray) else self._spelled(int(found))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the texts, spelled."""
        return np.array([self._spelled(code) for code in self.codes.tolist()], dtype=object)

    def __eq__(self, other: object) -> NDArray[np.bool_]:  # type: ignore[override] # as arrays do
        """Return where the texts are those of another column, or one text."""
        return np.asarray(self.__array__() == np.asarray(other, dtype=object), dtype=bool)

    def __radd__(self, text: str) -> Self:
        """Return the texts, each after one more."""
        return type(self)(tuple(text + beginning for beginning in self.beginnings), self.codes)

    __hash__ = None  # type: ignore[assignment] # as every array: it may not be a key

    def isna(self) -> NDArray[np.bool_]:
        """Return which texts are missing."""
        return np.asarray(self.codes == MISSING)

    def copy(self) -> Self:
        """Return a column of its own numbers."""
        return self._of(self.codes.copy())

    def take(self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None) -> Self:
        """Return the texts at these places; with `allow_fill`, -1 is a missing text."""
        places = np.asarray(indices, dtype=np.intp)
        if not allow_fill:
            return self._of(self.codes.take(places))
        taken = pd.api.extensions.take(self.codes, places, allow_fill=True, fill_value=MISSING)
        return self._of(np.asarray(taken))

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence["NumberedArray"]) -> "NumberedArray":
        beginnings = tuple(dict.fromkeys(b for part in to_concat for b in part.beginnings))
        return cls(beginnings, np.concatenate([part._recoded(beginnings) for part in to_concat]))

    def _recoded(self, beginnings: tuple[str, ...]) -> NDArray[np.int64]:
        if beginnings == self.beginnings:
            return self.codes
        steps = np.array([beginnings.index(b) for b in (*self.beginnings, *self.beginnings[:1])])
        which, number = np.divmod(self.codes, STEP)
        return np.where(self.codes == MISSING, MISSING, steps[which] * STEP + number)

    def _values_for_factorize(self) -> tuple[NDArray[np.int64], int]:
        return self.codes, MISSING

    @classmethod
    def _from_factorized(cls, values: NDArray[np.int64], original: "NumberedArray") -> Self:
        return cls(original.beginnings, values)

    def _of(self, codes: NDArray[np.int64]) -> Self:
        return type(self)(self.beginnings, codes)

    def _spelled(self, code: int) -> str | float:
        if code == MISSING:
            return np.nan
        which, number = divmod(code, STEP)
        return f"{self.beginnings[which]}{number}"


def numbered(beginning: str, numbers: NDArray[np.int64]) -> "pd.Series[Any]":
    """Return a column of texts that begin with the same words and end in a number.

    Parameters
    ----------
    beginning
        May be empty; whatever is added before the column later is added to it.
    numbers
        At least 0.

    Examples
    --------
    >>> ("t.csv " + numbered("line ", np.array([2, 3]))).tolist()
    ['t.csv line 2', 't.csv line 3']
    """
    return pd.Series(NumberedArray((beginning,), numbers))
