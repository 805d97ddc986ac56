"""Typeface, colours and sizes of every chart; imports no matplotlib."""

from importlib.resources import files
from pathlib import Path
from typing import Final

BLACK: Final = "#000000"
DARK_BLUE: Final = "#12436D"
TURQUOISE: Final = "#28A197"
DARK_PINK: Final = "#801650"
ORANGE: Final = "#F46A25"
GREY: Final = "#5F6B75"
LIGHT_GREY: Final = "#C9D0D6"
WHITE: Final = "#FFFFFF"
SERIES_COLOURS: Final = (DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE)
"""Palette of the UK Government Analysis Function; neighbours differ in lightness, not only hue."""
SERIES_MARKERS: Final = ("o", "s", "^", "D")
"""As matplotlib names them."""

WIDTH: Final = 468.0
"""Points: the width of the text column, so that letters keep their size on the page."""
TEXT_SIZE: Final = 9.0
"""Points; nothing in a chart is smaller."""
LINE: Final = 11.2
"""Points from one line of text to the next."""
MARGIN: Final = 3.0
"""Points of white around everything that is drawn."""


def font_folder() -> Path:
    """Return the folder of the installed font files.

    Their typeface, Be Vietnam Pro, has an open licence and is drawn for Vietnamese; it is an
    installed dependency, never a system font.
    """
    return Path(str(files("fontpkg_be_vietnam_pro").joinpath("files")))
