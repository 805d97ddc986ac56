"""The equity report's chart: two ends of a gap on one line, or several groups on one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from childstats.language import Language
from childstats.presentation.drawing import Head, Rows, begin_rows
from childstats.presentation.scales import round_values
from childstats.presentation.theme import DARK_BLUE, LIGHT_GREY, TURQUOISE, WHITE, Shape

ROW: Final = 30.0
"""Points of a row of a chart of gaps, at least."""
GROUP: Final = 23.0
"""Points of a row of a chart of groups, at least."""
END_MARKS: Final[tuple[tuple[Shape, str], ...]] = (("diamond", DARK_BLUE), ("circle", TURQUOISE))
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
    high = 1.04 * max(mark.high for row in rows for mark in (row.worse, row.better)) or 1.0
    say = t.percent if percent else t.decimal
    plot = begin_rows(
        Rows(
            names=[row.label for row in rows],
            least=ROW,
            low=0,
            high=high,
            ticks=[(v, say(v, digits=0)) for v in round_values(0, high, most=5)],
            axis=axis,
            heads=[Head(head, *mark) for head, mark in zip(heads, END_MARKS, strict=True)],
            columns=[(row.worse.written, row.better.written) for row in rows],
        )
    )
    sheet, x = plot.sheet, plot.x
    gaps = [
        [(x(row.worse.value), y), (x(row.better.value), y)]
        for row, y in zip(rows, plot.y, strict=True)
    ]
    sheet.strokes(gaps, colour=LIGHT_GREY, width=5, cap="square")
    for row, y in zip(rows, plot.y, strict=True):
        for mark, (shape, colour) in zip((row.worse, row.better), END_MARKS, strict=True):
            sheet.marks(shape, [(x(mark.value), y)], 7.5, fill=colour, edge=WHITE)
        for mark in (row.worse, row.better):
            plot.interval(y, mark.low, mark.high)
    return sheet.svg()


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
    plot = begin_rows(
        Rows(
            names=[name for name, _ in marks],
            least=GROUP,
            low=0,
            high=1,
            ticks=[(v, t.percent(v, digits=0)) for v in round_values(0, 1, most=5)],
            axis=axis,
            ends=[(mark.high, mark.written) for _, mark in marks],
        )
    )
    for (_, mark), y in zip(marks, plot.y, strict=True):
        plot.sheet.marks("circle", [(plot.x(mark.value), y)], 7.5, fill=DARK_BLUE, edge=WHITE)
        plot.interval(y, mark.low, mark.high)
        plot.beside(y, mark.high, mark.written)
    return plot.sheet.svg()
