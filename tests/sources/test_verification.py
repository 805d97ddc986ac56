"""A transcription is held against the original text at its locators."""

import pytest
from conftest import ROOT

from childstats.errors import InputError, SourceError
from childstats.observations.workspace import Workspace
from childstats.sources.reading import PrintedRow
from childstats.sources.verification import paragraphs, verify

ARTICLE = ROOT.parent / "shared" / "research" / "article_dien_bien_2025.txt"
TEXT = """A headline

The province has 208,222 children, accounting for 31.2% of the population,
and 36/45 communes.

A caption with 38 in it.

There were 38 cases, nearly 381,700 people, 45 out of 45 stations and 5,500,000 trees.
"""
NOT_COUNTED = ("A headline", "A caption")


def row(text: str, locator: str = "paragraph 1", **cells: str) -> PrintedRow:
    codes = {"indicator": "i", "ref_area": "a", "time_period": "2025"}
    return PrintedRow("s", "2", "s/figures.csv line 2", locator, text=text, **codes, **cells)


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("208,222", "paragraph 1"),
        ("31.2%", "paragraph 1"),
        ("36/45", "paragraph 1"),
        ("38", "paragraph 2"),
        ("nearly 381,700", "paragraph 2"),
        ("45 out of 45", "article text"),
    ],
)
def test_a_figure_that_stands_at_its_locator_is_found(text: str, locator: str) -> None:
    (outcome,) = verify([row(text, locator)], TEXT, not_counted=NOT_COUNTED)
    assert (outcome.found, outcome.reason) == (True, "")


@pytest.mark.parametrize(
    ("text", "locator", "reason"),
    [
        ("38", "paragraph 1", "in paragraph 2, not in paragraph 1"),
        ("208,223", "paragraph 1", "not in the text"),
        ("8,222", "paragraph 1", "not in the text"),
        ("31.2", "paragraph 2", "in paragraph 1, not in paragraph 2"),
        ("5,500", "article text", "not in the text"),
        ("36", "paragraph 1", "not in the text"),
        ("500", "article text", "not in the text"),
    ],
)
def test_a_figure_elsewhere_or_inside_another_number_is_not(
    text: str, locator: str, reason: str
) -> None:
    (outcome,) = verify([row(text, locator)], TEXT, not_counted=NOT_COUNTED)
    assert (outcome.found, outcome.reason) == (False, reason)


def test_counts_beside_a_percentage_are_looked_for_too() -> None:
    there = row("31.2%", numerator_text="208,222", denominator_text="36/45")
    away = row("31.2%", numerator_text="208,222", denominator_text="36/46")
    assert [v.found for v in verify([there, away], TEXT, not_counted=NOT_COUNTED)] == [True, False]


def test_headlines_and_captions_are_no_paragraphs() -> None:
    assert [p[:9] for p in paragraphs(TEXT, not_counted=NOT_COUNTED)] == ["The provi", "There wer"]
    assert len(paragraphs(TEXT)) == 4


@pytest.mark.skipif(not ARTICLE.exists(), reason="the founding article is not beside the project")
def test_every_figure_of_the_founding_article_stands_where_we_say(workspace: Workspace) -> None:
    outcomes = workspace.verify("dbp-2026-01", ARTICLE)
    assert len(outcomes) == 17
    assert [o for o in outcomes if not o.found] == []


def test_an_unknown_source_and_a_text_that_is_not_utf_8_are_refused(
    workspace: Workspace, tmp_path
) -> None:
    text = tmp_path / "text.txt"
    text.write_bytes(b"abc\xff")
    with pytest.raises(SourceError, match=r"no source 'dbp-2026' .*did you mean 'dbp-2026-01'"):
        workspace.verify("dbp-2026", text)
    with pytest.raises(InputError, match=r"text\.txt is not UTF-8 \(byte 3\)"):
        workspace.verify("dbp-2026-01", text)
