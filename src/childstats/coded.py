"""Columns of few distinct texts, kept as codes: a million rows are looked at once a label."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def coded(texts: Iterable[str]) -> "pd.Series[Any]":
    """Return texts as a column of codes, whatever they were kept as before."""
    column = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype=object)
    return column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")


def constant(text: str, index: pd.Index) -> "pd.Series[Any]":
    """Return a column that says the same in every row."""
    codes = np.zeros(len(index), dtype=np.int8)
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index([text])), index=index)


def relabelled(column: "pd.Series[Any]", label: Callable[[str], str]) -> "pd.Series[Any]":
    """Return a coded column with every text replaced by another.

    Parameters
    ----------
    column
        Texts as codes.
    label
        Called once a distinct text.

    Returns
    -------
    Series
        Texts as codes; texts that became the same share a code.
    """
    codes, labels = pd.factorize(np.array([label(text) for text in column.cat.categories], object))
    renamed = pd.Categorical.from_codes(
        np.append(codes, -1)[column.cat.codes.to_numpy()], categories=pd.Index(labels)
    )
    return pd.Series(renamed, index=column.index)


def looked_up(
    column: "pd.Series[Any]", look_up: Callable[[str], Any], dtype: Any
) -> "pd.Series[Any]":
    """Return for each text of a coded column what a function says of it, asked once a text."""
    found = np.array([look_up(text) for text in column.cat.categories], dtype=dtype)
    return pd.Series(found[column.cat.codes.to_numpy()], index=column.index)


def filled(column: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a coded column with the texts of another where it is empty."""
    if "" not in column.cat.categories:
        return column
    if list(column.cat.categories) == [""]:
        return other
    labels, own, others = _in_one_code(column, other)
    codes = np.where((column == "").to_numpy(), others, own)
    return pd.Series(pd.Categorical.from_codes(codes, categories=labels), index=column.index)


def differ(column: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[bool]":
    """Return where two coded columns do not say the same."""
    _, own, others = _in_one_code(column, other)
    return pd.Series(own != others, index=column.index)


def _in_one_code(
    column: "pd.Series[Any]", other: "pd.Series[Any]"
) -> tuple[pd.Index, NDArray[np.intp], NDArray[np.intp]]:
    labels = pd.Index(pd.unique(pd.Index([*column.cat.categories, *other.cat.categories])))
    own, others = (labels.get_indexer(c.cat.categories)[c.cat.codes] for c in (column, other))
    return labels, own, others


def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of the same columns one below the other, coded columns still coded."""
    parts = list(tables)
    if len(parts) == 1:
        return parts[0].reset_index(drop=True)
    columns: dict[Any, Any] = {}
    for name in parts[0].columns:
        pieces = [part[name] for part in parts]
        if all(isinstance(piece.dtype, pd.CategoricalDtype) for piece in pieces):
            columns[name] = pd.api.types.union_categoricals(pieces)
        else:
            columns[name] = pd.concat(pieces, ignore_index=True)
    return pd.DataFrame(columns)
