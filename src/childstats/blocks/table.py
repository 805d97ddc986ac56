"""A table: written cells, or an analyst's own frame of numbers, formatted when it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final, Literal, cast

import pandas as pd
from pandas import DataFrame
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from childstats.blocks.mime import INK, WASH, linked, mime_bundle, spoken
from childstats.precision import magnitude

ROW: Final = "white-space:normal;font-weight:normal;vertical-align:top"
"""How the cells of a row are set."""
MISSING: Final = "–"
MOST_DIGITS: Final = 4


@dataclass(frozen=True)
class Column:
    """A table column: its heading, alignment and share of the width."""

    label: str
    align: Literal["left", "right"] = "left"
    width: float = 1


@dataclass(frozen=True)
class Group:
    """A heading row inside a table."""

    label: str


class Table:
    """A table of written cells, or of an analyst's own numbers.

    ``Table(frame, title=…)`` keeps the numbers: they are formatted when the table is shown, in
    the report's language, the same number of decimals down a column, numbers at the right and a
    missing value as a dash.

    Parameters
    ----------
    frame
        Numbers, texts and dates; its index, unless it only counts the rows, is the first column.
    title
        What is shown; stands above the table.
    columns
        With a frame, headings: by column, or one for each in order. Else the columns of ``rows``,
        of which the first names the row.
    rows
        Without a frame: tuples of written cells, one per column, or a `Group`.
    digits
        With a frame: decimals of every column, or by column; as many as its numbers have if
        neither is given, `MOST_DIGITS` at most.
    notes
        Lines below the table.
    figure_ids
        Published figures that the cells rest on.
    compact
        Set in small letters: for the back of a report.
    notice
        What has to stand on the first page because of this table, such as a correction.

    Raises
    ------
    TypeError
        If the frame is none.
    ValueError
        If the headings are not as many as the columns, or name or format a column that is not
        there.
    """

    def __init__(
        self,
        frame: DataFrame | None = None,
        *,
        title: str,
        columns: Sequence[Column | str] | Mapping[Any, str] = (),
        rows: Sequence[tuple[str, ...] | Group] = (),
        digits: int | Mapping[Any, int] | None = None,
        notes: Sequence[str] = (),
        figure_ids: Sequence[str] = (),
        compact: bool = False,
        notice: str = "",
    ) -> None:
        self.title = title
        self.notes, self.figure_ids = notes, figure_ids
        self.compact, self.notice = compact, notice
        self._given = None
        self._digits: int | Mapping[Any, int] = {} if digits is None else digits
        if frame is None:
            self._columns, self._rows = cast("Sequence[Column]", columns), rows
            return
        if not isinstance(frame, DataFrame):
            raise TypeError(
                f"Table takes a pandas DataFrame, not {type(frame).__name__}; "
                "of a Series give .to_frame()"
            )
        self._given = frame
        shown = self._shown()
        known = set(shown.columns)
        named = set(columns) if isinstance(columns, Mapping) else set()
        named |= set(self._digits) if isinstance(self._digits, Mapping) else set()
        if named - known:
            raise ValueError(
                f"Table has no column {sorted(map(str, named - known))}; "
                f"its columns are {list(map(str, shown.columns))}"
            )
        if not isinstance(columns, Mapping) and columns and len(columns) != len(shown.columns):
            raise ValueError(
                f"Table has {len(shown.columns)} columns and {len(columns)} headings: "
                f"{list(map(str, shown.columns))}"
            )
        self._labels = columns

    @property
    def frame(self) -> DataFrame:
        """The numbers, as given; of written cells the cells, a row's group beside them."""
        if self._given is not None:
            return self._given
        group, cells = "", []
        for row in self.rows:
            if isinstance(row, Group):
                group = row.label
            else:
                cells.append((group, *row))
        frame = DataFrame(cells, columns=["group", *(c.label for c in self.columns)])
        return frame if any(frame["group"]) else frame.iloc[:, 1:]

    @property
    def columns(self) -> Sequence[Column]:
        """The columns as they are shown."""
        if self._given is None:
            return self._columns
        shown, labels = self._shown(), self._labels
        names = (
            [labels.get(name, str(name)) for name in shown]
            if isinstance(labels, Mapping)
            else [c.label if isinstance(c, Column) else c for c in labels]
            or [str(name) for name in shown]
        )
        return [
            Column(label, "right" if _is_number(shown.iloc[:, i]) else "left")
            for i, label in enumerate(names)
        ]

    @property
    def rows(self) -> Sequence[tuple[str, ...] | Group]:
        """The rows as they are shown."""
        if self._given is None:
            return self._rows
        shown = self._shown()
        cells = [_written(shown.iloc[:, i], self._digits_of(name)) for i, name in enumerate(shown)]
        return list(zip(*cells, strict=True))

    def _digits_of(self, name: Any) -> int | None:
        return self._digits.get(name) if isinstance(self._digits, Mapping) else self._digits

    def _shown(self) -> DataFrame:
        """Return the frame with its index as columns, its headings of several levels as one."""
        assert self._given is not None
        frame = self._given.copy(deep=False)
        heads: list[Any] = list(frame.columns)
        frame.columns = pd.Index(
            [
                " / ".join(map(str, head)).strip() if isinstance(head, tuple) else head
                for head in heads
            ]
        )
        if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
            return frame
        index = frame.index.to_frame(index=False)
        index.columns = pd.Index([name or "" for name in frame.index.names])
        return pd.concat([index, frame.reset_index(drop=True)], axis=1)

    def to_json(self) -> dict[str, Any]:
        """Return the block as the exporter reads it."""
        return {
            "type": "table",
            "title": self.title,
            "columns": [
                {"label": c.label, "align": c.align, "width": c.width} for c in self.columns
            ],
            "rows": [
                {"group": row.label} if isinstance(row, Group) else {"cells": list(row)}
                for row in self.rows
            ],
            "notes": list(self.notes),
            "figure_ids": list(self.figure_ids),
            "compact": self.compact,
            "notice": self.notice,
        }

    def to_html(self) -> str:
        """Return the block for JupyterLab."""
        whole = sum(c.width for c in self.columns)
        head = "".join(
            f'<th scope="col" style="text-align:{c.align};width:{c.width / whole:.0%}">'
            f"{escape(c.label)}</th>"
            for c in self.columns
        )
        notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in self.notes)
        body = "".join(self._html_row(row) for row in self.rows)
        return (
            f"<table><caption>{escape(self.title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"
        )

    def _html_row(self, row: tuple[str, ...] | Group) -> str:
        if isinstance(row, Group):
            return (
                f'<tr><th scope="rowgroup" colspan="{len(self.columns)}" '
                f'style="text-align:left;background:{WASH};color:{INK}">'
                f"{linked(row.label)}</th></tr>"
            )
        cells = (
            f'<{tag} style="text-align:{column.align};{ROW}">{linked(cell)}</{tag}>'
            for tag, column, cell in zip(
                ["th", *["td"] * (len(row) - 1)], self.columns, row, strict=True
            )
        )
        return f"<tr>{''.join(cells)}</tr>"

    def __str__(self) -> str:
        """Return the table as plain text."""
        lines = [self.title, " | ".join(c.label for c in self.columns)]
        lines += [row.label if isinstance(row, Group) else " | ".join(row) for row in self.rows]
        return "\n".join([*lines, *self.notes])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)


def _is_number(column: "pd.Series[Any]") -> bool:
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _written(column: "pd.Series[Any]", digits: int | None) -> list[str]:
    """Return a column's cells as text in the report's language."""
    t = spoken()
    if not _is_number(column):
        return [_text(value) for value in column]
    if str(column.name) in {"year", "time_period"} and digits is None:
        return [MISSING if pd.isna(v) else f"{v:.0f}" for v in column]  # no thousands are grouped
    numbers = [None if pd.isna(v) else float(v) for v in column]
    if digits is None:
        digits = max([_decimals(n) for n in numbers if n is not None], default=0)
        digits = digits if is_float_dtype(column) else 0
    return [MISSING if n is None else t.decimal(n, digits=digits) for n in numbers]


def _decimals(number: float) -> int:
    """Return how many decimals a number has; those of a small one that tell it from 0."""
    if not number or abs(number) == float("inf"):
        return 0
    most = max(MOST_DIGITS, 1 - magnitude(number))
    return next((d for d in range(most) if round(number, d) == round(number, most)), most)


def _text(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return MISSING
    if isinstance(value, date):
        day = value.date() if isinstance(value, pd.Timestamp) else value
        return spoken().date(day)
    return str(value)
