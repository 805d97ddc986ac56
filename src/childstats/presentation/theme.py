"""One look for every chart: font, colours, sizes, the same on every machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager

FONT: Final = "Be Vietnam Pro"
"""Open-licence typeface drawn for Vietnamese; an installed dependency, never a system font."""
WEIGHTS: Final = ("Regular", "Medium", "SemiBold", "Bold", "Italic")

BLACK: Final = "#000000"
DARK_BLUE: Final = "#12436D"
TURQUOISE: Final = "#28A197"
DARK_PINK: Final = "#801650"
ORANGE: Final = "#F46A25"
GREY: Final = "#5F6B75"
LIGHT_GREY: Final = "#C9D0D6"
SERIES_COLOURS: Final = (DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE)
"""Palette of the UK Government Analysis Function; neighbours differ in lightness, not only hue."""
SERIES_MARKERS: Final = ("o", "s", "^", "D")

WIDTH: Final = 6.5
"""Inches: the width of the text column, so that letters keep their size on the page."""
TEXT_SIZE: Final = 9
"""Points; nothing in a chart is smaller."""


def font_folder() -> Path:
    """Return the folder of the installed font files."""
    return Path(str(files("fontpkg_be_vietnam_pro").joinpath("files")))


@cache
def _register_fonts() -> None:
    for weight in WEIGHTS:
        font_manager.fontManager.addfont(font_folder() / f"BeVietnamPro-{weight}.ttf")


@contextmanager
def theme() -> Iterator[None]:
    """Draw in the project's look, whatever the user's own matplotlib settings are."""
    _register_fonts()
    settings: Any = dict(mpl.rcParamsDefault) | {
        "axes.axisbelow": True,
        "axes.edgecolor": GREY,
        "axes.grid": True,
        "axes.labelcolor": "black",
        "axes.spines.right": False,
        "axes.spines.top": False,
        "font.family": FONT,
        "font.size": TEXT_SIZE,
        "grid.color": LIGHT_GREY,
        "grid.linewidth": 0.6,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
        "svg.fonttype": "path",
        "text.hinting": "none",
        "svg.hashsalt": "childstats",
        "xtick.color": "black",
        "xtick.labelsize": TEXT_SIZE,
        "ytick.color": "black",
        "ytick.labelsize": TEXT_SIZE,
    }
    with mpl.rc_context(), mpl.rc_context(settings):
        yield
