"""The matplotlib style of every chart, and its SVG: the same bytes on every machine.

matplotlib is imported when the first chart is drawn, not with this module.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from itertools import count
from math import ceil, floor
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from childstats.charts.palette import BLACK, GREY, LIGHT_GREY, TEXT_SIZE, WHITE, font_folder

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TYPEFACE: Final = "Be Vietnam Pro"
SETTINGS: Final[dict[str, Any]] = {
    "figure.dpi": 72,
    "figure.facecolor": WHITE,
    "font.family": [TYPEFACE],
    "font.sans-serif": [TYPEFACE],
    "font.size": TEXT_SIZE,
    "axes.titlesize": TEXT_SIZE,
    "axes.labelsize": TEXT_SIZE,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": LIGHT_GREY,
    "grid.linewidth": 0.6,
    "xtick.labelsize": TEXT_SIZE,
    "ytick.labelsize": TEXT_SIZE,
    "xtick.color": BLACK,
    "ytick.color": BLACK,
    "legend.fontsize": TEXT_SIZE,
    "text.color": BLACK,
    "text.hinting": "none",
    "text.parse_math": False,
    "path.simplify": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "childstats",
}
"""Set over matplotlib's defaults, whatever the user's own settings file says."""
LETTER: Final = 1.2
"""Height of a line of text in its size, as matplotlib sets lines below each other."""
_NUMBER: Final = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_NAMED: Final = re.compile(r'(?<=id=")(?:[a-zA-Z]+[0-9a-f]{10}|[\w.]+-\w+-[0-9a-f]+)(?=")')
"""Marks, clipping paths and letters, by matplotlib's names for them."""


@contextmanager
def styled() -> Iterator[None]:
    """Give matplotlib the project's style, and its own settings back afterwards."""
    import matplotlib as mpl  # noqa: PLC0415  # only where something is drawn

    settings: dict[str, Any] = mpl.rcParams  # type: ignore[assignment]  # unchecked: it is slow
    before = dict(dict.items(settings))
    dict.update(settings, _settings())  # checked once already
    try:
        yield
    finally:
        dict.update(settings, before)


@cache
def _settings() -> dict[str, Any]:
    import matplotlib as mpl  # noqa: PLC0415  # as above
    from matplotlib.font_manager import fontManager  # noqa: PLC0415

    for weight in ("Regular", "SemiBold"):
        fontManager.addfont(font_folder() / f"BeVietnamPro-{weight}.ttf")
    checked = mpl.RcParams({**mpl.rcParamsDefault, **SETTINGS})
    return {name: dict.__getitem__(checked, name) for name in checked if name != "backend"}


_OWN: Final["WeakSet[Figure]"] = WeakSet()
"""Figures whose margins are laid out here."""


def new_axes(
    width: float, height: float, *, left: float, right: float, top: float, bottom: float
) -> "Axes":
    """Return the axes of a new figure.

    Parameters
    ----------
    width, height
        Of the figure, in points.
    left, right, top, bottom
        Places of the axes' sides in points, from the figure's top left corner.

    Returns
    -------
    matplotlib.axes.Axes
        Its figure is unknown to pyplot, so that a notebook does not show it twice.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    figure = Figure(figsize=(width / 72, height / 72))
    _OWN.add(figure)
    wide, high = (right - left) / width, (bottom - top) / height
    return figure.add_axes(
        (round(left / width, 9), round(1 - bottom / height, 9), round(wide, 9), round(high, 9))
    )


def size_of(ax: "Axes") -> tuple[float, float]:
    """Return width and height of axes in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.get_position()
    wide, high = figure.get_size_inches()
    return float(place.width * wide * 72), float(place.height * high * 72)


def text_width(text: str, weight: str = "normal") -> float:
    """Return the width in points of the longest line of a text, as it is drawn."""
    return max(_line_width(line, weight) for line in text.split("\n"))


@cache
def _line_width(line: str, weight: str) -> float:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415  # as above
    from matplotlib.textpath import text_to_path  # noqa: PLC0415

    with styled():
        font = FontProperties(family=TYPEFACE, weight=weight, size=TEXT_SIZE)
        width, _, _ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
    return round(float(width), 3)


def wrapped(text: str, letters: int) -> str:
    """Return a text broken into lines of at most so many letters; its own breaks are kept."""
    return "\n".join(fill(line, letters) for line in text.split("\n"))


def round_ticks(
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
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # as above

    steps = [1, 2, 2.5, 5, 10] if halves else [1, 2, 5, 10]
    locator = MaxNLocator(nbins=most, steps=steps, integer=is_whole, min_n_ticks=1)
    found = locator.tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [round(float(v), 9) for v in found if low - slack <= v <= high + slack]


def whole_ticks(low: float, high: float, *, percent: bool) -> tuple[float, float, list[float]]:
    """Return the ends of an axis of whole numbers, or whole per cents, and its ticks.

    The ends are moved apart where fewer than two whole numbers would be between them.
    """
    unit = 0.01 if percent else 1.0
    low, high = round(low / unit, 9), round(high / unit, 9)
    if floor(high) <= ceil(low):
        low, high = floor(low), ceil(high) if ceil(high) > floor(low) else floor(low) + 1
    ticks = round_ticks(low, high, most=6, is_whole=True, halves=not percent)
    return round(low * unit, 9), round(high * unit, 9), [round(v * unit, 9) for v in ticks]


def with_room(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis around the lowest and the highest value that it shows."""
    room = 0.05 * max(high - low, 0.01 * max(abs(low), abs(high)) or 1.0)
    return low - room, high + room


def svg_of(figure: "Figure") -> str:
    """Return a figure as SVG, the same bytes for the same figure on any machine.

    Parameters
    ----------
    figure
        Any figure of matplotlib; it stays as it is.

    Returns
    -------
    str
        Without dates; letters are outlines; places have two decimals, and what is drawn once and
        used again is named by its order, so that no last bit of a number can show.
    """
    drawn = BytesIO()
    canvas = figure.canvas
    with styled():
        # a figure of an analyst's own is cut where its words end, as JupyterLab shows it
        box = None if figure in _OWN else "tight"
        figure.savefig(drawn, format="svg", metadata={"Date": None}, bbox_inches=box)
    figure.set_canvas(canvas)
    svg = drawn.getvalue().decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>|\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    names = dict(zip(dict.fromkeys(_NAMED.findall(svg)), count(1), strict=False))
    svg = re.sub(r'<g id="\w+">', "<g>", svg)
    svg = re.sub(
        r'(?<=[#"])([\w.-]+)(?=[")])',
        lambda found: f"n{names[found[1]]}" if found[1] in names else found[1],
        svg,
    )
    svg = re.sub(r" ?\n\s*(?=[A-Za-z])", "", svg)  # within a path each step is a letter
    svg = _NUMBER.sub(_short, re.sub(r"\n\s*", "\n", svg))
    return re.sub(r"(?<![\w.])-0(?![\d.])", "0", svg)


def _short(found: re.Match[str]) -> str:
    text = found[0]
    return text if text.startswith("scale") else f"{round(float(text), 2) + 0.0:g}"
