"""Indicators along a spine: an area against its country, each row on a scale of its own."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from pandas import DataFrame

from childstats.charts.palette import BLACK, DARK_BLUE, GREY, LIGHT_GREY, TURQUOISE, WHITE
from childstats.charts.rows import Head, Rows, draw_interval, row_axes
from childstats.charts.style import styled, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW: Final = 28.0
MARKS: Final = (("o", DARK_BLUE), ("D", TURQUOISE), ("|", BLACK))
"""Marks of the area, of its region and of the country, which is the spine."""
LEAST_RIGHT: Final = 0.5
"""The right of the spine that is shown even where no area is better than the country."""
NAME_WIDTH, VALUE_WIDTH, HEAD_WIDTH = 24, 12, 12
"""Letters after which names, values and headings are broken."""


def plot(
    frame: DataFrame,
    ax: "Axes | None" = None,
    *,
    heads: Sequence[str] = ("", "", "", ""),
    ends: tuple[str, str] = ("worse", "better"),
) -> "Axes":
    """Plot indicators against the country.

    Parameters
    ----------
    frame
        A row an indicator, from the top: ``label``; ``area``, ``area_low``, ``area_high`` and the
        same of ``region`` (nan if there is none), where 0 is the country, 1 and −1 the furthest
        area, and more is better; ``others``, the places of the other areas; ``written``, the
        values of area, region and country in words and how the test came out.
    ax
        Axes to draw on; new ones if None.
    heads
        Names of the area, the region ("" where there is none) and the country, and the heading of
        the last column.
    ends
        What stands at the two ends.

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
        raise ValueError("a spine chart takes at least one indicator")
    records: list[dict[Any, Any]] = frame.to_dict("records")
    best = max([LEAST_RIGHT, *(end for row in records for end in _places(row))])
    marked = [
        Head(wrapped(name, HEAD_WIDTH), *mark) if name else Head("")
        for name, mark in zip(heads[:-1], MARKS, strict=True)
    ]
    rows = Rows(
        names=[wrapped(row["label"], NAME_WIDTH) for row in records],
        least=ROW,
        low=-1.12,
        high=best + 0.12,
        ticks=[(-1, ends[0]), (best, ends[1])],
        heads=[*marked, Head(heads[-1])],
        columns=[[wrapped(cell, VALUE_WIDTH) for cell in row["written"]] for row in records],
        frame=False,
    )
    with styled():
        ax = row_axes(rows, ax)
        ax.axvline(0, color=BLACK, linewidth=1.4, clip_on=False)
        for y, row in enumerate(records):
            _draw_row(ax, row, y)
    return ax


def _draw_row(ax: "Axes", row: dict[Any, Any], y: int) -> None:
    reach = _places(row)
    ax.plot(
        [min(reach), max(reach)], [y, y], color=LIGHT_GREY, linewidth=7,
        solid_capstyle="projecting", clip_on=False, zorder=1,
    )  # fmt: skip
    ax.plot(
        row["others"], [y] * len(row["others"]), "|", color=GREY, markersize=8,
        markeredgewidth=1.2, clip_on=False, zorder=2.5,
    )  # fmt: skip
    for who, (marker, colour) in (("region", MARKS[1]), ("area", MARKS[0])):
        if isfinite(row[who]):
            ax.plot(
                [row[who]], [y], marker, color=colour, markeredgecolor=WHITE,
                markersize=8 if marker == "o" else 7, clip_on=False, zorder=4,
            )  # fmt: skip
            draw_interval(ax, y, row[f"{who}_low"], row[f"{who}_high"])


def _places(row: dict[Any, Any]) -> list[float]:
    """Return everything that is drawn of a row but its intervals."""
    marks = [row["area"], *([row["region"]] if isfinite(row["region"]) else [])]
    return [*row["others"], *marks, 0.0]
