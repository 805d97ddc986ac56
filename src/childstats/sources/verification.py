"""Hold a transcription against the original text: each figure where its locator says."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from childstats.sources.reading import PrintedRow

PARAGRAPH: Final = re.compile(r"paragraph (\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether one figure stands in the original text at its locator.

    Attributes
    ----------
    row
        The transcribed figure.
    found
        Whether its text stands there.
    reason
        Where it stands instead, or why it could not be looked for; "" when found.
    """

    row: PrintedRow
    found: bool
    reason: str


def paragraphs(text: str, *, not_counted: Sequence[str] = ()) -> list[str]:
    r"""Return the paragraphs of a plain text, divided by blank lines.

    Parameters
    ----------
    text
        The original, as saved from the page or extracted from the PDF.
    not_counted
        Beginnings of blocks that are no paragraphs: the headline, captions of pictures.

    Returns
    -------
    list of str
        In NFC, white space folded.

    Examples
    --------
    >>> paragraphs("Headline\n\nFirst 95.5%.\n\nA caption.\n\nSecond.",
    ...            not_counted=["Headline", "A caption"])
    ['First 95.5%.', 'Second.']
    """
    blocks = re.split(r"\n\s*\n", unicodedata.normalize("NFC", text))
    folded = (" ".join(block.split()) for block in blocks)
    return [b for b in folded if b and not b.startswith(tuple(not_counted))]


def verify(
    rows: Sequence[PrintedRow], text: str, *, not_counted: Sequence[str] = ()
) -> list[Verification]:
    """Look for every transcribed figure in the original text.

    Parameters
    ----------
    rows
        The figures of one source.
    text
        The original.
    not_counted
        Beginnings of blocks that are no paragraphs.

    Returns
    -------
    list of Verification
        One a row, in order. A figure located in ``paragraph N`` must stand in that paragraph, by
        itself and not inside another number; one located otherwise anywhere in the text.
    """
    counted = paragraphs(text, not_counted=not_counted)
    return [_verified(row, counted) for row in rows]


def _verified(row: PrintedRow, counted: list[str]) -> Verification:
    texts = [t for t in (row.text, row.numerator_text, row.denominator_text) if t]
    places = [
        number
        for number, paragraph in enumerate(counted, start=1)
        if all(_stands_in(text, paragraph) for text in texts)
    ]
    if not places:
        return Verification(row, found=False, reason="not in the text")
    located = PARAGRAPH.fullmatch(row.locator)
    if located and int(located[1]) not in places:
        where = ", ".join(f"paragraph {number}" for number in places)
        return Verification(row, found=False, reason=f"in {where}, not in {row.locator}")
    return Verification(row, found=True, reason="")


def _stands_in(text: str, paragraph: str) -> bool:
    """Return whether a printed text stands in a paragraph, not as part of a longer number."""
    alone = rf"(?<![0-9])(?<![0-9][.,/]){re.escape(text)}(?![.,/]?[0-9])"
    return re.search(alone, paragraph) is not None
