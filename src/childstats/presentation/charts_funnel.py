"""The funnel: areas of unequal size around a wider area's share, with the limits of chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from childstats.language import Language
from childstats.presentation.charts import to_svg
from childstats.presentation.theme import BLACK, DARK_BLUE, GREY, WIDTH, theme
from childstats.statistics.funnel import funnel_limits

HEIGHT: Final = 2.5
"""Inches."""
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
    with theme():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.add_subplot()
        for low, high, style in (
            (limits.low_95, limits.high_95, "-"),
            (limits.low_998, limits.high_998, (0, (4, 2))),
        ):
            for limit in (low, high):
                axes.plot(places, limit, color=GREY, lw=1.2, ls=style, zorder=1)
        axes.axhline(benchmark, color=BLACK, lw=1.2, zorder=1)
        axes.annotate(
            named, (1, benchmark), (4, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center",
        )  # fmt: skip
        others = [dot for dot in dots if not dot.own]
        axes.plot(
            [dot.total for dot in others], [dot.share for dot in others],
            "o", color=GREY, mfc="white", ms=5, mew=1.2, zorder=3,
        )  # fmt: skip
        for dot in (d for d in dots if d.own):
            axes.plot(dot.total, dot.share, "D", color=DARK_BLUE, ms=7, zorder=4)
            axes.annotate(
                dot.label, (dot.total, dot.share), (0, 8), textcoords="offset points",
                ha="center", fontweight="semibold", color=DARK_BLUE,
            )  # fmt: skip
        axes.set_xlim(least, most)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: t.percent(v, digits=0)))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: t.count(v)))
        axes.set_title(axis, loc="left", fontsize=9, color=GREY)
        axes.set_xlabel(sizes, loc="left", color=GREY)
        return to_svg(figure, right=0.86)
