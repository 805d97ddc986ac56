"""What charts of rows share: names at the left, marks along a scale, columns at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from childstats.presentation.blocks import ChartSeries
from childstats.presentation.letters import SEMIBOLD, width_of
from childstats.presentation.scales import AXIS, TICK, Scale, Ticks, draw_level_axis, under
from childstats.presentation.sheet import CAPITALS, Sheet
from childstats.presentation.theme import BLACK, GREY, LINE, MARGIN, WHITE, WIDTH, Shape

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


@dataclass(frozen=True, slots=True)
class Head:
    """Heading of a column of written values; it names the mark whose values they are.

    Attributes
    ----------
    text
        What the column holds; may have several lines.
    shape, colour
        The mark; None before a column of words.
    """

    text: str
    shape: Shape | None
    colour: str = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What stands around the marks of a chart of rows.

    Attributes
    ----------
    names
        From the top; may have several lines.
    least
        Points that a row takes, at least; names of several lines take more.
    low, high
        Ends of the scale.
    is_log
        Whether equal ratios take equal lengths on it.
    ticks
        What is written below it.
    axis, title
        What it measures: below or above the marks.
    heads, columns
        Headings of the columns at the right, and the cells of each row.
    ends
        Instead: the value at which each row's marks end, and what is to be written beside it by
        `RowPlot.beside`.
    grid, lines
        As in `draw_level_axis`.
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
    grid: bool = True
    lines: bool = True


@dataclass(frozen=True, slots=True)
class RowPlot:
    """A chart of rows whose marks are still to be drawn.

    Attributes
    ----------
    sheet
        On which all but the marks is drawn.
    x
        The scale.
    y
        The middle of each row.
    top, bottom
        Of the rows.
    """

    sheet: Sheet
    x: Scale
    y: Sequence[float]
    top: float
    bottom: float

    def interval(self, y: float, low: float, high: float, *, on_bar: bool = False) -> None:
        """Draw an interval over its mark: a line with end strokes that stand out beyond the mark.

        Parameters
        ----------
        y
            The middle of its row.
        low, high
            Its ends; nothing is drawn where they are equal, and no end beyond the scale.
        on_bar
            Whether it is drawn on a dark bar, where a white edge keeps it visible.
        """
        if low >= high:
            return
        ends = [self.x(end) for end in (low, high) if end == self.x.within(end)]
        left, right = (self.x(self.x.within(end)) for end in (low, high))
        lines = [[(left, y), (right, y)], *([(end, y - CAP), (end, y + CAP)] for end in ends)]
        if on_bar:
            self.sheet.strokes(lines, colour=WHITE, width=2.8, cap="square")
        self.sheet.strokes(lines, colour=BLACK, width=1.1)

    def beside(self, y: float, end: float, words: str) -> None:
        """Write something beside the marks of a row that end at a value."""
        self.sheet.text(self.x(end) + BESIDE, y, words, boxed=True)


def begin_rows(rows: Rows) -> RowPlot:
    """Give names and columns their room and draw them, the scale between them.

    Parameters
    ----------
    rows
        What stands around the marks.

    Returns
    -------
    RowPlot
        For the marks.

    Raises
    ------
    ValueError
        If the words leave less than an inch for the marks.
    """
    left = MARGIN + max(width_of(name) for name in rows.names) + TICK
    right = _right_end(rows, left)
    if right - left < NARROWEST:
        raise ValueError(
            f"labels leave {max(right - left, 0) / 72:.2f} of {WIDTH / 72:.2f} inches for the "
            "marks; shorten or wrap them"
        )
    x = Scale(rows.low, rows.high, left, right, rows.is_log)
    above = [head.text.count("\n") + 1 for head in rows.heads] + [1] * bool(rows.title)
    top = MARGIN + (LINE * max(above) + BESIDE if above else 0)
    heights = [max(rows.least, BETWEEN + LINE * lines) for lines in _lines(rows)]
    places = [top + sum(heights[:i]) + height / 2 for i, height in enumerate(heights)]
    bottom = top + sum(heights)
    below = 2 * TICK + LINE + (LINE + TICK) * bool(rows.axis)
    sheet = Sheet(bottom + below + MARGIN)
    draw_level_axis(sheet, x, rows.ticks, top=top, bottom=bottom, grid=rows.grid, lines=rows.lines)
    if rows.lines:
        sheet.strokes([[(left, top), (left, bottom)]], colour=GREY, width=AXIS)
    if rows.title:
        sheet.text(left, top - BESIDE, rows.title, at="bottom", colour=GREY)
    if rows.axis:
        half = width_of(rows.axis) / 2
        middle = min(max((left + right) / 2, MARGIN + half), WIDTH - MARGIN - half)
        below_ticks = under(bottom) + LINE + TICK
        sheet.text(middle, below_ticks, rows.axis, align="middle", colour=GREY)
    for name, y in zip(rows.names, places, strict=True):
        sheet.text(left - TICK, y, name, align="right")
    _write_columns(sheet, rows, right, top, places)
    return RowPlot(sheet, x, places, top, bottom)


def _lines(rows: Rows) -> list[int]:
    """Return how many lines of text the tallest cell of each row has."""
    columns = rows.columns or [[words] for _, words in rows.ends] or [[]] * len(rows.names)
    return [
        max(cell.count("\n") + 1 for cell in (name, *cells))
        for name, cells in zip(rows.names, columns, strict=True)
    ]


def _right_end(rows: Rows, left: float) -> float:
    """Return the place of the scale's end that leaves room for all that is right of it."""
    room = WIDTH - MARGIN
    scale = Scale(rows.low, rows.high, 0, 1, rows.is_log)
    overhang = [(value, width_of(words) / 2) for value, words in rows.ticks]
    overhang += [(value, BESIDE + width_of(words)) for value, words in rows.ends]
    ends = [
        left + (room - width - left) / scale.share(value)
        for value, width in overhang
        if scale.share(value) > 0
    ]
    return min([room - sum(_widths(rows)), *ends])


def _widths(rows: Rows) -> list[float]:
    """Return the width of each column at the right with the gap before it."""
    widths = []
    for j in range(len(rows.columns[0]) if rows.columns else 0):
        named = 0.0
        if rows.heads:
            named = MARK + width_of(rows.heads[j].text, SEMIBOLD)
        widths.append(GAP + max(named, *(width_of(cells[j]) for cells in rows.columns)))
    return widths


def _write_columns(
    sheet: Sheet, rows: Rows, right: float, top: float, places: Sequence[float]
) -> None:
    left = right
    for j, width in enumerate(_widths(rows)):
        if rows.heads:
            head, foot = rows.heads[j], top - BESIDE
            if head.shape:
                beside = (left + GAP + 3, foot - 0.23 * LINE - CAPITALS / 2)
                sheet.marks(head.shape, [beside], 5, fill=head.colour, edge_width=1.4)
            sheet.text(left + GAP + MARK, foot, head.text, at="bottom", weight=SEMIBOLD)
        for cells, y in zip(rows.columns, places, strict=True):
            sheet.text(left + GAP, y, cells[j])
        left += width


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
