"""The funnel: areas of unequal size around a wider area's share, with the limits of chance."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pandas import DataFrame

from childstats.charts.palette import BLACK, DARK_BLUE, GREY, LINE, MARGIN, WHITE, WIDTH
from childstats.charts.style import (
    new_axes,
    round_ticks,
    size_of,
    styled,
    text_width,
    whole_ticks,
    with_room,
)
from childstats.language import Language
from childstats.precision import ESTIMATE_DIGITS, rounded
from childstats.statistics import funnel_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOP, BOTTOM, HEIGHT = 21.0, 160.0, 195.0
NAMED: Final = 4.0
"""Points from the plot to the benchmark's name."""
STEPS: Final = 200
"""Places at which the limits are drawn."""
ROOM: Final = 1.06
"""The limits reach a little further than the largest area."""
LIMITS: Final = ("low_95", "high_95", "low_998", "high_998")


def plot(
    frame: DataFrame,
    ax: "Axes | None" = None,
    *,
    benchmark: float,
    named: str = "",
    measure: str = "",
    sizes: str = "",
    language: Language | None = None,
) -> "Axes":
    """Plot the shares of areas by their size around a benchmark.

    Parameters
    ----------
    frame
        A row an area: ``label``, ``cases``, ``total``, and ``own``, whether it is the one that
        the report is about.
    ax
        Axes to draw on; new ones if None.
    benchmark
        The share of all.
    named
        Name of the benchmark, which stands at its line.
    measure, sizes
        What the two axes measure.
    language
        Of the numbers; English if None.

    Returns
    -------
    matplotlib.axes.Axes
        matplotlib's own; no order of areas is drawn.

    Raises
    ------
    ValueError
        If there are no areas, or one has nobody.
    """
    if frame.empty or not bool((frame["total"] > 0).all()):
        raise ValueError("a funnel takes at least one area, each with a total above 0")
    t = language or Language("en")
    share = frame["cases"] / frame["total"]
    most = float(frame["total"].max()) * ROOM
    least = max(1.0, float(frame["total"].min()) / ROOM)
    places = np.unique(np.linspace(least, most, STEPS).round())
    found = funnel_limits(places, benchmark, kind="proportion", method="score")
    limits = {
        name: [rounded(float(v), ESTIMATE_DIGITS) for v in np.ravel(getattr(found, name))]
        for name in LIMITS
    }
    drawn = [benchmark, *map(float, share), *(v for limit in limits.values() for v in limit)]
    low, high, ticks = whole_ticks(*with_room(min(drawn), max(drawn)), percent=True)
    labels = [t.percent(value, digits=0) for value in ticks]
    with styled():
        if ax is None:
            ax = new_axes(
                WIDTH,
                HEIGHT,
                left=MARGIN + max(map(text_width, labels)) + 7,
                right=WIDTH - MARGIN - NAMED - text_width(named),
                top=TOP,
                bottom=BOTTOM,
            )
        ax.set_xlim(least, most)
        ax.set_ylim(low, high)
        ax.set_yticks(ticks, labels=labels)
        counted = round_ticks(least, most, most=6, halves=False)
        ax.set_xticks(counted, labels=[t.count(value) for value in counted])
        ax.grid(visible=True, clip_on=False)
        ax.set_title(measure, loc="left", color=GREY, pad=5)
        ax.set_xlabel(sizes, loc="left", labelpad=3)
        for name, limit in limits.items():
            dashes = "-" if name.endswith("_95") else (0, (4, 2))
            ax.plot(places, limit, color=GREY, linewidth=1.2, linestyle=dashes, clip_on=False)
        ax.axhline(benchmark, color=BLACK, linewidth=1.2, clip_on=False)
        ax.annotate(
            named, (1, benchmark), (NAMED, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
        _draw_areas(ax, frame.assign(share=share))
    return ax


def _draw_areas(ax: "Axes", frame: DataFrame) -> None:
    others, own = frame[~frame["own"].astype(bool)], frame[frame["own"].astype(bool)]
    ax.plot(
        others["total"], others["share"], "o", markersize=5.5, markerfacecolor=WHITE,
        markeredgecolor=GREY, markeredgewidth=1.2, clip_on=False, zorder=4,
    )  # fmt: skip
    ax.plot(own["total"], own["share"], "D", markersize=7, color=DARK_BLUE, clip_on=False, zorder=5)
    first, last = ax.get_xlim()
    row: Any
    for row in own.itertuples():
        half = text_width(str(row.label), "semibold") / 2 / size_of(ax)[0] * (last - first)
        at = min(max(row.total, first + half), max(last - half, first + half))
        ax.annotate(
            row.label, (at, row.share), (0, LINE - 4), textcoords="offset points", ha="center",
            va="bottom", weight="semibold", color=DARK_BLUE, annotation_clip=False, zorder=6,
        )  # fmt: skip
