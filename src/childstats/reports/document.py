"""From an executed notebook to one JSON document, from which every rendering is made."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import mistune
from nbformat import NotebookNode

from childstats.blocks.mime import BLOCK_MIME
from childstats.errors import BuildError
from childstats.language import LANGUAGES, Language, mark
from childstats.reports.ordinary import formula_block, ordinary_blocks
from childstats.reports.pages import SYNTHETIC

PICTURES: Final = ("svg", "png", "jpeg")
MOST_SHOWN: Final = 8_000_000
"""Letters of one output of a cell; more takes minutes and gigabytes to set."""
UNSEEN: Final = dict.fromkeys([
    *(i for i in range(0xA0) if unicodedata.category(chr(i)) == "Cc" and chr(i) not in "\n\t"),
    *range(0x202A, 0x202F),  # direction: embeddings and overrides
    *range(0x2066, 0x206A),  # direction: isolates
    *range(0xD800, 0xE000),  # halves of letters
])  # fmt: skip
"""Letters that nobody sees: controls, and what changes the direction of others."""

ANALYST: Final = "analyst"
"""Tag of cells that JupyterLab shows and no report prints."""
SOURCE: Final = re.compile(r"\[(\d+)\] ")
"""How a group of a table begins that is a source."""
PROSE: Final = {"heading", "paragraph", "items"}
WATERMARK: Final = mark("MADE-UP FIGURES")
_markdown = mistune.create_markdown(renderer="ast", plugins=["table", "math", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Document:
    """A report as data.

    Attributes
    ----------
    front_matter
        Title, area, period and language; for a notebook of no report only title and language.
    blocks
        Headings, paragraphs, lists, tables, charts and images in order, each with the number of
        the ``cell`` that it comes from.
    ended
        Whether the last cell's mark was seen.
    numbers, claims
        Receipts of the numbers that were written, and what words say, see
        `childstats.text.receipts`.
    """

    front_matter: Mapping[str, Any]
    blocks: list[dict[str, Any]]
    ended: bool
    numbers: Sequence[Mapping[str, Any]] = ()
    claims: Sequence[Mapping[str, Any]] = ()

    @property
    def language(self) -> Language:
        """The language of the document."""
        return Language(self.front_matter["language"])

    @property
    def figure_ids(self) -> tuple[str, ...]:
        """The figures that the document rests on, sorted."""
        return tuple(sorted({i for block in self.blocks for i in block.get("figure_ids", ())}))

    @property
    def sources(self) -> list[str]:
        """The numbers of the sources that a table of the document lists: what ``[1]`` links to."""
        groups = (
            row["group"]
            for block in self.blocks
            if block["type"] == "table"
            for row in block["rows"]
            if "group" in row
        )
        return [found[1] for group in groups if (found := SOURCE.match(group))]

    @property
    def notices(self) -> list[str]:
        """What the report puts right of itself, each as a dated text for page one."""
        return list(self.front_matter.get("notices", ()))

    def to_json(self, edition_date: date | None) -> dict[str, Any]:
        """Return what the template needs, running heads and labels included."""
        t = self.language
        area, period = self.front_matter.get("area"), self.front_matter.get("time_period")
        written = t.date(edition_date) if edition_date else ""
        marked = SYNTHETIC if self.front_matter.get("synthetic") else ""
        blocks = [_marked(block, t.say(marked)) for block in self.blocks] if marked else self.blocks
        return {
            "title": self.front_matter["title"],
            "language": t.code,
            "running_head": f"{area}, {period}" if area else self.front_matter["title"],
            "edition": t.say("Edition of {date}", date=written) if written else "",
            "page": t.say("Page"),
            "notice": " ".join([*self.notices, *_of_figures(self.blocks)]),
            "watermark": t.say(WATERMARK) if marked else "",
            "blocks": blocks,
            "sources": self.sources,
        }


def _of_figures(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the notice on figures that changed since the last edition, if there is one."""
    return [block["notice"] for block in blocks if block.get("notice")][:1]


