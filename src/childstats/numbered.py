"""Columns of texts that are the same but for a number, such as ``line 2``, kept as numbers.

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
"""Codes of the second shape start here; numbers are smaller."""
MISSING: Final = -1


@register_extension_dtype
class NumberedDtype(ExtensionDtype):
    """Texts that are the same but for a number."""

    name = "numbered"
    type = str
    kind = "O"
    na_value = np.nan

    @classmethod
    def construct_array_type(cls) -> "builtins.type[NumberedArray]":
        """Return the array of this type."""
        return NumberedArray


class NumberedArray(ExtensionArray):
    """Texts that are the same but for a number.

    Parameters
    ----------
    shapes
        What stands before and behind the numbers, each pair once.
    codes
        The number of each text, plus `STEP` times the position of its shape; or `MISSING`.
    """

    def __init__(self, shapes: tuple[tuple[str, str], ...], codes: NDArray[np.int64]) -> None:
        self.shapes: Final = shapes
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
        return type(self)(tuple((text + a, b) for a, b in self.shapes), self.codes)

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
        shapes = tuple(dict.fromkeys(shape for part in to_concat for shape in part.shapes))
        return cls(shapes, np.concatenate([part._recoded(shapes) for part in to_concat]))

    def _recoded(self, shapes: tuple[tuple[str, str], ...]) -> NDArray[np.int64]:
        if shapes == self.shapes:
            return self.codes
        steps = np.array([shapes.index(shape) for shape in (*self.shapes, self.shapes[0])])
        which, number = np.divmod(self.codes, STEP)
        return np.where(self.codes == MISSING, MISSING, steps[which] * STEP + number)

    def _values_for_factorize(self) -> tuple[NDArray[np.int64], int]:
        return self.codes, MISSING

    @classmethod
    def _from_factorized(cls, values: NDArray[np.int64], original: "NumberedArray") -> Self:
        return cls(original.shapes, values)

    def _of(self, codes: NDArray[np.int64]) -> Self:
        return type(self)(self.shapes, codes)

    def _spelled(self, code: int) -> str | float:
        if code == MISSING:
            return np.nan
        which, number = divmod(code, STEP)
        before, behind = self.shapes[which]
        return f"{before}{number}{behind}"


def numbered(before: str, numbers: NDArray[np.int64], behind: str = "") -> "pd.Series[Any]":
    """Return a column of texts that are the same but for a number.

    Parameters
    ----------
    before, behind
        May be empty; whatever is added before the column later is added to the former.
    numbers
        At least 0.

    Examples
    --------
    >>> ("t.csv " + numbered("line ", np.array([2, 3]))).tolist()
    ['t.csv line 2', 't.csv line 3']
    """
    return pd.Series(NumberedArray(((before, behind),), numbers))
