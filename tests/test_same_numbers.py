"""Both languages of a report say the same numbers, each written as its language writes them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import ROOT

from childstats.observations.workspace import Workspace
from childstats.reports.document import Document
from childstats.reports.edition import Job, parameters_of
from childstats.reports.runner import run

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"(?<![\w.,])[−-]?\d+(?:[.,]\d+)*(?!\w)", re.ASCII)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
CARDINALS = [
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
]
ORDINALS = ["first", "second", "third", "fourth", "fifth"]
SPELT = {word: n for words in (CARDINALS, ORDINALS) for n, word in enumerate(words, start=1)}
"""English notes and names spell small numbers where Vietnamese ones may write digits."""


PENTAVALENT = "5 trong 1"
"""The Vietnamese name of the vaccine has numbers, the English one has none."""


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of a block that a reader sees; drawings hold theirs as outlines."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in {"svg", "type", "figure_ids", "align", "kind", "url", "data"}:
                yield from _texts(part)


def _value(written: str, language: str) -> float | str:
    """Return the number that a text writes in a language; itself where it is none there."""
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    grouped = rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?"
    sign, digits = re.match(r"([−-]?)(.*)", written).groups()
    if not re.fullmatch(rf"{grouped}|\d+(?:\{decimal}\d+)?", digits):
        return written
    value = float(digits.replace(thousands, "").replace(decimal, "."))
    return -value if sign else value


def only_in_one(en: str, vi: str, quoted: frozenset[str] = frozenset()) -> tuple[list[str], ...]:
    """Return the numbers that only the English and only the Vietnamese text says.

    A quoted print has the form of its source in both.
    """
    for number, month in enumerate(MONTHS, start=1):
        en, vi = (re.sub(rf"\b{month}\b", str(number), text) for text in (en, vi))
    written = [NUMBER.findall(en), NUMBER.findall(vi.replace(PENTAVALENT, ""))]
    left = _without_common(written, [lambda w: w if w in quoted else object()] * 2)
    english, vietnamese = _without_common(
        left, [lambda w: _value(w, "en"), lambda w: _value(w, "vi")]
    )
    spelt = Counter(SPELT[w] for w in re.findall(r"[a-z]+", en.lower()) if w in SPELT)
    return english, [w for w in vietnamese if _value(w, "vi") not in spelt]


def _in_quotes(text: str) -> frozenset[str]:
    return frozenset(w for quote in re.findall(r"“[^”]*”", text) for w in NUMBER.findall(quote))


def _without_common(written: list[list[str]], keys: list[Callable[[str], Any]]) -> list[list[str]]:
    """Return what is left of two lists when each is rid of what the other has by its key."""
    counts = [Counter(map(key, texts)) for texts, key in zip(written, keys, strict=True)]
    left = []
    for texts, key, other in zip(written, keys, counts[::-1], strict=True):
        spare = Counter(other)
        kept = []
        for text in texts:
            if spare[key(text)]:
                spare[key(text)] -= 1
            else:
                kept.append(text)
        left.append(kept)
    return left


@pytest.fixture(scope="session")
def quoted(workspace: Workspace) -> frozenset[str]:
    """Return the numbers that stand in prints, places, titles and addresses of sources."""
    figures = workspace.figures
    texts = [
        *figures["text"].astype(str),
        *figures["numerator_text"].astype(str),
        *figures["denominator_text"].astype(str),
        *figures["locator"].astype(str),
        *(source.title for source in workspace.sources.values()),
        *(source.address for source in workspace.sources.values()),
    ]
    return frozenset(written for text in texts for written in NUMBER.findall(text))


@pytest.fixture(scope="module", params=NOTEBOOKS)
def both(request: pytest.FixtureRequest) -> tuple[Document, Document]:
    """Return a report in English and in Vietnamese."""
    notebook = ROOT / "notebooks" / f"{request.param}.ipynb"
    english, vietnamese = (
        run(Job(notebook, parameters_of(notebook) | {"language": language}))
        for language in ("en", "vi")
    )
    return english, vietnamese


def test_blocks_say_the_same_numbers_in_both_languages(both, quoted: frozenset[str]) -> None:
    english, vietnamese = both
    assert len(english.blocks) == len(vietnamese.blocks)
    compared = 0
    for en_block, vi_block in zip(english.blocks, vietnamese.blocks, strict=True):
        assert en_block["type"] == vi_block["type"]
        en, vi = (" ¦ ".join(_texts(block)) for block in (en_block, vi_block))
        prints = quoted if en_block["type"] == "table" else _in_quotes(en)
        assert only_in_one(en, vi, prints) == ([], []), f"{en[:300]} // {vi[:300]}"
        compared += len(NUMBER.findall(vi))
    assert compared > 20


@pytest.mark.parametrize(
    ("en", "vi", "same"),
    [
        ("208,222 of 1.5", "208.222 trên 1,5", True),
        ("95.5%", "95,5\u00a0%", True),
        ("−10.7%", "−10,7\u00a0%", True),
        ("in January 2026", "tháng 01/2026", True),
        ("95.5%", "95.5\u00a0%", False),
        ("first dose", "mũi 1", True),
        ("208,222", "208,222", False),
        ("208,222", "208.223", False),
        ("0.0326", "−0,0326", False),
        ("12 of 13", "13", False),
    ],
)
def test_numbers_are_compared_by_value_not_by_form(en: str, vi: str, same: bool) -> None:
    assert (only_in_one(en, vi) == ([], [])) is same


def test_a_quoted_print_keeps_its_form_in_both_languages() -> None:
    prints = frozenset({"646.182"})
    assert only_in_one("646.182", "646.182", prints) == ([], [])
    assert only_in_one("646.182", "646.182") == (["646.182"], ["646.182"])
