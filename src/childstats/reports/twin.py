"""The HTML twin: the same document as a page that needs no JavaScript and no other file."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Template

from childstats.language import Language
from childstats.reports.chart_table import chart_table
from childstats.reports.document import Document, heading_text
from childstats.reports.pages import Link, environment, script_json

_LETTER = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page links to.

    Attributes
    ----------
    home
        Address of the download page; empty for a page on its own.
    others
        The same report in other languages: code to address.
    files
        Files beside the page.
    about
        What schema.org calls a data set, for search engines.
    """

    home: str = ""
    others: Mapping[str, str] | None = None
    files: Sequence[Link] = ()
    about: Mapping[str, Any] | None = None


ALONE = Surroundings()


@cache
def page_template() -> Template:
    """Return the page's template, compiled when first asked for."""
    return environment().get_template("twin.html.jinja")


def twin(document: Document, *, edition_date: date | None, around: Surroundings = ALONE) -> str:
    """Return a document as HTML.

    Parameters
    ----------
    document
        The document.
    edition_date
        The day that stands on the report; the clock is not read.
    around
        What the page links to.

    Returns
    -------
    str
        A whole page; pictures are part of it.
    """
    t = document.language
    whole = document.to_json(edition_date)
    blocks = list(_prepared(whole["blocks"], t))
    return (
        page_template().render(
            **{
                name: whole[name]
                for name in ("title", "language", "running_head", "edition", "notice", "sources")
            },
            blocks=blocks,
            contents=[b for b in blocks if b["type"] == "heading" and b["level"] == 2],
            contents_label=t.say("Contents"),
            skip=t.say("Skip to the content"),
            all_reports=t.say("All reports"),
            data_of_chart=t.say("The chart's data as a table"),
            no_name=t.say("Row"),
            files_label=t.say("Files"),
            home=around.home,
            others=[
                {"language": code, "href": href, "label": Language(code).say("English version")}
                for code, href in sorted((around.others or {}).items())
            ],
            files=around.files,
            about=script_json(around.about) if around.about else "",
        )
        + "\n"
    )


def _prepared(blocks: Sequence[Mapping[str, Any]], t: Language) -> Iterator[dict[str, Any]]:
    """Give headings and tables their ids, tables a name, and pictures their address."""
    heading, seen, regions = "", set[str](), set[str]()
    for number, given in enumerate(blocks, start=1):
        block = dict(given)
        match block["type"]:
            case "heading":
                heading = heading_text(block)
                block["level"] = max(2, block["level"])
                block["id"] = _unique(_slug(heading), seen)
            case "table":
                block = _table(block, f"table-{number}", heading, regions)
            case "chart":
                block["address"] = _address("svg", block["svg"].encode())
                block["region"] = _region(block["title"] or block["alt"], regions)
                data = chart_table(block, t)
                block["data"] = _table(data, f"data-{number}", heading, regions) if data else None
            case "image":
                kind = next(k for k in ("svg", "png", "jpeg") if k in block)
                content = block[kind]
                raw = content.encode() if isinstance(content, str) else bytes(content)
                block["address"] = _address(kind, raw)
        yield block


def _table(block: Mapping[str, Any], name: str, heading: str, regions: set[str]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"group": "", "rows": []}]
    for row in block["rows"]:
        if "group" in row:
            parts.append({"group": row["group"], "rows": []})
        else:
            parts[-1]["rows"].append(row["cells"])
    parts = [part for part in parts if part["group"] or part["rows"]]
    region = _region(block["title"] or heading, regions)
    return {**block, "id": name, "name": heading, "region": region, "parts": parts}


def _address(kind: str, content: bytes) -> str:
    media = "svg+xml" if kind == "svg" else kind
    return f"data:image/{media};base64,{b64encode(content).decode('ascii')}"


def _region(name: str, seen: set[str]) -> str:
    """Return a name for a region that no other region of the page has."""
    number, region = 1, name
    while region in seen:
        number += 1
        region = f"{name} ({number})"
    seen.add(region)
    return region


def _slug(text: str) -> str:
    return _LETTER.sub("-", text.lower()).strip("-")[:60] or "section"


def _unique(name: str, seen: set[str]) -> str:
    number = 1
    unique = name
    while unique in seen or unique in {"content", "files"}:
        number += 1
        unique = f"{name}-{number}"
    seen.add(unique)
    return unique
