"""What two editions of a page say differently: the passages, cut to the words around a change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

AROUND: Final = 3
"""Words shown on either side of those that changed."""
LONGEST_LABEL: Final = 60
"""Letters of the beginning of a line, by which a reader finds it."""
LONGEST: Final = 200
"""Letters of a passage."""
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_RULE: Final = re.compile(r"\|(?: ?:?-+:? ?\|)+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A line of a page that says something else than before.

    Attributes
    ----------
    heading
        Of the section.
    label
        The beginning of the line: of a table's row its first cell.
    before, now
        The words that changed with those around them; "" where the line is new or gone.
    """

    heading: str
    label: str
    before: str
    now: str


def changed_passages(before: str, now: str) -> list[Passage]:
    r"""Return what a page says differently, in its order.

    Parameters
    ----------
    before, now
        The page as Markdown.

    Examples
    --------
    >>> page = "# Schools\n\n| Year | Share |\n| --- | ---: |\n| 2025 | {} |\n"
    >>> changed_passages(page.format("41.0%"), page.format("41.2%"))
    [Passage(heading='Schools', label='2025', before='41.0%', now='41.2%')]
    """
    old, new = _lines(before), _lines(now)
    matcher = SequenceMatcher(None, [t for _, t in old], [t for _, t in new], autojunk=False)
    found = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind != "equal":
            pairs = zip_longest(old[first:last], new[start:end], fillvalue=("", ""))
            found += [
                _passage(then or since, text, changed) for (then, text), (since, changed) in pairs
            ]
    return found


def _lines(page: str) -> list[tuple[str, str]]:
    """Return each line with words, and the heading above it, without the signs of Markdown."""
    return list(_with_headings(page))


def _with_headings(page: str) -> Iterator[tuple[str, str]]:
    heading = ""
    for line in page.splitlines():
        text = _ESCAPED.sub(r"\1", line.replace("**", "")).strip()
        if not text or _RULE.fullmatch(text):
            continue
        if line.startswith("#"):
            heading = text.lstrip("# ")
        yield heading, text.removeprefix("- ")


def _passage(heading: str, before: str, now: str) -> Passage:
    label, parts = "", [_cells(text) for text in (before, now)]
    if all(len(cells) > 1 for cells in parts) and parts[0][0] == parts[1][0]:
        label = parts[0][0]
        parts = [cells[1:] for cells in parts]
    texts = [" | ".join(cells).split() for cells in parts]
    if all(texts):
        texts, cut = _narrowed(*texts)
        label = label or (_short(" ".join(_cells(now)), LONGEST_LABEL) if cut else "")
    return Passage(heading, label, *(_short(" ".join(words), LONGEST) for words in texts))


def _narrowed(old: list[str], new: list[str]) -> tuple[list[list[str]], bool]:
    """Return the words that differ with some around them, and whether the beginning was cut."""
    alike = [a == b for a, b in zip(old, new, strict=False)]
    first = alike.index(False) if False in alike else len(alike)
    tail = [a == b for a, b in zip(old[first:][::-1], new[first:][::-1], strict=False)]
    last = tail.index(False) if False in tail else len(tail)
    begin, after = max(0, first - AROUND), max(0, last - AROUND)
    cut = [
        [*["…"] * (begin > 0), *words[begin : len(words) - after], *["…"] * (after > 0)]
        for words in (old, new)
    ]
    return cut, begin > 0


def _cells(text: str) -> list[str]:
    return (
        [cell.strip() for cell in text.strip("|").split(" | ")] if text.startswith("|") else [text]
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
