"""Places in a source in the report's language: the words for places, never the source's own."""

import re
from typing import Final

from childstats.language import Language, mark

PLACES: Final = (
    (r"paragraph (?P<name>\d+)", mark("paragraph {name}")),
    (r"PDF page (?P<name>\d+)", mark("PDF page {name}")),
    (r"page (?P<name>\d+)", mark("page {name}")),
    (r"table (?P<name>\d+)", mark("table {name}")),
    (r"sheet (?P<name>.+)", mark("sheet {name}")),
    (r"row (?P<name>.+)", mark("row {name}")),
    (r"column (?P<name>.+)", mark("column {name}")),
    (r"(?P<name>\d{4}) \(estimate\)", mark("{name} (estimate)")),
    ("article text", mark("article text")),
    ("abstract", mark("abstract")),
    ("summary table", mark("summary table")),
    ("section on health", mark("section on health")),
    ("page not noted", mark("page not noted")),
    ("average population by province", mark("average population by province")),
    ("average population", mark("average population")),
    ("rural population", mark("rural population")),
    ("urban population", mark("urban population")),
    ("female population", mark("female population")),
    ("male population", mark("male population")),
)
"""Parts of a locator as ``figures.csv`` writes them, and as readers are told of them."""
_PLACES: Final = tuple((re.compile(pattern), message) for pattern, message in PLACES)
_BETWEEN_PARTS: Final = re.compile(r"([,;] )")


def place_in_words(t: Language, locator: str) -> str:
    """Return a place in a source in the report's language.

    Parameters
    ----------
    t
        The language.
    locator
        As ``figures.csv`` writes it: parts between commas or semicolons.

    Returns
    -------
    str
        Each known part in the language. Any other part is a label of the source itself, such as
        the name of a file or of a row, and stays as the reader will find it there.

    Examples
    --------
    >>> place_in_words(Language("vi"), "PDF page 89, table 34, row Cả nước, column 2010")
    'trang 89 của tệp PDF, bảng 34, dòng Cả nước, cột 2010'
    >>> place_in_words(Language("vi"), "table 3, U5MR, Poorest quintile, 1997")
    'bảng 3, U5MR, Poorest quintile, 1997'
    """
    return "".join(_part(t, part) for part in _BETWEEN_PARTS.split(locator))


def _part(t: Language, part: str) -> str:
    for pattern, message in _PLACES:
        found = pattern.fullmatch(part)
        if found:
            return t.say(message, **found.groupdict())
    return part
