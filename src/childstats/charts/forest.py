"""Ratios on a log scale: what chance could change, and apart from it what rounding hides."""

from math import inf
from typing import TYPE_CHECKING, Any, Final

from pandas import DataFrame

from childstats.charts.palette import BLACK, DARK_BLUE, DARK_PINK, WHITE
from childstats.charts.rows import Rows, row_axes
from childstats.charts.style import styled, wrapped
from childstats.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TICKS: Final = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)
FAR_TICKS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
"""Ratios that may be labelled, the second where the axis is long; neighbours stand far apart."""
FAR: Final = 5.0
"""An axis that reaches further is long."""
LEAST_REACH: Final = 1.6
"""The axis reaches at least from 1/1.6 to 1.6, so that a small difference looks small."""
MOST_REACH: Final = 21.6
"""The axis reaches at most from 1/21.6 to 21.6; what lies beyond is an arrow at its end."""
ROW: Final = 19.4
LABEL_WIDTH: Final = 44
ENDS: Final = ["low", "high", "printed_low", "printed_high"]


def plot(
    frame: DataFrame,
    ax: "Axes | None" = None,
    *,
    measure: str = "",
    language: Language | None = None,
) -> "Axes":
    """Plot ratios with their intervals on a log scale around 1.

    Parameters
    ----------
    frame
        A row a ratio, from the top: ``label``, ``value`` (0 or more, infinity where the reference
        has no cases), ``low`` and ``high`` (confidence limits, equal to the value where there
        are none), and if wanted ``printed_low`` and ``printed_high`` (what the rounding of the
        print allows), ``written`` (ratio and interval in words), ``pooled`` (a summary of the
        rows above).
    ax
        Axes to draw on; new ones if None.
    measure
        What the ratios compare.
    language
        Of the numbers; English if None.

    Returns
    -------
    matplotlib.axes.Axes
        matplotlib's own; a limit beyond the axis is an arrow at its end, and a ratio of 0 or
        infinity has no mark.

    Raises
    ------
    ValueError
        If there are no rows, or an end is negative or no number.
    """
    defaults = {"printed_low": frame["value"], "printed_high": frame["value"]}
    frame = frame.assign(**{name: v for name, v in defaults.items() if name not in frame})
    if frame.empty or not bool((frame[["value", *ENDS]] >= 0).all(axis=None)):
        raise ValueError("a forest plot takes at least one ratio, all 0 or more")
    t, far = language or Language("en"), reach(frame)
    ticks = [
        (x, t.decimal(x, digits=0 if x == int(x) else 2 if x < TICKS[0] else 1))
        for x in (FAR_TICKS if far > FAR else TICKS)
        if 1 / far <= x <= far
    ]
    rows = Rows(
        names=[wrapped(label, LABEL_WIDTH) for label in frame["label"]],
        least=ROW,
        low=1 / far,
        high=far,
        is_log=True,
        ticks=ticks,
        title=measure,
        columns=[[cell] for cell in _cells(frame)],
    )
    with styled():
        ax = row_axes(rows, ax)
        ax.axvline(1, color=BLACK, linewidth=1, clip_on=False)
        for i, row in enumerate(frame.to_dict("records")):
            _draw_row(ax, row, i)
    return ax


def reach(frame: DataFrame) -> float:
    """Return the ratio at which the axis ends, above 1; it begins at its inverse."""
    ends = [float(end) for name in ENDS if name in frame for end in frame[name]]
    drawn = [max(1 / end, end) for end in ends if 0 < end < inf]
    return min(MOST_REACH, max([LEAST_REACH, *(1.08 * end for end in drawn)]))


def has_arrows(frame: DataFrame) -> bool:
    """Return whether a limit lies beyond the end of the axis."""
    far = reach(frame)
    ends = [float(end) for name in ENDS if name in frame for end in frame[name]]
    return not all(1 / far <= end <= far for end in ends)


def _cells(frame: DataFrame) -> list[str]:
    """Return ratio and interval, on two lines where the row has them or no number begins it."""
    written = frame["written"] if "written" in frame else [""] * len(frame)
    return [
        words.replace(" (", "\n(", 1) if "\n" in label or value == inf else words
        for words, label, value in zip(written, frame["label"], frame["value"], strict=True)
    ]


def _draw_row(ax: "Axes", row: dict[Any, Any], y: int) -> None:
    first, last = ax.get_xlim()
    middle = [row["value"]] if first <= row["value"] <= last else []

    def within(*ends: float) -> list[float]:
        return [min(max(end, first), last) for end in ends]

    def put(marker: str, size: float, **look: Any) -> None:
        ax.plot(middle, [y] * len(middle), marker, markersize=size, clip_on=False, zorder=6, **look)

    if row["printed_low"] < row["printed_high"]:
        left, right = within(row["printed_low"], row["printed_high"])
        ax.barh(
            y, right - left, left=left, height=0.55, facecolor=WHITE, edgecolor=DARK_PINK,
            linewidth=1.2, clip_on=False, zorder=3,
        )  # fmt: skip
        _draw_arrows(ax, y, row["printed_low"], row["printed_high"], DARK_PINK)
    if row["low"] < row["high"]:
        line: dict[str, Any] = {"color": DARK_BLUE, "clip_on": False, "zorder": 5}
        ax.plot(within(row["low"], row["high"]), [y, y], linewidth=1.4, **line)
        caps = [end for end in (row["low"], row["high"]) if first <= end <= last]
        ax.plot(caps, [y] * len(caps), "|", markersize=8, markeredgewidth=1.4, **line)
        _draw_arrows(ax, y, row["low"], row["high"], DARK_BLUE)
        put("D" if row.get("pooled") else "s", 7 if row.get("pooled") else 4.5, color=DARK_BLUE)
    else:
        _draw_arrows(ax, y, row["value"], row["value"], DARK_PINK)
        put("D", 4.8, markerfacecolor=WHITE, markeredgecolor=DARK_PINK, markeredgewidth=1.3)


def _draw_arrows(ax: "Axes", y: int, low: float, high: float, colour: str) -> None:
    """Draw the head of an arrow at each end of the axis beyond which a limit lies."""
    first, last = ax.get_xlim()
    for at, marker in [(first, 8)] * bool(low < first) + [(last, 9)] * bool(high > last):
        # carets that point left and right, their base at the place
        ax.plot([at], [y], marker=marker, markersize=6, color=colour, clip_on=False, zorder=5)