def _cleaned(value: Any) -> Any:
    """Return a value whose texts are NFC and hold no letter that hides others."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.translate(UNSEEN))
    if isinstance(value, Mapping):
        return {name: part if name in PICTURES else _cleaned(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    return value


def _marked(block: dict[str, Any], mark: str) -> dict[str, Any]:
    """Return a table or chart that says that its figures are made up."""
    if block["type"] == "table":
        return block | {"notes": [mark, *block["notes"]]}
    if block["type"] == "chart":
        return block | {"caption": f"{mark} {block['caption']}", "alt": f"{mark} {block['alt']}"}
    return block


def document_from_notebook(notebook: NotebookNode) -> Document:
    """Collect what a notebook's cells say and show.

    Markdown cells tagged with a language are kept only in a document of that language; code is
    left out, its outputs are kept.

    Parameters
    ----------
    notebook
        An executed notebook.

    Returns
    -------
    Document
        In English, titled by the first heading, when no cell begins a report.
    """
    front_matter, end = _front_matter(notebook)
    blocks: list[dict[str, Any]] = []
    for number, cell in _numbered(notebook):
        if ANALYST in cell.metadata.get("tags", ()):
            continue
        shown: list[dict[str, Any]] = []
        if cell.cell_type == "markdown" and _is_in(front_matter["language"], cell):
            shown = _prose(cell.source)
        elif cell.cell_type == "code":
            for output in cell.get("outputs", []):
                shown += _shown(output, number, front_matter["language"])
        blocks += [block | {"cell": number} for block in shown]
    if "report" not in front_matter and blocks and _is_title(blocks[0], front_matter):
        blocks = blocks[1:]
    shown = list(_without_repeated_titles(_with_content(blocks)))
    said = (_cleaned(end.get(name, [])) for name in ("numbers", "claims"))
    return Document(_cleaned(front_matter), _cleaned(shown), bool(end), *said)


def _with_content(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what says that there is nothing, and each section that holds nothing else.

    A section reaches from a heading to the next one; its prose goes with it.
    """
    sections: list[list[dict[str, Any]]] = [[]]
    for block in blocks:
        if block["type"] == "heading":
            sections.append([])
        sections[-1].append(block)
    kept: list[dict[str, Any]] = []
    for section in sections:
        rest = [block for block in section if not _is_nothing(block)]
        if len(rest) == len(section) or any(block["type"] not in PROSE for block in rest):
            kept += rest
    return kept


def _is_nothing(block: Mapping[str, Any]) -> bool:
    if block["type"] == "nothing":
        return True
    if block["type"] in {"bottom_line", "list"}:
        return not block["sentences"]
    return block["type"] == "table" and not block["rows"] and not block.get("ordinary")


