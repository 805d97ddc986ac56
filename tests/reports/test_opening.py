"""A finished PDF is opened as a reader's program does: counted, pictured, or refused."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from report_documents import document

from childstats.errors import BuildError
from childstats.reports.opening import page_count_and_thumbnail
from childstats.reports.typeset import typeset

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    rows = [{"cells": [str(i), "a cell"]} for i in range(200)]
    table = {"type": "table", "title": "T", "notes": [], "figure_ids": [], "rows": rows,
             "columns": [{"label": n, "align": "left", "width": 1} for n in "ab"]}  # fmt: skip
    return typeset(document("Trẻ em", table), edition_date=DAY)


def _only(page: PageObject) -> bytes:
    written = BytesIO()
    writer = PdfWriter()
    writer.add_page(page)
    writer.write(written)
    return written.getvalue()


def test_the_pages_are_counted_as_another_reader_counts_them(pdf: bytes) -> None:
    pages, _ = page_count_and_thumbnail(pdf)
    assert pages == len(PdfReader(BytesIO(pdf)).pages) > 1


def test_the_thumbnail_is_a_small_picture_of_the_first_page(pdf: bytes) -> None:
    _, content = page_count_and_thumbnail(pdf)
    with Image.open(BytesIO(content)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (215, 305)  # A4 at 26 pixels an inch, rounded up
        title = picture.convert("L").crop((15, 20, 200, 45))
        assert min(title.tobytes()) < 100  # the title stands there, dark on white
        assert picture.convert("L").getpixel((2, 2)) == 255
    pages = PdfReader(BytesIO(pdf)).pages
    alone = [page_count_and_thumbnail(_only(page)) for page in pages[:2]]
    assert alone[0] == (1, content) != alone[1]


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"%PDF-1.7 " + b[:-9:-1]])
def test_a_pdf_that_cannot_be_opened_is_refused(pdf: bytes, damage) -> None:
    with pytest.raises(BuildError, match="cannot be opened again"):
        page_count_and_thumbnail(damage(pdf)[:2000])
