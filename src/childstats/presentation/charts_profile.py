"""The profile's charts: indicators along a spine, and a cascade of counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from childstats.language import Language
from childstats.presentation.drawing import (
    ON_WHITE,
    Head,
    draw_interval,
    fitted_svg,
    name_rows,
    right_columns,
)
from childstats.presentation.theme import (
    BLACK,
    DARK_BLUE,
    GREY,
    LIGHT_GREY,
    TURQUOISE,
    WIDTH,
    theme,
)

ROW_HEIGHT: Final = 0.40
"""Inches of a row whose name has two lines."""
SPINE_ROW_HEIGHT: Final = 0.50
"""Inches of a row whose name has three lines."""
SPINE_MARKS: Final = (("o", DARK_BLUE), ("D", TURQUOISE), ("|", BLACK))
"""Marks of the area, of its region and of the country, which is the spine."""
LEAST_RIGHT: Final = 0.5
"""The right of the spine that is shown even where no area is better than the country."""
NO_MARK: Final = ("", BLACK)
"""Before the heading of a column of words."""

Place = tuple[float, float, float]
"""A value with its low and high end, along the spine."""


@dataclass(frozen=True, slots=True)
class SpineRow:
    """One indicator along the spine: 0 is the country, 1 and −1 the furthest area.

    Attributes
    ----------
    label
        Indicator and year.
    area, region
        Where they stand with their intervals; more is better. The region may be missing.
    others
        Where the other published areas stand.
    written
        The values of area, region and country in words, and how the test came out.
    """

    label: str
    area: Place
    region: Place | None
    others: Sequence[float]
    written: Sequence[str]


def draw_spine(rows: Sequence[SpineRow], *, names: Sequence[str], worse: str, better: str) -> str:
    """Draw indicators against the country, each on its own scale, as SVG.

    Parameters
    ----------
    rows
        From the top.
    names
        Names of the area, the region ("" where there is none) and the country, and the heading of
        the last column.
    worse, better
        What stands at the two ends.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if not rows:
        raise ValueError("a spine chart takes at least one indicator")
    with theme():
        figure = Figure(figsize=(WIDTH, 0.75 + SPINE_ROW_HEIGHT * len(rows)))
        axes = figure.add_subplot()
        best = max([LEAST_RIGHT, *(end for row in rows for end in _reach(row))])
        axes.set_xlim(-1.12, best + 0.12)
        name_rows(axes, [row.label for row in rows])
        axes.axvline(0, color="black", lw=1.4, zorder=1)
        for y, row in enumerate(rows):
            reach = _reach(row)
            axes.plot([min(reach), max(reach)], [y, y], color=LIGHT_GREY, lw=7, zorder=0)
            axes.plot(row.others, [y] * len(row.others), "|", color=GREY, markersize=8, mew=1.2)
            places = zip((row.area, row.region), SPINE_MARKS[:2], strict=True)
            for place, (marker, colour) in reversed(list(places)):
                if place is not None:
                    axes.plot(place[0], y, marker=marker, color=colour, mec="white", markersize=7.5)
                    draw_interval(axes, y, place[1], place[2])
        axes.set_xticks([-1, best], [worse, better])
        axes.tick_params(axis="x", length=0)
        axes.grid(visible=False)
        axes.spines[["left", "bottom"]].set_visible(False)
        marks = (*SPINE_MARKS, NO_MARK)
        heads = [
            Head(name, *(mark if name else NO_MARK))
            for name, mark in zip(names, marks, strict=True)
        ]
        right_columns(axes, heads, [row.written for row in rows])
        return fitted_svg(figure, axes)


def _reach(row: SpineRow) -> list[float]:
    """Return everything that is drawn of a row but its intervals."""
    return [*row.others, row.area[0], 0.0, *([row.region[0]] if row.region else [])]


@dataclass(frozen=True, slots=True)
class CascadeStep:
    """One step of a cascade: how many children reached it.

    Attributes
    ----------
    label
        Name of the step.
    value, low, high
        Children, and the interval of the share carried over to the children of the first step.
    written
        The value in words, beside the bar.
    """

    label: str
    value: float
    low: float
    high: float
    written: str


def draw_cascade(steps: Sequence[CascadeStep], *, t: Language, axis: str) -> str:
    """Draw how many children reach each step as bars from 0, as SVG.

    Parameters
    ----------
    steps
        From the first, which is the largest.
    t
        Language of the numbers.
    axis
        What is counted.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are fewer than two steps, or a step has more children than the one before.
    """
    counts = [step.value for step in steps]
    if len(steps) < 2 or counts != sorted(counts, reverse=True):
        raise ValueError(f"a cascade takes two or more counts that never rise; got {counts}")
    with theme():
        figure = Figure(figsize=(WIDTH, 0.7 + ROW_HEIGHT * len(steps)))
        axes = figure.add_subplot()
        for y, step in enumerate(steps):
            axes.barh(y, step.value, color=DARK_BLUE, height=0.56)
            draw_interval(axes, y, step.low, step.high, on_bar=True)
            end = (max(step.high, step.value), y)
            axes.annotate(
                step.written, end, (6, 0), textcoords="offset points", va="center", bbox=ON_WHITE
            )
        name_rows(axes, [step.label for step in steps])
        axes.set_xlim(0, 1.02 * max(step.high for step in steps))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: t.count(v)))
        axes.set_xlabel(axis, color=GREY)
        return fitted_svg(figure, axes)
