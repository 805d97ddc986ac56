"""Values over the years: lines with gaps and breaks, or marks that are never joined."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from pandas import DataFrame

from childstats.charts.palette import (
    BLACK,
    GREY,
    LINE,
    MARGIN,
    SERIES_COLOURS,
    SERIES_MARKERS,
    WHITE,
    WIDTH,
)
from childstats.charts.style import (
    new_axes,
    round_ticks,
    size_of,
    styled,
    text_width,
    whole_ticks,
    with_room,
    wrapped,
)
from childstats.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_SERIES: Final = len(SERIES_COLOURS)
HEIGHT: Final = 119.0
TOP, BOTTOM = 21.0, 23.0
LEFT: Final = 35.0
"""Points: plots of one report begin below each other, unless a value takes more room."""
CAP: Final = 8.0
"""Points: the caps of an interval reach beyond the mark, so that no mark hides one."""
MARK: Final = 4.8
SMALL_MARK: Final = 3.4
"""For series of more than `MANY` years, whose marks would run into each other."""
MANY: Final = 20
NAME: Final = 15.0
"""Points from the plot to the names of the series, before which their marks stand."""
APART: Final = 5.0
"""Points that are left free between the names of two series."""
LABEL_WIDTH: Final = 17
"""Letters after which the name of a series is broken."""
FLAGS: Final = ("after_break", "after_merger", "provisional", "is_sampling")


def plot(
    frame: DataFrame,
    ax: "Axes | None" = None,
    *,
    measure: str = "",
    percent: bool = False,
    joined: bool = True,
    target: tuple[float, str] | None = None,
    language: Language | None = None,
) -> "Axes":
    """Plot series over the years.

    A missing year is a gap, a break a dashed upright, a merger of areas a dotted one, a
    provisional value a hollow mark. Strokes with caps are confidence intervals, pale bars the
    range of the print. Each series is named at its end, beside its own mark.

    Parameters
    ----------
    frame
        A row a value, years in order: ``series``, ``year``, ``value``, ``low``, ``high``, and
        where they are needed the flags of `FLAGS`.
    ax
        Axes to draw on; new ones if None.
    measure
        What is measured, with its unit.
    percent
        Whether values are proportions, shown as percentages. Other values begin at 0.
    joined
        Whether neighbouring years are joined.
    target
        Value and words of a target.
    language
        Of the numbers; English if None.

    Returns
    -------
    matplotlib.axes.Axes
        matplotlib's own.

    Raises
    ------
    ValueError
        If there are no series or more than four.
    """
    frame = frame.dropna(subset=["value"])
    names = list(dict.fromkeys(frame["series"]))
    if not 1 <= len(names) <= MAX_SERIES:
        raise ValueError(f"a chart takes 1 to {MAX_SERIES} series with values, not {len(names)}")
    frame = frame.assign(
        low=frame["low"].fillna(frame["value"]) if "low" in frame else frame["value"],
        high=frame["high"].fillna(frame["value"]) if "high" in frame else frame["value"],
        **{flag: False for flag in FLAGS if flag not in frame},
    )
    t = language or Language("en")
    low, high, ticks = _limits(frame, percent=percent, target=target)
    say = t.percent if percent else t.decimal
    labels = [say(value, digits=0) for value in ticks]
    shown = [wrapped(str(name), LABEL_WIDTH) for name in names]
    with styled():
        if ax is None:
            ax = new_axes(
                WIDTH,
                HEIGHT,
                left=max(LEFT, MARGIN + max(map(text_width, labels)) + 7),
                right=WIDTH - MARGIN - NAME - max(map(text_width, shown)),
                top=TOP,
                bottom=HEIGHT - BOTTOM,
            )
        first, last = int(frame["year"].min()) - 0.6, int(frame["year"].max()) + 0.6
        ax.set_xlim(first, last)
        ax.set_ylim(low, high)
        ax.set_yticks(ticks, labels=labels)
        years = round_ticks(first, last, most=11, is_whole=True)
        ax.set_xticks(years, labels=[f"{year:.0f}" for year in years])
        ax.grid(visible=True, axis="y", clip_on=False)
        ax.set_title(measure, loc="left", color=GREY, pad=5)
        if target is not None:
            _draw_target(ax, *target, frame)
        for i, name in enumerate(names):
            shift = 0.0 if joined else round((i - (len(names) - 1) / 2) * 0.24, 9)
            _draw_series(ax, frame[frame["series"] == name], i, shift, joined=joined)
        _name_series(ax, [frame[frame["series"] == name] for name in names], shown)
    return ax


def _limits(
    frame: DataFrame, *, percent: bool, target: tuple[float, str] | None
) -> tuple[float, float, list[float]]:
    low, high = with_room(
        float(frame[["low", "value"]].min().min()), float(frame[["high", "value"]].max().max())
    )
    low = low if percent else 0.0
    if target is not None:
        low = min(low, target[0])
        high = max(high, low + (target[0] - low) / 0.88)  # room for the words above it
    return whole_ticks(low, high, percent=percent)


def _draw_series(ax: "Axes", rows: DataFrame, i: int, shift: float, *, joined: bool) -> None:
    colour, marker = SERIES_COLOURS[i], SERIES_MARKERS[i]
    plain: dict[str, Any] = {"color": colour, "clip_on": False}
    records: list[Any] = list(rows.itertuples())
    for before, after in pairwise(records):
        between = (before.year + after.year) / 2
        if after.after_merger:
            ax.axvline(between, color=GREY, linewidth=1.4, linestyle=(0, (1, 2)), clip_on=False)
        if after.after_break and joined:
            ax.axvline(between, color=GREY, linewidth=1, linestyle=(0, (4, 3)), clip_on=False)
    for years, values in _runs(rows) if joined else ():
        ax.plot(years, values, linewidth=1.5, zorder=3, **plain)
    for row in records:
        at = [row.year + shift] * 2
        if row.is_sampling:
            ax.plot(
                at, [row.low, row.high], "-_", linewidth=1.3, markersize=CAP,
                markeredgewidth=1.3, zorder=4, **plain,
            )  # fmt: skip
        elif row.low < row.high:
            ax.plot(
                at, [row.low, row.high], linewidth=7, alpha=0.35, solid_capstyle="butt",
                zorder=2.5, **plain,
            )  # fmt: skip
    size = SMALL_MARK if len(rows) > MANY else MARK
    for hollow in (False, True):
        some = rows[rows["provisional"] == hollow]
        if len(some):
            ax.plot(
                some["year"] + shift, some["value"], marker, markersize=size, zorder=5,
                markerfacecolor=WHITE if hollow else colour, markeredgewidth=1.3, **plain,
            )  # fmt: skip


def _runs(rows: DataFrame) -> list[tuple[list[int], list[float]]]:
    """Return the longest stretches of neighbouring years without a break."""
    runs: list[tuple[list[int], list[float]]] = []
    row: Any
    for row in rows.itertuples():
        if not runs or row.year != runs[-1][0][-1] + 1 or row.after_break:
            runs.append(([], []))
        runs[-1][0].append(row.year)
        runs[-1][1].append(row.value)
    return [run for run in runs if len(run[0]) > 1]


def _draw_target(ax: "Axes", value: float, words: str, frame: DataFrame) -> None:
    """Draw the target, named in the third of the plot where the fewest marks are in the way."""
    ax.axhline(value, color=BLACK, linewidth=1.2, linestyle=(0, (1, 2)), clip_on=False)
    (first, last), (low, high) = ax.get_xlim(), ax.get_ylim()
    along = 3 * (frame["year"] - first) / (last - first)
    is_near = (frame["value"] - value).abs() < (high - low) / 4
    third = min((2, 0, 1), key=lambda place: int((along.between(place, place + 1) & is_near).sum()))
    ax.annotate(
        words, ((third + 0.5) / 3, value), (0, 1), xycoords=ax.get_yaxis_transform(),
        textcoords="offset points", ha="center", va="bottom", annotation_clip=False, zorder=6,
    )  # fmt: skip


def _name_series(ax: "Axes", series: list[DataFrame], shown: list[str]) -> None:
    """Name each series at the right edge, moved apart where some end close together."""
    _, tall = size_of(ax)
    low, high = ax.get_ylim()
    ends = sorted(
        (float((s["value"].iloc[-1] - low) / (high - low)), i) for i, s in enumerate(series)
    )
    half = [LINE * (shown[i].count("\n") + 1) / 2 / tall for _, i in ends]
    places = [place for place, _ in ends]
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + half[k - 1] + half[k] + APART / tall)
    excess = max(0.0, places[-1] - 1.0)
    for place, (_, i) in zip(places, ends, strict=True):
        at = (1, round(low + (place - excess) * (high - low), 9))
        ax.annotate(
            shown[i], at, (NAME, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
        right = 1 + 0.6 * NAME / size_of(ax)[0]
        ax.plot(
            [right], [at[1]], SERIES_MARKERS[i], color=SERIES_COLOURS[i], markersize=MARK + 1,
            transform=ax.get_yaxis_transform(), clip_on=False,
        )  # fmt: skip
