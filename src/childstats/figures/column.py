"""Read a whole column of printed figures: plain numbers at vector speed, the rest one by one."""

import re
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from childstats.coded import constant, stacked
from childstats.codes import ObsStatus
from childstats.errors import FigureError
from childstats.figures.figure import Figure, Qualifier
from childstats.figures.grammar import MARKS, NUMBER, ROUNDED_UNITS
from childstats.figures.parse import parse_figure

MOST_CHARACTERS: Final = 15
"""Longer numbers are read one by one: here ten times the digits must be exact in a float."""
POWERS_OF_TEN: Final = np.array([float(f"1e{power}") for power in range(MOST_CHARACTERS + 2)])
"""Looked up, since NumPy's powers are not exact on every processor."""
COLUMNS: Final = (*(f.name for f in fields(Figure)), "refusal")
"""Columns of a table of parsed figures."""
_TYPES: Final = (
    dict.fromkeys(("value", "low", "high", "lower_bound", "upper_bound"), "float64")
    | dict.fromkeys(("printed_low", "printed_high"), "float64")
    | dict.fromkeys(("numerator", "denominator", "decimals"), "Int64")
    | dict.fromkeys(("qualifier", "unit", "obs_status", "refusal"), "category")
    | {"text": "object"}
)


def parse_figures(texts: Sequence[str], *, language: str, unit: str | None = None) -> pd.DataFrame:
    """Read a column of printed figures.

    Parameters
    ----------
    texts
        One printed figure a row.
    language, unit
        As for `parse_figure`, for the whole column.

    Returns
    -------
    DataFrame
        A row a text, in order: the fields of `Figure` as columns ("" for no unit), and
        ``refusal``: why a text is no figure, "" where it is one. Each row is what `parse_figure`
        gives for its text; plain numbers are read all at once.

    Raises
    ------
    FigureError
        If the number format is unknown.

    Examples
    --------
    >>> parse_figures(["6,847", "95.5%", "12,3,4"], language="en")["high"].tolist()
    [6847.0, 95.55, nan]
    """
    parse_figure("0", language=language)  # refuses an unknown number format
    rows, distinct = pd.factorize(np.asarray(texts, dtype=object))
    return parse_distinct(distinct, language=language, unit=unit).take(rows).reset_index(drop=True)


def parse_distinct(
    texts: NDArray[np.object_], *, language: str, unit: str | None = None
) -> pd.DataFrame:
    """Read texts of which none is repeated; as `parse_figures`, with labels as codes.

    Parameters
    ----------
    texts, language, unit
        As for `parse_figures`; the language is one of the two.

    Returns
    -------
    DataFrame
        As `parse_figures`.
    """
    is_number = re.compile(NUMBER[language]).fullmatch
    plain = np.fromiter(
        (len(t) <= MOST_CHARACTERS and is_number(t) is not None for t in texts),
        dtype=bool,
        count=len(texts),
    )
    read = [_plain_numbers(texts[plain], language, unit)] if plain.any() else []
    if not plain.all() or not read:
        others = [_read(text, language, unit) for text in texts[~plain]]
        read.append(pd.DataFrame(others, columns=list(COLUMNS)).astype(_TYPES))
    table = stacked(read)
    order = np.empty(len(texts), dtype=np.intp)
    order[np.concatenate([np.flatnonzero(plain), np.flatnonzero(~plain)])] = range(len(texts))
    return table.take(order) if len(read) > 1 else table


def _read(text: str, language: str, unit: str | None) -> dict[str, Any]:
    """Return one figure as a row, or its refusal."""
    try:
        row = asdict(parse_figure(text, language=language, unit=unit)) | {"refusal": ""}
    except FigureError as error:
        nothing: dict[str, Any] = dict.fromkeys(COLUMNS)
        row = nothing | {"text": text, "qualifier": "", "refusal": str(error)}
    return row | {
        "unit": row["unit"] or "",
        "qualifier": str(row["qualifier"]),
        "obs_status": str(row["obs_status"] or ObsStatus.NORMAL),
    }


def _plain_numbers(texts: NDArray[np.object_], language: str, unit: str | None) -> pd.DataFrame:
    """Return plain numbers as rows: digits, grouping marks and at most one decimal mark.

    With n the digits without marks and d decimals, a value is n / 10**d and its rounded ends are
    (10 n ± 5) / 10**(d + 1): quotients of integers that floats hold, so rounded but once.
    """
    characters = np.frombuffer("\n".join([*texts, ""]).encode("ascii"), dtype=np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    points = np.flatnonzero(characters == ord(MARKS[language][1]))
    row_of_point = np.searchsorted(ends, points)
    decimals = np.zeros(len(texts), dtype=np.intp)
    decimals[row_of_point] = ends[row_of_point] - points - 1
    is_kept = (characters >= ord("0")) | (characters == ord("\n"))
    digits = np.fromstring(characters[is_kept].tobytes().decode(), dtype=np.int64, sep="\n")
    value = digits / POWERS_OF_TEN[decimals]
    low = np.maximum(10 * digits - 5, 0) / POWERS_OF_TEN[decimals + 1]
    high = (10 * digits + 5) / POWERS_OF_TEN[decimals + 1]
    exact = (decimals == 0) & (unit not in ROUNDED_UNITS)
    if unit == "percent":
        high = np.where(value <= 100, np.minimum(high, 100.0), high)
    exactly = pd.Categorical.from_codes(
        exact.astype(np.int8), categories=pd.Index([Qualifier.ROUNDED.value, Qualifier.EXACT.value])
    )
    rows = pd.RangeIndex(len(texts))
    return pd.DataFrame(
        {
            "text": pd.Series(texts, dtype=object),
            "value": value,
            "low": np.where(exact, value, low),
            "high": np.where(exact, value, high),
            "qualifier": exactly,
            "unit": constant(unit or "", rows),
            "numerator": pd.array([pd.NA], dtype="Int64").repeat(len(texts)),
            "denominator": pd.array([pd.NA], dtype="Int64").repeat(len(texts)),
            "obs_status": constant(ObsStatus.NORMAL.value, rows),
            "lower_bound": np.nan,
            "upper_bound": np.nan,
            "decimals": pd.array(decimals.astype(np.int64), dtype="Int64"),
            "printed_low": np.nan,
            "printed_high": np.nan,
            "refusal": constant("", rows),
        }
    )
