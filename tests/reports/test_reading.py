"""The gate: what no report may be published with."""

from dataclasses import replace

import pytest
from report_documents import document

from childstats.reports.document import Document
from childstats.reports.issuing import disagreements
from childstats.reports.reading import faults, said_in

CLAIM = {"statement": "trend x VN 2010 2016", "word": "above", "low": 0.1, "high": 0.3,
         "benchmark": 0.0, "direction": 1}  # fmt: skip
TEXT = "A paragraph that is long enough to be told from another one like None."


def heading(text: str, level: int = 2) -> dict:
    return {"type": "heading", "level": level, "inlines": [{"kind": "text", "text": text}]}


def paragraph(text: str) -> dict:
    return {"type": "paragraph", "inlines": [{"kind": "text", "text": text}], "cell": 3}


def table(*cells: str, **more: object) -> dict:
    rows = [{"cells": list(cells)}] if cells else [{"group": "Only a group"}]
    columns = [{"label": "A", "align": "left", "width": 1} for _ in cells or "A"]
    return {"type": "table", "title": "T", "columns": columns, "rows": rows, "notes": [],
            "cell": 4} | more  # fmt: skip


def of(*blocks: dict, claims: tuple = ()) -> Document:
    return replace(document("Title"), blocks=list(blocks), claims=claims)


@pytest.mark.parametrize(
    ("blocks", "claims", "fault"),
    [
        ([paragraph("It was nan per cent.")], (), "'nan' in 'It was nan per cent.' is no number"),
        ([table("row", "−0,0%")], (), "'−0,0' in"),
        ([paragraph("from 3 to inf")], (), "'inf' in"),
        ([table()], (), "the table 'T' has no row"),
        ([heading("Empty"), heading("Next"), paragraph("x")], (), "'Empty' has no content"),
        ([heading("Last")], (), "'Last' has no content"),
        ([paragraph(TEXT), paragraph(TEXT)], (), "a paragraph stands 2 times"),
        ([paragraph("x")], ({**CLAIM, "low": -0.1},), "is denied by -0.1 to 0.3"),
        ([paragraph("x")], ({**CLAIM, "high": "inf", "word": "below"},), "is denied by 0.1 to inf"),
    ],
)
def test_what_cannot_be_is_found(blocks, claims, fault):
    (found,) = faults(of(*blocks, claims=claims))
    assert fault in found


def test_what_can_be_passes():
    fine = of(
        heading("One"),
        heading("Within", 3),
        paragraph("None of these. Information, finance: −0.5 to 10, table A-0 and 0%."),
        table("row", "0.0%"),
        paragraph("Short."),
        paragraph("Short."),
        table("row", "nan", ordinary=True),  # an analyst's own
        claims=(CLAIM,),
    )
    assert list(faults(fine)) == []


class _Job:
    def __init__(self, name: str, language: str, year: int = 2025) -> None:
        self.file_name = f"{name}.{language}.pdf"
        self.notebook = type("Notebook", (), {"name": f"{name}.ipynb"})
        self.parameters = {"time_period": year, "language": language}


class _Report:
    def __init__(self, job: _Job, numbers: tuple = (), claims: tuple = ()) -> None:
        self.job, self.numbers, self.claims = job, numbers, claims


def test_one_statement_has_one_word_and_the_languages_the_same_numbers():
    claims = (("ratio x A 2023 B 2023", "above"),)
    alike = [_Report(_Job("a", code), ("share 0.5",), claims) for code in ("en", "vi")]
    assert list(disagreements(alike)) == []
    other = _Report(_Job("b", "en"), (), (("ratio x A 2023 B 2023", "below"),))
    assert list(disagreements([*alike, other])) == [
        ("b.en.pdf", "ratio x A 2023 B 2023 is 'below', and 'above' in a.en.pdf")
    ]
    apart = [alike[0], _Report(_Job("a", "vi"), ("share 0.6",), claims)]
    ((file, fault),) = disagreements(apart)
    assert (file, fault) == ("a.vi.pdf", "the languages do not say the same numbers: share 0.5")
    later = _Report(_Job("a", "en", 2024), ("share 0.7",), claims)
    assert list(disagreements([*alike, later])) == []


def test_what_a_report_says_has_no_language():
    number = {"kind": "share", "value": 0.5, "low": None, "high": None, "formula": "f",
              "inputs": ["a:1"], "text": "50%"}  # fmt: skip
    said = [
        said_in(replace(document("T"), numbers=[number | {"text": text}], claims=[CLAIM]))
        for text in ("50.0%", "50,0%")
    ]
    assert said[0] == said[1]
    assert said[0][1] == (("trend x VN 2010 2016", "above"),)
