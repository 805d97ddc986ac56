"""The funnel: areas of unequal size around a wider area's share, with the limits of chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from childstats.language import Language
from childstats.presentation.estimates import funnel_limits
from childstats.presentation.letters import SEMIBOLD, width_of
from childstats.presentation.scales import (
    TICK,
    Scale,
    draw_level_axis,
    draw_upright_axis,
    round_values,
    under,
    whole_ticks,
    with_air,
)
from childstats.presentation.sheet import CAPITALS, Sheet
from childstats.presentation.theme import BLACK, DARK_BLUE, GREY, LINE, MARGIN, WHITE, WIDTH

TOP, BOTTOM = 21.0, 160.0
"""Points: the plot's upper and lower end."""
NAMED: Final = 4.0
"""Points from the plot to the benchmark's name."""
STEPS: Final = 200
"""Places at which the limits are drawn."""
ROOM: Final = 1.06
"""The limits reach a little further than the largest area."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One area in a funnel.

    Attributes
    ----------
    label
        Its name.
    cases, total
        Printed numerator and denominator.
    own
        Whether it is the report's own area.
    """

    label: str
    cases: int
    total: int
    own: bool

    @property
    def share(self) -> float:
        """Its share."""
        return self.cases / self.total


def draw_funnel(
    dots: Sequence[Dot], benchmark: float, *, t: Language, axis: str, sizes: str, named: str
) -> str:
    """Draw areas around a benchmark by their size, as SVG.

    Parameters
    ----------
    dots
        At least two areas, one of them the report's own.
    benchmark
        The share of all.
    t
        Language of the numbers.
    axis, sizes
        What the two axes measure.
    named
        Name of the benchmark, which stands at its line.

    Returns
    -------
    str
        SVG, the same bytes for the same data; no order of areas is drawn.
    """
    most = max(dot.total for dot in dots) * ROOM
    least = max(1.0, min(dot.total for dot in dots) / ROOM)
    places = np.unique(np.linspace(least, most, STEPS).round())
    limits = funnel_limits(places, benchmark, kind="proportion", method="score")
    drawn = [
        np.ravel(limit).tolist()
        for limit in (limits.low_95, limits.high_95, limits.low_998, limits.high_998)
    ]
    shares = [benchmark, *(dot.share for dot in dots), *chain(*drawn)]
    low, high, ticks = whole_ticks(*with_air(min(shares), max(shares)), t=t, percent=True)
    left = MARGIN + max(width_of(words) for _, words in ticks) + 2 * TICK
    x = Scale(least, most, left, WIDTH - MARGIN - NAMED - width_of(named))
    y = Scale(low, high, BOTTOM, TOP)
    sheet = Sheet(under(BOTTOM) + LINE + TICK + CAPITALS / 2 + MARGIN)
    counted = [(v, t.count(v)) for v in round_values(least, most, most=6, halves=False)]
    draw_upright_axis(sheet, y, ticks, left=left, right=x.end)
    draw_level_axis(sheet, x, counted, top=TOP, bottom=BOTTOM, grid=True, lines=True)
    sheet.text(left, TOP - 5, axis, at="bottom", colour=GREY)
    sheet.text(left, under(BOTTOM) + LINE + TICK, sizes, colour=GREY)
    for limit, dashes in zip(drawn, ((), (), (4.8, 2.4), (4.8, 2.4)), strict=True):
        line = [(x(size), y(share)) for size, share in zip(places.tolist(), limit, strict=True)]
        sheet.strokes([line], colour=GREY, width=1.2, dashes=dashes)
    sheet.strokes([[(left, y(benchmark)), (x.end, y(benchmark))]], colour=BLACK, width=1.2)
    sheet.text(x.end + NAMED, y(benchmark), named)
    others = [(x(dot.total), y(dot.share)) for dot in dots if not dot.own]
    sheet.marks("circle", others, 5, fill=WHITE, edge=GREY, edge_width=1.2)
    for dot in (d for d in dots if d.own):
        at, half = x(dot.total), width_of(dot.label, SEMIBOLD) / 2
        sheet.marks("diamond", [(at, y(dot.share))], 7, fill=DARK_BLUE)
        middle = min(max(at, left + half), WIDTH - MARGIN - half)
        sheet.text(
            middle, y(dot.share) - 8, dot.label,
            align="middle", at="bottom", weight=SEMIBOLD, colour=DARK_BLUE,
        )  # fmt: skip
    return sheet.svg()
