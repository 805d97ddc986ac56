"""Which numbers of a page are a receipt, a print, or declared; and which nobody accounts for."""

import csv
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from heapq import merge
from pathlib import Path

from messages import messages

from childstats.language import Language, messages_in
from childstats.text.places import place_in_words
from childstats.text.receipts import tokens

ROOT = Path(__file__).parents[1]
YEAR = re.compile(r"(?:19|20)\d\d")
CITATION = re.compile(r"\[\d+\]")
NO_NUMBERS = re.compile(
    r"""
      \b\d{1,2}[ ](?:January|February|March|April|May|June|July|August|September|October
                   |November|December)\b             # a day
    | \bngày[ ]\d{1,2}[ ]tháng[ ]\d{1,2}\b | \b(?:tháng[ ])?\d{1,2}/(?:19|20)\d\d\b
    | \b\d+/QĐ-TTg\b                                 # a decision
    | \b\d\d/\d\d/(?:19|20)\d\d\b
    | (?<=[^\W\d])\d[\d.-]*                              # a name: MICS3
    """,
    re.VERBOSE,
)
PRINTS = ("text", "numerator", "denominator")
MARKUP = re.compile(r"^#+ |[*`]")
PLACE = re.compile(r"\{[a-z_]+\}")


@cache
def declared_texts() -> list[str]:
    """Return texts that are no numbers of ours, the longest first.

    Notes, places and titles of the sources; names and definitions of the catalogue; what
    the checks found, which stands in a file of its own; and what messages say without their places.
    """
    found: set[str] = set()
    tables = (*ROOT.glob("data/raw/*/figures.csv"), *ROOT.glob("data/catalogue/*.csv"))
    for path in (*tables, ROOT / "data/processed/checks.csv"):
        for row in rows_of(path):
            found |= {cell for column, cell in row.items() if cell and column not in PRINTS}
            found |= {place_in_words(Language("vi"), row.get("locator", ""))}
    for path in (*ROOT.glob("data/raw/*/source.toml"), ROOT / "childstats.toml"):
        found |= set(_strings(tomllib.loads(path.read_text(encoding="utf-8"))))
    for path in ROOT.glob("notebooks/*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = ("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        found |= {MARKUP.sub("", line) for text in prose for line in text.split("\n")}
    for message in (*messages(), *messages_in("vi").values()):
        found |= set(PLACE.split(message))
    return with_parts(found)


def with_parts(texts: Iterable[str]) -> list[str]:
    """Return texts and their parts that have digits and letters, the longest first."""
    found = set(texts)
    found |= {text.partition(": ")[2] for text in found}
    parts = {part for text in found for part in re.split(r"[,;:] | \(", text)}
    cleaned = {" ".join(unicodedata.normalize("NFC", text).split()) for text in found | parts}
    long = (text for text in cleaned if re.search(r"\d", text) and re.search(r"[^\W\d]", text))
    return sorted(long, key=len, reverse=True)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def uncovered(
    texts: Iterable[str], known: set[str], more: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield every number of a page that nothing accounts for, with the text it stands in.

    `more` are texts that are declared besides those of this workspace, the longest first.
    """
    for text in texts:
        left = " ".join(CITATION.sub(" ", text).split())
        if all(token in known or YEAR.fullmatch(token) for token in tokens(left)):
            continue
        for declared in merge(more, declared_texts(), key=len, reverse=True):
            left = left.replace(declared, " ")
        for token in tokens(NO_NUMBERS.sub(" ", left)):
            if token not in known and not YEAR.fullmatch(token):
                yield token, text
