"""Every digit on a page of the edition is a receipt, a print, or declared."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from digits import ROOT, rows_of, uncovered

from childstats.text.receipts import printed_tokens, tokens

PAGES = sorted((ROOT / "reports").glob("*.html"))
REPORTS = [page for page in PAGES if not page.name.startswith("index")]
SHOWN = ("h1", "h2", "h3", "p", "li", "td", "th", "caption", "figcaption")


def _texts(page: Path) -> Iterator[str]:
    """Yield what a reader of a page sees or hears: its texts and the words of its pictures."""
    html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for part in html(["style", "script", "nav", "footer"]):
        part.decompose()
    for image in html.find_all("img"):
        yield image["alt"]
    for element in html.find_all(
        ["h1", "h2", "h3", "p", "li", "td", "th", "caption", "figcaption"]
    ):
        if not element.find(["p", "li", "td", "th"]):
            yield unicodedata.normalize("NFC", element.get_text(" "))


def _known(page: Path) -> set[str]:
    """Return the numbers of a report's receipts, and of the prints that it rests on."""
    data = page.parent / "data"
    receipts = rows_of(data / f"{page.stem}.numbers.csv")
    prints = [row["printed"] for row in rows_of(data / f"{page.stem}.observations.csv")]
    return printed_tokens(receipts) | {token for text in prints for token in tokens(text)}


@pytest.mark.parametrize("page", REPORTS, ids=lambda page: page.stem)
def test_every_digit_on_a_page_is_a_receipt_a_print_or_declared(page):
    found = list(uncovered(_texts(page), _known(page)))
    assert not found, f"{len(found)} numbers nobody accounts for: {found[:20]}"


def test_a_number_of_nobody_is_found():
    assert list(uncovered(["It is 4,711 in 2025 [3]."], {"4,712"})) == [
        ("4,711", "It is 4,711 in 2025 [3].")
    ]
