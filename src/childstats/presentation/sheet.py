"""A white sheet on which charts are drawn, straight to SVG.

Places are points from the sheet's top left corner. What is drawn later lies above. Letters are
drawn as outlines, so that they look the same wherever the chart is opened.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias

from childstats.precision import rounded
from childstats.presentation.letters import REGULAR, UNITS, Glyph, face, width_of
from childstats.presentation.theme import BLACK, LINE, TEXT_SIZE, WHITE, WIDTH, Shape

Place: TypeAlias = tuple[float, float]
SCALE: Final = f"{TEXT_SIZE / UNITS:g}"
CAPITALS: Final = 0.72 * TEXT_SIZE
"""Height of capitals and digits: what “in the middle” refers to, so that rows share a line."""
ABOVE: Final = 0.97 * TEXT_SIZE
"""From a line's foot to the top of a capital with two marks, such as Ẫ."""
BELOW: Final = 0.23 * TEXT_SIZE
"""From a line's foot down to the lowest letter."""
BEHIND: Final = 1.0
"""Points by which the white behind a text reaches beyond it."""


def number(value: float) -> str:
    """Return a coordinate with two decimals at most."""
    return f"{round(rounded(value), 2) + 0.0:g}"


class Sheet:
    """One chart being drawn.

    Parameters
    ----------
    height
        In points; the width is that of the text column.
    """

    def __init__(self, height: float) -> None:
        self.height = height
        self._drawn: list[str] = []
        self._outlines: dict[str, str] = {}

    def strokes(
        self,
        strokes: Iterable[Sequence[Place]],
        *,
        colour: str,
        width: float,
        dashes: Sequence[float] = (),
        cap: Literal["butt", "square"] = "butt",
        opacity: float = 1.0,
    ) -> None:
        """Draw lines of a kind; the pen is lifted between them.

        Parameters
        ----------
        strokes
            The places of each, two or more.
        colour, width
            As of an SVG stroke.
        dashes
            Points drawn and left out in turn; a full line if empty.
        cap
            How it ends.
        opacity
            From 0 to 1.
        """
        path = "".join(
            "M" + "L".join(f"{number(x)} {number(y)}" for x, y in stroke) for stroke in strokes
        )
        if not path:
            return
        look = f' stroke-dasharray="{" ".join(map(number, dashes))}"' if dashes else ""
        look += f' stroke-linecap="{cap}"' if cap != "butt" else ""
        look += f' stroke-opacity="{opacity:g}"' if opacity != 1 else ""
        self._drawn.append(
            f'<path fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"'
            f'{look} d="{path}"/>'
        )

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        fill: str,
        edge: str = "none",
        edge_width: float = 0.0,
    ) -> None:
        """Draw a rectangle, its edge half inside and half outside."""
        outlined = f' stroke="{edge}" stroke-width="{edge_width:g}"' if edge != "none" else ""
        x, y, across, down = map(number, (left, top, right, bottom))
        self._drawn.append(f'<path fill="{fill}"{outlined} d="M{x} {y}H{across}V{down}H{x}Z"/>')

    def marks(
        self,
        shape: Shape,
        places: Iterable[Place],
        size: float,
        *,
        fill: str,
        edge: str = "",
        edge_width: float = 1.0,
    ) -> None:
        """Draw marks of a kind.

        Parameters
        ----------
        shape
            Its name; ``upright`` and ``level`` are lines.
        places
            Their middles.
        size
            Diameter, side or length without the edge, in points.
        fill, edge, edge_width
            Colours, the edge's being that of the mark unless given, and the width of the edge.
        """
        path = "".join(_outline(shape, x, y, size / 2) for x, y in places)
        if path:
            inside = "none" if shape in {"upright", "level"} else fill
            self._drawn.append(
                f'<path fill="{inside}" stroke="{edge or fill}" stroke-width="{edge_width:g}" '
                f'd="{path}"/>'
            )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        align: Literal["left", "middle", "right"] = "left",
        at: Literal["top", "middle", "bottom"] = "middle",
        weight: str = REGULAR,
        colour: str = BLACK,
        boxed: bool = False,
    ) -> None:
        """Write one or more lines.

        Parameters
        ----------
        x, y
            The place.
        words
            Lines end with a line feed.
        align
            Which side of every line stands at x.
        at
            What of all lines together stands at y: the middle is that of the capitals.
        weight, colour
            Of the letters.
        boxed
            Whether white lies behind, so that no line of the grid runs through the letters.
        """
        lines = words.split("\n")
        reach = LINE * (len(lines) - 1)
        foot = {"top": y + ABOVE, "middle": y + (CAPITALS - reach) / 2, "bottom": y - BELOW - reach}
        aligned = {"left": 0.0, "middle": 0.5, "right": 1.0}[align]
        if boxed:
            wide = width_of(words, weight)
            left = x - wide * aligned
            top, bottom = foot[at] - ABOVE, foot[at] + reach + BELOW
            self.box(left - BEHIND, top, left + wide + BEHIND, bottom, fill=WHITE)
        for i, line in enumerate(lines):
            letters, wide = face(weight).placed(line)
            self._letters(x - wide * aligned, foot[at] + i * LINE, letters, colour)

    def _letters(
        self, left: float, foot: float, letters: Sequence[tuple[Glyph, float]], colour: str
    ) -> None:
        if not letters:
            return
        self._outlines |= {glyph.name: glyph.outline for glyph, _ in letters}
        drawn = "".join(
            f'<use xlink:href="#{glyph.name}" x="{number(place)}"/>' for glyph, place in letters
        )
        self._drawn.append(
            f'<g fill="{colour}" transform="translate({number(left)} {number(foot)}) '
            f'scale({SCALE} -{SCALE})">{drawn}</g>'
        )

    def svg(self) -> str:
        """Return the chart as SVG, the same bytes for the same drawing."""
        wide, high = number(WIDTH), number(self.height)
        outlines = (f'<path id="{name}" d="{d}"/>' for name, d in sorted(self._outlines.items()))
        names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        size = f'width="{wide}pt" height="{high}pt" viewBox="0 0 {wide} {high}"'
        page = f'<path fill="{WHITE}" d="M0 0H{wide}V{high}H0Z"/>'
        defined = f"<defs>{''.join(outlines)}</defs>"
        return "\n".join((f"<svg {names} {size}>", defined, page, *self._drawn, "</svg>\n"))


def _outline(shape: Shape, x: float, y: float, half: float) -> str:
    match shape:
        case "circle":
            r, across = number(half), number(2 * half)
            arc = f"a{r} {r} 0 1 0"
            return f"M{number(x - half)} {number(y)}{arc} {across} 0{arc} -{across} 0Z"
        case "square":
            corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        case "triangle":
            corners = [(0.0, -half), (half, half), (-half, half)]
        case "diamond":
            reach = half * 2**0.5
            corners = [(0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0)]
        case "upright":
            return f"M{number(x)} {number(y - half)}V{number(y + half)}"
        case "level":
            return f"M{number(x - half)} {number(y)}H{number(x + half)}"
    return "M" + "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in corners) + "Z"
