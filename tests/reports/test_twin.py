"""The HTML twin and the Markdown of a document."""

import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from report_documents import SVG, document, from_cells, prose, shows

from childstats.language import Language
from childstats.reports.chart_table import chart_table
from childstats.reports.plain import as_markdown
from childstats.reports.twin import Link, Surroundings, _prepared, twin

DAY = date(2026, 11, 24)
ROOT = Path(__file__).parents[2]


def _page(text: str = "Điện Biên", **about: object) -> BeautifulSoup:
    around = Surroundings(
        home="index.html",
        others={"vi": "r.vi.html"},
        files=[Link("r.en.pdf", "PDF", "application/pdf")],
        **about,
    )
    return BeautifulSoup(twin(document(text), edition_date=DAY, around=around), "html.parser")


def test_a_page_says_its_language_title_and_day() -> None:
    page = _page()
    assert page.html["lang"] == "en"
    assert page.title.text == page.h1.text == "Điện Biên"
    assert page.find(class_="edition").text == "Edition of 24 November 2026"


def test_a_page_links_to_home_other_languages_and_files() -> None:
    page = _page()
    other = page.find("link", hreflang="vi")
    assert other["href"] == "r.vi.html"
    link = page.find("a", hreflang="vi")
    assert (link["lang"], link.text) == ("vi", "Bản tiếng Việt")
    assert page.find("a", href="index.html").text == "All reports"
    assert page.footer.find("a", href="r.en.pdf")["type"] == "application/pdf"


def test_a_page_needs_no_script_and_no_other_file() -> None:
    page = _page()
    assert not page.find_all("script")
    assert not page.find_all("link", rel="stylesheet")
    assert page.find("img")["src"].startswith("data:image/svg+xml;base64,")


def test_every_table_names_itself_its_columns_and_its_rows() -> None:
    page = _page()
    for table in page.find_all("table"):
        assert table.caption.text.strip()
        region = table.find_parent(role="region")
        assert region["aria-label"].startswith(table.caption.text)
        assert region["tabindex"] == "0"
        assert all(h["scope"] == "col" and h.text for h in table.thead.find_all("th"))
        for row in table.find_all("tr")[1:]:
            assert row.th["scope"] in {"row", "rowgroup"}
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_a_citation_links_to_its_source_in_every_published_page() -> None:
    for path in sorted((ROOT / "reports").glob("*.*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        links = [a["href"] for a in page.find_all("a", href=re.compile(r"^#source-\d+$"))]
        if path.name.startswith("index"):
            continue
        assert links, path.name
        for href in set(links):
            source = page.find(id=href[1:])
            assert source.text.startswith(f"[{href.removeprefix('#source-')}] ")
        loose = [
            text
            for text in page.find("main").find_all(string=re.compile(r"\[\d+\]"))
            if text.parent.name not in {"a", "th"} and text.parent.get("role") != "img"
        ]
        assert not loose, f"{path.name}: {loose[:3]}"


def test_no_two_regions_of_a_page_bear_one_name() -> None:
    rows = {"columns": [{"label": "A", "align": "left"}], "rows": [], "notes": [], "compact": False}
    blocks = [{"type": "table", "title": "Gaps", **rows} for _ in range(2)]
    blocks.append({"type": "chart", "title": "Gaps", "alt": "x", "caption": "", "svg": SVG})
    names = [b["region"] for b in _prepared([{"data": None, **b} for b in blocks], Language("en"))]
    assert names == ["Gaps", "Gaps (2)", "Gaps (3)"]


def test_a_charts_data_stands_below_it_as_a_table() -> None:
    details = _page("Chart").find("figure").details
    assert details.summary.text == "The chart's data as a table"
    cells = [c.text for c in details.find_all(["th", "td"])]
    assert cells == ["Row", "Chart", "Chart", "1", "a cell", "2"]


CHART = {
    "data": {
        "kind": "lines",
        "percent": True,
        "series": [
            {"label": "a", "x": [2024, 2025], "y": [0.955, None], "low": [0.9545, None],
             "high": [0.9555, None], "written": []},
            {"label": "b", "x": [2023], "y": [1.0], "low": [1.0], "high": [1.0], "written": []},
        ],
    }
}  # fmt: skip


def test_marks_are_written_with_the_digits_that_their_interval_needs() -> None:
    table = chart_table(CHART, Language("vi"))
    assert [row["cells"] for row in table["rows"]] == [
        ["2023", "–", "100%"],
        ["2024", "95,50% (95,45% đến 95,55%)", "–"],
        ["2025", "–", "–"],
    ]


def test_written_marks_are_taken_as_they_are() -> None:
    series = {
        "label": "a",
        "x": ["x"],
        "y": [0.3],
        "low": [0.1],
        "high": [0.5],
        "written": ["worse"],
    }
    chart = {"data": {"kind": "spine", "percent": False, "series": [series]}}
    assert chart_table(chart, Language("en"))["rows"] == [{"cells": ["x", "worse"]}]


def test_a_chart_without_data_has_no_table() -> None:
    assert chart_table({"data": None}, Language("en")) is None


def test_an_unknown_scheme_is_no_link() -> None:
    made = twin(
        from_cells(prose("[a](ftp://x.example) [b](https://x.example/y)")), edition_date=None
    )
    assert [a["href"] for a in BeautifulSoup(made, "html.parser").main.find_all("a")] == [
        "https://x.example/y"
    ]


def test_a_data_frame_a_formula_and_a_picture_are_shown() -> None:
    frame = (
        "<table><thead><tr><th></th><th>n</th></tr></thead><tr><th>0</th><td>7</td></tr></table>"
    )
    made = from_cells(
        prose("# Mine\n\n$$x^2$$"),
        shows(text__html=frame),
        shows(**{"image__svg+xml": SVG}),
    )
    page = BeautifulSoup(twin(made, edition_date=None), "html.parser")
    assert page.td.text == "7"
    assert [i["alt"] for i in page.find_all("img")] == [
        "x^2",
        "Image made by cell 3 of the notebook",
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2025. a year", "2025\\. a year"),
        ("6.847", "6.847"),
        ("- no list", "\\- no list"),
        ("−3", "−3"),
        ("https://x.example/a_b", "<https://x.example/a_b>"),
        ("a|b", "a\\|b"),
    ],
)
def test_markdown_escapes_what_would_be_markup(source: str, expected: str) -> None:
    lines = as_markdown(document(source), edition_date=None).splitlines()
    assert lines[0] == f"# {expected}"
    assert f"- {expected}" in lines


def test_markdown_says_a_chart_in_words_and_numbers() -> None:
    text = as_markdown(document("Chart"), edition_date=DAY)
    assert "Edition of 24 November 2026" in text
    assert "| Row | Chart |\n| --- | ---: |\n| Chart | 1 |\n| a cell | 2 |" in text


def test_a_sentence_alone_is_a_paragraph_in_every_rendering() -> None:
    alone = {"type": "list", "sentences": ["Only one."], "figure_ids": []}
    made = document("text", alone)
    assert '<p class="list">Only one.</p>' in twin(made, edition_date=None)
    assert "\nOnly one.\n" in as_markdown(made, edition_date=None)
