"""The document as Markdown: plain text that also reads without being rendered."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from childstats.language import Language
from childstats.reports.chart_table import chart_table
from childstats.reports.document import Document

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
_BULLET = re.compile(r"^(\s*)([-+=])(?=\s|$|[-=])", re.MULTILINE)
_NUMBERED = re.compile(r"^(\s*\d+)([.)])(?=\s|$)", re.MULTILINE)
_LINE_ENDS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_ADDRESS = re.compile(r"https?://[^\s<>\\]+", re.ASCII)


def as_markdown(document: Document, *, edition_date: date | None) -> str:
    """Return a document as Markdown (CommonMark with pipe tables).

    Parameters
    ----------
    document
        The document.
    edition_date
        The day that stands on the report; the clock is not read.

    Returns
    -------
    str
        Text in which nothing but this module's own signs is markup; a chart is its words and
        its data.
    """
    whole = document.to_json(edition_date)
    parts = [f"# {_text(whole['title'])}", _text(whole["edition"])]
    parts += [f"> {_text(whole['notice'])}"] if whole["notice"] else []
    parts += _written(whole["blocks"], document.language)
    return "\n\n".join(filter(None, parts)) + "\n"


def _written(blocks: Sequence[Mapping[str, Any]], t: Language) -> Iterator[str]:
    for block in blocks:
        match block["type"]:
            case "heading":
                yield f"{'#' * max(2, block['level'])} {_inlines(block['inlines'])}"
            case "paragraph":
                yield _inlines(block["inlines"])
            case "bottom_line" | "list":
                sign = "- " if len(block["sentences"]) > 1 else ""
                yield "\n".join(f"{sign}{_text(sentence)}" for sentence in block["sentences"])
            case "items":
                sign = "1." if block["ordered"] else "-"
                yield "\n".join(_item(sign, item, t) for item in block["items"])
            case "table":
                yield from _table(block)
            case "chart":
                if block["title"]:
                    yield f"**{_text(block['title'])}**"
                yield _text(block["alt"])
                data = chart_table(block, t)
                if data:
                    yield from _table(data)
                yield _text(block["caption"])
            case "image":
                yield _text(block["alt"])
            case "code":
                yield "\n".join(f"    {line}" for line in block["text"].splitlines())


def _item(sign: str, blocks: Sequence[Mapping[str, Any]], t: Language) -> str:
    inner = "\n\n".join(_written(blocks, t)).replace("\n", "\n" + " " * (len(sign) + 1))
    return f"{sign} {inner}"


def _table(block: Mapping[str, Any]) -> Iterator[str]:
    if block["title"]:
        yield f"**{_text(block['title'])}**"
    labels = [_text(column["label"]) for column in block["columns"]]
    lines = [labels, ["---:" if c["align"] == "right" else "---" for c in block["columns"]]]
    for row in block["rows"]:
        if "group" in row:
            lines.append([f"**{_cell(row['group'])}**", *[""] * (len(labels) - 1)])
        else:
            lines.append([_cell(cell) for cell in row["cells"]])
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
    yield from (_text(note) for note in block["notes"])


def _cell(text: str) -> str:
    return "; ".join(map(_text, text.split("\n")))


def _inlines(parts: Sequence[Mapping[str, Any]]) -> str:
    written = []
    for part in parts:
        match part["kind"]:
            case "strong":
                written.append(f"**{_inlines(part['inlines'])}**")
            case "emphasis":
                written.append(f"*{_inlines(part['inlines'])}*")
            case "link":
                text = _inlines(part["inlines"])
                known = _ADDRESS.fullmatch(part["url"])
                written.append(f"[{text}](<{part['url']}>)" if known else text)
            case _:
                written.append(_text(part["text"], starts=not written))
    return "".join(written)


def _text(text: str, *, starts: bool = True) -> str:
    """Return a text in which nothing is markup, on one line; an address stays a link."""
    one_line = _LINE_ENDS.sub(" ", text)
    if _ADDRESS.fullmatch(one_line):
        return f"<{one_line}>"
    escaped = _SPECIAL.sub(r"\\\1", one_line)
    if starts:
        escaped = _NUMBERED.sub(r"\1\\\2", _BULLET.sub(r"\1\\\2", escaped))
    return escaped
