"""Axes: from values to places on the sheet, and the round values that are written beside them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.ticker import MaxNLocator

from childstats.language import Language
from childstats.precision import rounded
from childstats.presentation.sheet import CAPITALS, Sheet
from childstats.presentation.theme import BLACK, GREY, LIGHT_GREY

GRID: Final = 0.6
AXIS: Final = 0.8
TICK: Final = 3.5
"""Points: the length of a tick, and the white between it and what is written beside it."""
AIR: Final = 0.05
"""Share of the range that is left free at both ends of an axis."""
SMALLEST: Final = 0.01
"""An axis of values that hardly differ shows at least this share of them."""
Ticks = Sequence[tuple[float, str]]
"""Values with what is written at them."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places along one side of the sheet.

    Attributes
    ----------
    low, high
        The values at the two ends.
    start, end
        Their places in points.
    is_log
        Whether equal ratios take equal lengths.
    """

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        return self.start + self.share(value) * (self.end - self.start)

    def share(self, value: float) -> float:
        """Return how far along the scale a value stands: 0 at the start, 1 at the end."""
        low, high, at = self.low, self.high, value
        if self.is_log:
            low, high, at = (math.log(side) for side in (low, high, value))
        return rounded((at - low) / (high - low))

    def within(self, value: float) -> float:
        """Return the value, or the end of the scale beyond which it lies."""
        return min(max(value, self.low), self.high)


def round_values(
    low: float, high: float, *, most: int, is_whole: bool = False, halves: bool = True
) -> list[float]:
    """Return round values between two ends, equally far apart.

    Parameters
    ----------
    low, high
        The ends.
    most
        How many steps there may be.
    is_whole
        Whether only whole numbers are meant.
    halves
        Whether steps of 2.5, 25 and so on are round, besides 1, 2 and 5.

    Returns
    -------
    list of float
        By `matplotlib.ticker.MaxNLocator`.
    """
    steps = [1, 2, 2.5, 5, 10] if halves else [1, 2, 5, 10]
    locator = MaxNLocator(nbins=most, steps=steps, integer=is_whole, min_n_ticks=1)
    found = locator.tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [float(value) for value in found if low - slack <= value <= high + slack]


def with_air(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis around the lowest and the highest value that it shows."""
    air = AIR * max(high - low, SMALLEST * max(abs(low), abs(high)) or 1.0)
    return low - air, high + air


def _with_whole(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis, moved apart if it had not two whole numbers to show."""
    if math.floor(high) > math.ceil(low):
        return low, high
    return math.floor(low), math.ceil(high)


def whole_ticks(
    low: float, high: float, *, t: Language, percent: bool
) -> tuple[float, float, Ticks]:
    """Return the ends of an axis of whole numbers, or of whole per cents of proportions.

    Parameters
    ----------
    low, high
        The ends as far as the values need them.
    t
        Language of the numbers.
    percent
        Whether values are proportions, shown as percentages.

    Returns
    -------
    low, high
        The ends, moved apart where fewer than two ticks would be between them.
    ticks
        Values with what is written at them, no two alike.
    """
    unit, say = (0.01, t.percent) if percent else (1.0, t.decimal)
    low, high = _with_whole(low / unit, high / unit)
    whole = round_values(low, high, most=6, is_whole=True, halves=not percent)
    return low * unit, high * unit, [(v * unit, say(v * unit, digits=0)) for v in whole]


def draw_level_axis(
    sheet: Sheet, x: Scale, ticks: Ticks, *, top: float, bottom: float, grid: bool, lines: bool
) -> None:
    """Draw an axis along the bottom and what is written at its ticks.

    Parameters
    ----------
    sheet
        Where.
    x
        The scale.
    ticks
        Values within it, with what is written at them.
    top, bottom
        Of the plot.
    grid
        Whether lines go up from the ticks.
    lines
        Whether the axis and its ticks are drawn, or the words alone are written.
    """
    if grid:
        up = [[(x(value), bottom), (x(value), top)] for value, _ in ticks]
        sheet.strokes(up, colour=LIGHT_GREY, width=GRID)
    if lines:
        sheet.strokes([[(x.start, bottom), (x.end, bottom)]], colour=GREY, width=AXIS)
        down = [[(x(value), bottom), (x(value), bottom + TICK)] for value, _ in ticks]
        sheet.strokes(down, colour=BLACK, width=AXIS)
    for value, words in ticks:
        sheet.text(x(value), under(bottom), words, align="middle")


def under(bottom: float) -> float:
    """Return the middle of what is written at the ticks below a plot."""
    return bottom + 2 * TICK + CAPITALS / 2


def draw_upright_axis(sheet: Sheet, y: Scale, ticks: Ticks, *, left: float, right: float) -> None:
    """Draw an axis along the left with its ticks, what is written at them, and a grid.

    Parameters
    ----------
    sheet
        Where.
    y
        The scale, from the bottom to the top.
    ticks
        Values within it, with what is written at them.
    left, right
        Of the plot.
    """
    across = [[(left, y(value)), (right, y(value))] for value, _ in ticks]
    sheet.strokes(across, colour=LIGHT_GREY, width=GRID)
    sheet.strokes([[(left, y.start), (left, y.end)]], colour=GREY, width=AXIS)
    out = [[(left - TICK, y(value)), (left, y(value))] for value, _ in ticks]
    sheet.strokes(out, colour=BLACK, width=AXIS)
    for value, words in ticks:
        sheet.text(left - 2 * TICK, y(value), words, align="right")
