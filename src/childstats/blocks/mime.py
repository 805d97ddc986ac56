"""What every block shares: JSON for the exporter, HTML for JupyterLab, the report's language."""

from html import escape
from typing import Any, Final, Protocol

from childstats.language import Language

BLOCK_MIME: Final = "application/vnd.childstats.block+json"
"""MIME type of a block's JSON in a notebook output."""
INK, WASH = "#12436D", "#EEF2F6"
"""Colours of the printed page, see ``document.typ``."""
_SPOKEN = {"language": "en"}


def speak(language: str) -> None:
    """Set the language in which numbers of an analyst's own blocks are shown: the report's."""
    _SPOKEN["language"] = language


def spoken() -> Language:
    """Return the language of the report that was begun last; English before any was."""
    return Language(_SPOKEN["language"])


def linked(text: str) -> str:
    """Return a cell's text as HTML; a line that is an address is a link, named by its host."""
    return "<br>".join(
        f'<a href="{escape(line)}">{escape(line.split("/")[2])}</a>'
        if line.startswith(("https://", "http://"))
        else escape(line)
        for line in text.split("\n")
    )


class Block(Protocol):
    """Anything that a report can hold."""

    def to_json(self) -> dict[str, Any]:
        """Return the block as the exporter reads it."""

    def to_html(self) -> str:
        """Return the block for JupyterLab."""

    def __str__(self) -> str:
        """Return the block as plain text."""


def mime_bundle(
    block: Block, html: str | None = None, json: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return a block as Jupyter's display data: plain text, HTML and our JSON."""
    return {
        "text/plain": str(block),
        "text/html": block.to_html() if html is None else html,
        BLOCK_MIME: block.to_json() if json is None else json,
    }
