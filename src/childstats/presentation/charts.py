"""What charts of a fixed frame share: the width of their letters, and the SVG they become."""

from io import StringIO
from typing import Final

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from childstats.presentation.theme import FONT, TEXT_SIZE, WIDTH

POINTS_PER_INCH: Final = 72


def line_width(line: str, weight: str = "semibold") -> float:
    """Return the width in points of one line in the size of all chart text."""
    font = FontProperties(family=FONT, size=TEXT_SIZE, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
    return float(width)


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
    widths = (line_width(line) for line in text.split("\n") if line.strip())
    return max(widths, default=0.0) / POINTS_PER_INCH / WIDTH


def to_svg(figure: Figure, *, left: float = 0.075, right: float = 0.98) -> str:
    """Return a finished figure as SVG, its axes between two shares of the width."""
    height = figure.get_figheight()
    figure.subplots_adjust(left=left, right=right, top=1 - 0.30 / height, bottom=0.32 / height)
    return as_svg(figure)


def as_svg(figure: Figure) -> str:
    """Return a figure as SVG, the same bytes for the same drawing."""
    written = StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()
