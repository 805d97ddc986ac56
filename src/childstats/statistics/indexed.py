"""Estimates of the columns of a table, which keep its index."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from childstats.statistics.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd


class IndexedEstimate(Estimate):
    """An estimate of columns of a table: an `Estimate` with the index of its rows.

    Attributes
    ----------
    rows
        The index of the columns that were given.
    """

    rows: "pd.Index[Any]"

    def to_frame(self, index: Any = None) -> "pd.DataFrame":
        """Return `Estimate.to_frame` with the index of the columns, unless another is given."""
        return super().to_frame(self.rows if index is None else index)


def keeping_index(statistic: Callable[..., Any]) -> Callable[..., Any]:
    """Return a statistic whose estimates keep the index of pandas' Series.

    Parameters
    ----------
    statistic
        Returns an `Estimate`; any other function comes back as it is.

    Returns
    -------
    callable
        The same; where an argument is a Series, the estimate's `to_frame` has its index.

    Raises
    ------
    ValueError
        If two Series have different indexes: rows would be matched that do not belong together.
    """
    if inspect.isclass(statistic):
        return statistic
    if inspect.signature(statistic).return_annotation not in {Estimate, "Estimate"}:
        return statistic

    @wraps(statistic)
    def called(*arguments: Any, **keywords: Any) -> Any:
        found = statistic(*arguments, **keywords)
        given = [a for a in (*arguments, *keywords.values()) if type(a).__name__ == "Series"]
        if not given:
            return found
        if not all(given[0].index.equals(other.index) for other in given[1:]):
            raise ValueError("the columns have different indexes; align them first")
        indexed = IndexedEstimate(*found)
        indexed.rows = given[0].index
        return indexed

    return called
