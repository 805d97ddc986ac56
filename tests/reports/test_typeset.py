"""The template takes data, never markup, and the compiler refuses what a reader would miss."""

import io
from datetime import date

import pikepdf
import pytest
import typst
from pypdf import PdfReader

from childstats.charts.palette import font_folder
from childstats.errors import BuildError
from childstats.reports.document import Document
from childstats.reports.typeset import typeset

DAY = date(2026, 11, 24)
HOSTILE = [
    '#panic(1) $x$ *bold* _it_ `raw` <label> @ref // comment /* */ \\ #import "x"',
    "<script>alert(1)</script> & &amp; {{ x }} {% x %}",
    "=1+1 +cmd|' /C calc'!A0",
    "\\input{/etc/passwd} % $\\alpha$",
    "Nguyễn Châu Sơn, Mường Ảng, Điện Biên, ự ẫ ẵ ễ ỗ ữ ỹ",
]


def _document(*blocks: dict, title: str = "Tên báo cáo") -> Document:
    numbered = [block | {"cell": number} for number, block in enumerate(blocks, start=1)]
    return Document({"title": title, "language": "vi"}, numbered, ended=True)


def _paragraph(text: str) -> dict:
    return {"type": "paragraph", "inlines": [{"kind": "text", "text": text}]}


def _heading(level: int, text: str = "Mục") -> dict:
    return {"type": "heading", "level": level, "inlines": [{"kind": "text", "text": text}]}


def _text(pdf: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_only_text(text: str) -> None:
    cells = {
        "type": "table",
        "title": text,
        "columns": [{"label": text, "align": "left", "width": 1}],
        "rows": [{"cells": [text]}, {"group": text}],
        "notes": [text],
    }
    said = {"type": "bottom_line", "sentences": [text]}
    pdf = typeset(_document(_paragraph(text), cells, said, title=text), edition_date=DAY)
    found = _text(pdf).replace("\u200b", "")
    assert found.replace(" ", "").count(text.replace(" ", "")) >= 7
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.Lang == "vi"
        assert str(opened.docinfo["/Title"]) == text


def test_the_same_document_gives_the_same_bytes() -> None:
    document = _document(_heading(2), _paragraph("Như nhau"))
    assert typeset(document, edition_date=DAY) == typeset(document, edition_date=DAY)
    assert typeset(document, edition_date=DAY) != typeset(document, edition_date=date(2026, 1, 1))


def test_only_fonts_of_installed_packages_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    def compile_noted(*_: object, **options: object) -> bytes:
        asked.update(options)
        return b""

    monkeypatch.setattr(typst, "compile", compile_noted)
    typeset(_document(), edition_date=DAY)
    assert asked["ignore_system_fonts"]
    assert asked["font_paths"] == [str(font_folder())]
    assert "site-packages" in str(font_folder())


def test_the_mark_of_made_up_figures_is_drawn_on_each_page_and_read_in_its_head_alone() -> None:
    blocks = [_paragraph(f"Dòng {number}") for number in range(60)]
    plain, marked = _document(*blocks), _document(*blocks)
    marked.front_matter["synthetic"] = True
    read, drawn = [], []
    for document in (plain, marked):
        file = io.BytesIO(typeset(document, edition_date=DAY))
        read.append([page.extract_text().split() for page in PdfReader(file).pages])
        with pikepdf.open(file) as pdf:
            drawn.append([len(page.Resources.get("/Pattern", {})) for page in pdf.pages])
            fonts = {str(o.BaseFont) for o in pdf.objects if "/BaseFont" in _keys(o)}
            assert all("BeVietnamPro" in font for font in fonts)
    assert len(read[0]) > 1
    head = ["·", "SỐ", "LIỆU", "GIẢ", "LẬP"]
    title = ["Tên", "báo", "cáo"]
    assert read[1] == [[*title, *head, *page[len(title) :]] for page in read[0]]
    assert drawn == [[0] * len(read[0]), [1] * len(read[0])]


def _keys(item: pikepdf.Object) -> set[str]:
    return set(item.keys()) if isinstance(item, pikepdf.Dictionary) else set()


CHART = {"type": "chart", "title": "T", "caption": "C",
         "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'}  # fmt: skip


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ([_heading(2), _heading(4)], "cell 2: the heading “Mục” is of level 4"),
        ([_heading(2), _paragraph("a"), CHART | {"alt": ""}], "cell 3: .*missing alt text"),
        ([_paragraph("a"), _paragraph("\U00012345")], "cell 2: .*could not be displayed"),
    ],
    ids=["a skipped heading level", "an empty alt text", "a letter without a glyph"],
)  # fmt: skip
def test_what_a_reader_would_miss_stops_the_build(block: list[dict], message: str) -> None:
    with pytest.raises(BuildError, match=f"“Tên báo cáo” cannot be typeset: {message}"):
        typeset(_document(*block), edition_date=DAY)
    typeset(_document(_heading(2), _heading(3), CHART | {"alt": "a"}), edition_date=DAY)


def _table(rows: list[dict], *, compact: bool, title: str = "TITLE") -> dict:
    return {
        "type": "table",
        "title": title,
        "columns": [{"label": "COLUMN", "align": "left", "width": 1}],
        "rows": rows,
        "notes": [],
        "compact": compact,
    }


def _pages(*blocks: dict) -> list[list[str]]:
    """Return the lines of each page."""
    pages = PdfReader(io.BytesIO(typeset(_document(*blocks), edition_date=DAY))).pages
    return [page.extract_text().splitlines() for page in pages]


@pytest.mark.parametrize("compact", [False, True])
def test_the_heading_of_a_group_stays_with_its_first_row(compact: bool) -> None:
    rows = [
        row for n in range(60) for row in ({"group": f"GROUP {n}"}, {"cells": [f"first of {n}"]})
    ]
    pages = 0
    for before in range(8):
        filler = [_paragraph(f"line {n}") for n in range(before)]
        for lines in _pages(_heading(2), *filler, _table(rows, compact=compact)):
            pages += 1
            for line, after in zip(lines, [*lines[1:], ""], strict=True):
                if line.startswith("GROUP"):
                    assert after == f"first of {line.removeprefix('GROUP ')}"
    assert pages >= 16, "the tables run over pages"


@pytest.mark.parametrize("compact", [False, True])
def test_a_long_table_begins_only_where_some_of_its_rows_fit(compact: bool) -> None:
    rows = [{"cells": [f"row {n}"]} for n in range(60)]
    begins = set()
    for before in range(36, 68):
        small = _table([{"cells": [f"small {n}"]} for n in range(before)], compact=True, title="")
        pages = _pages(_heading(2), small, _table(rows, compact=compact))
        (opening,) = ([i, lines] for i, lines in enumerate(pages) if "TITLE" in lines)
        begins.add(opening[0])
        assert "row 1" in opening[1], before
    assert begins == {0, 1}
