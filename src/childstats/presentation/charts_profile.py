"""The profile's charts: indicators along a spine, and a cascade of counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from childstats.language import Language
from childstats.presentation.drawing import Head, Rows, begin_rows
from childstats.presentation.scales import round_values
from childstats.presentation.theme import (
    BLACK,
    DARK_BLUE,
    GREY,
    LIGHT_GREY,
    TURQUOISE,
    WHITE,
    Shape,
)

ROW: Final = 28.0
"""Points of a row, at least."""
BAR: Final = 18.0
"""Points: the height of a bar."""
SPINE_MARKS: Final[tuple[tuple[Shape, str], ...]] = (
    ("circle", DARK_BLUE),
    ("diamond", TURQUOISE),
    ("upright", BLACK),
)
"""Marks of the area, of its region and of the country, which is the spine."""
LEAST_RIGHT: Final = 0.5
"""The right of the spine that is shown even where no area is better than the country."""

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
    best = max([LEAST_RIGHT, *(end for row in rows for end in _reach(row))])
    heads = [
        Head(name, *mark) if name else Head("", None)
        for name, mark in zip(names[:-1], SPINE_MARKS, strict=True)
    ]
    plot = begin_rows(
        Rows(
            names=[row.label for row in rows],
            least=ROW,
            low=-1.12,
            high=best + 0.12,
            ticks=[(-1, worse), (best, better)],
            heads=[*heads, Head(names[-1], None)],
            columns=[row.written for row in rows],
            grid=False,
            lines=False,
        )
    )
    sheet, x = plot.sheet, plot.x
    bands = [
        [(x(end(_reach(row))), y) for end in (min, max)]
        for row, y in zip(rows, plot.y, strict=True)
    ]
    sheet.strokes(bands, colour=LIGHT_GREY, width=7, cap="square")
    sheet.strokes([[(x(0), plot.top), (x(0), plot.bottom)]], colour=BLACK, width=1.4)
    for row, y in zip(rows, plot.y, strict=True):
        others = [(x(other), y) for other in row.others]
        sheet.marks("upright", others, 8, fill=GREY, edge_width=1.2)
        marks = ((row.region, SPINE_MARKS[1]), (row.area, SPINE_MARKS[0]))
        for place, (shape, colour) in marks:
            if place is not None:
                sheet.marks(shape, [(x(place[0]), y)], 7.5, fill=colour, edge=WHITE)
        for place, _ in marks:
            if place is not None:
                plot.interval(y, place[1], place[2])
    return sheet.svg()


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
    most = max(step.high for step in steps)
    high = 1.02 * most
    ends = [(max(step.high, step.value), step.written) for step in steps]
    plot = begin_rows(
        Rows(
            names=[step.label for step in steps],
            least=ROW,
            low=0,
            high=high,
            ticks=[(v, t.count(v)) for v in round_values(0, high, most=5, is_whole=True)],
            axis=axis,
            ends=ends,
        )
    )
    for step, (end, written), y in zip(steps, ends, plot.y, strict=True):
        left, right = plot.x(0), plot.x(step.value)
        plot.sheet.box(left, y - BAR / 2, right, y + BAR / 2, fill=DARK_BLUE)
        plot.interval(y, step.low, step.high, on_bar=True)
        plot.beside(y, end, written)
    return plot.sheet.svg()
