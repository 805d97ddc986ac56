"""Typesetting: a document as data through a fixed Typst template to an accessible PDF."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from childstats.charts.palette import font_folder
from childstats.errors import BuildError
from childstats.reports.document import Document, heading_text

PDF_STANDARDS: Final[list[str]] = ["ua-1", "a-2a"]
"""Asked of the compiler, which then refuses missing alt text, glyphs, titles or heading levels."""
MOST_COLUMNS: Final = 8
"""Of an ordinary table; a wider one is set in parts that repeat its first column."""


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
        If the compiler refuses the document, for example because a letter has no glyph or a
        picture has no words; the message names the notebook's cell.
    """
    whole = _fitted(document.to_json(edition_date))
    title = document.front_matter["title"]
    for fault in _skipped_levels(whole["blocks"]):
        raise BuildError(f"“{title}” cannot be typeset: {fault}")
    try:
        return _compiled(whole, edition_date)
    except typst.TypstError as error:
        place = _blamed_cell(whole, edition_date)
        raise BuildError(f"“{title}” cannot be typeset: {place}{_reason(error)}") from None


def _compiled(whole: Mapping[str, Any], edition_date: date | None) -> bytes:
    day = edition_date or date(1970, 1, 1)
    made: bytes = typst.compile(  # type: ignore[call-overload]  # its stub mixes no kinds of path
        _template(),
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(whole, ensure_ascii=False)},
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        format="pdf",
        pdf_standards=PDF_STANDARDS,
    )
    return made


def _reason(error: "typst.TypstError") -> str:
    hints = f" ({'; '.join(error.hints)})" if error.hints else ""
    return f"{error.message}{hints}"


def _skipped_levels(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say where a heading is more than one level below the one before it."""
    level = 1
    for block in blocks:
        if block["type"] == "heading":
            if block["level"] > level + 1:
                words = heading_text(block)
                yield (
                    f"cell {block['cell']}: the heading “{words}” is of level {block['level']} "
                    f"and stands below one of level {level}; skip no level"
                )
            level = block["level"]


def _blamed_cell(whole: Mapping[str, Any], edition_date: date | None) -> str:
    """Return which cell cannot be typeset by itself, as the beginning of a sentence."""
    for cell in dict.fromkeys(block["cell"] for block in whole["blocks"]):
        alone = [
            block | ({"level": 2} if block["type"] == "heading" else {})
            for block in whole["blocks"]
            if block["cell"] == cell
        ]
        try:
            _compiled({**whole, "blocks": alone}, edition_date)
        except typst.TypstError:
            return f"cell {cell}: "
    return ""


def _fitted(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Divide ordinary tables that are too wide for a page."""
    blocks: list[dict[str, Any]] = []
    for block in whole["blocks"]:
        wide = block.get("ordinary", False) and len(block["columns"]) > MOST_COLUMNS
        blocks += _parts(block) if wide else [block]
    return {**whole, "blocks": blocks}


def _parts(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    count = len(table["columns"])
    step = MOST_COLUMNS - 1
    for begin in range(1, count, step):
        at = [0, *range(begin, min(begin + step, count))]
        last = begin + step >= count
        yield {
            **table,
            "title": table["title"] if begin == 1 else "",
            "columns": [table["columns"][i] for i in at],
            "rows": [
                row if "group" in row else {"cells": [row["cells"][i] for i in at]}
                for row in table["rows"]
            ],
            "notes": table["notes"] if last else [],
        }
