"""Gaps between two groups: both on one line, from 0."""

from typing import TYPE_CHECKING, Final

from pandas import DataFrame

from childstats.charts.palette import DARK_BLUE, LIGHT_GREY, TURQUOISE, WHITE
from childstats.charts.rows import Head, Rows, draw_interval, row_axes
from childstats.charts.style import round_ticks, styled, wrapped
from childstats.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW: Final = 30.0
MARKS: Final = (("D", DARK_BLUE), ("o", TURQUOISE))
"""Marks of the first group and of the second."""
NAME_WIDTH, VALUE_WIDTH = 30, 18


def plot(
    frame: DataFrame,
    ax: "Axes | None" = None,
    *,
    measure: str = "",
    heads: tuple[str, str] = ("", ""),
    percent: bool = False,
    language: Language | None = None,
) -> "Axes":
    """Plot two values a row, joined, on an axis from 0.

    Parameters
    ----------
    frame
        A row a gap, from the top: ``label``; ``first``, ``first_low``, ``first_high`` and, if
        wanted, ``first_written`` (group and value in words), and the same of ``second``.
    ax
        Axes to draw on; new ones if None.
    measure
        What the values measure, with its unit.
    heads
        Names of the two groups.
    percent
        Whether values are proportions, shown as percentages.
    language
        Of the numbers; English if None.

    Returns
    -------
    matplotlib.axes.Axes
        matplotlib's own.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if frame.empty:
        raise ValueError("a chart of gaps takes at least one gap")
    t = language or Language("en")
    say = t.percent if percent else t.decimal
    high = 1.04 * float(frame[["first_high", "second_high"]].max().max()) or 1.0
    ticks = round_ticks(0, high, most=5)
    digits = 0 if all(round(v * (100 if percent else 1), 9).is_integer() for v in ticks) else 1
    written = [
        frame[f"{who}_written"] if f"{who}_written" in frame else [""] * len(frame)
        for who in ("first", "second")
    ]
    rows = Rows(
        names=[wrapped(label, NAME_WIDTH) for label in frame["label"]],
        least=ROW,
        low=0,
        high=high,
        ticks=[(v, say(v, digits=digits)) for v in ticks],
        axis=measure,
        heads=[Head(head, *mark) for head, mark in zip(heads, MARKS, strict=True)],
        columns=[
            [wrapped(cell, VALUE_WIDTH) for cell in cells] for cells in zip(*written, strict=True)
        ],
    )
    with styled():
        ax = row_axes(rows, ax)
        for y, row in enumerate(frame.to_dict("records")):
            ax.plot(
                [row["first"], row["second"]], [y, y], color=LIGHT_GREY, linewidth=5,
                clip_on=False, zorder=2.5,
            )  # fmt: skip
            for who, (marker, colour) in zip(("first", "second"), MARKS, strict=True):
                ax.plot(
                    [row[who]], [y], marker, color=colour, markeredgecolor=WHITE, zorder=4,
                    markersize=8 if marker == "o" else 7, clip_on=False,
                )  # fmt: skip
                draw_interval(ax, y, row[f"{who}_low"], row[f"{who}_high"])
    return ax
