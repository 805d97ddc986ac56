"""Sentences: what was computed, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from childstats.blocks.mime import INK, WASH, mime_bundle


@dataclass(frozen=True)
class Sentences:
    """Computed sentences, most important first.

    Attributes
    ----------
    sentences
        Whole sentences, one an item.
    figure_ids
        Figures that the sentences rest on.
    role
        ``bottom_line`` is set apart from the text; ``list`` is a plain list; ``nothing`` says
        to the analyst that there is no content, and no report prints it.
    """

    sentences: Sequence[str]
    figure_ids: Sequence[str] = ()
    role: Literal["bottom_line", "list", "nothing"] = "list"

    def to_json(self) -> dict[str, Any]:
        """Return the block as the exporter reads it."""
        return {
            "type": self.role,
            "sentences": list(self.sentences),
            "figure_ids": list(self.figure_ids),
        }

    def to_html(self) -> str:
        """Return the block for JupyterLab."""
        if len(self.sentences) == 1:
            listed = f"<p>{escape(self.sentences[0])}</p>"
        else:
            listed = "<ul>" + "".join(f"<li>{escape(s)}</li>" for s in self.sentences) + "</ul>"
        if self.role == "nothing":
            return f"<em>{listed}</em>"
        if self.role == "list":
            return listed
        box = f"background:{WASH};border-left:3px solid {INK};padding:0.4em 0.6em"
        return f'<div style="{box}">{listed}</div>'

    def __str__(self) -> str:
        """Return the sentences, one a line."""
        return "\n".join(self.sentences)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self)
