"""What plots of rows share: names at the left, a scale, columns of words at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Final

from childstats.charts.palette import BLACK, GREY, LINE, MARGIN, WHITE, WIDTH
from childstats.charts.style import new_axes, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROWEST: Final = 72.0
"""Points that are always left for the marks themselves."""
GAP: Final = 9.0
"""Points between two columns of text."""
MARK: Final = 10.0
"""Points that a mark takes in front of a heading."""
BESIDE: Final = 6.0
"""Points between a mark and what is written at it."""
BETWEEN: Final = 7.0
"""Points of white between the names of two rows, at least."""
CAP: Final = 6.0
"""Half the height of an interval's end strokes: they stand out beyond the mark."""
TICK: Final = 3.5
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Head:
    """Heading of a column of written values; ``marker`` is the mark whose values they are."""

    text: str
    marker: str = ""
    colour: str = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What stands around the marks of a plot of rows.

    Attributes
    ----------
    names
        From the top; may have several lines.
    least
        Points that a row takes, at least; names of several lines take more.
    low, high, is_log
        The scale.
    ticks
        Values with what is written at them.
    axis, title
        What is measured: below or above the marks.
    heads, columns
        Headings of the columns at the right, and the cells of each row.
    ends
        Instead: the value at which each row's marks end, and what is written beside it.
    frame
        Whether axis lines and a grid are drawn.
    """

    names: Sequence[str]
    least: float
    low: float
    high: float
    ticks: Ticks
    is_log: bool = False
    axis: str = ""
    title: str = ""
    heads: Sequence[Head] = ()
    columns: Sequence[Sequence[str]] = ()
    ends: Sequence[tuple[float, str]] = ()
    frame: bool = True


def row_axes(rows: Rows, ax: "Axes | None") -> "Axes":
    """Return axes with a row at 0, 1, 2 … from the top, its name at the left.

    Parameters
    ----------
    rows
        What stands around the marks.
    ax
        Axes to use; new ones of the right size if None.

    Returns
    -------
    matplotlib.axes.Axes
        For the marks.

    Raises
    ------
    ValueError
        If the words leave less than an inch for the marks.
    """
    if ax is None:
        ax = _new(rows)
    ax.set_ylim(len(rows.names) - 0.5, -0.5)
    if rows.is_log:
        ax.set_xscale("log")
    ax.set_xlim(rows.low, rows.high)
    ax.minorticks_off()
    ax.set_xticks([value for value, _ in rows.ticks], labels=[words for _, words in rows.ticks])
    ax.set_yticks(range(len(rows.names)), labels=list(rows.names))
    ax.tick_params(axis="y", length=0)
    for label in ax.get_yticklabels():
        label.set(multialignment="right", va="center")
    if rows.frame:
        ax.grid(visible=True, axis="x", clip_on=False)
    else:
        ax.tick_params(axis="x", length=0)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
    if rows.axis:
        ax.set_xlabel(rows.axis, labelpad=TICK)
    if rows.title:
        ax.set_title(
            rows.title, loc="left", color=GREY, pad=BESIDE, size=ax.xaxis.label.get_fontsize()
        )
    _write_columns(ax, rows)
    return ax


def draw_interval(ax: "Axes", row: float, low: float, high: float, *, on_bar: bool = False) -> None:
    """Draw an interval behind its mark: a line whose end strokes stand out beyond the mark.

    Parameters
    ----------
    ax
        Where.
    row
        The row's place.
    low, high
        Its ends; nothing is drawn where they are equal, and no end stroke beyond the scale.
    on_bar
        Whether it is drawn on a dark bar, where a white edge keeps it visible.
    """
    if low >= high:
        return
    first, last = ax.get_xlim()
    ends = [end for end in (low, high) if first <= end <= last]
    line = [min(max(end, first), last) for end in (low, high)]
    order = 5 if on_bar else 3
    for colour, width in [(WHITE, 2.8)] * on_bar + [(BLACK, 1.1)]:
        ax.plot(line, [row, row], color=colour, linewidth=width, clip_on=False, zorder=order)
        ax.plot(
            ends, [row] * len(ends), "|", color=colour, markersize=2 * CAP,
            markeredgewidth=width, clip_on=False, zorder=order,
        )  # fmt: skip


def _new(rows: Rows) -> "Axes":
    left = MARGIN + max(text_width(name) for name in rows.names) + TICK
    right = _right_end(rows, left)
    if right - left < NARROWEST:
        raise ValueError(
            f"labels leave {max(right - left, 0) / 72:.2f} of {WIDTH / 72:.2f} inches for the "
            "marks; shorten or wrap them"
        )
    above = [head.text.count("\n") + 1 for head in rows.heads] + [1] * bool(rows.title)
    top = MARGIN + (LINE * max(above) + BESIDE if above else 0)
    height = max(rows.least, BETWEEN + LINE * max(_lines(rows)))
    bottom = top + height * len(rows.names)
    below = 2 * TICK + LINE + (LINE + TICK) * bool(rows.axis) + MARGIN
    return new_axes(WIDTH, bottom + below, left=left, right=right, top=top, bottom=bottom)


def _lines(rows: Rows) -> list[int]:
    """Return how many lines of text the tallest cell of each row has."""
    columns = rows.columns or [[words] for _, words in rows.ends] or [[]] * len(rows.names)
    return [
        max(cell.count("\n") + 1 for cell in (name, *cells))
        for name, cells in zip(rows.names, columns, strict=True)
    ]


def _share(rows: Rows, value: float) -> float:
    ends = (rows.low, rows.high, value)
    low, high, at = (log(end) for end in ends) if rows.is_log else ends
    return (at - low) / (high - low)


def _right_end(rows: Rows, left: float) -> float:
    """Return the place of the scale's end that leaves room for all that is right of it."""
    room = WIDTH - MARGIN
    overhang = [(value, text_width(words) / 2) for value, words in rows.ticks]
    overhang += [(value, BESIDE + text_width(words)) for value, words in rows.ends]
    ends = [
        left + (room - width - left) / share
        for value, width in overhang
        if (share := _share(rows, value)) > 0
    ]
    return min([room - sum(_widths(rows)), *ends])


