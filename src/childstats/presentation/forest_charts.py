"""Ratios on a log scale: what chance could change, and apart from it what rounding hides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from childstats.language import Language
from childstats.presentation import blocks
from childstats.presentation.charts import to_svg, width_of
from childstats.presentation.theme import DARK_BLUE, DARK_PINK, GREY, WIDTH, theme

TICKS: Final = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)
"""Ratios that may be labelled; neighbours stand far enough apart on a log scale."""
LEAST_REACH: Final = 1.6
"""The axis reaches at least from 1/1.6 to 1.6, so that a small difference looks small."""
LINE_HEIGHT: Final = 0.155
"""Inches of a line of text in the names of the rows."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One ratio with its two uncertainties.

    Attributes
    ----------
    label
        Who is compared, one or more lines.
    value
        The ratio, above 0.
    low, high
        Confidence limits; equal to the value where there are none.
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
        If there are no rows, or an end is not above 0.
    """
    if not rows or any(min(row.low, row.printed_low) <= 0 for row in rows):
        raise ValueError("a forest plot takes at least one ratio, all above 0")
    heights = [max(0.27, 0.1 + LINE_HEIGHT * (row.label.count("\n") + 1)) for row in rows]
    with theme():
        figure = Figure(figsize=(WIDTH, 0.7 + sum(heights)))
        axes = figure.add_subplot()
        axes.set_xscale("log")
        places = [sum(heights[:i]) + height / 2 for i, height in enumerate(heights)]
        ends = [e for r in rows for e in (r.low, r.high, r.printed_low, r.printed_high)]
        reach = max(LEAST_REACH, 1.08 * max(max(1 / end, end) for end in ends))
        axes.set_xlim(1 / reach, reach)
        axes.set_ylim(sum(heights), 0)
        ticks = [x for x in TICKS if 1 / reach <= x <= reach]
        axes.set_xticks(ticks, [t.decimal(x, digits=0 if x == int(x) else 1) for x in ticks])
        axes.minorticks_off()
        axes.axvline(1, color="black", lw=1, zorder=1)
        for row, y in zip(rows, places, strict=True):
            _draw_row(axes, row, y)
            axes.annotate(row.written, (1.03, y), xycoords=("axes fraction", "data"), va="center")
        axes.set_yticks(places, [row.label for row in rows])
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.set_title(axis, loc="left", fontsize=9, color=GREY)
        left = 0.02 + max(width_of(row.label) for row in rows)
        return to_svg(figure, left=left, right=0.965 - max(width_of(row.written) for row in rows))


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
    values = tuple(row.value for row in rows)
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
                tuple(r.high for r in rows),
            ),
            blocks.ChartSeries(
                t.say("Range of the print"),
                names,
                values,
                tuple(r.printed_low for r in rows),
                tuple(r.printed_high for r in rows),
            ),
        ),
        y_from_zero=False,
        colours=(DARK_BLUE, DARK_PINK),
    )


def _draw_row(axes: Axes, row: ForestRow, y: float) -> None:
    if row.printed_low < row.printed_high:
        box = Rectangle(
            (row.printed_low, y - 0.075),
            row.printed_high - row.printed_low,
            0.15,
            facecolor="white",
            edgecolor=DARK_PINK,
            lw=1.2,
            zorder=2,
        )
        axes.add_patch(box)
    if row.low < row.high:
        axes.plot([row.low, row.high], [y, y], color=DARK_BLUE, lw=1.4, zorder=3)
        for end in (row.low, row.high):
            axes.plot(end, y, marker="|", color=DARK_BLUE, markersize=8, mew=1.4, zorder=3)
        shape, size = ("D", 5.5) if row.pooled else ("s", 3.6)
        axes.plot(row.value, y, marker=shape, color=DARK_BLUE, ms=size, zorder=4)
    else:
        axes.plot(row.value, y, marker="D", color=DARK_PINK, mfc="white", mew=1.3, ms=4.5, zorder=4)
