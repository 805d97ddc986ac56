"""Hostile texts are only texts, in every rendering."""

import csv
import json
import re
import unicodedata
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import mistune
import openpyxl
import pikepdf
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from report_documents import document

from childstats.errors import BuildError
from childstats.reports import data_files
from childstats.reports.document import UNSEEN
from childstats.reports.plain import as_markdown
from childstats.reports.spreadsheet import NOTHING, workbook
from childstats.reports.twin import Surroundings, twin
from childstats.reports.typeset import typeset

CORPUS = json.loads(Path(__file__).with_name("hostile.json").read_text(encoding="utf-8"))
LONG = "Điện Biên " * 400
DAY = date(2026, 11, 24)
texts = pytest.mark.parametrize("text", [*CORPUS, LONG.strip()], ids=lambda t: t[:18])


def _seen(text: str) -> str:
    """Return a text as a reader gets it: composed, nothing invisible, spaces as one."""
    return " ".join(unicodedata.normalize("NFC", text.translate(UNSEEN)).split())


def test_the_corpus_has_every_kind_of_attack() -> None:
    whole = "".join(CORPUS)
    for sign in ("=", "<script", "{{", "#panic", "\\input", "\u202e", "../", "$$", "javascript:"):
        assert sign in whole
    assert len(LONG) == 4000


@texts
def test_the_page_holds_no_element_that_a_text_asked_for(text: str) -> None:
    about = {"name": text}
    page = BeautifulSoup(
        twin(document(text), edition_date=DAY, around=Surroundings(about=about)), "html.parser"
    )
    plain = BeautifulSoup(twin(document("plain"), edition_date=DAY,
                               around=Surroundings(about=about)), "html.parser")  # fmt: skip
    assert [e.name for e in page.find_all() if e.name not in {"br", "a"}] == [
        e.name for e in plain.find_all() if e.name not in {"br", "a"}
    ]
    for element in page.find_all():
        assert not [name for name in element.attrs if name.startswith("on")]
        for name in ("href", "src"):
            assert not re.match(
                r"(?!data:image/)(javascript|data|vbscript):", element.get(name, "")
            )
    assert _seen(page.h1.text) == _seen(text)
    assert json.loads(page.find("script").text)["name"] == text
    assert _seen(page.find("img")["alt"]) == _seen(text)
    cell = page.find(
        "td", string=lambda s: s and _seen(s) == _seen(text.split("\n", maxsplit=1)[0])
    )
    assert cell or "\n" in text


@texts
def test_the_markdown_holds_no_markup_that_a_text_asked_for(text: str) -> None:
    parse = mistune.create_markdown(renderer="ast", plugins=["table", "math", "strikethrough"])
    kinds = [_kinds(parse(as_markdown(document(t), edition_date=DAY))) for t in (text, "plain")]
    assert kinds[0] == kinds[1]


def _kinds(tokens: list[dict]) -> list:
    """Return the tree of a text's tokens, runs of text and line ends as one."""
    found: list = []
    for token in tokens:
        if token["type"] in {"text", "softbreak", "blank_line"}:
            if not found or found[-1] != "text":
                found.append("text")
        else:
            found.append((token["type"], _kinds(token.get("children", []))))
    return found


@texts
def test_the_workbook_holds_texts_and_no_formula(text: str) -> None:
    made = workbook(document(text), [], edition_date=DAY)
    book = openpyxl.load_workbook(BytesIO(made))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    said = {_seen(str(cell.value)).replace("\u2060", "") for cell in cells if cell.value}
    assert _seen(text) in said or NOTHING in said
    links = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert all(cell.hyperlink.target is None for cell in cells if cell.hyperlink), links


@texts
def test_the_data_files_give_the_text_back_and_begin_no_formula(text: str) -> None:
    made = data_files.as_csv(
        data_files.TABLE_COLUMNS, data_files.table_rows(document(text))
    ).decode("utf-8")
    rows = list(csv.DictReader(StringIO(made)))
    values = [value for row in rows for value in row.values()]
    assert not [value for value in values if re.match(r"[=@\t\r]|[+-].*[|!]", value)]
    assert _seen(rows[0]["row"]) in {_seen(text), "'" + _seen(text)}


@texts
def test_the_pdf_holds_the_text_and_nothing_that_runs(text: str) -> None:
    made = typeset(document(text), edition_date=DAY)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert _seen(str(pdf.docinfo["/Title"])) == _seen(text)
        assert not pdf.attachments
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        assert "/OpenAction" not in pdf.Root or "/JS" not in str(pdf.Root.OpenAction)
        for page in pdf.pages:
            for note in page.get("/Annots", []):
                assert str(note.A.S) in {"/URI", "/GoTo"}
    found = "".join("".join(p.extract_text() for p in PdfReader(BytesIO(made)).pages).split())
    assert "".join(_seen(text).split()) in found


def test_a_letter_without_a_glyph_is_refused_with_its_cell() -> None:
    with pytest.raises(BuildError, match=r"cannot be typeset: cell \d+: .*U\+1F9D2|🧒"):
        typeset(document("plain", {"type": "code", "text": "🧒"}), edition_date=DAY)