def _widths(rows: Rows) -> list[float]:
    """Return the width of each column at the right with the gap before it."""
    widths = []
    for j in range(len(rows.columns[0]) if rows.columns else 0):
        named = MARK + text_width(rows.heads[j].text, "semibold") if rows.heads else 0.0
        widths.append(GAP + max(named, *(text_width(cells[j]) for cells in rows.columns)))
    return widths


def _write_columns(ax: "Axes", rows: Rows) -> None:
    at = GAP
    for j, width in enumerate(_widths(rows)):
        if rows.heads:
            _write_head(ax, rows.heads[j], at)
        for i, cells in enumerate(rows.columns):
            ax.annotate(
                cells[j], (1, i), (at, 0), xycoords=ax.get_yaxis_transform(),
                textcoords="offset points", va="center", annotation_clip=False,
            )  # fmt: skip
        at += width
    for i, (end, words) in enumerate(rows.ends):
        white = {"facecolor": WHITE, "edgecolor": "none", "pad": 1, "clip_on": False}
        ax.annotate(
            words, (end, i), (BESIDE, 0), textcoords="offset points", va="center",
            annotation_clip=False, bbox=white,
        )  # fmt: skip


def _write_head(ax: "Axes", head: Head, at: float) -> None:
    from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415  # see `style`

    figure = ax.get_figure(root=True)
    assert figure is not None
    ax.annotate(
        head.text, (1, 1), (at + MARK, BESIDE), xycoords="axes fraction", weight="semibold",
        textcoords="offset points", va="bottom", annotation_clip=False,
    )  # fmt: skip
    if head.marker:
        moved = ScaledTranslation((at + 3) / 72, (BESIDE + 5) / 72, figure.dpi_scale_trans)
        ax.plot(
            [1], [1], head.marker, color=head.colour, markersize=6, markeredgewidth=1.4,
            transform=ax.transAxes + moved, clip_on=False,
        )  # fmt: skip
