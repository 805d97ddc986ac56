"""The data-quality report is short enough to be read, and does not end on an empty page."""

from datetime import date
from io import BytesIO

import pytest
from conftest import ROOT
from pypdf import PdfReader

from childstats.reports.edition import Job, parameters_of
from childstats.reports.runner import run
from childstats.reports.typeset import typeset

MOST_PAGES = 8
FEWEST_LINES = 12
"""A last page with fewer lines of text looks like a mistake."""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_data_quality_is_short_and_ends_on_a_filled_page(language: str) -> None:
    notebook = ROOT / "notebooks" / "data_quality.ipynb"
    document = run(Job(notebook, parameters_of(notebook) | {"language": language}))
    pages = PdfReader(BytesIO(typeset(document, edition_date=date(2026, 11, 24)))).pages
    assert len(pages) <= MOST_PAGES
    assert len(pages[-1].extract_text().splitlines()) >= FEWEST_LINES
