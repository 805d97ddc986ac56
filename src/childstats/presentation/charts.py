"""Charts: a few kinds, drawn from data that is checked before it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from typing import Final

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from childstats.language import Language
from childstats.presentation.theme import (
    DARK_BLUE,
    GREY,
    SERIES_COLOURS,
    SERIES_MARKERS,
    WIDTH,
    theme,
)

LETTER_WIDTH: Final = 0.0108
"""A letter's usual share of the chart's width, from which margins for names are reckoned."""
MAX_SERIES: Final = len(SERIES_COLOURS)


@dataclass(frozen=True, slots=True)
class Point:
    """One drawn value with the uncertainty that is drawn around it.

    Attributes
    ----------
    year
        Its year.
    value, low, high
        In the drawn unit.
    after_break
        Whether the series must not be joined to the point before.
    provisional
        Drawn hollow.
    """

    year: int
    value: float
    low: float
    high: float
    after_break: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A named line of points in order of year."""

    label: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Bar:
    """A named horizontal bar or dot with its written value.

    Attributes
    ----------
    label
        Name of the row.
    value, low, high
        In the drawn unit; ``low == high`` draws no whisker.
    written
        The value in words, beside the mark.
    """

    label: str
    value: float
    low: float
    high: float
    written: str


def draw_lines(series: Sequence[Series], *, t: Language, axis: str, percent: bool) -> str:
    """Draw series over the years as SVG.

    A missing year is a gap, a break a dashed line, a provisional value a hollow mark; each
    series is named at its last point.

    Parameters
    ----------
    series
        One to four series.
    t
        Language of the numbers.
    axis
        What the vertical axis measures, with its unit.
    percent
        Whether values are proportions, shown as percentages.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are no series, more than four, or an empty one.
    """
    if not 1 <= len(series) <= MAX_SERIES or not all(s.points for s in series):
        raise ValueError(f"a chart takes 1 to {MAX_SERIES} series with points, not {len(series)}")
    with theme():
        figure = Figure(figsize=(WIDTH, 2.6))
        axes = figure.add_subplot()
        for s, colour, marker in zip(series, SERIES_COLOURS, SERIES_MARKERS, strict=False):
            _draw_series(axes, s, colour, marker)
        years = [p.year for s in series for p in s.points]
        axes.set_xlim(min(years) - 0.5, max(years) + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))
        axes.yaxis.set_major_formatter(
            FuncFormatter(
                lambda v, _: t.percent(v, digits=0) if percent else t.decimal(v, digits=0)
            )
        )
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=not percent))
        axes.grid(visible=False, axis="x")
        axes.set_title(axis, loc="left", fontsize=9, color=GREY)
        if not percent:
            axes.set_ylim(bottom=0)
        _label_lines(axes, series)
        longest = max(len(line) for s in series for line in s.label.split("\n"))
        return _svg(figure, right=0.97 - LETTER_WIDTH * longest)


def _draw_series(axes: Axes, s: Series, colour: str, marker: str) -> None:
    for before, after in pairwise(s.points):
        if after.after_break:
            axes.axvline((before.year + after.year) / 2, color=GREY, lw=1, ls=(0, (4, 3)), zorder=1)
        elif after.year == before.year + 1:
            axes.plot([before.year, after.year], [before.value, after.value], color=colour)
    for p in s.points:
        axes.plot([p.year, p.year], [p.low, p.high], color=colour, lw=1.2)
        face = "white" if p.provisional else colour
        axes.plot(p.year, p.value, marker=marker, color=colour, mfc=face, mew=1.4)


def _label_lines(axes: Axes, series: Sequence[Series]) -> None:
    """Name each line at the right edge, moved apart where the lines end close together."""
    low, high = axes.get_ylim()
    ends = sorted(((s.points[-1].value - low) / (high - low), i) for i, s in enumerate(series))
    heights = [height for height, _ in ends]
    for k in range(1, len(heights)):
        lines = series[ends[k - 1][1]].label.count("\n") + series[ends[k][1]].label.count("\n") + 2
        heights[k] = max(heights[k], heights[k - 1] + 0.04 * lines)
    excess = max(0.0, heights[-1] - 1)
    for height, (_, i) in zip(heights, ends, strict=True):
        axes.annotate(
            series[i].label,
            xy=(1.02, height - excess),
            xycoords="axes fraction",
            va="center",
            color=SERIES_COLOURS[i],
            fontweight="semibold",
        )


