"""What stands in the PDFs: accessible, Vietnamese right, and every number traceable."""

import json
import re
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from conftest import ROOT
from pypdf import PdfReader

PDFS = sorted((ROOT / "reports").glob("*.pdf"))
MANIFEST = json.loads((ROOT / "reports" / "manifest.json").read_text(encoding="utf-8"))
TITLES = {report["file"]: report["title"] for report in MANIFEST["reports"]}
FONT = "BeVietnamPro"


def _text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Return every structure element of a tagged PDF."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                found.append(kid)
                waiting.append(kid)
    return found


def test_there_are_ten() -> None:
    assert len(PDFS) == 10


@pytest.mark.parametrize("path", PDFS, ids=lambda p: p.stem)
def test_a_report_is_tagged_titled_and_in_its_language(path: Path) -> None:
    language = path.stem.rsplit(".", 1)[1]
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == TITLES[path.name]
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        xmp = str(pdf.Root.Metadata.read_bytes(), "utf-8")
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
        assert "<pdfaid:part>2</pdfaid:part>" in xmp
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
        kinds = [str(element.S) for element in _elements(pdf)]
        assert kinds.count("/TH") >= 3
        figures = [e for e in _elements(pdf) if str(e.S) == "/Figure"]
        assert all(len(str(e.get("/Alt", ""))) > 40 for e in figures)
        assert "profile" not in path.name or len(figures) == 2
        assert not pdf.attachments
        assert "/Outlines" in pdf.Root
        assert "2026-12-01" in xmp


@pytest.mark.parametrize("path", PDFS, ids=lambda p: p.stem)
def test_no_path_user_or_clock_is_left_in_a_report(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        said = str(pdf.Root.Metadata.read_bytes(), "utf-8") + str(dict(pdf.docinfo))
    for word in ("/home", "/root", "/tmp", str(ROOT), Path.home().name + "/"):
        assert word not in said


@pytest.mark.parametrize("path", PDFS, ids=lambda p: p.stem)
def test_fonts_are_embedded_and_text_extracts_as_nfc(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        fonts = {
            str(font.BaseFont).split("+")[1]
            for page in pdf.pages
            for font in page.Resources.get("/Font", {}).values()
        }
    assert fonts
    assert all(name.startswith(FONT) for name in fonts)
    text = _text(path)
    assert text == unicodedata.normalize("NFC", text)
    area = {"vn-71": "Điện Biên", "vnm-2": "Việt Nam" if path.stem.endswith("vi") else "Viet Nam"}
    assert area[path.name[:5]] in text
    if path.stem.endswith("vi"):
        assert "Nguồn số liệu" in text


NUMBER = re.compile(r"\d[\d.,]*\d|\d")


@pytest.mark.parametrize("path", [p for p in PDFS if p.stem.endswith(".vi")], ids=lambda p: p.stem)
def test_both_languages_print_the_same_numbers(path: Path) -> None:
    """Numbers are compared as digits, with the two languages' separators taken away."""
    english = _text(path.with_name(path.name.replace(".vi.", ".en.")))
    both = [
        sorted(re.sub(r"[.,]", "", n) for n in NUMBER.findall(text) if len(n) > 3)
        for text in (_text(path), english)
    ]
    missing = [set(a) - set(b) for a, b in (both, both[::-1])]
    assert missing == [set(), set()]


def test_the_founding_figures_stand_in_the_profile() -> None:
    text = _text(ROOT / "reports" / "vn-71-2025-annual-profile.vi.pdf").replace("\u00a0", " ")
    for printed in ("208.222", "31,2%", "6.847", "khoảng 68.000", "95,5%", "36/45", "99,42%"):
        assert printed.lower() in text.lower(), printed
