"""Typesetting: a document as data through a fixed Typst template to an accessible PDF."""

import json
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

import typst

from childstats.errors import BuildError
from childstats.presentation.theme import font_folder
from childstats.reports.document import Document

PDF_STANDARDS: Final[list[str]] = ["ua-1", "a-2a"]
"""Asked of the compiler, which then refuses missing alt text, glyphs, titles or heading levels."""


@cache
def _template() -> bytes:
    return files("childstats.reports").joinpath("document.typ").read_bytes()


def typeset(document: Document, *, edition_date: date | None) -> bytes:
    """Return a document as PDF.

    Parameters
    ----------
    document
        The document.
    edition_date
        The day that stands on the report and in its metadata; the clock is not read.

    Returns
    -------
    bytes
        PDF/UA-1 and PDF/A-2a, fonts embedded; the same document gives the same bytes.

    Raises
    ------
    BuildError
        If the compiler refuses the document, for example because a letter has no glyph.
    """
    day = edition_date or date(1970, 1, 1)
    try:
        pdf = typst.compile(  # type: ignore[call-overload]  # one type variable for two types
            _template(),
            font_paths=[str(font_folder())],
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(document.to_json(edition_date), ensure_ascii=False)},
            pdf_standards=PDF_STANDARDS,
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
            format="pdf",
        )
    except typst.TypstError as error:
        hints = f" ({'; '.join(error.hints)})" if error.hints else ""
        title = document.front_matter["title"]
        raise BuildError(f"“{title}” cannot be typeset: {error.message}{hints}") from None
    if not isinstance(pdf, bytes):
        raise BuildError(f"“{document.front_matter['title']}” gave no single PDF")
    return pdf
