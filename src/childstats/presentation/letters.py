"""Letters as outlines: how wide a line is, and the shapes that an SVG draws."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from childstats.presentation.theme import TEXT_SIZE, font_folder

UNITS: Final = 1000
"""Of the face, for the size of its letters."""
REGULAR: Final = "Regular"
SEMIBOLD: Final = "SemiBold"
_BOX: Final = "M60 0V700H540V0ZM120 60H480V640H120Z"
"""Drawn for a letter that the face has not; the face's own sign for that is empty."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter's shape.

    Attributes
    ----------
    name
        As an SVG names it; two weights of a letter have two names.
    width
        From this letter's place to the next one's, in units of the face.
    outline
        Data of an SVG path in units of the face, upwards.
    """

    name: str
    width: float
    outline: str


class Face:
    """One weight of the typeface.

    Parameters
    ----------
    weight
        `REGULAR` or `SEMIBOLD`.
    """

    def __init__(self, weight: str) -> None:
        font = TTFont(font_folder() / f"BeVietnamPro-{weight}.ttf", lazy=True)
        self._prefix = weight[0]
        self._names: dict[int, str] = font.getBestCmap()
        self._shapes = font.getGlyphSet()
        self._kerning = list(_pairs(font))
        self._glyphs: dict[str, Glyph] = {}
        self._closer: dict[tuple[str, str], int] = {}

    def placed(self, line: str) -> tuple[list[tuple[Glyph, float]], float]:
        """Return the letters of one line.

        Parameters
        ----------
        line
            Text without line breaks. A letter that the face has not is drawn as an empty box.

        Returns
        -------
        letters
            Each with its place from the beginning, in units of the face; spaces are left out.
        width
            Of the whole line, in points.
        """
        found: list[tuple[Glyph, float]] = []
        at, before = 0.0, ""
        for letter in unicodedata.normalize("NFC", line):
            glyph = self._glyphs.get(letter) or self._read(letter)
            at += self._kern(before, letter)
            if glyph.outline:
                found.append((glyph, at))
            at, before = at + glyph.width, letter
        return found, at * TEXT_SIZE / UNITS

    def _read(self, letter: str) -> Glyph:
        name, width, outline = self._names.get(ord(letter)), 600.0, _BOX
        if name is not None:
            shape, pen = self._shapes[name], SVGPathPen(self._shapes)
            shape.draw(pen)
            width, outline = shape.width, pen.getCommands()
        glyph = Glyph(f"{self._prefix}{ord(letter):x}", width, outline)
        return self._glyphs.setdefault(letter, glyph)

    def _kern(self, before: str, letter: str) -> int:
        pair = before, letter
        known = self._closer.get(pair)
        if known is None:
            names = [self._names.get(ord(one), "") if one else "" for one in pair]
            moves = (table.moved(*names) for table in self._kerning)
            known = self._closer[pair] = next((m for m in moves if m is not None), 0)
        return known


@cache
def face(weight: str = REGULAR) -> Face:
    """Return one weight of the typeface, read once."""
    return Face(weight)


def width_of(text: str, weight: str = REGULAR) -> float:
    """Return the width in points of the longest line of a text.

    Parameters
    ----------
    text
        One or more lines.
    weight
        `REGULAR` or `SEMIBOLD`.

    Returns
    -------
    float
        0 for no text.
    """
    return max(face(weight).placed(line)[1] for line in text.split("\n"))


def _pairs(font: TTFont) -> Iterator["_Pairs"]:
    """Yield the face's tables of pairs of letters that stand closer or further apart."""
    if "GPOS" not in font:
        return
    table = font["GPOS"].table
    numbers = {
        number
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for number in record.Feature.LookupListIndex
    }
    for number in sorted(numbers):
        for found in table.LookupList.Lookup[number].SubTable:
            pairs = getattr(found, "ExtSubTable", found)
            if pairs.LookupType == 2:  # pairs, as OpenType numbers them
                yield _Pairs(pairs)


class _Pairs:
    """One table of pairs: OpenType, lookup type 2, of letters (format 1) or of classes (2)."""

    def __init__(self, table: Any) -> None:
        lefts: list[str] = table.Coverage.glyphs
        self._second: dict[str, int] = {}
        if table.Format == 1:
            self._first = {name: i for i, name in enumerate(lefts)}
            self._moves: list[dict[Any, int]] = [
                {pair.SecondGlyph: _advance(pair.Value1) for pair in pairs.PairValueRecord}
                for pairs in table.PairSet
            ]
        else:
            classes = table.ClassDef1.classDefs
            self._first = {name: classes.get(name, 0) for name in lefts}
            self._second = table.ClassDef2.classDefs
            self._moves = [
                {i: _advance(record.Value1) for i, record in enumerate(row.Class2Record)}
                for row in table.Class1Record
            ]
        self._is_by_class = table.Format != 1

    def moved(self, left: str, right: str) -> int | None:
        """Return by how much the right letter moves; None if another table may say."""
        row = self._first.get(left)
        if row is None:
            return None
        return self._moves[row].get(self._second.get(right, 0) if self._is_by_class else right)


def _advance(value: Any) -> int:
    return getattr(value, "XAdvance", 0) if value else 0
