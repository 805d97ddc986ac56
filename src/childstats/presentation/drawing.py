"""What charts of rows share: margins from the letters themselves, and columns beside the marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke
from matplotlib.transforms import offset_copy

from childstats.presentation.blocks import ChartSeries
from childstats.presentation.charts import as_svg, line_width

MARGIN: Final = 0.04
"""Inches of white around everything that is drawn."""
ROUNDS: Final = 3
"""Margins change the places of labels that hang on values; they settle by the third round."""
SETTLED: Final = 0.001
"""Inches by which no margin has to move any more."""
NARROWEST: Final = 1.0
"""Inches that are always left for the marks themselves."""
GAP: Final = 9.0
"""Points between two columns of text."""
MARK: Final = 10.0
"""Points that a mark takes in front of a heading."""
ON_WHITE: Final = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
"""Box behind a written value, so that no grid line runs through its letters."""
CAP: Final = 0.18
"""Half the height of an interval's end strokes, in rows: they stand out beyond the mark."""


@dataclass(frozen=True, slots=True)
class Head:
    """Heading of a column of written values; it names the mark whose values they are.

    Attributes
    ----------
    text
        What the column holds; may have several lines.
    marker, colour
        The mark as matplotlib names it, and its colour.
    """

    text: str
    marker: str
    colour: str


def right_columns(axes: Axes, heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> None:
    """Write columns of values to the right of the marks, each under the mark it belongs to.

    Parameters
    ----------
    axes
        Axes with their limits set, whose rows stand at 0, 1, 2 and so on.
    heads
        One a column.
    rows
        Cells of each row, one a column.
    """
    offset = GAP
    figure = axes.get_figure(root=True)
    for j, head in enumerate(heads):
        _heading(axes, head, offset)
        place = offset_copy(axes.get_yaxis_transform(), fig=figure, x=offset, units="points")
        for y, cells in enumerate(rows):
            axes.text(1, y, cells[j], transform=place, va="center")
        texts = [line for cells in rows for line in cells[j].split("\n")]
        widest = max([line_width(text, "regular") for text in texts], default=0.0)
        named = max(line_width(line) for line in head.text.split("\n"))
        offset += GAP + max(widest, MARK + named)


def _heading(axes: Axes, head: Head, offset: float) -> None:
    place = offset_copy(
        axes.transAxes, fig=axes.get_figure(root=True), x=offset + 3, y=10.5, units="points"
    )
    axes.plot(1, 1, transform=place, marker=head.marker, color=head.colour, mew=1.4, clip_on=False)
    words = offset_copy(
        axes.transAxes, fig=axes.get_figure(root=True), x=offset + MARK, y=6, units="points"
    )
    axes.text(1, 1, head.text, transform=words, va="bottom", fontweight="semibold")


def draw_interval(axes: Axes, y: float, low: float, high: float, *, on_bar: bool = False) -> None:
    """Draw an interval over its mark: a line with end strokes that stand out beyond the mark.

    Parameters
    ----------
    axes
        Where.
    y
        Its row.
    low, high
        Its ends; nothing is drawn where they are equal.
    on_bar
        Whether it is drawn on a dark bar, where a white edge keeps it visible.
    """
    if low >= high:
        return
    lines = [[(low, y), (high, y)], *([(end, y - CAP), (end, y + CAP)] for end in (low, high))]
    edge = [Stroke(linewidth=2.8, foreground="white"), Normal()] if on_bar else []
    axes.add_collection(
        LineCollection(lines, colors="black", linewidths=1.1, path_effects=edge, zorder=5)
    )


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows at the left, the first at the top.

    Parameters
    ----------
    axes
        Where.
    names
        From the top; may have several lines.
    """
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def series_of_rows(
    label: str,
    rows: Sequence[tuple[str, tuple[float, float, float] | None]],
    *,
    written: Sequence[str] = (),
) -> ChartSeries:
    """Return one mark a row as a chart's data.

    Parameters
    ----------
    label
        Name of the series.
    rows
        Name of each row, and value, low and high, or None where the row has no such mark.
    written
        What stands beside each mark, where its place is not its value.

    Returns
    -------
    ChartSeries
        With None where there is no mark.
    """
    marks = [mark or (None, None, None) for _, mark in rows]
    return ChartSeries(
        label,
        [name.replace("\n", " ") for name, _ in rows],
        [mark[0] for mark in marks],
        [mark[1] for mark in marks],
        [mark[2] for mark in marks],
        written,
    )


def fitted_svg(figure: Figure, axes: Axes) -> str:
    """Give every label of a chart its room, and return the chart as SVG.

    Parameters
    ----------
    figure
        A figure of fixed size with one set of axes, drawn to the end.
    axes
        Those axes; their labels, title and annotations may hang outside them.

    Returns
    -------
    str
        SVG, the same bytes for the same drawing.

    Raises
    ------
    ValueError
        If the labels leave less than an inch for the marks.
    """
    width, height = (float(side) for side in figure.get_size_inches())
    FigureCanvasAgg(figure)  # letters are measured many times, by one renderer
    before = (0.0, 0.0, 0.0, 0.0)
    for _ in range(ROUNDS):
        inner = axes.get_window_extent()
        outer = axes.get_tightbbox() or inner
        margins = (
            inner.x0 - outer.x0,
            inner.y0 - outer.y0,
            outer.x1 - inner.x1,
            outer.y1 - inner.y1,
        )
        left, bottom, right, top = now = tuple(side / figure.dpi + MARGIN for side in margins)
        if all(abs(a - b) < SETTLED for a, b in zip(now, before, strict=True)):
            break
        before = now
        if width - left - right < NARROWEST:
            raise ValueError(
                f"labels leave {width - left - right:.2f} of {width:.2f} inches for the marks; "
                "shorten or wrap them"
            )
        figure.subplots_adjust(
            left=left / width, right=1 - right / width, bottom=bottom / height, top=1 - top / height
        )
    return as_svg(figure)
