"""Open a finished PDF as a reader's program does: count its pages, picture the first."""

from io import BytesIO
from typing import Final

from pypdfium2 import PdfDocument, PdfiumError

from childstats.errors import BuildError

THUMBNAIL_PPI: Final = 26
"""Pixels an inch: 215 pixels for the width of a page."""
POINTS_PER_INCH: Final = 72


def page_count_and_thumbnail(pdf: bytes) -> tuple[int, bytes]:
    """Return how many pages a PDF has, and a small picture (PNG) of its first.

    Parameters
    ----------
    pdf
        The finished file.

    Raises
    ------
    BuildError
        If it cannot be opened or drawn.
    """
    try:
        document = PdfDocument(pdf)
        picture = document[0].render(scale=THUMBNAIL_PPI / POINTS_PER_INCH).to_pil()
    except PdfiumError as error:
        raise BuildError(f"the PDF cannot be opened again: {error}") from None
    written = BytesIO()
    picture.save(written, "PNG")
    return len(document), written.getvalue()
