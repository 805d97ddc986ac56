"""Values over the years: lines with gaps and breaks, or marks that are never joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan
from typing import Any, Final, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from childstats.language import Language
from childstats.presentation import blocks
from childstats.presentation.charts import to_svg, width_of
from childstats.presentation.theme import GREY, SERIES_COLOURS, SERIES_MARKERS, WIDTH, theme

Place: TypeAlias = tuple[float, float]
Stroke: TypeAlias = tuple[Place, Place]
MAX_SERIES: Final = len(SERIES_COLOURS)
HEIGHT: Final = 1.65
"""Inches."""
CAP: Final = 8
"""Points: the caps of an interval reach beyond the mark, so that no mark hides one."""
MARK: Final = 4.5
SMALL_MARK: Final = 3.2
"""For series of more than `MANY` years, whose marks would run into each other."""
MANY: Final = 20
LINE_SHARE: Final = 0.14
"""A line of text's share of the height of the axes."""
LABEL_GAP: Final = 0.08
"""Share of the height that is left free between the names of two series."""


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
    after_merger
        Whether the points before it are sums of areas that were merged, which is marked.
    provisional
        Drawn hollow.
    is_sampling
        Whether the interval is one of confidence, drawn with caps; else it is the range of the
        print, drawn as a pale bar.
    """

    year: int
    value: float
    low: float
    high: float
    after_break: bool = False
    after_merger: bool = False
    provisional: bool = False
    is_sampling: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A named series of points in order of year.

    Attributes
    ----------
    label
        Its name, which stands at its end.
    points
        At least one.
    joined
        Whether neighbouring years are joined.
    """

    label: str
    points: Sequence[Point]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A horizontal line at a target.

    Attributes
    ----------
    value
        In the drawn unit.
    label
        What stands on the line.
    """

    value: float
    label: str


def draw_lines(
    lines: Sequence[Line],
    *,
    t: Language,
    axis: str,
    percent: bool,
    target: TargetLine | None = None,
) -> str:
    """Draw series over the years as SVG.

    A missing year is a gap, a break a dashed upright, a merger of areas a dotted one, a
    provisional value a hollow mark; each series is named at its end, beside its own mark.

    Parameters
    ----------
    lines
        One to four series.
    t
        Language of the numbers.
    axis
        What the vertical axis measures, with its unit.
    percent
        Whether values are proportions, shown as percentages. Other values begin at 0.
    target
        A target to draw, if there is one.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are no series, more than four, or an empty one.
    """
    if not 1 <= len(lines) <= MAX_SERIES or not all(line.points for line in lines):
        raise ValueError(f"a chart takes 1 to {MAX_SERIES} series with points, not {len(lines)}")
    with theme():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.add_subplot()
        for i, line in enumerate(lines):
            _draw_line(axes, line, i, 0.0 if line.joined else (i - (len(lines) - 1) / 2) * 0.24)
        years = [p.year for line in lines for p in line.points]
        axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=11))
        axes.yaxis.set_major_formatter(
            FuncFormatter(
                lambda v, _: t.percent(v, digits=0) if percent else t.decimal(v, digits=0)
            )
        )
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=not percent))
        axes.grid(visible=False, axis="x")
        axes.set_title(axis, loc="left", fontsize=9, color=GREY)
        if target is not None:
            _draw_target(axes, target, [p for line in lines for p in line.points])
        if not percent:
            axes.set_ylim(bottom=0)
        _label_lines(axes, lines)
        return to_svg(figure, right=0.945 - max(width_of(line.label) for line in lines))


def chart_data(lines: Sequence[Line], *, percent: bool, title: str, alt: str) -> blocks.ChartData:
    """Return what `draw_lines` draws, as numbers.

    Parameters
    ----------
    lines, percent
        As there.
    title, alt
        As on the chart.

    Returns
    -------
    ChartData
        Kind ``lines``, or ``dots`` where nothing is joined; a missing year is a gap.
    """
    return blocks.ChartData(
        kind="lines" if any(line.joined for line in lines) else "dots",
        title=title,
        alt=alt,
        series=tuple(_numbers(line) for line in lines),
        y_from_zero=not percent,
        colours=SERIES_COLOURS[: len(lines)],
        percent=percent,
    )


def _numbers(line: Line) -> blocks.ChartSeries:
    points = {p.year: p for p in line.points}
    years = range(line.points[0].year, line.points[-1].year + 1)
    drawn = [points.get(year) for year in years]
    return blocks.ChartSeries(
        label=line.label.replace("-\n", "-").replace("\n", " "),
        x=tuple(years),
        y=tuple(p.value if p else None for p in drawn),
        low=tuple(p.low if p else None for p in drawn),
        high=tuple(p.high if p else None for p in drawn),
    )


def _draw_line(axes: Axes, line: Line, i: int, shift: float) -> None:
    """Draw a series, all strokes of a kind at once."""
    colour, marker = SERIES_COLOURS[i], SERIES_MARKERS[i]
    joined: list[Stroke] = []
    for before, after in pairwise(line.points):
        between = (before.year + after.year) / 2
        if after.after_merger:
            axes.axvline(between, color=GREY, lw=1.4, ls=(0, (1, 2)), zorder=1)
        if after.after_break and line.joined:
            axes.axvline(between, color=GREY, lw=1, ls=(0, (4, 3)), zorder=1)
        elif after.year == before.year + 1 and line.joined:
            joined.append(((before.year, before.value), (after.year, after.value)))
    _strokes(axes, joined, color=colour, lw=1.5)
    spans = {
        is_sampling: [
            ((p.year + shift, p.low), (p.year + shift, p.high))
            for p in line.points
            if p.is_sampling == is_sampling
        ]
        for is_sampling in (True, False)
    }
    _strokes(axes, spans[False], color=colour, lw=7, alpha=0.35, solid_capstyle="butt")
    _strokes(axes, spans[True], color=colour, lw=1.3, zorder=3)
    _marks(axes, [end for span in spans[True] for end in span], "_", CAP, color=colour, zorder=3)
    size = SMALL_MARK if len(line.points) > MANY else MARK
    for provisional, face in ((False, colour), (True, "white")):
        at = [(p.year + shift, p.value) for p in line.points if p.provisional == provisional]
        _marks(axes, at, marker, size, color=colour, mfc=face, zorder=4)


def _strokes(axes: Axes, strokes: Sequence[Stroke], **look: Any) -> None:
    """Draw strokes as one line that is lifted between them."""
    x = [place for (x0, _), (x1, _) in strokes for place in (x0, x1, nan)]
    y = [place for (_, y0), (_, y1) in strokes for place in (y0, y1, nan)]
    if strokes:
        axes.plot(x, y, **look)


def _marks(axes: Axes, at: Sequence[Place], marker: str, size: float, **look: Any) -> None:
    if at:
        axes.plot(*zip(*at, strict=True), marker, ms=size, mew=1.3, **look)


def _draw_target(axes: Axes, target: TargetLine, points: Sequence[Point]) -> None:
    """Draw the target, named where the fewest marks are in the way."""
    low, high = axes.get_ylim()
    low, high = min(low, target.value), max(high, target.value + 0.12 * (high - low))
    axes.set_ylim(low, high)
    axes.axhline(target.value, color="black", lw=1.2, ls=(0, (1, 2)), zorder=1)
    left, right = axes.get_xlim()
    third = (right - left) / 3

    def crowd(place: int) -> int:
        start = left + place * third
        return sum(
            start <= p.year <= start + third and abs(p.value - target.value) < 0.25 * (high - low)
            for p in points
        )

    place = min((2, 0, 1), key=crowd)
    axes.annotate(
        target.label,
        xy=((place + 0.5) / 3, target.value),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
    )


def _label_lines(axes: Axes, lines: Sequence[Line]) -> None:
    """Name each line at the right edge, moved apart where lines end close together."""
    low, high = axes.get_ylim()
    ends = sorted(((line.points[-1].value - low) / (high - low), i) for i, line in enumerate(lines))
    heights = [height for height, _ in ends]
    rows = [lines[i].label.count("\n") + 1 for _, i in ends]
    for k in range(1, len(heights)):
        apart = LINE_SHARE * (rows[k - 1] + rows[k]) / 2 + LABEL_GAP
        heights[k] = max(heights[k], heights[k - 1] + apart)
    excess = max(0.0, heights[-1] - 1)
    for height, (_, i) in zip(heights, ends, strict=True):
        at = height - excess
        axes.plot(
            1.025,
            at,
            marker=SERIES_MARKERS[i],
            color=SERIES_COLOURS[i],
            ms=MARK + 1,
            transform=axes.transAxes,
            clip_on=False,
        )
        axes.annotate(lines[i].label, xy=(1.045, at), xycoords="axes fraction", va="center")
