"""Ordinary notebook outputs as blocks: tables in HTML, mathematics, pictures, text."""

from base64 import b64decode
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import matplotlib as mpl
from bs4 import BeautifulSoup, Tag
from matplotlib.mathtext import math_to_image

from childstats.charts.palette import TEXT_SIZE
from childstats.language import Language

MOST_CELLS: Final = 20_000
"""Of an ordinary table; a larger one is kept as its plain text, which its maker shortened."""
MOST_HTML: Final = 2_000_000
"""Letters of HTML that are looked through for a table; of more the plain text is kept."""
MOST_SPANNED: Final = 1_000
"""Columns or rows that one cell may cover; browsers stop there too."""
SETTINGS: Final = {"font.size": TEXT_SIZE, "svg.fonttype": "path", "svg.hashsalt": "childstats"}
"""How matplotlib sets a formula, whatever the user's own settings are."""
NUMERIC: Final = frozenset("0123456789.,-−+%eE  ")


def ordinary_blocks(output: Mapping[str, Any], number: int, language: str) -> list[dict[str, Any]]:
    """Return the blocks of an output that is not one of ours.

    Parameters
    ----------
    output
        A notebook output.
    number
        Number of its cell in the notebook, counted from 1.
    language
        Of the words that stand for a picture.

    Returns
    -------
    list of dict
        A table, an image, or text; empty where nothing is shown.
    """
    data = output.get("data", {})
    alt = Language(language).say("Image made by cell {number} of the notebook", number=str(number))
    if "image/svg+xml" in data:
        return [{"type": "image", "svg": "".join(data["image/svg+xml"]), "alt": alt}]
    for kind in ("png", "jpeg"):
        if f"image/{kind}" in data:
            # as numbers, since the template cannot decode base64
            content = list(b64decode("".join(data[f"image/{kind}"])))
            return [{"type": "image", kind: content, "alt": alt}]
    if "text/html" in data:
        table = table_of_html("".join(data["text/html"]))
        if table:
            return [table]
    if "text/latex" in data:
        return [formula_block("".join(data["text/latex"]))]
    text = "".join(data.get("text/plain", output.get("text", ""))).rstrip()
    return [{"type": "code", "text": text}] if text else []


def formula_block(source: str) -> dict[str, Any]:
    """Return a formula as a drawing, with its source as the words that stand for it.

    Parameters
    ----------
    source
        TeX, with or without the signs that enclose mathematics.

    Returns
    -------
    dict
        An image; the source as text where matplotlib cannot set it.
    """
    inner = source.strip()
    for begin, end in (("$$", "$$"), (r"\[", r"\]"), (r"\(", r"\)"), ("$", "$")):
        if inner.startswith(begin) and inner.endswith(end) and len(inner) > len(begin + end):
            inner = inner[len(begin) : -len(end)].strip()
            break
    inner = " ".join(inner.replace(r"\displaystyle", "").split())
    drawn = BytesIO()
    settings: Any = dict(mpl.rcParamsDefault) | SETTINGS
    try:
        with mpl.rc_context(settings):
            math_to_image(f"${inner}$", drawn, format="svg", dpi=72)
    except ValueError:
        return {"type": "code", "text": source.strip()}
    return {"type": "image", "svg": _without_date(drawn.getvalue().decode()), "alt": inner}


def _without_date(svg: str) -> str:
    """Return a drawing without its metadata, which holds the time of drawing."""
    begin, end = svg.find("<metadata>"), svg.find("</metadata>")
    return svg if begin < 0 else svg[:begin] + svg[end + len("</metadata>") :]


def table_of_html(html: str) -> dict[str, Any] | None:
    """Return the first table of some HTML, spans spread over the cells that they cover.

    Parameters
    ----------
    html
        For example what pandas shows of a data frame.

    Returns
    -------
    dict or None
        A table block; None where there is no table, or one of more than `MOST_CELLS` cells, or
        more than `MOST_HTML`.
    """
    if len(html) > MOST_HTML:
        return None
    table = BeautifulSoup(html, "html.parser").find("table")
    if not isinstance(table, Tag):
        return None
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    grid = _spread(rows)
    if grid is None:
        return None
    width = max(map(len, grid), default=0)
    if not width or width * len(grid) > MOST_CELLS:
        return None
    grid = [[*row, *[""] * (width - len(row))] for row in grid]
    heads = next((i for i, row in enumerate(rows) if row.find("td", recursive=False)), len(rows))
    head, body = grid[:heads], grid[heads:]
    # pandas writes the names of the index in a row of their own, empty elsewhere
    labels = [" / ".join(dict.fromkeys(filter(None, column))) for column in zip(*head, strict=True)]
    labels = labels or [""] * width
    return {
        "type": "table",
        "title": "",
        "columns": [
            {"label": label, "align": _align(row[i] for row in body), "width": 1}
            for i, label in enumerate(labels)
        ],
        "rows": [{"cells": row} for row in body],
        "notes": [],
        "figure_ids": [],
        "compact": width > 6,
        "ordinary": True,
    }


def _spread(rows: list[Tag]) -> list[list[str]] | None:
    """Return each row's cells; None if there are too many."""
    covered: dict[tuple[int, int], str] = {}
    width = [0] * len(rows)
    for y, row in enumerate(rows):
        x = 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while (y, x) in covered:
                x += 1
            text = " ".join(cell.get_text(" ").split())
            down = min(_span(cell, "rowspan"), len(rows) - y)
            for dy in range(down):
                for dx in range(_span(cell, "colspan")):
                    covered[y + dy, x + dx] = text
                    width[y + dy] = max(width[y + dy], x + dx + 1)
            if len(covered) > MOST_CELLS:
                return None
    return [[covered.get((y, x), "") for x in range(width[y])] for y in range(len(rows))]


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name, "1"))
    return min(max(1, int(text[:6])), MOST_SPANNED) if text.isdecimal() else 1


def _align(cells: Any) -> str:
    written = [cell for cell in cells if cell]
    return "right" if written and all(set(c) <= NUMERIC for c in written) else "left"
