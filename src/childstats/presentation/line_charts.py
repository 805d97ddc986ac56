"""Values over the years: lines with gaps and breaks, or marks that are never joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from childstats.language import Language
from childstats.presentation import blocks
from childstats.presentation.letters import width_of
from childstats.presentation.scales import (
    TICK,
    Scale,
    draw_level_axis,
    draw_upright_axis,
    round_values,
    whole_ticks,
    with_air,
)
from childstats.presentation.sheet import Sheet
from childstats.presentation.theme import (
    BLACK,
    GREY,
    LINE,
    MARGIN,
    SERIES_COLOURS,
    SERIES_SHAPES,
    WHITE,
    WIDTH,
)

MAX_SERIES: Final = len(SERIES_COLOURS)
HEIGHT: Final = 119.0
"""Points."""
TOP: Final = 21.0
"""Points above the plot, for what it measures."""
BOTTOM: Final = 23.0
"""Points below the plot, for the years."""
LEFT: Final = 35.0
"""Points: plots of one report begin below each other, unless a value takes more room."""
CAP: Final = 8.0
"""Points: the caps of an interval reach beyond the mark, so that no mark hides one."""
MARK: Final = 4.5
SMALL_MARK: Final = 3.2
"""For series of more than `MANY` years, whose marks would run into each other."""
MANY: Final = 20
NAME: Final = 15.0
"""Points from the plot to the names of the series, before which their marks stand."""
APART: Final = 5.0
"""Points that are left free between the names of two series."""
AT_TARGET: Final = 0.12
"""Share of the height that is kept for the words above a target."""


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
    points = [p for line in lines for p in line.points]
    low, high = with_air(
        min(min(p.low, p.value) for p in points), max(max(p.high, p.value) for p in points)
    )
    low = low if percent else 0.0
    if target is not None:
        low = min(low, target.value)
        high = max(high, low + (target.value - low) / (1 - AT_TARGET))
    low, high, ticks = whole_ticks(low, high, t=t, percent=percent)
    left = max(LEFT, MARGIN + max(width_of(words) for _, words in ticks) + 2 * TICK)
    right = WIDTH - MARGIN - NAME - max(width_of(line.label) for line in lines)
    years = [p.year for p in points]
    bottom = HEIGHT - BOTTOM
    x = Scale(min(years) - 0.6, max(years) + 0.6, left, right)
    y = Scale(low, high, bottom, TOP)
    sheet = Sheet(HEIGHT)
    plot = _Plot(sheet, x, y)
    named = [(v, f"{v:.0f}") for v in round_values(x.low, x.high, most=11, is_whole=True)]
    draw_upright_axis(sheet, y, ticks, left=left, right=right)
    draw_level_axis(sheet, x, named, top=TOP, bottom=bottom, grid=False, lines=True)
    sheet.text(left, TOP - 5, axis, at="bottom", colour=GREY)
    if target is not None:
        _draw_target(plot, target, points)
    for i, line in enumerate(lines):
        shift = 0.0 if line.joined else (i - (len(lines) - 1) / 2) * 0.24
        _draw_line(plot, line, i, shift)
    _name_lines(plot, lines)
    return sheet.svg()


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


@dataclass(frozen=True, slots=True)
class _Plot:
    sheet: Sheet
    x: Scale
    y: Scale

    def at(self, year: float, value: float) -> tuple[float, float]:
        return self.x(year), self.y(value)


def _draw_line(plot: _Plot, line: Line, i: int, shift: float) -> None:
    """Draw a series, all strokes of a kind at once."""
    sheet, colour, shape = plot.sheet, SERIES_COLOURS[i], SERIES_SHAPES[i]
    joined = []
    for before, after in pairwise(line.points):
        between = plot.x((before.year + after.year) / 2)
        upright = [[(between, plot.y.start), (between, plot.y.end)]]
        if after.after_merger:
            sheet.strokes(upright, colour=GREY, width=1.4, dashes=(1.4, 2.8))
        if after.after_break and line.joined:
            sheet.strokes(upright, colour=GREY, width=1, dashes=(4, 3))
        elif after.year == before.year + 1 and line.joined:
            joined.append([plot.at(p.year, p.value) for p in (before, after)])
    sheet.strokes(joined, colour=colour, width=1.5, cap="square")
    spans = {
        is_sampling: [
            [plot.at(p.year + shift, end) for end in (p.low, p.high)]
            for p in line.points
            if p.is_sampling == is_sampling
        ]
        for is_sampling in (True, False)
    }
    sheet.strokes(spans[False], colour=colour, width=7, opacity=0.35)
    sheet.strokes(spans[True], colour=colour, width=1.3)
    ends = [end for span in spans[True] for end in span]
    sheet.marks("level", ends, CAP, fill=colour, edge_width=1.3)
    size = SMALL_MARK if len(line.points) > MANY else MARK
    for is_provisional, fill in ((False, colour), (True, WHITE)):
        at = [
            plot.at(p.year + shift, p.value) for p in line.points if p.provisional == is_provisional
        ]
        sheet.marks(shape, at, size, fill=fill, edge=colour, edge_width=1.3)


def _draw_target(plot: _Plot, target: TargetLine, points: Sequence[Point]) -> None:
    """Draw the target, named where the fewest marks are in the way."""
    x, y = plot.x, plot.y
    at = y(target.value)
    plot.sheet.strokes([[(x.start, at), (x.end, at)]], colour=BLACK, width=1.2, dashes=(1.2, 2.4))

    def crowd(place: int) -> int:
        return sum(
            place <= 3 * x.share(p.year) <= place + 1
            and abs(y.share(p.value) - y.share(target.value)) < 1 / 4
            for p in points
        )

    third = min((2, 0, 1), key=crowd)
    middle = x.start + (third + 0.5) / 3 * (x.end - x.start)
    plot.sheet.text(middle, at - 2, target.label, align="middle", at="bottom")


def _name_lines(plot: _Plot, lines: Sequence[Line]) -> None:
    """Name each line at the right edge, moved apart where lines end close together."""
    y, right = plot.y, plot.x.end
    ends = sorted(((y(line.points[-1].value), i) for i, line in enumerate(lines)), reverse=True)
    tall = [LINE * (lines[i].label.count("\n") + 1) for _, i in ends]
    places = [place for place, _ in ends]
    for k in range(1, len(places)):
        apart = (tall[k - 1] + tall[k]) / 2 + APART
        places[k] = min(places[k], places[k - 1] - apart)
    excess = max(0.0, y.end - places[-1])
    for place, (_, i) in zip(places, ends, strict=True):
        mark = [(right + 0.6 * NAME, place + excess)]
        plot.sheet.marks(SERIES_SHAPES[i], mark, MARK + 1, fill=SERIES_COLOURS[i])
        plot.sheet.text(right + NAME, place + excess, lines[i].label)
