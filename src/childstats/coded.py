"""Columns of few distinct texts, kept as codes: a million rows are looked at once a label."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def coded(texts: Iterable[str]) -> "pd.Series[Any]":
    """Return texts as a column of codes, whatever they were kept as before."""
    column = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype=object)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column
    codes, distinct = pd.factorize(column.to_numpy(object), sort=True)
    return pd.Series(_categorical(codes.astype(_small(distinct)), distinct), index=column.index)


def constant(text: str, index: pd.Index) -> "pd.Series[Any]":
    """Return a column that says the same in every row."""
    return pd.Series(_categorical(np.zeros(len(index), dtype=np.int8), [text]), index=index)


def coded_from(codes: NDArray[Any], labels: Sequence[str]) -> "pd.Series[Any]":
    """Return the column in which each row has the label of its code; labels may repeat."""
    places, distinct = pd.factorize(np.array(labels, dtype=object))
    return used(pd.Series(_categorical(places.astype(_small(distinct)).take(codes), distinct)))


def used(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a coded column that knows no text which none of its rows has."""
    codes = column.cat.codes.to_numpy()
    is_used = np.bincount(codes, minlength=len(column.cat.categories)) > 0
    if is_used.all():
        return column
    moved = (np.cumsum(is_used) - 1).astype(codes.dtype).take(codes)
    return pd.Series(_categorical(moved, column.cat.categories[is_used]), index=column.index)


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
    texts = column.cat.categories.tolist()
    labels = [label(text) for text in texts]
    return column if labels == texts else relabelled_as(column, labels)


def relabelled_as(column: "pd.Series[Any]", labels: Sequence[str]) -> "pd.Series[Any]":
    """Return a coded column with its texts replaced, each by the label at its place.

    Parameters
    ----------
    column
        Texts as codes.
    labels
        One a text that the column knows.

    Returns
    -------
    Series
        Texts as codes; texts that became the same share a code.
    """
    codes, distinct = pd.factorize(np.array(labels, dtype=object))
    own = column.cat.codes.to_numpy()
    if len(distinct) == 1:
        moved = np.zeros_like(own)
    elif len(distinct) == len(labels):
        moved = own
    else:
        moved = np.append(codes, -1).astype(own.dtype)[own]
    return pd.Series(_categorical(moved, distinct), index=column.index)


def _small(labels: NDArray[Any]) -> np.dtype[Any]:
    """Return the smallest type that counts some labels, and -1."""
    return np.min_scalar_type(-max(len(labels), 1))


def _categorical(codes: NDArray[Any], labels: Any) -> "pd.Categorical[Any]":
    """Return codes with their labels; codes that are right need no looking through."""
    return pd.Categorical.from_codes(
        codes, dtype=pd.CategoricalDtype(pd.Index(labels)), validate=False
    )


def looked_up(
    column: "pd.Series[Any]", look_up: Callable[[str], Any], dtype: Any
) -> "pd.Series[Any]":
    """Return for each text of a coded column what a function says of it, asked once a text."""
    found = np.array([look_up(text) for text in column.cat.categories.tolist()], dtype=dtype)
    return pd.Series(found.take(column.cat.codes.to_numpy()), index=column.index)


def which(column: "pd.Series[Any]", holds: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Return in which rows something holds of the text of a coded column, asked once a text."""
    held = np.array([holds(text) for text in column.cat.categories.tolist()], dtype=bool)
    if held.all() or not held.any():
        return np.full(len(column), bool(held.any()))
    return np.asarray(held.take(column.cat.codes.to_numpy()), dtype=bool)


def filled(column: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a coded column with the texts of another where it is empty."""
    if "" not in column.cat.categories:
        return column
    if column.cat.categories.tolist() == [""]:
        return other
    labels, own, others = _in_one_code(column, other)
    codes = np.where((column == "").to_numpy(), others, own)
    return pd.Series(pd.Categorical.from_codes(codes, categories=labels), index=column.index)


def differ(column: "pd.Series[Any]", other: "pd.Series[Any]") -> "pd.Series[bool]":
    """Return where two coded columns do not say the same."""
    if len(column.cat.categories) == 1 == len(other.cat.categories):
        unlike = column.cat.categories[0] != other.cat.categories[0]
        return pd.Series(np.full(len(column), unlike), index=column.index)
    _, own, others = _in_one_code(column, other)
    return pd.Series(own != others, index=column.index)


def _in_one_code(
    column: "pd.Series[Any]", other: "pd.Series[Any]"
) -> tuple[pd.Index, NDArray[np.intp], NDArray[np.intp]]:
    labels = pd.Index(pd.unique(column.cat.categories.append(other.cat.categories)))
    own, others = (labels.get_indexer(c.cat.categories)[c.cat.codes] for c in (column, other))
    return labels, own, others


def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of the same columns one below the other, coded columns still coded."""
    given = list(tables)
    # without rows a column has no words, and so none of their kind
    parts = [part for part in given if len(part)] or given[:1]
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