def _without_repeated_titles(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Drop a table's title where the heading above it says the same."""
    heading = ""
    for block in blocks:
        if block["type"] == "heading":
            heading = _text(block["inlines"])
        yield block | {"title": ""} if block.get("title") == heading else block


def _front_matter(notebook: NotebookNode) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the front matter and the last cell's mark; nothing if it was not reached."""
    ours = [
        output["data"][BLOCK_MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if BLOCK_MIME in output.get("data", {})
    ]
    end = dict(ours[-1]) if ours and ours[-1]["type"] == "end" else {}
    for block in ours:
        if block["type"] == "front_matter":
            return dict(block), end
    headings = (
        block
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for block in _prose(cell.source)
        if block["type"] == "heading"
    )
    first = next(headings, None)
    title = _text(first["inlines"]) if first else "Notebook"
    return {"title": title, "language": "en"}, end


def _is_title(block: Mapping[str, Any], front_matter: Mapping[str, Any]) -> bool:
    return block["type"] == "heading" and _text(block["inlines"]) == str(front_matter["title"])


def _numbered(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Count the notebook's own cells from 1; papermill's cell of parameters counts as the last."""
    number = 0
    for cell in notebook.cells:
        number += "injected-parameters" not in cell.metadata.get("tags", ())
        yield number, cell


def _is_in(language: str, cell: NotebookNode) -> bool:
    tags = set(cell.metadata.get("tags", ())) & set(LANGUAGES)
    return not tags or language in tags


def _shown(output: NotebookNode, number: int, language: str) -> list[dict[str, Any]]:
    """Return the blocks of one output: ours, Markdown, or what any notebook shows."""
    data = output.get("data", {})
    for kind, content in {"text": output.get("text", ""), **data}.items():
        if kind == BLOCK_MIME or (kind.startswith(("image/", "text")) and kind != "text/html"):
            _refuse_large(number, kind, content)  # of HTML only a table is shown, if it is small
    if BLOCK_MIME in data:
        block = dict(data[BLOCK_MIME])
        return [] if block["type"] in {"front_matter", "end"} else [block]
    if "text/markdown" in data:
        return _prose("".join(data["text/markdown"]))
    return ordinary_blocks(output, number, language)


def _refuse_large(number: int, kind: str, content: Any) -> None:
    if isinstance(content, Mapping):
        for name, part in content.items():
            _refuse_large(number, name, part)
    elif isinstance(content, str | list) and len(content) > MOST_SHOWN:
        raise BuildError(
            f"cell {number} shows {kind} of {len(content) / 1e6:.0f} MB; a report takes "
            f"{MOST_SHOWN / 1e6:.0f} MB of one output: show less, or draw it as a smaller picture"
        )


def heading_text(block: Mapping[str, Any]) -> str:
    """Return the words of a heading."""
    return _text(block["inlines"])


def _prose(source: str) -> list[dict[str, Any]]:
    return list(_blocks(_markdown(source)))  # type: ignore[arg-type]  # the AST renderer's list


def _blocks(tokens: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Walk Markdown's own tree into our blocks; what is not known is kept as its text."""
    for token in tokens:
        match token["type"]:
            case "heading":
                level = token["attrs"]["level"]
                inlines = _inlines(token["children"])
                yield {"type": "heading", "level": level, "inlines": inlines}
            case "paragraph" | "block_text":
                yield {"type": "paragraph", "inlines": _inlines(token["children"])}
            case "list":
                items = [list(_blocks(item["children"])) for item in token["children"]]
                yield {"type": "items", "ordered": token["attrs"]["ordered"], "items": items}
            case "block_quote":
                yield from _blocks(token["children"])
            case "block_code":
                yield {"type": "code", "text": token["raw"].rstrip()}
            case "table":
                yield _markdown_table(token)
            case "block_math":
                yield formula_block(token["raw"])
            case "blank_line" | "thematic_break":
                pass
            case _:
                text = token.get("raw", "").strip()
                if text:
                    yield {"type": "paragraph", "inlines": [{"kind": "text", "text": text}]}


def _markdown_table(token: dict[str, Any]) -> dict[str, Any]:
    head, body = token["children"]
    return {
        "type": "table",
        "title": "",
        "columns": [
            {"label": _text(_inlines(cell["children"])), "align": "left", "width": 1}
            for cell in head["children"]
        ],
        "rows": [
            {"cells": [_text(_inlines(cell["children"])) for cell in row["children"]]}
            for row in body["children"]
        ],
        "notes": [],
        "ordinary": True,
    }


def _inlines(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for token in tokens:
        match token["type"]:
            case "strong" | "emphasis":
                inlines = _inlines(token["children"])
                found.append({"kind": token["type"], "inlines": inlines})
            case "link":
                url, inlines = token["attrs"]["url"], _inlines(token["children"])
                found.append({"kind": "link", "url": url, "inlines": inlines})
            case "strikethrough":
                found += _inlines(token["children"])
            case "codespan" | "inline_math":
                found.append({"kind": "code", "text": token["raw"]})
            case "softbreak" | "linebreak":
                found.append({"kind": "text", "text": " "})
            case "image":
                found += _inlines(token["children"])
            case _:
                found.append({"kind": "text", "text": token.get("raw", "")})
    return found


def _text(inlines: list[dict[str, Any]]) -> str:
    return "".join(i["text"] if "text" in i else _text(i["inlines"]) for i in inlines)
