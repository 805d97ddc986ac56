"""Blocks: what a report is made of, as data first and pictures second.

A block shows itself in JupyterLab as HTML and carries the same content as JSON under
`BLOCK_MIME`, from which the exporter typesets it. Every block names the figures it rests on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, Literal, Protocol

from childstats.precision import rounded
from childstats.presentation.chart_lint import refuse_faulty

BLOCK_MIME: Final = "application/vnd.childstats.block+json"
"""MIME type of a block's JSON in a notebook output."""
ROW: Final = "white-space:normal;font-weight:normal;vertical-align:top"
"""How the cells of a row are set."""
INK, WASH = "#12436D", "#EEF2F6"
"""Colours of the printed page, see ``document.typ``."""


def _linked(text: str) -> str:
    """Return a cell's text as HTML; a line that is an address is a link, named by its host."""
    return "<br>".join(
        f'<a href="{escape(line)}">{escape(line.split("/")[2])}</a>'
        if line.startswith(("https://", "http://"))
        else escape(line)
        for line in text.split("\n")
    )


class Block(Protocol):
    """Anything that a report can hold."""

    def to_json(self) -> dict[str, Any]:
        """Return the block as the exporter reads it."""

    def to_html(self) -> str:
        """Return the block for JupyterLab."""

    def __str__(self) -> str:
        """Return the block as plain text."""


def mime_bundle(block: Block) -> dict[str, Any]:
    """Return a block as Jupyter's display data: plain text, HTML and our JSON."""
    return {"text/plain": str(block), "text/html": block.to_html(), BLOCK_MIME: block.to_json()}


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


@dataclass(frozen=True)
class Table:
    """A table of written cells.

    Attributes
    ----------
    title
        What is shown; stands above the table.
    columns
        Headings; the first column names the row.
    rows
        Tuples of cells, one per column, or a `Group`.
    notes
        Lines below the table.
    figure_ids
        Figures that the cells rest on.
    compact
        Set in small letters: for the back of a report.
    notice
        What has to stand on the first page because of this table, such as a correction.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[tuple[str, ...] | Group]
    notes: Sequence[str] = ()
    figure_ids: Sequence[str] = ()
    compact: bool = False
    notice: str = ""

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
                f"{_linked(row.label)}</th></tr>"
            )
        cells = (
            f'<{tag} style="text-align:{column.align};{ROW}">{_linked(cell)}</{tag}>'
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


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """What one series of a chart draws, mark by mark.

    Attributes
    ----------
    label
        Its name, as drawn.
    x, y
        Place of each mark; on a chart of rows ``x`` holds the names of the rows. A ``y`` that is
        None is a gap.
    low, high
        Ends of the interval that is drawn around each mark; equal where the value is exact.
    written
        What stands beside each mark, where places are drawn that are not values.
    """

    label: str
    x: Sequence[str | float]
    y: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]
    written: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the series as the exporter reads it."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True)
class ChartData:
    """What a chart draws, as numbers: what is checked before a picture is believed.

    Attributes
    ----------
    kind
        ``lines``, ``bars``, ``forest``, ``spine``, ``dumbbell``, ``dots`` or ``cascade``.
    title, alt
        As on the chart.
    series
        One to four.
    y_from_zero
        Whether the axis of the values begins at 0.
    colours
        Hex colour of each series.
    percent
        Whether the values are proportions, written as percentages.
    """

    kind: str
    title: str
    alt: str
    series: Sequence[ChartSeries]
    y_from_zero: bool
    colours: Sequence[str]
    percent: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what a table of the chart needs."""
        series = [s.to_json() for s in self.series]
        return {"kind": self.kind, "percent": self.percent, "series": series}


@dataclass(frozen=True)
class Chart:
    """A drawn chart with the words that stand for it.

    Attributes
    ----------
    title
        What is shown, in at most ten words.
    caption
        Measure, unit, source, area and period.
    alt
        What a reader who cannot see the chart needs to know.
    svg
        The drawing.
    figure_ids
        Figures that are drawn.
    data
        What is drawn, as numbers.

    Raises
    ------
    ValueError
        If the chart breaks a rule of `childstats.presentation.chart_lint`.
    """

    title: str
    caption: str
    alt: str
    svg: str = field(repr=False)
    figure_ids: Sequence[str] = ()
    data: ChartData | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        refuse_faulty(self)

    def to_json(self) -> dict[str, Any]:
        """Return the block as the exporter reads it."""
        return {
            "type": "chart",
            "title": self.title,
            "caption": self.caption,
            "alt": self.alt,
            "svg": self.svg,
            "figure_ids": list(self.figure_ids),
            "data": self.data.to_json() if self.data else None,
        }

    def to_html(self) -> str:
        """Return the block for JupyterLab."""
        drawing = self.svg[self.svg.index("<svg") :]
        return (
            f'<figure><strong>{escape(self.title)}</strong><div role="img" '
            f'aria-label="{escape(self.alt)}">{drawing}</div>'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )

    def __str__(self) -> str:
        """Return the chart in words."""
        return f"{self.title}\n{self.alt}\n{self.caption}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)


@dataclass(frozen=True)
class Sentences:
    """Computed sentences, most important first.

    Attributes
    ----------
    sentences
        Whole sentences, one an item.
    figure_ids
        Figures that the sentences rest on.
    role
        ``bottom_line`` is set apart from the text; ``list`` is a plain list; ``nothing`` says
        to the analyst that there is no content, and no report prints it.
    """

    sentences: Sequence[str]
    figure_ids: Sequence[str] = ()
    role: Literal["bottom_line", "list", "nothing"] = "list"

    def to_json(self) -> dict[str, Any]:
        """Return the block as the exporter reads it."""
        return {
            "type": self.role,
            "sentences": list(self.sentences),
            "figure_ids": list(self.figure_ids),
        }

    def to_html(self) -> str:
        """Return the block for JupyterLab."""
        if len(self.sentences) == 1:
            listed = f"<p>{escape(self.sentences[0])}</p>"
        else:
            listed = "<ul>" + "".join(f"<li>{escape(s)}</li>" for s in self.sentences) + "</ul>"
        if self.role == "nothing":
            return f"<em>{listed}</em>"
        if self.role == "list":
            return listed
        box = f"background:{WASH};border-left:3px solid {INK};padding:0.4em 0.6em"
        return f'<div style="{box}">{listed}</div>'

    def __str__(self) -> str:
        """Return the sentences, one a line."""
        return "\n".join(self.sentences)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)


def _plain(value: Any) -> Any:
    """Return a text, or a list of texts and numbers of Python's own kinds, as published."""
    if isinstance(value, str):
        return value
    parts = (part.item() if hasattr(part, "item") else part for part in value)
    return [rounded(part) if isinstance(part, float) else part for part in parts]
