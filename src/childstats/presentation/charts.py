"""Charts: a few kinds, drawn from data that is checked before it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import Normal, Stroke
from matplotlib.textpath import TextPath
from matplotlib.ticker import FuncFormatter

from childstats.language import Language
from childstats.presentation.theme import DARK_BLUE, FONT, GREY, TEXT_SIZE, WIDTH, theme

POINTS_PER_INCH: Final = 72


@dataclass(frozen=True, slots=True)
class Bar:
    """A named horizontal bar or dot with its written value.

    Attributes
    ----------
    label
        Name of the row.
    value, low, high
        In the drawn unit; ``low == high`` draws no whisker.
    written
        The value in words, beside the mark.
    """

    label: str
    value: float
    low: float
    high: float
    written: str


def draw_bars(bars: Sequence[Bar], *, t: Language, axis: str) -> str:
    """Draw shares of a whole as horizontal bars from 0 to 100 per cent, as SVG.

    Parameters
    ----------
    bars
        In the order from top to bottom; values are proportions.
    t
        Language of the numbers.
    axis
        What the bars measure.

    Returns
    -------
    str
        SVG, the same bytes for the same data.

    Raises
    ------
    ValueError
        If there are no bars.
    """
    if not bars:
        raise ValueError("a chart takes at least one bar")
    with theme():
        figure = Figure(figsize=(WIDTH, 0.62 + 0.34 * len(bars)))
        axes = figure.add_subplot()
        for y, bar in enumerate(bars):
            axes.barh(y, bar.value, color=DARK_BLUE, height=0.56)
            if bar.low < bar.high:
                whisker = LineCollection(
                    [
                        [(bar.low, y), (bar.high, y)],
                        *([(end, y - 0.16), (end, y + 0.16)] for end in (bar.low, bar.high)),
                    ],
                    colors="black",
                    linewidths=1.1,
                    path_effects=[Stroke(linewidth=2.8, foreground="white"), Normal()],
                    zorder=3,
                )
                axes.add_collection(whisker)
            end = (max(bar.high, bar.value), y)
            axes.annotate(bar.written, end, (5, 0), textcoords="offset points", va="center")
        axes.set_yticks(range(len(bars)), [bar.label for bar in bars])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: t.percent(v, digits=0)))
        axes.set_title(axis, loc="left", fontsize=9, color=GREY, x=0)
        return to_svg(figure, left=_label_share(bars), right=0.88)


def _label_share(bars: Sequence[Bar]) -> float:
    """Return the share of the width that the longest row name needs."""
    return 0.02 + max(width_of(bar.label) for bar in bars)


def width_of(text: str) -> float:
    """Return the share of a chart's width that the longest line of a text takes; call in `theme`.

    Parameters
    ----------
    text
        One or more lines in the size of all chart text.

    Returns
    -------
    float
        Between 0 and 1.
    """
    font = FontProperties(family=FONT, weight="semibold")
    widths = (
        TextPath((0, 0), line, size=TEXT_SIZE, prop=font).get_extents().width
        for line in text.split("\n")
        if line.strip()
    )
    return max(widths, default=0.0) / POINTS_PER_INCH / WIDTH


def to_svg(figure: Figure, *, left: float = 0.075, right: float = 0.98) -> str:
    """Return a finished figure as SVG, its axes between two shares of the width."""
    height = figure.get_figheight()
    figure.subplots_adjust(left=left, right=right, top=1 - 0.30 / height, bottom=0.32 / height)
    written = StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()
