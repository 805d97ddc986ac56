"""The equity report's chart: two ends of a gap on one line, or several groups on one line each."""

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
from childstats.presentation.theme import DARK_BLUE, GREY, LIGHT_GREY, TURQUOISE, WIDTH, theme

ROW_HEIGHT: Final = 0.42
"""Inches of a row whose name has two lines."""
END_MARKS: Final = (("D", DARK_BLUE), ("o", TURQUOISE))
"""Marks of the group that is worse off and of the one that is better off."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A group's value with its interval.

    Attributes
    ----------
    value, low, high
        In the drawn unit; equal ends where nothing is known.
    written
        Group and value in words.
    """

    value: float
    low: float
    high: float
    written: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """Two groups of one indicator.

    Attributes
    ----------
    label
        Indicator and year.
    worse, better
        The group that is worse off, and the other.
    """

    label: str
    worse: Mark
    better: Mark


def draw_dumbbell(
    rows: Sequence[GapRow], *, t: Language, axis: str, heads: tuple[str, str], percent: bool
) -> str:
    """Draw gaps between two groups as SVG, on an axis from 0.

    Parameters
    ----------
    rows
        From the top.
    t
        Language of the numbers.
    axis
        What the values measure, with its unit.
    heads
        Names of the two series: worse off, better off.
    percent
        Whether values are proportions, shown as percentages.

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
        raise ValueError("a chart of gaps takes at least one gap")
    with theme():
        figure = Figure(figsize=(WIDTH, 0.85 + ROW_HEIGHT * len(rows)))
        axes = figure.add_subplot()
        for y, row in enumerate(rows):
            axes.plot([row.worse.value, row.better.value], [y, y], color=LIGHT_GREY, lw=5, zorder=1)
            for mark, (marker, colour) in zip((row.worse, row.better), END_MARKS, strict=True):
                axes.plot(mark.value, y, marker=marker, color=colour, mec="white", markersize=7.5)
                draw_interval(axes, y, mark.low, mark.high)
        ends = [end for row in rows for mark in (row.worse, row.better) for end in (mark.high,)]
        axes.set_xlim(0, 1.04 * max(ends))
        name_rows(axes, [row.label for row in rows])
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.xaxis.set_major_formatter(
            FuncFormatter(
                lambda v, _: t.percent(v, digits=0) if percent else t.decimal(v, digits=0)
            )
        )
        axes.set_xlabel(axis, color=GREY)
        named = [Head(head, *mark) for head, mark in zip(heads, END_MARKS, strict=True)]
        right_columns(axes, named, [(row.worse.written, row.better.written) for row in rows])
        return fitted_svg(figure, axes)


def draw_groups(marks: Sequence[tuple[str, Mark]], *, t: Language, axis: str) -> str:
    """Draw the shares of ordered groups with their intervals as SVG, on an axis from 0.

    Parameters
    ----------
    marks
        Name and share of each group, from the top.
    t
        Language of the numbers.
    axis
        What the shares measure.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are fewer than two groups.
    """
    if len(marks) < 2:
        raise ValueError(f"a chart of groups takes two groups or more, not {len(marks)}")
    with theme():
        figure = Figure(figsize=(WIDTH, 0.75 + 0.32 * len(marks)))
        axes = figure.add_subplot()
        for y, (_, mark) in enumerate(marks):
            axes.plot(mark.value, y, marker="o", color=DARK_BLUE, mec="white", markersize=7.5)
            draw_interval(axes, y, mark.low, mark.high)
            axes.annotate(
                mark.written,
                (mark.high, y),
                (8, 0),
                textcoords="offset points",
                va="center",
                bbox=ON_WHITE,
            )
        axes.set_xlim(0, 1)
        name_rows(axes, [name for name, _ in marks])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: t.percent(v, digits=0)))
        axes.set_xlabel(axis, color=GREY)
        return fitted_svg(figure, axes)
