"""Bars from 0 with their intervals, one a row, its value written beside it."""

from typing import TYPE_CHECKING, Final

from pandas import DataFrame

from childstats.charts.palette import DARK_BLUE
from childstats.charts.rows import Rows, draw_interval, row_axes
from childstats.charts.style import round_ticks, styled, wrapped
from childstats.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW: Final = 25.0
NAME_WIDTH: Final = 30


def plot(
    frame: DataFrame,
    ax: "Axes | None" = None,
    *,
    measure: str = "",
    percent: bool = False,
    language: Language | None = None,
) -> "Axes":
    """Plot values as bars from 0.

    Parameters
    ----------
    frame
        A row a bar, from the top: ``label``, ``value``, and if wanted ``low``, ``high`` and
        ``written`` (the value in words).
    ax
        Axes to draw on; new ones if None.
    measure
        What is measured, with its unit.
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
        If there are no bars, or one is negative.
    """
    if frame.empty or not bool((frame["value"] >= 0).all()):
        raise ValueError("a chart of bars takes at least one value, all 0 or more")
    t = language or Language("en")
    say = (lambda v: t.percent(v, digits=0)) if percent else t.count
    low, high = (frame[end] if end in frame else frame["value"] for end in ("low", "high"))
    top = 1.0 if percent else 1.02 * float(max(high.max(), frame["value"].max())) or 1.0
    written = list(frame["written"]) if "written" in frame else [""] * len(frame)
    ends = [min(max(v, h), top) for v, h in zip(frame["value"], high, strict=True)]
    rows = Rows(
        names=[wrapped(label, NAME_WIDTH) for label in frame["label"]],
        least=ROW,
        low=0,
        high=top,
        ticks=[(v, say(v)) for v in round_ticks(0, top, most=5, is_whole=not percent)],
        axis=measure,
        ends=list(zip(ends, written, strict=True)),
    )
    with styled():
        ax = row_axes(rows, ax)
        for y, (value, lower, upper) in enumerate(zip(frame["value"], low, high, strict=True)):
            ax.barh(y, value, height=0.6, color=DARK_BLUE, clip_on=False, zorder=3)
            draw_interval(ax, y, lower, upper, on_bar=True)
    return ax
