"""Ratios on a log scale: what chance could change, and apart from it what rounding hides."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Final

from childstats.language import Language
from childstats.presentation import blocks
from childstats.presentation.drawing import RowPlot, Rows, begin_rows
from childstats.presentation.theme import BLACK, DARK_BLUE, DARK_PINK, WHITE

TICKS: Final = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)
FAR_TICKS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
"""Ratios that may be labelled, the second where the axis is long; neighbours stand far apart."""
FAR: Final = 5.0
"""An axis that reaches further is long."""
LEAST_REACH: Final = 1.6
"""The axis reaches at least from 1/1.6 to 1.6, so that a small difference looks small."""
MOST_REACH: Final = 21.6
"""The axis reaches at most from 1/21.6 to 21.6; what lies beyond is an arrow at its end."""
ROW: Final = 19.4
"""Points of a row, at least."""
BOX: Final = 5.4
"""Points: half the height of the box that rounding is drawn as."""
ARROW: Final = 4.0
"""Points: length and half the height of an arrow's head."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One ratio with its two uncertainties.

    Attributes
    ----------
    label
        Who is compared, one or more lines.
    value
        The ratio, 0 or more; 0 where the first group has no cases, inf where the second has none.
    low, high
        Confidence limits, 0 to inf; equal to the value where there are none.
    printed_low, printed_high
        What the rounding of the print allows; equal to the value where nothing was rounded.
    written
        Ratio and interval in words.
    pooled
        Whether it is a summary of the rows above it.
    """

    label: str
    value: float
    low: float
    high: float
    printed_low: float
    printed_high: float
    written: str
    pooled: bool = False


def draw_forest(rows: Sequence[ForestRow], *, t: Language, axis: str) -> str:
    """Draw ratios with their intervals on a log scale around 1, as SVG.

    Parameters
    ----------
    rows
        In the order from top to bottom.
    t
        Language of the numbers.
    axis
        What the ratios compare.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are no rows, or an end is negative or no number.

    Notes
    -----
    A limit beyond the axis, 0 and infinity among them, is an arrow at the end of the axis; a
    ratio of 0 or infinity has no mark of its own.
    """
    ends = [e for r in rows for e in (r.value, r.low, r.high, r.printed_low, r.printed_high)]
    if not rows or not all(end >= 0 for end in ends):
        raise ValueError("a forest plot takes at least one ratio, all 0 or more")
    reach = _reach(rows)
    plot = begin_rows(
        Rows(
            names=[row.label for row in rows],
            least=ROW,
            low=1 / reach,
            high=reach,
            is_log=True,
            ticks=[
                (x, t.decimal(x, digits=0 if x == int(x) else 2 if x < TICKS[0] else 1))
                for x in (FAR_TICKS if reach > FAR else TICKS)
                if 1 / reach <= x <= reach
            ],
            title=axis,
            columns=[[row.written] for row in rows],
        )
    )
    one = plot.x(1)
    plot.sheet.strokes([[(one, plot.top), (one, plot.bottom)]], colour=BLACK, width=1)
    for row, y in zip(rows, plot.y, strict=True):
        _draw_row(plot, row, y)
    return plot.sheet.svg()


def _reach(rows: Sequence[ForestRow]) -> float:
    """Return the ratio at which the axis ends, above 1; it begins at its inverse."""
    ends = [e for r in rows for e in (r.low, r.high, r.printed_low, r.printed_high)]
    drawn = [max(1 / end, end) for end in ends if 0 < end < inf]
    return min(MOST_REACH, max([LEAST_REACH, *(1.08 * end for end in drawn)]))


def legend_of_arrows(rows: Sequence[ForestRow], t: Language) -> str:
    """Return what an arrow means, with a space before it; "" where none is drawn."""
    reach = _reach(rows)
    ends = [e for r in rows for e in (r.low, r.high, r.printed_low, r.printed_high)]
    if all(1 / reach <= end <= reach for end in ends):
        return ""
    return " " + t.say("Arrow: the limit lies beyond the end of the axis.")


def chart_data(rows: Sequence[ForestRow], *, t: Language, title: str, alt: str) -> blocks.ChartData:
    """Return what `draw_forest` draws, as numbers.

    Parameters
    ----------
    rows, t
        As there.
    title, alt
        As on the chart.

    Returns
    -------
    ChartData
        Two series: chance, and apart from it rounding.
    """
    names = tuple(row.label.replace("\n", ", ") for row in rows)
    values = tuple(_finite(row.value) for row in rows)
    return blocks.ChartData(
        kind="forest",
        title=title,
        alt=alt,
        series=(
            blocks.ChartSeries(
                t.say("95% confidence interval"),
                names,
                values,
                tuple(r.low for r in rows),
                tuple(_finite(r.high) for r in rows),
            ),
            blocks.ChartSeries(
                t.say("Range of the print"),
                names,
                values,
                tuple(_finite(r.printed_low) for r in rows),
                tuple(_finite(r.printed_high) for r in rows),
            ),
        ),
        y_from_zero=False,
        colours=(DARK_BLUE, DARK_PINK),
    )


def _finite(value: float) -> float | None:
    """Return a number that a file can hold; None for infinity."""
    return value if isfinite(value) else None


def _draw_row(plot: RowPlot, row: ForestRow, y: float) -> None:
    sheet, x = plot.sheet, plot.x
    middle = [(x(row.value), y)] if row.value == x.within(row.value) else []
    if row.printed_low < row.printed_high:
        left, right = (x(x.within(end)) for end in (row.printed_low, row.printed_high))
        sheet.box(left, y - BOX, right, y + BOX, fill=WHITE, edge=DARK_PINK, edge_width=1.2)
        _draw_arrows(plot, y, row.printed_low, row.printed_high, DARK_PINK)
    if row.low < row.high:
        left, right = (x(x.within(end)) for end in (row.low, row.high))
        caps = [(x(end), y) for end in (row.low, row.high) if end == x.within(end)]
        sheet.strokes([[(left, y), (right, y)]], colour=DARK_BLUE, width=1.4)
        sheet.marks("upright", caps, 8, fill=DARK_BLUE, edge_width=1.4)
        _draw_arrows(plot, y, row.low, row.high, DARK_BLUE)
        if row.pooled:
            sheet.marks("diamond", middle, 5.5, fill=DARK_BLUE)
        else:
            sheet.marks("square", middle, 3.6, fill=DARK_BLUE)
    else:
        _draw_arrows(plot, y, row.value, row.value, DARK_PINK)
        sheet.marks("diamond", middle, 4.5, fill=WHITE, edge=DARK_PINK, edge_width=1.3)


def _draw_arrows(plot: RowPlot, y: float, low: float, high: float, colour: str) -> None:
    """Draw the head of an arrow at each end of the axis beyond which a limit lies."""
    x = plot.x
    beyond = [(x.start, ARROW)] if low < x.low else []
    beyond += [(x.end, -ARROW)] if high > x.high else []
    heads = [[(at + back, y - ARROW), (at, y), (at + back, y + ARROW)] for at, back in beyond]
    plot.sheet.strokes(heads, colour=colour, width=1.4)