def draw_bars(bars: Sequence[Bar], *, t: Language, axis: str) -> str:
    """Draw shares of a whole as horizontal bars from 0 to 100 per cent, as SVG.

    Parameters
    ----------
    bars
        In the order from top to bottom; values are proportions.
    t
        Language of the numbers.
    axis
        What the bars measure.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are no bars.
    """
    if not bars:
        raise ValueError("a chart takes at least one bar")
    with theme():
        figure = Figure(figsize=(WIDTH, 0.62 + 0.34 * len(bars)))
        axes = figure.add_subplot()
        for y, bar in enumerate(bars):
            axes.barh(y, bar.value, color=DARK_BLUE, height=0.56)
            if bar.low < bar.high:
                whisker = LineCollection(
                    [
                        [(bar.low, y), (bar.high, y)],
                        *([(end, y - 0.16), (end, y + 0.16)] for end in (bar.low, bar.high)),
                    ],
                    colors="black",
                    linewidths=1.1,
                    path_effects=[Stroke(linewidth=2.8, foreground="white"), Normal()],
                    zorder=3,
                )
                axes.add_collection(whisker)
            end = (max(bar.high, bar.value), y)
            axes.annotate(bar.written, end, (5, 0), textcoords="offset points", va="center")
        axes.set_yticks(range(len(bars)), [bar.label for bar in bars])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: t.percent(v, digits=0)))
        axes.set_title(axis, loc="left", fontsize=9, color=GREY, x=0)
        return _svg(figure, left=_label_share(bars), right=0.88)


def draw_forest(bars: Sequence[Bar], *, t: Language, axis: str) -> str:
    """Draw ratios with their intervals on a log scale around 1, as SVG.

    Parameters
    ----------
    bars
        In the order from top to bottom; values are ratios above 0.
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
        If there are no bars, or a value is not above 0.
    """
    if not bars or any(bar.low <= 0 for bar in bars):
        raise ValueError("a forest plot takes at least one ratio, all above 0")
    with theme():
        figure = Figure(figsize=(WIDTH, 0.75 + 0.5 * len(bars)))
        axes = figure.add_subplot()
        axes.set_xscale("log")
        for y, bar in enumerate(bars):
            axes.plot([bar.low, bar.high], [y, y], color=DARK_BLUE, lw=2)
            axes.plot(bar.value, y, marker="s", color=DARK_BLUE, markersize=4)
        reach = max(2.2, 1.15 * max(max(1 / bar.low, bar.high) for bar in bars))
        ticks = [2.0**k for k in range(-6, 7) if 1 / reach <= 2.0**k <= reach]
        axes.set_xlim(1 / reach, reach)
        axes.set_xticks(ticks, [t.decimal(x, digits=0 if x >= 1 else 2) for x in ticks])
        axes.minorticks_off()
        axes.axvline(1, color="black", lw=1)
        axes.set_yticks(range(len(bars)), [bar.label for bar in bars])
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        for y, bar in enumerate(bars):
            axes.annotate(bar.written, (1.02, y), xycoords=("axes fraction", "data"), va="center")
        axes.set_title(axis, loc="left", fontsize=9, color=GREY)
        longest = max(len(line) for bar in bars for line in bar.written.split("\n"))
        return _svg(figure, left=_label_share(bars), right=0.97 - LETTER_WIDTH * longest)


def _label_share(bars: Sequence[Bar]) -> float:
    """Return the share of the width that the longest row name needs."""
    longest = max(len(line) for bar in bars for line in bar.label.split("\n"))
    return 0.03 + LETTER_WIDTH * longest


def _svg(figure: Figure, *, left: float = 0.075, right: float = 0.98) -> str:
    height = figure.get_figheight()
    figure.subplots_adjust(left=left, right=right, top=1 - 0.30 / height, bottom=0.32 / height)
    written = StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()
