"""A report read as data before it is published: what it must not say, and which numbers it has."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from childstats.errors import BuildError
from childstats.reports import reasons
from childstats.reports.document import PROSE, Document, heading_text
from childstats.text.claim import Claim, ClaimError

IMPOSSIBLE: Final = re.compile(
    r"(?<![\w.,])(?:(?:nan|NaN|inf|Infinity|NaT)(?!\w)|[−-]0(?:[.,]0+)?(?![\d.,]))"
)
"""What no number of a page looks like."""
LENGTH_OF_A_PARAGRAPH: Final = 60
"""Letters; shorter sentences, such as "None.", may stand twice."""


def texts(block: Mapping[str, Any]) -> Iterator[str]:
    """Yield every text of a block that a reader can see or hear."""
    for name, value in block.items():
        if name in {"svg", "png", "jpeg", "figure_ids", "cell", "type", "url", "data", "kind"}:
            continue
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from texts(value)
        elif isinstance(value, Sequence):
            for part in value:
                if isinstance(part, str):
                    yield part
                elif isinstance(part, Mapping):
                    yield from texts(part)
    for series in (block.get("data") or {}).get("series", ()):
        yield series["label"]
        yield from filter(None, series["written"] or ())


def all_texts(document: Document) -> list[str]:
    """Return every text of a report."""
    return [
        str(document.front_matter["title"]),
        *document.notices,
        *(text for block in document.blocks for text in texts(block)),
    ]


def refuse_false(file: str, document: Document) -> None:
    """Refuse a report that says what cannot be.

    Parameters
    ----------
    file
        Its name.
    document
        The report.

    Raises
    ------
    BuildError
        If a word is denied by its interval, a table has no row, a section no content, a paragraph
        stands twice, or a text has a number that is none.
    """
    for fault in faults(document):
        raise BuildError(f"{file}: {fault}", reasons.FALSE)


def faults(document: Document) -> Iterator[str]:
    """Yield what a report may not be published with."""
    for claim in document.claims:
        ends = {end: float(claim[end]) for end in ("low", "high")}
        try:
            Claim(**{**claim, **ends})
        except ClaimError as error:
            yield str(error)
    for block in document.blocks:
        where = f"cell {block.get('cell', '?')}"
        if block["type"] == "table" and not any("cells" in row for row in block["rows"]):
            yield f"{where}: the table {block['title']!r} has no row"
        for text in texts(block):
            found = IMPOSSIBLE.search(text) if not block.get("ordinary") else None
            if found:
                yield f"{where}: {found[0]!r} in {text[:120]!r} is no number"
    for first, then in pairwise([*document.blocks, {"type": "heading", "level": 0}]):
        if first["type"] == then["type"] == "heading" and then["level"] <= first["level"]:
            yield f"the section {heading_text(first)!r} has no content"
    said = Counter(
        text
        for block in document.blocks
        if block["type"] in PROSE | {"list", "bottom_line"}
        for text in texts(block)
        if len(text) > LENGTH_OF_A_PARAGRAPH
    )
    for text, times in said.items():
        if times > 1:
            yield f"a paragraph stands {times} times: {text[:120]!r}"


def said_in(document: Document) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the numbers and the claims of a report, without its language."""
    names = ("kind", "value", "low", "high", "formula", "inputs")
    numbers = {" ".join(str(number[name]) for name in names) for number in document.numbers}
    claims = ((str(claim["statement"]), str(claim["word"])) for claim in document.claims)
    return tuple(sorted(numbers)), tuple(dict.fromkeys(claims))
