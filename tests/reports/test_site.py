"""The published folder: every file listed, linked, sized, and the same numbers in each format."""

import csv
import hashlib
import json
import re
from collections import Counter
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from page import validate_pdf
from pypdf import PdfReader

REPORTS = ROOT / "reports"
MANIFEST = json.loads((REPORTS / "manifest.json").read_text(encoding="utf-8"))
ENTRIES = MANIFEST["reports"]
PAGES = sorted(REPORTS.glob("*.html"))
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
report = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["file"])


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def _prose(soup: BeautifulSoup) -> str:
    """Return what a page says of the report: not its navigation, nor what stands in a picture."""
    for part in soup.find_all(["nav", "details", "header", "footer"]):
        part.decompose()
    return soup.main.get_text("  ")


@report
def test_every_number_of_the_page_stands_in_the_pdf_and_the_other_way_round(entry: dict) -> None:
    pages = PdfReader(REPORTS / entry["file"]).pages
    # running heads and page numbers are the first and last lines of a page
    pdf = "\n".join(p.extract_text() for p in pages)
    html = _prose(_soup(REPORTS / entry["file"].replace(".pdf", ".html")))
    joined = ["".join(text.split()) for text in (pdf, html)]
    only_html = {n for n in _numbers(html) if n not in joined[0]}
    assert not only_html
    known = set(_numbers(joined[1]))
    running = {str(i) for i in range(1, len(pages) + 1)} | set(NUMBER.findall(MANIFEST["date"]))
    only_pdf = {n for n in _numbers(pdf) if n not in joined[1] and n not in running | known}
    assert not only_pdf


@report
def test_every_table_cell_stands_alike_in_page_text_and_data(entry: dict) -> None:
    stem = entry["file"].removesuffix(".pdf")
    soup = _soup(REPORTS / f"{stem}.html")
    for details in soup.find_all("details"):
        details.decompose()
    shown = Counter(
        "".join(cell.get_text("").split())
        for cell in soup.select("main tbody td")
        if not cell.find("a", href=re.compile(r"^https?://"))
    )
    table = (REPORTS / "data" / f"{stem}.tables.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(StringIO(table)))
    written = Counter(
        "".join(row["text"].split())
        for row in rows
        if not re.search(r"^https?://", row["text"], re.MULTILINE)
    )
    assert shown == written
    plain = "".join((REPORTS / f"{stem}.md").read_text(encoding="utf-8").replace("\\", "").split())
    assert all("".join(r["text"].split("\n")[0].split()) in plain for r in rows)


@report
def test_the_text_says_every_number_of_the_page(entry: dict) -> None:
    stem = entry["file"].removesuffix(".pdf")
    html = _numbers(_prose(_soup(REPORTS / f"{stem}.html")))
    text = (REPORTS / f"{stem}.md").read_text(encoding="utf-8").replace("\\", "")
    assert not {n for n in html if n not in text}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_link_leads_to_a_file_or_a_place_and_says_its_language(path: Path) -> None:
    soup = _soup(path)
    ids = {e["id"] for e in soup.find_all(id=True)}
    local = 0
    for link in soup.find_all(["a", "link"], href=True):
        href = link["href"]
        if href.startswith("#"):
            assert href[1:] in ids
        elif not href.startswith(("https://", "http://")):
            assert (REPORTS / href).is_file(), href
            local += 1
    assert local >= 5
    assert soup.html["lang"] in {"vi", "en"}
    alternate = {e["hreflang"] for e in soup.find_all("link", hreflang=True)}
    assert alternate == {"vi", "en"} - {soup.html["lang"]}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_a_page_is_small_and_stands_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(re.sub(r"base64,[A-Za-z0-9+/=]*", "", text).encode()) < 100_000
    assert not re.search(r"<script(?! type=\"application/ld\+json\")|<link[^>]*stylesheet", text)
    headings = [int(h.name[1]) for h in _soup(path).find_all(re.compile(r"^h[1-6]$"))]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


@report
def test_a_download_page_lists_the_report_with_its_sizes(entry: dict) -> None:
    code = entry["parameters"]["language"]
    soup = _soup(REPORTS / ("index.html" if code == "vi" else "index.en.html"))
    stem = entry["file"].removesuffix(".pdf")
    item = soup.find("a", href=f"{stem}.html").find_parent("li")
    assert item.h3.text == entry["title"]
    assert (REPORTS / item.img["src"]).is_file()
    listed = {a["href"] for a in item.find_all("a")}
    assert listed == {name for name in entry["files"] if not name.endswith(".png")}
    said = item.find("a", href=entry["file"]).find_next("span").text
    assert re.findall(r"\d+", said) == [str(entry["pages"]), f"{entry['bytes'] / 1000:.0f}"]


def test_every_published_file_is_listed_with_its_checksum_and_no_other_is_there() -> None:
    sums = dict(
        line.split("  ")[::-1]
        for line in (REPORTS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    for name, checksum in sums.items():
        assert hashlib.sha256((REPORTS / name).read_bytes()).hexdigest() == checksum
    there = {str(p.relative_to(REPORTS)) for p in REPORTS.rglob("*") if p.is_file()}
    assert there - set(sums) == {"SHA256SUMS"}
    listed = {name for entry in ENTRIES for name in entry["files"]}
    assert listed <= set(sums)


@report
@pytest.mark.parametrize("profile", ["pdfua-1", "pdfa-2a"])
def test_an_independent_checker_finds_no_fault_in_the_pdf(entry: dict, profile: str) -> None:
    path = REPORTS / entry["file"]
    found = validate_pdf(str(path), profile=profile)
    faults = [f for f in found.failures if not (f.rule_id == LENGTHS and _lengths_are_right(path))]
    assert faults == []
    assert found.rules.total > 100


LENGTHS = "PDFA2A-STREAM-LENGTH-001"
"""The checker takes a stream's own last byte for a part of the line end behind it if it is CR."""


def _lengths_are_right(path: Path) -> bool:
    content = path.read_bytes()
    found = list(re.finditer(rb"/Length (\d+)\s*(?:/[^>]*)?>>\s*stream\r?\n", content))
    ends = (content[m.end() + int(m[1]) :][:11] for m in found)
    return len(found) > 10 and all(end.lstrip(b"\r\n").startswith(b"endstream") for end in ends)


@report
def test_a_report_is_smaller_than_500_kb(entry: dict) -> None:
    assert (REPORTS / entry["file"]).stat().st_size < 500_000
    about = json.loads(_soup(REPORTS / entry["file"].replace(".pdf", ".html")).find("script").text)
    assert about["@type"] == "Dataset"
    assert {d["contentUrl"] for d in about["distribution"]} <= set(entry["files"])
