"""What all pages share: their templates and links. Light, since the build needs it in the end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from childstats.language import mark
from childstats.precision import json_text

SYNTHETIC: Final = mark("Made-up figures: no real child is counted.")
_CITATION: Final = re.compile(r"\[(\d+)\]")
ADDRESS: Final = re.compile(r"(?:https?://[^/\s]+|mailto:\S+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """A file beside the page.

    Attributes
    ----------
    href
        Relative address.
    label
        What a reader calls it.
    type
        Its media type.
    """

    href: str
    label: str
    type: str


@cache
def environment() -> Environment:
    """Return the templates of the pages; every text that is put into one is only text."""
    templates = Environment(
        loader=PackageLoader("childstats.reports", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["is_address"] = is_address
    templates.filters["cited"] = cited
    templates.filters["source"] = source
    return templates


def cited(text: str, sources: Sequence[str]) -> Markup:
    """Return a text as HTML in which ``[1]`` links to the listed source of that number."""

    def linked(found: re.Match[str]) -> str:
        number = found[1]
        return f'<a href="#source-{number}">{found[0]}</a>' if number in sources else found[0]

    return Markup(_CITATION.sub(linked, str(escape(text))))  # escaped before


def source(group: str) -> str:
    """Return the number of the source that a group of rows is; "" of any other."""
    found = _CITATION.match(group)
    return found[1] if found else ""


def is_address(text: str) -> bool:
    """Return whether a text is a web or mail address, and may become a link."""
    return ADDRESS.match(text) is not None


def script_json(value: Mapping[str, Any]) -> Markup:
    """Return JSON that no text in it can end early inside a page."""
    text = json_text(value, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # its signs are escaped above
